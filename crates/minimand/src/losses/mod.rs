//! What is minimised: one file per loss, one list per area.

use crate::catalog::Entry;

mod binary;
mod classification;
mod detection;
mod regression;
mod segmentation;

pub use binary::*;
pub use classification::*;
pub use detection::*;
pub use regression::*;
pub use segmentation::*;

/// The lists of all areas, in the order in which they are shown.
pub(crate) const LISTS: &[&[&Entry]] = &[
    classification::LIST,
    binary::LIST,
    regression::LIST,
    segmentation::LIST,
    detection::LIST,
];
