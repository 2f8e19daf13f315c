"""Layers, wrappers and memories: beside the peers' own, at extremes, and in what they refuse."""

from __future__ import annotations

import copy
import importlib
from typing import Any

import numpy as np
import pytest
from doors import DOORS, Door

import minimand as mm

torch = pytest.importorskip("torch")
from torch import Tensor, nn  # noqa: E402

import minimand.torch as mt  # noqa: E402


@pytest.mark.parametrize("extreme", [False, True], ids=["random", "extreme"])
@pytest.mark.parametrize("door", DOORS, ids=[f"{d.peer}-{i}" for i, d in enumerate(DOORS)])
@pytest.mark.filterwarnings("ignore")
def test_peer(door: Door, extreme: bool) -> None:
    if extreme and not door.extreme:
        pytest.skip("the peer has another value of extreme numbers")
    library, _, name = door.peer.rpartition(".")
    function = getattr(pytest.importorskip(library), name)
    for seed in range(3):
        arrays = door.inputs(np.random.default_rng(seed), extreme)
        value, gradients = door.theirs(function, *arrays)
        got, slopes = door.ours(*arrays)
        assert got == pytest.approx(value, rel=door.tolerance, abs=door.tolerance), seed
        assert len(slopes) == len(gradients) >= 1
        for slope, gradient in zip(slopes, gradients, strict=True):
            size = max(float(np.abs(gradient).max()), 1e-3)
            np.testing.assert_allclose(slope, gradient, rtol=0, atol=10 * door.tolerance * size, err_msg=str(seed))


def test_every_door_of_the_inventory_leads_somewhere() -> None:
    import test_agreement

    for library, about in test_agreement.LIBRARIES.items():
        for name, loss in about["losses"].items():
            if "door" in loss:
                module, _, attribute = loss["door"].rpartition(".")
                assert callable(getattr(importlib.import_module(module), attribute)), f"{library}.{name}"


# --- the last layer ----------------------------------------------------------------------------------------------

HEADS: list[tuple[str, dict[str, Any], bool]] = [
    ("cross_entropy(label_smoothing=0.1) + 0.01*z_regularization", {"soft_cap": 5.0}, True),
    ("arcface(scale=8)", {"head": "cosine"}, False),
    ("cross_entropy", {"head": "unit_states", "scale": 4.0}, True),
    ("cross_entropy", {"head": "unit_weight", "scale": 2.0}, False),
    ("cross_entropy", {"head": "distance", "scale": -1.0, "epsilon": 1e-9}, False),
]


def layer(seed: int = 0) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    g = torch.Generator().manual_seed(seed)
    x, w, b = (torch.randn(*s, dtype=torch.float64, generator=g) for s in ((3, 4, 5), (6, 5), (6,)))
    y = torch.randint(0, 6, (3, 4), generator=g)
    y[1, 2] = -100
    return x, w, b, y


@pytest.mark.parametrize(("expression", "settings", "has_bias"), HEADS)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_heads_are_the_loss_of_logits_written_out(
    expression: str, settings: dict[str, Any], has_bias: bool, reduction: str
) -> None:
    from minimand._torch_linear import _logits

    x, w, b, y = layer()
    weights = torch.linspace(0.0, 2.0, 12, dtype=torch.float64).reshape(3, 4)
    loss = mt.LinearLoss(expression, reduction=reduction, **settings)
    back = torch.linspace(-1.0, 1.0, 12, dtype=torch.float64).reshape(3, 4) if reduction == "none" else torch.tensor(0.5)
    found = []
    for fused in (True, False):
        leaves = [t.clone().requires_grad_(True) for t in ((x, w, b) if has_bias else (x, w))]
        bias = leaves[2] if has_bias else None
        if fused:
            value = loss(leaves[0], leaves[1], y, bias=bias, weights=weights)
        else:
            logits = _logits(leaves[0], leaves[1], bias, loss.settings).movedim(-1, 1)
            value = mt.evaluate(expression, logits, y, weights=weights, reduction=reduction, composed=True)
        found.append((value.detach(), torch.autograd.grad(value, leaves, back.to(value.dtype))))
    (value, gradients), (wanted, slopes) = found
    torch.testing.assert_close(value, wanted, rtol=1e-6, atol=1e-8)
    for gradient, slope in zip(gradients, slopes, strict=True):
        torch.testing.assert_close(gradient, slope, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("expression", "settings"),
    [
        ("cross_entropy", {}),
        ("cosface(scale=4)", {"head": "cosine"}),
        ("cross_entropy", {"head": "large_margin", "margin": 3}),
        ("cosface(margin=0.01, scale=6)", {"head": "proxies", "per_class": 2, "temperature": 0.3}),
    ],
)
def test_layers_pass_gradcheck(expression: str, settings: dict[str, Any]) -> None:
    x, w, _, _ = layer(1)
    loss, y = mt.LinearLoss(expression, **settings), torch.tensor([0, 2, 1])
    leaves = [x[:, 0].clone().requires_grad_(True), w.clone().requires_grad_(True)]
    assert torch.autograd.gradcheck(lambda a, b: loss(a, b, y), leaves)


def test_layers_of_numpy_and_torch_are_one() -> None:
    x, w, b, y = layer()
    ours = mm.linear.LinearLoss("cross_entropy(label_smoothing=0.1)")
    value, gradients = ours.value_and_grads(x.numpy(), w.numpy(), y.numpy(), bias=b.numpy())
    leaves = [t.clone().requires_grad_(True) for t in (x, w, b)]
    wanted = mt.linear_cross_entropy(leaves[0], leaves[1], y, linear_bias=leaves[2], label_smoothing=0.1)
    wanted.backward()
    assert value == pytest.approx(float(wanted))
    for gradient, slope in zip(gradients, leaves, strict=True):
        np.testing.assert_array_equal(gradient, slope.grad)
    assert value == mm.linear.linear_cross_entropy(x.numpy(), w.numpy(), y.numpy(), bias=b.numpy(), label_smoothing=0.1)
    items = mm.linear.linear_cross_entropy(x.numpy(), w.numpy(), y.numpy(), reduction="none")
    assert isinstance(items, np.ndarray) and items.shape == (3, 4) and items[1, 2] == 0.0
    labels = np.array([0, 0, 1])
    balanced = mm.linear.linear_cross_entropy(x[:, 0].numpy(), w.numpy(), labels, class_weights="balanced")
    plain = mm.cross_entropy if hasattr(mm, "cross_entropy") else mm.losses.cross_entropy
    assert balanced == pytest.approx(plain(x[:, 0].numpy() @ w.numpy().T, labels, class_weights="balanced"))


def test_a_frozen_layer_and_half_precision() -> None:
    x, w, _, y = layer()
    states = x.bfloat16().requires_grad_(True)
    mt.linear_cross_entropy(states, w, y).backward()
    assert states.grad is not None and states.grad.dtype == torch.bfloat16
    gradients = mm.linear.LinearLoss(frozen=True).value_and_grads(x.numpy(), w.numpy(), y.numpy())[1]
    assert gradients.weight is None and gradients.states.shape == (3, 4, 5)


def test_layers_say_what_is_wrong() -> None:
    x, w, b, y = layer()
    with pytest.raises(mm.ShapeError, match="layer.weight"):
        mt.linear_cross_entropy(x, w[:, :4], y)
    with pytest.raises(mm.LabelError):
        mt.linear_cross_entropy(x, w[:3], y)
    with pytest.raises(mm.ParameterError, match='"linear", "cosine"'):
        mt.LinearLoss(head="linier")(x, w, y)  # type: ignore[arg-type]
    with pytest.raises(mm.ParameterError, match="soft_cap"):
        mt.LinearLoss(head="proxies", soft_cap=3.0)
    with pytest.raises(mm.UnsupportedError):
        mt.LinearLoss("dice")(x, w, y)
    with pytest.raises(mm.UnsupportedError, match="bias"):
        mt.LinearLoss(head="cosine")(x, w, y, bias=b)


# --- wrappers ----------------------------------------------------------------------------------------------------


def test_scales_see_soft_labels_and_masks_at_their_size() -> None:
    g = torch.Generator().manual_seed(3)
    fine, coarse = (torch.randn(2, 3, s, s, dtype=torch.float64, generator=g) for s in (6, 3))
    soft = torch.softmax(torch.randn(2, 3, 6, 6, dtype=torch.float64, generator=g), 1)
    mask = torch.rand(2, 6, 6, generator=g) < 0.6
    mask[0, :2, :2] = False
    loss = mt.DeepSupervisionLoss("cross_entropy", weights=[0.0, 1.0])
    blocks = lambda t: t.unflatten(-1, (3, 2)).unflatten(-3, (3, 2)).sum((-1, -3))  # noqa: E731
    counts = mask[:, None].double()
    share = blocks(soft * counts) / blocks(counts).clamp(min=1)
    kept = blocks(counts)[:, 0] > 0
    wanted = -(share * coarse.log_softmax(1)).sum(1)[kept].mean()
    assert float(loss([fine, coarse], soft, mask=mask)) == pytest.approx(float(wanted))
    # Of labels the nearest pixel; a coarse pixel of three covers its centre.
    labels, three = torch.arange(18).reshape(2, 9) % 3, torch.randn(2, 3, 3, dtype=torch.float64, generator=g)
    wide = torch.zeros(2, 3, 9, dtype=torch.float64)
    found = loss([wide, three], labels, weights=torch.ones(2, 9))
    assert float(found) == pytest.approx(float(nn.functional.cross_entropy(three, labels[:, 1::3])))
    halves = mt.DeepSupervisionLoss("cross_entropy")([wide, three], labels)
    assert float(halves) == pytest.approx((2 * np.log(3) + float(found)) / 3)
    with pytest.raises(mm.ShapeError, match="predictions"):
        loss([wide], labels)
    with pytest.raises(mm.ShapeError, match="no longer"):
        loss([three, wide], labels[:, :3])


def test_a_wrapped_module_is_called_as_it_is() -> None:
    x = torch.randn(1, 1, 4, 4, dtype=torch.float64)
    assert float(mt.MultiScaleLoss(nn.L1Loss(), [0.0])(x, torch.zeros_like(x))) == pytest.approx(float(x.abs().mean()))
    with pytest.raises(mm.ParameterError, match="kernel"):
        mt.MultiScaleLoss("mse", [1.0], kernel="box")
    with pytest.raises(mm.ShapeError):
        mt.MultiScaleLoss("mse", [1.0])(x, x[0])


def test_a_memory_is_kept_and_bounded() -> None:
    g = torch.Generator().manual_seed(0)
    memory, labels = mt.CrossBatchMemory("supervised_contrastive", 4, memory_size=10), torch.arange(6) % 2
    batches = [torch.randn(6, 4, generator=g) for _ in range(4)]
    alone = mt.evaluate("supervised_contrastive", batches[0], labels)
    assert float(memory(batches[0], labels)) == pytest.approx(float(alone))
    memory(batches[1], labels)
    again = mt.CrossBatchMemory("supervised_contrastive", 4, memory_size=10)
    again.load_state_dict(copy.deepcopy(memory.state_dict()))
    # Of ten places the batch has six, the last four of the batch before have the others.
    every = torch.cat([batches[2], batches[1][2:]])
    weights = torch.cat([torch.ones(6), torch.zeros(4)])
    wanted = mt.evaluate("supervised_contrastive", every, torch.cat([labels, labels[2:]]), weights=weights)
    for module in (memory, again):
        assert float(module(batches[2], labels)) == pytest.approx(float(wanted), rel=1e-6)
    assert int(memory.seen) == 18
    items = mt.CrossBatchMemory(mt.Loss("circle", reduction="none"), 4)(batches[0], labels)
    assert items.shape == (6,)
    # More than there are places: the last.
    small = mt.CrossBatchMemory("circle", 4, memory_size=3)
    small(batches[0], labels)
    assert torch.equal(small.embedding_memory.sort(0).values, batches[0][3:].sort(0).values)
    with pytest.raises(mm.UnsupportedError, match="embeddings"):
        mt.CrossBatchMemory("cross_entropy", 4)
    with pytest.raises(mm.ShapeError):
        memory(batches[0][:, :2], labels)


def test_features_are_weighed_layer_by_layer() -> None:
    x, t = torch.randn(2, 1, 3, 4), torch.randn(2, 1, 3, 4)
    loss = mt.PerceptualLoss(lambda image: [image, image.square()], weights=[0.5, 2.0], distance="mae")
    wanted = 0.5 * (x - t).abs().mean() + 2.0 * (x.square() - t.square()).abs().mean()
    assert float(loss(x, t)) == pytest.approx(float(wanted), rel=1e-6)
    with pytest.raises(mm.ShapeError, match="layers"):
        mt.PerceptualLoss(lambda image: image, weights=[1.0, 1.0])(x, t)


def test_critic_and_generator_compare_scores() -> None:
    g = torch.Generator().manual_seed(5)
    real, fake = (torch.randn(3, 4, dtype=torch.float64, generator=g, requires_grad=True) for _ in range(2))
    s = nn.functional.softplus
    standard = mt.PatchAdversarialLoss("bce")
    pairs, average = (mt.PatchAdversarialLoss("bce", relativistic=r) for r in ("pairs", "average"))
    for found, wanted in [
        (standard.critic(real, fake), 0.5 * s(-real).mean() + 0.5 * s(fake).mean()),
        (standard.generator(fake), s(-fake).mean()),
        (pairs.critic(real, fake), s(fake - real).mean()),
        (pairs.generator(fake, real), s(real - fake).mean()),
        (average.critic(real, fake), 0.5 * s(fake.mean() - real).mean() + 0.5 * s(fake - real.mean()).mean()),
        (mt.PatchAdversarialLoss("hinge").generator(fake), -fake.mean()),
    ]:
        torch.testing.assert_close(found, wanted)
        slopes = zip(
            torch.autograd.grad(found, (real, fake), allow_unused=True),
            torch.autograd.grad(wanted, (real, fake), allow_unused=True),
            strict=True,
        )
        for got, want in slopes:
            assert (got is None) == (want is None)
            if got is not None:
                torch.testing.assert_close(got, want)
    with pytest.raises(mm.ParameterError, match="real"):
        pairs.generator(fake)
    with pytest.raises(mm.ParameterError, match="relativistic"):
        mt.PatchAdversarialLoss("hinge", relativistic="pairs")


def test_a_soft_margin_moves_in_training_alone() -> None:
    x, y = torch.randn(8, 3, requires_grad=True), torch.arange(8) % 2
    loss = mt.DynamicSoftMarginLoss(num_bins=5)
    loss(x, y).backward()
    assert x.grad is not None and loss.histogram.sum() == pytest.approx(1.0)
    before = loss.histogram.clone()
    loss.eval()
    loss(2 * x - 1, y)
    assert torch.equal(loss.histogram, before)
    with pytest.raises(mm.ParameterError):
        mt.DynamicSoftMarginLoss(num_bins=0)
    with pytest.raises(mm.RangeError, match="proxy"):
        mt.ManifoldLoss(3, 2)(x, y + 1)
