//! Points of classes, and how far they are from others: distances of all pairs, and rigid motions.

use minimand_burn::random::{Key, Random};

use crate::data::Labelled;

/// Points with a class each.
#[derive(Debug, Clone)]
pub(super) struct Points {
    rows: Vec<Vec<f64>>,
    labels: Vec<u32>,
}

impl Points {
    /// Embeddings as they are.
    pub(super) fn of(found: &Labelled) -> Self {
        let rows = found.features.chunks_exact(found.columns);
        Self {
            rows: rows
                .map(|row| row.iter().map(|&x| f64::from(x)).collect())
                .collect(),
            labels: found.labels.clone(),
        }
    }

    /// So many in the plane, the classes by turns, each around a place of its own.
    pub(super) fn random(count: usize, classes: usize, key: Key) -> Self {
        let mut random = Random::new(key, 0);
        let mut draw = |scale: f64| [(); 2].map(|()| scale * random.normal());
        let places: Vec<[f64; 2]> = (0..classes).map(|_| draw(2.0)).collect();
        let rows = (0..count).map(|row| {
            let ([x, y], [dx, dy]) = (places[row % classes], draw(0.7));
            vec![x + dx, y + dy]
        });
        Self {
            rows: rows.collect(),
            labels: (0..count).map(|row| (row % classes) as u32).collect(),
        }
    }

    fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.rows.len()).flat_map(|i| (0..i).map(move |j| (i, j)))
    }

    fn distance(&self, i: usize, j: usize) -> f64 {
        let squares = self.rows[i].iter().zip(&self.rows[j]);
        squares.map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt()
    }

    /// The mean distance of two points.
    pub(super) fn mean_distance(&self) -> f64 {
        let sum: f64 = self.pairs().map(|(i, j)| self.distance(i, j)).sum();
        sum / self.pairs().count() as f64
    }

    /// The largest distance within a class, less the smallest between classes, plus the margin: at most 0 if every
    /// triplet is without a loss whatever its anchor.
    pub(super) fn worst_case(&self, margin: f64) -> f64 {
        let (mut largest, mut smallest) = (0.0_f64, f64::INFINITY);
        for (i, j) in self.pairs() {
            match self.labels[i] == self.labels[j] {
                true => largest = largest.max(self.distance(i, j)),
                false => smallest = smallest.min(self.distance(i, j)),
            }
        }
        largest - smallest + margin
    }

    /// By how much the distance of a pair differs at most.
    pub(super) fn isometric_distance(&self, other: &Self) -> f64 {
        self.pairs()
            .map(|(i, j)| (self.distance(i, j) - other.distance(i, j)).abs())
            .fold(0.0, f64::max)
    }

    /// The same points, shaken, with their classes drawn together and apart just so far that no triplet has a loss.
    pub(super) fn separated(&self, margin: f64, key: Key) -> Self {
        let mut random = Random::new(key, 0);
        let classes = self
            .labels
            .iter()
            .max()
            .map_or(0, |&label| label as usize + 1);
        let mut means = vec![[0.0; 2]; classes];
        let mut counts = vec![0.0; classes];
        for (row, &label) in self.rows.iter().zip(&self.labels) {
            let label = label as usize;
            counts[label] += 1.0;
            means[label].iter_mut().zip(row).for_each(|(m, x)| *m += x);
        }
        for (mean, count) in means.iter_mut().zip(counts) {
            mean.iter_mut().for_each(|x| *x /= count);
        }
        // The share of its own deviation that a row keeps falls until the classes are apart; their means go apart, too.
        let shaken: Vec<Vec<f64>> = self
            .rows
            .iter()
            .map(|row| row.iter().map(|x| x + 0.05 * random.normal()).collect())
            .collect();
        let mut found = self.clone();
        for step in 0..=200 {
            let (kept, apart) = (1.0 - f64::from(step) / 200.0, 1.0 + f64::from(step) / 20.0);
            for ((to, row), &label) in found.rows.iter_mut().zip(&shaken).zip(&self.labels) {
                let mean = &means[label as usize];
                for ((to, x), m) in to.iter_mut().zip(row).zip(mean) {
                    *to = apart * m + kept * (x - m);
                }
            }
            if found.worst_case(margin) <= 0.0 {
                break;
            }
        }
        found
    }
}

/// The largest residual of the rigid motion of the plane, reflections allowed, that brings one set of points nearest
/// to another in the mean square: at least the smallest that any motion leaves.
pub(super) fn procrustes(points: &Points, target: &Points) -> f64 {
    let centred = |points: &Points| -> Vec<[f64; 2]> {
        let count = points.rows.len() as f64;
        let mean = [0, 1].map(|axis| points.rows.iter().map(|row| row[axis]).sum::<f64>() / count);
        let rows = points.rows.iter();
        rows.map(|row| [row[0] - mean[0], row[1] - mean[1]])
            .collect()
    };
    let (from, to) = (centred(points), centred(target));
    let fit = |mirror: f64| {
        let pairs = || from.iter().map(|[x, y]| [*x, mirror * y]).zip(&to);
        let along: f64 = pairs().map(|([x, y], [u, v])| x * u + y * v).sum();
        let across: f64 = pairs().map(|([x, y], [u, v])| x * v - y * u).sum();
        let (sine, cosine) = across.atan2(along).sin_cos();
        let residuals = pairs()
            .map(|([x, y], [u, v])| (cosine * x - sine * y - u).hypot(sine * x + cosine * y - v));
        let residuals: Vec<f64> = residuals.collect();
        let squares: f64 = residuals.iter().map(|x| x * x).sum();
        (squares, residuals.into_iter().fold(0.0, f64::max))
    };
    let (plain, mirrored) = (fit(1.0), fit(-1.0));
    if plain.0 <= mirrored.0 {
        plain.1
    } else {
        mirrored.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_as_in_paper_154() {
        let points = |rows: [[f64; 2]; 4]| Points {
            rows: rows.map(|row| row.to_vec()).to_vec(),
            labels: vec![0, 0, 1, 1],
        };
        let f = points([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [4.0, 4.0]]);
        let g = points([[0.0, 0.0], [0.2, 0.0], [5.0, 0.0], [5.0, 0.2]]);
        assert!((f.worst_case(1.0) - 5.0).abs() < 1e-12);
        assert!((f.isometric_distance(&g) - 4.8).abs() < 1e-12);
        assert!((procrustes(&f, &g) - 3.393_598_514).abs() < 1e-8);
    }

    #[test]
    fn separated_points_have_no_loss() {
        for seed in 0..20 {
            let points = Points::random(12, 3, Key::new(seed));
            assert!(points.separated(0.5, Key::new(seed)).worst_case(0.5) <= 0.0);
        }
    }
}
