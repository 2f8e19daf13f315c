"""The example notebooks run from top to bottom."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parent.parent / "examples").glob("*.ipynb"))


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path, tmp_path, monkeypatch):
    for needed in ("torch", "xgboost"):
        pytest.importorskip(needed)
    monkeypatch.chdir(tmp_path)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert notebook["nbformat"] == 4
    space: dict[str, object] = {"__name__": "__main__"}
    shown: list[object] = []
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        assert not cell["outputs"], "outputs are not kept"
        # As a notebook does: the value of a last expression is shown.
        tree = ast.parse("".join(cell["source"]), f"{path.name}, {cell['id']}")
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, path.name, "exec"), space)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), path.name, "eval"), space)
            shown.append(value)
            getattr(value, "_repr_html_", str)()
    assert space["history"][-1] < 0.7 * space["history"][0]
    assert space["accuracy"] > 0.7 and space["boosted"] > 0.8
    result = space["result"]
    assert any(value is result for value in shown) and result.best is not None
    assert list(space["predicted"]["kind"]) == ["a", "b"]
    assert (tmp_path / "report.html").stat().st_size > 10_000
