"""``minimand.jax``: composed losses under the transformations of JAX, against the kernels."""

from __future__ import annotations

import inspect
import zlib
from typing import Any

import minimand as mm
import numpy as np
import pytest
from samples import extremes, samples

jax = pytest.importorskip("jax")
jnp = jax.numpy


@pytest.fixture(autouse=True)
def double_precision() -> Any:
    """Numbers as precise as what they are compared with."""
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


def rng_of(text: str) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(text.encode()))


def shape_of(expression: str) -> str:
    """The kernel shape of a loss."""
    return next(entry["shape"] for entry in mm.catalog() if entry["name"] == expression.split("(")[0])


def close(a: Any, b: Any, tolerance: float) -> bool:
    """Are all entries equal up to a part of the largest, or of 1?"""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    allowed = tolerance * max(1.0, float(np.max(np.abs(b), initial=0)))
    return a.shape == b.shape and bool(np.all(np.abs(a - b) <= allowed))


EVERY_WAY = [
    "cross_entropy(label_smoothing=0.1, temperature=2)",
    "focal(gamma=0.5, alpha=[0.2, 0.5, 0.9])",
    "squentropy",
    "ldam(counts=[3, 2, 1])",
    "comp_sum_margin",
    "dual_focal",
    "crammer_singer",
    "distillation",
    "normalized_focal",
    "brier",
    "bi_tempered(t1=0.8, t2=1.3)",
    "spherical_softmax",
    "logit_adjusted(counts=[3, 2, 1])",
    "clipped_cross_entropy",
    "z_normalized",
    "sparsemax",
    "ldr_kl(normalize_scores=true)",
    "aldr_kl",
    "sigmoid_focal",
    "log_cosh",
    "poisson_nll",
    "dice(squared=true)",
    "jaccard_metric(activation=\"sigmoid\", per=\"batch\")",
    "asymmetric_focal_tversky(classes=\"present\")",
    "generalized_dice",
    "ciou",
]
"""A loss for each thing that surrounds a formula: combinations, transforms, rivals, pairs, numbers of classes, sums."""


@pytest.mark.parametrize("expression", EVERY_WAY)
def test_composed_is_what_the_kernel_computes(expression: str) -> None:
    rng, shape = rng_of(expression), shape_of(expression)
    loss, compared = mm.loss(expression), 0
    composed = jax.jit(jax.value_and_grad(mm.jax.loss(expression)))
    for sample in samples(shape, expression, rng):
        x, t = sample.prediction, sample.target
        options: dict[str, Any] = {"weights": sample.weights[0]}
        if sample.class_weights is not None and expression != "generalized_dice":
            options["class_weights"] = sample.class_weights
        if compared == 1:
            options["mask"] = sample.masks[0]
        try:
            value, gradient = loss.value_and_grad(x, t, **options)
        except mm.RangeError:
            x = np.abs(x)
            value, gradient = loss.value_and_grad(x, t, **options)
        except (mm.UnsupportedError, mm.ShapeError):
            continue
        found, slope = composed(x, t, **options)
        assert close(found, value, 1e-9) and close(slope, gradient, 1e-9), options
        compared += 1
        if compared == 2:
            break
    assert compared > 0


@pytest.mark.parametrize(
    "expression",
    ["focal(gamma=0.5)", "squentropy", "bi_tempered(t1=0.8, t2=1.3)", "sigmoid_focal", "pseudo_huber", "dice", "ciou"],
)
def test_composed_is_finite_at_extremes(expression: str) -> None:
    shape = shape_of(expression)
    composed, compared = jax.jit(jax.value_and_grad(mm.jax.loss(expression))), 0
    for x, t in extremes(shape, expression, rng_of(expression)):
        x = x.astype(np.float32)
        t = t.astype(np.float32) if t.dtype == np.float64 else t
        try:
            value = mm.loss(expression)(x, t)
        except mm.Error:
            continue
        found, slope = composed(x, t)
        assert found.dtype == np.float32 and close(found, value, 1e-4)
        assert bool(jnp.isfinite(slope).all())
        compared += 1
    assert compared > 3


def test_expressions_and_reductions() -> None:
    rng = np.random.default_rng(0)
    x, t, w = rng.normal(size=(2, 3, 4)), rng.integers(0, 3, size=(2, 4)), rng.uniform(size=(2, 4))
    expression = "dice + 0.5*cross_entropy(label_smoothing=0.1) - 0.1*focal"
    for options in (
        {"reduction": "sum"}, {"denominator": "count"}, {"denominator": 3.5}, {"class_weights": "balanced"}
    ):
        value = mm.jax.loss(expression, **options)(x, t, weights=w)
        assert close(value, mm.loss(expression)(x, t, weights=w, **options), 1e-12)
    items = mm.jax.loss("cross_entropy + focal", reduction="none")(x, t, weights=w)
    assert close(items, mm.loss("cross_entropy + focal")(x, t, weights=w, reduction="none"), 1e-12)
    with pytest.raises(mm.UnsupportedError, match="items of shapes"):
        mm.jax.loss("dice + focal", reduction="none")(x, t)
    assert float(mm.jax.loss("focal")(x, np.full((2, 4), -100))) == 0.0


def test_in_single_precision() -> None:
    jax.config.update("jax_enable_x64", False)
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(64, 10)).astype(np.float32), rng.integers(0, 10, size=64)
    for expression in ("focal", "nt_xent"):
        value, gradient = jax.jit(jax.value_and_grad(mm.jax.loss(expression)))(x, t)
        wanted, slope = mm.loss(expression).value_and_grad(x, t)
        assert value.dtype == np.float32 and close(value, wanted, 1e-6) and close(gradient, slope, 1e-6)


@pytest.mark.parametrize("expression", ["focal(gamma=2)", "squentropy", "cross_entropy(label_smoothing=0.2)", "brier"])
def test_second_derivatives_are_the_exact_ones(expression: str) -> None:
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(4, 3)), rng.integers(0, 3, size=4)
    hessian = jax.jit(jax.hessian(mm.jax.loss(expression)))(x, t)
    diagonal = hessian.reshape(12, 12).diagonal().reshape(4, 3)
    assert close(diagonal, mm.loss(expression).value_grad_hess(x, t)[2], 1e-10)


@pytest.mark.parametrize("expression", ["cross_entropy", "dice", "nt_xent", "lovasz + dice"])
def test_mapped_over_batches(expression: str) -> None:
    rng = np.random.default_rng(0)
    pairs = expression == "nt_xent"
    x = rng.normal(size=(3, 6, 4) if pairs else (3, 2, 4, 5))
    t = rng.normal(size=(3, 6, 4)) if pairs else rng.integers(0, 4, size=(3, 2, 5))
    mapped = jax.jit(jax.vmap(jax.value_and_grad(mm.jax.loss(expression))))
    values, gradients = mapped(x, t)
    for i in range(3):
        value, gradient = mm.loss(expression).value_and_grad(x[i], t[i])
        assert close(values[i], value, 1e-10) and close(gradients[i], gradient, 1e-10)


def test_kernels_without_formula() -> None:
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(6, 4)), rng.normal(size=(6, 4))
    both = jax.jit(jax.value_and_grad(mm.jax.loss("2*siglip"), argnums=(0, 1)))
    value, (by_x, by_t) = both(x, t)
    wanted, g, h = mm.loss("2*siglip").value_and_both_grads(x, t)
    assert close(value, wanted, 1e-12) and close(by_x, g, 1e-12) and close(by_t, h, 1e-12)
    with pytest.raises(mm.UnsupportedError, match="`siglip` is evaluated on pairs .* differentiated once"):
        jax.hessian(mm.jax.loss("siglip"))(x, t)
    image = np.abs(rng.normal(size=(1, 1, 12, 12)))
    with pytest.raises(mm.UnsupportedError, match=r"`ssim` is differentiated by its prediction, not by `target`"):
        jax.grad(mm.jax.loss("ssim"), argnums=1)(image, image + 0.1)
    items = mm.jax.loss("nt_xent", reduction="none")(x, t)
    assert close(items, mm.loss("nt_xent")(x, t, reduction="none"), 1e-12)


def test_class_weights_in_a_formula_are_numbers() -> None:
    rng = np.random.default_rng(0)
    x, t, w = rng.normal(size=(2, 3, 4)), rng.integers(0, 3, size=(2, 4)), np.array([1.0, 0.5, 2.0])
    value = jax.jit(mm.jax.loss("generalized_dice", class_weights=w))(x, t)
    assert close(value, mm.loss("generalized_dice")(x, t, class_weights=w), 1e-12)
    with pytest.raises(mm.UnsupportedError, match="give them as numbers"):
        jax.jit(mm.jax.loss("generalized_dice"))(x, t, class_weights=w)


@pytest.mark.parametrize("dtype", [np.float16, jnp.bfloat16])
def test_half_precision_is_widened(dtype: Any) -> None:
    rng = np.random.default_rng(0)
    x, t = jnp.asarray(rng.normal(size=(16, 10)), dtype=dtype), rng.integers(0, 10, size=16)
    value, gradient = jax.value_and_grad(mm.jax.loss("focal"))(x, t)
    wanted, slope = mm.loss("focal").value_and_grad(np.asarray(x, dtype=np.float32), t)
    assert value.dtype == np.float32 and gradient.dtype == dtype
    assert close(value, wanted, 1e-6) and close(gradient, jnp.asarray(slope, dtype=dtype), 1e-6)


def test_against_jax() -> None:
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(6, 5)), rng.integers(0, 5, size=6)
    ours = jax.value_and_grad(mm.jax.loss("cross_entropy"))(x, t)
    theirs = jax.value_and_grad(lambda x: -jax.nn.log_softmax(x)[jnp.arange(6), t].mean())(jnp.asarray(x))
    assert close(ours[0], theirs[0], 1e-12) and close(ours[1], theirs[1], 1e-12)


def test_errors_and_functions() -> None:
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(3, 4)), rng.integers(0, 4, size=3)
    assert close(mm.jax.focal(x, t, gamma=1.5), mm.loss("focal(gamma=1.5)")(x, t), 1e-12)
    assert inspect.signature(mm.jax.focal).parameters["gamma"].default == 2.0
    with pytest.raises(mm.ShapeError, match=r"`target` must have shape \[3\]"):
        mm.jax.focal(x, t[:2])
    with pytest.raises(mm.DTypeError, match="`prediction` must hold real numbers"):
        mm.jax.focal(t, t)
    with pytest.raises(AttributeError):
        mm.jax.no_such_loss  # noqa: B018
    assert np.isnan(mm.jax.focal(x, np.array([0, 4, 1])))
