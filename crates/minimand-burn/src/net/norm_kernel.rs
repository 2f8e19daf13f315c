//! Group normalisation with the activation behind it, as plain numbers: forward and backward.

use super::level::{dispatched, mul_add};

const LANES: usize = 8;
/// Numbers that are summed in single precision before they are added in double.
const STRETCH: usize = 512;
/// Keeps the scale of a constant group finite.
const EPSILON: f64 = 1e-5;

/// What follows a normalisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Activation {
    /// max(0, z).
    #[default]
    Relu,
    /// z · σ(z), also called swish.
    Silu,
}

/// Sizes of images `[n, channels, …]` whose channels are normalised in groups.
#[derive(Debug, Clone, Copy)]
pub(super) struct Groups {
    pub(super) channels: usize,
    pub(super) groups: usize,
    pub(super) pixels: usize,
    pub(super) activation: Activation,
}

/// The gradients of a normalisation.
pub(super) struct NormGradients {
    pub(super) images: Vec<f32>,
    pub(super) scale: Vec<f32>,
    pub(super) shift: Vec<f32>,
}

impl Groups {
    /// Of each group: what its numbers deviate from, and the reciprocal of by how much.
    fn moments(&self, group: &[f32]) -> (f32, f32) {
        let count = group.len() as f64;
        let mean = sums(group, group, 0.0).0 / count;
        let variance = squares(group, mean as f32) / count;
        (mean as f32, (1.0 / (variance + EPSILON).sqrt()) as f32)
    }

    /// Numbers of a group of an image.
    fn length(&self) -> usize {
        self.channels / self.groups * self.pixels
    }

    /// Channels of a group of an image, given which group it is, counted over all images.
    fn channels_of(&self, group: usize) -> std::ops::Range<usize> {
        let size = self.channels / self.groups;
        let first = group % self.groups * size;
        first..first + size
    }

    /// The activation of each channel, normalised, times `scale`, plus `shift` (each `[channels]`).
    pub(super) fn forward(&self, images: &[f32], scale: &[f32], shift: &[f32]) -> Vec<f32> {
        let mut result = Vec::with_capacity(images.len());
        let length = self.length();
        for (index, group) in images.chunks_exact(length).enumerate() {
            let (mean, rate) = self.moments(group);
            let channels = group.chunks_exact(self.pixels);
            for (channel, c) in channels.zip(self.channels_of(index)) {
                let factor = scale[c] * rate;
                let offset = shift[c] - mean * factor;
                activate(channel, factor, offset, self.activation, &mut result);
            }
        }
        result
    }

    /// The gradients, given that by the result.
    pub(super) fn backward(
        &self,
        images: &[f32],
        scale: &[f32],
        shift: &[f32],
        gradient: &[f32],
    ) -> NormGradients {
        let mut by_image = vec![0.0; images.len()];
        let mut by_scale = vec![0.0; self.channels];
        let mut by_shift = vec![0.0; self.channels];
        let length = self.length();
        let groups = images
            .chunks_exact(length)
            .zip(gradient.chunks_exact(length))
            .zip(by_image.chunks_exact_mut(length));
        for (index, ((group, gradient), by_image)) in groups.enumerate() {
            let (mean, rate) = self.moments(group);
            // Means over the group of the gradient by what was normalised, and of its products with it.
            let (mut first, mut second) = (0.0, 0.0);
            let channels = group
                .chunks_exact(self.pixels)
                .zip(gradient.chunks_exact(self.pixels))
                .zip(by_image.chunks_exact_mut(self.pixels));
            for (((channel, gradient), by_image), c) in channels.zip(self.channels_of(index)) {
                let factor = scale[c] * rate;
                let offset = shift[c] - mean * factor;
                slope(channel, factor, offset, self.activation, gradient, by_image);
                let (plain, products) = sums(by_image, channel, mean);
                let products = products * f64::from(rate);
                by_shift[c] += plain;
                by_scale[c] += products;
                first += f64::from(scale[c]) * plain;
                second += f64::from(scale[c]) * products;
            }
            let count = length as f64;
            let first = (f64::from(rate) * first / count) as f32;
            let second = (f64::from(rate) * f64::from(rate) * second / count) as f32;
            let channels = group.chunks_exact(self.pixels);
            let results = by_image.chunks_exact_mut(self.pixels);
            for ((channel, by_image), c) in channels.zip(results).zip(self.channels_of(index)) {
                centre(channel, mean, second, scale[c] * rate, first, by_image);
            }
        }
        let narrow = |sums: Vec<f64>| sums.into_iter().map(|x| x as f32).collect();
        NormGradients {
            images: by_image,
            scale: narrow(by_scale),
            shift: narrow(by_shift),
        }
    }
}

dispatched! {
    /// Σ a, and Σ a · (b − mean).
    fn sums = sums_body(a: &[f32], b: &[f32], mean: f32) -> (f64, f64)
}

#[inline(always)]
fn sums_body<const FUSED: bool>(a: &[f32], b: &[f32], mean: f32) -> (f64, f64) {
    let (mut plain, mut products) = (0.0, 0.0);
    for (a, b) in a.chunks(STRETCH).zip(b.chunks(STRETCH)) {
        let (lanes_a, rest_a) = a.as_chunks::<LANES>();
        let (lanes_b, rest_b) = b.as_chunks::<LANES>();
        let mut first = [0.0; LANES];
        let mut second = [0.0; LANES];
        for (a, b) in lanes_a.iter().zip(lanes_b) {
            for i in 0..LANES {
                first[i] += a[i];
                second[i] = mul_add::<FUSED>(a[i], b[i] - mean, second[i]);
            }
        }
        for (i, (a, b)) in rest_a.iter().zip(rest_b).enumerate() {
            first[i] += a;
            second[i] = mul_add::<FUSED>(*a, b - mean, second[i]);
        }
        plain += f64::from(total(first));
        products += f64::from(total(second));
    }
    (plain, products)
}

dispatched! {
    /// Σ (x − mean)².
    fn squares = squares_body(x: &[f32], mean: f32) -> f64
}

#[inline(always)]
fn squares_body<const FUSED: bool>(x: &[f32], mean: f32) -> f64 {
    let stretches = x.chunks(STRETCH).map(|x| {
        let (lanes, rest) = x.as_chunks::<LANES>();
        let mut sums = [0.0; LANES];
        for x in lanes {
            for i in 0..LANES {
                sums[i] = mul_add::<FUSED>(x[i] - mean, x[i] - mean, sums[i]);
            }
        }
        for (i, x) in rest.iter().enumerate() {
            sums[i] = mul_add::<FUSED>(x - mean, x - mean, sums[i]);
        }
        f64::from(total(sums))
    });
    stretches.sum()
}

#[inline(always)]
fn total(s: [f32; LANES]) -> f32 {
    ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

dispatched! {
    /// Appends the activation of `factor · x + offset`.
    fn activate = activate_body(
        x: &[f32],
        factor: f32,
        offset: f32,
        activation: Activation,
        result: &mut Vec<f32>,
    )
}

#[inline(always)]
fn activate_body<const FUSED: bool>(
    x: &[f32],
    factor: f32,
    offset: f32,
    activation: Activation,
    result: &mut Vec<f32>,
) {
    match activation {
        Activation::Relu => result.extend(x.iter().map(|&x| {
            let z = mul_add::<FUSED>(factor, x, offset);
            // Not `max`, which would hide a NaN.
            if z < 0.0 { 0.0 } else { z }
        })),
        Activation::Silu => result.extend(x.iter().map(|&x| {
            let z = mul_add::<FUSED>(factor, x, offset);
            z * sigmoid::<FUSED>(z)
        })),
    }
}

dispatched! {
    /// The gradient by `factor · x + offset`, given that by its activation.
    fn slope = slope_body(
        x: &[f32],
        factor: f32,
        offset: f32,
        activation: Activation,
        gradient: &[f32],
        result: &mut [f32],
    )
}

#[inline(always)]
fn slope_body<const FUSED: bool>(
    x: &[f32],
    factor: f32,
    offset: f32,
    activation: Activation,
    gradient: &[f32],
    result: &mut [f32],
) {
    let entries = result.iter_mut().zip(x).zip(gradient);
    match activation {
        Activation::Relu => entries.for_each(|((y, &x), &gradient)| {
            let z = mul_add::<FUSED>(factor, x, offset);
            *y = if z > 0.0 { gradient } else { 0.0 };
        }),
        Activation::Silu => entries.for_each(|((y, &x), &gradient)| {
            let z = mul_add::<FUSED>(factor, x, offset);
            let upper = sigmoid::<FUSED>(z);
            *y = gradient * upper * mul_add::<FUSED>(z, 1.0 - upper, 1.0);
        }),
    }
}

dispatched! {
    /// `factor · y − constant − linear · (x − mean)` in place of `y`.
    fn centre = centre_body(
        x: &[f32],
        mean: f32,
        linear: f32,
        factor: f32,
        constant: f32,
        y: &mut [f32],
    )
}

#[inline(always)]
fn centre_body<const FUSED: bool>(
    x: &[f32],
    mean: f32,
    linear: f32,
    factor: f32,
    constant: f32,
    y: &mut [f32],
) {
    for (y, x) in y.iter_mut().zip(x) {
        let rest = mul_add::<FUSED>(-linear, x - mean, -constant);
        *y = mul_add::<FUSED>(factor, *y, rest);
    }
}

/// σ(z) to two units in the last place, without a branch, so that loops over it become vector code.
#[inline(always)]
fn sigmoid<const FUSED: bool>(z: f32) -> f32 {
    /// Adding it rounds to a whole number, which its lowest bits then hold.
    const ROUND: f32 = 12_582_912.0;
    // Beyond ±87, e^−z is not a normal number; NaN goes through.
    let x = if -z > 87.0 { 87.0 } else { -z };
    let x = if x < -87.0 { -87.0 } else { x };
    let rounded = mul_add::<FUSED>(x, std::f32::consts::LOG2_E, ROUND);
    let whole = rounded - ROUND;
    // ln 2 in two parts, the first with few enough bits that its product is exact.
    let r = mul_add::<FUSED>(whole, -0.693_359_4, x);
    let r = mul_add::<FUSED>(whole, 2.121_944_4e-4, r);
    // The series of e^r for |r| ≤ ln 2 / 2.
    let mut power = 1.0 / 5040.0;
    for coefficient in [
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ] {
        power = mul_add::<FUSED>(power, r, coefficient);
    }
    let scale = f32::from_bits((rounded.to_bits() << 23).wrapping_add(127 << 23));
    1.0 / mul_add::<FUSED>(power, scale, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sigmoid_is_that_of_double_precision() {
        for i in -20_000..=20_000 {
            let z = i as f32 * 0.005;
            let exact = 1.0 / (1.0 + f64::from(-z).exp());
            for value in [sigmoid::<true>(z), sigmoid::<false>(z)] {
                let error = (f64::from(value) - exact).abs();
                assert!(error <= 3e-7 * exact + 2e-38, "{z}: {value} is not {exact}");
            }
        }
        assert!(sigmoid::<true>(f32::NAN).is_nan());
    }
}
