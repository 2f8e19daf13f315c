//! The trainings among which a candidate chooses on every fold.

use minimand::Objective;

use crate::candidates::{Candidate, Purpose};
use crate::error::CompareError;
use crate::request::Request;

/// Values that are tried for a tuned parameter.
const VALUES: usize = 3;

/// By how much a parameter is made larger or smaller: the first factor that stays in
/// its range.
const UP: [f64; 3] = [2.0, 1.25, 1.1];
const DOWN: [f64; 3] = [0.5, 0.8, 0.9];

/// One training with settings of its own.
#[derive(Debug, Clone)]
pub(crate) struct Trial {
    /// The objective with its parameters, as the catalogue prints it.
    pub(crate) expression: String,
    pub(crate) objective: Objective,
    pub(crate) learning_rate: f64,
}

/// A candidate with its trials, of which every candidate has as many.
#[derive(Debug, Clone)]
pub(crate) struct Contender {
    pub(crate) candidate: Candidate,
    pub(crate) trials: Vec<Trial>,
}

impl Contender {
    /// All learning rates; with tuning, each with three values of the first number that
    /// the expression sets. An expression that sets none tries three times as many
    /// learning rates over the same range, so that every candidate has equal chances.
    ///
    /// # Errors
    ///
    /// A tuned objective that does not fit the task.
    pub(crate) fn new(
        candidate: Candidate,
        request: &Request,
        purpose: &Purpose,
    ) -> Result<Self, CompareError> {
        let rates = &request.budget.learning_rates;
        let as_given = || vec![candidate.clone()];
        let (objectives, rates) = match (request.tune, Parameter::first(&candidate.expression)) {
            (false, _) => (as_given(), rates.clone()),
            (true, None) => (as_given(), finer(rates)),
            (true, Some(parameter)) => (parameter.varied(&candidate, purpose)?, rates.clone()),
        };
        let trials = objectives.iter().flat_map(|varied| {
            rates.iter().map(|rate| Trial {
                expression: varied.expression.clone(),
                objective: varied.objective.clone(),
                learning_rate: *rate,
            })
        });
        Ok(Self {
            trials: trials.collect(),
            candidate,
        })
    }
}

/// A number in an expression: `before`, `value`, `after`.
struct Parameter<'a> {
    before: &'a str,
    value: f64,
    after: &'a str,
}

impl<'a> Parameter<'a> {
    /// The first number that an expression, as the catalogue prints it, sets.
    fn first(expression: &'a str) -> Option<Self> {
        expression.match_indices('=').find_map(|(position, _)| {
            let (before, rest) = expression.split_at(position + 1);
            let length = rest.find([',', ')']).unwrap_or(rest.len());
            let (value, after) = rest.split_at(length);
            let value = value.trim().parse().ok()?;
            Some(Self {
                before,
                value,
                after,
            })
        })
    }

    /// The candidate with a smaller, its own and a larger value.
    fn varied(
        &self,
        candidate: &Candidate,
        purpose: &Purpose,
    ) -> Result<Vec<Candidate>, CompareError> {
        let with =
            |value: f64| Candidate::new(&format!("{}{value}{}", self.before, self.after), purpose);
        let moved = |factors: [f64; 3], from_zero: f64| {
            let value = |factor| {
                if self.value == 0.0 {
                    from_zero * factor
                } else {
                    self.value * factor
                }
            };
            let mut tried = factors.into_iter().map(|factor| with(value(factor)));
            // What fits none of them keeps its value: the number of trials is the same.
            tried
                .find_map(Result::ok)
                .map_or_else(|| with(self.value), Ok)
        };
        let varied = vec![moved(DOWN, 0.1)?, candidate.clone(), moved(UP, 0.1)?];
        debug_assert_eq!(varied.len(), VALUES);
        Ok(varied)
    }
}

/// Three times as many rates, spaced evenly by ratio over the same range; around a single
/// rate from half to twice.
fn finer(rates: &[f64]) -> Vec<f64> {
    let low = rates.iter().copied().fold(f64::INFINITY, f64::min);
    let high = rates.iter().copied().fold(0.0, f64::max);
    let (low, high) = if low == high {
        (0.5 * low, 2.0 * high)
    } else {
        (low, high)
    };
    let steps = VALUES * rates.len() - 1;
    let rate = |step: usize| low * (high / low).powf(step as f64 / steps as f64);
    (0..=steps).map(rate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Data;
    use crate::request::{Budget, Builtin, Source};

    fn trials(expression: &str, tune: bool, learning_rates: &[f64]) -> Vec<(String, f64)> {
        let request = Request {
            source: Source::Builtin(Builtin::Iris),
            tune,
            budget: Budget {
                learning_rates: learning_rates.to_vec(),
                ..Budget::default()
            },
            ..Request::default()
        };
        let purpose = Purpose::from(&Data::load(&request).unwrap());
        let candidate = Candidate::new(expression, &purpose).unwrap();
        let contender = Contender::new(candidate, &request, &purpose).unwrap();
        let trials = contender.trials.into_iter();
        trials
            .map(|trial| (trial.expression, trial.learning_rate))
            .collect()
    }

    #[test]
    fn without_tuning_only_the_rates_are_tried() {
        let found = trials("focal(gamma=3)", false, &[0.1, 0.2]);
        let expected = [0.1, 0.2].map(|rate| ("focal(gamma=3)".to_owned(), rate));
        assert_eq!(found, expected);
    }

    #[test]
    fn a_parameter_is_halved_and_doubled_within_its_range() {
        let expressions = |expression| {
            let found = trials(expression, true, &[0.1]);
            found.into_iter().map(|trial| trial.0).collect::<Vec<_>>()
        };
        assert_eq!(
            expressions("focal(gamma=3)"),
            ["focal(gamma=1.5)", "focal(gamma=3)", "focal(gamma=6)"]
        );
        let found = expressions("generalized_cross_entropy(q=0.8)");
        assert_eq!(found[2], "generalized_cross_entropy(q=1)");
        let found = expressions("squentropy + 2*cross_entropy(label_smoothing=0.1)");
        assert_eq!(
            found[0],
            "squentropy + 2*cross_entropy(label_smoothing=0.05)"
        );
    }

    #[test]
    fn every_candidate_has_as_many_trials() {
        for rates in [[0.1].as_slice(), &[0.001, 0.1], &[0.1, 0.01, 0.001]] {
            for expression in [
                "cross_entropy",
                "focal(gamma=3)",
                "focal(gamma=0.5, alpha=[1, 2, 1])",
            ] {
                assert_eq!(trials(expression, true, rates).len(), 3 * rates.len());
            }
        }
        let found = trials("squentropy", true, &[0.001, 0.1]);
        let rates: Vec<f64> = found.iter().map(|trial| trial.1).collect();
        assert!((rates[0] - 0.001).abs() < 1e-15 && (rates[5] - 0.1).abs() < 1e-15);
        assert!((rates[1] / rates[0] - rates[5] / rates[4]).abs() < 1e-9);
    }
}
