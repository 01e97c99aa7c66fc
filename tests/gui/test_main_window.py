"""The window itself: its title, what is dropped on it, defects in its slots, and how it closes."""

import sys
import threading
from pathlib import Path

import pytest
from gui.window_fakes import WORK, OpenWindow, click, drop, jobs_of, with_run
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QStackedWidget
from pytestqt.qtbot import QtBot

from gpu_inspector import settings
from gpu_inspector.gui import app
from gpu_inspector.gui.asking import Ask
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.worker import log_defect
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.workflow.inspecting import Done
from gpu_inspector.workflow.progress import Progress


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not jobs_of(window))


def test_the_title_begins_with_the_name(window: MainWindow) -> None:
    assert window.windowTitle().startswith("GPU Inspector")


@pytest.mark.parametrize(
    ("name", "page"),
    [("r.PDF", "verify"), ("dump.xml", "bench"), ("capture.json", "bench"), ("no ending", "bench")],
)
def test_what_is_dropped_goes_to_the_page_that_takes_it(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, name: str, page: str
) -> None:
    window.go_to(window.settings)
    drop(window, tmp_path / name)
    settle(qtbot, window)
    assert window.stack.currentWidget() is getattr(window, page)


class Held:
    """An inspection that stands still until it is let go."""

    def __init__(self) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()
        self.stored: list[Evidence] = []

    def collect(self, card: str | None, progress: Progress) -> Evidence:
        progress("collecting", 0.2)
        self.reached.set()
        assert self.go_on.wait(10)
        progress("still collecting", 0.4)
        raise AssertionError("a stopped inspection went on")

    def finish(self, evidence: Evidence, declaration: Declaration, case: Case, progress: Progress, ask: Ask) -> Done:
        self.stored.append(evidence)
        raise AssertionError


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def running(open_window: OpenWindow, held: Held) -> MainWindow:
    window = open_window(with_run(collect_machine=held.collect, finish=held.finish))
    window._inspect()
    assert held.reached.wait(5)
    return window


def test_closing_during_a_run_asks_once_in_a_line(qtbot: QtBot, running: MainWindow, held: Held) -> None:
    running.go_to(running.settings)
    running.close()
    assert running.isVisible()
    assert running.stack.currentWidget() is running.run
    assert "Close the window once more" in running.run.notice.text
    assert QApplication.activeModalWidget() is None
    assert running.run.running
    running.run.cancel()
    held.go_on.set()
    settle(qtbot, running)
    assert running.isVisible()


def test_closing_twice_during_a_run_stops_it_and_leaves_no_thread(
    qtbot: QtBot, running: MainWindow, held: Held
) -> None:
    running.close()
    running.close()
    held.go_on.set()
    qtbot.waitUntil(lambda: not running.isVisible())
    assert jobs_of(running) == []
    assert held.stored == []


def test_a_defect_in_a_slot_is_a_sentence_with_a_way_to_the_log(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url.toLocalFile())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    window.go_to(window.verify)
    app._tell(window, log_defect(ZeroDivisionError("oh")))
    notice = window.verify.notice
    assert notice.isVisible() and notice.log_button.isVisible()
    assert "A defect of the program" in notice.text
    click(notice.log_button)
    assert opened == [str(settings.log_path())]
    assert "ZeroDivisionError" in settings.log_path().read_text(encoding="utf-8")
    notice.warn("The disk is full.")
    assert not notice.log_button.isVisible()


def test_a_log_that_no_program_opens_is_named(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: False)
    app._tell(window, log_defect(ZeroDivisionError("oh")))
    click(window.bench.notice.log_button)
    assert str(settings.log_path()) in window.bench.notice.text.replace("\u200b", "")


def test_a_defect_while_the_window_is_taken_apart_breaks_nothing(window: MainWindow) -> None:
    class Gone:
        @property
        def stack(self) -> QStackedWidget:
            raise RuntimeError("Internal C++ object (QStackedWidget) already deleted.")  # PySide's own words

    app._tell(Gone(), "A defect.")  # type: ignore[arg-type]


def test_a_page_that_breaks_costs_no_inspection(
    qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A defect in one page's slot: the others go on, and the inspection is finished and stored."""
    stored: list[Evidence] = []
    told: list[str] = []

    def finish(evidence: Evidence, declaration: Declaration, case: Case, progress: Progress, ask: Ask) -> Done:
        stored.append(evidence)
        return WORK.run.finish(evidence, declaration, case, progress, ask)

    window = open_window(with_run(finish=finish))

    def broken() -> None:
        raise ZeroDivisionError("a page's defect")

    window.run.busy.connect(broken)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "excepthook", lambda kind, defect, trace: told.append(str(defect)))
        window._inspect()
        qtbot.waitUntil(lambda: bool(stored) and not jobs_of(window))
    assert told and set(told) == {"a page's defect"}
    assert window.stack.currentWidget() is window.verdict
