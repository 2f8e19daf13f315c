"""Scorers and estimators for scikit-learn with any objective.

    from minimand.sklearn import ObjectiveClassifier, scorer

    model = ObjectiveClassifier("focal(gamma=2)", hidden_layer_sizes=(32,), random_state=0).fit(X, y)
    cross_val_score(model, X, y, scoring=scorer("cross_entropy"))

The objectives are those whose items are the rows of a table: losses of rows (logits and a label) and of points (one
score for each target), and sums of them. Needs scikit-learn 1.6 or later.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.utils import check_random_state
    from sklearn.utils.class_weight import compute_sample_weight
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data
except ImportError as error:
    raise ImportError("minimand.sklearn needs scikit-learn 1.6 or later: pip install scikit-learn") from error

from ._network import ACTIVATIONS, AdamOptions, Batch, Fitted, Network, adam, lbfgs
from ._task import Task, softmax

__all__ = ["ObjectiveClassifier", "ObjectiveRegressor", "Scorer", "scorer"]

Array = NDArray[np.float64]
Response = Literal["auto", "predict_proba", "decision_function", "predict"]


def _validated(estimator: BaseEstimator, X: ArrayLike, y: ArrayLike, **more: bool) -> tuple[Array, NDArray[Any]]:
    """Inputs and targets as arrays, checked as scikit-learn does."""
    given: Any = (X, y)  # scikit-learn's own types say str
    inputs, target = validate_data(estimator, *given, dtype=np.float64, **more)
    return np.asarray(inputs, dtype=np.float64), np.asarray(target)


class _ObjectiveModel(BaseEstimator):  # type: ignore[misc]
    """What classifier and regressor share: parameters, training, scores."""

    def __init__(
        self,
        objective: str,
        *,
        hidden_layer_sizes: Sequence[int] = (),
        activation: Literal["relu", "tanh", "logistic", "identity"] = "relu",
        solver: Literal["lbfgs", "adam"] = "lbfgs",
        alpha: float = 1e-4,
        fit_intercept: bool = True,
        learning_rate_init: float = 1e-3,
        batch_size: int | Literal["auto"] = "auto",
        max_iter: int = 1000,
        tol: float | Literal["auto"] = "auto",
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.objective = objective
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.learning_rate_init = learning_rate_init
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.tol = tol
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.random_state = random_state

    def _check_parameters(self) -> None:
        def need(right: bool, name: str, expected: str) -> None:
            if not right:
                raise ValueError(f"{name}: expected {expected}, got {getattr(self, name)!r}")

        sizes = np.atleast_1d(np.asarray(self.hidden_layer_sizes, dtype=np.float64))
        need(bool(np.all((sizes >= 1) & (sizes % 1 == 0))), "hidden_layer_sizes", "a sequence of whole numbers ≥ 1")
        need(self.activation in ACTIVATIONS, "activation", " or ".join(f'"{name}"' for name in ACTIVATIONS))
        need(self.solver in ("lbfgs", "adam"), "solver", '"lbfgs" or "adam"')
        need(self.alpha >= 0, "alpha", "a number ≥ 0")
        need(self.learning_rate_init > 0, "learning_rate_init", "a number > 0")
        need(self.batch_size == "auto" or int(self.batch_size) >= 1, "batch_size", '"auto" or a whole number ≥ 1')
        need(self.max_iter >= 1, "max_iter", "a whole number ≥ 1")
        need(self.tol == "auto" or float(self.tol) >= 0, "tol", '"auto" or a number ≥ 0')
        need(0 < self.validation_fraction < 1, "validation_fraction", "a number between 0 and 1")
        need(self.n_iter_no_change >= 1, "n_iter_no_change", "a whole number ≥ 1")
        need(not self.early_stopping or self.solver == "adam", "early_stopping", 'False with solver="lbfgs"')

    def _train(self, X: Array, target: NDArray[Any], weights: Array, task: Task, outputs: int, scale: Array) -> None:
        """Fits the network to rows that all have a weight above 0, and keeps what it learned."""
        random = check_random_state(self.random_state)
        # Means and deviations of the weighted rows: a row of weight 2 is two rows.
        centre = np.average(X, axis=0, weights=weights) if self.fit_intercept else np.zeros(X.shape[1])
        spread = np.sqrt(np.average((X - centre) ** 2, axis=0, weights=weights))
        # A column that only rounding moves is constant.
        size = np.abs(centre) + np.sqrt(np.finfo(np.float64).tiny)
        spread = np.where(spread > 1e-12 * size, spread, 1.0)
        flat = target.ndim == 1 and task.kind != "rows"
        start = task.start_value(target, weights, outputs=outputs if task.kind == "rows" else None)
        offset = np.zeros(outputs) if not self.fit_intercept else np.atleast_1d(np.asarray(start, dtype=np.float64))
        network = Network(
            objective=task.objective,
            sizes=[X.shape[1], *(int(size) for size in np.atleast_1d(self.hidden_layer_sizes)), outputs],
            activation=self.activation,
            alpha=float(self.alpha),
            fit_intercept=self.fit_intercept,
            input_scale=spread,
            offset=offset,
            scale=scale,
            flat=flat,
        )
        batch = Batch((X - centre) / spread, target, weights)
        parameters = network.start(random)
        if self.solver == "lbfgs":
            fitted = self._lbfgs(network, batch, parameters)
        else:
            fitted = self._adam(network, batch, parameters, random)
        if not np.all(np.isfinite(fitted.parameters)):
            raise ValueError(f"training with {task.expression} diverged: lower learning_rate_init")
        if not fitted.converged:
            warnings.warn(
                f"{type(self).__name__} has done max_iter={self.max_iter} iterations without converging",
                ConvergenceWarning,
                stacklevel=3,
            )
        layers = [(weights.copy(), bias.copy()) for weights, bias in network.layers(fitted.parameters)]
        # Back to inputs and scores in their own units.
        first, bias = layers[0]
        first = first / spread[:, None]
        layers[0] = (first, bias - centre @ first)
        last, bias = layers[-1]
        layers[-1] = (last * scale, bias * scale + offset)
        self.coefs_ = [weights for weights, _ in layers]
        self.intercepts_ = [bias for _, bias in layers]
        self.objective_ = task.expression
        self.n_iter_ = max(fitted.iterations, 1)
        self.loss_curve_ = fitted.curve
        self.validation_curve_ = fitted.validation if self.early_stopping else None
        self.n_layers_ = len(layers) + 1
        self.n_outputs_ = outputs

    def _lbfgs(self, network: Network, batch: Batch, parameters: Array) -> Fitted:
        # Derivatives are judged in units of the loss of the best constant: the unit of the target does not matter.
        constant = abs(network.loss(np.zeros_like(parameters), batch))
        unit = constant if np.isfinite(constant) and constant > 0 else 1.0
        tol = 1e-7 if self.tol == "auto" else float(self.tol)
        return lbfgs(network, batch, parameters, tol, self.max_iter, unit)

    def _adam(self, network: Network, batch: Batch, parameters: Array, random: np.random.RandomState) -> Fitted:
        rows = np.arange(len(batch.inputs))
        validation = None
        if self.early_stopping:
            held = max(int(round(self.validation_fraction * len(rows))), 1)
            if held >= len(rows):
                raise ValueError(f"early_stopping: expected at least 2 samples, got n_samples = {len(rows)}")
            order = random.permutation(len(rows))
            validation, batch = batch.rows(order[:held]), batch.rows(order[held:])
        size = min(200, len(batch.inputs)) if self.batch_size == "auto" else int(self.batch_size)
        tol = 1e-4 if self.tol == "auto" else float(self.tol)
        options = AdamOptions(self.learning_rate_init, size, self.max_iter, tol, self.n_iter_no_change, validation)
        return adam(network, batch, parameters, options, random)

    def _scores(self, X: ArrayLike) -> Array:
        """Raw scores ``[n, outputs]``."""
        check_is_fitted(self)
        given: Any = X  # scikit-learn's own types say str
        values: Array = np.asarray(validate_data(self, given, reset=False, dtype=np.float64))
        act = ACTIVATIONS[self.activation][0]
        for weights, bias in zip(self.coefs_[:-1], self.intercepts_[:-1], strict=True):
            values = act(values @ weights + bias)
        return values @ self.coefs_[-1] + self.intercepts_[-1]


class ObjectiveClassifier(ClassifierMixin, _ObjectiveModel):  # type: ignore[misc]
    """Linear classifier or multilayer perceptron that minimises an objective of your choice.

    Minimises (weighted mean of the loss) + ½ alpha Σ W². Losses of rows have one score per class; binary losses one
    score for two classes, and one per class (each against the rest) for more.

    Parameters
    ----------
    objective : expression of losses of rows or binary losses, such as "focal(gamma=2)" or "sigmoid_focal".
    hidden_layer_sizes : units of the hidden layers; () is the linear model.
    activation : of hidden layers: "relu", "tanh", "logistic" or "identity".
    solver : "lbfgs" on all rows (default), or "adam" on shuffled mini-batches, for many rows.
    alpha : factor of the penalty ½ Σ W² of all weights (not of biases), ≥ 0.
    fit_intercept : with a bias in the last layer?
    learning_rate_init, batch_size : step and rows of a step of "adam"; "auto" is min(200, rows).
    max_iter : most iterations ("lbfgs") or epochs ("adam").
    tol : "lbfgs" stops when no derivative, in units of the loss of the best constant, is larger ("auto" is 1e-7);
        "adam" when the loss has not fallen by more for ``n_iter_no_change`` epochs ("auto" is 1e-4).
    early_stopping, validation_fraction : "adam" judges by that share of the rows, which it does not train on, and
        keeps the best epoch.
    class_weight : None, "balanced" (n / (classes · count)) or a weight per class; multiplies ``sample_weight``.
    random_state : of starting weights, shuffling and held-out rows.

    Attributes
    ----------
    classes_ : the labels in order.
    coefs_, intercepts_ : weights ``[inputs, outputs]`` and biases of every layer, for inputs in their own units.
    n_iter_, loss_curve_ : iterations done; objective with penalty after each.
    validation_curve_ : mean loss of the held-out rows after each epoch; None without early stopping.
    objective_ : the expression in canonical form.

    Inputs are standardised while training, which speeds it up and changes neither the objective nor the result (the
    start of hidden layers apart). A row of weight 2 counts as two; a row of weight 0 not at all.
    """

    def __init__(
        self,
        objective: str = "cross_entropy",
        *,
        hidden_layer_sizes: Sequence[int] = (),
        activation: Literal["relu", "tanh", "logistic", "identity"] = "relu",
        solver: Literal["lbfgs", "adam"] = "lbfgs",
        alpha: float = 1e-4,
        fit_intercept: bool = True,
        learning_rate_init: float = 1e-3,
        batch_size: int | Literal["auto"] = "auto",
        max_iter: int = 1000,
        tol: float | Literal["auto"] = "auto",
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        class_weight: Mapping[Any, float] | Literal["balanced"] | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        super().__init__(
            objective,
            hidden_layer_sizes=hidden_layer_sizes,
            activation=activation,
            solver=solver,
            alpha=alpha,
            fit_intercept=fit_intercept,
            learning_rate_init=learning_rate_init,
            batch_size=batch_size,
            max_iter=max_iter,
            tol=tol,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            n_iter_no_change=n_iter_no_change,
            random_state=random_state,
        )
        self.class_weight = class_weight

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> ObjectiveClassifier:
        """Trains on ``X`` ``[n, features]`` and labels ``y`` ``[n]``; ``sample_weight`` ``[n]``, ≥ 0."""
        self._check_parameters()
        task = Task(self.objective)
        if task.kind == "regression":
            raise ValueError(f"objective: expected losses of classes, got {task.expression}, which is of regression")
        inputs, given = _validated(self, X, y)
        check_classification_targets(given)
        weights: Array = _check_sample_weight(sample_weight, inputs, dtype=np.float64, ensure_non_negative=True)
        self.classes_, labels = np.unique(given, return_inverse=True)
        k = len(self.classes_)
        if self.class_weight is not None:
            weights = weights * compute_sample_weight(self.class_weight, given)
        counts = np.flatnonzero(weights > 0)
        if k < 2 or len(np.unique(labels[counts])) < 2:
            raise ValueError("y: expected at least 2 classes with a weight above 0, got 1 class")
        inputs, labels, weights = inputs[counts], labels[counts], weights[counts]
        outputs = k if task.kind == "rows" or k > 2 else 1
        target: NDArray[Any] = labels
        if task.kind == "binary":
            target = labels.astype(np.float64) if k == 2 else (labels[:, None] == np.arange(k)).astype(np.float64)
        self._train(inputs, target, weights, task, outputs, np.ones(outputs))
        return self

    def decision_function(self, X: ArrayLike) -> Array:
        """Raw scores: ``[n]`` for two classes (of the second against the first), else ``[n, classes]``."""
        scores = self._scores(X)
        if len(self.classes_) > 2:
            return scores
        return scores[:, 0] if scores.shape[1] == 1 else scores[:, 1] - scores[:, 0]

    def predict_proba(self, X: ArrayLike) -> Array:
        """Shares ``[n, classes]``: the softmax of the scores, or sigmoids of each against the rest over their sum.

        Calibrated as far as the objective is proper.
        """
        scores = self._scores(X)
        if scores.shape[1] == 1:
            scores = np.hstack([np.zeros_like(scores), scores])
        elif Task(self.objective_).kind == "binary":
            scores = -np.logaddexp(0.0, -scores)
        return softmax(scores)

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """The label with the largest score."""
        scores = self._scores(X)
        chosen = (scores[:, 0] > 0).astype(np.intp) if scores.shape[1] == 1 else scores.argmax(axis=1)
        return np.asarray(self.classes_[chosen])


class ObjectiveRegressor(RegressorMixin, _ObjectiveModel):  # type: ignore[misc]
    """Linear regression or multilayer perceptron that minimises an objective of your choice.

    Minimises (weighted mean of the loss) + ½ alpha Σ W². The objective is an expression of losses of numbers, such as
    "huber(delta=0.5)", "quantile(q=0.9)" or "poisson_nll"; with the losses that elicit the logarithm of a mean
    (poisson_nll, gamma_nll, tweedie) ``predict`` gives e^score. ``y`` may have several columns. The other
    parameters and the attributes are those of :class:`ObjectiveClassifier`. Training starts from the constant that is
    best, and scales of inputs and targets are taken out of it, so that neither needs standardising; parameters of the
    loss, such as delta, are in units of the target.
    """

    def __init__(
        self,
        objective: str = "mse",
        *,
        hidden_layer_sizes: Sequence[int] = (),
        activation: Literal["relu", "tanh", "logistic", "identity"] = "relu",
        solver: Literal["lbfgs", "adam"] = "lbfgs",
        alpha: float = 1e-4,
        fit_intercept: bool = True,
        learning_rate_init: float = 1e-3,
        batch_size: int | Literal["auto"] = "auto",
        max_iter: int = 1000,
        tol: float | Literal["auto"] = "auto",
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        super().__init__(
            objective,
            hidden_layer_sizes=hidden_layer_sizes,
            activation=activation,
            solver=solver,
            alpha=alpha,
            fit_intercept=fit_intercept,
            learning_rate_init=learning_rate_init,
            batch_size=batch_size,
            max_iter=max_iter,
            tol=tol,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            n_iter_no_change=n_iter_no_change,
            random_state=random_state,
        )

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> ObjectiveRegressor:
        """Trains on ``X`` ``[n, features]`` and ``y`` ``[n]`` or ``[n, outputs]``; ``sample_weight`` ``[n]``, ≥ 0."""
        self._check_parameters()
        task = Task(self.objective)
        if task.kind != "regression":
            raise ValueError(f"objective: expected losses of regression, got {task.expression}, which is of classes")
        inputs, target = _validated(self, X, y, multi_output=True, y_numeric=True)
        weights: Array = _check_sample_weight(sample_weight, inputs, dtype=np.float64, ensure_non_negative=True)
        counts = weights > 0
        if not np.any(counts):
            raise ValueError("sample_weight: expected at least one weight above 0, got none")
        inputs, target, weights = inputs[counts], target[counts].astype(np.float64), weights[counts]
        outputs = 1 if target.ndim == 1 else target.shape[1]
        columns = target.reshape(len(target), -1)
        centre = np.average(columns, axis=0, weights=weights)
        spread = np.sqrt(np.average((columns - centre) ** 2, axis=0, weights=weights))
        scale = np.ones(outputs) if task.logarithmic else np.where(spread > 0, spread, 1.0)
        self._flat = target.ndim == 1
        self._train(inputs, target, weights, task, outputs, scale)
        return self

    def predict(self, X: ArrayLike) -> Array:
        """Predictions ``[n]`` or ``[n, outputs]``, on the scale of the target."""
        scores = self._scores(X)
        predicted = Task(self.objective_).response(scores)
        return predicted[:, 0] if self._flat else predicted

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


class Scorer:
    """−(weighted mean loss) of an estimator's predictions; made by :func:`scorer`."""

    def __init__(self, expression: str, response: Response = "auto") -> None:
        self._task = Task(expression)
        if response not in ("auto", "predict_proba", "decision_function", "predict"):
            raise ValueError(
                f'response: expected "auto", "predict_proba", "decision_function" or "predict", got {response!r}'
            )
        self.response = response

    @property
    def expression(self) -> str:
        """The expression, without parameters that have their defaults."""
        return self._task.expression

    def __repr__(self) -> str:
        given = "" if self.response == "auto" else f", response={self.response!r}"
        return f"minimand.sklearn.scorer({self.expression!r}{given})"

    def __reduce__(self) -> tuple[type[Scorer], tuple[str, str]]:
        return Scorer, (self.expression, self.response)

    def __call__(self, estimator: Any, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The score of a fitted estimator on rows ``X`` with targets ``y``; higher is better."""
        if self._task.kind == "regression":
            scores = self._numbers(np.asarray(estimator.predict(X), dtype=np.float64))
            target = np.asarray(y, dtype=np.float64)
        else:
            classes = np.asarray(estimator.classes_)
            scores = self._logits(estimator, X, len(classes))
            target = np.searchsorted(classes, y)
            known = target < len(classes)
            if not np.all(known) or np.any(classes[target] != np.asarray(y)):
                raise ValueError(f"y: expected labels that the estimator knows ({classes.tolist()}), got others")
        x, t = self._task.batch(scores, target)
        weights = self._task.weights(sample_weight, x)
        return -float(self._task.objective.evaluate(x, t, weights=weights)[0])

    def _numbers(self, predicted: Array) -> Array:
        """Predictions as scores: the loss of a logarithm gets the logarithm."""
        if not self._task.logarithmic:
            return predicted
        return np.log(np.maximum(predicted, np.finfo(np.float64).tiny))

    def _logits(self, estimator: Any, X: Any, classes: int) -> Array:
        """Raw scores ``[n]`` for two classes, else ``[n, classes]``."""
        use = self.response
        if use == "auto":
            use = "predict_proba" if hasattr(estimator, "predict_proba") else "decision_function"
        if use == "decision_function":
            scores = np.asarray(estimator.decision_function(X), dtype=np.float64)
            return self._of_rows(scores) if scores.ndim == 1 else scores
        if use != "predict_proba":
            expected = f'"predict_proba" or "decision_function" for {self.expression}'
            raise ValueError(f"response: expected {expected}, got {use!r}")
        shares = np.asarray(estimator.predict_proba(X))
        # A forest is sure of itself where its trees agree; the logarithm of 0 is that of the smallest step from 1.
        least = float(np.finfo(shares.dtype).eps) if shares.dtype.kind == "f" else 1e-15
        logits = np.log(np.clip(shares.astype(np.float64), least, 1.0))
        if self._task.kind == "rows":
            return logits
        if classes == 2:
            return logits[:, 1] - logits[:, 0]
        return logits - np.log(np.clip(1.0 - shares, least, 1.0))

    def _of_rows(self, margin: Array) -> Array:
        """One score of two classes as the loss takes it."""
        if self._task.kind != "rows":
            return margin
        return np.stack([-0.5 * margin, 0.5 * margin], axis=1)


def scorer(expression: str, *, response: Response = "auto") -> Scorer:
    """A scorer for ``cross_val_score``, ``GridSearchCV`` and others: −(mean loss), so that higher is better.

    ``response`` says what a loss of classes judges: "predict_proba" (its logarithms are the logits), which "auto"
    takes where the estimator has it, or "decision_function" (raw scores as they are). Losses of regression judge
    ``predict``; those of a logarithm of the mean its logarithm.
    """
    return Scorer(expression, response)
