//! How good the segmentation of a case is.

use std::collections::BTreeMap;

use minimand::Labels;
use minimand::metrics::SegmentationCase;
use minimand::metrics::segmentation::{MaskPair, Settings, measures_where};

use super::{Case, Images};
use crate::measures::{Measure, Measures};
use crate::outcome::CaseScores;
use crate::slices::{BY_CLASS, Slice};

/// These measures of each class of a case but the background, of which those that are not defined are left out.
pub(super) fn case_scores(
    images: &Images,
    case: &Case,
    predicted: &[u8],
    wanted: &[Measure],
) -> Vec<CaseScores> {
    let judged = SegmentationCase {
        grid: case.grid,
        prediction: Labels::U8(predicted),
        truth: Labels::U8(&case.classes),
    };
    // Both have a class of these for each pixel, and no more pixels than can be counted.
    let pairs = judged.pairs(images.layout.classes).unwrap_or_default();
    let scores = images.classes[1..].iter().zip(&pairs);
    scores
        .map(|(class, pair)| CaseScores {
            case: case.name.clone(),
            class: class.name.clone(),
            measures: measures(pair, wanted),
        })
        .collect()
}

/// Unlike in `minimand eval`, a distance where only one of the two masks is empty is that of opposite corners of the
/// case: left out, it would reward a loss whose networks find nothing.
fn measures(pair: &MaskPair, wanted: &[Measure]) -> Measures {
    let of_name = |name: &str| {
        wanted
            .iter()
            .copied()
            .find(|measure| measure.name() == name)
    };
    let row = measures_where(pair, &Settings::default(), |info| {
        of_name(info.name).is_some()
    });
    let overlap = pair.overlap();
    let is_missed = (overlap.predicted == 0) != (overlap.truth == 0);
    row.into_iter()
        .filter_map(|(info, value)| {
            let measure = of_name(info.name)?;
            let is_distance = matches!(measure, Measure::Hausdorff95 | Measure::Assd);
            let value = match value {
                None if is_distance && is_missed => Some(diagonal(pair)),
                value => value,
            };
            Some((measure, value.filter(|value| value.is_finite())?))
        })
        .collect()
}

/// The distance of opposite corners.
fn diagonal(pair: &MaskPair) -> f64 {
    let sides = pair.frame().shape().iter().zip(pair.frame().spacing());
    let squares = sides.map(|(side, step)| ((side - 1) as f64 * step).powi(2));
    squares.sum::<f64>().sqrt()
}

/// The mean over the classes of the means over the cases in which a measure is defined.
pub(super) fn means(scores: &[CaseScores]) -> Measures {
    let mut values: BTreeMap<Measure, Vec<f64>> = BTreeMap::new();
    for of_class in by_class(scores).values() {
        for (measure, mean) in of_class {
            values.entry(*measure).or_default().push(*mean);
        }
    }
    mean_of_each(values)
}

/// The mean over the classes of one case.
pub(super) fn of_case(scores: &[CaseScores], measure: Measure) -> Option<f64> {
    let values: Vec<f64> = scores
        .iter()
        .filter_map(|of_class| of_class.measures.get(&measure).copied())
        .collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Each class by itself, with the number of cases that have it, truly or as predicted.
pub(super) fn slices(scores: &[CaseScores]) -> Vec<Slice> {
    let means = by_class(scores);
    let mut order: Vec<&str> = Vec::new();
    for of_class in scores {
        if !order.contains(&of_class.class.as_str()) {
            order.push(&of_class.class);
        }
    }
    let cases = |class: &str| {
        let of_class = scores.iter().filter(|one| one.class == class);
        // Dice is defined where the class is, truly or as predicted.
        of_class
            .filter(|one| one.measures.contains_key(&Measure::Dice))
            .count()
    };
    order
        .into_iter()
        .map(|class| Slice {
            by: BY_CLASS.to_owned(),
            value: class.to_owned(),
            rows: cases(class),
            measures: means.get(class).map_or_else(BTreeMap::new, |means| {
                means
                    .iter()
                    .map(|(measure, mean)| (measure.name().to_owned(), *mean))
                    .collect()
            }),
        })
        .collect()
}

/// The means over the cases, class by class.
fn by_class(scores: &[CaseScores]) -> BTreeMap<&str, Measures> {
    let mut values: BTreeMap<&str, BTreeMap<Measure, Vec<f64>>> = BTreeMap::new();
    for of_class in scores {
        let values = values.entry(&of_class.class).or_default();
        for (measure, value) in &of_class.measures {
            values.entry(*measure).or_default().push(*value);
        }
    }
    let means = values.into_iter();
    means
        .map(|(class, values)| (class, mean_of_each(values)))
        .collect()
}

fn mean_of_each(values: BTreeMap<Measure, Vec<f64>>) -> Measures {
    let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
    values
        .into_iter()
        .map(|(measure, values)| (measure, mean(values)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use minimand::grid::Grid;

    const ALL: [Measure; 4] = [
        Measure::Dice,
        Measure::Hausdorff95,
        Measure::Assd,
        Measure::BettiError,
    ];

    fn pair(prediction: &[u8], truth: &[u8]) -> MaskPair {
        let grid = Grid::new(&[1, 5])
            .unwrap()
            .with_spacing(&[1.0, 3.0])
            .unwrap();
        let mask = |labels: &[u8]| labels.iter().map(|label| *label > 0).collect::<Vec<_>>();
        MaskPair::new(&grid, &mask(prediction), &mask(truth)).unwrap()
    }

    #[test]
    fn distances_are_in_the_unit_of_the_spacing() {
        let found = measures(&pair(&[0, 1, 0, 0, 0], &[0, 0, 1, 0, 1]), &ALL);
        assert_eq!(found[&Measure::Dice], 0.0);
        assert_eq!(found[&Measure::BettiError], 1.0);
        // From 1 to 2: 3; from 2 and 4 to 1: 3 and 9.
        assert!((found[&Measure::Assd] - 5.0).abs() < 1e-12);
        assert!(found[&Measure::Hausdorff95] > 8.0);
        let only = measures(&pair(&[0, 1, 0, 0, 0], &[0, 1, 0, 0, 0]), &[Measure::Dice]);
        assert_eq!(only, Measures::from([(Measure::Dice, 1.0)]));
    }

    #[test]
    fn what_is_missed_is_as_far_as_can_be() {
        let found = measures(&pair(&[0; 5], &[0, 0, 1, 0, 0]), &ALL);
        assert_eq!(found[&Measure::Dice], 0.0);
        assert_eq!(found[&Measure::Hausdorff95], 12.0);
        assert_eq!(found[&Measure::Assd], 12.0);
        let nothing = measures(&pair(&[0; 5], &[0; 5]), &ALL);
        assert_eq!(nothing, Measures::from([(Measure::BettiError, 0.0)]));
    }

    #[test]
    fn classes_count_the_same_however_often_they_come() {
        let score = |case: &str, class: &str, dice: Option<f64>| CaseScores {
            case: case.into(),
            class: class.into(),
            measures: dice.map(|dice| (Measure::Dice, dice)).into_iter().collect(),
        };
        let scores = [
            score("a", "liver", Some(1.0)),
            score("a", "cyst", None),
            score("b", "liver", Some(0.5)),
            score("b", "cyst", Some(0.25)),
        ];
        assert_eq!(means(&scores)[&Measure::Dice], 0.5);
        assert_eq!(of_case(&scores[..2], Measure::Dice), Some(1.0));
        assert_eq!(of_case(&scores[1..2], Measure::Dice), None);
        let slices = slices(&scores);
        let told: Vec<(&str, usize)> = slices
            .iter()
            .map(|slice| (slice.value.as_str(), slice.rows))
            .collect();
        assert_eq!(told, [("liver", 2), ("cyst", 1)]);
        assert_eq!(slices[0].measures["dice"], 0.75);
    }
}
