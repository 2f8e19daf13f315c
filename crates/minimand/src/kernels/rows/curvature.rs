//! The exact diagonal of the Hessian with respect to the logits.

use super::driver::{class_factor, class_value};
use super::reference::combined;
use super::{Combines, Nested, Row, RowFormula, rival};
use crate::kernels::dual::Dual;
use crate::kernels::scalar::Real;

/// Diagonal of the Hessian of one row's loss; `target[k]` is the target's share of class k after smoothing,
/// `mass[k]` that times class weight and alpha.
///
/// The formula's second derivatives with respect to its statistics come from nested duals; the
/// statistics' own derivatives with respect to a logit are written out here, once for every loss.
pub(crate) fn curvature(
    kernel: &dyn RowFormula,
    logits: &[f64],
    target: &[f64],
    mass: &[f64],
    out: &mut [f64],
) {
    if kernel.row_transform().is_some() || kernel.combines() != Combines::ByTarget {
        return by_duals(kernel, logits, target, mass, out);
    }
    let classes = logits.len();
    let values = kernel.values_by_class();
    let scale = 1.0 / kernel.softmax_temperature();
    let z: Vec<f64> = logits.iter().map(|x| x * scale).collect();
    let top = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let exps: Vec<f64> = z.iter().map(|x| (x - top).exp()).collect();
    let reads = kernel.reads();
    out.fill(0.0);
    for k in (0..classes).filter(|&k| mass[k] != 0.0) {
        let rest: f64 = (0..classes).filter(|&j| j != k).map(|j| exps[j]).sum();
        let sum = rest + exps[k];
        let q = rest / sum;
        let rival = kernel
            .rival_class()
            .map(|rival| rival::in_row::<f64, false>(rival, &z, k));
        let pairs: Vec<[f64; 5]> = if let Some((_, at)) = rival {
            let of = |j| {
                if at == Some(j) {
                    [0.0, 1.0, -1.0, 0.0, 0.0]
                } else {
                    [0.0; 5]
                }
            };
            (0..classes).map(of).collect()
        } else if reads.others {
            (0..classes)
                .map(|j| kernel.pair_second(z[j], z[k]))
                .collect()
        } else {
            vec![[0.0; 5]; classes]
        };
        let over_others = |slot: usize| -> f64 {
            (0..classes)
                .filter(|&j| j != k)
                .map(|j| pairs[j][slot])
                .sum()
        };
        let second = kernel.second(&Row {
            log_p: if q < 0.5 {
                (-q).ln_1p()
            } else {
                z[k] - top - sum.ln()
            },
            p: exps[k] / sum,
            q,
            z: z[k],
            other_sq: (0..classes).filter(|&j| j != k).map(|j| z[j] * z[j]).sum(),
            others: rival.map_or_else(|| over_others(0), |(gap, _)| gap),
            fixed: class_value(&values, k),
            classes: classes as f64,
        });
        for (j, out) in out.iter_mut().enumerate() {
            let own = j == k;
            let p = exps[j] / sum;
            let one_minus_p = if own { q } else { 1.0 - p };
            // First and second derivatives of (ln p_k, z_k, other_sq, others) by z_j.
            let slope = [
                if own { q } else { -p },
                f64::from(u8::from(own)),
                if own { 0.0 } else { 2.0 * z[j] },
                if own { over_others(2) } else { pairs[j][1] },
            ];
            let bend = [
                -p * one_minus_p,
                0.0,
                if own { 0.0 } else { 2.0 },
                if own { over_others(4) } else { pairs[j][3] },
            ];
            let mut total = 0.0;
            for a in 0..4 {
                total += second.first[a] * bend[a];
                for b in 0..4 {
                    total += second.second[a][b] * slope[a] * slope[b];
                }
            }
            *out += mass[k] * total * scale * scale;
        }
    }
}

/// The same where every logit moves every term: the row's loss once for each class, on nested duals.
fn by_duals(
    kernel: &dyn RowFormula,
    logits: &[f64],
    target: &[f64],
    mass: &[f64],
    out: &mut [f64],
) {
    let mut row: Vec<Nested> = logits.iter().map(|&x| Nested::lift(x)).collect();
    for (j, out) in out.iter_mut().enumerate() {
        row[j] = Dual::variable(Dual::variable(logits[j], 0), 0);
        *out = combined(kernel, &row, target, mass).partials[0].partials[0];
        row[j] = Nested::lift(logits[j]);
    }
}

/// The target's share of a class after smoothing.
pub(crate) fn smoothed(kernel: &dyn RowFormula, given: f64, classes: usize) -> f64 {
    let smoothing = kernel.smoothing();
    (1.0 - smoothing) * given + smoothing / classes as f64
}

/// The target's share of each class, with smoothing, class weights and alpha.
pub(crate) fn target_mass(
    kernel: &dyn RowFormula,
    class_weights: Option<&[f64]>,
    given: impl Fn(usize) -> f64,
    out: &mut [f64],
) {
    let classes = out.len();
    for (k, out) in out.iter_mut().enumerate() {
        let mass = smoothed(kernel, given(k), classes);
        *out = mass * class_weights.map_or(1.0, |w| w[k]) * class_factor(kernel.class_factors(), k);
    }
}
