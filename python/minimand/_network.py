"""A linear model or multilayer perceptron in NumPy, trained with any objective by L-BFGS or Adam."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ._minimand import Objective

Array = NDArray[np.float64]
Activation = Literal["relu", "tanh", "logistic", "identity"]

# Each activation with its derivative as a function of the activation's own value.
ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "relu": (lambda x: np.maximum(x, 0.0), lambda a: (a > 0).astype(a.dtype)),
    "tanh": (np.tanh, lambda a: 1.0 - a * a),
    "logistic": (lambda x: 0.5 * (1.0 + np.tanh(0.5 * x)), lambda a: a * (1.0 - a)),
    "identity": (lambda x: x, np.ones_like),
}


@dataclass
class Batch:
    """Inputs, targets and weights of some rows; targets and weights in the shapes that the objective takes."""

    inputs: Array
    target: NDArray[Any]
    weights: Array

    def rows(self, chosen: NDArray[np.intp]) -> Batch:
        """Some of the rows."""
        return Batch(self.inputs[chosen], self.target[chosen], self.weights[chosen])

    @property
    def mass(self) -> float:
        """What a mean divides by: the weights of all items."""
        entries = self.target.size / max(len(self.target), 1)
        return float(self.weights.sum()) * entries


@dataclass
class Network:
    """Layers x → activation(x W + b), the last without activation; scores = offset + scale · (last layer).

    The penalty is ½ alpha Σ (W/unit)² of the weights as they are for inputs in their own units: ``input_scale`` is what
    the inputs were divided by, so that standardising is a change of variables and nothing else.
    """

    objective: Objective
    sizes: list[int]
    activation: str
    alpha: float
    fit_intercept: bool
    input_scale: Array
    offset: Array
    scale: Array
    flat: bool
    """Are the scores a vector, for one output?"""

    def start(self, random: np.random.RandomState) -> Array:
        """Parameters at the start: zeros of a linear model, else uniform as Glorot and Bengio 2010 have it."""
        parts: list[Array] = []
        layers = len(self.sizes) - 1
        for into, out in zip(self.sizes[:-1], self.sizes[1:], strict=True):
            bound = np.sqrt((2.0 if self.activation == "logistic" else 6.0) / (into + out)) if layers > 1 else 0.0
            parts += [random.uniform(-bound, bound, into * out), np.zeros(out)]
        # The last layer starts small: the first scores are the constant that fits best.
        parts[-2] *= 0.1
        return np.concatenate(parts)

    def layers(self, parameters: Array) -> list[tuple[Array, Array]]:
        """Views of the weights and biases of every layer."""
        views, at = [], 0
        for into, out in zip(self.sizes[:-1], self.sizes[1:], strict=True):
            weights = parameters[at : at + into * out].reshape(into, out)
            at += into * out
            views.append((weights, parameters[at : at + out]))
            at += out
        return views

    def scores(self, parameters: Array, inputs: Array) -> Array:
        """Scores ``[n, outputs]``."""
        return self._forward(self.layers(parameters), inputs)[1]

    def _forward(self, layers: list[tuple[Array, Array]], inputs: Array) -> tuple[list[Array], Array]:
        act = ACTIVATIONS[self.activation][0]
        values = [inputs]
        for weights, bias in layers[:-1]:
            values.append(act(values[-1] @ weights + bias))
        weights, bias = layers[-1]
        return values, self.offset + self.scale * (values[-1] @ weights + bias)

    def loss(self, parameters: Array, batch: Batch) -> float:
        """The mean loss without penalty."""
        scores = self._shaped(self.scores(parameters, batch.inputs))
        return self.objective.evaluate(scores, batch.target, weights=self._item_weights(batch))[0]

    def value_and_gradient(self, parameters: Array, batch: Batch, divisor: float) -> tuple[float, Array]:
        """Weighted loss / divisor + penalty, and its gradient by the parameters."""
        layers = self.layers(parameters)
        values, scores = self._forward(layers, batch.inputs)
        value, _, _, slope = self.objective.evaluate(
            self._shaped(scores),
            batch.target,
            weights=self._item_weights(batch),
            reduction="sum",
            gradient=True,
        )
        assert slope is not None
        value /= divisor
        delta = (slope.reshape(scores.shape) / divisor) * self.scale
        slope_of = ACTIVATIONS[self.activation][1]
        gradient = np.empty_like(parameters)
        for number in range(len(layers) - 1, -1, -1):
            weights, _ = layers[number]
            into, bias = self.layers(gradient)[number]
            unit = self.input_scale[:, None] if number == 0 else 1.0
            unit = unit / self.scale if number == len(layers) - 1 else unit
            into[...] = values[number].T @ delta + self.alpha * weights / unit**2
            bias[...] = delta.sum(axis=0) if self.fit_intercept or number < len(layers) - 1 else 0.0
            value += 0.5 * self.alpha * float(np.sum((weights / unit) ** 2))
            if number > 0:
                delta = (delta @ weights.T) * slope_of(values[number])
        return value, gradient

    def _shaped(self, scores: Array) -> Array:
        return np.ascontiguousarray(scores[:, 0]) if self.flat else scores

    def _item_weights(self, batch: Batch) -> Array:
        if batch.target.ndim == 1:
            return batch.weights
        return np.repeat(batch.weights, batch.target.shape[1]).reshape(batch.target.shape)


@dataclass
class Fitted:
    """What training gives."""

    parameters: Array
    iterations: int
    curve: list[float]
    validation: list[float]
    converged: bool


def lbfgs(network: Network, batch: Batch, start: Array, tol: float, max_iter: int, unit: float) -> Fitted:
    """L-BFGS on all rows. Stops when no derivative of value / ``unit`` is larger than ``tol``."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    divisor = batch.mass
    curve: list[float] = []
    parameters, iterations = start, 0
    converged = False
    # At a kink the line search can fail; from the same point with a fresh memory it often goes on.
    for _ in range(10):

        def function(x: Array) -> tuple[float, Array]:
            value, gradient = network.value_and_gradient(x, batch, divisor)
            return value / unit, gradient / unit

        result = minimize(
            function,
            parameters,
            jac=True,
            method="L-BFGS-B",
            callback=lambda intermediate_result: curve.append(float(intermediate_result.fun) * unit),
            options={"maxiter": max_iter - iterations, "maxfun": 20 * max_iter, "gtol": tol, "ftol": 0.0, "maxcor": 20},
        )
        before = function(parameters)[0]
        parameters = np.asarray(result.x)
        iterations += int(result.nit)
        converged = bool(result.success)
        if converged or iterations >= max_iter or before - result.fun <= 1e-12 * abs(before):
            break
    # A failed line search is an end too: nothing below can be found from here.
    return Fitted(parameters, iterations, curve, [], converged or iterations < max_iter)


@dataclass
class AdamOptions:
    """How Adam trains; see :class:`minimand.sklearn.ObjectiveClassifier`."""

    learning_rate: float
    batch_size: int
    max_iter: int
    tol: float
    patience: int
    validation: Batch | None


def adam(network: Network, batch: Batch, start: Array, options: AdamOptions, random: np.random.RandomState) -> Fitted:
    """Adam (Kingma and Ba 2015) on shuffled mini-batches.

    Stops when the loss (of the validation rows, if there are any, else of an epoch) has not fallen by more than ``tol``
    for ``patience`` epochs; with validation rows the best parameters are kept.
    """
    n = len(batch.inputs)
    share = batch.mass / n
    parameters, best = start.copy(), start.copy()
    first, second = np.zeros_like(start), np.zeros_like(start)
    curve: list[float] = []
    validation: list[float] = []
    lowest, waited, step = np.inf, 0, 0
    for _ in range(options.max_iter):
        order = random.permutation(n)
        total = 0.0
        for at in range(0, n, options.batch_size):
            rows = order[at : at + options.batch_size]
            value, gradient = network.value_and_gradient(parameters, batch.rows(rows), share * len(rows))
            total += value * len(rows)
            step += 1
            first = 0.9 * first + 0.1 * gradient
            second = 0.999 * second + 0.001 * gradient**2
            rate = options.learning_rate * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
            parameters = parameters - rate * first / (np.sqrt(second) + 1e-8)
        curve.append(total / n)
        judged = curve[-1]
        if options.validation is not None:
            judged = network.loss(parameters, options.validation)
            validation.append(judged)
        waited = 0 if judged < lowest - options.tol else waited + 1
        if judged < lowest:
            lowest, best = judged, parameters
        if waited >= options.patience:
            return Fitted(best if validation else parameters, len(curve), curve, validation, True)
    return Fitted(best if validation else parameters, len(curve), curve, validation, False)
