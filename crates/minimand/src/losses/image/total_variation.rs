use crate::image::differences::{self, pairs};
use crate::prelude::*;

loss! {
    /// Total variation: the mean difference between neighbours, which is small for smooth images.
    ///
    /// ℓ(x) = Σ_axes mean |x_{i+1} − x_i|, or of the squares
    ///
    /// Shapes: predictions `[n, c, …]` with one to three axes of pixels, of any size; no target is read. One
    /// channel of one item is one item of a mean. In units of the prediction (or their squares), ≥ 0. An axis of
    /// a single pixel has no differences. kornia's `total_variation(reduction="mean")` sums the same over
    /// channels. Source: Rudin, Osher and Fatemi 1992.
    pub struct TotalVariation = "total_variation" {
        /// Square the differences?
        squared: bool = false, finite();
    }
}

impl Loss for TotalVariation {
    type Kind = Fields;
    const AREA: Area = Area::Image;
    const ALIASES: &'static [&'static str] = &["tv", "tv_loss", "total_variation_loss"];
    const VARIANTS: &'static [&'static str] = &["total_variation(squared=true)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "total_variation", prediction: &[1.0, 2.0, 4.0, 1.0], target: &[0.0],
                value: (1.0 + 3.0) / 2.0 + (3.0 + 1.0) / 2.0, source: "by hand: two rows" },
        Known { expression: "total_variation(squared=true)", prediction: &[1.0, 2.0, 4.0, 1.0], target: &[0.0],
                value: (1.0 + 9.0) / 2.0 + (9.0 + 1.0) / 2.0, source: "by hand: two rows" },
        Known { expression: "total_variation", prediction: &[3.0, 0.0, 1.0], target: &[0.0],
                value: 2.0, source: "by hand: a line" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            shift_invariant: true,
            ..Facts::PLAIN
        }
    }
}

/// Runs `f` on every pair of neighbours, with one over the number of pairs along their axis.
#[inline(always)]
fn neighbours(grid: &Grid, mut f: impl FnMut(usize, usize, f64)) {
    let share = pairs(grid).map(|n| if n > 0 { 1.0 / n as f64 } else { 0.0 });
    differences::neighbours(grid, |i, j, axis| f(i, j, share[axis]));
}

impl FieldLoss for TotalVariation {
    const TRUTH: Truth = Truth::Nothing;

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        let mut total = S::lift(0.0);
        neighbours(field.grid, |i, j, share| {
            let d = field.values[j] - field.values[i];
            let size = if self.squared { d.square() } else { d.abs() };
            total = total + S::lift(share) * size;
        });
        total
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        slopes.fill(T::default());
        let mut total = 0.0;
        neighbours(field.grid, |i, j, share| {
            let d = field.values[j] - field.values[i];
            let (share, zero) = (T::from_f64(share), T::default());
            let (size, slope) = if self.squared {
                (d * d, (d + d) * share)
            } else {
                let sign = T::select_lt(zero, d, share, T::select_lt(d, zero, -share, zero));
                (d.abs(), sign)
            };
            total += (size * share).to_f64();
            slopes[j] = slopes[j] + slope;
            slopes[i] = slopes[i] - slope;
        });
        total
    }

    fn near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        let mut near = false;
        neighbours(field.grid, |i, j, _| {
            near |= (field.values[j] - field.values[i]).abs() < margin;
        });
        near && !self.squared
    }
}
