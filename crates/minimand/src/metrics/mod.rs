//! Metrics: mergeable measures that judge what was trained.
//!
//! A metric is a *state* with three operations. `update` takes a batch, `merge` takes another
//! state of the same metric, and `value` reads the measure. Merging is associative and
//! commutative, exactly for unweighted counts and within 1e-12 relative otherwise, so any split
//! of the data into batches, threads, shards or partitions gives the same value.
//!
//! | task | a row of a batch | metrics |
//! | --- | --- | --- |
//! | [`Classification`] | probabilities of classes, one true class | [`classification`] |
//! | [`Multilabel`] | a probability for each label, which labels are true | [`multilabel`] |
//! | [`Regression`] | a predicted number, the true one | [`regression`] |
//! | [`Interval`] | two predicted bounds, the true number | [`interval`] |
//! | [`Images`] | a predicted image, the true one | [`images`] |
//! | [`Ranking`] | scores of a list's items, their relevance | [`ranking`] |
//! | [`Detection`] | boxes found in an image, the objects in it | [`detection`] |
//! | [`Embedding`] | a set of embeddings, their labels | [`embedding`] |
//! | [`Segmentation`] | a class for each pixel of an image or a volume, the true ones | [`segmentation`] |
//!
//! Rows may have weights: weight 2 counts the row twice, and a row of weight 0 is absent (its other
//! values are not even looked at, so it may be padding).
//!
//! A metric can be used by type or looked up by name; [`CLASSIFICATION`], [`MULTILABEL`],
//! [`REGRESSION`], [`INTERVAL`], [`IMAGES`], [`RANKING`], [`DETECTION`], [`EMBEDDING`] and [`SEGMENTATION`] list all names.
//!
//! ```
//! use minimand::metrics::{ClassificationBatch, classification_metric};
//!
//! let first = ClassificationBatch::new(&[0.8, 0.2, 0.3, 0.7], 2, &[0, 1], None)?;
//! let second = ClassificationBatch::new(&[0.6, 0.4], 2, &[1], None)?;
//!
//! let mut left = classification_metric("accuracy")?;
//! left.update(&first)?;
//! let mut right = classification_metric("accuracy")?;
//! right.update(&second)?;
//! left.merge(right.as_ref())?;
//! assert_eq!(left.value(), Some(2.0 / 3.0));
//! # Ok::<(), minimand::metrics::MetricError>(())
//! ```
//!
//! What one number hides is in the diagnostics: [`ConfusionMatrix`], [`ClassCounts`] (precision,
//! recall and F1 of each class), [`ClassScores`] (AUROC and average precision of each class) and
//! [`ReliabilityBins`]. They merge in the same way, and can be taken apart and put together again,
//! to be stored. [`DetectionScores`](detection::DetectionScores) has all numbers of a COCO evaluation.
//!
//! To add a metric, write one file with a state that implements [`Metric`], and add its type to
//! the list in `registry.rs`.

mod batch;
mod class_counts;
mod class_scores;
pub mod classification;
mod confusion_matrix;
pub mod detection;
pub mod embedding;
mod error;
pub mod images;
mod info;
pub mod interval;
mod metric;
pub mod multilabel;
pub mod ranking;
mod registry;
pub mod regression;
mod reliability_bins;
pub mod segmentation;
mod sum;
#[cfg(test)]
mod tests;

pub use class_counts::{ClassCount, ClassCounts};
pub use class_scores::ClassScores;
pub use classification::batch::{Classification, ClassificationBatch};
pub use confusion_matrix::ConfusionMatrix;
pub use detection::batch::{Detection, DetectionBatch, Detections, Objects};
pub use embedding::batch::{Embedding, EmbeddingBatch};
pub use error::MetricError;
pub use images::batch::{ImageBatch, Images};
pub use info::{Direction, MetricInfo};
pub use interval::batch::{Interval, IntervalBatch};
pub use metric::{Metric, Task};
pub use multilabel::batch::{Multilabel, MultilabelBatch};
pub use ranking::batch::{Ranking, RankingBatch};
pub use registry::{
    CLASSIFICATION, DETECTION, EMBEDDING, IMAGES, INTERVAL, MULTILABEL, RANKING, REGRESSION,
    SEGMENTATION, classification_metric, detection_metric, embedding_metric, image_metric,
    interval_metric, multilabel_metric, ranking_metric, regression_metric, segmentation_metric,
};
pub use regression::batch::{Regression, RegressionBatch};
pub use reliability_bins::{ReliabilityBin, ReliabilityBins};
pub use segmentation::batch::{Segmentation, SegmentationBatch, SegmentationCase};
