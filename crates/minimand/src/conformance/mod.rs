//! The suite that every registered loss passes, usable on losses of your own.
//!
//! A loss declares [`Facts`]; the suite chooses its checks from them. Derivatives are compared with
//! differences of a plainly written reference on replayed numbers, single with double precision, and
//! what a loss claims (convex, proper, bounded, …) is put to the test.
//!
//! ```
//! use minimand::conformance;
//! use minimand::losses::Focal;
//! use minimand::Loss;
//!
//! assert!(conformance::check(Focal::ENTRY).is_empty());
//! ```

mod claims;
mod clouds;
mod derivatives;
mod extremes;
mod grouped;
mod outlines;
mod paired;
mod precision;
mod reference;
mod samples;
mod semantics;

use crate::batch::{Options, Reduction};
use crate::catalog::{Built, Catalog, Entry};
use crate::error::Error;
use crate::kernels::fields::FieldObject;
use crate::kernels::groups::Layout;
use crate::loss::{Facts, Kernel, Shape};
use crate::objective::{Evaluation, Objective};
use samples::{Random, Sample};
use std::fmt;

/// A check that a loss did not pass.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// The loss with its parameters.
    pub expression: String,
    /// Name of the check, as in [`CHECKS`].
    pub check: &'static str,
    /// What was expected and what came.
    pub detail: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.expression, self.check, self.detail)
    }
}

/// One check of the suite.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Its name.
    pub name: &'static str,
    /// What it demands.
    pub demands: &'static str,
    run: fn(&Subject) -> Result<(), String>,
}

/// Every check, in the order in which they run.
pub const CHECKS: &[Check] = &[
    Check {
        name: "known_answers",
        demands: "the values worked out elsewhere, at least three of them",
        run: semantics::known_answers,
    },
    Check {
        name: "round_trip",
        demands: "printing gives an expression that parses to the same objective",
        run: semantics::round_trip,
    },
    Check {
        name: "value",
        demands: "the fused value is the reference's, to 1e-10",
        run: derivatives::value,
    },
    Check {
        name: "gradient",
        demands: "central differences of the reference, to 1e-6 of a row's largest entry",
        run: derivatives::gradient,
    },
    Check {
        name: "curvature",
        demands: "the Hessian's diagonal is the difference quotient of the gradient, to 1e-5",
        run: derivatives::curvature,
    },
    Check {
        name: "graph",
        demands: "the traced graph evaluates to the same value",
        run: derivatives::graph,
    },
    Check {
        name: "single_precision",
        demands: "f32 against f64: value to 1e-6, gradients to 4e-6 of a row's largest entry",
        run: precision::single,
    },
    Check {
        name: "confident_rows",
        demands: "the true class's gradient in f32 to 1e-4 for 1 − p from 0.5 down to 1e-9",
        run: precision::confident,
    },
    Check {
        name: "extremes",
        demands: "finite at ±1e4 and at the ends of the declared range, a typed error beyond",
        run: extremes::predictions,
    },
    Check {
        name: "singular_points",
        demands: "at p = 0, p = 1, x = t, equal and empty boxes: the limit, not NaN",
        run: extremes::singular_points,
    },
    Check {
        name: "permutation",
        demands: "items in another order give the same value and the permuted gradient",
        run: semantics::permutation,
    },
    Check {
        name: "weights",
        demands: "weight 2 is the item twice, weight 0 its absence",
        run: semantics::weights,
    },
    Check {
        name: "mask",
        demands: "a masked or ignored item is absent, whatever it holds",
        run: semantics::mask,
    },
    Check {
        name: "empty",
        demands: "if nothing counts: value 0, gradient 0, count 0",
        run: semantics::empty,
    },
    Check {
        name: "reductions",
        demands: "mean, sum, none and denominators agree with each other",
        run: semantics::reductions,
    },
    Check {
        name: "soft_labels",
        demands: "a one-hot soft label is the hard label",
        run: semantics::soft_labels,
    },
    Check {
        name: "threads",
        demands: "the same bits for 1, 2 and 5 threads",
        run: semantics::threads,
    },
    Check {
        name: "repeatable",
        demands: "the same bits when evaluated again",
        run: semantics::repeatable,
    },
    Check {
        name: "convex",
        demands: "if it claims convexity: the value at a midpoint is at most the mean of the values",
        run: claims::convex,
    },
    Check {
        name: "bounds",
        demands: "declared bounds of values and slopes hold; a perfect prediction reaches the infimum",
        run: claims::bounds,
    },
    Check {
        name: "shift",
        demands: "if it claims shift invariance: a number added to a row's logits changes nothing",
        run: claims::shift,
    },
    Check {
        name: "elicits",
        demands: "the constant with the least loss is what it claims to elicit",
        run: claims::elicits,
    },
];

/// A loss with its parameters, under test.
pub(crate) struct Subject {
    entry: &'static Entry,
    built: Built,
    objective: Objective,
}

impl Subject {
    fn facts(&self) -> &Facts {
        &self.built.facts
    }

    fn shape(&self) -> Shape {
        self.entry.shape
    }

    /// How a group loss cuts a batch.
    fn layout(&self) -> Option<Layout> {
        match &self.built.kernel {
            Kernel::Groups(kernel) => Some(kernel.layout()),
            _ => None,
        }
    }

    /// How a field loss reads a batch.
    fn fields(&self) -> Option<&dyn FieldObject> {
        match &self.built.kernel {
            Kernel::Fields(kernel) => Some(&**kernel),
            _ => None,
        }
    }

    /// What is one step of a prediction: a temperature below 1 makes logits of small numbers.
    fn unit(&self) -> f64 {
        match &self.built.kernel {
            Kernel::Rows(kernel) => kernel.softmax_temperature().min(1.0),
            // Likenesses move by more than the embeddings, and are scaled besides.
            Kernel::Pairs(_) => 0.5,
            _ => 1.0,
        }
    }

    /// Samples of several sizes, away from kinks, always the same ones.
    fn samples(&self) -> Vec<Sample> {
        samples::of(self, &mut Random::new(self.entry.name))
    }

    fn run(&self, sample: &Sample, reduction: Reduction) -> Result<Evaluation, String> {
        self.run_with(sample, &Options::reduction(reduction))
    }

    fn run_with(&self, sample: &Sample, options: &Options) -> Result<Evaluation, String> {
        sample
            .evaluate(&self.objective, options)
            .map_err(|e| format!("unexpected error: {e}"))
    }
}

/// Runs the suite on the default parameters and on every variant of an entry. An empty list means that
/// the loss passes.
pub fn check(entry: &'static Entry) -> Vec<Failure> {
    let mut failures = Vec::new();
    let catalog = Catalog::of(entry);
    let mut sampled = false;
    for expression in [entry.name].iter().chain(entry.variants) {
        let subject = match subject(entry, expression, &catalog) {
            Ok(subject) => subject,
            Err(error) => {
                failures.push(Failure {
                    expression: expression.to_string(),
                    check: "parameters",
                    detail: error.to_string(),
                });
                continue;
            }
        };
        sampled |= !subject.samples().is_empty();
        for check in CHECKS {
            if let Err(detail) = (check.run)(&subject) {
                failures.push(Failure {
                    expression: expression.to_string(),
                    check: check.name,
                    detail,
                });
            }
        }
    }
    if !sampled {
        failures.push(Failure {
            expression: entry.name.to_string(),
            check: "samples",
            detail: "no variant takes the small samples of the suite".to_string(),
        });
    }
    failures
}

fn subject(entry: &'static Entry, expression: &str, catalog: &Catalog) -> Result<Subject, Error> {
    let objective = Objective::parse_with(expression, catalog)?;
    let built = objective.terms().next().map(|(_, built)| built.clone());
    let built = built.ok_or_else(|| Error::unsupported(expression, "is no loss"))?;
    Ok(Subject {
        entry,
        built,
        objective,
    })
}

/// Is `got` within `tolerance` of `want`, relative to `size`?
fn close(what: &str, got: f64, want: f64, size: f64, tolerance: f64) -> Result<(), String> {
    if (got - want).abs() <= tolerance * size || got == want {
        Ok(())
    } else {
        Err(format!(
            "{what} is {got:e}, expected {want:e} to {tolerance:e} of {size:e}"
        ))
    }
}

/// Compares arrays row by row, relative to each row's largest entry.
fn close_rows(
    what: &str,
    got: &[f64],
    want: &[f64],
    row: usize,
    tolerance: f64,
) -> Result<(), String> {
    if got.len() != want.len() {
        return Err(format!(
            "{what} has {} entries, expected {}",
            got.len(),
            want.len()
        ));
    }
    // Below the smallest normal f32, relative accuracy is nobody's.
    let floor = f64::from(f32::MIN_POSITIVE);
    for (r, (got, want)) in got.chunks(row).zip(want.chunks(row)).enumerate() {
        let size = want.iter().fold(floor, |a, b| a.max(b.abs()));
        for (i, (g, w)) in got.iter().zip(want).enumerate() {
            close(
                &format!("{what}, row {r} entry {i},"),
                *g,
                *w,
                size,
                tolerance,
            )?;
        }
    }
    Ok(())
}
