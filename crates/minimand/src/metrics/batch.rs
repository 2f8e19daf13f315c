//! What the batches of all tasks have in common: checks, and rows with weights.

use super::MetricError;

/// The weights of a batch, and with them which rows count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weights<'a> {
    rows: usize,
    weights: Option<&'a [f64]>,
}

impl<'a> Weights<'a> {
    /// Checks that there is one finite weight of at least zero per row; without weights every row
    /// counts once.
    pub(super) fn new(weights: Option<&'a [f64]>, rows: usize) -> Result<Self, MetricError> {
        check_length("weights (rows)", weights.map_or(rows, <[f64]>::len), rows)?;
        for (row, &weight) in weights.unwrap_or_default().iter().enumerate() {
            check_finite("weights", row, weight)?;
            if weight < 0.0 {
                return Err(MetricError::NegativeWeight { row, weight });
            }
        }
        Ok(Self { rows, weights })
    }

    /// The number of rows, those of weight 0 included.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The number and the weight of every row with a weight above zero.
    pub(super) fn counted(self) -> impl Iterator<Item = (usize, f64)> + 'a {
        (0..self.rows)
            .map(move |row| (row, self.weights.map_or(1.0, |weights| weights[row])))
            .filter(|(_, weight)| *weight > 0.0)
    }
}

/// Checks the length of an argument.
pub(super) fn check_length(
    argument: &'static str,
    got: usize,
    expected: usize,
) -> Result<(), MetricError> {
    if got == expected {
        return Ok(());
    }
    Err(MetricError::Shape {
        argument,
        expected,
        got,
    })
}

/// Checks that a value of an argument is neither infinite nor NaN.
pub(super) fn check_finite(
    argument: &'static str,
    row: usize,
    value: f64,
) -> Result<(), MetricError> {
    if value.is_finite() {
        return Ok(());
    }
    Err(MetricError::NotFinite { argument, row })
}

/// Checks that a batch has at least one class (or label) per row.
pub(super) fn check_columns(parameter: &'static str, columns: usize) -> Result<(), MetricError> {
    if columns > 0 {
        return Ok(());
    }
    Err(MetricError::InvalidParameter {
        parameter,
        value: 0.0,
        allowed: "at least 1",
    })
}

/// Checks that a part of a state is what weights can sum to.
pub(super) fn check_part(parameter: &'static str, value: f64) -> Result<(), MetricError> {
    if value.is_finite() && value >= 0.0 {
        return Ok(());
    }
    Err(MetricError::InvalidParameter {
        parameter,
        value,
        allowed: "finite and at least 0",
    })
}

/// Checks the number of classes (or labels) against that of the rows before; `seen` is 0 before
/// the first row.
pub(super) fn check_classes(seen: usize, got: usize) -> Result<(), MetricError> {
    check_length(
        "classes (or labels)",
        got,
        if seen == 0 { got } else { seen },
    )
}
