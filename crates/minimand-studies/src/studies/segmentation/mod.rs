//! Studies of segmentation: losses of overlap, of boundaries and of topology, and networks for masks.

#[path = "027_basnet.rs"]
mod basnet;
#[path = "013_betti_matching.rs"]
mod betti_matching;
mod boundaries;
mod brains;
mod chest;
mod cohort;
mod contrast;
#[path = "072_cross_modality_augmentation.rs"]
mod cross_modality_augmentation;
mod curvilinear;
#[path = "085_dice_semimetric_losses.rs"]
mod dice_semimetric_losses;
#[path = "025_dual_path_cotraining.rs"]
mod dual_path_cotraining;
#[path = "132_fairseg_febs.rs"]
mod fairseg_febs;
#[path = "171_freecos.rs"]
mod freecos;
mod graphs;
#[path = "017_hybridgnet.rs"]
mod hybridgnet;
#[path = "042_jaccard_metric_loss.rs"]
mod jaccard_metric_loss;
mod landmark_net;
mod lymph_nodes;
mod masks;
mod matching;
#[path = "178_mediastinal_lymph_nodes.rs"]
mod mediastinal_lymph_nodes;
mod minimisers;
#[path = "067_mrsegmentator.rs"]
mod mrsegmentator;
#[path = "118_multipath_25d.rs"]
mod multipath_25d;
mod nets;
mod organs;
#[path = "125_sauna.rs"]
mod sauna;
#[path = "006_spockmip.rs"]
mod spockmip;
#[path = "036_topomortar_benchmark.rs"]
mod topomortar_benchmark;
#[path = "158_weighted_losses_extreme_weather.rs"]
mod weighted_losses_extreme_weather;

pub(super) use basnet::STUDY as BASNET;
pub(super) use betti_matching::STUDY as BETTI_MATCHING;
pub(super) use cross_modality_augmentation::STUDY as CROSS_MODALITY_AUGMENTATION;
pub(super) use dice_semimetric_losses::STUDY as DICE_SEMIMETRIC_LOSSES;
pub(super) use dual_path_cotraining::STUDY as DUAL_PATH_COTRAINING;
pub(super) use fairseg_febs::STUDY as FAIRSEG_FEBS;
pub(super) use freecos::STUDY as FREECOS;
pub(super) use hybridgnet::STUDY as HYBRIDGNET;
pub(super) use jaccard_metric_loss::STUDY as JACCARD_METRIC_LOSS;
pub(super) use mediastinal_lymph_nodes::STUDY as MEDIASTINAL_LYMPH_NODES;
pub(super) use mrsegmentator::STUDY as MRSEGMENTATOR;
pub(super) use multipath_25d::STUDY as MULTIPATH_25D;
pub(super) use sauna::STUDY as SAUNA;
pub(super) use spockmip::STUDY as SPOCKMIP;
pub(super) use topomortar_benchmark::STUDY as TOPOMORTAR_BENCHMARK;
pub(super) use weighted_losses_extreme_weather::STUDY as WEIGHTED_LOSSES_EXTREME_WEATHER;
