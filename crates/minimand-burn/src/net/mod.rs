//! Networks for images and volumes: a small [`UNet`], and the layers it is made of.
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use minimand_burn::net::{NetError, UNet, UNetSettings};
//! use minimand_burn::random::Key;
//!
//! # fn main() -> Result<(), NetError> {
//! let net = UNet::new(&UNetSettings { channels: 3, classes: 4, ..UNetSettings::default() }, Key::new(1))?;
//! let device = Device::flex().autodiff();
//! let logits = net.forward(Tensor::<4>::zeros([2, 3, 32, 48], &device))?;
//! assert_eq!(logits.dims(), [2, 4, 32, 48]);
//! # Ok(())
//! # }
//! ```
//!
//! A network of one's own is a Burn module of these layers and Burn's. Whatever it is made of,
//! [`train::images`](crate::train::images) trains it.
//!
//! # Speed
//!
//! Convolutions, normalisations and changes of size are computed by kernels of this crate on one thread,
//! each with its own backward step. Small networks have few channels: there, the matrix of patches that a
//! general convolution builds costs more than the arithmetic, and a convolution that reads the image
//! itself is several times as fast.
//!
//! All results depend on the arguments alone, not on the number of threads.

mod conv_kernel;
mod convolution;
mod error;
mod layers;
mod level;
mod norm_kernel;
mod operation;
mod resize;
mod resize_kernel;
#[cfg(test)]
mod tests;
mod unet;
mod weights;

pub use error::NetError;
pub use layers::{Block, Conv, Norm};
pub use norm_kernel::Activation;
pub use resize::{join, max_pool, upsample};
pub use unet::{UNet, UNetFeatures, UNetSettings};
