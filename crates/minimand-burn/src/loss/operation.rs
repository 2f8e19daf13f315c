//! The one differentiable operation: a value whose derivative is already known.

use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind, unary};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, TensorMetadata, backend_extension};
use burn::tensor::Shape;

/// Gives a value that was computed outside Burn its place in the graph.
#[backend_extension(Flex, Autodiff)]
pub(super) trait KnownGradient: Backend {
    /// `value` `[1]`, as a function of `prediction` with derivative `gradient` (of `prediction`'s
    /// shape).
    ///
    /// `value` and `gradient` are constants: only `prediction` receives a gradient.
    fn known_gradient(
        prediction: FloatTensor<Self>,
        value: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

impl KnownGradient for Flex {
    fn known_gradient(
        _prediction: FloatTensor<Self>,
        value: FloatTensor<Self>,
        _gradient: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        value
    }
}

impl<B: Backend + KnownGradient, C: CheckpointStrategy> KnownGradient for Autodiff<B, C> {
    fn known_gradient(
        prediction: FloatTensor<Self>,
        value: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct Scale;

        impl<B: Backend> Backward<B, 1> for Scale {
            type State = FloatTensor<B>;

            fn backward(
                self,
                ops: Ops<Self::State, 1>,
                grads: &mut Gradients,
                _checkpointer: &mut Checkpointer,
            ) {
                unary::<B, _>(ops.parents, ops.node, grads, |incoming| {
                    let gradient = ops.state;
                    let ones = vec![1; gradient.rank()];
                    B::float_mul(gradient, B::float_reshape(incoming, Shape::from(ones)))
                });
            }
        }

        // The guard keeps the input's node alive until the step is registered.
        let guard = prediction.node();
        match Scale.prepare::<C>([guard]).compute_bound().stateful() {
            OpsKind::Tracked(step) => {
                step.finish(gradient.into_primitive(), value.into_primitive())
            }
            OpsKind::UnTracked(step) => step.finish(value.into_primitive()),
        }
    }
}
