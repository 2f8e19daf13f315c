use crate::prelude::*;

loss! {
    /// Distance IoU loss: overlap, and the distance of the centres.
    ///
    /// ℓ(a, b) = 1 − IoU(a, b) + ρ²/d²
    ///
    /// ρ is the distance of the centres, d the diagonal of the smallest box around both. Shapes: boxes
    /// `[n, 4]` as x1 y1 x2 y2, x1 ≤ x2 and y1 ≤ y2, in any unit; one box is one item. In 0..2. 10⁻⁷ is
    /// added to denominators, as in torchvision. Source: Zheng et al. 2020 (paper 030).
    pub struct Diou = "diou" {}
}

impl Loss for Diou {
    type Kind = Boxes;
    const AREA: Area = Area::Detection;
    const ALIASES: &'static [&'static str] = &["distance_box_iou_loss", "diou_loss", "DIoULoss"];
    const PAPERS: &'static [u16] = &[30];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "diou", prediction: &[0.0, 0.0, 2.0, 2.0], target: &[1.0, 1.0, 3.0, 3.0],
                value: 1.0 - 0.031_746_032, source: "paper 030, test vector" },
        Known { expression: "diou", prediction: &[0.0, 0.0, 4.0, 2.0], target: &[1.0, 0.0, 3.0, 4.0],
                value: 1.0 - 0.302_083_333, source: "paper 030, test vector" },
        Known { expression: "diou", prediction: &[0.0, 0.0, 1.0, 1.0], target: &[2.0, 2.0, 3.0, 3.0],
                value: 1.444_444_444, source: "paper 030, test vector" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(2.0),
            ..Facts::PLAIN
        }
    }
}

impl BoxLoss for Diou {
    #[inline(always)]
    fn overlap<S: Real>(&self, pair: &BoxPair<S>) -> S {
        let diagonal = pair.hull.diagonal_squared() + S::lift(EPSILON);
        pair.miss + pair.centre_distance_squared() / diagonal
    }
}
