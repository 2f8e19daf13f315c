//! Studies of wrong labels and other spoilt data.

#[path = "022_active_passive.rs"]
mod active_passive;
#[path = "026_logit_clip.rs"]
mod logit_clip;

pub(super) use active_passive::STUDY as ACTIVE_PASSIVE;
pub(super) use logit_clip::STUDY as LOGIT_CLIP;
