//! Between rows in memory and rows in lanes.

use super::driver::Chunk;
use crate::kernels::lanes::LANES;
use crate::kernels::scalar::Float;

/// Eight numbers, one per row of a group.
pub(super) type Group<T> = [T; LANES];

/// Reads a group of up to eight rows, class by class. Missing rows repeat the last one: any numbers
/// that the formula can take would do.
#[inline(always)]
pub(super) fn gather<T: Float>(
    from: &[T],
    chunk: &Chunk<'_, T>,
    first: usize,
    rows: usize,
    out: &mut [Group<T>],
) {
    let classes = out.len();
    if chunk.class_stride == 1 && rows == LANES {
        // Slices of a known length: the inner loop has no bounds checks.
        let mut row: [&[T]; LANES] = [&[]; LANES];
        for (i, row) in row.iter_mut().enumerate() {
            *row = &from[(first + i) * classes..][..classes];
        }
        for (class, out) in out.iter_mut().enumerate() {
            *out = [
                row[0][class],
                row[1][class],
                row[2][class],
                row[3][class],
                row[4][class],
                row[5][class],
                row[6][class],
                row[7][class],
            ];
        }
    } else if chunk.row_stride == 1 && rows == LANES {
        for (class, out) in out.iter_mut().enumerate() {
            out.copy_from_slice(&from[first + class * chunk.class_stride..][..LANES]);
        }
    } else {
        for (class, out) in out.iter_mut().enumerate() {
            for (i, out) in out.iter_mut().enumerate() {
                let row = first + i.min(rows - 1);
                *out = from[row * chunk.row_stride + class * chunk.class_stride];
            }
        }
    }
}

/// Writes a group of up to eight rows, class by class.
#[inline(always)]
pub(super) fn scatter<T: Float>(
    from: &[Group<T>],
    row_stride: usize,
    class_stride: usize,
    first: usize,
    rows: usize,
    to: &mut [T],
) {
    let classes = from.len();
    if class_stride == 1 {
        let part = &mut to[first * classes..][..rows * classes];
        for (i, row) in part.chunks_exact_mut(classes).enumerate() {
            for (to, from) in row.iter_mut().zip(from) {
                *to = from[i % LANES];
            }
        }
    } else if row_stride == 1 && rows == LANES {
        for (class, from) in from.iter().enumerate() {
            to[first + class * class_stride..][..LANES].copy_from_slice(from);
        }
    } else {
        for (class, from) in from.iter().enumerate() {
            for (i, &x) in from.iter().enumerate().take(rows) {
                to[(first + i) * row_stride + class * class_stride] = x;
            }
        }
    }
}
