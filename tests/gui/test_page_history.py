"""The history as a person uses it: typing, filtering, sorting, scrolling, opening; and a tampered ledger."""

import csv
import json
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from gui.window_fakes import WORK, OpenWindow, card_evidence, click, done_of, jobs_of, press, write
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QFileDialog, QLineEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

from gpu_inspector.errors import LedgerError
from gpu_inspector.gui import history_model
from gpu_inspector.gui.doors import history as doors
from gpu_inspector.gui.history_actions import log_line
from gpu_inspector.gui.history_model import CASE, CONDITION, CONTROL, IDENTITY, KIND, NUMBER, PRODUCT, SERIAL
from gpu_inspector.gui.main_window import SMALLEST, MainWindow
from gpu_inspector.gui.pages.history import HistoryPage
from gpu_inspector.ledger import query
from gpu_inspector.ledger.query import Found, HistoryRow, Look, Mark, Order, Query, Stock
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records.custody import Event, Line, What
from gpu_inspector.records.declaration import Case
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Condition, Identity
from gpu_inspector.records.inspection import Inspection, Supersession
from gpu_inspector.workflow import checkpoints, row_proofs
from gpu_inspector.workflow.kept import Kept
from gpu_inspector.workflow.progress import Progress

ROWS = 100
CONTROLS = {7: "4A090.a", 8: "3A090.a", 9: "none", 12: "none", 13: "indeterminate"}
HOSTILE = "\u202e=<b>cmd</b>\u0007" + "x" * 10_000


def _inspection(base: Inspection, number: int) -> Inspection:
    """Row `number`: offices by turns, every tenth card the same, the third row hostile, the fifth simulated."""
    serial = "1324521077001" if number % 10 == 0 else f"13245210{number:05}"
    card = base.evidence.cards[0]
    claims = {name: replace(getattr(card, name), serial=serial, uuid=None) for name in ("nvml", "nvidia_smi")}
    origin = Origin.SIMULATION if number == 5 else Origin.MACHINE
    judged = replace(
        base.judgement.cards[0],
        product=HOSTILE if number == 3 else f"NVIDIA GeForce RTX {4060 + 10 * (number % 4)}",
        identity=list(Identity)[number % 4],
        condition=list(Condition)[number % 4],
        control=CONTROLS.get(number, "not assessed"),
    )
    return replace(
        base,
        id=f"{number:08x}-0000-4000-8000-000000000000",
        made_at=datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=number),
        case=Case(number=f"A-2026/{number}", inspector="Müller", office=("Köln-Bonn", "Le Havre")[number % 2]),
        evidence=replace(base.evidence, cards=(replace(card, **claims),), origin=origin),
        judgement=replace(base.judgement, verdict=judged.identity, cards=(judged,)),
    )


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of a day with a hundred cards."""
    path = tmp_path_factory.mktemp("kept") / "ledger.sqlite"
    base = done_of(card_evidence()).inspection
    with Ledger(path) as ledger:
        for number in range(1, ROWS + 1):
            ledger.append(_inspection(base, number))
    return path


@pytest.fixture
def ledger(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, which is the user's own ledger."""
    path = tmp_path / "ledger.sqlite"
    shutil.copyfile(kept, path)
    monkeypatch.setenv("GPU_INSPECTOR_LEDGER", str(path))
    return path


Settle = Callable[[MainWindow], HistoryPage]


@pytest.fixture
def settle(qtbot: QtBot) -> Settle:
    """Waits until every question has its answer."""

    def quiet(page: HistoryPage) -> bool:
        timers = (page.filters._later, page.filters._soon, page._rest)
        return not jobs_of(window_of(page)) and not any(timer.isActive() for timer in timers)

    def wait(window: MainWindow) -> HistoryPage:
        page = window.history
        for _ in range(3):  # what is painted may ask for a page, and the page for its row's numbers
            page.table.viewport().repaint()
            QApplication.processEvents()
            qtbot.waitUntil(lambda: quiet(page), timeout=20_000)
        return page

    return wait


@pytest.fixture
def page(open_window: OpenWindow, ledger: Path, settle: Settle) -> Iterator[HistoryPage]:
    """The history of that ledger, in front."""
    assert ledger.exists()
    window = open_window(replace(WORK, history=doors.real()))
    window.go_to(window.history)
    yield settle(window)


def window_of(page: QWidget) -> MainWindow:
    window = page.window()
    assert isinstance(window, MainWindow)
    return window


def cell(page: HistoryPage, row: int, column: int) -> str:
    model = page.table.rows
    return str(model.data(model.index(row, column)))


def shown(page: HistoryPage) -> list[int]:
    return [int(cell(page, row, NUMBER).replace(",", "")) for row in range(page.table.rows.rowCount())]


def choose(box: QComboBox, words: str) -> None:
    """By keyboard: the box has the focus, and the arrow key is pressed until the words are there."""
    box.setFocus()
    for _ in range(box.count()):
        if box.currentText() == words:
            return
        press(box, Qt.Key.Key_Down)
    assert box.currentText() == words


def test_a_hundred_cards_of_a_day_stand_newest_first(page: HistoryPage) -> None:
    assert shown(page) == list(range(ROWS, 0, -1))
    assert page.told.count.text() == "100 inspections"
    assert cell(page, 1, PRODUCT) == "NVIDIA GeForce RTX 4090"
    assert cell(page, 1, CASE) == "A-2026/99"
    assert (cell(page, 0, IDENTITY), cell(page, 0, CONDITION)) == ("CONSISTENT", "SOUND")
    assert cell(page, 2, IDENTITY) == "UNEXPLAINED DEVIATION"
    assert cell(page, 0, CONTROL) == "NOT ASSESSED"
    assert cell(page, 95, KIND) == "SIMULATION"
    assert cell(page, 0, SERIAL) == "1324521077001 · repeated"
    assert cell(page, 1, SERIAL) == "1324521000099"


def test_a_hostile_name_neither_turns_nor_floods_the_table(page: HistoryPage) -> None:
    text = cell(page, 97, PRODUCT)
    assert text.startswith("[U+202E]=<b>cmd</b>[U+0007]xxx")
    assert len(text) < 200


def test_typing_searches_without_a_key_more(page: HistoryPage, settle: Settle) -> None:
    assert page.filters.words.hasFocus()
    write(page.filters.words, "4090 le hav")
    settle(window_of(page))
    assert shown(page) == [number for number in range(ROWS, 0, -1) if number % 4 == 3 and number != 3]
    write(page.filters.words, "zzz")
    settle(window_of(page))
    assert (shown(page), page.told.count.text()) == ([], "No inspection fits.")
    assert not page.acts.open.isEnabled()
    click(page.filters.clear_button)
    settle(window_of(page))
    assert len(shown(page)) == ROWS


def test_letters_typed_in_the_table_go_to_the_search(page: HistoryPage, settle: Settle) -> None:
    page.table.setFocus()
    write(page.table, "4060")
    settle(window_of(page))
    assert page.filters.words.text() == "4060"
    assert len(shown(page)) == 25


def test_ctrl_f_goes_to_the_search_and_enter_to_the_rows(page: HistoryPage) -> None:
    page.table.setFocus()
    press(page.table, Qt.Key.Key_F, control=True)
    assert page.filters.words.hasFocus()
    press(page.filters.words, Qt.Key.Key_Return)
    assert page.table.hasFocus()


def test_filters_narrow_together(page: HistoryPage, settle: Settle) -> None:
    choose(page.filters.verdict, "deviation or contradiction")
    settle(window_of(page))
    assert all(number % 4 in (2, 3) for number in shown(page))
    choose(page.filters.condition, "faulty")
    choose(page.filters.office, "Köln-Bonn")
    settle(window_of(page))
    assert shown(page) == [number for number in range(ROWS, 0, -1) if number % 4 == 2]
    write(page.filters.since, "2026-02")
    write(page.filters.until, "2026-02-20")
    settle(window_of(page))
    # Row n is of n days after New Year's Day.
    assert shown(page) == [number for number in range(50, 30, -1) if number % 4 == 2]


def test_control_classes_are_offered_as_they_occur(page: HistoryPage, settle: Settle) -> None:
    for words, rows in (("4A090.a", [7]), ("3A090.a", [8]), ("NO ENTRY MET", [12, 9]), ("INDETERMINATE", [13])):
        page.filters.control.setCurrentIndex(0)
        choose(page.filters.control, words)
        settle(window_of(page))
        assert shown(page) == rows


def test_a_date_that_is_none_is_said_in_a_line(page: HistoryPage, settle: Settle) -> None:
    write(page.filters.since, "2026-13")
    settle(window_of(page))
    assert "2026-13” is no date" in page.notice.text
    page.filters.since.clear()
    settle(window_of(page))
    assert not page.notice.text or "no date" not in page.notice.text


def test_repeated_numbers_are_named_with_their_rows(page: HistoryPage, settle: Settle) -> None:
    page.filters.repeated.setFocus()
    press(page.filters.repeated, Qt.Key.Key_Space)
    settle(window_of(page))
    assert shown(page) == list(range(100, 0, -10))
    said = page.told.detail.text()
    assert "Serial 1324521077001 was seen 10 times: rows 10, 20, 30, 40, 50, 60, 70, 80, 90, 100." in said
    click(page.filters.clear_button)
    settle(window_of(page))
    click(page.told.same_button)
    settle(window_of(page))
    assert page.filters.serial.text() == "1324521077001"
    assert len(shown(page)) == 10


def test_a_click_on_a_heading_sorts_and_another_one_turns_it(page: HistoryPage, settle: Settle) -> None:
    header = page.table.horizontalHeader()

    def on(column: int) -> None:
        place = QPoint(header.sectionViewportPosition(column) + 10, header.height() // 2)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        settle(window_of(page))

    on(IDENTITY)
    assert cell(page, 0, IDENTITY) == "CONSISTENT"
    on(IDENTITY)
    assert cell(page, 0, IDENTITY) == "CONTRADICTED"
    assert header.sortIndicatorSection() == IDENTITY
    on(NUMBER)
    assert shown(page)[:2] == [1, 2]


def test_alt_and_arrows_sort_by_the_column_of_the_focus(page: HistoryPage, settle: Settle) -> None:
    page.table.setFocus()
    page.table.setCurrentIndex(page.table.rows.index(0, CASE))
    QTest.keyClick(page.table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    settle(window_of(page))
    assert [cell(page, row, CASE) for row in range(3)] == ["A-2026/1", "A-2026/10", "A-2026/100"]
    page.table.setCurrentIndex(page.table.rows.index(0, SERIAL))
    QTest.keyClick(page.table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    settle(window_of(page))
    assert cell(page, 0, CASE) == "A-2026/1"  # it cannot be sorted by


def test_enter_opens_the_row_read_only_with_its_proof(page: HistoryPage, settle: Settle, ledger: Path) -> None:
    opened: list[object] = []
    page.opened.connect(opened.append)
    page.table.setFocus()
    press(page.table, Qt.Key.Key_Down)
    press(page.table, Qt.Key.Key_Return)
    window = window_of(page)
    settle(window)
    (kept,) = opened
    assert isinstance(kept, Kept)
    with Ledger(ledger, readonly=True) as still:
        entry, inspection = still.inspection(99)
    assert (kept.done.entry, kept.done.inspection, kept.done.report) == (entry, inspection, None)
    assert "Row 99 of the ledger stands as it was written: it follows row 98, row 100 follows it." in kept.proof
    assert entry.digest[:8] in kept.proof and entry.previous[:8] in kept.proof
    assert window.stack.currentWidget() is window.verdict


def test_a_report_is_made_again_beside_the_one_that_is_there(page: HistoryPage, settle: Settle) -> None:
    paths = []
    for _ in range(2):
        click(page.acts.report)
        settle(window_of(page))
        paths.append(Path(page.notice.text.split(": ", 1)[1].replace("\u200b", "")))
    assert paths[0] != paths[1]
    assert all(path.read_bytes().startswith(b"%PDF-") for path in paths)
    assert [path.name for path in paths] == ["report-000100-00000064.pdf", "report-000100-00000064-2.pdf"]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_rows_that_fit_are_exported(
    page: HistoryPage, settle: Settle, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / f"out.{form}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(target), ""))
    write(page.filters.words, "koln")
    settle(window_of(page))
    page.acts.fitting.trigger()
    settle(window_of(page))
    assert f"50 inspections were written to {target}" in page.notice.text.replace("\u200b", "")
    with target.open(encoding="utf-8", newline="") as file:
        numbers = [int(row["seq"]) for row in csv.DictReader(file)] if form == "csv" else []
        numbers = numbers or [json.loads(line)["seq"] for line in file]
    assert numbers == [number for number in range(ROWS, 0, -1) if number % 2 == 0]


def test_chosen_rows_alone_are_exported(
    page: HistoryPage, settle: Settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(target), ""))
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    page.acts.chosen.trigger()
    settle(window_of(page))
    with target.with_name("out.csv").open(encoding="utf-8", newline="") as file:
        assert [row["seq"] for row in csv.DictReader(file)] == ["100", "99"]


def test_an_export_never_goes_over_the_ledger(page: HistoryPage, settle: Settle, ledger: Path) -> None:
    before = ledger.read_bytes()
    page.files.export_to(ledger, None)
    settle(window_of(page))
    assert "Name another place" in page.notice.text
    assert ledger.read_bytes() == before


def test_an_export_that_the_disk_refuses_leaves_nothing(
    page: HistoryPage, settle: Settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_kwargs: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Ledger, "export", full)
    page.files.export_to(tmp_path / "out.csv", None)
    settle(window_of(page))
    assert "No space left on device" in page.notice.text
    assert not list(tmp_path.glob("out*"))


# --- replaced, proven, logged


def test_a_replaced_inspection_is_marked_in_words_and_by_sign(page: HistoryPage, settle: Settle, ledger: Path) -> None:
    with Ledger(ledger) as still:
        entry, old = still.inspection(100)
        reason = Supersession(seq=entry.seq, id=old.id, digest=entry.digest, made_at=old.made_at, reason="newer data")
        newer = replace(old, id="000000ff-0000-4000-8000-000000000000", supersedes=reason)
        assert still.append(newer).seq == 101
    press(page, Qt.Key.Key_F2)
    settle(window_of(page))
    assert shown(page)[:2] == [101, 100]
    assert cell(page, 1, KIND) == "superseded by 101" and cell(page, 0, KIND) == ""
    decoration = page.table.rows.data(page.table.rows.index(1, KIND), Qt.ItemDataRole.DecorationRole)
    assert decoration is not None
    page.table.setCurrentIndex(page.table.rows.index(1, 0))
    assert "number 101 replaces it" in page.told.detail.text()
    page.table.setCurrentIndex(page.table.rows.index(0, 0))
    assert "It replaces number 100" in page.told.detail.text()
    opened: list[object] = []
    page.opened.connect(opened.append)
    page.table.setCurrentIndex(page.table.rows.index(1, 0))
    click(page.acts.open)
    settle(window_of(page))
    (kept,) = opened
    assert isinstance(kept, Kept) and "It was superseded: row 101 replaces it." in kept.proof


def test_a_simulation_that_was_replaced_says_both() -> None:
    row = HistoryRow(
        seq=5, id="", made_at=datetime(2026, 1, 1, tzinfo=UTC), case="", product="", verdict="", inspector="",
        office="", place="", cards=1, origin="simulation", superseded_by=1234,
    )  # fmt: skip
    assert history_model.text_of(Found(row=row, seq=5, mark=Mark(5, 5), repeated=False), KIND) == (
        "SIMULATION · superseded by 1,234"
    )


def test_the_custody_log_of_a_row_is_shown_and_the_next_row_clears_it(page: HistoryPage, settle: Settle) -> None:
    click(page.acts.log)
    settle(window_of(page))
    assert "no line on this inspection" in page.told.detail.text()
    click(page.acts.report)
    settle(window_of(page))
    click(page.acts.log)
    settle(window_of(page))
    assert "Custody log of number 100:" in page.told.detail.text()
    assert "report made" in page.told.detail.text() and "report-000100" in page.told.detail.text().replace("\u200b", "")
    page.table.setCurrentIndex(page.table.rows.index(1, 0))
    assert "Custody log" not in page.told.detail.text()


def test_a_hostile_custody_line_is_harmless() -> None:
    event = Event(
        what=What.PRINTED,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        user="\u202euser",
        inspector="",
        host="<b>",
        detail="x\n",
    )
    said = log_line(Line(1, "0" * 64, event))
    assert "\u202e" not in said and "\n" not in said and "printed" in said


def test_a_checkpoint_and_a_proof_are_written_and_hold_without_the_ledger(
    page: HistoryPage, settle: Settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "proof.json"
    page.files.prove_to(target, page.table.current)  # type: ignore[arg-type]
    settle(window_of(page))
    assert "No signed checkpoint covers row 100" in page.notice.text and not target.exists()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(tmp_path / "held"), ""))
    page.acts.checkpoint.trigger()
    settle(window_of(page))
    assert "up to number 100" in page.notice.text
    assert checkpoints.check((tmp_path / "held.json").read_bytes()).statement.seq == 100
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(target), ""))
    page.acts.prove.trigger()
    settle(window_of(page))
    assert "The proof of number 100 is in" in page.notice.text
    proven = row_proofs.check(row_proofs.read(target.read_bytes()))
    assert proven.problem is None and proven.proof.entry.seq == 100


def test_a_proof_never_goes_over_the_ledger(page: HistoryPage, settle: Settle, ledger: Path) -> None:
    before = ledger.read_bytes()
    page.files.checkpoint_to(ledger)
    settle(window_of(page))
    assert "Name another place" in page.notice.text and ledger.read_bytes() == before


def test_a_whole_ledger_is_said_to_be_whole(page: HistoryPage, settle: Settle) -> None:
    click(page.acts.check)
    settle(window_of(page))
    assert page.notice.text.startswith("The ledger is whole: 100 inspections")


def forge(ledger: Path, *statements: str) -> None:
    with closing(sqlite3.connect(ledger, isolation_level=None)) as forger:
        for statement in statements:
            forger.execute(statement)


def test_a_forged_line_is_named_when_it_is_opened_and_when_all_is_checked(
    page: HistoryPage, settle: Settle, ledger: Path
) -> None:
    forge(ledger, "UPDATE listing SET verdict = 'CONSISTENT', verdict_rank = 0 WHERE seq = 99")
    opened: list[Kept] = []
    page.opened.connect(opened.append)
    page.table.setCurrentIndex(page.table.rows.index(1, 0))
    click(page.acts.open)
    window = window_of(page)
    settle(window)
    assert "does NOT stand as it was written" in opened[0].proof
    assert "search table says something else of row 99" in opened[0].proof
    window.go_to(page)
    settle(window)
    click(page.acts.check)
    settle(window)
    assert "row 99" in page.notice.text


def test_a_tampered_ledger_says_so_names_the_row_and_shows_the_rest(
    page: HistoryPage, settle: Settle, ledger: Path
) -> None:
    forge(
        ledger,
        "DROP TRIGGER inspection_no_update",
        "UPDATE inspection SET body = x'7b7d' WHERE seq = 99",
        "UPDATE listing SET made_at = 'never' WHERE seq = 98",
    )
    window = window_of(page)
    window.go_to(page)
    settle(window)
    assert "The ledger was tampered with or damaged" in page.notice.text
    click(page.filters.clear_button)
    page.look_again()
    page._stock = None  # as at the first look of the day
    page.look_again()
    settle(window)
    assert len(shown(page)) == ROWS
    assert cell(page, 2, PRODUCT) == "This row of the search table cannot be read"
    page.table.setCurrentIndex(page.table.rows.index(1, 0))
    click(page.acts.open)
    settle(window)
    assert "Row 99 of the ledger was altered" in page.notice.text
    assert window.stack.currentWidget() is page


def test_a_ledger_that_is_none_is_said_in_a_line(page: HistoryPage, settle: Settle, ledger: Path) -> None:
    ledger.write_bytes(b"hello")
    page.look_again()
    settle(window_of(page))
    assert "is not a ledger of GPU Inspector" in page.notice.text


def test_before_the_first_inspection_there_is_a_sentence(
    open_window: OpenWindow, settle: Settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GPU_INSPECTOR_LEDGER", str(tmp_path / "none.sqlite"))
    window = open_window(replace(WORK, history=doors.real()))
    window.go_to(window.history)
    page = settle(window)
    assert page.told.count.text() == "The ledger has no inspection yet."
    assert not (tmp_path / "none.sqlite").exists()


def test_coming_back_shows_what_was_added_and_keeps_the_row(page: HistoryPage, settle: Settle, ledger: Path) -> None:
    window = window_of(page)
    page.table.setCurrentIndex(page.table.rows.index(4, 0))
    with Ledger(ledger) as other:
        other.append(_inspection(done_of(card_evidence()).inspection, 101))
    window.go_to(window.bench)
    window.go_to(page)
    settle(window)
    assert shown(page)[0] == 101
    assert cell(page, page.table.currentIndex().row(), NUMBER) == "96"


def test_an_answer_that_comes_too_late_is_lost(open_window: OpenWindow, settle: Settle) -> None:
    slow, begun, asked = threading.Event(), threading.Event(), []

    def look(query: Query, afresh: bool, progress: Progress) -> Look:
        asked.append(query.words)
        if query.words == "a":
            begun.set()
            slow.wait(5)
        return Look(query=query, head=1, rows=(_found(1, f"for “{query.words}”"),))

    window = open_window(replace(WORK, history=replace(WORK.history, look=look, stock=lambda *_: Stock(1, ()))))
    page = window.history
    page.filters.words.setText("a")
    page.look()
    assert begun.wait(5)
    page.filters.words.setText("ab")
    page.look()
    slow.set()
    settle(window)
    assert asked[:2] == ["a", "ab"]
    assert cell(page, 0, PRODUCT) == "for “ab”"


# --- a million rows, of which a few are held


def _found(seq: int, product: str = "NVIDIA A") -> Found:
    row = HistoryRow(
        seq=seq,
        id=str(seq),
        made_at=datetime(2026, 1, 1, tzinfo=UTC),
        case="",
        product=product,
        verdict="CONSISTENT",
        inspector="",
        office="",
        place="",
        cards=1,
        origin="this machine",
        numbers="",
    )
    return Found(row=row, seq=seq, mark=Mark(seq, seq), repeated=False)


MILLION = 1_000_000


def _page(after: int) -> tuple[Found, ...]:
    return tuple(_found(seq) for seq in range(after - 1, max(after - 1 - query.PAGE, 0), -1))


@pytest.fixture
def endless(open_window: OpenWindow, settle: Settle) -> HistoryPage:
    """A ledger of a million rows, made up as they are asked for."""
    marks = tuple(Mark(seq, seq) for seq in range(MILLION - query.PAGE + 1, 0, -query.PAGE))
    history = replace(
        WORK.history,
        look=lambda query, afresh, progress: Look(query=query, head=MILLION, rows=_page(MILLION + 1)),
        stock=lambda query, head, progress: Stock(MILLION, marks),
        page=lambda query, head, after, progress: _page(MILLION + 1 if after is None else after.seq),
    )
    window = open_window(replace(WORK, history=history))
    window.go_to(window.history)
    return settle(window)


def test_the_end_of_a_million_rows_is_one_key_away(endless: HistoryPage, settle: Settle) -> None:
    assert endless.told.count.text() == "1,000,000 inspections"
    endless.table.setFocus()
    press(endless.table, Qt.Key.Key_End, control=True)
    settle(window_of(endless))
    assert cell(endless, MILLION - 1, NUMBER) == "1"
    assert endless.acts.open.isEnabled()
    press(endless.table, Qt.Key.Key_Home, control=True)
    settle(window_of(endless))
    assert cell(endless, 0, NUMBER) == "1,000,000"


def test_only_a_few_pages_are_held_wherever_one_scrolls(endless: HistoryPage, settle: Settle) -> None:
    for part in range(30):
        endless.table.scrollTo(endless.table.rows.index(part * 33_333, 0))
        settle(window_of(endless))
        assert cell(endless, part * 33_333, NUMBER) == f"{MILLION - part * 33_333:,}"
        assert endless.table.rows.held <= history_model.HELD * query.PAGE <= 3_000


def test_all_of_a_million_rows_can_be_chosen_but_not_exported_so(endless: HistoryPage, settle: Settle) -> None:
    endless.table.setFocus()
    press(endless.table, Qt.Key.Key_A, control=True)
    endless.acts.chosen.trigger()
    settle(window_of(endless))
    assert "Export all rows that fit" in endless.notice.text


def test_a_page_that_cannot_be_read_is_said_and_the_rest_stays(endless: HistoryPage, settle: Settle) -> None:
    def broken(*_args: object) -> tuple[Found, ...]:
        raise LedgerError("The disk failed.")

    endless._jobs._doors = replace(WORK.history, page=broken)
    endless.table.scrollToBottom()
    settle(window_of(endless))
    assert "The disk failed." in endless.notice.text
    assert cell(endless, 0, NUMBER) == "1,000,000"


def test_a_check_is_stopped_with_esc(open_window: OpenWindow, settle: Settle, qtbot: QtBot) -> None:
    def check(progress: Progress) -> query.Checked:
        while True:
            progress("looking", 0.0)

    window = open_window(replace(WORK, history=replace(WORK.history, check=check)))
    window.go_to(window.history)
    page = settle(window)
    click(page.acts.check)
    qtbot.waitUntil(lambda: page.acts.stop.isVisible())
    press(window, Qt.Key.Key_Escape)
    settle(window)
    assert "Stopped" in page.notice.text
    assert not page.acts.stop.isVisible()


def test_every_control_has_a_name_a_tip_and_fits_the_smallest_window(page: HistoryPage) -> None:
    controls = [
        one
        for kind in (QAbstractButton, QComboBox, QLineEdit, QTableView)
        for one in page.findChildren(kind)
        if one.focusPolicy() != Qt.FocusPolicy.NoFocus
        and one.isVisibleTo(page)
        and not isinstance(one.parent(), QLineEdit)
    ]
    assert len(controls) > 12
    for control in controls:
        named = control.accessibleName() or (control.text() if isinstance(control, QAbstractButton) else "")
        assert named, control
        assert control.toolTip(), named
    mnemonics = [
        one.text()[one.text().index("&") + 1].lower() for one in page.findChildren(QAbstractButton) if "&" in one.text()
    ]
    assert len(mnemonics) == len(set(mnemonics))
    assert "s" not in mnemonics  # the search field's own
    assert page.minimumSizeHint().width() <= SMALLEST[0] - 132
    assert page.minimumSizeHint().height() <= SMALLEST[1]


def test_orders_and_columns_agree() -> None:
    assert set(history_model.ORDERS.values()) == set(Order)
    assert len(history_model.TITLES) == 11
