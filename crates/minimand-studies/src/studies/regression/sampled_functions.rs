//! Functions of one variable whose targets are sampled evenly or around a peak.

use minimand::regression::Bins;
use minimand_burn::random::{Key, Random};

use crate::error::StudyError;

/// Bins of the target.
pub(super) const CLASSES: usize = 16;

/// Places and targets.
#[derive(Default)]
pub(super) struct Items {
    pub(super) x: Vec<f32>,
    pub(super) y: Vec<f32>,
}

/// A function with many items of it, bin by bin.
pub(super) struct Pool {
    pub(super) bins: Bins,
    items: Vec<Vec<(f64, f64)>>,
    /// The bin where peaked samples peak.
    pub(super) peak: usize,
}

impl Pool {
    pub(super) fn new(key: Key) -> Result<Self, StudyError> {
        let mut random = Random::new(key, 0);
        let [a, b] = [(0.3, 0.7), (0.7, 1.3)].map(|(l, h)| random.uniform_between(l, h));
        let [c, d] = [(8.0, 16.0), (2.0, 4.0)].map(|(l, h)| random.uniform_between(l, h));
        let f = |x: f64| a * (c * x).sin() + b * (d * x).sin();
        let grid = (0..=1000).map(|i| f(f64::from(i) / 500.0 - 1.0));
        let (low, high) = grid.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), y| {
            (l.min(y), h.max(y))
        });
        let bins = Bins::equal(-1.0, 1.0, CLASSES)?;
        let mut items = vec![Vec::new(); CLASSES];
        for _ in 0..20_000 {
            let x = random.uniform_between(-1.0, 1.0);
            let y = 2.0 * (f(x) - low) / (high - low) - 1.0 + 0.1 * random.normal();
            items[bins.index(y)].push((x, y));
        }
        Ok(Self {
            bins,
            items,
            peak: 3 + random.below(CLASSES - 6),
        })
    }

    /// Items whose bins are drawn with these chances.
    pub(super) fn draw(&self, count: usize, chances: &[f64], key: Key) -> Items {
        let mut random = Random::new(key, 0);
        let mut drawn = Items::default();
        for _ in 0..count {
            let of_bin = &self.items[random.weighted(chances)];
            let (x, y) = of_bin[random.below(of_bin.len())];
            drawn.x.push(x as f32);
            drawn.y.push(y as f32);
        }
        drawn
    }

    /// The chance of each bin; a bin that the function never reaches has none.
    pub(super) fn chances(&self, peaked: Option<(f64, f64)>) -> Vec<f64> {
        let centres = self.bins.centres();
        let chance = |centre: f64| match peaked {
            None => 1.0,
            Some((width, floor)) => {
                let z = (centre - centres[self.peak]) / width;
                (-0.5 * z * z).exp() + floor
            }
        };
        let bins = self.items.iter().zip(&centres);
        bins.map(|(items, &centre)| {
            if items.is_empty() {
                0.0
            } else {
                chance(centre)
            }
        })
        .collect()
    }

    /// The mean squared error in each bin; NaN without items.
    pub(super) fn errors(&self, items: &Items, predicted: &[f32]) -> Vec<f64> {
        let mut sums = vec![(0.0, 0.0); CLASSES];
        for (&y, &found) in items.y.iter().zip(predicted) {
            let sum = &mut sums[self.bins.index(f64::from(y))];
            sum.0 += f64::from(y - found).powi(2);
            sum.1 += 1.0;
        }
        sums.into_iter().map(|(sum, count)| sum / count).collect()
    }
}
