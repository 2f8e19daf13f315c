"""Losses of the last layer of a model on arrays, with gradients by its states, weight and bias.

    value = minimand.linear.linear_cross_entropy(states, weight, labels, bias=bias)

    loss = minimand.linear.LinearLoss("arcface(scale=30)", head="cosine")
    value, gradients = loss.value_and_grads(embeddings, weight, labels)

The logits of a batch are never held: language models and large classifiers need hardly more memory than their states,
weight and the gradients of both.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, TypeAlias, TypedDict, Unpack

from numpy.typing import ArrayLike

from ._loss import Array, ClassWeights, Denominator, Empty, Items, Loss, Reduction, Weights, balanced
from ._minimand import Objective, ParameterError, evaluate_layer

__all__ = ["Head", "LayerOptions", "LinearGradients", "LinearLoss", "linear_cross_entropy"]

Head: TypeAlias = Literal["linear", "cosine", "unit_states", "unit_weight", "distance", "large_margin", "proxies"]


class LayerOptions(TypedDict, total=False):
    """What a loss of a layer can be evaluated with, beside ``reduction``; ``bias`` is [classes], the rest is explained
    at :class:`minimand.Loss`."""

    bias: ArrayLike | None
    weights: Weights
    class_weights: ClassWeights
    mask: ArrayLike | None
    denominator: Denominator
    ignore_index: int
    empty: Empty


class LinearGradients(NamedTuple):
    """Gradients by the factors of a layer, in their shapes and precision."""

    states: Array
    weight: Array | None
    """None of a layer that is frozen."""
    bias: Array | None
    """None where there is no bias."""


class LinearLoss:
    """An objective over classes on a linear layer.

    expression
        A loss or a weighted sum of losses of the kernel shape rows, such as ``"cross_entropy(label_smoothing=0.1)"``
        (of the heads "proxies" any loss of cosines, such as ``"proxy_anchor"``).
    head
        What makes logits of states h and the rows w of the weight:

        - "linear": h·w + b;
        - "cosine": scale · cos(h, w), for ``cosface``, ``arcface`` and ``sphereface``, which have a scale of their own;
        - "unit_states": scale · h·w/‖h‖ + b, and "unit_weight": scale · h·w/‖w‖;
        - "distance": scale · (‖h − w‖² + epsilon (‖h‖² + ‖w‖²)), for ``harmonic(squared=true)``, with scale=-1 for
          prototypes;
        - "large_margin": as linear, with the label's angle times ``margin`` (L-Softmax: ``"cross_entropy"``), and with
          ``unit_weight=True`` without the lengths of the weight;
        - "proxies": scale · cos(h, w), with ``per_class`` rows for each class one after the other, of which the largest
          counts (sub-centre ArcFace), or with a ``temperature`` their mean by a softmax (SoftTriple).
    soft_cap
        Logits z become c·tanh(z/c). Not of "large_margin" and "proxies".
    frozen
        The layer does not learn: no gradients of weight and bias, which saves their time. Not of those two either.

    Raises subclasses of :class:`minimand.Error`, as :class:`minimand.Loss` does.
    """

    def __init__(
        self,
        expression: str | Objective | Loss = "cross_entropy",
        *,
        head: Head = "linear",
        scale: float = 1.0,
        epsilon: float = 1e-6,
        margin: int = 4,
        unit_weight: bool = False,
        per_class: int = 1,
        temperature: float | None = None,
        soft_cap: float | None = None,
        frozen: bool = False,
    ) -> None:
        self._objective = Loss(expression).objective
        if head in ("large_margin", "proxies") and (frozen or soft_cap is not None):
            raise ParameterError(f'`soft_cap` and `frozen` are not for head="{head}"')
        self._settings: dict[str, Any] = {
            "head": head,
            "scale": float(scale),
            "epsilon": float(epsilon),
            "margin": margin,
            "unit_weight": unit_weight,
            "per_class": per_class,
            "temperature": temperature,
            "soft_cap": soft_cap,
            "frozen": frozen,
        }

    @property
    def expression(self) -> str:
        """The text of the objective."""
        return self._objective.expression

    def __call__(
        self,
        states: ArrayLike,
        weight: ArrayLike,
        target: ArrayLike,
        *,
        reduction: Reduction = "mean",
        **options: Unpack[LayerOptions],
    ) -> float | Items:
        """The value: a number, or with ``reduction="none"`` an array of the items' losses.

        ``states`` are [..., d], ``weight`` [classes, d], ``target`` labels of the leading shape or soft labels
        [..., classes], ``bias`` [classes]; the rest is as for :class:`minimand.Loss`.
        """
        value, items = self._evaluate(states, weight, target, reduction, False, options)[:2]
        return value if items is None else items

    def value_and_grads(
        self,
        states: ArrayLike,
        weight: ArrayLike,
        target: ArrayLike,
        *,
        reduction: Reduction = "mean",
        **options: Unpack[LayerOptions],
    ) -> tuple[float | Items, LinearGradients]:
        """The value with its gradients by states, weight and bias (of the sum, with ``reduction="none"``)."""
        value, items, _, by_states, by_weight, by_bias = self._evaluate(
            states, weight, target, reduction, True, options
        )
        assert by_states is not None  # It was asked for.
        return value if items is None else items, LinearGradients(by_states, by_weight, by_bias)

    def _evaluate(
        self,
        states: ArrayLike,
        weight: ArrayLike,
        target: ArrayLike,
        reduction: str,
        gradient: bool,
        options: LayerOptions,
    ) -> tuple[float, Items | None, int, Array | None, Array | None, Array | None]:
        class_weights = options.get("class_weights")
        if isinstance(class_weights, str):
            if class_weights != "balanced":
                expected = '`class_weights` must be "balanced" or a weight for each class'
                raise ParameterError(f"{expected}, got {class_weights!r}")
            classes = len(weight) // self._settings["per_class"]  # type: ignore[arg-type]
            counted: dict[str, Any] = {key: options[key] for key in ("mask", "ignore_index") if key in options}
            options = {**options, "class_weights": balanced(target, classes, **counted)}
        settings = {**self._settings, "gradient": gradient}
        return evaluate_layer(
            self._objective, states, weight, target, reduction=reduction, settings=settings, **options
        )

    def __repr__(self) -> str:
        return f"LinearLoss({self.expression!r}, head={self._settings['head']!r})"


def linear_cross_entropy(
    states: ArrayLike,
    weight: ArrayLike,
    target: ArrayLike,
    *,
    label_smoothing: float = 0.0,
    reduction: Reduction = "mean",
    **options: Unpack[LayerOptions],
) -> float | Items:
    """Cross-entropy of the logits states·weightᵀ + bias, which are never held.

    Shapes: states [..., d], weight [classes, d], bias [classes]; labels of the leading shape, or soft labels
    [..., classes]. In nats, ≥ 0. With gradients: ``LinearLoss("cross_entropy").value_and_grads``.
    """
    loss = LinearLoss(f"cross_entropy(label_smoothing={float(label_smoothing)!r})")
    return loss(states, weight, target, reduction=reduction, **options)
