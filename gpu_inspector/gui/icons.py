"""Our own drawings: of the pages in the colours of the theme (lines are `currentColor`), of the program as it is."""

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gpu_inspector import resources
from gpu_inspector.gui import theme

_SIDES = (24, 48, 72)
_SIDES_OF_PROGRAM = (16, 32, 48, 128)
"""What title bars, task bars and the list of open windows ask for."""
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
                icon.addPixmap(_picture(renderer, side), mode)
        _made[key] = icon
    return _made[key]


def of_program() -> QIcon:
    """The program's own drawing, for windows that no desktop file gives one. Raises DataError where it is missing."""
    renderer = QSvgRenderer(QByteArray(resources.read("icons/gpu-inspector.svg")))
    icon = QIcon()
    for side in _SIDES_OF_PROGRAM:
        icon.addPixmap(_picture(renderer, side))
    return icon


def _picture(renderer: QSvgRenderer, side: int) -> QPixmap:
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    return picture
