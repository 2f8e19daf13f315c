use crate::image::differences::{axes, neighbours, pairs, strides};
use crate::prelude::*;

loss! {
    /// Displacement smoothness: squared slopes of a field of displacements (diffusion regularisation).
    ///
    /// ℓ(u) = mean over axes of mean (∂u)²
    ///
    /// with forward differences over the spacing, or with central = true (u_{i+1} − u_{i−1})/2 at the pixels that
    /// have neighbours along every axis. Shapes: predictions `[n, c, …]`, c components of the displacement, with one
    /// to three axes of pixels; no target is read. One component of one item is one item of a mean. In squared units
    /// of the displacement over those of the spacing, ≥ 0. MONAI's DiffusionLoss is the number of axes times
    /// central = true. Sources: Balakrishnan et al. 2019; paper 69.
    pub struct DisplacementSmoothness = "displacement_smoothness" {
        /// Central differences?
        central: bool = false, finite();
    }
}

impl Loss for DisplacementSmoothness {
    type Kind = Fields;
    const AREA: Area = Area::Image;
    const ALIASES: &'static [&'static str] = &["displacement_smoothness_loss", "diffusion_loss"];
    const PAPERS: &'static [u16] = &[69, 109];
    const VARIANTS: &'static [&'static str] = &["displacement_smoothness(central=true)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "displacement_smoothness", prediction: &[1.0, 2.0, 4.0, 1.0], target: &[0.0],
                value: 0.5 * (5.0 + 5.0), source: "by hand: two rows" },
        Known { expression: "displacement_smoothness(central=true)",
                prediction: &[0.0, 1.0, 0.0, 2.0, 4.0, 1.0, 0.0, 1.0, 0.0], target: &[0.0],
                value: 0.5 * 0.25, source: "by hand: the middle pixel" },
        Known { expression: "displacement_smoothness", prediction: &[7.0; 9], target: &[0.0],
                value: 0.0, source: "a translation" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            shift_invariant: true,
            ..Facts::PLAIN
        }
    }
}

impl DisplacementSmoothness {
    /// Runs `f(before, after, factor, share)` on all differences.
    #[inline(always)]
    fn each(&self, grid: &Grid, mut f: impl FnMut(usize, usize, f64, f64)) {
        let over = grid.axes() as f64;
        let spacing = grid.volume_spacing();
        if !self.central {
            let share = pairs(grid).map(|n| if n > 0 { 1.0 / (n as f64 * over) } else { 0.0 });
            neighbours(grid, |i, j, axis| f(i, j, 1.0 / spacing[axis], share[axis]));
            return;
        }
        let steps = strides(grid);
        let inner = interior(grid);
        let share = 1.0 / (inner.len() as f64 * over);
        for i in inner {
            for axis in axes(grid) {
                f(i - steps[axis], i + steps[axis], 0.5 / spacing[axis], share);
            }
        }
    }
}

/// Pixels with neighbours on both sides of every axis.
pub(super) fn interior(grid: &Grid) -> Vec<usize> {
    let (shape, real) = (grid.volume(), axes(grid));
    let inside = |axis: usize, at: usize| !real.contains(&axis) || (at > 0 && at + 1 < shape[axis]);
    (0..grid.len())
        .filter(|i| {
            let at = [
                i / (shape[1] * shape[2]),
                i / shape[2] % shape[1],
                i % shape[2],
            ];
            (0..3).all(|axis| inside(axis, at[axis]))
        })
        .collect()
}

/// Does every axis have three pixels?
pub(super) fn needs_three(grid: &Grid) -> Result<(), String> {
    if grid.shape().iter().all(|&n| n >= 3) {
        return Ok(());
    }
    Err(format!(
        "needs at least three pixels along every axis, but the field is {:?}",
        grid.shape()
    ))
}

impl FieldLoss for DisplacementSmoothness {
    const TRUTH: Truth = Truth::Nothing;

    fn fits(&self, _channels: usize, grid: &Grid) -> Result<(), String> {
        if self.central {
            needs_three(grid)
        } else {
            Ok(())
        }
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        let mut total = S::lift(0.0);
        self.each(field.grid, |i, j, factor, share| {
            let d = (field.values[j] - field.values[i]) * S::lift(factor);
            total = total + S::lift(share) * d.square();
        });
        total
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        slopes.fill(T::default());
        let mut total = 0.0;
        self.each(field.grid, |i, j, factor, share| {
            let d = (field.values[j] - field.values[i]) * T::from_f64(factor);
            total += (d * d * T::from_f64(share)).to_f64();
            let slope = d * T::from_f64(2.0 * share * factor);
            slopes[j] = slopes[j] + slope;
            slopes[i] = slopes[i] - slope;
        });
        total
    }
}
