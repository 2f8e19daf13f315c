//! The geometry of features: how classes lie to each other.

use crate::data::Labelled;

/// How far apart classes lie for their width: tr S_B / tr S_W, the spread of the class means around
/// the common mean (weighted by rows) over the spread of the rows around their class means.
/// `features`: `[rows, columns]`.
pub(crate) fn separation(features: &[f32], data: &Labelled) -> f64 {
    let columns = features.len() / data.rows();
    let (sums, counts) = (class_sums(features, data, |_| 1.0), data.class_counts());
    let total: f64 = features.iter().map(|&x| f64::from(x).powi(2)).sum();
    let square = |values: &[f64]| values.iter().map(|x| x * x).sum::<f64>();
    let classes = sums.chunks_exact(columns).zip(&counts);
    // n_k |m_k|², summed.
    let means: f64 = classes
        .filter(|(_, count)| **count > 0)
        .map(|(sum, &count)| square(sum) / count as f64)
        .sum();
    let mut centre = vec![0.0; columns];
    for sum in sums.chunks_exact(columns) {
        centre.iter_mut().zip(sum).for_each(|(c, x)| *c += x);
    }
    (means - square(&centre) / data.rows() as f64) / (total - means)
}

/// The mean cosine between the features of two rows of different classes: near 1 if all lie in a narrow
/// cone.
pub(crate) fn mean_cosine_between(features: &[f32], data: &Labelled) -> f64 {
    let columns = features.len() / data.rows();
    let length = |row: &[f32]| {
        row.iter()
            .map(|&x| f64::from(x).powi(2))
            .sum::<f64>()
            .sqrt()
    };
    let sums = class_sums(features, data, |row| 1.0 / length(row).max(1e-12));
    let square = |values: &[f64]| values.iter().map(|x| x * x).sum::<f64>();
    let mut all = vec![0.0; columns];
    let mut within = 0.0;
    for sum in sums.chunks_exact(columns) {
        all.iter_mut().zip(sum).for_each(|(a, x)| *a += x);
        within += square(sum);
    }
    let rows = data.rows() as f64;
    let same: f64 = data.class_counts().iter().map(|&n| (n * n) as f64).sum();
    (square(&all) - within) / (rows * rows - same)
}

/// The sums `[classes, columns]` of the rows of each class, each with its factor.
fn class_sums(features: &[f32], data: &Labelled, factor: impl Fn(&[f32]) -> f64) -> Vec<f64> {
    let columns = features.len() / data.rows();
    let mut sums = vec![0.0; data.classes * columns];
    for (row, &label) in features.chunks_exact(columns).zip(&data.labels) {
        let factor = factor(row);
        let sum = &mut sums[label as usize * columns..][..columns];
        sum.iter_mut()
            .zip(row)
            .for_each(|(s, &x)| *s += factor * f64::from(x));
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separation_and_cosines_by_hand() {
        let features = [0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 3.0, 3.0, 4.0, 3.0, 3.0, 4.0];
        let data = Labelled {
            features: features.to_vec(),
            columns: 2,
            labels: vec![0, 0, 0, 1, 1, 1],
            classes: 2,
        };
        // Class means (1/3, 1/3) and (10/3, 10/3): 4.5 over 4/9.
        let ratio = separation(&features, &data);
        assert!((ratio - 10.125).abs() < 1e-9, "{ratio}");
        let axes = data.select(&[1, 2, 3]).with_labels(vec![0, 0, 1]);
        let cosine = mean_cosine_between(&axes.features, &axes);
        assert!((cosine - 0.5_f64.sqrt()).abs() < 1e-9, "{cosine}");
    }
}
