"""``minimand.torch``: kernels and composed formulas against each other, against PyTorch, and in its habitats."""

from __future__ import annotations

import copy
import inspect
import itertools
import os
import pickle
import subprocess
import sys
import zlib
from typing import Any

import minimand as mm
import numpy as np
import pytest
from minimand.torch import Loss, evaluate, gather
from samples import COMPOSED, expressions, extremes, samples

torch = pytest.importorskip("torch")
functional = torch.nn.functional

REDUCTIONS: list[dict[str, Any]] = [
    {"reduction": "mean"},
    {"reduction": "mean", "denominator": "count"},
    {"reduction": "mean", "denominator": 7.5},
    {"reduction": "sum"},
    {"reduction": "none"},
]


def rng_of(text: str) -> np.random.Generator:
    """The same numbers for the same text, in every process."""
    return np.random.default_rng(zlib.crc32(text.encode()))


def tensor(x: Any) -> Any:
    return None if x is None else torch.tensor(x)


def labels(n: int, classes: int, *spatial: int, seed: int = 0) -> Any:
    return torch.randint(0, classes, (n, *spatial), generator=torch.Generator().manual_seed(seed))


def normal(*shape: int, seed: int = 0, dtype: Any = torch.float64) -> Any:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(dtype)


def leaf(x: Any) -> Any:
    return x.detach().clone().requires_grad_()


def close(a: Any, b: Any, tolerance: float) -> bool:
    """Are all entries equal up to a part of the largest, or of 1?"""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    allowed = tolerance * max(1.0, float(np.max(np.abs(b), initial=0)))
    return a.shape == b.shape and bool(np.all(np.abs(a - b) <= allowed))


@pytest.mark.parametrize(("shape", "expression"), expressions(*COMPOSED, formula=True))
def test_composed_is_what_the_kernel_computes(shape: str, expression: str) -> None:
    rng = rng_of(expression)
    loss = mm.loss(expression)
    compared = 0
    for sample in samples(shape, expression, rng):
        weights, masks = [None, *sample.weights], [None, *sample.masks]
        class_weights = [None] if sample.class_weights is None else [None, sample.class_weights]
        choices = list(itertools.product(weights, masks, class_weights, REDUCTIONS))
        for i in rng.choice(len(choices), size=4, replace=False):
            w, m, c, reduction = choices[i]
            options: dict[str, Any] = {"weights": w, "mask": m, "class_weights": c}
            x = sample.prediction
            try:
                value, gradient = loss.value_and_grad(x, sample.target, **options, **reduction)
            except mm.RangeError:
                x = np.abs(x)
                value, gradient = loss.value_and_grad(x, sample.target, **options, **reduction)
            except mm.UnsupportedError as error:
                with pytest.raises(mm.UnsupportedError) as raised:
                    tensors = {name: tensor(array) for name, array in options.items()}
                    evaluate(expression, tensor(x), tensor(sample.target), composed=True, **tensors, **reduction)
                assert str(raised.value) == str(error)
                continue
            except mm.ShapeError as error:
                with pytest.raises(mm.ShapeError) as raised_shape:
                    evaluate(expression, tensor(x), tensor(sample.target), composed=True)
                assert str(raised_shape.value) == str(error)
                continue
            tensors = {name: tensor(array) for name, array in options.items()}
            prediction = leaf(tensor(x))
            result = evaluate(expression, prediction, tensor(sample.target), composed=True, **tensors, **reduction)
            result.sum().backward()
            assert close(result.detach(), value, 1e-9), (options, reduction)
            assert close(prediction.grad, gradient, 1e-9), (options, reduction)
            compared += 1
    assert compared >= 2


@pytest.mark.parametrize(("shape", "expression"), expressions(*COMPOSED, formula=True))
def test_composed_is_finite_at_extremes(shape: str, expression: str) -> None:
    loss = mm.loss(expression)
    compared = 0
    for x, t in extremes(shape, expression, rng_of(expression)):
        x = x.astype(np.float32)
        t = t.astype(np.float32) if t.dtype == np.float64 else t
        try:
            value, gradient = loss.value_and_grad(x, t)
        except mm.Error:
            continue
        prediction = leaf(tensor(x))
        result = evaluate(expression, prediction, tensor(t), composed=True)
        result.backward()
        assert bool(torch.isfinite(prediction.grad).all())
        # Sums of few classes that nearly cancel, and powers of them, are as good as single precision makes them.
        assert close(result.item(), value, 2e-3)
        compared += 1
    assert compared > 0


SMOOTH = [
    "cross_entropy(label_smoothing=0.1)",
    "focal(gamma=1.5, alpha=[0.2, 0.5, 0.9])",
    "squentropy",
    "normalized_focal(gamma=2)",
    "brier",
    "bi_tempered(t1=0.8, t2=1.3)",
    "ldr_kl",
    "z_normalized",
    "sparsemax",
    "logit_adjusted(counts=[3, 2, 1])",
    "dual_focal",
    "multi_margin(p=2)",
]


@pytest.mark.parametrize("expression", SMOOTH)
def test_second_derivatives_are_the_exact_ones(expression: str) -> None:
    x, t = normal(4, 3), labels(4, 3)
    wanted = mm.loss(expression).value_grad_hess(x.numpy(), t.numpy())[2]
    for composed in (True, False):
        hessian = torch.autograd.functional.hessian(
            lambda x, composed=composed: evaluate(expression, x, t, composed=composed), x
        )
        diagonal = hessian.reshape(12, 12).diagonal().reshape(4, 3)
        assert close(diagonal, wanted, 1e-8)


@pytest.mark.parametrize(
    ("expression", "x", "t"),
    [
        ("cross_entropy + 0.5*squentropy", normal(3, 4), labels(3, 4)),
        ("focal(gamma=2)", normal(2, 3, 2, 2), labels(2, 3, 2, 2)),
        ("dice + cross_entropy", normal(2, 2, 3), labels(2, 2, 3)),
        ("generalized_dice + class_ratio", normal(1, 3, 3), labels(1, 3, 3)),
        ("jaccard(activation=\"sigmoid\")", normal(2, 1, 3), labels(2, 2, 3)),
        ("pseudo_huber", normal(3, 4), normal(3, 4, seed=1)),
        ("sigmoid_focal", normal(3, 4), labels(3, 2, 4).double()),
        ("giou + diou", torch.tensor([[0.0, 0.1, 2.0, 1.7], [0.3, 0.2, 1.1, 1.4]]).double(),
         torch.tensor([[0.5, 0.4, 2.2, 2.1], [0.0, 0.0, 1.0, 1.0]]).double()),
    ],
)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_gradients_pass_the_checks(expression: str, x: Any, t: Any, reduction: str) -> None:
    def of(prediction: Any) -> Any:
        return evaluate(expression, prediction, t, reduction=reduction)

    assert torch.autograd.gradcheck(of, leaf(x))
    assert torch.autograd.gradgradcheck(of, leaf(x))


@pytest.mark.parametrize(
    ("expression", "x", "t"),
    [
        ("cross_entropy", normal(3, 4, 2), labels(3, 4, 2)),
        ("huber", normal(3, 4), normal(3, 4, seed=1)),
        ("dice", normal(2, 2, 3), labels(2, 2, 3)),
        ("giou", torch.tensor([[0.0, 0.1, 2.0, 1.7]]).double(), torch.tensor([[0.5, 0.4, 2.2, 2.1]]).double()),
    ],
)
def test_losses_of_items_pass_the_checks(expression: str, x: Any, t: Any) -> None:
    def of(prediction: Any) -> Any:
        return evaluate(expression, prediction, t, reduction="none")

    assert torch.autograd.gradcheck(of, leaf(x))
    assert torch.autograd.gradgradcheck(of, leaf(x))


@pytest.mark.parametrize("expression", ["nt_xent", "lovasz", "ssim", "aucm"])
def test_kernels_without_formula_are_differentiated_once(expression: str) -> None:
    shape = next(entry["shape"] for entry in mm.catalog() if entry["name"] == expression)
    x, t = {
        "pairs": (normal(6, 4), normal(6, 4, seed=1)),
        "fields": (normal(1, 2, 12, 12).sigmoid(), normal(1, 2, 12, 12, seed=1).sigmoid()),
        "groups": (normal(6, 3), labels(6, 3)),
    }[shape]
    if expression == "lovasz":
        t = labels(1, 2, 12, 12)
    if expression == "aucm":
        x, t = normal(8, 1), labels(8, 2)[:, None].double()
    x = leaf(x)
    assert torch.autograd.gradcheck(lambda x: evaluate(expression, x, t), x)
    (gradient,) = torch.autograd.grad(evaluate(expression, x, t), x, create_graph=True)
    wanted = mm.loss(expression).value_and_grad(x.detach().numpy(), t.numpy())[1]
    assert close(gradient.detach(), wanted, 0.0)
    with pytest.raises(mm.UnsupportedError, match=rf"`{expression}` .*differentiated once.*\.cpu\(\)"):
        gradient.square().sum().backward()
    with pytest.raises(mm.UnsupportedError, match=r"no formula of single operations.*\.cpu\(\)"):
        evaluate(expression, x.detach().to("meta"), t.to("meta"))


def test_a_loss_of_the_classes_that_occur_together_has_no_formula() -> None:
    x, t = normal(2, 3, 4), labels(2, 3, 4)
    assert evaluate('generalized_dice(classes="present")', leaf(x), t).requires_grad
    with pytest.raises(mm.UnsupportedError, match=r'`generalized_dice` with classes="present" .*\.cpu\(\)'):
        evaluate('generalized_dice(classes="present")', x, t, composed=True)


def test_both_sides_of_pairs_get_their_gradients() -> None:
    a, b = leaf(normal(5, 3)), leaf(normal(5, 3, seed=1))
    assert torch.autograd.gradcheck(lambda a, b: evaluate("nt_xent + 0.5*siglip", a, b), (a, b))
    evaluate("siglip", a.detach(), b).backward()
    assert bool((b.grad != 0).any())
    with pytest.raises(mm.UnsupportedError, match=r"`mse` is differentiated by its prediction.*target\.detach\(\)"):
        evaluate("mse", a, b)


def test_against_pytorch() -> None:
    x, t = leaf(normal(6, 5, dtype=torch.float32)), labels(6, 5)
    t[2] = -100
    w = torch.rand(5, generator=torch.Generator().manual_seed(3))
    pairs = [
        (evaluate("cross_entropy", x, t), functional.cross_entropy(x, t)),
        (evaluate("cross_entropy", x, t, class_weights=w), functional.cross_entropy(x, t, weight=w)),
        (
            evaluate("cross_entropy(label_smoothing=0.2)", x, t, reduction="sum"),
            functional.cross_entropy(x, t, label_smoothing=0.2, reduction="sum"),
        ),
        (
            evaluate("cross_entropy", x, t, reduction="none"),
            functional.cross_entropy(x, t, reduction="none"),
        ),
        (evaluate("multi_margin", x, t.clamp(min=0)), functional.multi_margin_loss(x, t.clamp(min=0))),
    ]
    y = normal(6, 5, seed=4, dtype=torch.float32)
    pairs += [
        (evaluate("mse", x, y), functional.mse_loss(x, y)),
        (evaluate("huber(delta=0.7)", x, y), functional.huber_loss(x, y, delta=0.7)),
        (evaluate("smooth_l1(beta=0.7)", x, y), functional.smooth_l1_loss(x, y, beta=0.7)),
        (
            evaluate("binary_cross_entropy", x, y.sigmoid()),
            functional.binary_cross_entropy_with_logits(x, y.sigmoid()),
        ),
    ]
    for ours, theirs in pairs:
        assert close(ours.detach(), theirs.detach(), 1e-6)
        (g,), (h,) = torch.autograd.grad(ours.sum(), x), torch.autograd.grad(theirs.sum(), x)
        assert close(g, h, 1e-6)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("composed", [False, True])
def test_half_precision_is_widened(dtype: Any, composed: bool) -> None:
    x, t = leaf(normal(16, 10).to(dtype)), labels(16, 10)
    value = evaluate("focal", x, t, composed=composed)
    value.backward()
    wide, gradient = mm.loss("focal").value_and_grad(x.detach().float().numpy(), t.numpy())
    assert value.dtype == torch.float32 and x.grad.dtype == dtype
    assert close(value.item(), wide, 1e-6)
    assert close(x.grad.float(), torch.tensor(gradient).to(dtype).float(), 1e-6)


def test_autocast() -> None:
    layer = torch.nn.Linear(8, 5)
    inputs, t = normal(12, 8, dtype=torch.float32), labels(12, 5)
    for composed in (False, True):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = layer(inputs)
            loss = Loss("cross_entropy + focal", composed=composed)(logits, t)
        assert logits.dtype == torch.bfloat16 and loss.dtype == torch.float32
        (gradient,) = torch.autograd.grad(loss, layer.weight)
        wanted = functional.cross_entropy(logits.float(), t).item() + mm.loss("focal")(
            logits.detach().float().numpy(), t.numpy()
        )
        assert close(loss.item(), wanted, 1e-6)
        assert bool(torch.isfinite(gradient).all()) and bool((gradient != 0).any())


def test_gradients_of_a_scaled_loss_do_not_underflow() -> None:
    x, t = leaf((3.0 * normal(4096, 8)).to(torch.float16)), labels(4096, 8)
    (evaluate("cross_entropy", x, t) * 65536.0).backward()
    wanted = mm.loss("cross_entropy").value_and_grad(x.detach().float().numpy(), t.numpy())[1] * 65536.0
    assert np.max(np.abs(x.grad.float().numpy() - wanted)) <= 2e-3 * np.max(np.abs(wanted))
    # Before they are scaled, many of them are below what half precision has.
    assert np.mean(np.abs(wanted / 65536.0) < 2.0**-25) > 0.05
    assert np.mean(x.grad.float().numpy() != 0.0) > 0.99


def test_strided_and_other_integers() -> None:
    x, t = normal(6, 4, 5), labels(6, 4, 5)
    wanted = evaluate("cross_entropy", x, t).item()
    strided = leaf(x.transpose(1, 2).contiguous().transpose(1, 2))
    for dtype in (torch.int32, torch.uint8, torch.int16):
        value = evaluate("cross_entropy", strided, t.to(dtype))
        assert abs(value.item() - wanted) < 1e-12
        assert abs(evaluate("cross_entropy", strided, t.to(dtype), composed=True).item() - wanted) < 1e-12
    value.backward()
    assert close(strided.grad, mm.loss("cross_entropy").value_and_grad(x.numpy(), t.numpy())[1], 0.0)
    assert evaluate("cross_entropy", x, t[:, None], composed=True).item() == pytest.approx(wanted, abs=1e-12)


def test_the_kernel_reads_tensors_where_they_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    from minimand import _torch_kernel

    seen: dict[str, Any] = {}

    class Spy:
        def evaluate(self, prediction: Any, target: Any, **given: Any) -> Any:
            seen.update(prediction=prediction, target=target, **given)
            return mm.Objective("cross_entropy").evaluate(prediction, target, **given)

    monkeypatch.setattr(_torch_kernel, "objective_of", lambda _: Spy())
    x, t, w = leaf(normal(64, 10)), labels(64, 10), torch.rand(64)
    gradient = _torch_kernel.evaluate(
        x, t, w, None, None, False, None, "cross_entropy", "mean", "weights", -100, "zero", True, False
    )[1]
    for array, original in (
        (seen["prediction"], x), (seen["target"], t), (seen["weights"], w), (seen["out"], gradient)
    ):
        assert array.__array_interface__["data"][0] == original.data_ptr()


def test_gradients_of_a_kept_graph_are_its_own() -> None:
    x, t = leaf(normal(5, 4)), labels(5, 4)
    value = evaluate("focal", x, t)
    wanted = mm.loss("focal").value_and_grad(x.detach().numpy(), t.numpy())[1]
    for times in (1, 2, 3):
        value.backward(retain_graph=True)
        assert close(x.grad, times * wanted, 1e-15)
    x.grad.zero_()
    (2.0 * value).backward(retain_graph=True)
    assert close(x.grad, 2.0 * wanted, 1e-15)
    x.grad = None
    value.backward()
    assert close(x.grad, wanted, 0.0)


def test_items_that_share_predictions() -> None:
    x, y = leaf(normal(5, 4)), normal(5, 4, seed=1)
    evaluate("nt_xent", x, y, reduction="none").mean().backward()
    wanted = mm.loss("nt_xent").value_and_grad(x.detach().numpy(), y.numpy())[1]
    assert close(x.grad, wanted, 1e-12)
    items = evaluate("nt_xent", x, y, reduction="none")
    with pytest.raises(mm.UnsupportedError, match="items that share predictions"):
        (items * torch.arange(5)).sum().backward()


def test_balanced_class_weights() -> None:
    x, t = normal(40, 4), labels(40, 4)
    t[t == 2] = 1
    t[3] = -100
    mask = torch.arange(40) % 5 != 0
    wanted = mm.loss("focal")(x.numpy(), t.numpy(), class_weights="balanced", mask=mask.numpy())
    for composed in (False, True):
        prediction = leaf(x)
        value = Loss("focal", class_weights="balanced", composed=composed)(prediction, t, mask=mask)
        assert abs(value.item() - wanted) < 1e-12
        (gradient,) = torch.autograd.grad(value, prediction, create_graph=True)
        assert gradient.requires_grad
    with pytest.raises(mm.ParameterError, match='must be "balanced"'):
        Loss("focal", class_weights="even")
    with pytest.raises(mm.DTypeError, match="counts labels"):
        evaluate("focal", x, x.softmax(1), class_weights="balanced")


@pytest.mark.parametrize("composed", [False, True])
def test_nothing_counts(composed: bool) -> None:
    x, t = leaf(torch.full((3, 4), float("nan"))), torch.full((3,), -100)
    value = evaluate("cross_entropy", x, t, composed=composed)
    value.backward()
    assert value.item() == 0.0 and bool((x.grad == 0).all())
    assert np.isnan(evaluate("cross_entropy", x, t, empty="nan", composed=composed).item())
    empty = evaluate("mse", torch.zeros(0, 3), torch.zeros(0, 3), composed=composed)
    assert empty.item() == 0.0


def test_numbers_that_the_kernel_refuses_become_nan_when_composed() -> None:
    x = normal(3, 4)
    with pytest.raises(mm.LabelError):
        evaluate("cross_entropy", x, torch.tensor([0, 4, 1]))
    assert np.isnan(evaluate("cross_entropy", x, torch.tensor([0, 4, 1]), composed=True).item())
    items = evaluate("focal", x, torch.tensor([0, -1, 1]), composed=True, reduction="none")
    assert torch.isnan(items).tolist() == [False, True, False]
    x[1, 2] = float("inf")
    assert np.isnan(evaluate("cross_entropy", x, torch.tensor([0, 2, 1]), composed=True).item())
    assert np.isnan(evaluate("dice", normal(2, 3, 4), torch.full((2, 4), 3), composed=True).item())


def test_errors_name_the_argument() -> None:
    x, t = normal(3, 4), labels(3, 4)
    for composed in (False, True):
        with pytest.raises(mm.ShapeError, match=r"`target` must have shape \[3\] \(one label per position\), got"):
            evaluate("focal", x, labels(4, 4), composed=composed)
        with pytest.raises(mm.ShapeError, match=r"`weights` must have shape \[3\] \(one per item\)"):
            evaluate("focal", x, t, weights=torch.ones(4), composed=composed)
        with pytest.raises(mm.ShapeError, match=r"`class_weights` must have shape \[4\], one per class, got \[3\]"):
            evaluate("focal", x, t, class_weights=torch.ones(3), composed=composed)
        with pytest.raises(mm.DTypeError, match="`mask` must hold truth values"):
            evaluate("focal", x, t, mask=torch.ones(3), composed=composed)
        with pytest.raises(mm.DTypeError, match="`prediction` must hold real numbers"):
            evaluate("focal", x.long(), t, composed=composed)
        with pytest.raises(mm.ParameterError, match="parameter `alpha` must be"):
            evaluate("focal(alpha=[1, 2])", x, t, composed=composed)
    with pytest.raises(mm.ParameterError, match="`reduction` must be"):
        Loss("focal", reduction="average")
    with pytest.raises(mm.UnknownLossError, match="did you mean `focal`"):
        Loss("focl")


def test_the_module_is_a_module() -> None:
    module = Loss("focal + 0.5*dice", reduction="sum", class_weights=[1.0, 2.0, 3.0])
    assert repr(module) == "Loss('focal + 0.5*dice', reduction='sum', class_weights=[1.0, 2.0, 3.0])"
    assert module.state_dict() == {} and list(module.parameters()) == []
    x, t = normal(2, 3, 4), labels(2, 3, 4)
    value = module(x, t)
    for other in (pickle.loads(pickle.dumps(module)), copy.deepcopy(module), module.double()):
        assert torch.equal(other(x, t), value)
    assert module.to("meta").class_weights.device.type == "meta"
    assert abs(Loss(mm.loss("focal"))(x, t).item() - mm.loss("focal")(x.numpy(), t.numpy())) < 1e-15


def test_functions_have_the_signatures_of_the_catalogue() -> None:
    x, t = normal(3, 4), labels(3, 4)
    assert torch.equal(mm.torch.focal(x, t, gamma=1.5), evaluate("focal(gamma=1.5)", x, t))
    assert torch.equal(
        mm.torch.focal(x, t, alpha=[1, 2, 3, 4], reduction="none"),
        evaluate("focal(alpha=[1, 2, 3, 4])", x, t, reduction="none"),
    )
    signature = inspect.signature(mm.torch.focal)
    assert list(signature.parameters)[:4] == ["prediction", "target", "gamma", "alpha"]
    assert signature.parameters["gamma"].default == 2.0
    assert "softmax" in (mm.torch.focal.__doc__ or "")
    with pytest.raises(mm.UnknownParameterError, match="no parameter `gama`; did you mean `gamma`"):
        mm.torch.focal(x, t, gama=1.0)
    with pytest.raises(AttributeError):
        mm.torch.no_such_loss  # noqa: B018
    options = set(inspect.signature(evaluate).parameters)
    for entry in mm.catalog():
        assert not options & {parameter["name"] for parameter in entry["parameters"]}, entry["name"]


@pytest.mark.parametrize(
    ("expression", "shape", "target", "items"),
    [
        ("focal", (4, 3, 5, 6), (4, 5, 6), (4, 5, 6)),
        ("mse", (4, 3), (4, 3), (4, 3)),
        ("dice", (4, 3, 5, 6), (4, 5, 6), (4, 3)),
        ("giou", (7, 4), (7, 4), (7,)),
    ],
)
def test_shapes_without_numbers(expression: str, shape: Any, target: Any, items: Any) -> None:
    dtype = torch.int64 if target != shape else torch.float32
    x, t = torch.empty(shape, device="meta", requires_grad=True), torch.empty(target, dtype=dtype, device="meta")
    value = Loss(expression)(x, t)
    assert value.shape == () and value.device.type == "meta"
    value.backward()
    assert x.grad.shape == shape
    assert Loss(expression, reduction="none")(x, t).shape == items


@pytest.mark.parametrize("composed", [False, True])
@pytest.mark.parametrize("expression", ["focal + 0.5*squentropy", "dice(classes=\"present\") + cross_entropy"])
def test_compiles_as_one_graph(expression: str, composed: bool) -> None:
    torch.compiler.reset()
    module = Loss(expression, composed=composed, class_weights=[1.0, 2.0, 0.5])
    compiled = torch.compile(module, fullgraph=True, backend="aot_eager")
    # Another number of items is another, longer compilation, of formulas most of all.
    for n in (4,) if composed else (4, 6):
        x, t = normal(n, 3, 5, seed=n), labels(n, 3, 5, seed=n)
        a, b = leaf(x), leaf(x)
        one, other = compiled(a, t), module(b, t)
        (3.0 * one).backward()
        (3.0 * other).backward()
        assert close(one.detach(), other.detach(), 1e-12) and close(a.grad, b.grad, 1e-12)


def test_functions_compile() -> None:
    torch.compiler.reset()

    def step(x: Any, t: Any) -> Any:
        return mm.torch.focal(x * 2.0, t, gamma=1.5) + mm.torch.evaluate("nt_xent", x, x.detach().flip(0))

    x, t = leaf(normal(5, 4)), labels(5, 4)
    torch.compile(step, fullgraph=True, backend="aot_eager")(x, t).backward()
    compiled, x.grad = x.grad, None
    step(x, t).backward()
    assert close(compiled, x.grad, 1e-12)


class _Hard(torch.utils.data.Dataset):  # type: ignore[type-arg]
    """Losses that a worker computes, large enough for several threads."""

    def __len__(self) -> int:
        return 4

    def __getitem__(self, i: int) -> Any:
        return Loss("cross_entropy")(normal(4096, 64, seed=i, dtype=torch.float32), labels(4096, 64, seed=i))


def test_workers_of_a_data_loader_compute_losses() -> None:
    data = _Hard()
    wanted = torch.stack([data[i] for i in range(4)])
    loader = torch.utils.data.DataLoader(
        data, batch_size=2, num_workers=2, multiprocessing_context="fork", timeout=60
    )
    assert torch.equal(torch.cat(list(loader)), wanted)


def _train(rank: int, sizes: list[int], address: str, results: Any) -> None:
    torch.distributed.init_process_group("gloo", init_method=address, rank=rank, world_size=len(sizes))
    try:
        torch.manual_seed(0)
        network = torch.nn.parallel.DistributedDataParallel(torch.nn.Linear(6, 4).double())
        inputs, identities = _rows_of(sizes)[rank]
        loss = Loss("supervised_contrastive", gather=True)(network(inputs), identities)
        loss.backward()
        results.put((rank, loss.item(), network.module.weight.grad.numpy()))
        torch.distributed.barrier()
    finally:
        torch.distributed.destroy_process_group()


def _rows_of(sizes: list[int]) -> list[tuple[Any, Any]]:
    inputs, identities = normal(sum(sizes), 6), torch.arange(sum(sizes)) // 2
    return list(zip(inputs.split(sizes), identities.split(sizes), strict=True))


@pytest.mark.skipif(not torch.distributed.is_available(), reason="no torch.distributed")
def test_processes_share_their_negatives(tmp_path: Any) -> None:
    sizes = [5, 3]
    context = torch.multiprocessing.get_context("spawn")
    results = context.SimpleQueue()
    address = f"file://{tmp_path / 'rendezvous'}"
    processes = [context.Process(target=_train, args=(rank, sizes, address, results)) for rank in range(2)]
    for process in processes:
        process.start()
    found = [results.get() for _ in processes]
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    torch.manual_seed(0)
    network = torch.nn.Linear(6, 4).double()
    inputs, identities = (torch.cat(parts) for parts in zip(*_rows_of(sizes), strict=True))
    loss = Loss("supervised_contrastive")(network(inputs), identities)
    loss.backward()
    for _, value, gradient in found:
        assert abs(value - loss.item()) < 1e-12
        assert close(gradient, network.weight.grad, 1e-12)


def test_gather_without_other_processes_is_nothing() -> None:
    x = normal(3, 2)
    assert gather(x) is x
    assert os.environ.get("WORLD_SIZE") is None


@pytest.mark.parametrize(("module", "name"), [("torch", "PyTorch"), ("jax", "JAX")])
def test_what_is_not_installed_is_named(module: str, name: str) -> None:
    code = (
        f"import sys; sys.modules['{module}'] = None\n"
        f"import minimand\ntry: minimand.{module}\nexcept ImportError as error: print(error)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown == f"`minimand.{module}` needs {name}: install it with `pip install {module}`\n"
