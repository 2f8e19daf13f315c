//! The one differentiable operation of the layers: a value that was computed outside Burn, with what
//! pulls gradients back through it.

use std::fmt::{Debug, Formatter};
use std::sync::Arc;

use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, backend_extension, flex::FlexTensor};
use burn::tensor::{Tensor, TensorData};

use crate::loss::{Host, LossError};

/// Gradients of the inputs of an operation, of which it may have fewer than three.
pub(super) type Pulled = [Option<TensorData>; 3];

/// From the gradient by the output (and for which inputs a gradient is wanted) to those by the inputs.
type PullFunction = dyn Fn(&[f32], [bool; 3]) -> Pulled + Send + Sync;

/// A [`PullFunction`] that a graph can keep.
#[derive(Clone)]
pub(super) struct Pullback(Arc<PullFunction>);

impl Debug for Pullback {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pullback")
    }
}

/// An input of an operation, whatever its rank.
pub(super) struct Input {
    dispatch: Dispatched,
    is_tracked: bool,
}

type Dispatched = FloatTensor<Dispatch>;

impl<const D: usize> From<Tensor<D>> for Input {
    fn from(tensor: Tensor<D>) -> Self {
        Input {
            is_tracked: tensor.is_tracked(),
            dispatch: tensor.into_dispatch(),
        }
    }
}

impl Input {
    /// For an operation with fewer than three inputs.
    pub(super) fn none() -> Self {
        Tensor::<1>::from_primitive::<Flex>(FlexTensor::from_data(TensorData::new(
            vec![0.0_f32],
            [1],
        )))
        .into()
    }
}

/// `values` of this shape as a function of the inputs.
pub(super) fn function<const D: usize>(
    inputs: [Input; 3],
    values: Vec<f32>,
    shape: [usize; D],
    pullback: impl Fn(&[f32], [bool; 3]) -> Pulled + Send + Sync + 'static,
) -> Tensor<D> {
    let output = FlexTensor::from_data(TensorData::new(values, shape));
    let output = Tensor::<D>::from_primitive::<Flex>(output);
    if !inputs.iter().any(|input| input.is_tracked) {
        return output;
    }
    let [a, b, c] = inputs.map(|input| input.dispatch);
    Tensor::from_dispatch(Dispatch::pulled_back(
        a,
        b,
        c,
        output.into_dispatch(),
        Pullback(Arc::new(pullback)),
    ))
}

/// The numbers of a tensor, without a copy where they are contiguous.
pub(super) fn host<const D: usize>(
    argument: &'static str,
    tensor: &Tensor<D>,
) -> Result<Host, LossError> {
    let host = Host::float(argument, tensor.clone())?;
    // So that reading it later cannot fail.
    host.f32()?;
    Ok(host)
}

/// Gives a value its place in the graph.
#[backend_extension(Flex, Autodiff)]
pub(super) trait PulledBack: Backend {
    /// `output` as a function of the three inputs. It is a constant itself: only inputs receive
    /// gradients.
    fn pulled_back(
        a: FloatTensor<Self>,
        b: FloatTensor<Self>,
        c: FloatTensor<Self>,
        output: FloatTensor<Self>,
        pullback: Pullback,
    ) -> FloatTensor<Self>;
}

/// Applies a pullback to the tensors of a backend.
pub(super) trait Pull: Backend {
    fn pull(
        gradient: FloatTensor<Self>,
        wanted: [bool; 3],
        pullback: &Pullback,
    ) -> [Option<FloatTensor<Self>>; 3];
}

impl PulledBack for Flex {
    fn pulled_back(
        _a: FloatTensor<Self>,
        _b: FloatTensor<Self>,
        _c: FloatTensor<Self>,
        output: FloatTensor<Self>,
        _pullback: Pullback,
    ) -> FloatTensor<Self> {
        output
    }
}

impl Pull for Flex {
    fn pull(
        gradient: FloatTensor<Self>,
        wanted: [bool; 3],
        pullback: &Pullback,
    ) -> [Option<FloatTensor<Self>>; 3] {
        let gradient = gradient.to_contiguous();
        match gradient.as_slice::<f32>() {
            Some(gradient) => {
                (pullback.0)(gradient, wanted).map(|data| data.map(FlexTensor::from_data))
            }
            // An output is F32, and so are gradients by it.
            None => [None, None, None],
        }
    }
}

impl<B: Backend + PulledBack + Pull, C: CheckpointStrategy> PulledBack for Autodiff<B, C> {
    fn pulled_back(
        a: FloatTensor<Self>,
        b: FloatTensor<Self>,
        c: FloatTensor<Self>,
        output: FloatTensor<Self>,
        pullback: Pullback,
    ) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct PullBack;

        impl<B: Backend + Pull> Backward<B, 3> for PullBack {
            type State = Pullback;

            fn backward(
                self,
                ops: Ops<Self::State, 3>,
                grads: &mut Gradients,
                _checkpointer: &mut Checkpointer,
            ) {
                let incoming = grads.consume::<B>(&ops.node);
                let wanted = ops.parents.each_ref().map(Option::is_some);
                let pulled = B::pull(incoming, wanted, &ops.state);
                for (parent, gradient) in ops.parents.into_iter().zip(pulled) {
                    if let (Some(parent), Some(gradient)) = (parent, gradient) {
                        grads.register::<B>(parent.id, gradient);
                    }
                }
            }
        }

        // The guards keep the inputs' nodes alive until the step is registered.
        let guards = [a.node(), b.node(), c.node()];
        match PullBack.prepare::<C>(guards).compute_bound().stateful() {
            OpsKind::Tracked(step) => step.finish(pullback, output.into_primitive()),
            OpsKind::UnTracked(step) => step.finish(output.into_primitive()),
        }
    }
}
