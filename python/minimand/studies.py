"""Papers as small, honest experiments, each with a verdict.

    import minimand as mm

    mm.studies.list()                               # what has been tried, and what came of it
    [outcome] = mm.studies.run("squentropy")        # try a claim yourself
    print(outcome.verdict, outcome.numbers)

A study takes the claim of a paper to a size that runs in about a minute: seeded data, small models, a rule fixed before
the run, and a negative control for which the rule must say no.
"""

from __future__ import annotations

import builtins
import html
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from ._comparison import records
from ._minimand import Error, ParameterError, run_studies, study_page, study_report
from ._minimand import studies as _studies
from ._progress import Progress

__all__ = ["Clause", "Judged", "Outcome", "Study", "list", "report", "run"]

Verdict = Literal["holds", "does_not_hold", "inconclusive"]
Numbers = dict[str, dict[str, dict[str, builtins.list[float]]]]

_SAYS = {"holds": "holds", "does_not_hold": "does not hold at this scale", "inconclusive": "inconclusive"}


@dataclass(frozen=True)
class Clause:
    """One condition of a rule, with the numbers it was judged by."""

    text: str
    """What must hold, and what was measured."""
    verdict: Verdict
    """Whether it does."""


@dataclass(frozen=True, repr=False)
class Judged:
    """Numbers, and what the rule says of them."""

    verdict: Verdict
    """The verdict of all clauses."""
    clauses: tuple[Clause, ...]
    """The rule, clause by clause."""
    numbers: Numbers
    """By part, method and measure: a number for each seed."""

    def __repr__(self) -> str:
        return f"<Judged: {_SAYS[self.verdict]}>"


@dataclass(frozen=True, repr=False)
class Outcome:
    """What a run of a study came to."""

    study: Study
    """What was studied."""
    verdict: Verdict
    """What the rule says of the claim."""
    clauses: tuple[Clause, ...]
    """The rule, clause by clause."""
    numbers: Numbers
    """By part, method and measure: a number for each seed."""
    control: Judged
    """The negative control, judged by the same rule."""
    scale: Literal["smoke", "normal", "full"]
    """How large it was; the numbers of a smoke run mean nothing."""
    seed: int
    """From which all random numbers derive."""
    seconds: int
    """Processor time."""
    version: str
    """The version of minimand that ran it."""

    @property
    def claim(self) -> str:
        """What the paper claims."""
        return self.study.claim

    @property
    def table(self) -> Any:
        """A row for each part, method and measure, with its mean over the seeds: a data frame if pandas is installed,
        else a list of dicts."""
        rows = [
            {"part": part, "method": method, "measure": measure, "mean": sum(values) / len(values), "seeds": len(values)}
            for part, methods in self.numbers.items()
            for method, measures in methods.items()
            for measure, values in measures.items()
        ]
        return records(rows)

    @property
    def page(self) -> str:
        """The page of the study as HTML: claim, rule, figures, numbers."""
        return study_page(self.study.id, self.study._json)

    def __str__(self) -> str:
        marks = {"holds": "+", "does_not_hold": "-", "inconclusive": "?"}
        lines = [self.study.citation, f"  {_SAYS[self.verdict]}"]
        lines += [f"  {marks[clause.verdict]} {clause.text}" for clause in self.clauses]
        if self.control.verdict == "holds":
            lines.append("  ! the rule also holds for the negative control: it proves nothing")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Outcome of {self.study.id}: {_SAYS[self.verdict]}>"

    def _repr_html_(self) -> str:
        return _framed(self.page)


@dataclass(frozen=True, repr=False)
class Study:
    """A paper as an experiment."""

    id: str
    """Number and name, such as "003-squentropy"."""
    paper: int
    """The number of the paper."""
    name: str
    """A short name."""
    title: str
    """The title of the paper."""
    citation: str
    """The paper: authors, title, where and when."""
    area: str
    """Such as "classification"."""
    claim: str
    """What the paper claims."""
    reduced: str
    """What is smaller or simpler here than in the paper."""
    setting: str
    """Data, models and training."""
    control_is: str
    """What the negative control is."""
    objectives: tuple[str, ...]
    """The objectives, as expressions."""
    parts: dict[str, str]
    """The parts of the experiment, each with a line about it."""
    stale: bool
    """Whether the study has changed since its outcome was kept, or has none."""
    _json: str | None

    @property
    def outcome(self) -> Outcome | None:
        """What is known to have come of it, if anything."""
        return None if self._json is None else _outcome(self)

    def __repr__(self) -> str:
        return f"<Study {self.id}: {_said(self)}>"

    def _repr_html_(self) -> str:
        return _framed(study_page(self.id, self._json))


class _Studies(builtins.list[Study]):
    """Studies, which show themselves as a table."""

    def __repr__(self) -> str:
        width = max((len(study.id) for study in self), default=0)
        return "\n".join(f"{study.id:<{width}}  {_said(study):<28}{study.title}" for study in self)

    def _repr_html_(self) -> str:
        heads = "".join(f"<th>{head}</th>" for head in ("study", "area", "verdict", "claim"))
        rows = (
            "".join(f"<td>{html.escape(text)}</td>" for text in (study.id, study.area, _said(study), study.claim))
            for study in self
        )
        return f"<table>\n<tr>{heads}</tr>\n" + "\n".join(f"<tr>{row}</tr>" for row in rows) + "\n</table>"


def list(area: str | None = None, *, results: str | os.PathLike[str] | None = None) -> Sequence[Study]:
    """The studies, area by area, with their outcomes.

    area
        Only those of this area.
    results
        A folder with outcomes of your own; those that it lacks are the ones kept with the package.

    Errors: :class:`minimand.ParameterError` for an area that has none.
    """
    return _Studies(_study(found) for found in _studies(area, results))


def run(
    *names: str | int,
    area: str | None = None,
    smoke: bool = False,
    full: bool = False,
    seed: int = 0,
    data: str | os.PathLike[str] | None = None,
    results: str | os.PathLike[str] = "minimand-studies",
    fresh: bool = False,
    threads: int | None = None,
    progress: bool = True,
) -> builtins.list[Outcome]:
    """Runs studies, and gives their outcomes in the same order.

    Finished trials are on disk at once: after Ctrl-C or a kill the same call goes on where it was. Equal seeds give
    equal results on any number of threads.

    names
        Studies, by name or number: ``"squentropy"``, ``3``.
    area
        In place of names: every study of this area.
    smoke
        As small as can be, only to see that it runs.
    full
        Three times as many seeds, and larger where a study says so.
    seed
        From which all random numbers derive.
    data
        Images of your own in place of the handwritten digits: a folder with MNIST's or CIFAR-10's files, or a table
        whose class is in a column ``target`` or ``label``.
    results
        The folder for outcomes and unfinished work.
    fresh
        Drop what an earlier run finished.
    threads
        Trials side by side; as many as there are processors if left out.
    progress
        Show how far it is.

    Errors: :class:`minimand.ParameterError` for unknown studies and data that cannot be used; :class:`minimand.Error`
    if a study fails, once the others are finished.
    """
    if bool(names) == (area is not None):
        raise ParameterError("name the studies to run, or give area=; minimand.studies.list() lists them")
    if smoke and full:
        raise ParameterError("a run is smoke or full, not both")
    options = {"area": area, "smoke": smoke, "full": full, "seed": seed, "data": data, "results": results}
    options |= {"fresh": fresh, "threads": threads}
    with Progress("trials", shown=progress) as show:
        try:
            ran = run_studies([str(name) for name in names], options, show)
        except KeyboardInterrupt as error:
            error.add_note("what is finished is kept: the same call goes on from here")
            raise
    failures = [f"{found['id']}: {failure}" for found, _, failure in ran if failure is not None]
    if failures:
        raise Error("; ".join(failures))
    return [_outcome(_study(found | {"stale": False, "outcome": outcome})) for found, outcome, _ in ran]


def report(
    folder: str | os.PathLike[str] = "minimand-studies/report", *, results: str | os.PathLike[str] | None = None
) -> Path:
    """Writes the outcomes as pages: an index, whose path is given, and a page for each study.

    results
        A folder with outcomes of your own; those that it lacks are the ones kept with the package.
    """
    return Path(study_report(folder, results))


def _study(found: dict[str, Any]) -> Study:
    return Study(
        id=found["id"],
        paper=found["paper"],
        name=found["name"],
        title=found["title"],
        citation=found["citation"],
        area=found["area"],
        claim=found["claim"],
        reduced=found["reduced"],
        setting=found["setting"],
        control_is=found["control"],
        objectives=tuple(found["objectives"]),
        parts=dict(found["parts"]),
        stale=found["stale"],
        _json=found["outcome"],
    )


def _outcome(study: Study) -> Outcome:
    found = json.loads(study._json or "{}")
    experiment, control = _judged(found), _judged(found["control"])
    return Outcome(
        study=study,
        verdict=experiment.verdict,
        clauses=experiment.clauses,
        numbers=experiment.numbers,
        control=control,
        scale=found["scale"],
        seed=found["seed"],
        seconds=found["seconds"],
        version=found["version"],
    )


def _judged(found: dict[str, Any]) -> Judged:
    parts = found["results"]["parts"]
    return Judged(
        verdict=cast(Verdict, found["verdict"]),
        clauses=tuple(Clause(clause["text"], clause["verdict"]) for clause in found["clauses"]),
        numbers={part: measured["numbers"] for part, measured in parts.items()},
    )


def _said(study: Study) -> str:
    if study.outcome is None:
        return "not run"
    return _SAYS[study.outcome.verdict] + (" (stale)" if study.stale else "")


def _framed(page: str) -> str:
    # The page has a style of its own, which must not be that of the notebook.
    escaped = html.escape(page, quote=True)
    return f'<iframe title="study" srcdoc="{escaped}" style="width:100%;height:40rem;border:1px solid #8884"></iframe>'
