"""The compiled part of minimand."""

from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, Literal, TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

__version__: str

class Error(Exception):
    """What every error of minimand is."""

class UnknownLossError(Error, LookupError):
    """No loss has that name."""

class ExpressionError(Error, ValueError):
    """An expression that does not follow the grammar."""

class UnknownParameterError(Error, TypeError):
    """The loss has no parameter of that name."""

class ParameterError(Error, ValueError):
    """A parameter or an option outside its range or of the wrong type."""

class ShapeError(Error, ValueError):
    """An array whose shape does not fit."""

class DTypeError(Error, TypeError):
    """An array of a type that its argument cannot have."""

class LabelError(Error, ValueError):
    """A class label that is no class."""

class RangeError(Error, ValueError):
    """A number that the loss cannot take."""

class UnsupportedError(Error, NotImplementedError):
    """Something that this loss does not do."""

class NotConvergedError(Error, ArithmeticError):
    """An iteration that did not come to its end."""

class Parameter(TypedDict):
    """A parameter of a loss."""

    name: str
    kind: str
    expected: str
    default: bool | float | str | list[float] | None
    documentation: str

class Known(TypedDict):
    """A value worked out elsewhere: the sum over the items."""

    expression: str
    prediction: list[float]
    target: list[float]
    value: float
    source: str

class Entry(TypedDict):
    """What the catalogue knows about one loss, with its default parameters."""

    name: str
    aliases: list[str]
    area: str
    shape: str
    layout: str | None
    reads_target: bool
    summary: str
    documentation: str
    signature: str
    parameters: list[Parameter]
    facts: list[str]
    hessian: Literal["exact", "indefinite"]
    elicits: str | tuple[Literal["quantile"], float] | None
    papers: list[int]
    variants: list[str]
    known: list[Known]

def catalog() -> list[Entry]:
    """Everything that is known about every loss, area by area."""

class Objective:
    """A weighted sum of losses; immutable, and shared between threads freely."""

    def __init__(self, expression: str) -> None: ...
    @staticmethod
    def build(name: str, parameters: Mapping[str, object]) -> Objective:
        """The loss of that name with these parameters; the others have their defaults."""

    @property
    def expression(self) -> str:
        """The text that reads back as this objective."""

    @property
    def terms(self) -> list[tuple[float, str, dict[str, Any]]]:
        """The losses of the sum: coefficient, name, and every parameter."""

    def evaluate(
        self,
        prediction: ArrayLike,
        target: ArrayLike | None = None,
        *,
        weights: ArrayLike | None = None,
        class_weights: ArrayLike | None = None,
        mask: ArrayLike | None = None,
        spacing: ArrayLike | None = None,
        reduction: str = "mean",
        denominator: str | float = "weights",
        ignore_index: int = -100,
        empty: str = "zero",
        gradient: bool = False,
        out: NDArray[Any] | None = None,
    ) -> tuple[float, NDArray[np.float64] | None, int, NDArray[Any] | None]:
        """Value, losses of the items (with ``reduction="none"``), number of items that count, and gradient."""

    def hessian_diagonal(
        self,
        prediction: ArrayLike,
        target: ArrayLike | None = None,
        *,
        weights: ArrayLike | None = None,
        class_weights: ArrayLike | None = None,
        mask: ArrayLike | None = None,
        spacing: ArrayLike | None = None,
        reduction: str = "mean",
        denominator: str | float = "weights",
        ignore_index: int = -100,
        empty: str = "zero",
    ) -> NDArray[np.float64]:
        """The exact diagonal of the Hessian, in double precision and the prediction's shape."""

    def evaluate_both_sides(
        self,
        prediction: ArrayLike,
        target: ArrayLike,
        *,
        weights: ArrayLike | None = None,
        class_weights: ArrayLike | None = None,
        mask: ArrayLike | None = None,
        spacing: ArrayLike | None = None,
        reduction: str = "mean",
        denominator: str | float = "weights",
        ignore_index: int = -100,
        empty: str = "zero",
    ) -> tuple[float, NDArray[np.float64] | None, int, NDArray[Any], NDArray[Any]]:
        """Of pairs of embeddings: as ``evaluate``, with the gradients by the prediction and by the target."""

    def graph(self, classes: int, class_weights: list[float] | None = None) -> str:
        """The formulas of the terms as JSON, for predictions of this many classes."""

    def __add__(self, other: Objective) -> Objective: ...
    def __mul__(self, factor: float) -> Objective: ...
    def __rmul__(self, factor: float) -> Objective: ...
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...

def evaluate_layer(
    objective: Objective,
    states: ArrayLike,
    weight: ArrayLike,
    target: ArrayLike | None = None,
    bias: ArrayLike | None = None,
    *,
    weights: ArrayLike | None = None,
    class_weights: ArrayLike | None = None,
    mask: ArrayLike | None = None,
    reduction: str = "mean",
    denominator: str | float = "weights",
    ignore_index: int = -100,
    empty: str = "zero",
    settings: Mapping[str, Any],
) -> tuple[
    float, NDArray[np.float64] | None, int, NDArray[Any] | None, NDArray[Any] | None, NDArray[Any] | None
]:
    """The loss of a layer: as ``evaluate``, with the gradients by states, weight and bias."""

class DynamicSoftMargin:
    """A triplet loss whose margin follows the batches: the histogram of how hard triplets are, and its steps."""

    def __init__(self, bins: int = 10, momentum: float = 0.01, histogram: list[float] | None = None) -> None: ...
    @property
    def histogram(self) -> NDArray[np.float64]: ...
    def step(self, embeddings: ArrayLike, labels: ArrayLike) -> tuple[float, NDArray[Any]]:
        """Takes a batch into the histogram; gives the loss and its gradient."""

def manifold(
    embeddings: ArrayLike,
    proxies: ArrayLike,
    labels: ArrayLike,
    *,
    intrinsic: float = 1.0,
    context: float = 1.0,
    alpha: float = 0.8,
    margin: float = 5e-4,
) -> tuple[float, NDArray[Any], NDArray[Any]]:
    """The value of the manifold similarity loss, and its gradients by embeddings and by proxies."""

_Column = tuple[str, str, NDArray[Any], list[str]]

class Outcome:
    """What a comparison found, and where its files are."""

    @property
    def folder(self) -> Path: ...
    @property
    def json(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def page(self) -> str: ...
    @property
    def measures(self) -> list[tuple[str, str, str | float]]: ...

class Model:
    """A trained model of a run folder."""

    def __init__(self, folder: str) -> None: ...
    @property
    def is_of_images(self) -> bool: ...
    @property
    def summary(self) -> str: ...
    def predict(self, columns: list[_Column]) -> list[_Column]: ...
    def predict_file(self, path: str) -> list[_Column]: ...
    def segment(self, path: str) -> tuple[NDArray[np.uint32], list[int]]: ...

def compare(options: dict[str, Any], show: Callable[[int, int, int, str], None] | None) -> Outcome: ...
def studies(area: str | None, results: str | PathLike[str] | None) -> list[dict[str, Any]]: ...
def run_studies(
    names: list[str], options: dict[str, Any], show: Callable[[int, int, int, str], None] | None
) -> list[tuple[dict[str, Any], str | None, str | None]]: ...
def study_page(name: str, outcome: str | None) -> str: ...
def study_report(folder: str | PathLike[str], results: str | PathLike[str] | None) -> Path: ...
