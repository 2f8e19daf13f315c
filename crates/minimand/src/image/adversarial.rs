//! Losses of a critic's scores of real and of generated images, with the slopes by both.

use crate::error::Error;
use crate::kernels::scalar::{Float, Real};

/// How real and generated images are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adversary {
    /// Each score by itself: real ones up, generated ones down.
    Standard,
    /// Each real score against the generated one of the same place.
    Relativistic,
    /// Each score against the mean of the others.
    RelativisticAverage,
}

/// Whose loss it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Player {
    /// Tells real from generated: holds the images fixed.
    Critic,
    /// Wants to be taken for real. Has no use for the slopes by the real scores.
    Generator,
}

/// A loss with its slopes.
#[derive(Debug, Clone, PartialEq)]
pub struct AdversarialLoss<T> {
    /// Mean over the batch.
    pub value: f64,
    /// Slopes by the scores of real images.
    pub by_real: Vec<T>,
    /// Slopes by the scores of generated images.
    pub by_generated: Vec<T>,
}

/// The loss of critic or generator for scores (logits) of real images r and generated ones f.
///
/// With s(x) = ln(1 + e^x): standard: critic ½ mean s(−r) + ½ mean s(f), generator mean s(−f); relativistic: critic
/// mean s(f − r), generator mean s(r − f); relativistic average: critic ½ mean s(f̄ − r) + ½ mean s(f − r̄), generator
/// the same with the roles of r and f swapped. A score is one item of the batch; for a critic of patches give its
/// means over the patches, or all patches if they shall be compared with the mean of all. Sources: Goodfellow et
/// al. 2014; Jolicoeur-Martineau 2019; paper 157.
///
/// # Errors
/// [`Error::Shape`] for empty scores, or of unequal number where they are paired; [`Error::Value`] for scores that
/// are not finite.
pub fn adversarial<T: Float>(
    adversary: Adversary,
    player: Player,
    real: &[T],
    generated: &[T],
) -> Result<AdversarialLoss<T>, Error> {
    for (argument, scores) in [("real", real), ("generated", generated)] {
        if scores.is_empty() {
            return Err(Error::shape(argument, "at least one score", &[0]));
        }
        if let Some(position) = scores.iter().position(|x| !x.finite()) {
            return Err(Error::Value {
                argument,
                position,
                value: scores[position].to_f64(),
                expected: "a finite score".to_string(),
            });
        }
    }
    if adversary == Adversary::Relativistic && real.len() != generated.len() {
        return Err(Error::shape(
            "generated",
            format!("[{}], one for each real score", real.len()),
            &[generated.len()],
        ));
    }
    let doubles = |scores: &[T]| scores.iter().map(|x| x.to_f64()).collect::<Vec<f64>>();
    let (r, f) = (doubles(real), doubles(generated));
    let (value, by_real, by_generated) = match (adversary, player) {
        (Adversary::Standard, Player::Critic) => {
            let (a, da) = rising(&r, 0.0, 0.5);
            let (b, db) = falling(&f, 0.0, 0.5);
            (a + b, da, db)
        }
        (Adversary::Standard, Player::Generator) => {
            let (value, slopes) = rising(&f, 0.0, 1.0);
            (value, vec![0.0; r.len()], slopes)
        }
        (Adversary::Relativistic, player) => {
            let gaps: Vec<f64> = r.iter().zip(&f).map(|(r, f)| r - f).collect();
            let (value, slopes) = match player {
                Player::Critic => rising(&gaps, 0.0, 1.0),
                Player::Generator => falling(&gaps, 0.0, 1.0),
            };
            let back = slopes.iter().map(|d| -d).collect();
            (value, slopes, back)
        }
        (Adversary::RelativisticAverage, Player::Critic) => average(&r, &f),
        (Adversary::RelativisticAverage, Player::Generator) => {
            let (value, by_generated, by_real) = average(&f, &r);
            (value, by_real, by_generated)
        }
    };
    let back = |slopes: Vec<f64>| slopes.into_iter().map(T::from_f64).collect();
    Ok(AdversarialLoss {
        value,
        by_real: back(by_real),
        by_generated: back(by_generated),
    })
}

/// factor · mean s(level − x): less as x rises; and its slopes by x.
fn rising(x: &[f64], level: f64, factor: f64) -> (f64, Vec<f64>) {
    let share = factor / x.len() as f64;
    let value: f64 = x.iter().map(|&x| Real::softplus(level - x)).sum();
    let slopes = x
        .iter()
        .map(|&x| -share * Real::sigmoid(level - x))
        .collect();
    (share * value, slopes)
}

/// factor · mean s(x − level).
fn falling(x: &[f64], level: f64, factor: f64) -> (f64, Vec<f64>) {
    let share = factor / x.len() as f64;
    let value: f64 = x.iter().map(|&x| Real::softplus(x - level)).sum();
    let slopes = x
        .iter()
        .map(|&x| share * Real::sigmoid(x - level))
        .collect();
    (share * value, slopes)
}

/// ½ mean s(mean(low) − high) + ½ mean s(low − mean(high)), with the slopes by `high` and `low`.
fn average(high: &[f64], low: &[f64]) -> (f64, Vec<f64>, Vec<f64>) {
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let (a, mut by_high) = rising(high, mean(low), 0.5);
    let (b, mut by_low) = falling(low, mean(high), 0.5);
    // Each mean has the slopes of those it is compared with, with the other sign.
    let (up, down) = (by_high.iter().sum::<f64>(), by_low.iter().sum::<f64>());
    by_high
        .iter_mut()
        .for_each(|d| *d -= down / high.len() as f64);
    by_low.iter_mut().for_each(|d| *d -= up / low.len() as f64);
    (a + b, by_high, by_low)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REAL: [f64; 2] = [1.0, 0.5];
    const GENERATED: [f64; 2] = [-0.5, 0.2];

    #[test]
    fn values_of_record_157() -> Result<(), Error> {
        let of = |player, r: &[f64], f: &[f64]| {
            adversarial(Adversary::RelativisticAverage, player, r, f).map(|l| l.value)
        };
        let critic = of(Player::Critic, &REAL, &GENERATED)?;
        let generator = of(Player::Generator, &REAL, &GENERATED)?;
        assert!((critic - 0.3506393704).abs() < 1e-9);
        assert!((generator - 1.2506393704).abs() < 1e-9);
        assert_eq!(of(Player::Critic, &GENERATED, &REAL)?, generator);
        let equal = of(Player::Critic, &[0.3; 4], &[0.3; 3])?;
        assert!((equal - std::f64::consts::LN_2).abs() < 1e-12);
        Ok(())
    }

    #[test]
    fn slopes_are_difference_quotients() -> Result<(), Error> {
        let kinds = [
            Adversary::Standard,
            Adversary::Relativistic,
            Adversary::RelativisticAverage,
        ];
        for kind in kinds {
            for player in [Player::Critic, Player::Generator] {
                let both = [REAL, GENERATED].concat();
                let at = |x: &[f64]| adversarial(kind, player, &x[..2], &x[2..]);
                let loss = at(&both)?;
                let slopes = [loss.by_real, loss.by_generated].concat();
                for i in 0..4 {
                    let (mut up, mut down) = (both.clone(), both.clone());
                    up[i] += 1e-6;
                    down[i] -= 1e-6;
                    let want = (at(&up)?.value - at(&down)?.value) / 2e-6;
                    assert!((slopes[i] - want).abs() < 1e-9, "{kind:?} {player:?}");
                }
            }
        }
        Ok(())
    }

    #[test]
    fn scores_that_do_not_fit_are_refused() {
        let run = |r: &[f32], f: &[f32]| {
            adversarial(Adversary::Relativistic, Player::Critic, r, f).is_err()
        };
        assert!(run(&[], &[1.0]) && run(&[1.0], &[1.0, 2.0]) && run(&[1.0], &[f32::NAN]));
        let far = adversarial(Adversary::Standard, Player::Critic, &[-3e38f32], &[3e38]);
        assert!(far.is_ok_and(|l| l.value.is_finite()));
    }
}
