//! The options of `minimand compare` for images.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use minimand_compare::{ImageOptions, Request};

/// Images instead of a table.
#[derive(Debug, Args)]
#[command(next_help_heading = "Images (instead of DATA)")]
pub(super) struct ImageArgs {
    /// Folder of images or volumes: NIfTI, PNG, TIFF or .npy, grey or in colours.
    #[arg(long, value_name = "DIR", requires = "masks", conflicts_with = "data", value_hint = ValueHint::DirPath)]
    images: Option<PathBuf>,

    /// Folder of their masks, with the same names before the extension: 0 for the background, and a label for each
    /// class.
    #[arg(long, value_name = "DIR", requires = "images", value_hint = ValueHint::DirPath)]
    masks: Option<PathBuf>,

    /// Sides of what networks see at a time, as rows,columns or slices,rows,columns. [default: the size of the
    /// images, at most 96 in the plane and 32 in space]
    #[arg(long, value_name = "N,N", value_delimiter = ',', requires = "images")]
    crop: Vec<usize>,

    /// Distance of neighbouring pixels along each axis, in the order of --crop, instead of what headers say.
    #[arg(
        long,
        value_name = "X,X",
        value_delimiter = ',',
        requires = "images",
        allow_negative_numbers = true
    )]
    spacing: Vec<f64>,

    /// Names of the classes, in the order of their labels and without the background.
    #[arg(
        long,
        value_name = "NAME,…",
        value_delimiter = ',',
        requires = "images"
    )]
    class_names: Vec<String>,

    /// Do not mirror images at random in training, as where left and right are classes.
    #[arg(long, requires = "images")]
    no_flips: bool,
}

impl ImageArgs {
    /// A request for the folders, if they are named.
    pub(super) fn request(self) -> Option<Request> {
        let request = Request::segmentation(&self.images?, &self.masks?);
        Some(Request {
            images: ImageOptions {
                crop: self.crop,
                spacing: self.spacing,
                class_names: self.class_names,
                flips: !self.no_flips,
            },
            ..request
        })
    }
}
