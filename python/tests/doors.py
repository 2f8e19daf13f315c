"""What the package has beside expressions (layers, wrappers, memories), next to the peers' own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest import mock

import numpy as np
import pytest

BIG = 1e4

Result = tuple[float, list[np.ndarray]]
"""A value with its gradients."""


@dataclass
class Door:
    """A peer's loss, and ours: both from the same arrays."""

    peer: str
    theirs: Callable[..., Result]
    """(peer function, arrays) → value and gradients."""
    ours: Callable[..., Result]
    """(arrays) → the same."""
    inputs: Callable[[np.random.Generator, bool], tuple[np.ndarray, ...]]
    tolerance: float = 1e-9
    extreme: bool = True


def minimand_torch() -> Any:
    """The door to PyTorch, where that is installed."""
    pytest.importorskip("torch")
    import minimand.torch

    return minimand.torch


def leaf(x: np.ndarray) -> Any:
    """A tensor that is differentiated."""
    import torch

    return torch.tensor(x, requires_grad=True)


def result(value: Any, *leaves: Any) -> Result:
    """The value, and its gradients by PyTorch."""
    import torch

    gradients = torch.autograd.grad(value, leaves)
    return float(value.detach()), [g.double().numpy() for g in gradients]


def size(extreme: bool) -> float:
    return BIG if extreme else 1.0


# --- the last layer ----------------------------------------------------------------------------------------------


def layer(random: np.random.Generator, extreme: bool) -> tuple[np.ndarray, ...]:
    x = random.normal(0.0, size(extreme), (12, 5))
    return x, random.normal(size=(7, 5)), random.normal(size=7), random.integers(0, 7, 12)


def soft_layer(random: np.random.Generator, extreme: bool) -> tuple[np.ndarray, ...]:
    return *layer(random, extreme)[:3], random.dirichlet(np.ones(7), 12)


def their_layer(**options: Any) -> Callable[..., Result]:
    def run(f: Any, *arrays: np.ndarray) -> Result:
        import torch

        x, w, b = map(leaf, arrays[:3])
        given = {k: x.new_tensor(v) if k == "weight" else v for k, v in options.items()}
        return result(f(x, w, torch.tensor(arrays[3]), linear_bias=b, **given), x, w, b)

    return run


def our_layer(**options: Any) -> Callable[..., Result]:
    def run(*arrays: np.ndarray) -> Result:
        import torch

        x, w, b = map(leaf, arrays[:3])
        f = minimand_torch().linear_cross_entropy
        return result(f(x, w, torch.tensor(arrays[3]), linear_bias=b, **options), x, w, b)

    return run


CLASS_WEIGHTS = [1.0, 2.0, 0.5, 0.0, 3.0, 1.0, 0.25]


def their_margin(**options: Any) -> Callable[..., Result]:
    def run(f: Any, x: np.ndarray, w: np.ndarray, y: np.ndarray) -> Result:
        import torch

        loss, z = f(len(w), w.shape[1], **options), leaf(x)
        loss.W.data = torch.tensor(w.T.copy())
        value, (by_x, by_w) = result(loss(z, torch.tensor(y)), z, loss.W)
        return value, [by_x, by_w.T]

    return run


def our_margin(**options: Any) -> Callable[..., Result]:
    def run(x: np.ndarray, w: np.ndarray, y: np.ndarray) -> Result:
        import torch

        loss, z = minimand_torch().LargeMarginSoftmaxLoss(*w.shape, **options).double(), leaf(x)
        loss.weight.data = torch.tensor(w)
        return result(loss(z, torch.tensor(y)), z, loss.weight)

    return run


def classes(random: np.random.Generator, extreme: bool) -> tuple[np.ndarray, ...]:
    x = random.normal(0.0, size(extreme), (12, 5))
    return x, random.normal(size=(4, 5)), random.integers(0, 4, 12)


# --- embeddings --------------------------------------------------------------------------------------------------


def two_batches(random: np.random.Generator, extreme: bool) -> tuple[np.ndarray, ...]:
    x = random.normal(0.0, size(extreme), (2, 12, 5))
    return x[0], x[1], np.arange(12) % 4


def their_memory(f: Any, first: np.ndarray, second: np.ndarray, labels: np.ndarray) -> Result:
    import torch
    from pytorch_metric_learning import losses, reducers

    class Kept(f):  # type: ignore[misc]
        """The memory without holding the batch's own embeddings fixed."""

        def add_to_memory(self, embeddings: Any, *rest: Any) -> None:
            super().add_to_memory(embeddings, *rest)
            self.embedding_memory = self.embedding_memory.detach().clone().index_put((self.curr_batch_idx,), embeddings)

    memory, y = Kept(losses.CircleLoss(reducer=reducers.SumReducer()), 5, memory_size=20), torch.tensor(labels)
    memory(torch.tensor(first), y)
    x = leaf(second)
    return result(memory(x, y) / len(x), x)


def our_memory(first: np.ndarray, second: np.ndarray, labels: np.ndarray) -> Result:
    import torch

    memory, y = minimand_torch().CrossBatchMemory("circle", 5, memory_size=20).double(), torch.tensor(labels)
    memory(torch.tensor(first), y)
    x = leaf(second)
    return result(memory(x, y), x)


def their_soft_margin(f: Any, *arrays: np.ndarray) -> Result:
    class Held(f):  # type: ignore[misc]
        """The loss with the weights of triplets held fixed."""

        def update_histogram(self, data: Any) -> None:
            super().update_histogram(data.detach())

    return soft_margin(Held(), *arrays)


def soft_margin(loss: Any, first: np.ndarray, second: np.ndarray, labels: np.ndarray) -> Result:
    import torch

    y, x = torch.tensor(labels), leaf(second)
    loss(torch.tensor(first), y)
    return result(loss(x, y), x)


def our_soft_margin(first: np.ndarray, second: np.ndarray, labels: np.ndarray) -> Result:
    # Theirs moves shares by numbers of triplets, and divides by their sum: two positives and nine negatives of each.
    weight = 0.01 * 12 * 2 * 9
    momentum = weight / (0.99 + weight)
    return soft_margin(minimand_torch().DynamicSoftMarginLoss(momentum=momentum), first, second, labels)


def graph(random: np.random.Generator, extreme: bool) -> tuple[np.ndarray, ...]:
    x = random.normal(0.0, size(extreme), (12, 5))
    return x, random.normal(0.0, size(extreme), (4, 5)), random.integers(0, 4, 12)


def their_manifold(f: Any, x: np.ndarray, proxies: np.ndarray, labels: np.ndarray) -> Result:
    import torch

    loss, z = f(l=5, K=4), leaf(x)
    loss.proxies.data = torch.tensor(proxies)
    with mock.patch.object(torch.Tensor, "float", torch.Tensor.double):  # it inverts in single precision
        return result(loss(z, indices_tuple=torch.tensor(labels)), z, loss.proxies)


def our_manifold(x: np.ndarray, proxies: np.ndarray, labels: np.ndarray) -> Result:
    import torch

    loss, z = minimand_torch().ManifoldLoss(5, 4).double(), leaf(x)
    loss.proxies.data = torch.tensor(proxies)
    return result(loss(z, torch.tensor(labels)), z, loss.proxies)


def triplets(random: np.random.Generator, extreme: bool) -> tuple[np.ndarray, ...]:
    return tuple(random.normal(0.0, size(extreme), (3, 12, 5)))


def cosine_distance(x: Any, y: Any) -> Any:
    import torch

    return 1.0 - torch.nn.functional.cosine_similarity(x, y)


def of_triplets(f: Callable[..., Any], **options: Any) -> Callable[..., Result]:
    def run(*arrays: np.ndarray) -> Result:
        leaves = [leaf(x) for x in arrays]
        return result(f(*leaves, **options), *leaves)

    return run


# --- images ------------------------------------------------------------------------------------------------------


def scales(random: np.random.Generator, extreme: bool) -> tuple[np.ndarray, ...]:
    logits = [size(extreme) ** 0.5 * random.normal(size=(2, 3, s, s)) for s in (8, 4, 2)]
    return *logits, random.integers(0, 3, (2, 8, 8))


def their_supervision(f: Any, *arrays: np.ndarray) -> Result:
    import torch
    from monai.losses import DiceCELoss

    leaves = [leaf(x) for x in arrays[:3]]
    target = torch.tensor(arrays[3])[:, None].float()
    return result(f(DiceCELoss(softmax=True, to_onehot_y=True))(leaves, target), *leaves)


def our_supervision(*arrays: np.ndarray) -> Result:
    import torch

    leaves = [leaf(x) for x in arrays[:3]]
    loss = minimand_torch().DeepSupervisionLoss("dice + cross_entropy", weights=[1.0, 0.5, 0.25])
    return result(loss(leaves, torch.tensor(arrays[3])), *leaves)


def pictures(random: np.random.Generator, extreme: bool) -> tuple[np.ndarray, ...]:
    return tuple(random.normal(0.0, size(extreme), (2, 2, 2, 9, 12)))


def their_smoothing(kernel: str) -> Callable[..., Result]:
    def run(f: Any, x: np.ndarray, t: np.ndarray) -> Result:
        import torch

        z = leaf(x)
        return result(f(torch.nn.MSELoss(), scales=[0, 1, 3], kernel=kernel)(torch.tensor(t), z), z)

    return run


def our_smoothing(kernel: str) -> Callable[..., Result]:
    def run(x: np.ndarray, t: np.ndarray) -> Result:
        import torch

        z = leaf(x)
        return result(minimand_torch().MultiScaleLoss("mse", [0, 1, 3], kernel=kernel)(z, torch.tensor(t)), z)

    return run


def critic_scores(random: np.random.Generator, extreme: bool) -> tuple[np.ndarray, ...]:
    x = random.normal(0.0, size(extreme), (2, 1, 6, 6))
    return x, random.normal(0.0, size(extreme), (2, 1, 3, 3))


def their_critic(real: bool, **options: Any) -> Callable[..., Result]:
    def run(f: Any, *arrays: np.ndarray) -> Result:
        leaves = [leaf(x) for x in arrays]
        return result(f(**options)(leaves, real, True), *leaves)

    return run


def our_critic(real: bool, criterion: str, before: Callable[[Any], Any] = lambda x: x) -> Callable[..., Result]:
    def run(*arrays: np.ndarray) -> Result:
        leaves = [leaf(x) for x in arrays]
        loss = minimand_torch().PatchAdversarialLoss(criterion)
        return result(loss([before(x) for x in leaves], real), *leaves)

    return run


def photographs(random: np.random.Generator, extreme: bool) -> tuple[np.ndarray, ...]:
    low, high = (0.0, 1e-3) if extreme else (0.0, 1.0)
    return tuple(random.uniform(low, high, (2, 1, 3, 32, 32)))


NETWORK: list[Any] = []


def their_features(f: Any, x: np.ndarray, t: np.ndarray) -> Result:
    import torch

    if not NETWORK:
        torch.manual_seed(0)
        NETWORK.append(f(spatial_dims=2, network_type="resnet50", pretrained=False).double())
    z = leaf(x)
    # It standardises images where they lie.
    return result(NETWORK[0](z * 1.0, torch.tensor(t)), z)


def our_features(x: np.ndarray, t: np.ndarray) -> Result:
    import torch

    inside = NETWORK[0].perceptual_function
    mean, deviation = (torch.tensor(v).double()[:, None, None] for v in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
    loss = minimand_torch().PerceptualLoss(
        lambda image: inside.model((image - mean) / deviation)[inside.final_layer], normalize=True
    )
    z = leaf(x)
    return result(loss(z, torch.tensor(t)), z)


# --- JAX ---------------------------------------------------------------------------------------------------------


def shares(random: np.random.Generator, extreme: bool) -> tuple[np.ndarray, ...]:
    return random.normal(0.0, size(extreme), (12, 5)), random.dirichlet(np.ones(5), 12)


def of_maximum(make: Callable[..., Any], x: np.ndarray, t: np.ndarray) -> Result:
    import jax

    with jax.enable_x64(True):
        loss = make(jax.nn.logsumexp)
        value, gradient = jax.value_and_grad(lambda z: loss(z, jax.numpy.asarray(t)).mean())(jax.numpy.asarray(x))
        return float(value), [np.asarray(gradient)]


def our_maximum(x: np.ndarray, t: np.ndarray) -> Result:
    import minimand.jax

    return of_maximum(minimand.jax.make_fenchel_young_loss, x, t)


def our_triplets(**options: Any) -> Callable[..., Result]:
    return lambda *arrays: of_triplets(minimand_torch().triplet_margin_with_distance_loss, **options)(*arrays)


def their_triplets(**options: Any) -> Callable[..., Result]:
    return lambda f, *arrays: of_triplets(f, **options)(*arrays)


TORCH, MONAI, PML = "torch.nn.functional", "monai.losses", "pytorch_metric_learning.losses"

DOORS = [
    Door(f"{TORCH}.linear_cross_entropy", their_layer(), our_layer(), layer),
    Door(
        f"{TORCH}.linear_cross_entropy",
        their_layer(weight=CLASS_WEIGHTS, ignore_index=2, label_smoothing=0.2),
        our_layer(class_weights=CLASS_WEIGHTS, ignore_index=2, label_smoothing=0.2),
        layer,
    ),
    Door(f"{TORCH}.linear_cross_entropy", their_layer(reduction="sum"), our_layer(reduction="sum"), soft_layer),
    Door(f"{TORCH}.triplet_margin_with_distance_loss", their_triplets(), our_triplets(), triplets),
    Door(
        f"{TORCH}.triplet_margin_with_distance_loss",
        their_triplets(distance_function=cosine_distance, margin=0.4, swap=True, reduction="sum"),
        our_triplets(distance_function=cosine_distance, margin=0.4, swap=True, reduction="sum"),
        triplets,
    ),
    Door(f"{MONAI}.DeepSupervisionLoss", their_supervision, our_supervision, scales, tolerance=1e-5),
    Door(f"{MONAI}.MultiScaleLoss", their_smoothing("gaussian"), our_smoothing("gaussian"), pictures, tolerance=1e-6),
    Door(f"{MONAI}.MultiScaleLoss", their_smoothing("cauchy"), our_smoothing("cauchy"), pictures, tolerance=1e-6),
    Door(
        f"{MONAI}.PatchAdversarialLoss",
        their_critic(False, criterion="bce"),
        our_critic(False, "bce"),
        critic_scores,
        extreme=False,  # its logarithm stops at −100
    ),
    Door(
        f"{MONAI}.PatchAdversarialLoss",
        their_critic(True, no_activation_leastsq=True),
        our_critic(True, "least_squares"),
        critic_scores,
    ),
    Door(
        f"{MONAI}.PatchAdversarialLoss",
        their_critic(False, criterion="hinge"),
        our_critic(False, "hinge", lambda x: x.tanh()),
        critic_scores,
    ),
    Door(f"{MONAI}.PerceptualLoss", their_features, our_features, photographs, tolerance=1e-6),
    Door(f"{PML}.CrossBatchMemory", their_memory, our_memory, two_batches),
    Door(f"{PML}.DynamicSoftMarginLoss", their_soft_margin, our_soft_margin, two_batches),
    Door(f"{PML}.LargeMarginSoftmaxLoss", their_margin(), our_margin(), classes),
    Door(f"{PML}.LargeMarginSoftmaxLoss", their_margin(margin=3, scale=2), our_margin(margin=3, scale=2.0), classes),
    Door(
        f"{PML}.SphereFaceLoss",
        their_margin(margin=3, scale=2),
        our_margin(margin=3, scale=2.0, unit_weight=True),
        classes,
    ),
    Door(f"{PML}.ManifoldLoss", their_manifold, our_manifold, graph),
    Door("optax.losses.make_fenchel_young_loss", of_maximum, our_maximum, shares),
]
"""Every comparison."""
