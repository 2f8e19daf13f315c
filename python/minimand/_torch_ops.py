"""The operations of composed objectives in PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import torch

Array: TypeAlias = torch.Tensor


class TorchOps:
    """See ``minimand._formula.Ops``."""

    exp: Callable[..., Any] = staticmethod(torch.exp)
    expm1: Callable[..., Any] = staticmethod(torch.expm1)
    log: Callable[..., Any] = staticmethod(torch.log)
    log1p: Callable[..., Any] = staticmethod(torch.log1p)
    sqrt: Callable[..., Any] = staticmethod(torch.sqrt)
    power: Callable[..., Any] = staticmethod(torch.pow)
    atan: Callable[..., Any] = staticmethod(torch.atan)
    sin: Callable[..., Any] = staticmethod(torch.sin)
    cos: Callable[..., Any] = staticmethod(torch.cos)
    where: Callable[..., Any] = staticmethod(torch.where)
    softmax: Callable[..., Any] = staticmethod(torch.softmax)
    stack: Callable[..., Any] = staticmethod(torch.stack)
    cumsum: Callable[..., Any] = staticmethod(torch.cumsum)

    def softplus(self, x: Array) -> Array:
        # Not `softplus`, which is x itself from 20 on, whatever the precision.
        return -torch.nn.functional.logsigmoid(-x)

    def detach(self, x: Array) -> Array:
        return x.detach()

    def sum(self, x: Array, axis: int | None = None, keep: bool = False) -> Array:
        return x.sum() if axis is None else x.sum(axis, keepdim=keep)

    def total(self, x: Array, axis: int | None = None) -> Array:
        dtype = x.dtype if x.device.type == "mps" else torch.float64
        return x.sum(dtype=dtype) if axis is None else x.sum(axis, keepdim=True, dtype=dtype)

    def amax(self, x: Array, axis: int) -> Array:
        return x.amax(axis, keepdim=True)

    def argmax(self, x: Array, axis: int) -> Array:
        return x.argmax(axis, keepdim=True)

    def take(self, x: Array, positions: Array, axis: int) -> Array:
        return torch.gather(x, axis, positions.expand(*positions.shape[:axis], -1, *x.shape[axis + 1 :]))

    def descending(self, x: Array, axis: int) -> Array:
        return x.sort(axis, descending=True).values

    def count(self, n: int, like: Array) -> Array:
        return torch.arange(n, device=like.device)

    def numbers(self, x: Any, like: Array) -> Array:
        return torch.as_tensor(x, dtype=like.dtype, device=like.device)

    def number(self, x: float, like: Array) -> Array:
        return torch.full((), x, dtype=like.dtype, device=like.device)

    def largest(self, like: Array) -> float:
        return torch.finfo(like.dtype).max

    def epsilon(self, like: Array) -> float:
        return torch.finfo(like.dtype).eps

    def kind(self, x: Array) -> str:
        if x.dtype == torch.bool:
            return "b"
        if x.dtype.is_complex:
            return "c"
        return "f" if x.dtype.is_floating_point else "i"


OPS = TorchOps()
