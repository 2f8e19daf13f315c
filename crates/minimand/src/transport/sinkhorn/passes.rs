//! The passes over all pairs of points that the iterations are made of: rows in blocks over threads, columns in lanes.
//!
//! Blocks depend on shapes only and what they add up is added in their order, so that any number of threads gives the
//! same bits.

use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::level::{Level, dispatch};
use crate::kernels::parallel;
use crate::transport::Cost;
use crate::transport::costs::{Costs, padded, read_row};

/// Pairs of one task: enough work that waking a thread pays.
const TASK: usize = 1 << 15;

/// Rows of a task.
fn block(stride: usize) -> usize {
    (TASK / stride.max(1)).max(1)
}

/// Logarithms of the weights of the columns: ln b_j + g_j/ε, and −∞ beyond the last.
pub(super) fn column_weights(masses: &[f64], potential: &[f64], epsilon: f64) -> Vec<f64> {
    let mut out = vec![f64::NEG_INFINITY; padded(masses.len())];
    for ((out, b), g) in out.iter_mut().zip(masses).zip(potential) {
        *out = b.ln() + g / epsilon;
    }
    out
}

/// Where a pass writes what it finds of some rows.
struct Rows<'t> {
    first: usize,
    softmin: &'t mut [f64],
    /// Shares of the columns, `[rows, stride]`.
    shares: Option<&'t mut [f64]>,
    /// Σ_j share_j ∂cost/∂x, `[rows, dimension]`.
    slopes: Option<&'t mut [f64]>,
}

/// For every row −ε ln Σ_j exp(weight_j − C_ij/ε), the softest minimum of C − g over the columns; and, where they are
/// asked for, the shares that the columns have in it, and the means of the costs' slopes by these shares.
pub(super) fn softmin(
    costs: &Costs<'_>,
    weights: &[f64],
    epsilon: f64,
    shares: Option<&mut [f64]>,
    slopes: Option<&mut [f64]>,
) -> Vec<f64> {
    let (n, stride) = (costs.rows(), weights.len());
    let mut out = vec![0.0; n];
    let rows = block(stride);
    let width = slopes.as_ref().map_or(0, |s| s.len() / n.max(1));
    let mut shares = shares.map(|s| s.chunks_mut(rows * stride));
    let mut slopes = slopes.map(|s| s.chunks_mut((rows * width).max(1)));
    let mut tasks: Vec<Rows<'_>> = out
        .chunks_mut(rows)
        .enumerate()
        .map(|(task, softmin)| Rows {
            first: task * rows,
            softmin,
            shares: shares.as_mut().and_then(Iterator::next),
            slopes: slopes.as_mut().and_then(Iterator::next),
        })
        .collect();
    let level = Level::detect();
    let fresh = || [vec![0.0; stride], vec![0.0; stride]];
    parallel::run(&mut tasks, fresh, |buffers, task| {
        dispatch!(level, [] softmin_rows::<>(
            costs: &Costs<'_>, weights: &[f64], epsilon: f64, buffers: &mut [Vec<f64>; 2], task: &mut Rows<'_>));
    });
    out
}

#[inline(always)]
fn softmin_rows<const FUSED: bool>(
    costs: &Costs<'_>,
    weights: &[f64],
    epsilon: f64,
    buffers: &mut [Vec<f64>; 2],
    task: &mut Rows<'_>,
) {
    let [costs_of_row, shares] = buffers;
    let (stride, inverse) = (weights.len(), Lanes::<f64, FUSED>::splat(1.0 / epsilon));
    for row in 0..task.softmin.len() {
        read_row::<FUSED>(costs, task.first + row, costs_of_row);
        let mut top = Lanes::<f64, FUSED>::splat(f64::NEG_INFINITY);
        for at in (0..stride).step_by(LANES) {
            let c = Lanes::<f64, FUSED>::load(&costs_of_row[at..]);
            let t = Lanes::load(&weights[at..]) - c * inverse;
            top = top.maximum(t);
            t.store(&mut shares[at..]);
        }
        let top = top.largest();
        let largest = Lanes::<f64, FUSED>::splat(top);
        let mut sums = Lanes::<f64, FUSED>::splat(0.0);
        for at in (0..stride).step_by(LANES) {
            let t = Lanes::<f64, FUSED>::load(&shares[at..]);
            let e = (t - largest).exp_nonpositive();
            sums = sums + e;
            e.store(&mut shares[at..]);
        }
        let sum = sums.sum();
        task.softmin[row] = -epsilon * (top + sum.ln());
        let norm = 1.0 / sum;
        if let Some(out) = &mut task.shares {
            let out = &mut out[row * stride..(row + 1) * stride];
            let norm = Lanes::<f64, FUSED>::splat(norm);
            for at in (0..stride).step_by(LANES) {
                (Lanes::<f64, FUSED>::load(&shares[at..]) * norm).store(&mut out[at..]);
            }
        }
        if let (
            Some(slopes),
            Costs::Points {
                rows,
                columns,
                cost,
            },
        ) = (&mut task.slopes, costs)
        {
            let dimension = rows.dimension;
            let point = (task.first + row) * dimension;
            let zero = Lanes::<f64, FUSED>::splat(0.0);
            for k in 0..dimension {
                let x = Lanes::<f64, FUSED>::splat(rows.points[point + k]);
                let mut sums = zero;
                for at in (0..stride).step_by(LANES) {
                    let y = Lanes::load(&columns.columns[k * stride + at..]);
                    let share = Lanes::load(&shares[at..]);
                    let pull = match cost {
                        Cost::SquaredEuclidean => share,
                        Cost::Euclidean => {
                            let c = Lanes::<f64, FUSED>::load(&costs_of_row[at..]);
                            Lanes::select_eq(c, zero, zero, share / c)
                        }
                    };
                    sums = sums.plus_product(pull, x - y);
                }
                slopes[row * dimension + k] = norm * sums.sum();
            }
        }
    }
}

/// Some rows of the kernel, with what a pass makes of them. Made once for a kernel and kept from pass to pass.
struct Scaled<'t> {
    first: usize,
    shares: &'t [f64],
    sums: Vec<f64>,
    /// Σ over the rows of factor · share, for each column.
    columns: Vec<f64>,
}

/// A kernel whose rows and columns are scaled.
pub(super) struct Kernel<'t> {
    tasks: Vec<Scaled<'t>>,
    stride: usize,
}

impl<'t> Kernel<'t> {
    pub(super) fn new(shares: &'t [f64], stride: usize) -> Self {
        let rows = block(stride);
        let tasks = shares.chunks(rows * stride).enumerate();
        Kernel {
            tasks: tasks
                .map(|(task, shares)| Scaled {
                    first: task * rows,
                    shares,
                    sums: vec![0.0; shares.len() / stride],
                    columns: Vec::new(),
                })
                .collect(),
            stride,
        }
    }

    /// Multiplies by the scales of the columns (whole lanes), turns each row's sum into a factor by `factor`, and gives
    /// the sums of the columns by these factors.
    pub(super) fn pass(
        &mut self,
        scales: &[f64],
        sums: &mut Vec<f64>,
        factor: impl Fn(usize, f64) -> f64 + Sync,
        columns: &mut [f64],
    ) {
        let (level, stride) = (Level::detect(), self.stride);
        let wanted = !columns.is_empty();
        parallel::run(
            &mut self.tasks,
            || (),
            |(), task| {
                let Scaled {
                    shares,
                    sums,
                    columns,
                    first,
                } = task;
                let shares: &[f64] = shares;
                let sums: &mut [f64] = sums;
                columns.clear();
                if wanted {
                    columns.resize(stride, 0.0);
                }
                let columns: &mut [f64] = columns;
                // A row at a time: it is still in the nearest cache when the columns are added up.
                for (row, (shares, sum)) in shares.chunks(stride).zip(sums).enumerate() {
                    *sum = dot(level, shares, scales);
                    if wanted {
                        add(level, shares, factor(*first + row, *sum), columns);
                    }
                }
            },
        );
        sums.clear();
        columns.fill(0.0);
        for task in &self.tasks {
            sums.extend_from_slice(&task.sums);
            for (sum, part) in columns.iter_mut().zip(&task.columns) {
                *sum += part;
            }
        }
    }
}

fn dot(level: Level, a: &[f64], b: &[f64]) -> f64 {
    dispatch!(level, [] inner_product::<>(a: &[f64], b: &[f64]) -> f64)
}

fn add(level: Level, from: &[f64], by: f64, to: &mut [f64]) {
    dispatch!(level, [] add_scaled::<>(from: &[f64], by: f64, to: &mut [f64]));
}

#[inline(always)]
fn inner_product<const FUSED: bool>(a: &[f64], b: &[f64]) -> f64 {
    let zero = Lanes::<f64, FUSED>::splat(0.0);
    let (mut even, mut odd) = (zero, zero);
    let mut at = 0;
    while at + 2 * LANES <= a.len() {
        even = even.plus_product(Lanes::load(&a[at..]), Lanes::load(&b[at..]));
        odd = odd.plus_product(Lanes::load(&a[at + LANES..]), Lanes::load(&b[at + LANES..]));
        at += 2 * LANES;
    }
    if at < a.len() {
        even = even.plus_product(Lanes::load(&a[at..]), Lanes::load(&b[at..]));
    }
    (even + odd).sum()
}

#[inline(always)]
fn add_scaled<const FUSED: bool>(from: &[f64], by: f64, to: &mut [f64]) {
    let by = Lanes::<f64, FUSED>::splat(by);
    for at in (0..from.len()).step_by(LANES) {
        let sum = Lanes::<f64, FUSED>::load(&to[at..]);
        sum.plus_product(by, Lanes::load(&from[at..]))
            .store(&mut to[at..]);
    }
}
