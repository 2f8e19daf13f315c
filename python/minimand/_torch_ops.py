"""The operations of composed objectives in PyTorch."""

from __future__ import annotations

from typing import Any

import torch

Array = torch.Tensor


class TorchOps:
    """See ``minimand._formula.Ops``."""

    exp = staticmethod(torch.exp)
    expm1 = staticmethod(torch.expm1)
    log = staticmethod(torch.log)
    log1p = staticmethod(torch.log1p)
    sqrt = staticmethod(torch.sqrt)
    power = staticmethod(torch.pow)
    atan = staticmethod(torch.atan)
    sin = staticmethod(torch.sin)
    cos = staticmethod(torch.cos)
    where = staticmethod(torch.where)
    softmax = staticmethod(torch.softmax)
    stack = staticmethod(torch.stack)
    cumsum = staticmethod(torch.cumsum)

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
