use super::polygons::{self, Score, by_score, facts};
use crate::prelude::*;

loss! {
    /// Generalised IoU loss of quadrilaterals.
    ///
    /// ℓ(a, b) = 1 − |a ∩ b| / |a ∪ b| + (|C| − |a ∪ b|)/|C|
    ///
    /// a and b are the smallest convex polygons around four corners each, so that their order does not matter, and C
    /// is that around all eight; of a quadrilateral that is not convex it is the hull that counts, and the inner
    /// corner has slope 0. Shapes: quadrilaterals `[n, 8]` as x1 y1 x2 y2 x3 y3 x4 y4, in any unit; one quadrilateral
    /// is one item. In 0..2. Two without area have loss 1. Where edges lie on edges the slope is that of the
    /// predicted one growing into the true one. `detection::split_giou` sums it over the pieces of curved text. As
    /// mmrotate's ConvexGIoULoss of four points. Source: Rezatofighi et al. 2019 (paper 015), of any convex shapes.
    pub struct QuadGiou = "quad_giou" {}
}

impl Loss for QuadGiou {
    type Kind = Groups;
    const AREA: Area = Area::Detection;
    const ALIASES: &'static [&'static str] = &["polygon_giou", "convex_giou"];
    const PAPERS: &'static [u16] = &[15];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "quad_giou", prediction: &[0.0, 0.0, 2.0, 0.0, 2.0, 2.0, 0.0, 2.0], target: &[1.0, 1.0, 3.0, 1.0, 3.0, 3.0, 1.0, 3.0],
                value: 6.0 / 7.0 + 1.0 / 8.0, source: "by hand: 1 of 7 in 8" },
        Known { expression: "quad_giou", prediction: &[0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0], target: &[2.0, 0.0, 3.0, 0.0, 3.0, 1.0, 2.0, 1.0],
                value: 4.0 / 3.0, source: "by hand: a gap of one in three" },
        Known { expression: "quad_giou", prediction: &[0.0, 0.0, 2.0, 2.0, 2.0, 0.0, 0.0, 2.0], target: &[0.0, 2.0, 0.0, 0.0, 2.0, 0.0, 2.0, 2.0],
                value: 0.0, source: "the same corners in other orders" },
    ];

    fn facts(&self) -> Facts {
        facts(Score::Giou)
    }
}

impl GroupLoss for QuadGiou {
    by_score!(Score::Giou, 8);
}
