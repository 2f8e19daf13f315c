//! Metrics of predicted images and volumes against true ones.

pub(super) mod batch;
mod loss_mean;
mod ms_ssim;
mod psnr;
mod ssim;

pub use ms_ssim::MsSsim;
pub use psnr::Psnr;
pub use ssim::Ssim;
