//! Studies of losses over classes.

#[path = "022_active_passive.rs"]
mod active_passive;
#[path = "001_comp_sum.rs"]
mod comp_sum;
#[path = "183_dual_focal_loss.rs"]
mod dual_focal_loss;
#[path = "044_encouraging_loss.rs"]
mod encouraging_loss;
#[path = "018_ldr.rs"]
mod ldr;
#[path = "026_logit_clip.rs"]
mod logit_clip;
#[path = "005_polyloss.rs"]
mod polyloss;
#[path = "003_squentropy.rs"]
mod squentropy;

pub(super) use active_passive::STUDY as ACTIVE_PASSIVE;
pub(super) use comp_sum::STUDY as COMP_SUM;
pub(super) use dual_focal_loss::STUDY as DUAL_FOCAL_LOSS;
pub(super) use encouraging_loss::STUDY as ENCOURAGING_LOSS;
pub(super) use ldr::STUDY as LDR;
pub(super) use logit_clip::STUDY as LOGIT_CLIP;
pub(super) use polyloss::STUDY as POLYLOSS;
pub(super) use squentropy::STUDY as SQUENTROPY;
