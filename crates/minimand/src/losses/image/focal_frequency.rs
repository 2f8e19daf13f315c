use super::frequency_l1::{doubles, modulus, plain_modulus};
use crate::image::spectrum::{Transform, plain_spectrum};
use crate::prelude::*;

loss! {
    /// Focal frequency loss: squared differences of spectra, weighted towards frequencies that are far off.
    ///
    /// ℓ(x, t) = mean w |Δ|²,  w = |Δ|^α / max |Δ|^α held fixed,  Δ = F(x) − F(t)
    ///
    /// F is the unitary discrete Fourier transform of a channel; the maximum and the mean run over its frequencies.
    /// Shapes: prediction and target `[n, c, …]` with one to three axes of pixels. One channel of one item is one
    /// item of a mean. In squared units of the target, ≥ 0. α = 0 is the mean squared error. Source: Jiang et al.
    /// 2021, with one patch; paper 147.
    pub struct FocalFrequency = "focal_frequency" {
        /// Exponent α of the weight.
        alpha: f64 = 1.0, at_least(0.0);
    }
}

impl Loss for FocalFrequency {
    type Kind = Fields;
    const AREA: Area = Area::Image;
    const ALIASES: &'static [&'static str] = &["focal_frequency_loss", "ffl"];
    const PAPERS: &'static [u16] = &[147];
    const VARIANTS: &'static [&'static str] =
        &["focal_frequency(alpha=2)", "focal_frequency(alpha=0)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "focal_frequency", prediction: &[0.2, 0.4, 0.6, 0.8], target: &[0.0, 0.5, 0.5, 1.0],
                value: 0.0233333333, source: "record 147" },
        Known { expression: "focal_frequency(alpha=0)", prediction: &[0.2, 0.4, 0.6, 0.8],
                target: &[0.0, 0.5, 0.5, 1.0], value: 0.025, source: "Parseval: the mean squared error" },
        Known { expression: "focal_frequency", prediction: &[1.0, 2.0, 3.0, 4.0], target: &[1.0, 2.0, 3.0, 4.0],
                value: 0.0, source: "equal images" },
    ];

    fn facts(&self) -> Facts {
        Facts::PLAIN
    }
}

impl FieldLoss for FocalFrequency {
    const TRUTH: Truth = Truth::Numbers;

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        let transform = Transform::new(field.grid);
        let gaps = field.values.iter().zip(field.target);
        let gaps: Vec<S> = gaps.map(|(&x, &t)| x - S::lift(t)).collect();
        let spectrum = plain_spectrum(field.grid, &gaps);
        let mut largest = S::lift(0.0);
        for &[re, im] in &spectrum {
            largest = largest.max(plain_modulus(re, im));
        }
        let mut total = S::lift(0.0);
        for (i, &[re, im]) in spectrum.iter().enumerate() {
            let weight = (plain_modulus(re, im) / largest).powf(self.alpha);
            let weight = S::select_lt(S::lift(0.0), largest, weight, S::lift(0.0)).detach();
            total = total + S::lift(transform.times(i)) * weight * (re.square() + im.square());
        }
        total * S::lift(1.0 / field.grid.len() as f64)
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        let transform = Transform::new(field.grid);
        let mut gaps = doubles(field.values);
        for (x, t) in gaps.iter_mut().zip(field.target) {
            *x -= t.to_f64();
        }
        let mut spectrum = transform.spectrum(&gaps);
        let largest = spectrum.iter().map(|&z| modulus(z)).fold(0.0, f64::max);
        let share = 1.0 / field.grid.len() as f64;
        let mut total = 0.0;
        for (i, z) in spectrum.iter_mut().enumerate() {
            let weight = match self.alpha {
                0.0 => 1.0,
                _ if largest > 0.0 => (modulus(*z) / largest).powf(self.alpha),
                _ => 0.0,
            };
            total += transform.times(i) * weight * z.norm_sqr();
            *z *= 2.0 * weight * share;
        }
        for (s, d) in slopes.iter_mut().zip(transform.image(spectrum)) {
            *s = T::from_f64(d);
        }
        total * share
    }
}
