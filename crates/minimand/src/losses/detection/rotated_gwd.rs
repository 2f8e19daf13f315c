use super::turned::{Mapping, facts};
use crate::prelude::*;

loss! {
    /// Gaussian Wasserstein distance loss of turned boxes.
    ///
    /// ℓ(a, b) = 1 − 1/(τ + f(d)),  d = √(|Δ|² + α² D)/s,  D = tr(Σ_a + Σ_b − 2 (Σ_a^½ Σ_b Σ_a^½)^½),
    /// s = (w_a h_a w_b h_b)^¼
    ///
    /// The boxes are Gaussians with half their sides as standard deviations; with α = 1, d·s is their 2-Wasserstein
    /// distance. The sizes in s, which the gradient reaches too, make it invariant to scale. Shapes: boxes `[n, 5]` as
    /// centre x and y, width, height (any unit) and the angle in radians from the x axis towards the y axis; one box is
    /// one item. In (τ − 1)/τ..1, without τ ≥ 0. A box is the same when it is turned by 180°, or by 90° with its sides
    /// changed over, and so is its loss; the angle of a square has no meaning and slope 0. A side counts as at least
    /// 10⁻⁷. At d = 0, where the root has a kink, the slope is 0. As mmrotate's GDLoss "gwd". Source: Yang et al. 2021.
    pub struct RotatedGwd = "rotated_gwd" {
        /// The mapping f: "log1p", "sqrt" or "none".
        mapping: Mapping = Mapping::Log1p, finite();
        /// τ; none: the loss is f(d) itself.
        tau: Option<f64> = Some(1.0), at_least(1.0);
        /// Factor α of the distance of the shapes.
        alpha: f64 = 1.0, within(0.0, 1e3);
        /// Divide by the sizes s? Without, d is in the unit of the boxes.
        normalize: bool = true, finite();
    }
}

impl Loss for RotatedGwd {
    type Kind = Groups;
    const AREA: Area = Area::Detection;
    const ALIASES: &'static [&'static str] = &["rotated_gwd_loss", "gd_loss_gwd"];
    const VARIANTS: &'static [&'static str] = &[
        "rotated_gwd(mapping=\"sqrt\", tau=2)",
        "rotated_gwd(mapping=\"none\", tau=none, normalize=false, alpha=0.5)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "rotated_gwd", prediction: &[2.0, 2.0, 4.0, 4.0, 0.0], target: &[5.0, 6.0, 4.0, 4.0, 1.0],
                value: 0.447_797_606_420_554_2, source: "by hand: d = 5/4, ln 2.25/(1 + ln 2.25)" },
        Known { expression: "rotated_gwd(mapping=\"none\", tau=none, normalize=false)",
                prediction: &[0.0, 0.0, 6.0, 2.0, 0.5], target: &[0.0, 0.0, 4.0, 4.0, 0.0],
                value: std::f64::consts::SQRT_2, source: "by hand: the sides differ by 2 each" },
        Known { expression: "rotated_gwd(mapping=\"none\", tau=none, normalize=false)",
                prediction: &[0.0, 0.0, 6.0, 2.0, 0.0], target: &[0.0, 0.0, 6.0, 2.0, std::f64::consts::FRAC_PI_2],
                value: 2.828_427_124_746_19, source: "by hand: the sides differ by 4 each" },
        Known { expression: "rotated_gwd(tau=2)", prediction: &[1.0, 2.0, 3.0, 5.0, 0.25],
                target: &[1.0, 2.0, 3.0, 5.0, 0.25], value: 0.5, source: "equal boxes" },
    ];

    fn facts(&self) -> Facts {
        facts(self.tau)
    }
}

impl TurnedLoss for RotatedGwd {
    #[inline]
    fn turned<S: Real>(&self, pair: &TurnedPair<S>) -> S {
        let ([w, h], [a, b], [u, v]) = (pair.sides, pair.true_sides, pair.shift);
        let (half, four) = (S::lift(0.5), S::lift(4.0));
        // Half sums and differences of the standard deviations. 2 tr(Σ_a Σ_b)^½ is the modulus of M + P e^{2iφ}, of
        // which all that nearly cancels is taken out.
        let (sum, difference) = (half * (w + h), half * (w - h));
        let (true_sum, true_difference) = (half * (a + b), half * (a - b));
        let (m, p) = (sum * true_sum, difference * true_difference);
        let less = half * (w * b + h * a); // M − P
        let product = four * m * p;
        let root = (less.square() + product * pair.cos.square()).sqrt();
        let shapes = half * (sum - true_sum).square()
            + half * (difference - true_difference).square()
            + product * pair.sin.square() / (m + p + root);
        let shapes = S::lift(self.alpha * self.alpha) * shapes;
        let distance = (u.square() + v.square() + shapes).sqrt();
        let distance = if self.normalize {
            distance / ((w * h).sqrt() * (a * b).sqrt()).sqrt()
        } else {
            distance
        };
        self.mapping.apply(distance, self.tau)
    }
}
