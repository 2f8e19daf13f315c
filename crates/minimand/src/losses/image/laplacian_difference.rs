use crate::image::differences::laplacian;
use crate::prelude::*;

loss! {
    /// Laplacian difference: how far the curvature of two images is apart, which fine detail decides.
    ///
    /// ℓ(x, t) = mean |Δx − Δt|, or with squared of (Δx − Δt)²,  Δx = Σ_axes x_{i+1} − 2 x_i + x_{i−1}
    ///
    /// with the outermost pixels repeated beyond the border. Shapes: prediction and target `[n, c, …]` with one to
    /// three axes of pixels. One channel of one item is one item of a mean. In units of the target (or their
    /// squares), ≥ 0; a constant added to the prediction changes nothing.
    pub struct LaplacianDifference = "laplacian_difference" {
        /// Square the differences?
        squared: bool = false, finite();
    }
}

impl Loss for LaplacianDifference {
    type Kind = Fields;
    const AREA: Area = Area::Image;
    const ALIASES: &'static [&'static str] = &["laplacian_loss"];
    const VARIANTS: &'static [&'static str] = &["laplacian_difference(squared=true)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "laplacian_difference", prediction: &[0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0],
                target: &[0.0; 9], value: 8.0 / 9.0, source: "by hand: a spike" },
        Known { expression: "laplacian_difference(squared=true)",
                prediction: &[0.0, 1.0, 0.0, 2.0, 4.0, 1.0, 0.0, 1.0, 0.0], target: &[0.0; 9],
                value: 17.111111111, source: "record 093: Laplacian energy" },
        Known { expression: "laplacian_difference", prediction: &[1.0, 2.0, 3.0, 4.0],
                target: &[0.0, 1.0, 2.0, 3.0], value: 0.0, source: "a shifted image" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            prediction: Domain::Differenced,
            target: Domain::Differenced,
            convex: true,
            shift_invariant: true,
            ..Facts::PLAIN
        }
    }
}

impl FieldLoss for LaplacianDifference {
    const TRUTH: Truth = Truth::Numbers;

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        let gaps = field.values.iter().zip(field.target);
        let gaps: Vec<S> = gaps.map(|(&x, &t)| x - S::lift(t)).collect();
        let mut total = S::lift(0.0);
        for d in laplacian(field.grid, &gaps) {
            total = total + if self.squared { d.square() } else { d.abs() };
        }
        total * S::lift(1.0 / gaps.len() as f64)
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        let gaps = field.values.iter().zip(field.target);
        let gaps: Vec<T> = gaps.map(|(&x, &t)| x - t).collect();
        let mut curved = laplacian(field.grid, &gaps);
        let share = T::from_f64(1.0 / gaps.len() as f64);
        let zero = T::default();
        let mut total = 0.0;
        for d in &mut curved {
            let (size, slope) = if self.squared {
                (*d * *d, (*d + *d) * share)
            } else {
                let sign = T::select_lt(zero, *d, share, T::select_lt(*d, zero, -share, zero));
                (d.abs(), sign)
            };
            total += (size * share).to_f64();
            *d = slope;
        }
        slopes.copy_from_slice(&laplacian(field.grid, &curved));
        total
    }

    fn near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        let gaps = field.values.iter().zip(field.target);
        let gaps: Vec<f64> = gaps.map(|(x, t)| x - t).collect();
        let reach = 4.0 * field.grid.axes() as f64;
        !self.squared
            && laplacian(field.grid, &gaps)
                .iter()
                .any(|d| d.abs() < reach * margin)
    }
}
