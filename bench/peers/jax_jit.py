"""JAX: `jit` of `value_and_grad`. Of several usual ways to write a loss, the one that ran fastest.

`logsumexp(z) - z_y` compiles to much faster code than `log_softmax(z)[y]` or a product with a
one-hot matrix (up to 8 times on wide rows), `where` to faster code than optax's sum of clipped
parts for the Huber loss, and `log1p(exp(-|x|))` to faster code than two calls of `log_sigmoid`.
"""

import jax
import jax.numpy as jnp
import numpy as np


def label_column(values, labels):
    return jnp.take_along_axis(values, labels[:, None], axis=1)[:, 0]


def log_p(logits, labels):
    return label_column(logits, labels) - jax.nn.logsumexp(logits, axis=1)


def cross_entropy(logits, labels):
    return -log_p(logits, labels).mean()


def cross_entropy_soft(logits, target):
    return (jax.nn.logsumexp(logits, axis=1) - (target * logits).sum(axis=1)).mean()


def focal(logits, labels):
    own = log_p(logits, labels)
    return -((1 - jnp.exp(own)) ** 2 * own).mean()


def focal_soft(logits, target):
    each = logits - jax.nn.logsumexp(logits, axis=1, keepdims=True)
    return -(target * (1 - jnp.exp(each)) ** 2 * each).sum(axis=1).mean()


def squentropy(logits, labels):
    squares = (logits**2).sum(axis=1) - label_column(logits, labels) ** 2
    return (squares / (logits.shape[1] - 1) - log_p(logits, labels)).mean()


def binary_cross_entropy(logits, target):
    return (jnp.maximum(logits, 0) - logits * target + jnp.log1p(jnp.exp(-jnp.abs(logits)))).mean()


def huber(prediction, target):
    size = jnp.abs(prediction - target)
    return jnp.where(size < 1, 0.5 * size**2, size - 0.5).mean()


LOSSES = {
    ("cross_entropy", "labels"): cross_entropy,
    ("cross_entropy", "soft"): cross_entropy_soft,
    ("focal", "labels"): focal,
    ("focal", "soft"): focal_soft,
    ("squentropy", "labels"): squentropy,
    ("binary_cross_entropy", "dense"): binary_cross_entropy,
    ("huber", "dense"): huber,
}


class Peer:
    def prepare(self, case, prediction, target):
        self.function = jax.jit(jax.value_and_grad(LOSSES[case.key]))
        self.prediction = jnp.asarray(prediction)
        self.target = jnp.asarray(target.astype("int32") if case.target == "labels" else target)
        self.kept = None

    def run(self):
        self.kept = jax.block_until_ready(self.function(self.prediction, self.target))

    def result(self):
        self.run()
        value, gradient = self.kept
        return float(value), np.asarray(gradient)

    def clear(self):
        self.kept = None
