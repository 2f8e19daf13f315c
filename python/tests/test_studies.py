"""`minimand.studies`: what is kept, what a run gives, and pages."""

from __future__ import annotations

import os
import signal
import threading

import pytest

import minimand as mm
from minimand import _progress, studies

QUICK = "giou"


def test_every_study_has_a_claim_and_a_kept_outcome():
    found = studies.list()
    assert len(found) >= 47
    assert len({study.id for study in found}) == len(found)
    for study in found:
        assert study.claim and study.reduced and study.control_is and study.objectives is not None
        assert study.outcome is not None and not study.stale, study.id
        assert study.outcome.claim == study.claim
        assert study.outcome.verdict in ("holds", "does_not_hold", "inconclusive")
        assert study.outcome.control.verdict != "holds", study.id
    assert repr(found).count("\n") == len(found) - 1
    assert found._repr_html_().count("<tr>") == len(found) + 1


def test_areas_are_parts_of_the_list():
    areas = {study.area for study in studies.list()}
    parts = [study.id for area in sorted(areas) for study in studies.list(area)]
    assert sorted(parts) == sorted(study.id for study in studies.list())
    with pytest.raises(mm.ParameterError, match="classification"):
        studies.list("astrology")


def test_numbers_are_there_seed_by_seed():
    [study] = [study for study in studies.list() if study.name == "squentropy"]
    outcome = study.outcome
    assert study.id == "003-squentropy" and set(outcome.numbers) == set(study.parts)
    lengths = {
        len(values) for methods in outcome.numbers.values() for one in methods.values() for values in one.values()
    }
    assert lengths == {len(next(iter(next(iter(next(iter(outcome.numbers.values())).values())).values())))}
    table = pytest.importorskip("pandas").DataFrame(outcome.table)
    row = table.iloc[0]
    values = outcome.numbers[row["part"]][row["method"]][row["measure"]]
    assert row["mean"] == pytest.approx(sum(values) / len(values)) and row["seeds"] == len(values)
    assert str(outcome).splitlines()[1].strip() in ("holds", "does not hold at this scale", "inconclusive")
    assert repr(outcome) == f"<Outcome of 003-squentropy: {str(outcome).splitlines()[1].strip()}>"


def test_a_run_gives_outcomes_and_keeps_them(tmp_path):
    options = {"smoke": True, "results": tmp_path / "results", "progress": False}
    [outcome] = studies.run(QUICK, **options)
    assert outcome.scale == "smoke" and outcome.seed == 0 and outcome.study.name == QUICK
    assert outcome.clauses and outcome.verdict in ("holds", "does_not_hold", "inconclusive")
    page = outcome.page
    assert "<svg" in page and outcome.study.title in page and "--smoke" in page
    assert 'srcdoc="' in outcome._repr_html_()

    # The same call reads what is there; a number is the same study; another seed is another run.
    [again] = studies.run(outcome.study.paper, **options)
    assert again.numbers == outcome.numbers
    [other] = studies.run(QUICK, seed=1, **(options | {"results": tmp_path / "other"}))
    assert other.numbers != outcome.numbers

    own = {study.id: study for study in studies.list(results=tmp_path / "results")}
    assert own[outcome.study.id].outcome.numbers == outcome.numbers
    index = studies.report(tmp_path / "pages", results=tmp_path / "results")
    assert index.name == "index.html" and outcome.study.id in index.read_text(encoding="utf-8")
    assert (tmp_path / "pages" / f"{outcome.study.id}.html").read_text(encoding="utf-8") == page


def test_an_interrupted_run_goes_on(tmp_path, monkeypatch):
    told: list[tuple[int, int, int]] = []
    sent: list[int] = []

    class Interrupt(_progress.Progress):
        def __call__(self, done, count, before, note):
            told.append((done, count, before))
            if done >= 1 and not sent:
                # From another thread, so that it meets the caller where it waits.
                sent.append(done)
                threading.Timer(0.0, os.kill, (os.getpid(), signal.SIGINT)).start()

    monkeypatch.setattr(studies, "Progress", Interrupt)
    with pytest.raises(KeyboardInterrupt) as caught:
        studies.run(QUICK, "diou-ciou", results=tmp_path, threads=1)
    assert "goes on" in caught.value.__notes__[0]
    done, count, _ = told[-1]
    assert sent[0] <= done < count

    class Look(_progress.Progress):
        def __call__(self, done, count, before, note):
            told.append((done, count, before))
            raise EOFError

    monkeypatch.setattr(studies, "Progress", Look)
    with pytest.raises(EOFError):
        studies.run(QUICK, "diou-ciou", results=tmp_path, threads=1)
    # A study that is finished is no work at all; what is left of it is what was kept, and there was work left.
    left = told[-1][1] - told[-1][2]
    assert 0 < left <= count - done


@pytest.mark.parametrize(
    ("names", "options", "words"),
    [
        (["squentropie"], {}, "did you mean `squentropy`"),
        ([], {}, "area="),
        (["squentropy"], {"area": "classification"}, "area="),
        ([], {"area": "astrology"}, "`area` must be one of"),
        (["squentropy"], {"smoke": True, "full": True}, "not both"),
        (["squentropy"], {"seed": -1}, "`seed`"),
        (["squentropy"], {"threads": 0}, "`threads`"),
    ],
)
def test_what_cannot_be_run_is_named(names, options, words, tmp_path):
    with pytest.raises(mm.ParameterError, match=words):
        studies.run(*names, results=tmp_path, progress=False, **options)
