//! Data sets that ship with the program, through smartcore.

use smartcore::dataset::{breast_cancer, diabetes, digits, iris};

use super::target::{self, RawTarget};
use super::{Data, Feature, FeatureValues};
use crate::error::CompareError;
use crate::request::{Builtin, Task};

/// Features `[rows, columns]` in row order and the target as a number.
struct Raw {
    features: Vec<f32>,
    names: Vec<String>,
    target: Vec<f64>,
    target_name: &'static str,
    task: Task,
}

pub(super) fn load(builtin: Builtin, task: Option<Task>) -> Result<Data, CompareError> {
    let raw = raw(builtin);
    let columns = raw.names.len();
    let features = raw.names.iter().enumerate().map(|(column, name)| {
        let values = raw.features.iter().skip(column).step_by(columns);
        let values = values.map(|value| f64::from(*value)).collect();
        Feature {
            name: name.clone(),
            values: FeatureValues::Numbers(values),
        }
    });
    let column = target::Named {
        data: builtin.name(),
        target: raw.target_name,
    };
    Ok(Data {
        name: builtin.name().to_owned(),
        features: features.collect(),
        target_name: raw.target_name.to_owned(),
        target: target::convert(
            column,
            RawTarget::Numbers(&raw.target),
            task.or(Some(raw.task)),
        )?,
        task_was_told: false,
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
    use super::super::Target;
    use super::*;

    #[test]
    fn sets_have_their_known_sizes() {
        for (builtin, rows, columns, classes) in [
            (Builtin::Digits, 1797, 64, 10),
            (Builtin::BreastCancer, 569, 30, 2),
            (Builtin::Iris, 150, 4, 3),
            (Builtin::Diabetes, 442, 10, 0),
        ] {
            let data = load(builtin, None).unwrap();
            let found = (data.rows(), data.features.len(), data.target.classes());
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
        let data = load(Builtin::Digits, None).unwrap();
        let first: Vec<f64> = data.features[..8]
            .iter()
            .map(|feature| match &feature.values {
                FeatureValues::Numbers(values) => values[0],
                FeatureValues::Categories { .. } => f64::NAN,
            })
            .collect();
        assert_eq!(first, [0.0, 0.0, 5.0, 13.0, 9.0, 1.0, 0.0, 0.0]);
        let Target::Classes { labels, names } = &data.target else {
            unreachable!()
        };
        assert_eq!(labels[..4], [0, 1, 2, 3]);
        assert_eq!(names[9], "9");
        assert_eq!(
            load(Builtin::BreastCancer, None)
                .unwrap()
                .target
                .class_counts(),
            [212, 357]
        );
        let Target::Values(values) = load(Builtin::Diabetes, None).unwrap().target else {
            unreachable!()
        };
        assert_eq!(values[..3], [151.0, 75.0, 141.0]);
    }
}
