//! Weights of classes by how often they occur.
//!
//! ```
//! use minimand::segmentation::class_weights::{class_counts, inverse_frequency_weights};
//!
//! let counts = class_counts(&vec![0i64, 0, 0, 0, 0, 0, 1, 1, -100], 3, -100)?;
//! assert_eq!(counts, [6, 2, 0]);
//! assert_eq!(inverse_frequency_weights(&counts), [8.0 / 12.0, 8.0 / 4.0, 0.0]);
//! # Ok::<(), minimand::Error>(())
//! ```

use crate::batch::Labels;
use crate::error::Error;

/// How many labels there are of each class, without those that are `ignore_index`.
///
/// # Errors
/// [`Error::Label`] at a label that is neither in `0..classes` nor `ignore_index`.
pub fn class_counts<'a>(
    labels: impl Into<Labels<'a>>,
    classes: usize,
    ignore_index: i64,
) -> Result<Vec<u64>, Error> {
    let labels = labels.into();
    let mut counts = vec![0u64; classes];
    for position in 0..labels.len() {
        let label = labels.get(position);
        if label == ignore_index {
            continue;
        }
        let count = usize::try_from(label)
            .ok()
            .and_then(|label| counts.get_mut(label));
        *count.ok_or(Error::Label {
            position,
            label,
            classes,
            ignore_index,
        })? += 1;
    }
    Ok(counts)
}

/// Σ n / (C·n_c): the weight of each class such that all classes weigh the same together and the mean weight of a
/// label is 1. A class that does not occur has weight 0, and is none of the C. Source: paper 158.
pub fn inverse_frequency_weights(counts: &[u64]) -> Vec<f64> {
    let all: u64 = counts.iter().sum();
    let present = counts.iter().filter(|&&n| n > 0).count();
    let weight = |&n: &u64| match n {
        0 => 0.0,
        n => all as f64 / (present as f64 * n as f64),
    };
    counts.iter().map(weight).collect()
}

/// median(n) / n_c: 1 for the class in the middle. A class that does not occur has weight 0 and is left out of the
/// median. Source: Eigen and Fergus 2015; paper 158.
pub fn median_frequency_weights(counts: &[u64]) -> Vec<f64> {
    let mut present: Vec<u64> = counts.iter().copied().filter(|&n| n > 0).collect();
    present.sort_unstable();
    let middle = present.len() / 2;
    let median = match present.len() {
        0 => return vec![0.0; counts.len()],
        n if n % 2 == 1 => present[middle] as f64,
        _ => 0.5 * (present[middle - 1] as f64 + present[middle] as f64),
    };
    let weight = |&n: &u64| if n == 0 { 0.0 } else { median / n as f64 };
    counts.iter().map(weight).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_finite_and_balance_the_classes() {
        let counts = [6, 0, 2, 4];
        let weights = inverse_frequency_weights(&counts);
        for (w, n) in weights.iter().zip(counts) {
            assert!((w * n as f64 - if n > 0 { 4.0 } else { 0.0 }).abs() < 1e-12);
        }
        assert_eq!(
            median_frequency_weights(&counts),
            [4.0 / 6.0, 0.0, 2.0, 1.0]
        );
        assert_eq!(median_frequency_weights(&[3, 1]), [2.0 / 3.0, 2.0]);
        for none in [&[][..], &[0, 0]] {
            assert_eq!(inverse_frequency_weights(none), vec![0.0; none.len()]);
            assert_eq!(median_frequency_weights(none), vec![0.0; none.len()]);
        }
    }

    #[test]
    fn the_weights_of_paper_158_follow_from_its_frequencies() {
        // Frequencies 0.939, 0.00462 and 0.0567 of background, cyclones and rivers.
        let weights = inverse_frequency_weights(&[93_868, 462, 5_670]);
        for (w, want) in weights.iter().zip([0.355, 72.171, 5.875]) {
            assert!((w / want - 1.0).abs() < 3e-3, "{weights:?}");
        }
    }

    #[test]
    fn a_label_that_is_no_class_is_named() {
        let error = class_counts(&vec![0i64, 1, 7], 2, -1).unwrap_err();
        assert!(matches!(
            error,
            Error::Label {
                position: 2,
                label: 7,
                classes: 2,
                ..
            }
        ));
        assert!(class_counts(&vec![-2i64], 2, -1).is_err());
    }
}
