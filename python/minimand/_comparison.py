"""What a comparison found."""

from __future__ import annotations

import html
import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from . import _columns
from ._minimand import Error, Model, Outcome, ParameterError

__all__ = ["Comparison", "Standing", "Verdict", "records"]


@dataclass(frozen=True)
class Verdict:
    """The answer in words, no stronger than the numbers."""

    headline: str
    """One sentence to take away."""
    details: tuple[str, ...]
    """What else there is to know, sentence by sentence."""

    def __str__(self) -> str:
        return "\n".join((self.headline, *self.details))


@dataclass(frozen=True)
class Standing:
    """A candidate's place among the others, with one model."""

    objective: str
    """The expression."""
    model: str
    """What it trained, such as "mlp(64)"."""
    is_baseline: bool
    """Whether the others are tested against it."""
    measures: dict[str, float]
    """The mean of every measure over the folds; empty if a fold diverged."""
    mean: float | None
    """The mean of the measure that decides."""
    interval: tuple[float, float] | None
    """Its 95% interval."""
    difference: float | None
    """How it differs from the baseline of the same model in that measure, on average; None where the two could not be
    tested."""
    difference_interval: tuple[float, float] | None
    """The 95% interval of the difference."""
    p: float | None
    """The probability of a difference at least this large if there is none, adjusted by Holm's method."""
    diverged: int
    """Folds in which the numbers ran away."""
    folds: int
    """Folds in all."""


class Comparison:
    """The result of :func:`minimand.compare`: verdict, ranking, report and best model.

    In a notebook it shows itself as a table and plots.
    """

    folder: Path
    """The folder of the run: report, numbers, best model, and what is finished."""

    def __init__(self, outcome: Outcome, target_kind: str) -> None:
        self._outcome = outcome
        self._target_kind = target_kind
        self.folder = Path(outcome.folder)

    @cached_property
    def outcome(self) -> dict[str, Any]:
        """All numbers of all folds, as ``run.json`` has them."""
        found: dict[str, Any] = json.loads(self._outcome.json)
        return found

    @property
    def verdict(self) -> Verdict:
        """The answer in words."""
        verdict = self.outcome["verdict"]
        return Verdict(verdict["headline"], tuple(verdict["details"]))

    @property
    def metric(self) -> str:
        """The measure that decides."""
        return self._outcome.measures[0][0]

    @cached_property
    def standings(self) -> list[Standing]:
        """Every candidate with every model: the best model first, and within it the best candidate."""
        return [
            self._standing(_described(ranking["model"]), standing)
            for ranking in self.outcome["rankings"]
            for standing in ranking["standings"]
        ]

    @property
    def best(self) -> Standing | None:
        """The candidate and model with the best mean, which :meth:`predict` uses; None if all diverged.

        The best mean of many is flattered by chance: :attr:`verdict` says what is more than that.
        """
        better = self._outcome.measures[0][2]

        def badness(standing: Standing) -> float:
            mean = standing.mean if standing.mean is not None else np.nan
            return mean if better == "lower" else -mean if better == "higher" else abs(mean - float(better))

        return min((one for one in self.standings if one.mean is not None), key=badness, default=None)

    @property
    def table(self) -> Any:
        """The ranking, a row for each model and candidate: a data frame if pandas is installed, else a list of dicts.

        Columns: ``model``, ``objective``, ``is_baseline``; the mean of the measure that decides, under its name, with
        the ends of its 95% interval (``_low``, ``_high``); ``difference`` from the baseline with its interval, and its
        ``p`` by Holm's method; the means of the other measures; ``diverged`` folds of ``folds``.
        """
        metric = self.metric
        rows = []
        for one in self.standings:
            low, high = one.interval or (None, None)
            difference_low, difference_high = one.difference_interval or (None, None)
            row: dict[str, Any] = {"model": one.model, "objective": one.objective, "is_baseline": one.is_baseline}
            row |= {metric: one.mean, f"{metric}_low": low, f"{metric}_high": high, "difference": one.difference}
            row |= {"difference_low": difference_low, "difference_high": difference_high, "p": one.p}
            row |= {name: one.measures.get(name) for name, _, _ in self._outcome.measures[1:]}
            rows.append(row | {"diverged": one.diverged, "folds": one.folds})
        return records(rows)

    def save_report(self, path: str | os.PathLike[str]) -> Path:
        """Writes the report, one page that loads nothing from elsewhere, and gives its path."""
        path = Path(path)
        path.write_text(self._outcome.page, encoding="utf-8")
        return path

    def predict(self, X: Any) -> Any:
        """The predictions of the best model, which was trained once more on all rows.

        ``X`` has the columns of the training by their names (others are ignored, values may be missing), as a table
        of any kind that :func:`minimand.compare` takes, or is a path. The result is a data frame of the library of
        X (else of pandas, or a dict of arrays without it) with a column of predictions under the name of the target,
        and the probability of each class or label (``p_<class>``), or the ends of an interval that holds about 90% of
        targets (``<target>_lower``, ``<target>_upper``).

        Of images: ``X`` is the path of one, and the result an array of labels, ``[rows, columns]`` or
        ``[slices, rows, columns]``.

        Errors: :class:`minimand.ParameterError` for a column that is missing or of another kind, and
        :class:`minimand.Error` if every candidate diverged, so that there is no model.
        """
        model = self._model
        is_path = isinstance(X, (str, os.PathLike))
        if model.is_of_images:
            if not is_path:
                raise ParameterError("`X` must be the path of an image")
            labels, shape = model.segment(os.fspath(X))
            return labels.reshape(shape)
        columns = model.predict_file(os.fspath(X)) if is_path else model.predict(_columns.read(X, "x"))
        return _columns.frame([self._restored(column) for column in columns], X)

    @cached_property
    def _model(self) -> Model:
        if self.best is None:
            raise Error("every candidate diverged, so there is no model to predict with")
        return Model(os.fspath(self.folder))

    def _restored(self, column: _columns.Column) -> _columns.Column:
        """A column of classes as the values that they were."""
        name, kind, values, names = column
        if kind != "category" or self._target_kind not in ("number", "boolean"):
            return column
        if self._target_kind == "boolean":
            true = np.array([text == "true" for text in names], dtype=np.int64)
            return name, "boolean", true[values], []
        numbers = np.array([float(text) for text in names])
        whole = numbers.astype(np.int64)
        return name, "number", (whole if np.array_equal(whole, numbers) else numbers)[values], []

    def _standing(self, model: str, found: dict[str, Any]) -> Standing:
        estimate = found["measures"].get(self.metric)
        test = found["against_baseline"]
        return Standing(
            objective=found["expression"],
            model=model,
            is_baseline=found["is_baseline"],
            measures={name: measure["mean"] for name, measure in found["measures"].items()},
            mean=estimate and estimate["mean"],
            interval=_interval(estimate),
            difference=test and test["mean"],
            difference_interval=_interval(test),
            p=test and test["p_adjusted"],
            diverged=found["diverged"],
            folds=found["folds"],
        )

    def __str__(self) -> str:
        return self._outcome.text.rstrip("\n")

    def __repr__(self) -> str:
        return f"<Comparison in {os.fspath(self.folder)!r}: {self.verdict.headline}>"

    def _repr_html_(self) -> str:
        # The page has a style of its own, which must not be that of the notebook.
        page = html.escape(self._outcome.page, quote=True)
        return (
            f"<p><strong>{html.escape(self.verdict.headline)}</strong></p>\n{self._html_table()}\n"
            f'<iframe title="report" srcdoc="{page}" style="width:100%;height:40rem;border:1px solid #8884"></iframe>'
        )

    def _html_table(self) -> str:
        measures = self._outcome.measures[:3]
        heads = ["model", "objective", *(label for _, label, _ in measures), "p"]
        lines = ["".join(f"<th>{html.escape(head)}</th>" for head in heads)]
        for one in self.standings:
            cells = [one.model, one.objective]
            cells += [f"{one.measures[name]:.4g}" if name in one.measures else "–" for name, _, _ in measures]
            cells.append(_significance(one))
            lines.append("".join(f"<td>{html.escape(cell)}</td>" for cell in cells))
        return "<table>\n" + "\n".join(f"<tr>{line}</tr>" for line in lines) + "\n</table>"


def records(rows: list[dict[str, Any]]) -> Any:
    """Rows as a data frame if pandas is installed, else as they are."""
    try:
        import pandas
    except ImportError:
        return rows
    return pandas.DataFrame(rows)


def _interval(estimate: dict[str, Any] | None) -> tuple[float, float] | None:
    if estimate is None or estimate["half_width"] is None:
        return None
    return estimate["mean"] - estimate["half_width"], estimate["mean"] + estimate["half_width"]


def _significance(standing: Standing) -> str:
    if standing.diverged:
        return f"diverged {standing.diverged}/{standing.folds}"
    if standing.is_baseline:
        return "baseline"
    if standing.p is None:
        return "–"
    return "< 0.001" if standing.p < 0.001 else f"{standing.p:.3f}"


def _described(model: Any) -> str:
    """The name of a model of the outcome, as options write it."""
    if isinstance(model, str):
        return model
    if "mlp" in model:
        return f"mlp({','.join(map(str, model['mlp']))})"
    return f"unet({model['unet']['width']},{model['unet']['depth']})"
