"""The lots page as an officer uses it: a lot opened, filled, read and summed up, by keyboard alone where it counts."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import lot_cards
import pytest
from gui.window_fakes import (
    EMPTY_LOT,
    LOT,
    WORK,
    OpenWindow,
    card_evidence,
    click,
    done_of,
    drop,
    jobs_of,
    press,
    state_of,
    write,
)
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from gpu_inspector.errors import GpuInspectorError, LedgerError, ReportError
from gpu_inspector.gui.asking import Ask, panel_of
from gpu_inspector.gui.doors import lots as doors
from gpu_inspector.gui.doors.lots import Filled, NewLot
from gpu_inspector.gui.lots_actions import MOST_ROWS, rows_of, told_of
from gpu_inspector.gui.lots_models import IDENTITY, KIND, PIECE, lines_of, plan_of, sign_of
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.signs import Shape
from gpu_inspector.gui.work import Work, real_work
from gpu_inspector.language import speaking
from gpu_inspector.probes import capture
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.lot import Plan, Rule
from gpu_inspector.workflow import collecting
from gpu_inspector.workflow.kept import Kept
from gpu_inspector.workflow.lot_filling import Added
from gpu_inspector.workflow.lots import LotState
from gpu_inspector.workflow.progress import Progress

ACCESSIBLE = Qt.ItemDataRole.AccessibleTextRole


def with_lots(**changed: object) -> Work:
    return replace(WORK, lots=replace(WORK.lots, **changed))  # type: ignore[arg-type]


def raising(error: Exception) -> Callable[..., NoReturn]:
    def fail(*arguments: object) -> NoReturn:
        raise error

    return fail


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not jobs_of(window), timeout=60_000)


def at_lots(qtbot: QtBot, window: MainWindow) -> MainWindow:
    press(window, Qt.Key.Key_7, control=True)
    settle(qtbot, window)
    assert window.is_front("lots")
    return window


def plain(text: str) -> str:
    return text.replace("\u200b", "")


# --- what there is


def test_the_lots_of_the_ledger_are_listed_with_sign_and_words(qtbot: QtBot, window: MainWindow) -> None:
    page = at_lots(qtbot, window).lots
    heard = str(page.lots.index(0).data(ACCESSIBLE))
    assert heard.startswith("waybill 77, 2 of 13 examined, 1 deviates")
    assert "PARTLY SIMULATION" in heard
    assert "0 of 9 examined" in str(page.lots.index(1).data(ACCESSIBLE))
    assert page.current is LOT


@pytest.mark.parametrize(("tag", "said"), [("en", "169 pieces declared."), ("ja", "申告169個。")])
def test_no_goods_are_made_up_where_no_paper_names_them(tag: str, said: str) -> None:
    with speaking(tag):
        assert plan_of(LOT).startswith(said)


def test_plan_drawn_places_statement_and_double_numbers_are_read(qtbot: QtBot, window: MainWindow) -> None:
    detail = at_lots(qtbot, window).lots.detail
    plan = plain(detail.plan.text())
    assert "169 pieces declared." in plan
    assert "as many cards as the square root of the lot, rounded up: 13. 11 are left." in plan
    assert "Drawn at random, by place: 4, 12, 30" in plan
    assert "Of these not examined yet: 30, 41" in plan
    assert plain(detail.statement.text()).startswith(LOT.statement.text)
    assert "1324520000001 on cards No. 1–2" in plain(detail.twice.text())
    assert detail.statement.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard


def test_the_first_card_that_deviates_is_chosen_with_its_reasons(qtbot: QtBot, window: MainWindow) -> None:
    page = at_lots(qtbot, window).lots
    current = page.detail.table.current
    assert current is not None and current.number == 3
    told = page.detail.reasons.toPlainText()
    assert told == "Card 3, report 3: Contradicted: The paper says 24 GB; it has 12. (declaration-memory)"
    rows = page.detail.table.rows
    assert rows.data(rows.index(2, IDENTITY), ACCESSIBLE) == "Identity: CONTRADICTED"
    assert rows.data(rows.index(2, KIND)) == "SIMULATION"
    assert rows.data(rows.index(2, PIECE)) == "12"


def test_of_a_card_without_a_deviation_no_more_is_said_than_was_seen(qtbot: QtBot, window: MainWindow) -> None:
    page = at_lots(qtbot, window).lots
    press(page.detail.table, Qt.Key.Key_Up)
    assert "what was not examined stands in its own report" in page.detail.reasons.toPlainText()


def test_the_cards_that_deviate_are_shown_alone(qtbot: QtBot, window: MainWindow) -> None:
    page = at_lots(qtbot, window).lots
    click(page.detail.only)
    assert [one.number for one in page.detail.table.rows.members] == [3]
    click(page.detail.only)
    assert len(page.detail.table.rows.members) == 3
    current = page.detail.table.current
    assert current is not None and current.number == 3


@pytest.mark.parametrize("identity", Identity)
def test_no_lot_and_no_card_of_one_bears_a_check_mark(identity: Identity) -> None:
    state = state_of(lot_cards.lot(1), (lot_cards.member(1, identity),))
    assert sign_of(state)[0] is not Shape.CHECK
    assert len({sign_of(state_of(lot_cards.lot(1), (lot_cards.member(1, one),)))[0] for one in Identity}) == 4


def test_a_hostile_name_widens_nothing_and_hides_nothing(qtbot: QtBot, open_window: OpenWindow) -> None:
    hostile = "<b>x</b>\u202eevil" + "W" * 400
    bad = replace(lot_cards.member(1, Identity.SUSPICIOUS), product=hostile, label=hostile, origin=hostile)
    state = state_of(replace(LOT.lot, name=hostile, declaration=replace(LOT.lot.declaration, product=hostile)), (bad,))
    window = at_lots(qtbot, open_window(with_lots(every=lambda: (state,))))
    assert plain(window.lots.detail.lot_name.text()).startswith("<b>x</b>[U+202E]evil")
    assert "[U+202E]" in lines_of(state)[0]
    assert window.width() == 1280 and window.minimumSizeHint().width() <= 1280


def test_enter_opens_the_inspection_of_a_card_on_the_verdict_page(qtbot: QtBot, open_window: OpenWindow) -> None:
    asked: list[int] = []

    def kept(seq: int) -> Kept:
        asked.append(seq)
        return Kept(done_of(card_evidence()), "Row 3 stands.")

    window = at_lots(qtbot, open_window(replace(WORK, history=replace(WORK.history, kept=kept))))
    press(window.lots.detail.table, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert asked == [3]
    assert window.is_front("verdict")
    assert "Row 3 stands." in plain(window.verdict.proof.text)


def test_a_ledger_that_cannot_be_read_is_a_sentence(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = at_lots(qtbot, open_window(with_lots(every=raising(LedgerError("The ledger is damaged.", "Verify it.")))))
    assert window.lots.notice.text == "The ledger is damaged. Verify it."


# --- a new lot


def test_a_lot_is_opened_by_keys_alone_under_the_case_as_it_stands(qtbot: QtBot, open_window: OpenWindow) -> None:
    opened: list[NewLot] = []

    def open_lot(new: NewLot) -> LotState:
        opened.append(new)
        return WORK.lots.open(new)

    window = open_window(with_lots(every=lambda: (), open=open_lot))
    window.case.declared.product.setText("GeForce RTX 3060")
    window.case.case.number.setText("C 2026/77")
    page = at_lots(qtbot, window).lots
    assert "Product: GeForce RTX 3060" in page.form.terms.text() and "Case: C 2026/77" in page.form.terms.text()
    page.form.lot_name.setFocus()
    write(page.form.lot_name, "crate 12")
    page.form.pieces.selectAll()
    write(page.form.pieces, "169")
    press(page.form.rule, Qt.Key.Key_End)
    assert page.form.share.isVisible() and page.form.confidence.isVisible()
    assert "26 of 169" in page.form.told.text()
    press(page.form.stop_at_first, Qt.Key.Key_Space)
    press(page.form.lot_name, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert opened[0].name == "crate 12" and opened[0].declared == 169
    assert opened[0].plan == Plan(rule=Rule.HYPERGEOMETRIC, confidence=0.95, share=0.1, stop_at_first=True)
    assert opened[0].declaration.product == "GeForce RTX 3060" and opened[0].case.number == "C 2026/77"
    assert page.current is not None and page.current.lot.name == "crate 12"
    assert page.acts.add.hasFocus()


@pytest.mark.parametrize("rule", [Rule.WHOLE, Rule.SQUARE_ROOT])
def test_share_and_confidence_are_asked_for_where_the_rule_needs_them(
    qtbot: QtBot, window: MainWindow, rule: Rule
) -> None:
    form = at_lots(qtbot, window).lots.form
    window.lots.plan_new()
    form.rule.setCurrentIndex(form.rule.findData(rule))
    assert not form.share.isVisible()
    assert form.new_lot().plan == Plan(rule=rule)


def test_a_lot_that_is_refused_keeps_what_was_typed(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = at_lots(qtbot, open_window(with_lots(open=raising(GpuInspectorError("There is such a lot already.")))))
    window.lots.plan_new()
    write(window.lots.form.lot_name, "waybill 77")
    press(window.lots.form.lot_name, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert window.lots.notice.text == "There is such a lot already."
    assert window.lots.form.lot_name.text() == "waybill 77" and window.lots.form.isVisible()


def test_from_the_form_one_comes_back_to_the_lots(qtbot: QtBot, window: MainWindow) -> None:
    page = at_lots(qtbot, window).lots
    page.plan_new()
    assert page.form.isVisible()
    click(page.form.leave)
    assert page.current is LOT
    assert page.list.hasFocus()


# --- filled


def test_dropped_files_are_cards_of_the_lot_in_front(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    at_lots(qtbot, window)
    drop(window, tmp_path / "a.json", tmp_path / "b.rom")
    settle(qtbot, window)
    assert window.is_front("lots")
    assert window.lots.notice.text == "2 cards were put in."
    assert window.lots.current is not None and len(window.lots.current.members) == 5


def test_files_without_a_lot_in_sight_are_refused_in_a_sentence(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = at_lots(qtbot, open_window(with_lots(every=lambda: ())))
    drop(window, Path("/a.json"))
    assert window.lots.notice.text.startswith("Choose or open a lot first")
    assert not window.lots.acts.add.isEnabled()


def test_ctrl_o_asks_for_files_and_the_piece_goes_with_one(
    qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[tuple[Path, ...], int | None]] = []

    def add(lot: str, paths: tuple[Path, ...], piece: int | None, progress: Progress, ask: Ask) -> Filled:
        given.append((paths, piece))
        return WORK.lots.add_files(lot, paths, piece, progress, ask)

    window = at_lots(qtbot, open_window(with_lots(add_files=add)))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *arguments: (["/a.json"], ""))
    window.lots.acts.piece.setValue(30)
    press(window, Qt.Key.Key_O, control=True)
    settle(qtbot, window)
    assert given == [((Path("/a.json"),), 30)]
    assert window.lots.acts.chosen_piece is None  # it was that card's


def test_stop_ends_it_after_the_file_and_says_what_is_left(qtbot: QtBot, open_window: OpenWindow) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def add(lot: str, paths: tuple[Path, ...], piece: int | None, progress: Progress, ask: Ask) -> Filled:
        reached.set()
        assert go_on.wait(10)
        done = WORK.lots.add_files(lot, paths[:1], piece, lambda step, share: None, ask)
        return Filled(done.state, done.added, len(paths), stopped=True)

    window = at_lots(qtbot, open_window(with_lots(add_files=add)))
    window.lots.take(tuple(Path(f"/{number}.json") for number in range(40)))
    assert reached.wait(5)
    assert window.lots.running and window.lots.acts.stop.isVisible() and window.lots.acts.bar.isVisible()
    assert not window.lots.acts.save.isEnabled()
    press(window, Qt.Key.Key_Escape)
    go_on.set()
    settle(qtbot, window)
    assert window.lots.notice.text == "1 card was put in. Stopped: 39 of 40 files were not begun."
    assert not window.lots.acts.stop.isVisible()


def test_what_was_put_in_before_a_failure_is_shown(qtbot: QtBot, open_window: OpenWindow) -> None:
    looks: list[LotState] = [EMPTY_LOT]

    def add(*arguments: object) -> NoReturn:
        looks[0] = state_of(EMPTY_LOT.lot, (lot_cards.member(1),))
        raise ReportError("The disk is full.", "Free some space.")

    window = at_lots(qtbot, open_window(with_lots(every=lambda: tuple(looks), add_files=add)))
    window.lots.take((Path("/a.json"),))
    settle(qtbot, window)
    assert window.lots.notice.text == "The disk is full. Free some space."
    assert window.lots.current is not None and len(window.lots.current.members) == 1


def test_inspections_of_the_ledger_are_put_in_by_number(qtbot: QtBot, open_window: OpenWindow) -> None:
    given: list[tuple[tuple[str, ...], int | None]] = []

    def add(lot: str, rows: tuple[str, ...], piece: int | None) -> LotState:
        given.append((rows, piece))
        return WORK.lots.add_rows(lot, rows, piece)

    window = at_lots(qtbot, open_window(with_lots(add_rows=add)))
    acts = window.lots.acts
    write(acts.rows, "12, 14-16")
    press(acts.rows, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert given == [(("12", "14", "15", "16"), None)]
    assert window.lots.notice.text == "4 cards were put in." and acts.rows.text() == ""
    acts.piece.setValue(5)
    write(acts.rows, "1 2")
    press(acts.rows, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert len(given) == 1 and "goes with one card" in window.lots.notice.text


def test_a_wrong_number_is_a_sentence_and_stays_to_be_mended(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = at_lots(qtbot, open_window(with_lots(add_rows=raising(LedgerError("There is no inspection 999.")))))
    write(window.lots.acts.rows, "999")
    click(window.lots.acts.put)
    settle(qtbot, window)
    assert window.lots.notice.text == "There is no inspection 999." and window.lots.acts.rows.text() == "999"


def test_the_last_inspection_of_the_run_page_is_put_in(qtbot: QtBot, window: MainWindow) -> None:
    assert not at_lots(qtbot, window).lots.acts.last.isEnabled()
    press(window, Qt.Key.Key_F5)
    settle(qtbot, window)
    qtbot.waitUntil(lambda: window.is_front("verdict"))
    at_lots(qtbot, window)
    assert "inspection 7" in window.lots.acts.last.toolTip()
    click(window.lots.acts.last)
    settle(qtbot, window)
    assert window.lots.notice.text == "1 card was put in."


def test_chosen_rows_of_the_history_are_brought_along(qtbot: QtBot, window: MainWindow) -> None:
    window.go_to(window.history)
    settle(qtbot, window)
    window.history.files.lot_wanted.emit((3, 9))
    settle(qtbot, window)
    assert window.is_front("lots")
    assert window.lots.acts.rows.text() == "3, 9"


def test_a_lot_whose_plan_has_ended_takes_nothing_more(qtbot: QtBot, open_window: OpenWindow) -> None:
    lot = lot_cards.lot(9, Plan(stop_at_first=True))
    ended = state_of(lot, (lot_cards.member(1, Identity.CONTRADICTED),))
    window = at_lots(qtbot, open_window(with_lots(every=lambda: (ended,))))
    assert ended.ended and ended.ended in plain(window.lots.detail.statement.text())
    assert not window.lots.acts.add.isEnabled() and window.lots.acts.save.isEnabled()
    drop(window, Path("/a.json"))
    assert window.lots.notice.text == ended.ended


@pytest.mark.parametrize(
    ("text", "rows"),
    [("7", ("7",)), ("7, 9;11", ("7", "9", "11")), ("14–16 15", ("14", "15", "16")), ("ab12-cd", ("ab12-cd",))],
)
def test_numbers_are_read_as_people_write_them(text: str, rows: tuple[str, ...]) -> None:
    assert rows_of(text) == rows


@pytest.mark.parametrize("text", ["", " , ", f"1-{MOST_ROWS + 1}", "1-999999999", "9-2"])
def test_no_number_and_too_many_are_refused(text: str) -> None:
    with pytest.raises(GpuInspectorError):
        rows_of(text)


def test_what_became_of_files_is_told_whole() -> None:
    one = lot_cards.member(1)
    added = (Added("a", (one,)), Added("b", skipped=True), Added("c\u202e", failure="It is no capture."))
    sentence, look_here = told_of(added, 5, stopped=False)
    assert sentence == (
        "1 card was put in. 1 file was in it already. 1 file was not examined: c[U+202E]: It is no capture."
        " The plan of the lot has ended: 2 files were not begun."
    )
    assert look_here
    assert told_of((Added("a", (one,)),), 1, stopped=False) == ("1 card was put in.", False)


# --- summed up


def test_ctrl_s_saves_the_signed_summary(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    at_lots(qtbot, window)
    proposed: list[str] = []

    def choose(parent: object, title: str, name: str, kinds: str) -> tuple[str, str]:
        proposed.append(Path(name).name)
        return str(tmp_path / "summary"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    press(window, Qt.Key.Key_S, control=True)
    settle(qtbot, window)
    assert proposed == ["lot-waybill-77.pdf"]
    assert (tmp_path / "summary.pdf").read_bytes() == b"%PDF-"
    assert "summary.pdf (PAdES B-B)" in plain(window.lots.notice.text)


def test_an_empty_lot_has_no_summary(qtbot: QtBot, window: MainWindow) -> None:
    page = at_lots(qtbot, window).lots
    page.list.setCurrentIndex(page.lots.index(1))
    assert not page.acts.save.isEnabled()
    press(window, Qt.Key.Key_S, control=True)
    assert "no lot with a card" in page.notice.text


def test_the_secret_of_the_key_is_asked_in_the_window(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    given: list[str | None] = []

    def save(lot: str, target: Path, ask: Ask) -> object:
        given.append(ask("The passphrase of the office's key is wanted"))
        raise ReportError("Nothing is signed without it.")

    window = at_lots(qtbot, open_window(with_lots(save_summary=save)))
    window.lots.save_summary(tmp_path / "s.pdf")
    qtbot.waitUntil(lambda: panel_of(window).is_open)
    press(window, Qt.Key.Key_Escape)
    settle(qtbot, window)
    assert given == [None]
    assert window.lots.notice.text == "Nothing is signed without it."


# --- the program's own doors


@pytest.fixture
def captures(tmp_path: Path) -> Path:
    """Three captures of a simulated card, and a file that is none."""
    folder = tmp_path / "in"
    folder.mkdir()
    claims = collecting.collect_simulation("genuine-rtx-3060", 1, None, load())
    for number in range(3):
        capture.write(replace(claims, notes=(*claims.notes, f"card {number}")), folder / f"{number}.json", False)
    (folder / "9.json").write_text("no capture")
    return folder


def test_a_lot_from_the_first_to_the_signed_summary(
    qtbot: QtBot, open_window: OpenWindow, captures: Path, tmp_path: Path
) -> None:
    window = at_lots(qtbot, open_window(real_work()))
    page = window.lots
    assert page.form.isVisible() and page.form.leave.isEnabled() is False
    write(page.form.lot_name, "waybill 77")
    page.form.pieces.setValue(4)
    press(page.form.lot_name, Qt.Key.Key_Return)
    settle(qtbot, window)
    drop(window, captures)
    settle(qtbot, window)
    assert page.current is not None and len(page.current.members) == 3
    assert page.notice.text.startswith("3 cards were put in. 1 file was not examined: 9.json: ")
    drop(window, captures)
    settle(qtbot, window)
    assert "3 files were in it already" in page.notice.text
    page.save_summary(tmp_path / "summary.pdf")
    settle(qtbot, window)
    assert "summary.pdf" in plain(page.notice.text)
    assert (tmp_path / "summary.pdf").read_bytes().startswith(b"%PDF-")
    press(page.detail.table, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert window.is_front("verdict") and "SIMULATION" in window.verdict.origin.text


def test_a_piece_that_is_said_of_many_files_is_refused_before_any_is_kept(captures: Path) -> None:
    own = doors.real()
    opened = own.open(NewLot("a", 9, Plan(), LOT.lot.case, LOT.lot.declaration))
    with pytest.raises(GpuInspectorError, match="goes with one card"):
        own.add_files(opened.lot.id, (captures,), 3, lambda step, share: None, lambda wanted: None)
    assert own.every()[0].members == ()


def test_the_wish_to_stop_ends_the_real_work_between_two_files(captures: Path) -> None:
    from gpu_inspector.workflow.progress import Cancelled

    own = doors.real()
    opened = own.open(NewLot("a", 9, Plan(), LOT.lot.case, LOT.lot.declaration))

    def progress(step: str, share: float) -> None:
        if share > 0.2:
            raise Cancelled("stop")

    filled = own.add_files(opened.lot.id, (captures,), None, progress, lambda wanted: None)
    assert filled.stopped and len(filled.state.members) == 1 and filled.files == 4
    assert own.every()[0].members == filled.state.members
