//! Studies of losses over classes.

#[path = "022_active_passive.rs"]
mod active_passive;
#[path = "001_comp_sum.rs"]
mod comp_sum;
#[path = "183_dual_focal_loss.rs"]
mod dual_focal_loss;
#[path = "005_polyloss.rs"]
mod polyloss;
#[path = "003_squentropy.rs"]
mod squentropy;

pub(super) use active_passive::STUDY as ACTIVE_PASSIVE;
pub(super) use comp_sum::STUDY as COMP_SUM;
pub(super) use dual_focal_loss::STUDY as DUAL_FOCAL_LOSS;
pub(super) use polyloss::STUDY as POLYLOSS;
pub(super) use squentropy::STUDY as SQUENTROPY;
