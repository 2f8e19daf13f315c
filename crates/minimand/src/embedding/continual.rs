//! Contrastive learning of one task after another: the old model's embeddings as a second set of negatives.

use super::table::{Table, dot, unit, wrong};
use crate::batch::Array;
use crate::error::Error;

/// What the symmetric continual loss is of; arrays `[n, d]` or `[m, d]`, each row divided by its length.
#[derive(Debug, Clone, Copy)]
pub struct ContinualBatch<'a> {
    /// Queries q of the current model, `[n, d]`.
    pub queries: Array<'a>,
    /// Their positive keys k, of another augmentation, `[n, d]`; constants.
    pub keys: Array<'a>,
    /// The queries after the predictor g, `[n, d]`.
    pub predictions: Array<'a>,
    /// Embeddings o of the same samples by the old model, `[n, d]`; constants.
    pub past: Array<'a>,
    /// Embeddings A of other samples by the current model, `[m, d]`, such as a queue; constants.
    pub negatives: Array<'a>,
    /// Embeddings O of other samples by the old model, `[m, d]`, such as a queue; constants. They must not hold `past`.
    pub past_negatives: Array<'a>,
}

/// The value of the [`SymmetricContinual`] loss, and its gradients.
#[derive(Debug, Clone, PartialEq)]
pub struct ContinualLoss {
    /// Mean of the term that learns.
    pub plastic: f64,
    /// Mean of the term that remembers.
    pub stable: f64,
    /// Gradient of their sum by the queries, `[n, d]`.
    pub by_queries: Vec<f64>,
    /// Gradient of their sum by the predictions, `[n, d]`.
    pub by_predictions: Vec<f64>,
}

/// The symmetric contrastive loss of continual self-supervision: with cosines over the temperature t,
/// plastic = −ln(e^{q·k}/(e^{q·k} + Σ_A e^{q·a} + Σ_O e^{q·o})),
/// stable = −ln(e^{g·o_i}/(e^{g·o_i} + Σ_O e^{g·o} + Σ_A e^{g·a})),
/// both means over the batch.
///
/// Both terms have the negatives of both models, so that new samples keep away from old embeddings and the other way
/// round; without O the plastic term is InfoNCE. Both are ≥ 0. Slopes reach q and g only; a row of zeros has gradient
/// 0. Source: Cha, Cho and Moon 2023 (paper 108). Double precision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SymmetricContinual {
    /// Temperature t > 0; usually 0.2.
    pub temperature: f64,
}

impl SymmetricContinual {
    /// The two terms with their gradients. A batch without samples has value 0.
    ///
    /// # Errors
    /// [`Error::Shape`] for arrays that do not fit together, [`Error::Value`] for numbers that are not finite,
    /// [`Error::Parameter`] for another temperature.
    pub fn value_and_gradients(&self, batch: &ContinualBatch<'_>) -> Result<ContinualLoss, Error> {
        if !(self.temperature > 0.0 && self.temperature.is_finite()) {
            let expected = "a finite number above 0";
            return Err(wrong(
                "SymmetricContinual",
                "temperature",
                expected,
                self.temperature,
            ));
        }
        let queries = Table::new("queries", &batch.queries)?;
        let (rows, width) = (queries.len(), queries.width);
        let beside = |argument, array: &Array<'_>, paired: bool| {
            let mut table = Table::beside(argument, array, width)?;
            if paired && table.len() != rows {
                return Err(Error::shape(
                    argument,
                    format!("[{rows}, {width}]"),
                    array.shape,
                ));
            }
            table.normalize();
            Ok(table)
        };
        let keys = beside("keys", &batch.keys, true)?;
        let past = beside("past", &batch.past, true)?;
        beside("predictions", &batch.predictions, true)?;
        let predictions = Table::new("predictions", &batch.predictions)?;
        let mut others = beside("negatives", &batch.negatives, false)?;
        let more = beside("past_negatives", &batch.past_negatives, false)?;
        others.values.extend(more.values);
        let (plastic, by_queries) = self.info_nce(&queries, &keys, &others);
        let (stable, by_predictions) = self.info_nce(&predictions, &past, &others);
        Ok(ContinualLoss {
            plastic,
            stable,
            by_queries,
            by_predictions,
        })
    }

    /// Mean InfoNCE of anchors, which are not normalised yet, and the gradient by them.
    fn info_nce(&self, anchors: &Table, positives: &Table, negatives: &Table) -> (f64, Vec<f64>) {
        let width = anchors.width;
        let share = 1.0 / anchors.len().max(1) as f64;
        let (mut value, mut gradient) = (0.0, Vec::with_capacity(anchors.values.len()));
        for (anchor, positive) in anchors.rows().zip(positives.rows()) {
            let mut direction = anchor.to_vec();
            unit(&mut direction);
            let all = || std::iter::once(positive).chain(negatives.rows());
            let logits = all().map(|other| dot(&direction, other) / self.temperature);
            let mut shares: Vec<f64> = logits.collect();
            let (own, most) = (shares[0], shares.iter().copied().fold(f64::MIN, f64::max));
            shares.iter_mut().for_each(|x| *x = (*x - most).exp());
            let sum: f64 = shares.iter().sum();
            value += share * (most - own + sum.ln());
            let mut slope = vec![0.0; width];
            for (other, part) in all().zip(&shares) {
                slope
                    .iter_mut()
                    .zip(other)
                    .for_each(|(s, x)| *s += part / sum * x);
            }
            slope.iter_mut().zip(positive).for_each(|(s, x)| *s -= x);
            let along = dot(&slope, &direction);
            let length = dot(anchor, anchor).sqrt();
            let scale = if length > 0.0 {
                share / (self.temperature * length)
            } else {
                0.0
            };
            gradient.extend(
                slope
                    .iter()
                    .zip(&direction)
                    .map(|(s, x)| scale * (s - along * x)),
            );
        }
        (value, gradient)
    }
}
