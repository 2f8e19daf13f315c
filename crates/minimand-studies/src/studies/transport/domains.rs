//! Domains of positive series with a season, which differ in noise, trend and season.

use minimand_burn::random::{Key, Random};

/// Steps that a forecast sees, and steps ahead.
pub(super) const PAST: usize = 24;
pub(super) const AHEAD: usize = 6;

/// What series of a domain have in common; shares of their level.
pub(super) struct Domain {
    pub(super) season: f64,
    /// In 24 steps.
    pub(super) trend: f64,
    pub(super) noise: f64,
    /// Correlation of the noise from step to step.
    pub(super) colour: f64,
}

/// The domains that are trained on.
pub(super) static SOURCES: [Domain; 3] = [
    Domain {
        season: 0.1,
        trend: 0.2,
        noise: 0.03,
        colour: 0.0,
    },
    Domain {
        season: 0.25,
        trend: -0.1,
        noise: 0.06,
        colour: 0.5,
    },
    Domain {
        season: 0.15,
        trend: 0.0,
        noise: 0.05,
        colour: 0.8,
    },
];

/// One that is not.
pub(super) static UNSEEN: Domain = Domain {
    season: 0.35,
    trend: 0.3,
    noise: 0.08,
    colour: 0.9,
};

/// Windows `[n, PAST]` less 1 and what follows `[n, AHEAD]`, both divided by the mean of the window.
#[derive(Default)]
pub(super) struct Windows {
    pub(super) past: Vec<f32>,
    pub(super) ahead: Vec<f32>,
}

impl Windows {
    /// Each of a series of its own.
    pub(super) fn draw(domain: &Domain, count: usize, key: Key) -> Self {
        let mut random = Random::new(key, 0);
        let mut windows = Self::default();
        for _ in 0..count {
            let phase = std::f64::consts::TAU * random.uniform();
            let trend = domain.trend + 0.05 * random.normal();
            let season = domain.season * random.uniform_between(0.7, 1.3);
            let fresh = domain.noise * (1.0 - domain.colour * domain.colour).sqrt();
            let mut noise = domain.noise * random.normal();
            let mut values = Vec::new();
            for time in 0..PAST + AHEAD {
                noise = domain.colour * noise + fresh * random.normal();
                let angle = std::f64::consts::TAU * time as f64 / 12.0 + phase;
                let slope = trend * (time as f64 / PAST as f64 - 0.5);
                values.push((1.0 + slope + season * angle.sin() + noise).max(0.05));
            }
            let mean = values[..PAST].iter().sum::<f64>() / PAST as f64;
            let scaled: Vec<f32> = values.iter().map(|x| (x / mean) as f32).collect();
            windows.past.extend(scaled[..PAST].iter().map(|x| x - 1.0));
            windows.ahead.extend(&scaled[PAST..]);
        }
        windows
    }
}
