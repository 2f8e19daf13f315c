//! Studies of losses of embeddings.

mod concentration;
mod encoder;
mod free_features;
mod glyphs;
mod heads;
mod hidden_classes;
mod icnn;
mod isometry;
mod listener;
mod mixing;
mod patches;
mod proxies;
mod self_labels;
mod speech;
mod spread;
mod statistics;
mod styles;
mod towers;
mod views;
mod words;

#[path = "056_adaptive_multi_head_contrastive.rs"]
mod adaptive_multi_head_contrastive;
#[path = "142_align_uniform.rs"]
mod align_uniform;
#[path = "016_byol_self_labeling.rs"]
mod byol_self_labeling;
#[path = "055_ccc_wav2vec.rs"]
mod ccc_wav2vec;
#[path = "034_circle_loss.rs"]
mod circle_loss;
#[path = "043_collaborative_inner_product.rs"]
mod collaborative_inner_product;
#[path = "133_contrastive_generalization.rs"]
mod contrastive_generalization;
#[path = "007_deep_metric_learning_overview.rs"]
mod deep_metric_learning_overview;
#[path = "012_g_simclr.rs"]
mod g_simclr;
#[path = "154_hard_negative_isometry.rs"]
mod hard_negative_isometry;
#[path = "141_hpm.rs"]
mod hpm;
#[path = "179_hypo.rs"]
mod hypo;
#[path = "098_metrix.rs"]
mod metrix;
#[path = "064_scl_relu_orthogonal_frame.rs"]
mod scl_relu_orthogonal_frame;
#[path = "173_siglip.rs"]
mod siglip;
#[path = "152_susana_distancia.rs"]
mod susana_distancia;
#[path = "088_swivel.rs"]
mod swivel;
#[path = "108_sy_con.rs"]
mod sy_con;

pub(super) use adaptive_multi_head_contrastive::STUDY as ADAPTIVE_MULTI_HEAD_CONTRASTIVE;
pub(super) use align_uniform::STUDY as ALIGN_UNIFORM;
pub(super) use byol_self_labeling::STUDY as BYOL_SELF_LABELING;
pub(super) use ccc_wav2vec::STUDY as CCC_WAV2VEC;
pub(super) use circle_loss::STUDY as CIRCLE_LOSS;
pub(super) use collaborative_inner_product::STUDY as COLLABORATIVE_INNER_PRODUCT;
pub(super) use contrastive_generalization::STUDY as CONTRASTIVE_GENERALIZATION;
pub(super) use deep_metric_learning_overview::STUDY as DEEP_METRIC_LEARNING_OVERVIEW;
pub(super) use g_simclr::STUDY as G_SIMCLR;
pub(super) use hard_negative_isometry::STUDY as HARD_NEGATIVE_ISOMETRY;
pub(super) use hpm::STUDY as HPM;
pub(super) use hypo::STUDY as HYPO;
pub(super) use metrix::STUDY as METRIX;
pub(super) use scl_relu_orthogonal_frame::STUDY as SCL_RELU_ORTHOGONAL_FRAME;
pub(super) use siglip::STUDY as SIGLIP;
pub(super) use susana_distancia::STUDY as SUSANA_DISTANCIA;
pub(super) use swivel::STUDY as SWIVEL;
pub(super) use sy_con::STUDY as SY_CON;
