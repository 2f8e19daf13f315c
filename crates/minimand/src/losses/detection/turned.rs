//! How a distance of two Gaussians becomes a loss.

use crate::prelude::*;

/// What is applied to a distance first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mapping {
    /// ln(1 + d).
    Log1p,
    /// √d.
    Sqrt,
    /// d.
    Identity,
}
crate::parameter::choice!(Mapping, "\"log1p\", \"sqrt\" or \"none\"",
        "log1p" => Log1p, "sqrt" => Sqrt, "none" => Identity);

impl Mapping {
    /// 1 − 1/(τ + f(d)) with the mapping f; without τ it is f(d).
    #[inline]
    pub(super) fn apply<S: Real>(self, distance: S, tau: Option<f64>) -> S {
        let mapped = match self {
            Mapping::Log1p => distance.ln_1p(),
            Mapping::Sqrt => distance.sqrt(),
            Mapping::Identity => distance,
        };
        match tau {
            Some(tau) => (mapped + S::lift(tau - 1.0)) / (mapped + S::lift(tau)),
            None => mapped,
        }
    }
}

/// What holds for a loss of turned boxes that is a mapped distance.
pub(super) fn facts(tau: Option<f64>) -> Facts {
    Facts {
        prediction: Domain::Coordinate,
        target: Domain::Coordinate,
        bounded: tau.map(|_| 1.0),
        at_perfect: Some(tau.map_or(0.0, |tau| (tau - 1.0) / tau)),
        ..Facts::PLAIN
    }
}
