"""The PyTorch and JAX sides of pairs.py, each a process that answers the lines of src/bin/pairs.rs.

The matrix of all pairs is written out, as the losses' usual programs do.
"""

import os

import numpy as np

from . import inputs
from .side import serve, serve_torch


def labels(n, classes):
    return np.arange(n, dtype=np.int64) % classes


def embeddings(n, d):
    return (2 * inputs.hashed(0, n * d) - 1).reshape(n, d)


def torch_side():
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))

    def cosines(x, temperature):
        z = F.normalize(x)
        s = z @ z.T / temperature
        return s.fill_diagonal_(float("-inf"))

    def nt_xent(x, y):
        # Two views: row i + n/2 is the other one of row i.
        n = len(x)
        return F.cross_entropy(cosines(x, 0.5), (torch.arange(n) + n // 2) % n)

    def supervised_contrastive(x, y):
        s = cosines(x, 0.1)
        positive = (y[:, None] == y[None]).fill_diagonal_(False)
        sums = torch.where(positive, s, 0.0).sum(1)
        return (s.logsumexp(1) - sums / positive.sum(1)).mean()

    def triplet(x, y):
        z = F.normalize(x)
        d = torch.cdist(z, z).square()
        same = y[:, None] == y[None]
        positives = same.clone().fill_diagonal_(False).nonzero()[:, 1].view(len(x), -1)
        leads = d.gather(1, positives)[:, :, None] - d[:, None] + 0.2
        return leads.relu().masked_fill(same[:, None], 0.0).sum() / (positives.shape[1] * (~same).sum())

    losses = {f.__name__: f for f in (nt_xent, supervised_contrastive, triplet)}

    def make(loss, *sizes):
        n, d, classes = map(int, sizes)
        x, y = torch.from_numpy(embeddings(n, d)).requires_grad_(), torch.from_numpy(labels(n, classes))
        return x, y, losses[loss]

    serve_torch(make, lambda x, y, loss: loss(x, y))


def jax_side():
    import jax
    import jax.numpy as jnp

    def unit(x):
        return x / jnp.maximum(jnp.linalg.norm(x, axis=1, keepdims=True), 1e-12)

    def cosines(x, temperature):
        z = unit(x)
        return jnp.where(jnp.eye(len(x), dtype=bool), -jnp.inf, z @ z.T / temperature)

    def nt_xent(x, y):
        n, s = len(x), cosines(x, 0.5)
        other = (jnp.arange(n) + n // 2) % n
        return (jax.nn.logsumexp(s, axis=1) - jnp.take_along_axis(s, other[:, None], axis=1)[:, 0]).mean()

    def supervised_contrastive(x, y):
        s = cosines(x, 0.1)
        positive = (y[:, None] == y[None]) & ~jnp.eye(len(x), dtype=bool)
        sums = jnp.where(positive, s, 0.0).sum(1)
        return (jax.nn.logsumexp(s, axis=1) - sums / positive.sum(1)).mean()

    def triplet(x, y):
        z = unit(x)
        d = jnp.maximum(2 - 2 * z @ z.T, 0)
        same = y[:, None] == y[None]
        positive = same & ~jnp.eye(len(x), dtype=bool)
        # So many positives has every anchor, and they are those with the highest marks.
        count = len(x) // COUNT["classes"] - 1
        places = jax.lax.top_k(positive.astype(jnp.int32), count)[1]
        leads = jnp.take_along_axis(d, places, axis=1)[:, :, None] - d[:, None] + 0.2
        return jnp.where(same[:, None], 0.0, jax.nn.relu(leads)).sum() / (count * (~same).sum())

    COUNT = {"classes": 1}
    losses = {f.__name__: f for f in (nt_xent, supervised_contrastive, triplet)}

    def make(loss, *sizes):
        n, d, classes = map(int, sizes)
        COUNT["classes"] = classes
        both = jax.jit(jax.value_and_grad(losses[loss]))
        x, y = jnp.asarray(embeddings(n, d)), jnp.asarray(labels(n, classes))
        jax.block_until_ready(both(x, y))
        return x, y, both

    def run(x, y, both):
        return jax.block_until_ready(both(x, y))

    def numbers(data, result):
        value, gradient = result
        return [float(value), float(np.square(np.asarray(gradient, np.float64)).sum())]

    serve(make, run, numbers)


def main(way):
    {"torch": torch_side, "jax": jax_side}[way]()
