//! The masks of one class in one case, and what several measures need of them.

use super::lesions::Lesions;
use super::overlap::Overlap;
use super::surfaces::Surfaces;
use crate::batch::Labels;
use crate::grid::components::MOST_PIXELS;
use crate::grid::{AXES, Connectivity, Grid};
use crate::metrics::MetricError;
use crate::metrics::batch::check_length;
use std::sync::OnceLock;

/// One class of one case: where it is predicted, and where it truly is.
///
/// Only the box around the two masks is kept, since nothing outside it matters but its size. Distances and
/// components are computed when a measure first asks for them, and kept.
#[derive(Debug)]
pub struct MaskPair {
    frame: Grid,
    grid: Grid,
    prediction: Vec<bool>,
    truth: Vec<bool>,
    overlap: Overlap,
    surfaces: OnceLock<Option<Surfaces>>,
    /// For each connectivity.
    lesions: [OnceLock<Lesions>; 3],
}

impl MaskPair {
    /// Two masks with one value for each pixel, row-major.
    ///
    /// # Errors
    ///
    /// [`MetricError::Shape`] if a mask has another length than the grid, or the grid has 2³² pixels or more.
    pub fn new(grid: &Grid, prediction: &[bool], truth: &[bool]) -> Result<Self, MetricError> {
        let pixels = check_pixels(grid)?;
        check_length("prediction (pixels)", prediction.len(), pixels)?;
        check_length("truth (pixels)", truth.len(), pixels)?;
        let mut bounds = Bounds::default();
        grid.places().for_each(|(place, pixel)| {
            if prediction[pixel] || truth[pixel] {
                bounds.include(place);
            }
        });
        Ok(Self::within(grid, bounds, |i| prediction[i], |i| truth[i]))
    }

    /// The pixels of one class in two label maps; `class` may be 0, the background.
    ///
    /// # Errors
    ///
    /// [`MetricError::Shape`] as for [`new`](Self::new).
    pub fn of_class(
        grid: &Grid,
        prediction: Labels<'_>,
        truth: Labels<'_>,
        class: usize,
    ) -> Result<Self, MetricError> {
        let mask = |labels: Labels<'_>| -> Vec<bool> {
            let is = |i| usize::try_from(labels.get(i)).is_ok_and(|label| label == class);
            (0..labels.len()).map(is).collect()
        };
        Self::new(grid, &mask(prediction), &mask(truth))
    }

    /// The part of two masks within these bounds, outside of which neither has a pixel.
    pub(super) fn within(
        frame: &Grid,
        bounds: Bounds,
        prediction: impl Fn(usize) -> bool,
        truth: impl Fn(usize) -> bool,
    ) -> Self {
        let [_, rows, width] = frame.volume();
        let [low, high] = bounds.part();
        let mut pixels = Vec::new();
        for slice in low[0]..high[0] {
            for row in low[1]..high[1] {
                let start = (slice * rows + row) * width;
                pixels.extend(start + low[2]..start + high[2]);
            }
        }
        let prediction: Vec<bool> = pixels.iter().map(|&pixel| prediction(pixel)).collect();
        let truth: Vec<bool> = pixels.iter().map(|&pixel| truth(pixel)).collect();
        Self {
            frame: *frame,
            grid: frame.part(std::array::from_fn(|axis| high[axis] - low[axis])),
            overlap: Overlap::new(frame, &prediction, &truth),
            prediction,
            truth,
            surfaces: OnceLock::new(),
            lesions: Default::default(),
        }
    }

    /// The grid of the whole case.
    pub fn frame(&self) -> &Grid {
        &self.frame
    }

    /// The grid of the box around the two masks; a single pixel if both are empty.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// Where the class is predicted, within the box.
    pub fn prediction(&self) -> &[bool] {
        &self.prediction
    }

    /// Where the class truly is, within the box.
    pub fn truth(&self) -> &[bool] {
        &self.truth
    }

    /// How many pixels the masks have, and have in common.
    pub fn overlap(&self) -> &Overlap {
        &self.overlap
    }

    /// The distances between the surfaces of the masks; `None` if one of them is empty.
    pub fn surfaces(&self) -> Option<&Surfaces> {
        let surfaces = || Surfaces::new(&self.grid, &self.prediction, &self.truth);
        kept(&self.surfaces, surfaces).as_ref()
    }

    /// The connected components of the masks.
    pub fn lesions(&self, connectivity: Connectivity) -> &Lesions {
        let lesions = || Lesions::new(&self.grid, &self.prediction, &self.truth, connectivity);
        kept(&self.lesions[connectivity as usize], lesions)
    }
}

/// What is kept, or computed and kept.
///
/// Not within the lock: the computation runs on the threads of the pool, which may meanwhile take up another
/// measure of the same pair and would then wait for themselves.
fn kept<T>(lock: &OnceLock<T>, compute: impl FnOnce() -> T) -> &T {
    match lock.get() {
        Some(value) => value,
        None => {
            let value = compute();
            lock.get_or_init(|| value)
        }
    }
}

/// The smallest box that holds some pixels, as `[slice, row, column]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    low: [usize; AXES],
    /// One beyond the last.
    high: [usize; AXES],
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            low: [usize::MAX; AXES],
            high: [0; AXES],
        }
    }
}

impl Bounds {
    #[inline]
    pub(super) fn include(&mut self, place: [usize; AXES]) {
        for axis in 0..AXES {
            self.low[axis] = self.low[axis].min(place[axis]);
            self.high[axis] = self.high[axis].max(place[axis] + 1);
        }
    }

    /// Its ends; those of the first pixel if it holds nothing.
    fn part(&self) -> [[usize; AXES]; 2] {
        if self.high[0] == 0 {
            return [[0; AXES], [1; AXES]];
        }
        [self.low, self.high]
    }
}

/// The number of pixels of a grid, unless it is too large for the numbers of its components.
pub(super) fn check_pixels(grid: &Grid) -> Result<usize, MetricError> {
    let pixels = grid.len();
    if pixels <= MOST_PIXELS {
        return Ok(pixels);
    }
    Err(MetricError::Shape {
        argument: "grid (pixels, at most)",
        expected: MOST_PIXELS,
        got: pixels,
    })
}
