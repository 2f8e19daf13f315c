//! The shape written out plainly on any number: what the fused drivers are checked against, and what
//! a traced graph records.

use super::{Row, RowFormula};
use crate::kernels::replay::Replay;
use crate::kernels::rows::driver::class_factor;
use crate::kernels::scalar::Real;
use crate::kernels::sym::Sym;

/// A number on which a formula behind its object-safe door can run.
pub(crate) trait Reference: Real {
    fn row(kernel: &dyn RowFormula, row: &Row<Self>) -> Self;
    fn pair(kernel: &dyn RowFormula, other: Self, own: Self) -> Self;
}

impl Reference for Replay {
    fn row(kernel: &dyn RowFormula, row: &Row<Self>) -> Self {
        kernel.replay(row)
    }
    fn pair(kernel: &dyn RowFormula, other: Self, own: Self) -> Self {
        kernel.replay_pair(other, own)
    }
}

impl Reference for Sym {
    fn row(kernel: &dyn RowFormula, row: &Row<Self>) -> Self {
        kernel.trace(row)
    }
    fn pair(kernel: &dyn RowFormula, other: Self, own: Self) -> Self {
        kernel.trace_pair(other, own)
    }
}

/// The target of one row.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ReferenceTarget<'a> {
    Label(usize),
    Soft(&'a [f64]),
}

/// Loss of one row of logits, with class weights, alpha, smoothing and temperature.
pub(crate) fn reference<S: Reference>(
    kernel: &dyn RowFormula,
    logits: &[S],
    target: ReferenceTarget<'_>,
    class_weights: Option<&[f64]>,
) -> S {
    let classes = logits.len();
    let temperature = S::lift(1.0 / kernel.softmax_temperature());
    let z: Vec<S> = logits.iter().map(|&x| x * temperature).collect();
    let smoothing = kernel.smoothing();
    let mut total = S::lift(0.0);
    for k in 0..classes {
        let given = match target {
            ReferenceTarget::Label(label) => f64::from(u8::from(k == label)),
            ReferenceTarget::Soft(t) => t[k],
        };
        let mass = (1.0 - smoothing) * given + smoothing / classes as f64;
        let weight = class_weights.map_or(1.0, |w| w[k]) * class_factor(kernel.class_factors(), k);
        if mass != 0.0 {
            total = total + S::lift(mass * weight) * S::row(kernel, &view(kernel, &z, k));
        }
    }
    total
}

/// The view of class k.
fn view<S: Reference>(kernel: &dyn RowFormula, z: &[S], k: usize) -> Row<S> {
    let zero = S::lift(0.0);
    let sum = |terms: &mut dyn Iterator<Item = S>| terms.reduce(|a, b| a + b).unwrap_or(zero);
    let without_k = || {
        z.iter()
            .enumerate()
            .filter(|(j, _)| *j != k)
            .map(|(_, &x)| x)
    };
    let top = z.iter().skip(1).fold(z[0], |a, &b| a.max(b));
    let rest = sum(&mut without_k().map(|x| (x - top).exp()));
    let own = (z[k] - top).exp();
    let q = rest / (rest + own);
    let direct = z[k] - top - (rest + own).ln();
    Row {
        log_p: S::select_lt(q, S::lift(0.5), (-q).ln_1p(), direct),
        p: own / (rest + own),
        q,
        z: z[k],
        other_sq: sum(&mut without_k().map(|x| x * x)),
        others: sum(&mut without_k().map(|x| S::pair(kernel, x, z[k]))),
        classes: z.len() as f64,
    }
}
