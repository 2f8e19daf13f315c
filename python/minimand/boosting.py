"""Objectives and metrics for gradient boosting: XGBoost, LightGBM and what calls like them.

    import minimand as mm, xgboost

    focal = mm.boosting.objective("focal(gamma=2)")
    booster = xgboost.train({"num_class": 3, "base_score": 0}, data, 200, obj=focal)
    shares = focal.response(booster.predict(data, output_margin=True))

The same object serves ``xgboost.train(obj=…)``, ``XGBClassifier(objective=…)``, ``lightgbm.train({"objective": …})``
and ``LGBMClassifier(objective=…)``. Losses of rows (logits ``[n, k]``, labels ``[n]``) and of points (one score for
each target) can be boosted; sums of them too. What a leaf adds is −Σ gradient / Σ Hessian of its rows, so the Hessian
sets the length of steps: :class:`BoostingObjective` says which one is used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._minimand import Objective, RangeError
from ._task import Floats, Task, sigmoid, softmax

__all__ = ["BoostingMetric", "BoostingObjective", "metric", "objective"]

_LONGEST_STEP = 10.0
"""The surrogate Hessian of a loss of classes is at least the size of the gradient divided by this."""


def objective(expression: str | Objective, *, hessian: Literal["auto", "surrogate"] = "auto") -> BoostingObjective:
    """The objective of an expression for boosting, e.g. ``objective("focal(gamma=2)")``.

    ``hessian``: "auto" takes the exact diagonal where the catalogue says that it is never negative, else the surrogate;
    "surrogate" takes the surrogate always. Errors: unknown names, parameters out of range, losses whose items are no
    rows or single numbers (:class:`minimand.UnsupportedError`).
    """
    return BoostingObjective(expression, hessian=hessian)


def metric(expression: str | Objective, *, name: str | None = None) -> BoostingMetric:
    """The mean loss of an expression as an evaluation metric of raw scores; less is better.

    ``name`` is what training logs call it (default: the expression).
    """
    return BoostingMetric(expression, name=name)


class BoostingObjective(Task):
    """Gradient and Hessian of an expression for trees; made by :func:`objective`.

    Called by the libraries as ``(scores, data set)`` or ``(target, scores, weights)``; gives ``(gradient, Hessian)`` of
    the weighted sum, in the shape of the scores.

    **Exact Hessian**: the diagonal of the second derivatives, where every term of the expression has one that is
    never negative (``minimand.catalog()`` says "exact"): cross_entropy, squentropy, mse, pseudo_huber and others.

    **Surrogate**, for all other losses: their second derivative is negative (focal, cauchy) or zero (mae, hinge) in
    places, and a step of −g/h would go the wrong way or nowhere. The loss of a row is replaced by the loss that
    boosting knows best, weighted so that the gradient is the same, and h is the curvature of that (or the exact
    one, where that is larger): trees then do iteratively reweighted least squares, or logistic regression.

    * Regression: squared error. h = (ℓ′(t + |r|) − ℓ′(t − |r|)) / 2|r| for the residual r = x − t. For losses that
      are symmetric and grow slower than a square (mae, huber, cauchy, welsch, …) and for quantile that parabola lies
      above the loss, so that a full step cannot raise it. As 1/|r| has no bound at a kink, |r| counts as at least a
      quantile of all |r|: for convex losses that at twice the share of the rarer sign of r, up to ½ (for mae the
      median, for quantile(q=0.9) the nearest 20%), by which h is near the density that Newton's method would want; for
      others that at 0.001. Gradient and Hessian are then divided by the mean of h: ``lambda`` and
      ``min_child_weight`` mean what they mean for squared error, whatever the unit of the target.
    * Classification: cross-entropy. With p the softmax or sigmoid of the scores and y the target,
      h = |g|·p(1 − p)/|p − y|, where the ratio counts as 0.1 to 1, so that no row asks for a step of more than 10;
      twice that with several scores in a row, since each tree moves one of them as if the others stood still (the
      bound 2p(1 − p) ≥ diag(p) − ppᵀ, which XGBoost's softprob has as well). For focal and
      generalized_cross_entropy this is cross-entropy with the weight that the loss gives to the row.

    "surrogate" is worth a try for pseudo_huber and log_cosh too, if targets are far away in units of their parameter:
    their exact Hessian fades there, and steps become too long.
    """

    def __init__(self, expression: str | Objective, *, hessian: Literal["auto", "surrogate"] = "auto") -> None:
        super().__init__(expression)
        if hessian not in ("auto", "surrogate"):
            raise ValueError(f'hessian: expected "auto" or "surrogate", got {hessian!r}')
        self.hessian: Literal["auto", "surrogate"] = hessian
        self.exact: bool = hessian == "auto" and self.exact_hessian
        """Is the Hessian the exact diagonal?"""
        self.__name__ = self.expression

    def __repr__(self) -> str:
        given = "" if self.hessian == "auto" else f", hessian={self.hessian!r}"
        return f"minimand.boosting.objective({self.expression!r}{given})"

    def __reduce__(self) -> tuple[Callable[..., BoostingObjective], tuple[str, str]]:
        return _rebuilt, (self.expression, self.hessian)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BoostingObjective) and self.__reduce__() == other.__reduce__()

    def __hash__(self) -> int:
        return hash(self.__reduce__())

    # XGBoost passes weights by the name sample_weight; LightGBM counts the parameters.
    def __call__(self, first: Any, second: Any, sample_weight: Any = None) -> tuple[Floats, Floats]:
        """``(scores, data set)`` as training functions call, or ``(target, scores, weights)`` as estimators do."""
        if hasattr(second, "get_label"):
            return self.gradient_and_hessian(first, second.get_label(), second.get_weight())
        return self.gradient_and_hessian(second, first, sample_weight)

    def gradient_and_hessian(
        self, scores: ArrayLike, target: ArrayLike, weights: ArrayLike | None = None
    ) -> tuple[Floats, Floats]:
        """Gradient and (positive) Hessian of Σ wᵢ ℓᵢ in the shape and dtype of the scores.

        ``scores`` are raw: ``[n]``, or ``[n, k]`` for k classes or targets; ``target`` ``[n]`` labels or numbers, or
        ``[n, k]``; ``weights`` ``[n]``, ≥ 0. One score x per row means the logits (0, x) to a loss of rows.
        """
        x, t = self.batch(scores, target)
        gradient = self._gradient(x, t)
        hessian: Floats
        if self.exact:
            hessian = self.objective.hessian_diagonal(x, t, reduction="sum")
        elif self.kind == "regression":
            gradient, hessian = self._reweighted_squares(x, t, gradient, weights)
        else:
            several = np.ndim(scores) == 2 and self.kind == "rows"
            hessian = (2.0 if several else 1.0) * self._reweighted_cross_entropy(x, t, gradient)
        hessian = np.maximum(hessian, 1e-16)  # no tree divides by 0
        if np.ndim(scores) < x.ndim:
            x, gradient, hessian = x[:, 1], gradient[:, 1], hessian[:, 1]
        w = self.weights(weights, x)
        if w is not None:
            w = w.reshape(w.shape + (1,) * (x.ndim - w.ndim))
            gradient, hessian = gradient * w, hessian * w
        return gradient.astype(x.dtype, copy=False), hessian.astype(x.dtype, copy=False)

    def _gradient(self, x: Floats, t: NDArray[Any]) -> Floats:
        gradient = self.objective.evaluate(x, t, reduction="sum", gradient=True)[3]
        assert gradient is not None
        return gradient

    def _reweighted_squares(
        self, x: Floats, t: Floats, gradient: Floats, weights: ArrayLike | None
    ) -> tuple[Floats, Floats]:
        """Gradient and curvature of the weighted squared error, both divided by the mean curvature."""
        w = self.weights(weights, x)
        residual = x.astype(np.float64) - t
        counts = residual if w is None else residual[w > 0]
        if counts.size == 0:
            return gradient, np.ones_like(residual)
        rarer = min(float(np.mean(counts > 0)), float(np.mean(counts < 0)))
        level = min(2 * rarer, 0.5) if self.convex else 1e-3
        # At least the smallest distance that the numbers can show, for data that are fitted exactly.
        least = max(float(np.quantile(np.abs(counts), level)), 1e-6 * float(np.max(np.abs(t), initial=1e-30)))
        residual = np.abs(residual)
        reach = np.maximum(residual, least)
        try:
            above, below = (self._gradient(t + side * reach, t) for side in (1.0, -1.0))
            hessian = (above.astype(np.float64) - below) / (2 * reach)
        except RangeError:  # the mirrored point is none that the loss takes
            hessian = np.abs(gradient) / reach
        hessian = np.maximum(hessian, self.objective.hessian_diagonal(x, t, reduction="sum"))
        scale = float(np.average(hessian, weights=w))
        scale = scale if scale > 0 else 1.0
        return gradient / scale, hessian / scale

    def _reweighted_cross_entropy(self, x: Floats, t: NDArray[Any], gradient: Floats) -> Floats:
        """Curvature of the weighted cross-entropy that has the same gradient."""
        p = softmax(x.astype(np.float64)) if self.kind == "rows" else sigmoid(x.astype(np.float64))
        y = t[:, None] == np.arange(x.shape[1]) if self.kind == "rows" else t
        distance = np.abs(p - y)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(distance > 0, p * (1 - p) / distance, 1.0)
        least = 0.0 if self.exact_hessian else 1 / _LONGEST_STEP
        surrogate = np.abs(gradient) * np.clip(ratio, least, 1.0)
        larger: Floats = np.maximum(surrogate, self.objective.hessian_diagonal(x, t, reduction="sum"))
        return larger


class BoostingMetric(Task):
    """Mean loss of raw scores as a metric of XGBoost and LightGBM; made by :func:`metric`.

    Called as ``(scores, data set)`` it gives ``(name, value)`` to XGBoost and ``(name, value, False)`` to LightGBM;
    called as ``(target, scores)`` by XGBoost's estimators the value, by LightGBM's again three. The scores must be raw,
    as they are beside an objective of this module.
    """

    def __init__(self, expression: str | Objective, *, name: str | None = None) -> None:
        super().__init__(expression)
        self.name = self.expression if name is None else name
        self.__name__ = self.name

    def __repr__(self) -> str:
        return f"minimand.boosting.metric({self.expression!r}, name={self.name!r})"

    def __reduce__(self) -> tuple[Callable[..., BoostingMetric], tuple[str, str]]:
        return _rebuilt_metric, (self.expression, self.name)

    # LightGBM's estimators count the parameters and pass four by position, those of XGBoost pass weights by name.
    def __call__(self, first: Any, second: Any, *lightgbm: Any, sample_weight: Any = None) -> Any:
        """See the class."""
        if hasattr(second, "get_label"):
            value = self.value(first, second.get_label(), second.get_weight())
            of_lightgbm = type(second).__module__.partition(".")[0] == "lightgbm"
            return (self.name, value, False) if of_lightgbm else (self.name, value)
        if lightgbm:
            return self.name, self.value(second, first, lightgbm[0]), False
        return self.value(second, first, sample_weight)

    def value(self, scores: ArrayLike, target: ArrayLike, weights: ArrayLike | None = None) -> float:
        """The weighted mean loss; shapes as in :meth:`BoostingObjective.gradient_and_hessian`."""
        x, t = self.batch(scores, target)
        return self.objective.evaluate(x, t, weights=self.weights(weights, x))[0]


def _rebuilt(expression: str, hessian: Literal["auto", "surrogate"]) -> BoostingObjective:
    return BoostingObjective(expression, hessian=hessian)


def _rebuilt_metric(expression: str, name: str) -> BoostingMetric:
    return BoostingMetric(expression, name=name)
