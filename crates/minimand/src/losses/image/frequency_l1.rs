use crate::image::spectrum::{Transform, plain_spectrum};
use crate::prelude::*;
use realfft::num_complex::Complex;

loss! {
    /// Frequency L1: how far the spectra of two images are apart.
    ///
    /// ℓ(x, t) = mean |F(x) − F(t)| ("complex"), mean |Re Δ| + |Im Δ| ("reim") or mean ||F(x)| − |F(t)|| ("amplitude")
    ///
    /// F is the unitary discrete Fourier transform of a channel, the mean runs over all frequencies. Shapes:
    /// prediction and target `[n, c, …]` with one to three axes of pixels. One channel of one item is one item of a
    /// mean. In units of the target, ≥ 0; unitary = false multiplies by √pixels. Shifting both images around
    /// their border changes nothing, for "amplitude" shifting one. The slope at equal spectra is 0. Source: paper
    /// 147, whose total is `mae + frequency_l1` with weights of its own.
    pub struct FrequencyL1 = "frequency_l1" {
        /// What is compared.
        compare: Compare = Compare::Complex, finite();
        /// Does the transform keep sums of squares?
        unitary: bool = true, finite();
    }
}

/// What is compared of two spectra.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// The modulus of their difference.
    Complex,
    /// Real and imaginary parts of their difference, each by itself.
    Reim,
    /// Their moduli.
    Amplitude,
}
crate::parameter::choice!(Compare, "\"complex\", \"reim\" or \"amplitude\"",
        "complex" => Complex, "reim" => Reim, "amplitude" => Amplitude);

impl Loss for FrequencyL1 {
    type Kind = Fields;
    const AREA: Area = Area::Image;
    const ALIASES: &'static [&'static str] = &["fft_l1", "fft_l1_loss", "spatial_frequency_loss"];
    const PAPERS: &'static [u16] = &[147];
    const VARIANTS: &'static [&'static str] = &[
        "frequency_l1(compare=\"reim\", unitary=false)",
        "frequency_l1(compare=\"amplitude\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "frequency_l1", prediction: &[0.2, 0.4, 0.6, 0.8], target: &[0.0, 0.5, 0.5, 1.0],
                value: 0.1, source: "record 147" },
        Known { expression: "frequency_l1(compare=\"reim\", unitary=false)", prediction: &[0.2, 0.4, 0.6, 0.8],
                target: &[0.0, 0.5, 0.5, 1.0], value: 0.2, source: "record 147" },
        Known { expression: "frequency_l1(compare=\"amplitude\", unitary=false)", prediction: &[0.2, 0.4, 0.6, 0.8],
                target: &[0.0, 0.5, 0.5, 1.0], value: 0.2, source: "record 147" },
        Known { expression: "frequency_l1", prediction: &[2.0; 9], target: &[0.5; 9], value: 0.5,
                source: "a constant c: c/√pixels" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: self.compare != Compare::Amplitude,
            ..Facts::PLAIN
        }
    }
}

/// Numbers of an image in double precision.
pub(super) fn doubles<T: Float>(image: &[T]) -> Vec<f64> {
    image.iter().map(|x| x.to_f64()).collect()
}

/// |z| without overflow or underflow on the way.
pub(super) fn modulus(z: Complex<f64>) -> f64 {
    z.re.hypot(z.im)
}

/// z/|z|, 0 at 0.
fn direction(z: Complex<f64>) -> Complex<f64> {
    let size = modulus(z);
    if size > 0.0 {
        z / size
    } else {
        Complex::new(0.0, 0.0)
    }
}

fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

impl FrequencyL1 {
    fn share(&self, grid: &Grid) -> f64 {
        let n = grid.len() as f64;
        if self.unitary { 1.0 / n } else { n.sqrt() / n }
    }
}

/// |re + i im| on any number, with slope 0 at 0.
pub(super) fn plain_modulus<S: Real>(re: S, im: S) -> S {
    (re.square() + im.square()).sqrt()
}

impl FieldLoss for FrequencyL1 {
    const TRUTH: Truth = Truth::Numbers;

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        let transform = Transform::new(field.grid);
        let x = plain_spectrum(field.grid, field.values);
        let t = plain_spectrum(field.grid, field.target);
        let mut total = S::lift(0.0);
        for (i, (x, t)) in x.iter().zip(&t).enumerate() {
            let (re, im) = (x[0] - S::lift(t[0]), x[1] - S::lift(t[1]));
            let size = match self.compare {
                Compare::Complex => plain_modulus(re, im),
                Compare::Reim => re.abs() + im.abs(),
                Compare::Amplitude => (plain_modulus(x[0], x[1]) - S::lift(t[0].hypot(t[1]))).abs(),
            };
            total = total + S::lift(transform.times(i)) * size;
        }
        total * S::lift(self.share(field.grid))
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        let transform = Transform::new(field.grid);
        let mut x = transform.spectrum(&doubles(field.values));
        let t = transform.spectrum(&doubles(field.target));
        let share = self.share(field.grid);
        let mut total = 0.0;
        for (i, (x, t)) in x.iter_mut().zip(t).enumerate() {
            let gap = *x - t;
            let (size, slope) = match self.compare {
                Compare::Complex => (modulus(gap), direction(gap)),
                Compare::Reim => (
                    gap.re.abs() + gap.im.abs(),
                    Complex::new(sign(gap.re), sign(gap.im)),
                ),
                Compare::Amplitude => {
                    let gap = modulus(*x) - modulus(t);
                    (gap.abs(), direction(*x) * sign(gap))
                }
            };
            total += transform.times(i) * size;
            *x = slope * share;
        }
        // The transform is unitary: its transpose is its inverse.
        for (s, d) in slopes.iter_mut().zip(transform.image(x)) {
            *s = T::from_f64(d);
        }
        total * share
    }

    fn near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        let transform = Transform::new(field.grid);
        let x = transform.spectrum(field.values);
        let t = transform.spectrum(field.target);
        // Frequencies that are their own mirror image are real.
        let real = |z: &Complex<f64>| z.im.abs() < 1e-12;
        x.iter().zip(&t).any(|(x, t)| {
            let gap = x - t;
            match self.compare {
                Compare::Complex => modulus(gap) < 4.0 * margin,
                Compare::Reim => gap.re.abs() < margin || (!real(&gap) && gap.im.abs() < margin),
                Compare::Amplitude => {
                    modulus(*x) < 4.0 * margin || (modulus(*x) - modulus(*t)).abs() < margin
                }
            }
        })
    }
}
