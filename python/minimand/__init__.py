"""Training objectives: every loss with its exact gradient."""

from __future__ import annotations

from minimand._minimand import (
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
