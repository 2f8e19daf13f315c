//! Optimal transport: how far two distributions are apart, and how mass moves between them.
//!
//! - [`Sinkhorn`]: entropic transport between clouds of points or for given costs, balanced or with marginals that may
//!   be missed; values, potentials, couplings, gradients, and the debiased divergence.
//! - [`wasserstein_1d`]: exact transport on the line.
//! - [`bures`]: transport between Gaussians, from their means and covariances.
//! - [`eigen`]: symmetric matrices by their eigenvectors.
//!
//! All of it is in double precision and gives the same bits for any number of threads.

pub mod alignment;
pub mod bures;
mod cloud;
mod costs;
pub mod eigen;
mod line;
mod sinkhorn;

pub use cloud::{Cloud, Cost};
pub(crate) use line::plain_wasserstein_1d;
pub use line::{Line, wasserstein_1d};
pub(crate) use sinkhorn::plain_transport;
pub use sinkhorn::{CloudGradient, Divergence, Sinkhorn, Transport};
