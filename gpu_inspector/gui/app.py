"""The window's door: asks whether a window can open, dresses the program, shows the window."""

import os
import signal
import sys
from contextlib import suppress

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from gpu_inspector import __version__, log
from gpu_inspector.gui import display, icons, place, speech, theme
from gpu_inspector.gui.garbage import Collector
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.page import Page
from gpu_inspector.gui.work import real_work
from gpu_inspector.gui.worker import log_defect

TICK_MS = 200


def main() -> int:
    """Run the window; the exit status. 1, and one line on stderr, where no window can open."""
    reason = display.why_not(os.environ)
    if reason:
        print(f"gpu-inspector: {reason}", file=sys.stderr)  # noqa: T201 - there is no window to say it in
        return 1
    application = QApplication(sys.argv[:1])
    present(application)
    trouble = speech.begin(application)
    theme.follow(application, place.chosen("theme") or theme.SYSTEM)
    window = MainWindow(real_work())
    # What breaks in a slot would only be printed where nobody looks.
    sys.excepthook = lambda kind, defect, trace: _tell(window, log_defect(defect))
    log.event("window-opened")
    window.show()
    window.begin()
    if trouble:
        _tell(window, trouble)
    # Python sees Ctrl+C in the terminal only between its own instructions; the clock makes it have some.
    signal.signal(signal.SIGINT, lambda number, frame: window.close())
    clock = QTimer()
    clock.timeout.connect(lambda: None)
    clock.start(TICK_MS)
    Collector(application)
    return application.exec()


def present(application: QApplication) -> None:
    """Name and drawing by which desktops know the program's windows."""
    application.setApplicationName("gpu-inspector")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("gpu-inspector")
    application.setWindowIcon(icons.of_program())


def _tell(window: MainWindow, sentence: str) -> None:
    """In the page that is in front, where it is seen; a window that is being taken apart shows nothing any more."""
    with suppress(RuntimeError):  # what PySide raises for a widget that Qt has deleted
        page = window.stack.currentWidget()
        (page if isinstance(page, Page) else window.bench).notice.warn(sentence)
