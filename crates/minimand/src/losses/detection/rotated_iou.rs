use super::polygons::{self, Score, by_score, facts};
use crate::prelude::*;

loss! {
    /// IoU loss of turned boxes.
    ///
    /// ℓ(a, b) = 1 − |a ∩ b| / |a ∪ b|
    ///
    /// The shared area is that of the exact polygon. Shapes: boxes `[n, 5]` as centre x and y, width, height (any
    /// unit) and the angle in radians from the x axis towards the y axis; one box is one item. In 0..1. A box is the
    /// same when it is turned by 180°, or by 90° with its sides changed over, and so is its loss; unlike a Gaussian,
    /// a square has an angle. Boxes apart have loss 1 and slope 0: `rotated_giou` and the losses of Gaussians pull
    /// them together. A side below 0 counts as 0, and two boxes without area have loss 1. Where edges lie on edges
    /// the slope is that of the predicted box growing into the true one. As mmrotate's RotatedIoULoss with mode
    /// "linear". Source: Zhou et al. 2019.
    pub struct RotatedIou = "rotated_iou" {}
}

impl Loss for RotatedIou {
    type Kind = Groups;
    const AREA: Area = Area::Detection;
    const ALIASES: &'static [&'static str] = &["rotated_iou_loss"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "rotated_iou", prediction: &[0.0, 0.0, 1.0, 1.0, 0.0], target: &[0.0, 0.0, 1.0, 1.0, std::f64::consts::FRAC_PI_4],
                value: 1.0 - 1.0 / std::f64::consts::SQRT_2, source: "an octagon of area 2(√2 − 1)" },
        Known { expression: "rotated_iou", prediction: &[0.0, 0.0, 2.0, 1.0, 0.0], target: &[0.0, 0.0, 2.0, 1.0, std::f64::consts::FRAC_PI_2],
                value: 2.0 / 3.0, source: "a cross" },
        Known { expression: "rotated_iou", prediction: &[2.0, 1.0, 2.0, 1.0, 0.3], target: &[2.0, 1.0, 1.0, 2.0, 0.3 + std::f64::consts::FRAC_PI_2],
                value: 0.0, source: "the same box" },
        Known { expression: "rotated_iou", prediction: &[0.0, 0.0, 2.0, 1.0, 0.3], target: &[5.0, 0.0, 2.0, 1.0, 0.1],
                value: 1.0, source: "apart" },
    ];

    fn facts(&self) -> Facts {
        facts(Score::Iou)
    }
}

impl GroupLoss for RotatedIou {
    by_score!(Score::Iou, 5);
}
