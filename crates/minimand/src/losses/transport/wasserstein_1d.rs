use crate::kernels::clouds::Pair;
use crate::prelude::*;
use crate::transport::{plain_wasserstein_1d, wasserstein_1d};

loss! {
    /// Exact transport between two samples of numbers.
    ///
    /// ℓ(x, y) = W_p(x, y)^p = ∫₀¹ |F_x⁻¹(u) − F_y⁻¹(u)|^p du
    ///
    /// For samples of one size this is the mean of |x − y|^p over the sorted samples. Shapes: prediction `[items, n]`,
    /// target `[items, m]`; every number of an item has the same mass; weights and mask are of items or of predicted
    /// numbers (which they weigh). In units of the target to the power of p, ≥ 0. Where numbers coincide the slope is one
    /// of the subgradients. SciPy's `wasserstein_distance` is p = 1, POT's `wasserstein_1d` is this.
    pub struct Wasserstein1d = "wasserstein_1d" {
        /// Power of the distance.
        p: f64 = 1.0, at_least(1.0);
    }
}

impl Loss for Wasserstein1d {
    type Kind = Clouds;
    const AREA: Area = Area::Transport;
    const ALIASES: &'static [&'static str] = &["wasserstein_distance", "earth_movers_distance"];
    const VARIANTS: &'static [&'static str] = &["wasserstein_1d(p=2)", "wasserstein_1d(p=1.5)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "wasserstein_1d", prediction: &[3.0, 0.0, 1.0], target: &[5.0, 6.0, 8.0], value: 5.0,
                source: "SciPy's documentation of wasserstein_distance" },
        Known { expression: "wasserstein_1d", prediction: &[0.0, 1.0], target: &[0.0, 1.0, 0.0, 1.0], value: 0.0,
                source: "one distribution" },
        Known { expression: "wasserstein_1d(p=2)", prediction: &[0.0], target: &[3.0, 1.0], value: 5.0,
                source: "by hand: (9 + 1)/2" },
        Known { expression: "wasserstein_1d(p=2)", prediction: &[1.0, 2.0, 4.0], target: &[7.0, 4.0, 5.0], value: 9.0,
                source: "moved by 3" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            // The slope is at most the mass of a point, and that at most 1.
            lipschitz: (self.p == 1.0).then_some(1.0),
            prediction: Domain::Squarable,
            ..Facts::PLAIN
        }
    }
}

impl CloudLoss for Wasserstein1d {
    const FORM: Form = Form::Numbers;

    fn plainly<S: Real>(&self, pair: &Pair<'_, S>) -> S {
        plain_wasserstein_1d(pair.points, pair.numbers, pair.shares, pair.target, self.p)
    }

    fn fused(&self, pair: &Pair<'_, f64>, slopes: &mut [f64]) -> Result<f64, crate::Error> {
        let found = wasserstein_1d(pair.points, Some(pair.shares), pair.target, None, self.p)?;
        slopes.copy_from_slice(&found.source);
        Ok(found.value)
    }

    fn near_kink(&self, pair: &Pair<'_, f64>, margin: f64) -> bool {
        pair.touches(margin)
    }
}
