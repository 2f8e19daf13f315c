//! Why a network could not be made or applied.

use crate::loss::LossError;

/// Why a network was refused, or refused its images.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NetError {
    /// A setting outside its range.
    #[error("the setting `{name}` must be {expected}, got {got}")]
    Setting {
        /// Which setting.
        name: &'static str,
        /// Its range.
        expected: String,
        /// What came.
        got: usize,
    },
    /// Images of another rank or with other channels than the network was made for.
    #[error("`{argument}` must have the shape {expected}, got {got:?}")]
    Shape {
        /// Which tensor.
        argument: &'static str,
        /// The shape that would fit.
        expected: String,
        /// The shape that came.
        got: Vec<usize>,
    },
    /// Images that cannot be halved as often as the network halves them.
    #[error(
        "every side of the images must be a multiple of {multiple}, got {got:?}; pad or crop them, \
         or take a smaller depth"
    )]
    Size {
        /// 2 to the power of the depth.
        multiple: usize,
        /// The sides that came.
        got: Vec<usize>,
    },
    /// A tensor that is not on the Flex device, or not of F32 numbers.
    #[error(transparent)]
    Tensor(#[from] LossError),
}
