//! Studies of segmentation: losses of overlap, of boundaries and of topology, and networks for masks.

#[path = "013_betti_matching.rs"]
mod betti_matching;
#[path = "085_dice_semimetric_losses.rs"]
mod dice_semimetric_losses;
mod masks;
mod minimisers;

pub(super) use betti_matching::STUDY as BETTI_MATCHING;
pub(super) use dice_semimetric_losses::STUDY as DICE_SEMIMETRIC_LOSSES;
