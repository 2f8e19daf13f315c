//! How the noise of depths reaches a model through the slopes of three losses.

use minimand_burn::random::Random;

/// Features of the model of the theory.
pub(super) const FEATURES: usize = 5;

/// A loss of the depth's error.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Slope {
    L1,
    L2,
    Dice,
}

impl Slope {
    /// Every loss with its name.
    pub(super) const ALL: [(&'static str, Self); 3] =
        [("l1", Self::L1), ("l2", Self::L2), ("dice", Self::Dice)];

    /// The slope by the predicted depth, for an object of this length.
    pub(super) fn at(self, error: f64, length: f64) -> f64 {
        match self {
            Self::L1 => error.signum(),
            Self::L2 => error,
            Self::Dice if error.abs() <= length => error.signum() / length,
            Self::Dice => 0.0,
        }
    }

    /// Its variance for normal errors.
    pub(super) fn variance(self, length: f64, noise: f64) -> f64 {
        match self {
            Self::L1 => 1.0,
            Self::L2 => noise * noise,
            Self::Dice => within(length / noise) / (length * length),
        }
    }

    /// The squared error of a linear model of depth, mean over the last quarter of the steps of stochastic
    /// descent.
    pub(super) fn descended(
        self,
        length: f64,
        noise: f64,
        steps: usize,
        random: &mut Random,
    ) -> f64 {
        let mut error = [0.0; FEATURES];
        let (mut total, mut count) = (0.0, 0.0);
        for step in 0..steps {
            let row: [f64; FEATURES] = std::array::from_fn(|_| random.normal());
            let own: f64 = row.iter().zip(&error).map(|(h, e)| h * e).sum();
            let slope = self.at(own + noise * random.normal(), length);
            for (e, h) in error.iter_mut().zip(&row) {
                *e -= 0.02 * slope * h;
            }
            if step >= steps - steps / 4 {
                total += error.iter().map(|e| e * e).sum::<f64>();
                count += 1.0;
            }
        }
        total / count
    }

    /// The squared error of a linear model that starts 1 off and moves on slopes of noise alone.
    pub(super) fn wandered(
        self,
        length: f64,
        noise: f64,
        rates: &[f64],
        random: &mut Random,
    ) -> f64 {
        let mut error = [0.0; FEATURES];
        error[0] = 1.0;
        for rate in rates {
            let slope = self.at(noise * random.normal(), length);
            for e in &mut error {
                *e -= rate * slope * random.normal();
            }
        }
        error.iter().map(|e| e * e).sum()
    }
}

/// The probability that a standard normal number lies within ±bound, by Simpson's rule.
fn within(bound: f64) -> f64 {
    let bound = bound.min(9.0);
    let (steps, density) = (400, |x: f64| (-0.5 * x * x).exp());
    let sum: f64 = (0..=steps)
        .map(|index| {
            let weight = match index {
                0 => 1.0,
                _ if index == steps => 1.0,
                _ => 2.0 + 2.0 * f64::from(index % 2),
            };
            weight * density(bound * f64::from(index) / f64::from(steps))
        })
        .sum();
    let area = sum * bound / (3.0 * f64::from(steps));
    area * (2.0 / std::f64::consts::PI).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The record's variances.
    #[test]
    fn variances_of_slopes() {
        for (length, noise, want) in [
            (4.0, 1.0, 0.062_496_041_095),
            (4.0, 2.0, 0.059_656_233_506),
            (12.0, 1.0, 0.006_944_444_444),
            (1.0, 2.0, 0.382_924_922_548),
        ] {
            let got = Slope::Dice.variance(length, noise);
            assert!((got - want).abs() < 1e-9, "{length} {noise}: {got}");
        }
    }
}
