//! Data of the benchmarks, made by a formula that other languages can repeat, the loop of a side that a Python script
//! asks, and a counting allocator.

pub mod allocation;
pub mod side;

/// A number in [0, 1) that looks random, from a position.
pub fn hashed(position: usize) -> f32 {
    let mixed = (position as u32).wrapping_mul(2_654_435_761) ^ 0x9e37_79b9;
    let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x85eb_ca6b);
    ((mixed >> 8) as f32) / ((1u32 << 24) as f32)
}

/// Logits in −5..5.
pub fn logits(n: usize) -> Vec<f32> {
    (0..n).map(|i| 10.0 * hashed(i) - 5.0).collect()
}

/// Numbers in 0..1.
pub fn unit(n: usize) -> Vec<f32> {
    (0..n).map(|i| hashed(i + n)).collect()
}

/// Class labels in 0..c.
pub fn labels(n: usize, c: usize) -> Vec<i64> {
    (0..n).map(|i| ((i * 7919) % c) as i64).collect()
}

/// Labels smoothed by 0.1, as soft labels `[n, c]`.
pub fn probabilities(n: usize, c: usize) -> Vec<f32> {
    let mut soft = vec![0.1 / c as f32; n * c];
    for (row, label) in labels(n, c).into_iter().enumerate() {
        soft[row * c + label as usize] += 0.9;
    }
    soft
}

/// Boxes x1 y1 x2 y2 in 0..15, of sides 1 to 6.
pub fn boxes(n: usize, seed: usize) -> Vec<f32> {
    let corner = |i: usize| {
        let [x, y, width, height] = [0, 1, 2, 3].map(|side| hashed(seed + 4 * i + side));
        let (x, y) = (9.0 * x, 9.0 * y);
        [x, y, x + 1.0 + 5.0 * width, y + 1.0 + 5.0 * height]
    };
    (0..n).flat_map(corner).collect()
}

/// One number for the bits of an array, different if any bit of it is: Σ (2i + 1)·bits_i modulo 2⁶⁴.
pub fn checksum(bits: impl Iterator<Item = u64>) -> u64 {
    bits.zip((1u64..).step_by(2)).fold(0, |sum, (bits, odd)| {
        sum.wrapping_add(bits.wrapping_mul(odd))
    })
}
