"""A window that is closed again, and no job that outlives its test."""

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


@pytest.fixture
def open_window(qtbot: QtBot, qapp: QApplication) -> Iterator[OpenWindow]:
    """Opens windows on the work that is given, with their cards listed."""
    theme.wear(qapp, theme.LIGHT)
    windows: list[MainWindow] = []

    def open_one(work: Work) -> MainWindow:
        window = MainWindow(work)
        qtbot.addWidget(window)
        windows.append(window)
        window.show()
        window.inspect.start()
        qtbot.waitUntil(lambda: not jobs_of(window))
        return window

    yield open_one
    for window in windows:
        qtbot.waitUntil(lambda: not jobs_of(window))  # noqa: B023 - it is waited for within the turn


@pytest.fixture
def window(open_window: OpenWindow) -> MainWindow:
    """A window where all goes well."""
    return open_window(WORK)
