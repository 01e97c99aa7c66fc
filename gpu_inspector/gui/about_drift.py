"""The control card over time: a table of its figures, and how each stood at every inspection, as a small drawing.

Read only: which card is the control card is said by a command, so that nobody changes it by a slip of the hand.
"""

from datetime import UTC, datetime
from math import isfinite
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from gpu_inspector.gui import signs, theme
from gpu_inspector.gui.about_bench import bold, heading
from gpu_inspector.gui.about_views import ReadingTable
from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.settings_panels import reading_label
from gpu_inspector.gui.text import breakable, retold, safe
from gpu_inspector.language import N_, _, ngettext, number
from gpu_inspector.records import bench_words, drift, measured_words
from gpu_inspector.records.selftest import MOST_POINTS, ControlCard

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
DISPLAY = Qt.ItemDataRole.DisplayRole
TEXT_ROLES = (DISPLAY, Qt.ItemDataRole.AccessibleTextRole)
POINTS = Qt.ItemDataRole.UserRole
NO_CARD = N_(
    "This ledger has no control card: a card that the office knows, inspected each day in the same slot, so that the"
    " bench itself is looked at. Inspect such a card with a profile, then name that inspection by its number, at a"
    " terminal: gpu-inspector control-card set NUMBER"
)
CHART = N_(
    "One dot is one inspection, in their order; the middle line is the reference, the band is what the figure may"
    " differ by. A figure that drifted says that bench and card are not as they were, not which of them."
)
CHART_COLUMN = 4
_HEIGHT, _DOT, _SIDE = 30, 5.0, 8.0


class FiguresModel(QAbstractTableModel):
    """A row for each figure of the control card."""

    HEADINGS = (N_("Figure"), N_("Reference"), N_("Last"), N_("May differ"), N_("Inspections"))

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.series: tuple[drift.Series, ...] = ()

    def show_series(self, series: tuple[drift.Series, ...]) -> None:
        self.beginResetModel()
        self.series = series
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.series)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.HEADINGS)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if not index.isValid():
            return None
        one, column = self.series[index.row()], index.column()
        if role == POINTS and column == CHART_COLUMN:
            return one
        if role in TEXT_ROLES:
            if column == CHART_COLUMN:
                return "" if role == DISPLAY else _heard(one)
            return safe(_figure_text(one, column))
        if role == Qt.ItemDataRole.DecorationRole and column == 0 and one.figure.drifted:
            return signs.icon(signs.WARNING, theme.of(QGuiApplication.palette()))
        if role == Qt.ItemDataRole.FontRole and column < CHART_COLUMN and one.figure.drifted:
            return bold()
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        return heading(self.HEADINGS, section, orientation, role)


class DriftChart(QStyledItemDelegate):
    """Draws how a figure stood at every inspection: the same picture as in the signed report."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, _HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        one = index.data(POINTS)
        if isinstance(one, drift.Series):
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            place: Any = option.rect
            _draw(painter, QRectF(place), one, theme.of(QGuiApplication.palette()))
            painter.restore()


def _draw(painter: QPainter, place: QRectF, one: drift.Series, colours: theme.Colours) -> None:
    middle, half = place.center().y(), min(place.height(), _HEIGHT) / 2 - 3
    left, right = place.left() + _SIDE, place.right() - _SIDE
    if one.figure.spread > 0:
        painter.fillRect(QRectF(left, middle - half / 2, right - left, half), QColor(colours.button))
    painter.setPen(QPen(QColor(colours.muted), 1))
    painter.drawLine(QPointF(left, middle), QPointF(right, middle))
    points = one.points[:MOST_POINTS]
    step = (right - left) / max(len(points) - 1, 1)
    places = [
        QPointF(left + number * step, middle - away * half)
        for number, (_at, value) in enumerate(points)
        if (away := away_of(value, one.figure.reference, one.figure.spread)) is not None
    ]
    colour = QColor(colours.deviation if one.figure.drifted else colours.calm)
    painter.setPen(QPen(colour, 1))
    painter.drawPolyline(QPolygonF(places))
    painter.setBrush(colour)
    for point in places:
        painter.drawEllipse(point, _DOT / 2, _DOT / 2)


def away_of(value: float | None, reference: float, spread: float) -> float | None:
    """Where a dot lies, -1 to 1 of half the chart: the band ends at a half. None where there is no value."""
    if value is None or not isfinite(value) or not isfinite(reference):
        return None
    difference, allowed = value - reference, 2 * spread * abs(reference)
    if not difference:
        return 0.0
    if not allowed > 0 or not isfinite(difference) or not isfinite(allowed):
        return 1.0 if difference > 0 else -1.0
    return max(-1.0, min(1.0, difference / allowed))


class ControlCardView(QWidget):
    """The control card's figures over time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figures = FiguresModel(self)
        self.summary = reading_label(_("Control card"))
        self.about = plain_label(_(CHART))
        self.table = ReadingTable(self.figures, _("Figures of the control card"), (34, 13, 13, 12, 28))
        self.table.setItemDelegateForColumn(CHART_COLUMN, DriftChart(self.table))
        layout = QVBoxLayout(self)
        for widget in (self.summary, self.about):
            layout.addWidget(widget)
        layout.addWidget(self.table, 1)
        self.show_card(None)

    def show_card(self, control: object) -> None:
        """The ControlCard as this ledger has it; None where there is none."""
        assert control is None or isinstance(control, ControlCard)
        self.figures.show_series(drift.series(control) if control is not None else ())
        self.about.setVisible(control is not None)
        if control is None:
            self.summary.setText(_(NO_CARD))
            return
        told = _("{name}, reference: inspection {row}; {inspections}, the last one {when}. {drift}.").format(
            name=safe(control.name, 120) or _("without a name"),
            row=control.reference_row,
            inspections=ngettext("{n} inspection", "{n} inspections", control.inspections).format(
                n=number(control.inspections)
            ),
            when=bench_words.since(control.made_at, datetime.now(UTC)),
            drift=bench_words.drift_of(control, safe).capitalize()
            if not control.drifted
            else bench_words.drift_of(control, safe),
        )
        self.summary.setText(breakable(f"{_('SIMULATION')}: {told}" if control.simulation else told))


def _figure_text(one: drift.Series, column: int) -> str:
    figure = one.figure
    name = retold(figure.name)
    name = _("{figure}: DRIFTED").format(figure=name) if figure.drifted else name
    may = f"{measured_words.number(figure.spread * 100, digits=3)} %" if figure.spread > 0 else _("not at all")
    return (name, measured_words.number(figure.reference), measured_words.number(figure.last), may)[column]


def _heard(one: drift.Series) -> str:
    """The chart for whoever does not see it."""
    values = [measured_words.number(value) if value is not None else "–" for _at, value in one.points[:MOST_POINTS]]
    return _("in their order: {values}").format(values=", ".join(values))
