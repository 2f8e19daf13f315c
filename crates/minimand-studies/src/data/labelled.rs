//! A table of features with a class for each row.

use minimand_burn::random::{Key, Random};

/// Rows of features, each with its class.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    /// `[rows, columns]`, row by row.
    pub features: Vec<f32>,
    /// Features of a row.
    pub columns: usize,
    /// The class of each row, in `0..classes`.
    pub labels: Vec<u32>,
    /// Number of classes.
    pub classes: usize,
}

impl Labelled {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.labels.len()
    }

    /// The features of a row, which must exist.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.features[row * self.columns..][..self.columns]
    }

    /// These rows, which must exist, in this order.
    pub fn select(&self, rows: &[usize]) -> Self {
        let features = rows.iter().flat_map(|&row| self.row(row));
        Self {
            features: features.copied().collect(),
            columns: self.columns,
            labels: rows.iter().map(|&row| self.labels[row]).collect(),
            classes: self.classes,
        }
    }

    /// The same rows with other labels, one for each.
    pub fn with_labels(&self, labels: Vec<u32>) -> Self {
        Self {
            labels,
            ..self.clone()
        }
    }

    /// So many rows drawn at random, and all others. At most all but one are drawn.
    pub fn split(&self, first: usize, key: Key) -> (Self, Self) {
        let mut order: Vec<usize> = (0..self.rows()).collect();
        Random::new(key, 0).shuffle(&mut order);
        let (drawn, others) = order.split_at(first.min(self.rows().saturating_sub(1)));
        (self.select(drawn), self.select(others))
    }

    /// So many rows of each class drawn at random (fewer where a class has fewer), and all others.
    pub fn split_by_class(&self, counts: &[usize], key: Key) -> (Self, Self) {
        let mut order: Vec<usize> = (0..self.rows()).collect();
        Random::new(key, 0).shuffle(&mut order);
        let mut left = counts.to_vec();
        left.resize(self.classes, 0);
        let (drawn, others): (Vec<usize>, Vec<usize>) = order.into_iter().partition(|&row| {
            let left = &mut left[self.labels[row] as usize];
            let is_drawn = *left > 0;
            *left = left.saturating_sub(1);
            is_drawn
        });
        (self.select(&drawn), self.select(&others))
    }

    /// How many rows each class has.
    pub fn class_counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.classes];
        for &label in &self.labels {
            counts[label as usize] += 1;
        }
        counts
    }
}

/// Values `[rows, columns]` with mean 0 and variance 1 in every column; a column of equal values becomes
/// 0.
pub(super) fn standardised(values: &[f64], columns: usize) -> Vec<f32> {
    let rows = (values.len() / columns.max(1)) as f64;
    let mut standard = vec![0.0; values.len()];
    for column in 0..columns {
        let entries = || values.iter().skip(column).step_by(columns);
        let mean = entries().sum::<f64>() / rows;
        let variance = entries().map(|x| (x - mean).powi(2)).sum::<f64>() / rows;
        let scale = if variance > 0.0 { variance.sqrt() } else { 1.0 };
        for (place, x) in standard
            .iter_mut()
            .skip(column)
            .step_by(columns)
            .zip(entries())
        {
            *place = ((x - mean) / scale) as f32;
        }
    }
    standard
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::digits;

    #[test]
    fn splits_share_no_row_and_lose_none() {
        let digits = digits();
        assert_eq!(
            (digits.rows(), digits.columns, digits.classes),
            (1797, 64, 10)
        );
        let (train, test) = digits.split(900, Key::new(1));
        assert_eq!((train.rows(), test.rows()), (900, 897));
        let mut rows: Vec<Vec<u32>> = (0..900).map(|row| bits(train.row(row))).collect();
        rows.extend((0..897).map(|row| bits(test.row(row))));
        let mut expected: Vec<Vec<u32>> = (0..1797).map(|row| bits(digits.row(row))).collect();
        rows.sort();
        expected.sort();
        assert_eq!(rows, expected);
        let (other, _) = digits.split(900, Key::new(2));
        assert_ne!(train, other);
    }

    #[test]
    fn each_class_has_its_count() {
        let counts = [5, 10, 0, 3, 1000, 1, 2, 3, 4, 5];
        let (train, test) = digits().split_by_class(&counts, Key::new(1));
        let drawn = train.class_counts();
        assert_eq!(drawn[..4], [5, 10, 0, 3]);
        assert_eq!(test.class_counts()[4], 0);
        assert_eq!(train.rows() + test.rows(), 1797);
    }

    fn bits(row: &[f32]) -> Vec<u32> {
        row.iter().map(|x| x.to_bits()).collect()
    }
}
