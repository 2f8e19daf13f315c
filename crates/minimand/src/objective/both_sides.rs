//! The gradients by both sides of a batch of pairs of embeddings.

use super::{Evaluation, Gradient, Objective, evaluation};
use crate::batch::{Batch, Options, Reduction, Target, Values};
use crate::error::Error;
use crate::kernels::pairs::SideGradients;
use crate::shapes::{self, Precision};

impl Objective {
    /// The value with the gradients by both sides of a batch of pairs: by the prediction, and by a target that is
    /// embeddings, in its shape and in the prediction's precision. Of losses of embeddings only.
    ///
    /// # Errors
    /// As for [`evaluate`](Objective::evaluate); a target that is no embeddings; a loss of another shape.
    pub fn value_and_both_gradients(
        &self,
        batch: &Batch<'_>,
        options: &Options,
    ) -> Result<(Evaluation, Gradient), Error> {
        match batch.prediction.values {
            Values::F32(x) => self.run_both(x, batch, options),
            Values::F64(x) => self.run_both(x, batch, options),
        }
    }

    fn run_both<T: Precision>(
        &self,
        prediction: &[T],
        batch: &Batch<'_>,
        options: &Options,
    ) -> Result<(Evaluation, Gradient), Error> {
        batch.check()?;
        let Target::Dense(other) = batch.target else {
            return Err(Error::Shape {
                argument: "target",
                expected: "embeddings, [n, d]".to_string(),
                got: "labels or none, which have no gradient".to_string(),
            });
        };
        let mut total: Option<Evaluation> = None;
        let mut sums = [prediction.len(), other.values.len()].map(|n| vec![T::default(); n]);
        for term in self.terms.iter() {
            let mut own = [prediction.len(), other.values.len()].map(|n| vec![T::default(); n]);
            let [by_prediction, by_target] = &mut own;
            let to = SideGradients {
                prediction: by_prediction,
                target: Some(by_target),
            };
            let keep = options.reduction == Reduction::None;
            let outcome = shapes::evaluate_pairs(term, prediction, batch, options, Some(to), keep)?;
            let next = evaluation(term, outcome, options);
            for (sum, own) in sums.iter_mut().flatten().zip(own.iter().flatten()) {
                *sum = *sum + *own;
            }
            match &mut total {
                Some(total) => self.add(total, next)?,
                None => total = Some(next),
            }
        }
        let total = total.ok_or_else(|| Error::unsupported("", "is an objective without terms"))?;
        let [by_prediction, by_target] = sums.map(T::gradient);
        let total = Evaluation {
            gradient: Some(by_prediction),
            ..total
        };
        Ok((total, by_target))
    }
}
