use super::scale::{ScaleLink, by_duals, exactly};
use crate::prelude::*;

loss! {
    /// Laplace negative log-likelihood of a predicted median and scale.
    ///
    /// ℓ(x, t) = ln b + |t − x₁|/b,  b = max(link(x₂), ε); with full=true and ln 2
    ///
    /// Shapes: predictions `[…, 2]` of a median and a raw scale, targets `[…]`; weights and mask of targets; one target
    /// is one item. In nats; can be negative. link="log" takes the logarithm of the scale, link="none" the scale itself
    /// (below 0 is an error). The floor ε has no slope of its own, as in `gaussian_nll`. Outliers count less than there.
    pub struct LaplaceNll = "laplace_nll" {
        /// How the second number becomes the scale.
        link: ScaleLink = ScaleLink::Log, finite();
        /// With the constant ln 2?
        full: bool = false, finite();
        /// Least scale ε.
        epsilon: f64 = 1e-6, within(1e-12, 1.0);
    }
}

impl Loss for LaplaceNll {
    type Kind = Groups;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["laplace_nll_loss"];
    const VARIANTS: &'static [&'static str] = &[
        "laplace_nll(link=\"softplus\", full=true)",
        "laplace_nll(link=\"none\", epsilon=0.5)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "laplace_nll", prediction: &[1.0, 0.0], target: &[3.0], value: 2.0, source: "by hand: 2/1" },
        Known { expression: "laplace_nll(link=\"none\", full=true)", prediction: &[1.0, 4.0], target: &[3.0],
                value: 2.579_441_541_679_835_7, source: "by hand: ln 4 + ½ + ln 2" },
        Known { expression: "laplace_nll(link=\"none\", epsilon=0.5)", prediction: &[1.0, 0.0], target: &[2.0],
                value: 2.0 - std::f64::consts::LN_2, source: "by hand: ln ½ + 2" },
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

impl LaplaceNll {
    fn nll<S: Real>(&self, x: &[S], t: f64) -> S {
        let scale = self.link.scale(x[1], self.epsilon);
        let r = x[0] - S::lift(t);
        let zero = S::lift(0.0);
        // Three-way, so that the median has no slope at the target.
        let size = S::select_lt(r, zero, -r, S::select_lt(zero, r, r, zero));
        let nll = scale.ln() + size / scale;
        if self.full {
            nll + S::lift(std::f64::consts::LN_2)
        } else {
            nll
        }
    }
}

impl GroupLoss for LaplaceNll {
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

    fn near_kink(&self, group: &Group<'_, f64>, margin: f64) -> bool {
        (group.values[0] - group.targets[0]).abs() < margin
    }
}
