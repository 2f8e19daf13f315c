use crate::prelude::*;

loss! {
    /// Efficient IoU loss: overlap, distance of the centres, and differences of width and height.
    ///
    /// ℓ(a, b) = IoU^γ · (1 − IoU + ρ²/d² + (w_a − w_b)²/w_H² + (h_a − h_b)²/h_H²),  IoU^γ held fixed in
    /// the gradient
    ///
    /// ρ is the distance of the centres, d, w_H and h_H the diagonal and the sides of the smallest box around
    /// both. Shapes: boxes `[n, 4]` as x1 y1 x2 y2, x1 ≤ x2 and y1 ≤ y2, in any unit; one box is one item. In
    /// 0..4. 10⁻⁷ is added to denominators. γ > 0 is Focal-EIoU, in which boxes apart have no loss: do not
    /// begin with it. mmdetection's EIoULoss is another formula, `extended_iou`. Source: Zhang et al. 2022.
    pub struct Eiou = "eiou" {
        /// Exponent γ of the weight by overlap; 0 weighs all boxes alike, Focal-EIoU has 0.5.
        gamma: f64 = 0.0, at_least(0.0);
    }
}

impl Loss for Eiou {
    type Kind = Boxes;
    const AREA: Area = Area::Detection;
    const ALIASES: &'static [&'static str] = &["efficient_iou"];
    const VARIANTS: &'static [&'static str] = &["eiou(gamma=0.5)", "eiou(gamma=2)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "eiou", prediction: &[0.0, 0.0, 2.0, 2.0], target: &[1.0, 1.0, 3.0, 3.0],
                value: 1.0 - 0.031_746_032, source: "boxes of one size: paper 030's test vector of DIoU" },
        Known { expression: "eiou", prediction: &[0.0, 0.0, 4.0, 2.0], target: &[1.0, 0.0, 3.0, 4.0],
                value: 2.0 / 3.0 + 1.0 / 32.0 + 0.25 + 0.25, source: "by hand: IoU 1/3, hull 4 × 4" },
        Known { expression: "eiou(gamma=0.5)", prediction: &[0.0, 0.0, 10.0, 10.0], target: &[2.0, 2.0, 8.0, 8.0],
                value: 0.6 * (0.64 + 0.16 + 0.16), source: "by hand: IoU 0.36" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(4.0),
            ..Facts::PLAIN
        }
    }
}

impl BoxLoss for Eiou {
    #[inline(always)]
    fn overlap<S: Real>(&self, pair: &BoxPair<S>) -> S {
        let epsilon = S::lift(EPSILON);
        let (a, b, hull) = (&pair.prediction, &pair.target, &pair.hull);
        let (width, height) = (hull.width().square(), hull.height().square());
        let centres = pair.centre_distance_squared() / (width + height + epsilon);
        let widths = (a.width() - b.width()).square() / (width + epsilon);
        let heights = (a.height() - b.height()).square() / (height + epsilon);
        let whole = pair.miss + centres + widths + heights;
        if self.gamma == 0.0 {
            whole
        } else {
            pair.iou.powf(self.gamma).detach() * whole
        }
    }
}
