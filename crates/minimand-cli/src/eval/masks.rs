//! Masks against masks: the measures of each class of each case.

use std::collections::{BTreeMap, BTreeSet};

use minimand::Labels;
use minimand::grid::Grid;
use minimand::metrics::segmentation::{MaskPair, Settings, measures_where};
use minimand::metrics::{MetricInfo, SEGMENTATION, SegmentationCase};
use minimand_images::{Affine, Mask, common_spacing, read_mask, told_spacing};
use rayon::prelude::*;

use super::cases::{Case, Outcomes};
use super::images::check_shapes;
use super::problem::{CaseError, CaseProblem};
use super::sheet::{Class, Row, Sheet};
use crate::error::CliError;

/// More labels than this in one case are no classes.
const MOST_CLASSES: usize = 1024;

/// What to measure, and how.
#[derive(Debug)]
pub(super) struct Plan {
    /// Names of measures, all of them known; empty for all.
    pub(super) measures: Vec<String>,
    pub(super) settings: Settings,
    /// How many classes there are, the background among them; every label that is found if `None`.
    pub(super) classes: Option<usize>,
    /// Names of the classes from 1 on.
    pub(super) names: Vec<String>,
    /// True label whose pixels do not count.
    pub(super) ignored: Option<u32>,
    /// Instead of that of the headers.
    pub(super) spacing: Option<Vec<f64>>,
}

/// The values of a class, one for each measure.
type Values = Vec<Option<f64>>;

/// A case that has been measured.
#[derive(Debug)]
pub(super) struct Measured {
    classes: BTreeMap<u32, Values>,
    /// Labels in the prediction that are not in the target.
    only_predicted: BTreeSet<u32>,
    /// Labels of the target.
    true_labels: BTreeSet<u32>,
    /// Do the headers put the pixels at different places?
    is_displaced: bool,
}

impl Plan {
    /// Reads and measures a case.
    pub(super) fn measure(&self, case: &Case) -> Result<Measured, CaseError> {
        self.try_measure(case)
            .map_err(|problem| case.refuse(problem))
    }

    fn try_measure(&self, case: &Case) -> Result<Measured, CaseProblem> {
        // The command line demands targets where there is no expression.
        let targets = case.targets.as_deref().unwrap_or(&case.predictions);
        let mut prediction = read_mask(&case.predictions)?;
        let mut truth = read_mask(targets)?;
        check_shapes(prediction.grid.shape(), truth.grid.shape())?;
        let spacing = match &self.spacing {
            Some(spacing) => Some(spacing.clone()),
            None => common_spacing(
                told_spacing(&case.predictions, &prediction.grid).as_deref(),
                told_spacing(targets, &truth.grid).as_deref(),
            )?,
        };
        let grid = match spacing {
            Some(spacing) => truth.grid.with_spacing(&spacing)?,
            None => truth.grid,
        };
        let is_displaced = displaced(&prediction, &truth);
        if let Some(ignored) = self.ignored {
            let pairs = prediction.labels.iter_mut().zip(&mut truth.labels);
            for (prediction, truth) in pairs.filter(|(_, truth)| **truth == ignored) {
                (*prediction, *truth) = (0, 0);
            }
        }
        let found: [BTreeSet<u32>; 2] =
            [&prediction, &truth].map(|mask| mask.present().into_iter().collect());
        let labels = self.labels(&found)?;
        renumber(&mut prediction.labels, &labels);
        renumber(&mut truth.labels, &labels);
        let cut = SegmentationCase {
            grid,
            prediction: Labels::U32(&prediction.labels),
            truth: Labels::U32(&truth.labels),
        };
        let pairs = cut.pairs(labels.len() + 1)?;
        drop((prediction, truth));
        let [predicted, true_labels] = found;
        Ok(Measured {
            // Distances and components of a class are let go as soon as it is measured.
            classes: labels
                .into_par_iter()
                .zip(pairs)
                .map(|(label, pair)| (label, self.values(&pair)))
                .collect(),
            only_predicted: predicted.difference(&true_labels).copied().collect(),
            true_labels,
            is_displaced,
        })
    }

    /// The labels to measure, in rising order and without the background.
    fn labels(&self, found: &[BTreeSet<u32>; 2]) -> Result<Vec<u32>, CaseProblem> {
        let found: BTreeSet<u32> = found.iter().flatten().copied().collect();
        let Some(classes) = self.classes else {
            let labels: Vec<u32> = found.into_iter().filter(|&label| label > 0).collect();
            return match labels.len() {
                0..=MOST_CLASSES => Ok(labels),
                labels => Err(CaseProblem::ManyLabels {
                    labels,
                    most: MOST_CLASSES,
                }),
            };
        };
        match found.last() {
            Some(&label) if label as usize >= classes => Err(CaseProblem::Label { label, classes }),
            _ => Ok((1..).take(classes - 1).collect()),
        }
    }

    fn is_wanted(&self, info: &MetricInfo) -> bool {
        self.measures.is_empty() || self.measures.iter().any(|name| name == info.name)
    }

    fn values(&self, pair: &MaskPair) -> Values {
        let row = measures_where(pair, &self.settings, |info| self.is_wanted(info));
        row.into_iter().map(|(_, value)| value).collect()
    }

    /// A row for each class of each case: every class that is in some case, and in each case.
    pub(super) fn sheet(&self, outcomes: &Outcomes<Measured>) -> Result<Sheet, CliError> {
        let measured = || outcomes.judged.iter().map(|(_, measured)| measured);
        let labels: BTreeSet<u32> = measured()
            .flat_map(|case| case.classes.keys().copied())
            .collect();
        // What is measured of a class that is in neither mask depends on nothing else.
        let absent = self.values(&MaskPair::new(&Grid::new(&[1])?, &[false], &[false])?);
        let class = |label: u32| Class {
            label,
            name: match self.names.get(label as usize - 1) {
                Some(name) => name.clone(),
                None => label.to_string(),
            },
        };
        let mut rows = Vec::with_capacity(outcomes.judged.len() * labels.len());
        for (case, measured) in &outcomes.judged {
            for &label in &labels {
                rows.push(Row {
                    case: case.name.clone(),
                    class: Some(class(label)),
                    values: measured.classes.get(&label).unwrap_or(&absent).clone(),
                });
            }
        }
        let wanted = SEGMENTATION.iter().filter(|info| self.is_wanted(info));
        Ok(Sheet {
            columns: wanted.map(|info| info.name.to_owned()).collect(),
            rows,
        })
    }
}

/// What looks as if predictions and targets were not made for each other.
pub(super) fn doubts(outcomes: &Outcomes<Measured>) -> Vec<String> {
    let mut doubts = Vec::new();
    let measured = || outcomes.judged.iter().map(|(_, measured)| measured);
    let truth: BTreeSet<u32> = measured()
        .flat_map(|case| case.true_labels.iter().copied())
        .collect();
    let predicted: BTreeSet<u32> = measured()
        .flat_map(|case| case.only_predicted.iter().copied())
        .filter(|label| *label > 0 && !truth.contains(label))
        .collect();
    if !predicted.is_empty() {
        let labels: Vec<String> = predicted.iter().map(u32::to_string).collect();
        doubts.push(format!(
            "no target has the predicted label {}: do both number the classes alike?",
            labels.join(", ")
        ));
    }
    let displaced: Vec<&Case> = outcomes
        .judged
        .iter()
        .filter(|(_, measured)| measured.is_displaced)
        .map(|(case, _)| case)
        .collect();
    if let Some(first) = displaced.first() {
        doubts.push(format!(
            "in {} cases, {} the first, the headers of the two files put the same pixels at different places; \
             they were compared pixel by pixel",
            displaced.len(),
            first.name
        ));
    }
    doubts
}

/// Do both headers say where the pixels lie, and contradict each other by more than rounding?
fn displaced(a: &Mask, b: &Mask) -> bool {
    let entries = |affine: &Affine| affine.iter().flatten().copied().collect::<Vec<f64>>();
    let (Some(first), Some(second)) = (&a.affine, &b.affine) else {
        return false;
    };
    let finest = a.grid.spacing().iter().copied().fold(f64::MAX, f64::min);
    let mut differences = entries(first).into_iter().zip(entries(second));
    differences.any(|(a, b)| (a - b).abs() > 0.01 * finest)
}

/// Labels as their places in a sorted list, from 1; 0 stays.
fn renumber(labels: &mut [u32], sorted: &[u32]) {
    if sorted.iter().zip(1..).all(|(&label, place)| label == place) {
        return;
    }
    // Labels come in long runs.
    let mut last = (0, 0);
    for label in labels {
        if *label != last.0 {
            let place = sorted.binary_search(label).map_or(0, |place| place + 1);
            last = (*label, place as u32);
        }
        *label = last.1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_become_places() {
        let mut labels = [0, 7, 7, 255, 0, 7];
        renumber(&mut labels, &[7, 255]);
        assert_eq!(labels, [0, 1, 1, 2, 0, 1]);
        let mut labels = [0, 2, 1];
        renumber(&mut labels, &[1, 2]);
        assert_eq!(labels, [0, 2, 1]);
    }
}
