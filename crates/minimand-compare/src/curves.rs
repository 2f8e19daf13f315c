//! Learning curves: the mean over folds, made comparable between candidates.

use crate::outcome::CandidateFolds;

/// A point of a mean learning curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    /// The epoch, counted from 1.
    pub(crate) epoch: usize,
    /// The mean over folds.
    pub(crate) mean: f64,
    /// The standard deviation over folds, divided by the root of their number.
    pub(crate) error: f64,
}

/// The mean over folds of the best validation score up to each epoch.
///
/// Folds stop at different epochs. A mean over those that still run would change
/// whenever one stops; the best score so far is that of the model which each fold
/// would deliver, and stays defined after it has stopped. Folds that diverged are
/// left out; empty if all did.
pub(crate) fn mean_curve(candidate: &CandidateFolds) -> Vec<Point> {
    let curves: Vec<Vec<f64>> = candidate
        .fits()
        .map(|fit| best_so_far(&fit.validation_curve))
        .collect();
    let longest = curves.iter().map(Vec::len).max().unwrap_or(0);
    let point = |epoch: usize| {
        let values: Vec<f64> = curves
            .iter()
            .filter_map(|curve| curve.get(epoch).or(curve.last()).copied())
            .collect();
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let error = (squares / (count - 1.0).max(1.0) / count).sqrt();
        Point {
            epoch: epoch + 1,
            mean,
            error,
        }
    };
    (0..longest).map(point).collect()
}

fn best_so_far(curve: &[f64]) -> Vec<f64> {
    let best = curve.iter().scan(f64::INFINITY, |best, score| {
        *best = best.min(*score);
        Some(*best)
    });
    best.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::Measures;

    fn curve(folds: &[Option<&[f64]>]) -> Vec<Point> {
        let fold = |curve: &Option<&[f64]>| curve.map(|curve| (Measures::new(), curve.to_vec()));
        mean_curve(&CandidateFolds::of("mse", folds.iter().map(fold).collect()))
    }

    #[test]
    fn folds_that_have_stopped_keep_their_best() {
        let points = curve(&[Some(&[3.0, 1.0, 2.0]), None, Some(&[5.0])]);
        let means: Vec<f64> = points.iter().map(|point| point.mean).collect();
        assert_eq!(means, [4.0, 3.0, 3.0]);
        assert_eq!(points[0].epoch, 1);
        assert!((points[1].error - 2.0).abs() < 1e-12);
        assert_eq!(curve(&[Some(&[1.0])])[0].error, 0.0);
        assert!(curve(&[None]).is_empty());
    }
}
