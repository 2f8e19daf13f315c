"""Losses of embeddings that keep something between batches, and of triplets with any distance, for PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from ._minimand import DynamicSoftMargin, ParameterError, ShapeError, UnsupportedError, manifold
from .torch import evaluate

__all__ = ["DynamicSoftMarginLoss", "ManifoldLoss", "triplet_margin_with_distance_loss"]


class _Given(torch.autograd.Function):
    """A value whose gradients are known already."""

    @staticmethod
    def forward(ctx: Any, value: Tensor, count: int, *arrays: Tensor) -> Tensor:
        ctx.save_for_backward(*arrays[count:])
        return value.clone()

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, by_value: Tensor) -> tuple[Tensor | None, ...]:
        gradients = [by_value * g for g in ctx.saved_tensors]
        return (None, None, *gradients, *(None for _ in gradients))


def _given(value: float, arrays: list[Tensor], gradients: list[Tensor]) -> Tensor:
    result = _Given.apply(arrays[0].new_tensor(value), len(arrays), *arrays, *gradients)
    assert isinstance(result, Tensor)  # It has one output.
    return result


def _array(x: Tensor, argument: str) -> Any:
    """An array of the CPU in a precision that kernels have."""
    if x.device.type != "cpu":
        raise UnsupportedError(f"`{argument}` must be on the CPU, got a tensor of {x.device}: give `{argument}.cpu()`")
    x = x.detach()
    return (x.float() if x.is_floating_point() and x.dtype not in (torch.float32, torch.float64) else x).numpy()


class DynamicSoftMarginLoss(nn.Module):
    """A triplet loss without a margin to choose: each triplet weighs as much as it is harder than those of late.

    num_bins
        Bins of the histogram of d(a, p) − d(a, n) over −2..2, of unit vectors.
    momentum
        How far a batch moves the histogram, in 0..1; the first batch moves it all the way.

    The mean over all triplets of CDF(t)·t, with weights that are held fixed. Called with embeddings [n, d] and labels
    [n]. The histogram is part of the state. In training mode each call moves it; ``eval()`` leaves it as it is. For the
    CPU. Source: Zhang and Rusinkiewicz 2019.
    """

    histogram: Tensor

    def __init__(self, *, num_bins: int = 10, momentum: float = 0.01) -> None:
        super().__init__()
        DynamicSoftMargin(num_bins, momentum)  # It says what is wrong with them.
        self.num_bins, self.momentum = num_bins, momentum
        self.register_buffer("histogram", torch.zeros(num_bins + 1, dtype=torch.float64))

    @torch.compiler.disable  # type: ignore[untyped-decorator]
    def forward(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """The loss."""
        loss = DynamicSoftMargin(self.num_bins, self.momentum, self.histogram.tolist())
        value, gradient = loss.step(_array(embeddings, "embeddings"), _array(labels, "labels"))
        if self.training:
            self.histogram.copy_(torch.from_numpy(loss.histogram))
        return _given(value, [embeddings], [torch.from_numpy(gradient).to(embeddings.dtype)])


class ManifoldLoss(nn.Module):
    """Manifold similarity with proxies that learn: along the graph of a batch each embedding is nearest to its own.

    embedding_size, num_proxies
        Shape of the proxies, `[num_proxies, embedding_size]`.
    intrinsic, context
        Weights ≥ 0 of the two parts.
    alpha
        Probability with which the walk goes on, between 0 and 1.
    margin
        By how much the own proxy must lead.

    Called with embeddings [n, d] and the number of each one's proxy [n] (its group of classes). In O((n + k)³). For the
    CPU. Source: Aziere and Todorovic 2019.
    """

    def __init__(
        self,
        embedding_size: int,
        num_proxies: int = 50,
        *,
        intrinsic: float = 1.0,
        context: float = 1.0,
        alpha: float = 0.8,
        margin: float = 5e-4,
    ) -> None:
        super().__init__()
        self.proxies = nn.Parameter(torch.randn(num_proxies, embedding_size))
        self.settings = {"intrinsic": intrinsic, "context": context, "alpha": alpha, "margin": margin}

    @torch.compiler.disable  # type: ignore[untyped-decorator]
    def forward(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """The loss."""
        arrays = _array(embeddings, "embeddings"), _array(self.proxies, "proxies"), _array(labels, "labels")
        value, by_embeddings, by_proxies = manifold(*arrays, **self.settings)
        gradients = [
            torch.from_numpy(by_embeddings).to(embeddings.dtype),
            torch.from_numpy(by_proxies).to(self.proxies.dtype),
        ]
        return _given(value, [embeddings, self.proxies], gradients)


def triplet_margin_with_distance_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    weights: Tensor | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Triplets that are given one by one: max(0, margin + d(a, p) − d(a, n)), with any distance.

    ``distance_function`` makes a distance for each row of two tensors, of PyTorch's operations; by default it is
    ``torch.nn.functional.pairwise_distance``. With ``swap`` the negative is compared with the positive too, and the
    nearer counts. The hinge is the loss ``hinge``; the gradient goes through the distances. Of all triplets of a batch
    with labels: ``triplet``. In units of the distance, ≥ 0.
    """
    if margin <= 0.0:
        raise ParameterError(f"`margin` must be above 0, got {margin}")
    if not anchor.dim() == positive.dim() == negative.dim():
        shapes = ", ".join(str(list(x.shape)) for x in (anchor, positive, negative))
        raise ShapeError(f"`anchor`, `positive` and `negative` must have equally many axes, got {shapes}")
    distance = distance_function or nn.functional.pairwise_distance
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = torch.minimum(far, distance(positive, negative))
    lead = far - near
    expression = f"hinge(margin={float(margin)!r})"
    return evaluate(expression, lead, torch.ones_like(lead), weights=weights, reduction=reduction)
