"""Training objectives: every loss with its exact gradient, at the speed of Rust.

    import minimand as mm

    loss = mm.loss("focal(gamma=2) + 0.5*squentropy")
    value, gradient = loss.value_and_grad(logits, labels)
    value = mm.losses.dice(scores, masks, smooth=1)

``minimand.losses`` has a function and a class for every loss, :func:`catalog` what is known about each, and
``minimand.linear`` losses of the last layer of a model.
``minimand.torch`` and ``minimand.jax`` are for tensors and arrays of those libraries, ``minimand.boosting`` for gradient
boosting, ``minimand.sklearn`` for scikit-learn. They are loaded when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ._compare import compare
from ._comparison import Comparison
from ._loss import Loss, loss
from ._minimand import (
    DTypeError,
    Error,
    ExpressionError,
    LabelError,
    NotConvergedError,
    Objective,
    ParameterError,
    RangeError,
    ShapeError,
    UnknownLossError,
    UnknownParameterError,
    UnsupportedError,
    __version__,
    catalog,
)

if TYPE_CHECKING:
    from . import boosting, jax, linear, losses, sklearn, studies, torch

__all__ = [
    "Comparison",
    "DTypeError",
    "Error",
    "ExpressionError",
    "LabelError",
    "Loss",
    "NotConvergedError",
    "Objective",
    "ParameterError",
    "RangeError",
    "ShapeError",
    "UnknownLossError",
    "UnknownParameterError",
    "UnsupportedError",
    "__version__",
    "boosting",
    "catalog",
    "compare",
    "jax",
    "linear",
    "loss",
    "losses",
    "sklearn",
    "studies",
    "torch",
]

_LOADED_WHEN_USED = frozenset({"boosting", "jax", "linear", "losses", "sklearn", "studies", "torch"})


def __getattr__(name: str) -> Any:
    if name in _LOADED_WHEN_USED:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
