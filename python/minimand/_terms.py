"""The terms of an objective as data, and the arrays of a batch as they fit them: what composed objectives share."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ._formula import Array, Formula, Ops, plan
from ._minimand import DTypeError, Objective, ParameterError, ShapeError, UnsupportedError


@dataclass(frozen=True)
class Options:
    """How the losses of the items become one number, as in ``minimand.loss``."""

    reduction: str = "mean"
    denominator: str | float = "weights"
    ignore_index: int = -100
    empty: str = "zero"

    def __post_init__(self) -> None:
        if self.reduction not in ("mean", "sum", "none"):
            raise ParameterError(f'`reduction` must be "mean", "sum" or "none", got {self.reduction!r}')
        if self.empty not in ("zero", "nan"):
            raise ParameterError(f'`empty` must be "zero" or "nan", got {self.empty!r}')
        named = isinstance(self.denominator, str)
        if not (self.denominator in ("weights", "count") if named else 0.0 < float(self.denominator) < math.inf):
            expected = '"weights", "count" or a finite number above 0'
            raise ParameterError(f"`denominator` must be {expected}, got {self.denominator!r}")
        if self.reduction != "mean" and self.denominator != "weights":
            raise ParameterError("`denominator` is what a mean divides by; it has no meaning with another `reduction`")


@dataclass(frozen=True)
class Term:
    """One loss of an objective: its formulas, and what its shape needs around them."""

    coefficient: float
    name: str
    shape: str
    settings: Mapping[str, Any]
    formulas: tuple[Formula, ...]
    other: Formula | None
    link: Formula | None
    reason: str | None
    """Why it has no formula, if it has none."""

    def unsupported(self) -> UnsupportedError:
        """Why the term cannot be composed, and what to do."""
        return UnsupportedError(
            f"`{self.name}` {self.reason}: it runs on its own kernel, on the CPU, and is differentiated once. Give it "
            "arrays of the CPU (`.cpu()` of a tensor elsewhere: the gradient flows back through the move)"
        )


def terms(objective: Objective, classes: int, class_weights: Sequence[float] | None = None) -> tuple[Term, ...]:
    """The traced formulas of an objective for predictions of this many classes."""
    text = objective.graph(classes, None if class_weights is None else list(class_weights))
    return tuple(_term(read) for read in json.loads(text))


def _term(read: dict[str, Any]) -> Term:
    formulas = read.get("formulas") or [read[key] for key in ("formula",) if key in read]
    other, transform = read.get("other"), read.get("transform") or {}
    return Term(
        coefficient=float(read["coefficient"]),
        name=read["name"],
        shape=read["shape"],
        settings=read,
        formulas=tuple(plan(nodes) for nodes in formulas),
        other=plan(other) if other else None,
        link=plan(transform["formula"]) if "formula" in transform else None,
        reason=read.get("reason"),
    )


class Inputs(NamedTuple):
    """The arrays of a batch, as in ``minimand.loss``; the prediction in the type of numbers to calculate in."""

    prediction: Array
    target: Array
    """May be None."""
    weights: Array | None
    class_weights: Array | None
    mask: Array | None


class Items(NamedTuple):
    """The items of a term, all arrays of one shape or of axes of length 1."""

    losses: Array
    """Weighted, and 0 where one does not count."""
    counts: Array | None
    """Which count; all of them if there is no such array."""
    weights: Array | None
    """What each of those that count adds to the divisor of a mean; 1 if there is no such array."""


def size(shape: Sequence[int]) -> int:
    """The number of entries."""
    return math.prod(shape)


def shape_of(x: Array) -> tuple[int, ...]:
    """The lengths of the axes."""
    return tuple(x.shape)


def both(a: Array | None, b: Array | None) -> Array | None:
    """Where both conditions hold; one that is not there always holds."""
    return b if a is None else a if b is None else a & b


def kept(ops: Ops, counts: Array | None, x: Array, other: float | int) -> Array:
    """``x`` where an item counts, else a number."""
    return x if counts is None else ops.where(counts, x, other)


def layout(inputs: Inputs, least: int = 1) -> tuple[int, int, tuple[int, ...]]:
    """Items, classes and the axes of positions of a prediction ``[items, classes, …]``."""
    shape = shape_of(inputs.prediction)
    if len(shape) < 2 or shape[1] < least:
        many = "at least one class" if least == 1 else f"at least {least} classes"
        raise ShapeError(f"`prediction` must have shape [items, classes, …] with {many}, got {list(shape)}")
    return shape[0], shape[1], shape[2:]


def labels_of(ops: Ops, inputs: Inputs) -> Array | None:
    """The target as labels ``[items, positions]``; nothing if it is soft labels, one per class and position."""
    prediction, target = shape_of(inputs.prediction), shape_of(inputs.target)
    spatial = prediction[2:]
    kind = ops.kind(inputs.target)
    if kind == "f" or (kind == "b" and target == prediction):
        if target == prediction:
            return None
        fitting = f"{list(prediction)} (soft labels like the prediction), or integer labels"
        raise ShapeError(f"`target` must have shape {fitting}, got {list(target)}")
    if kind not in ("i", "b"):
        raise DTypeError(
            f"`target` must hold integers (labels), truth values or real numbers, got {inputs.target.dtype}"
        )
    if target[:1] != prediction[:1] or target[1:] not in (spatial, (1, *spatial)):
        fitting = f"{[prediction[0], *spatial]} (one label per position)"
        raise ShapeError(f"`target` must have shape {fitting}, got {list(target)}")
    return inputs.target.reshape((prediction[0], size(spatial)))


def _beside(name: str, x: Array, inputs: Inputs, labelled: bool) -> Array:
    """An array beside the prediction as ``[items, 1]`` or ``[items, what one has]``."""
    prediction, given = shape_of(inputs.prediction), shape_of(x)
    items = prediction[0] if prediction else 1
    fitting = [[items], list(shape_of(inputs.target))]
    if not labelled and len(prediction) > 1:
        fitting.append([items, *prediction[2:]])
    if not any(_squeezed(fit) == _squeezed(given) for fit in fitting):
        shown = [f"[{items}] (one per item)", *(str(fit) for fit in fitting[1:] if fit != fitting[0])]
        raise ShapeError(f"`{name}` must have shape {' or '.join(shown)}, got {list(given)}")
    return x.reshape((items, size(given) // items if items else 1))


def _squeezed(shape: Sequence[int]) -> list[int]:
    return [length for length in shape if length != 1]


def weights_of(ops: Ops, inputs: Inputs, labelled: bool) -> Array | None:
    """The weights as ``[items, 1]`` or ``[items, what one has]``, in the prediction's type of numbers."""
    if inputs.weights is None:
        return None
    if ops.kind(inputs.weights) not in ("f", "i"):
        raise DTypeError(f"`weights` must hold numbers (truth values are for `mask`), got {inputs.weights.dtype}")
    return ops.numbers(_beside("weights", inputs.weights, inputs, labelled), inputs.prediction)


def mask_of(ops: Ops, inputs: Inputs, labelled: bool) -> Array | None:
    """The mask laid out alike, as truth values."""
    if inputs.mask is None:
        return None
    if ops.kind(inputs.mask) not in ("b", "i"):
        raise DTypeError(f"`mask` must hold truth values (true counts), or integers 1 and 0, got {inputs.mask.dtype}")
    return _beside("mask", inputs.mask, inputs, labelled) != 0


def class_weights_of(ops: Ops, inputs: Inputs, classes: int) -> Array | None:
    """A weight per class, in the prediction's type of numbers."""
    if inputs.class_weights is None:
        return None
    given = shape_of(inputs.class_weights)
    if given != (classes,):
        raise ShapeError(f"`class_weights` must have shape [{classes}], one per class, got {list(given)}")
    return ops.numbers(inputs.class_weights, inputs.prediction)


def no_class_weights(term: Term, inputs: Inputs) -> None:
    """Refuses class weights of a loss without classes."""
    if inputs.class_weights is not None:
        raise UnsupportedError(f"`{term.name}` has no classes to weight; use weights per item or entry")
