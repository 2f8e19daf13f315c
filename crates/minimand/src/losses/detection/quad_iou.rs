use super::polygons::{self, Score, by_score, facts};
use crate::prelude::*;

loss! {
    /// IoU loss of quadrilaterals.
    ///
    /// ℓ(a, b) = 1 − |a ∩ b| / |a ∪ b|
    ///
    /// a and b are the smallest convex polygons around four corners each, so that their order does not matter; of a
    /// quadrilateral that is not convex it is the hull that counts, and the inner corner has slope 0. Shapes:
    /// quadrilaterals `[n, 8]` as x1 y1 x2 y2 x3 y3 x4 y4, in any unit; one quadrilateral is one item. In 0..1.
    /// Quadrilaterals apart have loss 1 and slope 0 (see `quad_giou`), and two without area loss 1. Where edges lie
    /// on edges the slope is that of the predicted one growing into the true one. Source: Yu et al. 2016, of any
    /// convex shapes.
    pub struct QuadIou = "quad_iou" {}
}

impl Loss for QuadIou {
    type Kind = Groups;
    const AREA: Area = Area::Detection;
    const ALIASES: &'static [&'static str] = &["polygon_iou", "convex_iou"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "quad_iou", prediction: &[0.0, 0.0, 2.0, 0.0, 2.0, 2.0, 0.0, 2.0], target: &[1.0, 1.0, 3.0, 1.0, 3.0, 3.0, 1.0, 3.0],
                value: 6.0 / 7.0, source: "by hand: 1 of 7" },
        Known { expression: "quad_iou", prediction: &[0.0, 0.0, 2.0, 2.0, 2.0, 0.0, 0.0, 2.0], target: &[0.0, 2.0, 0.0, 0.0, 2.0, 0.0, 2.0, 2.0],
                value: 0.0, source: "the same corners in other orders" },
        Known { expression: "quad_iou", prediction: &[0.0, 0.0, 4.0, 0.0, 1.0, 1.0, 0.0, 4.0], target: &[0.0, 0.0, 2.0, 0.0, 2.0, 2.0, 0.0, 2.0],
                value: 0.5, source: "by hand: a square of area 4 in a triangle of area 8" },
    ];

    fn facts(&self) -> Facts {
        facts(Score::Iou)
    }
}

impl GroupLoss for QuadIou {
    by_score!(Score::Iou, 8);
}
