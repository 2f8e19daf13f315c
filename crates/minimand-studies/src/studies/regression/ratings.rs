//! Synthetic images of two sets with the scores of their raters.

use minimand::regression::{LevelMass, level_labels};
use minimand_burn::random::{Key, Random};

use super::preferences::LEVELS;
use crate::error::StudyError;

/// Features of an image.
pub(super) const INPUTS: usize = 12;
const RATERS: usize = 8;

/// How a network learns.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Labels {
    /// The level next to the score.
    OneHot,
    /// A distribution over the levels with the mean of the score.
    Soft,
    /// The score itself.
    Number,
}

/// What quality depends on.
pub(super) struct World {
    directions: [Vec<f64>; 3],
}

/// Images with what raters say of them and what is true, on the stretched scale.
pub(super) struct Rated {
    pub(super) features: Vec<f32>,
    pub(super) means: Vec<f64>,
    pub(super) deviations: Vec<f64>,
    pub(super) truth: Vec<f64>,
    /// Of one rater.
    pub(super) spread: Vec<f64>,
}

impl World {
    pub(super) fn new(key: Key) -> Self {
        let mut random = Random::new(key, 0);
        let directions = [0, 1, 2].map(|_| {
            let draws: Vec<f64> = (0..INPUTS).map(|_| random.normal()).collect();
            let length = draws.iter().map(|x| x * x).sum::<f64>().sqrt();
            draws.iter().map(|x| x / length).collect()
        });
        Self { directions }
    }

    /// Images of set A or B with their raters' own scores.
    pub(super) fn draw(&self, count: usize, is_second: bool, key: Key) -> Rated {
        let mut random = Random::new(key, 0);
        let mut rated = Rated {
            features: Vec::new(),
            means: Vec::new(),
            deviations: Vec::new(),
            truth: Vec::new(),
            spread: Vec::new(),
        };
        while rated.means.len() < count {
            let x: Vec<f64> = (0..INPUTS).map(|_| random.normal()).collect();
            let [w, v, u] = [0, 1, 2].map(|index: usize| {
                let pairs = self.directions[index].iter().zip(&x);
                pairs.map(|(d, x)| d * x).sum::<f64>()
            });
            let quality = 3.0 + 1.6 * (w + 0.5 * (2.0 * v).sin()).tanh();
            let deviation = 0.35 + 0.5 / (1.0 + (-2.0 * u).exp());
            if is_second && quality <= 2.6 {
                continue;
            }
            let (quality, deviation) = match is_second {
                true => (0.6 * quality + 0.2, 0.8 * deviation),
                false => (quality, deviation),
            };
            let scores: Vec<f64> = (0..RATERS)
                .map(|_| quality + deviation * random.normal())
                .collect();
            let mean = scores.iter().sum::<f64>() / RATERS as f64;
            let squares: f64 = scores.iter().map(|s| (s - mean).powi(2)).sum();
            rated.features.extend(x.iter().map(|&x| x as f32));
            rated.means.push(mean);
            rated
                .deviations
                .push((squares / (RATERS - 1) as f64).sqrt());
            rated.truth.push(quality);
            rated.spread.push(deviation);
        }
        rated
    }
}

impl Rated {
    pub(super) fn ends(&self) -> (f64, f64) {
        let ends = (f64::INFINITY, f64::NEG_INFINITY);
        let means = self.means.iter();
        means.fold(ends, |(low, high), &m| (low.min(m), high.max(m)))
    }

    /// Scores as they are where `ends` become 1 and 5.
    pub(super) fn stretched(mut self, (low, high): (f64, f64)) -> Self {
        let factor = 4.0 / (high - low);
        let moved = |m: &mut f64| *m = (1.0 + factor * (*m - low)).clamp(1.0, 5.0);
        self.means.iter_mut().chain(&mut self.truth).for_each(moved);
        let both = self.deviations.iter_mut().chain(&mut self.spread);
        both.for_each(|s| *s *= factor);
        self
    }

    /// Labels `[n, LEVELS]` or the scores `[n]`.
    pub(super) fn labels(&self, labels: Labels) -> Result<Vec<f32>, StudyError> {
        let wide = match labels {
            Labels::Number => self.means.clone(),
            Labels::Soft => level_labels(
                &self.means,
                &self.deviations,
                LEVELS,
                LevelMass::Density,
                true,
            )?,
            Labels::OneHot => {
                let hot = |mean: &f64| {
                    let own = mean.round() as usize;
                    (1..=LEVELS).map(move |level| f64::from(u8::from(level == own)))
                };
                self.means.iter().flat_map(hot).collect()
            }
        };
        Ok(wide.into_iter().map(|x| x as f32).collect())
    }
}
