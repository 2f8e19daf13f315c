//! Agreement with MONAI, SciPy and scikit-image (`fixtures/segmentation.json`, made by
//! `fixtures/make_segmentation.py`), brute force, symmetries and extremes.

use super::*;
use crate::batch::Labels;
use crate::grid::{AXES, Connectivity, Grid};
use crate::metrics::{
    Metric, MetricError, MetricInfo, SEGMENTATION, SegmentationBatch, SegmentationCase,
};
use proptest::prelude::*;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct File {
    tolerance: f64,
    percentile: f64,
    boundary: f64,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    shape: Vec<usize>,
    spacing: Vec<f64>,
    classes: usize,
    prediction: String,
    truth: String,
    per_class: BTreeMap<String, Vec<Option<f64>>>,
}

impl Case {
    fn grid(&self) -> Grid {
        let grid = Grid::new(&self.shape).unwrap();
        grid.with_spacing(&self.spacing).unwrap()
    }

    fn labels(&self) -> [Vec<u8>; 2] {
        let digits = |text: &str| text.bytes().map(|digit| digit - b'0').collect();
        [digits(&self.prediction), digits(&self.truth)]
    }
}

fn file() -> File {
    let text = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/segmentation.json"
    ));
    serde_json::from_str(text).unwrap()
}

fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-13 * b.abs().max(1.0),
        (a, b) => a == b,
    }
}

#[test]
fn monai_scipy_and_scikit_image_give_the_same() {
    let file = file();
    let settings = Settings {
        hausdorff: HausdorffPercentile::at(file.percentile).unwrap(),
        surface_dice: SurfaceDice::within(file.tolerance).unwrap(),
        boundary_iou: BoundaryIou::within(file.boundary).unwrap(),
        ..Settings::default()
    };
    assert!(file.cases.len() >= 9);
    for case in &file.cases {
        let [prediction, truth] = case.labels();
        for class in 1..case.classes {
            let pair =
                MaskPair::of_class(&case.grid(), (&prediction).into(), (&truth).into(), class);
            let row = measures(&pair.unwrap(), &settings);
            // The Betti numbers have fixtures of their own.
            let known = |info: &MetricInfo| case.per_class.contains_key(info.name);
            assert_eq!(row.len(), case.per_class.len() + 1);
            for (info, value) in row.into_iter().filter(|(info, _)| known(info)) {
                let expected = case.per_class[info.name][class - 1];
                let name = (&case.name, info.name, class);
                assert!(close(value, expected), "{name:?}: {value:?}, {expected:?}");
            }
        }
    }
}

/// What a metric says after one case is what its measure says of each class.
#[test]
fn metrics_are_means_of_the_measures() {
    for case in &file().cases {
        let [prediction, truth] = case.labels();
        let case_given = SegmentationCase {
            grid: case.grid(),
            prediction: (&prediction).into(),
            truth: (&truth).into(),
        };
        let batch = SegmentationBatch::new(&[case_given], case.classes, Some(&[3.0])).unwrap();
        let mut surface = CaseMean::<AverageSurfaceDistance>::default();
        let mut dice = CaseMean::of(Dice);
        surface.update(&batch).unwrap();
        dice.update(&batch).unwrap();
        assert!(
            dice.per_class()
                .iter()
                .zip(&case.per_class["dice"])
                .all(|(a, b)| close(*a, *b))
        );
        let expected = &case.per_class["assd"];
        assert!(
            surface
                .per_class()
                .iter()
                .zip(expected)
                .all(|(a, b)| close(*a, *b))
        );
        let undefined = expected
            .iter()
            .map(|value| f64::from(value.is_none()) * 3.0);
        assert_eq!(surface.undefined(), undefined.collect::<Vec<_>>());
        let defined: Vec<f64> = expected.iter().flatten().copied().collect();
        let mean =
            (!defined.is_empty()).then(|| defined.iter().sum::<f64>() / defined.len() as f64);
        assert!(close(surface.value(), mean), "{}", case.name);
    }
}

#[test]
fn a_row_has_all_metrics_in_their_order() {
    let grid = Grid::new(&[2]).unwrap();
    let pair = MaskPair::new(&grid, &[true, false], &[true, true]).unwrap();
    let settings = Settings::default();
    let row = measures(&pair, &settings);
    assert!(row.iter().map(|(info, _)| info).eq(SEGMENTATION));
    let some = measures_where(&pair, &settings, |info| info.name.starts_with("lesion_"));
    let expected = row
        .iter()
        .filter(|(info, _)| info.name.starts_with("lesion_"));
    assert_eq!(some.len(), 3);
    assert!(some.iter().eq(expected));
}

#[test]
fn a_case_is_cut_into_its_classes() {
    let grid = Grid::new(&[2, 2]).unwrap();
    let (prediction, truth) = ([0_u8, 3, 1, 1], [0_u8, 1, 1, 3]);
    let case = SegmentationCase {
        grid,
        prediction: Labels::U8(&prediction),
        truth: Labels::U8(&truth),
    };
    let pairs = case.pairs(4).unwrap();
    assert_eq!(pairs.len(), 3);
    for (class, pair) in (1..).zip(&pairs) {
        let alone = MaskPair::of_class(&grid, case.prediction, case.truth, class).unwrap();
        assert_eq!(pair.overlap(), alone.overlap());
        assert_eq!(pair.grid(), alone.grid());
    }
    assert!(matches!(
        case.pairs(3),
        Err(MetricError::LabelOutOfRange { label: 3, .. })
    ));
    assert!(matches!(
        case.pairs(0),
        Err(MetricError::LabelOutOfRange { .. })
    ));
}

/// Two masks on a grid with room around them.
fn pairs() -> impl Strategy<Value = (Grid, Vec<bool>, Vec<bool>)> {
    let shape = prop::collection::vec(3usize..8, 1..4);
    let share = || prop::sample::select(vec![0.0, 0.1, 0.4, 0.8, 1.0]);
    (shape, share(), share()).prop_flat_map(|(shape, first, second)| {
        let grid = Grid::new(&shape).unwrap();
        let spacing = prop::sample::select(vec![1.0, 0.25, 2.0]);
        let spacing = prop::collection::vec(spacing, shape.len());
        let mask = |share| prop::collection::vec(prop::bool::weighted(share), grid.len());
        (spacing, mask(first), mask(second)).prop_map(move |(spacing, first, second)| {
            // Nothing on the border, so that the masks can be moved.
            let inner = |mut mask: Vec<bool>| {
                for (place, pixel) in grid.places() {
                    let ends = place.iter().zip(grid.volume()).skip(AXES - grid.axes());
                    mask[pixel] &= ends.into_iter().all(|(&x, n)| x > 0 && x + 1 < n);
                }
                mask
            };
            (
                grid.with_spacing(&spacing).unwrap(),
                inner(first),
                inner(second),
            )
        })
    })
}

fn values(grid: &Grid, prediction: &[bool], truth: &[bool]) -> Vec<Option<f64>> {
    let pair = MaskPair::new(grid, prediction, truth).unwrap();
    let row = measures(&pair, &Settings::default());
    row.into_iter().map(|(_, value)| value).collect()
}

proptest! {
    /// From every surface pixel to every other, and the surfaces by their definition.
    #[test]
    fn surfaces_are_those_of_trying_all((grid, prediction, truth) in pairs()) {
        let spacing = grid.volume_spacing();
        let places: Vec<_> = grid.places().map(|(place, _)| place).collect();
        let surface = |mask: &[bool]| -> Vec<[usize; AXES]> {
            let outer = |i: &usize| (0..mask.len()).any(|j| {
                let away: usize = places[*i].iter().zip(places[j]).map(|(a, b)| a.abs_diff(b)).sum();
                away == 1 && !mask[j]
            });
            (0..mask.len()).filter(|&i| mask[i]).filter(outer).map(|i| places[i]).collect()
        };
        let surfaces = [surface(&prediction), surface(&truth)];
        let distances = |from: &[[usize; AXES]], to: &[[usize; AXES]]| {
            let distance = |a: &[usize; AXES], b: &[usize; AXES]| {
                let along = |axis: usize| (a[axis] as f64 - b[axis] as f64) * spacing[axis];
                (0..AXES).map(|axis| along(axis).powi(2)).sum::<f64>().sqrt()
            };
            let nearest = |a| to.iter().map(|b| distance(a, b)).fold(f64::INFINITY, f64::min);
            let mut all: Vec<f64> = from.iter().map(nearest).collect();
            all.sort_by(f64::total_cmp);
            all
        };
        let pair = MaskPair::new(&grid, &prediction, &truth).unwrap();
        match pair.surfaces() {
            None => prop_assert!(surfaces.iter().any(Vec::is_empty)),
            Some(found) => {
                prop_assert_eq!(found.to_truth(), distances(&surfaces[0], &surfaces[1]));
                prop_assert_eq!(found.to_prediction(), distances(&surfaces[1], &surfaces[0]));
            }
        }
    }

    #[test]
    fn exchanging_the_masks_exchanges_precision_and_recall((grid, a, b) in pairs()) {
        let [there, back] = [values(&grid, &a, &b), values(&grid, &b, &a)];
        let at = |name: &str| SEGMENTATION.iter().position(|info| info.name == name).unwrap();
        for (i, info) in SEGMENTATION.iter().enumerate() {
            let other = match info.name {
                "specificity" | "relative_volume_error" => continue,
                "precision" => at("recall"),
                "recall" => at("precision"),
                "lesion_precision" => at("lesion_recall"),
                "lesion_recall" => at("lesion_precision"),
                _ => i,
            };
            prop_assert!(close(there[i], back[other]), "{}: {:?}, {:?}", info.name, there[i], back[other]);
        }
    }

    #[test]
    fn distances_scale_with_the_spacing((grid, a, b) in pairs()) {
        let spacing: Vec<f64> = grid.spacing().iter().map(|s| 4.0 * s).collect();
        let [near, far] = [grid, grid.with_spacing(&spacing).unwrap()].map(|grid| values(&grid, &a, &b));
        for (i, info) in SEGMENTATION.iter().enumerate() {
            let factor = match info.name {
                "hausdorff" | "hausdorff95" | "assd" | "masd" => 4.0,
                "volume_difference" => 4f64.powi(grid.axes() as i32),
                // Its tolerance does not scale.
                "surface_dice" => continue,
                _ => 1.0,
            };
            prop_assert!(close(far[i], near[i].map(|value| factor * value)), "{}", info.name);
        }
    }

    #[test]
    fn moving_both_masks_changes_nothing((grid, a, b) in pairs()) {
        // By one pixel along every axis, into the border that is empty.
        let [_, rows, width] = grid.volume();
        let steps = [rows * width, width, 1];
        let step: usize = steps[AXES - grid.axes()..].iter().sum();
        let moved = |mask: &[bool]| {
            let mut moved = mask.to_vec();
            moved.rotate_right(step);
            moved
        };
        prop_assert_eq!(values(&grid, &moved(&a), &moved(&b)), values(&grid, &a, &b));
    }

    #[test]
    fn measures_are_ordered((grid, a, b) in pairs()) {
        let found = values(&grid, &a, &b);
        let at = |name: &str| found[SEGMENTATION.iter().position(|info| info.name == name).unwrap()];
        if let (Some(dice), Some(jaccard)) = (at("dice"), at("jaccard")) {
            prop_assert!((dice - 2.0 * jaccard / (1.0 + jaccard)).abs() < 1e-15);
        }
        if let (Some(most), Some(high)) = (at("hausdorff"), at("hausdorff95")) {
            let average = at("assd").unwrap();
            prop_assert!(average <= most && high <= most);
            prop_assert_eq!(most == 0.0, at("surface_dice") == Some(1.0) && average == 0.0);
        }
    }

    /// Intersections over union of all pairs of components.
    #[test]
    fn lesions_match_as_all_pairs_say((grid, a, b) in pairs(), threshold in 0.0..0.9) {
        let pair = MaskPair::new(&grid, &a, &b).unwrap();
        for connectivity in [Connectivity::Face, Connectivity::Edge, Connectivity::Vertex] {
            let [first, second] = [&a, &b].map(|mask| crate::grid::Components::find(&grid, mask, connectivity));
            let iou = |k: u32, l: u32| {
                let labels = || first.labels().iter().zip(second.labels());
                let both = labels().filter(|&(&x, &y)| x == k && y == l).count();
                both as f64 / labels().filter(|&(&x, &y)| x == k || y == l).count() as f64
            };
            let matched = |k: u32| (1..=second.count() as u32).any(|l| iou(k, l) > threshold);
            let detected = |l: u32| (1..=first.count() as u32).any(|k| iou(k, l) > threshold);
            let expected = LesionCounts {
                predicted: first.count(),
                matched: (1..=first.count() as u32).filter(|&k| matched(k)).count(),
                truth: second.count(),
                detected: (1..=second.count() as u32).filter(|&l| detected(l)).count(),
            };
            let matching = LesionMatching::new(connectivity, threshold).unwrap();
            prop_assert_eq!(matching.counts(&pair), expected);
        }
    }
}

/// The published relation of the two definitions of one prediction that covers two nodes.
#[test]
fn one_prediction_may_find_two_lesions() {
    let grid = Grid::new(&[9]).unwrap();
    let truth = [false, true, true, false, true, true, false, false, false];
    let prediction = [false, true, true, true, true, true, false, false, true];
    let pair = MaskPair::new(&grid, &prediction, &truth).unwrap();
    let any = LesionMatching::default().counts(&pair);
    assert_eq!(
        (any.predicted, any.matched, any.truth, any.detected),
        (2, 1, 2, 2)
    );
    assert_eq!(LesionF1::default().of(&pair), Some(2.0 / 3.0));
    // Each true lesion shares 2 of 5 pixels with it.
    let counts = |threshold| {
        LesionMatching::new(Connectivity::Face, threshold)
            .unwrap()
            .counts(&pair)
    };
    assert_eq!((counts(0.39).detected, counts(0.4).detected), (2, 0));
}

#[test]
fn worked_distances_and_percentiles() {
    // Single pixels three apart, with another two further on that the truth does not have.
    let grid = Grid::new(&[1, 8])
        .unwrap()
        .with_spacing(&[1.0, 2.0])
        .unwrap();
    let at = |places: &[usize]| -> Vec<bool> { (0..8).map(|x| places.contains(&x)).collect() };
    let pair = MaskPair::new(&grid, &at(&[3, 5]), &at(&[0])).unwrap();
    assert_eq!(Hausdorff.of(&pair), Some(10.0));
    assert_eq!(HausdorffPercentile::at(50.0).unwrap().of(&pair), Some(8.0));
    assert_eq!(HausdorffPercentile::at(0.0).unwrap().of(&pair), Some(6.0));
    assert_eq!(
        AverageSurfaceDistance.of(&pair),
        Some((6.0 + 10.0 + 6.0) / 3.0)
    );
    assert_eq!(MeanSurfaceDistance.of(&pair), Some((8.0 + 6.0) / 2.0));
    assert_eq!(SurfaceDice::within(6.0).unwrap().of(&pair), Some(2.0 / 3.0));
    assert_eq!(SurfaceDice::within(5.9).unwrap().of(&pair), Some(0.0));
    assert_eq!(VolumeDifference.of(&pair), Some(2.0));
    assert_eq!(RelativeVolumeError.of(&pair), Some(1.0));
}

/// Everything where a class is in neither mask or in one, as the table of the module says.
#[test]
fn missing_classes_have_documented_values() {
    let nothing = |name: &str| match name {
        "specificity" => Some(1.0),
        "volume_difference" | "betti_error" => Some(0.0),
        _ => None,
    };
    let predicted = |name: &str| match name {
        "specificity" => Some(0.5),
        "volume_difference" => Some(6.0),
        "recall" | "lesion_recall" | "relative_volume_error" => None,
        "hausdorff" | "hausdorff95" | "assd" | "masd" => None,
        _ => Some(0.0),
    };
    let missed = |name: &str| match name {
        "specificity" => Some(1.0),
        "volume_difference" => Some(6.0),
        "relative_volume_error" => Some(-1.0),
        "precision" | "lesion_precision" => None,
        "hausdorff" | "hausdorff95" | "assd" | "masd" => None,
        _ => Some(0.0),
    };
    for shape in [&[4][..], &[2, 2], &[1, 4], &[2, 1, 2]] {
        let grid = Grid::new(shape).unwrap();
        let spacing: Vec<f64> = (0..shape.len())
            .map(|axis| if axis == 0 { 3.0 } else { 1.0 })
            .collect();
        let grid = grid.with_spacing(&spacing).unwrap();
        let (none, half) = ([false; 4], [true, false, false, true]);
        for (a, b, expected) in [
            (none, none, &nothing as &dyn Fn(&str) -> Option<f64>),
            (half, none, &predicted),
            (none, half, &missed),
        ] {
            for (info, value) in SEGMENTATION.iter().zip(values(&grid, &a, &b)) {
                // Two pixels apart, or one component where they meet at a corner.
                let parts = if shape.len() == 1 || shape[0] == 1 {
                    2.0
                } else {
                    1.0
                };
                let expected = match info.name {
                    "betti_error" if a != b => Some(parts),
                    name => expected(name),
                };
                assert_eq!(value, expected, "{} {shape:?}", info.name);
            }
        }
        // A full mask against itself.
        for (info, value) in SEGMENTATION
            .iter()
            .zip(values(&grid, &[true; 4], &[true; 4]))
        {
            let expected = (info.name != "specificity").then_some(info.best());
            assert_eq!(value, expected, "{} {shape:?}", info.name);
        }
    }
}

#[test]
fn bad_input_is_refused() {
    let grid = Grid::new(&[3]).unwrap();
    let refused = |prediction: Labels<'_>, truth: Labels<'_>, classes| {
        let cases = [SegmentationCase {
            grid,
            prediction,
            truth,
        }];
        SegmentationBatch::new(&cases, classes, None)
            .unwrap_err()
            .to_string()
    };
    let good: Labels<'_> = Labels::U8(&[0, 1, 2]);
    assert_eq!(
        refused(Labels::I32(&[0, -1, 0]), good, 3),
        format!("row 0: label {} is out of range for 3 classes", usize::MAX)
    );
    assert_eq!(
        refused(good, Labels::I32(&[0, 3, 0]), 3),
        "row 0: label 3 is out of range for 3 classes"
    );
    assert_eq!(
        refused(good, Labels::U8(&[0, 1]), 3),
        "truth (pixels of a case): expected 3, got 2"
    );
    assert_eq!(
        refused(good, good, 1),
        "classes = 1 is not allowed: it must be at least 2, the background among them"
    );
    assert!(MaskPair::new(&grid, &[true; 2], &[true; 3]).is_err());
    for wrong in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(SurfaceDice::within(wrong).is_err());
        assert!(HausdorffPercentile::at(wrong).is_err());
        assert!(BoundaryIou::within(wrong).is_err());
        assert!(LesionMatching::new(Connectivity::Face, wrong).is_err());
    }
}

#[test]
fn states_of_other_parameters_or_classes_do_not_merge() {
    let mut one = CaseMean::of(SurfaceDice::within(1.0).unwrap());
    let two = CaseMean::of(SurfaceDice::within(2.0).unwrap());
    let merged = one.merge(&two);
    assert!(
        matches!(merged, Err(MetricError::Incompatible { .. })),
        "{merged:?}"
    );
    let grid = Grid::new(&[2]).unwrap();
    let labels = Labels::U8(&[0, 1]);
    let cases = [SegmentationCase {
        grid,
        prediction: labels,
        truth: labels,
    }];
    let batch = |classes| SegmentationBatch::new(&cases, classes, None).unwrap();
    let mut dice = CaseMean::of(Dice);
    dice.update(&batch(2)).unwrap();
    let shape = MetricError::Shape {
        argument: "classes (or labels)",
        expected: 2,
        got: 3,
    };
    assert_eq!(dice.update(&batch(3)), Err(shape));
    assert_eq!(
        (dice.value(), dice.per_class()),
        (Some(1.0), vec![Some(1.0)])
    );
}
