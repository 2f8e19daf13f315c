"""A function for every loss of the catalogue, on the arrays of a library: its signature and documentation are the
catalogue's."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ._minimand import Objective, catalog


@lru_cache(maxsize=1)
def names() -> dict[str, dict[str, Any]]:
    """What is known about every loss, by its name and by its aliases."""
    entries: dict[str, dict[str, Any]] = {}
    for entry in catalog():
        for name in (entry["name"], *entry["aliases"]):
            entries[name] = dict(entry)
    return entries


@lru_cache(maxsize=256)
def expression_of(name: str, parameters: tuple[tuple[str, Any], ...]) -> str:
    """The expression of a loss with these parameters."""
    return Objective.build(name, dict(parameters)).expression


def function_of(
    name: str, evaluate: Callable[..., Any], expression_of: Callable[[str, tuple[tuple[str, Any], ...]], str]
) -> Callable[..., Any] | None:
    """The function of a loss, if there is one of that name.

    ``evaluate`` takes an expression, a prediction, a target, and keywords: the function takes them beside the loss's.
    """
    entry = names().get(name)
    if entry is None:
        return None
    signature = inspect.signature(evaluate)
    arrays = list(signature.parameters.values())[1:3]
    options = list(signature.parameters.values())[3:]
    known = frozenset(option.name for option in options)

    def function(prediction: Any, target: Any = None, **keywords: Any) -> Any:
        parameters = {key: value for key, value in keywords.items() if key not in known}
        given = {key: value for key, value in keywords.items() if key in known}
        plain = tuple((key, tuple(x) if isinstance(x, list) else x) for key, x in parameters.items())
        return evaluate(expression_of(name, plain), prediction, target, **given)

    own = [
        inspect.Parameter(parameter["name"], inspect.Parameter.KEYWORD_ONLY, default=parameter["default"])
        for parameter in entry["parameters"]
    ]
    vars(function).update(__signature__=signature.replace(parameters=[*arrays, *own, *options]))
    function.__name__ = function.__qualname__ = name
    function.__module__ = evaluate.__module__
    function.__doc__ = entry["documentation"]
    return function
