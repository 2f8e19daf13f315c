//! Two normal classes with covariances of their own.

use minimand_burn::random::{Key, Random};

use crate::data::Labelled;

const DIMENSIONS: usize = 10;

/// A class of normal rows: its mean and a map `[DIMENSIONS, DIMENSIONS]` of standard ones.
pub(super) struct Normal {
    pub(super) mean: Vec<f64>,
    map: Vec<f64>,
}

impl Normal {
    fn new(mean: Vec<f64>, random: &mut Random) -> Self {
        let mut map = Vec::new();
        for row in 0..DIMENSIONS {
            // Deviations fall by equal factors; a random mixture turns them.
            let scale = 1.4 * (0.3_f64 / 1.4).powf(row as f64 / (DIMENSIONS - 1) as f64);
            let draws: Vec<f64> = (0..DIMENSIONS).map(|_| random.normal()).collect();
            let length = draws.iter().map(|x| x * x).sum::<f64>().sqrt();
            map.extend(draws.iter().map(|x| scale * x / length));
        }
        Self { mean, map }
    }

    fn draw(&self, random: &mut Random) -> Vec<f32> {
        let mut row = self.mean.clone();
        for direction in self.map.chunks_exact(DIMENSIONS) {
            let along = random.normal();
            row.iter_mut()
                .zip(direction)
                .for_each(|(x, d)| *x += along * d);
        }
        row.iter().map(|&x| x as f32).collect()
    }

    /// `[DIMENSIONS, DIMENSIONS]`
    pub(super) fn covariance(&self) -> Vec<f64> {
        let entry = |at: usize| {
            let rows = self.map.chunks_exact(DIMENSIONS);
            rows.map(|row| row[at / DIMENSIONS] * row[at % DIMENSIONS])
                .sum()
        };
        (0..DIMENSIONS * DIMENSIONS).map(entry).collect()
    }
}

/// Two classes whose means are 2.5 apart.
pub(super) fn normals(key: Key) -> [Normal; 2] {
    let mut random = Random::new(key, 0);
    let draws: Vec<f64> = (0..DIMENSIONS).map(|_| random.normal()).collect();
    let length = draws.iter().map(|x| x * x).sum::<f64>().sqrt();
    [-1.25, 1.25].map(|side| {
        let mean = draws.iter().map(|x| side * x / length).collect();
        Normal::new(mean, &mut random)
    })
}

/// So many rows of each class.
pub(super) fn sampled(classes: &[Normal; 2], count: usize, key: Key) -> Labelled {
    let mut random = Random::new(key, 0);
    let rows = (0..2 * count).flat_map(|row| classes[row % 2].draw(&mut random));
    Labelled {
        features: rows.collect(),
        columns: DIMENSIONS,
        labels: (0..2 * count as u32).map(|row| row % 2).collect(),
        classes: 2,
    }
}
