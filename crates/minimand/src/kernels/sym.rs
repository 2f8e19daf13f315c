//! The formula as data: a graph of operations, recorded by running the formula once.
//!
//! It is what a device without a kernel of ours executes (each node is one tensor operation), and
//! what the documentation prints.

use super::scalar::Real;
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number that records what is done to it. Only meaningful inside [`Graph::trace`].
#[derive(Debug, Clone, Copy)]
pub struct Sym(usize);

/// An operation of one argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unary {
    /// −x
    Neg,
    /// e^x
    Exp,
    /// e^x − 1
    ExpM1,
    /// natural logarithm
    Ln,
    /// ln(1 + x)
    Ln1p,
    /// square root
    Sqrt,
    /// arc tangent
    Atan,
    /// sine
    Sin,
    /// cosine
    Cos,
    /// absolute value
    Abs,
    /// 1/(1 + e^−x)
    Sigmoid,
    /// ln(1 + e^x)
    Softplus,
    /// the value, without its derivative
    Detach,
}

/// An operation of two arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Binary {
    /// a + b
    Add,
    /// a − b
    Sub,
    /// a·b
    Mul,
    /// a/b
    Div,
}

/// One step of a formula. Numbers refer to earlier nodes of the graph.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// A named input.
    Input(String),
    /// A constant.
    Constant(f64),
    /// An operation of one argument.
    Unary(Unary, usize),
    /// An operation of two arguments.
    Binary(Binary, usize, usize),
    /// x^p with a constant exponent; 0 for x ≤ 0 unless p = 0.
    Power(usize, f64),
    /// `[a, b, yes, no]`: `yes` where a < b, else `no`.
    SelectLt([usize; 4]),
}

/// A recorded formula: nodes in the order they can be evaluated, the last of which is the result.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    nodes: Vec<Node>,
    output: usize,
}

thread_local! {
    static NODES: RefCell<Vec<Node>> = const { RefCell::new(Vec::new()) };
}

fn push(node: Node) -> Sym {
    NODES.with_borrow_mut(|nodes| {
        // The same step twice is one node: formulas repeat subexpressions freely.
        let found = nodes.iter().position(|n| *n == node);
        Sym(found.unwrap_or_else(|| {
            nodes.push(node);
            nodes.len() - 1
        }))
    })
}

impl Sym {
    /// A named input of the graph being recorded.
    pub fn input(name: impl Into<String>) -> Self {
        push(Node::Input(name.into()))
    }
}

impl Graph {
    /// Records the operations of `f`.
    pub fn trace(f: impl FnOnce() -> Sym) -> Graph {
        NODES.with_borrow_mut(Vec::clear);
        let output = f().0;
        let mut nodes = NODES.take();
        // The result is the last node: what was recorded after it does not feed it.
        nodes.truncate(output + 1);
        Graph { nodes, output }
    }

    /// The nodes, each after those it refers to.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The value for the given inputs; `None` if an input is missing.
    pub fn evaluate(&self, inputs: &HashMap<String, f64>) -> Option<f64> {
        let mut values: Vec<f64> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let value = match *node {
                Node::Input(ref name) => *inputs.get(name)?,
                Node::Constant(x) => x,
                Node::Unary(operation, a) => unary(operation, values[a]),
                Node::Binary(operation, a, b) => match operation {
                    Binary::Add => values[a] + values[b],
                    Binary::Sub => values[a] - values[b],
                    Binary::Mul => values[a] * values[b],
                    Binary::Div => values[a] / values[b],
                },
                Node::Power(a, p) => Real::powf(values[a], p),
                Node::SelectLt([a, b, yes, no]) => {
                    if values[a] < values[b] {
                        values[yes]
                    } else {
                        values[no]
                    }
                }
            };
            values.push(value);
        }
        Some(values[self.output])
    }
}

fn unary(operation: Unary, x: f64) -> f64 {
    match operation {
        Unary::Neg => -x,
        Unary::Exp => x.exp(),
        Unary::ExpM1 => x.exp_m1(),
        Unary::Ln => x.ln(),
        Unary::Ln1p => x.ln_1p(),
        Unary::Sqrt => x.sqrt(),
        Unary::Atan => x.atan(),
        Unary::Sin => x.sin(),
        Unary::Cos => x.cos(),
        Unary::Abs => x.abs(),
        Unary::Sigmoid => x.sigmoid(),
        Unary::Softplus => x.softplus(),
        Unary::Detach => x,
    }
}

/// The formula in infix notation, with as few brackets as precedence allows.
impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.infix(self.output).0)
    }
}

impl Graph {
    /// Text of a node and how tightly it binds: 0 sum, 1 product, 2 negation, 3 atom.
    fn infix(&self, index: usize) -> (String, u8) {
        let wrapped = |index: usize, least: u8| {
            let (text, binds) = self.infix(index);
            if binds < least {
                format!("({text})")
            } else {
                text
            }
        };
        let plain = |index: usize| self.infix(index).0;
        match self.nodes[index] {
            Node::Input(ref name) => (name.clone(), 3),
            Node::Constant(x) => (constant(x), if x < 0.0 { 2 } else { 3 }),
            Node::Unary(Unary::Neg, a) => (format!("-{}", wrapped(a, 2)), 2),
            Node::Unary(operation, a) => {
                let name = match operation {
                    Unary::Neg => "-",
                    Unary::Exp => "exp",
                    Unary::ExpM1 => "expm1",
                    Unary::Ln => "ln",
                    Unary::Ln1p => "ln1p",
                    Unary::Sqrt => "sqrt",
                    Unary::Atan => "atan",
                    Unary::Sin => "sin",
                    Unary::Cos => "cos",
                    Unary::Abs => "abs",
                    Unary::Sigmoid => "sigmoid",
                    Unary::Softplus => "softplus",
                    Unary::Detach => "detach",
                };
                (format!("{name}({})", plain(a)), 3)
            }
            Node::Binary(Binary::Add, a, b) => {
                (format!("{} + {}", wrapped(a, 0), wrapped(b, 0)), 0)
            }
            Node::Binary(Binary::Sub, a, b) => {
                (format!("{} - {}", wrapped(a, 0), wrapped(b, 1)), 0)
            }
            Node::Binary(Binary::Mul, a, b) => (format!("{}*{}", wrapped(a, 1), wrapped(b, 2)), 1),
            Node::Binary(Binary::Div, a, b) => (format!("{}/{}", wrapped(a, 1), wrapped(b, 3)), 1),
            Node::Power(a, p) => (format!("{}^{p}", wrapped(a, 3)), 3),
            Node::SelectLt([a, b, yes, no]) => (
                format!(
                    "where({} < {}, {}, {})",
                    plain(a),
                    plain(b),
                    plain(yes),
                    plain(no)
                ),
                3,
            ),
        }
    }
}

macro_rules! operator {
    ($($operator:ident $method:ident)*) => {$(
        impl $operator for Sym {
            type Output = Self;
            fn $method(self, other: Self) -> Self {
                push(Node::Binary(Binary::$operator, self.0, other.0))
            }
        }
    )*};
}
operator!(Add add Sub sub Mul mul Div div);

impl Neg for Sym {
    type Output = Self;
    fn neg(self) -> Self {
        push(Node::Unary(Unary::Neg, self.0))
    }
}

macro_rules! recorded {
    ($($method:ident $operation:ident)*) => {$(
        fn $method(self) -> Self {
            push(Node::Unary(Unary::$operation, self.0))
        }
    )*};
}

impl Real for Sym {
    fn lift(x: f64) -> Self {
        push(Node::Constant(x))
    }
    recorded!(exp Exp exp_m1 ExpM1 ln Ln ln_1p Ln1p sqrt Sqrt atan Atan sin Sin cos Cos abs Abs
              sigmoid Sigmoid softplus Softplus detach Detach);
    fn powf(self, p: f64) -> Self {
        push(Node::Power(self.0, p))
    }
    fn select_lt(a: Self, b: Self, yes: Self, no: Self) -> Self {
        push(Node::SelectLt([a.0, b.0, yes.0, no.0]))
    }
}

/// A number; without hundreds of zeros where it is very small or large.
fn constant(x: f64) -> String {
    match x.abs() {
        size if size == 0.0 || (1e-6..1e9).contains(&size) => x.to_string(),
        _ => format!("{x:e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_and_evaluates() {
        let graph = Graph::trace(|| {
            let (x, y) = (Sym::input("x"), Sym::input("y"));
            -(x - y).square() / (Sym::lift(2.0) + x.exp())
        });
        assert_eq!(graph.to_string(), "-((x - y)*(x - y))/(2 + exp(x))");
        let inputs = HashMap::from([("x".to_string(), 0.0), ("y".to_string(), 3.0)]);
        assert_eq!(graph.evaluate(&inputs), Some(-3.0));
        assert_eq!(graph.evaluate(&HashMap::new()), None);
    }
}
