"""Writes ``minimand/losses.py``, a function and a class for every loss, from the catalogue.

    python -m minimand._generate            writes the file
    python -m minimand._generate --check    exits with 1 if it is not what would be written
"""

from __future__ import annotations

import argparse
import json
import keyword
import re
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ._minimand import catalog

if TYPE_CHECKING:
    from ._minimand import Entry, Parameter

PATH = Path(__file__).with_name("losses.py")
WIDTH = 120

HEADER = '''"""Every loss as a function and as a class.

``focal(logits, labels, gamma=3)`` is a value; ``Focal(gamma=3)`` is a :class:`minimand.Loss`, which gives gradients and
second derivatives too. Generated from the catalogue by ``python -m minimand._generate``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias, Unpack, overload

from numpy.typing import ArrayLike, NDArray

from ._loss import ClassWeights, Denominator, Empty, Items, Loss, Options, Reduction, Spacing, Weights
from ._loss import evaluate as _evaluate
from ._loss import objective as _objective

Numbers: TypeAlias = float | Sequence[float] | NDArray[Any]
WholeNumbers: TypeAlias = int | Sequence[int] | NDArray[Any]
'''

TAKEN = frozenset(re.findall(r"\w+", HEADER.split('"""')[-1]))
"""Names that no loss may have."""

KINDS = {
    "a number": "float",
    "none or a number": "float | None",
    "true or false": "bool",
    "a whole number": "int",
    "a number or a list of numbers, each": "Numbers",
    "none, a number or a list of numbers, each": "Numbers | None",
    "none, a whole number or a list of whole numbers, each": "WholeNumbers | None",
}

OPTIONS = (
    "weights: Weights = None",
    "sample_weight: Weights = None",
    "class_weights: ClassWeights = None",
    "mask: ArrayLike | None = None",
    "spacing: Spacing = None",
    'reduction: Reduction = "mean"',
    'denominator: Denominator = "weights"',
    "ignore_index: int = -100",
    'empty: Empty = "zero"',
)
PASSED = ["prediction", "target", *(option.split(":")[0] for option in OPTIONS)]


def source() -> str:
    """The text of ``losses.py``."""
    entries = catalog()
    names = sorted(name for entry in entries for name in (entry["name"], class_name(entry)))
    clashes = {name for name in names if name in TAKEN or names.count(name) > 1}
    if clashes:
        raise ValueError(f"names that mean two things: {sorted(clashes)}")
    listed = "".join(f"    {json.dumps(name)},\n" for name in names)
    parts = [HEADER, f"__all__ = [\n{listed}]\n"]
    parts += [part for entry in entries for part in (function(entry), class_(entry))]
    return "\n\n".join(part.rstrip("\n") + "\n" for part in parts)


def class_name(entry: Entry) -> str:
    """``smooth_l1`` as ``SmoothL1``."""
    return "".join(part.capitalize() for part in entry["name"].split("_"))


def python_name(name: str) -> str:
    """The name of a parameter; words of the language get an underscore."""
    return f"{name}_" if keyword.iskeyword(name) else name


def annotation(parameter: Parameter) -> str:
    """The type of a parameter."""
    kind = parameter["kind"]
    choices = re.findall(r'"[^"]*"', kind)
    return f"Literal[{', '.join(choices)}]" if choices else KINDS[kind]


def default(parameter: Parameter) -> str:
    """The default of a parameter as it is written."""
    value = parameter["default"]
    if isinstance(value, list):
        return f"({', '.join(map(repr, value))},)" if len(value) == 1 else f"({', '.join(map(repr, value))})"
    return json.dumps(value) if isinstance(value, str) else repr(value)


def function(entry: Entry) -> str:
    """The function of a loss, with its overloads."""
    name = entry["name"]
    target = "target: ArrayLike" if entry["reads_target"] else "target: ArrayLike | None = None"
    own = [f"{python_name(p['name'])}: {annotation(p)} = {default(p)}" for p in entry["parameters"]]
    arrays = ["prediction: ArrayLike", target, "*"]
    number = ['reduction: Literal["mean", "sum"] = "mean"', "**options: Unpack[Options]"]
    items = ['reduction: Literal["none"]', "**options: Unpack[Options]"]
    passed = "".join(f"        {', '.join(some)},\n" for some in (PASSED[:6], PASSED[6:]))
    call = "    return _evaluate(\n" + laid_out("        _objective(", built(entry), "),") + passed + "    )\n"
    return (
        laid_out(f"@overload\ndef {name}(", [*arrays, *own, *number], ") -> float: ...")
        + laid_out(f"@overload\ndef {name}(", [*arrays, *own, *items], ") -> Items: ...")
        + laid_out(f"def {name}(", [*arrays, *own, *OPTIONS], ") -> float | Items:")
        + docstring(documentation(entry))
        + call
    )


def class_(entry: Entry) -> str:
    """The class of a loss."""
    own = [f"{python_name(p['name'])}: {annotation(p)} = {default(p)}" for p in entry["parameters"]]
    arguments = ["self", "*", *own] if own else ["self"]
    text = f"{entry['summary']}\n\n:func:`{entry['name']}` with its parameters set once, and with derivatives."
    return (
        f"class {class_name(entry)}(Loss):\n"
        + docstring(text)
        + "\n    __slots__ = ()\n\n"
        + laid_out("    def __init__(", arguments, ") -> None:")
        + laid_out("        super().__init__(_objective(", built(entry), "))")
    )


def built(entry: Entry) -> list[str]:
    """What makes the objective of a loss: its name and its parameters."""
    given = [json.dumps(entry["name"])]
    for parameter in entry["parameters"]:
        name = parameter["name"]
        given.append(f'**{{"{name}": {name}_}}' if keyword.iskeyword(name) else f"{name}={name}")
    return given


def laid_out(opening: str, arguments: Iterable[str], closing: str) -> str:
    """A call or a definition on one line if there is room, else with a line for each argument."""
    arguments = list(arguments)
    indent = re.match(r" *", opening.rsplit("\n", 1)[-1])
    margin = indent.group() if indent else ""
    line = f"{opening}{', '.join(arguments)}{closing}\n"
    if len(line.rstrip("\n").rsplit("\n", 1)[-1]) <= WIDTH:
        return line
    together = f"{margin}    {', '.join(arguments)}"
    if len(together) <= WIDTH:
        return f"{opening}\n{together}\n{margin}{closing}\n"
    return f"{opening}\n" + "".join(f"{margin}    {argument},\n" for argument in arguments) + f"{margin}{closing}\n"


def documentation(entry: Entry) -> str:
    """What a loss is, what it takes and gives, and what is known about it."""
    text = entry["documentation"].replace("Objective::value_and_both_gradients", "Loss.value_and_both_grads")
    text = re.sub(r"`(\w+(?:::\w+)+)`", r"`\1` (of the Rust crate)", text)
    what = "Arrays of the shapes above" + ("." if entry["reads_target"] else "; there need be no target.")
    parts = [text, f"Parameters\n----------\nprediction, target\n    {what}"]
    for parameter in entry["parameters"]:
        about = textwrap.indent(parameter["documentation"], "    ")
        parts[-1] += f"\n{python_name(parameter['name'])} : {parameter['expected']}\n{about}"
    parts[-1] += f"\n{', '.join(PASSED[2:])}\n    How it is evaluated: see :class:`minimand.Loss`."
    parts.append('Returns\n-------\nA number; with ``reduction="none"`` an array with the loss of each item.')
    parts.append(
        "Raises\n------\nminimand.ParameterError\n    A parameter or an option out of its range.\n"
        "minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError\n"
        "    An array of another shape or type, a label that is no class, a number that the loss cannot take."
    )
    notes = []
    if entry["aliases"]:
        notes.append(f"In expressions also {', '.join(f'`{alias}`' for alias in entry['aliases'])}.")
    if entry["facts"]:
        notes.append(f"With its defaults: {', '.join(entry['facts'])}.")
    if notes:
        parts.append("Notes\n-----\n" + "\n".join(notes))
    return "\n\n".join(parts)


def docstring(text: str) -> str:
    """A docstring at the first indentation, its long paragraphs wrapped anew."""
    room = WIDTH - 4
    paragraphs = []
    for paragraph in text.split("\n\n"):
        lines = paragraph.split("\n")
        is_prose = not any(line.startswith(" ") or set(line) == {"-"} for line in lines)
        if is_prose and any(len(line) > room for line in lines):
            paragraph = textwrap.fill(" ".join(lines), room, break_long_words=False, break_on_hyphens=False)
        elif any(len(line) > room for line in lines):
            wrap = textwrap.TextWrapper(room, break_long_words=False, break_on_hyphens=False)
            for i, line in enumerate(lines):
                margin = line[: len(line) - len(line.lstrip())]
                wrap.initial_indent, wrap.subsequent_indent = margin, margin or "    "
                lines[i] = wrap.fill(line.strip()) if len(line) > room else line
            paragraph = "\n".join(lines)
        paragraphs.append(paragraph)
    body = "\n\n".join(paragraphs)
    opening = 'r"""' if "\\" in body else '"""'
    single = f'    {opening}{body}"""\n'
    if "\n" not in body and len(single) <= WIDTH:
        return single
    return textwrap.indent(f'{opening}{body}\n"""\n', "    ", lambda line: bool(line.strip()))


def main(arguments: list[str] | None = None, path: Path = PATH) -> int:
    """The command; gives its exit status."""
    parser = argparse.ArgumentParser(prog="python -m minimand._generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if the file is stale")
    options = parser.parse_args(arguments)
    text = source()
    if not options.check:
        path.write_text(text, encoding="utf-8")
        return 0
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return 0
    print(f"{path.name} is not what the catalogue says; run `python -m minimand._generate`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
