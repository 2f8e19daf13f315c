//! What repeated cross-validation can and cannot tell.
//!
//! # The test
//!
//! Two candidates meet on the same n splits (folds × repeats), and dᵢ is the
//! difference of their results on split i. The splits are not independent: training
//! sets overlap, and every repeat tests the same rows again, so the plain t test is
//! far too bold. Nadeau and Bengio (2003) replace the variance factor 1/n of the mean
//! by 1/n + ρ, with ρ the test rows over the training rows, averaged over the splits:
//!
//! t = mean(d) / (sd(d) · √(1/n + ρ)), with n − 1 degrees of freedom.
//!
//! All n results are pooled, as Bouckaert and Frank (2004) advise. In simulated data
//! sets (5 folds × 3 repeats, learners equally good), means over the repeats, taken
//! first and tested like the results of one repeat, were declared different in 7 to
//! 12% at a level of 5%. Degrees of freedom of one repeat kept the level but found less
//! than half as much.
//!
//! # What holds
//!
//! The correction is an approximation: it guesses from the share of test rows how much
//! the splits have in common. In thousands of simulated data sets of 60 to 500 rows
//! (regression with normal and with heavy-tailed noise, log-loss and accuracy of
//! classifiers, nearest neighbours), equally good learners were declared different in
//! 1 to 5%, and with Holm's adjustment a family of them had any false alarm in 1 to 5%.
//! A test this careful misses small differences. Beyond some 15 results more repeats
//! hardly help it, because ρ stays; more rows do.
//!
//! Where folds are groups, it is the groups that must be many: ρ is a ratio of rows,
//! and a few unlike groups make wide intervals.
//!
//! The folds of forward chaining cannot be exchanged: training sets grow, and the
//! series may drift. The mean difference is one over just these periods, and its
//! spread includes the trend, which widens the interval. With the mean ratio as ρ,
//! equally good learners were declared different in 0.2 to 3% (3 to 8 folds, with and
//! without autocorrelation): what is found is safe, but little is found. Nothing is
//! said of later periods that differ from these.

mod student;

#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use minimand::metrics::Direction;
use serde::{Deserialize, Serialize};

/// Intervals cover the truth with this probability; the significance level is
/// what is left.
pub const LEVEL: f64 = 0.95;

/// Fewer results than this have no interval and no test. Two would leave one degree
/// of freedom, and an interval 18 times as wide as the spread.
pub const FEWEST: usize = 3;

/// Two results that differ by less than this share of their size are equal: scores
/// are `f32`, so smaller differences are rounding.
const ROUNDING: f64 = 1e-6;

/// Which results of a measure are better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Aim {
    /// Lower ones, as of an error.
    Lower,
    /// Higher ones, as of an accuracy.
    Higher,
    /// Those nearest to a value, as of the coverage of an interval. Compared is the
    /// distance of every single result from it, not that of their mean: results to
    /// both sides do not make up for each other.
    Nearest(f64),
}

impl From<Direction> for Aim {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Lower => Self::Lower,
            Direction::Higher => Self::Higher,
            Direction::Nearest(value) => Self::Nearest(value),
        }
    }
}

impl Aim {
    /// What is compared of a result: itself, or its distance from the value.
    fn compared(self, result: f64) -> f64 {
        match self {
            Self::Nearest(value) => (result - value).abs(),
            Self::Lower | Self::Higher => result,
        }
    }

    /// By how much a [`Difference::mean`] is an improvement; below 0 if it is none.
    pub fn gain(self, difference: f64) -> f64 {
        match self {
            Self::Higher => difference,
            Self::Lower | Self::Nearest(_) => -difference,
        }
    }

    /// The mean of what is compared of `results`; `None` without results.
    pub(crate) fn mean(self, results: &[f64]) -> Option<f64> {
        let sum: f64 = results.iter().map(|result| self.compared(*result)).sum();
        (!results.is_empty()).then(|| sum / results.len() as f64)
    }

    /// Orders means of what is compared, the best first and undefined ones last.
    pub(crate) fn best_first(self, a: Option<f64>, b: Option<f64>) -> Ordering {
        let direction = match self {
            Self::Higher => Direction::Higher,
            Self::Lower | Self::Nearest(_) => Direction::Lower,
        };
        direction.best_first(a, b)
    }
}

/// A mean over folds with its 95% interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The mean of the results.
    pub mean: f64,
    /// The interval is `mean ± half_width`; `None` for fewer than [`FEWEST`] results.
    /// 0 if all results are equal: no spread was seen, which is not to say that there
    /// is none.
    pub half_width: Option<f64>,
    /// How many results the mean is of.
    pub results: usize,
}

impl Estimate {
    /// Both ends of the interval, the lower first.
    pub fn interval(&self) -> Option<(f64, f64)> {
        let half_width = self.half_width?;
        Some((self.mean - half_width, self.mean + half_width))
    }
}

/// How a candidate differs from another, the reference, split by split: whether the
/// difference is more than chance (the interval and p), and how large it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Mean of dᵢ = candidate − reference, in the unit of the measure. For a measure
    /// that is best near a value, of the distances from it.
    pub mean: f64,
    /// The 95% interval is `mean ± half_width`. It is for this difference alone: it is
    /// not widened for the number of comparisons, as `p_adjusted` is.
    pub half_width: f64,
    /// Probability of a difference at least this large, to either side, if there is
    /// none.
    pub p: f64,
    /// `p` adjusted by Holm's method for the family of comparisons.
    pub p_adjusted: f64,
    /// mean(d) / |mean(reference)|: the difference as a share of what the reference
    /// has; it has the sign of `mean`. `None` if the reference's mean is 0 or its
    /// results are not all of one sign, as of an R² around 0: a share of that means
    /// nothing. For a measure that ends at 1 (accuracy) it says little near the end:
    /// from 0.98 to 0.99 is 1%, though half of the errors are gone.
    pub relative: Option<f64>,
    /// mean(d) / sd(d), Cohen's d_z, with the plain standard deviation over the
    /// splits; `None` if that is 0. Comparable between candidates of one run only:
    /// smaller test folds make the spread larger and this smaller.
    pub standardised: Option<f64>,
    /// Splits on which the candidate is better. They overlap, so they are not
    /// independent votes: a sign test on them would be too bold.
    pub wins: usize,
    /// Splits on which it is worse.
    pub losses: usize,
    /// Splits on which the two are equal to rounding.
    pub ties: usize,
}

impl Difference {
    /// Whether the difference is significant after the adjustment.
    pub fn is_significant(&self) -> bool {
        self.p_adjusted < 1.0 - LEVEL
    }

    /// Both ends of the interval, the lower first.
    pub fn interval(&self) -> (f64, f64) {
        (self.mean - self.half_width, self.mean + self.half_width)
    }
}

/// The mean of fold results with its interval; `test_to_train` is the number of
/// test rows over the number of training rows, averaged over the folds. `None` for
/// no results, or if one is not finite.
pub fn estimate(results: &[f64], test_to_train: f64) -> Option<Estimate> {
    let spread = Spread::of(results)?;
    let enough = results.len() >= FEWEST;
    Some(Estimate {
        mean: spread.mean,
        half_width: enough.then(|| spread.half_width(test_to_train)),
        results: results.len(),
    })
}

/// How `candidate` differs from `reference`, result by result (as many in both), not
/// yet adjusted.
///
/// `None` for fewer than [`FEWEST`] results, if one is not finite, and if the
/// difference is the same on all splits and not 0: without any spread (a coarse
/// measure on small folds) there is nothing to judge it by. Results that are equal to
/// rounding, as of one loss under two names, have p = 1.
pub fn difference(
    candidate: &[f64],
    reference: &[f64],
    aim: Aim,
    test_to_train: f64,
) -> Option<Difference> {
    if !candidate.iter().chain(reference).all(|one| one.is_finite()) {
        return None;
    }
    let (mut wins, mut losses, mut largest) = (0, 0, 0.0_f64);
    let mut differences = Vec::with_capacity(candidate.len());
    for (a, b) in candidate.iter().zip(reference) {
        let size = a.abs().max(b.abs());
        largest = largest.max(size);
        let difference = aim.compared(*a) - aim.compared(*b);
        let difference = if difference.abs() <= ROUNDING * size {
            0.0
        } else {
            difference
        };
        wins += usize::from(aim.gain(difference) > 0.0);
        losses += usize::from(aim.gain(difference) < 0.0);
        differences.push(difference);
    }
    let spread = Spread::of(&differences)?;
    let rounding = ROUNDING * largest;
    let (flat, equal) = (spread.deviation <= rounding, spread.mean.abs() <= rounding);
    if differences.len() < FEWEST || (flat && !equal) {
        return None;
    }
    let p = if flat {
        1.0
    } else {
        let t = spread.mean / spread.error(test_to_train);
        student::two_sided_p(t, differences.len() - 1)
    };
    let compared = || reference.iter().map(|result| aim.compared(*result));
    let one_sign = compared().all(|value| value >= 0.0) || compared().all(|value| value <= 0.0);
    let base = aim.mean(reference)?.abs();
    Some(Difference {
        mean: spread.mean,
        half_width: spread.half_width(test_to_train),
        p,
        p_adjusted: p,
        relative: (one_sign && base > 0.0).then(|| spread.mean / base),
        standardised: (!flat).then(|| spread.mean / spread.deviation),
        wins,
        losses,
        ties: differences.len() - wins - losses,
    })
}

/// Mean and standard deviation of some results.
struct Spread {
    mean: f64,
    deviation: f64,
    results: usize,
}

impl Spread {
    /// `None` for no results, or if one is not finite. The deviation of one is 0.
    fn of(results: &[f64]) -> Option<Self> {
        if results.is_empty() || results.iter().any(|result| !result.is_finite()) {
            return None;
        }
        let count = results.len() as f64;
        let mean = results.iter().sum::<f64>() / count;
        let squares: f64 = results.iter().map(|result| (result - mean).powi(2)).sum();
        Some(Self {
            mean,
            deviation: (squares / (count - 1.0).max(1.0)).sqrt(),
            results: results.len(),
        })
    }

    /// The corrected standard error of the mean.
    fn error(&self, test_to_train: f64) -> f64 {
        self.deviation * (1.0 / self.results as f64 + test_to_train).sqrt()
    }

    /// The half-width of the 95% interval, for two results or more.
    fn half_width(&self, test_to_train: f64) -> f64 {
        student::two_sided_quantile(LEVEL, self.results - 1) * self.error(test_to_train)
    }
}

/// Adjusts the p-values of a family of comparisons by Holm's step-down method: the
/// probability of even one false alarm stays below the level.
///
/// A family is fixed before the run. Comparisons that could not be made (`None`: a
/// candidate diverged) count too, as if their p were 1.
pub fn holm(family: &mut [Option<Difference>]) {
    let size = family.len();
    let mut made: Vec<&mut Difference> = family.iter_mut().flatten().collect();
    made.sort_by(|a, b| a.p.total_cmp(&b.p));
    let mut largest = 0.0_f64;
    for (rank, difference) in made.into_iter().enumerate() {
        largest = largest.max(((size - rank) as f64 * difference.p).min(1.0));
        difference.p_adjusted = largest;
    }
}
