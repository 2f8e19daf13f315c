//! Rows of numbers, checked and brought to a size that squares well.

use crate::batch::{Array, Labels};
use crate::error::Error;

/// Rows `[n, d]` of finite numbers in double precision.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) width: usize,
    pub(crate) values: Vec<f64>,
}

impl Table {
    /// Checks and copies an array `[n, d]`, d ≥ 1.
    ///
    /// # Errors
    /// [`Error::Shape`] for another shape, [`Error::Value`] for a number that is not finite.
    pub(crate) fn new(argument: &'static str, array: &Array<'_>) -> Result<Self, Error> {
        array.check(argument)?;
        let width = match array.shape {
            &[_, width] if width > 0 => width,
            shape => return Err(Error::shape(argument, "[n, d] with d >= 1", shape)),
        };
        let values: Vec<f64> = array.values.converted();
        if let Some(position) = values.iter().position(|x| !x.is_finite()) {
            return Err(Error::Value {
                argument,
                position,
                value: values[position],
                expected: "a finite number".to_string(),
            });
        }
        Ok(Table { width, values })
    }

    /// The same, with as many columns as another table.
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`Error::Shape`] for another number of columns.
    pub(crate) fn beside(
        argument: &'static str,
        array: &Array<'_>,
        width: usize,
    ) -> Result<Self, Error> {
        let table = Table::new(argument, array)?;
        if table.width != width {
            return Err(Error::shape(argument, format!("[n, {width}]"), array.shape));
        }
        Ok(table)
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.values.len() / self.width
    }

    pub(crate) fn row(&self, i: usize) -> &[f64] {
        &self.values[i * self.width..(i + 1) * self.width]
    }

    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.values.chunks_exact(self.width)
    }

    /// The largest magnitude.
    pub(crate) fn largest(&self) -> f64 {
        self.values.iter().fold(0.0, |m, x| x.abs().max(m))
    }

    /// Multiplies all numbers.
    pub(crate) fn scale(&mut self, by: f64) {
        self.values.iter_mut().for_each(|x| *x *= by);
    }

    /// Divides every row by its length; a row of zeros stays one.
    pub(crate) fn normalize(&mut self) {
        self.values.chunks_exact_mut(self.width).for_each(unit);
    }
}

/// Makes the length 1, also where its square is out of range; zeros stay zeros.
pub(crate) fn unit(row: &mut [f64]) {
    let largest = row.iter().fold(0.0, |m: f64, x| x.abs().max(m));
    if largest == 0.0 {
        return;
    }
    // Twice, because the inverse of the smallest numbers is out of range.
    let factor = unit_scale(largest);
    row.iter_mut().for_each(|x| *x *= factor);
    let length = dot(row, row).sqrt();
    row.iter_mut().for_each(|x| *x /= length);
}

/// A power of two that brings a magnitude near 1; 1 for 0.
pub(crate) fn unit_scale(largest: f64) -> f64 {
    if largest == 0.0 {
        return 1.0;
    }
    (-largest.log2().floor()).clamp(-1000.0, 1000.0).exp2()
}

/// Σ a_i b_i, eight sums side by side.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut sums = [0.0; 8];
    for (a, b) in a.iter().zip(b) {
        for i in 0..8 {
            sums[i] += a[i] * b[i];
        }
    }
    for i in 0..a_rest.len().min(b_rest.len()) {
        sums[i] += a_rest[i] * b_rest[i];
    }
    sums.iter().sum()
}

/// Σ (a_i − b_i)², eight sums side by side.
pub(crate) fn square_distance(a: &[f64], b: &[f64]) -> f64 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut sums = [0.0; 8];
    for (a, b) in a.iter().zip(b) {
        for i in 0..8 {
            sums[i] += (a[i] - b[i]) * (a[i] - b[i]);
        }
    }
    for i in 0..a_rest.len().min(b_rest.len()) {
        sums[i] += (a_rest[i] - b_rest[i]) * (a_rest[i] - b_rest[i]);
    }
    sums.iter().sum()
}

/// Checks that there is one label for each of `rows` rows.
///
/// # Errors
/// [`Error::Shape`] for another number of them.
pub(crate) fn check_labels(
    argument: &'static str,
    labels: &Labels<'_>,
    rows: usize,
) -> Result<(), Error> {
    if labels.len() == rows {
        return Ok(());
    }
    let expected = format!("[{rows}], one for each embedding");
    Err(Error::shape(argument, expected, &[labels.len()]))
}

/// An [`Error::Parameter`] of something that is no loss.
pub(crate) fn wrong(
    of: &str,
    parameter: &str,
    expected: impl Into<String>,
    got: impl ToString,
) -> Error {
    Error::Parameter {
        loss: of.to_string(),
        parameter: parameter.to_string(),
        expected: expected.into(),
        got: got.to_string(),
    }
}

/// Checks that a number is finite and at least `least`.
///
/// # Errors
/// [`Error::Parameter`] if it is not.
pub(crate) fn check_at_least(
    of: &str,
    parameter: &str,
    value: f64,
    least: f64,
) -> Result<(), Error> {
    if value >= least && value.is_finite() {
        return Ok(());
    }
    let expected = format!("a finite number of at least {least}");
    Err(wrong(of, parameter, expected, value))
}

/// The gradient by a row from that by the row over its length, which is `unit`; 0 of a row of zeros.
pub(crate) fn through_unit(gradient: &mut [f64], unit: &[f64], length: f64) {
    let along = dot(gradient, unit);
    for (g, u) in gradient.iter_mut().zip(unit) {
        *g = if length > 0.0 {
            (*g - along * u) / length
        } else {
            0.0
        };
    }
}

/// The length of a row, also where its square is out of range.
pub(crate) fn length(row: &[f64]) -> f64 {
    let largest = row.iter().fold(0.0, |m: f64, x| x.abs().max(m));
    if largest == 0.0 {
        return 0.0;
    }
    let squares: f64 = row.iter().map(|x| (x / largest).powi(2)).sum();
    largest * squares.sqrt()
}
