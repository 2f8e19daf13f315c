//! Families of series, window by window.

use minimand_burn::random::{Key, Random};

/// Steps that a forecast sees.
pub(super) const PAST: usize = 24;

/// Windows `[n, PAST]` and the step that follows.
pub(super) struct Windows {
    pub(super) past: Vec<f32>,
    pub(super) next: Vec<f32>,
}

impl Windows {
    /// In other units.
    pub(super) fn divided(mut self, by: f32) -> Self {
        let all = self.past.iter_mut().chain(&mut self.next);
        all.for_each(|x| *x /= by);
        self
    }

    /// Windows of a family, each of a series of its own.
    pub(super) fn draw(part: &str, count: usize, key: Key) -> Self {
        let mut random = Random::new(key, 0);
        let mut windows = Self {
            past: Vec::new(),
            next: Vec::new(),
        };
        for _ in 0..count {
            let phase = std::f64::consts::TAU * random.uniform();
            let slope = random.uniform_between(-1.0, 1.0);
            let size = random.normal().exp();
            let growth = random.uniform_between(0.0, 0.04);
            let mut step = |time: usize| {
                let season = (std::f64::consts::TAU * time as f64 / 12.0 + phase).sin();
                let trend = 10.0 + 3.0 * season + 0.05 * slope * time as f64;
                match part {
                    "seasonal" => trend + random.normal(),
                    "heavy_tails" => {
                        // A normal number over the root of χ²/2 with 2 degrees of freedom.
                        let chi = -(1.0 - random.uniform()).ln();
                        trend + random.normal() / chi.sqrt()
                    }
                    "growth" => {
                        let noise = 0.2 * random.normal();
                        size * (growth * time as f64 + noise).exp() * (1.0 + 0.2 * season)
                    }
                    _ => {
                        let sale = -(1.0 - random.uniform()).ln() * (1.0 + 0.8 * season);
                        if random.uniform() < 0.7 { 0.0 } else { sale }
                    }
                }
            };
            let values: Vec<f32> = (0..=PAST).map(&mut step).map(|x| x as f32).collect();
            windows.past.extend(&values[..PAST]);
            windows.next.push(values[PAST]);
        }
        windows
    }
}
