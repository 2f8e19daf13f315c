//! Correlation and regression over encoders.

/// Pearson's correlation of pairs; 0 if one side is constant.
pub(super) fn pearson(pairs: &[(f64, f64)]) -> f64 {
    let count = pairs.len() as f64;
    let (x, y) = pairs
        .iter()
        .fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
    let (x, y) = (x / count, y / count);
    let sum = |of: fn(f64, f64) -> f64| -> f64 {
        pairs.iter().map(|pair| of(pair.0 - x, pair.1 - y)).sum()
    };
    let scale = (sum(|x, _| x * x) * sum(|_, y| y * y)).sqrt();
    if scale > 0.0 {
        sum(|x, y| x * y) / scale
    } else {
        0.0
    }
}

/// The place of each value in ascending order, from 1; equal ones have the first.
pub(super) fn ranks(values: &[f64]) -> Vec<f64> {
    let below = |value| values.iter().filter(|other| *other < value).count();
    values
        .iter()
        .map(|value| 1.0 + below(value) as f64)
        .collect()
}

/// A regression of one number on two, with an intercept.
pub(super) struct Regression {
    pub(super) slopes: [f64; 2],
    /// The explained share of the variance.
    pub(super) r2: f64,
    /// Fitted and measured values.
    pub(super) fitted: Vec<(f64, f64)>,
}

impl Regression {
    /// Of rows (the two, the one), by least squares.
    pub(super) fn of(rows: &[([f64; 2], f64)]) -> Self {
        let rows: Vec<[f64; 3]> = rows.iter().map(|&([x, y], z)| [x, y, z]).collect();
        let count = rows.len() as f64;
        let centre = [0, 1, 2].map(|axis| rows.iter().map(|row| row[axis]).sum::<f64>() / count);
        let product = |a: usize, b: usize| -> f64 {
            let products = rows
                .iter()
                .map(|row| (row[a] - centre[a]) * (row[b] - centre[b]));
            products.sum()
        };
        let determinant = product(0, 0) * product(1, 1) - product(0, 1).powi(2);
        let slopes = [
            (product(0, 2) * product(1, 1) - product(1, 2) * product(0, 1)) / determinant,
            (product(1, 2) * product(0, 0) - product(0, 2) * product(0, 1)) / determinant,
        ];
        let explained = slopes[0] * product(0, 2) + slopes[1] * product(1, 2);
        let fit = |row: &[f64; 3]| {
            let offsets = slopes.iter().zip(row).zip(centre);
            let offset: f64 = offsets
                .map(|((slope, x), centre)| slope * (x - centre))
                .sum();
            (centre[2] + offset, row[2])
        };
        Self {
            slopes,
            r2: explained / product(2, 2),
            fitted: rows.iter().map(fit).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_is_found() {
        let rows = [[0.0, 1.0], [1.0, 0.0], [2.0, 5.0], [3.0, -1.0]];
        let plane = rows.map(|[x, y]| ([x, y], 3.0 - 2.0 * x + 0.5 * y));
        let Regression { slopes, r2, fitted } = Regression::of(&plane);
        assert!((slopes[0] + 2.0).abs() < 1e-12 && (slopes[1] - 0.5).abs() < 1e-12);
        assert!((r2 - 1.0).abs() < 1e-12);
        assert!(
            fitted
                .iter()
                .all(|(fit, value)| (fit - value).abs() < 1e-12)
        );
    }

    #[test]
    fn correlations_by_hand() {
        let line = [(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)];
        assert!((pearson(&line) - 1.0).abs() < 1e-12);
        assert_eq!(pearson(&line.map(|(x, _)| (x, 2.0))), 0.0);
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 7.0]), [2.0, 1.0, 2.0, 4.0]);
    }
}
