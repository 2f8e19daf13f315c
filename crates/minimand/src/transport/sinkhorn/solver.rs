//! The iterations: potentials whose coupling has the marginals that it shall have.
//!
//! ε comes down from the largest cost by factors of four, with a step in the logarithmic domain at each. At its own ε a
//! [kernel](super::balance) is kept and scaled if it fits, else all steps are logarithmic.

use super::passes::{Kernel, column_weights, softmin};
use super::relaxation::Relaxation;
use crate::transport::costs::{Costs, padded};

/// Entries of the largest kernel that is kept, 512 MiB; beyond, every iteration is one in the logarithmic domain and
/// memory is linear in the numbers of points.
const KEPT: usize = 1 << 26;

/// Scales of a kernel stay within e^±this: what its entries lost to underflow does not count.
pub(super) const SCALE: f64 = 50.0;

/// Factor from one ε of the schedule to the next.
const STEP: f64 = 0.25;

/// Most iterations at an ε of the schedule, and the error that is near enough to go on to the next. A potential moves by
/// about ε in an iteration: what is left to do at one ε takes four times as many at the next.
const STAGE: usize = 20;
const ROUGH: f64 = 0.1;

/// What is solved.
pub(super) struct Problem<'a> {
    pub(super) costs: Costs<'a>,
    /// The same costs, columns for rows.
    pub(super) transposed: Costs<'a>,
    pub(super) source: &'a [f64],
    pub(super) target: &'a [f64],
    pub(super) epsilon: f64,
    /// What a missed marginal costs; `None` if it must not be missed.
    pub(super) rho: Option<f64>,
    pub(super) tolerance: f64,
    pub(super) iterations: usize,
}

/// Where the iterations ended.
#[derive(Debug, Clone)]
pub(super) struct Solved {
    /// Potential of the columns; a half step gives the rows'.
    pub(super) target: Vec<f64>,
    pub(super) iterations: usize,
    pub(super) error: f64,
}

/// Iterations that reached their cap, and the error there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stalled {
    pub(super) iterations: usize,
    pub(super) error: f64,
    pub(super) tolerance: f64,
}

/// Σ mass |e^(moved) − 1| over the mass: of a row that a potential moves by so many ε, the share that it is off.
pub(super) fn off(masses: &[f64], moved: impl Fn(usize) -> f64) -> f64 {
    let total: f64 = masses.iter().sum();
    let each = masses.iter().enumerate().filter(|(_, m)| **m > 0.0);
    each.map(|(i, m)| m * moved(i).min(SCALE).exp_m1().abs())
        .sum::<f64>()
        / total
}

impl Problem<'_> {
    /// 1 if marginals must be met, less the less it costs to miss them.
    pub(super) fn damping(&self, epsilon: f64) -> f64 {
        self.rho.map_or(1.0, |rho| rho / (rho + epsilon))
    }

    /// The tolerance, or what rounding leaves of potentials as large as the costs; an error if that is all.
    fn tolerance(&self, bound: f64) -> Result<f64, Stalled> {
        let rounding = 16.0 * f64::EPSILON * bound / self.epsilon;
        if rounding <= 1e-2 {
            return Ok(self.tolerance.max(rounding));
        }
        Err(Stalled {
            iterations: 0,
            error: rounding,
            tolerance: self.tolerance,
        })
    }

    /// The potentials of the rows that are best for those of the columns.
    pub(super) fn rows(&self, g: &[f64], epsilon: f64, shares: Option<&mut [f64]>) -> Vec<f64> {
        let weights = column_weights(self.target, g, epsilon);
        softmin(&self.costs, &weights, epsilon, shares, None)
    }

    pub(super) fn columns(&self, f: &[f64], epsilon: f64) -> Vec<f64> {
        let weights = column_weights(self.source, f, epsilon);
        let mut g = softmin(&self.transposed, &weights, epsilon, None, None);
        let damping = self.damping(epsilon);
        g.iter_mut().for_each(|g| *g *= damping);
        g
    }

    fn keeps(&self) -> bool {
        self.costs
            .rows()
            .saturating_mul(padded(self.costs.columns()))
            <= KEPT
    }

    /// ε from the largest cost down to its own.
    fn schedule(&self, bound: f64) -> impl Iterator<Item = f64> {
        let own = self.epsilon;
        std::iter::successors(Some(bound), |e| Some(e * STEP)).take_while(move |e| *e > own)
    }

    /// Potentials of both sides.
    pub(super) fn solve(&self) -> Result<Solved, Stalled> {
        self.solve_with(self.keeps())
    }

    /// With or without a kernel that is kept.
    pub(super) fn solve_with(&self, keeps: bool) -> Result<Solved, Stalled> {
        let bound = self.costs.bound();
        let tolerance = self.tolerance(bound)?;
        let mut f = vec![0.0; self.source.len()];
        for epsilon in self.schedule(bound) {
            let damping = self.damping(epsilon);
            for _ in 0..STAGE {
                let g = self.columns(&f, epsilon);
                let best: Vec<f64> = self
                    .rows(&g, epsilon, None)
                    .iter()
                    .map(|best| damping * best)
                    .collect();
                let error = off(self.source, |i| (f[i] - best[i]) / epsilon);
                f = best;
                if error <= ROUGH {
                    break;
                }
            }
        }
        let g = self.columns(&f, self.epsilon);
        let (target, iterations, error) = match keeps {
            true => self.with_kernel(g, tolerance),
            false => self.without_kernel(f, g, tolerance),
        };
        if !(error <= tolerance) {
            return Err(Stalled {
                iterations,
                error,
                tolerance,
            });
        }
        Ok(Solved {
            target,
            iterations,
            error,
        })
    }

    /// Iterations in the logarithmic domain alone: the columns' potential, how many there were, and the error.
    fn without_kernel(
        &self,
        mut f: Vec<f64>,
        mut g: Vec<f64>,
        tolerance: f64,
    ) -> (Vec<f64>, usize, f64) {
        let damping = self.damping(self.epsilon);
        let mut relaxation = Relaxation::default();
        let (mut iterations, mut error) = (0, f64::INFINITY);
        while iterations < self.iterations && !(error <= tolerance) {
            iterations += 1;
            let best = self.rows(&g, self.epsilon, None);
            error = off(self.source, |i| (f[i] - damping * best[i]) / self.epsilon);
            let omega = relaxation.next(error);
            for (f, best) in f.iter_mut().zip(&best) {
                *f += omega * (damping * best - *f);
            }
            g = self.columns(&f, self.epsilon);
        }
        (g, iterations, error)
    }

    /// The potential of a cloud with itself: the mean of two half steps, which converges at a rate of a half or better.
    pub(super) fn solve_symmetric(&self) -> Result<Solved, Stalled> {
        let bound = self.costs.bound();
        let tolerance = self.tolerance(bound)?;
        let mut f = vec![0.0; self.source.len()];
        let mean = |f: &mut Vec<f64>, best: &[f64], damping: f64| {
            for (f, best) in f.iter_mut().zip(best) {
                *f = 0.5 * (*f + damping * best);
            }
        };
        for epsilon in self.schedule(bound) {
            let best = self.rows(&f, epsilon, None);
            mean(&mut f, &best, self.damping(epsilon));
        }
        let epsilon = self.epsilon;
        let damping = self.damping(epsilon);
        let stride = padded(self.costs.columns());
        let mut shares = match self.keeps() {
            true => vec![0.0; self.costs.rows() * stride],
            false => Vec::new(),
        };
        let (mut iterations, mut error) = (0, f64::INFINITY);
        let mut scales = vec![0.0; stride];
        let mut sums = Vec::new();
        while iterations < self.iterations && !(error <= tolerance) {
            iterations += 1;
            let kept = (!shares.is_empty()).then_some(&mut shares[..]);
            let best = self.rows(&f, epsilon, kept);
            error = off(self.source, |i| (f[i] - damping * best[i]) / epsilon);
            let base = f.clone();
            mean(&mut f, &best, damping);
            if shares.is_empty() {
                continue;
            }
            let mut kernel = Kernel::new(&shares, stride);
            while iterations < self.iterations && !(error <= tolerance) {
                let by = |i: usize| (f[i] - base[i]) / epsilon;
                if (0..f.len()).any(|i| !(by(i).abs() <= SCALE)) {
                    break;
                }
                for (i, scale) in scales.iter_mut().enumerate().take(f.len()) {
                    *scale = by(i).exp();
                }
                iterations += 1;
                kernel.pass(&scales, &mut sums, |_, _| 0.0, &mut []);
                if sums.iter().any(|s| !(*s > 0.0)) {
                    break;
                }
                let best: Vec<f64> = best
                    .iter()
                    .zip(&sums)
                    .map(|(best, s)| best - epsilon * s.ln())
                    .collect();
                error = off(self.source, |i| (f[i] - damping * best[i]) / epsilon);
                mean(&mut f, &best, damping);
            }
        }
        if !(error <= tolerance) {
            return Err(Stalled {
                iterations,
                error,
                tolerance,
            });
        }
        Ok(Solved {
            target: f,
            iterations,
            error,
        })
    }
}
