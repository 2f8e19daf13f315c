"""What happens to rows of logits before their statistics are taken, composed. The classes are axis 1."""

from __future__ import annotations

import math

from ._formula import Array, Ops, expanded, root, run
from ._terms import Term

CLASS = 1
LEAST_DEVIATION = 1e-6
LEAST_SUM = 1e-12
FLOOR = -85.0
"""ln p of a class without a share in a tempered softmax."""
SOLVING = 20
"""Steps towards the normaliser of a tempered softmax."""
REFINING = 2
"""Steps that derivatives flow through: each makes one more order of them exact."""


def forward(ops: Ops, term: Term, x: Array) -> tuple[Array, Array | None]:
    """The transformed rows ``[items, classes, positions]``, and a number that the transform holds fixed per row."""
    transform = term.settings["transform"]
    if transform is None:
        return x, None
    match transform["kind"]:
        case "link":
            assert term.link is not None, "a link comes with its formula"
            return expanded(run(ops, term.link, {"x": x}, x), x), None
        case "shift":
            by = transform["by"]
            return (x + ops.numbers(by, x)[None, :, None] if by else x), None
        case "clip":
            norm = root(ops, ops.sum(x * x, CLASS, True))
            long = norm > transform["radius"]
            return x * ops.where(long, transform["radius"] / ops.where(long, norm, 1.0), 1.0), None
        case "standardise":
            return _standardised(ops, x), None
        case "threshold":
            return _above_threshold(ops, x), None
        case "positive":
            return _positive(ops, x), None
        case "tempered":
            return _tempered(ops, float(transform["t"]), x), None
        case _:
            mapped = _positive(ops, x) if transform["positive"] else x
            temperature = _temperature(ops, transform["most"], transform["spread"], ops.detach(mapped))
            return mapped / temperature, temperature


def _standardised(ops: Ops, x: Array) -> Array:
    classes = x.shape[CLASS]
    centred = x - ops.sum(x, CLASS, True) / classes
    deviation = root(ops, ops.sum(centred * centred, CLASS, True) / classes)
    large = deviation > LEAST_DEVIATION
    return centred / ops.where(large, deviation, LEAST_DEVIATION)


def _above_threshold(ops: Ops, x: Array) -> Array:
    """x − τ with Σ max(0, x − τ) = 1: the mean excess over 1 of the entries above it."""
    above = x - ops.detach(ops.amax(x, CLASS))
    ranked = ops.descending(ops.detach(above), CLASS)
    ranks = ops.numbers(ops.count(x.shape[CLASS], x) + 1, x)[None, :, None]
    threshold = ops.amax((ops.cumsum(ranked, CLASS) - 1.0) / ranks, CLASS)
    # The same from the entries themselves, so that derivatives flow through it.
    support = ops.detach(above) > threshold
    count = ops.sum(ops.numbers(support, x), CLASS, True)
    return above - (ops.sum(ops.where(support, above, 0.0), CLASS, True) - 1.0) / count


def _positive(ops: Ops, x: Array) -> Array:
    positive = ops.softplus(x)
    total = ops.sum(positive, CLASS, True)
    large = total > LEAST_SUM
    return positive * (x.shape[CLASS] / ops.where(large, total, LEAST_SUM))


def _temperature(ops: Ops, most: float, spread: float, x: Array) -> Array:
    """A temperature per row, the lower the surer it is; nothing flows through it."""
    log_classes = math.log(x.shape[CLASS])
    z = (x - ops.amax(x, CLASS)) / most
    e = ops.exp(z)
    total = ops.sum(e, CLASS, True)
    divergence = ops.sum(e * z, CLASS, True) / total - ops.log(total) + log_classes
    divergence = ops.where(divergence < 0.0, 0.0, divergence)
    divergence = ops.where(divergence > log_classes, log_classes, divergence)
    return most * (1.0 - divergence / (spread * log_classes))


def _share(ops: Ops, m: float, u: Array) -> tuple[Array, Array, Array]:
    """(ln p, p, p^t) of a class that lies u ≥ 0 below the normaliser; m = t − 1 is not 0."""
    by = m * u
    if m > 0.0:
        log = ops.log1p(by) * (-1.0 / m)
        p = ops.exp(log)
        return log, p, p / (1.0 + by)
    edge = -1.0 + max(1e-15, 2.0 * ops.epsilon(u))
    has = by > edge
    inside = ops.where(has, by, 0.0)
    log = ops.log1p(inside) * (-1.0 / m)
    p = ops.exp(log)
    floored = ops.where(has & (log > FLOOR), log, FLOOR)
    return floored, ops.where(has, p, 0.0), ops.where(has, p / (1.0 + inside), 0.0)


def _tempered(ops: Ops, t: float, x: Array) -> Array:
    """Logarithms of the tempered softmax."""
    m = t - 1.0
    below = ops.detach(ops.amax(x, CLASS)) - x
    fixed = ops.detach(below)
    shift = ops.sum(fixed * 0.0, CLASS, True)
    for step in range(SOLVING + REFINING):
        _, p, power = _share(ops, m, shift + (fixed if step < SOLVING else below))
        log_sum = ops.log(ops.sum(p, CLASS, True))
        excess = ops.expm1(log_sum * -m) * (-1.0 / m)
        shift = shift + excess * ops.exp(log_sum * t) / ops.sum(power, CLASS, True)
    return _share(ops, m, shift + below)[0]
