//! Losses of images, volumes and fields of displacements.

mod ms_ssim;
mod ssim;
mod total_variation;

pub use ms_ssim::Normalize;

crate::catalog::list![total_variation::TotalVariation, ssim::Ssim, ms_ssim::MsSsim,];
