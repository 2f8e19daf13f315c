//! What several studies measure beside the quality of probabilities.

use minimand::transport::eigen::eigen;
use minimand::{Array, Batch, Objective, Options, Reduction, Target};
use minimand_burn::random::Random;

use crate::error::StudyError;

/// Of the rows whose given label is not the true one, the share for which the largest score is that
/// of the given label; 0 if every label is true.
pub(crate) fn memorised(scores: &[f32], given: &[u32], truth: &[u32], classes: usize) -> f64 {
    let rows = scores.chunks_exact(classes).zip(given).zip(truth);
    let wrong: Vec<_> = rows.filter(|((_, given), truth)| given != truth).collect();
    let is_learnt = |((row, given), _): &&((&[f32], &u32), &u32)| {
        let own = row[**given as usize];
        row.iter().all(|z| *z <= own)
    };
    let learnt = wrong.iter().filter(is_learnt).count();
    learnt as f64 / wrong.len().max(1) as f64
}

/// Spearman's rank correlation, from −1 to 1; equal values share their rank. 0 if one side is constant.
pub(crate) fn spearman(a: &[f64], b: &[f64]) -> f64 {
    let ranks = |values: &[f64]| -> Vec<f64> {
        let rank = |value: &f64| {
            let below = values.iter().filter(|other| *other < value).count();
            let equal = values.iter().filter(|other| *other == value).count();
            below as f64 + 0.5 * (equal as f64 - 1.0)
        };
        values.iter().map(rank).collect()
    };
    let (a, b) = (ranks(a), ranks(b));
    let middle = 0.5 * (a.len() as f64 - 1.0);
    let product = |x: &[f64], y: &[f64]| -> f64 {
        let pairs = x.iter().zip(y);
        pairs.map(|(x, y)| (x - middle) * (y - middle)).sum()
    };
    let scale = (product(&a, &a) * product(&b, &b)).sqrt();
    if scale > 0.0 {
        product(&a, &b) / scale
    } else {
        0.0
    }
}

/// Spearman's rank correlation of values with their places: −1 if they fall, 1 if they rise.
pub(crate) fn trend(values: &[f64]) -> f64 {
    let places: Vec<f64> = (0..values.len()).map(|place| place as f64).collect();
    spearman(values, &places)
}

/// The share of the variance of vectors `[rows, width]` that so many principal components hold, in 0..1.
pub(crate) fn principal_share(
    vectors: &[f32],
    width: usize,
    components: usize,
) -> Result<f64, StudyError> {
    let rows = vectors.len() / width;
    let mut centred: Vec<f64> = vectors.iter().map(|&x| f64::from(x)).collect();
    for column in 0..width {
        let mean = centred.iter().skip(column).step_by(width).sum::<f64>() / rows as f64;
        let entries = centred.iter_mut().skip(column).step_by(width);
        entries.for_each(|x| *x -= mean);
    }
    // Products of rows have the eigenvalues of the covariance, up to a factor and zeros.
    let products = centred.chunks_exact(width).flat_map(|a| {
        let others = centred.chunks_exact(width);
        others.map(move |b| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>())
    });
    let values = eigen(&products.collect::<Vec<_>>(), rows)?.values;
    let held: f64 = values.iter().rev().take(components).sum();
    Ok(held / values.iter().sum::<f64>().max(f64::MIN_POSITIVE))
}

/// The loss of each row of logits `[rows, classes]` for each label that it could have: `[rows,
/// classes]`.
pub(crate) fn loss_table(
    objective: &str,
    logits: &[f64],
    classes: usize,
) -> Result<Vec<f64>, StudyError> {
    let objective: Objective = objective.parse()?;
    let rows = logits.len() / classes;
    let (shape, options) = ([rows, classes], Options::reduction(Reduction::None));
    let mut table = vec![0.0; logits.len()];
    for class in 0..classes {
        let (labels, of_rows) = (vec![class as u32; rows], [rows]);
        let batch = Batch::new(
            Array::new(logits, &shape),
            Target::labels(&labels, &of_rows),
        );
        let losses = objective.evaluate(&batch, &options)?.per_item;
        for (row, loss) in losses.unwrap_or_default().into_iter().enumerate() {
            table[row * classes + class] = loss;
        }
    }
    Ok(table)
}

/// Probabilities of so many classes, drawn uniformly from all there are.
pub(crate) fn simplex(classes: usize, random: &mut Random) -> Vec<f64> {
    let draws: Vec<f64> = (0..classes)
        .map(|_| -(1.0 - random.uniform()).ln())
        .collect();
    let sum: f64 = draws.iter().sum();
    draws.iter().map(|draw| draw / sum).collect()
}

#[cfg(test)]
mod tests {
    use minimand_burn::random::Key;

    use super::*;

    #[test]
    fn only_wrong_labels_are_memorised() {
        let scores = [1.0, 0.0, 0.0, 1.0, 1.0, 0.0];
        assert_eq!(memorised(&scores, &[0, 1, 1], &[0, 0, 0], 2), 0.5);
        assert_eq!(memorised(&scores, &[0, 0, 0], &[0, 0, 0], 2), 0.0);
    }

    #[test]
    fn a_trend_is_one_if_all_rises() {
        assert_eq!(trend(&[1.0, 2.0, 5.0, 9.0]), 1.0);
        assert_eq!(trend(&[9.0, 5.0, 2.0, 1.0]), -1.0);
        assert!((trend(&[1.0, 2.0, 9.0, 5.0]) - 0.8).abs() < 1e-12);
        assert_eq!(trend(&[3.0, 3.0, 3.0]), 0.0);
        // Ranks 0.5, 0.5, 2 against 0, 1, 2.
        let tied = spearman(&[1.0, 1.0, 5.0], &[1.0, 2.0, 3.0]);
        assert!((tied - 1.5 / 3.0_f64.sqrt()).abs() < 1e-12, "{tied}");
    }

    #[test]
    fn components_hold_the_variance_of_their_directions() {
        // About (1, 1, 1) with variances in the ratio of 4 to 1, and none along the third axis.
        let vectors = [2.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.5, 1.0, 1.0, 0.5, 1.0];
        for (components, share) in [(1, 0.8), (2, 1.0)] {
            let held = principal_share(&vectors, 3, components).unwrap();
            assert!((held - share).abs() < 1e-12, "{held}");
        }
    }

    #[test]
    fn the_table_holds_every_label() {
        let table = loss_table("cross_entropy", &[0.0, 0.0, 3.0_f64.ln(), 0.0], 2).unwrap();
        let expected = [0.5, 0.5, 0.75, 0.25].map(|p: f64| -p.ln());
        for (loss, expected) in table.iter().zip(expected) {
            assert!((loss - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn the_simplex_is_filled_evenly() {
        let mut random = Random::new(Key::new(1), 0);
        let draws: Vec<Vec<f64>> = (0..4000).map(|_| simplex(3, &mut random)).collect();
        assert!(
            draws
                .iter()
                .all(|p| (p.iter().sum::<f64>() - 1.0).abs() < 1e-12)
        );
        // P(p₀ > ½) = ¼ for the uniform distribution on a triangle.
        let share = draws.iter().filter(|p| p[0] > 0.5).count() as f64 / 4000.0;
        assert!((share - 0.25).abs() < 0.03, "{share}");
    }
}
