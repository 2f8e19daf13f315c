//! Costs between two sets of points, a row at a time.
//!
//! The costs of points are computed as they are read and never kept: in few dimensions that is cheaper than reading
//! them from memory, and in many it is rare, because [the iterations](super::sinkhorn) keep a kernel instead.

use super::cloud::{Cloud, Cost};
use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::scalar::Real;

/// Points in two layouts.
#[derive(Debug)]
pub(super) struct Side {
    /// Point by point.
    pub(super) points: Vec<f64>,
    /// Coordinate by coordinate, each padded to whole lanes.
    pub(super) columns: Vec<f64>,
    pub(super) n: usize,
    pub(super) dimension: usize,
}

/// A length in whole lanes.
pub(super) fn padded(n: usize) -> usize {
    n.next_multiple_of(LANES)
}

impl Side {
    pub(super) fn new(cloud: &Cloud<'_>) -> Self {
        let (n, dimension) = (cloud.len(), cloud.dimension);
        let stride = padded(n);
        let mut columns = vec![0.0; stride * dimension];
        for (i, point) in cloud.points.chunks(dimension).enumerate() {
            for (k, x) in point.iter().enumerate() {
                columns[k * stride + i] = *x;
            }
        }
        Side {
            points: cloud.points.to_vec(),
            columns,
            n,
            dimension,
        }
    }
}

/// The costs from the rows' points to the columns' points.
#[derive(Debug, Clone, Copy)]
pub(super) enum Costs<'a> {
    /// Of points.
    Points {
        rows: &'a Side,
        columns: &'a Side,
        cost: Cost,
    },
    /// Given ones, each row padded to whole lanes.
    Given {
        entries: &'a [f64],
        rows: usize,
        columns: usize,
    },
}

impl Costs<'_> {
    pub(super) fn rows(&self) -> usize {
        match self {
            Costs::Points { rows, .. } => rows.n,
            Costs::Given { rows, .. } => *rows,
        }
    }

    pub(super) fn columns(&self) -> usize {
        match self {
            Costs::Points { columns, .. } => columns.n,
            Costs::Given { columns, .. } => *columns,
        }
    }

    /// No cost is larger.
    pub(super) fn bound(&self) -> f64 {
        match self {
            Costs::Points {
                rows,
                columns,
                cost,
            } => {
                let widest = |k: usize| {
                    let of = |side: &Side| {
                        let all = side.points.iter().skip(k).step_by(side.dimension);
                        all.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], &x| {
                            [low.min(x), high.max(x)]
                        })
                    };
                    let (a, b) = (of(rows), of(columns));
                    (a[1] - b[0]).max(b[1] - a[0])
                };
                cost.of_square((0..rows.dimension).map(|k| widest(k).powi(2)).sum())
            }
            Costs::Given { entries, .. } => entries.iter().fold(0.0, |a: f64, c| a.max(c.abs())),
        }
    }
}

/// Writes the costs of row `i` to `out`, which has whole lanes; what lies beyond the last column is finite.
#[inline(always)]
pub(super) fn read_row<const FUSED: bool>(costs: &Costs<'_>, i: usize, out: &mut [f64]) {
    match costs {
        Costs::Points {
            rows,
            columns,
            cost,
        } => {
            let stride = out.len();
            let point = &rows.points[i * rows.dimension..(i + 1) * rows.dimension];
            for at in (0..stride).step_by(LANES) {
                let mut square = Lanes::<f64, FUSED>::splat(0.0);
                for (k, &x) in point.iter().enumerate() {
                    let y = Lanes::load(&columns.columns[k * stride + at..]);
                    let d = Lanes::splat(x) - y;
                    square = square.plus_product(d, d);
                }
                let cost = match cost {
                    Cost::SquaredEuclidean => square * Lanes::splat(0.5),
                    Cost::Euclidean => square.sqrt(),
                };
                cost.store(&mut out[at..]);
            }
        }
        Costs::Given { entries, .. } => {
            let stride = out.len();
            out.copy_from_slice(&entries[i * stride..(i + 1) * stride]);
        }
    }
}
