//! Gaussian naive Bayes with shared variances: a linear classifier that needs one pass.

use crate::data::Labelled;

/// Naive Bayes with class means and one variance per feature, from one pass over the rows.
#[derive(Debug, Clone)]
pub(crate) struct NaiveBayes {
    columns: usize,
    /// Rows of each class.
    counts: Vec<f64>,
    /// `[classes, columns]`
    means: Vec<f64>,
    /// Sums of squared distances from the class means, over all classes.
    spread: Vec<f64>,
    /// Mean and sum of squared distances from it, over all rows.
    all: Vec<[f64; 2]>,
}

impl NaiveBayes {
    /// Before the first row.
    pub(crate) fn new(columns: usize, classes: usize) -> Self {
        Self {
            columns,
            counts: vec![0.0; classes],
            means: vec![0.0; classes * columns],
            spread: vec![0.0; columns],
            all: vec![[0.0; 2]; columns],
        }
    }

    /// Learns one more row.
    pub(crate) fn add(&mut self, row: &[f32], class: usize) {
        self.counts[class] += 1.0;
        let (count, total) = (self.counts[class], self.counts.iter().sum::<f64>());
        let means = &mut self.means[class * self.columns..][..self.columns];
        let sums = self.spread.iter_mut().zip(&mut self.all);
        for ((&x, mean), (spread, [all_mean, all_spread])) in row.iter().zip(means).zip(sums) {
            let x = f64::from(x);
            let before = x - *mean;
            *mean += before / count;
            *spread += before * (x - *mean);
            let before = x - *all_mean;
            *all_mean += before / total;
            *all_spread += before * (x - *all_mean);
        }
    }

    /// The linear scores W x + b that rank the classes of a row as their posteriors do: W = μ/σ²,
    /// b = ln π − ½ Σ μ²/σ². A class without rows is never predicted.
    pub(crate) fn head(&self) -> (Vec<f64>, Vec<f64>) {
        let total: f64 = self.counts.iter().sum();
        let largest = self
            .all
            .iter()
            .map(|all| all[1] / total)
            .fold(0.0, f64::max);
        let floor = 1e-9 * largest.max(1e-9);
        let variance = |column: usize| self.spread[column] / total + floor;
        let weights = self.means.iter().enumerate();
        let weights: Vec<f64> = weights
            .map(|(index, mean)| mean / variance(index % self.columns))
            .collect();
        let classes = weights.chunks_exact(self.columns);
        let classes = classes.zip(self.means.chunks_exact(self.columns));
        let biases = classes.zip(&self.counts).map(|((weights, means), count)| {
            let half: f64 = weights.iter().zip(means).map(|(w, m)| 0.5 * w * m).sum();
            (count / total).ln() - half
        });
        let biases = biases.collect();
        (weights, biases)
    }

    /// The share of rows whose most likely class is theirs.
    pub(crate) fn accuracy(&self, test: &Labelled) -> f64 {
        let (weights, biases) = self.head();
        linear_accuracy(&weights, &biases, test)
    }
}

/// The share of rows whose largest score W x + b is that of their class.
pub(crate) fn linear_accuracy(weights: &[f64], biases: &[f64], test: &Labelled) -> f64 {
    let is_right = |row: &usize| {
        let features = test.row(*row);
        let scores = weights.chunks_exact(test.columns).zip(biases);
        let scores = scores.map(|(weights, bias)| {
            let products = weights.iter().zip(features).map(|(w, &x)| w * f64::from(x));
            products.sum::<f64>() + bias
        });
        let best = scores.enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
        best.is_some_and(|(class, _)| class as u32 == test.labels[*row])
    };
    (0..test.rows()).filter(is_right).count() as f64 / test.rows() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn naive_bayes_of_the_record() {
        let mut bayes = NaiveBayes::new(2, 2);
        let rows = [[0.0, 0.0], [2.0, 1.0], [1.0, 5.0], [3.0, 7.0]];
        for (row, class) in rows.iter().zip([0, 0, 1, 1]) {
            bayes.add(row, class);
        }
        let (weights, biases) = bayes.head();
        // Up to the floor of the variances.
        for (weight, expected) in weights.iter().zip([1.0, 0.8, 2.0, 9.6]) {
            assert!((weight - expected).abs() < 1e-6, "{weights:?}");
        }
        for (bias, expected) in biases.iter().zip([-1.393_147_18, -31.493_147_13]) {
            assert!((bias - expected).abs() < 1e-5, "{biases:?}");
        }
        // The record's scores hold what is the same for all classes too: −Σ x²/(2σ²), with variances of 1 and 0.625.
        let same = 1.5 * 1.5 / 2.0 + 3.2 * 3.2 / (2.0 * 0.625);
        for (class, expected) in [-6.650_147_17, -7.090_147_17].into_iter().enumerate() {
            let linear = biases[class] + 1.5 * weights[2 * class] + 3.2 * weights[2 * class + 1];
            let score = linear - same;
            assert!((score - expected).abs() < 1e-5, "{score}");
        }
        let test = Labelled {
            features: vec![1.5, 3.2, 1.5, 4.0],
            columns: 2,
            labels: vec![0, 1],
            classes: 2,
        };
        assert_eq!(bayes.accuracy(&test), 1.0);
    }
}
