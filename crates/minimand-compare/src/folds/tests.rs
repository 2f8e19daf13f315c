//! Tests of the folds.

use super::*;
use crate::data::{Grouping, Target};

fn request(folds: usize, repeats: usize, parts: usize, seed: u64) -> Request {
    Request {
        folds,
        repeats,
        validation_share: 1.0 / parts as f64,
        seed,
        ..Request::default()
    }
}

fn splits(target: &Target, folds: usize, repeats: usize, parts: usize, seed: u64) -> Vec<Split> {
    super::splits(
        &Data::of(target.clone()),
        &request(folds, repeats, parts, seed),
    )
}

fn classes(labels: Vec<u32>) -> Target {
    let count = labels.iter().max().map_or(0, |label| label + 1);
    Target::Classes {
        labels,
        names: (0..count).map(|label| label.to_string()).collect(),
    }
}

/// Targets of many shapes: balanced, rare classes, sorted, regression.
fn targets() -> Vec<Target> {
    let mut random = Random::new(Key::new(9), 0);
    let labels = |row: usize| {
        [
            row.is_multiple_of(2),
            row.is_multiple_of(7),
            row.is_multiple_of(3),
        ]
    };
    let mut targets = vec![
        Target::Labels {
            has: (0..70).flat_map(labels).collect(),
            names: ["a", "b", "c"].map(str::to_owned).to_vec(),
        },
        classes((0..97).map(|row| row % 3).collect()),
        classes((0..60).map(|row| u32::from(row >= 5)).collect()),
        Target::Values((0..83).map(f64::from).collect()),
        Target::Values((0..40).map(|row| f64::from(row % 4)).collect()),
    ];
    for size in [23, 50, 131] {
        let mut labels: Vec<u32> = (0..size).map(|_| (random.bits() % 4) as u32).collect();
        labels.extend((0..4).flat_map(|label| [label; 5]));
        targets.push(classes(labels));
    }
    targets
}

#[test]
fn every_repeat_is_a_partition() {
    for target in targets() {
        for (seed, folds, parts) in [(0, 2, 2), (1, 5, 4), (2, 5, 6)] {
            let splits = splits(&target, folds, 3, parts, seed);
            assert_eq!(splits.len(), 3 * folds);
            for repeat in splits.chunks(folds) {
                let mut tested: Vec<usize> =
                    repeat.iter().flat_map(|split| split.test.clone()).collect();
                tested.sort_unstable();
                assert_eq!(tested, (0..target.len()).collect::<Vec<_>>());
                for split in repeat {
                    let mut rows = [&split.train[..], &split.validation, &split.test].concat();
                    rows.sort_unstable();
                    assert_eq!(rows, (0..target.len()).collect::<Vec<_>>());
                    assert!(!split.train.is_empty() && !split.validation.is_empty());
                    assert!(split.train.is_sorted() && split.validation.is_sorted());
                }
            }
        }
    }
}

#[test]
fn sizes_and_classes_are_balanced_within_one() {
    for target in targets() {
        for folds in [2, 3, 5] {
            for repeat in splits(&target, folds, 2, 4, 11).chunks(folds) {
                let within_one = |counts: Vec<usize>| {
                    let (low, high) = (counts.iter().min(), counts.iter().max());
                    assert!(high.unwrap() - low.unwrap() <= 1, "{counts:?}");
                };
                within_one(repeat.iter().map(|split| split.test.len()).collect());
                if let Target::Classes { labels, names } = &target {
                    for class in 0..names.len() as u32 {
                        let count = |split: &Split| {
                            split
                                .test
                                .iter()
                                .filter(|row| labels[**row] == class)
                                .count()
                        };
                        within_one(repeat.iter().map(count).collect());
                    }
                }
            }
        }
    }
}

#[test]
fn every_class_trains() {
    // Two rows of a class, two folds: one to test, and the other must train.
    let target = classes([[0; 30].as_slice(), &[1; 2]].concat());
    for seed in 0..20 {
        for split in splits(&target, 2, 1, 2, seed) {
            assert!(split.train.iter().any(|row| *row >= 30));
        }
    }
}

#[test]
fn regression_folds_have_like_targets() {
    let target = Target::Values((0..200).map(f64::from).collect());
    for split in splits(&target, 5, 2, 5, 3) {
        let mean = |rows: &[usize]| rows.iter().sum::<usize>() as f64 / rows.len() as f64;
        assert!((mean(&split.test) - 99.5).abs() < 2.0);
        assert!((mean(&split.validation) - 99.5).abs() < 4.0);
    }
}

#[test]
fn a_tiny_share_still_leaves_a_validation_row() {
    for target in targets() {
        for split in splits(&target, 5, 2, 1_000_000, 4) {
            assert!(!split.validation.is_empty());
        }
    }
}

#[test]
fn the_seed_decides() {
    for target in targets() {
        let of = |seed| splits(&target, 5, 2, 5, seed);
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
        assert_ne!(of(1)[..5], of(1)[5..], "repeats differ");
    }
}

#[test]
fn labels_are_spread_evenly() {
    let has: Vec<bool> = (0..200)
        .flat_map(|row| [row % 2 == 0, row % 10 == 0])
        .collect();
    let names = vec!["even".to_owned(), "tens".to_owned()];
    let target = Target::Labels {
        has: has.clone(),
        names,
    };
    for split in splits(&target, 5, 2, 5, 1) {
        let count = |label: usize| {
            split
                .test
                .iter()
                .filter(|row| has[**row * 2 + label])
                .count()
        };
        assert_eq!((count(0), count(1)), (20, 4));
    }
}

#[test]
fn groups_are_never_cut_apart() {
    // 30 groups of 1 to 30 rows, whose class depends on the group.
    let codes: Vec<u32> = (0..30)
        .flat_map(|group| vec![group; group as usize + 1])
        .collect();
    let target = classes(
        codes
            .iter()
            .map(|group| u32::from(group % 3 == 0))
            .collect(),
    );
    let shares = target.counts()[1] as f64 / target.len() as f64;
    let mut data = Data::of(target);
    data.groups = Some(Grouping {
        column: "g".into(),
        codes: codes.clone(),
        names: (0..30).map(|group| group.to_string()).collect(),
    });
    let splits = super::splits(&data, &request(5, 2, 5, 3));
    assert_ne!(splits[0].test, splits[5].test, "repeats differ");
    for split in &splits {
        let of = |rows: &[usize]| -> std::collections::BTreeSet<u32> {
            rows.iter().map(|row| codes[*row]).collect()
        };
        let (train, validation, test) = (of(&split.train), of(&split.validation), of(&split.test));
        assert!(
            train.is_disjoint(&validation)
                && train.is_disjoint(&test)
                && validation.is_disjoint(&test)
        );
        assert_eq!(
            split.train.len() + split.validation.len() + split.test.len(),
            codes.len()
        );
        assert!(!split.train.is_empty() && !split.validation.is_empty());
        assert!(
            (70..=116).contains(&split.test.len()),
            "{}",
            split.test.len()
        );
        let positive = split
            .test
            .iter()
            .filter(|row| codes[**row].is_multiple_of(3))
            .count();
        let share = positive as f64 / split.test.len() as f64;
        assert!((share - shares).abs() < 0.15, "{share} {shares}");
    }
}

#[test]
fn nothing_is_tested_before_it_was_seen() {
    // Times in no order, several rows of each.
    let times: Vec<f64> = (0..120).map(|row| f64::from(row * 7 % 40)).collect();
    let mut data = Data::of(Target::Values((0..120).map(f64::from).collect()));
    data.times = Some(times.clone());
    let splits = super::splits(&data, &request(5, 1, 5, 0));
    let mut tested: Vec<usize> = Vec::new();
    for split in &splits {
        let latest = |rows: &[usize]| rows.iter().map(|row| times[*row]).fold(f64::MIN, f64::max);
        let first = |rows: &[usize]| rows.iter().map(|row| times[*row]).fold(f64::MAX, f64::min);
        assert!(latest(&split.train) < first(&split.validation));
        assert!(latest(&split.validation) < first(&split.test));
        assert!(split.train.is_sorted() && split.test.is_sorted());
        tested.extend(&split.test);
    }
    assert!(splits[4].train.len() > 3 * splits[0].train.len());
    tested.sort_unstable();
    tested.dedup();
    assert_eq!(
        tested.len(),
        120 - splits[0].train.len() - splits[0].validation.len()
    );
}

#[test]
fn one_time_for_all_leaves_nothing_to_test() {
    let mut data = Data::of(Target::Values((0..20).map(f64::from).collect()));
    data.times = Some(vec![3.0; 20]);
    let splits = super::splits(&data, &request(3, 1, 5, 0));
    assert!(splits.iter().all(|split| split.test.is_empty()));
}
