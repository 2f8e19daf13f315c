"""Losses on NumPy arrays: values against plain formulas, what arrays may be, options, errors, threads, memory."""

from __future__ import annotations

import copy
import math
import multiprocessing
import os
import pickle
import subprocess
import sys
import threading
import tracemalloc

import numpy as np
import pytest

import minimand as mm

RNG = np.random.default_rng(7)
Z = RNG.normal(size=(6, 4)) * 2
Y = np.array([0, 3, 1, 1, 2, 0])


def log_softmax(z: np.ndarray) -> np.ndarray:
    shifted = z - z.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def cross_entropies(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    return -np.take_along_axis(log_softmax(z), y[:, None], axis=1)[:, 0]


# Values


def test_values_are_those_of_the_formulas() -> None:
    each = cross_entropies(Z, Y)
    p = np.exp(-each)
    one_hot = np.eye(4)[Y]
    assert mm.loss("cross_entropy")(Z, Y) == pytest.approx(each.mean(), rel=1e-12)
    assert mm.losses.focal(Z, Y, gamma=3.0) == pytest.approx(((1 - p) ** 3 * each).mean(), rel=1e-12)
    brier = ((np.exp(log_softmax(Z)) - one_hot) ** 2).sum(axis=1).mean()
    assert mm.losses.brier(Z, Y) == pytest.approx(brier, rel=1e-12)
    assert mm.losses.cross_entropy(Z, one_hot) == pytest.approx(each.mean(), rel=1e-12)
    t = RNG.normal(size=Z.shape)
    assert mm.losses.mse(Z, t) == pytest.approx(((Z - t) ** 2).mean(), rel=1e-12)
    assert mm.losses.mae(1.5, -0.25) == 1.75


def test_gradient_and_hessian() -> None:
    loss = mm.loss("cross_entropy + 0.5*squentropy")
    value, gradient, diagonal = loss.value_grad_hess(Z, Y)
    assert value == loss(Z, Y) == loss.value(Z, Y)
    assert gradient.shape == diagonal.shape == Z.shape
    step = 1e-5
    for at in np.ndindex(*Z.shape):
        up, down = Z.copy(), Z.copy()
        up[at] += step
        down[at] -= step
        assert gradient[at] == pytest.approx((loss(up, Y) - loss(down, Y)) / (2 * step), abs=1e-9)
        slopes = [loss.value_and_grad(z, Y)[1][at] for z in (up, down)]
        assert diagonal[at] == pytest.approx((slopes[0] - slopes[1]) / (2 * step), abs=1e-8)


def test_both_sides_of_pairs() -> None:
    a, b = RNG.normal(size=(5, 3)), RNG.normal(size=(5, 3))
    loss = mm.loss("info_nce")
    value, by_a, by_b = loss.value_and_both_grads(a, b)
    assert value == loss(a, b)
    np.testing.assert_allclose(by_a, loss.value_and_grad(a, b)[1], rtol=1e-12)
    step = 1e-5
    for at in np.ndindex(*b.shape):
        up, down = b.copy(), b.copy()
        up[at] += step
        down[at] -= step
        assert by_b[at] == pytest.approx((loss(a, up) - loss(a, down)) / (2 * step), abs=1e-8)
    twice, _, weighted = loss.value_and_both_grads(a, b, sample_weight=np.full(5, 2.0), reduction="sum")
    assert twice == pytest.approx(2 * loss(a, b, reduction="sum"))
    np.testing.assert_allclose(weighted, 2 * 5 * by_b, rtol=1e-9)
    with pytest.raises(mm.UnsupportedError, match="embeddings"):
        mm.loss("mse").value_and_both_grads(a, b)


def test_items_lie_as_labels_do() -> None:
    np.testing.assert_allclose(mm.losses.cross_entropy(Z, Y, reduction="none"), cross_entropies(Z, Y), rtol=1e-12)
    pixels, labels = RNG.normal(size=(2, 3, 4, 5)), RNG.integers(3, size=(2, 4, 5))
    assert mm.losses.cross_entropy(pixels, labels, reduction="none").shape == (2, 4, 5)
    assert mm.losses.dice(pixels, labels, reduction="none").shape == (2, 3)
    items, gradient = mm.losses.Mse().value_and_grad(Z, np.zeros_like(Z), reduction="none")
    np.testing.assert_allclose(items, Z**2)
    np.testing.assert_allclose(gradient, 2 * Z)


def test_extremes_stay_finite() -> None:
    z = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 0.0]], np.float32)
    for name in ("cross_entropy", "focal", "squentropy", "generalized_cross_entropy"):
        value, gradient = mm.loss(name).value_and_grad(z, [1, 1])
        assert math.isfinite(value) and np.isfinite(gradient).all()
    value, gradient = mm.loss("cross_entropy").value_and_grad(z, [-100, -100])
    assert value == 0.0 and not gradient.any()
    assert math.isnan(mm.losses.cross_entropy(z, [-100, -100], empty="nan"))
    assert mm.losses.cross_entropy(np.ones((3, 1)), [0, 0, 0]) == 0.0
    assert mm.losses.mse(np.zeros((0, 3)), np.zeros((0, 3))) == 0.0


# Expressions


def test_objectives_are_values() -> None:
    loss = mm.loss("focal(gamma=1.5) - 0.25*dice(per=\"batch\", smooth=1)")
    assert loss.expression == 'focal(gamma=1.5) - 0.25*dice(smooth=1, per="batch")'
    assert mm.loss(loss.expression) == loss == mm.loss(loss) == mm.loss(loss.objective)
    assert hash(loss) == hash(mm.loss(loss.expression)) and loss != mm.loss("focal")
    for copied in (pickle.loads(pickle.dumps(loss)), copy.copy(loss), copy.deepcopy(loss), eval(repr(loss), vars(mm))):
        assert copied == loss and type(copied) is type(loss)
    focal = mm.losses.Focal(gamma=1.5)
    assert type(pickle.loads(pickle.dumps(focal))) is mm.losses.Focal
    assert focal - 0.25 * mm.losses.Dice(smooth=1, per="batch") == loss
    assert -focal == mm.loss("-focal(gamma=1.5)")
    (first, second) = loss.terms
    assert first == (1.0, "focal", {"gamma": 1.5, "alpha": None})
    assert second[:2] == (-0.25, "dice") and second[2]["per"] == "batch"
    assert 2 * focal + mm.loss("squentropy") == mm.loss("2*focal(gamma=1.5) + squentropy")
    for wrong in (lambda: focal + 1, lambda: focal - 1, lambda: focal * "2"):
        with pytest.raises(TypeError):
            wrong()
    with pytest.raises(mm.ParameterError, match="finite"):
        math.inf * focal


def test_parameters_may_be_what_numpy_gives() -> None:
    by_list = mm.losses.focal(Z, Y, alpha=[0.1, 0.2, 0.3, 0.4])
    assert mm.losses.focal(Z, Y, alpha=np.array([0.1, 0.2, 0.3, 0.4])) == by_list
    assert mm.losses.focal(Z, Y, alpha=(0.1, 0.2, 0.3, 0.4)) == by_list
    assert mm.losses.focal(Z, Y, gamma=np.float32(2)) == mm.losses.focal(Z, Y)
    assert mm.losses.Dice(squared=np.bool_(True)) == mm.losses.Dice(squared=True)
    # 1 == True, but one is a number and the other is not.
    assert mm.losses.focal(Z, Y, gamma=1) == mm.losses.focal(Z, Y, gamma=1.0)
    with pytest.raises(mm.ParameterError, match="`gamma` must be a number ≥ 0, got true"):
        mm.losses.focal(Z, Y, gamma=True)
    with pytest.raises(mm.ParameterError, match="`gamma` must be a number ≥ 0, got <object"):
        mm.losses.focal(Z, Y, gamma=object())  # type: ignore[call-overload]


# Arrays


class OnlyDLPack:
    """An array of another library."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array

    def __dlpack__(self, **options: object) -> object:
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.array.__dlpack_device__()


class OnlyArray:
    """An array of yet another library."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array

    def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
        return self.array


def misaligned(array: np.ndarray) -> np.ndarray:
    store = np.zeros(array.nbytes + 1, np.uint8)
    shifted = store[1:].view(array.dtype).reshape(array.shape)
    shifted[...] = array
    assert not shifted.flags.aligned
    return shifted


def strided(array: np.ndarray) -> np.ndarray:
    return np.repeat(np.repeat(array, 2, axis=0), 3, axis=1)[::2, ::3]


def read_only(array: np.ndarray) -> np.ndarray:
    array = array.copy()
    array.flags.writeable = False
    return array


LAYOUTS = {
    "strided": strided,
    "reversed": lambda a: a[::-1, ::-1].copy()[::-1, ::-1],
    "column-major": np.asfortranarray,
    "big-endian": lambda a: a.astype(a.dtype.newbyteorder(">")),
    "misaligned": misaligned,
    "read-only": read_only,
    "list": lambda a: a.astype(np.float64).tolist(),
    "memoryview": memoryview,
    "dlpack": OnlyDLPack,
    "__array__": OnlyArray,
    "subclass": lambda a: a.view(np.matrix),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_any_layout_gives_the_same(layout: str, dtype: type) -> None:
    z = Z.astype(dtype)
    loss = mm.loss("focal")
    value, gradient = loss.value_and_grad(z, Y)
    got, its_gradient = loss.value_and_grad(LAYOUTS[layout](z), Y)
    assert got == pytest.approx(value, rel=1e-6)
    np.testing.assert_allclose(its_gradient, gradient, rtol=1e-5, atol=1e-7)
    assert its_gradient.dtype == (np.float64 if layout == "list" else dtype)
    assert its_gradient.flags.c_contiguous and type(its_gradient) is np.ndarray
    soft = np.full_like(z, 0.25)
    assert loss(z, LAYOUTS[layout](soft)) == pytest.approx(loss(z, soft), rel=1e-6)


@pytest.mark.parametrize("dtype", "int8 int16 int32 int64 uint8 uint16 uint32 uint64 >i4 longlong ulonglong".split())
def test_labels_of_any_width(dtype: str) -> None:
    labels = Y.astype(dtype)
    assert mm.losses.focal(Z, labels) == mm.losses.focal(Z, Y)
    assert mm.losses.focal(Z, np.repeat(labels, 2)[::2]) == mm.losses.focal(Z, Y)
    assert mm.losses.focal(Z, labels[:, None]) == mm.losses.focal(Z, Y)


def test_half_precisions_are_widened() -> None:
    halves = [np.float16]
    halves += [ml_dtypes.bfloat16] if (ml_dtypes := pytest.importorskip("ml_dtypes")) else []
    for half in halves:
        z = Z.astype(half)
        single = z.astype(np.float32)
        value, gradient = mm.loss("focal").value_and_grad(z, Y)
        expected, of_single = mm.loss("focal").value_and_grad(single, Y)
        assert value == expected and gradient.dtype == np.float32
        np.testing.assert_array_equal(gradient, of_single)
        targets = np.abs(Z).astype(half)
        assert mm.losses.mse(z, targets) == mm.losses.mse(single, targets.astype(np.float32))
        assert mm.losses.focal(z, Y, weights=np.ones(6, half)) == expected


def test_truth_values_are_labels_or_numbers() -> None:
    scores = RNG.normal(size=(3, 5))
    truth = RNG.random((3, 5)) < 0.5
    assert mm.losses.binary_cross_entropy(scores, truth) == mm.losses.binary_cross_entropy(scores, truth.astype(float))
    yes = np.array([True, False, True])
    assert mm.losses.focal(scores[:, :2], yes) == mm.losses.focal(scores[:, :2], yes.astype(int))
    one_hot = np.eye(4, dtype=bool)[Y]
    assert mm.losses.focal(Z, one_hot) == pytest.approx(mm.losses.focal(Z, Y), rel=1e-12)
    mask = RNG.random((2, 1, 4, 4)) < 0.5
    z = RNG.normal(size=mask.shape)
    sigmoid = mm.losses.Dice(activation="sigmoid")
    assert sigmoid(z, mask) == sigmoid(z, mask.astype(float))


def test_integers_are_numbers_where_labels_have_no_meaning() -> None:
    boxes = np.array([[0.0, 0.0, 10.0, 12.0]])
    assert mm.losses.iou(boxes, [[2, 0, 12, 12]]) == mm.losses.iou(boxes, [[2.0, 0.0, 12.0, 12.0]])
    photo = RNG.integers(256, size=(1, 1, 16, 16), dtype=np.uint8)
    assert mm.losses.ssim(photo / 255.0, photo) == mm.losses.ssim(photo / 255.0, photo.astype(float))
    assert mm.losses.mse([1.5, 2.0], [1, 2]) == 0.125
    assert mm.losses.mse([1.5, 2.0], [1, -100]) == pytest.approx((0.25 + 102**2) / 2)


def test_other_libraries() -> None:
    pandas = pytest.importorskip("pandas")
    frame, series = pandas.DataFrame(Z), pandas.Series(Y)
    assert mm.losses.focal(frame, series, weights=pandas.Series(np.ones(6))) == mm.losses.focal(Z, Y)
    polars = pytest.importorskip("polars")
    assert mm.losses.focal(Z, polars.Series(Y)) == mm.losses.focal(Z, Y)
    assert mm.losses.mse(polars.Series([1.0, 3.0]), polars.Series([1.0, 1.0])) == 2.0
    pyarrow = pytest.importorskip("pyarrow")
    assert mm.losses.focal(Z, pyarrow.array(Y)) == mm.losses.focal(Z, Y)


# Options


def test_weights_and_masks() -> None:
    each, w = cross_entropies(Z, Y), np.array([1.0, 2.0, 0.5, 0.0, 3.0, 1.0])
    keep = np.array([True, True, False, True, True, False])
    ce = mm.loss("cross_entropy")
    assert ce(Z, Y, weights=w) == pytest.approx((w * each).sum() / w.sum(), rel=1e-12)
    assert ce(Z, Y, sample_weight=w) == ce(Z, Y, weights=w) == mm.losses.cross_entropy(Z, Y, sample_weight=w)
    assert ce(Z, Y, weights=w.astype(np.float32)) == pytest.approx(ce(Z, Y, weights=w), rel=1e-6)
    assert ce(Z, Y, weights=[1, 2, 1, 0, 3, 1]) == ce(Z, Y, weights=[1.0, 2.0, 1.0, 0.0, 3.0, 1.0])
    assert ce(Z, Y, mask=keep) == pytest.approx(each[keep].mean(), rel=1e-12)
    assert ce(Z, Y, mask=keep.astype(np.uint8)) == ce(Z, Y, mask=keep) == ce(Z, Y, mask=keep.tolist())
    assert ce(Z, Y, mask=np.repeat(keep, 2)[::2]) == ce(Z, Y, mask=keep)
    assert ce(Z, Y, weights=w, mask=keep, reduction="sum") == pytest.approx((w * each)[keep].sum(), rel=1e-12)
    assert ce(Z, Y, ignore_index=1) == pytest.approx(each[Y != 1].mean(), rel=1e-12)
    assert ce(Z, Y, weights=w, denominator="count") == pytest.approx((w * each).mean(), rel=1e-12)
    assert ce(Z, Y, weights=w, denominator=24) == pytest.approx((w * each).sum() / 24, rel=1e-12)
    by_class = np.array([1.0, 2.0, 3.0, 4.0])
    c = by_class[Y]
    assert ce(Z, Y, class_weights=by_class) == pytest.approx((c * each).sum() / c.sum(), rel=1e-12)
    assert ce(Z, Y, class_weights=[1, 2, 3, 4]) == ce(Z, Y, class_weights=by_class)


def test_a_mask_of_other_bytes_is_refused_not_trusted() -> None:
    odd = np.array([1, 0, 2, 1, 1, 1], np.uint8).view(bool)
    with pytest.raises(mm.RangeError, match="`mask` at position 2 is 2"):
        mm.losses.cross_entropy(Z, Y, mask=odd)


def test_balanced_class_weights() -> None:
    utils = pytest.importorskip("sklearn.utils")
    labels = RNG.choice(4, size=40, p=[0.5, 0.3, 0.15, 0.05])
    z = RNG.normal(size=(40, 4))
    expected = utils.compute_class_weight("balanced", classes=np.unique(labels), y=labels)
    assert len(expected) == 4
    for loss in (mm.loss("cross_entropy"), mm.losses.Dice()):
        assert loss(z, labels, class_weights="balanced") == loss(z, labels, class_weights=expected)
    # Only labels that count are counted: those of class 3 do not, nor do those to ignore.
    mask, some = labels != 3, np.where(labels == 2, -100, labels)
    counted = utils.compute_class_weight("balanced", classes=np.array([0, 1]), y=labels[labels < 2])
    ce = mm.losses.CrossEntropy()
    given = ce.value_and_grad(z, some, mask=mask, class_weights=[*counted, 1, 1])
    balanced = ce.value_and_grad(z, some, mask=mask, class_weights="balanced")
    assert balanced[0] == given[0]
    np.testing.assert_array_equal(balanced[1], given[1])
    assert ce.value_grad_hess(z, labels, class_weights="balanced")[2].shape == z.shape
    pixels, classes = RNG.normal(size=(2, 3, 4, 4)), RNG.integers(2, size=(2, 4, 4))
    weights = [16 / c for c in np.bincount(classes.ravel())] + [1.0]
    assert mm.losses.dice(pixels, classes, class_weights="balanced") == pytest.approx(
        mm.losses.dice(pixels, classes, class_weights=weights), rel=1e-12
    )


def test_spacing() -> None:
    z, truth = RNG.normal(size=(1, 2, 12, 12)), np.zeros((1, 12, 12), int)
    truth[0, 3:7, 2:9] = 1
    near = mm.losses.hausdorff_dt(z, truth)
    assert mm.losses.hausdorff_dt(z, truth, spacing=[1, 1]) == near
    assert mm.losses.hausdorff_dt(z, truth, spacing=np.array([2.0, 2.0])) == pytest.approx(4 * near, rel=1e-6)


# Errors


ERRORS = {
    "unknown loss": (lambda: mm.loss("focl"), mm.UnknownLossError, LookupError, "^unknown loss `focl`; .*`focal`"),
    "syntax": (lambda: mm.loss("focal("), mm.ExpressionError, ValueError, "at character 7"),
    "parameter": (lambda: mm.loss("focal(gamma=-1)"), mm.ParameterError, ValueError, "must be a number ≥ 0, got -1"),
    "no parameter": (lambda: mm.loss("focal(gama=1)"), mm.UnknownParameterError, TypeError, "did you mean `gamma`"),
    "labels first": (
        lambda: mm.losses.focal(Y, Z), mm.DTypeError, TypeError,
        r"^`prediction` must hold real numbers \(it comes first, the target second\), got int64$",
    ),
    "objects": (lambda: mm.losses.focal(Z, Y.astype(object)), mm.DTypeError, TypeError, "`target` must hold .* got object"),
    "text": (lambda: mm.losses.focal(Z, list("abcdef")), mm.DTypeError, TypeError, "`target` must hold .* got <U1"),
    "complex": (lambda: mm.losses.mse(Z + 1j, Z), mm.DTypeError, TypeError, "got complex128"),
    "shape": (lambda: mm.losses.focal(Z, Y[:5]), mm.ShapeError, ValueError, r"`target` must have shape \[6\] .* got \[5\]"),
    "no target": (lambda: mm.loss("focal")(Z), mm.ShapeError, ValueError, "got no target"),
    "label": (lambda: mm.losses.focal(Z, Y + 1), mm.LabelError, ValueError, r"label 4 at position 1 is not in 0\.\.4"),
    "range": (
        lambda: mm.losses.poisson_nll([1e5], [1.0]), mm.RangeError, ValueError, "`prediction` at position 0 is 100000",
    ),
    "nan": (lambda: mm.losses.mse([math.nan], [0.0]), mm.RangeError, ValueError, "`prediction` at position 0 is NaN"),
    "soft labels": (lambda: mm.losses.multi_margin(Z, np.eye(4)[Y]), mm.UnsupportedError, NotImplementedError, "soft"),
    "weights lie across": (
        lambda: mm.losses.cross_entropy(np.zeros((2, 3, 4, 5)), np.zeros((2, 4, 5), int), weights=np.ones((2, 5, 4))),
        mm.ShapeError, ValueError, r"`weights` must have shape \[2\] \(one per item\) or \[2, 4, 5\], got \[2, 5, 4\]",
    ),
    "negative weight": (lambda: mm.losses.focal(Z, Y, weights=-Z[:, 0] ** 2), mm.RangeError, ValueError, "weight"),
    "weights of truth": (lambda: mm.losses.focal(Z, Y, weights=Y > 0), mm.DTypeError, TypeError, "are for `mask`"),
    "two weights": (lambda: mm.losses.focal(Z, Y, weights=Y, sample_weight=Y), mm.ParameterError, ValueError, "both"),
    "mask of numbers": (lambda: mm.losses.focal(Z, Y, mask=Z[:, 0]), mm.DTypeError, TypeError, "`mask` must hold truth"),
    "mask shape": (lambda: mm.losses.focal(Z, Y, mask=Y[:3] > 0), mm.ShapeError, ValueError, r"`mask`.* got \[3\]"),
    "class weights": (lambda: mm.losses.focal(Z, Y, class_weights=[1, 2]), mm.ShapeError, ValueError, "one per class"),
    "class weights matrix": (
        lambda: mm.losses.focal(Z, Y, class_weights=[[1, 2]]), mm.ShapeError, ValueError, "a list of numbers",
    ),
    "class weights name": (
        lambda: mm.losses.focal(Z, Y, class_weights="balance"), mm.ParameterError, ValueError, "'balance'",
    ),
    "balanced soft": (
        lambda: mm.losses.focal(Z, np.eye(4)[Y], class_weights="balanced"), mm.DTypeError, TypeError, "float64",
    ),
    "reduction": (lambda: mm.losses.focal(Z, Y, reduction="avg"), mm.ParameterError, ValueError, '"mean", "sum" or "none"'),
    "denominator": (lambda: mm.losses.focal(Z, Y, denominator=0), mm.ParameterError, ValueError, "above 0, got 0"),
    "denominator of a sum": (
        lambda: mm.losses.focal(Z, Y, denominator=3, reduction="sum"), mm.ParameterError, ValueError, "no meaning",
    ),
    "empty": (lambda: mm.losses.focal(Z, Y, empty="none"), mm.ParameterError, ValueError, '"zero" or "nan"'),
    "masked array": (
        lambda: mm.losses.mse(np.ma.masked_greater(Z, 1), Z), mm.UnsupportedError, NotImplementedError, "masked array",
    ),
}


@pytest.mark.parametrize("case", ERRORS)
def test_errors_say_what_came_and_what_was_expected(case: str) -> None:
    call, class_, builtin, message = ERRORS[case]
    with pytest.raises(class_, match=message) as caught:
        call()
    assert isinstance(caught.value, mm.Error) and isinstance(caught.value, builtin)
    assert type(caught.value) is class_
    restored = pickle.loads(pickle.dumps(caught.value))
    assert type(restored) is class_ and str(restored) == str(caught.value)


def test_errors_of_others_are_passed_on_with_the_argument() -> None:
    with pytest.raises(ValueError, match="inhomogeneous") as caught:
        mm.losses.mse([[1.0], [1.0, 2.0]], [0.0])
    assert caught.value.__notes__ == ["while `prediction` was read as an array"]
    with pytest.raises(TypeError, match="wieghts"):
        mm.losses.focal(Z, Y, wieghts=Y)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="wieghts"):
        mm.loss("focal")(Z, Y, wieghts=Y)  # type: ignore[call-overload]
    with pytest.raises(AttributeError, match="no attribute 'focal'"):
        mm.focal  # type: ignore[attr-defined]


# Memory


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_gradient_goes_where_it_is_told(dtype: type) -> None:
    z, loss = Z.astype(dtype), mm.loss("focal + 0.5*squentropy")
    out = np.full_like(z, 9.0)
    value, gradient = loss.value_and_grad(z, Y, out=out)
    assert gradient is out
    np.testing.assert_array_equal(out, loss.value_and_grad(z, Y)[1])
    for wrong in (np.zeros((4, 6), dtype), np.zeros_like(z)[::-1], z.astype(np.float16), out.tolist()):
        with pytest.raises(mm.ShapeError, match=r"`out` must be a NumPy array of float.* shape \[6, 4\]"):
            loss.value_and_grad(z, Y, out=wrong)  # type: ignore[arg-type]
    frozen = np.zeros_like(z)
    frozen.flags.writeable = False
    for wrong in (frozen, z):
        with pytest.raises(mm.UnsupportedError, match="`out` must be a writable array that shares no memory"):
            loss.value_and_grad(z, Y, out=wrong)


MEMORY = """
import resource, numpy as np, minimand as mm
n = 1 << 18
z = np.ones((n, 32), np.float32)
y = np.zeros(n, np.int64)
out = np.ones_like(z)
loss = mm.loss("cross_entropy")
loss.value_and_grad(z[:4096], y[:4096], out=out[:4096])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
value = loss(z, y)
loss.value_and_grad(z, y, out=out)
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert abs(value - np.log(32)) < 1e-6
print(after - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the peak is counted in KiB on Linux")
def test_contiguous_arrays_are_not_copied() -> None:
    tracemalloc.start()
    z, y = np.zeros((4096, 64), np.float32), np.zeros(4096, np.int64)
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    mm.loss("cross_entropy")(z, y)
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    assert peak < 20_000, f"{peak} bytes beside arrays of {z.nbytes} and {y.nbytes}"
    # What Rust allocates is seen by the peak of a process alone.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = [sys.executable, "-c", MEMORY]
    grown = int(subprocess.run(run, env=environment, check=True, capture_output=True, text=True).stdout)
    assert grown < 1024, f"{grown} KiB more for logits of 32 MiB and labels of 2 MiB"


# Threads and processes


def batch(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(10_000, 20)).astype(np.float32), rng.integers(20, size=10_000)


def test_other_threads_run_while_kernels_do() -> None:
    z, y = RNG.normal(size=(30_000, 60)), RNG.integers(60, size=30_000)
    call = threading.Thread(target=mm.loss("focal(gamma=1.7)").value_and_grad, args=(z, y))
    steps = 0
    call.start()
    while call.is_alive():
        steps += 1
    # With the lock held, this loop would see a thread that runs once or twice.
    assert steps > 1000


def test_threads_share_an_objective() -> None:
    loss, (z, y) = mm.loss("focal(gamma=1.7) + 0.1*squentropy"), batch(1)
    expected = loss.value_and_grad(z, y)
    results: list[tuple[float, np.ndarray]] = []
    calls = [threading.Thread(target=lambda: results.append(loss.value_and_grad(z, y))) for _ in range(6)]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    assert len(results) == 6
    for value, gradient in results:
        assert value == expected[0]
        np.testing.assert_array_equal(gradient, expected[1])


def evaluate_in_worker(seed: int) -> float:
    return mm.losses.focal(*batch(seed), gamma=1.7)


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_forked_workers_have_threads_of_their_own() -> None:
    expected = [evaluate_in_worker(seed) for seed in range(4)]  # The threads of this process run now.
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map_async(evaluate_in_worker, range(4)).get(timeout=60) == expected


# The catalogue


def test_catalogue() -> None:
    entries = {entry["name"]: entry for entry in mm.catalog()}
    focal = entries["focal"]
    assert focal["signature"] == "focal(gamma=2, alpha=none)"
    assert focal["aliases"] == ["softmax_focal", "focal_loss"] and focal["papers"] == [24]
    assert (focal["area"], focal["shape"], focal["layout"]) == ("classification", "rows", None)
    gamma = focal["parameters"][0]
    assert (gamma["name"], gamma["default"], gamma["expected"]) == ("gamma", 2.0, "a number ≥ 0")
    assert (entries["mse"]["hessian"], entries["mse"]["elicits"]) == ("exact", "mean")
    assert entries["quantile"]["elicits"] == ("quantile", 0.5)
    assert entries["cross_entropy"]["elicits"] == "probabilities" and "proper" in entries["cross_entropy"]["facts"]
    assert not entries["total_variation"]["reads_target"] and entries["dice"]["reads_target"]
    for entry in entries.values():
        for alias in entry["aliases"]:
            assert mm.loss(alias) == mm.loss(entry["name"])
        for variant in entry["variants"]:
            assert mm.loss(variant).terms[0][1] == entry["name"]
