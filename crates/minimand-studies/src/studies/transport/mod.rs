//! Studies of transport between distributions.

#[path = "103_bures_wasserstein_dln.rs"]
mod bures_wasserstein_dln;
mod domains;
#[path = "079_geodesic_augmentation.rs"]
mod geodesic_augmentation;
mod geodesics;
mod linear_chain;
mod nbeats;
mod normal_classes;
#[path = "047_sinkhorn_aligned_nbeats.rs"]
mod sinkhorn_aligned_nbeats;

pub(super) use bures_wasserstein_dln::STUDY as BURES_WASSERSTEIN_DLN;
pub(super) use geodesic_augmentation::STUDY as GEODESIC_AUGMENTATION;
pub(super) use sinkhorn_aligned_nbeats::STUDY as SINKHORN_ALIGNED_NBEATS;
