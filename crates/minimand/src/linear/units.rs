//! Both factors of a layer as unit vectors, and their cosines.

use super::LinearEvaluation;
use crate::batch::{Array, Batch, Options, Values};
use crate::error::Error;
use crate::kernels::linear_rows::{Matrix, multiply_into};
use crate::objective::{Evaluation, Gradient, Objective};

/// Unit rows of numbers, with their norms.
pub(super) struct Units {
    pub(super) rows: Vec<f64>,
    pub(super) norms: Vec<f64>,
    width: usize,
}

impl Units {
    /// As they lie in an array whose numbers are finite.
    ///
    /// # Errors
    /// [`Error::Value`] of this argument otherwise.
    pub(super) fn finite(
        argument: &'static str,
        values: &Values<'_>,
        width: usize,
    ) -> Result<Self, Error> {
        let units = Units::new(values, width);
        match units.rows.iter().position(|x| !x.is_finite()) {
            None => Ok(units),
            Some(position) => Err(Error::Value {
                argument,
                position,
                value: values.get(position),
                expected: "a finite number".to_string(),
            }),
        }
    }

    fn new(values: &Values<'_>, width: usize) -> Self {
        let mut rows: Vec<f64> = values.converted();
        let norm = |row: &mut [f64]| {
            let largest = row.iter().fold(0.0, |top: f64, x| top.max(x.abs()));
            if largest == 0.0 {
                return 0.0;
            }
            let squares: f64 = row.iter().map(|x| (x / largest).powi(2)).sum();
            let norm = largest * squares.sqrt();
            row.iter_mut().for_each(|x| *x /= norm);
            norm
        };
        let norms = rows.chunks_mut(width).map(norm).collect();
        Units { rows, norms, width }
    }

    fn matrix(&self) -> Matrix<'_, f64> {
        Matrix::new(&self.rows, self.norms.len(), self.width)
    }

    /// Adds to a gradient by the rows as they were what comes through their lengths.
    pub(super) fn add_lengths(&self, by_lengths: &[f64], gradient: &mut [f64]) {
        let rows = gradient.chunks_mut(self.width);
        for ((to, unit), by) in rows.zip(self.rows.chunks(self.width)).zip(by_lengths) {
            to.iter_mut().zip(unit).for_each(|(to, u)| *to += by * u);
        }
    }

    /// The gradient by the rows as they were, from that by the unit rows.
    pub(super) fn give_back(&self, gradient: &mut [f64]) {
        let rows = gradient.chunks_mut(self.width);
        for ((to, unit), &norm) in rows.zip(self.rows.chunks(self.width)).zip(&self.norms) {
            let along: f64 = to.iter().zip(unit).map(|(g, u)| g * u).sum();
            for (g, u) in to.iter_mut().zip(unit) {
                *g = if norm > 0.0 {
                    (*g - along * u) / norm
                } else {
                    0.0
                };
            }
        }
    }
}

/// Unit states and weights, with the cosines of all states with all weights.
pub(super) struct Cosines {
    pub(super) states: Units,
    pub(super) weight: Units,
    /// `[states, weights]`; then the slopes by them.
    pub(super) values: Vec<f64>,
}

impl Cosines {
    /// Of a batch's prediction.
    pub(super) fn new(batch: &Batch<'_>, weight: Units) -> Self {
        // What the objective leaves out may hold anything.
        let states = Units::new(&batch.prediction.values, weight.width);
        let mut values = vec![0.0; states.norms.len() * weight.norms.len()];
        let (left, right) = (states.matrix(), weight.matrix().transposed());
        multiply_into(&mut values, false, left, right);
        Cosines {
            states,
            weight,
            values,
        }
    }

    /// Gradients by both factors as they were, of whom only the directions changed, from the slopes by the cosines.
    /// States without a slope by their logits may hold anything.
    pub(super) fn gradients(&mut self, by_logits: &[f64]) -> [Vec<f64>; 2] {
        let (n, all, width) = (
            self.states.norms.len(),
            self.weight.norms.len(),
            self.weight.width,
        );
        let logits = by_logits.chunks((by_logits.len() / n.max(1)).max(1));
        let rows = self.states.rows.chunks_mut(width).zip(logits);
        for (row, _) in rows.filter(|(_, by)| by.iter().all(|&g| g == 0.0)) {
            row.fill(0.0);
        }
        let by = Matrix::new(&self.values, n, all);
        let mut by_states = vec![0.0; n * width];
        multiply_into(&mut by_states, false, by, self.weight.matrix());
        let mut by_weight = vec![0.0; all * width];
        multiply_into(&mut by_weight, false, by.transposed(), self.states.matrix());
        self.states.give_back(&mut by_states);
        self.weight.give_back(&mut by_weight);
        [by_states, by_weight]
    }
}

/// An objective on logits in the place of the batch's prediction, and its gradient by them.
pub(super) fn on_logits(
    objective: &Objective,
    batch: &Batch<'_>,
    logits: &[f64],
    shape: &[usize],
    options: &Options,
) -> Result<(Evaluation, Vec<f64>), Error> {
    let batch = Batch {
        prediction: Array::new(logits, shape),
        ..*batch
    };
    let mut result = objective.value_and_gradient(&batch, options)?;
    let gradient = result.gradient.take();
    Ok((result, gradient.map(|g| g.to_f64()).unwrap_or_default()))
}

/// A result with gradients in the precision of what they are the gradients by.
pub(super) fn evaluation(
    result: Evaluation,
    states: &Values<'_>,
    weight: &Values<'_>,
    [by_states, by_weight]: [Vec<f64>; 2],
) -> LinearEvaluation {
    LinearEvaluation {
        value: result.value,
        per_item: result.per_item,
        count: result.count,
        states: Some(in_precision(states, by_states)),
        weight: Some(in_precision(weight, by_weight)),
        bias: None,
    }
}

/// A gradient in the precision of what it is the gradient by.
fn in_precision(values: &Values<'_>, gradient: Vec<f64>) -> Gradient {
    match values {
        Values::F32(_) => Gradient::F32(gradient.iter().map(|&g| g as f32).collect()),
        Values::F64(_) => Gradient::F64(gradient),
    }
}
