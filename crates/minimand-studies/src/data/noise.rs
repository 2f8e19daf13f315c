//! Wrong labels of several kinds.

use minimand_burn::random::{Key, Random};

/// Which wrong label takes the place of the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoiseKind {
    /// Any of the other classes, all equally likely.
    Symmetric,
    /// The next class (the first after the last), as when two classes are mistaken for each other.
    Pair,
}

/// The labels with a share `rate` of them wrong; each is flipped with this probability.
pub(crate) fn flipped(
    labels: &[u32],
    classes: usize,
    kind: NoiseKind,
    rate: f64,
    key: Key,
) -> Vec<u32> {
    let mut random = Random::new(key, 0);
    let flip = |&label: &u32| {
        // Drawn for every label, so that a lower rate flips a part of the same labels.
        let (chance, step) = (random.uniform(), 1 + random.below(classes - 1));
        let step = match kind {
            NoiseKind::Symmetric => step,
            NoiseKind::Pair => 1,
        };
        if chance < rate {
            ((label as usize + step) % classes) as u32
        } else {
            label
        }
    };
    labels.iter().map(flip).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_labels_are_wrong_and_of_the_right_kind() {
        let labels: Vec<u32> = (0..20_000).map(|row| row % 4).collect();
        let symmetric = flipped(&labels, 4, NoiseKind::Symmetric, 0.3, Key::new(1));
        let mut steps = [0; 4];
        for (a, b) in labels.iter().zip(&symmetric) {
            steps[((b + 4 - a) % 4) as usize] += 1;
        }
        assert!((13_700..14_300).contains(&steps[0]), "{steps:?}");
        assert!(
            steps[1..].iter().all(|n| (1850..2150).contains(n)),
            "{steps:?}"
        );
        let pair = flipped(&labels, 4, NoiseKind::Pair, 1.0, Key::new(1));
        assert!(labels.iter().zip(&pair).all(|(a, b)| *b == (a + 1) % 4));
        // A lower rate flips a part of the same labels.
        let fewer = flipped(&labels, 4, NoiseKind::Symmetric, 0.1, Key::new(1));
        let flipped = fewer.iter().zip(&labels).zip(&symmetric);
        assert!(
            flipped
                .filter(|((few, label), _)| few != label)
                .all(|((few, _), many)| few == many)
        );
    }
}
