//! Data sets that ship with the program, through smartcore.

use smartcore::dataset::{breast_cancer, diabetes, digits, iris};

use minimand_report::table::{Column, ColumnData, Table};

use super::{Data, from_table, sampled};
use crate::error::CompareError;
use crate::request::{Builtin, Request, Task};

/// Features `[rows, columns]` in row order and the target as a number.
struct Raw {
    features: Vec<f32>,
    names: Vec<String>,
    target: Vec<f64>,
    target_name: &'static str,
    task: Task,
}

/// The set as if it had been read from a table with a target of its own.
pub(super) fn load(builtin: Builtin, request: &Request) -> Result<Data, CompareError> {
    if let Some(target) = request.targets.first() {
        return Err(CompareError::TargetOfBuiltin {
            data: builtin.name().to_owned(),
            target: target.clone(),
        });
    }
    let raw = raw(builtin);
    let width = raw.names.len();
    let columns = raw.names.iter().enumerate().map(|(column, name)| {
        let values = raw.features.iter().skip(column).step_by(width);
        Column {
            name: name.clone(),
            data: ColumnData::Number(values.map(|value| f64::from(*value)).collect()),
        }
    });
    let target = Column {
        name: raw.target_name.to_owned(),
        data: ColumnData::Number(raw.target),
    };
    let table = Table::new(columns.chain([target]).collect())?;
    let request = Request {
        targets: vec![raw.target_name.to_owned()],
        task: request.task.or(Some(raw.task)),
        ..request.clone()
    };
    let data = from_table::load(
        &sampled(table, &request)?,
        builtin.name().to_owned(),
        &request,
    )?;
    Ok(Data {
        task_was_told: false,
        ..data
    })
}

fn raw(builtin: Builtin) -> Raw {
    match builtin {
        Builtin::Digits => {
            let set = digits::load_dataset();
            // The names that smartcore gives are those of another data set.
            let pixel = |index: usize| format!("pixel_{}_{}", index / 8, index % 8);
            Raw {
                features: set.data,
                names: (0..set.num_features).map(pixel).collect(),
                target: set.target.iter().map(|digit| f64::from(*digit)).collect(),
                target_name: "digit",
                task: Task::Classification,
            }
        }
        Builtin::BreastCancer => {
            let set = breast_cancer::load_dataset();
            Raw {
                features: set.data,
                names: set.feature_names,
                target: set.target.iter().map(|class| f64::from(*class)).collect(),
                target_name: "diagnosis",
                task: Task::Classification,
            }
        }
        Builtin::Iris => {
            let set = iris::load_dataset();
            Raw {
                features: set.data,
                names: set.feature_names,
                target: set.target.iter().map(|class| f64::from(*class)).collect(),
                target_name: "species",
                task: Task::Classification,
            }
        }
        Builtin::Diabetes => {
            let set = diabetes::load_dataset();
            Raw {
                features: set.data,
                names: set.feature_names,
                target: set.target.iter().map(|value| f64::from(*value)).collect(),
                target_name: "progression",
                task: Task::Regression,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FeatureValues, Target};
    use super::*;

    fn set(builtin: Builtin) -> Data {
        load(builtin, &Request::default()).unwrap()
    }

    #[test]
    fn sets_have_their_known_sizes() {
        for (builtin, rows, columns, classes) in [
            (Builtin::Digits, 1797, 64, 10),
            (Builtin::BreastCancer, 569, 30, 2),
            (Builtin::Iris, 150, 4, 3),
            (Builtin::Diabetes, 442, 10, 0),
        ] {
            let data = set(builtin);
            let found = (data.rows(), data.features.len(), data.target.names().len());
            assert_eq!(found, (rows, columns, classes), "{builtin:?}");
            for feature in &data.features {
                let FeatureValues::Numbers(values) = &feature.values else {
                    unreachable!()
                };
                assert_eq!(values.len(), rows);
            }
        }
    }

    #[test]
    fn known_values() {
        // The first digit is a 0 whose first row is 0 0 5 13 9 1 0 0.
        let data = set(Builtin::Digits);
        let first: Vec<f64> = data.features[..8]
            .iter()
            .map(|feature| match &feature.values {
                FeatureValues::Numbers(values) => values[0],
                _ => f64::NAN,
            })
            .collect();
        assert_eq!(first, [0.0, 0.0, 5.0, 13.0, 9.0, 1.0, 0.0, 0.0]);
        let Target::Classes { labels, names } = &data.target else {
            unreachable!()
        };
        assert_eq!(labels[..4], [0, 1, 2, 3]);
        assert_eq!(names[9], "9");
        assert_eq!(set(Builtin::BreastCancer).target.counts(), [212, 357]);
        let Target::Values(values) = set(Builtin::Diabetes).target else {
            unreachable!()
        };
        assert_eq!(values[..3], [151.0, 75.0, 141.0]);
    }
}
