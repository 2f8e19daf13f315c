use crate::prelude::*;

loss! {
    /// Extended IoU loss: the overlap continued to boxes apart, with a rounded tip.
    ///
    /// ℓ(a, b) = m²/(2s) if m < s, else m − s/2;  m = 1 − I/U,  U = |a| + |b| − I
    ///
    /// I is the area of the intersection. Where the boxes are apart along x by a gap g, it is −g·(y₁ + y₂)
    /// instead, y₁ the later of the upper edges and y₂ the earlier of the lower edges, seen from the upper edge
    /// of the smallest box around both; likewise along y, and the sum of the two if they are apart along
    /// both. So the loss grows with the gap. Shapes: boxes `[n, 4]` as x1 y1 x2 y2, x1 ≤ x2 and y1 ≤ y2 (else
    /// x2 counts as x1, y2 as y1), in any unit; one box is one item. In 0..2. 10⁻⁷ is added to the denominator. As
    /// mmdetection's EIoULoss. Source: Peng and Yu 2021.
    pub struct ExtendedIou = "extended_iou" {
        /// Loss s below which the tip is a parabola.
        smooth_point: f64 = 0.1, above(0.0);
    }
}

impl Loss for ExtendedIou {
    type Kind = Boxes;
    const AREA: Area = Area::Detection;
    const ALIASES: &'static [&'static str] = &["eiou_loss", "EIoULoss"];
    const VARIANTS: &'static [&'static str] = &["extended_iou(smooth_point=0.6)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "extended_iou", prediction: &[0.0, 0.0, 2.0, 2.0], target: &[1.0, 1.0, 3.0, 3.0],
                value: 6.0 / 7.0 - 0.05, source: "by hand: IoU 1/7" },
        Known { expression: "extended_iou(smooth_point=0.8)", prediction: &[0.0, 0.0, 10.0, 10.0], target: &[2.0, 2.0, 8.0, 8.0],
                value: 0.64 * 0.64 / 1.6, source: "by hand: IoU 0.36" },
        Known { expression: "extended_iou", prediction: &[0.0, 0.0, 2.0, 2.0], target: &[3.0, 0.0, 5.0, 2.0],
                value: 1.2 - 0.05, source: "by hand: I = −1·(0 + 2), U = 10" },
        Known { expression: "extended_iou", prediction: &[0.0, 0.0, 1.0, 1.0], target: &[2.0, 3.0, 3.0, 4.0],
                value: 1.0 + 10.0 / 12.0 - 0.05, source: "by hand: I = −1·(3 + 1) − 2·(2 + 1), U = 12" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(2.0),
            ..Facts::PLAIN
        }
    }
}

impl BoxLoss for ExtendedIou {
    #[inline(always)]
    fn overlap<S: Real>(&self, pair: &BoxPair<S>) -> S {
        let (a, b, zero) = (&pair.prediction, &pair.target, S::lift(0.0));
        // The inner edges along each axis, seen from the corner of the hull.
        let left = a.x1.max(b.x1) - pair.hull.x1;
        let right = a.x2.max(a.x1).min(b.x2.max(b.x1)) - pair.hull.x1;
        let upper = a.y1.max(b.y1) - pair.hull.y1;
        let lower = a.y2.max(a.y1).min(b.y2.max(b.y1)) - pair.hull.y1;
        let (width, height) = (right - left, lower - upper);
        let intersection = width.relu() * height.relu()
            + width.min(zero) * (upper + lower)
            + height.min(zero) * (left + right);
        let union = a.area() + b.area() - intersection;
        let miss = (union - intersection) / (union + S::lift(EPSILON));
        let tip = S::lift(self.smooth_point);
        S::select_lt(
            miss,
            tip,
            miss.square() * S::lift(0.5 / self.smooth_point),
            miss - S::lift(0.5 * self.smooth_point),
        )
    }
}
