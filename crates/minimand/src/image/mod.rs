//! What losses of images and volumes are made of: windows, pyramids, spectra, differences and warps, with
//! their gradients; focus scores of event cameras; and losses of more arrays than one prediction.
//!
//! Arrays are row-major, `[items, channels, …]` with one to three axes of pixels; a [`Grid`](crate::grid::Grid)
//! says how the pixels of a channel lie.

pub mod adversarial;
pub mod differences;
pub mod events;
pub mod focus;
mod focus_terms;
pub mod moments;
pub mod perceptual;
pub mod pyramid;
pub mod registration;
pub mod spectrum;
pub mod tiles;
pub mod warp;
pub mod window;
