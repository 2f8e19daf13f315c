//! Any objective as a differentiable operation on Burn tensors.
//!
//! ```
//! use burn::tensor::{Device, Int, Tensor};
//! use minimand_burn::LossModule;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let device = Device::flex().autodiff();
//! let logits = Tensor::<2>::from_data([[2.0, -1.0, 0.5], [0.1, 0.3, -0.2]], &device);
//! let logits = logits.require_grad();
//! let labels = Tensor::<1, Int>::from_data([0, 2], &device);
//!
//! let loss = LossModule::new("cross_entropy(label_smoothing=0.1)".parse()?);
//! let value = loss.forward(logits.clone(), labels)?;
//! let gradients = value.backward();
//! assert_eq!(logits.grad(&gradients).map(|g| g.dims()), Some([2, 3]));
//! # Ok(())
//! # }
//! ```

mod host;
mod operation;
#[cfg(test)]
mod tests;

use burn::backend::{Dispatch, Flex, flex::FlexTensor};
use burn::tensor::{DType, Int, Tensor, TensorData};
pub(crate) use host::Host;
use minimand::{
    Array, Batch, Error, Evaluation, GradientMut, Objective, Options, Reduction, Target, Values,
};
use operation::KnownGradient;

/// Why a loss could not be computed on tensors.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LossError {
    /// The objective refused its arguments.
    #[error(transparent)]
    Objective(#[from] Error),
    /// A tensor that does not live on the Flex backend.
    #[error("`{argument}` must be a tensor on the Flex device")]
    Backend {
        /// Which tensor.
        argument: &'static str,
    },
    /// A tensor of numbers that the objective does not read.
    #[error(
        "`{argument}` has numbers of type {dtype:?}; \
         floats must be F32 or F64, labels plain integers"
    )]
    Dtype {
        /// Which tensor.
        argument: &'static str,
        /// What it holds.
        dtype: DType,
    },
    /// `Reduction::None`: a graph starts from one number.
    #[error(
        "a loss to differentiate needs the reduction `mean` or `sum`; \
         for one value per item call `Objective::evaluate`"
    )]
    PerItem,
    /// A gradient that is not of the prediction's length.
    #[error("`gradient` must have {expected} entries, one for each of `prediction`, got {got}")]
    Gradient {
        /// Entries of the prediction.
        expected: usize,
        /// Entries of the gradient.
        got: usize,
    },
}

/// What a prediction is compared with.
///
/// Made from `Tensor<_, Int>` (class labels, of any integer type) or `Tensor<_>` (numbers:
/// regression targets, soft labels, boxes). A target takes no part in differentiation.
#[derive(Debug, Clone)]
pub struct LossTarget(Kind);

/// Tensors are kept flat, because their rank is part of their type.
#[derive(Debug, Clone)]
enum Kind {
    Labels(Tensor<1, Int>, Vec<usize>),
    Dense(Tensor<1>, Vec<usize>),
}

impl<const D: usize> From<Tensor<D, Int>> for LossTarget {
    fn from(labels: Tensor<D, Int>) -> Self {
        let shape = labels.dims().to_vec();
        LossTarget(Kind::Labels(
            labels.reshape([shape.iter().product::<usize>()]),
            shape,
        ))
    }
}

impl<const D: usize> From<Tensor<D>> for LossTarget {
    fn from(values: Tensor<D>) -> Self {
        let shape = values.dims().to_vec();
        LossTarget(Kind::Dense(
            values.reshape([shape.iter().product::<usize>()]),
            shape,
        ))
    }
}

/// An objective as a loss for Burn models.
///
/// Value and gradient are computed together, in one pass of minimand's own kernels, when the loss
/// is computed; differentiating it only multiplies by the incoming gradient. Without a graph to
/// differentiate, the gradient is not computed.
#[derive(Debug, Clone)]
pub struct LossModule {
    objective: Objective,
    options: Options,
    class_weights: Option<Vec<f64>>,
}

impl LossModule {
    /// The objective with the default options: the mean over what counts.
    pub fn new(objective: Objective) -> Self {
        LossModule {
            objective,
            options: Options::default(),
            class_weights: None,
        }
    }

    /// With other options. `Reduction::None` makes [`forward`](Self::forward) fail with
    /// [`LossError::PerItem`]: there is no gradient per item to hand back.
    pub fn with_options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// With a weight ≥ 0 for each class.
    pub fn with_class_weights(mut self, class_weights: Vec<f64>) -> Self {
        self.class_weights = Some(class_weights);
        self
    }

    /// The objective.
    pub fn objective(&self) -> &Objective {
        &self.objective
    }

    /// The options.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The loss, a tensor `[1]` of the prediction's type that can be differentiated by the
    /// prediction.
    ///
    /// `prediction`: raw scores in the layout of the objective, such as logits `[n, c]`, F32 or
    /// F64. `target`: labels `Tensor<_, Int>`, such as `[n]`, or numbers `Tensor<_>`, such as `[n,
    /// c]`.
    ///
    /// # Errors
    /// What the objective refuses (shapes, labels, non-finite numbers), tensors that are not on the
    /// Flex backend or of another number type, and `Reduction::None`.
    pub fn forward<const D: usize>(
        &self,
        prediction: Tensor<D>,
        target: impl Into<LossTarget>,
    ) -> Result<Tensor<1>, LossError> {
        self.forward_target(prediction, target.into(), None)
    }

    /// [`forward`](Self::forward) with a weight ≥ 0 for each item (or each entry of the labels).
    /// The weights take no part in differentiation.
    ///
    /// # Errors
    /// Those of [`forward`](Self::forward), and weights that are negative or of the wrong shape.
    pub fn forward_weighted<const D: usize, const W: usize>(
        &self,
        prediction: Tensor<D>,
        target: impl Into<LossTarget>,
        weights: Tensor<W>,
    ) -> Result<Tensor<1>, LossError> {
        let weights = Host::float("weights", weights)?;
        let array = Array::new(weights.values()?, weights.shape());
        self.forward_target(prediction, target.into(), Some(array))
    }

    fn forward_target<const D: usize>(
        &self,
        prediction: Tensor<D>,
        target: LossTarget,
        weights: Option<Array<'_>>,
    ) -> Result<Tensor<1>, LossError> {
        match target.0 {
            Kind::Labels(labels, shape) => {
                let labels = Host::int("target", labels)?;
                self.forward_host(
                    prediction,
                    Target::Labels(labels.labels()?, &shape),
                    weights,
                )
            }
            Kind::Dense(values, shape) => {
                let values = Host::float("target", values)?;
                let values = values.values()?;
                self.forward_host(prediction, Target::dense(values, &shape), weights)
            }
        }
    }

    /// [`forward`](Self::forward) with a target (and weights) that are not tensors but slices.
    ///
    /// # Errors
    /// Those of [`forward`](Self::forward).
    pub fn forward_host<const D: usize>(
        &self,
        prediction: Tensor<D>,
        target: Target<'_>,
        weights: Option<Array<'_>>,
    ) -> Result<Tensor<1>, LossError> {
        self.evaluate_host(prediction, target, weights)
            .map(|(_, loss)| loss)
    }

    /// [`forward_host`](Self::forward_host), and the loss as a number, before it was rounded to the
    /// prediction's type.
    pub(crate) fn evaluate_host<const D: usize>(
        &self,
        prediction: Tensor<D>,
        target: Target<'_>,
        weights: Option<Array<'_>>,
    ) -> Result<(f64, Tensor<1>), LossError> {
        if self.options.reduction == Reduction::None {
            return Err(LossError::PerItem);
        }
        let host = Host::float("prediction", prediction.clone())?;
        let batch = Batch {
            weights,
            class_weights: self.class_weights.as_deref(),
            ..Batch::new(Array::new(host.values()?, host.shape()), target)
        };
        if !prediction.is_tracked() {
            let evaluation = self.objective.evaluate(&batch, &self.options)?;
            let loss = scalar(evaluation.value, batch.prediction.values);
            return Ok((evaluation.value, loss));
        }
        let (evaluation, gradient) = self.value_and_gradient(&batch)?;
        let loss = scalar(evaluation.value, batch.prediction.values);
        let loss = Tensor::from_dispatch(Dispatch::known_gradient(
            prediction.into_dispatch(),
            loss.into_dispatch(),
            float_tensor::<D>(gradient).into_dispatch(),
        ));
        Ok((evaluation.value, loss))
    }

    /// The objective's value, and its gradient as data of the prediction's type and shape.
    fn value_and_gradient(&self, batch: &Batch<'_>) -> Result<(Evaluation, TensorData), LossError> {
        let Array { values, shape } = batch.prediction;
        Ok(match values {
            Values::F32(values) => {
                let mut gradient = vec![0.0; values.len()];
                let into = GradientMut::F32(&mut gradient);
                let evaluation = self.objective.evaluate_into(batch, &self.options, into)?;
                (evaluation, TensorData::new(gradient, shape))
            }
            Values::F64(values) => {
                let mut gradient = vec![0.0; values.len()];
                let into = GradientMut::F64(&mut gradient);
                let evaluation = self.objective.evaluate_into(batch, &self.options, into)?;
                (evaluation, TensorData::new(gradient, shape))
            }
        })
    }
}

/// A loss that was computed elsewhere: a tensor `[1]` that holds `value` and whose derivative by
/// `prediction` is `gradient`, entry by entry. Such losses, of one prediction or of several, may be
/// added and scaled as tensors.
///
/// # Errors
/// A gradient of another length, and a prediction that is not F32 or not on the Flex backend.
pub fn known_gradient<const D: usize>(
    prediction: Tensor<D>,
    value: f64,
    gradient: Vec<f32>,
) -> Result<Tensor<1>, LossError> {
    let host = Host::float("prediction", prediction.clone())?;
    let expected = host.f32()?.len();
    if gradient.len() != expected {
        return Err(LossError::Gradient {
            expected,
            got: gradient.len(),
        });
    }
    let loss = float_tensor(TensorData::new(vec![value as f32], [1]));
    if !prediction.is_tracked() {
        return Ok(loss);
    }
    let gradient = float_tensor::<D>(TensorData::new(gradient, host.shape()));
    Ok(Tensor::from_dispatch(Dispatch::known_gradient(
        prediction.into_dispatch(),
        loss.into_dispatch(),
        gradient.into_dispatch(),
    )))
}

/// The numbers of an F32 tensor, in the order of its axes.
///
/// # Errors
/// A tensor that is not F32 or not on the Flex backend.
pub fn numbers<const D: usize>(tensor: &Tensor<D>) -> Result<Vec<f32>, LossError> {
    Ok(Host::float("tensor", tensor.clone())?.f32()?.to_vec())
}

/// A tensor `[1]` of the number type of `like`.
fn scalar(value: f64, like: Values<'_>) -> Tensor<1> {
    float_tensor(match like {
        Values::F32(_) => TensorData::new(vec![value as f32], [1]),
        Values::F64(_) => TensorData::new(vec![value], [1]),
    })
}

/// The data as a tensor, without a copy and whatever number type the device prefers.
fn float_tensor<const D: usize>(data: TensorData) -> Tensor<D> {
    Tensor::from_primitive::<Flex>(FlexTensor::from_data(data))
}
