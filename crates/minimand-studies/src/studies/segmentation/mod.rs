//! Studies of segmentation: losses of overlap, of boundaries and of topology, and networks for masks.

#[path = "013_betti_matching.rs"]
mod betti_matching;
mod contrast;
mod curvilinear;
#[path = "171_freecos.rs"]
mod freecos;
mod masks;

pub(super) use betti_matching::STUDY as BETTI_MATCHING;
pub(super) use freecos::STUDY as FREECOS;
