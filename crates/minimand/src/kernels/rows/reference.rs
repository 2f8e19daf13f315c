//! The shape written out plainly on any number: what the fused drivers are checked against, and what
//! a traced graph records.

use super::{Combines, Nested, Row, RowFormula, rival, transform};
use crate::kernels::replay::Replay;
use crate::kernels::rows::curvature::{smoothed, target_mass};
use crate::kernels::rows::driver::class_value;
use crate::kernels::scalar::Real;
use crate::kernels::sym::Sym;

/// A number on which a formula behind its object-safe door can run.
pub(crate) trait Reference: Real {
    fn row(kernel: &dyn RowFormula, row: &Row<Self>) -> Self;
    fn pair(kernel: &dyn RowFormula, other: Self, own: Self) -> Self;
    fn link(kernel: &dyn RowFormula, x: Self) -> Self;
}

impl Reference for Replay {
    fn row(kernel: &dyn RowFormula, row: &Row<Self>) -> Self {
        kernel.replay(row)
    }
    fn pair(kernel: &dyn RowFormula, other: Self, own: Self) -> Self {
        kernel.replay_pair(other, own)
    }
    fn link(kernel: &dyn RowFormula, x: Self) -> Self {
        kernel.replay_link(x)
    }
}

impl Reference for Sym {
    fn row(kernel: &dyn RowFormula, row: &Row<Self>) -> Self {
        kernel.trace(row)
    }
    fn pair(kernel: &dyn RowFormula, other: Self, own: Self) -> Self {
        kernel.trace_pair(other, own)
    }
    fn link(kernel: &dyn RowFormula, x: Self) -> Self {
        kernel.trace_link(x)
    }
}

impl Reference for Nested {
    fn row(kernel: &dyn RowFormula, row: &Row<Self>) -> Self {
        kernel.nested(row)
    }
    fn pair(_kernel: &dyn RowFormula, _other: Self, _own: Self) -> Self {
        Nested::lift(0.0)
    }
    fn link(kernel: &dyn RowFormula, x: Self) -> Self {
        kernel.nested_link(x)
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
    let mut mass = vec![0.0; logits.len()];
    let given = |k: usize| match target {
        ReferenceTarget::Label(label) => f64::from(u8::from(k == label)),
        ReferenceTarget::Soft(t) => t[k],
    };
    target_mass(kernel, class_weights, given, &mut mass);
    let plain: Vec<f64> = (0..logits.len())
        .map(|k| smoothed(kernel, given(k), logits.len()))
        .collect();
    combined(kernel, logits, &plain, &mass)
}

/// Loss of one row: `target` is smoothed, `mass` is weighted too.
pub(super) fn combined<S: Reference>(
    kernel: &dyn RowFormula,
    logits: &[S],
    target: &[f64],
    mass: &[f64],
) -> S {
    let temperature = S::lift(1.0 / kernel.softmax_temperature());
    let (z, by_row) = match kernel.row_transform() {
        Some(map) => transform::plainly(&map, logits, |x| S::link(kernel, x)),
        None => (logits.to_vec(), None),
    };
    let z: Vec<S> = z.iter().map(|&x| x * temperature).collect();
    let combines = kernel.combines();
    let values = kernel.values_by_class();
    let (mut total, mut all) = (S::lift(0.0), S::lift(0.0));
    for k in 0..z.len() {
        if mass[k] == 0.0 && combines == Combines::ByTarget {
            continue;
        }
        let mut row = view(kernel, &z, k);
        row.fixed = match (combines, by_row) {
            (Combines::Every | Combines::Present, _) => S::lift(target[k]),
            (_, Some(fixed)) => fixed,
            _ => S::lift(class_value(&values, k)),
        };
        let term = S::row(kernel, &row);
        all = all + term;
        total = total + S::lift(mass[k]) * term;
    }
    match combines {
        Combines::ByTarget => total,
        Combines::Every | Combines::Present => S::lift(mass.iter().sum()) * all,
        Combines::Normalised => total / all,
    }
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
        others: match kernel.rival_class() {
            Some(rival) => rival::plainly(rival, z, k),
            None => sum(&mut without_k().map(|x| S::pair(kernel, x, z[k]))),
        },
        fixed: zero,
        classes: z.len() as f64,
    }
}
