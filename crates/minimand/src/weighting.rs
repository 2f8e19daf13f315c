//! Long tails: weights of classes from their counts, and logits that are adjusted to classes that are equally
//! common.

use crate::batch::Labels;
use crate::error::Error;
use crate::kernels::scalar::Float;

/// How the weight of a class falls with its count n.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ClassWeighting {
    /// 1/n.
    Inverse,
    /// 1/√n.
    InverseRoot,
    /// (1 − β)/(1 − β^n), one over the effective number of items: 1 for every class at β = 0, 1/n as β → 1.
    /// Source: Cui et al. 2019.
    EffectiveNumber {
        /// β in [0, 1); 0.9, 0.99, 0.999 and 0.9999 are usual.
        beta: f64,
    },
}

/// What is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MeanOne {
    /// The mean weight of the classes that are present.
    #[default]
    Classes,
    /// The mean weight of the items: with [`ClassWeighting::Inverse`] what others call "balanced", n/(c·n_k).
    Items,
    /// The weight of a class whose count is the median of those of the classes that are present: with
    /// [`ClassWeighting::Inverse`] median-frequency balancing, median(n)/n_k. Source: Eigen and Fergus 2015.
    Median,
}

/// How many labels there are of each class, without those that are `ignore_index`.
///
/// # Errors
/// [`Error::Label`] at a label that is neither in `0..classes` nor `ignore_index`.
pub fn class_counts<'a>(
    labels: impl Into<Labels<'a>>,
    classes: usize,
    ignore_index: i64,
) -> Result<Vec<f64>, Error> {
    let labels = labels.into();
    let mut counts = vec![0.0; classes];
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
        })? += 1.0;
    }
    Ok(counts)
}

/// The middle one of the counts above 0, or the mean of the middle two.
fn median(counts: &[f64]) -> f64 {
    let mut present: Vec<f64> = counts.iter().copied().filter(|&n| n > 0.0).collect();
    present.sort_unstable_by(f64::total_cmp);
    let (low, high) = ((present.len() - 1) / 2, present.len() / 2);
    0.5 * (present[low] + present[high])
}

/// A weight for each class, for `Batch::class_weights`; a class without items has the weight 0.
///
/// `counts` are numbers of items, or of anything else that weighs (shares too, but for the effective number).
/// With them a loss's mean divides by the sum of the weights unless the options say
/// [`Denominator::Count`](crate::Denominator::Count), which the published class-balanced loss means. Source: paper
/// 117.
///
/// # Errors
/// [`Error::Parameter`] for counts that are negative, not finite or all 0, and β outside [0, 1).
///
/// ```
/// use minimand::weighting::{ClassWeighting, MeanOne, class_weights};
///
/// let balanced = class_weights(&[60.0, 20.0], ClassWeighting::Inverse, MeanOne::Items)?;
/// assert_eq!(balanced, [2.0 / 3.0, 2.0]);
/// # Ok::<(), minimand::Error>(())
/// ```
pub fn class_weights(
    counts: &[f64],
    weighting: ClassWeighting,
    mean_one: MeanOne,
) -> Result<Vec<f64>, Error> {
    check_counts("class_weights", counts)?;
    if let ClassWeighting::EffectiveNumber { beta } = weighting
        && !(0.0..1.0).contains(&beta)
    {
        return Err(wrong("class_weights", "beta", "a number in [0, 1)", beta));
    }
    let weight = |n: f64| match weighting {
        _ if n == 0.0 => 0.0,
        ClassWeighting::Inverse => 1.0 / n,
        ClassWeighting::InverseRoot => 1.0 / n.sqrt(),
        // 1 − β^n without cancellation.
        ClassWeighting::EffectiveNumber { beta } => (1.0 - beta) / -(n * beta.ln()).exp_m1(),
    };
    let weights: Vec<f64> = counts.iter().map(|&n| weight(n)).collect();
    let (sum, number) = match mean_one {
        MeanOne::Classes => {
            let present = counts.iter().filter(|&&n| n > 0.0).count();
            (weights.iter().sum::<f64>(), present as f64)
        }
        MeanOne::Items => {
            let sum = weights.iter().zip(counts).map(|(w, n)| w * n).sum::<f64>();
            (sum, counts.iter().sum())
        }
        MeanOne::Median => (weight(median(counts)), 1.0),
    };
    Ok(weights.iter().map(|w| w * (number / sum)).collect())
}

/// How logits are adjusted after training; π_k are the shares of the classes in the training data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Adjustment {
    /// z_k − τ ln π_k. Source: Menon et al. 2021.
    Additive {
        /// τ; 1 undoes the shares of a network that is trained with cross-entropy.
        tau: f64,
    },
    /// z_k·π_k^−τ. It raises rare classes where logits are positive and lowers them where they are negative, so it is
    /// for heads whose logits are positive where they matter, such as a fixed simplex. Source: paper 117, after Kim
    /// and Kim 2020.
    Multiplicative {
        /// τ, to be chosen on validation data in (0, 1).
        tau: f64,
    },
}

/// Adjusts logits `[n, c]` in place, c being the number of `counts`. A class without items cannot win any more:
/// its logits become the least finite number.
///
/// Not for logits of a network that was trained with `logit_adjusted`: they are adjusted already.
///
/// # Errors
/// [`Error::Parameter`] for counts that are negative, not finite or all 0 and a τ that is not finite,
/// [`Error::Shape`] for logits that are no whole number of rows.
pub fn adjust_logits<T: Float>(
    logits: &mut [T],
    counts: &[f64],
    adjustment: Adjustment,
) -> Result<(), Error> {
    check_counts("adjust_logits", counts)?;
    let (Adjustment::Additive { tau } | Adjustment::Multiplicative { tau }) = adjustment;
    if !tau.is_finite() {
        return Err(wrong("adjust_logits", "tau", "a finite number", tau));
    }
    if !logits.len().is_multiple_of(counts.len()) {
        return Err(Error::Shape {
            argument: "logits",
            expected: format!("[n, {}], a column for each of the counts", counts.len()),
            got: format!("{} entries", logits.len()),
        });
    }
    let total: f64 = counts.iter().sum();
    let logs: Vec<f64> = counts.iter().map(|n| (n / total).ln()).collect();
    for row in logits.chunks_mut(counts.len()) {
        for (z, &log) in row.iter_mut().zip(&logs) {
            *z = if log == f64::NEG_INFINITY {
                -T::MAX
            } else {
                match adjustment {
                    Adjustment::Additive { .. } => T::from_f64(z.to_f64() - tau * log),
                    Adjustment::Multiplicative { .. } => {
                        T::from_f64(z.to_f64() * (-tau * log).exp())
                    }
                }
            };
        }
    }
    Ok(())
}

fn check_counts(of: &str, counts: &[f64]) -> Result<(), Error> {
    if let Some(&bad) = counts.iter().find(|n| !(**n >= 0.0 && n.is_finite())) {
        return Err(wrong(of, "counts", "finite numbers of at least 0", bad));
    }
    let total: f64 = counts.iter().sum();
    if total > 0.0 && total.is_finite() {
        return Ok(());
    }
    Err(wrong(
        of,
        "counts",
        "numbers with a finite sum above 0",
        total,
    ))
}

fn wrong(of: &str, parameter: &str, expected: &str, got: f64) -> Error {
    Error::Parameter {
        loss: of.to_string(),
        parameter: parameter.to_string(),
        expected: expected.to_string(),
        got: got.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: &[f64], want: &[f64]) {
        assert_eq!(got.len(), want.len());
        for (g, w) in got.iter().zip(want) {
            assert!((g - w).abs() < 1e-9, "{got:?}, expected {want:?}");
        }
    }

    #[test]
    fn weights_of_the_paper() {
        let effective = |beta| ClassWeighting::EffectiveNumber { beta };
        let counts = [500.0, 50.0, 5.0];
        let weights = class_weights(&counts, effective(0.999), MeanOne::Classes).unwrap();
        close(&weights, &[0.034_110_774, 0.275_169_415, 2.690_719_811]);
        // The ends of β, balanced counts, and a class that is absent.
        let ones = class_weights(&counts, effective(0.0), MeanOne::Classes).unwrap();
        close(&ones, &[1.0; 3]);
        let nearly = class_weights(&counts, effective(1.0 - 1e-12), MeanOne::Classes).unwrap();
        let inverse = class_weights(&counts, ClassWeighting::Inverse, MeanOne::Classes).unwrap();
        close(&nearly, &inverse);
        for weighting in [effective(0.99), ClassWeighting::InverseRoot] {
            for mean_one in [MeanOne::Classes, MeanOne::Items] {
                let weights = class_weights(&[7.0, 0.0, 7.0], weighting, mean_one).unwrap();
                close(&weights, &[1.0, 0.0, 1.0]);
            }
        }
        let root = class_weights(&[4.0, 1.0], ClassWeighting::InverseRoot, MeanOne::Items);
        close(&root.unwrap(), &[5.0 / 6.0, 5.0 / 3.0]);
    }

    #[test]
    fn counts_of_labels_and_median_frequencies() {
        let counts = class_counts(&vec![0i64, 0, 0, 0, 0, 0, 2, 2, -100, 3, 3, 3, 3], 4, -100);
        let counts = counts.unwrap();
        assert_eq!(counts, [6.0, 0.0, 2.0, 4.0]);
        let median = |counts: &[f64]| {
            class_weights(counts, ClassWeighting::Inverse, MeanOne::Median).unwrap()
        };
        close(&median(&counts), &[4.0 / 6.0, 0.0, 2.0, 1.0]);
        close(&median(&[3.0, 1.0]), &[2.0 / 3.0, 2.0]);
        let error = class_counts(&vec![0u8, 4], 4, -100).unwrap_err();
        assert!(matches!(
            error,
            Error::Label {
                position: 1,
                label: 4,
                ..
            }
        ));
    }

    #[test]
    fn adjusted_logits_of_the_paper() {
        let shares = [0.7, 0.2, 0.1];
        let adjusted = |adjustment| {
            let mut logits = vec![2.0, 1.5, 1.0];
            adjust_logits(&mut logits, &shares, adjustment).unwrap();
            logits
        };
        let additive = adjusted(Adjustment::Additive { tau: 1.0 });
        close(&additive, &[2.356_674_944, 3.109_437_912, 3.302_585_093]);
        let multiplied = adjusted(Adjustment::Multiplicative { tau: 0.5 });
        close(&multiplied, &[2.390_457_219, 3.354_101_966, 3.162_277_660]);
        let mut absent = vec![1.0f32, 2.0, 3.0, 4.0];
        adjust_logits(&mut absent, &[0.0, 9.0], Adjustment::Additive { tau: 1.0 }).unwrap();
        assert_eq!(absent, [-f32::MAX, 2.0, -f32::MAX, 4.0]);
    }

    #[test]
    fn errors_name_the_argument() {
        let message = |counts: &[f64], weighting| {
            let weights = class_weights(counts, weighting, MeanOne::Classes);
            weights.unwrap_err().to_string()
        };
        for counts in [&[][..], &[0.0, 0.0], &[1.0, -1.0], &[f64::NAN]] {
            assert!(message(counts, ClassWeighting::Inverse).contains("`counts`"));
        }
        let beta = ClassWeighting::EffectiveNumber { beta: 1.0 };
        assert!(message(&[1.0], beta).contains("`beta` must be a number in [0, 1), got 1"));
        let additive = Adjustment::Additive { tau: 1.0 };
        let error = adjust_logits(&mut [1.0f64; 3], &[1.0, 2.0], additive).unwrap_err();
        assert!(error.to_string().contains("[n, 2]"));
        let endless = Adjustment::Multiplicative { tau: f64::NAN };
        assert!(adjust_logits(&mut [1.0f64], &[1.0], endless).is_err());
    }
}
