"""Signs that differ by shape, as in the signed report: who sees no colours loses nothing.

They are drawn, not letters of a font, so that they look the same on every machine. Which sign an
outcome or a headline bears, `answers` says.
"""

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpu_inspector.gui import theme


class Shape(Enum):
    """As the report's."""

    CHECK = "check"
    RING = "ring"
    DIAMOND = "diamond"
    TRIANGLE = "triangle"
    CROSS = "cross"
    DASH = "dash"


Sign = tuple[Shape, str]
"""A shape, and the name of its colour in `theme.Colours`."""

NEUTRAL: Sign = (Shape.DASH, "muted")
WARNING: Sign = (Shape.TRIANGLE, "deviation")
NOTE: Sign = (Shape.RING, "text")
CLEAR: Sign = (Shape.CHECK, "calm")
RESERVED: Sign = NOTE
"""Of a good answer beside which another question is open."""


_LINES: dict[Shape, tuple[tuple[float, float], ...]] = {
    Shape.CHECK: ((-0.42, 0.02), (-0.12, 0.34), (0.44, -0.36)),
    Shape.DASH: ((-0.36, 0), (0.36, 0)),
}
_AREAS: dict[Shape, tuple[tuple[float, float], ...]] = {
    Shape.DIAMOND: ((0, -0.46), (0.46, 0), (0, 0.46), (-0.46, 0)),
    Shape.TRIANGLE: ((0, -0.44), (0.48, 0.4), (-0.48, 0.4)),
}
"""Points in a square of side 1 about its middle, y downwards."""


def paint(painter: QPainter, place: QRectF, shape: Shape, colour: QColor) -> None:
    """Draw a shape into the middle of a place."""
    side = min(place.width(), place.height()) * 0.84
    pen = QPen(colour, max(1.4, side * 0.13))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)

    def points(pairs: tuple[tuple[float, float], ...]) -> QPolygonF:
        return QPolygonF([place.center() + QPointF(x * side, y * side) for x, y in pairs])

    if shape in _LINES:
        painter.drawPolyline(points(_LINES[shape]))
    elif shape in _AREAS:
        # The solid one is the one that must not be overlooked; an open question is an open shape.
        painter.setBrush(colour if shape is Shape.TRIANGLE else Qt.GlobalColor.transparent)
        painter.drawPolygon(points(_AREAS[shape]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    elif shape is Shape.RING:
        painter.drawEllipse(place.center(), side * 0.36, side * 0.36)
    else:
        painter.drawPolyline(points(((-0.36, -0.36), (0.36, 0.36))))
        painter.drawPolyline(points(((-0.36, 0.36), (0.36, -0.36))))


_icons: dict[tuple[Sign, theme.Colours], QIcon] = {}


def icon(sign: Sign, colours: theme.Colours) -> QIcon:
    """A sign for lists, the same also where its row is chosen or cannot be used."""
    key = (sign, colours)
    if key not in _icons:
        made = QIcon()
        for mode, name in ((QIcon.Mode.Normal, sign[1]), (QIcon.Mode.Selected, "highlighted")):
            for pixels in (16, 32, 48):
                picture = QPixmap(pixels, pixels)
                picture.fill(Qt.GlobalColor.transparent)
                painter = QPainter(picture)
                paint(painter, QRectF(0, 0, pixels, pixels), sign[0], QColor(getattr(colours, name)))
                painter.end()
                made.addPixmap(picture, mode)
        _icons[key] = made
    return _icons[key]


class SignView(QWidget):
    """A big sign beside a headline. Screen readers hear the headline's words instead."""

    def __init__(self, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._sign = NEUTRAL
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_sign(self, sign: Sign) -> None:
        self._sign = sign
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colour = QColor(getattr(theme.of(self.palette()), self._sign[1]))
        paint(painter, QRectF(self.rect()), self._sign[0], colour)
        painter.end()
