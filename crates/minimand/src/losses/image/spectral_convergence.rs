use super::frequency_l1::{doubles, modulus, plain_modulus};
use crate::image::spectrum::{Transform, plain_spectrum};
use crate::prelude::*;
use realfft::num_complex::Complex;

loss! {
    /// Spectral convergence: the distance of amplitude spectra, relative to the target's.
    ///
    /// ℓ(x, t) = ‖ |F(t)| − |F(x)| ‖ / max(‖F(t)‖, ε)
    ///
    /// F is the discrete Fourier transform of a channel. Shapes: prediction and target `[n, c, …]` with one to
    /// three axes of pixels; a signal is a line. One channel of one item is one item of a mean. Without unit, ≥ 0;
    /// shifting an image around its border changes nothing. Source: Arık, Jun and Diamos 2019.
    pub struct SpectralConvergence = "spectral_convergence" {
        /// Least norm ε of the target, in its units times √pixels.
        epsilon: f64 = 1e-8, above(0.0);
    }
}

impl Loss for SpectralConvergence {
    type Kind = Fields;
    const AREA: Area = Area::Image;
    const ALIASES: &'static [&'static str] = &["spectral_convergence_loss"];
    const VARIANTS: &'static [&'static str] = &["spectral_convergence(epsilon=10)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "spectral_convergence", prediction: &[2.0, 2.0, 2.0, 2.0], target: &[1.0, 1.0, 1.0, 1.0],
                value: 1.0, source: "twice the amplitude" },
        Known { expression: "spectral_convergence", prediction: &[1.0, 2.0, 0.0], target: &[2.0, 0.0, 1.0],
                value: 0.0, source: "a shifted signal" },
        Known { expression: "spectral_convergence", prediction: &[0.0, 0.0, 0.0], target: &[1.0, 2.0, 3.0],
                value: 1.0, source: "nothing predicted" },
    ];

    fn facts(&self) -> Facts {
        Facts::PLAIN
    }
}

impl FieldLoss for SpectralConvergence {
    const TRUTH: Truth = Truth::Numbers;

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        let transform = Transform::new(field.grid);
        let x = plain_spectrum(field.grid, field.values);
        let t = plain_spectrum(field.grid, field.target);
        let (mut gap, mut norm) = (S::lift(0.0), 0.0);
        for (i, (x, t)) in x.iter().zip(&t).enumerate() {
            let size = t[0].hypot(t[1]);
            let d = plain_modulus(x[0], x[1]) - S::lift(size);
            gap = gap + S::lift(transform.times(i)) * d.square();
            norm += transform.times(i) * size * size;
        }
        gap.sqrt() / S::lift(norm.sqrt().max(self.epsilon))
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        let transform = Transform::new(field.grid);
        let mut x = transform.spectrum(&doubles(field.values));
        let t = transform.spectrum(&doubles(field.target));
        let (mut gap, mut norm) = (0.0, 0.0);
        for (i, (x, t)) in x.iter_mut().zip(t).enumerate() {
            let (size, wanted) = (modulus(*x), modulus(t));
            gap += transform.times(i) * (size - wanted) * (size - wanted);
            norm += transform.times(i) * wanted * wanted;
            *x = if size > 0.0 {
                *x * ((size - wanted) / size)
            } else {
                Complex::new(0.0, 0.0)
            };
        }
        let (gap, norm) = (gap.sqrt(), norm.sqrt().max(self.epsilon));
        let scale = if gap > 0.0 { 1.0 / (gap * norm) } else { 0.0 };
        for (s, d) in slopes.iter_mut().zip(transform.image(x)) {
            *s = T::from_f64(d * scale);
        }
        gap / norm
    }

    fn near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        let spectrum = Transform::new(field.grid).spectrum(field.values);
        spectrum.iter().any(|&z| modulus(z) < 30.0 * margin)
    }
}
