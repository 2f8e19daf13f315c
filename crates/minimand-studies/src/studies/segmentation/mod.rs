//! Studies of segmentation: losses of overlap, of boundaries and of topology, and networks for masks.

#[path = "013_betti_matching.rs"]
mod betti_matching;
mod cohort;
#[path = "085_dice_semimetric_losses.rs"]
mod dice_semimetric_losses;
#[path = "132_fairseg_febs.rs"]
mod fairseg_febs;
mod masks;
mod minimisers;
mod organs;
#[path = "125_sauna.rs"]
mod sauna;

pub(super) use betti_matching::STUDY as BETTI_MATCHING;
pub(super) use dice_semimetric_losses::STUDY as DICE_SEMIMETRIC_LOSSES;
pub(super) use fairseg_febs::STUDY as FAIRSEG_FEBS;
pub(super) use sauna::STUDY as SAUNA;
