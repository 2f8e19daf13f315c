"""How far a run is: a bar of tqdm if that is installed, in terminals and notebooks, else a line on standard error."""

from __future__ import annotations

import importlib
import sys
import time
from types import TracebackType
from typing import Any

__all__ = ["Progress"]


class Progress:
    """Shows ``(done, all, before, note)`` while a run goes on; a context manager, which takes the line away."""

    def __init__(self, unit: str, *, shown: bool = True) -> None:
        self._unit = unit
        self._shown = shown
        self._bar: Any = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, done: int, count: int, before: int, note: str) -> None:
        """``before`` of the ``count`` pieces were done by an earlier run: they say nothing of the speed."""
        if not self._shown or count == 0:
            return
        if self._bar is None:
            self._bar = _bar(self._unit, count, before)
        self._bar.set_postfix_str(note, refresh=False)
        self._bar.n = done
        self._bar.refresh()


def _bar(unit: str, count: int, before: int) -> Any:
    try:
        tqdm = importlib.import_module("tqdm.auto").tqdm
    except ImportError:
        return _Line(unit, count, before)
    return tqdm(total=count, initial=before, unit=f" {unit}", dynamic_ncols=True)


class _Line:
    """What is used of tqdm's bar, on one line; nothing where that cannot be written over."""

    def __init__(self, unit: str, count: int, before: int) -> None:
        self.n = before
        self._unit, self._count, self._before = unit, count, before
        self._start = time.monotonic()
        self._note = ""
        self._width = 0
        in_notebook = type(sys.stderr).__module__.startswith("ipykernel")
        self._is_line = in_notebook or (sys.stderr is not None and sys.stderr.isatty())

    def set_postfix_str(self, note: str, refresh: bool) -> None:
        self._note = note

    def refresh(self) -> None:
        text = f"{self.n}/{self._count} {self._unit}"
        done = self.n - self._before
        if done > 0:
            left = (time.monotonic() - self._start) * (self._count - self.n) / done
            text += f"  {int(left) // 60}:{int(left) % 60:02} left"
        self._write(f"{text}  {self._note}".rstrip())

    def close(self) -> None:
        self._write("")
        self._write("")

    def _write(self, text: str) -> None:
        if self._is_line:
            # Spaces over what is left of a longer line.
            sys.stderr.write("\r" + text.ljust(self._width))
            sys.stderr.flush()
            self._width = len(text)
