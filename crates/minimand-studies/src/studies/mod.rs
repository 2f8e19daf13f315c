//! Every study, area by area.

mod classification;
mod detection;
mod embedding;
mod image;
mod regression;
mod robustness;
mod segmentation;
mod transport;

use crate::error::StudyError;
use crate::study::Study;

/// Every study, area by area, by number within an area.
pub static STUDIES: &[&Study] = &[
    classification::COMP_SUM,
    classification::SQUENTROPY,
    classification::POLYLOSS,
    classification::DICE_SED,
    classification::LDR,
    classification::LEGENDRETRON,
    classification::ASYMMETRIC_LOSS,
    classification::ENCOURAGING_LOSS,
    classification::HRR_SUBITIZING,
    classification::ENSLOSS,
    classification::Z_LOSS_SPHERICAL,
    classification::FOCAL_CXR,
    classification::DISCRIMINATIVE_VS_GENERATIVE,
    classification::HARMONIC_LOSS,
    classification::MACRO_AUC,
    classification::OKO,
    classification::WEIGHT_BALANCING_ANALYSIS,
    classification::DUAL_FOCAL_LOSS,
    detection::TEXT_DETECTION_GSIOU,
    detection::GIOU,
    detection::FOCAL,
    detection::DIOU_CIOU,
    detection::SEABIRD_DICE_ROBUSTNESS,
    detection::CROSSKD,
    detection::EFLNET_ATFL_NWD,
    embedding::DEEP_METRIC_LEARNING_OVERVIEW,
    embedding::G_SIMCLR,
    embedding::BYOL_SELF_LABELING,
    embedding::CIRCLE_LOSS,
    embedding::COLLABORATIVE_INNER_PRODUCT,
    embedding::CCC_WAV2VEC,
    embedding::ADAPTIVE_MULTI_HEAD_CONTRASTIVE,
    embedding::SCL_RELU_ORTHOGONAL_FRAME,
    embedding::SWIVEL,
    embedding::METRIX,
    embedding::SY_CON,
    embedding::CONTRASTIVE_GENERALIZATION,
    embedding::HPM,
    embedding::ALIGN_UNIFORM,
    embedding::SUSANA_DISTANCIA,
    embedding::HARD_NEGATIVE_ISOMETRY,
    embedding::SIGLIP,
    embedding::HYPO,
    image::HETEROSCEDASTIC_REGISTRATION,
    image::EVENT_FOCUS_LOSSES,
    image::VOLUME_PRESERVING_REGISTRATION,
    image::GLAMA,
    image::RRFORMER_UHD_REFLECTION,
    image::MS_SSIM_TRAINING,
    regression::SRL_IMBALANCED_REGRESSION,
    regression::FORECASTING_REGRESSION_LOSSES,
    regression::DEQA_SCORE,
    regression::CLASSIFICATION_HELPS_REGRESSION,
    regression::ACR_LOSS,
    regression::CARD_DECAY_LOSS,
    robustness::ACTIVE_PASSIVE,
    robustness::LOGIT_CLIP,
    segmentation::SPOCKMIP,
    segmentation::BETTI_MATCHING,
    segmentation::HYBRIDGNET,
    segmentation::DUAL_PATH_COTRAINING,
    segmentation::BASNET,
    segmentation::TOPOMORTAR_BENCHMARK,
    segmentation::JACCARD_METRIC_LOSS,
    segmentation::MRSEGMENTATOR,
    segmentation::CROSS_MODALITY_AUGMENTATION,
    segmentation::DICE_SEMIMETRIC_LOSSES,
    segmentation::MULTIPATH_25D,
    segmentation::SAUNA,
    segmentation::FAIRSEG_FEBS,
    segmentation::WEIGHTED_LOSSES_EXTREME_WEATHER,
    segmentation::FREECOS,
    segmentation::MEDIASTINAL_LYMPH_NODES,
    transport::SINKHORN_ALIGNED_NBEATS,
    transport::GEODESIC_AUGMENTATION,
    transport::BURES_WASSERSTEIN_DLN,
];

/// The areas that have a study, each once.
pub fn areas() -> Vec<&'static str> {
    let mut areas: Vec<&str> = STUDIES.iter().map(|study| study.paper().area).collect();
    // An area's studies stand together; a test says so.
    areas.dedup();
    areas
}

/// The study of this number (`3`, `003`) or name (`squentropy`, `003-squentropy`).
///
/// # Errors
///
/// [`StudyError::Unknown`], with the nearest name.
pub fn find(name: &str) -> Result<&'static Study, StudyError> {
    let is_meant = |study: &&&Study| {
        name.parse() == Ok(study.paper) || name == study.slug || name == study.name()
    };
    if let Some(study) = STUDIES.iter().find(is_meant) {
        return Ok(study);
    }
    let likeness = |study: &&Study| (strsim::jaro_winkler(name, study.slug), study.slug);
    let nearest = STUDIES
        .iter()
        .map(likeness)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    Err(StudyError::Unknown {
        name: name.to_owned(),
        suggestion: nearest
            .filter(|(likeness, _)| *likeness > 0.8)
            .map(|(_, slug)| slug.to_owned()),
    })
}
