use crate::prelude::*;

loss! {
    /// Complete IoU loss: overlap, distance of the centres and difference of the aspect ratios.
    ///
    /// ℓ(a, b) = 1 − IoU(a, b) + ρ²/d² + α·v,  v = 4/π² (atan(w_b/h_b) − atan(w_a/h_a))²,
    /// α = v / (1 − IoU + v), held fixed in the gradient
    ///
    /// ρ is the distance of the centres, d the diagonal of the smallest box around both. Shapes: boxes
    /// `[n, 4]` as x1 y1 x2 y2, x1 ≤ x2 and y1 ≤ y2, in any unit; one box is one item. In 0..3. 10⁻⁷ is
    /// added to denominators, as in torchvision, and a height counts as at least 10⁻⁷. Source: Zheng et al.
    /// 2020 (paper 030).
    pub struct Ciou = "ciou" {}
}

impl Loss for Ciou {
    type Kind = Boxes;
    const AREA: Area = Area::Detection;
    const ALIASES: &'static [&'static str] = &["complete_box_iou_loss", "ciou_loss", "CIoULoss"];
    const PAPERS: &'static [u16] = &[30];
    const KNOWN: &'static [Known] = &[
        Known {
            expression: "ciou",
            prediction: &[0.0, 0.0, 2.0, 2.0],
            target: &[1.0, 1.0, 3.0, 3.0],
            value: 1.0 - 0.031_746_032,
            source: "paper 030, test vector",
        },
        Known {
            expression: "ciou",
            prediction: &[0.0, 0.0, 4.0, 2.0],
            target: &[1.0, 0.0, 3.0, 4.0],
            value: 1.0 - 0.268_331_665,
            source: "paper 030, test vector",
        },
        Known {
            expression: "ciou",
            prediction: &[0.0, 0.0, 1.0, 1.0],
            target: &[2.0, 2.0, 3.0, 3.0],
            value: 1.444_444_444,
            source: "paper 030, test vector",
        },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(3.0),
            ..Facts::PLAIN
        }
    }
}

impl BoxLoss for Ciou {
    #[inline(always)]
    fn overlap<S: Real>(&self, pair: &BoxPair<S>) -> S {
        let epsilon = S::lift(EPSILON);
        let (a, b) = (&pair.prediction, &pair.target);
        let centres = pair.centre_distance_squared() / (pair.hull.diagonal_squared() + epsilon);
        let predicted = (a.width() / a.height().max(epsilon)).atan();
        let given = (b.width() / b.height().max(epsilon)).atan();
        let v = S::lift(4.0 / std::f64::consts::PI.powi(2)) * (given - predicted).square();
        let alpha = (v / (pair.miss + v + epsilon)).detach();
        pair.miss + centres + alpha * v
    }
}
