//! Studies of transport between distributions.

#[path = "103_bures_wasserstein_dln.rs"]
mod bures_wasserstein_dln;
#[path = "079_geodesic_augmentation.rs"]
mod geodesic_augmentation;
mod geodesics;
mod linear_chain;
mod normal_classes;

pub(super) use bures_wasserstein_dln::STUDY as BURES_WASSERSTEIN_DLN;
pub(super) use geodesic_augmentation::STUDY as GEODESIC_AUGMENTATION;
