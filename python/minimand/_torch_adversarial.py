"""Losses of a critic's scores of real and of generated images, for PyTorch."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ._minimand import ParameterError
from .torch import evaluate

__all__ = ["PatchAdversarialLoss"]

CRITERIA = {"bce": "binary_cross_entropy", "hinge": "hinge", "least_squares": "mse"}


class PatchAdversarialLoss(nn.Module):
    """The losses of critic and generator for the scores that a critic gives to patches of images.

    criterion
        "least_squares" (squared distance from 1 of real and 0 of generated ones), "bce" (cross-entropy of logits) or
        "hinge" (real above 1, generated below −1; the generator wants its scores high).
    relativistic
        Compare scores: "pairs" (a real one with the generated one of the same place) or "average" (each with the mean of
        the others). Of "bce" alone.

    Scores are raw: a tensor of any shape, or several of a critic of several scales, which count alike. Sources:
    Goodfellow et al. 2014, Mao et al. 2017, Lim and Ye 2017, Jolicoeur-Martineau 2019.
    """

    def __init__(self, criterion: str = "least_squares", *, relativistic: str | None = None) -> None:
        super().__init__()
        if criterion not in CRITERIA:
            raise ParameterError(f'`criterion` must be "least_squares", "bce" or "hinge", got {criterion!r}')
        if relativistic not in (None, "pairs", "average"):
            raise ParameterError(f'`relativistic` must be None, "pairs" or "average", got {relativistic!r}')
        if relativistic is not None and criterion != "bce":
            raise ParameterError(f'`relativistic` is for criterion="bce", got {criterion!r}')
        self.criterion, self.relativistic = criterion, relativistic

    def forward(self, scores: Tensor | Sequence[Tensor], real: bool) -> Tensor:
        """The loss of scores that should be those of real images, or of generated ones."""
        return torch.stack([self._taken_for(x, real) for x in _scales(scores)]).mean()

    def critic(self, real: Tensor | Sequence[Tensor], generated: Tensor | Sequence[Tensor]) -> Tensor:
        """The loss of the critic: the mean of that of real and that of generated scores. Detach the generated images."""
        pairs = list(zip(_scales(real), _scales(generated), strict=True))
        return torch.stack([self._apart(r, f) for r, f in pairs]).mean()

    def generator(self, generated: Tensor | Sequence[Tensor], real: Tensor | Sequence[Tensor] | None = None) -> Tensor:
        """The loss of the generator; a relativistic one needs the real scores too."""
        if self.relativistic is None:
            if self.criterion == "hinge":
                return torch.stack([-x.mean() for x in _scales(generated)]).mean()
            return self.forward(generated, True)
        if real is None:
            raise ParameterError("a relativistic loss of the generator needs the scores of `real` images, got None")
        pairs = list(zip(_scales(real), _scales(generated), strict=True))
        return torch.stack([self._apart(f, r) for r, f in pairs]).mean()

    def _taken_for(self, scores: Tensor, real: bool) -> Tensor:
        target = torch.full_like(scores, 1.0 if real else 0.0)
        return evaluate(CRITERIA[self.criterion], scores, target)

    def _apart(self, high: Tensor, low: Tensor) -> Tensor:
        """The loss of high scores that should be those of real images, and low ones that should not."""
        if self.relativistic == "pairs":
            return self._taken_for(high - low, True)
        if self.relativistic == "average":
            return 0.5 * (self._taken_for(high - low.mean(), True) + self._taken_for(low - high.mean(), False))
        return 0.5 * (self._taken_for(high, True) + self._taken_for(low, False))


def _scales(scores: Tensor | Sequence[Tensor]) -> list[Tensor]:
    return [scores] if isinstance(scores, Tensor) else list(scores)
