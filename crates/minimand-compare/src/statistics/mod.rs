//! What repeated cross-validation can and cannot tell.
//!
//! Results of the folds are not independent: training sets overlap, and every
//! repeat tests the same rows again. The plain t interval is therefore far too
//! narrow. Nadeau and Bengio (2003) replace the variance factor 1/J of the mean of
//! J results by 1/J + n_test/n_train; Bouckaert and Frank (2004) found the test so
//! corrected to keep its level in repeated K-fold cross-validation.
//!
//! The correction is an approximation. Simulated here: learners that see different
//! but equally good features are declared different in 3% of 1,000 data sets (at a
//! level of 5%). It assumes that differences come from the test rows; two learners
//! that were tied to different halves of the training rows, the same in every fold,
//! were declared different in 9%.

mod student;

#[cfg(test)]
mod simulation;

use serde::{Deserialize, Serialize};

/// Intervals cover the truth with this probability; the significance level is
/// what is left.
pub const LEVEL: f64 = 0.95;

/// Two results that differ by less than this share of their size are equal: scores
/// are `f32`, so smaller differences are rounding.
const ROUNDING: f64 = 1e-6;

/// A mean and the half-width of its 95% interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The mean of all fold results.
    pub mean: f64,
    /// The interval is `mean ± half_width`.
    pub half_width: f64,
}

/// A candidate's mean difference from another, fold by fold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Candidate minus the other, with the 95% interval. The interval is for this
    /// difference alone: it is not widened for the number of candidates.
    pub estimate: Estimate,
    /// Probability of a difference at least this large if there is none.
    pub p: f64,
    /// `p` adjusted by Holm's method for the number of comparisons.
    pub p_adjusted: f64,
}

impl Difference {
    /// Whether the difference is significant after the adjustment.
    pub fn is_significant(&self) -> bool {
        self.p_adjusted < 1.0 - LEVEL
    }
}

/// The mean of fold results with its interval; `test_to_train` is the number of
/// test rows over the number of training rows. `None` for fewer than two results.
pub fn estimate(results: &[f64], test_to_train: f64) -> Option<Estimate> {
    let (mean, error) = mean_and_error(results, test_to_train)?;
    let quantile = student::two_sided_quantile(LEVEL, results.len() - 1);
    Some(Estimate {
        mean,
        half_width: quantile * error,
    })
}

/// The differences of `candidate` from `other`, result by result (as many in both),
/// not yet adjusted. `None` for fewer than two results.
pub fn difference(candidate: &[f64], other: &[f64], test_to_train: f64) -> Option<Difference> {
    let differences: Vec<f64> = candidate
        .iter()
        .zip(other)
        .map(|(a, b)| {
            let rounding = ROUNDING * a.abs().max(b.abs());
            if (a - b).abs() <= rounding {
                0.0
            } else {
                a - b
            }
        })
        .collect();
    let estimate = estimate(&differences, test_to_train)?;
    let (mean, error) = mean_and_error(&differences, test_to_train)?;
    let p = if mean == 0.0 {
        1.0
    } else {
        student::two_sided_p(mean / error, differences.len() - 1)
    };
    Some(Difference {
        estimate,
        p,
        p_adjusted: p,
    })
}

/// The mean and its corrected standard error.
fn mean_and_error(results: &[f64], test_to_train: f64) -> Option<(f64, f64)> {
    if results.len() < 2 {
        return None;
    }
    let count = results.len() as f64;
    let mean = results.iter().sum::<f64>() / count;
    let squares: f64 = results.iter().map(|result| (result - mean).powi(2)).sum();
    let variance = squares / (count - 1.0);
    Some((mean, (variance * (1.0 / count + test_to_train)).sqrt()))
}

/// Adjusts the p-values of a family of comparisons by Holm's step-down method: the
/// probability of even one false alarm stays below the level.
pub fn holm(family: &mut [Difference]) {
    let mut order: Vec<usize> = (0..family.len()).collect();
    order.sort_by(|a, b| family[*a].p.total_cmp(&family[*b].p));
    let mut largest = 0.0_f64;
    for (rank, index) in order.iter().enumerate() {
        let left = (family.len() - rank) as f64;
        largest = largest.max((left * family[*index].p).min(1.0));
        family[*index].p_adjusted = largest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_by_hand() {
        // Mean 3, variance 10/4 = 2.5, factor 1/5 + 1/4 = 0.45, error √1.125,
        // t(0.975, 4) = 2.776445.
        let found = estimate(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.25).unwrap();
        assert_eq!(found.mean, 3.0);
        assert!((found.half_width - 2.776_445_105 * 1.125_f64.sqrt()).abs() < 1e-8);
        assert_eq!(estimate(&[1.0], 0.25), None);
    }

    #[test]
    fn a_paired_difference_by_hand() {
        // Differences 1, 2, 3: mean 2, variance 1, factor 1/3 + 1/2 = 5/6,
        // t = 2 / √(5/6) = 2.19089; with two degrees p = 1 − t / √(2 + t²) = 1 − √(4.8/6.8).
        let found = difference(&[2.0, 4.0, 6.0], &[1.0, 2.0, 3.0], 0.5).unwrap();
        assert_eq!(found.estimate.mean, 2.0);
        assert!((found.p - (1.0 - (4.8_f64 / 6.8).sqrt())).abs() < 1e-14);
        let mirrored = difference(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0], 0.5).unwrap();
        assert_eq!(mirrored.estimate.mean, -2.0);
        assert_eq!(mirrored.p, found.p);
    }

    #[test]
    fn rounding_is_no_difference() {
        let results = [0.1, 0.2, 0.3, 0.4];
        let rounded: Vec<f64> = results.iter().map(|result| result * (1.0 + 1e-8)).collect();
        assert_eq!(difference(&rounded, &results, 0.25).unwrap().p, 1.0);
        assert_eq!(difference(&results, &results, 0.25).unwrap().p, 1.0);
        assert!(difference(&[0.2, 0.3, 0.4, 0.5], &results, 0.25).unwrap().p < 1e-6);
    }

    #[test]
    fn holm_by_hand() {
        let mut family: Vec<Difference> = [0.01, 0.04, 0.03, 0.005, 0.8]
            .into_iter()
            .map(|p| Difference {
                estimate: Estimate {
                    mean: 0.0,
                    half_width: 0.0,
                },
                p,
                p_adjusted: p,
            })
            .collect();
        holm(&mut family);
        // Sorted: 0.005·5, 0.01·4, 0.03·3, 0.04·2 (raised to 0.09), 0.8.
        let adjusted: Vec<f64> = family
            .iter()
            .map(|difference| difference.p_adjusted)
            .collect();
        for (found, expected) in adjusted.iter().zip([0.04, 0.09, 0.09, 0.025, 0.8]) {
            assert!((found - expected).abs() < 1e-12, "{adjusted:?}");
        }
        assert!(family[0].is_significant() && !family[1].is_significant());
        holm(&mut []);
    }
}
