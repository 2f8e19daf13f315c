//! Matrix products of one block, cut into tasks by shape alone: the same bits for any number of threads.
//!
//! The kernels of `gemm` do the products: on blocks of 128 rows they are as fast as MKL and a fifth faster than
//! `matrixmultiply`, and Burn brings them into the workspace anyway (`faer`, whose kernels were slower here,
//! compiles for minutes). They run inside our tasks with no threads of their own: they would cut the work by the
//! number of threads, and with it the order of the sums.

use crate::kernels::parallel;
use crate::kernels::scalar::Float;
use gemm_common::Parallelism;
use std::any::TypeId;
use std::ops::Range;

/// Classes that one task of the logits or of the weight's gradient takes, at most.
const STRIP: usize = 1024;
/// Parts into which the sum over the classes is cut for the states' gradient, at most.
const SEGMENTS: usize = 8;
/// Least classes of such a part.
const SEGMENT: usize = 512;

/// A matrix in a slice.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a, T> {
    values: &'a [T],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a, T: Float> Matrix<'a, T> {
    /// A row-major matrix that is all of the slice, but for spare rows behind its end.
    pub(crate) fn new(values: &'a [T], rows: usize, columns: usize) -> Self {
        Matrix {
            values,
            rows,
            columns,
            row_stride: columns,
            column_stride: 1,
        }
    }

    pub(crate) fn transposed(self) -> Self {
        Matrix {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }

    /// Some of the columns.
    fn columns(self, range: Range<usize>) -> Self {
        Matrix {
            values: &self.values[range.start * self.column_stride..],
            columns: range.len(),
            ..self
        }
    }

    /// Some of the rows.
    fn rows(self, range: Range<usize>) -> Self {
        self.transposed().columns(range).transposed()
    }

    /// Does every entry lie in the slice?
    fn fits(&self) -> bool {
        self.rows == 0
            || self.columns == 0
            || (self.rows - 1) * self.row_stride + (self.columns - 1) * self.column_stride
                < self.values.len()
    }
}

/// `to` = lhs·rhs, or `to` += lhs·rhs; row-major, `stride` entries from row to row.
///
/// # Safety
/// `to` must be valid for writes (and reads, if `add`) of those entries, and nobody else may use them.
unsafe fn multiply<T: Float>(
    to: *mut T,
    stride: usize,
    add: bool,
    lhs: Matrix<'_, T>,
    rhs: Matrix<'_, T>,
) {
    assert!(lhs.fits() && rhs.fits() && lhs.columns == rhs.rows);
    // The kernels like columns: they get the transposed product.
    macro_rules! product {
        ($number:ty, $kernel:expr) => {
            // SAFETY: `T` is this number. Both factors lie in their slices (checked above); the caller answers for
            // `to`. No stride is negative, and no slice is longer than `isize::MAX`.
            unsafe {
                $kernel(
                    rhs.columns,
                    lhs.rows,
                    lhs.columns,
                    to.cast::<$number>(),
                    stride as isize,
                    1,
                    add,
                    rhs.values.as_ptr().cast::<$number>(),
                    rhs.row_stride as isize,
                    rhs.column_stride as isize,
                    lhs.values.as_ptr().cast::<$number>(),
                    lhs.row_stride as isize,
                    lhs.column_stride as isize,
                    1.0,
                    1.0,
                    false,
                    false,
                    false,
                    Parallelism::None,
                )
            }
        };
    }
    if TypeId::of::<T>() == TypeId::of::<f32>() {
        product!(f32, gemm_f32::gemm::f32::get_gemm_fn());
    } else if TypeId::of::<T>() == TypeId::of::<f64>() {
        product!(f64, gemm_f64::gemm::f64::get_gemm_fn());
    } else {
        unreachable!("a float is f32 or f64");
    }
}

/// lhs·rhs into a slice that is all of the result, or added to it.
pub(crate) fn multiply_into<T: Float>(
    to: &mut [T],
    add: bool,
    lhs: Matrix<'_, T>,
    rhs: Matrix<'_, T>,
) {
    assert!(to.len() == lhs.rows * rhs.columns);
    // SAFETY: the slice holds all of the result, and it is ours.
    unsafe { multiply(to.as_mut_ptr(), rhs.columns, add, lhs, rhs) }
}

/// Where tasks write that share the rows of a matrix and no entry.
struct Shared<T>(*mut T);
// SAFETY: the tasks write to columns of their own, and nobody reads before they are done.
unsafe impl<T: Send> Sync for Shared<T> {}

/// How many classes make a strip.
pub(crate) fn strip(classes: usize) -> usize {
    classes.div_ceil(8).next_multiple_of(16).min(STRIP)
}

/// Logits `[rows, classes]` = states·weightᵀ.
pub(crate) fn logits<T: Float>(to: &mut [T], states: Matrix<'_, T>, weight: Matrix<'_, T>) {
    let classes = weight.rows;
    assert!(to.len() == states.rows * classes);
    let strip = strip(classes);
    let mut firsts: Vec<usize> = (0..classes).step_by(strip).collect();
    let shared = Shared(to.as_mut_ptr());
    let shared = &shared;
    parallel::run(
        &mut firsts,
        || (),
        |(), first| {
            let classes_here = *first..(*first + strip).min(classes);
            // SAFETY: the columns of this strip of `to`, whose size was checked, are this task's own.
            unsafe {
                let to = shared.0.add(*first);
                multiply(
                    to,
                    classes,
                    false,
                    states,
                    weight.rows(classes_here).transposed(),
                );
            }
        },
    );
}

/// What one task adds up.
enum Task<'a, T> {
    /// The part of the states' gradient that some classes give.
    States(Range<usize>, &'a mut [T]),
    /// The gradient of some rows of the weight, and the sums of their columns of the slopes.
    Weight(usize, &'a mut [T], Option<&'a mut [f64]>),
}

/// Where the gradients of a block go.
pub(crate) struct Gradients<'a, T> {
    /// Parts `[segments, rows, width]` of the states' gradient: their sum is it.
    pub(crate) states: &'a mut [T],
    /// `[classes, width]`, added to unless the block is the first.
    pub(crate) weight: Option<&'a mut [T]>,
    /// Σ of the slopes over the rows, per class; always added to.
    pub(crate) sums: Option<&'a mut [f64]>,
}

/// Parts of the states' gradient.
pub(crate) fn segments(classes: usize) -> usize {
    (classes / SEGMENT).clamp(1, SEGMENTS)
}

/// The gradients of a block from the slopes `[rows, classes]` by its products.
pub(crate) fn gradients<T: Float>(
    slopes: Matrix<'_, T>,
    states: Matrix<'_, T>,
    weight: Matrix<'_, T>,
    first_block: bool,
    to: Gradients<'_, T>,
) {
    let (classes, width) = (weight.rows, weight.columns);
    let size = slopes.rows * width;
    let segment = classes.div_ceil(segments(classes));
    let parts = to.states[..segments(classes) * size].chunks_mut(size);
    // The long tasks first, so that the short ones fill the threads that are done.
    let mut tasks: Vec<Task<'_, T>> = parts
        .enumerate()
        .map(|(i, part)| Task::States(i * segment..((i + 1) * segment).min(classes), part))
        .collect();
    let strip = strip(classes);
    if let Some(gradient) = to.weight {
        let mut sums = to.sums.map(|sums| sums.chunks_mut(strip));
        let strips = gradient.chunks_mut(strip * width).enumerate();
        tasks.extend(strips.map(|(i, part)| {
            let sums = sums.as_mut().and_then(Iterator::next);
            Task::Weight(i * strip, part, sums)
        }));
    }
    parallel::run(
        &mut tasks,
        || (),
        |(), task| match task {
            Task::States(range, part) => {
                let (slopes, weight) = (slopes.columns(range.clone()), weight.rows(range.clone()));
                multiply_into(part, false, slopes, weight);
            }
            Task::Weight(first, part, sums) => {
                let slopes = slopes.columns(*first..*first + part.len() / width);
                if let Some(sums) = sums {
                    add_columns(slopes, sums);
                }
                multiply_into(part, !first_block, slopes.transposed(), states);
            }
        },
    );
}

/// Adds the sums over the rows.
fn add_columns<T: Float>(slopes: Matrix<'_, T>, sums: &mut [f64]) {
    for row in slopes.values.chunks(slopes.row_stride).take(slopes.rows) {
        for (sum, slope) in sums.iter_mut().zip(row) {
            *sum += slope.to_f64();
        }
    }
}
