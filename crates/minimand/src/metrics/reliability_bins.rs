//! Confidence beside accuracy, bin by bin.

use super::batch::check_part;
use super::metric::same_parameter;
use super::sum::{Sum, ratio};
use super::{ClassificationBatch, MetricError, MultilabelBatch};

/// The default number of bins, as in Guo et al. (2017).
const DEFAULT_BINS: usize = 15;

/// The largest number of bins.
const MAX_BINS: usize = 1 << 16;

/// The reliability diagram as a state: how confident the predictions are in each bin, and how often
/// they are right.
///
/// Bin `b` of `n` bins of equal width holds `b/n <= confidence < (b + 1)/n`, computed as
/// `floor(n * confidence)`; the last bin also holds 1. Others close bins on the right instead,
/// which differs only for a confidence exactly on an edge.
///
/// Sources: Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
/// binning", 2015; Guo et al., "On calibration of modern neural networks", 2017.
#[derive(Clone, Debug)]
pub struct ReliabilityBins {
    bins: Vec<Tally>,
}

/// The weights counted in one bin.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ReliabilityBin {
    /// The weight of the predictions in the bin.
    pub weight: f64,
    /// The sum of their weighted confidences.
    pub confidence: f64,
    /// The weight of those that are right.
    pub hits: f64,
}

impl ReliabilityBin {
    /// The mean confidence in the bin, or `None` if it is empty.
    pub fn mean_confidence(&self) -> Option<f64> {
        ratio(self.confidence, self.weight)
    }

    /// The share of the predictions in the bin that are right, or `None` if it is empty.
    pub fn accuracy(&self) -> Option<f64> {
        ratio(self.hits, self.weight)
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    weight: Sum,
    confidence: Sum,
    hits: Sum,
}

impl Tally {
    /// The weight of the bin times the distance between its mean confidence and its accuracy.
    fn gap(&self) -> f64 {
        self.confidence.minus(&self.hits).abs()
    }
}

impl ReliabilityBins {
    /// An empty state with this number of bins, from 1 to 65536.
    ///
    /// # Errors
    ///
    /// [`MetricError::InvalidParameter`] for any other number.
    pub fn new(bins: usize) -> Result<Self, MetricError> {
        if !(1..=MAX_BINS).contains(&bins) {
            return Err(MetricError::InvalidParameter {
                parameter: "bins",
                value: bins as f64,
                allowed: "from 1 to 65536",
            });
        }
        Ok(Self {
            bins: vec![Tally::default(); bins],
        })
    }

    /// Puts a state together from what [`bins`](Self::bins) gave.
    ///
    /// # Errors
    ///
    /// [`MetricError::InvalidParameter`] for a part that is negative or not finite, and for a
    /// number of bins out of range.
    pub fn from_bins(bins: &[ReliabilityBin]) -> Result<Self, MetricError> {
        let mut state = Self::new(bins.len())?;
        for (mine, bin) in state.bins.iter_mut().zip(bins) {
            for part in [bin.weight, bin.confidence, bin.hits] {
                check_part("parts of a bin", part)?;
            }
            *mine = Tally {
                weight: bin.weight.into(),
                confidence: bin.confidence.into(),
                hits: bin.hits.into(),
            };
        }
        Ok(state)
    }

    /// Adds one prediction per row: its confidence is the highest probability, and it is right if the
    /// class that has it is the true one.
    pub fn update(&mut self, batch: &ClassificationBatch<'_>) {
        for row in batch.rows() {
            let predicted = row.predicted();
            let confidence = row.probabilities[predicted];
            self.add(confidence, predicted == row.label, row.weight);
        }
    }

    /// Adds every probability of every row as the confidence that its label is true.
    pub fn update_multilabel(&mut self, batch: &MultilabelBatch<'_>) {
        for row in batch.rows() {
            for (probability, target) in row.entries() {
                self.add(probability, target, row.weight);
            }
        }
    }

    /// Adds the bins of another state.
    ///
    /// # Errors
    ///
    /// [`MetricError::Incompatible`] if the numbers of bins differ.
    pub fn merge(&mut self, other: &Self) -> Result<(), MetricError> {
        same_parameter(self.bins.len(), other.bins.len(), |bins| {
            format!("calibration with {bins} bins")
        })?;
        for (mine, theirs) in self.bins.iter_mut().zip(&other.bins) {
            mine.weight.merge(&theirs.weight);
            mine.confidence.merge(&theirs.confidence);
            mine.hits.merge(&theirs.hits);
        }
        Ok(())
    }

    /// The bins, from confidence 0 to 1.
    pub fn bins(&self) -> Vec<ReliabilityBin> {
        let bins = self.bins.iter().map(|bin| ReliabilityBin {
            weight: bin.weight.value(),
            confidence: bin.confidence.value(),
            hits: bin.hits.value(),
        });
        bins.collect()
    }

    /// The expected calibration error: the weighted mean over the bins of the distance between mean
    /// confidence and accuracy (the l1 norm), in 0..1, lower is better. `None` without rows.
    pub fn ece(&self) -> Option<f64> {
        let (mut gaps, mut weight) = (Sum::default(), Sum::default());
        for bin in &self.bins {
            gaps.add(bin.gap());
            weight.merge(&bin.weight);
        }
        ratio(gaps.value(), weight.value())
    }

    /// The maximum calibration error: the largest such distance of a bin, in 0..1, lower is better.
    /// `None` without rows.
    pub fn mce(&self) -> Option<f64> {
        let gaps = self.bins.iter();
        gaps.filter_map(|bin| ratio(bin.gap(), bin.weight.value()))
            .reduce(f64::max)
    }

    fn add(&mut self, confidence: f64, hit: bool, weight: f64) {
        let last = self.bins.len() - 1;
        // The tolerance on row sums lets a probability slightly above 1 through.
        let confidence = confidence.min(1.0);
        let bin = ((confidence * self.bins.len() as f64) as usize).min(last);
        let bin = &mut self.bins[bin];
        bin.weight.add(weight);
        bin.confidence.add(weight * confidence);
        if hit {
            bin.hits.add(weight);
        }
    }
}

impl Default for ReliabilityBins {
    /// An empty state with 15 bins.
    fn default() -> Self {
        Self {
            bins: vec![Tally::default(); DEFAULT_BINS],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        let probabilities = [0.75, 0.25, 0.75, 0.25, 0.5, 0.5, 0.0, 1.0];
        let batch = ClassificationBatch::new(&probabilities, 2, &[0, 1, 1, 1], None)?;
        let mut bins = ReliabilityBins::new(4)?;
        bins.update(&batch);
        let expected = [
            ReliabilityBin::default(),
            ReliabilityBin::default(),
            ReliabilityBin {
                weight: 1.0,
                confidence: 0.5,
                hits: 0.0,
            },
            ReliabilityBin {
                weight: 3.0,
                confidence: 2.5,
                hits: 2.0,
            },
        ];
        assert_eq!(bins.bins(), expected);
        assert_eq!(expected[3].mean_confidence(), Some(2.5 / 3.0));
        assert_eq!(expected[3].accuracy(), Some(2.0 / 3.0));
        assert_eq!(bins.ece(), Some((0.5 + 0.5) / 4.0));
        assert_eq!(bins.mce(), Some(0.5));
        Ok(())
    }

    #[test]
    fn full_confidence_is_in_the_last_bin_and_an_edge_in_the_upper_one() -> Result<(), MetricError>
    {
        // Together in a bin, the errors -0.4 and 0.4 cancel; in two bins they would add up.
        let probabilities = [0.6, 0.4, 0.6, 0.4, 0.0, 1.0, 0.2, 0.8];
        let weights = [2.0, 1.0, 1.0, 0.0];
        let mut bins = ReliabilityBins::new(5)?;
        bins.update(&ClassificationBatch::new(
            &probabilities,
            2,
            &[0, 1, 1, 0],
            Some(&weights),
        )?);
        // bin 3: 2 * (0.6 - 1) + 0.6; bin 4: 1 - 1
        assert!((bins.ece().unwrap() - 0.2 / 4.0).abs() < 1e-15);
        Ok(())
    }

    #[test]
    fn a_label_is_calibrated_where_it_is_true_as_often_as_its_probability()
    -> Result<(), MetricError> {
        let batch = MultilabelBatch::new(
            &[0.25, 1.0, 0.25, 1.0, 0.25, 1.0, 0.25, 1.0],
            2,
            &[true, true, false, true, false, true, false, false],
            None,
        )?;
        let mut bins = ReliabilityBins::default();
        bins.update_multilabel(&batch);
        // the second label is wrong once in four times
        assert_eq!(bins.ece(), Some(0.25 / 2.0));
        assert_eq!(bins.mce(), Some(0.25));
        Ok(())
    }

    #[test]
    fn other_numbers_of_bins_are_refused() -> Result<(), MetricError> {
        for bins in [0, MAX_BINS + 1] {
            assert!(matches!(
                ReliabilityBins::new(bins),
                Err(MetricError::InvalidParameter { .. })
            ));
        }
        assert!(ReliabilityBins::from_bins(&[]).is_err());
        let merged = ReliabilityBins::new(10)?.merge(&ReliabilityBins::default());
        assert_eq!(
            merged.unwrap_err().to_string(),
            "cannot merge a state of calibration with 15 bins into a state of calibration with 10 bins"
        );
        Ok(())
    }
}
