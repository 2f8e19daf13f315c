//! What losses, metrics and data loaders of regression share: bins and soft labels, weights of targets and of steps ahead,
//! schedules, models of shapes, the order of survival times.

mod bins;
mod horizon;
mod landmarks;
mod levels;
mod rare;
mod schedule;
mod survival;

pub use bins::Bins;
pub use horizon::{horizon_weights, naive_scale, step_weights};
pub use landmarks::{ShapeModel, difficulty, retained_share};
pub use levels::{LevelMass, fidelity, level_labels, level_scores, preference};
pub use rare::density_weights;
pub use schedule::HuberSchedule;
pub use survival::concordance_index;

use crate::error::Error;

/// An error for the first number that is not finite.
fn finite(argument: &'static str, numbers: &[f64]) -> Result<(), Error> {
    match numbers.iter().position(|x| !x.is_finite()) {
        None => Ok(()),
        Some(position) => Err(Error::Value {
            argument,
            position,
            value: numbers[position],
            expected: "a finite number".to_string(),
        }),
    }
}

/// An error unless the parameter of a helper holds what it must.
fn demand(
    holds: bool,
    of: &str,
    parameter: &str,
    expected: &str,
    got: impl ToString,
) -> Result<(), Error> {
    if holds {
        return Ok(());
    }
    Err(Error::Parameter {
        loss: of.to_string(),
        parameter: parameter.to_string(),
        expected: expected.to_string(),
        got: got.to_string(),
    })
}
