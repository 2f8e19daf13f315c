"""The generated functions and classes: fresh, typed, documented, and giving the values that the catalogue knows."""

from __future__ import annotations

import inspect
import textwrap
import typing
from pathlib import Path

import numpy as np
import pytest

import minimand as mm
from minimand import _generate

ENTRIES = {entry["name"]: entry for entry in mm.catalog()}


def test_file_is_what_the_catalogue_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _generate.main(["--check"]) == 0
    path = tmp_path / "losses.py"
    assert _generate.main(["--check"], path) == 1
    assert _generate.main([], path) == 0
    assert _generate.main(["--check"], path) == 0
    path.write_text(path.read_text() + "\n")
    assert _generate.main(["--check"], path) == 1
    assert "not what the catalogue says" in capsys.readouterr().err


def test_all_lists_every_loss() -> None:
    names = {name for entry in ENTRIES.values() for name in (entry["name"], _generate.class_name(entry))}
    assert set(mm.losses.__all__) == names
    assert len(names) == 2 * len(ENTRIES) >= 400


@pytest.mark.parametrize("name", ENTRIES)
def test_signatures_have_the_defaults_of_the_catalogue(name: str) -> None:
    entry = ENTRIES[name]
    function = getattr(mm.losses, name)
    class_ = getattr(mm.losses, _generate.class_name(entry))
    for signature in (inspect.signature(function), inspect.signature(class_)):
        for parameter in entry["parameters"]:
            shown = signature.parameters[_generate.python_name(parameter["name"])]
            default = list(shown.default) if isinstance(shown.default, tuple) else shown.default
            assert default == parameter["default"] and type(default) is type(parameter["default"])
            assert shown.kind is inspect.Parameter.KEYWORD_ONLY
    options = list(inspect.signature(function).parameters)[-len(_generate.OPTIONS) :]
    assert options == _generate.PASSED[2:]
    # The defaults build the loss that its name alone is.
    assert class_() == mm.loss(name)


@pytest.mark.parametrize("name", ENTRIES)
def test_docstrings_and_types(name: str) -> None:
    entry = ENTRIES[name]
    function = getattr(mm.losses, name)
    shown = " ".join(inspect.getdoc(function).split())
    assert shown.startswith(entry["summary"])
    for parameter in entry["parameters"]:
        assert f"{_generate.python_name(parameter['name'])} : {parameter['expected']}" in shown
        assert " ".join(parameter["documentation"].split()) in shown
    hints = typing.get_type_hints(function)
    assert set(hints) == {*inspect.signature(function).parameters, "return"}
    assert [typing.get_type_hints(overload)["return"] for overload in typing.get_overloads(function)][0] is float
    assert max(len(line) for line in inspect.getsource(function).splitlines()) <= 120


def known_arrays(entry: dict, prediction: list[float], target: list[float]) -> list[tuple[np.ndarray, np.ndarray]]:
    """The arrays that a known answer may mean, the likeliest first."""
    x, t = np.array(prediction), np.array(target)
    n, size = len(x), len(t)
    labels = t.astype(np.int64)
    match entry["shape"], entry["layout"]:
        case "rows", _:
            return [(x.reshape(1, n), labels[:1])]
        case "points", _:
            return [(x, t)]
        case "regions", _:
            return [(x.reshape(1, 1, n), t.reshape(1, 1, n))]
        case "boxes", _:
            return [(x.reshape(1, 4), t.reshape(1, 4))]
        case "pairs", _ if size == n:
            return [(x.reshape(n // 2, 2), t.reshape(n // 2, 2))]
        case "pairs", _:
            return [(x.reshape(size, n // size), labels)]
        case "groups", "lists" | "outlines":
            return [(x.reshape(1, n), t.reshape(1, n))]
        case "groups", "forecasts":
            return [(x.reshape(1, n), t)]
        case "groups", "ensembles":
            return [(x.reshape(1, n // size, size), t.reshape(1, size))]
        case "groups", "sets" | "sequences":
            return [(x.reshape(1, size, n // size), labels.reshape(1, size))]
        case "groups", "marked" | "times":
            return [(x, t.reshape(n, 2))]
        case "groups", _:
            return [(x, t)]
        case "clouds", "points":
            return [(x.reshape(1, -1, 2), t.reshape(1, -1, 2))]
        case "clouds", "numbers":
            return [(x.reshape(1, n), t.reshape(1, size))]
        case "clouds", "covariances":
            side = int(n**0.5)
            return [(x.reshape(1, n // side, side), t.reshape(1, n // side, side))]
        case "clouds", _:
            side = int(size**0.5)
            return [(x.reshape(1, side, n // side), t.reshape(1, side, side))]
    truth = t if size == n else x
    shapes = []
    for channels in (1, 2, 3):
        side = round((n / channels) ** 0.5)
        if side > 1 and channels * side * side == n:
            shapes.append((1, channels, side, side))
    return [(x.reshape(shape), truth.reshape(shape)) for shape in [*shapes, (1, 1, n)]]


@pytest.mark.parametrize("name", ENTRIES)
def test_known_answers(name: str) -> None:
    entry = ENTRIES[name]
    assert len(entry["known"]) >= 3
    for known in entry["known"]:
        loss = mm.loss(known["expression"])
        ((coefficient, named, arguments),) = loss.terms
        assert (coefficient, named) == (1.0, name)
        cases = known_arrays(entry, known["prediction"], known["target"])
        for prediction, target in cases:
            try:
                value = loss(prediction, target, reduction="sum")
            except (mm.ShapeError, mm.UnsupportedError):
                if prediction is cases[-1][0]:
                    raise
                continue
            break
        # Nine digits is what papers give.
        np.testing.assert_allclose(value, known["value"], rtol=2e-8, atol=2e-8, err_msg=known["source"])
        given = {_generate.python_name(key): argument for key, argument in arguments.items()}
        function = getattr(mm.losses, name)
        assert function(prediction, target, **given, reduction="sum") == value
        class_ = getattr(mm.losses, _generate.class_name(entry))
        assert class_(**given) == loss


CALLS = """
    from typing import Any, assert_type

    import numpy as np
    from numpy.typing import NDArray

    import minimand as mm

    z = np.zeros((2, 3), np.float32)
    y = np.zeros(2, np.int64)
    assert_type(mm.losses.focal(z, y, gamma=1, alpha=[0.2, 0.3, 0.5], weights=[1, 2]), float)
    assert_type(mm.losses.focal(z, y, reduction="none", mask=[True, False]), NDArray[np.float64])
    assert_type(mm.losses.total_variation(z), float)
    focal = mm.losses.Focal(gamma=1.0)
    assert_type(focal(z, y, class_weights="balanced"), float)
    assert_type(focal(z, y, reduction="none"), NDArray[np.float64])
    assert_type(focal.value_and_grad(z, y), tuple[float, NDArray[Any]])
    assert_type(mm.loss("focal").value_grad_hess(z, y), tuple[float, NDArray[Any], NDArray[np.float64]])
    assert_type(0.5 * focal + mm.loss("squentropy"), mm.Loss)
    assert_type(mm.catalog()[0]["facts"], list[str])
"""

SLIPS = """
    import minimand as mm

    mm.losses.focal([[0.0]], [0], gama=1.0)
    mm.losses.focal([[0.0]], [0], gamma="high")
    mm.losses.focal([[0.0]], [0], reduction="avg")
    mm.losses.dice([[0.0]], [0], per="pixel")
    mm.loss("focal")([[0.0]], [0], wieghts=[1.0])
    mm.losses.focal([[0.0]])
"""


def test_types_of_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    api = pytest.importorskip("mypy.api")
    calls, slips = tmp_path / "calls.py", tmp_path / "slips.py"
    calls.write_text(textwrap.dedent(CALLS))
    slips.write_text(textwrap.dedent(SLIPS))
    place = Path(mm.__file__).parent.parent
    if place.name != "site-packages":  # which mypy knows by itself
        monkeypatch.setenv("MYPYPATH", str(place))
    options = ["--strict", "--follow-imports=silent", f"--cache-dir={tmp_path / 'cache'}"]
    report, errors, status = api.run([*options, str(calls)])
    assert status == 0, report + errors
    report, errors, status = api.run([*options, str(slips)])
    wrong = {int(line.split(":")[1]) for line in report.splitlines() if "slips.py" in line and ": error:" in line}
    assert wrong == set(range(4, 10)), report + errors
