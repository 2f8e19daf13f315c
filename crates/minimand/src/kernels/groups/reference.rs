//! The shape by the plain form of its losses: what the fused one is checked against, curvature and graphs.

use super::problem::Gathered;
use super::{Group, GroupObject, GroupProblem};
use crate::error::Error;
use crate::kernels::dual::Dual;
use crate::kernels::replay::Replay;
use crate::kernels::rows::Nested;
use crate::kernels::scalar::{Float, Real};
use crate::kernels::sym::Sym;

/// A number on which a loss behind its object-safe door can run.
pub(crate) trait Reference: Real {
    fn group(kernel: &dyn GroupObject, group: &Group<'_, Self>) -> Self;
}

impl Reference for Replay {
    fn group(kernel: &dyn GroupObject, group: &Group<'_, Self>) -> Self {
        kernel.replay(group)
    }
}

impl Reference for Sym {
    fn group(kernel: &dyn GroupObject, group: &Group<'_, Self>) -> Self {
        kernel.trace(group)
    }
}

/// Unweighted sum over the groups that count; `scores` are the predictions on another number.
pub(crate) fn reference<S: Reference>(
    kernel: &dyn GroupObject,
    problem: &GroupProblem<'_, f64>,
    scores: &[S],
) -> Result<S, Error> {
    let mut gathered = Gathered::default();
    let mut total = S::lift(0.0);
    for group in 0..problem.groups {
        if !problem.gather_counting(kernel, group, &mut gathered)? {
            continue;
        }
        let own: Vec<S> = gathered
            .positions
            .iter()
            .flat_map(|&p| scores[p..p + problem.classes].iter().copied())
            .collect();
        total = total + S::group(kernel, &with_scores(&problem.view(&gathered), &own));
    }
    Ok(total)
}

fn with_scores<'a, S>(group: &Group<'a, f64>, scores: &'a [S]) -> Group<'a, S> {
    Group {
        scores,
        values: group.values,
        targets: group.targets,
        weights: group.weights,
        classes: group.classes,
    }
}

/// Diagonal of the Hessian of the weighted sum: the plain form once for each score, on nested duals.
pub(crate) fn curvature(
    kernel: &dyn GroupObject,
    problem: &GroupProblem<'_, f64>,
    scale: f64,
) -> Result<Vec<f64>, Error> {
    let mut gathered = Gathered::default();
    let mut out = vec![0.0; problem.prediction.len()];
    for group in 0..problem.groups {
        if !problem.gather_counting(kernel, group, &mut gathered)? {
            continue;
        }
        let factor = scale * problem.group_weight(group);
        let mut scores: Vec<Nested> = gathered.scores.iter().map(|&x| Nested::lift(x)).collect();
        for (i, &x) in gathered.scores.iter().enumerate() {
            scores[i] = Dual::variable(Dual::variable(x, 0), 0);
            let y = kernel.nested(&with_scores(&problem.view(&gathered), &scores));
            let position = gathered.positions[i / problem.classes] + i % problem.classes;
            out[position] = factor * y.partials[0].partials[0];
            scores[i] = Nested::lift(x);
        }
    }
    Ok(out)
}

/// Is any group within `margin` of a kink?
pub(crate) fn near_kink<T: Float>(
    kernel: &dyn GroupObject,
    problem: &GroupProblem<'_, T>,
    margin: f64,
) -> Result<bool, Error> {
    let mut gathered = Gathered::default();
    for group in 0..problem.groups {
        if problem.gather_counting(kernel, group, &mut gathered)?
            && kernel.is_near_kink(&problem.view(&gathered), margin)
        {
            return Ok(true);
        }
    }
    Ok(false)
}
