"""The memory map as a picture that fills: each 2 MiB page verified, failing, folded, absent, by pattern and word.

A cell is drawn as large as fits; where there are more pages than pixels, a pixel shows the gravest of its pages. A
single failing page among ten thousand gets a mark around it, for one pixel would be overlooked.
"""

import re
from dataclasses import dataclass
from math import ceil, isqrt

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QHelpEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gpu_inspector.gui import theme
from gpu_inspector.language import N_, _, listed, number
from gpu_inspector.records.live import GRAVEST_FIRST, MemoryMap
from gpu_inspector.records.silicon import PAGE_BYTES

LARGEST_CELL = 16
"""Pixels."""
MOST_MARKS = 48
MARKED = "ean"
"""Letters whose runs are marked where they are few."""
LEAST_MARK = 7
_MIB = 2**20
_RUN = re.compile(r"(.)\1*")


@dataclass(frozen=True, slots=True)
class Look:
    """How a letter is drawn: its word, the colour of its ground, and a pattern in another colour over it."""

    word: str
    ground: str
    pattern: Qt.BrushStyle
    ink: str


LOOKS = {
    "r": Look(N_("verified"), "calm", Qt.BrushStyle.NoBrush, "base"),
    "e": Look(N_("failing"), "contradiction", Qt.BrushStyle.DiagCrossPattern, "base"),
    "a": Look(N_("folded"), "deviation", Qt.BrushStyle.BDiagPattern, "base"),
    "n": Look(N_("nothing there"), "base", Qt.BrushStyle.CrossPattern, "contradiction"),
    "w": Look(N_("written"), "alternate", Qt.BrushStyle.Dense6Pattern, "calm"),
    "u": Look(N_("not tested"), "alternate", Qt.BrushStyle.NoBrush, "muted"),
}
ORDER = "reanwu"
"""As the legend and the sentence name them."""
ALWAYS = "rea"
"""Named also where there are none."""


def sentence_of(drawn: MemoryMap | None) -> str:
    """The picture in words: "12,288 pages: 8,000 verified, 3 failing, 0 folded"."""
    if drawn is None:
        return _("No page was tested yet")
    parts = [
        f"{number(drawn.count(letter))} {_(LOOKS[letter].word)}"
        for letter in ORDER
        if letter in ALWAYS or drawn.count(letter)
    ]
    return _("{pages} pages of 2 MiB: {parts}").format(pages=number(drawn.pages), parts=listed(parts))


def amiss_of(drawn: MemoryMap | None) -> str:
    """What is wrong in the picture so far: "3 failing"; "" where nothing is."""
    if drawn is None:
        return ""
    return ", ".join(
        f"{number(drawn.count(letter))} {_(LOOKS[letter].word)}" for letter in MARKED if drawn.count(letter)
    )


class MapView(QWidget):
    """The picture, and its legend below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._map: MemoryMap | None = None
        self._picture: QPixmap | None = None
        self._cell, self._columns, self._step = 1, 1, 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(_("Memory map"))
        self.setAccessibleDescription(sentence_of(None))

    def show_map(self, drawn: MemoryMap | None) -> None:
        """Draw another one; the same one costs nothing."""
        if drawn == self._map:
            return
        self._map = drawn
        self._picture = None
        self.setAccessibleDescription(sentence_of(drawn))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, 120 + self._legend_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 56 + self._legend_height())

    def page_at(self, place: QPoint) -> int | None:
        """The first page of the cell at a place; None beside the picture."""
        if self._map is None or not self._place().contains(place):
            return None
        inside = place - self._place().topLeft()
        column, row = inside.x() // self._cell, inside.y() // self._cell
        cell = (row * self._columns + column) * self._step
        page = cell * self._map.pages_per_cell
        return page if column < self._columns and page < self._map.pages else None

    def words_at(self, place: QPoint) -> str:
        """What is known of the page under the pointer."""
        page = self.page_at(place)
        if page is None or self._map is None:
            return ""
        letter = self._map.cells[page // self._map.pages_per_cell]
        words = _("Page {page} at {offset} MiB: {state}").format(
            page=number(page), offset=number(page * PAGE_BYTES // _MIB), state=_(LOOKS[letter].word)
        )
        owner = self._map.owner(page)
        if letter == "a" and owner is not None:
            words += ". " + _("It is the same memory as page {owner} at {offset} MiB").format(
                owner=number(owner), offset=number(owner * PAGE_BYTES // _MIB)
            )
        return words

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.words_at(event.pos()) or sentence_of(self._map), self)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._picture = None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._picture = None
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            self._picture = self._drawn()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.end()

    # --- the drawing

    def _legend_height(self) -> int:
        return 2 * (self.fontMetrics().height() + 2) + 4

    def _place(self) -> QRect:
        return self.rect().adjusted(1, 1, -1, -1 - self._legend_height())

    def _drawn(self) -> QPixmap:
        scale = self.devicePixelRatioF()
        picture = QPixmap(max(round(self.width() * scale), 1), max(round(self.height() * scale), 1))
        picture.setDevicePixelRatio(scale)
        picture.fill(Qt.GlobalColor.transparent)
        colours = theme.of(self.palette())
        painter = QPainter(picture)
        if self._map is not None:
            self._fit(len(self._map.cells))
            self._draw_cells(painter, colours)
        self._draw_legend(painter, colours)
        painter.end()
        return picture

    def _fit(self, cells: int) -> None:
        """The largest square cell with which all of them fit; below one pixel, several cells share one."""
        place = self._place()
        width, height = max(place.width(), 1), max(place.height(), 1)
        self._step = max(ceil(cells / (width * height)), 1)
        shown = ceil(cells / self._step)
        self._cell = min(max(isqrt(width * height // max(shown, 1)), 1), LARGEST_CELL)
        while self._cell > 1 and ceil(shown / (width // self._cell or 1)) * self._cell > height:
            self._cell -= 1
        self._columns = max(width // self._cell, 1)

    def _draw_cells(self, painter: QPainter, colours: theme.Colours) -> None:
        assert self._map is not None
        cells = self._map.cells if self._step == 1 else _gravest(self._map.cells, self._step)
        corner = self._place().topLeft().toTuple()
        places: dict[str, list[QRect]] = {}
        marks: dict[str, list[QRect]] = {letter: [] for letter in MARKED}
        for run in _RUN.finditer(cells):
            letter, found = run[1], self._places(corner, run.start(), run.end())
            places.setdefault(letter, []).extend(found)
            if letter in marks:
                marks[letter].append(found[0])
        for letter, all_of_it in places.items():  # at once: a card whose pages alternate has thousands
            _fill(painter, all_of_it, LOOKS[letter], colours)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colours.text), 1))
        for few in marks.values():
            for place in few if len(few) <= MOST_MARKS else ():
                if min(place.width(), place.height()) < LEAST_MARK and place.width() < 4 * LEAST_MARK:
                    painter.drawRect(place.adjusted(-3, -3, 2, 2))

    def _foot(self) -> int:
        """Below the last row."""
        if self._map is None:
            return self._place().bottom()
        return self._place().top() + ceil(ceil(len(self._map.cells) / self._step) / self._columns) * self._cell

    def _places(self, corner: tuple[int, int], start: int, end: int) -> list[QRect]:
        """Where the cells from `start` on lie: the rest of a row, whole rows, the beginning of another."""
        side, columns = self._cell, self._columns
        left, top = corner
        places = []
        while start < end:
            row, column = divmod(start, columns)
            rows = (end - start) // columns if not column else 0
            taken = rows * columns if rows else min(end - start, columns - column)
            wide, high = (columns, rows) if rows else (taken, 1)
            places.append(QRect(left + column * side, top + row * side, wide * side, high * side))
            start += taken
        return places

    def _draw_legend(self, painter: QPainter, colours: theme.Colours) -> None:
        metrics = self.fontMetrics()
        line, side = metrics.height() + 2, metrics.ascent()
        x, y = 0, self._foot() + 5
        for letter in ORDER:
            if self._map is None or (letter not in ALWAYS and not self._map.count(letter)):
                continue
            text = f"{_(LOOKS[letter].word)} {number(self._map.count(letter))}"
            wide = side + 5 + metrics.horizontalAdvance(text) + 14
            if x and x + wide - 14 > self.width():
                x, y = 0, y + line
            _fill(painter, [QRect(x, y + 1, side, side)], LOOKS[letter], colours)
            painter.setPen(QColor(colours.border))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(x, y + 1, side, side)
            painter.setPen(QColor(colours.text))
            painter.drawText(QRectF(x + side + 5, y, wide, line), Qt.AlignmentFlag.AlignVCenter, text)
            x += wide


def _fill(painter: QPainter, places: list[QRect], look: Look, colours: theme.Colours) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(getattr(colours, look.ground)))
    painter.drawRects(places)
    if look.pattern is not Qt.BrushStyle.NoBrush:
        painter.setBrush(QBrush(QColor(getattr(colours, look.ink)), look.pattern))
        painter.drawRects(places)


def _gravest(cells: str, step: int) -> str:
    """One cell for each `step` of them."""
    groups = (cells[start : start + step] for start in range(0, len(cells), step))
    return "".join(next(letter for letter in GRAVEST_FIRST if letter in group) for group in groups)
