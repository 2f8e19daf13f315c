//! Means, variances and covariance of predictions and targets.

use crate::metrics::RegressionBatch;
use crate::metrics::sum::Sum;

/// Weight, means and products of deviations of predictions and targets.
///
/// Rows are added and states merged as in [`R2`](super::R2), with means in twice the precision.
#[derive(Clone, Debug, Default)]
pub(super) struct Moments {
    weight: Sum,
    prediction: Sum,
    target: Sum,
    of_predictions: Sum,
    of_targets: Sum,
    of_both: Sum,
    residuals: Sum,
}

/// What the moments of all rows are, as means.
pub(super) struct Spread {
    /// Variance of the predictions.
    pub(super) of_predictions: f64,
    /// Variance of the targets.
    pub(super) of_targets: f64,
    /// Covariance.
    pub(super) of_both: f64,
    /// Mean squared difference of both.
    pub(super) error: f64,
}

impl Moments {
    pub(super) fn update(&mut self, batch: &RegressionBatch<'_>) {
        for row in batch.rows() {
            let residual = row.prediction - row.target;
            self.merge(&Self {
                weight: Sum::from(row.weight),
                prediction: Sum::from(row.prediction),
                target: Sum::from(row.target),
                residuals: Sum::from(row.weight * residual * residual),
                ..Self::default()
            });
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        let (mine, theirs) = (self.weight.value(), other.weight.value());
        if theirs == 0.0 {
            return;
        }
        if mine == 0.0 {
            // Moving an empty mean by the distance would round the mean to one `f64`.
            self.clone_from(other);
            return;
        }
        self.weight.merge(&other.weight);
        let share = theirs / self.weight.value();
        let prediction = other.prediction.minus(&self.prediction);
        let target = other.target.minus(&self.target);
        self.prediction.add(prediction * share);
        self.target.add(target * share);
        for (mine_of, theirs_of, product) in [
            (
                &mut self.of_predictions,
                &other.of_predictions,
                prediction * prediction,
            ),
            (&mut self.of_targets, &other.of_targets, target * target),
            (&mut self.of_both, &other.of_both, prediction * target),
        ] {
            mine_of.merge(theirs_of);
            mine_of.add(mine * share * product);
        }
        self.residuals.merge(&other.residuals);
    }

    /// The moments as means; `None` without rows or after an overflow.
    pub(super) fn spread(&self) -> Option<Spread> {
        let weight = self.weight.value();
        let mean = |sum: &Sum| sum.value() / weight;
        let spread = Spread {
            of_predictions: mean(&self.of_predictions),
            of_targets: mean(&self.of_targets),
            of_both: mean(&self.of_both),
            error: mean(&self.residuals),
        };
        let Spread {
            of_predictions: a,
            of_targets: b,
            of_both: c,
            error: d,
        } = spread;
        (weight > 0.0 && weight.is_finite() && [a, b, c, d].iter().all(|x| x.is_finite()))
            .then_some(spread)
    }
}
