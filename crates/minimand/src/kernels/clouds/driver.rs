//! Items over threads: gather, evaluate, write back.

use super::problem::Gathered;
use super::{CloudObject, CloudProblem};
use crate::error::Error;
use crate::kernels::parallel;
use crate::kernels::scalar::Float;
use crate::kernels::weighting::Mass;

/// What a loss of clouds gives for a batch.
pub(crate) struct CloudOutcome {
    /// Σ w·ℓ over the items that count.
    pub(crate) sum: f64,
    pub(crate) mass: Mass,
    /// w·ℓ of every item; 0 where it does not count.
    pub(crate) per_item: Vec<f64>,
}

/// One item, and where its slopes go.
struct Task<'g, T> {
    item: usize,
    gradient: Option<&'g mut [T]>,
}

impl<T: Float> CloudProblem<'_, T> {
    /// Weight and weighted loss of an item, if it counts.
    fn judge(
        &self,
        kernel: &dyn CloudObject,
        gathered: &mut Gathered,
        task: &mut Task<'_, T>,
    ) -> Result<Option<(f64, f64)>, Error> {
        if let Some(gradient) = &mut task.gradient {
            gradient.fill(T::default());
        }
        self.gather(task.item, gathered)?;
        if gathered.places.is_empty() {
            return Ok(None);
        }
        let mut slopes = vec![0.0; gathered.points.len()];
        let pair = self.view(task.item, gathered, &gathered.points);
        let value = kernel
            .value_and_slopes(&pair, &mut slopes)
            .map_err(|error| self.located(task.item, error))?;
        let weight = self.item_weight(task.item);
        if !value.is_finite() || !slopes.iter().all(|d| d.is_finite()) {
            let reason = format!("is not finite (item {})", task.item);
            return Err(Error::unsupported(self.loss, reason));
        }
        if let Some(gradient) = &mut task.gradient {
            for (&row, slopes) in gathered.places.iter().zip(slopes.chunks(self.width)) {
                let gradient = &mut gradient[row * self.width..(row + 1) * self.width];
                for (g, d) in gradient.iter_mut().zip(slopes) {
                    *g = T::from_f64(weight * d);
                }
            }
        }
        Ok(Some((weight, weight * value)))
    }

    /// An error of one item, with its place.
    fn located(&self, item: usize, error: Error) -> Error {
        match error {
            Error::NotConverged {
                iterations,
                error,
                tolerance,
                ..
            } => Error::NotConverged {
                what: format!("`{}` (item {item})", self.loss),
                iterations,
                error,
                tolerance,
            },
            Error::Unsupported { reason, .. } => {
                Error::unsupported(self.loss, format!("{reason} (item {item})"))
            }
            other => other,
        }
    }
}

/// Evaluates every item. `scale` maps the mass of the items that count to the factor of the gradient (it is not known
/// before all have been looked at). The same bits for any number of threads.
pub(crate) fn evaluate<T: Float>(
    kernel: &dyn CloudObject,
    problem: &CloudProblem<'_, T>,
    scale: impl FnOnce(&Mass) -> Result<f64, Error>,
    mut gradient: Option<&mut [T]>,
) -> Result<CloudOutcome, Error> {
    let size = (problem.rows * problem.width).max(1);
    let mut parts = gradient.as_deref_mut().map(|g| g.chunks_mut(size));
    let mut tasks: Vec<Task<'_, T>> = (0..problem.items)
        .map(|item| Task {
            item,
            gradient: parts.as_mut().and_then(Iterator::next),
        })
        .collect();
    let results = parallel::run(&mut tasks, Gathered::default, |gathered, task| {
        problem.judge(kernel, gathered, task)
    });
    let mut outcome = CloudOutcome {
        sum: 0.0,
        mass: Mass::default(),
        per_item: Vec::with_capacity(problem.items),
    };
    for judged in results {
        let judged = judged?;
        if let Some((weight, value)) = judged {
            outcome.mass.add(weight);
            outcome.sum += value;
        }
        outcome
            .per_item
            .push(judged.map_or(0.0, |(_, value)| value));
    }
    let factor = T::from_f64(scale(&outcome.mass)?);
    for g in gradient.into_iter().flatten() {
        *g = *g * factor;
    }
    Ok(outcome)
}
