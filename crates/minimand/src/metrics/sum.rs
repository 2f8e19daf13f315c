//! Sums that keep their accuracy in any order, and the weighted mean built on them.

/// A compensated sum: the rounding error of each addition is kept and added too.
///
/// The result is as accurate as a sum in about twice the precision of `f64`, so the order of the
/// terms does not matter at the precision of the result. An overflow gives NaN or infinity.
///
/// Source: O. Møller, "Quasi double-precision in floating point addition", BIT 5, 1965.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    high: f64,
    low: f64,
}

impl Sum {
    /// Adds one term.
    pub(super) fn add(&mut self, term: f64) {
        let sum = self.high + term;
        let rounded = sum - self.high;
        let error = (self.high - (sum - rounded)) + (term - rounded);
        let low = self.low + error;
        self.high = sum + low;
        self.low = low - (self.high - sum);
    }

    /// Adds another sum.
    pub(super) fn merge(&mut self, other: &Self) {
        self.add(other.high);
        self.add(other.low);
    }

    /// The sum, rounded to `f64`.
    pub(super) fn value(&self) -> f64 {
        self.high
    }

    /// `self − other`, accurate also where the two are close.
    pub(super) fn minus(&self, other: &Self) -> f64 {
        (self.high - other.high) + (self.low - other.low)
    }
}

impl From<f64> for Sum {
    fn from(term: f64) -> Self {
        Self {
            high: term,
            low: 0.0,
        }
    }
}

/// `numerator / denominator`, or `None` where that is undefined or has overflowed.
pub(super) fn ratio(numerator: f64, denominator: f64) -> Option<f64> {
    let quotient = numerator / denominator;
    (denominator > 0.0 && denominator.is_finite() && quotient.is_finite()).then_some(quotient)
}

/// The plain mean of the values that are defined, or `None` if none is.
pub(super) fn mean_of_defined(values: impl IntoIterator<Item = Option<f64>>) -> Option<f64> {
    let mut mean = WeightedMean::default();
    for value in values.into_iter().flatten() {
        mean.add(value, 1.0);
    }
    mean.value()
}

/// The state of a weighted mean over rows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct WeightedMean {
    total: Sum,
    weight: Sum,
}

impl WeightedMean {
    /// Adds one row.
    pub(super) fn add(&mut self, value: f64, weight: f64) {
        self.total.add(weight * value);
        self.weight.add(weight);
    }

    /// Adds the rows of another state.
    pub(super) fn merge(&mut self, other: &Self) {
        self.total.merge(&other.total);
        self.weight.merge(&other.weight);
    }

    /// The mean, or `None` without rows or after an overflow.
    pub(super) fn value(&self) -> Option<f64> {
        ratio(self.total.value(), self.weight.value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_keeps_terms_that_plain_addition_loses() {
        let mut sum = Sum::default();
        for _ in 0..1000 {
            sum.add(1e16);
            sum.add(0.1);
        }
        for _ in 0..1000 {
            sum.add(-1e16);
        }
        assert!((sum.value() - 100.0).abs() < 1e-9, "{}", sum.value());
    }

    #[test]
    fn merging_keeps_what_one_number_cannot_hold() {
        let mut sum = Sum::from(1e16);
        sum.add(0.1);
        let mut merged = Sum::from(-1e16);
        merged.merge(&sum);
        assert_eq!(merged.value(), 0.1);
    }

    #[test]
    fn a_mean_without_weight_is_undefined() {
        assert_eq!(WeightedMean::default().value(), None);
        let mut mean = WeightedMean::default();
        mean.add(3.0, 1.0);
        mean.add(6.0, 2.0);
        assert_eq!(mean.value(), Some(5.0));
    }

    #[test]
    fn an_overflow_is_undefined() {
        let mut mean = WeightedMean::default();
        mean.add(f64::MAX, 1.0);
        mean.add(f64::MAX, 1.0);
        assert_eq!(mean.value(), None);
        let mut light = WeightedMean::default();
        light.add(1e-300, f64::MAX);
        light.add(1e-300, f64::MAX);
        assert_eq!(light.value(), None);
    }

    #[test]
    fn undefined_values_are_left_out_of_a_mean() {
        assert_eq!(
            mean_of_defined([Some(1.0), None, Some(2.0)]),
            Some(3.0 / 2.0)
        );
        assert_eq!(mean_of_defined([None]), None);
    }
}
