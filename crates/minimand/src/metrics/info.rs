//! What tools need to know about a metric: its name, its formula, and which way is better.

use std::any::Any;
use std::cmp::Ordering;
use std::ops::RangeInclusive;

use super::MetricError;

/// Which values of a metric are better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Lower values are better, as for a loss.
    Lower,
    /// Higher values are better, as for a score.
    Higher,
}

impl Direction {
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
                let ascending = a.partial_cmp(&b).unwrap_or(Ordering::Equal);
                match self {
                    Self::Lower => ascending,
                    Self::Higher => ascending.reverse(),
                }
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
    /// The formula as plain text; `i` counts rows, `k` classes, and `w_i` is the weight of a row.
    pub formula: &'static str,
    /// Which values are better.
    pub direction: Direction,
    /// The lowest and highest possible value, for probabilities that sum exactly to one.
    pub range: RangeInclusive<f64>,
}

impl MetricInfo {
    /// The best possible value: the end of the range that the direction points to.
    pub const fn best(&self) -> f64 {
        match self.direction {
            Direction::Lower => *self.range.start(),
            Direction::Higher => *self.range.end(),
        }
    }

    /// Reads `state`, described by `right`, as a state of type `T`, described by `self`.
    ///
    /// # Errors
    ///
    /// [`MetricError::Incompatible`] if the state is of another type.
    pub(super) fn downcast<'a, T: Any>(
        &self,
        state: &'a dyn Any,
        right: &Self,
    ) -> Result<&'a T, MetricError> {
        state
            .downcast_ref()
            .ok_or_else(|| MetricError::Incompatible {
                left: self.name.to_owned(),
                right: right.name.to_owned(),
            })
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
    }
}
