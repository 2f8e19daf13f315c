use super::scale::{ScaleLink, by_duals, exactly};
use crate::kernels::special::HALF_LN_2PI;
use crate::prelude::*;

loss! {
    /// Gaussian negative log-likelihood of a predicted mean and variance.
    ///
    /// ℓ(x, t) = ½ (ln σ² + (t − x₁)²/σ²),  σ² = max(link(x₂), ε); with full=true and ½ ln 2π
    ///
    /// Shapes: predictions `[…, 2]` of a mean and a raw variance, targets `[…]`; weights and mask of targets; one target
    /// is one item. In nats; can be negative. link="log" takes the logarithm of the variance, link="none" the variance
    /// itself (below 0 is an error). As in PyTorch, the floor ε has no slope of its own: a variance below it is drawn up
    /// as if it were ε. Source: Nix and Weigend 1994.
    pub struct GaussianNll = "gaussian_nll" {
        /// How the second number becomes the variance.
        link: ScaleLink = ScaleLink::Log, finite();
        /// With the constant ½ ln 2π?
        full: bool = false, finite();
        /// Least variance ε.
        epsilon: f64 = 1e-6, within(1e-12, 1.0);
    }
}

impl Loss for GaussianNll {
    type Kind = Groups;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["gaussian_nll_loss", "heteroscedastic"];
    const VARIANTS: &'static [&'static str] = &[
        "gaussian_nll(link=\"softplus\", full=true)",
        "gaussian_nll(link=\"none\", epsilon=0.5)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "gaussian_nll", prediction: &[1.0, 0.0], target: &[3.0], value: 2.0, source: "by hand: ½·4" },
        Known { expression: "gaussian_nll(link=\"none\", full=true)", prediction: &[1.0, 4.0], target: &[3.0],
                value: 2.112_085_713_764_618, source: "by hand: ½(ln 4 + 1) + ½ ln 2π" },
        Known { expression: "gaussian_nll(link=\"none\", epsilon=0.5)", prediction: &[1.0, 0.0], target: &[2.0],
                value: 0.653_426_409_720_027_3, source: "by hand: ½(ln ½ + 2)" },
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

impl GaussianNll {
    fn nll<S: Real>(&self, x: &[S], t: f64) -> S {
        let variance = self.link.scale(x[1], self.epsilon);
        let r = x[0] - S::lift(t);
        let nll = S::lift(0.5) * (variance.ln() + r * r / variance);
        if self.full {
            nll + S::lift(HALF_LN_2PI)
        } else {
            nll
        }
    }
}

impl GroupLoss for GaussianNll {
    const LAYOUT: Layout = Layout::Forecasts;

    fn fits(&self, numbers: usize) -> Result<(), String> {
        exactly(2, numbers)
    }

    fn domain(&self, place: usize, _numbers: usize) -> Option<Domain> {
        (place == 1).then(|| self.link.domain())
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        self.nll(group.scores, group.targets[0])
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        by_duals::<2>(group.scores, slopes, |x| self.nll(x, group.targets[0]))
    }
}
