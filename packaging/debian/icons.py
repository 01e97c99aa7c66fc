"""The program's own drawing as pictures of the sizes that desktops look for, drawn by the window's own library.

Small sizes are drawn too, not shrunk from large ones: lines stay where the drawing has them.
"""

from pathlib import Path

SIDES = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)
"""The folders of the hicolor theme that docks, menus and software centres ask."""


def draw(drawing: Path, theme: Path, name: str) -> None:
    """Write NAME.png of each size, and the drawing itself, below the folder of the hicolor theme.

    Raises ValueError where the drawing is no SVG file, OSError where a picture cannot be written.
    """
    from PySide6.QtGui import QImage, QPainter  # noqa: TID251 - a tool of the build, no part of the program
    from PySide6.QtSvg import QSvgRenderer  # noqa: TID251

    renderer = QSvgRenderer(str(drawing))
    if not renderer.isValid():
        raise ValueError(f"{drawing.name} cannot be drawn.")
    for side in SIDES:
        picture = QImage(side, side, QImage.Format.Format_ARGB32)
        picture.fill(0)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        renderer.render(painter)
        painter.end()
        target = theme / f"{side}x{side}" / "apps" / f"{name}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        if not picture.save(str(target)):
            raise OSError(f"{target} cannot be written.")
    scalable = theme / "scalable" / "apps" / f"{name}.svg"
    scalable.parent.mkdir(parents=True, exist_ok=True)
    scalable.write_bytes(drawing.read_bytes())
