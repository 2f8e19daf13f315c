//! Groups over threads: gather, evaluate, write back.

use super::super::Fault;
use super::problem::Gathered;
use super::{Group, GroupObject, GroupProblem};
use crate::error::Error;
use crate::kernels::parallel;
use crate::kernels::scalar::Float;
use crate::kernels::weighting::Mass;

/// What a group loss gives for a batch.
pub(crate) struct GroupOutcome {
    /// Σ w·ℓ over the groups that count.
    pub(crate) sum: f64,
    pub(crate) mass: Mass,
    /// w·ℓ of every group; 0 where it does not count.
    pub(crate) per_group: Vec<f64>,
}

/// Scores of one task: enough work that waking a thread pays.
const TASK: usize = 4096;
/// Rows of one chunk when columns are written back.
const ROWS: usize = 512;

/// Some consecutive groups, and the scores' gradient if they lie together.
struct Task<'g, T> {
    first: usize,
    count: usize,
    gradient: Option<&'g mut [T]>,
}

/// One group after its evaluation: weight and weighted loss if it counts, and the slopes of a column.
struct Judged {
    counts: Option<(f64, f64)>,
    slopes: Vec<f64>,
    positions: Vec<usize>,
}

impl<T: Float> GroupProblem<'_, T> {
    pub(super) fn view<'g>(&self, gathered: &'g Gathered) -> Group<'g, f64> {
        Group {
            scores: &gathered.scores,
            values: &gathered.scores,
            targets: &gathered.targets,
            weights: &gathered.weights,
            classes: self.classes,
        }
    }

    /// Gathers a group and says whether it counts.
    pub(super) fn gather_counting(
        &self,
        kernel: &dyn GroupObject,
        group: usize,
        gathered: &mut Gathered,
    ) -> Result<bool, Error> {
        self.gather(group, gathered)?;
        if gathered.scores.is_empty() {
            return Ok(false);
        }
        let explain = |fault: Fault| match fault {
            Fault::Target(at, expected) => Error::Value {
                argument: "target",
                position: gathered.target_positions[at],
                value: gathered.targets[at],
                expected: expected.to_string(),
            },
            Fault::Whole(reason) => Error::unsupported(
                self.loss,
                format!("{reason} ({} {group})", kernel.layout().item()),
            ),
        };
        kernel.group_counts(&self.view(gathered)).map_err(explain)
    }

    fn judge(
        &self,
        kernel: &dyn GroupObject,
        group: usize,
        gathered: &mut Gathered,
        slopes: &mut Vec<f64>,
    ) -> Result<Option<(f64, f64)>, Error> {
        slopes.clear();
        if !self.gather_counting(kernel, group, gathered)? {
            return Ok(None);
        }
        slopes.resize(gathered.scores.len(), 0.0);
        let weight = self.group_weight(group);
        let value = weight * kernel.value_and_slopes(&self.view(gathered), slopes);
        if !value.is_finite() {
            let item = kernel.layout().item();
            return Err(Error::unsupported(
                self.loss,
                format!("is not finite at {item} {group}"),
            ));
        }
        slopes.iter_mut().for_each(|d| *d *= weight);
        if slopes.iter().any(|&d| !T::from_f64(d).finite()) {
            let item = kernel.layout().item();
            let reason = format!("has a slope that is not finite at {item} {group}");
            return Err(Error::unsupported(self.loss, reason));
        }
        Ok(Some((weight, value)))
    }

    fn run(
        &self,
        kernel: &dyn GroupObject,
        buffers: &mut (Gathered, Vec<f64>),
        task: &mut Task<'_, T>,
        keep: bool,
    ) -> Result<Vec<Judged>, Error> {
        let (gathered, slopes) = buffers;
        let size = self.units * self.classes;
        let mut judged = Vec::with_capacity(task.count);
        for group in task.first..task.first + task.count {
            let counts = self.judge(kernel, group, gathered, slopes)?;
            if let Some(gradient) = task.gradient.as_deref_mut() {
                let start = (group - task.first) * size;
                let gradient = &mut gradient[start..start + size];
                gradient.fill(T::default());
                let from = group * size;
                for (&position, slopes) in
                    gathered.positions.iter().zip(slopes.chunks(self.classes))
                {
                    for (g, &d) in gradient[position - from..].iter_mut().zip(slopes) {
                        *g = T::from_f64(d);
                    }
                }
            }
            judged.push(Judged {
                counts,
                slopes: if keep { slopes.clone() } else { Vec::new() },
                positions: if keep && counts.is_some() {
                    gathered.positions.clone()
                } else {
                    Vec::new()
                },
            });
        }
        Ok(judged)
    }
}

/// Evaluates every group. `scale` maps the mass of the groups that count to the factor of the gradient (it
/// is not known before all have been looked at). The same bits for any number of threads.
pub(crate) fn evaluate<T: Float>(
    kernel: &dyn GroupObject,
    problem: &GroupProblem<'_, T>,
    scale: impl FnOnce(&Mass) -> Result<f64, Error>,
    mut gradient: Option<&mut [T]>,
) -> Result<GroupOutcome, Error> {
    let size = (problem.units * problem.classes).max(1);
    let together = problem.contiguous();
    let count = if together { (TASK / size).max(1) } else { 1 };
    let keep = gradient.is_some() && !together;
    let mut chunks = gradient
        .as_deref_mut()
        .filter(|_| together)
        .map(|g| g.chunks_mut(count * size));
    let mut tasks: Vec<Task<'_, T>> = (0..problem.groups)
        .step_by(count)
        .map(|first| Task {
            first,
            count: count.min(problem.groups - first),
            gradient: chunks.as_mut().and_then(Iterator::next),
        })
        .collect();
    let results = parallel::run(
        &mut tasks,
        || (Gathered::default(), Vec::new()),
        |buffers, task| problem.run(kernel, buffers, task, keep),
    );
    let mut outcome = GroupOutcome {
        sum: 0.0,
        mass: Mass::default(),
        per_group: Vec::with_capacity(problem.groups),
    };
    let mut columns = Vec::new();
    for task in results {
        for judged in task? {
            if let Some((weight, value)) = judged.counts {
                outcome.mass.add(weight);
                outcome.sum += value;
            }
            outcome
                .per_group
                .push(judged.counts.map_or(0.0, |(_, value)| value));
            if keep {
                columns.push((judged.positions, judged.slopes));
            }
        }
    }
    let scale = scale(&outcome.mass)?;
    let Some(gradient) = gradient else {
        return Ok(outcome);
    };
    if together {
        let factor = T::from_f64(scale);
        parallel::pieces(gradient, TASK, |_, chunk| {
            chunk.iter_mut().for_each(|g| *g = *g * factor);
        });
    } else {
        let rows = ROWS * problem.unit_stride;
        parallel::pieces(gradient, rows, |chunk, gradient| {
            gradient.fill(T::default());
            let start = chunk * rows;
            for (positions, slopes) in &columns {
                let from = positions.partition_point(|&p| p < start);
                for (&position, d) in positions[from..].iter().zip(&slopes[from..]) {
                    let Some(g) = gradient.get_mut(position - start) else {
                        break;
                    };
                    *g = T::from_f64(d * scale);
                }
            }
        });
    }
    Ok(outcome)
}
