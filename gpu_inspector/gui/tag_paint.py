"""Tags drawn by Qt for a printer, mark for mark as they stand in the PDF: a preview of what comes out.

Letters are drawn as outlines of the very font that the PDF carries, so that every line ends where it was measured to
end, whatever fonts the system and the printer have.
"""

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPainterPath,
    QPen,
    QRawFont,
    QTransform,
)
from PySide6.QtWidgets import QWidget

from gpu_inspector.language import _
from gpu_inspector.report import fonts
from gpu_inspector.report.layout import Box, Colour, Mark, Region, Text
from gpu_inspector.report.tag_sheet import DROP_SHARE, STROKE_SHARE, Placed
from gpu_inspector.workflow.tagging import Made

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrintPreviewDialog

_POINTS = 72.0
_RAW = 100.0
"""Pixels of the letters' outlines before they are scaled: fine enough for the largest."""


def preview(made: Made, parent: QWidget) -> "QPrintPreviewDialog":
    """A window with the labels, from which they are printed in their own size; not shown yet."""
    from PySide6.QtPrintSupport import QPrintPreviewDialog

    dialog = QPrintPreviewDialog(parent)
    printer = dialog.printer()
    printer.setPageSize(
        QPageSize(QSizeF(*made.laid.paper), QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    )
    printer.setFullPage(True)
    printer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Point)
    printer.setDocName(_("GPU Inspector, tag of inspection {number}").format(number=made.entry.seq))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(_("Print tags: they carry no verdict and no signature"))
    dialog.resize((parent.parentWidget() or parent).window().size() * 0.9)  # of the window, not of a small dialog
    dialog.paintRequested.connect(lambda device: print_on(device, made))
    return dialog


def print_on(device: QPagedPaintDevice, made: Made) -> int:
    """Draw all pages; how many there are."""
    painter = QPainter(device)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(device.logicalDpiX() / _POINTS, device.logicalDpiY() / _POINTS)
    for number, page in enumerate(made.laid.pages):
        if number:
            device.newPage()
        for placed in page:
            _put(painter, placed)
    painter.end()
    return len(made.laid.pages)


def _put(painter: QPainter, placed: Placed) -> None:
    painter.save()
    painter.translate(placed.left, placed.top)
    painter.setClipRect(QRectF(0, 0, placed.label.width, placed.label.height))
    _draw(painter, placed.drawn.marks)
    if placed.word:
        right, down, size, angle = placed.outline
        painter.translate(right, down)
        painter.rotate(-angle)
        wide = fonts.width(fonts.BOLD, size, placed.word)
        letters = _letters(placed.word, fonts.BOLD, size, QPointF(-wide / 2, size * DROP_SHARE))
        painter.strokePath(letters, QPen(QColor(0, 0, 0), size * STROKE_SHARE))
    painter.restore()


def _draw(painter: QPainter, marks: Iterable[Mark]) -> None:
    for mark in marks:
        if isinstance(mark, Text):
            path = _letters(mark.text, mark.style.font, mark.style.size, QPointF(mark.x, mark.y))
            painter.fillPath(path, _ink(mark.style.colour))
        elif isinstance(mark, Region):
            squares = QPainterPath()  # one path: boxes that were filled one by one would leave light seams
            squares.setFillRule(Qt.FillRule.WindingFill)
            for left, top, wide, high in mark.boxes:
                squares.addRect(QRectF(mark.x + left, mark.y + top, wide, high))
            painter.fillPath(squares, _ink(mark.colour))
        elif isinstance(mark, Box) and mark.fill is not None:
            painter.fillRect(QRectF(mark.x, mark.y, mark.width, mark.height), _ink(mark.fill))


def _letters(text: str, font: str, size: float, start: QPointF) -> QPainterPath:
    """The outlines of a line, from the left end of its base line."""
    path, x = QPainterPath(), start.x()
    for name, part in fonts.runs(font, text):
        raw = _raw(name) if name == font else QRawFont(QByteArray(fonts.made(name, part)), _RAW)
        for letter, glyph in zip(part, raw.glyphIndexesForString(part), strict=False):
            turn = QTransform().translate(x, start.y()).scale(size / _RAW, size / _RAW)
            path.addPath(turn.map(raw.pathForGlyph(glyph)))
            x += size * fonts.advance(font, letter)
    return path


@cache
def _raw(font: str) -> QRawFont:
    return QRawFont(str(fonts.path_of(font)), _RAW)


def _ink(colour: Colour) -> QColor:
    return QColor.fromRgbF(*colour)
