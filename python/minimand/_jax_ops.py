"""The operations of composed objectives in JAX."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

Array = Any


class JaxOps:
    """See ``minimand._formula.Ops``."""

    exp = staticmethod(jnp.exp)
    expm1 = staticmethod(jnp.expm1)
    log = staticmethod(jnp.log)
    log1p = staticmethod(jnp.log1p)
    sqrt = staticmethod(jnp.sqrt)
    power = staticmethod(jnp.power)
    atan = staticmethod(jnp.arctan)
    sin = staticmethod(jnp.sin)
    cos = staticmethod(jnp.cos)
    where = staticmethod(jnp.where)
    softplus = staticmethod(jax.nn.softplus)
    detach = staticmethod(jax.lax.stop_gradient)

    def softmax(self, x: Array, axis: int) -> Array:
        return jax.nn.softmax(x, axis)

    def sum(self, x: Array, axis: int | None = None, keep: bool = False) -> Array:
        return jnp.sum(x, axis=axis, keepdims=keep)

    def total(self, x: Array, axis: int | None = None) -> Array:
        dtype = jnp.float64 if jax.config.jax_enable_x64 else x.dtype
        return jnp.sum(x, axis=axis, keepdims=axis is not None, dtype=dtype)

    def amax(self, x: Array, axis: int) -> Array:
        return jnp.max(x, axis=axis, keepdims=True)

    def argmax(self, x: Array, axis: int) -> Array:
        return jnp.argmax(x, axis=axis, keepdims=True)

    def take(self, x: Array, positions: Array, axis: int) -> Array:
        return jnp.take_along_axis(x, positions, axis)

    def descending(self, x: Array, axis: int) -> Array:
        return jnp.sort(x, axis=axis, descending=True)

    def cumsum(self, x: Array, axis: int) -> Array:
        return jnp.cumsum(x, axis=axis)

    def stack(self, arrays: Sequence[Array], axis: int) -> Array:
        return jnp.stack(arrays, axis)

    def count(self, n: int, like: Array) -> Array:
        return jnp.arange(n)

    def numbers(self, x: Any, like: Array) -> Array:
        return jnp.asarray(x, dtype=like.dtype)

    def number(self, x: float, like: Array) -> Array:
        return jnp.asarray(x, dtype=like.dtype)

    def largest(self, like: Array) -> float:
        return float(jnp.finfo(like.dtype).max)

    def epsilon(self, like: Array) -> float:
        return float(jnp.finfo(like.dtype).eps)

    def kind(self, x: Array) -> str:
        if jnp.issubdtype(x.dtype, jnp.bool_):
            return "b"
        if jnp.issubdtype(x.dtype, jnp.integer):
            return "i"
        return "f" if jnp.issubdtype(x.dtype, jnp.floating) else "c"


OPS = JaxOps()
