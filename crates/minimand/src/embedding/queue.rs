//! A memory of the embeddings of recent batches, as further negatives and positives.

use super::table::wrong;
use crate::batch::{Array, Labels};
use crate::error::Error;
use crate::kernels::scalar::Float;

/// The last embeddings with their labels, up to a capacity: the cross-batch memory of Wang et al. 2020, the queue of
/// MoCo.
///
/// ```
/// use minimand::Array;
/// use minimand::embedding::MemoryQueue;
///
/// let mut queue = MemoryQueue::<f32>::new(3, 2)?;
/// queue.push(&Array::new(&[1.0f32, 0.0, 0.0, 1.0][..], &[2, 2]), &vec![0i64, 1])?;
/// queue.push(&Array::new(&[0.5f32, 0.5, -1.0, 0.0][..], &[2, 2]), &vec![1i64, 2])?;
/// assert_eq!(queue.labels(), [2, 1, 1]);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MemoryQueue<T> {
    width: usize,
    capacity: usize,
    values: Vec<T>,
    labels: Vec<i64>,
    /// Where the next embedding goes, once the queue is full.
    next: usize,
}

impl<T: Float> MemoryQueue<T> {
    /// An empty queue of up to `capacity` embeddings of `width` (d) numbers.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a number of 0.
    pub fn new(capacity: usize, width: usize) -> Result<Self, Error> {
        for (parameter, value) in [("capacity", capacity), ("width", width)] {
            if value == 0 {
                return Err(wrong("MemoryQueue", parameter, "at least 1", value));
            }
        }
        Ok(MemoryQueue {
            width,
            capacity,
            values: Vec::new(),
            labels: Vec::new(),
            next: 0,
        })
    }

    /// Takes in a batch `[n, d]` with one label each, in the place of the oldest; of more than the capacity the last
    /// ones.
    ///
    /// # Errors
    /// [`Error::Shape`] for arrays that do not fit, [`Error::Value`] for numbers that are not finite. The queue is then
    /// as it was.
    pub fn push<'a>(
        &mut self,
        embeddings: &Array<'_>,
        labels: impl Into<Labels<'a>>,
    ) -> Result<(), Error> {
        let labels = labels.into();
        embeddings.check("embeddings")?;
        let &[rows, width] = embeddings.shape else {
            return Err(Error::shape("embeddings", "[n, d]", embeddings.shape));
        };
        if width != self.width {
            let expected = format!("[n, {}]", self.width);
            return Err(Error::shape("embeddings", expected, embeddings.shape));
        }
        super::table::check_labels("labels", &labels, rows)?;
        let values: Vec<T> = embeddings.values.converted();
        if let Some(position) = values.iter().position(|x| !x.finite()) {
            return Err(Error::Value {
                argument: "embeddings",
                position,
                value: embeddings.values.get(position),
                expected: "a finite number".to_string(),
            });
        }
        for i in rows.saturating_sub(self.capacity)..rows {
            let row = &values[i * width..(i + 1) * width];
            if self.labels.len() < self.capacity {
                self.values.extend_from_slice(row);
                self.labels.push(labels.get(i));
                continue;
            }
            let at = self.next * width;
            self.values[at..at + width].copy_from_slice(row);
            self.labels[self.next] = labels.get(i);
            self.next = (self.next + 1) % self.capacity;
        }
        Ok(())
    }

    /// The embeddings `[len, d]`, in no order of age.
    pub fn embeddings(&self) -> &[T] {
        &self.values
    }

    /// Their shape.
    pub fn shape(&self) -> [usize; 2] {
        [self.labels.len(), self.width]
    }

    /// Their labels.
    pub fn labels(&self) -> &[i64] {
        &self.labels
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }
}
