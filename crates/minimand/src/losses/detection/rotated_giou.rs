use super::polygons::{self, Score, by_score, facts};
use crate::prelude::*;

loss! {
    /// Generalised IoU loss of turned boxes.
    ///
    /// ℓ(a, b) = 1 − |a ∩ b| / |a ∪ b| + (|C| − |a ∪ b|)/|C|
    ///
    /// C is the smallest convex polygon around both, and all areas are exact. Shapes: boxes `[n, 5]` as centre x and
    /// y, width, height (any unit) and the angle in radians from the x axis towards the y axis; one box is one item.
    /// In 0..2. A box is the same when it is turned by 180°, or by 90° with its sides changed over, and so is its
    /// loss. Boxes apart are pulled together. A side below 0 counts as 0, and two boxes without area have loss 1.
    /// Where edges lie on edges the slope is that of the predicted box growing into the true one. Source: Rezatofighi
    /// et al. 2019 (paper 015), of any convex shapes.
    pub struct RotatedGiou = "rotated_giou" {}
}

impl Loss for RotatedGiou {
    type Kind = Groups;
    const AREA: Area = Area::Detection;
    const ALIASES: &'static [&'static str] = &["rotated_giou_loss"];
    const PAPERS: &'static [u16] = &[15];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "rotated_giou", prediction: &[0.0, 0.0, 1.0, 1.0, 0.0], target: &[2.0, 0.0, 1.0, 1.0, 0.0],
                value: 1.0 + 1.0 / 3.0, source: "by hand: a gap of one in three" },
        Known { expression: "rotated_giou", prediction: &[0.0, 0.0, 2.0, 1.0, 0.0], target: &[0.0, 0.0, 2.0, 1.0, std::f64::consts::FRAC_PI_2],
                value: 2.0 / 3.0 + 0.5 / 3.5, source: "a cross in an octagon of area 3.5" },
        Known { expression: "rotated_giou", prediction: &[2.0, 1.0, 2.0, 1.0, 0.3], target: &[2.0, 1.0, 1.0, 2.0, 0.3 + std::f64::consts::FRAC_PI_2],
                value: 0.0, source: "the same box" },
    ];

    fn facts(&self) -> Facts {
        facts(Score::Giou)
    }
}

impl GroupLoss for RotatedGiou {
    by_score!(Score::Giou, 5);
}
