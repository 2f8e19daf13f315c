//! The formula of a loss as its code computes it, read off by running it on symbols.

use minimand::kernels::boxes::{BoxPair, Corners};
use minimand::kernels::regions::{Region, RegionObject};
use minimand::kernels::rows::{Combines, Rival, Row, RowObject, Transform};
use minimand::kernels::sym::{Graph, Node, Sym};
use minimand::loss::Kernel;
use minimand::{Entry, Error};
use serde::Serialize;

/// Operations beyond which a formula is no longer readable in one line.
const MOST_OPERATIONS: usize = 100;

/// A formula with what its names mean.
#[derive(Debug, Serialize)]
pub(super) struct Formula {
    /// With the default parameters, in infix notation.
    pub(super) text: String,
    /// The names in it.
    pub(super) names: Vec<Name>,
}

/// A name in a formula.
#[derive(Debug, Serialize)]
pub(super) struct Name {
    pub(super) name: String,
    pub(super) meaning: String,
}

impl Formula {
    /// The formula with the default parameters; `None` if it is too long to read.
    pub(super) fn of(entry: &Entry) -> Result<Option<Self>, Error> {
        let objective = entry.build(&[])?;
        let kernel = objective.terms().next().map(|(_, loss)| &loss.kernel);
        Ok(match kernel {
            Some(Kernel::Rows(loss)) => row(&**loss),
            Some(Kernel::Points(loss)) => named(
                &Graph::trace(|| loss.trace(Sym::input("x"), Sym::input("t"))),
                &[("x", "the prediction"), ("t", "the target")],
            ),
            Some(Kernel::Regions(loss)) => region(&**loss),
            Some(Kernel::Boxes(loss)) => named(
                &Graph::trace(|| loss.trace(&boxes())),
                &[
                    ("a", "the predicted box"),
                    ("b", "the true box"),
                    ("hull", "the smallest box around both"),
                    ("union", "area of the union of both"),
                    ("iou", "intersection over union"),
                    ("miss", "1 − intersection over union"),
                ],
            ),
            // What is summed over pairs, orders or paths, or solved for, has no formula of one line.
            Some(Kernel::Groups(_) | Kernel::Fields(_) | Kernel::Pairs(_) | Kernel::Clouds(_))
            | None => None,
        })
    }
}

/// The loss of one row as if class k were the label, and how the terms of all classes make
/// up the loss of the row where that is not by the target alone.
fn row(loss: &dyn RowObject) -> Option<Formula> {
    let traced = |classes: f64| {
        Graph::trace(|| {
            loss.trace(&Row {
                log_p: Sym::input("ln_p"),
                p: Sym::input("p"),
                q: Sym::input("q"),
                z: Sym::input("z"),
                other_sq: Sym::input("squares"),
                others: Sym::input("others"),
                fixed: Sym::input("fixed"),
                classes,
            })
        })
    };
    let (logit, link) = match loss.row_transform() {
        None => ("logit".to_owned(), None),
        Some(transform) => transformed(loss, &transform)?,
    };
    let others = match loss.rival_class() {
        Some(Rival::Largest) => "the largest logit of the other classes, minus z".to_owned(),
        Some(Rival::Below) => "the largest logit below z, minus z".to_owned(),
        None => {
            let pair = Graph::trace(|| loss.trace_pair(Sym::input("z_j"), Sym::input("z")));
            format!("Σ over the other classes j of {}", text(&pair)?)
        }
    };
    let fixed = match (loss.combines(), loss.row_transform()) {
        (Combines::Every | Combines::Present, _) => "share of class k in the target",
        (_, Some(Transform::Temper { .. })) => "the row's temperature, without derivative",
        _ => "the number of class k that a parameter gives",
    };
    let graph = traced(10.0);
    let mut formula = named(
        &graph,
        &[
            ("ln_p", "ln of the probability of class k"),
            (
                "p",
                &format!("probability of class k, softmax of each {logit}"),
            ),
            ("q", "1 − p, summed over the other classes"),
            ("z", &format!("{logit} of class k")),
            (
                "squares",
                "Σ over the other classes of their squared logits",
            ),
            ("others", &others),
            ("fixed", fixed),
        ],
    )?;
    formula.text = match loss.combines() {
        Combines::ByTarget => formula.text,
        Combines::Every | Combines::Present => {
            format!("Σ over the classes k of ({})", formula.text)
        }
        Combines::Normalised => {
            format!(
                "ℓ of the label / Σ over the classes k of ℓ(k), ℓ(k) = {}",
                formula.text
            )
        }
    };
    let mut tell = |name: String, meaning: String| formula.names.push(Name { name, meaning });
    match loss.combines() {
        Combines::ByTarget => tell(
            "k".to_owned(),
            "the label; soft labels weight the term of each class".to_owned(),
        ),
        Combines::Every | Combines::Present | Combines::Normalised => {}
    }
    if let Some(link) = link {
        tell("link".to_owned(), link);
    }
    if graph != traced(7.0) {
        tell(
            "c = 10".to_owned(),
            "the numbers are those for 10 classes".to_owned(),
        );
    }
    Some(formula)
}

/// What a row's logits are after a transform, and the formula of a link.
fn transformed(loss: &dyn RowObject, transform: &Transform) -> Option<(String, Option<String>)> {
    Some(match transform {
        Transform::Link => {
            let link = Graph::trace(|| loss.trace_link(Sym::input("x")));
            (
                "linked logit".to_owned(),
                Some(format!("a logit x becomes {}", text(&link)?)),
            )
        }
        Transform::Shift(_) => ("logit, shifted by class,".to_owned(), None),
        Transform::Clip(radius) => (
            format!("logit, scaled to a norm of {radius} at most,"),
            None,
        ),
        Transform::Standardise => ("logit, standardised over the row,".to_owned(), None),
        Transform::Threshold => (
            "logit, less the threshold of the sparsemax,".to_owned(),
            None,
        ),
        Transform::Positive => (
            "logit, made positive and of mean 1 over the row,".to_owned(),
            None,
        ),
        Transform::Tempered(t) => (
            format!("logarithm of the tempered softmax with t = {t},"),
            None,
        ),
        Transform::Temper { .. } => ("logit, divided by the row's temperature,".to_owned(), None),
    })
}

fn region(loss: &dyn RegionObject) -> Option<Formula> {
    // A loss of all classes together has as many names as classes.
    if loss.joint() {
        return None;
    }
    let square = if loss.squared() { "²" } else { "" };
    named(
        &Graph::trace(|| {
            loss.trace(&[Region {
                intersection: Sym::input("I"),
                prediction: Sym::input("P"),
                target: Sym::input("T"),
                difference: Sym::input("D"),
                pixels: Sym::input("N"),
                class: 1,
                weight: 1.0,
            }])
        }),
        &[
            ("I", "Σ p·t over the pixels of a region"),
            ("P", &format!("Σ p{square}")),
            ("T", &format!("Σ t{square}")),
            ("D", "Σ |p − t|"),
            ("N", "the number of pixels"),
        ],
    )
}

fn boxes() -> BoxPair<Sym> {
    let corners = |name: &str| Corners {
        x1: Sym::input(format!("{name}.x1")),
        y1: Sym::input(format!("{name}.y1")),
        x2: Sym::input(format!("{name}.x2")),
        y2: Sym::input(format!("{name}.y2")),
    };
    BoxPair {
        prediction: corners("a"),
        target: corners("b"),
        union: Sym::input("union"),
        iou: Sym::input("iou"),
        miss: Sym::input("miss"),
        hull: corners("hull"),
    }
}

/// A graph as text, with the meanings of those names that it reads.
fn named(graph: &Graph, meanings: &[(&str, &str)]) -> Option<Formula> {
    let text = text(graph)?;
    let counts = operands(graph);
    let reads = |wanted: &str| {
        graph.nodes().iter().zip(&counts).any(|(node, (_, used))| {
            matches!(node, Node::Input(name) if name.split('.').next() == Some(wanted)) && *used
        })
    };
    let names = meanings
        .iter()
        .filter(|(name, _)| reads(name))
        .map(|(name, meaning)| Name {
            name: (*name).to_owned(),
            meaning: (*meaning).to_owned(),
        });
    Some(Formula {
        names: names.collect(),
        text,
    })
}

/// Infix notation, unless it is too long: a step that is used twice is written twice.
fn text(graph: &Graph) -> Option<String> {
    let (size, _) = operands(graph).pop()?;
    (size <= MOST_OPERATIONS).then(|| graph.to_string())
}

/// For every node: how many nodes its text has, and whether the result depends on it.
fn operands(graph: &Graph) -> Vec<(usize, bool)> {
    let nodes = graph.nodes();
    let inputs = |node: &Node| -> Vec<usize> {
        match *node {
            Node::Input(_) | Node::Constant(_) => vec![],
            Node::Unary(_, a) | Node::Power(a, _) => vec![a],
            Node::Binary(_, a, b) => vec![a, b],
            Node::SelectLt(all) => all.to_vec(),
        }
    };
    let mut sizes: Vec<usize> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let size = inputs(node)
            .iter()
            .fold(1, |sum: usize, &i| sum.saturating_add(sizes[i]));
        sizes.push(size);
    }
    let mut used = vec![false; nodes.len()];
    if let Some(last) = used.last_mut() {
        *last = true;
    }
    for index in (0..nodes.len()).rev() {
        if used[index] {
            for input in inputs(&nodes[index]) {
                used[input] = true;
            }
        }
    }
    sizes.into_iter().zip(used).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use minimand::Catalog;

    fn formula(name: &str) -> Formula {
        Formula::of(Catalog::builtin().find(name).unwrap())
            .unwrap()
            .unwrap()
    }

    #[test]
    fn formulas_are_what_the_code_computes() {
        assert_eq!(formula("cross_entropy").text, "-ln_p");
        assert_eq!(formula("focal").text, "-(q^2*ln_p)");
        let mse = formula("mse");
        assert_eq!(mse.text, "(x - t)*(x - t)");
        assert_eq!(mse.names.len(), 2);
    }

    #[test]
    fn every_name_is_explained() {
        for entry in Catalog::builtin().entries() {
            let Some(formula) = Formula::of(entry).unwrap() else {
                continue;
            };
            assert!(!formula.names.is_empty(), "{}", entry.name);
            assert!(formula.text.len() < 1000, "{}", entry.name);
        }
    }
}
