"""Where the window stood and how it was dressed, known before it is shown, so that it never jumps.

Read straight from the settings' file, and believed only as far as these two go: the whole file is read, and a broken
one named, once the window stands.
"""

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from gpu_inspector import settings

ON_SCREEN = 120
"""Pixels of a window, in both directions, that must lie on a screen to be found again."""
LARGEST = 1024 * 1024
"""Bytes of the file."""


def chosen(name: str) -> str:
    """The text of that name in the settings; "" where there is none."""
    try:
        with (settings.data_folder() / "settings.toml").open("rb") as file:
            text = file.read(LARGEST)
        import tomllib  # where nothing was chosen, nothing need be read

        value = tomllib.loads(text.decode("utf-8")).get(name)
    except (OSError, ValueError, RecursionError):
        return ""
    return value if isinstance(value, str) else ""


def restore(window: QWidget) -> None:
    """Put the window where it stood last, where that is still on a screen."""
    kept = QByteArray.fromHex(chosen("window").encode("utf-8", "replace"))
    first = window.geometry()
    if kept.isEmpty() or not window.restoreGeometry(kept):
        return
    frame = window.frameGeometry()
    shares = [one.availableGeometry().intersected(frame) for one in QGuiApplication.screens()]
    if not any(share.width() >= ON_SCREEN and share.height() >= ON_SCREEN for share in shares):
        window.setWindowState(Qt.WindowState.WindowNoState)
        window.setGeometry(first)
