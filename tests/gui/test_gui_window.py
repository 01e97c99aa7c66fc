"""The window as an inspector uses it: keys and clicks from a card or a dump to a result, and what can fail."""

import gc
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from cards import forged
from gui.window_fakes import (
    WORK,
    OpenWindow,
    card_evidence,
    click,
    done_of,
    from_file,
    jobs_of,
    press,
    two_cards,
    write,
)
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDesktopServices, QDragEnterEvent, QDropEvent, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from gpu_inspector.errors import CaptureError, LedgerError, ReportError
from gpu_inspector.gui import signs, theme
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.words import NOT_EXAMINED
from gpu_inspector.workflow.collecting import Cancelled, Progress
from gpu_inspector.workflow.inspecting import Done

MIB = 1024 * 1024


def _wait(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not jobs_of(window))


def _inspected(qtbot: QtBot, window: MainWindow) -> None:
    click(window.inspect.inspect_button)
    _wait(qtbot, window)


def _showing(window: MainWindow) -> bool:
    return window.result.identity.isVisible()


class Held:
    """Work that stands still until it is let go."""

    def __init__(self) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()
        self.stored: list[Evidence] = []

    def collect_machine(self, card: str | None, progress: Progress) -> Evidence:
        progress("collecting", 0.2)
        self.reached.set()
        assert self.go_on.wait(10)
        progress("still collecting", 0.4)
        return card_evidence()

    def finish(self, evidence: Evidence, declaration: Declaration, case: Case, progress: Progress) -> Done:
        self.stored.append(evidence)
        return done_of(evidence, declaration, case)


def _raising(error: Exception) -> Callable[..., NoReturn]:
    def fail(*arguments: object) -> NoReturn:
        raise error

    return fail


# --- from start to result


def test_the_title_begins_with_the_name(window: MainWindow) -> None:
    assert window.windowTitle().startswith("GPU Inspector")


def test_the_cards_of_the_machine_are_listed_and_the_first_is_chosen(window: MainWindow) -> None:
    assert window.inspect.chosen is not None
    assert window.inspect.chosen.card == "0000:01:00.0"
    assert window.inspect.inspect_button.isEnabled()
    assert not window.inspect.cancel_button.isEnabled()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen, of the list of names
def test_keys_alone_lead_from_a_card_to_its_result(qtbot: QtBot, open_window: OpenWindow) -> None:
    asked: list[tuple[Declaration, Case]] = []

    def finish(evidence: Evidence, declaration: Declaration, case: Case, progress: Progress) -> Done:
        asked.append((declaration, case))
        return done_of(evidence, declaration, case)

    window = open_window(replace(WORK, finish=finish))
    window.inspect.declared.product.setFocus()
    write(window.inspect.declared.product, "RTX 4090")
    window.inspect.declared.memory.setFocus()
    window.inspect.declared.memory.selectAll()
    write(window.inspect.declared.memory, "24")
    press(window.inspect.declared.modified, Qt.Key.Key_Space)
    write(window.inspect.case.number, " C-1 ")
    write(window.inspect.case.inspector, "A. Officer")
    press(window.inspect.case.note, Qt.Key.Key_F5)
    _wait(qtbot, window)
    assert asked == [
        (
            Declaration(product="RTX 4090", memory_gb=24, modified=True),
            Case(number="C-1", inspector="A. Officer"),
        )
    ]
    assert _showing(window)
    assert window.result.identity.word.text() == "INCONCLUSIVE"
    assert window.result.condition.word.text() == "NOT EXAMINED"
    assert window.result.control.word.text() == "NOT ASSESSED"


def test_nothing_declared_is_an_empty_declaration(window: MainWindow) -> None:
    assert window.inspect.declared.declaration().empty
    assert window.inspect.case.case() == Case()


def test_half_a_character_from_the_clipboard_does_not_break_the_record(window: MainWindow) -> None:
    window.inspect.case.note.setText("a\ud800b")
    assert window.inspect.case.case().note.encode()


def test_a_dump_is_opened_by_key_and_reviewed(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *arguments: (str(tmp_path / "mail.xml"), ""))
    press(window, Qt.Key.Key_O, control=True)
    assert window.inspect.chosen is not None
    assert window.inspect.chosen.file == tmp_path / "mail.xml"
    press(window, Qt.Key.Key_R, control=True)
    _wait(qtbot, window)
    assert "file of unknown origin" in window.result.origin.text
    assert "mail.xml" in window.result.origin.text


def _drop(window: MainWindow, *urls: QUrl) -> None:
    data = QMimeData()
    data.setUrls(list(urls))
    nothing, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(10, 10), Qt.DropAction.CopyAction, data, left, nothing)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    drop = QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, data, left, nothing)
    QApplication.sendEvent(window, drop)


def test_a_dropped_file_is_chosen(window: MainWindow, tmp_path: Path) -> None:
    _drop(window, QUrl.fromLocalFile(str(tmp_path / "dump.txt")))
    assert window.inspect.chosen is not None
    assert window.inspect.chosen.file == tmp_path / "dump.txt"


def test_two_dropped_files_are_refused_with_a_sentence(window: MainWindow, tmp_path: Path) -> None:
    _drop(window, *(QUrl.fromLocalFile(str(tmp_path / name)) for name in ("a", "b")))
    assert window.inspect.notice.isVisible()
    assert "one file" in window.inspect.notice.text


def test_names_of_the_catalogue_are_offered(window: MainWindow) -> None:
    completer = window.inspect.declared.product.completer()
    completer.setCompletionPrefix("4090 d")
    assert completer.currentCompletion() == "NVIDIA GeForce RTX 4090 D"


def test_a_machine_without_cards_says_so(open_window: OpenWindow) -> None:
    window = open_window(replace(WORK, list_cards=lambda progress: ()))
    assert "No NVIDIA card" in window.inspect.empty.text()
    assert not window.inspect.inspect_button.isEnabled()


def test_refresh_keeps_what_is_chosen(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(replace(WORK, list_cards=lambda progress: two_cards().cards))
    window.inspect.list.setCurrentIndex(window.inspect.subjects.index(2))
    click(window.inspect.refresh_button)
    _wait(qtbot, window)
    assert window.inspect.chosen is not None
    assert window.inspect.chosen.card == "0000:02:00.0"


# --- what a result shows


@pytest.mark.parametrize(
    ("origin", "word"),
    [
        pytest.param(Origin.SAMPLE, "SAMPLE", id="sample"),
        pytest.param(Origin.SIMULATION, "SIMULATION", id="simulation"),
        pytest.param(Origin.FILE, "unknown origin", id="file"),
    ],
)
def test_what_is_no_card_of_this_machine_is_marked(window: MainWindow, origin: Origin, word: str) -> None:
    window.result.show_done(done_of(from_file("a.xml", origin)))
    assert window.result.origin.isVisible()
    assert word in window.result.origin.text


def test_a_card_of_this_machine_bears_no_mark(window: MainWindow) -> None:
    window.result.show_done(done_of(card_evidence()))
    assert not window.result.origin.isVisible()


def test_a_deviation_is_named_so_and_stands_open(window: MainWindow) -> None:
    window.result.show_done(done_of(forged(card_evidence(), memory_total_bytes=49140 * MIB)))
    assert window.result.identity.word.text() in ("UNEXPLAINED DEVIATION", "CONTRADICTED")
    tree = window.result.tree
    chosen = tree.findings.node(tree.currentIndex())
    assert chosen.word in ("Unexplained deviation", "Contradicted")
    assert tree.isExpanded(tree.currentIndex().siblingAtColumn(0))


def test_where_nothing_deviates_what_was_not_examined_stands_open(window: MainWindow) -> None:
    window.result.show_done(done_of(from_file("a.xml")))
    model = window.result.tree.findings
    labels = [str(model.data(model.index(row, 0))) for row in range(model.rowCount())]
    assert window.result.tree.isExpanded(model.index(labels.index(NOT_EXAMINED), 0))


def test_of_several_cards_the_gravest_is_shown_first(window: MainWindow) -> None:
    bad = forged(card_evidence(), memory_total_bytes=49140 * MIB).cards[0]
    both = card_evidence()
    both = replace(both, cards=(*both.cards, replace(bad, label="0000:02:00.0")))
    window.result.show_done(done_of(both))
    assert window.result.cards.isVisible()
    assert window.result.cards.currentIndex() == 1
    grave = window.result.identity.word.text()
    assert grave.lower() in window.result.cards.currentText()
    window.result.cards.setCurrentIndex(0)
    assert window.result.identity.word.text() != grave
    assert "0000:01:00.0" in window.result.subject.text()


def test_a_new_inspection_takes_the_old_result_away(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(replace(WORK, collect_machine=_raising(CaptureError("No."))))
    window.result.show_done(done_of(card_evidence()))
    _inspected(qtbot, window)
    assert not _showing(window)


def test_html_of_a_card_is_shown_as_it_is(window: MainWindow) -> None:
    window.result.show_done(done_of(forged(card_evidence(), name="<b>RTX</b><img src='file:///x'>")))
    assert "<b>RTX</b>" in window.result.subject.text()
    labels = [one for one in window.result.findChildren(QLabel) if one.objectName() != "qt_rubberband"]
    assert {one.textFormat() for one in labels} == {Qt.TextFormat.PlainText}


def test_an_endless_name_does_not_widen_the_window(qtbot: QtBot, window: MainWindow) -> None:
    before = window.minimumSizeHint().width()
    window.result.show_done(done_of(forged(card_evidence(), name="W" * 5000)))
    qtbot.waitUntil(lambda: _showing(window))
    assert window.minimumSizeHint().width() <= max(before, 1024)
    assert window.width() == 1280


def test_all_of_it_fits_a_small_screen(qtbot: QtBot, window: MainWindow) -> None:
    window.result.show_done(done_of(from_file("a.xml")))
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: _showing(window))
    hint = window.minimumSizeHint()
    assert (hint.width(), hint.height()) <= (1280, 720)
    assert hint.height() <= 720


# --- the report


def test_the_report_is_saved_where_the_inspector_says(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *arguments: (str(tmp_path / "mine"), ""))
    _inspected(qtbot, window)
    press(window, Qt.Key.Key_S, control=True)
    _wait(qtbot, window)
    assert (tmp_path / "mine.pdf").read_bytes() == b"%PDF-"
    assert "mine.pdf" in window.result.notice.text


def test_a_report_that_cannot_be_saved_is_a_sentence(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window(replace(WORK, save_report=_raising(ReportError("The disk is full."))))
    window.result.show_done(done_of(card_evidence()))
    window.result.save_report(tmp_path / "a.pdf")
    _wait(qtbot, window)
    assert window.result.notice.text == "The disk is full."
    assert window.result.save_button.isEnabled()


def test_the_report_is_opened_by_the_system(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url.toLocalFile())
        return False

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    window.result.show_done(done_of(card_evidence(), report=tmp_path / "r.pdf"))
    click(window.result.open_button)
    assert opened == [str(tmp_path / "r.pdf")]
    assert "no program that opens a PDF" in window.result.notice.text


def test_a_report_that_could_not_be_made_is_no_loss(window: MainWindow) -> None:
    window.result.show_done(done_of(card_evidence(), failure="The disk is full."))
    assert "The disk is full. The inspection is kept in the ledger" in window.result.notice.text
    assert not window.result.open_button.isEnabled()
    assert window.result.save_button.isEnabled()


# --- what can go wrong


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(CaptureError("The file is empty.", "Ask for it again."), "Ask for it again.", id="empty file"),
        pytest.param(LedgerError("The disk is full."), "The disk is full.", id="full disk"),
        pytest.param(ZeroDivisionError("oh"), "A defect of the program", id="defect"),
    ],
)
def test_work_that_fails_is_a_sentence_in_the_window(
    qtbot: QtBot, open_window: OpenWindow, error: Exception, said: str
) -> None:
    window = open_window(replace(WORK, collect_machine=_raising(error)))
    _inspected(qtbot, window)
    assert window.inspect.notice.isVisible()
    assert said in window.inspect.notice.text
    assert window.inspect.inspect_button.isEnabled()
    assert not QApplication.activeModalWidget()
    _inspected(qtbot, window)
    assert said in window.inspect.notice.text


def test_a_listing_that_fails_is_a_sentence(open_window: OpenWindow) -> None:
    window = open_window(replace(WORK, list_cards=_raising(CaptureError("The driver hangs."))))
    assert window.inspect.notice.text == "The driver hangs."
    assert window.inspect.refresh_button.isEnabled()


def test_progress_is_shown_and_cancel_stops(qtbot: QtBot, open_window: OpenWindow) -> None:
    held = Held()
    window = open_window(replace(WORK, collect_machine=held.collect_machine, finish=held.finish))
    click(window.inspect.inspect_button)
    qtbot.waitUntil(lambda: window.inspect.step.text() == "collecting…")
    assert window.inspect.bar.isVisible()
    assert window.inspect.bar.value() == 2  # collecting is a tenth of the way
    page = window.inspect
    for widget in (page.inspect_button, page.list, page.declared, page.measurement, page.case):
        assert not widget.isEnabled()
    press(window, Qt.Key.Key_Escape)
    assert not window.inspect.cancel_button.isEnabled()
    held.go_on.set()
    _wait(qtbot, window)
    assert window.inspect.notice.text == "Stopped. Nothing was stored."
    assert held.stored == []
    assert not _showing(window)
    assert window.inspect.inspect_button.isEnabled()
    assert not window.inspect.bar.isVisible()


def test_cancel_that_comes_too_late_shows_the_result_and_says_so(qtbot: QtBot, open_window: OpenWindow) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def finish(evidence: Evidence, declaration: Declaration, case: Case, progress: Progress) -> Done:
        reached.set()
        assert go_on.wait(10)
        return done_of(evidence, declaration, case)

    window = open_window(replace(WORK, finish=finish))
    click(window.inspect.inspect_button)
    assert reached.wait(5)
    click(window.inspect.cancel_button)
    go_on.set()
    _wait(qtbot, window)
    assert _showing(window)
    assert "number 7 of the ledger" in window.inspect.notice.text


def test_a_second_inspect_does_not_start_a_second_job(qtbot: QtBot, open_window: OpenWindow) -> None:
    held = Held()
    window = open_window(replace(WORK, collect_machine=held.collect_machine))
    for _ in range(3):
        press(window, Qt.Key.Key_F5)
    window.inspect.refresh()
    window.inspect.open_file(Path("late.xml"))
    assert len(jobs_of(window)) == 1
    assert "running" in window.inspect.notice.text
    held.go_on.set()
    _wait(qtbot, window)


def test_closing_during_a_run_stops_it_and_leaves_no_thread(qtbot: QtBot, open_window: OpenWindow) -> None:
    held = Held()
    window = open_window(replace(WORK, collect_machine=held.collect_machine, finish=held.finish))
    click(window.inspect.inspect_button)
    assert held.reached.wait(5)
    window.close()
    assert window.isVisible()
    held.go_on.set()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert jobs_of(window) == []
    assert held.stored == []


# --- for everybody


def test_every_control_has_a_name_for_screen_readers(qtbot: QtBot, window: MainWindow) -> None:
    window.result.show_done(done_of(two_cards(), report=Path("/r.pdf")))
    focusable = [
        one
        for one in window.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.focusProxy() is None and one.objectName() == ""
    ]
    assert len(focusable) >= 15
    for one in focusable:
        interface = QAccessible.queryAccessibleInterface(one)
        assert interface.text(QAccessible.Text.Name), f"{one} has no name"


def test_headlines_are_heard_as_question_word_and_meaning(window: MainWindow) -> None:
    window.result.show_done(done_of(card_evidence()))
    heard = window.result.control.accessibleName()
    assert heard == (
        "Export-control class: NOT ASSESSED. No export-control rules were applied. This is not a clearance."
    )


def test_no_two_controls_share_a_mnemonic(window: MainWindow) -> None:
    texts = [one.text() for one in window.findChildren(QAbstractButton)]
    texts += [one.text() for one in window.findChildren(QLabel) if one.buddy() is not None]
    keys = [text[text.index("&") + 1].casefold() for text in texts if "&" in text]
    assert len(keys) >= 12
    assert len(set(keys)) == len(keys)


def test_tab_goes_down_the_left_page(qtbot: QtBot, window: MainWindow) -> None:
    page = window.inspect
    window.activateWindow()
    page.list.setFocus()
    passed: list[QWidget | None] = []
    for _ in range(15):
        press(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        passed.append(QApplication.focusWidget())
    case = page.case
    assert passed == [
        page.refresh_button,
        page.open_button,
        page.declared.product,
        page.declared.memory,
        page.declared.modified,
        page.measurement.profile,
        page.measurement.simulation,
        page.measurement.seed,
        page.measurement.add,
        case.number,
        case.inspector,
        case.office,
        case.place,
        case.note,
        page.inspect_button,
    ]


def test_tooltips_name_the_keys(window: MainWindow) -> None:
    wanted = {
        window.inspect.open_button: "Ctrl+O",
        window.inspect.inspect_button: "Ctrl+R or F5",
        window.inspect.cancel_button: "Esc",
        window.inspect.refresh_button: "Ctrl+L",
        window.result.save_button: "Ctrl+S",
        window.result.open_button: "Ctrl+Shift+O",
    }
    for button, keys in wanted.items():
        assert keys in button.toolTip()


def test_headlines_change_colours_with_the_theme(qapp: QApplication, qtbot: QtBot, window: MainWindow) -> None:
    window.result.show_done(done_of(card_evidence()))
    role = QPalette.ColorRole.WindowText
    assert window.result.identity.word.palette().color(role).name() == theme.LIGHT.open
    theme.wear(qapp, theme.DARK)
    qtbot.waitUntil(lambda: window.result.identity.word.palette().color(role).name() == theme.DARK.open)


def test_two_hundred_calls_of_qt_lose_no_reference_to_none(qapp: QApplication, window: MainWindow) -> None:
    label, tree = window.result.subject, window.result.tree
    window.result.show_done(done_of(card_evidence()))

    def call() -> int:
        for number in range(200):
            label.setText(str(number))
            label.setToolTip("tip")
            label.update()
            window.setWindowTitle("GPU Inspector")
            tree.viewport().update()
            window.result.identity.say(signs.NOTE, "WORD", "meaning")
            qapp.processEvents()
        gc.collect()
        return sys.getrefcount(None)

    first = call()
    assert first - call() < 100


def test_cancelled_is_no_failure_of_the_job(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(replace(WORK, collect_machine=_raising(Cancelled("stopped"))))
    _inspected(qtbot, window)
    assert window.inspect.notice.text == "Stopped. Nothing was stored."
