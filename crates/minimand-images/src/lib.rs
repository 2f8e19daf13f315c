//! Images, volumes and their masks, read from files and written to them.
//!
//! [`read`] tells NIfTI-1, PNG, TIFF and `.npy` apart by their content and gives an [`Image`]: a grid with
//! its spacing and one or more channels of numbers. [`read_mask`] reads the same files as a label for each
//! pixel. [`pairs`] finds the files of two folders that belong together.
//!
//! ```
//! use minimand::grid::Grid;
//! use minimand_images::{Mask, read_mask, write_mask};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! let grid = Grid::new(&[2, 3])?.with_spacing(&[0.5, 0.8])?;
//! let mask = Mask::new(grid, vec![0, 0, 1, 0, 2, 2])?;
//! let path = folder.path().join("case.nii.gz");
//! write_mask(&path, &mask)?;
//! assert_eq!(read_mask(&path)?.labels, mask.labels);
//! # Ok(())
//! # }
//! ```
//!
//! What a header announces is believed only as far as the size of the file makes it possible, so that a
//! damaged or hostile file ends in an error and not in a huge allocation.

mod error;
mod image;
mod nifti;
mod npy;
mod numbers;
mod pairs;
mod png;
mod read;
mod spacing;
mod tiff;
mod write;

pub use error::{Problem, ReadError, WriteError};
pub use image::{Affine, Image, Mask, Values};
pub use pairs::{Pair, PairError, pairs, split_name};
pub use read::{read, read_mask};
pub use spacing::{SpacingConflict, common_spacing, told_spacing};
pub use write::{Pixels, encode_png, write_mask, write_png};

#[cfg(test)]
mod fuzz_tests;
