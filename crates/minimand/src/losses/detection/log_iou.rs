use crate::prelude::*;

loss! {
    /// Logarithmic IoU loss: cross-entropy of the overlap.
    ///
    /// ℓ(a, b) = −ln max(IoU(a, b), ε)
    ///
    /// Shapes: boxes `[n, 4]` as x1 y1 x2 y2, x1 ≤ x2 and y1 ≤ y2, in any unit; one box is one item. In
    /// 0..−ln ε; at an overlap below ε, and for boxes apart, the gradient is 0. 10⁻⁷ is added to the
    /// denominator of the IoU. mmdetection's IoULoss in its default mode. Source: Yu et al. 2016.
    pub struct LogIou = "log_iou" {
        /// Least overlap ε.
        floor: f64 = 1e-6, within(1e-30, 1.0);
    }
}

impl Loss for LogIou {
    type Kind = Boxes;
    const AREA: Area = Area::Detection;
    const ALIASES: &'static [&'static str] = &["iou_loss", "IoULoss"];
    const PAPERS: &'static [u16] = &[15];
    const VARIANTS: &'static [&'static str] = &["log_iou(floor=0.05)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "log_iou", prediction: &[0.0, 0.0, 20.0, 20.0], target: &[10.0, 10.0, 30.0, 30.0],
                value: 1.945_910_149, source: "by hand: ln 7" },
        Known { expression: "log_iou", prediction: &[0.0, 0.0, 1.0, 1.0], target: &[2.0, 2.0, 3.0, 3.0],
                value: 13.815_510_558, source: "boxes apart: −ln 10⁻⁶" },
        Known { expression: "log_iou(floor=0.5)", prediction: &[0.0, 0.0, 10.0, 10.0], target: &[2.0, 2.0, 8.0, 8.0],
                value: std::f64::consts::LN_2, source: "by hand: IoU 0.36 is below the floor" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(-self.floor.ln()),
            ..Facts::PLAIN
        }
    }
}

impl BoxLoss for LogIou {
    #[inline(always)]
    fn overlap<S: Real>(&self, pair: &BoxPair<S>) -> S {
        -pair.iou.max(S::lift(self.floor)).ln()
    }
}
