use crate::image::differences::{neighbours, pairs};
use crate::prelude::*;

loss! {
    /// Gradient difference: how far the slopes of two images are apart.
    ///
    /// ℓ(x, t) = Σ_axes mean |∂x − ∂t|, or with squared of (∂x − ∂t)²; with magnitudes of |∂x| and |∂t| instead
    ///
    /// with forward differences ∂x = x_{i+1} − x_i. Shapes: prediction and target `[n, c, …]` with one to three
    /// axes of pixels. One channel of one item is one item of a mean. In units of the target (or their squares),
    /// ≥ 0. A constant added to the prediction changes nothing: use it beside a loss of pixels, as in
    /// `0.2*mse + 0.4*gradient_difference`. Sources: Mathieu, Couprie and LeCun 2016 (magnitudes); paper 157.
    pub struct GradientDifference = "gradient_difference" {
        /// Square the differences?
        squared: bool = false, finite();
        /// Compare how steep the images are, and not which way?
        magnitudes: bool = false, finite();
    }
}

impl Loss for GradientDifference {
    type Kind = Fields;
    const AREA: Area = Area::Image;
    const ALIASES: &'static [&'static str] = &["image_gradient_loss", "gradient_difference_loss"];
    const PAPERS: &'static [u16] = &[157];
    const VARIANTS: &'static [&'static str] = &[
        "gradient_difference(squared=true)",
        "gradient_difference(magnitudes=true)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "gradient_difference", prediction: &[0.1, 0.4, 0.3, 0.9], target: &[0.0, 0.5, 0.2, 1.0],
                value: 0.2, source: "record 157: 0 along one axis, 0.2 along the other" },
        Known { expression: "gradient_difference(squared=true)", prediction: &[0.1, 0.4, 0.3, 0.9],
                target: &[0.0, 0.5, 0.2, 1.0], value: 0.04, source: "by hand" },
        Known { expression: "gradient_difference(magnitudes=true)", prediction: &[1.0, 0.0, 0.0, 0.0],
                target: &[0.0, 1.0, 0.0, 0.0], value: 1.0, source: "by hand: steep as the target along rows" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: !self.magnitudes,
            shift_invariant: true,
            ..Facts::PLAIN
        }
    }
}

impl GradientDifference {
    /// Runs `f` on every pair of neighbours, with one over the number of pairs along their axis.
    #[inline(always)]
    fn each(grid: &Grid, mut f: impl FnMut(usize, usize, f64)) {
        let share = pairs(grid).map(|n| if n > 0 { 1.0 / n as f64 } else { 0.0 });
        neighbours(grid, |i, j, axis| f(i, j, share[axis]));
    }
}

impl FieldLoss for GradientDifference {
    const TRUTH: Truth = Truth::Numbers;

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        let mut total = S::lift(0.0);
        Self::each(field.grid, |i, j, share| {
            let (d, t) = (
                field.values[j] - field.values[i],
                field.target[j] - field.target[i],
            );
            let gap = if self.magnitudes {
                d.abs() - S::lift(t.abs())
            } else {
                d - S::lift(t)
            };
            let size = if self.squared {
                gap.square()
            } else {
                gap.abs()
            };
            total = total + S::lift(share) * size;
        });
        total
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        slopes.fill(T::default());
        let zero = T::default();
        let mut total = 0.0;
        Self::each(field.grid, |i, j, share| {
            let (d, t) = (
                field.values[j] - field.values[i],
                field.target[j] - field.target[i],
            );
            let share = T::from_f64(share);
            let (gap, way) = if self.magnitudes {
                (d.abs() - t.abs(), T::select_lt(d, zero, -share, share))
            } else {
                (d - t, share)
            };
            let (size, slope) = if self.squared {
                (gap * gap, (gap + gap) * way)
            } else {
                let one = T::from_f64(1.0);
                let sign = T::select_lt(zero, gap, one, T::select_lt(gap, zero, -one, zero));
                (gap.abs(), sign * way)
            };
            total += (size * share).to_f64();
            slopes[j] = slopes[j] + slope;
            slopes[i] = slopes[i] - slope;
        });
        total
    }

    fn near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        let mut near = false;
        Self::each(field.grid, |i, j, _| {
            let (d, t) = (
                field.values[j] - field.values[i],
                field.target[j] - field.target[i],
            );
            near |= if self.magnitudes {
                d.abs() < margin || (!self.squared && (d.abs() - t.abs()).abs() < margin)
            } else {
                !self.squared && (d - t).abs() < margin
            };
        });
        near
    }
}
