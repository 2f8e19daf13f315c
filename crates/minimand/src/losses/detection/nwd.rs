use crate::prelude::*;

loss! {
    /// Normalised Gaussian Wasserstein distance: boxes as Gaussians, for targets of a few pixels.
    ///
    /// ℓ(a, b) = 1 − e^(−W/C),  W² = Δx² + Δy² + (Δw² + Δh²)/4
    ///
    /// W is the 2-Wasserstein distance of the Gaussians with the boxes' centres and half sides; with Δx and Δy
    /// the distances of the centres it is also √½ times the Euclidean distance of the four corner
    /// coordinates, and so computed, also for sides that run backwards. The slope is at most 1/(√2 C), and 0
    /// for equal boxes. Shapes: boxes `[n, 4]` as x1 y1 x2 y2, x1 ≤ x2 and y1 ≤ y2; one box is one item. In 0..1.
    /// Not invariant to scale: C is in units of the coordinates. Source: Wang et al. 2021; C = 12 from Yang et
    /// al. 2024 (paper 170).
    pub struct Nwd = "nwd" {
        /// Distance C that counts as large: about the mean √(w·h) of the targets, in units of the coordinates.
        scale: f64 = 12.0, above(0.0);
    }
}

impl Loss for Nwd {
    type Kind = Boxes;
    const AREA: Area = Area::Detection;
    const ALIASES: &'static [&'static str] = &["nwd_loss", "normalized_wasserstein_distance"];
    const PAPERS: &'static [u16] = &[170];
    const VARIANTS: &'static [&'static str] = &["nwd(scale=1.5)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "nwd", prediction: &[8.0, 7.0, 12.0, 13.0], target: &[9.0, 7.0, 15.0, 11.0],
                value: 0.197_865_737_8, source: "paper 170, test vector" },
        Known { expression: "nwd(scale=24)", prediction: &[16.0, 14.0, 24.0, 26.0], target: &[18.0, 14.0, 30.0, 22.0],
                value: 0.197_865_737_8, source: "paper 170: boxes and C scaled by 2" },
        Known { expression: "nwd(scale=5)", prediction: &[0.0, 0.0, 1.0, 1.0], target: &[3.0, 4.0, 4.0, 5.0],
                value: 0.632_120_559, source: "by hand: W = 5, 1 − 1/e" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(1.0),
            lipschitz: Some(std::f64::consts::FRAC_1_SQRT_2 / self.scale),
            ..Facts::PLAIN
        }
    }
}

impl BoxLoss for Nwd {
    #[inline(always)]
    fn overlap<S: Real>(&self, pair: &BoxPair<S>) -> S {
        let distance = pair.gaussian_distance_squared().sqrt();
        -(distance * S::lift(-1.0 / self.scale)).exp_m1()
    }
}
