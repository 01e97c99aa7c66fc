"""The history of all offices in the window: chosen where a registry is named, asked page by page, never opened."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from gui.window_fakes import WORK, OpenWindow, jobs_of, write
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gpu_inspector.errors import RegistryAway
from gpu_inspector.gui.history_registry import COLUMNS
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.pages.history import HistoryPage
from gpu_inspector.ledger.query import Order, Query
from gpu_inspector.records.registry_found import RegistryPage, RegistryRow
from gpu_inspector.workflow.progress import Progress

OFFICE, NUMBER, TIME, PRODUCT, KIND = range(5)
Answer = Callable[[Query, int | None, Progress], RegistryPage]


def row(number: int, **fields: object) -> RegistryRow:
    made = RegistryRow(
        arrival=number,
        registered="Le Havre",
        seq=number,
        id=f"{number:08x}-0000-4000-8000-000000000000",
        made_at=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
        case="A-1",
        product="NVIDIA H100 PCIe",
        verdict="CONSISTENT",
        condition="SOUND",
        control="3A090.a",
        inspector="",
        office="",
        place="",
        cards=1,
        origin="this machine",
        numbers="1324520000001",
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def opened(open_window: OpenWindow, answer: Answer, *, there: bool = True) -> HistoryPage:
    doors = replace(WORK.history, has_registry=lambda: there, registry_page=answer)
    window: MainWindow = open_window(replace(WORK, history=doors))
    window.go_to(window.history)
    return window.history


def settled(qtbot: QtBot, page: HistoryPage) -> None:
    window = page.window()
    assert isinstance(window, MainWindow)
    for _ in range(3):
        QApplication.processEvents()
        qtbot.waitUntil(
            lambda: (
                not jobs_of(window)
                and not any(one.isActive() for one in (page.filters._later, page.filters._soon, page._rest))
            ),
            timeout=20_000,
        )


def cell(page: HistoryPage, at: int, column: int) -> str:
    return str(page.registry.rows.data(page.registry.rows.index(at, column)))


def test_without_a_registry_there_is_nothing_to_choose(open_window: OpenWindow, qtbot: QtBot) -> None:
    page = opened(open_window, lambda query, after, progress: RegistryPage(rows=(), after=None), there=False)
    settled(qtbot, page)
    assert page.filters.source.isHidden()
    assert page.places.currentWidget() is page.table


def test_the_same_question_goes_to_the_registry_and_back_to_the_ledger(open_window: OpenWindow, qtbot: QtBot) -> None:
    asked: list[Query] = []

    def answer(query: Query, after: int | None, progress: Progress) -> RegistryPage:
        asked.append(query)
        return RegistryPage(rows=(row(7), row(3, origin="simulation")), after=None)

    page = opened(open_window, answer)
    write(page.filters.words, "h100")
    page.filters.repeated.setChecked(True)
    page.filters.source.setCurrentIndex(1)
    settled(qtbot, page)
    assert (asked[-1].words, asked[-1].only_repeated, asked[-1].order) == ("h100", False, Order.NUMBER)
    assert page.places.currentWidget() is page.registry
    assert (cell(page, 0, OFFICE), cell(page, 0, NUMBER), cell(page, 0, PRODUCT)) == (
        "Le Havre",
        "7",
        "NVIDIA H100 PCIe",
    )
    assert (cell(page, 0, KIND), cell(page, 1, KIND)) == ("", "SIMULATION")
    assert page.told.count.text() == "2 inspections"
    assert page.acts.isHidden()  # nothing of another office can be opened or exported here
    page.filters.source.setCurrentIndex(0)
    settled(qtbot, page)
    assert page.places.currentWidget() is page.table
    assert not page.acts.isHidden()


def test_it_goes_on_where_the_registry_stopped_also_over_a_page_without_rows(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    pages = {
        None: RegistryPage(rows=(), after=90),
        90: RegistryPage(rows=tuple(row(number) for number in range(89, 9, -1)), after=10),
        10: RegistryPage(rows=(row(5),), after=None),
    }
    page = opened(open_window, lambda query, after, progress: pages[after])
    page.filters.source.setCurrentIndex(1)
    settled(qtbot, page)
    page.registry.table.scrollToBottom()
    qtbot.waitUntil(lambda: page.registry.rows.rowCount() == 81, timeout=20_000)
    settled(qtbot, page)
    assert page.told.count.text() == "81 inspections"


def test_a_registry_that_is_away_is_said_and_the_ledger_goes_on(open_window: OpenWindow, qtbot: QtBot) -> None:
    def answer(query: Query, after: int | None, progress: Progress) -> RegistryPage:
        raise RegistryAway("The registry does not answer.", "Try again later.")

    page = opened(open_window, answer)
    page.filters.source.setCurrentIndex(1)
    settled(qtbot, page)
    assert "The registry does not answer. Try again later." in page.notice.text
    page.filters.source.setCurrentIndex(0)
    settled(qtbot, page)
    assert page.places.currentWidget() is page.table


@pytest.mark.parametrize("hostile", ["\u202e=<b>cmd</b>\u0007" + "x" * 10_000], ids=["hostile"])
def test_another_offices_words_neither_turn_nor_flood_the_table(
    open_window: OpenWindow, qtbot: QtBot, hostile: str
) -> None:
    late = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    odd = row(1, product=hostile, registered=hostile, verdict="BEST", condition="", control=hostile, made_at=late)
    page = opened(open_window, lambda query, after, progress: RegistryPage(rows=(odd,), after=None))
    page.filters.source.setCurrentIndex(1)
    settled(qtbot, page)
    texts = [cell(page, 0, column) for column in range(len(COLUMNS))]
    assert texts[PRODUCT].startswith("[U+202E]=<b>cmd</b>[U+0007]xxx")
    assert all(len(text) < 200 for text in texts)


def test_what_the_registry_said_later_is_told_above_the_history(open_window: OpenWindow, qtbot: QtBot) -> None:
    later = ("The registry answered later, of inspection 7: card 0000:01:00.0 was seen by Le Havre on 2026-11-24.",)
    doors = replace(WORK.history, notices=lambda: later)
    window: MainWindow = open_window(replace(WORK, history=doors))
    assert window.history.notices.isHidden()
    window.go_to(window.history)
    settled(qtbot, window.history)
    assert not window.history.notices.isHidden()
    assert window.history.notices.text() == later[0]


def test_the_offices_of_the_registry_can_be_chosen(open_window: OpenWindow, qtbot: QtBot) -> None:
    asked: list[Query] = []

    def answer(query: Query, after: int | None, progress: Progress) -> RegistryPage:
        asked.append(query)
        return RegistryPage(rows=(), after=None)

    page = opened(open_window, answer)
    page.filters.source.setCurrentIndex(1)
    settled(qtbot, page)
    page.filters.office.setCurrentText("Le Havre")
    settled(qtbot, page)
    assert asked[-1].office == "Le Havre"
