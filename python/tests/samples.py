"""Batches that the losses of the catalogue can take, for tests that go through all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from minimand import Objective, catalog

COMPOSED = ("rows", "points", "regions", "boxes")
"""The kernel shapes with formulas."""


class Sample(NamedTuple):
    """A batch, with weights, masks and class weights that it can be given."""

    prediction: Any
    target: Any
    weights: list[Any]
    masks: list[Any]
    class_weights: Any


def expressions(*shapes: str, variants: bool = True, formula: bool = False) -> list[tuple[str, str]]:
    """(shape, expression) of the losses of these shapes, with their variants; on request only those with a formula."""
    found = []
    for entry in catalog():
        if entry["shape"] in shapes:
            texts = [entry["name"], *(entry["variants"] if variants else [])]
            found.extend((entry["shape"], text) for text in texts if not formula or has_formula(text))
    return found


def has_formula(expression: str) -> bool:
    """Can every term be composed?"""
    return not any("reason" in term for term in json.loads(Objective(expression).graph(3)))


def boxes(rng: np.random.Generator, n: int) -> Any:
    low = rng.uniform(0, 4, size=(n, 2))
    return np.concatenate([low, low + rng.uniform(0.5, 4, size=(n, 2))], axis=1)


def _rows(rng: np.random.Generator) -> Iterator[Sample]:
    n, classes = 4, 3
    for soft in (False, True):
        for spatial in ((), (4,), (2, 3)):
            x = rng.normal(size=(n, classes, *spatial)) * 2
            if soft:
                t = np.moveaxis(rng.dirichlet(np.ones(classes), size=(n, *spatial)), -1, 1).copy()
            else:
                t = rng.integers(0, classes, size=(n, *spatial))
                t.flat[1] = -100
            yield Sample(
                x,
                t,
                [rng.uniform(size=(n, *spatial)), rng.uniform(size=n)],
                [rng.uniform(size=(n, *spatial)) < 0.7, np.array([True, False, True, True])],
                rng.uniform(size=classes),
            )


def _points(rng: np.random.Generator) -> Iterator[Sample]:
    x = rng.normal(size=(4, 5))
    t = rng.integers(0, 2, size=(4, 5))
    weights = [rng.uniform(size=(4, 5)), rng.uniform(size=4)]
    masks = [rng.uniform(size=(4, 5)) < 0.6, np.array([True, False, True, True])]
    yield Sample(x, t.astype(float), weights, masks, None)
    yield Sample(x, t, weights, masks, None)


def _regions(rng: np.random.Generator) -> Iterator[Sample]:
    n, spatial = 3, (4, 3)
    for soft in (False, True):
        for classes in (1, 3):
            if soft:
                t: Any = rng.uniform(size=(n, classes, *spatial))
            else:
                t = rng.integers(0, max(classes, 2), size=(n, *spatial))
                t[0, 0, 0] = -100
                # An item without the last class.
                t[1][t[1] == 2] = 0
            yield Sample(
                rng.normal(size=(n, classes, *spatial)),
                t,
                [rng.uniform(size=(n, *spatial)), rng.uniform(size=n)],
                [rng.uniform(size=(n, *spatial)) < 0.7, np.array([True, False, True])],
                rng.uniform(size=classes),
            )


def _boxes(rng: np.random.Generator) -> Iterator[Sample]:
    mask = np.array([True, False, True, True, True, False])
    yield Sample(boxes(rng, 6), boxes(rng, 6), [rng.uniform(size=6)], [mask], None)


def samples(shape: str, expression: str, rng: np.random.Generator) -> Iterator[Sample]:
    """Batches of moderate numbers; where a loss takes only some of them, in its range."""
    made = {"rows": _rows, "points": _points, "regions": _regions, "boxes": _boxes}[shape](rng)
    for sample in made:
        x = sample.prediction
        if 'activation="none"' in expression:
            x = 1.0 / (1.0 + np.exp(-x))
        yield sample._replace(prediction=x)


def extremes(shape: str, expression: str, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
    """Predictions from equal to 1e4 apart, with labels that they meet and miss."""
    made = {"rows": _extreme_rows, "points": _extreme_points, "regions": _extreme_regions, "boxes": _extreme_boxes}
    for x, t in made[shape](rng):
        if 'activation="none"' in expression:
            x = 1.0 / (1.0 + np.exp(-np.clip(x, -500, 500)))
        yield x, t


def _extreme_rows(rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
    far = np.array([[1e4, 0, -1e4], [0, 0, 1e4], [-1e4, -1e4, -1e4], [1e4, 1e4, 1e4]])
    sure = np.array([[30.0, 0, 0], [0, 30, 0], [0, 0, 30], [90, -90, 0]])
    for x in (np.zeros((4, 3)), far, far[:, ::-1].copy(), sure, rng.normal(size=(4, 3)) * 100):
        yield x, np.array([0, 1, 2, 0])
        yield x, np.array([2, -100, 0, 1])
        yield x, np.eye(3)[[0, 1, 2, 0]]


def _extreme_points(rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
    for size in (0.0, 1.0, 30.0, 100.0, 1e4):
        x = rng.normal(size=(4, 5)) * size
        yield x, rng.integers(0, 2, size=(4, 5)).astype(float)
        yield np.abs(x), np.zeros((4, 5))
        yield np.sign(x) * size, (x > 0).astype(float)


def _extreme_regions(rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
    for size in (0.0, 1.0, 30.0, 1e4):
        x = rng.normal(size=(2, 3, 4)) * size
        yield x, rng.integers(0, 3, size=(2, 4))
        yield x, np.zeros((2, 4), int)
        yield x, np.array([[-100] * 4, [1] * 4])
        yield x, np.argmax(x, axis=1)


def _extreme_boxes(rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
    one = np.array([[0, 0, 1, 1], [0, 0, 0, 0], [2, 2, 1, 1], [1e3, 1e3, 2e3, 2e3], [0, 0, 1e-3, 1e-3]], float)
    for shift in range(1, 5):
        yield one + rng.uniform(size=(5, 4)) * 1e-3, np.roll(one, shift, axis=0)
