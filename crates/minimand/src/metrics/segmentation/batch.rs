//! Batches of segmented cases.

use super::MaskPair;
use super::pair::{Bounds, check_pixels};
use crate::batch::Labels;
use crate::grid::Grid;
use crate::metrics::batch::{Weights, check_length};
use crate::metrics::{MetricError, Task};

/// The task of giving a class to each pixel of an image or a volume.
#[derive(Clone, Copy, Debug)]
pub enum Segmentation {}

impl Task for Segmentation {
    type Batch<'a> = SegmentationBatch<'a>;
}

/// One image or volume: the class of each pixel as predicted and as it is, row-major.
#[derive(Clone, Copy, Debug)]
pub struct SegmentationCase<'a> {
    /// Shape and spacing.
    pub grid: Grid,
    /// The predicted classes, one for each pixel.
    pub prediction: Labels<'a>,
    /// The true classes, one for each pixel.
    pub truth: Labels<'a>,
}

impl SegmentationCase<'_> {
    /// The masks of every class but the background, class 1 first, cut out in one pass over the labels.
    ///
    /// # Errors
    ///
    /// [`MetricError::Shape`] and [`MetricError::LabelOutOfRange`] as for [`SegmentationBatch::new`], in
    /// which this is case 0.
    pub fn pairs(&self, classes: usize) -> Result<Vec<MaskPair>, MetricError> {
        pairs(0, self, classes)
    }
}

/// A checked batch of cases.
///
/// The check is made once, in [`new`](Self::new); a batch can then go to any number of metrics, and what
/// several of them need, such as distances between surfaces, is computed once.
#[derive(Debug)]
pub struct SegmentationBatch<'a> {
    classes: usize,
    weights: Weights<'a>,
    /// Of the cases that count, class 1 first.
    cases: Vec<Vec<MaskPair>>,
}

impl<'a> SegmentationBatch<'a> {
    /// Checks cases and takes the classes apart.
    ///
    /// Classes are `0..classes`, of which 0 is the background. `weights` has one value per case; without weights
    /// every case counts once. Cases of weight 0 are absent: their labels are not checked.
    ///
    /// # Errors
    ///
    /// - [`MetricError::InvalidParameter`] if there are fewer than two classes;
    /// - [`MetricError::Shape`] if the lengths do not fit together, or a grid has 2³² pixels or more;
    /// - [`MetricError::LabelOutOfRange`] for a label that is no class (a negative one is given as the
    ///   highest number);
    /// - [`MetricError::NegativeWeight`] and [`MetricError::NotFinite`] for a weight that is none.
    pub fn new(
        cases: &[SegmentationCase<'_>],
        classes: usize,
        weights: Option<&'a [f64]>,
    ) -> Result<Self, MetricError> {
        if classes < 2 {
            return Err(MetricError::InvalidParameter {
                parameter: "classes",
                value: classes as f64,
                allowed: "at least 2, the background among them",
            });
        }
        let weights = Weights::new(weights, cases.len())?;
        let counted = weights.counted();
        let pairs = counted.map(|(row, _)| pairs(row, &cases[row], classes));
        Ok(Self {
            classes,
            weights,
            cases: pairs.collect::<Result<_, _>>()?,
        })
    }

    /// The number of cases, those of weight 0 included.
    pub fn len(&self) -> usize {
        self.weights.rows()
    }

    /// Whether the batch has no cases.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of classes, the background included.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The cases with a weight above zero, as pairs of masks of the classes from 1 on.
    pub(super) fn cases(&self) -> impl Iterator<Item = (&[MaskPair], f64)> {
        let weights = self.weights.counted().map(|(_, weight)| weight);
        self.cases.iter().map(Vec::as_slice).zip(weights)
    }
}

/// The masks of all classes but the background.
fn pairs(
    row: usize,
    case: &SegmentationCase<'_>,
    classes: usize,
) -> Result<Vec<MaskPair>, MetricError> {
    let pixels = check_pixels(&case.grid)?;
    check_length(
        "prediction (pixels of a case)",
        case.prediction.len(),
        pixels,
    )?;
    check_length("truth (pixels of a case)", case.truth.len(), pixels)?;
    let mut bounds = vec![Bounds::default(); classes.saturating_sub(1)];
    let mut include = |labels: &Labels<'_>| {
        case.grid.places().try_for_each(|(place, pixel)| {
            match usize::try_from(labels.get(pixel)) {
                Ok(0) => {}
                Ok(label) if label < classes => bounds[label - 1].include(place),
                label => {
                    return Err(MetricError::LabelOutOfRange {
                        row,
                        label: label.unwrap_or(usize::MAX),
                        classes,
                    });
                }
            }
            Ok(())
        })
    };
    include(&case.prediction)?;
    include(&case.truth)?;
    let numbered = bounds.into_iter().zip(1i64..);
    Ok(numbered
        .map(|(bounds, class)| {
            MaskPair::within(
                &case.grid,
                bounds,
                |pixel| case.prediction.get(pixel) == class,
                |pixel| case.truth.get(pixel) == class,
            )
        })
        .collect())
}
