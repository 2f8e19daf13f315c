"""Boosting with the real libraries, and gradient, Hessian and start values against what they should be."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import minimand as mm
from minimand import boosting

xgboost = pytest.importorskip("xgboost")
lightgbm = pytest.importorskip("lightgbm")
pytest.importorskip("sklearn")

from sklearn.base import clone  # noqa: E402
from sklearn.datasets import make_classification, make_friedman1  # noqa: E402

TREES = {"max_depth": 4, "eta": 0.1, "nthread": 1, "seed": 0}
LEAVES = {"max_depth": 4, "learning_rate": 0.1, "num_threads": 1, "verbose": -1, "seed": 0}
ROUNDS = 60


def numbers(rows: int = 1200) -> tuple[np.ndarray, ...]:
    """Training and test rows of a known regression."""
    X, y = make_friedman1(rows + 800, noise=1.0, random_state=0)
    return X[:rows], y[:rows], X[rows:], y[rows:]


def classes(k: int, noise: float = 0.0, rows: int = 1200) -> tuple[np.ndarray, ...]:
    """Training rows, of which a share has a wrong label, and clean test rows."""
    X, y = make_classification(rows + 800, 12, n_informative=8, n_classes=k, flip_y=0.0, class_sep=1.2, random_state=3)
    random = np.random.default_rng(0)
    train = y[:rows].copy()
    wrong = random.random(rows) < noise
    train[wrong] = (train[wrong] + random.integers(1, k, wrong.sum())) % k
    return X[:rows], train, X[rows:], y[rows:]


def xgb(
    objective: Any, X: np.ndarray, y: np.ndarray, test: np.ndarray, rounds: int = ROUNDS, **more: Any
) -> np.ndarray:
    """Raw scores of trees that XGBoost trained with an objective of ours."""
    data = xgboost.DMatrix(X, y, weight=more.pop("weight", None))
    parameters = {"disable_default_eval_metric": True, "base_score": 0.0, **TREES, **more}
    return xgboost.train(parameters, data, rounds, obj=objective).predict(xgboost.DMatrix(test), output_margin=True)


def xgb_own(name: str, X: np.ndarray, y: np.ndarray, test: np.ndarray, **more: Any) -> np.ndarray:
    """Predictions of trees with an objective of XGBoost's."""
    return xgboost.train({"objective": name, **TREES, **more}, xgboost.DMatrix(X, y), ROUNDS).predict(
        xgboost.DMatrix(test)
    )


def pinball(y: np.ndarray, predicted: np.ndarray, q: float) -> float:
    return float(np.mean(np.maximum(q * (y - predicted), (q - 1) * (y - predicted))))


# --- the same trees as the libraries' own objectives -------------------------------------------------------------


def test_squared_error_grows_the_trees_of_xgboost() -> None:
    X, y, test, _ = numbers()
    objective = boosting.objective("0.5*mse")
    ours = xgb(objective, X, y, test, base_score=objective.start_value(y))
    np.testing.assert_allclose(ours, xgb_own("reg:squarederror", X, y, test), rtol=1e-5)


def test_pseudo_huber_grows_the_trees_of_xgboost() -> None:
    X, y, test, _ = numbers()
    start = float(np.mean(y))
    ours = xgb(boosting.objective("pseudo_huber"), X, y, test, base_score=start)
    np.testing.assert_allclose(ours, xgb_own("reg:pseudohubererror", X, y, test, base_score=start), rtol=1e-4)


def test_cross_entropy_grows_the_trees_of_xgboost() -> None:
    X, y, test, _ = classes(3)
    objective = boosting.objective("cross_entropy", hessian="surrogate")  # softprob doubles the diagonal as well
    ours = objective.response(xgb(objective, X, y, test, num_class=3))
    np.testing.assert_allclose(ours, xgb_own("multi:softprob", X, y, test, num_class=3, base_score=0.5), atol=1e-4)


@pytest.mark.parametrize("expression", ["binary_cross_entropy", "cross_entropy"])
def test_logistic_loss_grows_the_trees_of_xgboost(expression: str) -> None:
    X, y, test, _ = classes(2)
    objective = boosting.objective(expression)
    assert objective.exact
    ours = objective.response(xgb(objective, X, y, test))
    np.testing.assert_allclose(ours, xgb_own("binary:logistic", X, y, test, base_score=0.5), atol=1e-4)


def test_weights_are_those_of_xgboost() -> None:
    X, y, test, _ = classes(2)
    weight = np.random.default_rng(0).uniform(0.0, 3.0, len(y))
    objective = boosting.objective("binary_cross_entropy")
    ours = objective.response(xgb(objective, X, y, test, weight=weight))
    data = xgboost.DMatrix(X, y, weight=weight)
    theirs = xgboost.train({"objective": "binary:logistic", "base_score": 0.5, **TREES}, data, ROUNDS)
    np.testing.assert_allclose(ours, theirs.predict(xgboost.DMatrix(test)), atol=1e-4)


@pytest.mark.parametrize(("expression", "name"), [("0.5*mse", "regression"), ("poisson_nll", "poisson")])
def test_lightgbm_grows_the_trees_of_its_own_objectives(expression: str, name: str) -> None:
    X, y, test, _ = numbers()
    y = np.maximum(y, 0.1)
    objective = boosting.objective(expression)
    start = objective.start_value(y)
    data = lightgbm.Dataset(X, y, init_score=np.full(len(y), start))
    ours = lightgbm.train({"objective": objective, **LEAVES}, data, ROUNDS).predict(test)
    # LightGBM multiplies the Hessian of a Poisson by e^0.7 to keep steps short.
    own = {"objective": name, "poisson_max_delta_step": 1e-9, **LEAVES}
    theirs = lightgbm.train(own, lightgbm.Dataset(X, y), ROUNDS).predict(test)
    np.testing.assert_allclose(objective.response(np.asarray(ours) + start), theirs, rtol=2e-3)


def test_lightgbm_binary_grows_the_trees_of_its_own_objective() -> None:
    X, y, test, _ = classes(2)
    objective = boosting.objective("binary_cross_entropy")
    start = objective.start_value(y)
    assert start == pytest.approx(np.log(y.mean() / (1 - y.mean())), rel=1e-9)
    data = lightgbm.Dataset(X, y, init_score=np.full(len(y), start))
    ours = lightgbm.train({"objective": objective, **LEAVES}, data, ROUNDS).predict(test)
    theirs = lightgbm.train({"objective": "binary", **LEAVES}, lightgbm.Dataset(X, y), ROUNDS).predict(test)
    np.testing.assert_allclose(objective.response(np.asarray(ours) + start), theirs, atol=1e-3)


# --- losses that the libraries do not have, or not so ----------------------------------------------------------------


@pytest.mark.parametrize("q", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("unit", [1.0, 1e5])
def test_quantiles_are_as_good_as_those_of_the_libraries(q: float, unit: float) -> None:
    """XGBoost and LightGBM fit every leaf's quantile again after growing a tree; gradients alone do nearly as well."""
    X, y, test, truth = numbers()
    y, truth = y * unit, truth * unit
    objective = boosting.objective(f"quantile(q={q})")
    start = objective.start_value(y)
    assert np.mean(y <= start) == pytest.approx(q, abs=1e-3)
    ours = xgb(objective, X, y, test, rounds=150, base_score=start)
    theirs = lightgbm.train({"objective": "quantile", "alpha": q, **LEAVES}, lightgbm.Dataset(X, y), 150)
    constant = pinball(truth, np.full_like(truth, np.quantile(y, q)), q)
    assert pinball(truth, ours, q) < 0.5 * constant
    assert pinball(truth, ours, q) < 1.15 * pinball(truth, np.asarray(theirs.predict(test)), q)


def test_pseudo_huber_resists_outliers() -> None:
    X, y, test, truth = numbers()
    wild = np.random.default_rng(1).random(len(y)) < 0.1
    y = np.where(wild, y + 300.0, y)
    huber = boosting.objective("pseudo_huber", hessian="surrogate")
    squares = boosting.objective("0.5*mse")
    error = {
        o.expression: np.mean(np.abs(xgb(o, X, y, test, base_score=o.start_value(y)) - truth)) for o in (huber, squares)
    }
    assert error["pseudo_huber"] < 2.0 and error["pseudo_huber"] < 0.2 * error["0.5*mse"]


def test_generalized_cross_entropy_resists_wrong_labels() -> None:
    X, y, test, truth = classes(3, noise=0.4, rows=1500)
    right = {}
    for expression in ("generalized_cross_entropy", "cross_entropy"):
        scores = xgb(boosting.objective(expression), X, y, test, num_class=3)
        right[expression] = np.mean(scores.argmax(axis=1) == truth)
    assert right["generalized_cross_entropy"] > 0.75
    assert right["generalized_cross_entropy"] > right["cross_entropy"] + 0.02


def test_focal_trains_as_well_as_cross_entropy() -> None:
    X, y, test, truth = classes(3)
    share = max(np.mean(truth == k) for k in range(3))
    focal = boosting.objective("focal(gamma=2)")
    scores = xgb(focal, X, y, test, num_class=3)
    entropy = xgb(boosting.objective("cross_entropy"), X, y, test, num_class=3)
    right = np.mean(scores.argmax(axis=1) == truth)
    assert right > share + 0.4 and right > np.mean(entropy.argmax(axis=1) == truth) - 0.03
    # Each minimises its own loss better than the other does.
    own, other = boosting.metric("focal(gamma=2)"), boosting.metric("cross_entropy")
    assert own.value(scores, truth) < own.value(np.zeros_like(scores), truth) * 0.5
    assert other.value(entropy, truth) < other.value(scores, truth)


def test_sigmoid_focal_beats_the_constant_on_rare_positives() -> None:
    X, y, test, truth = classes(3)
    y, truth = (y == 1) & (X[:, 0] > 0), (truth == 1) & (test[:, 0] > 0)
    objective = boosting.objective("sigmoid_focal(gamma=2, alpha=0.75)")
    start = objective.start_value(y)
    scores = xgb(objective, X, y, test, base_score=start)
    loss = boosting.metric("sigmoid_focal(gamma=2, alpha=0.75)")
    assert loss.value(scores, truth) < 0.6 * loss.value(np.full_like(scores, start), truth)


@pytest.mark.parametrize("expression", ["focal(gamma=2)", "multi_margin", "cross_entropy"])
def test_every_interface_trains_classes(expression: str) -> None:
    """XGBoost's estimator, LightGBM's training function and its estimator give what XGBoost's function gives."""
    X, y, test, truth = classes(3)
    objective = boosting.objective(expression)
    scores = xgb(objective, X, y, test, num_class=3)
    model = xgboost.XGBClassifier(
        objective=objective, n_estimators=ROUNDS, base_score=0.0, max_depth=4, eta=0.1, n_jobs=1
    )
    model.fit(X, y)
    np.testing.assert_allclose(model.predict_proba(test), objective.response(scores), atol=1e-5)
    assert np.array_equal(model.predict(test), scores.argmax(axis=1))
    parameters = {"objective": objective, "num_class": 3, **LEAVES}
    booster = lightgbm.train(parameters, lightgbm.Dataset(X, y), ROUNDS)
    raw = np.asarray(booster.predict(test, raw_score=True))
    light = lightgbm.LGBMClassifier(
        objective=objective, n_estimators=ROUNDS, max_depth=4, learning_rate=0.1, n_jobs=1, verbose=-1, seed=0
    ).fit(X, y)
    np.testing.assert_allclose(light.predict(test, raw_score=True), raw, atol=1e-12)
    for predicted in (scores, raw):
        assert np.mean(predicted.argmax(axis=1) == truth) > 0.8
    # Estimators are cloned by searches.
    assert clone(model).objective == objective


def test_estimators_pass_weights() -> None:
    """A weight of 0 is as good as no row."""
    X, y, test, _ = numbers(600)
    weight = np.where(np.arange(len(y)) % 3 == 0, 0.0, 2.0)
    spoiled = np.where(weight > 0, y, 1e4)
    objective = boosting.objective("huber(delta=0.5)")
    kept = weight > 0
    for one, other in (
        (
            xgboost.XGBRegressor(objective=objective, n_estimators=20, base_score=14.0, n_jobs=1, tree_method="exact"),
            xgboost.XGBRegressor(objective=objective, n_estimators=20, base_score=14.0, n_jobs=1, tree_method="exact"),
        ),
        (
            lightgbm.LGBMRegressor(objective=objective, n_estimators=20, n_jobs=1, verbose=-1, min_child_samples=1),
            lightgbm.LGBMRegressor(objective=objective, n_estimators=20, n_jobs=1, verbose=-1, min_child_samples=1),
        ),
    ):
        one.fit(X, spoiled, sample_weight=weight)
        other.fit(X[kept], y[kept], sample_weight=weight[kept])
        assert np.mean(np.abs(one.predict(test) - other.predict(test))) < 0.5
        assert np.max(one.predict(test)) < 40


def test_metrics_are_logged_and_stop_training() -> None:
    X, y, test, truth = classes(3)
    objective, loss = boosting.objective("cross_entropy"), boosting.metric("cross_entropy", name="nats")
    log: dict[str, Any] = {}
    train, held = xgboost.DMatrix(X, y), xgboost.DMatrix(test, truth)
    booster = xgboost.train(
        {"num_class": 3, "base_score": 0.0, "disable_default_eval_metric": True, "learning_rate": 0.5, "nthread": 1},
        train,
        60,
        obj=objective,
        custom_metric=loss,
        evals=[(held, "held")],
        evals_result=log,
        early_stopping_rounds=5,
        verbose_eval=False,
    )
    assert booster.best_iteration < 59
    scores = booster.predict(held, output_margin=True, iteration_range=(0, booster.best_iteration + 1))
    reference = -np.log(np.exp(scores)[np.arange(len(truth)), truth] / np.exp(scores).sum(axis=1)).mean()
    assert min(log["held"]["nats"]) == pytest.approx(reference, rel=1e-5)

    model = xgboost.XGBClassifier(objective=objective, eval_metric=loss, n_estimators=5, n_jobs=1, base_score=0.5)
    model.fit(X, y, eval_set=[(test, truth)], verbose=False)
    margins = model.predict(test, output_margin=True)
    assert model.evals_result()["validation_0"]["nats"][-1] == pytest.approx(loss.value(margins, truth), rel=1e-5)

    log = {}
    parameters = {"objective": objective, "num_class": 3, "metric": "none", **LEAVES}
    data = lightgbm.Dataset(X, y)
    held_data = lightgbm.Dataset(test, truth, reference=data)
    recorder = lightgbm.record_evaluation(log)
    booster = lightgbm.train(parameters, data, 5, valid_sets=[held_data], feval=loss, callbacks=[recorder])
    raw = booster.predict(test, raw_score=True)
    assert log["valid_0"]["nats"][-1] == pytest.approx(loss.value(raw, truth), rel=1e-9)

    light = lightgbm.LGBMClassifier(objective=objective, n_estimators=5, n_jobs=1, verbose=-1)
    light.fit(X, y, eval_set=[(test, truth)], eval_metric=loss)
    raw = light.predict(test, raw_score=True)
    assert light.evals_result_["valid_0"]["nats"][-1] == pytest.approx(loss.value(raw, truth), rel=1e-9)


def test_several_targets() -> None:
    X, y, test, truth = numbers()
    two = np.stack([y, -2 * y], axis=1)
    objective = boosting.objective("pseudo_huber(delta=10)")
    data = xgboost.DMatrix(X, two)
    parameters = {"disable_default_eval_metric": True, "base_score": 0.0, **TREES}
    scores = xgboost.train(parameters, data, 100, obj=objective).predict(xgboost.DMatrix(test))
    assert scores.shape == (len(test), 2)
    assert np.mean(np.abs(scores[:, 0] - truth)) < 1.6
    assert np.mean(np.abs(scores[:, 1] + 2 * truth)) < 3.2
    np.testing.assert_allclose(objective.start_value(two), [objective.start_value(two[:, i]) for i in (0, 1)])


def test_one_score_per_class_for_a_binary_loss() -> None:
    X, y, test, truth = classes(3)
    objective = boosting.objective("hinge")
    scores = xgb(objective, X, y, test, num_class=3)
    assert np.mean(scores.argmax(axis=1) == truth) > 0.8


# --- gradients, Hessians and constants ---------------------------------------------------------------------------


def every_expression(kind: str) -> list[str]:
    names = []
    for entry in mm.catalog():
        try:
            if boosting.objective(entry["name"]).kind == kind:
                names.append(entry["name"])
        except mm.UnsupportedError:
            continue
    return names


POSITIVE = {"poisson_nll", "gamma_nll", "tweedie", "msle", "mape", "smape"}
COSINES = {"arcface", "sphereface", "normalized_softmax", "cosface"}


@pytest.mark.parametrize("expression", [e for kind in ("rows", "binary", "regression") for e in every_expression(kind)])
def test_gradient_and_hessian_of_every_loss(expression: str) -> None:
    """Weights multiply both; Hessians are positive, exact where the catalogue says so; dtype and shape stay."""
    objective = boosting.objective(expression)
    random = np.random.default_rng(5)
    size = 0.3 if expression in COSINES else 2.0
    if objective.kind == "rows":
        x, t = np.clip(random.normal(size=(200, 4)) * size, -4, 4), random.integers(0, 4, 200)
        x = x / 4.1 if expression in COSINES else x
    else:
        x = random.normal(size=200) * size
        t = random.integers(0, 2, 200).astype(float) if objective.kind == "binary" else random.normal(size=200)
        if expression in POSITIVE:
            x, t = np.abs(x), random.gamma(2.0, size=200)
    if objective.kind == "rows" and expression == "harmonic":
        x = np.abs(x) + 0.1
    w = random.uniform(0.0, 2.0, 200)
    gradient, hessian = objective.gradient_and_hessian(x.astype(np.float32), t, w)
    assert gradient.dtype == hessian.dtype == np.float32 and gradient.shape == hessian.shape == x.shape
    loss = mm.Objective(expression)
    truth = loss.evaluate(x, t, weights=w, reduction="sum", gradient=True)[3]
    diagonal = loss.hessian_diagonal(x, t, weights=w, reduction="sum")
    gradient, hessian = objective.gradient_and_hessian(x, t, w)
    assert np.all(hessian[w > 0] > 0) and np.all(np.isfinite(hessian))
    if objective.exact:
        np.testing.assert_allclose(gradient, truth, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(hessian, np.maximum(diagonal, 0), rtol=1e-9, atol=2e-15)
        return
    # The surrogate divides both by one number, which leaves the steps.
    moving = np.abs(truth) > 1e-9
    ratio = gradient[moving] / truth[moving]
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-9)
    scale = ratio[0] if moving.any() else 1.0
    assert scale > 0 and np.all(hessian >= scale * diagonal * (1 - 1e-9) - 1e-12)
    if objective.kind == "regression":
        assert np.average(hessian / np.where(w > 0, w, 1.0), weights=w) == pytest.approx(1.0)
    else:
        assert scale == pytest.approx(1.0, rel=1e-12)
        assert np.max(np.abs(gradient) / hessian, where=moving, initial=0.0) <= 10.0 * (1 + 1e-9)


@pytest.mark.parametrize(
    "expression",
    ["mae", "huber(delta=0.3)", "smooth_l1", "cauchy", "welsch", "geman_mcclure", "tukey_biweight", "lp(p=1.2)"],
)
def test_the_parabola_of_a_robust_loss_lies_above_it(expression: str) -> None:
    """ℓ(u) ≤ ℓ(x) + ℓ′(x)(u − x) + ½ h (u − x)², so that a full step of one row never raises its loss."""
    objective = boosting.objective(expression)
    loss = mm.Objective(expression)
    for x in (0.05, 0.5, 1.0, 3.0):
        # Rows that are as far away as this one: its own residual is the quantile that floors 1/|r|.
        gradient, hessian = objective.gradient_and_hessian(np.full(4, x), np.array([0.0, 0.0, 2 * x, 2 * x]))
        g = loss.evaluate([x], [0.0], reduction="sum", gradient=True)[3][0]
        h = float(hessian[0] * g / gradient[0])
        u = np.linspace(-5, 5, 201)
        above = loss.evaluate([x], [0.0])[0] + g * (u - x) + 0.5 * h * (u - x) ** 2
        below = loss.evaluate(u, np.zeros_like(u), reduction="none")[1]
        assert np.all(below <= above + 1e-9), expression


@pytest.mark.parametrize("expression", ["focal", "generalized_cross_entropy", "taylor_cross_entropy"])
def test_the_surrogate_of_classes_is_reweighted_cross_entropy(expression: str) -> None:
    objective = boosting.objective(expression)
    random = np.random.default_rng(0)
    x, t = random.normal(size=(50, 3)), random.integers(0, 3, 50)
    gradient, hessian = objective.gradient_and_hessian(x, t)
    entropy, curvature = boosting.objective("cross_entropy").gradient_and_hessian(x, t)
    weight = gradient / entropy
    np.testing.assert_allclose(weight, weight[:, :1] * np.ones(3), rtol=1e-9)  # one number for the row
    diagonal = mm.Objective(expression).hessian_diagonal(x, t, reduction="sum")
    far = np.abs(weight * curvature) < 0.1 * np.abs(gradient)  # where steps are kept short
    assert far.mean() < 0.1
    np.testing.assert_allclose(hessian[~far], 2 * np.maximum(weight * curvature, diagonal)[~far], rtol=1e-9)


def best_constant(expression: str, target: np.ndarray, weights: np.ndarray, low: float, high: float) -> float:
    """The least weighted loss of a constant, by brute force."""
    loss = mm.Objective(expression)
    grid = np.linspace(low, high, 901)
    return min(loss.evaluate(np.full(target.shape, c), target, weights=weights)[0] for c in grid)


@pytest.mark.parametrize(
    "expression",
    ["mse", "mae", "quantile(q=0.8)", "huber", "cauchy(scale=0.2)", "tukey_biweight(c=0.5)", "poisson_nll",
     "gamma_nll", "expectile(q=0.9)", "mse + 3*mae", "mape", "log_cosh"],
)  # fmt: skip
def test_start_values_of_numbers(expression: str) -> None:
    random = np.random.default_rng(2)
    target, weights = random.gamma(2.0, 1.0, 60) + 0.1, random.uniform(0, 2, 60)
    start = boosting.objective(expression).start_value(target, weights)
    value = mm.Objective(expression).evaluate(np.full(60, start), target, weights=weights)[0]
    assert value <= best_constant(expression, target, weights, -1.0, 8.0) + 1e-9


def test_elicited_start_values_are_exact() -> None:
    y = np.array([1.0, 2.0, 4.0, 10.0, 3.0])
    w = np.array([1.0, 2.0, 1.0, 1.0, 0.0])
    assert boosting.objective("mse").start_value(y, w) == pytest.approx(19 / 5, rel=1e-15)
    assert boosting.objective("mae").start_value(y) == 3.0
    assert boosting.objective("poisson_nll").start_value(y) == pytest.approx(np.log(4.0), rel=1e-15)
    labels = np.array([0, 0, 0, 1, 2, 2])
    start = boosting.objective("cross_entropy").start_value(labels)
    np.testing.assert_allclose(boosting.objective("cross_entropy").response(start[None])[0], [1 / 2, 1 / 6, 1 / 3])
    assert boosting.objective("cross_entropy").start_value(labels[:5] // 2, outputs=1) == pytest.approx(np.log(1 / 4))
    assert boosting.objective("binary_cross_entropy").start_value(labels > 0) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    "expression", ["focal", "brier", "generalized_cross_entropy(q=0.3)", "symmetric_cross_entropy"]
)
def test_start_values_of_classes(expression: str) -> None:
    labels = np.repeat([0, 1, 2], [50, 30, 20])
    row = boosting.objective(expression).start_value(labels)
    loss = mm.Objective(expression)

    def value(z: np.ndarray) -> float:
        return loss.evaluate(np.tile(z, (100, 1)), labels)[0]

    random = np.random.default_rng(0)
    assert abs(row.mean()) < 1e-12
    for size in (1e-3, 0.1, 1.0, 5.0):
        for _ in range(50):
            assert value(row) <= value(row + random.normal(size=3) * size) + 1e-10
    # A class without rows has a finite score.
    assert np.all(np.isfinite(boosting.objective(expression).start_value(labels, outputs=5)))


@pytest.mark.parametrize("expression", ["ramp", "sigmoid_loss", "hinge"])
def test_start_values_of_one_kind_of_label_stay_finite(expression: str) -> None:
    assert 0 < boosting.objective(expression).start_value(np.ones(10)) <= 10.0


def test_extreme_scores() -> None:
    for expression in ("focal", "cross_entropy", "generalized_cross_entropy", "multi_margin"):
        x = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 0.0], [0.0, 0.0, 0.0]], dtype=np.float32)
        gradient, hessian = boosting.objective(expression).gradient_and_hessian(x, np.array([0, 0, 2]))
        assert np.all(np.isfinite(gradient)) and np.all(np.isfinite(hessian)) and np.all(hessian > 0)
    for expression in ("mae", "cauchy", "huber", "quantile(q=0.1)"):
        x = np.array([1e4, -1e4, 0.0, 5.0], dtype=np.float32)
        gradient, hessian = boosting.objective(expression).gradient_and_hessian(x, np.zeros(4, dtype=np.float32))
        assert np.all(np.isfinite(gradient)) and np.all(np.isfinite(hessian)) and np.all(hessian > 0)
        gradient, hessian = boosting.objective(expression).gradient_and_hessian(np.ones(4), np.ones(4))
        assert np.all(np.isfinite(hessian)) and np.all(hessian > 0)  # fitted exactly


def test_copies_are_equal() -> None:
    objective = boosting.objective("focal(gamma=3)", hessian="surrogate")
    assert repr(objective) == "minimand.boosting.objective('focal(gamma=3)', hessian='surrogate')"
    for other in (
        pickle.loads(pickle.dumps(objective)),
        copy.deepcopy(objective),
        eval(repr(objective), {"minimand": mm}),
    ):
        assert other == objective and hash(other) == hash(objective)
    assert boosting.objective("focal") != objective
    metric = pickle.loads(pickle.dumps(boosting.metric("focal", name="f")))
    assert metric.name == "f" and metric.expression == "focal"


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: boosting.objective("dice"), mm.UnsupportedError, "dice (segmentation, shape regions)"),
        (lambda: boosting.objective("mse + focal"), mm.UnsupportedError, "mixes losses of regression and rows"),
        (lambda: boosting.objective("focall"), mm.UnknownLossError, "focal"),
        (lambda: boosting.objective("mae", hessian="exact"), ValueError, "hessian: expected"),
        (lambda: boosting.objective("squentropy").gradient_and_hessian(np.zeros(3), np.zeros(3)), mm.UnsupportedError,
         "rows of scores [n, classes]"),
        (lambda: boosting.objective("focal").gradient_and_hessian(np.zeros((3, 2)), [0, 1, 0.5]), ValueError, "whole"),
        (lambda: boosting.objective("focal").gradient_and_hessian(np.zeros((3, 2)), [0, 1, 2]), mm.LabelError, "2"),
        (lambda: boosting.objective("mae").gradient_and_hessian(np.zeros(3), np.zeros(4)), mm.UnsupportedError, "[4]"),
        (lambda: boosting.objective("mae").start_value([]), ValueError, "at least one target"),
    ],
)  # fmt: skip
def test_errors_say_what_is_wrong(make: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error) as caught:
        make()
    assert words in str(caught.value)
