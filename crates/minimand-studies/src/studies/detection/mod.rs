//! Studies of detectors and losses of boxes.

#[path = "024_focal.rs"]
mod focal;
mod scenes;

pub(super) use focal::STUDY as FOCAL;
