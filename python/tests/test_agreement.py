"""Values and gradients against PyTorch, torchvision, MONAI, pytorch-metric-learning and optax.

Live where the library is installed; what they computed once is in ``fixtures/*.json``, all of which the Python door
reads here too. The inventory of their losses (``python/inventory``) says what must be compared.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from doors import DOORS

import minimand as mm

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
BIG = 1e4

Inputs = tuple[np.ndarray, np.ndarray | None, dict[str, Any]]


def load_page() -> ModuleType:
    """The generator of the page of the inventory."""
    spec = importlib.util.spec_from_file_location("inventory_page", ROOT / "python" / "inventory" / "page.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


INVENTORY = load_page()
LIBRARIES = INVENTORY.libraries()


# --- inputs: random ones of moderate size, and extreme ones of ±1e4 and zeros, off kinks ----------------------------


def scores(random: np.random.Generator, shape: tuple[int, ...], extreme: bool) -> np.ndarray:
    x = random.normal(0.0, 2.0, shape)
    if extreme:
        x = random.choice([-BIG, BIG, 0.0, -1.5, 2.25], shape) + random.uniform(0.01, 0.09, shape)
    return x


def rows(random: np.random.Generator, extreme: bool) -> Inputs:
    return scores(random, (12, 5), extreme), random.integers(0, 5, 12), {}


def two_rows(random: np.random.Generator, extreme: bool) -> Inputs:
    return scores(random, (12, 2), extreme), random.integers(0, 2, 12), {}


def soft_rows(random: np.random.Generator, extreme: bool) -> Inputs:
    return scores(random, (12, 5), extreme), random.dirichlet(np.ones(5), 12), {"reduction": "sum"}


def images(random: np.random.Generator, extreme: bool) -> Inputs:
    return scores(random, (2, 3, 4, 5), extreme), random.integers(0, 3, (2, 4, 5)), {}


def probability_images(random: np.random.Generator, extreme: bool) -> Inputs:
    low, high = (1e-6, 1e-5) if extreme else (0.05, 0.95)
    x = random.uniform(low, high, (2, 3, 8, 8))
    flip = random.random(x.shape) < 0.5
    return np.where(flip, 1 - x, x) if extreme else x, blobs(random), {}


def blobs(random: np.random.Generator) -> np.ndarray:
    """Labels [2, 8, 8] of three classes in one piece each, as they are in images."""
    labels = np.zeros((2, 8, 8), dtype=np.int64)
    labels[:, 1:5, 2:6] = 1
    labels[:, 4:7, 4:8] = 2
    labels[1] = np.roll(labels[1], int(random.integers(1, 3)), axis=0)
    return labels


def two_class_images(random: np.random.Generator, extreme: bool) -> Inputs:
    return scores(random, (2, 2, 8, 8), extreme), np.minimum(blobs(random), 1), {}


def label_images(random: np.random.Generator, extreme: bool) -> Inputs:
    return scores(random, (2, 3, 8, 8), extreme), blobs(random), {}


def yes_no(random: np.random.Generator, extreme: bool) -> Inputs:
    return scores(random, (7, 6), extreme), random.integers(0, 2, (7, 6)).astype(float), {}


def maybe(random: np.random.Generator, extreme: bool) -> Inputs:
    return scores(random, (7, 6), extreme), random.uniform(0, 1, (7, 6)), {}


def numbers(random: np.random.Generator, extreme: bool) -> Inputs:
    return scores(random, (7, 6), extreme), random.normal(0.0, 2.0, (7, 6)), {}


def counts(random: np.random.Generator, extreme: bool) -> Inputs:
    x = random.uniform(-200, 200, (7, 6)) if extreme else random.normal(0.0, 1.0, (7, 6))
    return x, random.poisson(3.0, (7, 6)).astype(float), {}


def log_shares(random: np.random.Generator, extreme: bool) -> Inputs:
    x = scores(random, (7, 6), extreme)
    return x - np.logaddexp.reduce(x, axis=1, keepdims=True), random.dirichlet(np.ones(6), 7), {}


def boxes(random: np.random.Generator, extreme: bool) -> Inputs:
    size = BIG if extreme else 10.0

    def some() -> np.ndarray:
        corner = random.uniform(0, size, (20, 2))
        return np.concatenate([corner, corner + random.uniform(0.2 * size, size, (20, 2))], axis=1)

    return some(), some(), {}


def embeddings(random: np.random.Generator, extreme: bool) -> Inputs:
    return random.normal(0.0, BIG if extreme else 1.0, (12, 5)), np.arange(12) % 4, {}


def instances(random: np.random.Generator, extreme: bool) -> Inputs:
    """Embeddings of which each has its own label."""
    return random.normal(0.0, BIG if extreme else 1.0, (12, 5)), np.arange(12), {}


def twins(random: np.random.Generator, extreme: bool) -> Inputs:
    """Embeddings of which each label has two: one positive for every anchor."""
    return random.normal(0.0, BIG if extreme else 1.0, (12, 5)), np.arange(12) // 2, {}


def cosines(random: np.random.Generator, extreme: bool) -> Inputs:
    """Rows of cosines whose squares add up to less than 1."""
    x = random.normal(size=(12, 5))
    size = random.uniform(0.9, 0.999, (12, 1)) if extreme else random.uniform(0.2, 0.8, (12, 1))
    return size * x / np.linalg.norm(x, axis=1, keepdims=True), random.integers(0, 5, 12), {}


def pictures(random: np.random.Generator, extreme: bool) -> Inputs:
    low, high = (0.0, 1e-3) if extreme else (0.02, 0.98)
    return random.uniform(low, high, (2, 1, 16, 17)), random.uniform(low, high, (2, 1, 16, 17)), {}


def fields(random: np.random.Generator, extreme: bool) -> Inputs:
    return random.normal(0.0, BIG if extreme else 1.0, (2, 2, 7, 8)), None, {}


def sequences(random: np.random.Generator, extreme: bool) -> Inputs:
    x = random.normal(0.0, 30.0 if extreme else 2.0, (4, 12, 6))
    labels = random.integers(1, 6, (4, 5))
    for i, length in enumerate((5, 3, 1, 4)):
        labels[i, length:] = -1
    mask = np.arange(12)[None] < np.array([12, 10, 12, 11])[:, None]
    return x, labels, {"mask": mask}


def lists(random: np.random.Generator, extreme: bool) -> Inputs:
    return scores(random, (5, 7), extreme), random.integers(0, 4, (5, 7)).astype(float), {}


def triplet(random: np.random.Generator, extreme: bool) -> Inputs:
    """One anchor, a positive and a negative; the other two are no anchors."""
    x = random.normal(0.0, BIG if extreme else 1.0, (3, 5))
    x[2] = x[0] + 1.1 * (x[1] - x[0])  # the hinge is not at rest
    return x, np.array([0, 0, 1]), {"weights": np.array([1.0, 0.0, 0.0])}


def forecasts(random: np.random.Generator, extreme: bool) -> Inputs:
    mean = scores(random, (30,), extreme)
    variance = random.uniform(1e-3, 1e-2, 30) if extreme else random.uniform(0.2, 4.0, 30)
    return np.stack([mean, variance], axis=1), random.normal(size=30), {}


# --- the comparisons ---------------------------------------------------------------------------------------------


@dataclass
class Case:
    """A peer's loss and the expression that must be the same."""

    peer: str
    call: Callable[..., Any]
    """(peer function, x, target) → scalar, with x a tensor or jax array that is differentiated."""
    inputs: Callable[[np.random.Generator, bool], Inputs]
    expression: str | None = None
    """Ours, where it is not that of the inventory."""
    options: dict[str, Any] = field(default_factory=dict)
    tolerance: float = 1e-9
    extreme: bool = True

    @property
    def library(self) -> str:
        return self.peer.rpartition(".")[0]

    @property
    def name(self) -> str:
        return self.peer.rpartition(".")[2]

    def ours(self) -> str:
        return self.expression or LIBRARIES[self.library]["losses"][self.name]["ours"]


CASES: list[Case] = []


def torch_case(
    name: str, call: Callable[..., Any], inputs: Callable[..., Inputs], expression: str | None = None, **more: Any
) -> None:
    CASES.append(Case(f"torch.nn.functional.{name}", call, inputs, expression, **more))


def monai_case(
    name: str, call: Callable[..., Any], inputs: Callable[..., Inputs], expression: str | None = None, **more: Any
) -> None:
    CASES.append(Case(f"monai.losses.{name}", call, inputs, expression, **more))


def pml_case(
    name: str, call: Callable[..., Any], inputs: Callable[..., Inputs], expression: str | None = None, **more: Any
) -> None:
    CASES.append(Case(f"pytorch_metric_learning.losses.{name}", call, inputs, expression, **more))


def optax_case(
    name: str, call: Callable[..., Any], inputs: Callable[..., Inputs], expression: str | None = None, **more: Any
) -> None:
    CASES.append(Case(f"optax.losses.{name}", call, inputs, expression, **more))


def plain(f: Any, x: Any, t: Any) -> Any:
    return f(x, t)


# PyTorch
torch_case("cross_entropy", plain, rows)
torch_case("cross_entropy", lambda f, x, t: f(x, t, label_smoothing=0.2), images, "cross_entropy(label_smoothing=0.2)")
torch_case("cross_entropy", lambda f, x, t: f(x, t, reduction="sum"), soft_rows, "cross_entropy")
torch_case(
    "cross_entropy",
    lambda f, x, t: f(x, t, weight=x.new_tensor([1.0, 2.0, 0.5, 0.0, 3.0]), ignore_index=2),
    rows,
    options={"class_weights": [1.0, 2.0, 0.5, 0.0, 3.0], "ignore_index": 2},
)
torch_case("nll_loss", lambda f, x, t: f(x, t), rows)
torch_case("multi_margin_loss", plain, rows)
torch_case(
    "multi_margin_loss",
    lambda f, x, t: f(x, t, p=2, margin=0.5, reduction="sum"),
    rows,
    "multi_margin(p=2, margin=0.5)",
    options={"reduction": "sum"},
)
torch_case("binary_cross_entropy", lambda f, x, t: f(x.sigmoid(), t), maybe, extreme=False)
torch_case("binary_cross_entropy_with_logits", plain, maybe)
torch_case(
    "binary_cross_entropy_with_logits",
    lambda f, x, t: f(x, t, pos_weight=x.new_tensor(3.0), reduction="sum"),
    yes_no,
    "binary_cross_entropy(pos_weight=3)",
    options={"reduction": "sum"},
)
torch_case("multilabel_soft_margin_loss", plain, yes_no)
torch_case("soft_margin_loss", lambda f, x, t: f(x, 2 * t - 1), yes_no, extreme=False)  # torch's e^10000 is infinite
torch_case("multilabel_margin_loss", lambda f, x, t: f(x, listed(t)), yes_no)
torch_case("kl_div", lambda f, x, t: f(x, t, reduction="sum"), log_shares, options={"reduction": "sum"})
torch_case("kl_div", lambda f, x, t: f(x, t, reduction="batchmean"), log_shares, options={"denominator": 7})
torch_case("mse_loss", plain, numbers)
torch_case("l1_loss", plain, numbers)
torch_case("smooth_l1_loss", plain, numbers)
torch_case("smooth_l1_loss", lambda f, x, t: f(x, t, beta=0.3), numbers, "smooth_l1(beta=0.3)")
torch_case("huber_loss", lambda f, x, t: f(x, t, delta=0.7), numbers, "huber(delta=0.7)")
torch_case("huber_loss", plain, numbers)
torch_case("poisson_nll_loss", plain, counts)
torch_case(
    "poisson_nll_loss",
    lambda f, x, t: f(x.abs() + 0.1, t, log_input=False),
    counts,
    "poisson_nll",
    extreme=False,
    options={"through": lambda x: np.log(np.abs(x) + 0.1)},
    tolerance=1e-6,
)
torch_case("gaussian_nll_loss", lambda f, x, t: f(x[:, 0], t, x[:, 1]), forecasts)
torch_case(
    "gaussian_nll_loss",
    lambda f, x, t: f(x[:, 0], t, x[:, 1], full=True, reduction="sum"),
    forecasts,
    'gaussian_nll(link="none", full=true)',
    options={"reduction": "sum"},
)
torch_case(
    "margin_ranking_loss",
    lambda f, x, t: f(x[:, 0], x[:, 1], 2 * t[:, 0] - 1),
    yes_no,
    options={"through": lambda x: x[:, 0] - x[:, 1], "target": lambda t: t[:, 0]},
)
torch_case(
    "margin_ranking_loss",
    lambda f, x, t: f(x[:, 0], x[:, 1], 2 * t[:, 0] - 1, margin=2.0),
    yes_no,
    "hinge(margin=2)",
    options={"through": lambda x: x[:, 0] - x[:, 1], "target": lambda t: t[:, 0]},
)
torch_case("triplet_margin_loss", lambda f, x, t: f(x[:1], x[1:2], x[2:3], eps=0.0), triplet)
torch_case("ctc_loss", lambda f, x, t: torch_ctc(f, x, t, "mean"), sequences)
torch_case("ctc_loss", lambda f, x, t: torch_ctc(f, x, t, "sum"), sequences, "ctc", options={"reduction": "sum"})

# torchvision
for box_loss in ("generalized_box_iou_loss", "distance_box_iou_loss", "complete_box_iou_loss"):
    CASES.append(Case(f"torchvision.ops.{box_loss}", lambda f, x, t: f(x, t, reduction="mean"), boxes))
CASES.append(Case("torchvision.ops.sigmoid_focal_loss", lambda f, x, t: f(x, t, reduction="mean"), yes_no))
CASES.append(
    Case(
        "torchvision.ops.sigmoid_focal_loss",
        lambda f, x, t: f(x, t, alpha=-1, gamma=3, reduction="sum"),
        yes_no,
        "sigmoid_focal(alpha=none, gamma=3)",
        {"reduction": "sum"},
    )
)

# MONAI: targets are one-hot
monai_case("DiceLoss", lambda f, x, t: f()(x, t), probability_images)
monai_case(
    "DiceLoss",
    lambda f, x, t: f(softmax=True, squared_pred=True, include_background=False)(x, t),
    label_images,
    "dice(squared=true, include_background=false)",
)
monai_case(
    "DiceLoss",
    lambda f, x, t: f(sigmoid=True, batch=True, jaccard=True)(x, t),
    label_images,
    'jaccard(activation="sigmoid", per="batch", smooth=5e-6)',
)
monai_case(
    "MaskedDiceLoss",
    lambda f, x, t: f(softmax=True)(x, t, x.new_tensor(PIXELS)[None, None].expand(2, 1, 8, 8)),
    label_images,
    "dice",
    options={"mask": np.broadcast_to(np.arange(64).reshape(8, 8) % 3 > 0, (2, 8, 8)).copy()},
    extreme=False,
)
monai_case("TverskyLoss", lambda f, x, t: f()(x, t), probability_images)
monai_case("TverskyLoss", lambda f, x, t: f(softmax=True, alpha=0.3, beta=0.7)(x, t), label_images, "tversky")
monai_case(
    "GeneralizedDiceLoss",
    lambda f, x, t: f(softmax=True, smooth_nr=1e-12, smooth_dr=1e-12)(x, t),
    label_images,
    "generalized_dice(smooth=1e-12)",
    tolerance=1e-6,
)
monai_case(
    "GeneralizedDiceFocalLoss",
    lambda f, x, t: f(softmax=True, smooth_nr=1e-12, smooth_dr=1e-12)(x, t),
    label_images,
    "generalized_dice(smooth=1e-12) + sigmoid_focal(alpha=none)",
    tolerance=2e-5,
    options={"one_hot": True},
)
monai_case(
    "GeneralizedWassersteinDiceLoss",
    lambda f, x, t: f(np.array([[0, 1, 0.5], [1, 0, 0.25], [0.5, 0.25, 0]]))(x, t.argmax(1)[:, None]),
    label_images,
    "generalized_wasserstein_dice(distances=[0, 1, 0.5, 1, 0, 0.25, 0.5, 0.25, 0])",
    tolerance=2e-5,
)
monai_case("DiceCELoss", lambda f, x, t: f(softmax=True)(x, t), label_images)
monai_case(
    "DiceFocalLoss", lambda f, x, t: f(sigmoid=True)(x, t), label_images, options={"one_hot": True}, tolerance=2e-5
)
monai_case("FocalLoss", lambda f, x, t: f()(x, t), label_images, options={"one_hot": True}, tolerance=2e-5)
monai_case(
    "FocalLoss",
    lambda f, x, t: 3 * f(use_softmax=True, gamma=3.0)(x, t),
    label_images,
    "focal(gamma=3)",
    tolerance=2e-5,
    extreme=False,
)
monai_case(
    "MCCLoss",
    lambda f, x, t: f(smooth_nr=0.0, smooth_dr=0.0)(x, t),
    probability_images,
    'mcc(activation="none", smooth=1e-30)',
)
monai_case(
    "AsymmetricUnifiedFocalLoss",
    lambda f, x, t: f(to_onehot_y=True)(x.softmax(1), t[:, None]),
    two_class_images,
    extreme=False,  # it keeps probabilities within 1e-7 of 0 and 1
    tolerance=1e-6,
)
monai_case("BoundaryLoss", lambda f, x, t: f(include_background=True, softmax=True)(x, t), label_images, tolerance=1e-5)
monai_case("HausdorffDTLoss", lambda f, x, t: f(include_background=True)(x, t), probability_images, tolerance=1e-5)
monai_case(
    "LogHausdorffDTLoss",
    lambda f, x, t: f(include_background=True)(x[:1, :1], t[:1, :1]),
    probability_images,
    tolerance=1e-5,
    options={"through": lambda x: x[:1, :1], "target": lambda t: (t[:1, None] == 0).astype(float)},
)
monai_case("SoftclDiceLoss", lambda f, x, t: f()(x, t), probability_images, extreme=False)
monai_case(
    "NACLLoss",
    lambda f, x, t: f(classes=3, dim=2)(x.float(), t.argmax(1)).double(),
    label_images,
    tolerance=1e-5,
    extreme=False,
)
monai_case("BoxGIoULoss", lambda f, x, t: f()(x, t), boxes, tolerance=2e-6)
monai_case("ContrastiveLoss", lambda f, x, t: f(temperature=0.5)(x, t), numbers)
monai_case("BendingEnergyLoss", lambda f, x, t: f()(x), fields)
monai_case("DiffusionLoss", lambda f, x, t: f()(x), fields)
monai_case(
    "SSIMLoss", lambda f, x, t: f(spatial_dims=2, kernel_type="gaussian", win_size=11)(x, t), pictures, tolerance=1e-5
)
monai_case("GlobalMutualInformationLoss", lambda f, x, t: mutual_information(f, x, t), pictures, extreme=False)
monai_case("JukeboxLoss", lambda f, x, t: f(spatial_dims=2, fft_norm="ortho")(x, t), pictures)

# pytorch-metric-learning
pml_case("CircleLoss", lambda f, x, t: per_anchor(f(m=0.4, gamma=80), x, t), embeddings)
pml_case("MultiSimilarityLoss", lambda f, x, t: per_anchor(f(), x, t), embeddings)
pml_case("SupConLoss", lambda f, x, t: per_anchor(f(), x, t), embeddings)
pml_case("NTXentLoss", lambda f, x, t: per_anchor(f(), x, t), twins)
pml_case("GeneralizedLiftedStructureLoss", lambda f, x, t: per_anchor(f(), x, t), embeddings)
pml_case("InstanceLoss", lambda f, x, t: f()(x, t), instances)
pml_case("TripletMarginLoss", lambda f, x, t: f()(x, t), embeddings)
for head in ("ArcFaceLoss", "CosFaceLoss", "SphereFaceLoss", "NormalizedSoftmaxLoss"):
    pml_case(head, lambda f, x, t: on_cosines(f, x, t), cosines)

# optax
optax_case("softmax_cross_entropy_with_integer_labels", lambda f, x, t: f(x, t).mean(), rows)
optax_case("softmax_cross_entropy", lambda f, x, t: f(x, t).sum(), soft_rows)
optax_case("safe_softmax_cross_entropy", lambda f, x, t: f(x, t).sum(), soft_rows)
optax_case("poly_loss_cross_entropy", lambda f, x, t: f(x, t).sum(), soft_rows)
optax_case("multiclass_hinge_loss", lambda f, x, t: f(x, t).mean(), rows)
optax_case("multiclass_perceptron_loss", lambda f, x, t: f(x, t).mean(), rows)
optax_case("multiclass_sparsemax_loss", lambda f, x, t: f(x, t).mean(), rows)
optax_case("sigmoid_binary_cross_entropy", lambda f, x, t: f(x, t).mean(), maybe)
optax_case("sigmoid_focal_loss", lambda f, x, t: f(x, t).mean(), yes_no)
optax_case("sigmoid_focal_loss", lambda f, x, t: f(x, t, alpha=0.25).mean(), yes_no, "sigmoid_focal(alpha=0.25)")
optax_case("hinge_loss", lambda f, x, t: f(x, 2 * t - 1).mean(), yes_no)
optax_case("perceptron_loss", lambda f, x, t: f(x, 2 * t - 1).mean(), yes_no)
optax_case("sparsemax_loss", lambda f, x, t: f(x, t).mean(), yes_no)
optax_case("squared_error", lambda f, x, t: f(x, t).mean(), numbers)
optax_case("l2_loss", lambda f, x, t: f(x, t).mean(), numbers)
optax_case("huber_loss", lambda f, x, t: f(x, t, delta=1.0).mean(), numbers)
optax_case("log_cosh", lambda f, x, t: f(x, t).mean(), numbers)
optax_case("kl_divergence", lambda f, x, t: f(x, t).sum(), log_shares, options={"reduction": "sum"})
optax_case(
    "kl_divergence_with_log_targets", lambda f, x, t: f(x, log_of(t)).sum(), log_shares, options={"reduction": "sum"}
)
optax_case("convex_kl_divergence", lambda f, x, t: f(x, t).sum(), log_shares, options={"reduction": "sum"})
optax_case("generalized_kl_divergence", lambda f, x, t: f(x, t).sum(), log_shares, options={"reduction": "sum"})
optax_case("ranking_softmax_loss", lambda f, x, t: f(x, t), lists)
optax_case("ntxent", lambda f, x, t: f(x, t), twins)
optax_case("triplet_margin_loss", lambda f, x, t: f(x[:1], x[1:2], x[2:3]).mean(), triplet, tolerance=1e-6)
optax_case(
    "ctc_loss",
    lambda f, x, t: f(x, 1.0 - jnp_mask(), positive(t), (t < 0).astype(float)).mean(),
    sequences,
    tolerance=1e-5,
    extreme=False,
)
optax_case("cosine_distance", lambda f, x, t: f(x, t).mean(), numbers)
optax_case("cosine_similarity", lambda f, x, t: 1 - f(x, t).mean(), numbers)
optax_case("dice_loss", lambda f, x, t: f(classes_last(x), one_hot(t)).mean(), images)
optax_case(
    "binary_dice_loss",
    lambda f, x, t: f(x, t).mean(),
    yes_no,
    options={"through": lambda x: x[:, None], "target": lambda t: t[:, None]},
)


PIXELS = (np.arange(64).reshape(8, 8) % 3 > 0).astype(float)


def listed(t: Any) -> Any:
    """0/1 targets as torch wants them: the numbers of the true classes, then −1."""
    out = t.new_full(t.shape, -1).long()
    for row, flags in zip(out, t, strict=True):
        true = flags.nonzero()[:, 0]
        row[: len(true)] = true
    return out


def torch_ctc(f: Any, x: Any, t: Any, reduction: str) -> Any:
    import torch

    lengths = torch.tensor([12, 10, 12, 11])
    return f(x.log_softmax(2).transpose(0, 1), t.clamp(min=0), lengths, (t >= 0).sum(1), reduction=reduction)


def mutual_information(f: Any, x: Any, t: Any) -> Any:
    """MONAI's makes its bins in float32."""
    import torch

    loss = f().double()
    loss.bin_centers = torch.linspace(0, 1, 23, dtype=torch.float64)[None, None]
    loss.preterm = torch.ones(1, dtype=torch.float64) / (2 * (0.5 / 22) ** 2)
    return loss(x, t)


def per_anchor(loss: Any, x: Any, t: Any) -> Any:
    """The mean over anchors; the library's own drops those without a loss."""
    from pytorch_metric_learning import reducers

    loss.reducer = reducers.SumReducer()
    return loss(x, t) / len(x)


def on_cosines(f: Any, x: Any, t: Any) -> Any:
    """A loss of embeddings and weights, at embeddings and weights that have these cosines."""
    import torch

    rest = (1 - (x * x).sum(1, keepdim=True)).sqrt()
    loss = f(num_classes=5, embedding_size=6)
    loss.W.data = torch.eye(6, 5, dtype=x.dtype)
    return loss(torch.cat([x, rest], 1), t)


def classes_last(x: Any) -> Any:
    import jax.numpy as jnp

    return jnp.moveaxis(x, 1, -1)


def one_hot(t: Any) -> Any:
    import jax

    return jax.nn.one_hot(t, 3, dtype="float64")


def log_of(t: Any) -> Any:
    import jax.numpy as jnp

    return jnp.log(t)


def positive(t: Any) -> Any:
    import jax.numpy as jnp

    return jnp.maximum(t, 0)


def jnp_mask() -> np.ndarray:
    return (np.arange(12)[None] < np.array([12, 10, 12, 11])[:, None]).astype(float)


def with_torch(case: Case, function: Any, x: np.ndarray, target: np.ndarray | None) -> tuple[float, np.ndarray]:
    torch = pytest.importorskip("torch")
    z = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    t = None if target is None else torch.tensor(target)
    if case.library == "monai.losses" and case.inputs in (probability_images, label_images):
        t = torch.movedim(torch.nn.functional.one_hot(t, 3), -1, 1).double()
    value = case.call(function, z, t)
    (gradient,) = torch.autograd.grad(value, z)
    return float(value), gradient.numpy()


def with_jax(case: Case, function: Any, x: np.ndarray, target: np.ndarray | None) -> tuple[float, np.ndarray]:
    jax = pytest.importorskip("jax")
    with jax.enable_x64(True):
        t = None if target is None else jax.numpy.asarray(target)
        value, gradient = jax.value_and_grad(lambda z: case.call(function, z, t))(jax.numpy.asarray(x))
        return float(value), np.asarray(gradient)


def ours(case: Case, x: np.ndarray, target: np.ndarray | None, options: dict[str, Any]) -> tuple[float, np.ndarray]:
    """Our value, and our gradient by x, through what maps it to our prediction."""
    options = {**options, **case.options}
    through, of_target = options.pop("through", None), options.pop("target", None)
    t = target if of_target is None else of_target(target)
    if options.pop("one_hot", False):
        t = np.moveaxis(np.eye(3)[t], -1, 1)
    prediction = x if through is None else through(x)
    value, gradient = mm.loss(case.ours()).value_and_grad(prediction, t, **options)
    if through is None:
        return value, gradient
    chained = np.zeros(x.shape)
    for place in np.ndindex(x.shape):  # the maps are of single entries: differences are exact enough
        step = np.zeros(x.shape)
        step[place] = 1e-6
        chained[place] = np.sum(gradient * (through(x + step) - through(x - step))) / 2e-6
    return value, chained


@pytest.mark.parametrize("extreme", [False, True], ids=["random", "extreme"])
@pytest.mark.parametrize("case", CASES, ids=[f"{c.peer}-{i}" for i, c in enumerate(CASES)])
@pytest.mark.filterwarnings("ignore")
def test_peer(case: Case, extreme: bool) -> None:
    if extreme and not case.extreme:
        pytest.skip("the peer has no finite value, or another one, of extreme numbers")
    module = pytest.importorskip(case.library)
    function = getattr(module, case.name)
    for seed in range(3):
        x, target, options = case.inputs(np.random.default_rng(seed), extreme)
        run = with_jax if case.library.startswith("optax") else with_torch
        value, gradient = run(case, function, x, target)
        got, slope = ours(case, x, target, options)
        assert np.isfinite(got) and np.all(np.isfinite(slope))
        tolerance = max(case.tolerance, 1e-7 if "through" in case.options else 0.0)
        assert got == pytest.approx(value, rel=tolerance, abs=tolerance), (case.ours(), seed)
        size = np.abs(gradient).max(initial=1e-3)
        np.testing.assert_allclose(slope, gradient, rtol=0, atol=10 * tolerance * size, err_msg=f"{case.ours()} {seed}")


# --- fixtures ----------------------------------------------------------------------------------------------------


@cache
def fixture_files() -> list[Path]:
    names = {entry["name"] for entry in mm.catalog()}
    return sorted(path for path in FIXTURES.glob("*.json") if path.stem in names)


def deviation(got: np.ndarray, want: list[float]) -> float:
    """Largest difference in units of the largest number."""
    reference = np.asarray(want)
    assert got.size == reference.size
    size = max(float(np.abs(reference).max(initial=0.0)), 1e-3)
    return float(np.abs(got.reshape(-1) - reference).max(initial=0.0)) / size


@pytest.mark.parametrize("path", fixture_files(), ids=lambda path: path.stem)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_fixtures(path: Path, dtype: str) -> None:
    """What peers computed once: all cases of all losses, in both precisions."""
    for case in json.loads(path.read_text(encoding="utf-8"))["cases"]:

        def array(key: str, kind: str, case: dict[str, Any] = case) -> np.ndarray | None:
            given = case.get(key)
            return None if given is None else np.array(given["data"], dtype=kind).reshape(given["shape"])

        target = array("labels", "int64") if "labels" in case else array("target", "float64")
        options = {
            "weights": array("weights", "float64"),
            "mask": array("mask", "bool"),
            **{key: case[key] for key in ("class_weights", "ignore_index", "denominator", "spacing") if key in case},
        }
        value, items, _, gradient = mm.Objective(case["expression"]).evaluate(
            array("prediction", dtype), target, reduction=case["reduction"], gradient=True, **options
        )
        worst = 0.0
        if "value" in case:
            worst = deviation(np.array([value]), [case["value"]])
        if "per_item" in case:
            assert items is not None
            worst = max(worst, deviation(items, case["per_item"]))
        assert gradient is not None and gradient.dtype == dtype
        if "kink" not in case["name"]:
            worst = max(worst, deviation(gradient, case["gradient"]))
        assert worst <= (1e-9 if dtype == "float64" else 1e-5), (case["expression"], case["name"], worst)


def test_all_fixtures_are_read() -> None:
    assert len(fixture_files()) >= 174
    cases = sum(len(json.loads(path.read_text(encoding="utf-8"))["cases"]) for path in fixture_files())
    assert cases >= 3434


# --- the inventory -----------------------------------------------------------------------------------------------


def test_the_page_of_the_inventory_is_fresh() -> None:
    assert INVENTORY.PAGE.read_text(encoding="utf-8") == INVENTORY.page(), "run python python/inventory/page.py"


def test_every_expression_of_the_inventory_parses() -> None:
    for library, about in LIBRARIES.items():
        for name, loss in about["losses"].items():
            assert set(loss) <= {"ours", "door", "note", "without"}, f"{library}.{name}"
            if "ours" in loss:
                assert mm.Objective(loss["ours"]).terms, f"{library}.{name}"


def test_every_loss_that_we_have_is_compared() -> None:
    compared = {case.peer for case in CASES} | {door.peer for door in DOORS}
    expected = {
        f"{library}.{name}"
        for library, about in LIBRARIES.items()
        for name, loss in about["losses"].items()
        if ("ours" in loss or "door" in loss) and "without" not in loss
    }
    assert compared == expected


def public_losses(library: str, module: Any) -> set[str]:
    """What the library itself offers as losses."""
    names = {name for name in dir(module) if not name.startswith("_")}
    if library == "torch.nn.functional":
        others = {
            "cross_entropy",
            "linear_cross_entropy",
            "binary_cross_entropy",
            "binary_cross_entropy_with_logits",
            "kl_div",
        }
        return {n for n in names if n.endswith("_loss") or n in others}
    if library == "torchvision.ops":
        return {n for n in names if n.endswith("_loss") and inspect.isfunction(getattr(module, n))}
    if library == "optax.losses":
        return {n for n in names if callable(getattr(module, n)) and not inspect.ismodule(getattr(module, n))}
    classes = {n for n in names if inspect.isclass(getattr(module, n)) and n[0].isupper()}
    aliases = {"Dice"}  # MONAI's other name of DiceLoss
    bases = {
        "BaseLossWrapper",
        "BaseMetricLossFunction",
        "EmbeddingRegularizerMixin",
        "GenericPairLoss",
        "MultipleLosses",
        "WeightRegularizerMixin",
    }
    return classes - aliases - bases


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.filterwarnings("ignore")
def test_the_inventory_is_complete(library: str) -> None:
    module = pytest.importorskip(LIBRARIES[library]["module"])
    version = getattr(importlib.import_module(library.partition(".")[0]), "__version__", "")
    if not version.startswith(LIBRARIES[library]["version"]):
        pytest.skip(f"the inventory is of version {LIBRARIES[library]['version']}, this is {version}")
    assert public_losses(library, module) == set(LIBRARIES[library]["losses"])
