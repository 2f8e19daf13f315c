//! The lists of all metrics, and the look-up by name.

use super::{
    Classification, Detection, Embedding, Images, Interval, Metric, MetricError, MetricInfo,
    Multilabel, Ranking, Regression, Segmentation, classification, detection,
    embedding::{self, SetMean},
    images, interval, multilabel, ranking, regression,
    segmentation::{self, CaseMean},
};

/// Makes a list of descriptions and a look-up function from one list of types.
macro_rules! registry {
    (
        $(#[$list_doc:meta])* $list:ident,
        $(#[$find_doc:meta])* $find:ident,
        $task:ty: $($state:ty),+ $(,)?
    ) => {
        $(#[$list_doc])*
        pub static $list: &[MetricInfo] = &[$(<$state>::INFO),+];

        $(#[$find_doc])*
        pub fn $find(name: &str) -> Result<Box<dyn Metric<$task>>, MetricError> {
            match name {
                $(_ if name == <$state>::INFO.name => Ok(Box::<$state>::default()),)+
                _ => Err(MetricError::UnknownMetric {
                    name: name.to_owned(),
                    known: $list.iter().map(|info| info.name).collect(),
                }),
            }
        }
    };
}

registry! {
    /// The descriptions of all classification metrics.
    CLASSIFICATION,
    /// A new, empty state of the classification metric of this name, with its default parameters.
    ///
    /// # Errors
    ///
    /// [`MetricError::UnknownMetric`] if [`CLASSIFICATION`] has no such name.
    classification_metric,
    Classification:
    classification::Accuracy,
    classification::BalancedAccuracy,
    classification::MacroF1,
    classification::LogLoss,
    classification::Brier,
    classification::Ece,
    classification::Auroc,
}

registry! {
    /// The descriptions of all multi-label metrics.
    MULTILABEL,
    /// A new, empty state of the multi-label metric of this name, with its default parameters.
    ///
    /// # Errors
    ///
    /// [`MetricError::UnknownMetric`] if [`MULTILABEL`] has no such name.
    multilabel_metric,
    Multilabel:
    multilabel::LogLoss,
    multilabel::Brier,
    multilabel::Ece,
    multilabel::MacroF1,
    multilabel::MicroF1,
    multilabel::SubsetAccuracy,
    multilabel::HammingLoss,
    multilabel::SegmentErrorRate,
    multilabel::MacroAuroc,
    multilabel::MacroAveragePrecision,
}

registry! {
    /// The descriptions of all regression metrics.
    REGRESSION,
    /// A new, empty state of the regression metric of this name, with its default parameters.
    ///
    /// # Errors
    ///
    /// [`MetricError::UnknownMetric`] if [`REGRESSION`] has no such name.
    regression_metric,
    Regression:
    regression::Rmse,
    regression::Mae,
    regression::R2,
    regression::Mape,
    regression::Smape,
    regression::Pinball,
    regression::Mbe,
    regression::Rmsle,
    regression::Concordance,
    regression::Pearson,
}

registry! {
    /// The descriptions of all metrics of intervals.
    INTERVAL,
    /// A new, empty state of the interval metric of this name, with its default parameters.
    ///
    /// # Errors
    ///
    /// [`MetricError::UnknownMetric`] if [`INTERVAL`] has no such name.
    interval_metric,
    Interval:
    interval::Coverage,
    interval::IntervalWidth,
    interval::IntervalScore,
}

registry! {
    /// The descriptions of all metrics of ranked lists.
    RANKING,
    /// A new, empty state of the metric of ranked lists with this name, with its default parameters.
    ///
    /// # Errors
    ///
    /// [`MetricError::UnknownMetric`] if [`RANKING`] has no such name.
    ranking_metric,
    Ranking:
    ranking::Ndcg,
    ranking::MeanReciprocalRank,
    ranking::MeanAveragePrecision,
}

registry! {
    /// The descriptions of all metrics of detectors.
    DETECTION,
    /// A new, empty state of the metric of detectors with this name, with its default parameters.
    ///
    /// # Errors
    ///
    /// [`MetricError::UnknownMetric`] if [`DETECTION`] has no such name.
    detection_metric,
    Detection:
    detection::CocoAp,
    detection::CocoAp50,
    detection::CocoAp75,
    detection::CocoAr,
    detection::VocAp,
}

registry! {
    /// The descriptions of all metrics of segmentations.
    SEGMENTATION,
    /// A new, empty state of the metric of segmentations with this name, with its default parameters.
    ///
    /// # Errors
    ///
    /// [`MetricError::UnknownMetric`] if [`SEGMENTATION`] has no such name.
    segmentation_metric,
    Segmentation:
    CaseMean<segmentation::Dice>,
    CaseMean<segmentation::Jaccard>,
    CaseMean<segmentation::Precision>,
    CaseMean<segmentation::Recall>,
    CaseMean<segmentation::Specificity>,
    CaseMean<segmentation::VolumeDifference>,
    CaseMean<segmentation::RelativeVolumeError>,
    CaseMean<segmentation::Hausdorff>,
    CaseMean<segmentation::HausdorffPercentile>,
    CaseMean<segmentation::AverageSurfaceDistance>,
    CaseMean<segmentation::MeanSurfaceDistance>,
    CaseMean<segmentation::SurfaceDice>,
    CaseMean<segmentation::BoundaryIou>,
    CaseMean<segmentation::LesionPrecision>,
    CaseMean<segmentation::LesionRecall>,
    CaseMean<segmentation::LesionF1>,
    CaseMean<segmentation::ClDice>,
    CaseMean<segmentation::BettiError>,
}

registry! {
    /// The descriptions of all metrics of images.
    IMAGES,
    /// A new, empty state of the metric of images with this name, with its default parameters.
    ///
    /// # Errors
    ///
    /// [`MetricError::UnknownMetric`] if [`IMAGES`] has no such name.
    image_metric,
    Images:
    images::Psnr,
    images::Ssim,
}

registry! {
    /// The descriptions of all metrics of embeddings.
    EMBEDDING,
    /// A new, empty state of the metric of embeddings with this name, with its default parameters.
    ///
    /// # Errors
    ///
    /// [`MetricError::UnknownMetric`] if [`EMBEDDING`] has no such name.
    embedding_metric,
    Embedding:
    SetMean<embedding::RecallAtK>,
    SetMean<embedding::RPrecision>,
    SetMean<embedding::MapAtR>,
    SetMean<embedding::MeanReciprocalRank>,
    SetMean<embedding::Nmi>,
    SetMean<embedding::Ami>,
    SetMean<embedding::ClassAlignment>,
    SetMean<embedding::WithinVariability>,
}
