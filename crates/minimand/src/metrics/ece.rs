//! Expected calibration error.

use super::sum::{Sum, ratio};
use super::{ClassificationBatch, ClassificationMetric, Direction, MetricError, MetricInfo};

/// The default number of bins, as in Guo et al. (2017).
const DEFAULT_BINS: usize = 15;

/// The largest number of bins.
const MAX_BINS: usize = 1 << 16;

/// The expected calibration error of the predicted class: how far confidence is from accuracy.
///
/// The confidence of a row is its highest probability. Rows are put into bins of equal width by
/// confidence, and `sum_b |sum_{i in b} w_i (confidence_i - [correct_i])| / sum_i w_i` is the
/// weighted mean distance between the confidence and the accuracy of a bin (the l1 norm). It is in
/// 0..1, lower is better.
///
/// Bin `b` of `n` holds `b/n <= confidence < (b + 1)/n`, computed as `floor(n * confidence)`; the
/// last bin also holds 1. Others close bins on the right instead, which differs only for a
/// confidence exactly on an edge. The value depends on the number of bins, 15 by default.
///
/// State: one sum per bin and one for the weights. Sources: Naeini, Cooper and Hauskrecht,
/// "Obtaining well calibrated probabilities using Bayesian binning", 2015; Guo et al., "On
/// calibration of modern neural networks", 2017. scikit-learn does not have this metric.
#[derive(Clone, Debug)]
pub struct Ece {
    gaps: Vec<Sum>,
    weight: Sum,
}

impl Ece {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "ece",
        summary: "expected calibration error of the predicted class, 15 bins of equal width",
        formula: "sum_b |sum_{i in b} w_i (max_k p_ik - [argmax_k p_ik = y_i])| / sum_i w_i",
        direction: Direction::Lower,
        range: 0.0..=1.0,
    };

    /// An empty state with this number of bins, from 1 to 65536.
    ///
    /// # Errors
    ///
    /// [`MetricError::InvalidParameter`] for any other number.
    pub fn with_bins(bins: usize) -> Result<Self, MetricError> {
        if !(1..=MAX_BINS).contains(&bins) {
            return Err(MetricError::InvalidParameter {
                parameter: "bins",
                value: bins as f64,
                allowed: "from 1 to 65536",
            });
        }
        Ok(Self {
            gaps: vec![Sum::default(); bins],
            weight: Sum::default(),
        })
    }
}

impl Default for Ece {
    /// An empty state with 15 bins.
    fn default() -> Self {
        Self {
            gaps: vec![Sum::default(); DEFAULT_BINS],
            weight: Sum::default(),
        }
    }
}

impl ClassificationMetric for Ece {
    fn info(&self) -> &'static MetricInfo {
        &Self::INFO
    }

    fn update(&mut self, batch: &ClassificationBatch<'_>) -> Result<(), MetricError> {
        let bins = self.gaps.len();
        for row in batch.rows() {
            let predicted = row.predicted();
            // The tolerance on row sums lets a probability slightly above 1 through.
            let confidence = row.probabilities[predicted].min(1.0);
            let bin = ((confidence * bins as f64) as usize).min(bins - 1);
            let correct = f64::from(predicted == row.label);
            self.gaps[bin].add(row.weight * (confidence - correct));
            self.weight.add(row.weight);
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn ClassificationMetric) -> Result<(), MetricError> {
        let other: &Self = Self::INFO.downcast(other, other.info())?;
        if self.gaps.len() != other.gaps.len() {
            return Err(MetricError::Incompatible {
                left: format!("ece with {} bins", self.gaps.len()),
                right: format!("ece with {} bins", other.gaps.len()),
            });
        }
        for (mine, theirs) in self.gaps.iter_mut().zip(&other.gaps) {
            mine.merge(theirs);
        }
        self.weight.merge(&other.weight);
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        let mut total = Sum::default();
        for gap in &self.gaps {
            total.add(gap.value().abs());
        }
        ratio(total.value(), self.weight.value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        let probabilities = [0.75, 0.25, 0.75, 0.25, 0.5, 0.5, 0.0, 1.0];
        let mut ece = Ece::with_bins(4)?;
        ece.update(&ClassificationBatch::new(
            &probabilities,
            2,
            &[0, 1, 1, 1],
            None,
        )?)?;
        // [0.5, 0.75): confidence 0.5, accuracy 0; [0.75, 1]: confidence 2.5/3, accuracy 2/3
        assert_eq!(ece.value(), Some((0.5 + 0.5) / 4.0));
        Ok(())
    }

    #[test]
    fn full_confidence_is_in_the_last_bin_and_an_edge_in_the_upper_one() -> Result<(), MetricError>
    {
        // Together in a bin, the errors -0.4 and 0.4 cancel; in two bins they would add up.
        let probabilities = [0.6, 0.4, 0.6, 0.4, 0.0, 1.0, 0.2, 0.8];
        let weights = [2.0, 1.0, 1.0, 0.0];
        let mut ece = Ece::with_bins(5)?;
        ece.update(&ClassificationBatch::new(
            &probabilities,
            2,
            &[0, 1, 1, 0],
            Some(&weights),
        )?)?;
        // bin 3: 2 * (0.6 - 1) + 0.6; bin 4: 1 - 1
        assert!((ece.value().unwrap() - 0.2 / 4.0).abs() < 1e-15);
        Ok(())
    }

    #[test]
    fn a_confidence_just_above_one_counts_as_one() -> Result<(), MetricError> {
        let mut ece = Ece::default();
        ece.update(&ClassificationBatch::new(&[1.0005, 0.0], 2, &[0], None)?)?;
        assert_eq!(ece.value(), Some(0.0));
        Ok(())
    }

    #[test]
    fn other_numbers_of_bins_are_refused() -> Result<(), MetricError> {
        for bins in [0, MAX_BINS + 1] {
            assert!(matches!(
                Ece::with_bins(bins),
                Err(MetricError::InvalidParameter { .. })
            ));
        }
        let merged = Ece::with_bins(10)?.merge(&Ece::default());
        assert!(matches!(merged, Err(MetricError::Incompatible { .. })));
        Ok(())
    }
}
