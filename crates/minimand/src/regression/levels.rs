//! Scores by a few ordered levels, such as quality from bad to excellent, and preferences between two scores.

use super::bins::{expectation, normal_mass};
use super::{demand, finite};
use crate::error::Error;
use crate::kernels::scalar::Float;
use crate::kernels::special::erfc;

/// How much of a score's distribution a level has, before its mean is put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LevelMass {
    /// The density at the level: for wide distributions.
    Density,
    /// The mass within ½ of the level: for narrow ones.
    Mass,
}

/// Deviation below which, and error of the mean above which, a label is shared by two levels.
const NARROW: f64 = 0.2;
const OFF: f64 = 0.1;

/// Soft labels `[n, levels]` over the levels 1…levels for scores with means and deviations in the same units, with the mean
/// of the score.
///
/// The masses p of the levels become max(α p + β, 0) with α and β such that they add up to 1 and have the mean μ; the sum
/// can then be a little above 1 where the maximum acts, unless `renormalise` divides by it (and moves the mean a little). A
/// deviation below 0.2 or a mean that is off by more than 0.1 gives the two levels around μ their shares instead. At the very
/// centre, where any α gives the mean, β is 0. Source: You et al. 2025 (paper 075), with five levels; their program has a
/// uniform label there.
///
/// ```
/// use minimand::regression::{LevelMass, level_labels};
///
/// let labels = level_labels(&[3.6], &[0.7], 5, LevelMass::Density, false)?;
/// let want = [0.0, 0.04092599, 0.39656745, 0.48662456, 0.07651636];
/// assert!(labels.iter().zip(want).all(|(got, want)| (got - want).abs() < 1e-8));
/// # Ok::<(), minimand::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`] if there are not as many deviations as means, [`Error::Value`] for a mean outside 1..levels or a
/// deviation below 0, [`Error::Parameter`] for fewer than two levels.
pub fn level_labels(
    means: &[f64],
    deviations: &[f64],
    levels: usize,
    mass: LevelMass,
    renormalise: bool,
) -> Result<Vec<f64>, Error> {
    demand(levels > 1, "level_labels", "levels", "at least 2", levels)?;
    if deviations.len() != means.len() {
        return Err(Error::Shape {
            argument: "deviations",
            expected: format!("[{}], as the means", means.len()),
            got: format!("{} entries", deviations.len()),
        });
    }
    let mut labels = Vec::with_capacity(means.len() * levels);
    for (position, (&mean, &deviation)) in means.iter().zip(deviations).enumerate() {
        let wrong = |argument, value, expected: String| Error::Value {
            argument,
            position,
            value,
            expected,
        };
        if !(mean >= 1.0 && mean <= levels as f64) {
            return Err(wrong("means", mean, format!("a score in 1..{levels}")));
        }
        if !(deviation >= 0.0 && deviation.is_finite()) {
            return Err(wrong(
                "deviations",
                deviation,
                "a finite number ≥ 0".to_string(),
            ));
        }
        let corrected = (deviation >= NARROW).then(|| corrected(mean, deviation, levels, mass));
        let off = |label: &Vec<f64>| (moment(label) - mean).abs() > OFF;
        let mut label = match corrected.filter(|label| !off(label)) {
            Some(label) => label,
            None => shared(mean, levels),
        };
        if renormalise {
            let whole: f64 = label.iter().sum();
            label.iter_mut().for_each(|p| *p /= whole);
        }
        labels.extend(label);
    }
    Ok(labels)
}

/// Σ c·q_c
fn moment(label: &[f64]) -> f64 {
    label
        .iter()
        .enumerate()
        .map(|(i, q)| (i + 1) as f64 * q)
        .sum()
}

/// The masses of a Gaussian, with their sum and mean put right.
fn corrected(mean: f64, deviation: f64, levels: usize, mass: LevelMass) -> Vec<f64> {
    let z = |level: f64| (level - mean) / deviation;
    let of_level = |i: usize| {
        let level = (i + 1) as f64;
        match mass {
            LevelMass::Density => {
                let unit = deviation * (2.0 * std::f64::consts::PI).sqrt();
                (-0.5 * z(level) * z(level)).exp() / unit
            }
            LevelMass::Mass => normal_mass(z(level - 0.5), z(level + 0.5)),
        }
    };
    let masses: Vec<f64> = (0..levels).map(of_level).collect();
    let whole: f64 = masses.iter().sum();
    let centre = 0.5 * (levels as f64 + 1.0);
    let lean = moment(&masses) - centre * whole;
    // At the centre the masses are even on both sides, whatever their factor.
    let (alpha, beta) = if lean.abs() < 1e-6 * whole {
        (1.0 / whole, 0.0)
    } else {
        let alpha = (mean - centre) / lean;
        (alpha, (1.0 - alpha * whole) / levels as f64)
    };
    masses.iter().map(|p| (alpha * p + beta).max(0.0)).collect()
}

/// The two levels around the mean share it.
fn shared(mean: f64, levels: usize) -> Vec<f64> {
    let low = (mean as usize).clamp(1, levels - 1);
    let part = mean - low as f64;
    let mut label = vec![0.0; levels];
    label[low - 1] = 1.0 - part;
    label[low] = part;
    label
}

/// The score of each row of logits `[n, levels]` over the levels 1…levels: its mean under the softmax.
///
/// # Errors
/// [`Error::Parameter`] for no levels, [`Error::Shape`] if the length is no multiple of their number, [`Error::Value`] for
/// a logit that is not finite.
pub fn level_scores<T: Float>(logits: &[T], levels: usize) -> Result<Vec<f64>, Error> {
    demand(levels > 0, "level_scores", "levels", "at least 1", levels)?;
    let values: Vec<f64> = (1..=levels).map(|level| level as f64).collect();
    expectation(logits, &values)
}

/// The probability that one score is above another, when both vary: Φ of their difference over √(σ² + σ²) (Thurstone).
///
/// `first` and `second` are mean and deviation; a deviation of both of 0 gives 0, ½ or 1.
///
/// # Errors
/// [`Error::Value`] for a number that is not finite or a deviation below 0.
pub fn preference(first: (f64, f64), second: (f64, f64)) -> Result<f64, Error> {
    finite("scores", &[first.0, second.0])?;
    for (position, deviation) in [first.1, second.1].into_iter().enumerate() {
        if !(deviation >= 0.0 && deviation.is_finite()) {
            return Err(Error::Value {
                argument: "deviations",
                position,
                value: deviation,
                expected: "a finite number ≥ 0".to_string(),
            });
        }
    }
    let difference = first.0 - second.0;
    let spread = first.1.hypot(second.1);
    if spread == 0.0 {
        return Ok(if difference > 0.0 {
            1.0
        } else if difference < 0.0 {
            0.0
        } else {
            0.5
        });
    }
    let z = difference / spread * std::f64::consts::FRAC_1_SQRT_2;
    Ok(if z > 0.0 {
        1.0 - 0.5 * erfc(z)
    } else {
        0.5 * erfc(-z)
    })
}

/// Fidelity loss of two probabilities of a preference: 1 − √(P P̂) − √((1 − P)(1 − P̂)), the squared Hellinger distance.
///
/// In 0..1, 0 where they agree. Source: Tsai et al. 2007; You et al. 2025 (paper 075), who add 10⁻⁸ below the roots.
///
/// # Errors
/// [`Error::Value`] for a number that is no probability.
pub fn fidelity(truth: f64, prediction: f64) -> Result<f64, Error> {
    for (argument, value) in [("truth", truth), ("prediction", prediction)] {
        if !(0.0..=1.0).contains(&value) {
            return Err(Error::Value {
                argument,
                position: 0,
                value,
                expected: "a probability in [0, 1]".to_string(),
            });
        }
    }
    // Half the squared distance of the roots: exact where they agree.
    let part = |p: f64, q: f64| (p.sqrt() - q.sqrt()).powi(2);
    Ok(0.5 * (part(truth, prediction) + part(1.0 - truth, 1.0 - prediction)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_records_labels() {
        let label = level_labels(&[3.6], &[0.7], 5, LevelMass::Mass, false).unwrap();
        let want = [0.0, 0.054_950_44, 0.388_959_91, 0.462_547_89, 0.094_871_51];
        assert!(
            label.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-8),
            "{label:?}"
        );
        let sum: f64 = level_labels(&[3.6], &[0.7], 5, LevelMass::Density, false)
            .unwrap()
            .iter()
            .sum();
        assert!((sum - 1.000_634_353).abs() < 1e-8);
        let sum: f64 = level_labels(&[3.6], &[0.7], 5, LevelMass::Density, true)
            .unwrap()
            .iter()
            .sum();
        assert!((sum - 1.0).abs() < 1e-15);
    }

    #[test]
    fn the_centre_keeps_its_shape_and_narrow_scores_are_shared() {
        let label = level_labels(&[3.0], &[0.7], 5, LevelMass::Density, false).unwrap();
        assert!(
            (label.iter().sum::<f64>() - 1.0).abs() < 1e-12 && (moment(&label) - 3.0).abs() < 1e-12
        );
        assert!(label[2] > 0.5 && label[0] < 0.01, "{label:?}");
        assert_eq!(
            level_labels(&[2.25], &[0.1], 5, LevelMass::Mass, false).unwrap(),
            [0.0, 0.75, 0.25, 0.0, 0.0]
        );
        for (mean, want) in [(1.0, [1.0, 0.0, 0.0]), (3.0, [0.0, 0.0, 1.0])] {
            assert_eq!(
                level_labels(&[mean], &[0.0], 3, LevelMass::Mass, false).unwrap(),
                want
            );
        }
        // Every label has the mean of its score, to the tolerance.
        for i in 0..=40 {
            let mean = 1.0 + 0.1 * f64::from(i);
            for deviation in [0.05, 0.3, 0.7, 1.5] {
                let label = level_labels(&[mean.min(5.0)], &[deviation], 5, LevelMass::Mass, false)
                    .unwrap();
                assert!((moment(&label) - mean).abs() <= OFF + 1e-12);
            }
        }
    }

    #[test]
    fn the_records_preferences() {
        let truth = preference((3.6, 0.7), (2.9, 0.8)).unwrap();
        assert!((truth - 0.744_893_031).abs() < 1e-8, "{truth}");
        let prediction = preference((3.2, 1.0), (3.0, 1.0)).unwrap();
        assert!((prediction - 0.556_231_458).abs() < 1e-8, "{prediction}");
        assert!((fidelity(truth, prediction).unwrap() - 0.019_848_360).abs() < 3e-8);
        assert_eq!(fidelity(0.0, 1.0).unwrap(), 1.0);
        assert_eq!(fidelity(0.3, 0.3).unwrap(), 0.0);
        assert_eq!(fidelity(0.2, 0.9).unwrap(), fidelity(0.9, 0.2).unwrap());
        assert_eq!(preference((1.0, 0.0), (1.0, 0.0)).unwrap(), 0.5);
    }

    #[test]
    fn what_is_no_score_is_refused() {
        for (mean, deviation) in [
            (0.5, 1.0),
            (5.5, 1.0),
            (f64::NAN, 1.0),
            (3.0, -1.0),
            (3.0, f64::INFINITY),
        ] {
            let refused = level_labels(&[mean], &[deviation], 5, LevelMass::Mass, false);
            assert!(matches!(refused, Err(Error::Value { .. })));
        }
        assert!(level_labels(&[3.0], &[], 5, LevelMass::Mass, false).is_err());
        assert!(level_labels(&[1.0], &[1.0], 1, LevelMass::Mass, false).is_err());
        assert!(fidelity(1.5, 0.5).is_err() && preference((0.0, -1.0), (0.0, 1.0)).is_err());
        assert_eq!(level_scores(&[0.0f32; 5], 5).unwrap(), [3.0]);
    }
}
