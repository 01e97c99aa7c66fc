"""Codes of a label in the window: what is not sure is said so, and goes nowhere before the inspector's yes."""

from dataclasses import replace
from pathlib import Path

import pytest
from gui.window_fakes import WORK, OpenWindow, click, jobs_of, taken_of
from pytestqt.qtbot import QtBot

from gpu_inspector.gui.case_codes import CodeView
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.subject import Subject
from gpu_inspector.records.appearance import LabelCode, Sure

CARD = Subject("NVIDIA GeForce RTX 4090", "upper slot, x16", card="0000:01:00.0")
SERIAL, PART = "0325219012345", "900-1G136-2530-000"


@pytest.fixture
def view(qtbot: QtBot) -> CodeView:
    """Of a code that is not sure."""
    view = CodeView(LabelCode(kind="Code 39", text="A" * 120))
    qtbot.addWidget(view)
    return view


def _opened(qtbot: QtBot, open_window: OpenWindow, *codes: tuple[str, Sure]) -> tuple[MainWindow, list[CodeView]]:
    """A window with one photograph of a label on which these codes were read."""
    taken = taken_of(
        "label.jpg", shows="label", codes=tuple(one for one, _sure in codes), codes_sure=tuple(one for _c, one in codes)
    )
    window = open_window(replace(WORK, case=replace(WORK.case, take_file=lambda path, keep: taken)))
    window.go_to(window.case)
    window.case.show_subjects((CARD,))
    window.case.take((Path("label.jpg"),))
    qtbot.waitUntil(lambda: not jobs_of(window))
    (row,) = window.case.objects.photographs.rows.values()
    return window, row.codes


def _sure_of(window: MainWindow) -> tuple[Sure, ...]:
    (order,) = window.case.orders()
    (photograph,) = order.case.photographs
    return photograph.codes_sure


def test_a_sure_code_is_taken_with_one_click_and_never_unasked(qtbot: QtBot, open_window: OpenWindow) -> None:
    window, (code,) = _opened(qtbot, open_window, (f"Code 128: {SERIAL}", Sure.CHECKSUM))
    assert "several readings agree" in code.why.text()
    assert not code.yes.isVisible()
    assert window.case.orders()[0].declaration.serial == ""
    click(code.buttons[0])
    assert window.case.orders()[0].declaration.serial == SERIAL


def test_a_code_that_is_not_sure_is_taken_only_after_a_yes_which_the_record_keeps(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window, (code, other) = _opened(
        qtbot, open_window, (f"Code 39: {PART}", Sure.NOT), (f"Code 128: {SERIAL}", Sure.CHECKSUM)
    )
    assert "not sure" in code.why.text()
    click(code.buttons[1])
    assert window.case.orders()[0].declaration.part_number == ""
    code.yes.click()
    assert "you have compared it" in code.why.text()
    assert _sure_of(window) == (Sure.OFFICER, Sure.CHECKSUM)
    assert window.case.orders()[0].declaration.part_number == ""
    click(code.buttons[1])
    assert window.case.orders()[0].declaration.part_number == PART
    code.yes.click()
    assert _sure_of(window) == (Sure.NOT, Sure.CHECKSUM)
    assert not code.buttons[1].isEnabled()
    assert other.buttons[0].isEnabled()


def test_a_yes_survives_a_change_of_what_the_photograph_shows(qtbot: QtBot, open_window: OpenWindow) -> None:
    window, (code,) = _opened(qtbot, open_window, (f"Code 39: {PART}", Sure.NOT))
    code.yes.click()
    (row,) = window.case.objects.photographs.rows.values()
    row.shows.setCurrentIndex(row.shows.findData("card"))
    assert _sure_of(window) == (Sure.OFFICER,)


def test_codes_of_another_photograph_than_the_labels_are_said_to_be_left_aside(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window, _codes = _opened(qtbot, open_window, (f"Code 39: {PART}", Sure.NOT))
    (row,) = window.case.objects.photographs.rows.values()
    assert row.elsewhere.isHidden()
    row.shows.setCurrentIndex(row.shows.findData("exhibit"))
    assert not row.elsewhere.isHidden()


def test_a_code_with_several_numbers_gives_each_field_its_own(qtbot: QtBot, open_window: OpenWindow) -> None:
    window, (code,) = _opened(qtbot, open_window, (f"QR Code: {SERIAL},{PART}", Sure.CHECKSUM))
    assert f"{SERIAL} may be the serial number" in code.proposal.text()
    click(code.buttons[0])
    click(code.buttons[1])
    declared = window.case.orders()[0].declaration
    assert (declared.serial, declared.part_number) == (SERIAL, PART)


def test_an_article_number_is_not_offered_as_a_serial(qtbot: QtBot, open_window: OpenWindow) -> None:
    _window, (code,) = _opened(qtbot, open_window, ("EAN-13: 4719072966867", Sure.CHECKSUM))
    assert "neither serial nor part number" in code.proposal.text()
    assert not any(button.isVisible() for button in code.buttons)


def test_all_of_a_code_is_shown_that_a_yes_is_said_to(view: CodeView) -> None:
    assert view.text.text().count("A") == 120
    assert view.text.font().pointSizeF() > 1.3 * view.why.font().pointSizeF()


def test_a_codes_text_is_never_taken_for_html(qtbot: QtBot) -> None:
    view = CodeView(LabelCode(kind="<b>", text='<img src="x">{0}\u202e'))
    qtbot.addWidget(view)
    assert "<img" in view.text.text()
    assert "\u202e" not in view.text.text()
    assert "<" not in view.buttons[0].toolTip() + view.yes.toolTip()
