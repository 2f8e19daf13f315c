"""Losses of rows of logits, composed: the statistics that their formulas read, and what surrounds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from . import _transforms
from ._formula import Array, Formula, Ops, expanded, run
from ._minimand import ParameterError, UnsupportedError
from ._terms import (
    Inputs,
    Items,
    Options,
    Term,
    both,
    class_weights_of,
    kept,
    labels_of,
    layout,
    mask_of,
    size,
    weights_of,
)

NO_RIVAL = -1e30
"""The gap of a rival where there is none."""

CLASS = 1
"""The axis of the classes, here and in all of this file: ``[items, classes, positions]``."""


class Rows(NamedTuple):
    """Transformed logits, which entry is the label's own, and a number that a transform holds fixed per row."""

    z: Array
    own: Array | None
    labels: Array | None
    fixed: Array | None


def items(ops: Ops, term: Term, inputs: Inputs, options: Options) -> Items:
    """The losses of the rows of a batch, ``[items, …]``."""
    n, classes, spatial = layout(inputs, term.settings["least_classes"])
    labels = labels_of(ops, inputs)
    _check(term, classes, labels is None)
    positions = size(spatial)
    x = inputs.prediction.reshape((n, classes, positions))
    weights = weights_of(ops, inputs, labels is not None)
    class_weights = class_weights_of(ops, inputs, classes)
    counts = mask_of(ops, inputs, labels is not None)
    wrong: Array | None = None
    soft: Array | None = None
    if labels is None:
        soft = ops.numbers(inputs.target, x).reshape((n, classes, positions))
    else:
        counts = both(counts, labels != options.ignore_index)
        inside = (labels >= 0) & (labels < classes)
        wrong = both(counts, ~inside)
        labels = ops.where(both(counts, inside), labels, 0)[:, None, :]
    # What does not count may hold anything, NaN included.
    x = x if counts is None else ops.where(counts[:, None, :], x, 0.0)
    if soft is not None and counts is not None:
        soft = ops.where(counts[:, None, :], soft, 1.0 / classes)
    z, fixed = _transforms.forward(ops, term, x)
    if term.settings["temperature"] != 1.0:
        z = z * (1.0 / term.settings["temperature"])
    own = None if labels is None else labels == ops.count(classes, x)[None, :, None]
    rows = Rows(z, own, labels, fixed)
    share = soft if own is None else ops.numbers(own, x)
    by_label = labels is not None and term.settings["combines"] in ("by_target", "present")
    if by_label and not term.settings["label_smoothing"]:
        losses = _of_labels(ops, term, rows, class_weights)
    else:
        losses = _of_all(ops, term, rows, share, class_weights)
    if wrong is not None:
        losses = ops.where(wrong, float("nan"), losses)
    counted = weights
    if class_weights is not None:
        of_target = ops.sum(share * class_weights[None, :, None], CLASS)
        counted = of_target if counted is None else counted * of_target
    losses = losses if weights is None else losses * weights
    return Items(
        kept(ops, counts, losses, 0.0).reshape((n, *spatial)),
        _placed(counts, n, positions, spatial),
        _placed(counted, n, positions, spatial),
    )


def _placed(x: Array | None, n: int, positions: int, spatial: Sequence[int]) -> Array | None:
    """``[items, 1]`` or ``[items, positions]`` with the axes of the positions."""
    if x is None:
        return None
    return x.reshape((n, *spatial) if x.shape[1] == positions else (n, *(1 for _ in spatial)))


def _check(term: Term, classes: int, soft: bool) -> None:
    """Refuses targets and parameters that the loss cannot take."""
    if soft and not term.settings["soft_labels"]:
        raise UnsupportedError(f"`{term.name}` has no meaning for soft labels; give integer labels")
    transform = term.settings["transform"] or {}
    for parameter, numbers in (
        ("alpha", term.settings["alpha"]),
        ("counts", term.settings["class_values"]),
        ("counts", transform.get("by", [])),
    ):
        if len(numbers) not in (0, 1, classes):
            expected = f"a number or one for each of the {classes} classes"
            got = f"{len(numbers)} numbers"
            raise ParameterError(f"`{term.name}`: parameter `{parameter}` must be {expected}, got {got}")


def _by_class(ops: Ops, numbers: Sequence[float], like: Array) -> Array:
    """A number for all classes or one for each, beside ``[items, classes, positions]``; or nothing."""
    if len(numbers) == 0:
        return None
    return float(numbers[0]) if len(numbers) == 1 else ops.numbers(numbers, like)[None, :, None]


def _of_labels(ops: Ops, term: Term, rows: Rows, class_weights: Array | None) -> Array:
    """The losses where the label's own term is all there is, ``[items, positions]``."""
    z, own, labels = rows.z, rows.own, rows.labels
    formula = term.formulas[0]
    own_z = ops.take(z, labels, CLASS)
    inputs: dict[str, Array] = {"z": own_z}
    if formula.reads("log_p") or formula.reads("p") or formula.reads("q"):
        _probabilities(ops, inputs, _log_p_of_labels(ops, z, own, own_z))
    if formula.reads("other_sq"):
        inputs["other_sq"] = ops.sum(ops.where(own, 0.0, z * z), CLASS, True)
    if formula.reads("others"):
        if term.settings["rival"]:
            inputs["others"] = _rival(ops, term.settings["rival"], z - own_z, own)
        else:
            pairs = run(ops, _other(term), {"other": z, "own": own_z}, z)
            inputs["others"] = ops.sum(ops.where(own, 0.0, pairs), CLASS, True)
    if term.settings["combines"] == "present":
        inputs["fixed"] = 1.0
    elif rows.fixed is not None:
        inputs["fixed"] = rows.fixed
    else:
        values = _by_class(ops, term.settings["class_values"], z)
        inputs["fixed"] = _at_labels(ops, values, z, labels, 0.0)
    losses = expanded(run(ops, formula, inputs, z), own_z)
    for factors in (class_weights, _by_class(ops, term.settings["alpha"], z)):
        if factors is not None:
            factors = factors if isinstance(factors, float) else factors.reshape((1, -1, 1))
            losses = losses * _at_labels(ops, factors, z, labels, 1.0)
    return losses[:, 0, :]


def _at_labels(ops: Ops, values: Array, z: Array, labels: Array, none: float) -> Array:
    """The number of the label's class."""
    if values is None:
        return none
    return values if isinstance(values, float) else ops.take(values + ops.detach(z) * 0.0, labels, CLASS)


def _log_p_of_labels(ops: Ops, z: Array, own: Array, own_z: Array) -> Array:
    """ln p of the labels: from 1 − p, summed over the other classes, where p ≥ ½: confident rows keep their slopes."""
    top = ops.detach(ops.amax(z, CLASS))
    shifted = own_z - top
    rest = ops.sum(ops.where(own, 0.0, ops.exp(z - top)), CLASS, True)
    total = rest + ops.exp(shifted)
    return _log_p(ops, shifted, rest / total, total)


def _log_p(ops: Ops, shifted: Array, q: Array, total: Array) -> Array:
    sure = q < 0.5
    return ops.where(sure, ops.log1p(-ops.where(sure, q, 0.0)), shifted - ops.log(total))


def _log_p_of_all(ops: Ops, z: Array) -> Array:
    """ln p of every class. At most one has p > ½: that of the largest logit."""
    best = ops.argmax(z, CLASS) == ops.count(z.shape[CLASS], z)[None, :, None]
    top = ops.detach(ops.amax(z, CLASS))
    shifted = z - top
    e = ops.exp(shifted)
    rest = ops.sum(ops.where(best, 0.0, e), CLASS, True)
    total = rest + ops.sum(ops.where(best, e, 0.0), CLASS, True)
    q = ops.where(best, rest / total, 1.0)
    return _log_p(ops, shifted, q, total)


def _probabilities(ops: Ops, inputs: dict[str, Array], log_p: Array) -> None:
    """p and 1 − p as functions of ln p: neither they nor their slopes cancel."""
    inputs["log_p"] = log_p
    inputs["p"] = ops.exp(log_p)
    inputs["q"] = -ops.expm1(log_p)


def _other(term: Term) -> Formula:
    assert term.other is not None, "a formula that reads `others` comes with their term"
    return term.other


def _rival(ops: Ops, rival: str, gaps: Array, own: Array) -> Array:
    """The gap of the class nearest above or below a class, along the axis of the classes."""
    allowed = ~own if rival == "largest" else ~own & (gaps < 0.0)
    open_to = ops.where(allowed, gaps, NO_RIVAL)
    return ops.take(open_to, ops.argmax(ops.detach(open_to), CLASS), CLASS)


def _of_all(ops: Ops, term: Term, rows: Rows, share: Array, class_weights: Array | None) -> Array:
    """The losses from the terms of all classes, ``[items, positions]``; ``share`` is the target."""
    z = rows.z
    classes = z.shape[CLASS]
    smoothing = term.settings["label_smoothing"]
    if smoothing:
        share = share * (1.0 - smoothing) + smoothing / classes
    mass = share
    for factors in (class_weights, _by_class(ops, term.settings["alpha"], z)):
        if factors is not None:
            mass = mass * (factors if isinstance(factors, float) else factors.reshape((1, -1, 1)))
    formula, combines = term.formulas[0], term.settings["combines"]
    inputs: dict[str, Array] = {"z": z}
    if formula.reads("log_p") or formula.reads("p") or formula.reads("q"):
        _probabilities(ops, inputs, _log_p_of_all(ops, z))
    if formula.reads("other_sq"):
        inputs["other_sq"] = _other_squares(ops, z)
    if formula.reads("others"):
        inputs["others"] = _others_of_all(ops, term, z)
    if combines in ("every", "present"):
        inputs["fixed"] = share
    elif rows.fixed is not None:
        inputs["fixed"] = rows.fixed
    else:
        values = _by_class(ops, term.settings["class_values"], z)
        inputs["fixed"] = 0.0 if values is None else values
    row = expanded(run(ops, formula, inputs, z), z)
    if combines in ("every", "present"):
        return ops.sum(mass, CLASS) * ops.sum(row, CLASS)
    total = ops.sum(mass * row, CLASS)
    return total if combines == "by_target" else total / ops.sum(row, CLASS)


def _other_squares(ops: Ops, z: Array) -> Array:
    """Σ z² of the other classes, of each class; without cancellation where one holds nearly all of it."""
    squares = z * z
    most = ops.argmax(ops.detach(squares), CLASS) == ops.count(z.shape[CLASS], z)[None, :, None]
    without = ops.sum(ops.where(most, 0.0, squares), CLASS, True)
    most_square = ops.sum(ops.where(most, squares, 0.0), CLASS, True)
    return ops.where(most, without, without + most_square - squares)


def _others_of_all(ops: Ops, term: Term, z: Array) -> Array:
    """What a class reads of all others, of each class."""
    numbers = ops.count(z.shape[CLASS], z)
    own = (numbers[:, None] == numbers[None, :])[None, :, :, None]
    # [items, other class, own class, positions]
    other_z, own_z = z[:, :, None, :], z[:, None, :, :]
    if term.settings["rival"]:
        return _rival(ops, term.settings["rival"], other_z - own_z, own)[:, 0]
    pairs = run(ops, _other(term), {"other": other_z, "own": own_z}, z)
    return ops.sum(ops.where(own, 0.0, pairs), CLASS)
