//! What can be wrong with images and masks, in words that say which file and what to do.

use std::path::PathBuf;

use minimand_images::{PairError, ReadError, SpacingConflict};
use minimand_report::table;

/// Why images could not be compared on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImagesError {
    /// The files of the two folders do not pair up.
    #[error(transparent)]
    Pairs(#[from] PairError),
    /// A file that is no image, or no mask.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// An image and its mask of different sizes.
    #[error(
        "{} and {}: image and mask must have one shape, got {image_shape:?} and {mask_shape:?}; resample one \
         of them", image.display(), mask.display()
    )]
    Shapes {
        /// The image.
        image: PathBuf,
        /// Its pixels along each axis.
        image_shape: Vec<usize>,
        /// The mask.
        mask: PathBuf,
        /// Its pixels along each axis.
        mask_shape: Vec<usize>,
    },
    /// Image and mask tell different spacings.
    #[error("{} and {}: {conflict}; give the right one with --spacing", image.display(), mask.display())]
    Spacing {
        /// The image.
        image: PathBuf,
        /// The mask.
        mask: PathBuf,
        /// What they say.
        conflict: SpacingConflict,
    },
    /// An image of another kind than the first.
    #[error(
        "{}: this image has {found}, but {} has {expected}; all images of a comparison must have the same \
         channels and axes", image.display(), first.display()
    )]
    Unlike {
        /// The image.
        image: PathBuf,
        /// What it has.
        found: String,
        /// The first image.
        first: PathBuf,
        /// What that has.
        expected: String,
    },
    /// A mask that is no mask of classes.
    #[error(
        "{}: {labels} different labels are too many for a mask of classes, at most {most}; is this a grey \
         image, or one label for each object?", mask.display()
    )]
    ManyLabels {
        /// The mask.
        mask: PathBuf,
        /// How many were found.
        labels: usize,
        /// How many there may be.
        most: usize,
    },
    /// All masks together have too many labels.
    #[error(
        "{}: the masks have {labels} different labels, which are too many for classes, at most {most}; do \
         they number the classes alike?", masks.display()
    )]
    ManyClasses {
        /// The folder.
        masks: PathBuf,
        /// How many were found.
        labels: usize,
        /// How many there may be.
        most: usize,
    },
    /// Nothing is to be found in any image.
    #[error(
        "{}: no mask has another label than 0, which is the background; there is nothing to learn",
        masks.display()
    )]
    NoClass {
        /// The folder.
        masks: PathBuf,
    },
    /// Names for another number of classes.
    #[error(
        "{names} names of classes were given, but the masks have {} labels beside the background: {}",
        labels.len(), labels.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
    )]
    ClassNames {
        /// How many names.
        names: usize,
        /// The labels from 1 on.
        labels: Vec<u32>,
    },
    /// A setting with another number of axes than the images.
    #[error("`{setting}` must have {axes} numbers, one for each axis of the images, got {found}")]
    Axes {
        /// Which setting.
        setting: &'static str,
        /// Axes of the images.
        axes: usize,
        /// Numbers that were given.
        found: usize,
    },
    /// Cross-validation needs more cases.
    #[error(
        "{}: {cases} cases are too few for {folds} folds; at least {needed} are needed",
        images.display()
    )]
    TooFewCases {
        /// The folder.
        images: PathBuf,
        /// Cases that there are.
        cases: usize,
        /// Folds asked for.
        folds: usize,
        /// Cases needed.
        needed: usize,
    },
    /// Groups cannot be in every fold.
    #[error(
        "{groups} groups are too few for {folds} folds: each fold tests at least one, and trains and \
         validates on others; use fewer folds (2 need 3 groups)"
    )]
    TooFewGroups {
        /// Groups that there are.
        groups: usize,
        /// Folds asked for.
        folds: usize,
    },
    /// The images would not fit in memory.
    #[error(
        "{}: the images hold more than {most} numbers, which would not fit in memory; take fewer cases \
         (--rows) or smaller images", images.display()
    )]
    TooLarge {
        /// The folder.
        images: PathBuf,
        /// How many numbers fit.
        most: usize,
    },
    /// The table of groups cannot be read.
    #[error(
        "groups: {0}; name a table with the columns `case` and `group`, or a pattern such as {{group}}_*"
    )]
    GroupTable(#[from] table::ReadError),
    /// The table of groups lacks a column.
    #[error(
        "{}: there is no column `{column}`; a table of groups has the columns `case` (names of files) and \
         `group`", table.display()
    )]
    GroupColumn {
        /// The table.
        table: PathBuf,
        /// The column.
        column: &'static str,
    },
    /// A case without a group.
    #[error("{}: the case `{case}` has no group; give it a row", table.display())]
    Groupless {
        /// The table.
        table: PathBuf,
        /// The case.
        case: String,
    },
    /// A name that the pattern of groups does not match.
    #[error(
        "groups: the name `{case}` does not match the pattern `{pattern}`, in which {{group}} stands for \
         the group and * for any text"
    )]
    Pattern {
        /// The case.
        case: String,
        /// The pattern.
        pattern: String,
    },
    /// An image that a saved model cannot read.
    #[error("{image}: {reason}")]
    Prediction {
        /// The image.
        image: String,
        /// Why not.
        reason: String,
    },
}
