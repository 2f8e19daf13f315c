use crate::prelude::*;

loss! {
    /// Bounded IoU loss: the best overlap that each of centre and size allows, coordinate by coordinate.
    ///
    /// ℓ(a, b) = Σ over x, y, w, h of s(1 − o),  s the smooth L1 with parameter β,
    /// o_x = max((w_b − 2|Δx|) / (w_b + 2|Δx|), 0),  o_w = min(w_a/w_b, w_b/w_a)
    ///
    /// o_x is the IoU of the target and its own copy moved by the distance Δx of the centres, o_w that of the
    /// target and a box of the same centre and the predicted width. Shapes: boxes `[n, 4]` as x1 y1 x2 y2, x1 ≤ x2
    /// and y1 ≤ y2, in any unit; one box is one item. In 0..4 − 2β for β < 1. 10⁻⁷ is added to denominators.
    /// Where centres are apart by half a side or more, the loss of their distance has gradient 0. mmdetection's
    /// BoundedIoULoss gives the four parts one by one, and adds 10⁻³. Source: Tychsen-Smith and Petersson 2018.
    pub struct BoundedIou = "bounded_iou" {
        /// Part β below which the smooth L1 is a parabola.
        beta: f64 = 0.2, above(0.0);
    }
}

impl Loss for BoundedIou {
    type Kind = Boxes;
    const AREA: Area = Area::Detection;
    const ALIASES: &'static [&'static str] = &["bounded_iou_loss", "BoundedIoULoss"];
    const VARIANTS: &'static [&'static str] = &["bounded_iou(beta=0.7)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "bounded_iou", prediction: &[0.0, 0.0, 4.0, 4.0], target: &[1.0, 0.0, 5.0, 4.0],
                value: 2.0 / 3.0 - 0.1, source: "by hand: o_x = 1/3" },
        Known { expression: "bounded_iou", prediction: &[0.0, 0.0, 10.0, 10.0], target: &[2.0, 2.0, 8.0, 8.0],
                value: 2.0 * (0.4 - 0.1), source: "by hand: o_w = o_h = 0.6" },
        Known { expression: "bounded_iou(beta=1)", prediction: &[0.0, 0.0, 1.0, 1.0], target: &[5.0, 0.0, 6.0, 1.0],
                value: 0.5, source: "by hand: o_x = 0" },
    ];

    fn facts(&self) -> Facts {
        let largest = if self.beta < 1.0 {
            1.0 - 0.5 * self.beta
        } else {
            0.5 / self.beta
        };
        Facts {
            bounded: Some(4.0 * largest),
            ..Facts::PLAIN
        }
    }
}

impl BoundedIou {
    #[inline(always)]
    fn rounded<S: Real>(&self, miss: S) -> S {
        S::select_lt(
            miss,
            S::lift(self.beta),
            miss.square() * S::lift(0.5 / self.beta),
            miss - S::lift(0.5 * self.beta),
        )
    }

    /// 1 − o of a distance of the centres.
    #[inline(always)]
    fn moved<S: Real>(distance: S, side: S) -> S {
        let twice = S::lift(2.0) * distance.abs();
        let miss = S::lift(2.0) * twice / (side + twice + S::lift(EPSILON));
        miss.min(S::lift(1.0))
    }

    /// 1 − o of two lengths.
    #[inline(always)]
    fn stretched<S: Real>(a: S, b: S) -> S {
        (a - b).abs() / (a.max(b) + S::lift(EPSILON))
    }
}

impl BoxLoss for BoundedIou {
    #[inline(always)]
    fn overlap<S: Real>(&self, pair: &BoxPair<S>) -> S {
        let (a, b) = (&pair.prediction, &pair.target);
        let [dx, dy] = pair.centre_distances();
        let (width, height) = (b.width(), b.height());
        self.rounded(Self::moved(dx, width))
            + self.rounded(Self::moved(dy, height))
            + self.rounded(Self::stretched(a.width(), width))
            + self.rounded(Self::stretched(a.height(), height))
    }
}
