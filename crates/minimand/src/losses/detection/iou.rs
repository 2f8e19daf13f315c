use crate::prelude::*;

loss! {
    /// IoU loss: one minus a power of the overlap.
    ///
    /// ℓ(a, b) = 1 − IoU(a, b)^p
    ///
    /// Shapes: boxes `[n, 4]` as x1 y1 x2 y2, x1 ≤ x2 and y1 ≤ y2, in any unit; one box is one item. In
    /// 0..1. 10⁻⁷ is added to the denominator, as in torchvision. Boxes apart have loss 1 and gradient 0, so
    /// that they never meet. p = 2 is mmdetection's mode "square" (its "log" is `log_iou`), p = 3 the α-IoU
    /// of He et al. 2021. Source: Rezatofighi et al. 2019 (paper 015).
    pub struct Iou = "iou" {
        /// Exponent p of the overlap; larger ones weigh boxes that fit well more.
        power: f64 = 1.0, above(0.0);
    }
}

impl Loss for Iou {
    type Kind = Boxes;
    const AREA: Area = Area::Detection;
    const ALIASES: &'static [&'static str] = &["box_iou_loss"];
    const PAPERS: &'static [u16] = &[15];
    const VARIANTS: &'static [&'static str] = &["iou(power=2)", "iou(power=3)", "iou(power=1.5)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "iou", prediction: &[0.0, 0.0, 2.0, 2.0], target: &[1.0, 1.0, 3.0, 3.0],
                value: 1.0 - 0.142_857_143, source: "paper 015, test vector" },
        Known { expression: "iou", prediction: &[0.0, 0.0, 1.0, 1.0], target: &[2.0, 2.0, 3.0, 3.0],
                value: 1.0, source: "paper 015, test vector" },
        Known { expression: "iou", prediction: &[0.0, 0.0, 10.0, 10.0], target: &[2.0, 2.0, 8.0, 8.0],
                value: 0.64, source: "paper 015, test vector" },
        Known { expression: "iou(power=3)", prediction: &[0.0, 0.0, 4.0, 2.0], target: &[1.0, 0.0, 3.0, 4.0],
                value: 26.0 / 27.0, source: "by hand: IoU 1/3" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(1.0),
            ..Facts::PLAIN
        }
    }
}

impl BoxLoss for Iou {
    #[inline(always)]
    fn overlap<S: Real>(&self, pair: &BoxPair<S>) -> S {
        if self.power == 1.0 {
            pair.miss
        } else {
            S::lift(1.0) - pair.iou.powf(self.power)
        }
    }
}
