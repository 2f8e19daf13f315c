//! Error rate of labels in segments.

use crate::metrics::batch::{check_columns, check_length};
use crate::metrics::metric::same_metric;
use crate::metrics::sum::{Sum, ratio};
use crate::metrics::{Direction, Metric, MetricError, MetricInfo, Multilabel, MultilabelBatch};

/// Mistakes per true label, with a wrong label in the place of a missed one counted once.
///
/// A row is a segment of a recording: a frame, a second. In it `m` labels are missed and `a` are false alarms, which
/// are min(m, a) substitutions, max(0, m − a) deletions and max(0, a − m) insertions: max(m, a) mistakes.
/// `sum_i w_i max(m_i, a_i) / sum_i w_i n_i` with `n_i` true labels, from 0 up and above 1 for more mistakes than
/// labels, lower is better. `None` if no label is true for any row. F1 in segments is `micro_f1`; [`segments`] makes
/// segments of frames. Source: Mesaros, Heittola and Virtanen, "Metrics for polyphonic sound event detection", 2016
/// (paper 011).
///
/// State: two sums. sed_eval: `error_rate` of `SegmentBasedMetrics`.
#[derive(Clone, Debug, Default)]
pub struct SegmentErrorRate {
    mistakes: Sum,
    references: Sum,
}

impl SegmentErrorRate {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "segment_error_rate",
        summary: "substitutions, deletions and insertions per true label, at the threshold 0.5",
        formula: "sum_i w_i max(missed_i, false_i) / sum_i w_i true_i",
        direction: Direction::Lower,
        range: 0.0..=f64::INFINITY,
    };
}

impl Metric<Multilabel> for SegmentErrorRate {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &MultilabelBatch<'_>) -> Result<(), MetricError> {
        for row in batch.rows() {
            let (mut missed, mut alarms, mut references) = (0.0f64, 0.0f64, 0.0f64);
            for decision in row.decisions() {
                match decision {
                    (true, true) => references += 1.0,
                    (false, true) => (missed, references) = (missed + 1.0, references + 1.0),
                    (true, false) => alarms += 1.0,
                    (false, false) => {}
                }
            }
            self.mistakes.add(row.weight * missed.max(alarms));
            self.references.add(row.weight * references);
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Multilabel>) -> Result<(), MetricError> {
        let other = same_metric(self, other)?;
        self.mistakes.merge(&other.mistakes);
        self.references.merge(&other.references);
        Ok(())
    }

    fn value(&self) -> Option<f64> {
        ratio(self.mistakes.value(), self.references.value())
    }
}

/// What is active in segments of some frames: what is active in one of their frames, as sound event detection counts
/// it.
///
/// `active` is `[frames, labels]` of one recording; what comes out is `[segments, labels]`, the last segment maybe a
/// shorter one.
///
/// # Errors
///
/// - [`MetricError::InvalidParameter`] if `labels` or `frames` is 0;
/// - [`MetricError::Shape`] if the length is no whole number of frames.
pub fn segments(active: &[bool], labels: usize, frames: usize) -> Result<Vec<bool>, MetricError> {
    check_columns("labels", labels)?;
    check_columns("frames", frames)?;
    let whole = active.len() / labels * labels;
    check_length("active (frames x labels)", active.len(), whole)?;
    let mut pooled = Vec::with_capacity(active.len().div_ceil(frames));
    for segment in active.chunks(labels.saturating_mul(frames)) {
        for label in 0..labels {
            pooled.push(segment.iter().skip(label).step_by(labels).any(|&a| a));
        }
    }
    Ok(pooled)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Probabilities and truths of the paper's record.
    const REPORTED: [f64; 9] = [1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0];
    const TRUE: [bool; 9] = [true, false, false, true, true, false, false, false, true];

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        let mut metric = SegmentErrorRate::default();
        metric.update(&MultilabelBatch::new(&REPORTED, 3, &TRUE, None)?)?;
        assert_eq!(metric.value(), Some(0.75));
        let mut weighted = SegmentErrorRate::default();
        let weights = [0.0, 2.0, 1.0];
        weighted.update(&MultilabelBatch::new(&REPORTED, 3, &TRUE, Some(&weights))?)?;
        assert_eq!(weighted.value(), Some(3.0 / 5.0));
        Ok(())
    }

    #[test]
    fn segments_pool_frames() -> Result<(), MetricError> {
        let two = segments(&TRUE, 3, 2)?;
        assert_eq!(two, [true, true, false, false, false, true]);
        assert_eq!(segments(&TRUE, 3, 1)?, TRUE);
        assert_eq!(segments(&TRUE, 3, usize::MAX)?, [true, true, true]);
        assert!(segments(&[], 3, 2)?.is_empty());
        assert!(segments(&TRUE, 2, 1).is_err());
        assert!(segments(&TRUE, 0, 1).is_err());
        assert!(segments(&TRUE, 3, 0).is_err());
        Ok(())
    }
}
