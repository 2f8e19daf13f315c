//! Precision over recall.

/// A detection that counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    pub(super) score: f64,
    pub(super) weight: f64,
    pub(super) hit: bool,
}

/// Recall and the best precision from there on, at every threshold on the score.
#[derive(Debug)]
pub(super) struct Curve {
    points: Vec<(f64, f64)>,
    /// How far a recall may be off: sums of weights that are no whole numbers are not exact.
    slack: f64,
}

impl Curve {
    /// The curve of detections in the order of falling scores; `objects` is the weight of what there is to find.
    pub(super) fn new(
        detections: impl Iterator<Item = Counted>,
        objects: f64,
        whole: bool,
    ) -> Curve {
        let slack = if whole { 0.0 } else { 1e-12 };
        let mut points: Vec<(f64, f64)> = Vec::new();
        let (mut right, mut wrong) = (0.0, 0.0);
        let mut score = f64::NAN;
        for detection in detections {
            if detection.hit {
                right += detection.weight;
            } else {
                wrong += detection.weight;
            }
            if detection.score == score {
                points.pop();
            }
            score = detection.score;
            let recall: f64 = right / objects;
            let recall = if recall >= 1.0 - slack { 1.0 } else { recall };
            points.push((recall, right / (right + wrong)));
        }
        let mut best = 0.0;
        for (_, precision) in points.iter_mut().rev() {
            // NaN (weights that overflow) stays.
            if !(*precision < best) {
                best = *precision;
            }
            *precision = best;
        }
        Curve { points, slack }
    }

    /// Recall of all detections.
    pub(super) fn recall(&self) -> f64 {
        self.points.last().map_or(0.0, |point| point.0)
    }

    /// Mean of the precision at the recalls 0, 1/steps, …, 1; 0 where no detection reaches one.
    pub(super) fn sampled(&self, steps: usize) -> f64 {
        let step = 1.0 / steps as f64;
        let mut at = 0;
        let mut total = 0.0;
        for k in 0..=steps {
            let recall = k as f64 * step;
            // `<` and not `!(>=)`: a NaN is kept and not passed over.
            while at < self.points.len() && self.points[at].0 < recall - self.slack {
                at += 1;
            }
            total += self.points.get(at).map_or(0.0, |point| point.1);
        }
        total / (steps + 1) as f64
    }

    /// Area below the precision.
    pub(super) fn area(&self) -> f64 {
        let mut before = 0.0;
        let mut total = 0.0;
        for &(recall, precision) in &self.points {
            total += (recall - before) * precision;
            before = recall;
        }
        total
    }
}

/// The mean of values that are all defined and finite; `None` of none.
pub(super) fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0);
    for value in values {
        sum += value;
        count += 1;
    }
    (count > 0)
        .then(|| sum / f64::from(count))
        .filter(|mean: &f64| mean.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(detections: &[(f64, bool)], objects: f64) -> Curve {
        let counted = detections.iter().map(|&(score, hit)| Counted {
            score,
            weight: 1.0,
            hit,
        });
        Curve::new(counted, objects, true)
    }

    #[test]
    fn areas_by_hand() {
        // Recalls 1/4, 1/4, 2/4 at precisions 1, 1/2, 2/3.
        let three = curve(&[(0.9, true), (0.8, false), (0.7, true)], 4.0);
        assert!((three.area() - (0.25 + 0.25 * 2.0 / 3.0)).abs() < 1e-15);
        // Of 0, 0.1, …, 1: three at 1, three at 2/3.
        assert!((three.sampled(10) - (3.0 + 3.0 * 2.0 / 3.0) / 11.0).abs() < 1e-15);
        assert_eq!(three.recall(), 0.5);
        // Equal scores enter together.
        let tied = curve(&[(0.9, true), (0.9, false)], 1.0);
        assert_eq!(tied.area(), 0.5);
        let none = curve(&[], 1.0);
        assert_eq!(
            (none.area(), none.sampled(100), none.recall()),
            (0.0, 0.0, 0.0)
        );
    }
}
