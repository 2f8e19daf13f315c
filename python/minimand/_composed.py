"""An objective composed of an array library's own operations: what runs on devices without a kernel of ours, and what
is differentiated more than once.

It does what the kernels do, term by term: labels, masks, weights, divisors, what surrounds a formula. It differs in
what depends on the numbers alone, which a device is not asked about: nothing is refused. A label that is no class makes
the loss NaN where the kernels raise an error, and so does a prediction that is not finite.
"""

from __future__ import annotations

from collections.abc import Sequence

from . import _regions, _rows
from ._formula import Array, Ops, expanded, run
from ._minimand import DTypeError, ShapeError, UnsupportedError
from ._terms import (
    Inputs,
    Items,
    Options,
    Term,
    both,
    kept,
    labels_of,
    layout,
    mask_of,
    no_class_weights,
    shape_of,
    size,
    weights_of,
)

CORNERS = ("x1", "y1", "x2", "y2")


def evaluate(ops: Ops, objective: Sequence[Term], inputs: Inputs, options: Options) -> Array:
    """The reduced value of an objective, or the weighted losses of the items, in the prediction's type of numbers."""
    for term in objective:
        if term.reason is not None:
            raise term.unsupported()
    total: Array | None = None
    for term in objective:
        value = _reduced(ops, _items(ops, term, inputs, options), options) * term.coefficient
        if total is not None and shape_of(total) != shape_of(value):
            raise UnsupportedError(
                f"the terms have items of shapes {list(total.shape)} and {list(value.shape)}: reduction \"none\" needs "
                'items of one shape, use "mean" or "sum"'
            )
        total = value if total is None else total + value
    return ops.numbers(total, inputs.prediction)


def _items(ops: Ops, term: Term, inputs: Inputs, options: Options) -> Items:
    if inputs.target is None:
        raise ShapeError("`target` must have shape as the prediction, or of its labels, got no target")
    match term.shape:
        case "rows":
            return _rows.items(ops, term, inputs, options)
        case "regions":
            return _regions.items(ops, term, inputs, options)
        case "boxes":
            return _boxes(ops, term, inputs)
        case _:
            return _points(ops, term, inputs, options)


def _reduced(ops: Ops, items: Items, options: Options) -> Array:
    if options.reduction == "none":
        return items.losses
    total = ops.total(items.losses)
    if options.reduction == "sum":
        return total
    count: Array = float(size(shape_of(items.losses)))
    if items.counts is not None:
        count = _total(ops, ops.numbers(items.counts, total), items.losses)
    divisor = count
    if options.denominator == "weights" and items.weights is not None:
        divisor = _total(ops, kept(ops, items.counts, items.weights, 0.0), items.losses)
    elif options.denominator not in ("weights", "count"):
        divisor = float(options.denominator)
    nothing = 0.0 if options.empty == "zero" else float("nan")
    if isinstance(count, float) and isinstance(divisor, float):
        return total / divisor if count > 0.0 else total + nothing
    counts = both(_positive(count), _positive(divisor))
    return ops.where(counts, total / ops.where(counts, divisor, 1.0), nothing)


def _positive(x: Array) -> Array | None:
    """Is it more than 0? Nothing for a Python number that is."""
    return None if isinstance(x, float) and x > 0.0 else x > 0.0


def _total(ops: Ops, x: Array, losses: Array) -> Array:
    """The sum of an array that stands for as many items as there are losses."""
    return ops.total(x) * (size(shape_of(losses)) / max(size(shape_of(x)), 1))


def _points(ops: Ops, term: Term, inputs: Inputs, options: Options) -> Items:
    no_class_weights(term, inputs)
    shape, given = shape_of(inputs.prediction), shape_of(inputs.target)
    kind = ops.kind(inputs.target)
    if kind not in ("f", "i", "b"):
        raise DTypeError(f"`target` must hold real numbers, integers or truth values, got {inputs.target.dtype}")
    if given != shape:
        raise ShapeError(f"`target` must have shape {list(shape)}, as the prediction, got {list(given)}")
    n = shape[0] if shape else 1
    flat = (n, size(shape) // n if n else 1)
    x = inputs.prediction.reshape(flat)
    counts = mask_of(ops, inputs, True)
    if kind == "i" and term.settings["labelled"]:
        counts = both(counts, inputs.target.reshape(flat) != options.ignore_index)
    # A point that does not count may be anything: in its place comes one that every loss can take.
    x = kept(ops, counts, x, 0.5)
    t = kept(ops, counts, ops.numbers(inputs.target, x).reshape(flat), 0.25)
    losses = expanded(run(ops, term.formulas[0], {"x": x, "t": t}, x), x)
    return _weighted(ops, losses, counts, weights_of(ops, inputs, True), shape)


def _boxes(ops: Ops, term: Term, inputs: Inputs) -> Items:
    no_class_weights(term, inputs)
    shape, given = shape_of(inputs.prediction), shape_of(inputs.target)
    if len(shape) != 2 or shape[1] != 4:
        raise ShapeError(f"`prediction` must have shape [n, 4] (x1, y1, x2, y2), got {list(shape)}")
    if given != shape or ops.kind(inputs.target) != "f":
        raise ShapeError(f"`target` must have shape [{shape[0]}, 4] of real numbers, got {list(given)}")
    counts = mask_of(ops, inputs, True)
    weights = weights_of(ops, inputs, True)
    for name, beside in (("weights", weights), ("mask", counts)):
        if beside is not None and beside.shape[1] != 1:
            raise ShapeError(f"`{name}` must have shape [{shape[0]}], one per box, got {list(shape)}")
    target = ops.numbers(inputs.target, inputs.prediction)
    corners: dict[str, Array] = {}
    for i, corner in enumerate(CORNERS):
        # Two boxes that overlap, in the place of those that do not count.
        corners[f"prediction.{corner}"] = kept(ops, counts, inputs.prediction[:, i : i + 1], float(i // 2))
        corners[f"target.{corner}"] = kept(ops, counts, target[:, i : i + 1], i // 2 + 0.25)
    like = corners["prediction.x1"]
    losses = expanded(run(ops, term.formulas[0], corners, like), like)
    return _weighted(ops, losses, counts, weights, shape[:1])


def _weighted(ops: Ops, losses: Array, counts: Array | None, weights: Array | None, shape: tuple[int, ...]) -> Items:
    """Items ``[items, entries]`` with the shape that they are handed back in."""

    def placed(x: Array | None) -> Array | None:
        if x is None:
            return None
        return x.reshape(shape if shape_of(x) == shape_of(losses) else (*shape[:1], *(1 for _ in shape[1:])))

    weighted = losses if weights is None else losses * weights
    return Items(placed(kept(ops, counts, weighted, 0.0)), placed(counts), placed(weights))


def balanced(ops: Ops, inputs: Inputs, options: Options) -> Array:
    """Weights of classes that give each class that occurs the same weight in all; 1 for classes that do not occur."""
    _, classes, _ = layout(inputs)
    labels = None if inputs.target is None else labels_of(ops, inputs)
    if labels is None:
        raise ShapeError('`target` must hold the labels that `class_weights="balanced"` counts')
    labels = kept(ops, mask_of(ops, inputs, True), labels, options.ignore_index)
    of_class = labels[:, None, :] == ops.count(classes, inputs.prediction)[None, :, None]
    if 0 <= options.ignore_index < classes:
        of_class = of_class & (labels != options.ignore_index)[:, None, :]
    found = ops.sum(ops.total(ops.numbers(of_class, inputs.prediction), 2)[:, :, 0], 0)
    present = found > 0.0
    share = ops.sum(found) / ops.sum(ops.numbers(present, found))
    return ops.where(present, share / ops.where(present, found, 1.0), 1.0)
