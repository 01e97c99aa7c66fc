"""Tags in the window: printed from the verdict, and the way back from a scanner, a photograph, a stranger's text."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest
import zxingcpp
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
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrintPreviewDialog
from PySide6.QtWidgets import QAbstractButton, QFileDialog
from pytestqt.qtbot import QtBot

from gpu_inspector.gui import tag_paint
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.tag_dialog import TOLD, TagDialog
from gpu_inspector.gui.work import Work
from gpu_inspector.records import tag_text
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.report import tag_sheet
from gpu_inspector.workflow import tagging
from gpu_inspector.workflow.tagging import Made, TagError, Wish

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen, of a dialog

ID, MADE_AT = "0b7c9a52-30c8-4b8c-8a43-5b8f0d9b7c11", datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SCANNED = f"GPU INSPECTOR TAG 7 CARD 2 DIGEST {'0123456789ABCDEF'} INSPECTION {'0B7C9A52' * 4}"


def failing(error: Exception) -> Callable[..., NoReturn]:
    def fail(*arguments: object) -> NoReturn:
        raise error

    return fail


def with_history(**doors: object) -> Work:
    return replace(WORK, history=replace(WORK.history, **doors))  # type: ignore[arg-type]


def with_verdict(**doors: object) -> Work:
    return replace(WORK, verdict=replace(WORK.verdict, **doors))  # type: ignore[arg-type]


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not jobs_of(window))


def in_history(qtbot: QtBot, window: MainWindow) -> MainWindow:
    window.go_to(window.history)
    settle(qtbot, window)
    return window


def dialog_of(qtbot: QtBot, window: MainWindow, evidence: Evidence) -> TagDialog:
    """The dialog as the button opens it."""
    window.verdict.show_done(done_of(evidence))
    window.go_to(window.verdict)
    settle(qtbot, window)
    click(window.verdict.report.tag_button)
    (dialog,) = window.findChildren(TagDialog)
    return dialog


def drawn(made: Made, dpi: int = 300) -> QImage:
    """The first page as a printer of so many dots an inch puts it down."""
    wide, high = (round(side / 72 * dpi) for side in made.laid.paper)
    picture = QImage(wide, high, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    picture.setDotsPerMeterX(round(dpi / 0.0254))
    picture.setDotsPerMeterY(round(dpi / 0.0254))
    tag_paint.print_on(picture, made)  # type: ignore[arg-type]
    return picture


def said_by(picture: QImage, tmp_path: Path) -> set[str]:
    from PIL import Image

    picture.save(str(tmp_path / "page.png"))
    return {one.text for one in zxingcpp.read_barcodes(Image.open(tmp_path / "page.png"))}


@pytest.mark.parametrize("origin", [Origin.MACHINE, Origin.SIMULATION])
@pytest.mark.parametrize("size", ["62x29", "a4-sheet"])
def test_what_is_printed_is_read_as_what_is_saved(size: str, origin: Origin, qtbot: QtBot, tmp_path: Path) -> None:
    evidence = card_evidence() if origin is Origin.MACHINE else from_file("", origin)
    done = done_of(evidence)
    # An id of its own each time is another picture: on one of 162 the reader saw a second code, "%", that is not there.
    inspection = replace(done.inspection, id=ID, made_at=MADE_AT)
    made = tagging.draw(inspection, done.entry, Wish(size=size))
    assert said_by(drawn(made), tmp_path) == {tag_text.said(done.entry, inspection, 1)}


def test_the_dialog_knows_every_size() -> None:
    assert tuple(TOLD) == tagging.SIZES == tuple(tag_sheet.SIZES)


def test_several_cards_are_tagged_together_or_one(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(WORK)
    dialog = dialog_of(qtbot, window, two_cards())
    assert dialog.wish == Wish()
    dialog.card.setCurrentIndex(2)
    dialog.copies.setValue(3)
    dialog.serial.setChecked(True)
    assert dialog.wish == Wish(card=2, copies=3, serial=True)


def test_only_a_sheet_has_places(qtbot: QtBot, open_window: OpenWindow) -> None:
    dialog = dialog_of(qtbot, open_window(WORK), card_evidence())
    assert not dialog.start.isEnabled()
    dialog.size_box.setCurrentIndex(dialog.size_box.findData("letter-sheet"))
    dialog.start.setValue(99)
    assert dialog.start.isEnabled() and dialog.wish.start == 30
    dialog.size_box.setCurrentIndex(0)
    assert dialog.wish.start == 1


def test_saving_says_where(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[Wish, Path]] = []

    def keep(_done: object, wish: Wish, target: Path) -> str:
        seen.append((wish, target))
        return "It is odd."

    window = open_window(with_verdict(save_tags=keep))
    dialog = dialog_of(qtbot, window, card_evidence())
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine"), ""))
    click(dialog.save_button)
    settle(qtbot, window)
    assert seen == [(Wish(card=1), tmp_path / "mine.pdf")]
    assert "mine.pdf" in dialog.notice.text and "It is odd." in dialog.notice.text


def test_what_cannot_be_made_is_a_sentence(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window(
        with_verdict(save_tags=failing(TagError("No tag.", "Do this.")), tags=failing(TagError("No.")))
    )
    dialog = dialog_of(qtbot, window, card_evidence())
    dialog.save(tmp_path / "t.pdf")
    settle(qtbot, window)
    assert dialog.notice.text == "No tag. Do this."
    click(dialog.print_button)
    settle(qtbot, window)
    assert dialog.notice.text == "No." and dialog.save_button.isEnabled()


def test_the_preview_has_the_label_s_own_size_and_printing_is_noted(qtbot: QtBot, open_window: OpenWindow) -> None:
    noted: list[tuple[object, ...]] = []

    def note(*what: object) -> str:
        noted.append(what)
        return ""

    window = open_window(with_verdict(note=note))
    dialog = dialog_of(qtbot, window, card_evidence())
    click(dialog.print_button)
    settle(qtbot, window)
    (shown,) = dialog.findChildren(QPrintPreviewDialog)
    size = shown.printer().pageLayout().fullRectPoints().size()
    assert (size.width(), size.height()) == (round(62 / 25.4 * 72), round(29 / 25.4 * 72))
    assert shown.printer().fullPage()
    shown.accept()
    settle(qtbot, window)
    assert [(what.value, seq) for what, seq, _detail in noted] == [("printed", 7)]  # type: ignore[attr-defined]


def test_every_control_of_the_dialog_has_a_name_and_a_tip(qtbot: QtBot, open_window: OpenWindow) -> None:
    dialog = dialog_of(qtbot, open_window(WORK), two_cards())
    for control in (dialog.card, dialog.size_box, dialog.copies, dialog.start):
        assert control.accessibleName() and control.toolTip()
    buttons = [one for one in dialog.findChildren(QAbstractButton) if "&" in one.text()]
    letters = [one.text()[one.text().index("&") + 1].lower() for one in buttons]
    assert len(letters) == len(set(letters)) == 4
    assert all(one.toolTip() for one in buttons)


def test_no_tag_of_an_inspection_without_a_card(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(WORK)
    window.verdict.show_done(done_of(replace(card_evidence(), cards=())))
    window.go_to(window.verdict)
    settle(qtbot, window)
    assert not window.verdict.report.tag_button.isEnabled()


def test_a_hand_scanner_types_and_the_inspection_is_there(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = in_history(qtbot, open_window(WORK))
    write(window.history.filters.words, SCANNED)
    qtbot.waitUntil(lambda: window.is_front("verdict"))
    assert window.verdict.cards.currentIndex() == 1, "the tag's own card"
    assert window.history.filters.words.text() == ""
    settle(qtbot, window)
    window.go_to(window.history)
    settle(qtbot, window)
    assert window.is_front("history")


def test_a_scanner_that_ends_with_enter_looks_it_up_once(qtbot: QtBot, open_window: OpenWindow) -> None:
    asked: list[str] = []

    def look_up(text: str) -> tagging.Opened:
        asked.append(text)
        return WORK.history.by_text(text)

    window = in_history(qtbot, open_window(with_history(by_text=look_up)))
    write(window.history.filters.words, SCANNED)
    press(window.history.filters.words, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.is_front("verdict"))
    settle(qtbot, window)
    assert asked == [SCANNED]


@pytest.mark.parametrize("altered", [True, False])
def test_a_tag_that_leads_nowhere_is_said_once(altered: bool, qtbot: QtBot, open_window: OpenWindow) -> None:
    asked: list[str] = []

    def refuse(text: str) -> NoReturn:
        asked.append(text)
        raise TagError("The row here has another digest.", altered=altered)

    window = in_history(qtbot, open_window(with_history(by_text=refuse)))
    window.history.filters.words.setText(SCANNED)
    qtbot.waitUntil(lambda: "another digest" in window.history.notice.text)
    window.history.look_again()
    settle(qtbot, window)
    assert asked == [SCANNED] and window.is_front("history")
    assert "another digest" in window.history.notice.text


def test_a_cut_tag_is_said_to_be_one_when_enter_comes(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = in_history(qtbot, open_window(with_history(by_text=failing(TagError("Not the whole text.")))))
    window.history.filters.words.setText(SCANNED[:40])
    settle(qtbot, window)
    assert not window.history.notice.text
    press(window.history.filters.words, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.history.notice.text == "Not the whole text.")


def test_a_photograph_leads_back(qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    window = in_history(qtbot, open_window(WORK))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/nowhere/tag.jpg", ""))
    click(window.history.filters.photograph)
    qtbot.waitUntil(lambda: window.is_front("verdict"))
    assert window.verdict.cards.currentIndex() == 0


def test_a_photograph_of_nothing_is_a_sentence(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = in_history(qtbot, open_window(with_history(by_photograph=failing(TagError("No tag was found.")))))
    window.history.tags.take(Path("/nowhere/p.jpg"))
    qtbot.waitUntil(lambda: window.history.notice.text == "No tag was found.")
    assert window.is_front("history")
