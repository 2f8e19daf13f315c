//! Targets as classes and back: bins, soft labels over them, the number that a distribution stands for.

use super::{demand, finite};
use crate::error::Error;
use crate::kernels::scalar::Float;
use crate::kernels::special::erfc;

/// Bins of a range of targets, for regression by classification.
///
/// Train with `cross_entropy` on [`index`](Self::index), [`two_hot`](Self::two_hot) or [`gaussian`](Self::gaussian) labels,
/// alone or beside a regression loss (paper 084), and read numbers off with [`expectation`](Self::expectation).
///
/// ```
/// use minimand::regression::Bins;
///
/// let bins = Bins::equal(0.0, 10.0, 5)?;
/// let index: Vec<usize> = [0.0, 2.0, 9.99, 10.0, -1.0, 11.0].iter().map(|&y| bins.index(y)).collect();
/// assert_eq!(index, [0, 1, 4, 4, 0, 4]);
/// assert_eq!(bins.two_hot(&[2.0])?, [0.5, 0.5, 0.0, 0.0, 0.0]);
/// assert_eq!(bins.expectation(&[0.0f32, 0.0, -200.0, -200.0, -200.0])?, [2.0]);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Bins {
    /// One more than bins, rising.
    edges: Vec<f64>,
}

impl Bins {
    /// With these edges, one more than bins.
    ///
    /// # Errors
    /// [`Error::Value`] for an edge that is not finite or not above the one before, [`Error::Shape`] for fewer than two.
    pub fn new(edges: Vec<f64>) -> Result<Self, Error> {
        finite("edges", &edges)?;
        if edges.len() < 2 {
            return Err(Error::Shape {
                argument: "edges",
                expected: "[bins + 1] with at least one bin".to_string(),
                got: format!("{} edges", edges.len()),
            });
        }
        if let Some(position) = (1..edges.len()).find(|&i| edges[i] <= edges[i - 1]) {
            return Err(Error::Value {
                argument: "edges",
                position,
                value: edges[position],
                expected: format!("a number above {}, the edge before", edges[position - 1]),
            });
        }
        Ok(Self { edges })
    }

    /// Bins of equal width from `low` to `high`.
    ///
    /// # Errors
    /// [`Error::Parameter`] for no bins; [`Error::Value`] for ends that are not finite or do not rise.
    pub fn equal(low: f64, high: f64, count: usize) -> Result<Self, Error> {
        demand(count > 0, "bins", "count", "at least 1", count)?;
        finite("edges", &[low, high])?;
        let edge = |i: usize| {
            let part = i as f64 / count as f64;
            if i == count {
                high
            } else {
                low + part * (high - low)
            }
        };
        Self::new((0..=count).map(edge).collect())
    }

    /// Bins with about equally many of these targets in each, at most `count`: edges at their quantiles, of which those that
    /// are equal are merged.
    ///
    /// # Errors
    /// [`Error::Parameter`] for no bins; [`Error::Value`] for a target that is not finite, [`Error::Shape`] for fewer than
    /// two different targets.
    pub fn equalised(targets: &[f64], count: usize) -> Result<Self, Error> {
        demand(count > 0, "bins", "count", "at least 1", count)?;
        finite("targets", targets)?;
        let mut sorted = targets.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let Some(most) = sorted.len().checked_sub(1) else {
            return Self::new(Vec::new());
        };
        let edge = |i: usize| {
            let place = i as f64 / count as f64 * most as f64;
            let (low, high) = (
                sorted[place.floor() as usize],
                sorted[(place.ceil() as usize).min(most)],
            );
            low + place.fract() * (high - low)
        };
        let mut edges: Vec<f64> = (0..=count).map(edge).collect();
        edges.dedup();
        Self::new(edges)
    }

    /// Number of bins.
    pub fn count(&self) -> usize {
        self.edges.len() - 1
    }

    /// The edges, one more than bins.
    pub fn edges(&self) -> &[f64] {
        &self.edges
    }

    /// The middles of the bins, in units of the target.
    pub fn centres(&self) -> Vec<f64> {
        self.edges
            .windows(2)
            .map(|ends| 0.5 * (ends[0] + ends[1]))
            .collect()
    }

    /// The bin of a target: the lower edge is in, the upper one is not but for the last. What lies outside is in the bin at
    /// that end; NaN in the first.
    pub fn index(&self, target: f64) -> usize {
        let above = self.edges.partition_point(|&edge| edge <= target);
        above.saturating_sub(1).min(self.count() - 1)
    }

    /// Soft labels `[n, bins]` that the two centres around a target share, so that their mean is the target, which is first
    /// moved to between the first and the last centre.
    ///
    /// # Errors
    /// [`Error::Value`] for a target that is not finite.
    pub fn two_hot(&self, targets: &[f64]) -> Result<Vec<f64>, Error> {
        finite("targets", targets)?;
        let centres = self.centres();
        let last = centres.len() - 1;
        let mut labels = vec![0.0; targets.len() * centres.len()];
        for (&target, row) in targets.iter().zip(labels.chunks_mut(centres.len())) {
            let target = target.clamp(centres[0], centres[last]);
            let low = centres
                .partition_point(|&c| c <= target)
                .saturating_sub(1)
                .min(last);
            let part = match centres.get(low + 1) {
                Some(high) => (target - centres[low]) / (high - centres[low]),
                None => 0.0,
            };
            row[low] = 1.0 - part;
            if part > 0.0 {
                row[low + 1] = part;
            }
        }
        Ok(labels)
    }

    /// Soft labels `[n, bins]`: the mass that a Gaussian around the target has in each bin, of its mass in all of them
    /// (HL-Gauss). `deviation` is in units of the target, ¾ of the width of a bin being usual. Of a target so far outside that
    /// nothing is left, the bin at that end has all. Source: Imani and White 2018; Farebrother et al. 2024.
    ///
    /// # Errors
    /// [`Error::Value`] for a target that is not finite, [`Error::Parameter`] for a deviation that is not above 0.
    pub fn gaussian(&self, targets: &[f64], deviation: f64) -> Result<Vec<f64>, Error> {
        finite("targets", targets)?;
        let valid = deviation.is_finite() && deviation > 0.0;
        demand(valid, "bins", "deviation", "a finite number > 0", deviation)?;
        let mut labels = Vec::with_capacity(targets.len() * self.count());
        for &target in targets {
            let start = labels.len();
            let z = |edge: f64| (edge - target) / deviation;
            labels.extend(
                self.edges
                    .windows(2)
                    .map(|ends| normal_mass(z(ends[0]), z(ends[1]))),
            );
            let row = &mut labels[start..];
            let whole: f64 = row.iter().sum();
            if whole > 0.0 {
                row.iter_mut().for_each(|p| *p /= whole);
            } else {
                row[self.index(target)] = 1.0;
            }
        }
        Ok(labels)
    }

    /// The number that each row of logits `[n, bins]` stands for: the mean of the centres under its softmax.
    ///
    /// # Errors
    /// [`Error::Shape`] if the length is no multiple of the number of bins, [`Error::Value`] for a logit that is not finite.
    pub fn expectation<T: Float>(&self, logits: &[T]) -> Result<Vec<f64>, Error> {
        let centres = self.centres();
        expectation(logits, &centres)
    }
}

/// Mean of the values under the softmax of each row of logits.
pub(super) fn expectation<T: Float>(logits: &[T], values: &[f64]) -> Result<Vec<f64>, Error> {
    if !logits.len().is_multiple_of(values.len()) {
        return Err(Error::Shape {
            argument: "logits",
            expected: format!("[n, {}]", values.len()),
            got: format!("{} numbers", logits.len()),
        });
    }
    let logits: Vec<f64> = logits.iter().map(|z| z.to_f64()).collect();
    finite("logits", &logits)?;
    let mean = |row: &[f64]| {
        let top = row.iter().fold(f64::NEG_INFINITY, |a, &b| a.max(b));
        let (mut total, mut moment) = (0.0, 0.0);
        for (z, value) in row.iter().zip(values) {
            let e = (z - top).exp();
            total += e;
            moment += e * value;
        }
        moment / total
    };
    Ok(logits.chunks(values.len()).map(mean).collect())
}

/// The mass of a standard normal between two numbers, the first the smaller; exact in both tails.
pub(super) fn normal_mass(low: f64, high: f64) -> f64 {
    // ½ erfc(z/√2), the mass above z ≥ 0.
    let above = |z: f64| 0.5 * erfc(z * std::f64::consts::FRAC_1_SQRT_2);
    if low >= 0.0 {
        above(low) - above(high)
    } else if high <= 0.0 {
        above(-high) - above(-low)
    } else {
        1.0 - above(-low) - above(high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantile_edges_spread_the_targets_evenly() {
        let targets: Vec<f64> = (0..1000).map(|i| (f64::from(i) / 100.0).exp()).collect();
        let bins = Bins::equalised(&targets, 10).unwrap();
        let mut numbers = vec![0; bins.count()];
        targets.iter().for_each(|&y| numbers[bins.index(y)] += 1);
        assert_eq!(bins.count(), 10);
        assert!(
            numbers.iter().all(|n| (99..=101).contains(n)),
            "{numbers:?}"
        );
        // Most targets are equal: the edges among them are one.
        let tied = [vec![1.0; 95], vec![2.0; 5]].concat();
        assert_eq!(Bins::equalised(&tied, 10).unwrap().edges(), [1.0, 2.0]);
        for few in [&[][..], &[3.0, 3.0]] {
            assert!(matches!(Bins::equalised(few, 4), Err(Error::Shape { .. })));
        }
    }

    #[test]
    fn labels_add_up_to_one_and_keep_the_target() {
        let bins = Bins::new(vec![0.0, 1.0, 3.0, 4.0, 8.0]).unwrap();
        assert_eq!(bins.centres(), [0.5, 2.0, 3.5, 6.0]);
        let mean = |label: &[f64]| {
            label
                .iter()
                .zip(bins.centres())
                .map(|(p, c)| p * c)
                .sum::<f64>()
        };
        for target in [0.5, 0.6, 2.0, 3.1, 5.9, 6.0] {
            let label = bins.two_hot(&[target]).unwrap();
            assert!((label.iter().sum::<f64>() - 1.0).abs() < 1e-15);
            assert!((mean(&label) - target).abs() < 1e-12);
        }
        assert_eq!(
            bins.two_hot(&[-7.0, 99.0]).unwrap(),
            [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]
        );
    }

    #[test]
    fn gaussian_labels_are_shares_of_a_bell() {
        let bins = Bins::equal(-5.0, 5.0, 10).unwrap();
        let label = bins.gaussian(&[0.0], 1.0).unwrap();
        // The mass of a standard normal in 0..1, of that within ±5.
        assert!((label[5] - 0.341_344_746_068_542_9 / 0.999_999_426_696_856).abs() < 1e-12);
        for i in 0..5 {
            assert!((label[i] - label[9 - i]).abs() < 1e-15);
        }
        let far = bins.gaussian(&[-300.0, 40.0, 1.0], 0.1).unwrap();
        assert_eq!((far[0], far[19]), (1.0, 1.0));
        assert!((far.iter().sum::<f64>() - 3.0).abs() < 1e-12);
        // Both tails are exact: nothing is 1 − 1.
        let tail = bins.gaussian(&[9.0], 0.5).unwrap();
        assert!(tail[8] > 0.0 && tail[9] > 0.999_999 && tail[8] < 1e-6);
    }

    #[test]
    fn what_is_no_bin_is_refused() {
        assert!(matches!(
            Bins::equal(0.0, 1.0, 0),
            Err(Error::Parameter { .. })
        ));
        assert!(matches!(Bins::equal(1.0, 1.0, 3), Err(Error::Value { .. })));
        assert!(matches!(
            Bins::new(vec![0.0, f64::NAN]),
            Err(Error::Value { .. })
        ));
        let bins = Bins::equal(0.0, 1.0, 3).unwrap();
        assert!(matches!(
            bins.two_hot(&[f64::NAN]),
            Err(Error::Value { .. })
        ));
        assert!(matches!(
            bins.gaussian(&[0.5], 0.0),
            Err(Error::Parameter { .. })
        ));
        assert!(matches!(
            bins.expectation(&[0.0f64; 4]),
            Err(Error::Shape { .. })
        ));
        assert_eq!(bins.index(f64::NAN), 0);
    }
}
