use crate::prelude::*;

loss! {
    /// Gaussian Wasserstein distance loss: boxes as Gaussians, for boxes of any size.
    ///
    /// ℓ(a, b) = 1 − 1/(1 + ln(1 + W/s)),  W² = Δx² + Δy² + (Δw² + Δh²)/4,  s = (w_a h_a w_b h_b)^¼
    ///
    /// W is the 2-Wasserstein distance of the Gaussians with the boxes' centres and half sides (see `nwd`); the two
    /// sizes in s, which the gradient reaches too, make it invariant to scale. Shapes: boxes `[n, 4]` as x1 y1 x2 y2,
    /// x1 ≤ x2 and y1 ≤ y2, in any unit; one box is one item. In 0..1. 10⁻⁷ is added to each area. As mmrotate's
    /// GDLoss "gwd" of boxes that are not turned; `rotated_gwd` has its parameters. Source: Yang et al. 2021.
    pub struct Gwd = "gwd" {}
}

impl Loss for Gwd {
    type Kind = Boxes;
    const AREA: Area = Area::Detection;
    const ALIASES: &'static [&'static str] = &["gwd_loss", "gaussian_wasserstein_box_distance"];
    const PAPERS: &'static [u16] = &[170];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "gwd", prediction: &[0.0, 0.0, 4.0, 4.0], target: &[3.0, 4.0, 7.0, 8.0],
                value: 1.0 - 1.0 / (1.0 + 0.810_930_216), source: "by hand: W = 5, s = 4: ln 2.25" },
        Known { expression: "gwd", prediction: &[10.0, 20.0, 40.0, 50.0], target: &[10.0, 20.0, 40.0, 50.0],
                value: 0.0, source: "equal boxes" },
        Known { expression: "gwd", prediction: &[0.0, 0.0, 16.0, 4.0], target: &[6.0, 0.0, 10.0, 4.0],
                value: 1.0 - 1.0 / (1.0 + 0.723_026_403), source: "by hand: W = 6, s = 4√2: ln(1 + 1.5/√2)" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(1.0),
            ..Facts::PLAIN
        }
    }
}

impl BoxLoss for Gwd {
    #[inline(always)]
    fn overlap<S: Real>(&self, pair: &BoxPair<S>) -> S {
        let (one, epsilon) = (S::lift(1.0), S::lift(EPSILON));
        let (a, b) = (
            pair.prediction.area() + epsilon,
            pair.target.area() + epsilon,
        );
        let size = (a.sqrt() * b.sqrt()).sqrt();
        let distance = (pair.gaussian_distance_squared().sqrt() / size).ln_1p();
        distance / (one + distance)
    }
}
