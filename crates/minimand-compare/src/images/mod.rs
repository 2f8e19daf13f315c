//! Images or volumes with their masks, and the jobs on them.
//!
//! A case is an image with its mask; cases are what is split. Networks see crops of one size: in training some of
//! each case, drawn once per fold and the same for every candidate; in predicting all that cover a case.

mod error;
mod fold;
mod groups;
mod learner;
mod load;
mod measure;
mod normalise;
mod overlay;
mod predict;
mod saved;
mod summary;
mod windows;

use minimand::grid::Grid;
use minimand_burn::random::{Key, Random};

pub use self::error::ImagesError;
pub(crate) use self::fold::ImageFold;
pub(crate) use self::learner::Cases;
pub use self::overlay::Overlay;
pub use self::saved::SavedSegmenter;
use self::windows::Size;
use crate::candidates::Purpose;
use crate::data::{Fnv, Grouping, Target};
use crate::folds::Units;
use crate::outcome::{ClassSize, DataSummary, ImageSummary};
use crate::request::Task;

/// Images with their masks in memory.
#[derive(Debug)]
pub(crate) struct Images {
    /// The folder of the images.
    pub(crate) name: String,
    /// The folder of the masks.
    masks: String,
    cases: Vec<Case>,
    layout: Layout,
    /// The background first.
    classes: Vec<Class>,
    /// In what distances are measured.
    unit: String,
    /// What folds are made alike in.
    target: Target,
    groups: Option<Grouping>,
    notes: Vec<String>,
}

/// An image with its mask.
#[derive(Debug)]
struct Case {
    name: String,
    grid: Grid,
    /// `[channels, …]`, each channel with mean 0 and deviation 1.
    values: Vec<f32>,
    /// The class of each pixel.
    classes: Vec<u8>,
}

/// A class of pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Class {
    /// Its label in the files.
    label: u32,
    name: String,
}

/// What networks for these images take and give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Axes in space, 2 or 3.
    pub(crate) axes: usize,
    pub(crate) channels: usize,
    /// The background among them.
    pub(crate) classes: usize,
    /// What they see at a time.
    pub(crate) crop: Size,
}

impl Layout {
    /// The sides of a crop along the axes that there are.
    pub(crate) fn space(&self) -> &[usize] {
        &self.crop[3 - self.axes..]
    }

    /// `[n, channels, …]` of so many crops.
    pub(crate) fn shape(&self, crops: usize) -> Vec<usize> {
        [&[crops, self.channels], self.space()].concat()
    }
}

impl Case {
    fn size(&self) -> Size {
        self.grid.volume()
    }

    /// The pixels of each class.
    fn counts(&self, classes: usize) -> Vec<usize> {
        let mut counts = vec![0; classes];
        self.classes
            .iter()
            .for_each(|class| counts[usize::from(*class)] += 1);
        counts
    }
}

impl Images {
    /// What objectives will be trained on.
    pub(crate) fn purpose(&self) -> Purpose {
        Purpose {
            task: Task::Segmentation,
            outputs: self.layout.classes,
            space: self.layout.space().to_vec(),
        }
    }

    /// What is dealt to folds.
    pub(crate) fn units(&self) -> Units<'_> {
        Units {
            target: &self.target,
            groups: self.groups.as_ref(),
            times: None,
        }
    }

    /// A fingerprint of names, pixels, masks and spacing in order.
    pub(crate) fn hash(&self) -> String {
        let mut hash = Fnv::default();
        for case in &self.cases {
            hash.text(&case.name);
            hash.values(case.grid.spacing());
            case.grid
                .shape()
                .iter()
                .for_each(|side| hash.number(*side as u64));
            case.values
                .iter()
                .for_each(|value| hash.bytes(&(value + 0.0).to_le_bytes()));
            hash.bytes(&case.classes);
        }
        for class in &self.classes {
            hash.number(u64::from(class.label));
        }
        if let Some(groups) = &self.groups {
            hash.codes(&groups.codes);
        }
        hash.finish()
    }

    /// The images in short.
    pub(crate) fn summary(&self) -> DataSummary {
        let counts: Vec<Vec<usize>> = self
            .cases
            .iter()
            .map(|case| case.counts(self.layout.classes))
            .collect();
        let cases_with = |class: usize| counts.iter().filter(|of_case| of_case[class] > 0).count();
        let side = |axis: usize| {
            let sides = self.cases.iter().map(|case| case.grid.shape()[axis]);
            sides.fold((usize::MAX, 0), |(least, most), side| {
                (least.min(side), most.max(side))
            })
        };
        DataSummary {
            name: self.name.clone(),
            rows: self.cases.len(),
            features: self.layout.channels,
            target: self.masks.clone(),
            task: Task::Segmentation,
            task_was_told: false,
            classes: self
                .classes
                .iter()
                .enumerate()
                .map(|(class, found)| ClassSize {
                    name: found.name.clone(),
                    rows: cases_with(class),
                })
                .collect(),
            images: Some(ImageSummary {
                sizes: (0..self.layout.axes).map(side).collect(),
                crop: self.layout.space().to_vec(),
                unit: self.unit.clone(),
            }),
            image_columns: None,
            notes: self.notes.clone(),
            hash: self.hash(),
        }
    }
}

/// The random numbers of a fold for one thing.
fn random(key: Key, what: &[u8; 8], index: usize) -> Random {
    Random::new(stream(key, what).child(index as u64), 0)
}

/// The part of a fold's key for one thing. Named by text, it meets no index that is counted.
fn stream(key: Key, what: &[u8; 8]) -> Key {
    key.child(u64::from_le_bytes(*what))
}
