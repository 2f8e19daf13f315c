//! Classes that differ in few of many directions, and vary most in all others.

use minimand_burn::random::{Key, Random};

use crate::data::Labelled;

pub(super) const COLUMNS: usize = 40;
/// Directions in which classes differ.
const TELLING: usize = 8;
/// Standard deviations: of classes and within a class in the telling directions, and of everything in the others.
const BETWEEN: f64 = 0.7;
const WITHIN: f64 = 0.35;
const NUISANCE: f64 = 1.0;

/// A normal distribution for each class; no column shows the telling directions by itself.
pub(super) struct HiddenClasses {
    /// `[classes, TELLING]`
    places: Vec<f64>,
    /// Mirrors one behind the other, which turn the axes at random: unit vectors `[_, COLUMNS]`.
    mirrors: Vec<f64>,
}

impl HiddenClasses {
    pub(super) fn new(classes: usize, key: Key) -> Self {
        let mut random = Random::new(key, 0);
        let places = (0..classes * TELLING).map(|_| BETWEEN * random.normal());
        let places = places.collect();
        let mut mirrors: Vec<f64> = (0..COLUMNS * COLUMNS).map(|_| random.normal()).collect();
        for mirror in mirrors.chunks_exact_mut(COLUMNS) {
            let length = mirror.iter().map(|x| x * x).sum::<f64>().sqrt();
            mirror.iter_mut().for_each(|x| *x /= length);
        }
        Self { places, mirrors }
    }

    /// So many rows of each class.
    pub(super) fn sample(&self, rows: usize, key: Key) -> Labelled {
        let mut random = Random::new(key, 0);
        let (mut features, mut labels) = (Vec::new(), Vec::new());
        for (label, place) in self.places.chunks_exact(TELLING).enumerate() {
            for _ in 0..rows {
                let telling = place.iter().map(|place| place + WITHIN * random.normal());
                let mut row: Vec<f64> = telling.collect();
                row.resize_with(COLUMNS, || NUISANCE * random.normal());
                for mirror in self.mirrors.chunks_exact(COLUMNS) {
                    let along: f64 = row.iter().zip(mirror).map(|(x, m)| x * m).sum();
                    row.iter_mut()
                        .zip(mirror)
                        .for_each(|(x, m)| *x -= 2.0 * along * m);
                }
                features.extend(row.iter().map(|&x| x as f32));
                labels.push(label as u32);
            }
        }
        Labelled {
            features,
            columns: COLUMNS,
            labels,
            classes: self.places.len() / TELLING,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_keep_lengths_and_rows_of_a_class_are_little_nearer() {
        let data = HiddenClasses::new(3, Key::new(1)).sample(400, Key::new(2));
        let square = |a: usize, b: usize| -> f64 {
            let pairs = data.row(a).iter().zip(data.row(b));
            pairs.map(|(x, y)| f64::from(x - y).powi(2)).sum()
        };
        // Neighbours are of one class but for the last row of each.
        let same: f64 = (0..399).map(|row| square(row, row + 1)).sum::<f64>() / 399.0;
        let expected =
            2.0 * (TELLING as f64 * WITHIN.powi(2) + (COLUMNS - TELLING) as f64 * NUISANCE.powi(2));
        assert!((same / expected - 1.0).abs() < 0.06, "{same} {expected}");
        let other: f64 = (0..400).map(|row| square(row, row + 400)).sum::<f64>() / 400.0;
        assert!(other > same && other < 1.6 * same, "{other} {same}");
    }
}
