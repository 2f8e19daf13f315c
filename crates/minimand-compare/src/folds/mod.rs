//! Who trains, who stops, who is measured: the rows of every fold.
//!
//! Without groups and time, folds are stratified and every repeat deals the rows anew.
//! With groups, whole groups are dealt. With a time column, each fold tests the rows
//! that come next after those it has trained on.

mod chained;
mod grouped;
mod stratified;

#[cfg(test)]
mod tests;

use minimand_burn::random::{Key, Random};

use crate::data::{Data, Grouping, Target};
use crate::request::Request;

/// Streams of a repeat's key, and of a fold's.
const TEST_FOLDS: u32 = 0;
const VALIDATION: u32 = 1;

/// The key of one fold of one repeat: validation rows, initial weights, batches and
/// corruption are drawn from it, so that they are the same for every candidate.
pub(crate) fn fold_key(seed: u64, repeat: usize, fold: usize) -> Key {
    Key::new(seed).child(repeat as u64).child(fold as u64)
}

/// What is dealt to folds: the rows of a table, or the cases of a set of images.
#[derive(Debug, Clone, Copy)]
pub struct Units<'a> {
    /// What parts are made alike in.
    pub target: &'a Target,
    /// What must not be split.
    pub groups: Option<&'a Grouping>,
    /// When each was.
    pub times: Option<&'a [f64]>,
}

impl<'a> From<&'a Data> for Units<'a> {
    fn from(data: &'a Data) -> Self {
        Self {
            target: &data.target,
            groups: data.groups.as_ref(),
            times: data.times.as_deref(),
        }
    }
}

/// The rows of one fold of one repeat. The three lists share no row and are sorted;
/// together they hold all rows, or with a time column all but those that come later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The repeat, counted from 0.
    pub repeat: usize,
    /// The fold, counted from 0.
    pub fold: usize,
    /// Rows that the gradients see.
    pub train: Vec<usize>,
    /// Rows that decide when to stop and which settings to keep, and fit the
    /// temperature.
    pub validation: Vec<usize>,
    /// Rows that are only measured.
    pub test: Vec<usize>,
}

impl Split {
    fn key(&self, seed: u64) -> Key {
        fold_key(seed, self.repeat, self.fold)
    }
}

/// All rows, some of them held out to decide when to stop: for a model to keep.
pub(crate) fn whole<'a>(units: impl Into<Units<'a>>, request: &Request) -> Split {
    let units = units.into();
    let (all, parts) = (
        (0..units.target.len()).collect::<Vec<_>>(),
        request.validation_parts(),
    );
    // No repeat has this number, so the rows are drawn anew.
    let (repeat, fold) = (request.repeats, 0);
    let random = Random::new(fold_key(request.seed, repeat, fold), VALIDATION);
    let (train, validation) = match (units.times, units.groups) {
        (Some(times), _) => chained::hold_out(times, all, parts),
        (None, Some(groups)) => grouped::hold_out(units.target, groups, &all, parts, random),
        (None, None) => stratified::hold_out(units.target, &all, parts, random),
    };
    Split {
        repeat,
        fold,
        train,
        validation,
        test: Vec::new(),
    }
}

/// The splits of `request` on `units`, repeat by repeat. Data has passed the checks of
/// [`Data::load`]. A part may be empty where classes, groups or times are too few.
pub fn splits<'a>(units: impl Into<Units<'a>>, request: &Request) -> Vec<Split> {
    let units = units.into();
    let (folds, parts) = (request.folds, request.validation_parts());
    if let Some(times) = units.times {
        return chained::splits(times, folds, parts);
    }
    let all: Vec<usize> = (0..units.target.len()).collect();
    let mut splits = Vec::with_capacity(folds * request.repeats);
    for repeat in 0..request.repeats {
        let random = Random::new(Key::new(request.seed).child(repeat as u64), TEST_FOLDS);
        let part_of = match units.groups {
            None => stratified::parts(units.target, &all, folds, random),
            Some(groups) => grouped::parts(units.target, groups, &all, folds, random),
        };
        for fold in 0..folds {
            let chosen = |wanted: bool| {
                let rows = all.iter().zip(&part_of);
                rows.filter(move |(_, part)| (**part == fold) == wanted)
                    .map(|(row, _)| *row)
            };
            let mut split = Split {
                repeat,
                fold,
                train: chosen(false).collect(),
                validation: Vec::new(),
                test: chosen(true).collect(),
            };
            let random = Random::new(split.key(request.seed), VALIDATION);
            let outer = std::mem::take(&mut split.train);
            (split.train, split.validation) = match units.groups {
                None => stratified::hold_out(units.target, &outer, parts, random),
                Some(groups) => grouped::hold_out(units.target, groups, &outer, parts, random),
            };
            splits.push(split);
        }
    }
    splits
}
