"""A window that is closed again, and no job that outlives its test."""

import gc
import os
from collections.abc import Iterator

import pytest
from gui.window_fakes import WORK, OpenWindow, jobs_of
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gpu_inspector.gui import theme
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.work import Work

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def _widgets_die_in_their_own_thread() -> Iterator[None]:
    """A window that a test has let go of must not be swept away by a worker's thread while Qt is deleting it."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def open_window(qtbot: QtBot, qapp: QApplication) -> OpenWindow:
    """Opens windows on the work that is given, with their cards listed."""
    theme.wear(qapp, theme.LIGHT)
    windows: list[MainWindow] = []

    def at_rest(window: MainWindow) -> None:
        qtbot.waitUntil(lambda: not jobs_of(window))

    def close(window: QWidget) -> None:
        # pytest-qt deletes it as soon as it has asked it to close, and closing begins a job: what was typed is kept.
        # A thread that outlives its window takes the process along.
        assert isinstance(window, MainWindow)
        at_rest(window)
        window.close()
        at_rest(window)

    def open_one(work: Work) -> MainWindow:
        window = MainWindow(work)
        qtbot.addWidget(window, before_close_func=close)
        windows.append(window)
        window.show()
        window._start()
        at_rest(window)
        return window

    return open_one


@pytest.fixture
def window(open_window: OpenWindow) -> MainWindow:
    """A window where all goes well."""
    return open_window(WORK)
