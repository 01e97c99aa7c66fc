"""Progress on stderr: one line that is drawn again and again on a terminal, a line every tenth elsewhere."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from types import TracebackType

from gpu_inspector.cli import columns
from gpu_inspector.language import told, visible

_BAR, _SHORT_BAR = 24, 8
"""Letters of the bar on a wide and on a narrow terminal."""
_STEP = 64
"""Columns that a step and its figures need, beside a bar."""


class Meter:
    """Called with a step and the share that is done, 0 to 1; a share that falls back begins a new part of the work."""

    def __init__(self) -> None:
        # A terminal that calls itself dumb cannot draw over its line.
        self._terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._share = -1.0
        self._drawn = ""

    def __enter__(self) -> Meter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wipe()

    def wipe(self) -> None:
        """The terminal's line is wiped: what follows begins on a clean one."""
        if self._drawn:
            self._write("\r" + " " * columns.width(self._drawn) + "\r")
            self._drawn = ""

    def __call__(self, step: str, share: float) -> None:
        step = visible(told(step))
        if self._terminal:
            self._draw(step, share)
        elif share < self._share or int(share * 10) > int(self._share * 10):
            self._write(f"{share:4.0%}  {step}\n")
            self._share = share

    def _draw(self, step: str, share: float) -> None:
        wide = _columns()
        room, bar = wide - 1, min(max(wide - _STEP, _SHORT_BAR), _BAR)
        filled = round(bar * min(max(share, 0.0), 1.0))
        line = f"[{'#' * filled}{'.' * (bar - filled)}] {share:4.0%}  "
        left = max(room - len(line), 0)
        # What is done now, and the live figures, stand at the end of a step.
        line += step if columns.width(step) <= left else f"…{columns.ending(step, left - 1)}"
        line = columns.beginning(line, room)
        if line != self._drawn:
            self._write("\r" + columns.padded(line, columns.width(self._drawn)))
            self._drawn = line

    def _write(self, text: str) -> None:
        # A reader that went away, or a full disk behind stderr, must not end a measurement.
        with suppress(OSError):
            sys.stderr.write(text)
            sys.stderr.flush()


def _columns() -> int:
    """Of the terminal behind stderr; stdout, which Python would ask, may be a file."""
    try:
        seen = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        seen = 0
    return shutil.get_terminal_size((seen or 80, 24)).columns
