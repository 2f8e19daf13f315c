//! Features as numbers for a model: fitted on the rows that train, applied to all.

use crate::data::{Data, Feature, FeatureValues};

/// Categories beyond this many per column share the row of zeros of unseen ones.
pub const MOST_CATEGORIES: usize = 100;

/// How the features of one training fold become a matrix.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Encoder {
    columns: Vec<Encoding>,
}

#[derive(Debug, Clone, PartialEq)]
enum Encoding {
    /// (value − mean) · scale, after missing values are replaced by the median; then,
    /// if values were missing in training, a column that is 1 where they are.
    Number {
        median: f64,
        mean: f64,
        scale: f64,
        indicator: bool,
    },
    /// One column per category seen in training, 1 where the row has it. `position`
    /// gives each code's column; codes that have none are all zeros. If values were
    /// missing in training, a last column is 1 where they are.
    OneHot {
        position: Vec<Option<usize>>,
        width: usize,
        indicator: bool,
    },
}

impl Encoder {
    /// Learns medians, means, deviations and categories from `rows` of `data`.
    pub(crate) fn fit(data: &Data, rows: &[usize]) -> Self {
        let columns = data
            .features
            .iter()
            .map(|feature| Encoding::fit(feature, rows));
        Self {
            columns: columns.collect(),
        }
    }

    /// The number of columns of the matrix, at least one per feature: one whose values
    /// are all missing in training still has its indicator.
    pub(crate) fn width(&self) -> usize {
        self.columns.iter().map(Encoding::width).sum()
    }

    /// All rows of `data` as a matrix `[rows, width]` in row order. Every value is
    /// finite.
    pub(crate) fn encode(&self, data: &Data) -> Vec<f32> {
        let width = self.width();
        let mut matrix = vec![0.0; data.rows() * width];
        let mut start = 0;
        for (feature, encoding) in data.features.iter().zip(&self.columns) {
            for (row, cells) in matrix.chunks_exact_mut(width).enumerate() {
                encoding.write(feature, row, &mut cells[start..start + encoding.width()]);
            }
            start += encoding.width();
        }
        matrix
    }
}

impl Encoding {
    fn fit(feature: &Feature, rows: &[usize]) -> Self {
        match &feature.values {
            FeatureValues::Numbers(values) => {
                let mut known: Vec<f64> = rows
                    .iter()
                    .map(|row| values[*row])
                    .filter(|value| !value.is_nan())
                    .collect();
                known.sort_by(f64::total_cmp);
                let median = middle(&known);
                let missing = rows.len() - known.len();
                let count = rows.len() as f64;
                let filled = || {
                    known
                        .iter()
                        .copied()
                        .chain(std::iter::repeat_n(median, missing))
                };
                let mean = filled().sum::<f64>() / count;
                let variance = filled().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
                // A deviation that is mere rounding would blow up test rows.
                let is_constant = variance.sqrt() <= 1e-12 * mean.abs() || variance == 0.0;
                let scale = if is_constant {
                    0.0
                } else {
                    1.0 / variance.sqrt()
                };
                Self::Number {
                    median,
                    mean,
                    scale,
                    indicator: missing > 0,
                }
            }
            FeatureValues::Categories { codes, names } => {
                let mut counts = vec![0_usize; names.len()];
                rows.iter()
                    .filter_map(|row| codes[*row])
                    .for_each(|code| counts[code as usize] += 1);
                let mut seen: Vec<usize> =
                    (0..names.len()).filter(|code| counts[*code] > 0).collect();
                // The most frequent first, ties in the order of their names.
                seen.sort_by_key(|code| std::cmp::Reverse(counts[*code]));
                seen.truncate(MOST_CATEGORIES);
                seen.sort_unstable();
                let mut position = vec![None; names.len()];
                seen.iter()
                    .enumerate()
                    .for_each(|(column, code)| position[*code] = Some(column));
                let indicator = rows.iter().any(|row| codes[*row].is_none());
                Self::OneHot {
                    position,
                    width: seen.len(),
                    indicator,
                }
            }
        }
    }

    fn width(&self) -> usize {
        match self {
            Self::Number { indicator, .. } => 1 + usize::from(*indicator),
            Self::OneHot {
                width, indicator, ..
            } => width + usize::from(*indicator),
        }
    }

    /// Fills the cells of one row, which are zero.
    fn write(&self, feature: &Feature, row: usize, cells: &mut [f32]) {
        match (self, &feature.values) {
            (
                Self::Number {
                    median,
                    mean,
                    scale,
                    indicator,
                },
                FeatureValues::Numbers(values),
            ) => {
                let is_missing = values[row].is_nan();
                let value = if is_missing { *median } else { values[row] };
                // A row far outside of what was seen must not become infinite as f32.
                cells[0] = ((value - mean) * scale).clamp(-1e6, 1e6) as f32;
                if *indicator && is_missing {
                    cells[1] = 1.0;
                }
            }
            (
                Self::OneHot {
                    position,
                    width,
                    indicator,
                },
                FeatureValues::Categories { codes, .. },
            ) => match codes[row] {
                Some(code) => {
                    if let Some(column) = position[code as usize] {
                        cells[column] = 1.0;
                    }
                }
                None if *indicator => cells[*width] = 1.0,
                None => {}
            },
            // Encoders are only applied to the data that they were fitted to.
            _ => {}
        }
    }
}

/// The median of sorted values; 0 if there are none.
fn middle(sorted: &[f64]) -> f64 {
    match sorted.len() {
        0 => 0.0,
        count if count % 2 == 1 => sorted[count / 2],
        count => 0.5 * sorted[count / 2 - 1] + 0.5 * sorted[count / 2],
    }
}

/// The mean and deviation of regression targets, to train on and to map back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TargetScale {
    /// Mean of the training rows.
    pub(crate) mean: f64,
    /// Their standard deviation, or 1 if they are all equal.
    pub(crate) deviation: f64,
}

impl TargetScale {
    /// Learns from `rows`, of which there is at least one.
    pub(crate) fn fit(values: &[f64], rows: &[usize]) -> Self {
        let count = rows.len() as f64;
        let mean = rows.iter().map(|row| values[*row]).sum::<f64>() / count;
        let squares: f64 = rows.iter().map(|row| (values[*row] - mean).powi(2)).sum();
        let deviation = (squares / count).sqrt();
        Self {
            mean,
            deviation: if deviation > 0.0 { deviation } else { 1.0 },
        }
    }

    /// A target as the model sees it.
    pub(crate) fn apply(self, value: f64) -> f32 {
        ((value - self.mean) / self.deviation).clamp(-1e6, 1e6) as f32
    }

    /// A prediction in the unit of the target.
    pub(crate) fn invert(self, prediction: f32) -> f64 {
        f64::from(prediction) * self.deviation + self.mean
    }
}

#[cfg(test)]
#[path = "preprocess_tests.rs"]
mod tests;
