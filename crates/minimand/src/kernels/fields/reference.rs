//! The shape by the plain form of its losses: what the fused one is checked against, curvature and graphs.

use super::problem::Gathered;
use super::{Field, FieldFormula, FieldKernel, FieldProblem};
use crate::error::Error;
use crate::kernels::dual::Dual;
use crate::kernels::level::Level;
use crate::kernels::regions::Activation;
use crate::kernels::replay::Replay;
use crate::kernels::rows::Nested;
use crate::kernels::scalar::Real;
use crate::kernels::sym::Sym;

/// A number on which a loss behind its object-safe door can run.
pub(crate) trait Reference: Real {
    fn field(kernel: &dyn FieldFormula, field: &Field<'_, Self, f64>, numbers: &[f64]) -> Self;
}

macro_rules! reference {
    ($($number:ident $method:ident)*) => {$(
        impl Reference for $number {
            fn field(
                kernel: &dyn FieldFormula,
                field: &Field<'_, Self, f64>,
                numbers: &[f64],
            ) -> Self {
                kernel.$method(field, numbers)
            }
        }
    )*};
}
reference!(Nested nested Replay replay Sym trace);

/// The value after the activation of the score at `at`, of a channel's `pixels` scores of an item.
fn activated<S: Real>(
    activation: Activation,
    channels: usize,
    pixels: usize,
    scores: &[S],
) -> Vec<S> {
    match activation {
        Activation::None => scores.to_vec(),
        Activation::Sigmoid => scores.iter().map(|x| x.sigmoid()).collect(),
        Activation::Softmax => {
            let mut out = scores.to_vec();
            for pixel in 0..pixels {
                let at = |k: usize| k * pixels + pixel;
                let mut top = scores[at(0)];
                for k in 1..channels {
                    top = top.max(scores[at(k)]);
                }
                let mut sum = S::lift(0.0);
                for k in 0..channels {
                    out[at(k)] = (scores[at(k)] - top).exp();
                    sum = sum + out[at(k)];
                }
                for k in 0..channels {
                    out[at(k)] = out[at(k)] / sum;
                }
            }
            out
        }
    }
}

impl FieldProblem<'_, f64> {
    /// All scores, with 0 where one does not count.
    fn all_activated<S: Real>(&self, scores: &[S]) -> Vec<S> {
        let (channels, pixels) = (self.channels, self.grid.len());
        let mut out = Vec::with_capacity(scores.len());
        for item in 0..self.items {
            let size = channels * pixels;
            let counts = |at: usize| {
                self.item_counts(item)
                    && self
                        .pixels
                        .as_ref()
                        .is_none_or(|w| self.pixel_counts(w, item * pixels + at % pixels))
            };
            let own: Vec<S> = scores[item * size..(item + 1) * size]
                .iter()
                .enumerate()
                .map(|(at, &x)| if counts(at) { x } else { S::lift(0.0) })
                .collect();
            out.extend(activated(self.activation, channels, pixels, &own));
        }
        out
    }

    /// Runs `f` on every field that counts, with its values as plain numbers and its weight.
    fn each(
        &self,
        kernel: &dyn FieldKernel<f64>,
        mut f: impl FnMut(usize, &Field<'_, f64, f64>, f64),
    ) -> Result<(), Error> {
        let values = self.values(Level::detect())?;
        let mut gathered = Gathered::default();
        for field in 0..self.fields() {
            if !self.field_items_count(field) {
                continue;
            }
            let (items, channels) = self.ranges(field);
            self.gather(items.clone(), channels.clone(), &mut gathered)?;
            let view = Field {
                values: self.field_values(field, &values, &mut gathered.values),
                target: &gathered.target,
                weights: &gathered.weights,
                items: items.len(),
                channels: channels.len(),
                grid: &self.grid,
            };
            let counts = kernel
                .field_counts(&view)
                .map_err(|fault| self.explain(field, fault, &gathered.target))?;
            if counts {
                f(field, &view, self.field_weight(items.start, channels.start));
            }
        }
        Ok(())
    }

    /// The plain loss of one field; `all` are the values of the whole batch.
    fn plainly<S: Reference>(
        &self,
        kernel: &dyn FieldFormula,
        field: usize,
        view: &Field<'_, f64, f64>,
        all: &[S],
    ) -> S {
        let mut copy = Vec::new();
        let values = self.field_values(field, all, &mut copy);
        let own = Field {
            values,
            target: view.target,
            weights: view.weights,
            items: view.items,
            channels: view.channels,
            grid: view.grid,
        };
        S::field(kernel, &own, view.values)
    }
}

/// Weighted sum over the fields that count; `scores` are the predictions on another number.
pub(crate) fn reference<S: Reference>(
    kernel: &dyn FieldKernel<f64>,
    problem: &FieldProblem<'_, f64>,
    scores: &[S],
) -> Result<S, Error> {
    let all = problem.all_activated(scores);
    let mut total = S::lift(0.0);
    problem.each(kernel, |field, view, weight| {
        total = total + S::lift(weight) * problem.plainly(kernel, field, view, &all);
    })?;
    Ok(total)
}

/// Diagonal of the Hessian of the weighted sum: the plain form once for each score, on nested duals.
pub(crate) fn curvature(
    kernel: &dyn FieldKernel<f64>,
    problem: &FieldProblem<'_, f64>,
    scale: f64,
) -> Result<Vec<f64>, Error> {
    let mut scores: Vec<Nested> = problem
        .prediction
        .iter()
        .map(|&x| Nested::lift(x))
        .collect();
    let mut out = vec![0.0; scores.len()];
    for (i, &x) in problem.prediction.iter().enumerate() {
        scores[i] = Dual::variable(Dual::variable(x, 0), 0);
        let y: Nested = reference(kernel, problem, &scores)?;
        out[i] = scale * y.partials[0].partials[0];
        scores[i] = Nested::lift(x);
    }
    Ok(out)
}

/// Is any field within `margin` of a kink?
pub(crate) fn near_kink(
    kernel: &dyn FieldKernel<f64>,
    problem: &FieldProblem<'_, f64>,
    margin: f64,
) -> Result<bool, Error> {
    let mut near = false;
    problem.each(kernel, |_, view, _| {
        near |= kernel.is_near_kink(view, margin);
    })?;
    Ok(near)
}
