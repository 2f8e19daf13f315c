"""Losses on arrays: a value, a value with its gradient, or both with the diagonal of the Hessian."""

from __future__ import annotations

from minimand._minimand import Objective


class Loss:
    """A training objective on arrays."""

    def __init__(self, expression: str | Objective | Loss) -> None:
        if isinstance(expression, Loss):
            self.objective = expression.objective
        elif isinstance(expression, Objective):
            self.objective = expression
        else:
            self.objective = Objective(expression)
