//! Reading the cases of two folders, and making sure that they can be compared on.

use std::collections::BTreeSet;
use std::path::Path;

use minimand::grid::Grid;
use minimand_burn::random::{Key, Random};
use minimand_images::{Pair, common_spacing, pairs, read, read_mask, told_spacing};

use super::groups::grouping;
use super::normalise::normalise;
use super::summary::{alike, layout, notes, rare, unit};
use super::{Case, Class, Images, ImagesError};
use crate::data::{Grouping, SAMPLE};
use crate::request::Request;

/// More labels than this are no classes.
const MOST_CLASSES: usize = 64;

/// All images may hold so many numbers: 8 GiB.
const MOST_VALUES: usize = 1 << 31;

/// A case before the classes of all are known.
pub(super) struct Loaded {
    pub(super) pair: Pair,
    pub(super) grid: Grid,
    /// Whether a header tells the spacing.
    pub(super) spacing_is_told: bool,
    pub(super) channels: usize,
    pub(super) values: Vec<f32>,
    /// Pixels that were not finite.
    pub(super) missing: usize,
    pub(super) labels: Vec<u32>,
    pub(super) present: Vec<u32>,
}

impl Images {
    /// The cases of two folders.
    ///
    /// # Errors
    ///
    /// Files that do not pair up, cannot be read or do not fit together, masks without classes or with too many,
    /// too few cases or groups, and settings for another number of axes.
    pub(crate) fn load(
        images: &Path,
        masks: &Path,
        request: &Request,
    ) -> Result<Self, ImagesError> {
        let pairs = sampled(pairs(images, masks)?, request);
        let needed = (2 * request.folds).max(6);
        if pairs.len() < needed {
            return Err(ImagesError::TooFewCases {
                images: images.to_owned(),
                cases: pairs.len(),
                folds: request.folds,
                needed,
            });
        }
        let groups = groups(&pairs, request)?;
        let mut loaded: Vec<Loaded> = Vec::with_capacity(pairs.len());
        let mut values = 0_usize;
        for pair in pairs {
            let case = Loaded::read(pair, &request.images.spacing)?;
            if let Some(first) = loaded.first() {
                case.check_like(first)?;
            }
            values = values.saturating_add(case.values.len());
            if values > MOST_VALUES {
                return Err(ImagesError::TooLarge {
                    images: images.to_owned(),
                    most: MOST_VALUES,
                });
            }
            loaded.push(case);
        }
        let classes = classes(&loaded, masks, request)?;
        let layout = layout(&loaded, classes.len(), request)?;
        let (unit, mut notes) = (unit(&loaded, request), notes(&loaded));
        let cases: Vec<Case> = loaded
            .into_iter()
            .map(|case| case.numbered(&classes))
            .collect();
        let target = alike(&cases, &classes);
        notes.extend(rare(&cases, &classes, request.folds));
        Ok(Self {
            name: images.display().to_string(),
            masks: masks.display().to_string(),
            cases,
            layout,
            classes,
            unit,
            target,
            groups,
            notes,
        })
    }
}

/// As many pairs as are wanted, drawn at random and kept in order.
fn sampled(mut pairs: Vec<Pair>, request: &Request) -> Vec<Pair> {
    if let Some(wanted) = request.rows.filter(|wanted| *wanted < pairs.len()) {
        Random::new(Key::new(request.seed), SAMPLE).shuffle(&mut pairs);
        pairs.truncate(wanted);
        pairs.sort_by(|a, b| a.name.cmp(&b.name));
    }
    pairs
}

fn groups(pairs: &[Pair], request: &Request) -> Result<Option<Grouping>, ImagesError> {
    let Some(groups) = &request.roles.groups else {
        return Ok(None);
    };
    let names: Vec<String> = pairs.iter().map(|pair| pair.name.clone()).collect();
    let found = grouping(groups, &names)?;
    if found.names.len() < request.folds.max(3) {
        return Err(ImagesError::TooFewGroups {
            groups: found.names.len(),
            folds: request.folds,
        });
    }
    Ok(Some(found))
}

impl Loaded {
    fn read(pair: Pair, spacing: &[f64]) -> Result<Self, ImagesError> {
        let (image, mask) = (read(&pair.first)?, read_mask(&pair.second)?);
        if image.grid.shape() != mask.grid.shape() {
            return Err(ImagesError::Shapes {
                image_shape: image.grid.shape().to_vec(),
                mask_shape: mask.grid.shape().to_vec(),
                image: pair.first,
                mask: pair.second,
            });
        }
        let found = match spacing {
            [] => {
                let of_image = told_spacing(&pair.first, &image.grid);
                let of_mask = told_spacing(&pair.second, &mask.grid);
                let found = common_spacing(of_image.as_deref(), of_mask.as_deref());
                found.map_err(|conflict| ImagesError::Spacing {
                    image: pair.first.clone(),
                    mask: pair.second.clone(),
                    conflict,
                })?
            }
            given => Some(given.to_vec()),
        };
        let axes = mask.grid.axes();
        let grid = match &found {
            // Only a spacing that was given can have another number of axes.
            Some(steps) => mask
                .grid
                .with_spacing(steps)
                .map_err(|_| ImagesError::Axes {
                    setting: "spacing",
                    axes,
                    found: steps.len(),
                })?,
            None => mask.grid,
        };
        let present = mask.present();
        if present.len() > MOST_CLASSES {
            return Err(ImagesError::ManyLabels {
                mask: pair.second,
                labels: present.len(),
                most: MOST_CLASSES,
            });
        }
        let channels = image.channels;
        let mut values = image.values.into_reals();
        let missing = normalise(&mut values, channels);
        Ok(Self {
            pair,
            grid,
            spacing_is_told: found.is_some(),
            channels,
            values,
            missing,
            labels: mask.labels,
            present,
        })
    }

    /// Does it have the channels and axes of the first case?
    fn check_like(&self, first: &Self) -> Result<(), ImagesError> {
        let kind = |case: &Self| kind(case.channels, case.grid.axes());
        if (self.channels, self.grid.axes()) == (first.channels, first.grid.axes()) {
            return Ok(());
        }
        Err(ImagesError::Unlike {
            image: self.pair.first.clone(),
            found: kind(self),
            first: first.pair.first.clone(),
            expected: kind(first),
        })
    }

    /// With the places of its labels among the classes.
    fn numbered(self, classes: &[Class]) -> Case {
        let mut last = (0, 0);
        let mut place = |label: u32| {
            // Labels come in long runs, and all are among the classes, of which there are at most 64.
            if label != last.0 {
                let found = classes.binary_search_by_key(&label, |class| class.label);
                last = (label, found.unwrap_or(0) as u8);
            }
            last.1
        };
        Case {
            name: self.pair.name,
            grid: self.grid,
            classes: self.labels.into_iter().map(&mut place).collect(),
            values: self.values,
        }
    }
}

/// What images of one comparison have in common, for messages.
pub(super) fn kind(channels: usize, axes: usize) -> String {
    match channels {
        1 => format!("1 channel and {axes} axes"),
        several => format!("{several} channels and {axes} axes"),
    }
}

/// The background and every other label of any mask, in rising order.
fn classes(loaded: &[Loaded], masks: &Path, request: &Request) -> Result<Vec<Class>, ImagesError> {
    let found = loaded.iter().flat_map(|case| case.present.iter().copied());
    let labels: BTreeSet<u32> = found.chain([0]).collect();
    if labels.len() > MOST_CLASSES {
        return Err(ImagesError::ManyClasses {
            masks: masks.to_owned(),
            labels: labels.len(),
            most: MOST_CLASSES,
        });
    }
    if labels.len() < 2 {
        return Err(ImagesError::NoClass {
            masks: masks.to_owned(),
        });
    }
    let names = &request.images.class_names;
    if !names.is_empty() && names.len() + 1 != labels.len() {
        return Err(ImagesError::ClassNames {
            names: names.len(),
            labels: labels.into_iter().skip(1).collect(),
        });
    }
    let name = |(place, label): (usize, u32)| Class {
        label,
        name: match place.checked_sub(1) {
            None => "background".to_owned(),
            Some(place) => names
                .get(place)
                .cloned()
                .unwrap_or_else(|| label.to_string()),
        },
    };
    Ok(labels.into_iter().enumerate().map(name).collect())
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
