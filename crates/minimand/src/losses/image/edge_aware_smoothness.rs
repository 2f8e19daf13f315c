use crate::image::differences::{neighbours, pairs};
use crate::prelude::*;

loss! {
    /// Edge-aware smoothness: differences between neighbours of a depth map, forgiven where an image has an edge.
    ///
    /// ℓ(d, I) = Σ_axes mean |∂d| e^(−γ mean_c |∂I_c|)
    ///
    /// with forward differences of the depth (or disparity, inverse depth, flow) and of the image, which stands for
    /// the target. Shapes: prediction and image `[n, c, …]` of one shape, with one to three axes of pixels; the
    /// weights come from all channels of the image together, and the mean runs over pairs of neighbours and over the
    /// channels of the prediction (repeat a single depth for the channels of a colour image: the value is the same,
    /// and the slopes of the copies add up to its slope). An item is one item of a mean. In units of the prediction,
    /// ≥ 0. γ is in one over units of the image: 1 is for images in 0..1. kornia's `inverse_depth_smoothness_loss`.
    /// Source: Godard et al. 2017.
    pub struct EdgeAwareSmoothness = "edge_aware_smoothness" {
        /// How much an edge of the image forgives, γ.
        sharpness: f64 = 1.0, within(0.0, 1e6);
    }
}

impl Loss for EdgeAwareSmoothness {
    type Kind = Fields;
    const AREA: Area = Area::Image;
    const ALIASES: &'static [&'static str] =
        &["inverse_depth_smoothness", "inverse_depth_smoothness_loss"];
    const VARIANTS: &'static [&'static str] = &["edge_aware_smoothness(sharpness=10)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "edge_aware_smoothness", prediction: &[1.0, 2.0, 4.0, 1.0], target: &[0.5; 4],
                value: (1.0 + 3.0) / 2.0 + (3.0 + 1.0) / 2.0, source: "total_variation under a flat image" },
        Known { expression: "edge_aware_smoothness", prediction: &[1.0, 2.0, 4.0, 1.0], target: &[0.0, 1.0, 0.0, 1.0],
                value: 2.0 + 2.0 * 0.367_879_441_171_442_3, source: "by hand: an edge between the columns, e⁻¹" },
        Known { expression: "edge_aware_smoothness(sharpness=2)", prediction: &[1.0, 2.0, 4.0], target: &[0.0, 0.5, 0.5],
                value: 0.5 * (0.367_879_441_171_442_3 + 2.0), source: "by hand: a line" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            shift_invariant: true,
            // A depth like the image is not smooth.
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl EdgeAwareSmoothness {
    /// Runs `f(before, after, weight)` on all neighbours of a channel; the weights hold the shares of the means.
    #[inline(always)]
    fn each<S, T: Float>(&self, field: &Field<'_, S, T>, mut f: impl FnMut(usize, usize, f64)) {
        let pixels = field.grid.len();
        let share = pairs(field.grid).map(|n| 1.0 / (n.max(1) * field.channels) as f64);
        let scale = -self.sharpness / field.channels as f64;
        neighbours(field.grid, |i, j, axis| {
            let images = field.target.chunks(pixels);
            let edge: f64 = images
                .map(|image| (image[j] - image[i]).abs().to_f64())
                .sum();
            f(i, j, (scale * edge).exp() * share[axis]);
        });
    }
}

impl FieldLoss for EdgeAwareSmoothness {
    const TRUTH: Truth = Truth::Numbers;

    fn extent(&self) -> Extent {
        Extent::Item
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        let mut total = S::lift(0.0);
        self.each(field, |i, j, weight| {
            for depth in field.values.chunks(field.grid.len()) {
                total = total + S::lift(weight) * (depth[j] - depth[i]).abs();
            }
        });
        total
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        slopes.fill(T::default());
        let (pixels, zero) = (field.grid.len(), T::default());
        let mut total = 0.0;
        self.each(field, |i, j, weight| {
            let weight = T::from_f64(weight);
            for (depth, slopes) in field.values.chunks(pixels).zip(slopes.chunks_mut(pixels)) {
                let d = depth[j] - depth[i];
                total += (d.abs() * weight).to_f64();
                let slope = T::select_lt(zero, d, weight, T::select_lt(d, zero, -weight, zero));
                slopes[j] = slopes[j] + slope;
                slopes[i] = slopes[i] - slope;
            }
        });
        total
    }

    fn near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        field.values.chunks(field.grid.len()).any(|depth| {
            let mut near = false;
            neighbours(field.grid, |i, j, _| {
                near |= (depth[j] - depth[i]).abs() < margin
            });
            near
        })
    }
}
