//! The value of entropic transport on any number, exact to second order.

use super::Sinkhorn;
use crate::kernels::scalar::Real;
use crate::transport::{Cloud, Cost};

/// The dual objective at the potentials that are optimal for `x` and `y` as plain numbers, after one Newton step on `S`.
///
/// At the optimum the objective is flat in the potentials, and one step with the exact curvature brings them to where
/// they move with `x` and `y` to first order; what is left is of the fourth order in the value. NaN if the iterations
/// do not converge.
pub(crate) fn plain_transport<S: Real>(
    settings: &Sinkhorn,
    dimension: usize,
    [x, y]: [&[S]; 2],
    numbers: [&[f64]; 2],
    [a, b]: [&[f64]; 2],
) -> S {
    let [source, target] = [(numbers[0], a), (numbers[1], b)]
        .map(|(points, masses)| Cloud::new(points, dimension).masses(masses));
    let Ok(solved) = settings.solve(source, target) else {
        return S::lift(f64::NAN);
    };
    let epsilon = settings.epsilon;
    let costs: Vec<S> = (0..a.len() * b.len())
        .map(|at| {
            let (i, j) = (at / b.len() * dimension, at % b.len() * dimension);
            let mut square = S::lift(0.0);
            for k in 0..dimension {
                square = square + (x[i + k] - y[j + k]).square();
            }
            match settings.cost {
                Cost::SquaredEuclidean => S::lift(0.5) * square,
                Cost::Euclidean => square.sqrt(),
            }
        })
        .collect();
    let dual = Dual {
        costs: &costs,
        masses: [a, b],
        epsilon,
        rho: settings.rho,
    };
    let start: Vec<f64> = [solved.source_potential.as_slice(), &solved.target_potential].concat();
    let slopes = dual.slopes(&start.iter().map(|f| S::lift(*f)).collect::<Vec<S>>());
    let inverse = inverse(dual.curvature(&solved.coupling(), &start), start.len());
    let moved: Vec<S> = (0..start.len())
        .map(|i| {
            let mut f = S::lift(start[i]);
            for (k, slope) in slopes.iter().enumerate() {
                f = f + S::lift(inverse[i * start.len() + k]) * *slope;
            }
            f
        })
        .collect();
    dual.value(&moved)
}

/// The dual objective of all potentials, those of the source first.
struct Dual<'a, S> {
    costs: &'a [S],
    masses: [&'a [f64]; 2],
    epsilon: f64,
    rho: Option<f64>,
}

impl<S: Real> Dual<'_, S> {
    fn mass(&self, i: usize) -> f64 {
        let [a, b] = self.masses;
        a.get(i).copied().unwrap_or_else(|| b[i - a.len()])
    }

    /// a_i b_j e^((f_i + g_j − C_ij)/ε).
    fn moved(&self, potentials: &[S], i: usize, j: usize) -> S {
        let [a, b] = self.masses;
        let gap = potentials[i] + potentials[a.len() + j] - self.costs[i * b.len() + j];
        S::lift(a[i] * b[j]) * (gap / S::lift(self.epsilon)).exp()
    }

    fn value(&self, potentials: &[S]) -> S {
        let [a, b] = self.masses;
        let mut total = S::lift(0.0);
        for (i, f) in potentials.iter().enumerate() {
            let phi = match self.rho {
                None => *f,
                Some(rho) => S::lift(-rho) * (-*f / S::lift(rho)).exp_m1(),
            };
            total = total + S::lift(self.mass(i)) * phi;
        }
        for i in 0..a.len() {
            for j in 0..b.len() {
                let excess = self.moved(potentials, i, j) - S::lift(a[i] * b[j]);
                total = total - S::lift(self.epsilon) * excess;
            }
        }
        total
    }

    fn slopes(&self, potentials: &[S]) -> Vec<S> {
        let [a, b] = self.masses;
        let mut out: Vec<S> = (0..potentials.len())
            .map(|i| {
                let kept = match self.rho {
                    None => S::lift(1.0),
                    Some(rho) => (-potentials[i] / S::lift(rho)).exp(),
                };
                S::lift(self.mass(i)) * kept
            })
            .collect();
        for i in 0..a.len() {
            for j in 0..b.len() {
                let moved = self.moved(potentials, i, j);
                out[i] = out[i] - moved;
                out[a.len() + j] = out[a.len() + j] - moved;
            }
        }
        out
    }

    /// The negative Hessian at plain potentials, made regular where only the sum of both potentials matters.
    fn curvature(&self, coupling: &[f64], potentials: &[f64]) -> Vec<f64> {
        let [a, b] = self.masses;
        let n = a.len() + b.len();
        let mut out = vec![0.0; n * n];
        for i in 0..a.len() {
            for j in 0..b.len() {
                let (pair, j) = (coupling[i * b.len() + j] / self.epsilon, a.len() + j);
                for (row, column) in [(i, i), (j, j), (i, j), (j, i)] {
                    out[row * n + column] += pair;
                }
            }
        }
        for i in 0..n {
            if let Some(rho) = self.rho {
                out[i * n + i] += self.mass(i) * (-potentials[i] / rho).exp() / rho;
                continue;
            }
            for k in 0..n {
                let sign = if (i < a.len()) == (k < a.len()) {
                    1.0
                } else {
                    -1.0
                };
                out[i * n + k] += sign / (self.epsilon * (n * n) as f64);
            }
        }
        out
    }
}

/// The inverse of a symmetric matrix, by Gauss–Jordan with pivots; what is singular to the last bits is left out.
fn inverse(mut matrix: Vec<f64>, n: usize) -> Vec<f64> {
    let mut out = vec![0.0; n * n];
    for i in 0..n {
        out[i * n + i] = 1.0;
    }
    let size = matrix.iter().fold(0.0, |a: f64, x| a.max(x.abs()));
    for column in 0..n {
        let largest = |a: &usize, b: &usize| {
            matrix[a * n + column]
                .abs()
                .total_cmp(&matrix[b * n + column].abs())
        };
        let pivot = (column..n).max_by(largest).unwrap_or(column);
        let value = matrix[pivot * n + column];
        if value.abs() <= 1e-14 * size {
            continue;
        }
        for k in 0..n {
            matrix.swap(pivot * n + k, column * n + k);
            out.swap(pivot * n + k, column * n + k);
        }
        for k in 0..n {
            matrix[column * n + k] /= value;
            out[column * n + k] /= value;
        }
        for row in (0..n).filter(|row| *row != column) {
            let by = matrix[row * n + column];
            for k in 0..n {
                matrix[row * n + k] -= by * matrix[column * n + k];
                out[row * n + k] -= by * out[column * n + k];
            }
        }
    }
    out
}
