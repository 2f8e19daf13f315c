//! Measures of parts of the test rows: by class, or by the values of a column.

use std::collections::BTreeMap;

use minimand::metrics::{ClassCounts, ClassScores, MetricError};
use serde::{Deserialize, Serialize};

use crate::data::Data;
use crate::measures::{Batch, Measure, Predictions, Truth};
use crate::request::Task;

/// What stands for the classes or labels where a column could be named.
pub(crate) const BY_CLASS: &str = "class";

/// Measures of a part of the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Slice {
    /// `class`, or the column.
    pub by: String,
    /// The class, label or value.
    pub value: String,
    /// Test rows in it; of images, cases that have the class.
    pub rows: usize,
    /// Values by the name of the measure; those that are not defined are left out. By
    /// class: `precision`, `recall`, `f1` and `auroc` of this class against the rest; of
    /// images all measures.
    pub measures: BTreeMap<String, f64>,
}

/// The parts of test `rows` that a request asks for by `by`.
///
/// # Errors
///
/// A prediction is not finite.
pub(crate) fn slices(
    by: &[String],
    predictions: &Predictions,
    truth: &Truth,
    data: &Data,
    rows: &[usize],
) -> Result<Vec<Slice>, MetricError> {
    let mut slices = Vec::new();
    if by.iter().any(|by| by == BY_CLASS) {
        slices.extend(by_class(predictions, truth, data.target.names())?);
    }
    for grouping in &data.slices {
        for (code, name) in grouping.names.iter().enumerate() {
            let places = 0..rows.len();
            let inside: Vec<usize> = places
                .filter(|place| grouping.codes[rows[*place]] as usize == code)
                .collect();
            let measures = Measure::of(data.task());
            let part = predictions.select(truth.outputs, &inside);
            let found = part.measure(&truth.select(&inside), measures)?;
            slices.push(Slice {
                by: grouping.column.clone(),
                value: name.clone(),
                rows: inside.len(),
                measures: found
                    .into_iter()
                    .map(|(measure, value)| (measure.name().to_owned(), value))
                    .collect(),
            });
        }
    }
    Ok(slices)
}

/// The names of the measures of a slice by `by`, in the order of columns.
pub(crate) fn columns(by: &str, task: Task) -> Vec<(&'static str, &'static str)> {
    if by == BY_CLASS && task != Task::Segmentation {
        return vec![
            ("precision", "precision"),
            ("recall", "recall"),
            ("f1", "F1"),
            ("auroc", "AUROC"),
        ];
    }
    Measure::of(task)
        .iter()
        .map(|measure| (measure.name(), measure.label()))
        .collect()
}

/// Every class or label against the rest.
fn by_class(
    predictions: &Predictions,
    truth: &Truth,
    names: &[String],
) -> Result<Vec<Slice>, MetricError> {
    let (mut counts, mut scores) = (ClassCounts::default(), ClassScores::default());
    match predictions.batch(truth)? {
        Some(Batch::Classes(batch)) => {
            counts.update(&batch)?;
            scores.update(&batch)?;
        }
        Some(Batch::Labels(batch)) => {
            counts.update_multilabel(&batch)?;
            scores.update_multilabel(&batch)?;
        }
        None => return Ok(Vec::new()),
    }
    let rows = truth.rows_of_classes();
    let counts = counts.counts();
    let slices = names.iter().zip(&counts).zip(rows).enumerate();
    let slices = slices.map(|(class, ((name, count), rows))| {
        let measures = [
            ("precision", count.precision()),
            ("recall", count.recall()),
            ("f1", count.f1()),
            ("auroc", scores.auroc(class)),
        ];
        Slice {
            by: BY_CLASS.to_owned(),
            value: name.clone(),
            rows,
            measures: measures
                .into_iter()
                .filter_map(|(measure, value)| Some((measure.to_owned(), value?)))
                .collect(),
        }
    });
    Ok(slices.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Grouping, Target};

    #[test]
    fn one_class_against_the_rest_and_columns() {
        let mut data = Data::of(Target::Classes {
            labels: vec![0, 1, 1, 1],
            names: vec!["a".into(), "b".into()],
        });
        data.slices = vec![Grouping {
            column: "site".into(),
            codes: vec![0, 1, 0, 1],
            names: vec!["here".into(), "there".into()],
        }];
        let rows = [0, 1, 2, 3];
        let truth = Truth::of(&data.target, None, &rows);
        let scaled = vec![0.9, 0.1, 0.6, 0.4, 0.2, 0.8, 0.5, 0.5];
        let predictions = Predictions::Classes {
            raw: scaled.clone(),
            scaled,
        };
        let by = [BY_CLASS.to_owned(), "site".to_owned()];
        let found = slices(&by, &predictions, &truth, &data, &rows).unwrap();
        let names: Vec<&str> = found.iter().map(|slice| slice.value.as_str()).collect();
        assert_eq!(names, ["a", "b", "here", "there"]);
        // A tie goes to the first class: a is predicted three times and right once.
        assert!((found[0].measures["precision"] - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(found[0].measures["recall"], 1.0);
        assert!((found[1].measures["recall"] - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(found[1].measures["f1"], 0.5);
        assert_eq!(found[1].measures["auroc"], 1.0);
        assert_eq!((found[1].rows, found[2].rows), (3, 2));
        assert_eq!(found[2].measures["accuracy"], 1.0);
        assert!(!found[3].measures.contains_key("auroc"), "one class only");
        for slice in &found {
            let columns = columns(&slice.by, data.task());
            assert!(
                slice
                    .measures
                    .keys()
                    .all(|name| columns.iter().any(|(known, _)| known == name))
            );
        }
    }
}
