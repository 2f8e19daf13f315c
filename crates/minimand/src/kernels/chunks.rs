//! Items that do not know of each other, in chunks over threads.

use super::lanes::LANES;
use super::parallel;
use super::scalar::Float;

/// Items of one thread at a time, and where their results go.
pub(super) struct Chunk<'a, T> {
    /// The first item.
    pub(super) first: usize,
    /// How many.
    pub(super) len: usize,
    /// Their part of the gradient.
    pub(super) gradient: Option<&'a mut [T]>,
    /// Their part of the losses per item.
    pub(super) per_item: Option<&'a mut [f64]>,
}

/// Where the results of a batch go, and how it is cut.
pub(super) struct Cut<'a, T> {
    /// Number of items.
    pub(super) items: usize,
    /// Items of a chunk.
    pub(super) chunk: usize,
    /// Entries of the gradient for each item.
    pub(super) width: usize,
    /// The gradient, where it is asked for.
    pub(super) gradient: Option<&'a mut [T]>,
    /// The losses per item, where they are asked for.
    pub(super) per_item: Option<&'a mut [f64]>,
}

impl<T: Send> Cut<'_, T> {
    /// The sum over the chunks, or the first chunk's error. The same bits for any number of threads.
    pub(super) fn sum<E: Send>(
        self,
        work: impl Fn(&mut Chunk<'_, T>) -> Result<f64, E> + Sync,
    ) -> Result<f64, E> {
        let mut gradients = (self.gradient).map(|g| g.chunks_mut(self.width * self.chunk));
        let mut items = self.per_item.map(|p| p.chunks_mut(self.chunk));
        let mut chunks: Vec<Chunk<'_, T>> = (0..self.items)
            .step_by(self.chunk)
            .map(|first| Chunk {
                first,
                len: self.chunk.min(self.items - first),
                gradient: gradients.as_mut().and_then(Iterator::next),
                per_item: items.as_mut().and_then(Iterator::next),
            })
            .collect();
        // Waking a thread takes as long as a chunk or two.
        let sums = if chunks.len() <= 2 {
            chunks.iter_mut().map(work).collect()
        } else {
            parallel::run(&mut chunks, || (), |_, chunk| work(chunk))
        };
        sums.into_iter().sum()
    }
}

/// Sum in `f64`, eight numbers side by side.
#[inline(always)]
pub(super) fn sum<T: Float>(values: &[T]) -> f64 {
    let mut sums = [0.0; LANES];
    let (parts, rest) = values.as_chunks::<LANES>();
    for part in parts {
        for i in 0..LANES {
            sums[i] += part[i].to_f64();
        }
    }
    for (sum, x) in sums.iter_mut().zip(rest) {
        *sum += x.to_f64();
    }
    sums.iter().sum()
}
