use crate::prelude::*;

loss! {
    /// Negative peak signal-to-noise ratio: the mean squared error of an image on a logarithmic scale.
    ///
    /// ℓ(x, t) = 10 log₁₀(max(mean (x − t)²/range², 10⁻¹⁰))
    ///
    /// Shapes: prediction and target `[n, c, …]` with one to three axes of pixels. All channels of one item are one
    /// item of a mean. In decibels, at least −100, where the slope is 0. kornia's psnr_loss takes the mean of the
    /// squares over the whole batch.
    pub struct Psnr = "psnr" {
        /// Span of the pixel values, such as 1 or 255.
        range: f64 = 1.0, above(0.0);
    }
}

/// Least squared error relative to the squared range: 100 dB.
const LEAST: f64 = 1e-10;

impl Loss for Psnr {
    type Kind = Fields;
    const AREA: Area = Area::Image;
    const ALIASES: &'static [&'static str] = &["psnr_loss", "negative_psnr"];
    const PAPERS: &'static [u16] = &[157];
    const VARIANTS: &'static [&'static str] = &["psnr(range=4)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "psnr", prediction: &[0.1, 0.4, 0.3, 0.9], target: &[0.0, 0.5, 0.2, 1.0],
                value: -20.0, source: "by hand: an error of 0.1 everywhere" },
        Known { expression: "psnr(range=10)", prediction: &[2.0], target: &[1.0], value: -20.0, source: "by hand" },
        Known { expression: "psnr", prediction: &[2.0, 3.0], target: &[2.0, 3.0], value: -100.0, source: "the floor" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            at_perfect: Some(-100.0),
            ..Facts::PLAIN
        }
    }
}

impl FieldLoss for Psnr {
    const TRUTH: Truth = Truth::Numbers;

    fn extent(&self) -> Extent {
        Extent::Item
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        let share = S::lift(1.0 / field.values.len() as f64);
        let mut mean = S::lift(0.0);
        for (&x, &t) in field.values.iter().zip(field.target) {
            let d = (x - S::lift(t)) * S::lift(1.0 / self.range);
            mean = mean + share * d.square();
        }
        mean.max(S::lift(LEAST)).ln() * S::lift(10.0 / std::f64::consts::LN_10)
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        let share = 1.0 / slopes.len() as f64;
        let mut mean = 0.0;
        for (x, t) in field.values.iter().zip(field.target) {
            let d = (x.to_f64() - t.to_f64()) / self.range;
            // The share comes first: the sum of large squares would not be finite.
            mean += share * d * d;
        }
        let outer = if mean > LEAST {
            20.0 / std::f64::consts::LN_10 * share / mean / self.range
        } else {
            0.0
        };
        for ((s, x), t) in slopes.iter_mut().zip(field.values).zip(field.target) {
            *s = T::from_f64(outer * ((x.to_f64() - t.to_f64()) / self.range));
        }
        10.0 * mean.max(LEAST).log10()
    }
}
