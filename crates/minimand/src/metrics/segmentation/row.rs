//! All measures of one class of one case.

use super::*;
use crate::metrics::MetricInfo;

/// The parameters of the measures that have some.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Settings {
    /// The percentile of the distances between surfaces: 95 unless set.
    pub hausdorff: HausdorffPercentile,
    /// The tolerance of the surface Dice: 1 unless set.
    pub surface_dice: SurfaceDice,
    /// What counts as found: any common pixel of components connected by corners unless set.
    pub lesions: LesionMatching,
    /// How near the boundary counts: 2 % of the diagonal unless set.
    pub boundary_iou: BoundaryIou,
}

/// Every measure of a pair of masks with its description, in the order of
/// [`SEGMENTATION`](crate::metrics::SEGMENTATION).
///
/// Distances, components and skeletons are computed once for all measures that need them.
///
/// ```
/// use minimand::grid::Grid;
/// use minimand::metrics::segmentation::{MaskPair, Settings, measures};
///
/// let grid = Grid::new(&[1, 4])?.with_spacing(&[1.0, 0.5])?;
/// let prediction = [false, true, true, false];
/// let truth = [false, true, true, true];
/// let row = measures(&MaskPair::new(&grid, &prediction, &truth)?, &Settings::default());
/// let value = |name: &str| row.iter().find(|(info, _)| info.name == name).and_then(|(_, value)| *value);
/// assert_eq!((value("dice"), value("hausdorff")), (Some(0.8), Some(0.5)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn measures(pair: &MaskPair, settings: &Settings) -> Vec<(MetricInfo, Option<f64>)> {
    measures_where(pair, settings, |_| true)
}

/// Those of the [`measures`] that are wanted; the others are not computed.
pub fn measures_where(
    pair: &MaskPair,
    settings: &Settings,
    wanted: impl Fn(&MetricInfo) -> bool,
) -> Vec<(MetricInfo, Option<f64>)> {
    struct Row<'a, W> {
        pair: &'a MaskPair,
        wanted: W,
        entries: Vec<(MetricInfo, Option<f64>)>,
    }
    impl<W: Fn(&MetricInfo) -> bool> Row<'_, W> {
        fn with<M: Measure>(mut self, measure: M) -> Self {
            if (self.wanted)(&M::INFO) {
                self.entries.push((M::INFO, measure.of(self.pair)));
            }
            self
        }
    }
    let row = Row {
        pair,
        wanted,
        entries: Vec::new(),
    };
    row.with(Dice)
        .with(Jaccard)
        .with(Precision)
        .with(Recall)
        .with(Specificity)
        .with(VolumeDifference)
        .with(RelativeVolumeError)
        .with(Hausdorff)
        .with(settings.hausdorff)
        .with(AverageSurfaceDistance)
        .with(MeanSurfaceDistance)
        .with(settings.surface_dice)
        .with(settings.boundary_iou)
        .with(LesionPrecision(settings.lesions))
        .with(LesionRecall(settings.lesions))
        .with(LesionF1(settings.lesions))
        .with(ClDice)
        .with(BettiError)
        .entries
}
