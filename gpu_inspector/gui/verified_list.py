"""The examined reports as a list: each file with the sign and the word of its answer, its signer and its time."""

from collections import Counter
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication

from gpu_inspector.gui import signs, theme
from gpu_inspector.gui.signs import Shape, Sign
from gpu_inspector.gui.text import safe, tip
from gpu_inspector.language import N_, _
from gpu_inspector.workflow.verified import UNREADABLE, Verified
from gpu_inspector.workflow.verifying import State

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
DISPLAY = Qt.ItemDataRole.DisplayRole
WAITING = N_("Not examined yet")
WORDS: dict[str, str] = {
    State.TRUSTED.value: N_("Intact, signer accepted"),
    State.UNKNOWN_SIGNER.value: N_("Intact, signer not known here"),
    State.ALTERED.value: N_("ALTERED, or no report of ours"),
    UNREADABLE: N_("Could not be read"),
}
SIGNS: dict[str, Sign] = {
    State.TRUSTED.value: (Shape.CHECK, "calm"),
    State.UNKNOWN_SIGNER.value: (Shape.DIAMOND, "open"),
    State.ALTERED.value: (Shape.CROSS, "contradiction"),
    UNREADABLE: signs.WARNING,
}
_NAME = 40
"""Characters of a file's or a signer's name in the list; the whole name stands beside it."""


class VerifiedModel(QAbstractListModel):
    """One row a file, in the order in which they came; a file that comes again keeps its row."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[Path, Verified | None] = {}
        self._paths: list[Path] = []

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(self._paths)

    @property
    def results(self) -> tuple[Verified, ...]:
        """Of the files that were examined."""
        return tuple(one for path in self._paths if (one := self._rows[path]) is not None)

    def result(self, row: int) -> Verified | None:
        """The answer in this row; None where there is none yet."""
        return self._rows[self._paths[row]] if 0 <= row < len(self._paths) else None

    def wait_for(self, paths: tuple[Path, ...]) -> None:
        """Show these files as waiting."""
        fresh = [path for path in dict.fromkeys(paths) if path not in self._rows]
        for path in paths:
            if path in self._rows:
                self.show_result(path, None)
        if fresh:
            self.beginInsertRows(ROOT, len(self._paths), len(self._paths) + len(fresh) - 1)
            self._paths += fresh
            self._rows |= dict.fromkeys(fresh)
            self.endInsertRows()

    def show_result(self, path: Path, result: Verified | None) -> None:
        """Put an answer, or that there is none, into the file's row."""
        if path in self._rows:
            self._rows[path] = result
            changed = self.index(self._paths.index(path))
            self.dataChanged.emit(changed, changed)

    def remove(self, row: int) -> None:
        """Take a file off the list; the file itself stays where it is."""
        self.beginRemoveRows(ROOT, row, row)
        del self._rows[self._paths.pop(row)]
        self.endRemoveRows()

    def summary(self) -> str:
        """How many of each answer, in words."""
        states = Counter(one.state for one in self.results)
        told = [f"{states[state]:,} × {_(word)}" for state, word in WORDS.items() if states[state]]
        waiting = len(self._paths) - len(self.results)
        if waiting:
            told.append(f"{waiting:,} × {_(WAITING)}")
        return "; ".join(told)

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._paths)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if not index.isValid() or index.row() >= len(self._paths):
            return None
        path = self._paths[index.row()]
        result = self._rows[path]
        if role == DISPLAY:
            return "\n".join(_lines(path, result))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(_lines(path, result))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(safe(str(path)))
        if role == Qt.ItemDataRole.DecorationRole:
            sign = SIGNS[result.state] if result is not None else signs.NEUTRAL
            return signs.icon(sign, theme.of(QGuiApplication.palette()))
        return None


def _lines(path: Path, result: Verified | None) -> list[str]:
    name = safe(path.name or str(path))
    shown = name if len(name) <= _NAME else f"{name[:_NAME]}…"
    lines = [shown, _(WORDS[result.state]) if result is not None else _(WAITING)]
    if result is not None and result.found is not None and result.found.signer:
        moment = result.found.signed_at[:16].replace("T", " ")
        lines.append(f"{moment} UTC, {_short(result.found.signer)}")
    return lines


def _short(signer: str) -> str:
    """The first of a signer's names: the whole of it stands beside the list."""
    name = safe(signer.partition(";")[0].rpartition(": ")[2])
    return name if len(name) <= _NAME else f"{name[:_NAME]}…"
