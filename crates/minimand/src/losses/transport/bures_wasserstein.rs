use crate::kernels::clouds::Pair;
use crate::prelude::*;
use crate::transport::bures::{Gaussian, bures_wasserstein, plain_bures};

loss! {
    /// Bures–Wasserstein: the squared transport distance of Gaussians from their covariances (and means).
    ///
    /// ℓ(A, B) = |m − m₀|² + tr(A + τI) + tr B − 2 tr (B^½ (A + τI) B^½)^½
    ///
    /// Shapes: prediction and target `[items, d, d]`, covariances of which the symmetric part is read, or `[items, 1 + d, d]`
    /// with the mean as the first row; one item is one item of a mean. In squared units of the points, ≥ 0, for τ = 0 it
    /// is 0 for equal Gaussians alone. A matrix with a negative eigenvalue is an error; where the prediction is singular and
    /// the target is not, the slope is −∞ and those directions get none (τ smooths them). POT's
    /// `bures_wasserstein_distance` is its root, and so is the Fréchet inception distance. Source: paper 103.
    pub struct BuresWasserstein = "bures_wasserstein" {
        /// Smoothing τ that is added to the predicted covariance, in units of it.
        tau: f64 = 0.0, at_least(0.0);
    }
}

impl Loss for BuresWasserstein {
    type Kind = Clouds;
    const AREA: Area = Area::Transport;
    const ALIASES: &'static [&'static str] =
        &["gaussian_w2", "frechet_distance", "bures_wasserstein_loss"];
    const PAPERS: &'static [u16] = &[103];
    const VARIANTS: &'static [&'static str] = &["bures_wasserstein(tau=0.1)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "bures_wasserstein", prediction: &[4.0, 0.0, 0.0, 1.0], target: &[2.0, 1.0, 1.0, 2.0],
                value: 0.771_220_448, source: "record 103" },
        Known { expression: "bures_wasserstein", prediction: &[4.0, 0.0, 0.0, 1.0], target: &[1.0, 0.0, 0.0, 9.0],
                value: 5.0, source: "record 103: (2 − 1)² + (1 − 3)²" },
        Known { expression: "bures_wasserstein", prediction: &[5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
                target: &[5.0, 0.0, 0.0, 0.0, 3.0, 0.0, 0.0, 0.0, 1.0], value: 4.0, source: "record 103: of rank 1" },
        Known { expression: "bures_wasserstein(tau=0.1)", prediction: &[1.04, 0.1, 0.1, 0.25],
                target: &[2.0, 1.0, 1.0, 2.0], value: 0.868_071_621, source: "record 103" },
        Known { expression: "bures_wasserstein", prediction: &[1.0, 2.0, 4.0, 0.0, 0.0, 1.0],
                target: &[4.0, 6.0, 1.0, 0.0, 0.0, 9.0], value: 30.0, source: "by hand: 25 of the means" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            at_perfect: (self.tau == 0.0).then_some(0.0),
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

/// The mean, if there is one, and the covariance.
fn parts<S>(rows: &[S], d: usize) -> (Option<&[S]>, &[S]) {
    match rows.len() > d * d {
        true => (Some(&rows[..d]), &rows[d..]),
        false => (None, rows),
    }
}

impl CloudLoss for BuresWasserstein {
    const FORM: Form = Form::Covariances;

    fn plainly<S: Real>(&self, pair: &Pair<'_, S>) -> S {
        let d = pair.width;
        let (mean, own) = parts(pair.points, d);
        let (other, target) = parts(pair.target, d);
        let (_, numbers) = parts(pair.numbers, d);
        let covariances = plain_bures(own, numbers, target, d, self.tau);
        let means = mean
            .unwrap_or_default()
            .iter()
            .zip(other.unwrap_or_default());
        means.fold(covariances, |sum, (m, t)| sum + (*m - S::lift(*t)).square())
    }

    fn fused(&self, pair: &Pair<'_, f64>, slopes: &mut [f64]) -> Result<f64, crate::Error> {
        let d = pair.width;
        let [source, target] = [pair.points, pair.target].map(|rows| {
            let (mean, covariance) = parts(rows, d);
            Gaussian { mean, covariance }
        });
        let found = bures_wasserstein(source, target, d, self.tau)?;
        let (mean, covariance) = slopes.split_at_mut(if source.mean.is_some() { d } else { 0 });
        mean.copy_from_slice(&found.mean[..mean.len()]);
        covariance.copy_from_slice(&found.covariance);
        Ok(found.value)
    }
}
