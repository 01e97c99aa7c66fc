"""Progress on stderr: one line that is drawn again and again on a terminal, a line every tenth elsewhere."""

from __future__ import annotations

import shutil
import sys
from types import TracebackType

from gpu_inspector.language import visible

_BAR = 24
"""Letters of the bar."""


class Meter:
    """Called with a step and the share that is done, 0 to 1; a share that falls back begins a new part of the work."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._share = -1.0
        self._drawn = ""

    def __enter__(self) -> Meter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The terminal's line is wiped: what follows begins on a clean one."""
        if self._drawn:
            self._write("\r" + " " * len(self._drawn) + "\r")
            self._drawn = ""

    def __call__(self, step: str, share: float) -> None:
        if self._terminal:
            self._draw(visible(step), share)
        elif share < self._share or int(share * 10) > int(self._share * 10):
            self._write(f"{share:4.0%}  {visible(step)}\n")
            self._share = share

    def _draw(self, step: str, share: float) -> None:
        filled = round(_BAR * min(max(share, 0.0), 1.0))
        line = f"[{'#' * filled}{'.' * (_BAR - filled)}] {share:4.0%}  {step}"
        line = line[: shutil.get_terminal_size((80, 24)).columns - 1]
        if line != self._drawn:
            self._write("\r" + line.ljust(len(self._drawn)))
            self._drawn = line

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
