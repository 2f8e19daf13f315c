use crate::image::differences::{axes, sobel};
use crate::prelude::*;

/// Added to the squared slope, whose root would have no slope at 0.
const EPSILON: f64 = 1e-6;

loss! {
    /// Sobel difference: how far the edges of two images are apart, whichever way they run.
    ///
    /// ℓ(x, t) = mean | √(Σ_axes S(x)² + 10⁻⁶) − √(Σ_axes S(t)² + 10⁻⁶) |
    ///
    /// S is a central difference along its axis, smoothed by (1, 2, 1)/4 along the others, with the outermost
    /// pixels repeated beyond the border (kornia's `sobel`). Shapes: prediction and target `[n, c, …]` with one to
    /// three axes of pixels. One channel of one item is one item of a mean. In units of the target, ≥ 0; a constant
    /// added to the prediction changes nothing.
    pub struct SobelDifference = "sobel_difference" {
        /// Square the differences?
        squared: bool = false, finite();
    }
}

impl Loss for SobelDifference {
    type Kind = Fields;
    const AREA: Area = Area::Image;
    const ALIASES: &'static [&'static str] = &["edge_loss", "sobel_loss"];
    const VARIANTS: &'static [&'static str] = &["sobel_difference(squared=true)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "sobel_difference", prediction: &[0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0],
                target: &[5.0; 9], value: 0.6656674999992916,
                source: "by hand: slopes ½, 1, ½ of a ramp; ((2√0.250001 + √1.000001) − 3·0.001)/3" },
        Known { expression: "sobel_difference", prediction: &[0.0, 1.0, 2.0, 0.0, 1.0, 2.0, 0.0, 1.0, 2.0],
                target: &[2.0, 2.0, 2.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0], value: 0.22222200000038894,
                source: "a ramp turned by 90°: by hand, 4 (√1.000001 − √0.250001)/9" },
        Known { expression: "sobel_difference(squared=true)", prediction: &[1.0, 0.0, 0.0, 1.0],
                target: &[2.0, 1.0, 1.0, 2.0], value: 0.0, source: "a shifted image" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            shift_invariant: true,
            ..Facts::PLAIN
        }
    }
}

/// Slopes along every axis, and their size.
fn edges<S: Real>(grid: &Grid, image: &[S]) -> (Vec<Vec<S>>, Vec<S>) {
    let along: Vec<Vec<S>> = axes(grid)
        .map(|axis| sobel(grid, axis, image, false))
        .collect();
    let size = (0..grid.len()).map(|i| {
        let mut sum = S::lift(EPSILON);
        for slopes in &along {
            sum = sum + slopes[i].square();
        }
        sum.sqrt()
    });
    let size = size.collect();
    (along, size)
}

impl FieldLoss for SobelDifference {
    const TRUTH: Truth = Truth::Numbers;

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        let (x, t) = (
            edges(field.grid, field.values).1,
            edges(field.grid, field.target).1,
        );
        let mut total = S::lift(0.0);
        for (&x, &t) in x.iter().zip(&t) {
            let d = x - S::lift(t);
            total = total + if self.squared { d.square() } else { d.abs() };
        }
        total * S::lift(1.0 / x.len() as f64)
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        let (mut along, x) = edges(field.grid, field.values);
        let t = edges(field.grid, field.target).1;
        let share = T::from_f64(1.0 / x.len() as f64);
        let zero = T::default();
        let mut total = 0.0;
        for i in 0..x.len() {
            let d = x[i] - t[i];
            let (size, slope) = if self.squared {
                (d * d, (d + d) * share)
            } else {
                let sign = T::select_lt(zero, d, share, T::select_lt(d, zero, -share, zero));
                (d.abs(), sign)
            };
            total += (size * share).to_f64();
            for slopes in &mut along {
                slopes[i] = slope * (slopes[i] / x[i]);
            }
        }
        slopes.fill(zero);
        for (axis, along) in axes(field.grid).zip(&along) {
            for (s, d) in slopes.iter_mut().zip(sobel(field.grid, axis, along, true)) {
                *s = *s + d;
            }
        }
        total
    }

    fn near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        let (x, t) = (
            edges(field.grid, field.values).1,
            edges(field.grid, field.target).1,
        );
        let near = |(x, t): (&f64, &f64)| (x - t).abs() < margin;
        !self.squared && x.iter().zip(&t).any(near)
    }
}
