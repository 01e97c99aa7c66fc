"""A window that is closed again, and no job that outlives its test."""

import gc
import os
from collections.abc import Iterator

import pytest
from gui.window_fakes import WORK, OpenWindow, jobs_of
from PySide6.QtWidgets import QApplication
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

    def open_one(work: Work) -> MainWindow:
        window = MainWindow(work)
        # pytest-qt closes it before this fixture ends; a thread that outlives its window takes the process along.
        qtbot.addWidget(window, before_close_func=lambda closed: qtbot.waitUntil(lambda: not jobs_of(window)))
        windows.append(window)
        window.show()
        window._start()
        qtbot.waitUntil(lambda: not jobs_of(window))
        return window

    return open_one


@pytest.fixture
def window(open_window: OpenWindow) -> MainWindow:
    """A window where all goes well."""
    return open_window(WORK)
