"""Estimators and scorers: scikit-learn's own checks, and results against its estimators and closed forms."""

from __future__ import annotations

import pickle
import warnings
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")

from sklearn.base import clone  # noqa: E402
from sklearn.datasets import load_breast_cancer, load_iris, make_friedman1, make_regression  # noqa: E402
from sklearn.ensemble import RandomForestClassifier  # noqa: E402
from sklearn.exceptions import ConvergenceWarning  # noqa: E402
from sklearn.linear_model import (  # noqa: E402
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
    QuantileRegressor,
    Ridge,
)
from sklearn.metrics import brier_score_loss, log_loss, mean_pinball_loss  # noqa: E402
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split  # noqa: E402
from sklearn.svm import LinearSVC  # noqa: E402
from sklearn.utils.estimator_checks import parametrize_with_checks  # noqa: E402

import minimand as mm  # noqa: E402
from minimand._network import Batch, Network  # noqa: E402
from minimand.sklearn import ObjectiveClassifier, ObjectiveRegressor, scorer  # noqa: E402


def expected_to_fail(estimator: Any) -> dict[str, str]:
    """Repeated rows change the rounding of sums; L-BFGS on a network ends elsewhere, as the loss has many minima."""
    if len(estimator.hidden_layer_sizes) == 0:
        return {}
    return {"check_sample_weight_equivalence_on_dense_data": "many minima"}


@parametrize_with_checks(
    [
        ObjectiveClassifier(),
        ObjectiveClassifier("sigmoid_focal"),
        ObjectiveClassifier("squentropy", hidden_layer_sizes=(8,), activation="tanh", max_iter=100),
        ObjectiveRegressor(),
        ObjectiveRegressor("huber + 0.1*mse"),
        ObjectiveRegressor("pseudo_huber(delta=3)", hidden_layer_sizes=(8,), max_iter=200),
    ],
    expected_failed_checks=expected_to_fail,
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_check_estimator(estimator: Any, check: Any) -> None:
    check(estimator)


# --- against scikit-learn's estimators of the same objective -----------------------------------------------------


@pytest.mark.parametrize("unit", [1.0, 1e4])
def test_cross_entropy_is_logistic_regression(unit: float) -> None:
    X, y = load_iris(return_X_y=True)
    # C divides a penalty of the sum of the losses by the number of rows.
    theirs = LogisticRegression(C=1 / (0.01 * len(y)), solver="newton-cg", tol=1e-12, max_iter=10_000).fit(X, y)
    # Weights of larger inputs are smaller, and the penalty must grow by as much.
    ours = ObjectiveClassifier("cross_entropy", alpha=0.01 * unit**2).fit(X * unit, y)
    np.testing.assert_allclose(ours.predict_proba(X * unit), theirs.predict_proba(X), atol=2e-5)
    assert ours.coefs_[0].shape == (4, 3) and ours.n_features_in_ == 4


def test_binary_cross_entropy_is_logistic_regression() -> None:
    X, y = load_breast_cancer(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    names = np.array(["no", "yes"])[y]
    weight = np.random.default_rng(0).uniform(0, 2, len(y))
    ours = ObjectiveClassifier("binary_cross_entropy", alpha=0.01).fit(X, names, sample_weight=weight)
    theirs = LogisticRegression(C=1 / (0.01 * weight.sum()), tol=1e-10, max_iter=10_000)
    theirs.fit(X, names, sample_weight=weight)
    np.testing.assert_allclose(ours.decision_function(X), theirs.decision_function(X), atol=1e-3)
    assert ours.coefs_[0].shape == (30, 1) and set(ours.predict(X)) == {"no", "yes"}


def test_mse_is_ridge() -> None:
    X, y = make_regression(80, 5, noise=3.0, random_state=0)
    ours = ObjectiveRegressor("0.5*mse", alpha=0.3).fit(X, y)
    theirs = Ridge(alpha=0.3 * len(y)).fit(X, y)
    np.testing.assert_allclose(ours.coefs_[0][:, 0], theirs.coef_, rtol=1e-5)
    assert ours.intercepts_[0][0] == pytest.approx(theirs.intercept_, rel=1e-5)
    ours = ObjectiveRegressor("0.5*mse", alpha=0.0, fit_intercept=False).fit(X, y)
    np.testing.assert_allclose(ours.coefs_[0][:, 0], LinearRegression(fit_intercept=False).fit(X, y).coef_, rtol=1e-5)
    assert ours.intercepts_[0][0] == 0.0


def test_poisson_is_poisson_regression() -> None:
    random = np.random.default_rng(0)
    X = random.normal(size=(300, 3))
    y = random.poisson(np.exp(1.0 + X @ [0.5, -0.3, 0.1])).astype(float)
    ours = ObjectiveRegressor("poisson_nll", alpha=0.01).fit(X, y)
    theirs = PoissonRegressor(alpha=0.01, tol=1e-10, max_iter=1000).fit(X, y)
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-5)


@pytest.mark.parametrize("q", [0.2, 0.5, 0.9])
def test_quantile_is_quantile_regression(q: float) -> None:
    random = np.random.default_rng(0)
    X = random.normal(size=(200, 3))
    y = X @ [3.0, -2.0, 0.5] + random.gamma(1.0, 2.0, 200)
    ours = ObjectiveRegressor(f"quantile(q={q})", alpha=0.0).fit(X, y)
    theirs = QuantileRegressor(quantile=q, alpha=0.0).fit(X, y)
    least = mean_pinball_loss(y, theirs.predict(X), alpha=q)
    assert mean_pinball_loss(y, ours.predict(X), alpha=q) <= least * 1.002
    assert np.mean(y <= ours.predict(X)) == pytest.approx(q, abs=0.03)


@pytest.mark.parametrize("expression", ["welsch", "tukey_biweight", "mae", "general_robust(alpha=0)"])
def test_robust_losses_find_the_line_below_outliers(expression: str) -> None:
    random = np.random.default_rng(0)
    X = random.normal(size=(300, 2)) * [1.0, 100.0]
    y = X @ [2.0, 0.01] + 7.0 + 0.1 * random.normal(size=300)
    y[::5] = 1000.0
    model = ObjectiveRegressor(expression, alpha=0.0).fit(X, y)
    assert model.coefs_[0][:, 0] == pytest.approx([2.0, 0.01], abs=0.05)
    assert model.intercepts_[0][0] == pytest.approx(7.0, abs=0.05)
    assert abs(LinearRegression().fit(X, y).intercept_ - 7.0) > 100


def test_robust_classification_resists_wrong_labels() -> None:
    random = np.random.default_rng(0)
    X = random.normal(size=(900, 2))
    truth = np.digitize(X @ [1.0, 0.3], [-0.5, 0.5])
    y = truth.copy()
    wrong = (random.random(900) < 0.35) & (X[:, 0] > 0)  # not by chance alone: only on one side
    y[wrong] = 0
    model = {e: ObjectiveClassifier(e, alpha=1e-3).fit(X, y) for e in ("cross_entropy", "generalized_cross_entropy")}
    right = {e: np.mean(m.predict(X) == truth) for e, m in model.items()}
    assert right["generalized_cross_entropy"] > max(right["cross_entropy"] + 0.03, 0.85)


# --- networks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "identity"])
@pytest.mark.parametrize("expression", ["focal", "mse + 0.5*log_cosh", "sigmoid_focal"])
def test_the_gradient_of_a_network_is_that_of_its_loss(activation: str, expression: str) -> None:
    random = np.random.RandomState(0)
    inputs = random.normal(size=(20, 3))
    if expression == "focal":
        target: np.ndarray = random.randint(0, 2, 20)
    else:
        target = random.randint(0, 2, (20, 2)).astype(float)
    batch = Batch(inputs, target, random.uniform(size=20))
    network = Network(
        mm.Objective(expression), [3, 5, 4, 2], activation, 0.1, True,
        np.array([0.5, 1.0, 2.0]), np.array([0.1, -0.2]), np.array([2.0, 0.5]), False,
    )  # fmt: skip
    parameters = random.normal(size=3 * 5 + 5 + 5 * 4 + 4 + 4 * 2 + 2)
    _, gradient = network.value_and_gradient(parameters, batch, 3.0)
    step = 1e-6
    for i in random.permutation(len(parameters))[:30]:
        up, down = parameters.copy(), parameters.copy()
        up[i] += step
        down[i] -= step
        ends = [network.value_and_gradient(p, batch, 3.0)[0] for p in (up, down)]
        assert gradient[i] == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("solver", ["lbfgs", "adam"])
def test_a_network_learns_what_a_line_cannot(solver: str) -> None:
    random = np.random.default_rng(0)
    X = random.uniform(-1, 1, size=(600, 2))
    y = np.where(X[:, 0] * X[:, 1] > 0, "same", "other")
    model = ObjectiveClassifier(
        "focal", hidden_layer_sizes=(16,), solver=solver, learning_rate_init=0.02, max_iter=150, random_state=0
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, y)
    assert model.score(X, y) > 0.95
    assert ObjectiveClassifier("focal").fit(X, y).score(X, y) < 0.65
    assert model.loss_curve_[-1] < 0.5 * model.loss_curve_[0]
    assert len(model.loss_curve_) == model.n_iter_ <= 150
    assert [c.shape for c in model.coefs_] == [(2, 16), (16, 2)]
    again = clone(model)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        again.fit(X, y)
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))


def test_a_network_needs_no_scaling() -> None:
    X, y = make_friedman1(500, noise=0.5, random_state=0)
    test = slice(400, None)
    model = ObjectiveRegressor(
        "pseudo_huber(delta=1e6)", hidden_layer_sizes=(16,), max_iter=300, random_state=1, alpha=0
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X[:400] * 1e3 + 5e4, y[:400] * 1e6)
    assert model.score(X[test] * 1e3 + 5e4, y[test] * 1e6) > 0.9


def test_early_stopping_keeps_the_best_epoch() -> None:
    X, y = make_friedman1(300, noise=3.0, random_state=0)
    model = ObjectiveRegressor(
        "mse", hidden_layer_sizes=(64,), solver="adam", learning_rate_init=0.01, early_stopping=True,
        validation_fraction=0.3, max_iter=500, random_state=0, alpha=0.0,
    ).fit(X, y)  # fmt: skip
    assert model.n_iter_ < 500 and len(model.validation_curve_) == model.n_iter_
    lowest = int(np.argmin(model.validation_curve_))
    assert 0 < lowest < model.n_iter_ - 1
    # The held-out rows are the first of the permutation that follows the starting weights.
    random = np.random.RandomState(0)
    random.uniform(size=10 * 64 + 64)
    rows = random.permutation(300)[:90]
    assert np.mean((model.predict(X[rows]) - y[rows]) ** 2) == pytest.approx(model.validation_curve_[lowest], rel=1e-9)


def test_several_targets() -> None:
    X, y = make_regression(100, 4, n_targets=3, noise=1.0, random_state=0)
    model = ObjectiveRegressor("0.5*mse", alpha=0.0).fit(X, y)
    np.testing.assert_allclose(model.predict(X), LinearRegression().fit(X, y).predict(X), rtol=1e-4, atol=1e-3)


def test_class_weights() -> None:
    X, y = load_breast_cancer(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    keep = np.flatnonzero((y == 1) | (np.arange(len(y)) % 8 == 0))
    X, y = X[keep, :3], y[keep]
    plain, even = (ObjectiveClassifier("focal", class_weight=c).fit(X, y) for c in (None, "balanced"))
    rare = y == 0
    assert even.score(X[rare], y[rare]) > plain.score(X[rare], y[rare])
    counts = np.bincount(y)
    weights = (len(y) / (2 * counts))[y]
    by_hand = ObjectiveClassifier("focal").fit(X, y, sample_weight=weights)
    np.testing.assert_allclose(by_hand.coefs_[0], even.coefs_[0], rtol=1e-9)


def test_a_binary_loss_has_one_score_per_class() -> None:
    X, y = load_iris(return_X_y=True)
    model = ObjectiveClassifier("sigmoid_focal(gamma=1)", alpha=1e-3).fit(X, y)
    assert model.decision_function(X).shape == (150, 3) and model.score(X, y) > 0.9
    p = model.predict_proba(X)
    s = 1 / (1 + np.exp(-model.decision_function(X)))
    np.testing.assert_allclose(p, s / s.sum(axis=1, keepdims=True), rtol=1e-12)


def test_estimators_pickle_and_warn() -> None:
    X, y = load_iris(return_X_y=True)
    model = ObjectiveClassifier("focal(gamma=2)").fit(X, y)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict_proba(X), model.predict_proba(X))
    assert model.objective_ == "focal"
    with pytest.warns(ConvergenceWarning, match="max_iter=2"):
        ObjectiveClassifier(max_iter=2).fit(X, y)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda X, y: ObjectiveClassifier("mse").fit(X, y), "which is of regression"),
        (lambda X, y: ObjectiveRegressor("focal").fit(X, y), "which is of classes"),
        (lambda X, y: ObjectiveClassifier("dice").fit(X, y), "dice"),
        (lambda X, y: ObjectiveClassifier("focal(gamma=-1)").fit(X, y), "gamma"),
        (lambda X, y: ObjectiveClassifier(solver="sgd").fit(X, y), "solver"),
        (lambda X, y: ObjectiveClassifier(hidden_layer_sizes=(0,)).fit(X, y), "hidden_layer_sizes"),
        (lambda X, y: ObjectiveClassifier(early_stopping=True).fit(X, y), "early_stopping"),
        (lambda X, y: ObjectiveClassifier(alpha=-1.0).fit(X, y), "alpha"),
        (lambda X, y: ObjectiveClassifier().fit(X, np.zeros(len(y))), "1 class"),
        (lambda X, y: ObjectiveRegressor().fit(X, y, sample_weight=np.zeros(len(y))), "at least one"),
        (lambda X, y: scorer("mse + focal"), "mixes"),
        (lambda X, y: scorer("focal", response="proba"), "response"),
        (lambda X, y: scorer("focal", response="predict")(ObjectiveClassifier().fit(X, y), X, y), "predict_proba"),
        (lambda X, y: scorer("focal")(ObjectiveClassifier().fit(X[y > 0], y[y > 0]), X, y), "labels that the"),
    ],
)  # fmt: skip
def test_errors_say_what_is_wrong(make: Any, words: str) -> None:
    X, y = load_iris(return_X_y=True)
    with pytest.raises((ValueError, NotImplementedError)) as caught:
        make(X, y)
    assert words in str(caught.value)


# --- scorers -----------------------------------------------------------------------------------------------------


def test_scores_of_classes_are_those_of_scikit_learn() -> None:
    X, y = load_iris(return_X_y=True)
    names = np.array(["a", "b", "c"])[y]
    train, test, y_train, y_test = train_test_split(X, names, random_state=0)
    weight = np.random.default_rng(0).uniform(0, 1, len(y_test))
    forest = RandomForestClassifier(20, random_state=0).fit(train, y_train)
    logistic = LogisticRegression(max_iter=1000).fit(train, y_train)
    for model in (forest, logistic):
        reference = -log_loss(y_test, model.predict_proba(test), sample_weight=weight)
        assert scorer("cross_entropy")(model, test, y_test, sample_weight=weight) == pytest.approx(reference, rel=1e-9)
    p = logistic.predict_proba(test)
    brier = -np.mean(np.sum((p - np.eye(3)[np.searchsorted(logistic.classes_, y_test)]) ** 2, axis=1))
    assert scorer("brier")(logistic, test, y_test) == pytest.approx(brier, rel=1e-9)
    raw = scorer("cross_entropy", response="decision_function")(logistic, test, y_test)
    assert raw == pytest.approx(scorer("cross_entropy")(logistic, test, y_test), rel=1e-9)


def test_scores_of_yes_and_no() -> None:
    X, y = load_breast_cancer(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    model = LogisticRegression().fit(X, y)
    p = model.predict_proba(X)[:, 1]
    for expression in ("binary_cross_entropy", "cross_entropy"):
        assert scorer(expression)(model, X, y) == pytest.approx(-log_loss(y, p), rel=1e-9)
    assert scorer("brier")(model, X, y) == pytest.approx(-2 * brier_score_loss(y, p), rel=1e-9)
    margin = LinearSVC().fit(X, y)
    reference = -np.mean(np.maximum(0, 1 - (2 * y - 1) * margin.decision_function(X)))
    assert scorer("hinge")(margin, X, y) == pytest.approx(reference, rel=1e-9)
    entropy = -np.mean(np.log1p(np.exp(-(2 * y - 1) * margin.decision_function(X))))
    assert scorer("cross_entropy")(margin, X, y) == pytest.approx(entropy, rel=1e-9)


def test_scores_of_numbers() -> None:
    random = np.random.default_rng(0)
    X = random.normal(size=(200, 2))
    y = random.poisson(np.exp(X[:, 0])).astype(float)
    model = PoissonRegressor().fit(X, y)
    mu = model.predict(X)
    assert scorer("quantile(q=0.8)")(model, X, y) == pytest.approx(-mean_pinball_loss(y, mu, alpha=0.8), rel=1e-12)
    assert scorer("poisson_nll")(model, X, y) == pytest.approx(-np.mean(mu - y * np.log(mu)), rel=1e-9)
    assert scorer("poisson_nll(log_input=false)")(model, X, y) == pytest.approx(-np.mean(mu - y * np.log(mu)), rel=1e-6)


def test_scorers_choose_models() -> None:
    X, y = load_iris(return_X_y=True)
    search = GridSearchCV(ObjectiveClassifier(), {"objective": ["cross_entropy", "focal"], "alpha": [1e-3, 10.0]},
                          scoring=scorer("cross_entropy"), cv=3).fit(X, y)  # fmt: skip
    assert search.best_params_ == {"objective": "cross_entropy", "alpha": 1e-3}
    values = cross_val_score(LogisticRegression(max_iter=1000), X, y, scoring=scorer("focal"), cv=3)
    assert np.all(values < 0) and np.all(np.isfinite(values))
    copy = pickle.loads(pickle.dumps(scorer("focal", response="decision_function")))
    assert repr(copy) == "minimand.sklearn.scorer('focal', response='decision_function')"
