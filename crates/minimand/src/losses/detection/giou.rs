use crate::prelude::*;

loss! {
    /// Generalized IoU loss: overlap, and for boxes apart the empty part of their hull.
    ///
    /// ℓ(a, b) = 1 − IoU(a, b) + (|H| − |a ∪ b|) / |H|,  H the smallest box around both
    ///
    /// Shapes: boxes `[n, 4]` as x1 y1 x2 y2, x1 ≤ x2 and y1 ≤ y2, in any unit; one box is one item. In
    /// 0..2. 10⁻⁷ is added to denominators, as in torchvision. Two equal boxes have loss 0 even if their
    /// area is 0. Source: Rezatofighi et al. 2019 (paper 015).
    pub struct Giou = "giou" {}
}

impl Loss for Giou {
    type Kind = Boxes;
    const AREA: Area = Area::Detection;
    const ALIASES: &'static [&'static str] = &["generalized_box_iou_loss", "giou_loss", "GIoULoss"];
    const PAPERS: &'static [u16] = &[15];
    const KNOWN: &'static [Known] = &[
        Known {
            expression: "giou",
            prediction: &[0.0, 0.0, 2.0, 2.0],
            target: &[1.0, 1.0, 3.0, 3.0],
            value: 1.0 - 1.0 / 7.0 + 2.0 / 9.0,
            source: "by hand: IoU 1/7, hull 9, union 7",
        },
        Known {
            expression: "giou",
            prediction: &[0.0, 0.0, 1.0, 1.0],
            target: &[2.0, 2.0, 3.0, 3.0],
            value: 1.0 + 7.0 / 9.0,
            source: "by hand: boxes apart, hull 9, union 2",
        },
        Known {
            expression: "giou",
            prediction: &[5.0, 5.0, 5.0, 5.0],
            target: &[5.0, 5.0, 5.0, 5.0],
            value: 0.0,
            source: "two equal boxes of area 0",
        },
        Known {
            expression: "giou",
            prediction: &[0.0, 0.0, 4.0, 2.0],
            target: &[1.0, 0.0, 3.0, 4.0],
            value: 1.0 - 0.083_333_333,
            source: "paper 015, test vector",
        },
        Known {
            expression: "giou",
            prediction: &[0.0, 0.0, 0.0, 0.0],
            target: &[3.0, 3.0, 3.0, 3.0],
            value: 2.0,
            source: "two points apart: the limit of small boxes",
        },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(2.0),
            ..Facts::PLAIN
        }
    }
}

impl BoxLoss for Giou {
    #[inline(always)]
    fn overlap<S: Real>(&self, pair: &BoxPair<S>) -> S {
        let hull = pair.hull.area();
        pair.miss + (hull - pair.union) / (hull + S::lift(EPSILON))
    }
}
