//! Metrics of embeddings: sets of vectors with a label each.
//!
//! A row is a whole set (a data set, a fold, an episode), because what is near depends on all the others; the value is
//! the mean over sets. For several numbers of one set at once, with other proximities or with separate references, see
//! [`embedding`](crate::embedding).

pub(super) mod batch;
mod clusters;
mod mean;
mod retrieval;
mod spread;

pub use batch::{CheckedSet, EmbeddingSet};
pub use clusters::{Ami, Nmi};
pub use mean::{Measure, SetMean};
pub use retrieval::{MapAtR, MeanReciprocalRank, RPrecision, RecallAtK};
pub use spread::{ClassAlignment, WithinVariability};
