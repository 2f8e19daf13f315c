//! What the engine of linear layers is asked: states, layer and targets, checked against each other.

use super::{Layer, LinearRows};
use crate::batch::{Array, Batch, Options, Target, Values};
use crate::error::Error;
use crate::kernels::linear_rows::{LinearProblem, LinearTarget, LinearTerm};
use crate::kernels::rows::{RowProblem, RowTarget};
use crate::loss::Kernel;
use crate::shapes::{self, Precision};

impl LinearRows {
    /// The losses with their divisors; lists the rows that count. No losses if there is nothing to divide by.
    pub(super) fn terms<'b, T: Precision>(
        &'b self,
        batch: &Batch<'_>,
        options: &Options,
        soft: &shapes::DenseTarget<'_, T>,
        problem: &mut LinearProblem<'_, T>,
    ) -> Result<Option<Vec<LinearTerm<'b, T>>>, Error> {
        // The batch as it would be with logits, of which nothing but their shape is read here. (Its soft labels
        // are laid out otherwise, which the rows take care of below.)
        let leading = &batch.prediction.shape[..batch.prediction.shape.len() - 1];
        let mut shape = leading.to_vec();
        shape.insert(1, problem.classes);
        let logits = Batch {
            prediction: Array::new(batch.prediction.values, &shape),
            target: match batch.target {
                Target::Dense(array) => Target::Dense(Array::new(array.values, &shape)),
                labels => labels,
            },
            ..*batch
        };
        let mut terms = Vec::new();
        let mut mass = None;
        for (coefficient, built) in self.objective.terms() {
            let Kernel::Rows(kernel) = &built.kernel else {
                return Err(Error::unsupported(
                    built.entry.name,
                    "is no loss of rows of logits and labels, which a linear layer needs",
                ));
            };
            let mut rows = shapes::row_problem(built, &**kernel, &[], &logits, options, soft)?;
            // From here on classes are the last axis.
            (rows.items, rows.spatial) = (rows.items * rows.spatial, 1);
            if mass.is_none() {
                self.take_rows(&rows, options, problem)?;
                mass = Some(rows.mass());
            }
            terms.push(LinearTerm {
                loss: built.entry.name,
                kernel: T::rows(&**kernel),
                coefficient,
                scale: coefficient,
                low: rows.low,
                bound: rows.bound,
            });
        }
        let mass = mass.ok_or_else(|| Error::unsupported("", "is an objective without terms"))?;
        let divisor = mass.divisor(options)?;
        for term in &mut terms {
            term.scale /= divisor.unwrap_or(1.0);
        }
        Ok(divisor.map(|_| terms))
    }

    /// Lists the rows that count, with their labels and weights.
    fn take_rows<T: Precision>(
        &self,
        rows: &RowProblem<'_, T>,
        options: &Options,
        problem: &mut LinearProblem<'_, T>,
    ) -> Result<(), Error> {
        for position in (0..rows.items).filter(|&i| rows.weighting.counts(i)) {
            if let (RowTarget::Labels(labels), LinearTarget::Labels(kept)) =
                (rows.target, &mut problem.target)
            {
                let label = labels.get(position);
                if label == options.ignore_index {
                    continue;
                }
                if !(0..problem.classes as i64).contains(&label) {
                    return Err(Error::Label {
                        position,
                        label,
                        classes: problem.classes,
                        ignore_index: options.ignore_index,
                    });
                }
                kept.push(label);
            }
            problem.rows.push(position);
            problem.weights.push(rows.weighting.weight(position));
        }
        Ok(())
    }

    /// The layer, checked against the states, with no rows yet.
    pub(super) fn problem<'a, T: Precision>(
        &self,
        states: &'a [T],
        batch: &Batch<'a>,
        layer: &Layer<'a>,
        soft: &'a shapes::DenseTarget<'a, T>,
    ) -> Result<LinearProblem<'a, T>, Error> {
        let width = match batch.prediction.shape {
            [_, .., width] if *width > 0 => *width,
            shape => {
                return Err(Error::shape(
                    "prediction",
                    "[…, d]: hidden states with at least one feature",
                    shape,
                ));
            }
        };
        layer.weight.check("layer.weight")?;
        let classes = match layer.weight.shape {
            [classes, d] if *d == width && *classes > 0 => *classes,
            shape => {
                let expected =
                    format!("[c, {width}], a row for each class and a column for each feature");
                return Err(Error::shape("layer.weight", expected, shape));
            }
        };
        let precision = |argument, values: &Values<'a>| {
            T::slice(values).ok_or_else(|| Error::Shape {
                argument,
                expected: "the dtype of the states".to_string(),
                got: "the other precision".to_string(),
            })
        };
        let bias = match &layer.bias {
            Some(bias) => {
                bias.check("layer.bias")?;
                if bias.shape != [classes] {
                    let expected = format!("[{classes}], a number for each class");
                    return Err(Error::shape("layer.bias", expected, bias.shape));
                }
                Some(precision("layer.bias", &bias.values)?)
            }
            None => None,
        };
        let target = match (&batch.target, soft.values()) {
            (Target::Dense(array), Some(soft)) => {
                let leading = &batch.prediction.shape[..batch.prediction.shape.len() - 1];
                let fits = array.shape.split_last() == Some((&classes, leading));
                if !fits {
                    let expected = format!(
                        "{:?} (soft labels, a share for each class), or integer labels {leading:?}",
                        [leading, &[classes]].concat()
                    );
                    return Err(Error::shape("target", expected, array.shape));
                }
                LinearTarget::Soft(soft)
            }
            _ => LinearTarget::Labels(Vec::new()),
        };
        Ok(LinearProblem {
            head: self.head,
            states,
            weight: precision("layer.weight", &layer.weight.values)?,
            bias,
            width,
            classes,
            soft_cap: self.soft_cap,
            rows: Vec::new(),
            target,
            weights: Vec::new(),
            class_weights: batch.class_weights,
        })
    }
}
