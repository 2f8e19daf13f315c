"""The fused kernels as an operation of PyTorch: differentiable, and opaque to ``torch.compile``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from . import _composed, _terms
from ._loss import balanced
from ._minimand import Objective, UnsupportedError, catalog
from ._torch_ops import OPS

HALF = (torch.float16, torch.bfloat16)


@lru_cache(maxsize=256)
def objective_of(expression: str) -> Objective:
    """The objective of an expression."""
    return Objective(expression)


@lru_cache(maxsize=1)
def _shapes() -> dict[str, str]:
    return {entry["name"]: entry["shape"] for entry in catalog()}


@torch.compiler.assume_constant_result  # type: ignore[untyped-decorator]
def shapes_of(expression: str) -> tuple[str, ...]:
    """The kernel shapes of the terms."""
    return tuple(_shapes()[name] for _, name, _ in objective_of(expression).terms)


@lru_cache(maxsize=256)
def _remembered_terms(expression: str, classes: int, weights: tuple[float, ...] | None) -> tuple[_terms.Term, ...]:
    return _terms.terms(objective_of(expression), classes, weights)


@torch.compiler.assume_constant_result  # type: ignore[untyped-decorator]
def terms_of(expression: str, classes: int, weights: tuple[float, ...] | None = None) -> tuple[_terms.Term, ...]:
    """The formulas of the terms for this many classes."""
    return _remembered_terms(expression, classes, weights)


@torch.compiler.assume_constant_result  # type: ignore[untyped-decorator]
def reads_class_weights(expression: str, classes: int) -> bool:
    """Are the class weights part of a formula? They are then read before it is traced."""
    return any(term.settings.get("joint", False) for term in _remembered_terms(expression, classes, None))


def composed(
    expression: str,
    prediction: Tensor,
    target: Tensor | None,
    weights: Tensor | None,
    class_weights: Tensor | None,
    mask: Tensor | None,
    balance: bool,
    options: _terms.Options,
) -> Tensor:
    """The value, of PyTorch's own operations, on any device and differentiable any number of times."""
    classes = prediction.shape[1] if prediction.dim() > 1 else 1
    if target is not None and not (target.is_floating_point() or target.is_complex() or target.dtype == torch.bool):
        target = target.long()
    inputs = _terms.Inputs(prediction, target, weights, class_weights, mask)
    if balance:
        inputs = inputs._replace(class_weights=_composed.balanced(OPS, inputs, options))
    if inputs.class_weights is not None and reads_class_weights(expression, classes):
        terms = terms_of(expression, classes, tuple(inputs.class_weights.tolist()))
    else:
        terms = terms_of(expression, classes)
    value: Tensor = _composed.evaluate(OPS, terms, inputs, options)
    return value


SCHEMA = (
    "(Tensor prediction, Tensor? target, Tensor? weights, Tensor? class_weights, Tensor? mask, bool balance, "
    "float[]? spacing, str expression, str reduction, str denominator, int ignore_index, str empty, "
    "bool by_prediction, bool by_target) -> (Tensor, Tensor, Tensor)"
)


def _run(
    prediction: Tensor,
    target: Tensor | None,
    weights: Tensor | None,
    class_weights: Tensor | None,
    mask: Tensor | None,
    balance: bool,
    spacing: Sequence[float] | None,
    expression: str,
    reduction: str,
    denominator: str,
    ignore_index: int,
    empty: str,
    by_prediction: bool,
    by_target: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    """Value (or weighted losses of the items), and the gradients by both sides: empty if they are not asked for."""
    given = {
        "weights": _view(weights),
        "class_weights": _view(class_weights),
        "mask": _view(mask),
        "spacing": spacing,
        "reduction": reduction,
        "denominator": denominator_of(denominator),
        "ignore_index": ignore_index,
        "empty": empty,
    }
    x, t = _view(prediction), _view(target)
    if balance and target is not None:
        given["class_weights"] = balanced(t, prediction.shape[1], mask=given["mask"], ignore_index=ignore_index)
    gradient, other = prediction.new_empty(0), prediction.new_empty(0)
    objective = objective_of(expression)
    if by_target:
        value, items, _, by_x, by_t = objective.evaluate_both_sides(x, t, **given)
        gradient, other = torch.from_numpy(by_x), torch.from_numpy(by_t)
    elif by_prediction:
        gradient = torch.empty(prediction.shape, dtype=prediction.dtype)
        value, items, _, _ = objective.evaluate(x, t, **given, out=gradient.numpy())
    else:
        value, items, _, _ = objective.evaluate(x, t, **given)
    if items is None:
        return torch.tensor(value, dtype=prediction.dtype), gradient, other
    return torch.from_numpy(items).to(prediction.dtype), gradient, other


def _view(x: Tensor | None) -> Any:
    """The same memory as an array of NumPy."""
    return None if x is None else x.detach().numpy()


def denominator_of(text: str) -> str | float:
    """What `str` made of a denominator."""
    return text if text in ("weights", "count") else float(text)


def _shape(
    prediction: Tensor,
    target: Tensor | None,
    weights: Tensor | None,
    class_weights: Tensor | None,
    mask: Tensor | None,
    balance: bool,
    spacing: Sequence[float] | None,
    expression: str,
    reduction: str,
    denominator: str,
    ignore_index: int,
    empty: str,
    by_prediction: bool,
    by_target: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    gradient = torch.empty(prediction.shape if by_prediction else (0,), dtype=prediction.dtype)
    other = torch.empty(target.shape if by_target and target is not None else (0,), dtype=prediction.dtype)
    if reduction != "none":
        return prediction.new_empty(()), gradient, other
    match shapes_of(expression)[0]:
        case "points":
            items = tuple(prediction.shape)
        case "rows":
            items = (prediction.shape[0], *prediction.shape[2:])
        case "boxes":
            items = tuple(prediction.shape[:1])
        case shape:
            raise UnsupportedError(
                f'`{expression}` has losses of {shape}, whose number a compiled model cannot know: use another '
                '`reduction` than "none"'
            )
    return prediction.new_empty(items), gradient, other


def _keep(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Tensor, Tensor]) -> None:
    *call, _, ctx.by_target = inputs[5:]
    ctx.save_for_backward(*inputs[:5], *output[1:])
    ctx.set_materialize_grads(False)
    ctx.call, ctx.given_away = tuple(call), False


def _backward(ctx: Any, by_value: Tensor | None, *_: Tensor | None) -> tuple[Tensor | None, ...]:
    none: tuple[Tensor | None, ...] = (None,) * 14
    if by_value is None:
        return none
    prediction, target, weights, class_weights, mask, gradient, other = ctx.saved_tensors
    arrays = (prediction, target, weights, class_weights, mask)
    balance, _, expression, reduction, denominator, ignore_index, empty = ctx.call
    if ctx.given_away:
        # By an earlier pass through a graph that was kept: whoever has it may have written to it.
        with torch.no_grad():
            _, gradient, other = evaluate(*arrays, *ctx.call, True, ctx.by_target)
    if torch.is_grad_enabled() and (by_value.requires_grad or prediction.requires_grad):
        classes = prediction.shape[1] if prediction.dim() > 1 else 1
        if all(term.reason is None for term in terms_of(expression, classes)):
            options = _terms.Options(reduction, denominator_of(denominator), ignore_index, empty)
            value = composed(expression, *arrays, balance, options)
            return (*torch.autograd.grad(value, prediction, by_value, create_graph=True), *none[1:])
        gradient, other = _Once.apply(expression, classes, gradient, other, prediction, target)
    elif type(by_value) is Tensor and by_value.dim() == 0 and by_value.item() == 1.0:
        # A loss that is differentiated as it is. (A tensor of another class is one that has no number yet.)
        ctx.given_away = True
        return gradient.data, other.data if ctx.by_target else None, *none[2:]
    by_target = _scaled(by_value, other, expression) if ctx.by_target else None
    return _scaled(by_value, gradient, expression), by_target, *none[2:]


def _scaled(by_value: Tensor, gradient: Tensor, expression: str) -> Tensor:
    """The gradient times what comes in, item by item if there are several."""
    shapes = set(shapes_of(expression))
    if by_value.dim() == 0 or shapes == {"points"}:
        return by_value * gradient
    if shapes == {"rows"} or shapes == {"boxes"}:
        return by_value.unsqueeze(1) * gradient
    first = by_value.flatten()[:1]
    if bool((by_value == first).all()):
        return first.sum() * gradient
    raise UnsupportedError(
        f"`{expression}` has items that share predictions: only the sum or the mean of their losses has a gradient. "
        "Weigh them with `weights`"
    )


class _Once(torch.autograd.Function):
    """Gradients that cannot be differentiated again: whoever tries is told so."""

    @staticmethod
    def forward(
        ctx: Any, expression: str, classes: int, gradient: Tensor, other: Tensor, *_: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        ctx.expression, ctx.classes = expression, classes
        return gradient.clone(), other.clone()

    @staticmethod
    def backward(ctx: Any, *_: Tensor) -> Any:
        for term in terms_of(ctx.expression, ctx.classes):
            if term.reason is not None:
                raise term.unsupported()


evaluate: Any = torch.library.custom_op(
    "minimand::evaluate", _run, mutates_args=(), device_types="cpu", schema=SCHEMA
)
"""The operation: arguments as in its schema; what it gives is explained at its first function."""
evaluate.register_fake(_shape)
evaluate.register_autograd(_backward, setup_context=_keep)
