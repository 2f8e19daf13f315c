//! What one trial measured.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::error::StudyError;

/// Points (x, y) of a curve; without y where it has a gap.
pub(crate) type Points = Vec<(f64, Option<f64>)>;

/// Numbers by method and measure, and curves by figure and method.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    pub(crate) numbers: IndexMap<String, IndexMap<String, f64>>,
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub(crate) curves: IndexMap<String, IndexMap<String, Points>>,
}

impl Findings {
    /// Nothing measured yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A number of a method. It is rounded to six significant digits, which is what is kept: rules
    /// judge the same numbers that readers see.
    pub fn put(&mut self, method: &str, measure: &str, value: f64) {
        let measures = self.numbers.entry(method.to_owned()).or_default();
        measures.insert(measure.to_owned(), rounded(value));
    }

    /// Several numbers of a method.
    pub fn put_all<'a>(&mut self, method: &str, numbers: impl IntoIterator<Item = (&'a str, f64)>) {
        for (measure, value) in numbers {
            self.put(method, measure, value);
        }
    }

    /// The curve of a method in a figure: points (x, y), as many for every seed; a y that is not
    /// finite is a gap. Their mean over the seeds is kept.
    pub fn curve(
        &mut self,
        figure: &str,
        method: &str,
        points: impl IntoIterator<Item = (f64, f64)>,
    ) {
        let points = points
            .into_iter()
            .map(|(x, y)| (rounded(x), y.is_finite().then(|| rounded(y))));
        let curves = self.curves.entry(figure.to_owned()).or_default();
        curves.insert(method.to_owned(), points.collect());
    }

    /// Is every number finite?
    pub(crate) fn check(&self, study: &str) -> Result<(), StudyError> {
        for (method, measures) in &self.numbers {
            for (measure, value) in measures {
                if !value.is_finite() {
                    return Err(StudyError::Trial {
                        study: study.to_owned(),
                        reason: format!("{measure} of {method} is {value}"),
                    });
                }
            }
        }
        Ok(())
    }
}

/// Six significant digits.
pub(crate) fn rounded(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}
