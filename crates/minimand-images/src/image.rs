//! Images and masks in memory.

use minimand::grid::Grid;

use crate::error::{Problem, WriteError};

/// Three rows of four numbers: `[x, y, z] = affine · [column, row, slice, 1]` in millimetres, x to the
/// right of the patient, y to the front and z to the head, as in NIfTI.
pub type Affine = [[f64; 4]; 3];

/// An image or a volume.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// `[rows, columns]` or `[slices, rows, columns]`, with the distance of neighbours along each axis: in
    /// millimetres for NIfTI files (in their own unit if they name none), 1 for all others.
    pub grid: Grid,
    /// Numbers of a pixel: 1 for grey, 3 for colours, more for several contrasts or times.
    pub channels: usize,
    /// `[channels, rows, columns]` or `[channels, slices, rows, columns]`, the last index running fastest.
    pub values: Values,
    /// Where the pixels lie in space, if the file says so.
    pub affine: Option<Affine>,
}

/// The numbers of an image.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// As the file holds them: not scaled to any range.
    Integers(Vec<i32>),
    /// Real numbers, rounded to single precision; integers that the header scales are real numbers too.
    Reals(Vec<f32>),
}

impl Values {
    /// How many numbers there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Integers(values) => values.len(),
            Self::Reals(values) => values.len(),
        }
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// As real numbers; exact for integers up to 2²⁴.
    pub fn into_reals(self) -> Vec<f32> {
        match self {
            Self::Integers(values) => values.into_iter().map(|value| value as f32).collect(),
            Self::Reals(values) => values,
        }
    }
}

impl Image {
    /// An image of this shape, `[rows, columns]` or `[slices, rows, columns]`, and spacing (empty: 1
    /// everywhere). Slices are left out if there is only one.
    pub(crate) fn new(
        shape: &[usize],
        spacing: &[f64],
        channels: usize,
        values: Values,
        affine: Option<Affine>,
    ) -> Result<Self, Problem> {
        let refused = || Problem::Shape {
            shape: shape.to_vec(),
        };
        let skip = usize::from(shape.len() == 3 && shape[0] == 1);
        let mut grid = Grid::new(&shape[skip..]).map_err(|_| refused())?;
        if !spacing.is_empty() {
            grid = grid.with_spacing(&spacing[skip..]).map_err(|_| refused())?;
        }
        if !(2..=3).contains(&grid.axes()) || grid.len().checked_mul(channels) != Some(values.len())
        {
            return Err(refused());
        }
        Ok(Self {
            grid,
            channels,
            values,
            affine,
        })
    }
}

/// A label for each pixel of an image or voxel of a volume.
#[derive(Debug, Clone, PartialEq)]
pub struct Mask {
    /// `[rows, columns]` or `[slices, rows, columns]`, with the distance of neighbours as in [`Image`].
    pub grid: Grid,
    /// One for each pixel, the last index running fastest. They are those of the file: a mask of 0 and 255
    /// has the labels 0 and 255.
    pub labels: Vec<u32>,
    /// Where the pixels lie in space, if the file says so.
    pub affine: Option<Affine>,
}

impl Mask {
    /// A mask on a grid.
    ///
    /// # Errors
    /// [`WriteError::Length`] unless there is one label for each pixel.
    pub fn new(grid: Grid, labels: Vec<u32>) -> Result<Self, WriteError> {
        if labels.len() != grid.len() {
            return Err(WriteError::Length {
                expected: grid.len(),
                found: labels.len(),
            });
        }
        Ok(Self {
            grid,
            labels,
            affine: None,
        })
    }

    /// The labels that occur, in rising order.
    pub fn present(&self) -> Vec<u32> {
        let mut runs: Vec<u32> = self.labels.clone();
        // Labels come in long runs: few are left to sort.
        runs.dedup();
        runs.sort_unstable();
        runs.dedup();
        runs
    }

    /// An image of one channel, or of several equal ones, whose values are labels.
    pub(crate) fn from_image(image: Image) -> Result<Self, Problem> {
        let Image {
            grid,
            channels,
            mut values,
            affine,
        } = image;
        if !is_grey(&values, channels) {
            return Err(Problem::Colours { channels });
        }
        match &mut values {
            Values::Integers(values) => values.truncate(grid.len()),
            Values::Reals(values) => values.truncate(grid.len()),
        }
        let wrong = |position: usize, value: String| Problem::NotALabel { position, value };
        let labels = match values {
            Values::Integers(values) => {
                if let Some(position) = values.iter().position(|&value| value < 0) {
                    return Err(wrong(position, values[position].to_string()));
                }
                values.into_iter().map(|value| value as u32).collect()
            }
            Values::Reals(values) => {
                // Above 2²⁴ not every integer is a number of single precision.
                let is_label =
                    |value: f32| (0.0..=16_777_216.0).contains(&value) && value.fract() == 0.0;
                if let Some(position) = values.iter().position(|&value| !is_label(value)) {
                    return Err(wrong(position, values[position].to_string()));
                }
                values.into_iter().map(|value| value as u32).collect()
            }
        };
        Ok(Self {
            grid,
            labels,
            affine,
        })
    }
}

/// One channel, or three equal ones: a grey image that was saved in colours.
fn is_grey(values: &Values, channels: usize) -> bool {
    fn equal<T: PartialEq>(values: &[T]) -> bool {
        let pixels = values.len() / 3;
        values[..pixels] == values[pixels..2 * pixels] && values[..pixels] == values[2 * pixels..]
    }
    match (channels, values) {
        (1, _) => true,
        (3, Values::Integers(values)) => equal(values),
        (3, Values::Reals(values)) => equal(values),
        _ => false,
    }
}
