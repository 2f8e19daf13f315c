//! What is minimised: one file per loss, one list per area.

use crate::catalog::Entry;

mod binary;
mod classification;
mod detection;
mod embedding;
mod image;
pub(crate) mod pairs;
mod ranking;
mod regression;
mod segmentation;
mod sequence;
mod transport;

pub use binary::*;
pub use classification::*;
pub use detection::*;
pub use embedding::*;
pub use image::*;
pub use pairs::Margin;
pub use ranking::*;
pub use regression::*;
pub use segmentation::*;
pub use sequence::*;
pub use transport::*;

/// The lists of all areas, in the order in which they are shown.
pub(crate) const LISTS: &[&[&Entry]] = &[
    classification::LIST,
    binary::LIST,
    regression::LIST,
    segmentation::LIST,
    detection::LIST,
    image::LIST,
    ranking::LIST,
    sequence::LIST,
    embedding::LIST,
    transport::LIST,
];
