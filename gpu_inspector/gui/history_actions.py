"""What can be done with the history: a row opened or reported again, rows exported, the whole ledger checked."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QPushButton, QWidget

from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.text import breakable, safe
from gpu_inspector.language import N_, _, moment, number
from gpu_inspector.ledger.query import HistoryRow, Repeat

if TYPE_CHECKING:
    from gpu_inspector.records.custody import Line

NUMBERS = {"serial": N_("Serial"), "uuid": N_("UUID"), "device_identifier": N_("Device identifier")}
WHATS = {
    "inspected": N_("inspected"),
    "report made": N_("report made"),
    "report opened": N_("report opened"),
    "exported": N_("exported"),
    "printed": N_("printed"),
    "backed up": N_("backed up"),
    "restored": N_("restored"),
    "verified": N_("verified"),
    "rejudged": N_("rejudged"),
    "proved": N_("proved"),
    "imported": N_("imported"),
    "looked at": N_("looked at"),
    "control card named": N_("control card named"),
    "control card forgotten": N_("control card forgotten"),
    "lot": N_("lot"),
    "audit": N_("audit"),
    "sent to the registry": N_("sent to the registry"),
    "registry answered later": N_("registry answered later"),
}
MOST_LINES = 6
"""Lines of the log that are shown."""
NAMED = 12
"""Rows that a sentence names."""


class HistoryActions(QWidget):
    """The row of buttons below the table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.open = _button(_("&Open"), _("Show the inspection as it was kept, with its proof (Enter)"))
        self.report = _button(
            _("Make its &report again"), _("Sign the inspection's report anew, beside the one that is there")
        )
        self.lot = _button(_("P&ut into a lot"), _("Put the chosen inspections into a lot, on the Lots page"))
        self.log = _button(_("Custody &log"), _("Who did what with this inspection, and when, as the log has it"))
        self.export = _button(
            _("E&xport"), _("Write inspections to a table (CSV) or lines of JSON; a proof of one; a checkpoint")
        )
        self.check = _button(_("&Check the whole ledger"), _("Read every row and the chain between them"))
        self.stop = _button(_("S&top"), _("Stop what is being done (Esc)"))
        menu = QMenu(self)
        menu.setAccessibleName(_("What is exported"))
        self.chosen = menu.addAction(_("The &chosen rows…"))
        self.fitting = menu.addAction(_("All rows that &fit…"))
        self.all = menu.addAction(_("The &whole ledger…"))
        menu.addSeparator()
        self.prove = menu.addAction(_("A &proof of this inspection…"))
        self.checkpoint = menu.addAction(_("A signed chec&kpoint of the ledger…"))
        self.export.setMenu(menu)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.open)
        layout.addWidget(self.report)
        layout.addWidget(self.log)
        layout.addWidget(self.lot)
        layout.addStretch(1)
        layout.addWidget(self.stop)
        layout.addWidget(self.export)
        layout.addWidget(self.check)
        self.show_state(row=False, busy=False)

    def show_state(self, *, row: bool, busy: bool) -> None:
        """What can be done now: with a current row, and while something is being done."""
        for button in (self.open, self.report, self.log, self.lot):
            button.setEnabled(row and not busy)
        self.chosen.setEnabled(row)
        self.prove.setEnabled(row)
        self.export.setEnabled(not busy)
        self.check.setEnabled(not busy)
        self.stop.setVisible(busy)


class HistoryTold(QWidget):
    """How many rows fit, and where the current row's numbers were seen."""

    wanted = Signal(str)
    """A number whose rows alone are to be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._repeats: tuple[Repeat, ...] = ()
        self._row: tuple[str, ...] = ()
        self.count, self.detail = plain_label(), plain_label()
        self.count.setWordWrap(False)
        self.same_button = _button(_("Show t&hese rows"), _("Ask for the inspections with this number alone"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(self.count)
        layout.addWidget(self.detail, 1)
        layout.addWidget(self.same_button)
        self.same_button.clicked.connect(self._show_same)
        self.show_repeats(())

    def show_row(self, row: HistoryRow | None) -> None:
        """What is known of the current row without asking."""
        self._row = replaced_by(row) if row is not None else ()
        self.show_repeats(())

    def show_repeats(self, repeats: tuple[Repeat, ...]) -> None:
        self._repeats = repeats
        self.detail.setText(breakable("  ".join((*self._row, *(sentence_of(one) for one in repeats)))))
        self.same_button.setEnabled(bool(repeats))

    def show_log(self, seq: int, lines: "tuple[Line, ...]") -> None:
        """What was done with a row, the newest last."""
        told = [_("Custody log of number {number}:").format(number=number(seq))]
        earlier = len(lines) - MOST_LINES
        if earlier > 0:
            told.append(
                _("{count} earlier lines: gpu-inspector ledger custody lists all.").format(count=number(earlier))
            )
        told += [log_line(one) for one in lines[-MOST_LINES:]]
        if not lines:
            told.append(_("it has no line on this inspection."))
        self._row = ("\n".join(told),)
        self.show_repeats(self._repeats)

    @Slot()
    def _show_same(self) -> None:
        if self._repeats:
            self.wanted.emit(self._repeats[0].number.value)


def ask_target(parent: QWidget) -> Path | None:
    """Where an export is to be written; its ending names the form. None where nobody said so."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    table, lines = _("Table for a spreadsheet (*.csv)"), _("One JSON document a line (*.jsonl)")
    path, form = QFileDialog.getSaveFileName(
        parent, _("Export inspections"), str(Path(folder) / "inspections.csv"), f"{table};;{lines}"
    )
    if not path:
        return None
    ending = ".jsonl" if form == lines else ".csv"
    target = Path(path)
    return target if target.suffix.casefold() in (".csv", ".jsonl", ".json") else target.with_name(target.name + ending)


def ask_document(parent: QWidget, title: str, name: str) -> Path | None:
    """Where a document is to be written; None where nobody said so."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    path, _kind = QFileDialog.getSaveFileName(parent, title, str(Path(folder) / name), _("Document (*.json)"))
    return (Path(path) if Path(path).suffix else Path(path).with_suffix(".json")) if path else None


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    return button


def replaced_by(row: HistoryRow) -> tuple[str, ...]:
    """That a row stands for another one, or another one for it."""
    said = []
    if row.superseded_by:
        said.append(_("Superseded: number {number} replaces it.").format(number=number(row.superseded_by)))
    if row.supersedes:
        said.append(_("It replaces number {number}.").format(number=number(row.supersedes)))
    return tuple(said)


def log_line(line: "Line") -> str:
    """One line of the custody log, as people read it."""
    event = line.event
    who = event.inspector or event.user or _("nobody named")
    text = _("{time}: {what}, by {who} at {host}").format(
        time=moment(event.at.astimezone(), seconds=False),
        what=_(WHATS.get(event.what.value, event.what.value)),
        who=safe(who, 60),
        host=safe(event.host, 60),
    )
    return f"{text} ({safe(event.detail, 120)})" if event.detail else text


def sentence_of(repeat: Repeat) -> str:
    """A repeated number and its rows: "Serial 1324520000001 was seen 3 times: rows 4, 9, 12"."""
    rows = ", ".join(number(row) for row in repeat.rows[:NAMED])
    more = len(repeat.rows) + repeat.more - NAMED
    if more > 0:
        rows = _("{rows} and {more} more").format(rows=rows, more=number(more))
    return _("{kind} {number} was seen {times} times: rows {rows}.").format(
        kind=_(NUMBERS.get(repeat.number.kind, repeat.number.kind)),
        number=safe(repeat.number.value, 60),
        times=number(len(repeat.rows) + repeat.more),
        rows=rows,
    )
