"""Losses of the last layer of a model, whose logits are not held, as modules and functions of PyTorch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import torch
from torch import Tensor, nn

from . import _terms
from ._loss import Loss as ArrayLoss
from ._minimand import DTypeError, Objective, UnsupportedError, evaluate_layer
from ._torch_kernel import objective_of
from .linear import Head
from .linear import LinearLoss as ArrayLinearLoss
from .torch import evaluate

Call = tuple[str, _terms.Options, dict[str, Any]]
"""Expression, options of the reduction, settings of the head."""


class _Layer(torch.autograd.Function):
    """A layer's loss with the gradients of its factors, from the fused kernels."""

    @staticmethod
    def forward(
        ctx: Any,
        states: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        target: Tensor,
        weights: Tensor | None,
        class_weights: Tensor | None,
        mask: Tensor | None,
        call: Call,
    ) -> Tensor:
        ctx.call, ctx.learns = call, ctx.needs_input_grad[:3]
        arrays = (states, weight, bias, target, weights, class_weights, mask)
        once = call[1].reduction != "none"
        value: Tensor
        value, *gradients = _run(arrays, call, ctx.learns if once else (False,) * 3)
        # Of several items, what comes back for each of them decides: they are evaluated again.
        ctx.save_for_backward(*(gradients if once else arrays))
        return value

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, by_value: Tensor) -> tuple[Tensor | None, ...]:
        expression, options, settings = ctx.call
        if options.reduction != "none":
            gradients = [None if g is None else by_value * g for g in ctx.saved_tensors]
            return (*gradients, *(None,) * 5)
        *arrays, weights, class_weights, mask = ctx.saved_tensors
        each = by_value.double() if weights is None else by_value.double() * _spread(weights, by_value)
        call = (expression, replace(options, reduction="sum"), settings)
        total: list[Tensor | None] = [None, None, None]
        for sign in (1.0, -1.0):
            part = (sign * each).clamp(min=0.0)
            if sign > 0 or bool(part.any()):
                _, *gradients = _run((*arrays, part, class_weights, mask), call, ctx.learns)
                for i, g in enumerate(gradients):
                    before = total[i]
                    if g is not None:
                        total[i] = sign * g if before is None else before + sign * g
        return (*total, *(None,) * 5)


def _spread(weights: Tensor, items: Tensor) -> Tensor:
    """A weight for each item, of weights of items or of the first axis."""
    if weights.numel() == items.numel():
        return weights.reshape(items.shape).double()
    return weights.reshape(-1, *[1] * (items.dim() - 1)).expand(items.shape).double()


@torch.compiler.disable  # type: ignore[untyped-decorator]
def _run(
    arrays: Sequence[Tensor | None], call: Call, learns: Sequence[bool]
) -> tuple[Tensor, Tensor | None, Tensor | None, Tensor | None]:
    """Value (or losses of the items), and gradients of states, weight and bias where they are asked for."""
    states, weight, bias, target, weights, class_weights, mask = (None if x is None else x.detach() for x in arrays)
    assert states is not None and weight is not None and target is not None
    expression, options, settings = call
    rows = settings["head"] not in ("large_margin", "proxies")
    result = evaluate_layer(
        objective_of(expression),
        states.numpy(),
        weight.numpy(),
        target.numpy(),
        None if bias is None else bias.numpy(),
        weights=None if weights is None else weights.numpy(),
        class_weights=None if class_weights is None else class_weights.numpy(),
        mask=None if mask is None else mask.numpy(),
        reduction=options.reduction,
        denominator=options.denominator,
        ignore_index=options.ignore_index,
        empty=options.empty,
        settings={**settings, "gradient": any(learns), "frozen": rows and not any(learns[1:])},
    )
    value, items, _, *gradients = result
    found = torch.tensor(value, dtype=states.dtype) if items is None else torch.from_numpy(items)
    wanted = (torch.from_numpy(g) if g is not None and asked else None for g, asked in zip(gradients, learns, strict=True))
    by_states, by_weight, by_bias = wanted
    return found.to(states.dtype), by_states, by_weight, by_bias


class LinearLoss(nn.Module):
    """An objective over classes on a linear layer, without parameters of its own.

    ``expression``, ``head`` and the settings of heads are those of :class:`minimand.linear.LinearLoss`; ``reduction``,
    ``denominator``, ``ignore_index`` and ``empty`` those of :class:`minimand.torch.Loss`.

    Called with states [..., d], a weight [classes, d] and a target (labels of the leading shape, or soft labels
    [..., classes]); further with ``bias`` [classes], ``weights``, ``class_weights`` and ``mask``. Differentiated, once,
    by states, weight and bias. On the CPU the logits are never held. Tensors of other devices write them out and compose
    the loss of PyTorch's operations; the heads "large_margin" and "proxies" are for the CPU alone.
    """

    def __init__(
        self,
        expression: str | Objective | ArrayLoss = "cross_entropy",
        *,
        head: Head = "linear",
        reduction: str = "mean",
        denominator: str | float = "weights",
        ignore_index: int = -100,
        empty: str = "zero",
        **settings: Any,
    ) -> None:
        super().__init__()
        loss = ArrayLinearLoss(expression, head=head, **settings)
        self.expression = loss.expression
        self.settings = dict(loss._settings)
        self.options = _terms.Options(reduction, denominator, ignore_index, empty)

    def forward(
        self,
        states: Tensor,
        weight: Tensor,
        target: Tensor,
        *,
        bias: Tensor | None = None,
        weights: Tensor | None = None,
        class_weights: Tensor | Sequence[float] | None = None,
        mask: Tensor | None = None,
    ) -> Tensor:
        """The loss."""
        if not states.is_floating_point():
            raise DTypeError(f"`states` must hold real numbers, got {states.dtype}")
        if states.dtype not in (torch.float32, torch.float64):
            states = states.float()
        weight = weight.to(states.dtype)
        bias = None if bias is None else bias.to(states.dtype)
        target = target.to(states.dtype) if target.is_floating_point() else target
        if class_weights is not None and not isinstance(class_weights, Tensor):
            class_weights = torch.tensor(class_weights, dtype=torch.float64)
        if states.device.type == "cpu":
            call = (self.expression, self.options, self.settings)
            value = _Layer.apply(states, weight, bias, target, weights, class_weights, mask, call)
            assert isinstance(value, Tensor)  # It has one output.
            return value
        logits = _logits(states, weight, bias, self.settings)
        value = evaluate(
            self.expression,
            logits.movedim(-1, 1),
            target.movedim(-1, 1) if target.is_floating_point() else target,
            weights=weights,
            class_weights=class_weights,
            mask=mask,
            **asdict(self.options),
        )
        assert isinstance(value, Tensor)  # Modules that import each other are known as `Any`.
        return value

    def extra_repr(self) -> str:
        """The expression and the head."""
        return f"{self.expression!r}, head={self.settings['head']!r}"


def _logits(states: Tensor, weight: Tensor, bias: Tensor | None, settings: dict[str, Any]) -> Tensor:
    """The logits of a head, written out."""
    head, scale, cap = settings["head"], settings["scale"], settings["soft_cap"]
    z: Tensor
    if head in ("large_margin", "proxies"):
        raise UnsupportedError(f'head="{head}" is for tensors of the CPU, got {states.device}')
    if head == "distance":
        product = states @ weight.T
        sizes = states.square().sum(-1, keepdim=True) + weight.square().sum(1)
        z = scale * ((1.0 + settings["epsilon"]) * sizes - 2.0 * product)
    else:
        if head in ("cosine", "unit_states"):
            states = nn.functional.normalize(states, dim=-1)
        if head in ("cosine", "unit_weight"):
            weight = nn.functional.normalize(weight, dim=-1)
        z = states @ weight.T * (1.0 if head == "linear" else scale)
        z = z if bias is None else z + bias
    return z if cap is None else (z / cap).tanh() * float(cap)


def linear_cross_entropy(
    input: Tensor,
    linear_weight: Tensor,
    target: Tensor,
    *,
    linear_bias: Tensor | None = None,
    label_smoothing: float = 0.0,
    weights: Tensor | None = None,
    class_weights: Tensor | Sequence[float] | None = None,
    mask: Tensor | None = None,
    reduction: str = "mean",
    denominator: str | float = "weights",
    ignore_index: int = -100,
    empty: str = "zero",
) -> Tensor:
    """Cross-entropy of the logits input·linear_weightᵀ + linear_bias, which are never held.

    Shapes: input [..., d], linear_weight [classes, d], linear_bias [classes]; labels of the leading shape, or soft
    labels [..., classes], whose mean divides by their mass. Differentiated by input, weight and bias. In nats, ≥ 0.
    """
    loss = LinearLoss(
        f"cross_entropy(label_smoothing={float(label_smoothing)!r})",
        reduction=reduction,
        denominator=denominator,
        ignore_index=ignore_index,
        empty=empty,
    )
    value = loss(
        input, linear_weight, target, bias=linear_bias, weights=weights, class_weights=class_weights, mask=mask
    )
    assert isinstance(value, Tensor)  # Modules are called through `Any`.
    return value


class LargeMarginSoftmaxLoss(nn.Module):
    """Large-margin softmax (L-Softmax) with a weight that learns: the angle between an embedding and the weight of its
    class is multiplied.

    num_classes, embedding_size
        Shape of the weight, `[num_classes, embedding_size]`.
    margin
        The factor of the angle, a whole number in 1..8.
    scale
        A factor of all logits.
    unit_weight
        Leave the lengths of the weight out: SphereFace as it was published.
    expression
        What is made of the logits.

    Called with embeddings `[n, d]` and labels `[n]`, and what :class:`LinearLoss` takes besides. For the CPU. Source:
    Liu et al. 2016.
    """

    def __init__(
        self,
        num_classes: int,
        embedding_size: int,
        *,
        margin: int = 4,
        scale: float = 1.0,
        unit_weight: bool = False,
        expression: str = "cross_entropy",
        **options: Any,
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(num_classes, embedding_size))
        nn.init.normal_(self.weight)
        self.loss = LinearLoss(
            expression, head="large_margin", margin=margin, scale=scale, unit_weight=unit_weight, **options
        )

    def forward(self, embeddings: Tensor, labels: Tensor, **more: Any) -> Tensor:
        """The loss."""
        value = self.loss(embeddings, self.weight, labels, **more)
        assert isinstance(value, Tensor)  # Modules are called through `Any`.
        return value
