//! Losses of linear layers: hidden states and a weight matrix in, value and all gradients out, without the
//! logits of the batch in between.
//!
//! Language models, large classifiers and metric learning end in a product of hidden states with a matrix that
//! has a row per class, and its logits are most of their memory. [`LinearRows`] evaluates any loss over classes
//! on such a layer block by block; [`Head`] says what the layer makes of its two factors.

mod class_vectors;
mod large_margin;
mod problem;
mod proxies;
mod spherical_layer;
mod units;

pub use crate::kernels::linear_rows::Head;
pub use class_vectors::{feature_norm_penalty, project_max_norm, simplex_etf, tau_normalize};
pub use large_margin::LargeMargin;
pub use proxies::{Pool, Proxies, proxy_spread};
pub use spherical_layer::{SphericalLayer, SphericalLoss};

use crate::batch::{Array, Batch, Empty, Options, Reduction, Values};
use crate::error::Error;
use crate::kernels::linear_rows::{self, LinearGradients};
use crate::objective::{Gradient, Objective};
use crate::shapes::{self, Precision};

/// The last layer of a model: its matrix and maybe a bias, in the precision of the states.
#[derive(Debug, Clone, Copy)]
pub struct Layer<'a> {
    /// `[c, d]`: a row for each class.
    pub weight: Array<'a>,
    /// `[c]`.
    pub bias: Option<Array<'a>>,
}

impl<'a> Layer<'a> {
    /// A layer without bias.
    pub fn new(weight: Array<'a>) -> Self {
        Layer { weight, bias: None }
    }

    /// With a number per class that is added to its logits.
    pub fn bias(mut self, bias: Array<'a>) -> Self {
        self.bias = Some(bias);
        self
    }
}

/// What an evaluation gives.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearEvaluation {
    /// The reduced value; under [`Reduction::None`] the sum of `per_item`.
    pub value: f64,
    /// Weighted loss of every item, under [`Reduction::None`].
    pub per_item: Option<Vec<f64>>,
    /// Number of items that count.
    pub count: usize,
    /// ∂value/∂states in their shape, if gradients were asked for.
    pub states: Option<Gradient>,
    /// ∂value/∂weight `[c, d]`, if gradients were asked for and the layer is not frozen.
    pub weight: Option<Gradient>,
    /// ∂value/∂bias `[c]`, if there is one besides.
    pub bias: Option<Gradient>,
}

/// An objective over classes on the logits of a linear layer that are never held all at once.
///
/// Beside inputs and gradients an evaluation needs the logits of a ninth of the batch, of 128 rows at most
/// (32 at least). It gives the same bits for any number of threads.
///
/// ```
/// use minimand::linear::{Layer, LinearRows};
/// use minimand::{Array, Batch, Gradient, Options, Target};
///
/// // Two tokens with three features, a vocabulary of four; the second does not count.
/// let states = vec![0.5f32, -1.0, 2.0, 1.0, 0.0, -0.5];
/// let weight = vec![0.1f32, 0.2, 0.3, -0.4, 0.5, 0.6, 0.7, -0.8, 0.9, 0.0, 0.1, -0.2];
/// let labels = vec![2i64, -100];
/// let batch = Batch::new(Array::new(&states, &[2, 3]), Target::labels(&labels, &[2]));
/// let layer = Layer::new(Array::new(&weight, &[4, 3]));
///
/// let objective = "cross_entropy(label_smoothing=0.1) + 0.0001*z_regularization".parse()?;
/// let result = LinearRows::new(objective).soft_cap(30.0).value_and_gradients(
///     &batch,
///     &layer,
///     &Options::default(),
/// )?;
/// assert_eq!(result.count, 1);
/// let Some(Gradient::F32(gradient)) = result.states else { unreachable!() };
/// assert!(gradient[..3].iter().all(|&g| g != 0.0) && gradient[3..] == [0.0; 3]);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct LinearRows {
    objective: Objective,
    head: Head,
    soft_cap: Option<f64>,
    frozen: bool,
}

impl LinearRows {
    /// Losses over classes on plain products of states and weight.
    pub fn new(objective: Objective) -> Self {
        LinearRows {
            objective,
            head: Head::Linear,
            soft_cap: None,
            frozen: false,
        }
    }

    /// With another map of states and weight to logits.
    pub fn head(mut self, head: Head) -> Self {
        self.head = head;
        self
    }

    /// With logits z replaced by c·tanh(z/c), which stays within ±c; c > 0.
    pub fn soft_cap(mut self, cap: f64) -> Self {
        self.soft_cap = Some(cap);
        self
    }

    /// With a layer that is not trained: there are no gradients of weight and bias, which saves their time.
    pub fn frozen_layer(mut self) -> Self {
        self.frozen = true;
        self
    }

    /// The value alone. The batch's prediction are hidden states `[…, d]`, its target labels of the leading
    /// shape with values in `0..c`, or soft labels `[…, c]` that sum to 1 (such as a teacher's probabilities; they
    /// are as large as the logits that are never held); weights, class weights and mask are as for any other
    /// objective.
    ///
    /// # Errors
    /// Shapes that do not fit, states and layer of mixed precision, labels that are no class, numbers that are
    /// not finite, soft labels that are no distribution or that a loss has no meaning for, losses of another shape
    /// than rows, parameters of the head out of range.
    pub fn evaluate(
        &self,
        batch: &Batch<'_>,
        layer: &Layer<'_>,
        options: &Options,
    ) -> Result<LinearEvaluation, Error> {
        match batch.prediction.values {
            Values::F32(states) => self.run(states, batch, layer, options, false),
            Values::F64(states) => self.run(states, batch, layer, options, false),
        }
    }

    /// The value and newly allocated gradients.
    ///
    /// # Errors
    /// As for [`evaluate`](LinearRows::evaluate).
    pub fn value_and_gradients(
        &self,
        batch: &Batch<'_>,
        layer: &Layer<'_>,
        options: &Options,
    ) -> Result<LinearEvaluation, Error> {
        match batch.prediction.values {
            Values::F32(states) => self.run(states, batch, layer, options, true),
            Values::F64(states) => self.run(states, batch, layer, options, true),
        }
    }

    fn run<T: Precision>(
        &self,
        states: &[T],
        batch: &Batch<'_>,
        layer: &Layer<'_>,
        options: &Options,
        with_gradients: bool,
    ) -> Result<LinearEvaluation, Error> {
        batch.check()?;
        self.head.check(layer.bias.is_some())?;
        if let Some(cap) = self.soft_cap
            && !(cap > 0.0 && cap.is_finite())
        {
            return Err(Error::Parameter {
                loss: self.objective.to_string(),
                parameter: "soft_cap".to_string(),
                expected: "a finite number above 0".to_string(),
                got: cap.to_string(),
            });
        }
        let soft = shapes::DenseTarget::<T>::new(&batch.target);
        let mut problem = self.problem(states, batch, layer, &soft)?;
        let terms = self.terms(batch, options, &soft, &mut problem)?;
        let (weight, classes) = (problem.weight, problem.classes);
        let has_bias = problem.bias.is_some();
        let positions = states.len() / problem.width;
        let mut per_item = (options.reduction == Reduction::None).then(|| vec![0.0; positions]);
        let zeros = |wanted: bool, len: usize| wanted.then(|| vec![T::default(); len]);
        let layer_too = with_gradients && !self.frozen;
        let mut by_states = zeros(with_gradients, states.len());
        let mut by_weight = zeros(layer_too, weight.len());
        let mut by_bias = zeros(layer_too && has_bias, classes);
        let value = match terms {
            Some(terms) => {
                let gradients = by_states.as_deref_mut().map(|states| LinearGradients {
                    states,
                    weight: by_weight.as_deref_mut(),
                    bias: by_bias.as_deref_mut(),
                });
                linear_rows::evaluate(&problem, &terms, gradients, per_item.as_deref_mut())?
            }
            None if options.empty == Empty::Nan => f64::NAN,
            None => 0.0,
        };
        Ok(LinearEvaluation {
            value,
            per_item,
            count: problem.rows.len(),
            states: by_states.map(T::gradient),
            weight: by_weight.map(T::gradient),
            bias: by_bias.map(T::gradient),
        })
    }
}
