"""Modules of PyTorch around any loss: several scales, a memory of embeddings, a network's features."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from ._loss import Loss as ArrayLoss
from ._minimand import Objective, ParameterError, ShapeError, UnsupportedError
from ._torch_kernel import shapes_of
from .torch import Loss, evaluate

__all__ = ["CrossBatchMemory", "DeepSupervisionLoss", "MultiScaleLoss", "PerceptualLoss"]

AnyLoss = str | Objective | ArrayLoss | Callable[..., Tensor]
"""An expression, or whatever is called with a prediction and a target."""


def _module(loss: AnyLoss) -> Callable[..., Tensor]:
    return loss if callable(loss) and not isinstance(loss, ArrayLoss) else Loss(loss)


class DeepSupervisionLoss(nn.Module):
    """One loss on the predictions of a network at several scales, each with its weight.

    loss
        An expression, or a module that is called with prediction, target and what is given besides.
    weights
        One number ≥ 0 for each scale, the finest first. By default 1, ½, ¼ …, divided by their sum.

    Called with predictions [n, c, ...], the finest first, and the target of the finest. A coarser one sees the target at
    its own size: labels (and with them masks and weights of pixels) of the nearest pixel, that around the centre of the
    coarse one; soft labels averaged over the pixels that it covers and that count; ``spacing`` in proportion.
    """

    def __init__(self, loss: AnyLoss, *, weights: Sequence[float] | None = None) -> None:
        super().__init__()
        if weights is not None and not all(math.isfinite(w) and w >= 0.0 for w in weights):
            raise ParameterError(f"`weights` must be one finite number ≥ 0 for each scale, got {weights!r}")
        self.loss = _module(loss)
        self.weights = None if weights is None else tuple(float(w) for w in weights)

    def forward(
        self,
        predictions: Sequence[Tensor],
        target: Tensor,
        *,
        weights: Tensor | None = None,
        mask: Tensor | None = None,
        spacing: Sequence[float] | None = None,
        **more: Any,
    ) -> Tensor:
        """The weighted sum over the scales."""
        by = self.weights or [0.5**level for level in range(len(predictions))]
        if len(by) != len(predictions) or not predictions:
            raise ShapeError(f"`predictions` must be {len(by)}, one for each scale, got {len(predictions)}")
        if self.weights is None:
            by = [w / sum(by) for w in by]
        size = predictions[0].shape[2:]
        total: Tensor | None = None
        for factor, prediction in zip(by, predictions, strict=True):
            given = dict(more)
            coarse = prediction.shape[2:]
            here, kept, counted, steps = target, mask, weights, spacing
            if coarse != size:
                here, kept, counted = _resized(target, mask, weights, size, coarse)
                steps = spacing and [s * f / c for s, f, c in zip(spacing, size, coarse, strict=True)]
            for name, value in (("weights", counted), ("mask", kept), ("spacing", steps)):
                if value is not None:
                    given[name] = value
            part = factor * self.loss(prediction, here, **given)
            total = part if total is None else total + part
        assert total is not None  # There is at least one scale.
        return total


def _resized(
    target: Tensor, mask: Tensor | None, weights: Tensor | None, fine: torch.Size, coarse: torch.Size
) -> tuple[Tensor, Tensor | None, Tensor | None]:
    """Target, mask and weights of pixels at the size of a coarser prediction."""
    if len(coarse) != len(fine) or any(c > f for c, f in zip(coarse, fine, strict=True)):
        raise ShapeError(f"a coarser prediction must have axes that are no longer than {list(fine)}, got {list(coarse)}")

    def nearest(x: Tensor) -> Tensor:
        for axis, (f, c) in enumerate(zip(fine, coarse, strict=True), x.dim() - len(fine)):
            places = torch.div((2 * torch.arange(c, device=x.device) + 1) * f, 2 * c, rounding_mode="floor")
            x = x.index_select(axis, places)
        return x

    def averaged(x: Tensor) -> Tensor:
        lead = x.shape[: x.dim() - len(fine)]
        flat = x.reshape(1, -1, *fine) if lead else x[None, None]
        return nn.functional.interpolate(flat, size=coarse, mode="area").reshape(*lead, *coarse)

    by_pixel = [x is not None and x.shape[-len(fine) :] == fine for x in (mask, weights)]
    if not target.is_floating_point():
        moved = [nearest(x) if own and x is not None else x for own, x in zip(by_pixel, (mask, weights), strict=True)]
        return nearest(target), moved[0], moved[1]
    counts: Tensor | None = None
    if by_pixel[0] and mask is not None:
        counts = mask.to(target.dtype).reshape(mask.shape[0], *fine)
        mask = averaged(counts) > 0

    def over_counting(x: Tensor) -> Tensor:
        if counts is None:
            return averaged(x)
        own = counts.unsqueeze(1) if x.dim() > counts.dim() else counts
        share = averaged(own)
        return averaged(torch.where(own > 0, x, 0.0)) / torch.where(share > 0, share, 1.0)

    if by_pixel[1] and weights is not None:
        weights = over_counting(weights.to(target.dtype).reshape(weights.shape[0], *fine))
    return over_counting(target), mask, weights


class MultiScaleLoss(nn.Module):
    """The mean of a loss over predictions and targets that are smoothed at several scales.

    loss
        An expression, or a module that is called with prediction and target.
    scales
        Widths of the kernel in pixels, ≥ 0; with 0 nothing is smoothed.
    kernel
        "gaussian", with the density of the normal distribution up to 3 widths; or "cauchy", up to 5, summing to 1.

    Prediction and target are numbers [n, c, ...] of one shape, beyond which there are zeros.
    """

    def __init__(self, loss: AnyLoss, scales: Sequence[float], *, kernel: str = "gaussian") -> None:
        super().__init__()
        if kernel not in ("gaussian", "cauchy"):
            raise ParameterError(f'`kernel` must be "gaussian" or "cauchy", got {kernel!r}')
        if not scales or not all(math.isfinite(s) and s >= 0.0 for s in scales):
            raise ParameterError(f"`scales` must be finite numbers ≥ 0, got {scales!r}")
        self.loss = _module(loss)
        self.scales = tuple(float(s) for s in scales)
        self.kernel = kernel

    def forward(self, prediction: Tensor, target: Tensor, **more: Any) -> Tensor:
        """The mean over the scales."""
        if prediction.shape != target.shape or prediction.dim() < 3:
            shapes = f"{list(prediction.shape)} and {list(target.shape)}"
            raise ShapeError(f"`prediction` and `target` must have one shape [n, c, ...], got {shapes}")
        parts = [self.loss(self._smooth(prediction, s), self._smooth(target, s), **more) for s in self.scales]
        return torch.stack(parts).mean()

    def _smooth(self, x: Tensor, scale: float) -> Tensor:
        if scale == 0.0:
            return x
        reach = int(max(3.0 * scale, 0.5) + 0.5) if self.kernel == "gaussian" else int(5.0 * scale)
        at = torch.arange(-reach, reach + 1, dtype=x.dtype, device=x.device) / scale
        if self.kernel == "gaussian":
            weights = torch.exp(-0.5 * at.square()) / (math.sqrt(2.0 * math.pi) * scale)
        else:
            weights = 1.0 / (at.square() + 1.0)
            weights = weights / weights.sum()
        for axis in range(2, x.dim()):
            moved = x.movedim(axis, -1)
            rows = moved.reshape(-1, 1, moved.shape[-1])
            x = nn.functional.conv1d(rows, weights[None, None], padding=reach).reshape(moved.shape).movedim(-1, axis)
        return x


class CrossBatchMemory(nn.Module):
    """A loss of embeddings whose anchors have recent batches among their partners too (XBM).

    loss
        An expression of losses of embeddings whose items are anchors (not of the whole batch, such as ``vicreg``).
    embedding_size
        Numbers of an embedding.
    memory_size
        How many embeddings are remembered, those of the batch included.

    Called with embeddings [n, d] and labels [n], and what :class:`minimand.torch.Loss` takes besides. The embeddings of
    earlier batches are partners as they were; they are no anchors and have no gradient. Those of the batch are both, with
    the gradient of both. What is remembered is part of the state and moves with the module. Source: Wang et al. 2020.
    """

    embedding_memory: Tensor
    label_memory: Tensor
    seen: Tensor

    def __init__(
        self, loss: str | Objective | ArrayLoss | Loss, embedding_size: int, memory_size: int = 1024
    ) -> None:
        super().__init__()
        self.loss = loss if isinstance(loss, Loss) else Loss(loss)
        if any(shape != "pairs" for shape in shapes_of(self.loss.expression)):
            raise UnsupportedError(f"`{self.loss.expression}` is no loss of embeddings, which a memory is for")
        if memory_size < 1 or embedding_size < 1:
            raise ParameterError(f"`memory_size` and `embedding_size` must be at least 1, got {memory_size}, {embedding_size}")
        self.register_buffer("embedding_memory", torch.zeros(memory_size, embedding_size))
        self.register_buffer("label_memory", torch.zeros(memory_size, dtype=torch.int64))
        self.register_buffer("seen", torch.zeros((), dtype=torch.int64))

    def forward(self, embeddings: Tensor, labels: Tensor, *, weights: Tensor | None = None, **more: Any) -> Tensor:
        """The loss of the batch; then the batch is remembered."""
        n, size = len(embeddings), len(self.label_memory)
        if embeddings.dim() != 2 or embeddings.shape[1] != self.embedding_memory.shape[1]:
            expected = f"[n, {self.embedding_memory.shape[1]}]"
            raise ShapeError(f"`embeddings` must have shape {expected}, got {list(embeddings.shape)}")
        if labels.shape != embeddings.shape[:1] or labels.is_floating_point():
            raise ShapeError(f"`labels` must be integers of shape [{n}], got {list(labels.shape)} of {labels.dtype}")
        seen = int(self.seen)
        older = max(0, min(seen, size - n))
        places = torch.arange(seen - older, seen, device=self.label_memory.device) % size
        remembered = self.embedding_memory[places].to(embeddings.dtype)
        own = embeddings.new_ones(n) if weights is None else weights.to(embeddings.dtype)
        value = self.loss(
            torch.cat([embeddings, remembered]),
            torch.cat([labels, self.label_memory[places].to(labels.dtype)]),
            weights=torch.cat([own, own.new_zeros(older)]),
            **more,
        )
        assert isinstance(value, Tensor)  # Modules are called through `Any`.
        if value.dim() > 0:
            value = value[:n]
        kept = min(n, size)
        with torch.no_grad():
            places = torch.arange(seen + n - kept, seen + n, device=self.label_memory.device) % size
            self.embedding_memory[places] = embeddings[n - kept :].detach().to(self.embedding_memory.dtype)
            self.label_memory[places] = labels[n - kept :].to(self.label_memory.dtype)
            self.seen += n
        return value


class PerceptualLoss(nn.Module):
    """Distance of the features that a network makes of two images: the weighted sum over its layers.

    features
        What gives the features of images: a module or a function whose result is a tensor or several, [n, c, ...] each.
        Freeze it before (``requires_grad_(False)``, ``eval()``): the gradient by the images goes through it.
    weights
        A number ≥ 0 for each layer; 1 by default.
    distance
        The loss of prediction and target of a layer: "mse", "mae", or another expression of single numbers.
    normalize
        Divide features by their length across the channels first, and sum over those instead of taking their mean: the
        distance of LPIPS and of MONAI.

    Called with a prediction and a target, both images. Sources: Johnson et al. 2016, Zhang et al. 2018.
    """

    def __init__(
        self,
        features: Callable[[Tensor], Tensor | Sequence[Tensor]],
        *,
        weights: Sequence[float] | None = None,
        distance: str = "mse",
        normalize: bool = False,
    ) -> None:
        super().__init__()
        self.features = features
        self.weights = None if weights is None else tuple(float(w) for w in weights)
        self.distance = ArrayLoss(distance).expression
        self.normalize = normalize

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        """The weighted sum over the layers."""
        ours = self._layers(prediction)
        with torch.no_grad():
            theirs = self._layers(target)
        by = self.weights or [1.0] * len(ours)
        if len(ours) != len(theirs) or len(by) != len(ours):
            raise ShapeError(f"`features` must give {len(by)} layers of both images, got {len(ours)} and {len(theirs)}")
        total = ours[0].new_zeros(())
        for factor, x, t in zip(by, ours, theirs, strict=True):
            if self.normalize:
                x, t, factor = _unit(x), _unit(t), factor * x.shape[1]
            total = total + factor * evaluate(self.distance, x, t)
        return total

    def _layers(self, image: Tensor) -> Sequence[Tensor]:
        found = self.features(image)
        return [found] if isinstance(found, Tensor) else list(found)


def _unit(x: Tensor) -> Tensor:
    """Divided by the length across the channels; zeros stay zeros."""
    return x / torch.sqrt(x.square().sum(1, keepdim=True) + 1e-10)
