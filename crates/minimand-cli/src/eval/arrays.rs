//! The arrays of a batch, read from files and checked for type and layout.

use std::path::Path;

use minimand::{Array, Batch, Error, Labels, Target, Values, layout};
use minimand_report::table::{NpyArray, NpyData, read_npy};

use super::EvalArgs;
use super::cases::Case;
use super::images::{CaseArrays, Compares, is_image};
use crate::error::CliError;

/// The arrays of one batch in memory.
pub(super) struct Inputs {
    /// Of real numbers.
    predictions: NpyArray,
    /// Of integers or real numbers.
    targets: Option<NpyArray>,
    weights: Option<NpyArray>,
    mask: Option<Vec<bool>>,
    spacing: Option<Vec<f64>>,
}

impl Inputs {
    /// Reads every file that the command names: a batch of arrays, or one image.
    pub(super) fn read(arguments: &EvalArgs, compares: Compares) -> Result<Self, CliError> {
        let files = [Some(&arguments.predictions), arguments.targets.as_ref()];
        let CaseArrays {
            predictions,
            targets,
            spacing,
        } = if files.into_iter().flatten().any(|path| is_image(path)) {
            let case = Case::of_files(&arguments.predictions, arguments.targets.as_deref());
            CaseArrays::read(&case, compares, arguments.spacing.as_deref())?
        } else {
            CaseArrays {
                predictions: read_predictions(&arguments.predictions)?,
                targets: match &arguments.targets {
                    Some(path) if compares != Compares::Nothing => Some(read_targets(path)?),
                    _ => None,
                },
                spacing: arguments.spacing.clone(),
            }
        };
        let target = target(targets.as_ref());
        let weights = match &arguments.weights {
            Some(path) => Some(read_weights(path, &predictions.shape, &target)?),
            None => None,
        };
        let mask = match &arguments.mask {
            Some(path) => Some(read_mask(path, &predictions.shape, &target)?),
            None => None,
        };
        Ok(Self {
            predictions,
            targets,
            weights,
            mask,
            spacing,
        })
    }

    /// One case of several.
    pub(super) fn of_case(arrays: CaseArrays) -> Self {
        Self {
            predictions: arrays.predictions,
            targets: arrays.targets,
            weights: None,
            mask: None,
            spacing: arrays.spacing,
        }
    }

    /// The batch that borrows the arrays.
    pub(super) fn batch<'a>(&'a self, class_weights: Option<&'a [f64]>) -> Batch<'a> {
        Batch {
            weights: self.weights.as_ref().map(array),
            class_weights,
            mask: self.mask.as_deref(),
            spacing: self.spacing.as_deref(),
            ..Batch::new(array(&self.predictions), target(self.targets.as_ref()))
        }
    }

    pub(super) fn prediction_shape(&self) -> &[usize] {
        &self.predictions.shape
    }
}

/// What predictions are compared with: integers are labels.
fn target(targets: Option<&NpyArray>) -> Target<'_> {
    match targets {
        Some(targets) => match labels(&targets.data) {
            Some(labels) => Target::Labels(labels, &targets.shape),
            None => Target::Dense(array(targets)),
        },
        None => Target::None,
    }
}

fn read_predictions(path: &Path) -> Result<NpyArray, CliError> {
    let array = read_npy(path)?;
    if values(&array.data).is_none() {
        return Err(CliError::Dtype {
            argument: "--predictions",
            path: path.to_owned(),
            expected: "float32 or float64",
            found: dtype(&array.data),
        });
    }
    Ok(array)
}

/// Truth values become the labels 0 and 1.
fn read_targets(path: &Path) -> Result<NpyArray, CliError> {
    let NpyArray { shape, data } = read_npy(path)?;
    Ok(NpyArray {
        shape,
        data: without_flags(data),
    })
}

/// Truth values as the integers 0 and 1.
pub(super) fn without_flags(data: NpyData) -> NpyData {
    match data {
        NpyData::Bool(flags) => NpyData::U8(flags.into_iter().map(u8::from).collect()),
        numbers => numbers,
    }
}

/// Integers as real numbers.
pub(super) fn with_numbers(data: NpyData) -> NpyData {
    let data = without_flags(data);
    let Some(integers) = labels(&data) else {
        return data;
    };
    let numbers = (0..integers.len()).map(|i| integers.get(i) as f64);
    NpyData::F64(numbers.collect())
}

/// Are these real numbers?
pub(super) fn is_real(data: &NpyData) -> bool {
    values(data).is_some()
}

/// Integers become real numbers.
fn read_weights(
    path: &Path,
    predictions: &[usize],
    target: &Target<'_>,
) -> Result<NpyArray, CliError> {
    let mut array = read_npy(path)?;
    if let NpyData::Bool(_) = array.data {
        return Err(CliError::Dtype {
            argument: "--weights",
            path: path.to_owned(),
            expected: "numbers (true and false are for --mask)",
            found: dtype(&array.data),
        });
    }
    array.data = with_numbers(array.data);
    check_layout("--weights", path, &array, predictions, target)?;
    Ok(array)
}

/// Ones and zeros become true and false.
fn read_mask(
    path: &Path,
    predictions: &[usize],
    target: &Target<'_>,
) -> Result<Vec<bool>, CliError> {
    let array = read_npy(path)?;
    check_layout("--mask", path, &array, predictions, target)?;
    if let NpyData::Bool(flags) = array.data {
        return Ok(flags);
    }
    let Some(integers) = labels(&array.data) else {
        return Err(CliError::Dtype {
            argument: "--mask",
            path: path.to_owned(),
            expected: "bool, or integers 1 and 0",
            found: dtype(&array.data),
        });
    };
    let flag = |position| match integers.get(position) {
        0 => Ok(false),
        1 => Ok(true),
        value => Err(CliError::MaskValue {
            path: path.to_owned(),
            position,
            value: value.to_string(),
        }),
    };
    (0..integers.len()).map(flag).collect()
}

/// Do the weights or the mask of a file lie as items or labels do?
fn check_layout(
    argument: &'static str,
    path: &Path,
    array: &NpyArray,
    predictions: &[usize],
    target: &Target<'_>,
) -> Result<(), CliError> {
    layout::check(argument, &array.shape, predictions, target).map_err(|error| match error {
        Error::Shape { expected, .. } => CliError::Shape {
            argument,
            path: path.to_owned(),
            expected,
            found: array.shape.clone(),
        },
        other => other.into(),
    })
}

/// An array that has been checked to hold real numbers.
fn array(array: &NpyArray) -> Array<'_> {
    Array {
        values: values(&array.data).unwrap_or(Values::F64(&[])),
        shape: &array.shape,
    }
}

/// Real numbers, if that is what they are.
fn values(data: &NpyData) -> Option<Values<'_>> {
    match data {
        NpyData::F32(values) => Some(values.into()),
        NpyData::F64(values) => Some(values.into()),
        _ => None,
    }
}

/// Integers, if that is what they are.
fn labels(data: &NpyData) -> Option<Labels<'_>> {
    match data {
        NpyData::I8(labels) => Some(labels.into()),
        NpyData::I16(labels) => Some(labels.into()),
        NpyData::I32(labels) => Some(labels.into()),
        NpyData::I64(labels) => Some(labels.into()),
        NpyData::U8(labels) => Some(labels.into()),
        NpyData::U16(labels) => Some(labels.into()),
        NpyData::U32(labels) => Some(labels.into()),
        NpyData::U64(labels) => Some(labels.into()),
        NpyData::F32(_) | NpyData::F64(_) | NpyData::Bool(_) => None,
    }
}

/// The element type as NumPy calls it.
fn dtype(data: &NpyData) -> &'static str {
    match data {
        NpyData::F32(_) => "float32",
        NpyData::F64(_) => "float64",
        NpyData::I8(_) => "int8",
        NpyData::I16(_) => "int16",
        NpyData::I32(_) => "int32",
        NpyData::I64(_) => "int64",
        NpyData::U8(_) => "uint8",
        NpyData::U16(_) => "uint16",
        NpyData::U32(_) => "uint32",
        NpyData::U64(_) => "uint64",
        NpyData::Bool(_) => "bool",
    }
}
