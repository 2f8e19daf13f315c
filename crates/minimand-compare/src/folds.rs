//! Who trains, who stops, who is measured: the rows of every fold.
//!
//! The parts are stratified. For classification, every class is spread over the
//! parts as evenly as it can be. For regression, the rows are sorted by target
//! and every group of neighbours is spread over all parts, so that each part has
//! the same share of low, middle and high targets.

use minimand_burn::random::{Key, Random};

use crate::data::Target;

/// Streams of a repeat's key, and of a fold's.
const TEST_FOLDS: u32 = 0;
const VALIDATION: u32 = 1;

/// The key of one fold of one repeat: validation rows, initial weights and batches
/// are drawn from it, so that they are the same for every candidate.
pub(crate) fn fold_key(seed: u64, repeat: usize, fold: usize) -> Key {
    Key::new(seed).child(repeat as u64).child(fold as u64)
}

/// The rows of one fold of one repeat. The three lists share no row, cover all
/// rows, and are sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Rows that the gradients see.
    pub train: Vec<usize>,
    /// Rows that decide when to stop, and fit the temperature.
    pub validation: Vec<usize>,
    /// Rows that are only measured.
    pub test: Vec<usize>,
}

/// The splits of `repeats` repetitions of stratified `folds`-fold
/// cross-validation, repeat by repeat. Of each training fold, one row in
/// `validation_parts` is kept for validation. `folds` and `validation_parts` are
/// at least 2, and each class has at least `folds` rows. A validation part is empty
/// only if nearly every class has a single row to train on.
pub fn splits(
    target: &Target,
    folds: usize,
    repeats: usize,
    validation_parts: usize,
    seed: u64,
) -> Vec<Split> {
    let all: Vec<usize> = (0..target.len()).collect();
    let mut splits = Vec::with_capacity(folds * repeats);
    for repeat in 0..repeats {
        let random = Random::new(Key::new(seed).child(repeat as u64), TEST_FOLDS);
        let part_of = stratified(target, &all, folds, random);
        for fold in 0..folds {
            let chosen = |wanted: bool| {
                let rows = all.iter().zip(&part_of);
                rows.filter(move |(_, part)| (**part == fold) == wanted)
                    .map(|(row, _)| *row)
            };
            let outer: Vec<usize> = chosen(false).collect();
            let random = Random::new(fold_key(seed, repeat, fold), VALIDATION);
            // At most half as many parts as rows: then each part has a row.
            let parts = validation_parts.min(outer.len() / 2).max(2);
            let (train, validation) = hold_out(target, &outer, parts, random);
            splits.push(Split {
                train,
                validation,
                test: chosen(true).collect(),
            });
        }
    }
    splits
}

/// Keeps one row in `parts` of `rows` for validation. The only row of a class
/// always trains.
fn hold_out(
    target: &Target,
    rows: &[usize],
    parts: usize,
    random: Random,
) -> (Vec<usize>, Vec<usize>) {
    let mut rows_of = vec![0_usize; target.classes()];
    if let Target::Classes { labels, .. } = target {
        rows.iter()
            .for_each(|row| rows_of[labels[*row] as usize] += 1);
    }
    let single = |row: usize| match target {
        Target::Values(_) => false,
        Target::Classes { labels, .. } => rows_of[labels[row] as usize] == 1,
    };
    let part_of = stratified(target, rows, parts, random);
    let (mut train, mut validation) = (Vec::new(), Vec::new());
    for (row, part) in rows.iter().zip(part_of) {
        if part == 0 && !single(*row) {
            validation.push(*row);
        } else {
            train.push(*row);
        }
    }
    (train, validation)
}

/// The part, in `0..parts`, of each of `rows`. Sizes differ by at most one, and so
/// do the counts of every class in the parts.
fn stratified(target: &Target, rows: &[usize], parts: usize, mut random: Random) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    // Ties (a class, or equal targets) are broken at random: the sort is stable.
    random.shuffle(&mut order);
    match target {
        Target::Classes { labels, .. } => order.sort_by_key(|position| labels[rows[*position]]),
        Target::Values(values) => {
            order.sort_by(|a, b| values[rows[*a]].total_cmp(&values[rows[*b]]));
        }
    }
    let mut part_of = vec![0; rows.len()];
    let mut deal: Vec<usize> = (0..parts).collect();
    for group in order.chunks(parts) {
        // Within a class, dealing in a fixed order keeps the counts within one also
        // where a class ends in the middle of a round. Sorted targets need a new
        // order in each round, or part 0 would always get the smallest of them.
        if matches!(target, Target::Values(_)) {
            random.shuffle(&mut deal);
        }
        for (position, part) in group.iter().zip(&deal) {
            part_of[*position] = *part;
        }
    }
    part_of
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let mut targets = vec![
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
}
