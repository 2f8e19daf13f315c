use super::frequency_l1::{doubles, modulus, plain_modulus};
use crate::image::spectrum::{Transform, plain_spectrum};
use crate::prelude::*;
use realfft::num_complex::Complex;

loss! {
    /// Amplitude mean squared error: the squared distance of amplitude spectra.
    ///
    /// ℓ(x, t) = mean (|F(x)| − |F(t)|)²
    ///
    /// F is the unitary discrete Fourier transform of a channel, the mean runs over all frequencies. Shapes:
    /// prediction and target `[n, c, …]` with one to three axes of pixels; a signal is a line. One channel of one
    /// item is one item of a mean. In squared units of the target, ≥ 0 and at most the mean squared error; shifting
    /// an image around its border changes nothing. Not convex. MONAI's `JukeboxLoss` is the same for one channel; of
    /// several it transforms along the channels too. Source: Dhariwal et al. 2020.
    pub struct AmplitudeMse = "amplitude_mse" {}
}

impl Loss for AmplitudeMse {
    type Kind = Fields;
    const AREA: Area = Area::Image;
    const ALIASES: &'static [&'static str] = &["jukebox", "jukebox_loss", "spectral_mse"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "amplitude_mse", prediction: &[3.0, 3.0, 3.0, 3.0], target: &[1.0, 1.0, 1.0, 1.0],
                value: 4.0, source: "constants: the mean squared error" },
        Known { expression: "amplitude_mse", prediction: &[1.0, 2.0, 0.0], target: &[2.0, 0.0, 1.0],
                value: 0.0, source: "a shifted signal" },
        Known { expression: "amplitude_mse", prediction: &[0.0, 0.0, 0.0], target: &[1.0, 2.0, 3.0],
                value: 14.0 / 3.0, source: "Parseval: the mean square" },
    ];

    fn facts(&self) -> Facts {
        Facts::PLAIN
    }
}

impl FieldLoss for AmplitudeMse {
    const TRUTH: Truth = Truth::Numbers;

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        let transform = Transform::new(field.grid);
        let x = plain_spectrum(field.grid, field.values);
        let t = plain_spectrum(field.grid, field.target);
        let mut total = S::lift(0.0);
        for (i, (x, t)) in x.iter().zip(&t).enumerate() {
            let gap = plain_modulus(x[0], x[1]) - S::lift(t[0].hypot(t[1]));
            total = total + S::lift(transform.times(i)) * gap.square();
        }
        total / S::lift(field.grid.len() as f64)
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        let transform = Transform::new(field.grid);
        let mut x = transform.spectrum(&doubles(field.values));
        let t = transform.spectrum(&doubles(field.target));
        let mut total = 0.0;
        for (i, (x, t)) in x.iter_mut().zip(t).enumerate() {
            let (size, wanted) = (modulus(*x), modulus(t));
            total += transform.times(i) * (size - wanted) * (size - wanted);
            *x = if size > 0.0 {
                *x * ((size - wanted) / size)
            } else {
                Complex::new(0.0, 0.0)
            };
        }
        let share = 1.0 / field.grid.len() as f64;
        for (s, d) in slopes.iter_mut().zip(transform.image(x)) {
            *s = T::from_f64(2.0 * share * d);
        }
        total * share
    }

    fn near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        let spectrum = Transform::new(field.grid).spectrum(field.values);
        spectrum.iter().any(|&z| modulus(z) < 30.0 * margin)
    }
}
