use super::FACTS;
use crate::prelude::*;

/// Least square of a sine: at 0 and π the sine's slope by the cosine is infinite.
const LEAST_SQUARE: f64 = 1e-7;

loss! {
    /// Tuplet margin loss: a positive's angle, less a margin, against all negatives at once.
    ///
    /// ℓ_i = Σ_{p∈P_i} ln(1 + Σ_{k∈N_i} e^(s (cos θ_ik − cos(θ_ip − β))))
    ///
    /// θ are angles between embeddings. The margin loosens: a positive may be β off before it counts as any angle (as
    /// cosines are even, one within β counts as if beyond it), which spares hard ones. At θ_ip = 0 and π the slope is
    /// that of cos β alone. A mean is over all pairs of positives: an anchor counts as often as it has positives, if it
    /// has a negative. A zero vector has the cosine 0 with all and the gradient 0. Shapes: embeddings `[n, d]` with
    /// labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all anchors; an item is an embedding, of pairs
    /// a pair with the mean of its two losses. In nats, ≥ 0. Source: Yu and Tao 2019.
    pub struct TupletMargin = "tuplet_margin" {
        /// Slack β of the angle, in radians.
        margin: f64 = 0.1, within(0.0, 1.5);
        /// Factor s of the cosines.
        scale: f64 = 64.0, above(0.0);
    }
}

impl Loss for TupletMargin {
    type Kind = Pairs;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["tuplet_margin_loss"];
    const VARIANTS: &'static [&'static str] = &[
        "tuplet_margin(scale=4)",
        "tuplet_margin(margin=0.5, scale=8)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "tuplet_margin(margin=0, scale=2)", prediction: &[1.0, 0.0, 0.0, 1.0, -1.0, 0.0],
                target: &[0.0, 0.0, 1.0], value: 0.820_075_191_602_917_8,
                source: "by hand: ln(1 + e^−2) + ln 2" },
        Known { expression: "tuplet_margin(margin=0.5, scale=4)", prediction: &[1.0, 0.0, 0.8, 0.6, 0.0, 1.0],
                target: &[0.0, 0.0, 1.0], value: 0.209_830_978_553_513,
                source: "by hand: the positive's cosine is 0.8 cos ½ + 0.6 sin ½, the negatives' are 0 and 0.6" },
        Known { expression: "tuplet_margin", prediction: &[1.0, 0.0, 0.8, 0.6], target: &[0.0, 0.0], value: 0.0,
                source: "no negatives" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

impl PairLoss for TupletMargin {
    const NEGATIVES: [Reduce; 2] = [Reduce::LogSumExp, Reduce::Nothing];
    const POSITIVES: [Reduce; 2] = [Reduce::Sum, Reduce::Nothing];
    const NEEDS: Needs = Needs::Both;

    #[inline(always)]
    fn negative<S: Real>(&self, c: S) -> [S; 2] {
        [S::lift(self.scale) * c, S::lift(0.0)]
    }

    #[inline(always)]
    fn positive<S: Real>(&self, c: S, [negatives, _]: [S; 2]) -> [S; 2] {
        let (sin, cos) = self.margin.sin_cos();
        let one = S::lift(1.0);
        // Rounding may take a cosine beyond 1.
        let sine = ((one - c) * (one + c)).max(S::lift(LEAST_SQUARE)).sqrt();
        let turned = c * S::lift(cos) + sine * S::lift(sin);
        let lead = negatives - S::lift(self.scale) * turned;
        [lead.softplus(), S::lift(0.0)]
    }

    #[inline(always)]
    fn anchor<S: Real>(&self, _: [S; 2], [positives, _]: [S; 2]) -> S {
        positives
    }

    fn mass(&self, _: [f64; 2], _: [f64; 2], [_, positives]: [usize; 2]) -> f64 {
        positives as f64
    }
}
