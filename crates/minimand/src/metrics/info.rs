//! What tools need to know about a metric: its name, its formula, and which way is better.

use std::cmp::Ordering;
use std::ops::RangeInclusive;

/// Which values of a metric are better.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Direction {
    /// Lower values are better, as for a loss.
    Lower,
    /// Higher values are better, as for a score.
    Higher,
    /// Values nearer to this one are better, as for the coverage of an interval.
    Nearest(f64),
}

impl Direction {
    /// A value as a cost, of which less is better: the value itself, its negative, or its distance
    /// from the best one.
    pub const fn cost(self, value: f64) -> f64 {
        match self {
            Self::Lower => value,
            Self::Higher => -value,
            Self::Nearest(best) => (value - best).abs(),
        }
    }

    /// Orders two values so that sorting puts the best first and undefined values last.
    ///
    /// `None` (or NaN) stands for an undefined value; two of them are equal.
    ///
    /// ```
    /// use minimand::metrics::Direction;
    ///
    /// let mut values = [Some(0.2), None, Some(0.9)];
    /// values.sort_by(|a, b| Direction::Higher.best_first(*a, *b));
    /// assert_eq!(values, [Some(0.9), Some(0.2), None]);
    /// ```
    pub fn best_first(self, a: Option<f64>, b: Option<f64>) -> Ordering {
        let defined = |value: Option<f64>| value.filter(|value| !value.is_nan());
        match (defined(a), defined(b)) {
            (Some(a), Some(b)) => {
                let (a, b) = (self.cost(a), self.cost(b));
                a.partial_cmp(&b).unwrap_or(Ordering::Equal)
            }
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        }
    }
}

/// The description of a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricInfo {
    /// The name by which the metric is looked up.
    pub name: &'static str,
    /// One line on what the metric measures.
    pub summary: &'static str,
    /// The formula as plain text; `i` counts rows, `k` classes or labels, and `w_i` is the weight
    /// of a row.
    pub formula: &'static str,
    /// Which values are better.
    pub direction: Direction,
    /// The lowest and highest possible value, for probabilities that sum exactly to one.
    pub range: RangeInclusive<f64>,
}

impl MetricInfo {
    /// The best possible value: the end of the range that the direction points to, or the value
    /// that it names.
    pub const fn best(&self) -> f64 {
        match self.direction {
            Direction::Lower => *self.range.start(),
            Direction::Higher => *self.range.end(),
            Direction::Nearest(best) => best,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_ordered_best_first_with_undefined_last() {
        let sorted = |direction: Direction| {
            let mut values = [Some(f64::NAN), Some(2.0), None, Some(-1.0), Some(3.0)];
            values.sort_by(|a, b| direction.best_first(*a, *b));
            values[..3].to_vec()
        };
        assert_eq!(sorted(Direction::Lower), [Some(-1.0), Some(2.0), Some(3.0)]);
        assert_eq!(
            sorted(Direction::Higher),
            [Some(3.0), Some(2.0), Some(-1.0)]
        );
        assert_eq!(
            sorted(Direction::Nearest(1.25)),
            [Some(2.0), Some(3.0), Some(-1.0)]
        );
    }
}
