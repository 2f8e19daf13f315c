//! How far beyond a step to go.

/// Over-relaxation by the rate at which the error falls.
#[derive(Debug)]
pub(super) struct Relaxation {
    omega: f64,
    /// Iterations and error at the start of the current stretch.
    count: usize,
    last: f64,
    /// Rate of the last stretch.
    rate: f64,
    /// Stretches in a row in which the error grew.
    worse: usize,
}

/// Iterations over which the rate of plain steps is measured. Relaxed ones wave, the longer the nearer ω is to 2.
const STRETCH: usize = 5;

impl Default for Relaxation {
    fn default() -> Self {
        Relaxation {
            omega: 1.0,
            count: 0,
            last: f64::INFINITY,
            rate: f64::INFINITY,
            worse: 0,
        }
    }
}

impl Relaxation {
    /// The factor of the next step; 1 is the plain iteration.
    pub(super) fn omega(&self) -> f64 {
        self.omega
    }

    /// Takes note of an error and gives the factor of the next step.
    pub(super) fn next(&mut self, error: f64) -> f64 {
        self.count += 1;
        let stretch = STRETCH.max((4.0 / (2.0 - self.omega)).ceil() as usize);
        if self.count < stretch {
            return self.omega;
        }
        self.count = 0;
        let rate = (error / self.last).powf(1.0 / stretch as f64);
        let steady = (rate - self.rate).abs() <= 0.15 * (1.0 - rate);
        (self.last, self.rate) = (error, rate);
        if !(rate < 1.0) {
            self.worse += 1;
            if self.worse >= 2 {
                (self.omega, self.worse) = (1.0, 0);
            }
            return self.omega;
        }
        self.worse = 0;
        if steady {
            // A rate μ at factor ω belongs to the plain rate λ with (μ + ω − 1)² = λ μ ω²; ω is best at
            // 2/(1 + √(1 − λ)) (Young 1954).
            let plain = (rate + self.omega - 1.0).powi(2) / (rate * self.omega * self.omega);
            let best = 2.0 / (1.0 + (1.0 - plain.min(1.0)).sqrt());
            self.omega = self.omega.max(best.min(1.99));
        }
        self.omega
    }
}
