use crate::prelude::*;

loss! {
    /// Kalman filter IoU loss of turned boxes: overlap of the shapes, and the centres apart from it.
    ///
    /// ℓ(a, b) = h(δ_x) + h(δ_y) + 1 − K,  K = V/(V_a + V_b − V),  V = ½ √(V_a V_b/ρ),
    /// ρ = det(Σ_a + Σ_b)/(4 √(det Σ_a det Σ_b))
    ///
    /// V_a and V_b are the areas, V that of the product of the boxes' Gaussians laid on one centre, so that K is at
    /// most ⅓; h is the Huber-like smooth L1 with threshold β, and δ the distance of the centres along the sides of
    /// the true box, in its width and height. measure = "ln" has −ln(K + 10⁻⁶), "exp" e^(1 − K) − 1. Invariant to
    /// scale. Shapes: boxes `[n, 5]` as centre x and y, width, height (any unit) and the angle in radians from the x
    /// axis towards the y axis; one box is one item. At least ⅔, ln 3 or e^⅔ − 1. A box is the same when it is turned
    /// by 180°, or by 90° with its sides changed over, and so is its loss; the angle of a square has no meaning and
    /// slope 0. A side counts as at least 10⁻⁷. As mmrotate's KFLoss with offsets that are coded from the true box,
    /// without its 10⁻⁶ below K. Source: Yang et al. 2023.
    pub struct KfIou = "kfiou" {
        /// What is made of K: "linear", "ln" or "exp".
        measure: Measure = Measure::Linear, finite();
        /// Threshold β of the smooth L1.
        beta: f64 = 1.0 / 9.0, within(1e-3, 1e3);
    }
}

/// How an overlap of at most ⅓ becomes a loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// 1 − K.
    Linear,
    /// −ln(K + 10⁻⁶).
    Log,
    /// e^(1 − K) − 1.
    Exp,
}
crate::parameter::choice!(Measure, "\"linear\", \"ln\" or \"exp\"", "linear" => Linear, "ln" => Log, "exp" => Exp);

/// Keeps the logarithm finite.
const EPSILON: f64 = 1e-6;

impl Loss for KfIou {
    type Kind = Groups;
    const AREA: Area = Area::Detection;
    const ALIASES: &'static [&'static str] = &["kfiou_loss", "kf_loss"];
    const VARIANTS: &'static [&'static str] =
        &["kfiou(measure=\"ln\")", "kfiou(measure=\"exp\", beta=0.5)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "kfiou", prediction: &[1.0, 2.0, 3.0, 5.0, 0.25], target: &[1.0, 2.0, 3.0, 5.0, 0.25],
                value: 2.0 / 3.0, source: "equal boxes" },
        Known { expression: "kfiou(beta=1)", prediction: &[0.0, 0.0, 4.0, 2.0, 0.0], target: &[2.0, 4.0, 4.0, 2.0, 0.0],
                value: 0.125 + 1.5 + 2.0 / 3.0, source: "by hand: half a width and two heights apart" },
        Known { expression: "kfiou", prediction: &[0.0, 0.0, 8.0, 2.0, 0.0], target: &[0.0, 0.0, 2.0, 2.0, 0.5],
                value: 0.840_984_367_030_088_7, source: "by hand: ρ = 17/8" },
        Known { expression: "kfiou(measure=\"exp\")", prediction: &[1.0, 2.0, 3.0, 5.0, 0.25],
                target: &[1.0, 2.0, 3.0, 5.0, 0.25], value: 0.947_734_041_054_675_9, source: "equal boxes: e^⅔ − 1" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            prediction: Domain::Coordinate,
            target: Domain::Coordinate,
            at_perfect: Some(self.measured(1.0 / 3.0)),
            ..Facts::PLAIN
        }
    }
}

impl KfIou {
    #[inline]
    fn measured<S: Real>(&self, overlap: S) -> S {
        match self.measure {
            Measure::Linear => S::lift(1.0) - overlap,
            Measure::Log => -(overlap + S::lift(EPSILON)).ln(),
            Measure::Exp => (S::lift(1.0) - overlap).exp_m1(),
        }
    }

    /// Smooth L1.
    #[inline]
    fn rounded<S: Real>(&self, x: S) -> S {
        let (beta, half) = (S::lift(self.beta), S::lift(0.5));
        let size = x.abs();
        let below = size.min(beta);
        half * below.square() / beta + (size - below)
    }
}

impl TurnedLoss for KfIou {
    #[inline]
    fn turned<S: Real>(&self, pair: &TurnedPair<S>) -> S {
        let ([w, h], [a, b], [u, v]) = (pair.sides, pair.true_sides, pair.shift);
        // The two roots of the areas: their ratio with V needs no large products.
        let ratio = ((w * h) / (a * b)).sqrt();
        let shared = S::lift(0.5) / (S::lift(1.0) + pair.spread()).sqrt();
        let overlap = shared / (ratio + S::lift(1.0) / ratio - shared);
        let (along, across) = (pair.cos * u + pair.sin * v, pair.cos * v - pair.sin * u);
        self.rounded(along / a) + self.rounded(across / b) + self.measured(overlap)
    }
}
