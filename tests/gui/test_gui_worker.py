"""The worker: its four endings, each told in the window's own thread, and none leaves a thread."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from gpu_inspector import settings
from gpu_inspector.errors import CaptureError
from gpu_inspector.gui.worker import Job, Task
from gpu_inspector.workflow.progress import Progress


class Heard(QObject):
    """Writes down what a job says, and in which thread it was heard."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.said: list[tuple[str, tuple[Any, ...]]] = []
        self.threads: set[QThread] = set()
        for name in ("progressed", "done", "failed", "stopped", "ended"):
            getattr(job, name).connect(self._listener(name))

    def _listener(self, name: str) -> Callable[..., None]:
        def hear(*arguments: Any) -> None:
            self.said.append((name, arguments))
            self.threads.add(QThread.currentThread())

        return hear


@pytest.fixture
def parent(qtbot: QtBot) -> QObject:
    return QObject()


def _run(qtbot: QtBot, parent: QObject, task: Task, during: Callable[[Job], None] = lambda job: None) -> Heard:
    job = Job(task, parent)
    heard = Heard(job)
    with qtbot.waitSignal(job.ended, timeout=5000):
        job.start()
        during(job)
    assert heard.threads == {parent.thread()}
    return heard


def test_a_result_comes_after_its_steps_and_before_the_end(qtbot: QtBot, parent: QObject) -> None:
    def task(progress: Progress) -> object:
        progress("first", 0.25)
        progress("second", 0.5)
        return ("kept",)

    heard = _run(qtbot, parent, task)
    assert heard.said == [
        ("progressed", ("first", 0.25)),
        ("progressed", ("second", 0.5)),
        ("done", (("kept",),)),
        ("ended", ()),
    ]


def test_the_task_runs_in_another_thread(qtbot: QtBot, parent: QObject) -> None:
    names: list[int] = []
    _run(qtbot, parent, lambda progress: names.append(threading.get_ident()))
    assert names != [threading.get_ident()]


def test_a_fault_of_the_world_is_its_own_sentence(qtbot: QtBot, parent: QObject) -> None:
    def task(progress: Progress) -> object:
        raise CaptureError("The file is\u202e empty.", "Ask for it again.")

    heard = _run(qtbot, parent, task)
    assert heard.said == [("failed", ("The file is[U+202E] empty. Ask for it again.",)), ("ended", ())]
    assert "trace" not in settings.log_path().read_text(encoding="utf-8")


def test_a_defect_is_a_sentence_and_a_trace_in_the_log(qtbot: QtBot, parent: QObject) -> None:
    def broken(progress: Progress) -> object:
        nothing: dict[str, str] = {}
        return nothing["no such key"]

    heard = _run(qtbot, parent, broken)
    (ending, (sentence,)), end = heard.said
    assert (ending, end) == ("failed", ("ended", ()))
    assert str(settings.log_path()) in sentence
    log = settings.log_path().read_text(encoding="utf-8")
    assert "KeyError: 'no such key'" in log
    assert "in broken" in log


def test_a_defect_without_a_log_still_ends_in_a_sentence(
    qtbot: QtBot, parent: QObject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    settings.data_folder().parent.mkdir(parents=True, exist_ok=True)
    settings.log_path().mkdir(parents=True)

    def broken(progress: Progress) -> object:
        raise RuntimeError("broken on purpose")

    heard = _run(qtbot, parent, broken)
    assert "cannot be written" in heard.said[0][1][0]
    assert "broken on purpose" in (tmp_path / settings.log_path().name).read_text(encoding="utf-8")


def test_cancel_stops_at_the_next_step(qtbot: QtBot, parent: QObject) -> None:
    reached, go_on = threading.Event(), threading.Event()
    after: list[str] = []

    def task(progress: Progress) -> object:
        reached.set()
        go_on.wait(5)
        progress("too far", 0.5)
        after.append("went on")
        return None

    def cancel(job: Job) -> None:
        assert reached.wait(5)
        job.cancel()
        go_on.set()

    heard = _run(qtbot, parent, task, cancel)
    assert heard.said == [("stopped", ()), ("ended", ())]
    assert not after


def test_cancel_after_the_last_step_changes_nothing(qtbot: QtBot, parent: QObject) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def task(progress: Progress) -> object:
        progress("last", 1.0)
        reached.set()
        go_on.wait(5)
        return "stored"

    def cancel(job: Job) -> None:
        assert reached.wait(5)
        job.cancel()
        go_on.set()

    heard = _run(qtbot, parent, task, cancel)
    assert heard.said[-2:] == [("done", ("stored",)), ("ended", ())]


def test_a_job_that_ended_is_gone_from_its_parent(qtbot: QtBot, parent: QObject) -> None:
    _run(qtbot, parent, lambda progress: None)
    qtbot.waitUntil(lambda: not parent.findChildren(QObject))
