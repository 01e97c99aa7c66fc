"""Pictures on their way into the window: what the clipboard holds, and small pictures for the screen."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPixmap

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff")
"""Endings that the file dialog offers; what a file holds decides whether it is read."""
_RAW = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/tiff": "tif"}


def holds_pictures() -> bool:
    """Whether the clipboard holds files or a picture rather than words."""
    data = QGuiApplication.clipboard().mimeData()
    return bool(copied_files()) or (data.hasImage() and not data.hasText())


def copied_files() -> tuple[Path, ...]:
    """Files that were copied in a file manager."""
    data = QGuiApplication.clipboard().mimeData()
    return tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())


def copied_picture() -> tuple[bytes, str]:
    """The picture on the clipboard as its program put it there, or as PNG, and a name for it; b"" where none is."""
    data = QGuiApplication.clipboard().mimeData()
    for kind, ending in _RAW.items():
        if data.hasFormat(kind):
            raw = bytes(data.data(kind).data())
            if raw:
                return raw, f"pasted.{ending}"
    image = QGuiApplication.clipboard().image()
    if image.isNull():
        return b"", ""
    out = QBuffer()
    out.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(out, "PNG")  # type: ignore[call-overload]  # the stubs want bytes where Qt takes a text
    return bytes(out.data().data()), "pasted.png"


def small(png: bytes, side: int, ratio: float) -> QPixmap:
    """A picture that fits into a square of `side` pixels of a screen with `ratio` dots a pixel; none from b""."""
    picture = QPixmap()
    if png and picture.loadFromData(png):
        picture = picture.scaled(
            QSize(round(side * ratio), round(side * ratio)),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        picture.setDevicePixelRatio(ratio)
    return picture
