"""Whether this bench still measures and judges as it must: the self-test, its parts, and a button for another one."""

from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from gpu_inspector.gui import answers, signs, theme
from gpu_inspector.gui.about_views import ReadingTable
from gpu_inspector.gui.settings_panels import push, reading_label
from gpu_inspector.gui.text import LONGEST, breakable, retold, safe
from gpu_inspector.language import N_, _, number, told
from gpu_inspector.records import bench_words
from gpu_inspector.records.finding import Outcome
from gpu_inspector.records.selftest import SelfTested, Tried

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
DISPLAY = Qt.ItemDataRole.DisplayRole
TEXT_ROLES = (DISPLAY, Qt.ItemDataRole.AccessibleTextRole)
PASSED, FAILED, UNTRIED = N_("passed"), N_("FAILED"), N_("not tried")
NO_TEST = N_("No self-test is recorded here. It tries what is known beforehand; every later report tells its result.")


class TriedModel(QAbstractTableModel):
    """A row for each part of a self-test."""

    HEADINGS = (N_("Part"), N_("Result"), N_("Seconds"), N_("What was found"))

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tried: tuple[Tried, ...] = ()

    def show_tried(self, tried: tuple[Tried, ...]) -> None:
        self.beginResetModel()
        self.tried = tried
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.tried)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.HEADINGS)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if not index.isValid():
            return None
        one, column = self.tried[index.row()], index.column()
        if role in TEXT_ROLES:
            word = UNTRIED if one.passed is None else PASSED if one.passed else FAILED
            shown = safe((told(one.what), _(word), number(one.seconds, 1), told(one.text))[column], 3 * LONGEST)
            return breakable(shown) if role == DISPLAY else shown
        if role == Qt.ItemDataRole.DecorationRole and column == 1:
            good = answers.OUTCOMES[Outcome.CONSISTENT if one.passed else Outcome.INCONCLUSIVE]
            sign = signs.WARNING if one.passed is False else good
            return signs.icon(sign, theme.of(QGuiApplication.palette()))
        if role == Qt.ItemDataRole.FontRole and column < 2 and one.passed is False:
            return bold()
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        return heading(self.HEADINGS, section, orientation, role)


class SelfTestView(QWidget):
    """The last self-test, and a button for another one."""

    wanted, stopping = Signal(), Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parts = TriedModel(self)
        self.summary = reading_label(_("Last self-test"))
        self.table = ReadingTable(self.parts, _("Parts of the self-test"), (18, 14, 10, 58))
        self.run = push(
            _("Run the &self-test"),
            _("Try what is known beforehand: simulations, kernels, data, fonts, key, ledger, disk. It takes a while"),
        )
        self.bar = QProgressBar()
        self.bar.setAccessibleName(_("How far the self-test is"))
        self.stop = push(_("St&op"), _("Stop the self-test (Esc); nothing of it is kept then"))
        buttons, layout = QHBoxLayout(), QVBoxLayout(self)
        for widget in (self.run, self.bar, self.stop):
            buttons.addWidget(widget, int(widget is self.bar))
        buttons.addStretch(0)
        layout.addWidget(self.summary)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)
        self.run.clicked.connect(self.wanted)
        self.stop.clicked.connect(self.stopping)
        self.show_result(None)
        self.show_running(running=False)

    def show_result(self, result: object) -> None:
        """The newest result, a SelfTested; None where there is none."""
        assert result is None or isinstance(result, SelfTested)
        self.parts.show_tried(result.tried if result is not None else ())
        if result is None:
            self.summary.setText(_(NO_TEST))
            return
        when = bench_words.since(result.made_at, datetime.now(UTC))
        self.summary.setText(
            breakable(
                _("Last self-test: {when}, {result}. Version {version}, reference data {data}.").format(
                    when=when,
                    result=bench_words.result_of(result, safe),
                    version=safe(result.tool_version, 60),
                    data=safe(result.reference_version, 60),
                )
            )
        )

    def show_running(self, *, running: bool) -> None:
        self.run.setEnabled(not running)
        self.bar.setVisible(running)
        self.stop.setVisible(running)

    def show_progress(self, step: str, share: float) -> None:
        self.bar.setValue(round(100 * share))
        self.bar.setFormat(retold(step, 60).replace("%", "%%"))


def bold() -> QFont:
    font = QFont()
    font.setBold(True)
    return font


def heading(headings: tuple[str, ...], section: int, orientation: Qt.Orientation, role: int) -> str | None:
    if role in TEXT_ROLES and orientation is Qt.Orientation.Horizontal and 0 <= section < len(headings):
        return _(headings[section])
    return None
