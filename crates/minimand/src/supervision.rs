//! Deep supervision: one objective on the predictions of a network at several scales.

mod resize;

use crate::batch::{Array, Batch, Labels, Options, Target};
use crate::error::Error;
use crate::objective::{Evaluation, Objective};
use resize::{Sizes, area, nearest};

/// An objective on predictions at several scales, the finest first, each with its weight.
///
/// A prediction that is coarser than the target sees the target at its own size: labels, masks and weights per
/// pixel of the nearest pixel (that around the centre of the coarse one), soft labels averaged over the pixels
/// that it covers and that count, and a spacing that is as many times wider as its axes are shorter.
///
/// ```
/// use minimand::{Array, Batch, Options, Target, supervision::DeepSupervision};
///
/// let loss = DeepSupervision::halving("dice + cross_entropy".parse()?, 2)?;
/// let (fine, coarse) = (vec![0.5f32; 2 * 16], vec![0.5f32; 2 * 4]);
/// let labels = vec![1u8; 16];
/// let batch = Batch::new(Array::new(&fine, &[1, 2, 4, 4]), Target::labels(&labels, &[1, 4, 4]));
/// let result = loss.value_and_gradients(
///     &batch,
///     &[Array::new(&coarse, &[1, 2, 2, 2])],
///     &Options::default(),
/// )?;
/// assert_eq!(result.levels.len(), 2);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct DeepSupervision {
    /// The objective times the weight of each scale.
    levels: Vec<Objective>,
    weights: Vec<f64>,
}

/// What the scales give together.
#[derive(Debug, Clone, PartialEq)]
pub struct Supervised {
    /// Sum of the levels' values.
    pub value: f64,
    /// Every level, with value and gradient times its weight.
    pub levels: Vec<Evaluation>,
}

impl DeepSupervision {
    /// With a weight ≥ 0 for each scale, the finest first.
    ///
    /// # Errors
    /// No weight, and weights that are not finite or below 0.
    pub fn new(objective: Objective, weights: &[f64]) -> Result<Self, Error> {
        let bad = weights.iter().find(|w| !(w.is_finite() && **w >= 0.0));
        if weights.is_empty() || bad.is_some() {
            return Err(Error::Parameter {
                loss: objective.to_string(),
                parameter: "weights".to_string(),
                expected: "one finite number ≥ 0 for each scale".to_string(),
                got: format!("{weights:?}"),
            });
        }
        let levels = weights.iter().map(|w| objective.scaled(*w));
        Ok(DeepSupervision {
            levels: levels.collect::<Result<_, _>>()?,
            weights: weights.to_vec(),
        })
    }

    /// With weights 1, ½, ¼, …, that sum to 1.
    ///
    /// # Errors
    /// No scale.
    pub fn halving(objective: Objective, scales: usize) -> Result<Self, Error> {
        let weights: Vec<f64> = (0..scales).map(|s| 0.5f64.powi(s as i32)).collect();
        let sum: f64 = weights.iter().sum();
        let weights: Vec<f64> = weights.iter().map(|w| w / sum).collect();
        DeepSupervision::new(objective, &weights)
    }

    /// The weights of the scales, the finest first.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The value alone. `batch` holds the finest prediction and the target, `coarser` the other predictions
    /// `[n, c, …]` with as many axes, in either precision.
    ///
    /// # Errors
    /// As for [`Objective::evaluate`]; a number of predictions that is not that of the weights, and predictions
    /// that are finer than the target.
    pub fn evaluate(
        &self,
        batch: &Batch<'_>,
        coarser: &[Array<'_>],
        options: &Options,
    ) -> Result<Supervised, Error> {
        self.run(batch, coarser, |objective, batch| {
            objective.evaluate(batch, options)
        })
    }

    /// The value, and the gradient of each prediction.
    ///
    /// # Errors
    /// As for [`evaluate`](DeepSupervision::evaluate).
    pub fn value_and_gradients(
        &self,
        batch: &Batch<'_>,
        coarser: &[Array<'_>],
        options: &Options,
    ) -> Result<Supervised, Error> {
        self.run(batch, coarser, |objective, batch| {
            objective.value_and_gradient(batch, options)
        })
    }

    fn run(
        &self,
        batch: &Batch<'_>,
        coarser: &[Array<'_>],
        run: impl Fn(&Objective, &Batch<'_>) -> Result<Evaluation, Error>,
    ) -> Result<Supervised, Error> {
        if coarser.len() + 1 != self.levels.len() {
            return Err(Error::Shape {
                argument: "coarser",
                expected: format!("{} predictions beside the finest", self.levels.len() - 1),
                got: format!("{}", coarser.len()),
            });
        }
        batch.check()?;
        let mut levels = vec![run(&self.levels[0], batch)?];
        for (prediction, objective) in coarser.iter().zip(&self.levels[1..]) {
            let resized = Resized::new(batch, prediction)?;
            levels.push(run(objective, &resized.batch(batch, *prediction))?);
        }
        Ok(Supervised {
            value: levels.iter().map(|level| level.value).sum(),
            levels,
        })
    }
}

/// The target, mask and weights of a batch at the size of a coarser prediction.
struct Resized {
    labels: Option<Vec<i64>>,
    soft: Option<Vec<f64>>,
    target_shape: Vec<usize>,
    mask: Option<Vec<bool>>,
    weights: Option<(Vec<f64>, Vec<usize>)>,
    spacing: Vec<f64>,
}

impl Resized {
    fn new(batch: &Batch<'_>, prediction: &Array<'_>) -> Result<Self, Error> {
        prediction.check("coarser")?;
        let (fine, coarse) = (batch.prediction.shape, prediction.shape);
        let fits = fine.len() == coarse.len()
            && fine.len() > 2
            && fine[..2] == coarse[..2]
            && fine[2..]
                .iter()
                .zip(&coarse[2..])
                .all(|(f, c)| c <= f && (*c > 0 || *f == 0));
        if !fits {
            let expected =
                format!("like {fine:?} with axes that are no longer, beyond the first two");
            return Err(Error::shape("coarser", expected, coarse));
        }
        let sizes = Sizes::new(&fine[2..], &coarse[2..]);
        let items = fine[0];
        let by_pixel = |len: usize| len == items * sizes.fine() && len != items;
        let mask = batch.mask.filter(|mask| by_pixel(mask.len()));
        let weights = batch.weights.filter(|w| by_pixel(w.values.len()));
        let weights = weights.map(|w| w.values.converted::<f64>());
        let shape_of = |target: &[usize]| {
            let lead = target.len().saturating_sub(fine.len() - 2);
            [&target[..lead], &coarse[2..]].concat()
        };
        let weights_shape = [&[items], &coarse[2..]].concat();
        let mut spacing = match batch.spacing {
            Some(spacing) => spacing.to_vec(),
            None => vec![1.0; fine.len() - 2],
        };
        if spacing.len() + 2 != fine.len() {
            let expected = format!("[{}], one number for each axis", fine.len() - 2);
            return Err(Error::shape("spacing", expected, &[spacing.len()]));
        }
        for ((step, f), c) in spacing.iter_mut().zip(&fine[2..]).zip(&coarse[2..]) {
            *step *= *f as f64 / (*c).max(1) as f64;
        }
        Ok(match &batch.target {
            Target::Labels(labels, shape) => {
                let labels: Vec<i64> = (0..labels.len()).map(|i| labels.get(i)).collect();
                Resized {
                    labels: Some(nearest(&sizes, &labels)),
                    soft: None,
                    target_shape: shape_of(shape),
                    mask: mask.map(|mask| nearest(&sizes, mask)),
                    weights: weights.map(|w| (nearest(&sizes, &w), weights_shape)),
                    spacing,
                }
            }
            Target::None => Resized {
                labels: None,
                soft: None,
                target_shape: Vec::new(),
                mask: mask.map(|mask| nearest(&sizes, mask)),
                weights: weights.map(|w| (nearest(&sizes, &w), weights_shape)),
                spacing,
            },
            Target::Dense(array) => {
                let counts: Option<Vec<f64>> =
                    mask.map(|mask| mask.iter().map(|m| f64::from(u8::from(*m))).collect());
                let channels = array.values.len() / (items * sizes.fine()).max(1);
                let averaged =
                    |values: &[f64], channels| area(&sizes, values, counts.as_deref(), channels);
                // A coarse pixel counts if one that it covers does.
                let share = counts
                    .as_deref()
                    .map(|counts| area(&sizes, counts, None, 1));
                let some = |share: Vec<f64>| share.iter().map(|share| *share > 0.0).collect();
                Resized {
                    labels: None,
                    soft: Some(averaged(&array.values.converted::<f64>(), channels)),
                    target_shape: shape_of(array.shape),
                    mask: share.map(some),
                    weights: weights.map(|w| (averaged(&w, 1), weights_shape)),
                    spacing,
                }
            }
        })
    }

    fn batch<'a>(&'a self, fine: &Batch<'a>, prediction: Array<'a>) -> Batch<'a> {
        let target = match (&self.labels, &self.soft) {
            (Some(labels), _) => Target::Labels(Labels::I64(labels), &self.target_shape),
            (None, Some(soft)) => Target::dense(soft, &self.target_shape),
            (None, None) => fine.target,
        };
        let mut batch = Batch {
            prediction,
            target,
            spacing: Some(&self.spacing),
            ..*fine
        };
        if let Some(mask) = &self.mask {
            batch.mask = Some(mask);
        }
        if let Some((weights, shape)) = &self.weights {
            batch.weights = Some(Array::new(weights, shape));
        }
        batch
    }
}
