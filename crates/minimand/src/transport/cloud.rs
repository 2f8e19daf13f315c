//! Clouds of points with their masses.

use crate::error::Error;

/// What it costs to move a unit of mass from x to y.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cost {
    /// ½|x − y|².
    #[default]
    SquaredEuclidean,
    /// |x − y|; its slope at x = y is taken as 0.
    Euclidean,
}
crate::parameter::choice!(Cost, "\"squared_euclidean\" or \"euclidean\"",
    "squared_euclidean" => SquaredEuclidean, "euclidean" => Euclidean);

impl Cost {
    /// The cost at a distance whose square is given.
    pub(crate) fn of_square(self, square: f64) -> f64 {
        match self {
            Cost::SquaredEuclidean => 0.5 * square,
            Cost::Euclidean => square.sqrt(),
        }
    }
}

/// Points with their masses.
#[derive(Debug, Clone, Copy)]
pub struct Cloud<'a> {
    /// Coordinates `[n, dimension]`, row by row; finite.
    pub points: &'a [f64],
    /// Coordinates of a point, at least 1.
    pub dimension: usize,
    /// Mass of each point, ≥ 0, in total above 0; `None` for 1/n each.
    pub masses: Option<&'a [f64]>,
}

impl<'a> Cloud<'a> {
    /// Points of mass 1/n each.
    pub fn new(points: &'a [f64], dimension: usize) -> Self {
        Cloud {
            points,
            dimension,
            masses: None,
        }
    }

    /// With the mass of each point.
    pub fn masses(mut self, masses: &'a [f64]) -> Self {
        self.masses = Some(masses);
        self
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.points.len() / self.dimension.max(1)
    }

    /// Is there no point?
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// The masses, after all has been checked; `argument` is the cloud's name in errors.
    pub(super) fn checked(&self, argument: &'static str) -> Result<Vec<f64>, Error> {
        let Cloud {
            points, dimension, ..
        } = *self;
        if dimension == 0 || points.is_empty() || !points.len().is_multiple_of(dimension) {
            return Err(Error::Shape {
                argument,
                expected: format!("[n, {dimension}] with at least one point and one coordinate"),
                got: format!("{} numbers", points.len()),
            });
        }
        if let Some(position) = points.iter().position(|x| !x.is_finite()) {
            return Err(Error::Value {
                argument,
                position,
                value: points[position],
                expected: "a finite number".to_string(),
            });
        }
        checked_masses(argument, self.len(), self.masses)
    }
}

/// Masses of `n` points.
pub(super) fn checked_masses(
    argument: &'static str,
    n: usize,
    masses: Option<&[f64]>,
) -> Result<Vec<f64>, Error> {
    let Some(masses) = masses else {
        return Ok(vec![1.0 / n as f64; n]);
    };
    if masses.len() != n {
        return Err(Error::Shape {
            argument,
            expected: format!("{n} masses, one for each point"),
            got: format!("{} masses", masses.len()),
        });
    }
    let total: f64 = masses.iter().sum();
    let bad = |m: &f64| !(m.is_finite() && *m >= 0.0);
    if let Some(position) = masses.iter().position(bad) {
        return Err(Error::Value {
            argument,
            position,
            value: masses[position],
            expected: "a finite mass of at least 0".to_string(),
        });
    }
    if !(total > 0.0 && total.is_finite()) {
        return Err(Error::Value {
            argument,
            position: 0,
            value: total,
            expected: "a finite total mass above 0".to_string(),
        });
    }
    Ok(masses.to_vec())
}
