"""Losses of sums over the pixels of regions, composed."""

from __future__ import annotations

from ._formula import Array, Ops, magnitude, run, sigmoid
from ._minimand import ShapeError, UnsupportedError
from ._terms import (
    Inputs,
    Items,
    Options,
    Term,
    both,
    class_weights_of,
    labels_of,
    layout,
    mask_of,
    shape_of,
    size,
    weights_of,
)

HARMLESS = {"intersection": 1.0, "prediction": 2.0, "target": 2.0, "difference": 1.0, "pixels": 4.0}
"""Sums of a region that every loss can take, in the place of one that does not count."""


def items(ops: Ops, term: Term, inputs: Inputs, options: Options) -> Items:
    """The losses of the regions ``[items, classes]`` (without an axis of items if they are summed over the batch), or
    of all regions of an item together ``[items, 1]``."""
    settings = term.settings
    n, classes, spatial = layout(inputs)
    _check(term, classes, shape_of(inputs.prediction))
    labels = labels_of(ops, inputs)
    pixels = size(spatial)
    x = inputs.prediction.reshape((n, classes, pixels))
    weights = weights_of(ops, inputs, labels is not None)
    class_weights = class_weights_of(ops, inputs, classes)
    per_item = weights is not None and weights.shape[1] == 1 and not (settings["per_batch"] and pixels == 1)
    if settings["per_batch"] and per_item:
        raise UnsupportedError(
            f'`{term.name}` with per="batch" has one region per class, so weights per item have no place; give weights '
            "per pixel"
        )
    counts = mask_of(ops, inputs, labels is not None)
    if labels is not None:
        counts = both(counts, labels != options.ignore_index)
    if weights is not None and not per_item:
        counts = both(counts, weights != 0.0)
    of_pixel = ops.number(1.0, x) if per_item or weights is None else weights
    # [items, pixels]: 0 where one does not count.
    of_pixel = of_pixel + ops.detach(x[:, 0, :]) * 0.0 if counts is None else ops.where(counts, of_pixel, 0.0)
    x = x if counts is None else ops.where(counts[:, None, :], x, 0.0)
    of_pixel = of_pixel + ops.sum(ops.detach(x) * 0.0, 1)
    p = ops.softmax(x, 1) if settings["activation"] == "softmax" else x
    p = sigmoid(ops, x) if settings["activation"] == "sigmoid" else p
    wrong: Array | None = None
    if labels is None:
        t = ops.numbers(inputs.target, x).reshape((n, classes, pixels))
        t = t if counts is None else ops.where(counts[:, None, :], t, 0.0)
    else:
        first = 1 if classes == 1 else 0
        inside = (labels >= 0) & (labels < max(classes, 2))
        wrong = ops.numbers(both(counts, ~inside), x)
        t = ops.numbers(labels[:, None, :] == ops.count(classes, x)[None, :, None] + first, x)
    return _judged(ops, term, _sums(ops, term, p, t, of_pixel, wrong), weights if per_item else None, class_weights)


def _check(term: Term, classes: int, shape: tuple[int, ...]) -> None:
    several = term.settings["activation"] == "softmax" or not term.settings["include_background"]
    if several and classes < 2:
        raise ShapeError(
            '`prediction` must have shape [items, classes, …] with at least 2 classes; for one class use '
            f'activation="sigmoid" and include_background=true, got {list(shape)}'
        )


def _sums(ops: Ops, term: Term, p: Array, t: Array, of_pixel: Array, wrong: Array | None) -> dict[str, Array]:
    """What a formula reads of every region that may count, ``[items, classes]`` or ``[1, classes]``; beside it the
    number of pixels that count, and of labels that are no class, ``[items, 1]`` or ``[1, 1]``."""
    first = 0 if term.settings["include_background"] else 1
    w = of_pixel[:, None, :]

    def summed(x: Array) -> Array:
        by_item = ops.total(x, 2)[:, :, 0]
        return ops.sum(by_item, 0, True) if term.settings["per_batch"] else by_item

    weighted = w * p
    squared = term.settings["squared"]
    sums = {
        "intersection": summed(weighted * t)[:, first:],
        "prediction": summed(weighted * p if squared else weighted)[:, first:],
        "target": summed(w * t * t if squared else w * t)[:, first:],
        "pixels": summed(w),
        "counting": summed(ops.numbers(w != 0.0, p)),
    }
    if term.settings["difference"]:
        # At p = t the derivative of |p − t| is taken as 0.
        gap = ops.where(p == t, 0.0, p - t)
        sums["difference"] = summed(w * magnitude(ops, gap))[:, first:]
    if wrong is not None:
        sums["wrong"] = summed(wrong[:, None, :])
    return sums


def _judged(
    ops: Ops, term: Term, sums: dict[str, Array], item_weights: Array | None, class_weights: Array | None
) -> Items:
    settings = term.settings
    counts = sums["counting"] > 0.0
    if not settings["joint"]:
        counts = counts & (sums["target"] > (0.0 if settings["present"] else -1.0))
    read: dict[str, Array] = {
        name: ops.where(counts, sums[name], HARMLESS[name]) if name in sums else 0.0
        for name in ("intersection", "prediction", "target", "difference", "pixels")
    }
    like = sums["intersection"]
    classes = like.shape[1]
    weights = item_weights
    if settings["joint"]:
        first = 0 if settings["include_background"] else 1
        named = {
            f"{name}.{k + first}": x if isinstance(x, float) else x[:, k : k + 1] if x.shape[1] > 1 else x
            for name, x in read.items()
            for k in range(classes)
        }
        losses = run(ops, term.formulas[0], named, like)
    elif all(formula == term.formulas[0] for formula in term.formulas):
        losses = run(ops, term.formulas[0], read, like)
    else:
        columns = [
            run(ops, term.formulas[k], {name: x if isinstance(x, float) else x[:, k] for name, x in read.items()}, like)
            for k in range(classes)
        ]
        losses = ops.stack(columns, 1)
    if not settings["joint"] and class_weights is not None:
        by_class = class_weights[None, class_weights.shape[0] - classes :]
        weights = by_class if weights is None else weights * by_class
    if "wrong" in sums:
        losses = ops.where(sums["wrong"] > 0.0, float("nan"), losses)
    losses = ops.where(counts, losses if weights is None else losses * weights, 0.0)
    if settings["per_batch"]:
        # One number per class, or one in all.
        return Items(losses[0], counts[0], None if weights is None else weights[0])
    return Items(losses, counts, weights)
