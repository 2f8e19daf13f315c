use super::turned::{Mapping, facts};
use crate::prelude::*;

loss! {
    /// Kullback–Leibler divergence loss of turned boxes.
    ///
    /// ℓ(a, b) = 1 − 1/(τ + f(d)),  d = √K,  K = KL(N_b ‖ N_a)
    ///   = Δᵀ Σ_a⁻¹ Δ/(2α²) + ½ tr(Σ_a⁻¹ Σ_b) + ½ ln(det Σ_a/det Σ_b) − 1
    ///
    /// a is the predicted box, b the true one; they are Gaussians with half their sides as standard deviations.
    /// Invariant to scale and to every affine map of both boxes. Shapes: boxes `[n, 5]` as centre x and y, width,
    /// height (any unit) and the angle in radians from the x axis towards the y axis; one box is one item. In (τ −
    /// 1)/τ..1, without τ ≥ 0. A box is the same when it is turned by 180°, or by 90° with its sides changed over,
    /// and so is its loss; the angle of a square has no meaning and slope 0. A side counts as at least 10⁻⁷. At K =
    /// 0, where the root has a kink, the slope is 0. As mmrotate's GDLoss "kld", with symmetric = true "jd". Source:
    /// Yang et al. 2021 (the divergence), with the mapping of their Wasserstein loss.
    pub struct RotatedKld = "rotated_kld" {
        /// The mapping f: "log1p", "sqrt" or "none".
        mapping: Mapping = Mapping::Log1p, finite();
        /// τ; none: the loss is f(d) itself.
        tau: Option<f64> = Some(1.0), at_least(1.0);
        /// Divisor α of the distance of the centres.
        alpha: f64 = 1.0, within(1e-3, 1e3);
        /// Is d the root of K? Else it is K.
        root: bool = true, finite();
        /// The mean of both directions, (KL(N_b ‖ N_a) + KL(N_a ‖ N_b))/2, for K?
        symmetric: bool = false, finite();
    }
}

impl Loss for RotatedKld {
    type Kind = Groups;
    const AREA: Area = Area::Detection;
    const ALIASES: &'static [&'static str] = &["kld_loss", "rotated_kld_loss", "gd_loss_kld"];
    const VARIANTS: &'static [&'static str] = &[
        "rotated_kld(mapping=\"none\", tau=none, root=false)",
        "rotated_kld(symmetric=true, mapping=\"sqrt\", tau=2)",
        "rotated_kld(symmetric=true, alpha=2)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "rotated_kld(mapping=\"none\", tau=none, root=false)",
                prediction: &[0.0, 0.0, 4.0, 2.0, 0.0], target: &[1.0, 1.0, 4.0, 2.0, 0.0],
                value: 0.5 * (0.25 + 1.0), source: "by hand: half the squared shifts in standard deviations" },
        Known { expression: "rotated_kld(mapping=\"none\", tau=none, root=false)",
                prediction: &[0.0, 0.0, 4.0, 2.0, 0.25], target: &[0.0, 0.0, 2.0, 2.0, 0.0],
                value: 0.5 * (0.25 + 1.0) + std::f64::consts::LN_2 - 1.0, source: "by hand" },
        Known { expression: "rotated_kld(mapping=\"none\", tau=none, root=false)",
                prediction: &[0.0, 0.0, 4.0, 2.0, 0.0], target: &[0.0, 0.0, 4.0, 2.0, std::f64::consts::FRAC_PI_2],
                value: 0.5 * (0.25 + 4.0) - 1.0, source: "by hand" },
        Known { expression: "rotated_kld", prediction: &[1.0, 2.0, 3.0, 5.0, 0.25], target: &[1.0, 2.0, 3.0, 5.0, 0.25],
                value: 0.0, source: "equal boxes" },
    ];

    fn facts(&self) -> Facts {
        facts(self.tau)
    }
}

impl RotatedKld {
    /// KL(N_b ‖ N_a) of a pair (a, b).
    #[inline]
    fn divergence<S: Real>(&self, pair: &TurnedPair<S>) -> S {
        let ([w, h], [a, b], [u, v]) = (pair.sides, pair.true_sides, pair.shift);
        let half = S::lift(0.5);
        // r² − 1 − ln r² of the ratio r of two sides.
        let side = |own: S, other: S| {
            let excess = (other - own) / own;
            excess * (excess + S::lift(2.0)) - S::lift(2.0) * excess.ln_1p()
        };
        let turned = ((w - h) / w * ((w + h) / h)) * ((a - b) / w * ((a + b) / h));
        let shift = (u / w).square() + (v / h).square();
        S::lift(2.0 / (self.alpha * self.alpha)) * shift
            + half * (side(w, a) + side(h, b))
            + half * pair.sin.square() * turned
    }
}

impl TurnedLoss for RotatedKld {
    #[inline]
    fn turned<S: Real>(&self, pair: &TurnedPair<S>) -> S {
        let mut distance = self.divergence(pair);
        if self.symmetric {
            distance = S::lift(0.5) * (distance + self.divergence(&pair.reversed()));
        }
        // Rounding may take it below 0.
        distance = distance.relu();
        if self.root {
            distance = distance.sqrt();
        }
        self.mapping.apply(distance, self.tau)
    }
}
