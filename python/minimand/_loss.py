"""Losses on arrays: a value, a value with its gradient, or both with the diagonal of the Hessian."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal, TypeAlias, TypedDict, Unpack, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._minimand import DTypeError, Objective, ParameterError, ShapeError

Array: TypeAlias = NDArray[Any]
ClassWeights: TypeAlias = ArrayLike | Literal["balanced"] | None
Denominator: TypeAlias = Literal["weights", "count"] | float
Empty: TypeAlias = Literal["zero", "nan"]
Items: TypeAlias = NDArray[np.float64]
Reduction: TypeAlias = Literal["mean", "sum", "none"]
Spacing: TypeAlias = Sequence[float] | NDArray[Any] | None
Weights: TypeAlias = ArrayLike | None


class Options(TypedDict, total=False):
    """What every loss can be evaluated with, beside ``reduction``; explained at :class:`Loss`."""

    weights: Weights
    sample_weight: Weights
    class_weights: ClassWeights
    mask: ArrayLike | None
    spacing: Spacing
    denominator: Denominator
    ignore_index: int
    empty: Empty


class Loss:
    """A training objective on arrays: a loss, or a weighted sum of losses.

    Made from an expression, ``Loss("cross_entropy + 0.5*dice(smooth=1)")``, or from the classes of
    ``minimand.losses``; ``0.5 * a - b`` of two losses is a loss. Immutable: it can be pickled, copied, compared, and
    shared between threads (kernels run without the interpreter's lock).

    Arrays are NumPy's, or whatever shows itself as one (DLPack, the buffer protocol, ``__array__``, lists). float32 and
    float64 arrays in row-major order are read where they are; others are copied. float16 and bfloat16 are widened to
    float32, and so is their gradient.

    Every method takes:

    prediction
        Real numbers: raw scores (logits) wherever a loss has a link of its own. Its shape is what the loss says.
    target
        Integers of any width are class labels (numbers, for losses that have no classes); real numbers are numbers:
        regression targets, soft labels, boxes. Truth values of the prediction's shape are the numbers 0 and 1, others
        the labels 0 and 1. Losses that judge the prediction alone need none.
    weights, sample_weight
        A weight ≥ 0 for each item (along the first axis) or for each label; one argument by two names.
    class_weights
        A weight ≥ 0 for each class, or "balanced": n / (classes that occur · labels of the class), from the labels that
        count, as in scikit-learn; classes that do not occur have weight 1.
    mask
        True for the items, or the labels, that count.
    spacing
        The distance of neighbours along each axis of pixels, for losses that measure distances; 1 by default.
    reduction
        "mean" (weighted sum over the ``denominator``), "sum" (weighted sum), or "none" (one weighted loss for each
        item; derivatives are then those of their sum).
    denominator
        What a mean divides by: "weights" (the sum of the weights that count), "count" (the number of items that
        count), or a number > 0.
    ignore_index
        The label that does not count.
    empty
        The value of a mean in which nothing counts: "zero" or "nan". The gradient is zero in both cases.

    Raises subclasses of :class:`minimand.Error`: :class:`~minimand.ShapeError`, :class:`~minimand.DTypeError`,
    :class:`~minimand.LabelError` (a label that is no class), :class:`~minimand.RangeError` (a number that the loss
    cannot take), :class:`~minimand.ParameterError` (an option), :class:`~minimand.UnsupportedError`.
    """

    __slots__ = ("_objective",)
    _objective: Objective

    def __init__(self, expression: str | Objective | Loss) -> None:
        if isinstance(expression, Loss):
            self._objective = expression._objective
        elif isinstance(expression, Objective):
            self._objective = expression
        else:
            self._objective = Objective(expression)

    @property
    def objective(self) -> Objective:
        """The compiled objective."""
        return self._objective

    @property
    def expression(self) -> str:
        """The text that reads back as this loss."""
        return self._objective.expression

    @property
    def terms(self) -> list[tuple[float, str, dict[str, Any]]]:
        """The losses of the sum: coefficient, name, and every parameter."""
        return self._objective.terms

    @overload
    def __call__(
        self,
        prediction: ArrayLike,
        target: ArrayLike | None = None,
        *,
        reduction: Literal["mean", "sum"] = "mean",
        **options: Unpack[Options],
    ) -> float: ...
    @overload
    def __call__(
        self,
        prediction: ArrayLike,
        target: ArrayLike | None = None,
        *,
        reduction: Literal["none"],
        **options: Unpack[Options],
    ) -> Items: ...
    def __call__(
        self,
        prediction: ArrayLike,
        target: ArrayLike | None = None,
        *,
        weights: Weights = None,
        sample_weight: Weights = None,
        class_weights: ClassWeights = None,
        mask: ArrayLike | None = None,
        spacing: Spacing = None,
        reduction: Reduction = "mean",
        denominator: Denominator = "weights",
        ignore_index: int = -100,
        empty: Empty = "zero",
    ) -> float | Items:
        """The value: a number, or with ``reduction="none"`` an array of the items' losses."""
        return evaluate(
            self._objective,
            prediction,
            target,
            weights,
            sample_weight,
            class_weights,
            mask,
            spacing,
            reduction,
            denominator,
            ignore_index,
            empty,
        )

    value = __call__

    @overload
    def value_and_grad(
        self,
        prediction: ArrayLike,
        target: ArrayLike | None = None,
        *,
        reduction: Literal["mean", "sum"] = "mean",
        out: Array | None = None,
        **options: Unpack[Options],
    ) -> tuple[float, Array]: ...
    @overload
    def value_and_grad(
        self,
        prediction: ArrayLike,
        target: ArrayLike | None = None,
        *,
        reduction: Literal["none"],
        out: Array | None = None,
        **options: Unpack[Options],
    ) -> tuple[Items, Array]: ...
    def value_and_grad(
        self,
        prediction: ArrayLike,
        target: ArrayLike | None = None,
        *,
        weights: Weights = None,
        sample_weight: Weights = None,
        class_weights: ClassWeights = None,
        mask: ArrayLike | None = None,
        spacing: Spacing = None,
        reduction: Reduction = "mean",
        denominator: Denominator = "weights",
        ignore_index: int = -100,
        empty: Empty = "zero",
        out: Array | None = None,
    ) -> tuple[float | Items, Array]:
        """The value and its gradient by the prediction, in the prediction's shape and precision.

        The gradient is written to ``out`` where that is given: an array like the prediction, in row-major order, that
        shares no memory with it.
        """
        value, items, _, gradient = self._objective.evaluate(
            prediction,
            target,
            weights=_weights(weights, sample_weight),
            class_weights=_class_weights(class_weights, prediction, target, mask, ignore_index),
            mask=mask,
            spacing=spacing,
            reduction=reduction,
            denominator=denominator,
            ignore_index=ignore_index,
            empty=empty,
            gradient=True,
            out=out,
        )
        assert gradient is not None  # It was asked for.
        return value if items is None else items, gradient

    @overload
    def value_grad_hess(
        self,
        prediction: ArrayLike,
        target: ArrayLike | None = None,
        *,
        reduction: Literal["mean", "sum"] = "mean",
        **options: Unpack[Options],
    ) -> tuple[float, Array, Items]: ...
    @overload
    def value_grad_hess(
        self,
        prediction: ArrayLike,
        target: ArrayLike | None = None,
        *,
        reduction: Literal["none"],
        **options: Unpack[Options],
    ) -> tuple[Items, Array, Items]: ...
    def value_grad_hess(
        self,
        prediction: ArrayLike,
        target: ArrayLike | None = None,
        *,
        weights: Weights = None,
        sample_weight: Weights = None,
        class_weights: ClassWeights = None,
        mask: ArrayLike | None = None,
        spacing: Spacing = None,
        reduction: Reduction = "mean",
        denominator: Denominator = "weights",
        ignore_index: int = -100,
        empty: Empty = "zero",
    ) -> tuple[float | Items, Array, Items]:
        """The value, its gradient, and the exact diagonal of its Hessian by the prediction.

        The diagonal is in double precision and can be negative: `minimand.catalog` tells of which losses it cannot.
        """
        weights = _weights(weights, sample_weight)
        class_weights = _class_weights(class_weights, prediction, target, mask, ignore_index)
        value, items, _, gradient = self._objective.evaluate(
            prediction,
            target,
            weights=weights,
            class_weights=class_weights,
            mask=mask,
            spacing=spacing,
            reduction=reduction,
            denominator=denominator,
            ignore_index=ignore_index,
            empty=empty,
            gradient=True,
        )
        diagonal = self._objective.hessian_diagonal(
            prediction,
            target,
            weights=weights,
            class_weights=class_weights,
            mask=mask,
            spacing=spacing,
            reduction=reduction,
            denominator=denominator,
            ignore_index=ignore_index,
            empty=empty,
        )
        assert gradient is not None  # It was asked for.
        return value if items is None else items, gradient, diagonal

    def value_and_both_grads(
        self,
        prediction: ArrayLike,
        target: ArrayLike,
        *,
        weights: Weights = None,
        sample_weight: Weights = None,
        mask: ArrayLike | None = None,
        reduction: Reduction = "mean",
        denominator: Denominator = "weights",
        empty: Empty = "zero",
    ) -> tuple[float | Items, Array, Array]:
        """The value and the gradients by both sides of pairs of embeddings: by the prediction and by the target.

        For two networks that are trained together, such as one of images and one of texts. The gradients have the
        shapes of the two sides and the precision of the prediction. Of losses of embeddings only.
        """
        value, items, _, gradient, by_target = self._objective.evaluate_both_sides(
            prediction,
            target,
            weights=_weights(weights, sample_weight),
            mask=mask,
            reduction=reduction,
            denominator=denominator,
            empty=empty,
        )
        return value if items is None else items, gradient, by_target

    def __add__(self, other: Loss) -> Loss:
        if not isinstance(other, Loss):
            return NotImplemented
        return Loss(self._objective + other._objective)

    def __sub__(self, other: Loss) -> Loss:
        return self + other * -1.0

    def __neg__(self) -> Loss:
        return self * -1.0

    def __mul__(self, factor: float) -> Loss:
        return Loss(self._objective * factor)

    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Loss) and self._objective == other._objective

    def __hash__(self) -> int:
        return hash(self._objective)

    def __repr__(self) -> str:
        return f"Loss({self.expression!r})"


def loss(expression: str | Objective | Loss) -> Loss:
    """The loss of an expression, such as ``loss("focal(gamma=2) + 0.5*squentropy")``.

    An expression is a sum of terms, each a name with an optional factor and parameters; names and parameters are those
    of :func:`minimand.catalog`. Raises :class:`minimand.ExpressionError`, :class:`minimand.UnknownLossError`,
    :class:`minimand.UnknownParameterError`, :class:`minimand.ParameterError`.
    """
    return Loss(expression)


@lru_cache(maxsize=256, typed=True)
def _remembered(name: str, **parameters: object) -> Objective:
    return Objective.build(name, parameters)


def objective(name: str, **parameters: object) -> Objective:
    """The objective of one loss, remembered between calls where its parameters can be."""
    try:
        return _remembered(name, **parameters)
    except TypeError:  # a list or an array among the parameters
        return Objective.build(name, parameters)


def evaluate(
    objective: Objective,
    prediction: ArrayLike,
    target: ArrayLike | None,
    weights: Weights,
    sample_weight: Weights,
    class_weights: ClassWeights,
    mask: ArrayLike | None,
    spacing: Spacing,
    reduction: Reduction,
    denominator: Denominator,
    ignore_index: int,
    empty: Empty,
) -> float | Items:
    """The value of an objective with all that :class:`Loss` takes."""
    value, items, _, _ = objective.evaluate(
        prediction,
        target,
        weights=_weights(weights, sample_weight),
        class_weights=_class_weights(class_weights, prediction, target, mask, ignore_index),
        mask=mask,
        spacing=spacing,
        reduction=reduction,
        denominator=denominator,
        ignore_index=ignore_index,
        empty=empty,
    )
    return value if items is None else items


def balanced(labels: ArrayLike, classes: int, *, mask: ArrayLike | None = None, ignore_index: int = -100) -> Items:
    """Weights of classes that give each class that occurs the same weight in all, as scikit-learn's "balanced".

    n / (classes that occur · labels of the class), from the n labels that count; 1 for classes that do not occur.
    ``mask`` is of the labels or of the first axis. Labels outside 0..classes are left for the loss to refuse.
    """
    values = np.asarray(labels)
    if values.dtype.kind not in "biu":
        raise DTypeError(f'`class_weights="balanced"` counts labels: `target` must hold integers, got {values.dtype}')
    counts = values != ignore_index
    if mask is not None:
        kept = np.asarray(mask).astype(bool)
        if kept.size == len(values):
            kept = kept.reshape(len(values), *[1] * (values.ndim - 1))
        elif kept.size == values.size:
            kept = kept.reshape(values.shape)
        else:
            raise ShapeError(f"`mask` must have shape {list(values.shape)} or [{len(values)}], got {list(kept.shape)}")
        counts &= kept
    kept_labels = values[counts & (values >= 0) & (values < classes)]
    found = np.bincount(kept_labels.ravel().astype(np.int64), minlength=classes)
    present = found > 0
    weights = np.ones(classes)
    weights[present] = found.sum() / (np.count_nonzero(present) * found[present])
    return weights


def _weights(weights: Weights, sample_weight: Weights) -> Weights:
    if sample_weight is None:
        return weights
    if weights is not None:
        raise ParameterError("`weights` and `sample_weight` are one argument by two names, got both")
    return sample_weight


def _class_weights(
    class_weights: ClassWeights,
    prediction: ArrayLike,
    target: ArrayLike | None,
    mask: ArrayLike | None,
    ignore_index: int,
) -> ArrayLike | None:
    if not isinstance(class_weights, str):
        return class_weights
    if class_weights != "balanced":
        raise ParameterError(f'`class_weights` must be "balanced" or a weight for each class, got {class_weights!r}')
    shape = np.shape(prediction)
    if len(shape) < 2:
        raise ShapeError(f"`prediction` must have shape [items, classes, …], got {list(shape)}")
    if target is None:
        raise ShapeError('`target` must hold the labels that `class_weights="balanced"` counts, got no target')
    return balanced(target, shape[1], mask=mask, ignore_index=ignore_index)
