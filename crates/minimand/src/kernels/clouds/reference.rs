//! The shape by the plain form of its losses: what the fused one is checked against, curvature and graphs.

use super::problem::Gathered;
use super::{CloudObject, CloudProblem, Pair};
use crate::error::Error;
use crate::kernels::dual::Dual;
use crate::kernels::replay::Replay;
use crate::kernels::rows::Nested;
use crate::kernels::scalar::{Float, Real};
use crate::kernels::sym::Sym;

/// A number on which a loss behind its object-safe door can run.
pub(crate) trait Reference: Real {
    fn clouds(kernel: &dyn CloudObject, pair: &Pair<'_, Self>) -> Self;
}

impl Reference for Replay {
    fn clouds(kernel: &dyn CloudObject, pair: &Pair<'_, Self>) -> Self {
        kernel.replay(pair)
    }
}

impl Reference for Sym {
    fn clouds(kernel: &dyn CloudObject, pair: &Pair<'_, Self>) -> Self {
        kernel.trace(pair)
    }
}

/// Unweighted sum over the items that count; `scores` are the predictions on another number.
pub(crate) fn reference<S: Reference>(
    kernel: &dyn CloudObject,
    problem: &CloudProblem<'_, f64>,
    scores: &[S],
) -> Result<S, Error> {
    let mut gathered = Gathered::default();
    let mut total = S::lift(0.0);
    for item in 0..problem.items {
        problem.gather(item, &mut gathered)?;
        if gathered.places.is_empty() {
            continue;
        }
        let own: Vec<S> = gathered
            .places
            .iter()
            .flat_map(|&row| {
                let at = (item * problem.rows + row) * problem.width;
                scores[at..at + problem.width].iter().copied()
            })
            .collect();
        total = total + S::clouds(kernel, &problem.view(item, &gathered, &own));
    }
    Ok(total)
}

/// Diagonal of the Hessian of the weighted sum: the plain form once for each number, on nested duals.
pub(crate) fn curvature(
    kernel: &dyn CloudObject,
    problem: &CloudProblem<'_, f64>,
    scale: f64,
) -> Result<Vec<f64>, Error> {
    let mut gathered = Gathered::default();
    let mut out = vec![0.0; problem.prediction.len()];
    for item in 0..problem.items {
        problem.gather(item, &mut gathered)?;
        let factor = scale * problem.item_weight(item);
        let mut points: Vec<Nested> = gathered.points.iter().map(|&x| Nested::lift(x)).collect();
        for (i, &x) in gathered.points.iter().enumerate() {
            points[i] = Dual::variable(Dual::variable(x, 0), 0);
            let y = kernel.nested(&problem.view(item, &gathered, &points));
            let row = item * problem.rows + gathered.places[i / problem.width];
            out[row * problem.width + i % problem.width] = factor * y.partials[0].partials[0];
            points[i] = Nested::lift(x);
        }
    }
    Ok(out)
}

/// Is any item within `margin` of a kink?
pub(crate) fn near_kink<T: Float>(
    kernel: &dyn CloudObject,
    problem: &CloudProblem<'_, T>,
    margin: f64,
) -> Result<bool, Error> {
    let mut gathered = Gathered::default();
    for item in 0..problem.items {
        problem.gather(item, &mut gathered)?;
        if !gathered.places.is_empty()
            && kernel.is_near_kink(&problem.view(item, &gathered, &gathered.points), margin)
        {
            return Ok(true);
        }
    }
    Ok(false)
}
