//! The formula of a loss as its code computes it, read off by running it on symbols.

use minimand::kernels::boxes::{BoxPair, Corners};
use minimand::kernels::regions::{Region, RegionObject};
use minimand::kernels::rows::{Row, RowObject};
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
                    ("miss", "1 − intersection over union"),
                ],
            ),
            None => None,
        })
    }
}

/// The loss of one row as if class k were the label.
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
                classes,
            })
        })
    };
    let pair = Graph::trace(|| loss.trace_pair(Sym::input("z_j"), Sym::input("z")));
    let others = format!("Σ over the other classes j of {}", text(&pair)?);
    let graph = traced(10.0);
    let mut formula = named(
        &graph,
        &[
            ("ln_p", "ln of the probability of the label"),
            ("p", "probability of the label, softmax of the logits"),
            ("q", "1 − p, summed over the other classes"),
            ("z", "logit of the label"),
            (
                "squares",
                "Σ over the other classes of their squared logits",
            ),
            ("others", &others),
        ],
    )?;
    if graph != traced(7.0) {
        let meaning = "the numbers are those for 10 classes".to_owned();
        formula.names.push(Name {
            name: "c = 10".to_owned(),
            meaning,
        });
    }
    Some(formula)
}

fn region(loss: &dyn RegionObject) -> Option<Formula> {
    let square = if loss.squared() { "²" } else { "" };
    named(
        &Graph::trace(|| {
            loss.trace(&Region {
                intersection: Sym::input("I"),
                prediction: Sym::input("P"),
                target: Sym::input("T"),
            })
        }),
        &[
            ("I", "Σ p·t over the pixels of a region"),
            ("P", &format!("Σ p{square}")),
            ("T", &format!("Σ t{square}")),
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
