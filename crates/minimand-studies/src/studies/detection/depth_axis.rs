//! One object somewhere along an axis of depth.

use minimand_burn::random::{Key, Random};

/// Cells along the axis of depth.
pub(super) const CELLS: usize = 32;
/// Objects along the axis of depth.
pub(super) struct Objects {
    /// `[n, CELLS]`
    pub(super) inputs: Vec<f32>,
    /// Middles as they are given, in cells.
    pub(super) depths: Vec<f32>,
    /// The share of each cell that is covered, as it is given, `[n, CELLS]`.
    pub(super) masks: Vec<f32>,
}

impl Objects {
    /// With depths that are off by `noise` times a Student t with 2 degrees of freedom.
    pub(super) fn new(count: usize, length: f64, noise: f64, key: Key) -> Self {
        let mut random = Random::new(key, 0);
        let (mut inputs, mut depths, mut masks) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..count {
            let depth = random.uniform_between(length / 2.0, CELLS as f64 - length / 2.0);
            let covered = mask(depth, length);
            inputs.extend(
                covered
                    .iter()
                    .map(|share| (share + 0.7 * random.normal()) as f32),
            );
            // χ² with 2 degrees of freedom over 2 is exponential.
            let spread = -(1.0 - random.uniform()).ln();
            let given = depth + noise * random.normal() / spread.max(1e-12).sqrt();
            depths.push(given as f32);
            masks.extend(mask(given, length).map(|share| share as f32));
        }
        Self {
            inputs,
            depths,
            masks,
        }
    }
}

fn mask(depth: f64, length: f64) -> [f64; CELLS] {
    let (low, high) = (depth - length / 2.0, depth + length / 2.0);
    std::array::from_fn(|cell| (high.min(cell as f64 + 1.0) - low.max(cell as f64)).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_as_long_as_the_object() {
        let covered = mask(10.25, 3.0);
        assert!((covered.iter().sum::<f64>() - 3.0).abs() < 1e-12);
        let moment: f64 = covered
            .iter()
            .enumerate()
            .map(|(i, p)| p * (i as f64 + 0.5))
            .sum();
        // Cells that are covered in part count by their middles.
        assert!((moment / 3.0 - 10.25).abs() < 0.1);
    }
}
