use crate::prelude::*;

loss! {
    /// SCYLLA IoU loss: overlap, distance of the centres by their direction, and shape.
    ///
    /// ℓ(a, b) = 1 − IoU(a, b) + (Δ + Ω)/2,
    /// Δ = Σ over x, y of 1 − e^−(2 − Λ)ρ²,  ρ = distance of the centres along the axis / side of H,
    /// Λ = sin 2α, α the angle of the line between the centres to the nearer axis,
    /// Ω = Σ over w, h of (1 − e^−ω)^θ,  ω = |w_a − w_b| / max(w_a, w_b)
    ///
    /// H is the smallest box around both. Shapes: boxes `[n, 4]` as x1 y1 x2 y2, x1 ≤ x2 and y1 ≤ y2, in any
    /// unit; one box is one item. In 0..3. 10⁻⁷ is added to denominators. As mmdetection's SIoULoss with
    /// `neg_gamma=True`, which is the source's formula (mmdetection's default has the other sign in the
    /// exponent of Δ, and rewards distance). Source: Gevorgyan 2022.
    pub struct Siou = "siou" {
        /// Exponent θ of the shape's cost.
        theta: f64 = 4.0, at_least(1.0);
    }
}

impl Loss for Siou {
    type Kind = Boxes;
    const AREA: Area = Area::Detection;
    const ALIASES: &'static [&'static str] = &["siou_loss", "SIoULoss"];
    const VARIANTS: &'static [&'static str] = &["siou(theta=2)", "siou(theta=1)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "siou", prediction: &[0.0, 0.0, 2.0, 2.0], target: &[1.0, 1.0, 3.0, 3.0],
                value: 6.0 / 7.0 + 0.105_160_683, source: "by hand: Λ = 1, ρ² = 1/9: 1 − e^(−1/9)" },
        Known { expression: "siou", prediction: &[0.0, 0.0, 2.0, 2.0], target: &[3.0, 0.0, 5.0, 2.0],
                value: 1.0 + 0.256_623_870, source: "by hand: Λ = 0, ρ² = 9/25: half of 1 − e^(−18/25)" },
        Known { expression: "siou", prediction: &[0.0, 0.0, 10.0, 10.0], target: &[2.0, 2.0, 8.0, 8.0],
                value: 0.64 + 0.011_813_271, source: "by hand: Δ = 0, ω = 0.4: (1 − e^−0.4)⁴" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(3.0),
            ..Facts::PLAIN
        }
    }
}

impl BoxLoss for Siou {
    #[inline(always)]
    fn overlap<S: Real>(&self, pair: &BoxPair<S>) -> S {
        let epsilon = S::lift(EPSILON);
        let (a, b, hull) = (&pair.prediction, &pair.target, &pair.hull);
        let [dx, dy] = pair.centre_distances();
        let (dx2, dy2) = (dx.square(), dy.square());
        // sin 2α = 2 sin α cos α
        let direction = S::lift(2.0) * (dx * dy).abs() / (dx2 + dy2 + epsilon);
        let sharpness = direction - S::lift(2.0);
        let along_x = sharpness * dx2 / (hull.width().square() + epsilon);
        let along_y = sharpness * dy2 / (hull.height().square() + epsilon);
        let distance = -(along_x.exp_m1() + along_y.exp_m1());
        let (wa, wb, ha, hb) = (a.width(), b.width(), a.height(), b.height());
        let widths = (wa - wb).abs() / (wa.max(wb) + epsilon);
        let heights = (ha - hb).abs() / (ha.max(hb) + epsilon);
        let shape =
            (-(-widths).exp_m1()).powf(self.theta) + (-(-heights).exp_m1()).powf(self.theta);
        pair.miss + S::lift(0.5) * (distance + shape)
    }
}
