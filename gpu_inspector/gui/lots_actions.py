"""What can be done with a lot: files and inspections put into it, its signed summary saved."""

import re

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSpinBox, QVBoxLayout, QWidget

from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.gui.case_forms import let_wheel_pass
from gpu_inspector.gui.forms import line, typed
from gpu_inspector.gui.settings_panels import push
from gpu_inspector.gui.text import safe
from gpu_inspector.language import _, ngettext, number, sentences
from gpu_inspector.workflow.inspecting import Done
from gpu_inspector.workflow.lot_filling import Added
from gpu_inspector.workflow.lots import LotState

MOST_ROWS = 5_000
"""Inspections that are put in at a time."""
_RANGE = re.compile(r"(\d{1,9})[-–](\d{1,9})")
_NAMED = 3
"""Files that a sentence names."""


class LotActions(QWidget):
    """Two rows of buttons; what is wished is said by signals."""

    rows_wanted = Signal(object)
    """Inspections of the ledger, a tuple of texts: numbers and ids."""
    misread = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._last = 0
        self.add = push(
            _("Add f&iles…"), _("Review files as cards of this lot (Ctrl+O); they can be dropped on the window too")
        )
        self.last = push(_("Put the &last inspection in"), "")
        self.rows = line(_("Inspections of the ledger, by number"), _("inspections of the ledger: 12, 14–18"))
        self.put = push(_("P&ut in"), _("Put these inspections of the ledger into the lot (Enter)"))
        self.piece = QSpinBox()
        self.save = push(_("&Save summary…"), _("Sign and save the summary of the lot as PDF (Ctrl+S)"))
        self.stop = push(_("S&top"), _("Stop after the file that is being reviewed (Esc); what was added stays"))
        self.bar = QProgressBar()
        self._furnish()
        self._lay_out()
        self.show_state(None, busy=False)

    @property
    def chosen_piece(self) -> int | None:
        """Which piece of the lot the next card is, where that was noted."""
        return self.piece.value() or None

    def show_state(self, state: LotState | None, *, busy: bool) -> None:
        """What can be done now."""
        takes = state is not None and not state.ended and not busy
        for control in (self.add, self.rows, self.put, self.piece):
            control.setEnabled(takes)
        self.last.setEnabled(takes and self._last > 0)
        self.save.setEnabled(state is not None and bool(state.members) and not busy)
        self.stop.setVisible(busy)
        self.bar.setVisible(busy)
        if state is not None:
            self.piece.setMaximum(state.lot.declared)

    def show_last(self, done: Done | None) -> None:
        """The inspection that was made last in this window."""
        self._last = done.entry.seq if done is not None else 0
        tip = _("Put inspection {number}, the last of the Run page, into the lot").format(number=number(self._last))
        self.last.setToolTip(tip if self._last else _("No inspection was made in this window yet"))

    def show_progress(self, step: str, share: float) -> None:
        self.bar.setValue(round(100 * share))
        self.bar.setFormat(safe(step, 60).replace("%", "%%"))

    @Slot()
    def put_rows(self) -> None:
        """Say which inspections are wished."""
        try:
            wanted = rows_of(typed(self.rows))
        except GpuInspectorError as error:
            self.misread.emit(str(error))
            return
        self.rows_wanted.emit(wanted)

    @Slot()
    def put_last(self) -> None:
        if self._last:
            self.rows_wanted.emit((str(self._last),))

    def _furnish(self) -> None:
        self.rows.setToolTip(_("Numbers as the History page shows them; “14–18” is a run of them"))
        self.piece.setRange(0, 1)
        self.piece.setSpecialValueText(_("piece not noted"))
        self.piece.setPrefix(_("piece "))
        self.piece.setAccessibleName(_("Which piece of the lot this card is; 0 is not noted"))
        self.piece.setToolTip(_("Of one card: its place in the lot, as drawn; 0 is not noted"))
        let_wheel_pass(self.piece)
        self.bar.setRange(0, 100)
        self.bar.setAccessibleName(_("How many of the files are done"))
        self.rows.returnPressed.connect(self.put.click)
        self.put.clicked.connect(self.put_rows)
        self.last.clicked.connect(self.put_last)

    def _lay_out(self) -> None:
        upper, lower = QHBoxLayout(), QHBoxLayout()
        for widget in (self.add, self.last):
            upper.addWidget(widget)
        upper.addStretch(1)
        upper.addWidget(self.save)
        lower.addWidget(self.rows, 1)
        lower.addWidget(self.put)
        lower.addWidget(self.piece)
        lower.addWidget(self.bar, 1)
        lower.addWidget(self.stop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(lower)
        layout.addLayout(upper)


def rows_of(text: str) -> tuple[str, ...]:
    """The numbers and ids of a text as "12, 14–18"; raises GpuInspectorError where it names none or too many."""
    found: list[str] = []
    for part in text.replace(",", " ").replace(";", " ").split():
        run = _RANGE.fullmatch(part)
        first, last = (int(run[1]), int(run[2])) if run is not None else (0, 0)
        if run is not None and last - first < MOST_ROWS:
            found += map(str, range(first, last + 1))
        elif run is None:
            found.append(part)
        else:
            found += [part] * (MOST_ROWS + 1)
    if not found:
        raise GpuInspectorError(_("No inspection is named."), _("Write numbers as the History page shows them."))
    if len(found) > MOST_ROWS:
        raise GpuInspectorError(_("These are more than {most} inspections.").format(most=number(MOST_ROWS)))
    return tuple(dict.fromkeys(found))


def told_of(added: tuple[Added, ...], files: int, *, stopped: bool) -> tuple[str, bool]:
    """What became of files in a sentence, and whether something of it needs a look."""
    cards = sum(len(one.members) for one in added)
    known = sum(one.skipped for one in added)
    failed = [one for one in added if one.failure]
    said = [ngettext("{n} card was put in.", "{n} cards were put in.", cards).format(n=number(cards))]
    if known:
        said.append(ngettext("{n} file was in it already.", "{n} files were in it already.", known).format(n=known))
    if failed:
        named = "; ".join(f"{safe(one.source, 60)}: {safe(one.failure)}" for one in failed[:_NAMED])
        text = ngettext("{n} file was not examined: {named}", "{n} files were not examined: {named}", len(failed))
        said.append(text.format(n=len(failed), named=named))
    left = files - len(added)
    if stopped:
        said.append(
            _("Stopped: {left} of {files} files were not begun.").format(left=number(left), files=number(files))
        )
    elif left:
        said.append(_("The plan of the lot has ended: {left} files were not begun.").format(left=number(left)))
    remarks = dict.fromkeys(safe(one.remark, 300) for one in added if one.remark)
    said += list(remarks)[:1]
    return sentences(*said), bool(failed) or bool(left)
