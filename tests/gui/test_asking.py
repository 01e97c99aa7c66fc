"""A passphrase is asked for in the window, beside its work: typed, refused, held where that is wished, never longer."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from gui.window_fakes import WORK, OpenWindow, click, done_of, jobs_of, press, with_run, write
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from gpu_inspector.errors import ReportError
from gpu_inspector.gui.asking import Ask, Asking, panel_of
from gpu_inspector.gui.held import HELD_S, Memory
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.ledger.query import Found, Mark
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.workflow.inspecting import Done
from gpu_inspector.workflow.progress import Progress

SECRET = "correct horse battery"


class Signer:
    """Signs where it is given the right secret, and remembers what it was given."""

    def __init__(self) -> None:
        self.given: list[str | None] = []
        self.right = SECRET

    def finish(self, evidence: Evidence, declaration: Declaration, case: Case, progress: Progress, ask: Ask) -> Done:
        self.given.append(ask("Passphrase of office.p12"))
        if self.given[-1] != self.right:
            return done_of(evidence, declaration, case, failure="The passphrase does not open the file.")
        return done_of(evidence, declaration, case, report=Path("/r.pdf"))


def begun(qtbot: QtBot, window: MainWindow) -> Asking:
    """The panel, once a run asks."""
    click(window.run.start_button)
    panel = panel_of(window)
    qtbot.waitUntil(lambda: panel.is_open)
    return panel


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not jobs_of(window))


@pytest.fixture
def signer() -> Signer:
    return Signer()


@pytest.fixture
def asked(open_window: OpenWindow, signer: Signer) -> MainWindow:
    """A window whose run asks for a passphrase at its end."""
    return open_window(with_run(finish=signer.finish))


def test_what_is_typed_goes_to_the_work_and_is_gone_from_the_window(
    qtbot: QtBot, asked: MainWindow, signer: Signer
) -> None:
    panel = begun(qtbot, asked)
    assert panel.wanted.text() == panel.field.accessibleName() == "Passphrase of office.p12"
    assert panel.field.echoMode() is QLineEdit.EchoMode.Password
    assert QApplication.focusWidget() is panel.field or not asked.isActiveWindow()
    write(panel.field, SECRET)
    press(panel.field, Qt.Key.Key_Return)
    assert not panel.isVisible() and panel.field.text() == "" and not panel.field.isUndoAvailable()
    settle(qtbot, asked)
    assert signer.given == [SECRET]
    assert asked.verdict.report.open_button.isEnabled()


def test_the_window_lives_while_a_question_is_open(qtbot: QtBot, asked: MainWindow) -> None:
    panel = begun(qtbot, asked)
    asked.go_to(asked.history)
    write(asked.history.filters.words, "C-7")
    assert asked.history.filters.words.text() == "C-7" and panel.is_open
    panel.refuse()
    settle(qtbot, asked)


def test_the_secret_cannot_be_copied_out_of_the_field(qtbot: QtBot, asked: MainWindow) -> None:
    panel = begun(qtbot, asked)
    QApplication.clipboard().setText("before")
    write(panel.field, SECRET)
    panel.field.selectAll()
    panel.field.copy()
    panel.field.cut()
    assert QApplication.clipboard().text() == "before"
    assert panel.field.contextMenuPolicy() is Qt.ContextMenuPolicy.NoContextMenu
    panel.refuse()
    assert panel.field.text() == ""
    settle(qtbot, asked)


def test_escape_gives_none_and_stops_no_run(qtbot: QtBot, asked: MainWindow, signer: Signer) -> None:
    begun(qtbot, asked)
    press(asked, Qt.Key.Key_Escape)
    settle(qtbot, asked)
    assert signer.given == [None]
    (ride,) = asked.run.runs.rides
    assert ride.done is not None and ride.done.report is None


def test_nothing_typed_is_no_answer(qtbot: QtBot, asked: MainWindow, signer: Signer) -> None:
    panel = begun(qtbot, asked)
    press(panel.field, Qt.Key.Key_Return)
    click(panel.go_on)
    assert panel.is_open and signer.given == []
    click(panel.refuse_button)
    settle(qtbot, asked)
    assert signer.given == [None]


def test_each_report_asks_again(qtbot: QtBot, asked: MainWindow, signer: Signer) -> None:
    for _number in range(2):
        panel = begun(qtbot, asked)
        assert not panel.keep.isChecked()
        write(panel.field, SECRET)
        click(panel.go_on)
        settle(qtbot, asked)
    assert signer.given == [SECRET, SECRET]


def test_what_is_held_is_used_until_it_fails_and_then_asked_for(
    qtbot: QtBot, asked: MainWindow, signer: Signer
) -> None:
    panel = begun(qtbot, asked)
    write(panel.field, SECRET)
    press(panel.field, Qt.Key.Key_K, control=True)
    assert panel.keep.isChecked()
    click(panel.go_on)
    settle(qtbot, asked)
    click(asked.run.start_button)
    settle(qtbot, asked)
    assert signer.given == [SECRET, SECRET] and not panel.is_open
    signer.right = "another"
    click(asked.run.start_button)
    settle(qtbot, asked)  # tried once, and never again by itself
    assert begun(qtbot, asked).is_open
    panel.refuse()
    settle(qtbot, asked)
    assert signer.given == [SECRET, SECRET, SECRET, None]


def test_a_wrong_one_is_not_held(qtbot: QtBot, asked: MainWindow, signer: Signer) -> None:
    panel = begun(qtbot, asked)
    write(panel.field, "wrong")
    panel.keep.setChecked(True)
    click(panel.go_on)
    settle(qtbot, asked)
    assert begun(qtbot, asked).is_open
    panel.refuse()
    settle(qtbot, asked)
    assert signer.given == ["wrong", None]


def ask_twice(panel: Asking) -> tuple[list[str | None], list[threading.Thread]]:
    """Two pieces of work that want the same secret at the same time."""
    given: list[str | None] = []
    inquiries = [panel.inquiry(), panel.inquiry()]

    def work(number: int) -> None:
        given.append(inquiries[number]("PIN of the card"))
        inquiries[number].settle(well=True)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    return given, threads


def test_two_at_once_are_asked_one_after_the_other(qtbot: QtBot, window: MainWindow) -> None:
    panel = panel_of(window)
    given, threads = ask_twice(panel)
    for secret in ("1111", "2222"):
        qtbot.waitUntil(lambda: panel.is_open)
        write(panel.field, secret)
        click(panel.go_on)
    qtbot.waitUntil(lambda: not any(thread.is_alive() for thread in threads))
    assert sorted(str(one) for one in given) == ["1111", "2222"]


def test_who_asks_the_same_while_one_is_tried_gets_it_where_it_was_right(qtbot: QtBot, window: MainWindow) -> None:
    panel = panel_of(window)
    given, threads = ask_twice(panel)
    qtbot.waitUntil(lambda: panel.is_open)
    write(panel.field, "1111")
    panel.keep.setChecked(True)
    click(panel.go_on)
    qtbot.waitUntil(lambda: not any(thread.is_alive() for thread in threads))
    assert given == ["1111", "1111"] and not panel.is_open


def test_asked_once_more_by_the_same_work_it_was_wrong(qtbot: QtBot, window: MainWindow) -> None:
    panel = panel_of(window)
    given: list[str | None] = []
    ask = panel.inquiry()
    thread = threading.Thread(target=lambda: given.extend((ask("PIN"), ask("PIN"))))
    thread.start()
    for secret in ("1", "2"):
        qtbot.waitUntil(lambda: panel.is_open)
        write(panel.field, secret)
        panel.keep.setChecked(True)
        click(panel.go_on)
    qtbot.waitUntil(lambda: not thread.is_alive())
    assert given == ["1", "2"]
    ask.settle(well=True)
    assert panel.memory.get("PIN") == "2"


def test_closing_the_window_answers_everybody_with_none_and_forgets(
    qtbot: QtBot, asked: MainWindow, signer: Signer
) -> None:
    panel = begun(qtbot, asked)
    panel.memory.put("Passphrase of other.p12", "held")
    asked.close()  # asks once, since a run is going on
    assert panel.is_open
    asked.close()
    qtbot.waitUntil(lambda: not asked.isVisible())
    assert signer.given == [None]
    assert panel.memory.get("Passphrase of other.p12") is None


def test_a_secret_that_nobody_wants_is_forgotten() -> None:
    now = [0.0]
    memory = Memory(lambda: now[0])
    memory.put("a", "secret")
    now[0] += HELD_S - 1
    assert memory.get("a") == "secret"
    now[0] += HELD_S - 1
    assert memory.get("a") == "secret"
    now[0] += HELD_S + 1
    assert memory.get("a") is None


def test_another_key_forgets_what_was_held(qtbot: QtBot, window: MainWindow) -> None:
    panel_of(window).memory.put("PIN", "1")
    window.settings.change(inspector="A. Officer")
    settle(qtbot, window)
    assert panel_of(window).memory.get("PIN") == "1"
    window.settings.change(card_token="other")
    settle(qtbot, window)
    assert panel_of(window).memory.get("PIN") is None


def test_no_secret_stands_in_a_text_of_what_held_it(qtbot: QtBot, window: MainWindow) -> None:
    panel = panel_of(window)
    given, threads = ask_twice(panel)
    qtbot.waitUntil(lambda: panel.is_open)
    question = panel._current
    write(panel.field, SECRET)
    panel.keep.setChecked(True)
    click(panel.go_on)
    qtbot.waitUntil(lambda: not any(thread.is_alive() for thread in threads))
    assert given == [SECRET, SECRET]
    for one in (panel, panel.memory, question, panel.inquiry()):
        assert SECRET not in repr(one) and SECRET not in str(one)
    assert question is not None and question.secret is None


def test_the_report_made_again_asks_too(qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str | None] = []

    def again(seq: int, ask: Ask) -> Path:
        given.append(ask("PIN of the card"))
        if given[-1] is None:
            raise ReportError("A PIN is wanted, and none is offered.")
        return Path("/r.pdf")

    window = open_window(replace(WORK, history=replace(WORK.history, report_again=again)))
    history = window.history
    found = Found(row=None, seq=1, mark=Mark("", 1), repeated=False)
    monkeypatch.setattr(type(history.table), "current", found)
    history.files.report_again()
    qtbot.waitUntil(lambda: panel_of(window).is_open)
    press(window, Qt.Key.Key_Escape)
    settle(qtbot, window)
    assert history.notice.text.startswith("A PIN is wanted")


@pytest.mark.parametrize("size", [(1024, 640), (1280, 720)])
def test_the_panel_fits_a_small_window(qtbot: QtBot, window: MainWindow, size: tuple[int, int]) -> None:
    from gui.test_everybody import cut_off

    window.resize(*size)
    panel = panel_of(window)
    ask = panel.inquiry()
    thread = threading.Thread(target=ask, args=("PIN of the card “Customs office of a town with a long name”",))
    thread.start()
    qtbot.waitUntil(lambda: panel.is_open)
    qtbot.wait(60)
    assert cut_off(panel) == []
    assert window.rect().contains(panel.geometry())
    panel.refuse()
    qtbot.waitUntil(lambda: not thread.is_alive())
