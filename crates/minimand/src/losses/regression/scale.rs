//! Forecasts of a place and a scale: how a raw number becomes a scale, and slopes of a few numbers by duals.

use crate::kernels::dual::Dual;
use crate::kernels::scalar::Real;
use crate::loss::Domain;

/// How a raw number becomes a scale (a variance, a deviation), which is above 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScaleLink {
    /// It is the logarithm of the scale, within ±40.
    Log,
    /// The scale is its softplus, ln(1 + e^x).
    Softplus,
    /// It is the scale, ≥ 0.
    None,
}
crate::parameter::choice!(ScaleLink, "\"log\", \"softplus\" or \"none\"",
    "log" => Log, "softplus" => Softplus, "none" => None);

impl ScaleLink {
    /// The raw numbers that it takes.
    pub(super) fn domain(self) -> Domain {
        match self {
            ScaleLink::Log => Domain::LogScale,
            ScaleLink::Softplus => Domain::Squarable,
            ScaleLink::None => Domain::NonNegative,
        }
    }

    /// The scale, at least `floor`. The floor has no slope of its own: a scale below it is drawn up as if it were there.
    pub(super) fn scale<S: Real>(self, x: S, floor: f64) -> S {
        let scale = match self {
            ScaleLink::Log => x.exp(),
            ScaleLink::Softplus => x.softplus(),
            ScaleLink::None => x,
        };
        scale + (S::lift(floor).max(scale) - scale).detach()
    }
}

/// How many numbers a forecast must have, where it is so many.
pub(super) fn exactly(wanted: usize, numbers: usize) -> Result<(), String> {
    if numbers == wanted {
        Ok(())
    } else {
        Err(wanted.to_string())
    }
}

/// Value and slopes of a formula of K numbers.
pub(super) fn by_duals<const K: usize>(
    x: &[f64],
    slopes: &mut [f64],
    formula: impl Fn(&[Dual<f64, K>]) -> Dual<f64, K>,
) -> f64 {
    let number = |place: usize| x.get(place).copied().unwrap_or(f64::NAN);
    let x: [Dual<f64, K>; K] = std::array::from_fn(|place| Dual::variable(number(place), place));
    let y = formula(&x);
    slopes.copy_from_slice(&y.partials);
    y.value
}
