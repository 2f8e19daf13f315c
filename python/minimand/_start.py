"""The constant prediction with the least loss: start values of boosting and of the intercepts of models."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ._minimand import Objective

Vector = NDArray[np.float64]

_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0


def start_of_points(objective: Objective, target: Vector, weights: Vector, bound: float | None) -> float:
    """The number x with the least Σ w ℓ(x, t), by a grid and golden sections around its best point.

    Among the points are what losses elicit by name (mean, median, quantile at the level of a term, logarithm or logit
    of the mean), so that an elicited constant is returned as it is, not to the tolerance of the search. The grid
    makes it safe for losses with several minima. ``bound`` keeps x within ±bound (scores in logits).
    """
    keep = weights > 0
    values, inverse = np.unique(target[keep], return_inverse=True)
    mass = np.bincount(inverse, weights[keep]).astype(np.float64)

    def loss(x: float) -> float:
        try:
            return objective.evaluate(np.full(values.shape, x), values, weights=mass)[0]
        except ValueError:  # out of the range of the loss, such as a mean below 0 of a Poisson
            return np.inf

    mean = float(np.average(values, weights=mass))
    levels = [float(a["q"]) for _, _, a in objective.terms if isinstance(a.get("q"), float) and 0 < a["q"] < 1]
    points = {mean, *(_quantile(values, mass, q) for q in [0.5, *levels])}
    if mean > 0:
        points.add(float(np.log(mean)))
    if 0 < mean < 1:
        points.add(float(np.log(mean / (1 - mean))))
    elicited = min(points, key=loss)
    if bound is None:
        points.update(_quantile(values, mass, q) for q in np.linspace(0.0, 1.0, 41))
    else:
        points = {x for x in points if -bound <= x <= bound} | set(np.linspace(-bound, bound, 41).tolist())
    grid = sorted(points)
    best = min(range(len(grid)), key=lambda i: loss(grid[i]))
    found = _golden(loss, grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)])
    found = min(found, grid[best], key=loss)
    if bound is not None and abs(elicited) > bound:
        elicited = float(np.clip(elicited, -bound, bound))
    return elicited if loss(elicited) <= loss(found) + 1e-12 * abs(loss(found)) else found


def start_of_rows(objective: Objective, mass: Vector, bound: float) -> Vector:
    """The row of logits with the least Σ_k mass_k ℓ(row, k), with mean 0 and within ±bound.

    Starts from the logarithms of the shares, which a strictly proper loss of the softmax elicits, and goes on by
    projected gradient descent with step halving, where that is not yet the minimum.
    """
    classes = len(mass)
    labels = np.flatnonzero(mass > 0)
    weights = mass[labels] / mass.sum()

    def evaluate(row: Vector) -> tuple[float, Vector]:
        rows = np.tile(row, (len(labels), 1))
        value, _, _, gradient = objective.evaluate(rows, labels, weights=weights, reduction="sum", gradient=True)
        assert gradient is not None
        return value, gradient.sum(axis=0)

    def inside(row: Vector) -> Vector:
        return np.asarray(np.clip(row - row.mean(), -bound, bound), dtype=np.float64)

    with np.errstate(divide="ignore"):
        row = np.log(mass / mass.sum())
    row = inside(np.maximum(row, -2 * bound) if classes else row)
    value, gradient = evaluate(row)
    step = 1.0
    for _ in range(500):
        ahead = inside(row - step * gradient)
        moved = float(np.abs(ahead - row).max(initial=0.0))
        if moved <= 1e-9:
            break
        value_ahead, gradient_ahead = evaluate(ahead)
        if value_ahead <= value - 1e-4 * moved**2 / step:
            row, value, gradient, step = ahead, value_ahead, gradient_ahead, 2.0 * step
        else:
            step /= 4.0
    return row


def _quantile(values: Vector, mass: Vector, q: float) -> float:
    """The least value with at least the share q of the mass up to it."""
    share = np.cumsum(mass)
    return float(values[min(int(np.searchsorted(share, q * share[-1] * (1 - 1e-12))), len(values) - 1)])


def _golden(loss: Callable[[float], float], low: float, high: float) -> float:
    """A minimum between two points by golden sections, to 1e-10 of their distance."""
    a, b = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_a, at_b = loss(a), loss(b)
    for _ in range(48):
        if at_a <= at_b:
            high, b, at_b = b, a, at_a
            a = high - _GOLDEN * (high - low)
            at_a = loss(a)
        else:
            low, a, at_a = a, b, at_b
            b = low + _GOLDEN * (high - low)
            at_b = loss(b)
    return a if at_a <= at_b else b
