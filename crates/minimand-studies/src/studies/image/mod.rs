//! Studies of images: likeness, motion and registration.

#[path = "093_event_focus_losses.rs"]
mod event_focus_losses;
mod fields;
#[path = "147_glama.rs"]
mod glama;
#[path = "069_heteroscedastic_registration.rs"]
mod heteroscedastic_registration;
mod holes;
mod inpainter;
#[path = "181_ms_ssim_training.rs"]
mod ms_ssim_training;
#[path = "157_rrformer_uhd_reflection.rs"]
mod rrformer_uhd_reflection;
#[path = "109_volume_preserving_registration.rs"]
mod volume_preserving_registration;

pub(super) use event_focus_losses::STUDY as EVENT_FOCUS_LOSSES;
pub(super) use glama::STUDY as GLAMA;
pub(super) use heteroscedastic_registration::STUDY as HETEROSCEDASTIC_REGISTRATION;
pub(super) use ms_ssim_training::STUDY as MS_SSIM_TRAINING;
pub(super) use rrformer_uhd_reflection::STUDY as RRFORMER_UHD_REFLECTION;
pub(super) use volume_preserving_registration::STUDY as VOLUME_PRESERVING_REGISTRATION;
