"""The drawings of the steps: what to look at, with the numbers of the questions, in the colours of the theme."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpu_inspector import resources
from gpu_inspector.gui import theme
from gpu_inspector.language import _

RATIO = 0.75
"""Height by width of all drawings."""
LEAST = 190
"""Pixels of width at which numbers and markings can still be read."""
_ACCENT = theme.LIGHT.calm
_GROUND = theme.LIGHT.base
"""As they stand in the files: colours of the light theme, so that a file is seen as it is meant anywhere."""


@lru_cache(maxsize=32)
def renderer(name: str, colours: theme.Colours) -> QSvgRenderer:
    """The drawing of a step. Raises DataError where there is none."""
    text = resources.read(f"eye/{name}.svg").decode("utf-8")
    for there, here in (("currentColor", colours.text), (_ACCENT, colours.calm), (_GROUND, colours.base)):
        text = text.replace(there, here)
    return QSvgRenderer(QByteArray(text.encode("utf-8")))


class PictureView(QWidget):
    """One drawing, as large as its place allows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumWidth(LEAST)

    def show_drawing(self, name: str, title: str) -> None:
        """The drawing of this step."""
        self._name = name
        self.setAccessibleName(_("Drawing: {title}").format(title=title))
        self.update()

    def heightForWidth(self, width: int) -> int:
        return round(width * RATIO)

    def sizeHint(self) -> QSize:
        return QSize(360, round(360 * RATIO))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._name:
            return
        colours = theme.of(self.palette())
        side = min(self.width(), self.height() / RATIO)
        place = QRectF((self.width() - side) / 2, 0, side, side * RATIO)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), colours.base)
        renderer(self._name, colours).render(painter, place)
        painter.end()
