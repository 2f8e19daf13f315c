//! An objective: a weighted sum of losses, evaluated on a batch with its exact gradient.

mod both_sides;

use crate::batch::{Batch, Empty, Options, Reduction, Values};
use crate::catalog::{Built, Catalog};
use crate::error::Error;
use crate::expression;
use crate::loss::Loss;
use crate::shapes::{self, Outcome, Precision, Together, evaluate_together};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A weighted sum of losses. Cheap to clone; shared between threads freely.
///
/// ```
/// use minimand::{Array, Batch, Objective, Options, Target};
///
/// let objective: Objective = "cross_entropy + 0.5*squentropy".parse()?;
/// let (logits, labels) = (vec![2.0f32, -1.0, 0.5], vec![0u8]);
/// let batch = Batch::new(Array::new(&logits, &[1, 3]), Target::labels(&labels, &[1]));
/// let result = objective.value_and_gradient(&batch, &Options::default())?;
/// assert!((result.value - (0.241311 + 0.5 * 0.866311)).abs() < 1e-5);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Clone)]
pub struct Objective {
    terms: Arc<[Term]>,
}

/// One loss of the sum with its coefficient.
#[derive(Clone)]
pub(crate) struct Term {
    pub(crate) coefficient: f64,
    pub(crate) built: Built,
}

/// What an evaluation gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The reduced value; under [`Reduction::None`] the sum of `per_item`.
    pub value: f64,
    /// Weighted loss of every item, under [`Reduction::None`].
    pub per_item: Option<Vec<f64>>,
    /// Number of items that count (of the first term, if terms differ in what an item is).
    pub count: usize,
    /// ∂value/∂prediction in the shape of the prediction, if it was asked for.
    pub gradient: Option<Gradient>,
}

/// A gradient in the precision of the prediction.
#[derive(Debug, Clone, PartialEq)]
pub enum Gradient {
    /// Single precision.
    F32(Vec<f32>),
    /// Double precision.
    F64(Vec<f64>),
}

impl Gradient {
    /// The entries in double precision.
    pub fn to_f64(&self) -> Vec<f64> {
        match self {
            Gradient::F32(g) => g.iter().map(|&x| f64::from(x)).collect(),
            Gradient::F64(g) => g.clone(),
        }
    }
}

/// The caller's buffer for a gradient: as long as the prediction and of its precision.
#[derive(Debug)]
pub enum GradientMut<'a> {
    /// Single precision.
    F32(&'a mut [f32]),
    /// Double precision.
    F64(&'a mut [f64]),
}

impl Objective {
    /// The objective of one loss made in Rust.
    ///
    /// # Errors
    /// A parameter out of its range.
    pub fn new<L: Loss>(loss: &L) -> Result<Objective, Error> {
        Built::new(loss).map(Objective::from_built)
    }

    /// Reads an expression with the names of a catalogue of your own.
    ///
    /// # Errors
    /// As for [`str::parse`]: syntax, unknown names, parameters out of range.
    pub fn parse_with(expression: &str, catalog: &Catalog) -> Result<Objective, Error> {
        expression::parse(expression, catalog)
    }

    pub(crate) fn from_built(built: Built) -> Objective {
        Objective {
            terms: Arc::new([Term {
                coefficient: 1.0,
                built,
            }]),
        }
    }

    /// This objective times a finite number.
    ///
    /// # Errors
    /// A factor that is not finite.
    pub fn scaled(&self, factor: f64) -> Result<Objective, Error> {
        if !factor.is_finite() {
            return Err(Error::Parameter {
                loss: self.to_string(),
                parameter: "factor".to_string(),
                expected: "a finite number".to_string(),
                got: factor.to_string(),
            });
        }
        let scale = |t: &Term| Term {
            coefficient: factor * t.coefficient,
            built: t.built.clone(),
        };
        Ok(Objective {
            terms: self.terms.iter().map(scale).collect(),
        })
    }

    /// The sum of two objectives.
    pub fn plus(&self, other: &Objective) -> Objective {
        Objective {
            terms: self
                .terms
                .iter()
                .chain(other.terms.iter())
                .cloned()
                .collect(),
        }
    }

    /// The losses of the sum with their coefficients.
    pub fn terms(&self) -> impl ExactSizeIterator<Item = (f64, &Built)> {
        self.terms.iter().map(|t| (t.coefficient, &t.built))
    }

    /// The value alone.
    ///
    /// # Errors
    /// Shapes that do not fit, labels that are no class, numbers out of the loss's range.
    pub fn evaluate(&self, batch: &Batch<'_>, options: &Options) -> Result<Evaluation, Error> {
        match batch.prediction.values {
            Values::F32(x) => self.run(x, batch, options, None),
            Values::F64(x) => self.run(x, batch, options, None),
        }
    }

    /// The value and a newly allocated gradient.
    ///
    /// # Errors
    /// As for [`evaluate`](Objective::evaluate).
    pub fn value_and_gradient(
        &self,
        batch: &Batch<'_>,
        options: &Options,
    ) -> Result<Evaluation, Error> {
        match batch.prediction.values {
            Values::F32(x) => {
                let mut gradient = vec![0.0; x.len()];
                let result = self.run(x, batch, options, Some(&mut gradient))?;
                Ok(Evaluation {
                    gradient: Some(Gradient::F32(gradient)),
                    ..result
                })
            }
            Values::F64(x) => {
                let mut gradient = vec![0.0; x.len()];
                let result = self.run(x, batch, options, Some(&mut gradient))?;
                Ok(Evaluation {
                    gradient: Some(Gradient::F64(gradient)),
                    ..result
                })
            }
        }
    }

    /// The value, with the gradient written to the caller's buffer. What the buffer held is
    /// overwritten; after an error its content is unspecified.
    ///
    /// # Errors
    /// As for [`evaluate`](Objective::evaluate); a buffer of another length or precision.
    pub fn evaluate_into(
        &self,
        batch: &Batch<'_>,
        options: &Options,
        gradient: GradientMut<'_>,
    ) -> Result<Evaluation, Error> {
        match (batch.prediction.values, gradient) {
            (Values::F32(x), GradientMut::F32(g)) => self.run(x, batch, options, Some(g)),
            (Values::F64(x), GradientMut::F64(g)) => self.run(x, batch, options, Some(g)),
            (Values::F32(_), GradientMut::F64(_)) => Err(wrong_precision("f32", "f64")),
            (Values::F64(_), GradientMut::F32(_)) => Err(wrong_precision("f64", "f32")),
        }
    }

    /// The exact diagonal of the Hessian with respect to the prediction, in double precision.
    ///
    /// # Errors
    /// As for [`evaluate`](Objective::evaluate).
    pub fn hessian_diagonal(
        &self,
        batch: &Batch<'_>,
        options: &Options,
    ) -> Result<Vec<f64>, Error> {
        let x = batch.prediction.values.converted::<f64>();
        // The value pass checks everything that can be wrong with the batch.
        self.run(&x, batch, options, None)?;
        let mut total = vec![0.0; x.len()];
        for term in self.terms.iter() {
            let diagonal = shapes::hessian_diagonal(&term.built, &x, batch, options)?;
            for (t, d) in total.iter_mut().zip(diagonal) {
                *t += term.coefficient * d;
            }
        }
        Ok(total)
    }

    fn run<T: Precision>(
        &self,
        prediction: &[T],
        batch: &Batch<'_>,
        options: &Options,
        gradient: Option<&mut [T]>,
    ) -> Result<Evaluation, Error> {
        batch.check()?;
        let mut gradient = gradient;
        if let Some(g) = &gradient
            && g.len() != prediction.len()
        {
            return Err(Error::Shape {
                argument: "gradient",
                expected: format!("{} entries", prediction.len()),
                got: format!("{} entries", g.len()),
            });
        }
        // Terms of one softmax of an image go first and together; the others add to their gradient.
        let together = Together::find(&self.terms, batch, options);
        let mut written = together.is_some();
        let mut ready = Vec::new();
        if let Some(together) = &together {
            let first = gradient.as_deref_mut();
            let terms = &self.terms;
            ready = evaluate_together(terms, together, prediction, batch, options, first)?;
        }
        let mut total: Option<Evaluation> = None;
        for (number, term) in self.terms.iter().enumerate() {
            let next = if together.as_ref().is_some_and(|t| t.has(number)) {
                let found = ready.iter().position(|(ready, _)| *ready == number);
                let outcome = found.map(|at| ready.swap_remove(at).1);
                evaluation(term, outcome.unwrap_or_default(), options)
            } else if written {
                let mut own = gradient.as_ref().map(|g| vec![T::default(); g.len()]);
                let next = run_term(term, prediction, batch, options, own.as_deref_mut())?;
                let all = gradient.iter_mut().flat_map(|g| g.iter_mut());
                for (g, o) in all.zip(own.iter().flatten()) {
                    *g = *g + *o;
                }
                next
            } else {
                written = true;
                run_term(term, prediction, batch, options, gradient.as_deref_mut())?
            };
            let Some(sum) = &mut total else {
                total = Some(next);
                continue;
            };
            self.add(sum, next)?;
        }
        total.ok_or_else(|| Error::unsupported("", "is an objective without terms"))
    }

    /// Adds what another term gives.
    fn add(&self, sum: &mut Evaluation, next: Evaluation) -> Result<(), Error> {
        sum.value += next.value;
        match (&mut sum.per_item, &next.per_item) {
            (Some(all), Some(more)) if all.len() == more.len() => {
                for (a, m) in all.iter_mut().zip(more) {
                    *a += m;
                }
                Ok(())
            }
            (Some(all), Some(more)) => Err(Error::unsupported(
                self.to_string(),
                format!(
                    "has terms of {} and of {} items: reduction \"none\" needs items of one shape, \
                     use \"mean\" or \"sum\"",
                    all.len(),
                    more.len()
                ),
            )),
            _ => Ok(()),
        }
    }
}

/// Value and gradient of one term.
fn run_term<T: Precision>(
    term: &Term,
    prediction: &[T],
    batch: &Batch<'_>,
    options: &Options,
    gradient: Option<&mut [T]>,
) -> Result<Evaluation, Error> {
    let keep = options.reduction == Reduction::None;
    let outcome = shapes::evaluate(term, prediction, batch, options, gradient, keep)?;
    Ok(evaluation(term, outcome, options))
}

/// What a term adds to the objective.
fn evaluation(term: &Term, outcome: Outcome, options: &Options) -> Evaluation {
    let value = match outcome.divisor {
        Some(divisor) => term.coefficient * outcome.sum / divisor,
        None if options.empty == Empty::Nan => f64::NAN,
        None => 0.0,
    };
    Evaluation {
        value,
        per_item: outcome.per_item.map(|mut items| {
            items.iter_mut().for_each(|x| *x *= term.coefficient);
            items
        }),
        count: outcome.count,
        gradient: None,
    }
}

fn wrong_precision(expected: &str, got: &str) -> Error {
    Error::Shape {
        argument: "gradient",
        expected: format!("the prediction's dtype, {expected}"),
        got: got.to_string(),
    }
}

impl FromStr for Objective {
    type Err = Error;

    fn from_str(expression: &str) -> Result<Self, Error> {
        Objective::parse_with(expression, &Catalog::builtin())
    }
}

/// The expression, without parameters that have their defaults; it parses to the same objective.
impl fmt::Display for Objective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, term) in self.terms.iter().enumerate() {
            let negative = term.coefficient.is_sign_negative();
            f.write_str(match (i, negative) {
                (0, false) => "",
                (0, true) => "-",
                (_, false) => " + ",
                (_, true) => " - ",
            })?;
            let size = term.coefficient.abs();
            if size != 1.0 {
                write!(f, "{size}*")?;
            }
            write!(f, "{}", term.built)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Objective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Objective({self})")
    }
}

impl fmt::Display for Built {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.entry.name)?;
        let given: Vec<String> = self
            .entry
            .parameters
            .iter()
            .zip(&self.arguments)
            .filter(|(info, (_, value))| (info.default)() != *value)
            .map(|(_, (name, value))| format!("{name}={value}"))
            .collect();
        if given.is_empty() {
            Ok(())
        } else {
            write!(f, "({})", given.join(", "))
        }
    }
}
