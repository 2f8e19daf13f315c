//! The inner loops of convolutions: products of weights with one long row, shifted for each of them.

use std::ops::Range;

use super::level::{dispatched, mul_add};

/// Places that the forward kernel computes at a time: two vectors of eight.
pub(super) const PLACES: usize = 16;
/// Places that are computed for one group of outputs after the other: what they read stays in the nearest
/// cache.
const RUN: usize = 4 * PLACES;
/// Output channels that share what is loaded.
pub(super) const OUTPUTS: usize = 4;
/// Columns of the weights whose gradients are summed at a time.
const COLUMNS: usize = 3;
/// Places that are summed in one go for the gradient of the weights: four rows of them stay in the
/// nearest cache.
const STRETCH: usize = 1024;
const LANES: usize = 8;

dispatched! {
    /// All output channels `[outputs, plane]` of a padded image.
    fn convolve = convolve_body(
        input: &[f32],
        offsets: &[usize],
        packed: &[f32],
        output: &mut [f32],
        plane: usize,
    )
}

#[inline(always)]
fn convolve_body<const FUSED: bool>(
    input: &[f32],
    offsets: &[usize],
    packed: &[f32],
    output: &mut [f32],
    plane: usize,
) {
    for start in (0..plane).step_by(RUN) {
        let places = start..plane.min(start + RUN);
        let groups = output.chunks_mut(OUTPUTS * plane);
        for (output, weights) in groups.zip(packed.chunks(OUTPUTS * offsets.len())) {
            let places = places.clone();
            match output.len() / plane {
                1 => group::<1, FUSED>(input, offsets, weights, output, plane, places),
                2 => group::<2, FUSED>(input, offsets, weights, output, plane, places),
                3 => group::<3, FUSED>(input, offsets, weights, output, plane, places),
                _ => group::<OUTPUTS, FUSED>(input, offsets, weights, output, plane, places),
            }
        }
    }
}

/// So many output channels `[N, plane]` at some places.
#[inline(always)]
fn group<const N: usize, const FUSED: bool>(
    input: &[f32],
    offsets: &[usize],
    weights: &[f32],
    output: &mut [f32],
    plane: usize,
    places: Range<usize>,
) {
    let weights = weights.as_chunks::<N>().0;
    for place in places.step_by(PLACES) {
        let here = &input[place..];
        let mut sums = [[0.0; PLACES]; N];
        for (&offset, weights) in offsets.iter().zip(weights) {
            let Some(x) = here[offset..].first_chunk::<PLACES>() else {
                return;
            };
            for n in 0..N {
                for i in 0..PLACES {
                    sums[n][i] = mul_add::<FUSED>(weights[n], x[i], sums[n][i]);
                }
            }
        }
        for n in 0..N {
            let output = &mut output[n * plane..][place..plane];
            match output.first_chunk_mut::<PLACES>() {
                Some(output) => *output = sums[n],
                None => {
                    let count = output.len();
                    output.copy_from_slice(&sums[n][..count]);
                }
            }
        }
    }
}

dispatched! {
    /// Adds to `sums` `[outputs, columns]` the products of each output's gradient with what each
    /// column of the weights reads, summed over all places.
    fn correlate = correlate_body(
        input: &[f32],
        offsets: &[usize],
        gradient: &[f32],
        plane: usize,
        outputs: usize,
        sums: &mut [f32],
    )
}

#[inline(always)]
fn correlate_body<const FUSED: bool>(
    input: &[f32],
    offsets: &[usize],
    gradient: &[f32],
    plane: usize,
    outputs: usize,
    sums: &mut [f32],
) {
    let columns = offsets.len();
    for start in (0..plane).step_by(STRETCH) {
        let length = STRETCH.min(plane - start);
        for first in (0..outputs).step_by(OUTPUTS) {
            let gradient = &gradient[first * plane + start..];
            for column in (0..columns).step_by(COLUMNS) {
                let offsets = &offsets[column..columns.min(column + COLUMNS)];
                let place = first * columns + column;
                let mut add = |n: usize, k: usize, sum: f32| sums[place + n * columns + k] += sum;
                match (outputs - first, offsets) {
                    (4.., &[a, b, c]) => {
                        let sums = products::<4, 3, FUSED>(
                            input,
                            gradient,
                            start,
                            length,
                            plane,
                            [a, b, c],
                        );
                        (0..4).for_each(|n| (0..3).for_each(|k| add(n, k, sums[n][k])));
                    }
                    (outputs, offsets) => {
                        for n in 0..outputs.min(OUTPUTS) {
                            for (k, &offset) in offsets.iter().enumerate() {
                                let gradient = &gradient[n * plane..];
                                let [[sum]] = products::<1, 1, FUSED>(
                                    input,
                                    gradient,
                                    start,
                                    length,
                                    plane,
                                    [offset],
                                );
                                add(n, k, sum);
                            }
                        }
                    }
                }
            }
        }
    }
}

/// For `N` outputs and `K` columns: the sums over so many places from `start` on. The gradient begins
/// there.
#[inline(always)]
fn products<const N: usize, const K: usize, const FUSED: bool>(
    input: &[f32],
    gradient: &[f32],
    start: usize,
    length: usize,
    plane: usize,
    offsets: [usize; K],
) -> [[f32; K]; N] {
    let mut sums = [[[0.0; LANES]; K]; N];
    let gradients: [&[f32]; N] = std::array::from_fn(|n| &gradient[n * plane..][..length]);
    let inputs: [&[f32]; K] = std::array::from_fn(|k| &input[offsets[k] + start..][..length]);
    let whole = length / LANES;
    let gradient_lanes = gradients.map(|gradient| gradient.as_chunks::<LANES>().0);
    let input_lanes = inputs.map(|input| input.as_chunks::<LANES>().0);
    for at in 0..whole {
        let mut g = [[0.0; LANES]; N];
        let mut x = [[0.0; LANES]; K];
        for n in 0..N {
            let Some(lanes) = gradient_lanes[n].get(at) else {
                break;
            };
            g[n] = *lanes;
        }
        for k in 0..K {
            let Some(lanes) = input_lanes[k].get(at) else {
                break;
            };
            x[k] = *lanes;
        }
        for n in 0..N {
            for k in 0..K {
                for i in 0..LANES {
                    sums[n][k][i] = mul_add::<FUSED>(g[n][i], x[k][i], sums[n][k][i]);
                }
            }
        }
    }
    let whole = whole * LANES;
    std::array::from_fn(|n| {
        std::array::from_fn(|k| {
            let rest = (whole..length).map(|at| gradients[n][at] * inputs[k][at]);
            let s = sums[n][k];
            let halves: [f32; 4] = std::array::from_fn(|i| s[i] + s[i + 4]);
            (halves[0] + halves[2]) + (halves[1] + halves[3]) + rest.sum::<f32>()
        })
    })
}
