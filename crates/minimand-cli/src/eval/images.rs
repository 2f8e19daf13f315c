//! Images and volumes as the arrays of a batch of one item.

use std::path::Path;

use minimand::Objective;
use minimand::grid::Grid;
use minimand::kernels::fields::{FieldFormula, Truth};
use minimand::loss::{Domain, Kernel};
use minimand_images::{
    Mask, Problem, Values, common_spacing, read, read_mask, split_name, told_spacing,
};
use minimand_report::table::{NpyArray, NpyData, read_npy};

use super::arrays::{is_real, with_numbers, without_flags};
use super::cases::Case;
use super::problem::{CaseError, CaseProblem};

/// What an objective compares its predictions with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compares {
    /// With nothing: targets are not read.
    Nothing,
    /// With a class for each pixel, or a probability for each class: integers are labels.
    Classes,
    /// With numbers: integers are numbers too.
    Numbers,
}

impl Compares {
    /// Numbers if a term needs them (losses of classes take soft labels as well), nothing if no term reads
    /// targets.
    pub(super) fn of(objective: &Objective) -> Self {
        let term = |kernel: &Kernel, target: Domain| match kernel {
            Kernel::Fields(field) => match FieldFormula::truth(&**field) {
                Truth::Nothing => Self::Nothing,
                Truth::Classes => Self::Classes,
                Truth::Numbers => Self::Numbers,
            },
            // Losses of probabilities take the labels 0 and 1, and leave out those to ignore.
            Kernel::Points(_) if target == Domain::Unit => Self::Classes,
            Kernel::Points(_) | Kernel::Clouds(_) => Self::Numbers,
            _ => Self::Classes,
        };
        let terms: Vec<Self> = objective
            .terms()
            .map(|(_, built)| term(&built.kernel, built.facts.target))
            .collect();
        let needs = [Self::Numbers, Self::Classes];
        let first = needs.into_iter().find(|kind| terms.contains(kind));
        first.unwrap_or(Self::Nothing)
    }
}

/// Is this the name of an image other than an array?
pub(super) fn is_image(path: &Path) -> bool {
    split_name(path).is_some_and(|(_, extension)| extension != "npy")
}

/// The arrays of one case.
#[derive(Debug)]
pub(super) struct CaseArrays {
    /// `[1, channels, …]`, of real numbers.
    pub(super) predictions: NpyArray,
    /// `[1, channels, …]`: labels (with one channel) or real numbers.
    pub(super) targets: Option<NpyArray>,
    /// Along each axis of pixels, if it is known.
    pub(super) spacing: Option<Vec<f64>>,
}

impl CaseArrays {
    /// Reads the files of a case; `spacing` replaces what their headers say.
    pub(super) fn read(
        case: &Case,
        compares: Compares,
        spacing: Option<&[f64]>,
    ) -> Result<Self, CaseError> {
        Self::try_read(case, compares, spacing).map_err(|problem| case.refuse(problem))
    }

    fn try_read(
        case: &Case,
        compares: Compares,
        spacing: Option<&[f64]>,
    ) -> Result<Self, CaseProblem> {
        let predictions = Source::numbers(&case.predictions)?;
        let targets = match (&case.targets, compares) {
            (None, _) | (_, Compares::Nothing) => None,
            (Some(path), Compares::Numbers) => Some(Source::numbers(path)?),
            (Some(path), Compares::Classes) => Some(Source::classes(path)?),
        };
        // Arrays tell their axes of pixels only beside an image.
        if let Some(targets) = &targets
            && predictions.channels.is_some()
            && targets.channels.is_some()
        {
            check_shapes(&predictions.shape, &targets.shape)?;
        }
        let spacing = match spacing {
            Some(spacing) => Some(spacing.to_vec()),
            None => common_spacing(
                predictions.spacing.as_deref(),
                targets
                    .as_ref()
                    .and_then(|targets| targets.spacing.as_deref()),
            )?,
        };
        let axes = axes(&predictions, targets.as_ref());
        let predictions = predictions.laid_out(axes)?;
        let targets = targets.map(|targets| targets.laid_out(axes)).transpose()?;
        if let Some(targets) = &targets {
            check_shapes(&predictions.shape[2..], &targets.shape[2..])?;
        }
        Ok(Self {
            predictions,
            targets,
            spacing,
        })
    }
}

/// The content of a file.
#[derive(Debug)]
struct Source {
    data: NpyData,
    /// Of the pixels if the channels are known, else of all.
    shape: Vec<usize>,
    /// Known of images, not of arrays.
    channels: Option<usize>,
    spacing: Option<Vec<f64>>,
}

impl Source {
    /// Real numbers, whatever the type in the file.
    fn numbers(path: &Path) -> Result<Self, CaseProblem> {
        if is_image(path) {
            let image = read(path)?;
            let data = NpyData::F32(image.values.into_reals());
            return Ok(Self::of_image(path, data, &image.grid, image.channels));
        }
        Self::array(path, with_numbers)
    }

    /// Labels if there is an integer for each pixel, else real numbers.
    fn classes(path: &Path) -> Result<Self, CaseProblem> {
        if !is_image(path) {
            return Self::array(path, without_flags);
        }
        match read_mask(path) {
            Ok(Mask { grid, labels, .. }) => {
                Ok(Self::of_image(path, NpyData::U32(labels), &grid, 1))
            }
            // Soft labels, or a label below 0 that is ignored.
            Err(error)
                if matches!(
                    error.problem,
                    Problem::NotALabel { .. } | Problem::Colours { .. }
                ) =>
            {
                let image = read(path)?;
                let data = match (image.values, image.channels) {
                    (Values::Integers(labels), 1) => NpyData::I32(labels),
                    (Values::Reals(values), 1) => match integers(&values) {
                        Some(labels) => NpyData::I32(labels),
                        None => NpyData::F32(values),
                    },
                    (values, _) => NpyData::F32(values.into_reals()),
                };
                Ok(Self::of_image(path, data, &image.grid, image.channels))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn array(path: &Path, convert: impl Fn(NpyData) -> NpyData) -> Result<Self, CaseProblem> {
        let NpyArray { shape, data } = read_npy(path)?;
        Ok(Self {
            data: convert(data),
            shape,
            channels: None,
            spacing: None,
        })
    }

    fn of_image(path: &Path, data: NpyData, grid: &Grid, channels: usize) -> Self {
        Self {
            data,
            shape: grid.shape().to_vec(),
            channels: Some(channels),
            spacing: told_spacing(path, grid),
        }
    }

    /// As `[1, channels, …]` with this number of axes of pixels.
    fn laid_out(self, axes: usize) -> Result<NpyArray, CaseProblem> {
        let front = match (self.channels, self.shape.len().checked_sub(axes)) {
            (Some(channels), Some(0)) => vec![1, channels],
            (None, Some(0)) => vec![1, 1],
            (None, Some(1)) => vec![1],
            (None, Some(2)) if self.shape[0] == 1 => Vec::new(),
            _ => {
                return Err(CaseProblem::Layout {
                    axes,
                    shape: self.shape,
                });
            }
        };
        Ok(NpyArray {
            shape: [front, self.shape].concat(),
            data: self.data,
        })
    }
}

/// How many axes of pixels the files of a case have: those of an image, else those of labels, else as
/// arrays without partner are read, `[rows, columns]`, `[slices, rows, columns]` or
/// `[channels, slices, rows, columns]`.
fn axes(predictions: &Source, targets: Option<&Source>) -> usize {
    let mut sources = [Some(predictions), targets].into_iter().flatten();
    if let Some(image) = sources.find(|source| source.channels.is_some()) {
        return image.shape.len();
    }
    match targets {
        Some(targets) if !is_real(&targets.data) => {
            let with_channel =
                targets.shape.len() == predictions.shape.len() && targets.shape.first() == Some(&1);
            targets.shape.len() - usize::from(with_channel)
        }
        _ => predictions.shape.len().min(3),
    }
}

/// Real numbers as integers, if they are some.
fn integers(values: &[f32]) -> Option<Vec<i32>> {
    // Up to 2²⁴ every integer is a number of single precision.
    let integer = |&value: &f32| {
        (value.fract() == 0.0 && value.abs() <= 16_777_216.0).then_some(value as i32)
    };
    values.iter().map(integer).collect()
}

/// Refuses images of different sizes.
pub(super) fn check_shapes(predictions: &[usize], targets: &[usize]) -> Result<(), CaseProblem> {
    if predictions == targets {
        return Ok(());
    }
    Err(CaseProblem::Shapes {
        predictions: predictions.to_vec(),
        targets: targets.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_objectives_compare() {
        for (expression, compares) in [
            ("total_variation", Compares::Nothing),
            ("dice", Compares::Classes),
            ("cross_entropy + 0.1*total_variation", Compares::Classes),
            ("bce", Compares::Classes),
            ("mse", Compares::Numbers),
            ("mse + total_variation", Compares::Numbers),
            ("dice + mse", Compares::Numbers),
        ] {
            let objective = expression.parse().unwrap();
            assert_eq!(Compares::of(&objective), compares, "{expression}");
        }
    }

    #[test]
    fn arrays_lie_as_their_partners_say() {
        let array = |shape: &[usize], data: NpyData| Source {
            data,
            shape: shape.to_vec(),
            channels: None,
            spacing: None,
        };
        let scores = |shape: &[usize]| {
            let values = vec![0.0; shape.iter().product()];
            array(shape, NpyData::F32(values))
        };
        let labels = |shape: &[usize]| array(shape, NpyData::U8(vec![0; shape.iter().product()]));
        let shape = |predictions: Source, targets: Option<Source>| {
            let axes = axes(&predictions, targets.as_ref());
            predictions.laid_out(axes).unwrap().shape
        };
        assert_eq!(
            shape(scores(&[3, 4, 5]), Some(labels(&[4, 5]))),
            [1, 3, 4, 5]
        );
        assert_eq!(
            shape(scores(&[3, 4, 5]), Some(labels(&[3, 4, 5]))),
            [1, 1, 3, 4, 5]
        );
        assert_eq!(
            shape(scores(&[1, 4, 5]), Some(labels(&[1, 4, 5]))),
            [1, 1, 4, 5]
        );
        assert_eq!(shape(scores(&[4, 5]), None), [1, 1, 4, 5]);
        assert_eq!(shape(scores(&[2, 3, 4, 5]), None), [1, 2, 3, 4, 5]);
        let image = Source {
            channels: Some(1),
            ..labels(&[4, 5])
        };
        assert_eq!(shape(scores(&[1, 3, 4, 5]), Some(image)), [1, 3, 4, 5]);
        assert!(scores(&[2, 3, 4, 5]).laid_out(2).is_err());
    }
}
