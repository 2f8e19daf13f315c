//! What is done to the training rows of a fold before training.

use minimand_burn::random::{Key, Random};

use crate::data::Target;
use crate::folds::Split;
use crate::request::Corruption;

/// Streams of a fold's key.
const LABELS: u32 = 2;
const ROWS: u32 = 3;
const VALUES: u32 = 4;

/// How far outliers are moved, in standard deviations of the target.
const DISTANCE: f64 = 10.0;

/// Spoils the training and validation rows of `split` in `target` and in the lists of
/// `split`; test rows stay as they are. What is drawn depends on `key` alone.
pub(crate) fn corrupt(corruption: &Corruption, target: &mut Target, split: &mut Split, key: Key) {
    if corruption.imbalance > 1.0 {
        thin_out(corruption.imbalance, target, split, key);
    }
    let seen: Vec<usize> = split
        .train
        .iter()
        .chain(&split.validation)
        .copied()
        .collect();
    let mut random = Random::new(key, LABELS);
    match target {
        Target::Classes { labels, names } if corruption.label_noise > 0.0 => {
            for row in &seen {
                // Both are drawn for every row, so that a larger share keeps the
                // rows of a smaller one.
                let (chance, other) = (random.uniform(), random.uniform());
                if chance < corruption.label_noise {
                    let others = names.len() - 1;
                    let step = 1 + ((other * others as f64) as usize).min(others - 1);
                    labels[*row] = ((labels[*row] as usize + step) % names.len()) as u32;
                }
            }
        }
        Target::Labels { has, names } if corruption.label_noise > 0.0 => {
            for row in &seen {
                for label in &mut has[row * names.len()..][..names.len()] {
                    *label ^= random.uniform() < corruption.label_noise;
                }
            }
        }
        Target::Values(values) if corruption.outliers > 0.0 => {
            move_away(corruption.outliers, values, &seen, key);
        }
        _ => {}
    }
}

fn move_away(share: f64, values: &mut [f64], rows: &[usize], key: Key) {
    let count = rows.len() as f64;
    let mean = rows.iter().map(|row| values[*row]).sum::<f64>() / count;
    let squares: f64 = rows.iter().map(|row| (values[*row] - mean).powi(2)).sum();
    let distance = DISTANCE * (squares / count).sqrt();
    let mut random = Random::new(key, VALUES);
    for row in rows {
        let (chance, error) = (random.uniform(), random.normal());
        if chance < share {
            values[*row] += distance * error;
        }
    }
}

/// Drops training rows until the classes, in their order, fall geometrically from the
/// size of the smallest class to 1 / `ratio` of it: with K classes, class k keeps the
/// share ratio^(−k / (K − 1)). Each keeps at least one row to train on and, where it
/// had one, one for validation.
fn thin_out(ratio: f64, target: &Target, split: &mut Split, key: Key) {
    let Target::Classes { labels, names } = target else {
        return;
    };
    let classes = names.len();
    let mut random = Random::new(key, ROWS);
    for list in [&mut split.train, &mut split.validation] {
        let mut rows_of: Vec<Vec<usize>> = vec![Vec::new(); classes];
        for row in list.iter() {
            rows_of[labels[*row] as usize].push(*row);
        }
        let smallest = rows_of
            .iter()
            .map(Vec::len)
            .filter(|count| *count > 0)
            .min()
            .unwrap_or(0);
        list.clear();
        for (class, mut rows) in rows_of.into_iter().enumerate() {
            random.shuffle(&mut rows);
            let share = ratio.powf(-(class as f64) / (classes as f64 - 1.0));
            rows.truncate(((smallest as f64 * share).round() as usize).max(1));
            list.extend(rows);
        }
        list.sort_unstable();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split() -> Split {
        Split {
            repeat: 0,
            fold: 0,
            train: (0..800).collect(),
            validation: (800..1000).collect(),
            test: (1000..1200).collect(),
        }
    }

    fn classes() -> Target {
        Target::Classes {
            labels: (0..1200).map(|row| row % 4).collect(),
            names: ["a", "b", "c", "d"].map(str::to_owned).to_vec(),
        }
    }

    fn corrupted(corruption: Corruption, mut target: Target) -> (Target, Split) {
        let mut split = split();
        corrupt(&corruption, &mut target, &mut split, Key::new(3));
        (target, split)
    }

    #[test]
    fn nothing_is_done_unless_asked() {
        let (target, split) = corrupted(Corruption::default(), classes());
        assert_eq!((target, split), (classes(), self::split()));
    }

    #[test]
    fn labels_become_other_labels_evenly_and_test_rows_stay() {
        let corruption = Corruption {
            label_noise: 0.4,
            ..Corruption::default()
        };
        let (target, _) = corrupted(corruption, classes());
        let Target::Classes { labels, .. } = &target else {
            unreachable!()
        };
        let mut moved = [0; 4];
        for (row, label) in labels.iter().enumerate() {
            let step = (*label + 4 - row as u32 % 4) % 4;
            assert!(row < 1000 || step == 0);
            moved[step as usize] += 1;
        }
        // 1000 rows, of which 400 are moved: about 133 to each other class.
        assert!((755..=845).contains(&moved[0]), "{moved:?}");
        assert!(
            moved[1..].iter().all(|count| (95..=170).contains(count)),
            "{moved:?}"
        );
        let two = Target::Classes {
            labels: vec![0; 1200],
            names: ["a", "b"].map(str::to_owned).to_vec(),
        };
        let (two, _) = corrupted(corruption, two);
        assert!((355..=445).contains(&two.counts()[1]), "{:?}", two.counts());
    }

    #[test]
    fn each_label_is_flipped() {
        let corruption = Corruption {
            label_noise: 0.25,
            ..Corruption::default()
        };
        let target = Target::Labels {
            has: vec![false; 2400],
            names: ["a", "b"].map(str::to_owned).to_vec(),
        };
        let (target, _) = corrupted(corruption, target);
        assert!(
            target
                .counts()
                .iter()
                .all(|count| (205..=295).contains(count)),
            "{:?}",
            target.counts()
        );
    }

    #[test]
    fn classes_fall_geometrically() {
        let corruption = Corruption {
            imbalance: 8.0,
            ..Corruption::default()
        };
        let (target, split) = corrupted(corruption, classes());
        assert_eq!(target, classes());
        let sizes = |rows: &[usize]| {
            let mut sizes = [0; 4];
            rows.iter().for_each(|row| sizes[row % 4] += 1);
            sizes
        };
        assert_eq!(sizes(&split.train), [200, 100, 50, 25]);
        assert_eq!(sizes(&split.validation), [50, 25, 13, 6]);
        assert_eq!(split.test, self::split().test);
    }

    #[test]
    fn outliers_are_far_and_few() {
        let corruption = Corruption {
            outliers: 0.1,
            ..Corruption::default()
        };
        let clean: Vec<f64> = (0..1200).map(|row| f64::from(row % 10)).collect();
        let (target, _) = corrupted(corruption, Target::Values(clean.clone()));
        let Target::Values(values) = target else {
            unreachable!()
        };
        let moved = values.iter().zip(&clean).filter(|(a, b)| a != b).count();
        assert!((70..=130).contains(&moved), "{moved}");
        assert_eq!(values[1000..], clean[1000..]);
        let largest = values.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
        assert!(largest > 40.0, "{largest}");
    }
}
