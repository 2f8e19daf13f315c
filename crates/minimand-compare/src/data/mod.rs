//! The rows to compare on: features, a target, and columns with a part of their own.

mod builtin;
mod from_table;
mod hash;
mod limits;
mod roles;
mod target;

use minimand_burn::random::{Key, Random};
use minimand_report::table::{Column, Table, read, read_npy_table};

pub(crate) use self::from_table::feature;
pub(crate) use self::hash::Fnv;
pub use self::hash::fingerprint;
pub(crate) use self::roles::kind;
use crate::error::CompareError;
use crate::preprocess::MOST_CATEGORIES;
use crate::request::{Request, Source, Task};

/// Numbers larger than this are refused: their squares could not be summed.
const LARGEST: f64 = 1e100;

/// The stream of the seed's key that draws the rows of `--rows`.
pub(crate) const SAMPLE: u32 = 7;

/// A data set in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Data {
    /// The name of the built-in set, or of the file.
    pub name: String,
    /// The columns to predict from, at least one.
    pub features: Vec<Feature>,
    /// The name of the target column; of all of them, joined by commas, for several.
    pub target_name: String,
    /// What to predict, one per row.
    pub target: Target,
    /// Whether the task was told from the target rather than asked for.
    pub task_was_told: bool,
    /// How much each row counts, ≥ 0 and not all 0; all alike if `None`.
    pub weights: Option<Vec<f64>>,
    /// The groups that must not be split.
    pub groups: Option<Grouping>,
    /// When each row was; its order decides what is earlier.
    pub times: Option<Vec<f64>>,
    /// Columns by whose values measures are taken too.
    pub slices: Vec<Grouping>,
    /// The number of each row in the source, counted from 1.
    pub row_numbers: Vec<usize>,
}

/// A column that puts rows together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grouping {
    /// The column's name.
    pub column: String,
    /// Each row's position in `names`.
    pub codes: Vec<u32>,
    /// The distinct values, sorted.
    pub names: Vec<String>,
}

/// One column to predict from.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// The column's name.
    pub name: String,
    /// One value per row.
    pub values: FeatureValues,
}

/// The values of a feature.
#[derive(Debug, Clone, PartialEq)]
pub enum FeatureValues {
    /// Numbers; NaN where missing, otherwise finite.
    Numbers(Vec<f64>),
    /// Seconds since 1970-01-01T00:00:00Z; NaN where missing.
    Dates(Vec<f64>),
    /// Categories.
    Categories {
        /// Each row's position in `names`; `None` where missing.
        codes: Vec<Option<u32>>,
        /// The distinct categories, sorted.
        names: Vec<String>,
    },
}

/// What to predict, one per row, none missing.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// One of several classes.
    Classes {
        /// Each row's position in `names`.
        labels: Vec<u32>,
        /// The distinct classes: numbers ascending, text sorted.
        names: Vec<String>,
    },
    /// Several labels, each of which a row has or has not.
    Labels {
        /// `[rows, labels]`, row by row.
        has: Vec<bool>,
        /// The name of each label.
        names: Vec<String>,
    },
    /// A finite number.
    Values(Vec<f64>),
}

impl Target {
    /// The number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Classes { labels, .. } => labels.len(),
            // There is at least one label.
            Self::Labels { has, names } => has.len() / names.len().max(1),
            Self::Values(values) => values.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The names of the classes or labels; empty for regression.
    pub fn names(&self) -> &[String] {
        match self {
            Self::Classes { names, .. } | Self::Labels { names, .. } => names,
            Self::Values(_) => &[],
        }
    }

    /// Width of a model's output: classes, labels or 1.
    pub fn outputs(&self) -> usize {
        self.names().len().max(1)
    }

    /// The rows of every class, or with every label; empty for regression.
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.names().len()];
        match self {
            Self::Classes { labels, .. } => {
                labels.iter().for_each(|label| counts[*label as usize] += 1);
            }
            Self::Labels { has, names } => {
                for row in has.chunks_exact(names.len()) {
                    row.iter()
                        .zip(&mut counts)
                        .for_each(|(has, count)| *count += usize::from(*has));
                }
            }
            Self::Values(_) => {}
        }
        counts
    }
}

impl Data {
    /// Loads what `request` asks for and makes sure that it can be compared on.
    ///
    /// # Errors
    ///
    /// The source cannot be read; a column is unknown, missing in some rows or of the
    /// wrong type for its part; the target is constant; a number is infinite or above
    /// 1e100; there is no feature; there are too few rows, groups or rows of a class;
    /// or the features would not fit in memory.
    pub fn load(request: &Request) -> Result<Self, CompareError> {
        let data = match &request.source {
            Source::Builtin(builtin) => builtin::load(*builtin, request)?,
            Source::File(path) => {
                let table = sampled(read(path)?, request)?;
                from_table::load(&table, path.display().to_string(), request)?
            }
            Source::Arrays { features, targets } => {
                let (table, names) = joined(features, targets)?;
                let table = sampled(table, request)?;
                let mut request = request.clone();
                if request.targets.is_empty() {
                    request.targets = names;
                }
                from_table::load(&table, features.display().to_string(), &request)?
            }
            Source::Memory(name) => {
                return Err(CompareError::Setting {
                    setting: "data",
                    expected: "given again by the program that held it".to_owned(),
                    found: format!("the name `{name}` of a table in its memory"),
                });
            }
            Source::Images { images, .. } => {
                return Err(CompareError::Setting {
                    setting: "data",
                    expected: "a table or a built-in set".to_owned(),
                    found: format!("the images of {}", images.display()),
                });
            }
        };
        limits::check(&data, request)?;
        Ok(data)
    }

    /// A table that a program holds, as `request` asks for it.
    ///
    /// # Errors
    ///
    /// Those of [`load`](Self::load), but that nothing is read.
    pub fn of_table(table: Table, request: &Request) -> Result<Self, CompareError> {
        let table = sampled(table, request)?;
        let data = from_table::load(&table, request.source.short_name(), request)?;
        limits::check(&data, request)?;
        Ok(data)
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.target.len()
    }

    /// What kind of target is predicted.
    pub fn task(&self) -> Task {
        match self.target {
            Target::Classes { .. } => Task::Classification,
            Target::Labels { .. } => Task::Multilabel,
            Target::Values(_) => Task::Regression,
        }
    }

    /// What a user should know about the columns, sentence by sentence.
    pub fn notes(&self) -> Vec<String> {
        let crowded = self
            .features
            .iter()
            .filter_map(|feature| match &feature.values {
                FeatureValues::Categories { names, .. } if names.len() > MOST_CATEGORIES => {
                    Some(format!(
                        "{} has {} distinct values; the {MOST_CATEGORIES} most frequent of the \
                     training rows have an indicator each, the others none.",
                        feature.name,
                        names.len()
                    ))
                }
                _ => None,
            });
        crowded.collect()
    }

    /// If the features are the pixels of an image, row by row, its columns: their names
    /// end in `_<row>_<column>`, counted from 0, and leave none out.
    pub fn image_columns(&self) -> Option<usize> {
        let place = |feature: &Feature| {
            let (rest, column) = feature.name.rsplit_once('_')?;
            let (_, row) = rest.rsplit_once('_')?;
            let is_number = matches!(feature.values, FeatureValues::Numbers(_));
            Some((row.parse::<usize>().ok()?, column.parse::<usize>().ok()?)).filter(|_| is_number)
        };
        let columns = 1 + place(self.features.last()?)?.1;
        let is_in_place =
            |(index, feature)| place(feature) == Some((index / columns, index % columns));
        let is_image = columns > 1 && self.features.len() > columns;
        (is_image && self.features.iter().enumerate().all(is_in_place)).then_some(columns)
    }

    /// The features of a row, if they are the pixels of an image.
    pub(crate) fn pixels(&self, row: usize) -> Vec<f64> {
        if self.image_columns().is_none() {
            return Vec::new();
        }
        let pixel = |feature: &Feature| match &feature.values {
            FeatureValues::Numbers(values) => values[row],
            _ => f64::NAN,
        };
        // JSON has no NaN: a missing pixel is black.
        self.features
            .iter()
            .map(pixel)
            .map(|value| if value.is_nan() { 0.0 } else { value })
            .collect()
    }

    /// A fingerprint of names, values, target and roles in order, so that a results
    /// file can tell whether it belongs to this data. It notices accidents, not malice.
    pub fn hash(&self) -> String {
        hash::of(self)
    }
}

/// The rows that `request` wants of a table, drawn at random and kept in order.
fn sampled(table: Table, request: &Request) -> Result<Sampled, CompareError> {
    let all: Vec<usize> = (0..table.rows()).collect();
    let Some(wanted) = request.rows.filter(|wanted| *wanted < table.rows()) else {
        return Ok(Sampled { table, rows: all });
    };
    let mut rows = all;
    Random::new(Key::new(request.seed), SAMPLE).shuffle(&mut rows);
    rows.truncate(wanted);
    rows.sort_unstable();
    let columns = table.columns().iter().map(|column| column.select(&rows));
    Ok(Sampled {
        table: Table::new(columns.collect())?,
        rows,
    })
}

/// A table and the rows of the source that it holds, counted from 0.
pub(crate) struct Sampled {
    table: Table,
    rows: Vec<usize>,
}

/// Two arrays as one table, with the names of the target's columns.
fn joined(
    features: &std::path::Path,
    targets: &std::path::Path,
) -> Result<(Table, Vec<String>), CompareError> {
    let x = read_npy_table(features, "x")?;
    let y = read_npy_table(targets, "y")?;
    if x.rows() != y.rows() {
        return Err(CompareError::ArrayRows {
            features: features.display().to_string(),
            feature_rows: x.rows(),
            targets: targets.display().to_string(),
            target_rows: y.rows(),
        });
    }
    let names = y.names().map(str::to_owned).collect();
    let columns: Vec<Column> = x.columns().iter().chain(y.columns()).cloned().collect();
    Ok((Table::new(columns)?, names))
}

#[cfg(test)]
impl Data {
    /// Rows with this target and a feature that says nothing.
    pub(crate) fn of(target: Target) -> Self {
        let rows = target.len();
        Self {
            name: "test".into(),
            features: vec![Feature {
                name: "x".into(),
                values: FeatureValues::Numbers(vec![0.0; rows]),
            }],
            target_name: "y".into(),
            target,
            task_was_told: true,
            weights: None,
            groups: None,
            times: None,
            slices: Vec::new(),
            row_numbers: (1..=rows).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
