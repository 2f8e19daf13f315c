"""What an objective judges item by item: rows of scores or single ones. Shared by boosting and the estimators."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._minimand import Objective, UnsupportedError, catalog
from ._start import start_of_points, start_of_rows

Floats = NDArray[np.floating[Any]]
Kind = Literal["rows", "binary", "regression"]

LARGEST_CONSTANT = 10.0
"""Start values of scores in logits stay within ± this: a bounded loss may want an infinite one."""


class Task:
    """An expression whose items are rows of scores of classes, yes-or-no scores, or numbers.

    Errors: unknown names, parameters out of range, losses of other items (:class:`minimand.UnsupportedError`).
    """

    def __init__(self, expression: str | Objective) -> None:
        self.objective = expression if isinstance(expression, Objective) else Objective(expression)
        self.entries = [_entries()[name] for _, name, _ in self.objective.terms]
        self.kind: Kind = _kind(self.objective, self.entries)
        self.shift_invariant = all("shift_invariant" in entry["facts"] for entry in self.entries)
        adds = all(coefficient >= 0 for coefficient, _, _ in self.objective.terms)
        self.convex = adds and all("convex" in entry["facts"] for entry in self.entries)
        self.exact_hessian = adds and all(entry["hessian"] == "exact" for entry in self.entries)

    @property
    def expression(self) -> str:
        """The expression, without parameters that have their defaults."""
        return self.objective.expression

    @property
    def logarithmic(self) -> bool:
        """Is a score the logarithm of what is predicted?"""
        return all(
            "elicits_log_mean" in entry["facts"] and arguments.get("log_input", True) is True
            for entry, (_, _, arguments) in zip(self.entries, self.objective.terms, strict=True)
        )

    def batch(self, scores: ArrayLike, target: ArrayLike) -> tuple[Floats, NDArray[Any]]:
        """Scores and target in the shapes that the loss takes; one score x of two classes is the row (0, x)."""
        x = np.asarray(scores)
        if not np.issubdtype(x.dtype, np.floating):
            x = x.astype(np.float64)
        t = np.asarray(target)
        if self.kind == "rows":
            if x.ndim == 1 and self.shift_invariant:
                x = np.stack([np.zeros_like(x), x], axis=1)
            elif x.ndim != 2:
                raise UnsupportedError(
                    f"{self.expression} judges rows of scores [n, classes], got scores of shape {list(x.shape)}: "
                    'set the number of classes ("num_class")'
                )
            return x, whole_labels(t)
        if t.size == x.size:
            return x, t.reshape(x.shape).astype(x.dtype, copy=False)
        if x.ndim == 2 and self.kind == "binary":  # one score per class: each is a yes or no
            return x, (whole_labels(t)[:, None] == np.arange(x.shape[1])).astype(x.dtype)
        raise UnsupportedError(
            f"{self.expression} judges one score for each target, got scores of shape {list(x.shape)} and a target "
            f"of shape {list(t.shape)}"
        )

    def weights(self, weights: ArrayLike | None, scores: Floats) -> NDArray[np.float64] | None:
        """Weights of rows as weights of items."""
        if weights is None:
            return None
        w = np.asarray(weights, dtype=np.float64)
        if w.size == 0:  # an XGBoost matrix without weights
            return None
        if self.kind != "rows" and scores.ndim == 2 and w.size != scores.size:
            w = np.repeat(w, scores.shape[1]).reshape(scores.shape)
        return w

    def start_value(
        self, target: ArrayLike, weights: ArrayLike | None = None, *, outputs: int | None = None
    ) -> float | NDArray[np.float64]:
        """The constant score with the least weighted loss: where boosting should start.

        A number for one score; an array ``[k]`` of them for a loss of rows (k = ``outputs``, default the largest
        label + 1; 1 gives the one score of two classes) and for targets ``[n, k]``. It is the mean, logarithm of the
        mean, median, quantile or logarithm of the shares of the classes where the loss elicits that, else found by
        search. Scores of classes stay within ±10 and have mean 0: a bounded loss may want infinite ones.

        Give it to XGBoost as ``base_score`` (a number; ``base_margin`` for several), to LightGBM as ``init_score``
        (whose predictions are then without it: add it back). For a bounded loss such as generalized_cross_entropy the
        best constant favours the largest class so much that trees may never leave it: begin at 0 there.
        """
        t = np.asarray(target)
        w = np.ones(len(t)) if weights is None else np.asarray(weights, dtype=np.float64)
        if len(t) == 0 or not w.sum() > 0:
            raise ValueError("start_value: expected at least one target with a weight above 0, got none")
        if self.kind == "rows":
            labels = whole_labels(t)
            classes = outputs if outputs is not None else int(labels.max()) + 1
            mass = np.bincount(labels, w, max(classes, 2)).astype(np.float64)
            row = start_of_rows(self.objective, mass, LARGEST_CONSTANT)
            return float(row[1] - row[0]) if classes == 1 else row
        if self.kind == "binary" and t.ndim == 1 and outputs is not None and outputs > 1:
            t = (whole_labels(t)[:, None] == np.arange(outputs)).astype(np.float64)
        bound = LARGEST_CONSTANT if self.kind == "binary" else None
        t = t.astype(np.float64, copy=False)
        if t.ndim == 1:
            return start_of_points(self.objective, t, w, bound)
        return np.array([start_of_points(self.objective, column, w, bound) for column in t.T])

    def response(self, scores: ArrayLike) -> NDArray[np.float64]:
        """Raw scores on the scale of the target.

        Softmax of a row of scores; sigmoid of one score of two classes (of each, if there are several of a binary
        loss); e^score for losses that elicit the logarithm of the mean (poisson_nll, gamma_nll, tweedie); else the
        score. Shares are calibrated only as far as the loss is proper.
        """
        x = np.asarray(scores, dtype=np.float64)
        if self.kind == "rows" and x.ndim == 2:
            return softmax(x)
        if self.kind != "regression":
            return sigmoid(x)
        return np.exp(x) if self.logarithmic else x


@cache
def _entries() -> dict[str, dict[str, Any]]:
    return {entry["name"]: dict(entry) for entry in catalog()}


def _kind(objective: Objective, entries: list[dict[str, Any]]) -> Kind:
    """What an item of the objective is; an error if its terms differ or judge several rows at once."""
    kinds: set[Kind] = set()
    for entry in entries:
        if entry["shape"] == "rows":
            kinds.add("rows")
        elif entry["shape"] == "points" and entry["area"] in ("binary", "regression"):
            kinds.add("binary" if entry["area"] == "binary" else "regression")
        else:
            raise UnsupportedError(
                f"{entry['name']} ({entry['area']}, shape {entry['shape']}) does not judge the rows of a table one by "
                "one: expected losses of the shape rows (classification) or points (binary, regression)"
            )
    if len(kinds) != 1:
        mixed = " and ".join(sorted(kinds))
        raise UnsupportedError(f"{objective.expression} mixes losses of {mixed}: expected one kind")
    return kinds.pop()


def whole_labels(target: NDArray[Any]) -> NDArray[np.int64]:
    """Labels that a library keeps as floats."""
    labels = target.astype(np.int64)
    if not np.array_equal(labels, target):
        raise ValueError("target: expected class numbers 0, 1, …, got numbers that are not whole")
    return labels.reshape(-1)


def softmax(x: NDArray[np.float64]) -> NDArray[np.float64]:
    e: NDArray[np.float64] = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def sigmoid(x: NDArray[np.float64]) -> NDArray[np.float64]:
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1.0 + e)
