//! What all trials of a study measured.

use indexmap::IndexMap;
use minimand_compare::statistics::{Estimate, estimate};
use serde::{Deserialize, Serialize};

use crate::error::StudyError;
use crate::findings::{Findings, Points, rounded};

/// The points (x, y) of a curve.
pub type Curve = Vec<[f64; 2]>;

/// Numbers of every part, method and measure, seed by seed, and the mean curves.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Results {
    parts: IndexMap<String, PartResults>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct PartResults {
    numbers: IndexMap<String, IndexMap<String, Vec<f64>>>,
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    curves: IndexMap<String, IndexMap<String, Curve>>,
}

impl Results {
    /// Puts the trials of a part together, in the order of their seeds.
    pub(crate) fn add_part(&mut self, part: &str, trials: &[&Findings]) {
        let mut results = PartResults::default();
        for (seed, findings) in trials.iter().enumerate() {
            for (method, measures) in &findings.numbers {
                let method = results.numbers.entry(method.clone()).or_default();
                for (measure, value) in measures {
                    let values = method.entry(measure.clone()).or_default();
                    // A measure that some seeds lack would pair unlike seeds; see `values`.
                    if values.len() == seed {
                        values.push(*value);
                    }
                }
            }
        }
        let figures = trials.first().map(|first| &first.curves);
        for (figure, methods) in figures.into_iter().flatten() {
            let curves = results.curves.entry(figure.clone()).or_default();
            for method in methods.keys() {
                let of_seeds: Vec<&Points> = trials
                    .iter()
                    .filter_map(|trial| trial.curves.get(figure)?.get(method))
                    .collect();
                curves.insert(method.clone(), mean_curve(&of_seeds));
            }
        }
        self.parts.insert(part.to_owned(), results);
    }

    /// The names of the parts.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.parts.keys().map(String::as_str)
    }

    /// The methods of a part, in the order in which they were measured.
    pub fn methods(&self, part: &str) -> impl Iterator<Item = &str> {
        let methods = self.parts.get(part).map(|part| part.numbers.keys());
        methods.into_iter().flatten().map(String::as_str)
    }

    /// The measures of a part, each once.
    pub fn measures(&self, part: &str) -> Vec<&str> {
        let mut measures: Vec<&str> = Vec::new();
        let methods = self.parts.get(part).map(|part| part.numbers.values());
        for name in methods.into_iter().flatten().flat_map(IndexMap::keys) {
            if !measures.contains(&name.as_str()) {
                measures.push(name);
            }
        }
        measures
    }

    /// The numbers of all seeds.
    ///
    /// # Errors
    ///
    /// [`StudyError::Missing`] if it was not measured.
    pub fn values(&self, part: &str, method: &str, measure: &str) -> Result<&[f64], StudyError> {
        let values = self
            .parts
            .get(part)
            .and_then(|part| part.numbers.get(method)?.get(measure));
        values
            .map(Vec::as_slice)
            .ok_or_else(|| missing(part, method, measure))
    }

    /// The mean over the seeds with its 95% interval.
    ///
    /// # Errors
    ///
    /// [`StudyError::Missing`] if it was not measured.
    pub fn mean(&self, part: &str, method: &str, measure: &str) -> Result<Estimate, StudyError> {
        estimate(self.values(part, method, measure)?, 0.0)
            .ok_or_else(|| missing(part, method, measure))
    }

    /// The mean of method − baseline over the seeds, with the paired 95% interval.
    ///
    /// # Errors
    ///
    /// [`StudyError::Missing`] if one of them was not measured with every seed.
    pub fn difference(
        &self,
        part: &str,
        measure: &str,
        method: &str,
        baseline: &str,
    ) -> Result<Estimate, StudyError> {
        let own = self.values(part, method, measure)?;
        let base = self.values(part, baseline, measure)?;
        let differences: Vec<f64> = own.iter().zip(base).map(|(a, b)| a - b).collect();
        match (own.len() == base.len(), estimate(&differences, 0.0)) {
            (true, Some(estimate)) => Ok(estimate),
            _ => Err(missing(part, method, measure)),
        }
    }

    /// The mean curve of a method in a figure.
    ///
    /// # Errors
    ///
    /// [`StudyError::Missing`] if there is none.
    pub fn curve(&self, part: &str, figure: &str, method: &str) -> Result<&Curve, StudyError> {
        let curve = self
            .parts
            .get(part)
            .and_then(|part| part.curves.get(figure)?.get(method));
        curve.ok_or_else(|| missing(part, method, figure))
    }

    /// The mean curves of a figure, with their methods.
    pub fn curves(&self, part: &str, figure: &str) -> impl Iterator<Item = (&str, &Curve)> {
        let curves = self
            .parts
            .get(part)
            .and_then(|part| part.curves.get(figure));
        let curves = curves.into_iter().flatten();
        curves.map(|(method, curve)| (method.as_str(), curve))
    }

    /// Every number with its place, for comparing two results.
    pub(crate) fn flat(&self) -> impl Iterator<Item = (&str, &str, &str, &[f64])> {
        self.parts.iter().flat_map(|(part, results)| {
            results.numbers.iter().flat_map(move |(method, measures)| {
                measures
                    .iter()
                    .map(move |(measure, values)| (&**part, &**method, &**measure, &**values))
            })
        })
    }
}

/// Point by point over those curves that have no gap there.
fn mean_curve(curves: &[&Points]) -> Curve {
    let points = curves.iter().map(|curve| curve.len()).min().unwrap_or(0);
    let point = |index: usize| {
        let there = curves.iter().filter_map(|curve| {
            let (x, y) = curve[index];
            Some([x, y?])
        });
        let there: Vec<[f64; 2]> = there.collect();
        let mean = |axis: usize| {
            let sum: f64 = there.iter().map(|point| point[axis]).sum();
            rounded(sum / there.len() as f64)
        };
        (!there.is_empty()).then(|| [mean(0), mean(1)])
    };
    (0..points).filter_map(point).collect()
}

fn missing(part: &str, method: &str, measure: &str) -> StudyError {
    StudyError::Missing {
        part: part.to_owned(),
        method: method.to_owned(),
        measure: measure.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(accuracy: [f64; 2], curve: &[(f64, f64)]) -> Findings {
        let mut findings = Findings::new();
        findings.put("base", "accuracy", accuracy[0]);
        findings.put("new", "accuracy", accuracy[1]);
        findings.curve("loss", "base", curve.iter().copied());
        findings
    }

    #[test]
    fn seeds_are_paired_and_curves_averaged() {
        let trials = [
            trial([0.5, 0.7], &[(0.0, 1.0), (1.0, f64::NAN)]),
            trial([0.6, 0.7], &[(0.0, 3.0), (1.0, 5.0)]),
            trial([0.4, 0.7], &[(0.0, 2.0), (1.0, 7.0)]),
        ];
        let mut results = Results::default();
        results.add_part("all", &trials.each_ref());
        let difference = results
            .difference("all", "accuracy", "new", "base")
            .unwrap();
        assert!((difference.mean - 0.2).abs() < 1e-12);
        // t₀.₉₇₅ with 2 degrees of freedom is 4.3027; the standard deviation is 0.1.
        let expected = 4.302_652_73 * 0.1 / 3.0_f64.sqrt();
        assert!((difference.half_width.unwrap() - expected).abs() < 1e-6);
        assert_eq!(
            results.curve("all", "loss", "base").unwrap(),
            &vec![[0.0, 2.0], [1.0, 6.0]]
        );
        let error = results.mean("all", "new", "loss").unwrap_err();
        assert_eq!(
            error.to_string(),
            "no trial measured loss of new in part all"
        );
        assert!(results.values("none", "new", "accuracy").is_err());
    }
}
