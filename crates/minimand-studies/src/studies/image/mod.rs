//! Images: what they should look like, and where they are.

mod fields;
#[path = "109_volume_preserving_registration.rs"]
mod volume_preserving_registration;

pub(super) use volume_preserving_registration::STUDY as VOLUME_PRESERVING_REGISTRATION;
