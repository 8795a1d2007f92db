"""Bars that show how far long work is: in place on a terminal, as a progress element in a notebook, nothing elsewhere."""

from __future__ import annotations

import sys
import time
import typing


class Bar(typing.Protocol):
    """What long work tells how far it is."""

    def update(self, fraction: float, note: str) -> None:
        """`fraction` of the work is done, 0 to 1."""

    def close(self) -> None:
        """The work is over, done or not."""


class Told:
    """Calls a function with the fraction and the note."""

    def __init__(self, function: typing.Callable[[float, str], object]) -> None:
        self._function = function

    def update(self, fraction: float, note: str) -> None:
        self._function(fraction, note)

    def close(self) -> None:
        pass


class Terminal:
    """A line on stderr, redrawn in place."""

    WIDTH = 30

    def __init__(self, label: str) -> None:
        self._label = label
        self._start = time.monotonic()

    def update(self, fraction: float, note: str) -> None:
        filled = int(fraction * self.WIDTH)
        bar = "=" * filled + " " * (self.WIDTH - filled)
        sys.stderr.write(f"\r\033[K{self._label} [{bar}] {fraction:4.0%}  {time_left(self._start, fraction)}  {note}")
        sys.stderr.flush()

    def close(self) -> None:
        sys.stderr.write("\n")
        sys.stderr.flush()


class Notebook:
    """An element below the cell, which goes when the work is over."""

    def __init__(self, label: str) -> None:
        from IPython.display import HTML, display

        self._label = label
        self._html = HTML
        self._start = time.monotonic()
        self._handle = display(HTML(self._text(0, "")), display_id=True)

    def _text(self, fraction: float, note: str) -> str:
        return f'{self._label} <progress value="{fraction:.3f}"></progress> {fraction:.0%} {time_left(self._start, fraction)} {note}'

    def update(self, fraction: float, note: str) -> None:
        self._handle.update(self._html(self._text(fraction, note)))

    def close(self) -> None:
        self._handle.update(self._html(""))


def time_left(start: float, fraction: float) -> str:
    """ "2 min 05 s left", or nothing at the very beginning."""
    if fraction <= 0:
        return ""
    seconds = round((time.monotonic() - start) * (1 - fraction) / fraction)
    if seconds < 60:
        return f"{seconds} s left"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60:02} s left"
    return f"{seconds // 3600} h {seconds // 60 % 60:02} min left"


def in_notebook() -> bool:
    """Whether cells of a notebook run this: one has a kernel."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")


def open_bar(label: str, progress: bool | typing.Callable[[float, str], object]) -> Bar | None:
    """What shows the work's progress; None where nothing does."""
    if callable(progress):
        return Told(progress)
    if not progress:
        return None
    if in_notebook():
        return Notebook(label)
    return Terminal(label) if sys.stderr.isatty() else None
