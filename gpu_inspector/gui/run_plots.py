"""Live curves of temperature, power, clock and memory bandwidth, drawn by pyqtgraph.

The library is loaded when the page is first used, never at the window's start, and what can be done of that in small
steps is. One plot is placed or redrawn at a time, so that none of it holds the window up; a curve is thinned to what
its pixels can show.
"""

import time
from collections.abc import Iterator, Sequence
from math import ceil, floor, log10
from typing import Any, Final

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QWidget

from gpu_inspector.gui import theme
from gpu_inspector.gui.run_sensors import SensorBook
from gpu_inspector.gui.text import safe
from gpu_inspector.language import _
from gpu_inspector.records.live import FIGURES

REDRAW_MS = 125
"""Between two redraws of any plot; so each of the four is drawn twice a second."""
STEP_MS = 10
"""Between two steps of what is done before: loading, and putting plots in their places."""
STEP_S = 0.008
"""How long one such step takes at most, where it can be cut short."""
MOST_CURVES = 8
FEW = 3
GAP = 4
"""Pixels between plots."""
_STEPS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0, 15.0)
SHORTEST_S = 10.0
"""The time axis is at least so long."""
TONES = ("calm", "deviation", "open", "contradiction", "text", "muted")
STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)


def load_numbers() -> None:
    """Import the half of what draws that knows nothing of Qt: in a job's thread, for it takes half of the time."""
    import numpy  # noqa: F401


def load_library() -> None:
    """Import what draws, in the window's own thread alone.

    It walks over all names of Qt, and PySide makes each at its first look: two threads that do so end in a crash.
    """
    import pyqtgraph  # noqa: F401


def _names_of_qt() -> Iterator[None]:
    """Look at all names of Qt, one at a time: the library does it at once, and PySide makes each at its first look."""
    for module in (QtCore, QtGui, QtWidgets):
        for name in dir(module):
            getattr(module, name, None)
            yield


class Plots(QWidget):
    """Four small plots; each card is one curve in each, told apart by colour and by how its line is broken."""

    made = Signal()
    """All plots are there: nothing more is loaded here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._books: tuple[tuple[str, SensorBook], ...] = ()
        self._plots: dict[str, Any] = {}
        self._curves: dict[str, list[Any]] = {}
        self._loaded = False
        self._names: Iterator[None] | None = None
        """The names of Qt that are still to be looked at, while that is done."""
        self._unplaced: dict[str, None] = {}
        """Plots that have a new place, and are not there yet."""
        self._stale: set[str] = set()
        self._others: set[str] = set()
        """Plots that still show the curves of other cards."""
        self._ranges: dict[str, tuple[float, float, float]] = {}
        self._timer: Final = QTimer(self)
        self._timer.setInterval(REDRAW_MS)
        self._timer.timeout.connect(self._work)
        self._steps: Final = QTimer(self)
        self._steps.setInterval(STEP_MS)
        self._steps.timeout.connect(self._step)
        self.setMinimumSize(260, 200)
        self.setAccessibleName(_("Curves of temperature, power, clock and memory bandwidth"))
        self.setAccessibleDescription(_("The same numbers stand in the table of sensors below"))

    @Slot()
    def loaded(self) -> None:
        """The numbers are there: now what draws is loaded, and from then on plots are made, one at a time."""
        if not self._loaded and self._names is None:
            self._names = _names_of_qt()
            self._steps.start()

    def load_now(self) -> None:
        """Have it loaded when this returns, which may take half a second: ahead of a run rather than in it."""
        if not self._loaded:
            load_library()
            self._names, self._loaded = None, True
            self.renew()

    def show_books(self, books: Sequence[tuple[str, SensorBook]]) -> None:
        """These cards' curves from now on."""
        self._books = tuple(books)[:MOST_CURVES]
        # Each plot forgets the others when it is its turn: four at once would hold the window up.
        self._others.update(name for name, curves in self._curves.items() if curves)
        self.renew()

    def renew(self) -> None:
        """Their numbers have changed; they are drawn when it is each plot's turn."""
        self._stale.update(FIGURES)
        if self._loaded and not self._timer.isActive():
            self._timer.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for name in self._plots:
                self._dress(name)
            self.show_books(self._books)

    @Slot()
    def _step(self) -> None:
        """One small step: some names of Qt, the library, or the place of one plot."""
        if self._names is not None:
            end = time.perf_counter() + STEP_S
            while time.perf_counter() < end:
                if next(self._names, self) is self:  # none is left
                    self.load_now()
                    break
        elif self._unplaced:
            name = next(iter(self._unplaced))
            del self._unplaced[name]
            self._place(name)
        else:
            self._steps.stop()

    @Slot()
    def _work(self) -> None:
        """One step: make a plot, or draw one again."""
        missing = next((name for name in FIGURES if name not in self._plots), None)
        if missing is not None:
            self._make(missing)
            if len(self._plots) == len(FIGURES):
                self.made.emit()
        elif self._stale and self.isVisible():
            name = next(name for name in FIGURES if name in self._stale)
            self._stale.discard(name)
            self._draw(name)
        else:
            self._timer.stop()

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self.renew()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Four plots that are drawn anew at once would hold the window up: each gets its new place in its turn."""
        super().resizeEvent(event)
        self._unplaced.update(dict.fromkeys(self._plots))
        self._steps.start()

    def _place(self, name: str) -> None:
        """Two by two."""
        width, height = (self.width() - GAP) // 2, (self.height() - GAP) // 2
        row, column = divmod(list(FIGURES).index(name), 2)
        self._plots[name].setGeometry(column * (width + GAP), row * (height + GAP), width, height)

    def _make(self, name: str) -> None:
        import pyqtgraph

        words, _unit, _least, _most = FIGURES[name]
        plot = pyqtgraph.PlotWidget(self, enableMenu=False)
        plot.setAntialiasing(False)
        plot.hideButtons()
        plot.setMouseEnabled(x=False, y=False)
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.setAccessibleName(_("{sensor} over time").format(sensor=_(words)))
        for side in ("left", "bottom"):
            axis = plot.getAxis(side)
            axis.enableAutoSIPrefix(False)
            # An axis that grows with its texts has the whole plot laid out and drawn once more.
            axis.setStyle(autoExpandTextSpace=False, autoReduceTextSpace=False, maxTickLevel=0)
        plot.getAxis("left").setWidth(46)
        plot.getAxis("bottom").setHeight(round(2.6 * self.fontMetrics().height()))
        plot.setTitle(_(words), size="9pt")
        plot.setLabel("bottom", _("seconds (s)"))
        self._plots[name], self._curves[name] = plot, []
        self._place(name)
        plot.show()
        self._dress(name)

    def _dress(self, name: str) -> None:
        colours = theme.of(self.palette())
        plot = self._plots[name]
        plot.setBackground(QColor(colours.base))
        for side in ("left", "bottom"):
            plot.getAxis(side).setPen(QColor(colours.border))
            plot.getAxis(side).setTextPen(QColor(colours.text))
        words, _unit, _least, _most = FIGURES[name]
        plot.setTitle(_(words), size="9pt", color=colours.text)

    def _draw(self, name: str) -> None:
        if name in self._others:
            self._others.discard(name)
            self._plots[name].clear()
            self._curves[name] = []
        curves, reach, values = self._curves[name], 0.0, []
        while len(curves) < len(self._books):
            pen = pen_of(len(curves), theme.of(self.palette()))
            curves.append(self._plots[name].plot(pen=pen, symbolPen=pen, symbolBrush=pen.color(), symbolSize=4))
        for curve, (_title, book) in zip(curves, self._books, strict=True):
            at, curve_values = book.curve(name)
            # One point alone makes no line.
            curve.setData(at, curve_values, symbol="o" if len(at) <= FEW else None)
            reach = max(reach, book.samples[-1].at_s if book.samples else 0.0)
            seen = book.extremes.get(name)
            values += [seen.lowest, seen.highest] if seen is not None else []
        place = (_stretch(reach, SHORTEST_S), *_range(name, values))
        # Scales that stay are not drawn again, and they are what costs most.
        if self._ranges.get(name) != place:
            self._ranges[name] = place
            self._plots[name].setRange(xRange=(0.0, place[0]), yRange=place[1:], padding=0.02)


def _range(name: str, values: list[float]) -> tuple[float, float]:
    """From zero, but for temperatures: there the steps count."""
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    if name == "temperature_c":
        return 10.0 * floor(low / 10.0), 10.0 * ceil(max(high + 1.0, low + 10.0) / 10.0)
    return 0.0, _stretch(high, 1.0)


def _stretch(most: float, least: float) -> float:
    """The next of 1, 1.5, 2, 3, 5, 7.5, 10 and so on above `most`: so that a scale changes seldom."""
    most = max(most, least)
    decade = 10.0 ** floor(log10(most))
    return next(step * decade for step in _STEPS if step * decade >= most * 1.02)


def pen_of(number: int, colours: theme.Colours) -> Any:
    """The line of a card, by its number in the run."""
    import pyqtgraph

    tone = getattr(colours, TONES[number % len(TONES)])
    return pyqtgraph.mkPen(tone, width=1, style=STYLES[number % len(STYLES)])


def legend_of(books: Sequence[tuple[str, SensorBook]]) -> str:
    """Which line is whose, in words."""
    lines = (_("solid"), _("dashed"), _("dotted"), _("dash and dot"))
    named = [f"{lines[number % len(lines)]}: {safe(title, 40)}" for number, (title, _book) in enumerate(books)]
    return "; ".join(named[:MOST_CURVES]) if len(books) > 1 else ""
