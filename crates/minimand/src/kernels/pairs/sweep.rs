//! The likenesses of all embeddings of a side, some rows at a time: read, or turned into slopes.

use super::Likeness;
use super::distance::{from_products, squared_norm, to_products};
use super::whole::WholeSide;
use crate::kernels::linear_rows::{Matrix, multiply_into};

/// Rows of a block.
const ROWS: usize = 64;

/// The embeddings of a side with what their likenesses need.
pub struct Sweep<'a> {
    likeness: Likeness,
    vectors: &'a [f64],
    width: usize,
    squares: Vec<f64>,
}

impl<'a> Sweep<'a> {
    /// All embeddings of a side.
    pub fn new(likeness: Likeness, side: &WholeSide<'a, f64>, width: usize) -> Self {
        Sweep {
            likeness,
            vectors: side.vectors,
            width,
            squares: side.vectors.chunks(width).map(squared_norm).collect(),
        }
    }

    /// Calls `f` with each embedding's place and its likenesses with all, itself among them.
    pub fn rows(&self, mut f: impl FnMut(usize, &[f64])) {
        self.blocks(&mut |first, block| {
            for (i, row) in block.chunks_mut(self.squares.len()).enumerate() {
                self.likenesses(first + i, row);
                f(first + i, row);
            }
        });
    }

    /// Calls `f` with each embedding's place and its likenesses, which it makes slopes by them; adds the slopes by the
    /// vectors to `to`.
    pub fn pull(&self, to: &mut [f64], mut f: impl FnMut(usize, &mut [f64])) {
        let (n, width) = (self.squares.len(), self.width);
        let mut likenesses = Vec::new();
        let mut columns = vec![0.0; n];
        self.blocks(&mut |first, block| {
            for (i, row) in block.chunks_mut(n).enumerate() {
                let at = first + i;
                self.likenesses(at, row);
                if self.likeness.is_kept() {
                    likenesses.clear();
                    likenesses.extend_from_slice(row);
                }
                f(at, row);
                let vector = &self.vectors[at * width..][..width];
                let own = to_products(self.likeness, row, vector, &likenesses);
                if self.likeness.is_distance() {
                    for (to, x) in to[at * width..].iter_mut().zip(vector) {
                        *to -= own * x;
                    }
                    for (sum, slope) in columns.iter_mut().zip(&*row) {
                        *sum += slope;
                    }
                }
            }
            let here = block.len() / n;
            let slopes = Matrix::new(block, here, n);
            let rows = first * width..(first + here) * width;
            let all = Matrix::new(self.vectors, n, width);
            multiply_into(&mut to[rows.clone()], true, slopes, all);
            let own = Matrix::new(&self.vectors[rows], here, width);
            multiply_into(to, true, slopes.transposed(), own);
        });
        if self.likeness.is_distance() {
            let each = to.chunks_mut(width).zip(self.vectors.chunks(width));
            for ((to, vector), sum) in each.zip(columns) {
                for (to, x) in to.iter_mut().zip(vector) {
                    *to -= sum * x;
                }
            }
        }
    }

    fn likenesses(&self, at: usize, row: &mut [f64]) {
        let vector = &self.vectors[at * self.width..][..self.width];
        from_products(self.likeness, row, vector, self.vectors, &self.squares);
    }

    /// The products of some rows with all, block by block.
    fn blocks(&self, f: &mut dyn FnMut(usize, &mut [f64])) {
        let (n, width) = (self.squares.len(), self.width);
        let mut products = vec![0.0; ROWS.min(n) * n];
        let all = Matrix::new(self.vectors, n, width);
        for first in (0..n).step_by(ROWS) {
            let here = ROWS.min(n - first);
            let block = &mut products[..here * n];
            let rows = &self.vectors[first * width..(first + here) * width];
            multiply_into(
                block,
                false,
                Matrix::new(rows, here, width),
                all.transposed(),
            );
            f(first, block);
        }
    }
}
