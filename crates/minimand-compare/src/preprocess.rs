//! Features as numbers for a model: fitted on the rows that train, applied to all, and
//! kept with a saved model.

use std::collections::HashMap;
use std::f64::consts::TAU;

use serde::{Deserialize, Serialize};

use crate::data::{Feature, FeatureValues};

/// Categories beyond this many per column share the row of zeros of unseen ones.
pub const MOST_CATEGORIES: usize = 100;

const SECONDS_PER_DAY: f64 = 86_400.0;

/// Days of the cycles that a date is placed in: year, week, day.
const CYCLES: [f64; 3] = [365.2425, 7.0, 1.0];

/// How features become a matrix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Encoder {
    pub(crate) columns: Vec<EncodedColumn>,
}

/// How one feature becomes columns of the matrix. If values were missing in training,
/// a last column is 1 where they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct EncodedColumn {
    pub(crate) name: String,
    encoding: Encoding,
    marks_missing: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Encoding {
    /// (value − mean) · scale, after missing values are replaced by the median.
    Number(Standardised),
    /// Days since 1970 likewise, then sine and cosine of the place in the year, in the
    /// week and, if times of day differ, in the day; 0 where missing.
    Date { days: Standardised, cycles: usize },
    /// One column per name, 1 where the row has it: the most frequent of the training
    /// rows. All zeros for any other.
    OneHot(Vec<String>),
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Standardised {
    median: f64,
    mean: f64,
    scale: f64,
}

impl Encoder {
    /// Learns medians, means, deviations and categories from `rows` of `features`.
    pub(crate) fn fit(features: &[Feature], rows: &[usize]) -> Self {
        let columns = features
            .iter()
            .map(|feature| EncodedColumn::fit(feature, rows));
        Self {
            columns: columns.collect(),
        }
    }

    /// The number of columns of the matrix, at least one per feature: one whose values
    /// are all missing in training still has its mark.
    pub(crate) fn width(&self) -> usize {
        self.columns.iter().map(EncodedColumn::width).sum()
    }

    /// All rows of `features` (those of `fit` in number, order and kind) as a matrix
    /// `[rows, width]` in row order. Every value is finite.
    pub(crate) fn encode(&self, features: &[Feature], rows: usize) -> Vec<f32> {
        let width = self.width();
        let mut matrix = vec![0.0; rows * width];
        let mut start = 0;
        for (feature, column) in features.iter().zip(&self.columns) {
            let cells = matrix.chunks_exact_mut(width);
            let cells = cells.map(|row| &mut row[start..start + column.width()]);
            column.write(&feature.values, cells);
            start += column.width();
        }
        matrix
    }
}

impl EncodedColumn {
    fn fit(feature: &Feature, rows: &[usize]) -> Self {
        let (encoding, marks_missing) = match &feature.values {
            FeatureValues::Numbers(values) => {
                let (standardised, missing) = Standardised::fit(values, 1.0, rows);
                (Encoding::Number(standardised), missing)
            }
            FeatureValues::Dates(values) => {
                let (days, missing) = Standardised::fit(values, SECONDS_PER_DAY, rows);
                let has_clock = rows
                    .iter()
                    .any(|row| values[*row] % SECONDS_PER_DAY != 0.0 && !values[*row].is_nan());
                let cycles = CYCLES.len() - usize::from(!has_clock);
                (Encoding::Date { days, cycles }, missing)
            }
            FeatureValues::Categories { codes, names } => {
                let frequent = most_frequent(codes, names, rows);
                let missing = rows.iter().any(|row| codes[*row].is_none());
                (Encoding::OneHot(frequent), missing)
            }
        };
        Self {
            name: feature.name.clone(),
            encoding,
            marks_missing,
        }
    }

    fn width(&self) -> usize {
        let width = match &self.encoding {
            Encoding::Number(_) => 1,
            Encoding::Date { cycles, .. } => 1 + 2 * cycles,
            Encoding::OneHot(names) => names.len(),
        };
        width + usize::from(self.marks_missing)
    }

    /// Whether values of this kind can be encoded.
    pub(crate) fn fits(&self, values: &FeatureValues) -> bool {
        matches!(
            (&self.encoding, values),
            (Encoding::Number(_), FeatureValues::Numbers(_))
                | (Encoding::Date { .. }, FeatureValues::Dates(_))
                | (Encoding::OneHot(_), FeatureValues::Categories { .. })
        )
    }

    /// What values it was trained on, in words.
    pub(crate) fn kind(&self) -> &'static str {
        match self.encoding {
            Encoding::Number(_) => "numbers",
            Encoding::Date { .. } => "dates",
            Encoding::OneHot(_) => "text",
        }
    }

    /// Fills the cells of every row, which are zero.
    fn write<'a>(&self, values: &FeatureValues, cells: impl Iterator<Item = &'a mut [f32]>) {
        let last = self.width() - 1;
        let mark = |cells: &mut [f32]| {
            if self.marks_missing {
                cells[last] = 1.0;
            }
        };
        match (&self.encoding, values) {
            (Encoding::Number(standardised), FeatureValues::Numbers(values)) => {
                for (value, cells) in values.iter().zip(cells) {
                    cells[0] = standardised.apply(*value);
                    if value.is_nan() {
                        mark(cells);
                    }
                }
            }
            (Encoding::Date { days, cycles }, FeatureValues::Dates(values)) => {
                for (value, cells) in values.iter().zip(cells) {
                    let value = value / SECONDS_PER_DAY;
                    cells[0] = days.apply(value);
                    if value.is_nan() {
                        mark(cells);
                        continue;
                    }
                    for (cycle, pair) in
                        CYCLES[..*cycles].iter().zip(cells[1..].chunks_exact_mut(2))
                    {
                        let (sine, cosine) = (TAU * value / cycle).sin_cos();
                        pair.copy_from_slice(&[sine as f32, cosine as f32]);
                    }
                }
            }
            (Encoding::OneHot(known), FeatureValues::Categories { codes, names }) => {
                let place: HashMap<&str, usize> = known
                    .iter()
                    .enumerate()
                    .map(|(place, name)| (name.as_str(), place))
                    .collect();
                let place_of: Vec<Option<usize>> = names
                    .iter()
                    .map(|name| place.get(name.as_str()).copied())
                    .collect();
                for (code, cells) in codes.iter().zip(cells) {
                    match code {
                        None => mark(cells),
                        Some(code) => {
                            if let Some(place) = place_of[*code as usize] {
                                cells[place] = 1.0;
                            }
                        }
                    }
                }
            }
            // Excluded by `fits`.
            _ => {}
        }
    }
}

/// The most frequent names among `rows`, sorted; of equally frequent ones the first in
/// the order of names.
fn most_frequent(codes: &[Option<u32>], names: &[String], rows: &[usize]) -> Vec<String> {
    let mut counts = vec![0_usize; names.len()];
    rows.iter()
        .filter_map(|row| codes[*row])
        .for_each(|code| counts[code as usize] += 1);
    let mut seen: Vec<usize> = (0..names.len()).filter(|code| counts[*code] > 0).collect();
    seen.sort_by_key(|code| std::cmp::Reverse(counts[*code]));
    seen.truncate(MOST_CATEGORIES);
    seen.sort_unstable();
    seen.into_iter().map(|code| names[code].clone()).collect()
}

impl Standardised {
    /// Learns from `rows` of `values`, divided by `unit`; and whether some are missing.
    fn fit(values: &[f64], unit: f64, rows: &[usize]) -> (Self, bool) {
        let mut known: Vec<f64> = rows
            .iter()
            .map(|row| values[*row] / unit)
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
        (
            Self {
                median,
                mean,
                scale,
            },
            missing > 0,
        )
    }

    fn apply(self, value: f64) -> f32 {
        let value = if value.is_nan() { self.median } else { value };
        // A row far outside of what was seen must not become infinite as f32.
        ((value - self.mean) * self.scale).clamp(-1e6, 1e6) as f32
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
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
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
