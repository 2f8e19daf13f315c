//! Overlapping classes: one normal distribution each.

use minimand_burn::random::{Key, Random};

use super::Labelled;

/// A mixture of normal distributions with unit variance, one for each class. The overlap of the
/// classes is known, so that a model can be compared with the best possible one.
#[derive(Debug, Clone)]
pub(crate) struct GaussianMixture {
    /// `[classes, columns]`
    means: Vec<f64>,
    columns: usize,
}

impl GaussianMixture {
    /// Class means drawn from N(0, spread²) for every coordinate.
    pub(crate) fn new(classes: usize, columns: usize, spread: f64, key: Key) -> Self {
        let mut random = Random::new(key, 0);
        let means = (0..classes * columns).map(|_| spread * random.normal());
        Self {
            means: means.collect(),
            columns,
        }
    }

    /// The mean of a class, which must exist.
    pub(crate) fn mean(&self, class: usize) -> &[f64] {
        &self.means[class * self.columns..][..self.columns]
    }

    /// Number of classes.
    pub(crate) fn classes(&self) -> usize {
        self.means.len() / self.columns
    }

    /// So many rows, each of a class drawn uniformly.
    pub(crate) fn sample(&self, rows: usize, key: Key) -> Labelled {
        let mut random = Random::new(key, 0);
        let labels = (0..rows).map(|_| random.below(self.classes()) as u32);
        let labels = labels.collect();
        self.with_labels(labels, key)
    }

    /// So many rows of each class.
    pub(crate) fn sample_counts(&self, counts: &[usize], key: Key) -> Labelled {
        let labels = counts.iter().enumerate();
        let labels = labels.flat_map(|(class, &count)| std::iter::repeat_n(class as u32, count));
        self.with_labels(labels.collect(), key)
    }

    fn with_labels(&self, labels: Vec<u32>, key: Key) -> Labelled {
        let mut random = Random::new(key, 1);
        let mut features = Vec::with_capacity(labels.len() * self.columns);
        for &label in &labels {
            let mean = self.mean(label as usize);
            features.extend(mean.iter().map(|mean| (mean + random.normal()) as f32));
        }
        Labelled {
            features,
            columns: self.columns,
            labels,
            classes: self.classes(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_have_their_means_and_unit_variance() {
        let mixture = GaussianMixture::new(3, 2, 2.0, Key::new(1));
        let data = mixture.sample_counts(&[4000, 4000, 4000], Key::new(2));
        for class in 0..3 {
            let rows = (0..data.rows()).filter(|&row| data.labels[row] as usize == class);
            let first: Vec<f64> = rows.map(|row| f64::from(data.row(row)[0])).collect();
            let mean = first.iter().sum::<f64>() / 4000.0;
            let variance = first.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 4000.0;
            assert!((mean - mixture.mean(class)[0]).abs() < 0.06, "{mean}");
            assert!((variance - 1.0).abs() < 0.08, "{variance}");
        }
        let counts = mixture.sample(9000, Key::new(3)).class_counts();
        assert!(
            counts.iter().all(|count| (2800..3200).contains(count)),
            "{counts:?}"
        );
    }
}
