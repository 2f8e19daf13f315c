"""Objectives of PyTorch tensors.

    criterion = minimand.torch.Loss("dice + cross_entropy")
    loss = criterion(logits, labels)
    loss.backward()

    loss = minimand.torch.focal(logits, labels, gamma=2.0)
    loss = minimand.torch.linear_cross_entropy(states, weight, labels)

Tensors of the CPU go to the fused kernels, which read them where they lie and give value and gradient in one pass;
``backward`` then multiplies by the incoming gradient. Tensors of other devices run the same formulas composed of
PyTorch's own operations, which ``torch.compile`` fuses. So does whatever is differentiated more than once
(``create_graph=True``). Losses of groups, of fields and of pairs have no such formula: they are for the CPU, once.

Beside the losses of the catalogue there are modules that bring weights or keep something (:class:`LargeMarginSoftmaxLoss`,
:class:`ManifoldLoss`, :class:`DynamicSoftMarginLoss`, :class:`CrossBatchMemory`), that judge the last layer of a model
(:class:`LinearLoss`), or that go around any loss (:class:`DeepSupervisionLoss`, :class:`MultiScaleLoss`,
:class:`PerceptualLoss`, :class:`PatchAdversarialLoss`).

float16 and bfloat16 predictions are widened to float32, and so is the loss; their gradient comes back in their own
type. On other devices nothing is asked of the numbers: a label that is no class gives NaN where the CPU raises an
error.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

try:
    import torch
    from torch import Tensor, nn
except ImportError as error:
    raise ImportError("`minimand.torch` needs PyTorch: install it with `pip install torch`") from error

from . import _functions, _terms, _torch_kernel
from ._loss import Loss as ArrayLoss
from ._minimand import DTypeError, Objective, ParameterError, ShapeError, UnsupportedError

if TYPE_CHECKING:
    from ._torch_adversarial import PatchAdversarialLoss
    from ._torch_embedding import DynamicSoftMarginLoss, ManifoldLoss, triplet_margin_with_distance_loss
    from ._torch_linear import LargeMarginSoftmaxLoss, LinearLoss, linear_cross_entropy
    from ._torch_wrappers import CrossBatchMemory, DeepSupervisionLoss, MultiScaleLoss, PerceptualLoss

__all__ = [
    "CrossBatchMemory",
    "DeepSupervisionLoss",
    "DynamicSoftMarginLoss",
    "LargeMarginSoftmaxLoss",
    "LinearLoss",
    "Loss",
    "ManifoldLoss",
    "MultiScaleLoss",
    "PatchAdversarialLoss",
    "PerceptualLoss",
    "evaluate",
    "gather",
    "linear_cross_entropy",
    "triplet_margin_with_distance_loss",
]

_ELSEWHERE = {
    "CrossBatchMemory": "_torch_wrappers",
    "DeepSupervisionLoss": "_torch_wrappers",
    "DynamicSoftMarginLoss": "_torch_embedding",
    "LargeMarginSoftmaxLoss": "_torch_linear",
    "LinearLoss": "_torch_linear",
    "ManifoldLoss": "_torch_embedding",
    "MultiScaleLoss": "_torch_wrappers",
    "PatchAdversarialLoss": "_torch_adversarial",
    "PerceptualLoss": "_torch_wrappers",
    "linear_cross_entropy": "_torch_linear",
    "triplet_margin_with_distance_loss": "_torch_embedding",
}
"""What is built on this module, by the module that has it."""


class Loss(nn.Module):
    """An objective as a module without parameters and without state.

    expression
        A loss or a weighted sum of losses, such as ``"focal(gamma=2) + 0.5*squentropy"``; or a loss of
        ``minimand.losses``.
    reduction
        "mean" (weighted sum over the ``denominator``), "sum" (weighted sum), or "none" (one weighted loss per item).
    denominator
        What a mean divides by: "weights" (the sum of the weights that count), "count" (the number of items that
        count), or a number > 0, such as the number of labels of all batches whose gradients are accumulated.
    ignore_index
        The label that does not count.
    empty
        The value of a mean in which nothing counts: "zero" or "nan". The gradient is zero in both cases.
    class_weights
        A weight ≥ 0 for each class, or "balanced": classes weigh the same in all, from the labels of each batch.
    composed
        Compose the value of PyTorch's operations on the CPU too.
    gather
        Evaluate the batches of all processes of ``torch.distributed`` as one (see :func:`gather`).

    Called with a prediction (raw scores wherever the loss has a link of its own) and a target: integers are labels,
    real numbers are numbers; further with ``weights`` (a weight per item or per label), ``class_weights`` (instead of
    the module's own), ``mask`` (true counts) and ``spacing`` (between neighbours along each axis of pixels). Gives a
    tensor without axes, or the losses of the items.

    Differentiated by the prediction; of pairs of embeddings (one term or several) by the target too.

    Raises subclasses of :class:`minimand.Error`, as :class:`minimand.Loss` does.
    """

    class_weights: Tensor | None

    def __init__(
        self,
        expression: str | Objective | ArrayLoss,
        *,
        reduction: str = "mean",
        denominator: str | float = "weights",
        ignore_index: int = -100,
        empty: str = "zero",
        class_weights: Tensor | Sequence[float] | str | None = None,
        composed: bool = False,
        gather: bool = False,
    ) -> None:
        super().__init__()
        self.expression = ArrayLoss(expression).expression
        self.options = _terms.Options(reduction, denominator, ignore_index, empty)
        self.composed = composed
        self.gather = gather
        self.balanced = isinstance(class_weights, str)
        if isinstance(class_weights, str):
            _check_balanced(class_weights)
            class_weights = None
        elif class_weights is not None:
            class_weights = torch.as_tensor(class_weights, dtype=torch.float64).detach().clone()
        # It moves with the module and is no part of its state.
        self.register_buffer("class_weights", class_weights, persistent=False)

    def forward(
        self,
        prediction: Tensor,
        target: Tensor | None = None,
        *,
        weights: Tensor | None = None,
        class_weights: Tensor | Sequence[float] | str | None = None,
        mask: Tensor | None = None,
        spacing: Sequence[float] | None = None,
    ) -> Tensor:
        """The loss."""
        if class_weights is None:
            class_weights = "balanced" if self.balanced else self.class_weights
        if self.gather:
            prediction = gather(prediction)
            target, weights, mask = (None if x is None else gather(x) for x in (target, weights, mask))
        return _evaluate(
            self.expression, prediction, target, weights, class_weights, mask, spacing, self.options, self.composed
        )

    def extra_repr(self) -> str:
        """The expression, and what is not the default."""
        given: dict[str, object] = {
            "reduction": self.options.reduction,
            "denominator": self.options.denominator,
            "ignore_index": self.options.ignore_index,
            "empty": self.options.empty,
            "class_weights": "balanced" if self.balanced else None,
            "composed": self.composed,
            "gather": self.gather,
        }
        if self.class_weights is not None:
            given["class_weights"] = self.class_weights.tolist()
        defaults = inspect.signature(type(self).__init__).parameters
        return ", ".join(
            [repr(self.expression), *(f"{name}={x!r}" for name, x in given.items() if x != defaults[name].default)]
        )


def _check_balanced(class_weights: str) -> None:
    if class_weights != "balanced":
        raise ParameterError(f'`class_weights` must be "balanced" or a weight for each class, got {class_weights!r}')


def evaluate(
    expression: str,
    prediction: Tensor,
    target: Tensor | None = None,
    *,
    weights: Tensor | None = None,
    class_weights: Tensor | Sequence[float] | str | None = None,
    mask: Tensor | None = None,
    spacing: Sequence[float] | None = None,
    reduction: str = "mean",
    denominator: str | float = "weights",
    ignore_index: int = -100,
    empty: str = "zero",
    composed: bool = False,
) -> Tensor:
    """The value of an expression, with all that :class:`Loss` takes."""
    options = _terms.Options(reduction, denominator, ignore_index, empty)
    return _evaluate(expression, prediction, target, weights, class_weights, mask, spacing, options, composed)


def _evaluate(
    expression: str,
    prediction: Tensor,
    target: Tensor | None,
    weights: Tensor | None,
    class_weights: Tensor | Sequence[float] | str | None,
    mask: Tensor | None,
    spacing: Sequence[float] | None,
    options: _terms.Options,
    composed: bool,
) -> Tensor:
    if not prediction.is_floating_point():
        raise DTypeError(f"`prediction` must hold real numbers, got {prediction.dtype}")
    if prediction.dtype not in (torch.float32, torch.float64):
        prediction = prediction.float()
    if target is not None and target.is_floating_point():
        target = target.to(prediction.dtype)
    if weights is not None and weights.dtype in _torch_kernel.HALF:
        weights = weights.float()
    balance = isinstance(class_weights, str)
    if isinstance(class_weights, str):
        _check_balanced(class_weights)
        _check_labels(prediction, target)
        class_weights = None
    elif class_weights is not None and not isinstance(class_weights, Tensor):
        class_weights = torch.tensor(class_weights, dtype=torch.float64)
    shapes = _torch_kernel.shapes_of(expression)
    recorded = torch.is_grad_enabled()
    by_prediction = recorded and prediction.requires_grad
    by_target = recorded and target is not None and target.requires_grad
    if by_target and any(shape != "pairs" for shape in shapes):
        raise UnsupportedError(
            f"`{expression}` is differentiated by its prediction, not by its target: give `target.detach()`"
        )
    # The regions of an item share its pixels: what comes back for each of them is spread by the formula.
    spread = by_prediction and options.reduction == "none" and "regions" in shapes
    if composed or spread or prediction.device.type != "cpu":
        return _torch_kernel.composed(expression, prediction, target, weights, class_weights, mask, balance, options)
    value: Tensor = _torch_kernel.evaluate(
        prediction,
        target,
        weights,
        class_weights,
        mask,
        balance,
        None if spacing is None else [float(x) for x in spacing],
        expression,
        options.reduction,
        str(options.denominator),
        options.ignore_index,
        options.empty,
        by_prediction or by_target,
        by_target,
    )[0]
    return value


def _check_labels(prediction: Tensor, target: Tensor | None) -> None:
    if prediction.dim() < 2:
        raise ShapeError(f"`prediction` must have shape [items, classes, …], got {list(prediction.shape)}")
    if target is None:
        raise ShapeError('`target` must hold the labels that `class_weights="balanced"` counts, got no target')
    if target.is_floating_point():
        raise DTypeError(f'`class_weights="balanced"` counts labels: `target` must hold integers, got {target.dtype}')


class _Gather(torch.autograd.Function):
    """The rows of all processes; back goes the sum of what every process gives for one's own rows."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, group: Any) -> Tensor:
        distributed = torch.distributed
        ctx.group, ctx.rank = group, distributed.get_rank(group)
        lengths = [torch.zeros(1, dtype=torch.int64, device=x.device) for _ in range(distributed.get_world_size(group))]
        distributed.all_gather(lengths, torch.tensor([x.shape[0]], device=x.device), group=group)
        ctx.lengths = [int(length) for length in lengths]
        # What is exchanged has one length everywhere.
        padded = x.new_zeros((max(ctx.lengths), *x.shape[1:]))
        padded[: x.shape[0]] = x
        parts = [torch.empty_like(padded) for _ in ctx.lengths]
        distributed.all_gather(parts, padded, group=group)
        return torch.cat([part[:length] for part, length in zip(parts, ctx.lengths, strict=True)])

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        gradient = gradients[0].contiguous().clone()
        torch.distributed.all_reduce(gradient, group=ctx.group)
        return torch.split(gradient, ctx.lengths)[ctx.rank], None


def gather(x: Tensor, group: Any = None) -> Tensor:
    """The rows (along the first axis) of all processes of ``torch.distributed``, in the order of their ranks.

    For losses that compare all rows of a batch with each other: every process computes the loss of the whole batch.
    The numbers of rows may differ, all other axes are as long everywhere. Differentiable: a process receives the sum of
    what all give for its rows, so that after the mean over processes of ``DistributedDataParallel`` gradients are those
    of the loss of the whole batch. Labels are gathered as they are: they must tell rows apart across processes.
    Without other processes, ``x``.
    """
    distributed = torch.distributed
    if not (distributed.is_available() and distributed.is_initialized()) or distributed.get_world_size(group) == 1:
        return x
    if x.dim() == 0:
        raise ShapeError("an array without axes has no rows to gather")
    gathered = _Gather.apply(x, group)
    assert isinstance(gathered, Tensor)  # It has one output.
    return gathered


@torch.compiler.assume_constant_result  # type: ignore[untyped-decorator]
def _expression_of(name: str, parameters: tuple[tuple[str, Any], ...]) -> str:
    return _functions.expression_of(name, parameters)


@lru_cache(maxsize=None)
def _function(name: str) -> Callable[..., Tensor] | None:
    return _functions.function_of(name, evaluate, _expression_of)


def __getattr__(name: str) -> Any:
    if name in _ELSEWHERE:
        return getattr(importlib.import_module(f"{__package__}.{_ELSEWHERE[name]}"), name)
    function = None if name.startswith("_") else _function(name)
    if function is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return function


def __dir__() -> list[str]:
    return [*__all__, *_functions.names()]
