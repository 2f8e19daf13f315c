//! Iterations with a kernel that is kept: exp((f_i + g_j − C_ij)/ε) with the potentials absorbed.
//!
//! Far from the optimum the kernel is scaled by rows and columns, an iteration being a product with a matrix and not an
//! exponential for each pair, with over-relaxation by the observed rate (Thibault et al. 2021). Before a scale leaves
//! the range in which nothing is lost, the potentials absorb it. Near the optimum Newton steps of the dual take over,
//! whose systems conjugate gradients solve with the same products: where the coupling is almost a permutation, scaling
//! alone needs e^(gap/ε) iterations. A step that does not help is shortened, then taken back.

use super::passes::Kernel;
use super::relaxation::Relaxation;
use super::solver::{Problem, SCALE, off};
use crate::transport::costs::padded;

/// The error below which Newton steps are tried.
const NEAR: f64 = 0.1;

/// Scaling iterations before the first of them, and between them where they do not help (then twice as many).
const BATCH: usize = 20;

/// Most products for one Newton step.
const CONJUGATE: usize = 500;

/// A Newton step on the columns' potential that is being tried.
struct Step {
    from: Vec<f64>,
    by: Vec<f64>,
    /// The share of it that is made.
    share: f64,
    /// The error before it.
    error: f64,
}

impl Step {
    fn to(&self) -> Vec<f64> {
        let each = self.from.iter().zip(&self.by);
        each.map(|(from, by)| from + self.share * by).collect()
    }
}

impl Problem<'_> {
    /// Share of its mass that a point keeps, if its potential is the best for the other side's.
    fn kept(&self, potential: f64) -> f64 {
        self.rho.map_or(1.0, |rho| (-potential / rho).exp())
    }

    /// The columns' potential from where it is, how many iterations there were, and the error.
    pub(super) fn with_kernel(&self, mut g: Vec<f64>, tolerance: f64) -> (Vec<f64>, usize, f64) {
        let (epsilon, damping) = (self.epsilon, self.damping(self.epsilon));
        let stride = padded(self.target.len());
        let mut shares = vec![0.0; self.source.len() * stride];
        let (mut columns, mut sums, ones) = (vec![0.0; stride], Vec::new(), vec![1.0; stride]);
        let total: f64 = self.target.iter().sum();
        let mut relaxation = Relaxation::default();
        let (mut iterations, mut batch, mut error) = (0, BATCH, f64::INFINITY);
        let (mut tried, mut plain): (Option<Step>, bool) = (None, false);
        while iterations < self.iterations {
            iterations += 1;
            let best = self.rows(&g, epsilon, Some(&mut shares));
            let mut kernel = Kernel::new(&shares, stride);
            // The rows are met; what is missed is in the columns.
            let moved: Vec<f64> = (self.source.iter().zip(&best))
                .map(|(a, best)| a * self.kept(damping * best))
                .collect();
            kernel.pass(&ones, &mut sums, |i, _| moved[i], &mut columns);
            let want: Vec<f64> = self
                .target
                .iter()
                .zip(&g)
                .map(|(b, g)| b * self.kept(*g))
                .collect();
            let missed = want
                .iter()
                .zip(&columns)
                .map(|(want, got)| (want - got).abs());
            error = missed.sum::<f64>() / total;
            if error <= tolerance {
                break;
            }
            if let Some(mut step) = tried.take()
                && !(error <= (1.0 - 0.1 * step.share) * step.error)
            {
                if step.share > 0.05 {
                    step.share *= 0.25;
                    g = step.to();
                    tried = Some(step);
                } else {
                    (g, plain, batch) = (step.from, true, 2 * batch);
                }
                continue;
            }
            let left = self.iterations - iterations;
            if error < NEAR && !plain {
                let (by, made) = self.newton(&mut kernel, &moved, &want, &columns, error, left);
                iterations += made;
                let step = Step {
                    from: g,
                    by,
                    share: 1.0,
                    error,
                };
                g = step.to();
                tried = Some(step);
                continue;
            }
            plain = false;
            let start = best
                .iter()
                .map(|best| (damping - 1.0) * best / epsilon)
                .collect();
            let mut scaling = Scaling {
                problem: self,
                base: [&best, &g],
                scales: [start, vec![0.0; g.len()]],
                damping,
            };
            iterations += scaling.run(&shares, left.min(batch), 0.5 * tolerance, &mut relaxation);
            let scaled = best.iter().zip(&scaling.scales[0]);
            let f: Vec<f64> = scaled.map(|(best, by)| best + epsilon * by).collect();
            g = self.columns(&f, epsilon);
        }
        (g, iterations, error)
    }

    /// The Newton step of the dual as a function of the columns' potential, with the rows' at its best: S x = ε (want −
    /// columns), S = diag(columns + (ε/ρ) want) − (1 − ε/(ρ + ε)) Kᵀ diag(moved) K for the kernel K with rows of sum 1. By
    /// conjugate gradients, as exactly as the distance from the optimum deserves; and how many products it took.
    fn newton(
        &self,
        kernel: &mut Kernel<'_>,
        moved: &[f64],
        want: &[f64],
        columns: &[f64],
        error: f64,
        most: usize,
    ) -> (Vec<f64>, usize) {
        let (m, epsilon, damping) = (want.len(), self.epsilon, self.damping(self.epsilon));
        let soft = self.rho.map_or(0.0, |rho| epsilon / rho);
        let diagonal: Vec<f64> = columns
            .iter()
            .zip(want)
            .map(|(c, w)| c + soft * w)
            .collect();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let condition = |residual: &[f64]| -> Vec<f64> {
            let each = residual.iter().zip(&diagonal);
            each.map(|(r, d)| if *d > 0.0 { r / d } else { 0.0 })
                .collect()
        };
        let mut x = vec![0.0; m];
        let mut residual: Vec<f64> = want
            .iter()
            .zip(columns)
            .map(|(w, c)| epsilon * (w - c))
            .collect();
        let mut z = condition(&residual);
        let mut size = dot(&residual, &z);
        let enough = size * error.min(1e-2);
        let mut direction = vec![0.0; columns.len()];
        direction[..m].copy_from_slice(&z);
        let (mut sums, mut product) = (Vec::new(), vec![0.0; columns.len()]);
        let most = most.min(4 * m + 20).min(CONJUGATE);
        for made in 0..most {
            kernel.pass(&direction, &mut sums, |i, sum| moved[i] * sum, &mut product);
            for (j, p) in product.iter_mut().enumerate().take(m) {
                *p = diagonal[j] * direction[j] - damping * *p;
            }
            let curvature = dot(&direction[..m], &product[..m]);
            if !(curvature > 0.0) {
                return (x, made + 1);
            }
            let step = size / curvature;
            for j in 0..m {
                x[j] += step * direction[j];
                residual[j] -= step * product[j];
            }
            z = condition(&residual);
            let next = dot(&residual, &z);
            if next <= enough {
                return (x, made + 1);
            }
            for j in 0..m {
                direction[j] = z[j] + next / size * direction[j];
            }
            size = next;
        }
        (x, most)
    }
}

/// Scales on top of absorbed potentials, as logarithms: potential = base + ε · scale.
struct Scaling<'a, 'p> {
    problem: &'a Problem<'p>,
    /// The rows' softmin that the kernel is normalised by, and the columns' potential.
    base: [&'a [f64]; 2],
    scales: [Vec<f64>; 2],
    damping: f64,
}

impl Scaling<'_, '_> {
    /// Iterates until the marginals are met, a scale leaves its range or `left` iterations are made, and says how many were.
    fn run(
        &mut self,
        shares: &[f64],
        left: usize,
        tolerance: f64,
        relaxation: &mut Relaxation,
    ) -> usize {
        let Problem {
            source,
            target,
            epsilon,
            ..
        } = *self.problem;
        let mut kernel = Kernel::new(shares, padded(target.len()));
        let start = self.scales[0].clone();
        let (mut sums, mut columns) = (Vec::new(), vec![0.0; padded(target.len())]);
        let mut factors = vec![0.0; columns.len()];
        let damping = self.damping;
        // What a scale comes to if the other side's sum is s: damped towards the potential 0.
        let best = |base: f64, s: f64| -(1.0 - damping) * base / epsilon - damping * s.ln();
        for made in 0..left {
            for (factor, v) in factors.iter_mut().zip(&self.scales[1]) {
                *factor = v.exp();
            }
            let omega = relaxation.omega();
            let base = self.base;
            let u = &self.scales[0];
            let relaxed = |i: usize, sum: f64| u[i] + omega * (best(base[0][i], sum) - u[i]);
            let weigh = |i: usize, sum: f64| source[i] * relaxed(i, sum).exp();
            kernel.pass(&factors, &mut sums, weigh, &mut columns);
            // A sum that vanished has no logarithm; the logarithmic domain has one.
            let gone = sums.iter().any(|s| !(*s > 0.0 && s.is_finite()));
            let lost = |(t, b): (&f64, &f64)| *b > 0.0 && !(*t > 0.0 && t.is_finite());
            if gone || columns.iter().zip(target).any(lost) {
                return made;
            }
            let rows_off = off(source, |i| u[i] - best(base[0][i], sums[i]));
            let next: Vec<f64> = sums
                .iter()
                .enumerate()
                .map(|(i, s)| relaxed(i, *s))
                .collect();
            let [u, v] = &mut self.scales;
            let column = |j: usize| best(base[1][j], columns[j] / target[j]);
            let columns_off = off(target, |j| v[j] - column(j));
            *u = next;
            for j in 0..v.len() {
                if target[j] > 0.0 {
                    v[j] += omega * (column(j) - v[j]);
                }
            }
            // The first pass finds rows that are met to the last bit: their half step made the kernel.
            let error = rows_off.max(columns_off);
            relaxation.next(error);
            let far = |(u, start): (&f64, &f64)| !((u - start).abs() <= SCALE);
            if error <= tolerance
                || self.scales[0].iter().zip(&start).any(far)
                || self.scales[1].iter().any(|v| !(v.abs() <= SCALE))
            {
                return made + 1;
            }
        }
        left
    }
}
