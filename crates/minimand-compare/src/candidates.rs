//! Which objectives are compared.

use minimand::{Area, Array, Batch, Objective, Options, Target as LossTarget};

use crate::data::Data;
use crate::error::CompareError;
use crate::request::{Request, Task};

/// What objectives will be trained on, as far as they can refuse it: its task and the shape of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purpose {
    /// What is predicted.
    pub task: Task,
    /// Width of a model's output: classes, labels or 1.
    pub outputs: usize,
    /// Sides of the images; empty for rows.
    pub space: Vec<usize>,
}

impl From<&Data> for Purpose {
    fn from(data: &Data) -> Self {
        Self {
            task: data.task(),
            outputs: data.target.outputs(),
            space: Vec::new(),
        }
    }
}

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
        // Of pixels, of regions, of both (also with borders and topology), and of the index itself.
        Task::Segmentation => &[
            "cross_entropy",
            "dice",
            "dice + cross_entropy",
            "tversky",
            "lovasz",
            "dice + cross_entropy + 0.1*hausdorff_dt(alpha=1)",
            "0.5*dice + 0.5*cldice",
        ],
    }
}

/// The objective that others are tested against if the request names none.
pub fn default_baseline(task: Task) -> &'static str {
    match task {
        Task::Classification => "cross_entropy",
        Task::Multilabel => "binary_cross_entropy",
        Task::Regression => "mse",
        Task::Segmentation => "dice + cross_entropy",
    }
}

impl Candidates {
    /// Reads and checks the candidates of `request` for a purpose.
    ///
    /// # Errors
    ///
    /// An expression that cannot be read, an objective that does not fit the task or
    /// the number of classes, or the same objective twice.
    pub fn new(request: &Request, purpose: &Purpose) -> Result<Self, CompareError> {
        let task = purpose.task;
        let baseline = request
            .baseline
            .as_deref()
            .unwrap_or_else(|| default_baseline(task));
        let baseline = Candidate::new(baseline, purpose)?;
        let mut all: Vec<Candidate> = Vec::new();
        let expressions: Vec<&str> = if request.candidates.is_empty() {
            defaults(task).to_vec()
        } else {
            request.candidates.iter().map(String::as_str).collect()
        };
        for expression in expressions {
            let candidate = Candidate::new(expression, purpose)?;
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
    pub(crate) fn new(expression: &str, purpose: &Purpose) -> Result<Self, CompareError> {
        let objective: Objective =
            expression
                .parse()
                .map_err(|source| CompareError::Expression {
                    expression: expression.to_owned(),
                    source: Box::new(source),
                })?;
        let unsuitable = |reason: String| CompareError::Unsuitable {
            expression: expression.to_owned(),
            task: purpose.task.name(),
            reason,
        };
        let areas: &[Area] = match purpose.task {
            Task::Classification => &[Area::Classification],
            Task::Multilabel => &[Area::Binary],
            Task::Regression => &[Area::Regression],
            // Losses of rows see a row in each pixel; those of images may be added, as a smoothness is.
            Task::Segmentation => &[Area::Segmentation, Area::Classification, Area::Image],
        };
        for (_, loss) in objective.terms() {
            if !areas.contains(&loss.entry.area) {
                let reason = format!("`{}` is a {} loss", loss.entry.name, loss.entry.area);
                return Err(unsuitable(reason));
            }
        }
        probe(&objective, purpose).map_err(|error| unsuitable(error.to_string()))?;
        Ok(Self {
            expression: objective.to_string(),
            objective,
        })
    }
}

/// Evaluates an objective on a few rows or images such as training will show it, so that
/// what it refuses (a number of classes, targets below zero) is found before training.
fn probe(objective: &Objective, purpose: &Purpose) -> Result<(), minimand::Error> {
    let &Purpose { task, outputs, .. } = purpose;
    let items = match task {
        Task::Segmentation => 2,
        _ => 4,
    };
    let shape = [&[items, outputs], purpose.space.as_slice()].concat();
    let label_shape = [&[items], purpose.space.as_slice()].concat();
    let entries: usize = shape.iter().product();
    let scores: Vec<f32> = (0..entries).map(|index| (index % 3) as f32 - 0.5).collect();
    let labels: Vec<u32> = match task {
        // Every class as a band of each image.
        Task::Segmentation => {
            let pixels: usize = purpose.space.iter().product();
            let band = |index: usize| (index % pixels * outputs / pixels) as u32;
            (0..items * pixels).map(band).collect()
        }
        _ => vec![0, outputs as u32 - 1, 0, outputs as u32 - 1],
    };
    let dense: Vec<f32> = match task {
        // Regression targets are standardised, so they have both signs.
        Task::Regression => vec![1.0, -1.5, 0.0, -3.0],
        _ => (0..entries).map(|index| (index % 2) as f32).collect(),
    };
    let target = match task {
        Task::Classification | Task::Segmentation => LossTarget::labels(&labels, &label_shape),
        Task::Multilabel | Task::Regression => LossTarget::dense(&dense, &shape),
    };
    let batch = Batch::new(Array::new(&scores, &shape), target);
    objective.value_and_gradient(&batch, &Options::default())?;
    Ok(())
}

#[cfg(test)]
#[path = "candidates_tests.rs"]
mod tests;
