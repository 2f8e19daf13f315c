//! Does a small loss mean few errors?
//!
//! A classifier is trained with a *surrogate* loss and judged by its errors. At one point of the
//! feature space, with class probabilities p and scores s, the *conditional risk* of the surrogate is
//! Σ_k p_k ℓ(s, k), and its *regret* is what it exceeds the least such risk by. The regret in errors is
//! max p − p_argmax(s): how much likelier a right guess could have been. The *calibration function* T
//! ties the two together: T(b) is the least surrogate regret of scores whose regret in errors is b or
//! more. With all scores possible, and for families of models that are symmetric and complete
//! (linear models and networks with unbounded weights are), Mao, Mohri and Zhong (2023, paper 001)
//! show
//!
//! T(R₀₁(h) − R₀₁* + M₀₁) ≤ R(h) − R* + M,
//!
//! where the *minimisability gap* M is the best risk in the family less the mean of the least
//! conditional risks ([`minimizability_gap`]).
//!
//! Where the loss declares T in closed form ([`Facts::calibration`](crate::Facts)), answers are
//! proved. Else they are searched for, with 2 or 3 classes only. What is not known is said to be
//! unknown, with the reason.
//!
//! ```
//! use minimand::consistency::{Answer, excess_error, is_calibrated};
//!
//! let cross_entropy = "cross_entropy".parse()?;
//! // 0.02 nats of excess loss with 10 classes allow at most 20% of excess errors.
//! let Answer::Proved(errors) = excess_error(&cross_entropy, 10, 0.02)? else { unreachable!() };
//! assert!((errors - 0.199).abs() < 1e-3);
//!
//! // Crammer and Singer's hinge goes wrong when no class has a majority.
//! let hinge = "crammer_singer".parse()?;
//! assert_eq!(is_calibrated(&hinge, 2)?.value(), Some(true));
//! assert_eq!(is_calibrated(&hinge, 3)?.value(), Some(false));
//! # Ok::<(), minimand::Error>(())
//! ```

mod search;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::catalog::Built;
use crate::error::Error;
use crate::loss::{Calibration, Domain, Shape};
use crate::objective::Objective;
use search::Point;

/// What is known, and how.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer<T> {
    /// By a closed form.
    Proved(T),
    /// By numerical search: true for what was tried, to about 1e-6.
    Searched(T),
    /// Not at all.
    Unknown(Reason),
}

impl<T> Answer<T> {
    /// The answer, if there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Answer::Proved(value) | Answer::Searched(value) => Some(value),
            Answer::Unknown(_) => None,
        }
    }

    fn map<U>(self, by: impl FnOnce(T) -> U) -> Answer<U> {
        match self {
            Answer::Proved(value) => Answer::Proved(by(value)),
            Answer::Searched(value) => Answer::Searched(by(value)),
            Answer::Unknown(reason) => Answer::Unknown(reason),
        }
    }
}

/// Why something is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The search is for 2 and 3 classes, and no closed form is declared.
    Classes(usize),
    /// The objective does not judge rows of scores whose largest is that of the class, or one score
    /// whose sign says yes or no.
    Shape,
    /// It refuses scores that the search needs.
    Limits,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Classes(classes) => {
                write!(
                    f,
                    "no closed form is known, and {classes} classes are too many to search"
                )
            }
            Reason::Shape => {
                f.write_str("it does not judge a class by the largest score, or by a sign")
            }
            Reason::Limits => f.write_str("it refuses scores that the search needs"),
        }
    }
}

/// The conditional risk Σ_k p_k ℓ(s, k) of scores under class probabilities.
///
/// `scores`: one for each class; for losses of one score (targets 0 and 1) that score alone, with
/// `probabilities` = [1 − p, p]. In units of the loss.
///
/// # Errors
/// Probabilities that are negative, not finite, or do not sum to 1 (1e-9), and what the objective
/// refuses.
pub fn conditional_risk(
    objective: &Objective,
    probabilities: &[f64],
    scores: &[f64],
) -> Result<f64, Error> {
    check(probabilities)?;
    Point::new(objective, probabilities).risk(scores)
}

/// The least conditional risk over all scores.
///
/// # Errors
/// Probabilities as for [`conditional_risk`].
pub fn least_risk(objective: &Objective, probabilities: &[f64]) -> Result<Answer<f64>, Error> {
    check(probabilities)?;
    if let Some(reason) = unsearchable(objective, probabilities.len()) {
        return Ok(Answer::Unknown(reason));
    }
    let least = Point::new(objective, probabilities).least(None);
    Ok(least.map_or(Answer::Unknown(Reason::Limits), Answer::Searched))
}

/// The calibration function T(b): the least regret of the loss for scores whose regret in errors is b
/// or more. In units of the loss, ≥ 0, non-decreasing in b.
///
/// # Errors
/// `regret` outside 0..=1.
pub fn calibration_function(
    objective: &Objective,
    classes: usize,
    regret: f64,
) -> Result<Answer<f64>, Error> {
    if !(0.0..=1.0).contains(&regret) {
        return Err(out_of_range("regret", "a number from 0 to 1", regret));
    }
    if let Some((factor, calibration)) = closed_form(objective, classes) {
        return Ok(Answer::Proved(factor * calibration.at(classes, regret)));
    }
    if let Some(reason) = unsearchable(objective, classes) {
        return Ok(Answer::Unknown(reason));
    }
    let mut least = f64::INFINITY;
    for probabilities in search::with_regret(classes, regret) {
        let point = Point::new(objective, &probabilities);
        // The likeliest class is the first; the regret is that of predicting the last.
        let (Some(free), Some(wrong)) = (point.least(None), point.least(Some(classes - 1))) else {
            return Ok(Answer::Unknown(Reason::Limits));
        };
        least = least.min(wrong - free);
    }
    Ok(Answer::Searched(least.max(0.0)))
}

/// The largest regret in errors that a surrogate regret (plus its minimisability gap) leaves room
/// for: the inverse of [`calibration_function`], at most 1.
///
/// # Errors
/// `excess` that is negative or not a number.
pub fn excess_error(
    objective: &Objective,
    classes: usize,
    excess: f64,
) -> Result<Answer<f64>, Error> {
    if !(excess >= 0.0) {
        return Err(out_of_range("excess", "a number ≥ 0", excess));
    }
    let at = |regret| calibration_function(objective, classes, regret);
    let whole = at(1.0)?;
    let Some(largest) = whole.clone().value() else {
        return Ok(whole);
    };
    if excess >= largest {
        return Ok(whole.map(|_| 1.0));
    }
    // A closed form is cheap and exact; a search is worth three digits.
    let steps = if matches!(whole, Answer::Proved(_)) {
        60
    } else {
        12
    };
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..steps {
        let middle = 0.5 * (low + high);
        if at(middle)?.value().is_some_and(|t| t <= excess) {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(whole.map(|_| high))
}

/// Is the loss classification-calibrated: does the least conditional risk, whatever the class
/// probabilities, need scores whose largest is that of a likeliest class?
///
/// `Searched(true)` means that no counterexample was found on a grid of probabilities;
/// `Searched(false)` that there is one.
///
/// # Errors
/// None but what the objective refuses.
pub fn is_calibrated(objective: &Objective, classes: usize) -> Result<Answer<bool>, Error> {
    if closed_form(objective, classes).is_some() {
        // T(b) > 0 for b > 0.
        return Ok(Answer::Proved(true));
    }
    if let Some(reason) = unsearchable(objective, classes) {
        return Ok(Answer::Unknown(reason));
    }
    for probabilities in search::grid(classes) {
        let point = Point::new(objective, &probabilities);
        let Some(free) = point.least(None) else {
            return Ok(Answer::Unknown(Reason::Limits));
        };
        for class in 1..classes {
            let Some(wrong) = point.least(Some(class)) else {
                return Ok(Answer::Unknown(Reason::Limits));
            };
            if wrong <= free + search::TOLERANCE * free.abs().max(1.0) {
                return Ok(Answer::Searched(false));
            }
        }
    }
    Ok(Answer::Searched(true))
}

/// The minimisability gap of a family of models: its best risk (what training reached, as an upper
/// bound) less the mean of the least conditional risks at the points with these class probabilities
/// `[n, classes]`. 0 for families that can reach every score everywhere; as good as `best_risk` is.
///
/// # Errors
/// No row, a length that is no multiple of `classes`, and probabilities as for
/// [`conditional_risk`].
pub fn minimizability_gap(
    objective: &Objective,
    best_risk: f64,
    probabilities: &[f64],
    classes: usize,
) -> Result<Answer<f64>, Error> {
    let rows = probabilities.chunks_exact(classes.max(1));
    if classes == 0 || rows.len() == 0 || !rows.remainder().is_empty() {
        return Err(Error::Shape {
            argument: "probabilities",
            expected: format!("at least one row of {classes} values"),
            got: format!("{} values", probabilities.len()),
        });
    }
    let count = rows.len() as f64;
    let mut sum = 0.0;
    for row in rows {
        match least_risk(objective, row)? {
            Answer::Proved(least) | Answer::Searched(least) => sum += least,
            Answer::Unknown(reason) => return Ok(Answer::Unknown(reason)),
        }
    }
    Ok(Answer::Searched((best_risk - sum / count).max(0.0)))
}

impl Calibration {
    /// T(b) for b in 0..=1.
    fn at(self, classes: usize, b: f64) -> f64 {
        let tau = match self {
            Calibration::Power { scale, exponent } => return scale * b.powf(exponent),
            Calibration::CompSum { tau } => tau,
        };
        let n = classes as f64;
        let mean = || {
            let power = 1.0 / (2.0 - tau);
            (0.5 * ((1.0 + b).powf(power) + (1.0 - b).powf(power))).powf(2.0 - tau)
        };
        if tau >= 2.0 {
            b / ((tau - 1.0) * n.powf(tau - 1.0))
        } else if tau == 1.0 {
            let entropy = |x: f64| if x > 0.0 { 0.5 * x * x.ln() } else { 0.0 };
            entropy(1.0 + b) + entropy(1.0 - b)
        } else if tau < 1.0 {
            2f64.powf(1.0 - tau) / (1.0 - tau) * (1.0 - mean())
        } else {
            (mean() - 1.0) / ((tau - 1.0) * n.powf(tau - 1.0))
        }
    }
}

/// The closed form of an objective of one loss, with its coefficient.
fn closed_form(objective: &Objective, classes: usize) -> Option<(f64, Calibration)> {
    let mut terms = objective.terms();
    let (factor, built) = terms.next()?;
    let calibration = built.facts.calibration?;
    let fits = match built.entry.shape {
        Shape::Points => classes == 2,
        _ => classes >= 2 && (classes == 2 || matches!(calibration, Calibration::CompSum { .. })),
    };
    (terms.len() == 0 && factor > 0.0 && fits).then_some((factor, calibration))
}

/// Why the search cannot be made, if so.
fn unsearchable(objective: &Objective, classes: usize) -> Option<Reason> {
    let mut terms = objective.terms().map(|(_, built)| built);
    let first = terms.next()?;
    // Numbers have no sign that decides, and the smallest distance wins, not the largest.
    let judges = |built: &Built| {
        let is_score = built.facts.prediction.range::<f64>().0 < 0.0;
        let is_yes_or_no = built.facts.target == Domain::Unit;
        match built.entry.shape {
            Shape::Rows => is_score,
            Shape::Points => is_score && is_yes_or_no,
            _ => false,
        }
    };
    let shape = first.entry.shape;
    if !judges(first) || !terms.all(|built| judges(built) && built.entry.shape == shape) {
        return Some(Reason::Shape);
    }
    match (shape, classes) {
        (Shape::Rows, 2..=3) | (Shape::Points, 2) => None,
        _ => Some(Reason::Classes(classes)),
    }
}

fn check(probabilities: &[f64]) -> Result<(), Error> {
    let sum: f64 = probabilities.iter().sum();
    match probabilities.iter().find(|p| !(**p >= 0.0)) {
        Some(&p) => Err(out_of_range("probabilities", "numbers ≥ 0", p)),
        None if (sum - 1.0).abs() > 1e-9 => {
            Err(out_of_range("probabilities", "numbers that sum to 1", sum))
        }
        None => Ok(()),
    }
}

fn out_of_range(argument: &'static str, expected: &str, got: f64) -> Error {
    Error::Parameter {
        loss: "consistency".to_owned(),
        parameter: argument.to_owned(),
        expected: expected.to_owned(),
        got: got.to_string(),
    }
}
