use super::scale::{ScaleLink, by_duals, exactly};
use crate::kernels::special::erfc;
use crate::prelude::*;

loss! {
    /// Continuous ranked probability score of a Gaussian forecast: absolute error with the spread taken into account.
    ///
    /// ℓ(x, t) = σ (z erf(z/√2) + 2φ(z) − 1/√π),  z = (t − x₁)/σ, σ = max(link(x₂), ε), φ the standard normal density
    ///
    /// Shapes: predictions `[…, 2]` of a mean and a raw standard deviation, targets `[…]`; weights and mask of targets; one
    /// target is one item. In units of the target, ≥ 0; σ → 0 is the absolute error. Strictly proper, and far less driven
    /// by outliers than `gaussian_nll`. Source: Gneiting et al. 2005.
    pub struct CrpsGaussian = "crps_gaussian" {
        /// How the second number becomes the standard deviation σ.
        link: ScaleLink = ScaleLink::Log, finite();
        /// Least deviation ε, without a slope of its own.
        epsilon: f64 = 1e-6, within(1e-12, 1.0);
    }
}

/// 1/√π and √(2/π)
const FRAC_1_SQRT_PI: f64 = 0.564_189_583_547_756_3;
const SQRT_2_OVER_PI: f64 = 0.797_884_560_802_865_4;

impl Loss for CrpsGaussian {
    type Kind = Groups;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["crps", "crps_normal"];
    const VARIANTS: &'static [&'static str] = &[
        "crps_gaussian(link=\"softplus\")",
        "crps_gaussian(link=\"none\", epsilon=0.5)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "crps_gaussian", prediction: &[1.0, 0.0], target: &[1.0], value: 0.233_694_977_255_109_1,
                source: "by hand: (√2 − 1)/√π" },
        Known { expression: "crps_gaussian(link=\"none\")", prediction: &[1.0, 2.0], target: &[1.0],
                value: 0.467_389_954_510_218_2, source: "by hand: twice as wide" },
        Known { expression: "crps_gaussian(link=\"none\", epsilon=1e-9)", prediction: &[1.0, 0.0], target: &[3.0],
                value: 2.0, source: "the absolute error" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            prediction: Domain::Standardised,
            target: Domain::Standardised,
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl CrpsGaussian {
    fn score<S: Real>(&self, x: &[S], t: f64) -> S {
        let deviation = self.link.scale(x[1], self.epsilon);
        // The score is even in z.
        let z = ((x[0] - S::lift(t)) / deviation).abs();
        let tail = z * erfc(z * S::lift(std::f64::consts::FRAC_1_SQRT_2));
        let density = S::lift(SQRT_2_OVER_PI) * (S::lift(-0.5) * z * z).exp();
        deviation * (z - tail + density - S::lift(FRAC_1_SQRT_PI))
    }
}

impl GroupLoss for CrpsGaussian {
    const LAYOUT: Layout = Layout::Forecasts;

    fn fits(&self, numbers: usize) -> Result<(), String> {
        exactly(2, numbers)
    }

    fn domain(&self, place: usize, _numbers: usize) -> Option<Domain> {
        (place == 1).then(|| self.link.domain())
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        self.score(group.scores, group.targets[0])
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        by_duals::<2>(group.scores, slopes, |x| self.score(x, group.targets[0]))
    }
}
