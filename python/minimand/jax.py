"""Objectives of JAX arrays.

    criterion = minimand.jax.loss("dice + cross_entropy")
    gradient = jax.jit(jax.grad(criterion))(logits, labels)

    value = minimand.jax.focal(logits, labels, gamma=2.0)

A loss is a function that is composed of JAX's own operations: ``jax.jit`` compiles it, ``jax.grad`` differentiates it
any number of times, ``jax.vmap`` maps it. Losses of groups, of fields and of pairs have no formula to compose; they
call the fused kernels on the CPU (``jax.pure_callback``), with their exact gradient, and can be differentiated once.

float16 and bfloat16 predictions are widened to float32, and so is the loss; their gradient comes back in their own
type. In a composed loss nothing is asked of the numbers: a label that is no class gives NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np

try:
    import jax
    import jax.numpy as jnp
except ImportError as error:
    raise ImportError("`minimand.jax` needs JAX: install it with `pip install jax`") from error

from . import _composed, _functions, _terms
from ._jax_ops import OPS
from ._loss import Loss as ArrayLoss
from ._minimand import DTypeError, Objective, ParameterError, UnsupportedError

Array: TypeAlias = Any

__all__ = ["evaluate", "loss", "make_fenchel_young_loss"]


def loss(
    expression: str | Objective | ArrayLoss,
    *,
    reduction: str = "mean",
    denominator: str | float = "weights",
    ignore_index: int = -100,
    empty: str = "zero",
    class_weights: Array | str | None = None,
) -> Callable[..., Array]:
    """The function of an objective: ``f(prediction, target=None, *, weights, class_weights, mask, spacing)``.

    expression
        A loss or a weighted sum of losses, such as ``"focal(gamma=2) + 0.5*squentropy"``; or a loss of
        ``minimand.losses``.
    reduction
        "mean" (weighted sum over the ``denominator``), "sum" (weighted sum), or "none" (one weighted loss per item).
    denominator
        What a mean divides by: "weights" (the sum of the weights that count), "count" (the number of items that
        count), or a number > 0.
    ignore_index
        The label that does not count.
    empty
        The value of a mean in which nothing counts: "zero" or "nan".
    class_weights
        A weight ≥ 0 for each class, or "balanced": classes weigh the same in all, from the labels of each batch.

    The function takes a prediction (raw scores wherever the loss has a link of its own) and a target: integers are
    labels, real numbers are numbers; ``weights`` per item or per label, ``class_weights`` instead of the ones above,
    ``mask`` (true counts), ``spacing`` between neighbours along each axis of pixels. It gives an array without axes, or
    the losses of the items.

    Raises subclasses of :class:`minimand.Error`, as :class:`minimand.Loss` does.
    """
    text = ArrayLoss(expression).expression
    options = _terms.Options(reduction, denominator, ignore_index, empty)
    of_classes = class_weights

    def evaluated(
        prediction: Array,
        target: Array | None = None,
        *,
        weights: Array | None = None,
        class_weights: Array | str | None = None,
        mask: Array | None = None,
        spacing: Sequence[float] | None = None,
    ) -> Array:
        """The loss."""
        by_class = of_classes if class_weights is None else class_weights
        return _evaluate(text, prediction, target, weights, by_class, mask, spacing, options)

    return evaluated


def evaluate(
    expression: str,
    prediction: Array,
    target: Array | None = None,
    *,
    weights: Array | None = None,
    class_weights: Array | str | None = None,
    mask: Array | None = None,
    spacing: Sequence[float] | None = None,
    reduction: str = "mean",
    denominator: str | float = "weights",
    ignore_index: int = -100,
    empty: str = "zero",
) -> Array:
    """The value of an expression, with all that the functions of :func:`loss` take."""
    options = _terms.Options(reduction, denominator, ignore_index, empty)
    return _evaluate(expression, prediction, target, weights, class_weights, mask, spacing, options)


@lru_cache(maxsize=256)
def _terms_of(expression: str, classes: int, weights: tuple[float, ...] | None = None) -> tuple[_terms.Term, ...]:
    return _terms.terms(Objective(expression), classes, weights)


@lru_cache(maxsize=256)
def _parts(expression: str) -> tuple[str, ...]:
    """The expression of every term, without its coefficient."""
    return tuple(Objective.build(name, arguments).expression for _, name, arguments in Objective(expression).terms)


def _evaluate(
    expression: str,
    prediction: Array,
    target: Array | None,
    weights: Array | None,
    class_weights: Array | str | None,
    mask: Array | None,
    spacing: Sequence[float] | None,
    options: _terms.Options,
) -> Array:
    prediction = jnp.asarray(prediction)
    if not jnp.issubdtype(prediction.dtype, jnp.floating):
        raise DTypeError(f"`prediction` must hold real numbers, got {prediction.dtype}")
    if prediction.dtype not in (jnp.float32, jnp.float64):
        prediction = prediction.astype(jnp.float32)
    target, weights, mask = (None if x is None else jnp.asarray(x) for x in (target, weights, mask))
    if target is not None and OPS.kind(target) == "f":
        target = target.astype(prediction.dtype)
    inputs = _terms.Inputs(prediction, target, weights, None, mask)
    if isinstance(class_weights, str):
        if class_weights != "balanced":
            raise ParameterError(
                f'`class_weights` must be "balanced" or a weight for each class, got {class_weights!r}'
            )
        class_weights = _composed.balanced(OPS, inputs, options)
    if class_weights is not None:
        inputs = inputs._replace(class_weights=jnp.asarray(class_weights))
    classes = prediction.shape[1] if prediction.ndim > 1 else 1
    terms = _terms_of(expression, classes)
    if class_weights is not None and any(term.settings.get("joint", False) for term in terms):
        terms = _terms_of(expression, classes, _concrete(class_weights))
    composed = [term for term in terms if term.reason is None]
    values = [_composed.evaluate(OPS, composed, inputs, options)] if composed else []
    for term, part in zip(terms, _parts(expression), strict=True):
        if term.reason is not None:
            call = _Call(part, term.shape, options, None if spacing is None else tuple(float(x) for x in spacing))
            values.append(_kernel(call, *inputs) * term.coefficient)
    total = values[0]
    for value in values[1:]:
        if value.shape != total.shape:
            raise UnsupportedError(
                f'`{expression}` has terms with items of shapes {list(total.shape)} and {list(value.shape)}: reduction '
                '"none" needs items of one shape, use "mean" or "sum"'
            )
        total = total + value
    return total


def _concrete(class_weights: Array) -> tuple[float, ...]:
    """Class weights that become part of a formula."""
    if isinstance(class_weights, jax.core.Tracer):
        raise UnsupportedError(
            "a loss of all classes together has the class weights in its formula: give them as numbers, not as an "
            "argument of the function that is transformed"
        )
    return tuple(np.asarray(class_weights, dtype=np.float64).tolist())


class _Call(NamedTuple):
    """What a kernel is called with, beside arrays."""

    expression: str
    shape: str
    options: _terms.Options
    spacing: tuple[float, ...] | None

    def arguments(self) -> dict[str, Any]:
        return {
            "reduction": self.options.reduction,
            "denominator": self.options.denominator,
            "ignore_index": self.options.ignore_index,
            "empty": self.options.empty,
            "spacing": self.spacing,
        }


def _called(call: _Call, gradients: int, *arrays: Array) -> tuple[Any, ...]:
    """The value, and the gradient by none, one or both sides."""
    prediction, target, weights, class_weights, mask = (None if x is None else np.asarray(x) for x in arrays)
    given = {"weights": weights, "class_weights": class_weights, "mask": mask, **call.arguments()}
    objective = Objective(call.expression)
    assert prediction is not None  # It is not optional.
    found: list[Any]
    if gradients == 2:
        assert target is not None  # It is what is differentiated by.
        value, items, _, *found = objective.evaluate_both_sides(prediction, target, **given)
    else:
        value, items, _, gradient = objective.evaluate(prediction, target, **given, gradient=gradients == 1)
        found = [gradient] if gradients else []
    result = value if items is None else items
    return np.asarray(result, dtype=prediction.dtype), *found


def _items(call: _Call, prediction: Array) -> tuple[int, ...]:
    """The shape of the value."""
    if call.options.reduction != "none":
        return ()
    if call.shape == "pairs":
        return tuple(prediction.shape[:1])
    raise UnsupportedError(
        f"`{call.expression}` has losses of {call.shape}, whose number a traced function cannot know: use another "
        '`reduction` than "none"'
    )


def _pure(call: _Call, gradients: int, arrays: tuple[Array, ...]) -> tuple[Array, ...]:
    prediction, target = arrays[:2]
    of: Callable[..., Any] = jax.ShapeDtypeStruct
    shapes = (_items(call, prediction), *(x.shape for x in (prediction, target)[:gradients]))
    results = tuple(of(shape, prediction.dtype) for shape in shapes)
    result = jax.pure_callback(partial(_called, call, gradients), results, *arrays, vmap_method="sequential")
    return tuple(result)


def _no_more(call: _Call, gradients: int, *_: Any) -> Any:
    raise UnsupportedError(
        f"`{call.expression}` is evaluated on {call.shape} as a whole and has no formula of single operations: it is "
        "differentiated once, in reverse"
    )


_once: Any = jax.custom_jvp(_pure, nondiff_argnums=(0, 1))
"""Value and gradients that cannot be differentiated again."""
_once.defjvp(_no_more)


def _value(call: _Call, *arrays: Array) -> Array:
    return _once(call, 0, arrays)[0]


def _forward(call: _Call, *arrays: Any) -> tuple[Array, tuple[Array, ...]]:
    perturbed = [x is not None and x.perturbed for x in arrays]
    values = tuple(None if x is None else x.value for x in arrays)
    names = ("prediction", "target", "weights", "class_weights", "mask")
    for name, moves in list(zip(names, perturbed, strict=True))[1:]:
        if moves and not (name == "target" and call.shape == "pairs"):
            raise UnsupportedError(
                f"`{call.expression}` is differentiated by its prediction, not by `{name}`: give "
                f"`jax.lax.stop_gradient({name})`"
            )
    value, *gradients = _once(call, 2 if perturbed[1] else 1, values)
    return value, tuple(gradients)


def _backward(call: _Call, gradients: tuple[Array, ...], by_value: Array) -> tuple[Array | None, ...]:
    if isinstance(by_value, jax.custom_derivatives.SymbolicZero):
        return (None,) * 5
    if by_value.ndim > 0:
        raise UnsupportedError(
            f"`{call.expression}` has items that share predictions: only a sum or a mean has a gradient. Use another "
            '`reduction` than "none", and `weights` to weigh them'
        )
    scaled = [by_value * gradient for gradient in gradients]
    return (*scaled, *([None] * (5 - len(scaled))))


_kernel: Any = jax.custom_vjp(_value, nondiff_argnums=(0,))
"""The value of a kernel on the arrays of a batch, with its exact gradient."""
_kernel.defvjp(_forward, _backward, symbolic_zeros=True)


def make_fenchel_young_loss(max_function: Callable[..., Array]) -> Callable[..., Array]:
    """The Fenchel–Young loss of a function: f(scores) − scores·target, with the gradient ∇f(scores) − target.

    ``max_function`` makes a number of a list of scores, of JAX's operations; convex, such as ``jax.nn.logsumexp``, of
    which it is the cross-entropy. The loss takes scores and targets [..., n] and gives numbers [...]; further arguments
    go to the function. 0 where the target is the gradient of the function, and ≥ 0 for targets that are among its
    gradients. Source: Blondel, Martins and Niculae 2020.
    """

    def fenchel_young_loss(scores: Array, targets: Array, *arguments: Any, **keywords: Any) -> Array:
        of_rows = jnp.vectorize(lambda row: max_function(row, *arguments, **keywords), signature="(n)->()")
        value: Array = of_rows(scores) - jnp.sum(scores * targets, axis=-1)
        return value

    return fenchel_young_loss


@lru_cache(maxsize=None)
def _function(name: str) -> Callable[..., Array] | None:
    return _functions.function_of(name, evaluate, _functions.expression_of)


def __getattr__(name: str) -> Any:
    function = None if name.startswith("_") else _function(name)
    if function is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return function


def __dir__() -> list[str]:
    return [*__all__, *_functions.names()]
