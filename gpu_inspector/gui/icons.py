"""Our own drawings, in the colours of the theme: SVG files whose lines are `currentColor`."""

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gpu_inspector import resources
from gpu_inspector.gui import theme

_SIDES = (24, 48, 72)
_made: dict[tuple[str, theme.Colours], QIcon] = {}


def drawn(name: str, colours: theme.Colours) -> QIcon:
    """The drawing of that name, for unchosen and chosen rows. Raises DataError where there is none."""
    key = (name, colours)
    if key not in _made:
        text = resources.read(f"icons/{name}.svg").decode("utf-8")
        icon = QIcon()
        for mode, colour in ((QIcon.Mode.Normal, colours.text), (QIcon.Mode.Selected, colours.highlighted)):
            renderer = QSvgRenderer(QByteArray(text.replace("currentColor", colour).encode("utf-8")))
            for side in _SIDES:
                picture = QPixmap(side, side)
                picture.fill(Qt.GlobalColor.transparent)
                painter = QPainter(picture)
                renderer.render(painter, QRectF(0, 0, side, side))
                painter.end()
                icon.addPixmap(picture, mode)
        _made[key] = icon
    return _made[key]
