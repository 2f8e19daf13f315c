"""The operations of composed objectives in JAX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

Array: TypeAlias = Any


class JaxOps:
    """See ``minimand._formula.Ops``."""

    exp: Callable[..., Any] = staticmethod(jnp.exp)
    expm1: Callable[..., Any] = staticmethod(jnp.expm1)
    log: Callable[..., Any] = staticmethod(jnp.log)
    log1p: Callable[..., Any] = staticmethod(jnp.log1p)
    sqrt: Callable[..., Any] = staticmethod(jnp.sqrt)
    power: Callable[..., Any] = staticmethod(jnp.power)
    atan: Callable[..., Any] = staticmethod(jnp.arctan)
    sin: Callable[..., Any] = staticmethod(jnp.sin)
    cos: Callable[..., Any] = staticmethod(jnp.cos)
    where: Callable[..., Any] = staticmethod(jnp.where)
    softplus: Callable[..., Any] = staticmethod(jax.nn.softplus)
    detach: Callable[..., Any] = staticmethod(jax.lax.stop_gradient)

    def softmax(self, x: Array, axis: int) -> Array:
        return jax.nn.softmax(x, axis)

    def sum(self, x: Array, axis: int | None = None, keep: bool = False) -> Array:
        return jnp.sum(x, axis=axis, keepdims=keep)

    def total(self, x: Array, axis: int | None = None) -> Array:
        # Single precision, unless JAX has been told to have double precision.
        dtype = jax.dtypes.canonicalize_dtype(np.float64)
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
        return float(np.finfo(like.dtype).max)

    def epsilon(self, like: Array) -> float:
        return float(np.finfo(like.dtype).eps)

    def kind(self, x: Array) -> str:
        if jnp.issubdtype(x.dtype, jnp.bool_):
            return "b"
        if jnp.issubdtype(x.dtype, jnp.integer):
            return "i"
        return "f" if jnp.issubdtype(x.dtype, jnp.floating) else "c"


OPS = JaxOps()
