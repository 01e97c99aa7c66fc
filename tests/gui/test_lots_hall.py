"""The hall in the window: where each card stands, told to eye and ear, by keys alone, and only where there is one."""

from dataclasses import replace

import pytest
from gui.test_page_lots import at_lots, with_lots
from gui.window_fakes import LOT, OpenWindow, press
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from report.hall_records import audited

from gpu_inspector.gui.lots_detail import LotDetail
from gpu_inspector.gui.lots_hall import HEAT_LEGEND, SHOWN, HallTable
from gpu_inspector.gui.lots_hall_model import HEAT, IDENTITY
from gpu_inspector.records.hall import Hall, Place
from gpu_inspector.records.lot import LotSummary
from gpu_inspector.records.node import Lack, NodeGap
from gpu_inspector.workflow.lots import LotState

ROLE = Qt.ItemDataRole


def state_of(of: LotSummary) -> LotState:
    return LotState(of.lot, of.members, of.twice, of.statement, of.hall)


@pytest.fixture
def detail(qtbot: QtBot, open_window: OpenWindow) -> LotDetail:
    """A hall of 60 nodes in 4 racks, two of them lost, in sight."""
    window = at_lots(qtbot, open_window(with_lots(every=lambda: (state_of(audited(60, 4)),))))
    window.lots.detail.as_hall.setChecked(True)
    return window.lots.detail


def _at(table: HallTable, node: str, slot: int) -> tuple[int, int]:
    return next(
        at
        for at, cell in table.rows.cells.items()
        if cell.stand.place.node == node and (cell.slot.slot if cell.slot is not None else 0) == slot
    )


def _data(table: HallTable, at: tuple[int, int], role: ROLE = ROLE.DisplayRole) -> object:
    return table.rows.data(table.rows.index(*at), role)


def test_a_lot_of_no_hall_offers_none(qtbot: QtBot, detail: LotDetail) -> None:
    assert detail.hall.isVisible() and not detail.table.isVisible()
    detail.show_lot(LOT)
    assert not detail.as_hall.isVisible() and not detail.hall.isVisible() and detail.table.isVisible()
    assert detail.only.isEnabled()
    assert detail.table.current is not None


def test_racks_stand_side_by_side_and_units_from_the_top_down(detail: LotDetail) -> None:
    rows = detail.hall.table.rows
    heads = [rows.headerData(at, Qt.Orientation.Horizontal) for at in range(rows.columnCount())]
    assert heads[:11] == ["A01", "1", "2", "3", "4", "5", "6", "7", "8", "", "A02"]
    assert [rows.headerData(at, Qt.Orientation.Vertical) for at in range(3)] == ["29", "27", "25"]
    assert rows.rowCount() == 15


def test_each_cell_is_told_to_eye_and_ear(detail: LotDetail) -> None:
    table = detail.hall.table
    bad = _at(table, "n008", 8)
    assert _data(table, bad) == "X"
    heard = str(_data(table, bad, ROLE.AccessibleTextRole))
    assert heard.startswith("rack A01, U 15, n008, slot 8: CONTRADICTED; ") and "°C at most; card " in heard
    assert "CONTRADICTED" in str(_data(table, bad, ROLE.ToolTipRole))
    lost = next(at for at, cell in table.rows.cells.items() if cell.stand.place.node == "n004" and cell.first)
    assert _data(table, lost) == "1"
    assert "n004: The node did not answer" in str(_data(table, lost, ROLE.AccessibleTextRole))
    grounds = {
        str(_data(table, at, ROLE.BackgroundRole)) for at in (bad, lost, _at(table, "n001", 1), _at(table, "n013", 3))
    }
    assert len(grounds) == 4
    name = next(at for at, cell in table.rows.cells.items() if cell.stand.place.node == "n001" and cell.slot is None)
    assert _data(table, name) == "n001" and _data(table, name, ROLE.BackgroundRole) is None


def test_the_keys_go_from_card_to_card_and_over_what_is_empty(detail: LotDetail) -> None:
    table = detail.hall.table

    def pressed(key: Qt.Key) -> tuple[str, int]:
        press(table, key)
        cell = table.current
        assert cell is not None
        return cell.stand.place.node, cell.slot.slot if cell.slot is not None else 0

    table.setCurrentIndex(table.rows.index(*_at(table, "n015", 8)))
    assert pressed(Qt.Key.Key_Right) == ("n030", 0)
    assert pressed(Qt.Key.Key_Left) == ("n015", 8)
    assert pressed(Qt.Key.Key_Down) == ("n014", 8)
    assert [pressed(Qt.Key.Key_Up) for _time in range(3)] == [("n015", 8)] * 3


def test_what_speaks_against_a_card_or_why_a_node_is_lost_is_read_beside_it(detail: LotDetail) -> None:
    table = detail.hall.table
    table.setCurrentIndex(table.rows.index(*_at(table, "n008", 8)))
    assert "68 multiprocessors answered" in detail.reasons.toPlainText()
    lost = next(at for at, cell in table.rows.cells.items() if cell.stand.place.node == "n004" and cell.first)
    table.setCurrentIndex(table.rows.index(*lost))
    assert detail.reasons.toPlainText().startswith("rack A01, U 7, n004: The node did not answer within 900 s.")


def test_enter_opens_the_inspection_of_the_card_and_of_a_lost_node_none(qtbot: QtBot, detail: LotDetail) -> None:
    table = detail.hall.table
    opened: list[object] = []
    detail.table.chosen.disconnect()
    detail.table.chosen.connect(opened.append)
    table.setCurrentIndex(table.rows.index(*_at(table, "n008", 8)))
    press(table, Qt.Key.Key_Return)
    assert [one.label for one in opened] == ["0000:08:00.0"]  # type: ignore[attr-defined]
    lost = next(at for at, cell in table.rows.cells.items() if cell.stand.place.node == "n004" and cell.first)
    table.setCurrentIndex(table.rows.index(*lost))
    press(table, Qt.Key.Key_Return)
    assert len(opened) == 1


def test_the_card_that_was_chosen_in_the_table_is_chosen_in_the_hall(detail: LotDetail) -> None:
    detail.as_hall.setChecked(False)
    assert detail.table.isVisible() and not detail.hall.isVisible()
    chosen = detail.table.current
    detail.as_hall.setChecked(True)
    cell = detail.hall.table.current
    assert chosen is not None and cell is not None and cell.member == chosen


def test_the_temperatures_are_shown_in_the_same_cells(detail: LotDetail) -> None:
    table, shown = detail.hall.table, detail.hall.shown
    assert [shown.itemText(at) for at in range(shown.count())] == list(SHOWN)
    assert "UNEXPLAINED DEVIATION" in detail.hall.legend.text()
    shown.setCurrentIndex(HEAT)
    assert str(_data(table, _at(table, "n001", 1))) == "55"
    assert _data(table, _at(table, "n013", 3)) == ""
    assert "not measured" in str(_data(table, _at(table, "n013", 3), ROLE.AccessibleTextRole))
    assert detail.hall.legend.text().replace("\u200b", "").startswith(HEAT_LEGEND)
    shown.setCurrentIndex(IDENTITY)
    assert _data(table, _at(table, "n001", 1)) == "c"


def test_a_lot_that_grows_keeps_the_chosen_cell(detail: LotDetail) -> None:
    table = detail.hall.table
    table.setCurrentIndex(table.rows.index(*_at(table, "n050", 2)))
    of = audited(60, 4)
    fewer = replace(of, members=of.members[:-8])
    detail.show_lot(state_of(fewer))
    assert table.current is not None and table.current.stand.place.node == "n050"


def test_a_thousand_nodes_and_names_that_write_over_the_window_are_shown(qtbot: QtBot, open_window: OpenWindow) -> None:
    bad = "\u202e\x00<b>" * 40
    hall = Hall(
        places=(Place(node=bad, rack=bad, cards=3),),
        gaps=(NodeGap(node=bad, lack=Lack.FAILED, reason=bad, advice=bad),),
    )
    window = at_lots(qtbot, open_window(with_lots()))
    made = window.lots.detail
    for state in (state_of(audited(1000, 25)), replace(state_of(audited(1, 0)), members=(), hall=hall)):
        made.show_lot(state)
        made.as_hall.setChecked(True)
        made.grab()
    told = str(_data(made.hall.table, (0, 0), ROLE.AccessibleTextRole))
    assert "\u202e" not in told and "\x00" not in told
    assert "<b>" not in str(_data(made.hall.table, (0, 0), ROLE.ToolTipRole))
