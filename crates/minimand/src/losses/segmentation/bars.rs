//! What losses of persistence bars have in common.

use crate::grid::Grid;
use crate::kernels::fields::Field;
use crate::kernels::regions::Activation;

/// Pixels of a field that are not too many for its cells to be numbered, a frame included.
const MOST_PIXELS: usize = 1 << 27;

pub(super) fn few_enough(grid: &Grid) -> Result<(), String> {
    if grid.len() <= MOST_PIXELS {
        return Ok(());
    }
    Err(format!(
        "takes at most {MOST_PIXELS} pixels at once, and these are {}; cut the image in parts",
        grid.len()
    ))
}

/// Are two values within `margin` of each other, or one of them of the target's? Then the order in which pixels
/// enter is about to change.
pub(super) fn values_near(
    field: &Field<'_, f64, f64>,
    activation: Activation,
    margin: f64,
) -> bool {
    // A step of a score is at most a quarter of it as a probability.
    let margin = match activation {
        Activation::None => margin,
        Activation::Softmax | Activation::Sigmoid => margin / 4.0,
    };
    let mut values = field.values.to_vec();
    values.sort_unstable_by(f64::total_cmp);
    let near_target = |(p, t): (&f64, &f64)| (p - t).abs() < margin;
    values.windows(2).any(|pair| pair[1] - pair[0] < margin)
        || field.values.iter().zip(field.target).any(near_target)
}
