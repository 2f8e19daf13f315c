//! The corner of the pseudo-Huber loss over the time of a diffusion model.

use super::demand;
use crate::error::Error;

/// How the corner δ of `pseudo_huber` depends on the time of a diffusion: robust in the noise, square near the data.
///
/// A batch whose samples have times of their own scales their predictions and targets by 1/δ, takes `pseudo_huber` with
/// δ = 1 and weighs each sample by δ²: δ²·H₁(r/δ) is H_δ(r). Its gradient by the scaled prediction is then δ times that by
/// the prediction. Source: Khrapov et al. 2024 (paper 073).
///
/// ```
/// use minimand::regression::HuberSchedule;
///
/// let schedule = HuberSchedule::exponential(0.1)?;
/// assert_eq!(schedule.delta(0.0)?, 1.0);
/// assert!((schedule.delta(0.25)? - 0.562341325).abs() < 1e-9);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HuberSchedule {
    least: f64,
    rule: Rule,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Rule {
    Constant,
    Exponential,
    SignalToNoise,
}

impl HuberSchedule {
    /// Always δ₀.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a δ₀ that is not above 0 and finite.
    pub fn constant(least: f64) -> Result<Self, Error> {
        Self::new(least, f64::MAX, Rule::Constant)
    }

    /// δ₀^(t/T): 1 at the data, δ₀ in pure noise; for δ₀ = 0.1 the record's default.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a δ₀ that is not above 0 and at most 1.
    pub fn exponential(least: f64) -> Result<Self, Error> {
        Self::new(least, 1.0, Rule::Exponential)
    }

    /// (1 − δ₀)/(1 + σ)² + δ₀ with σ = √((1 − ᾱ)/ᾱ): by the share ᾱ of the signal.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a δ₀ that is not above 0 and at most 1.
    pub fn signal_to_noise(least: f64) -> Result<Self, Error> {
        Self::new(least, 1.0, Rule::SignalToNoise)
    }

    fn new(least: f64, most: f64, rule: Rule) -> Result<Self, Error> {
        let expected = if most > 1.0 {
            "a finite number > 0"
        } else {
            "a number in (0, 1]"
        };
        demand(
            least > 0.0 && least <= most,
            "pseudo_huber",
            "delta",
            expected,
            least,
        )?;
        Ok(Self { least, rule })
    }

    /// δ at a time. `at` is t/T, the share of the way from the data to pure noise, and for
    /// [`signal_to_noise`](Self::signal_to_noise) ᾱ; 0 there, no signal at all, gives δ₀.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a number that is not in 0..1.
    pub fn delta(&self, at: f64) -> Result<f64, Error> {
        demand(
            (0.0..=1.0).contains(&at),
            "pseudo_huber",
            "time",
            "a number in [0, 1]",
            at,
        )?;
        Ok(match self.rule {
            Rule::Constant => self.least,
            Rule::Exponential => self.least.powf(at),
            Rule::SignalToNoise => {
                let deviation = ((1.0 - at) / at).sqrt();
                (1.0 - self.least) / (1.0 + deviation).powi(2) + self.least
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_records_numbers() {
        let exponential = HuberSchedule::exponential(0.1).unwrap();
        for (at, want) in [
            (0.0, 1.0),
            (0.25, 0.562_341_325),
            (0.5, 0.316_227_766),
            (0.999, 0.100_230_524),
        ] {
            assert!((exponential.delta(at).unwrap() - want).abs() < 1e-9);
        }
        let ratio = HuberSchedule::signal_to_noise(0.1).unwrap();
        for (at, want) in [
            (0.9, 0.606_25),
            (0.5, 0.325),
            (0.01, 0.107_506_271),
            (0.0, 0.1),
            (1.0, 1.0),
        ] {
            assert!((ratio.delta(at).unwrap() - want).abs() < 1e-9, "{at}");
        }
        assert_eq!(
            HuberSchedule::constant(3.0).unwrap().delta(0.7).unwrap(),
            3.0
        );
    }

    #[test]
    fn other_numbers_are_refused() {
        for least in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(HuberSchedule::constant(least).is_err());
        }
        assert!(HuberSchedule::exponential(1.5).is_err());
        assert!(HuberSchedule::exponential(0.1).unwrap().delta(1.5).is_err());
    }
}
