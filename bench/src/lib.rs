//! Data of the benchmarks, made by a formula that other languages can repeat.

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
