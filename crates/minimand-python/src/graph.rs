//! The traced formulas of an objective as JSON: what a device without a kernel of ours executes.
//!
//! `Objective.graph(classes, class_weights=None)` in Python is [`graph`]. The text is an array with one object per
//! term: `coefficient`, `name`, `shape`, and either `reason` (there is no formula, and why) or what the shape needs
//! to evaluate it. `_composed.py` is its reader. A formula is an array of nodes in the order in which they can be
//! evaluated, the last of which is the result; numbers refer to earlier nodes:
//!
//! `["input", name]`, `["constant", x]`, `["exp", a]` and the other operations of one argument, `["add", a, b]` and
//! the other operations of two, `["power", a, p]`, `["select", a, b, yes, no]` (`yes` where a < b).
//!
//! Formulas may hold the number of classes as a constant, and those of all classes together the weights of the
//! classes: both are fixed when a formula is traced.

use minimand::Objective;
use minimand::catalog::Built;
use minimand::kernels::boxes::{BoxFormula, BoxPair, Corners};
use minimand::kernels::regions::{Activation, Classes, Per, Region, RegionObject};
use minimand::kernels::rows::{Combines, Rival, Row, RowFormula, Transform};
use minimand::kernels::sym::{Binary, Graph, Node, Sym, Unary};
use minimand::loss::{Domain, Kernel};
use serde_json::{Value, json};

/// A number; JSON has none for infinities and NaN, so that those are texts that Python's `float` reads.
fn number(x: f64) -> Value {
    if x.is_finite() {
        json!(x)
    } else {
        json!(x.to_string())
    }
}

fn numbers(numbers: &[f64]) -> Value {
    numbers.iter().map(|&x| number(x)).collect()
}

/// The terms of an objective for predictions of this many classes. `class_weights` are read by formulas of all classes
/// together; those of other lengths than `classes` are for the caller to refuse.
pub(crate) fn graph(
    objective: &Objective,
    classes: usize,
    class_weights: Option<&[f64]>,
) -> String {
    let each = objective.terms().map(|(coefficient, built)| {
        let mut term = described(built, classes, class_weights);
        term["coefficient"] = number(coefficient);
        term["name"] = json!(built.entry.name);
        term["shape"] = json!(built.entry.shape.to_string());
        term
    });
    each.collect::<Value>().to_string()
}

fn described(built: &Built, classes: usize, class_weights: Option<&[f64]>) -> Value {
    match &built.kernel {
        Kernel::Rows(kernel) => {
            let mut term = row(&**kernel, classes);
            term["least_classes"] = json!(built.facts.least_classes);
            term["soft_labels"] = json!(built.facts.soft_labels);
            term
        }
        Kernel::Points(kernel) => json!({
            // Only a label can say that it does not count: an integer regression target is a number.
            "labelled": built.facts.target == Domain::Unit,
            "formula": nodes(&Graph::trace(|| kernel.trace(Sym::input("x"), Sym::input("t")))),
        }),
        Kernel::Regions(kernel) => region(&**kernel, classes, class_weights),
        Kernel::Boxes(kernel) => json!({ "formula": boxes(&**kernel) }),
        Kernel::Groups(_) | Kernel::Fields(_) | Kernel::Pairs(_) | Kernel::Clouds(_) => {
            let whole = built.entry.shape;
            json!({ "reason": format!("is evaluated on {whole} as a whole and has no formula of single operations") })
        }
    }
}

fn row(kernel: &dyn RowFormula, classes: usize) -> Value {
    let formula = Graph::trace(|| {
        kernel.trace(&Row {
            log_p: Sym::input("log_p"),
            p: Sym::input("p"),
            q: Sym::input("q"),
            z: Sym::input("z"),
            other_sq: Sym::input("other_sq"),
            others: Sym::input("others"),
            fixed: Sym::input("fixed"),
            classes: classes as f64,
        })
    });
    let sums_pairs = kernel.reads().others && kernel.rival_class().is_none();
    let other = sums_pairs.then(|| {
        let pair = Graph::trace(|| kernel.trace_pair(Sym::input("other"), Sym::input("own")));
        nodes(&pair)
    });
    json!({
        "combines": match kernel.combines() {
            Combines::ByTarget => "by_target",
            Combines::Every => "every",
            Combines::Present => "present",
            Combines::Normalised => "normalised",
        },
        "transform": transform(kernel),
        "rival": kernel.rival_class().map(|rival| match rival {
            Rival::Largest => "largest",
            Rival::Below => "below",
        }),
        "other": other,
        "class_values": numbers(&by_class(kernel, classes)),
        "label_smoothing": number(kernel.smoothing()),
        "temperature": number(kernel.softmax_temperature()),
        "alpha": numbers(kernel.class_factors()),
        "formula": nodes(&formula),
    })
}

/// One number for all classes, or one for each.
fn by_class(kernel: &dyn RowFormula, classes: usize) -> Vec<f64> {
    let mut values = kernel.values_by_class();
    if let Some(&last) = values.last()
        && kernel.last_value_for_rest()
    {
        values.resize(classes, last);
    }
    values
}

fn transform(kernel: &dyn RowFormula) -> Option<Value> {
    Some(match kernel.row_transform()? {
        Transform::Link => {
            let link = Graph::trace(|| kernel.trace_link(Sym::input("x")));
            json!({ "kind": "link", "formula": nodes(&link) })
        }
        Transform::Shift(by) => json!({ "kind": "shift", "by": numbers(&by) }),
        Transform::Clip(radius) => json!({ "kind": "clip", "radius": number(radius) }),
        Transform::Standardise => json!({ "kind": "standardise" }),
        Transform::Threshold => json!({ "kind": "threshold" }),
        Transform::Positive => json!({ "kind": "positive" }),
        Transform::Tempered(t) => json!({ "kind": "tempered", "t": number(t) }),
        Transform::Temper {
            most,
            spread,
            positive,
        } => {
            json!({ "kind": "temper", "most": number(most), "spread": number(spread), "positive": positive })
        }
    })
}

/// The formula of every class's region, from class 0 or 1 up; or, of a joint loss, the one of all of them.
fn region(kernel: &dyn RegionObject, classes: usize, class_weights: Option<&[f64]>) -> Value {
    let joint = kernel.joint();
    let present = kernel.classes() == Classes::Present;
    if joint && present {
        let reason = "with classes=\"present\" reads as many classes as the targets have, which no fixed formula does";
        return json!({ "reason": reason });
    }
    let named = |class: usize| {
        let input = |name: &str| {
            Sym::input(if joint {
                format!("{name}.{class}")
            } else {
                name.to_owned()
            })
        };
        let by_class = class_weights.and_then(|weights| weights.get(class).copied());
        Region {
            intersection: input("intersection"),
            prediction: input("prediction"),
            target: input("target"),
            difference: input("difference"),
            pixels: input("pixels"),
            class,
            weight: if joint { by_class.unwrap_or(1.0) } else { 1.0 },
        }
    };
    let counting = usize::from(!kernel.include_background())..classes;
    let formulas: Value = if joint {
        let all = Graph::trace(|| kernel.trace(&counting.map(named).collect::<Vec<Region<Sym>>>()));
        [nodes(&all)].into_iter().collect()
    } else {
        let each = counting.map(|class| nodes(&Graph::trace(|| kernel.trace(&[named(class)]))));
        each.collect()
    };
    json!({
        "joint": joint,
        "activation": match kernel.activation() {
            Activation::Softmax => "softmax",
            Activation::Sigmoid => "sigmoid",
            Activation::None => "none",
        },
        "squared": kernel.squared(),
        "difference": kernel.difference(),
        "include_background": kernel.include_background(),
        "present": present,
        "per_batch": kernel.per() == Per::Batch,
        "formulas": formulas,
    })
}

/// The formula by the corners of both boxes.
fn boxes(kernel: &dyn BoxFormula) -> Value {
    let corners = |name: &str| Corners {
        x1: Sym::input(format!("{name}.x1")),
        y1: Sym::input(format!("{name}.y1")),
        x2: Sym::input(format!("{name}.x2")),
        y2: Sym::input(format!("{name}.y2")),
    };
    nodes(&Graph::trace(|| {
        kernel.trace(&BoxPair::new(corners("prediction"), corners("target")))
    }))
}

fn nodes(graph: &Graph) -> Value {
    graph.nodes().iter().map(node).collect()
}

fn node(node: &Node) -> Value {
    match node {
        Node::Input(name) => json!(["input", name]),
        Node::Constant(x) => json!(["constant", number(*x)]),
        Node::Unary(operation, a) => json!([unary(*operation), a]),
        Node::Binary(operation, a, b) => json!([binary(*operation), a, b]),
        Node::Power(a, p) => json!(["power", a, number(*p)]),
        Node::SelectLt([a, b, yes, no]) => json!(["select", a, b, yes, no]),
    }
}

fn unary(operation: Unary) -> &'static str {
    match operation {
        Unary::Neg => "neg",
        Unary::Exp => "exp",
        Unary::ExpM1 => "exp_m1",
        Unary::Ln => "ln",
        Unary::Ln1p => "ln_1p",
        Unary::Sqrt => "sqrt",
        Unary::Atan => "atan",
        Unary::Sin => "sin",
        Unary::Cos => "cos",
        Unary::Abs => "abs",
        Unary::Sigmoid => "sigmoid",
        Unary::Softplus => "softplus",
        Unary::Detach => "detach",
    }
}

fn binary(operation: Binary) -> &'static str {
    match operation {
        Binary::Add => "add",
        Binary::Sub => "sub",
        Binary::Mul => "mul",
        Binary::Div => "div",
    }
}
