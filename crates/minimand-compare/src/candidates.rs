//! Which objectives are compared.

use minimand::{Area, Array, Batch, Objective, Options, Target as LossTarget};

use crate::data::{Data, Target};
use crate::error::CompareError;
use crate::request::{Request, Task};

/// An objective that has been checked against the task.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its expression, as the catalogue prints it.
    pub expression: String,
    /// What is minimised.
    pub objective: Objective,
}

/// The candidates, with the baseline among them.
#[derive(Debug, Clone)]
pub struct Candidates {
    /// In the order of the request; a baseline that it does not name comes first.
    pub all: Vec<Candidate>,
    /// The position of the baseline in `all`.
    pub baseline: usize,
}

/// The candidates of a request that names none.
pub fn defaults(task: Task) -> &'static [&'static str] {
    match task {
        Task::Multilabel => &[
            "binary_cross_entropy",
            "binary_cross_entropy(pos_weight=3)",
            "sigmoid_focal(alpha=0.25, gamma=2)",
            "sigmoid_focal(alpha=0.5, gamma=1)",
            "asymmetric(gamma_neg=4, gamma_pos=1)",
            "asymmetric(gamma_neg=2, gamma_pos=0)",
        ],
        Task::Classification => &[
            "cross_entropy",
            "cross_entropy(label_smoothing=0.1)",
            "focal(gamma=2)",
            "poly_cross_entropy(epsilon=1)",
            "squentropy",
            "generalized_cross_entropy(q=0.7)",
            "symmetric_cross_entropy(alpha=1, beta=1)",
        ],
        // Without quantile(q=0.5), which is half of mae: AdamW does not see the factor.
        Task::Regression => &[
            "mse",
            "mae",
            "huber(delta=1)",
            "smooth_l1(beta=0.5)",
            "pseudo_huber(delta=1)",
            "log_cosh",
        ],
    }
}

/// The objective that others are tested against if the request names none.
pub fn default_baseline(task: Task) -> &'static str {
    match task {
        Task::Classification => "cross_entropy",
        Task::Multilabel => "binary_cross_entropy",
        Task::Regression => "mse",
    }
}

impl Candidates {
    /// Reads and checks the candidates of `request` for `data`.
    ///
    /// # Errors
    ///
    /// An expression that cannot be read, an objective that does not fit the task or
    /// the number of classes, or the same objective twice.
    pub fn new(request: &Request, data: &Data) -> Result<Self, CompareError> {
        let task = data.task();
        let baseline = request
            .baseline
            .as_deref()
            .unwrap_or_else(|| default_baseline(task));
        let baseline = Candidate::new(baseline, data)?;
        let mut all: Vec<Candidate> = Vec::new();
        let expressions: Vec<&str> = if request.candidates.is_empty() {
            defaults(task).to_vec()
        } else {
            request.candidates.iter().map(String::as_str).collect()
        };
        for expression in expressions {
            let candidate = Candidate::new(expression, data)?;
            if all
                .iter()
                .any(|other| other.expression == candidate.expression)
            {
                return Err(CompareError::Duplicate {
                    expression: candidate.expression,
                });
            }
            all.push(candidate);
        }
        let known = all
            .iter()
            .position(|other| other.expression == baseline.expression);
        let position = known.unwrap_or_else(|| {
            all.insert(0, baseline);
            0
        });
        Ok(Self {
            all,
            baseline: position,
        })
    }

    /// The expressions in order.
    pub fn expressions(&self) -> Vec<String> {
        self.all
            .iter()
            .map(|candidate| candidate.expression.clone())
            .collect()
    }

    /// The baseline's expression.
    pub fn baseline_expression(&self) -> &str {
        &self.all[self.baseline].expression
    }
}

impl Candidate {
    /// # Errors
    ///
    /// As for [`Candidates::new`].
    pub(crate) fn new(expression: &str, data: &Data) -> Result<Self, CompareError> {
        let objective: Objective =
            expression
                .parse()
                .map_err(|source| CompareError::Expression {
                    expression: expression.to_owned(),
                    source: Box::new(source),
                })?;
        let unsuitable = |reason: String| CompareError::Unsuitable {
            expression: expression.to_owned(),
            task: data.task().name(),
            reason,
        };
        let area = match data.task() {
            Task::Classification => Area::Classification,
            Task::Multilabel => Area::Binary,
            Task::Regression => Area::Regression,
        };
        for (_, loss) in objective.terms() {
            if loss.entry.area != area {
                let reason = format!("`{}` is a {} loss", loss.entry.name, loss.entry.area);
                return Err(unsuitable(reason));
            }
        }
        probe(&objective, &data.target).map_err(|error| unsuitable(error.to_string()))?;
        Ok(Self {
            expression: objective.to_string(),
            objective,
        })
    }
}

/// Evaluates an objective on a few rows such as training will show it, so that what
/// it refuses (a number of classes, targets below zero) is found before training.
fn probe(objective: &Objective, target: &Target) -> Result<(), minimand::Error> {
    let outputs = target.outputs();
    let scores: Vec<f32> = (0..4 * outputs)
        .map(|index| (index % 3) as f32 - 0.5)
        .collect();
    let shape = [4, outputs];
    // Regression targets are standardised, so they have both signs.
    let dense: Vec<f32> = match target {
        Target::Values(_) => vec![1.0, -1.5, 0.0, -3.0],
        _ => (0..4 * outputs).map(|index| (index % 2) as f32).collect(),
    };
    let labels = vec![0, outputs as u32 - 1, 0, outputs as u32 - 1];
    let target = match target {
        Target::Classes { .. } => LossTarget::labels(&labels, &shape[..1]),
        Target::Labels { .. } | Target::Values(_) => LossTarget::dense(&dense, &shape),
    };
    let batch = Batch::new(Array::new(&scores, &shape), target);
    objective.value_and_gradient(&batch, &Options::default())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::{Builtin, Source};

    fn candidates(
        builtin: Builtin,
        change: impl FnOnce(&mut Request),
    ) -> Result<Candidates, String> {
        let mut request = Request {
            source: Source::Builtin(builtin),
            ..Request::default()
        };
        change(&mut request);
        let data = Data::load(&request).unwrap();
        Candidates::new(&request, &data).map_err(|error| {
            assert!(error.is_bad_input());
            error.to_string()
        })
    }

    fn named(expressions: &[&str]) -> Vec<String> {
        expressions
            .iter()
            .map(|expression| (*expression).to_owned())
            .collect()
    }

    #[test]
    fn defaults_suit_their_task_and_are_distinct() {
        for (builtin, baseline, count) in [
            (Builtin::Digits, "cross_entropy", 7),
            (Builtin::BreastCancer, "cross_entropy", 7),
            (Builtin::Diabetes, "mse", 6),
        ] {
            let found = candidates(builtin, |_| {}).unwrap();
            assert_eq!(found.all.len(), count);
            assert_eq!(found.baseline_expression(), baseline);
        }
    }

    #[test]
    fn the_baseline_takes_part_once() {
        let expressions = |candidates: &[&str], baseline: Option<&str>| {
            let found = candidates_of(candidates, baseline).unwrap();
            (found.expressions(), found.baseline)
        };
        fn candidates_of(names: &[&str], baseline: Option<&str>) -> Result<Candidates, String> {
            candidates(Builtin::Iris, |request| {
                request.candidates = named(names);
                request.baseline = baseline.map(str::to_owned);
            })
        }
        assert_eq!(
            expressions(&["squentropy"], None),
            (named(&["cross_entropy", "squentropy"]), 0)
        );
        assert_eq!(
            expressions(&["squentropy", "cross_entropy()"], None),
            (named(&["squentropy", "cross_entropy"]), 1)
        );
        assert_eq!(
            expressions(&["cross_entropy"], Some("squentropy")),
            (named(&["squentropy", "cross_entropy"]), 0)
        );
        let error = candidates_of(&["squentropy", "squentropy()"], None).unwrap_err();
        assert_eq!(error, "candidate `squentropy` is given twice");
    }

    #[test]
    fn what_cannot_be_trained_is_refused() {
        let refused = |builtin, expression: &str| {
            candidates(builtin, |request| request.candidates = named(&[expression])).unwrap_err()
        };
        let error = refused(Builtin::Digits, "focl");
        assert!(error.starts_with("candidate `focl`: "), "{error}");
        assert!(error.contains("focal"), "{error}");
        let error = refused(Builtin::Digits, "cross_entropy + mse");
        assert!(
            error.contains("does not fit classification: `mse` is a regression loss"),
            "{error}"
        );
        let error = refused(Builtin::Diabetes, "cross_entropy");
        assert!(error.contains("does not fit regression"), "{error}");
        let error = refused(Builtin::Diabetes, "poisson_nll");
        assert!(error.contains("does not fit regression"), "{error}");
    }
}
