//! Outlines for the checks: at random, and degenerate ones.

use super::samples::{Random, Sample, Truth};

/// The corners of a box given by five numbers.
fn corners([x, y, width, height, angle]: [f64; 5]) -> Vec<f64> {
    let (sin, cos) = angle.sin_cos();
    let signs = [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]];
    let corner = |[i, j]: [f64; 2]| {
        let (u, v) = (i * width, j * height);
        [x + cos * u - sin * v, y + sin * u + cos * v]
    };
    signs.iter().flat_map(|&sign| corner(sign)).collect()
}

/// A box as the numbers of its outline: five, or the coordinates of its corners.
fn outline(numbers: usize, b: [f64; 5]) -> Vec<f64> {
    let all = if numbers == 5 { b.to_vec() } else { corners(b) };
    // Single precision holds each of them.
    all.iter().map(|&x| f64::from(x as f32)).collect()
}

/// Outlines of so many numbers, predicted and true, most of which overlap.
pub(super) fn sample(numbers: usize, n: usize, random: &mut Random) -> Sample {
    let (mut prediction, mut truth) = (Vec::new(), Vec::new());
    for _ in 0..n {
        for array in [&mut prediction, &mut truth] {
            let at = [random.uniform(0.0, 6.0), random.uniform(0.0, 6.0)];
            let sides = [random.uniform(1.0, 6.0), random.uniform(1.0, 6.0)];
            let mut one = outline(
                numbers,
                [at[0], at[1], sides[0], sides[1], random.uniform(-3.0, 3.0)],
            );
            if numbers != 5 {
                // No longer a rectangle.
                for x in &mut one {
                    *x = f64::from((*x + random.uniform(-0.25, 0.25)) as f32);
                }
            }
            array.extend(one);
        }
    }
    Sample::new(prediction, &[n, numbers], Truth::Dense(truth))
}

/// A true outline for predictions of any kind.
pub(super) fn plain(numbers: usize) -> Vec<f64> {
    outline(numbers, [0.5, 1.0, 2.0, 1.0, 0.25])
}

/// Every pair of some boxes, among them ones without area; whether both are the same box with an area.
pub(super) fn degenerate(numbers: usize) -> Vec<(Sample, bool)> {
    let boxes = [
        [2.0, 2.5, 2.0, 3.0, 0.0],
        [4.0, 2.5, 2.0, 3.0, 0.0], // beside the first
        [2.0, 2.5, 3.0, 2.0, std::f64::consts::FRAC_PI_2], // the first, written otherwise
        [2.0, 2.5, 2.0, 2.0, 0.5], // a square
        [2.0, 2.5, 0.0, 0.0, 0.5], // a point inside
        [9.0, 9.0, 0.0, 0.0, 0.0], // a point apart
        [2.0, 2.5, 2.0, 0.0, 0.0], // flat
        [4.0, 4.0, 8.0, 8.0, 1.0], // around
        [2.0, 2.5, 0.5, 0.5, 1.0], // inside
        [2.0, 2.5, -2.0, -3.0, 0.0], // sides below 0
    ];
    let mut out = Vec::new();
    for (i, a) in boxes.iter().enumerate() {
        for (j, b) in boxes.iter().enumerate() {
            let target = Truth::Dense(outline(numbers, *b));
            let sample = Sample::new(outline(numbers, *a), &[1, numbers], target);
            out.push((sample, i == j && a[2] > 0.0 && a[3] > 0.0));
        }
    }
    out
}
