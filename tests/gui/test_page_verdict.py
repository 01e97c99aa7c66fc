"""The verdict as an inspector reads it: three answers that never sound like more, and all that they rest on."""

# mypy: disallow-untyped-calls=False
# pytest-qt's model tester has no types.

import gc
import itertools
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pikepdf
import pytest
from cards import forged, genuine, row_of
from firmware_by_hand import FILE, IMAGE, forged_board
from gui.window_fakes import WORK, OpenWindow, card_evidence, click, done_of, from_file, press, two_cards
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QUrl
from PySide6.QtGui import QAccessible, QColor, QDesktopServices, QGuiApplication, QPalette
from PySide6.QtPrintSupport import QPrinter, QPrintPreviewDialog
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel, QMainWindow, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from silicon_records import folded, silicon_of_row, with_silicon

from gpu_inspector.errors import LedgerError, ReportError
from gpu_inspector.gui import answers, preview, signs, theme
from gpu_inspector.gui.comparison import ComparisonModel
from gpu_inspector.gui.findings import Show
from gpu_inspector.gui.inspections import MOST, InspectionsModel, Shown
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.pages.verdict import VerdictPage
from gpu_inspector.gui.work import Work
from gpu_inspector.gui.worker import Job
from gpu_inspector.records import columns
from gpu_inspector.records.control import ControlClass, ControlLine
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.finding import NOT_ASSESSED, Condition, Finding, Identity, Outcome, Role
from gpu_inspector.records.inspection import CardJudgement, Inspection, LedgerEntry
from gpu_inspector.records.next_steps import NOTHING
from gpu_inspector.records.ranked import NO_PRODUCT
from gpu_inspector.records.reserve import INDETERMINATE, NOT_CONTROLLED, Question, answers_of
from gpu_inspector.records.words import NOT_EXAMINED
from gpu_inspector.workflow import comparing
from gpu_inspector.workflow.comparing import Earlier, Sighting
from gpu_inspector.workflow.inspecting import Done
from gpu_inspector.workflow.kept import Kept
from gpu_inspector.workflow.signed import SignedBy

MIB = 1024 * 1024
ROW = "NVIDIA GeForce RTX 4090"
OTHER_UUID = "GPU-3d5c9a12-77e0-4b1f-8c66-0f4e2b9d1a73"
HOSTILE = "<b>R</b>\u202etxet\u0000" + "W" * 10_000
OpenPage = Callable[..., VerdictPage]


@pytest.fixture
def open_page(qtbot: QtBot, qapp: QApplication) -> Iterator[OpenPage]:
    """Opens verdict pages on doors of which some are others, at the size that they have on the smallest screen."""
    theme.wear(qapp, theme.LIGHT)
    pages: list[VerdictPage] = []
    windows: list[QMainWindow] = []

    def open_one(**doors: object) -> VerdictPage:
        window, page = QMainWindow(), VerdictPage(_with(**doors))
        window.setCentralWidget(page)
        window.setMinimumSize(700, 500)
        window.resize(1148, 700)
        windows.append(window)
        pages.append(page)
        window.show()
        return page

    yield open_one
    for page in pages:
        qtbot.waitUntil(lambda: not _jobs(page))  # noqa: B023 - it is waited for within the turn
    for window in windows:
        window.close()
        window.deleteLater()
        # Now, and not with the next event loop: each window that is left makes the next theme slower to put on.
        QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)


@pytest.fixture
def page(open_page: OpenPage) -> VerdictPage:
    """A page where all goes well."""
    return open_page()


def _with(**doors: object) -> Work:
    return replace(WORK, verdict=replace(WORK.verdict, **doors))  # type: ignore[arg-type]


def _jobs(page: VerdictPage) -> list[Job]:
    return [job for job in page.findChildren(Job) if job.running]


def _wait(qtbot: QtBot, page: VerdictPage) -> None:
    qtbot.waitUntil(lambda: not _jobs(page))


def _raising(error: Exception) -> Callable[..., NoReturn]:
    def fail(*arguments: object) -> NoReturn:
        raise error

    return fail


def _numbered(done: Done, seq: int, days: int = 0) -> Done:
    """The same, as another row of the ledger and of another day."""
    inspection = replace(done.inspection, made_at=datetime(2026, 11, 2, 9, 30, tzinfo=UTC) + timedelta(days=days))
    return replace(done, inspection=inspection, entry=replace(done.entry, seq=seq))


def _bad() -> Evidence:
    return forged(card_evidence(), memory_total_bytes=49140 * MIB)


def _measured(**changes: object) -> Evidence:
    return with_silicon(genuine(row_of(ROW)), silicon_of_row(row_of(ROW), **changes))


def _judged(done: Done, **changes: object) -> Done:
    """With another judgement of its first card."""
    judgement = done.inspection.judgement
    card = replace(judgement.cards[0], **changes)  # type: ignore[arg-type]
    return replace(done, inspection=replace(done.inspection, judgement=replace(judgement, cards=(card,))))


def _sighting(done: Done) -> Sighting:
    return Sighting(done.inspection, done.entry, 0)


def _labels(page: VerdictPage) -> list[str]:
    model = page.view.tree.findings
    return [str(model.data(model.index(row, 0))) for row in range(model.rowCount())]


# --- no answer sounds like more than it is


CONTROLS = (NOT_CONTROLLED, INDETERMINATE, NOT_ASSESSED, "3A090.a", "4A090", "none?", "")
EVERY = list(itertools.product(Identity, Condition, CONTROLS, Origin))


def _card(
    identity: Identity, condition: Condition, control: str, basis: str = "published", **enforced: str
) -> CardJudgement:
    """With a class that has the entry, as codified and, unless another is given, as enforced."""
    classed = ControlClass(
        product="b",
        basis=basis,
        on=date(2026, 11, 24),
        codified=ControlLine(entry=control),
        enforced=ControlLine(entry=enforced.get("enforced", control)),
    )
    return CardJudgement(
        label="a", product="b", identity=identity, condition=condition, control=control, control_class=classed
    )


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_no_headline_is_green_whatever_the_answers(colours: theme.Colours) -> None:
    for identity, condition, control, origin in EVERY:
        for question in (Question.IDENTITY, Question.CONDITION, Question.CONTROL):
            _shape, tone = answers.headline(_card(identity, condition, control), origin, question)
            colour = QColor(getattr(colours, tone))
            assert colour.hslSaturationF() < 0.15 or not 70 <= colour.hslHue() <= 175


def test_a_check_mark_stands_only_where_all_three_answers_are_good_on_a_real_card() -> None:
    marked = {
        (identity, condition, control, origin)
        for identity, condition, control, origin in EVERY
        for question in (Question.IDENTITY, Question.CONDITION, Question.CONTROL)
        if answers.headline(_card(identity, condition, control), origin, question)[0] is signs.Shape.CHECK
    }
    assert marked == {(Identity.CONSISTENT, Condition.SOUND, NOT_CONTROLLED, Origin.MACHINE)}


@pytest.mark.parametrize(
    "card",
    [
        pytest.param(_card(Identity.CONSISTENT, Condition.SOUND, NOT_CONTROLLED, "die"), id="figures of a die"),
        pytest.param(_card(Identity.CONSISTENT, Condition.SOUND, NOT_CONTROLLED, "estimate"), id="an estimate"),
        pytest.param(
            _card(Identity.CONSISTENT, Condition.SOUND, NOT_CONTROLLED, enforced="3A090.a"), id="as enforced another"
        ),
        pytest.param(
            replace(_card(Identity.CONSISTENT, Condition.SOUND, NOT_CONTROLLED), control_class=None), id="no reason"
        ),
    ],
)
def test_no_entry_that_rests_on_little_is_no_check_mark(card: CardJudgement) -> None:
    for question in (Question.IDENTITY, Question.CONDITION, Question.CONTROL):
        assert answers.headline(card, Origin.MACHINE, question) == signs.RESERVED


def test_a_good_answer_beside_an_open_question_says_what_is_open() -> None:
    for identity, condition, control, origin in EVERY:
        card = _card(identity, condition, control)
        for answer in answers_of(card, origin, str):
            sign = answers.headline(card, origin, answer.question)
            assert ("No clearance:" in answer.meaning) == (sign == signs.RESERVED and "No clearance" in answer.meaning)
            if sign[0] is signs.Shape.CHECK:
                assert "No clearance:" not in answer.meaning
    said = answers_of(_card(Identity.CONSISTENT, Condition.WORN, "3A090.a"), Origin.SIMULATION, str)[0].meaning
    assert "the card is worn" in said
    assert "export-control list" in said
    assert "only a simulation" in said


def test_a_controlled_card_is_not_calm_though_all_else_is_good(page: VerdictPage) -> None:
    page.show_done(_judged(done_of(_measured()), control="3A090.a"))
    role = QPalette.ColorRole.WindowText
    assert page.identity.word.text() == "CONSISTENT"
    assert page.identity.word.palette().color(role) == QColor(theme.LIGHT.text)
    assert "No clearance: an entry of the export-control list covers it." in page.identity.meaning.text()
    assert page.control.word.text() == "3A090.a"
    assert page.control.word.palette().color(role) == QColor(theme.LIGHT.deviation)


@pytest.mark.parametrize(
    ("origin", "word"),
    [
        pytest.param(Origin.SAMPLE, "SAMPLE", id="sample"),
        pytest.param(Origin.SIMULATION, "SIMULATION", id="simulation"),
        pytest.param(Origin.FILE, "unknown origin", id="file"),
    ],
)
def test_what_is_no_card_of_this_machine_is_marked(page: VerdictPage, origin: Origin, word: str) -> None:
    page.show_done(done_of(from_file("a.xml", origin)))
    assert page.origin.isVisible()
    assert word in page.origin.text
    assert {"SAMPLE": "SAMPLE", "SIMULATION": "SIMULATION"}.get(word, "file") in page.inspection.currentText()


def test_a_card_of_this_machine_bears_no_mark(page: VerdictPage) -> None:
    page.show_done(done_of(_measured()))
    assert not page.origin.isVisible()


@pytest.mark.parametrize("origin", [Origin.FILE, Origin.SAMPLE])
def test_numbers_in_a_file_are_not_shown_as_measured(page: VerdictPage, origin: Origin) -> None:
    claimed = from_file("a.json", origin)
    page.show_done(done_of(with_silicon(claimed, silicon_of_row(row_of(ROW)), origin=origin)))
    model = page.view.table.columns
    assert {model.index(row, 2).data() for row in range(model.rowCount())} == {
        columns.NOT_MEASURED,
        columns.CLAIM_ONLY,
    }


def test_the_measured_column_is_filled_and_what_is_missing_stands_out(page: VerdictPage) -> None:
    page.show_done(done_of(_measured(memory=folded(24564, 12288))))
    model = page.view.table.columns
    labels = [model.headerData(row, Qt.Orientation.Vertical) for row in range(model.rowCount())]
    cell = model.index(labels.index("Memory"), 2)
    assert cell.data() == "12,288 MiB of 24,564 MiB really there"
    assert cell.data(Qt.ItemDataRole.FontRole).bold()
    assert page.identity.word.text() == "CONTRADICTED"


# --- the findings


def test_a_deviation_is_named_so_and_stands_open(page: VerdictPage) -> None:
    page.show_done(done_of(_bad()))
    assert page.identity.word.text() in ("UNEXPLAINED DEVIATION", "CONTRADICTED")
    tree = page.view.tree
    chosen = tree.findings.node(tree.currentIndex())
    assert chosen.word in ("Unexplained deviation", "Contradicted")
    assert tree.isExpanded(tree.currentIndex().siblingAtColumn(0))


def test_where_nothing_deviates_what_was_not_examined_stands_open(page: VerdictPage) -> None:
    page.show_done(done_of(from_file("a.xml")))
    model = page.view.tree.findings
    assert page.view.tree.isExpanded(model.index(_labels(page).index(NOT_EXAMINED), 0))


def test_findings_can_be_narrowed_to_what_deviates_and_to_what_was_not_examined(page: VerdictPage) -> None:
    page.show_done(done_of(replace(_bad(), origin=Origin.FILE)))
    every = _labels(page)
    click(page.view.filters[Show.DEVIATING])
    model = page.view.tree.findings
    shown = [node.outcome for node in model._nodes[1:] if node.check]
    assert shown
    assert set(shown) <= {Outcome.CONTRADICTED, Outcome.SUSPICIOUS, Outcome.NOTED}
    assert f"({len(shown)})" in page.view.filters[Show.DEVIATING].text()
    click(page.view.filters[Show.UNSEEN])
    assert _labels(page) == [NOT_EXAMINED]
    assert {node.outcome for node in model._nodes[1:] if node.check} == {Outcome.INCONCLUSIVE}
    click(page.view.filters[Show.ALL])
    assert _labels(page) == every


def test_where_nothing_deviates_the_filter_says_so_and_gives_no_clearance(page: VerdictPage) -> None:
    done = done_of(_measured())
    apart = ("export-class", "bench-selftest")
    plain = (one for one in done.inspection.judgement.cards[0].findings if one.check not in apart)
    page.show_done(_judged(done, findings=tuple(plain)))
    click(page.view.filters[Show.DEVIATING])
    node = page.view.tree.findings.node(page.view.tree.findings.index(0, 0))
    assert (node.label, node.text) == ("Nothing deviates, and nothing was noted.", "This is no clearance.")


def test_another_card_begins_with_all_findings(page: VerdictPage) -> None:
    page.show_done(done_of(_bad()))
    click(page.view.filters[Show.UNSEEN])
    page.show_kept(Kept(done_of(_measured()), "whole"))
    assert page.view.filters[Show.ALL].isChecked()
    assert len(_labels(page)) > 1


def test_keys_open_and_close_all_findings(page: VerdictPage, qtbot: QtBot) -> None:
    page.show_done(done_of(_bad()))
    tree = page.view.tree
    page.activateWindow()
    tree.setFocus()
    qtbot.keyClick(tree, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    group = tree.findings.index(0, 0)
    assert tree.isExpanded(group)
    assert tree.isExpanded(tree.findings.index(0, 0, group))
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(tree, Qt.Key.Key_E, both)
    assert not tree.isExpanded(group)


def test_the_chosen_finding_is_copied_whole_also_from_one_of_its_lines(page: VerdictPage) -> None:
    page.show_done(done_of(_bad()))
    tree = page.view.tree
    finding = tree.findings.node(tree.currentIndex())
    press(tree, Qt.Key.Key_C, control=True)
    text = QGuiApplication.clipboard().text()
    assert text.startswith(f"{finding.label} [{finding.check}]: {finding.word}: {finding.text}")
    assert "Expected: " in text
    assert "Innocent explanations that remain" in text
    tree.setCurrentIndex(tree.findings.index(0, 0, tree.currentIndex()))
    QGuiApplication.clipboard().setText("")
    press(tree, Qt.Key.Key_C, control=True)
    assert QGuiApplication.clipboard().text() == text


def test_the_id_of_its_check_stands_beside_each_finding(page: VerdictPage) -> None:
    page.show_done(done_of(_bad()))
    tree = page.view.tree
    checks = {finding.check for finding in page._judged[0].findings}
    assert tree.currentIndex().siblingAtColumn(3).data() in checks


# --- what to do next


def test_what_to_do_next_is_the_findings_own_advice_the_gravest_first(page: VerdictPage) -> None:
    page.show_done(done_of(_bad()))
    card = page._judged[0]
    steps = page.view.steps.steps._nodes[1:]
    assert [node.text for node in steps]
    order = [Outcome.CONTRADICTED, Outcome.SUSPICIOUS, Outcome.INCONCLUSIVE, Outcome.NOTED]
    ranks = [order.index(node.outcome) for node in steps if node.outcome is not None]
    assert ranks == sorted(ranks)
    assert card.findings
    assert f"({len(steps)})" in page.view.tabs.tabText(1)
    assert len({node.label for node in steps}) == len(steps)


def test_where_no_finding_asks_for_anything_that_is_no_clearance(page: VerdictPage) -> None:
    done = _judged(done_of(_measured()), findings=())
    evidence = done.inspection.evidence
    bare = tuple(replace(card, gaps=()) for card in evidence.cards)
    page.show_done(replace(done, inspection=replace(done.inspection, evidence=replace(evidence, cards=bare, gaps=()))))
    assert page.view.steps.steps.index(0, 0).data() == NOTHING


def test_a_known_modification_that_fits_has_a_line_of_its_own(page: VerdictPage) -> None:
    page.show_done(done_of(_bad()))
    assert page.view.modifications.isVisible()
    assert page.view.modifications.text().startswith("Known modification: Fits the RTX ")
    page.show_kept(Kept(done_of(_measured()), "whole"))
    assert not page.view.modifications.isVisible()


def test_the_products_that_fit_stand_in_a_tab_with_their_reasons(page: VerdictPage) -> None:
    done = done_of(_bad())
    page.show_done(done)
    ranking = done.inspection.judgement.cards[0].ranking
    table = page.view.ranking.table
    assert table.rowCount() == len(ranking) > 1
    name, _fits, against = (table.model().index(0, column).data() for column in range(3))
    assert ranking[0].name in name.replace("\u200b", "")
    assert "memory" in against
    assert not page.view.ranking.table.isHidden()
    page.show_kept(Kept(_judged(done_of(_measured()), ranking=()), "whole"))
    assert page.view.ranking.table.isHidden()
    assert page.view.ranking.rule.text() == NO_PRODUCT


# --- several inspections, several cards, and the ledger's


def test_of_several_cards_the_gravest_is_shown_first(page: VerdictPage) -> None:
    both = card_evidence()
    both = replace(both, cards=(*both.cards, replace(_bad().cards[0], label="0000:02:00.0")))
    page.show_done(done_of(both))
    assert page.cards.isVisible()
    assert page.cards.currentIndex() == 1
    grave = page.identity.word.text()
    assert grave.lower() in page.cards.currentText()
    page.cards.setCurrentIndex(0)
    assert page.identity.word.text() != grave
    assert "0000:01:00.0" in page.view.subject.text()


def test_of_several_that_finish_while_nobody_looks_the_gravest_comes_into_sight(page: VerdictPage) -> None:
    page.hide()
    for number, evidence in enumerate((_measured(), _bad(), _measured()), 1):
        page.show_done(_numbered(done_of(evidence), number, number))
    page.show()
    page.enter()
    assert page.inspection.currentText().startswith("No. 2  ·")
    assert page.identity.word.text() == "CONTRADICTED"
    listed = [page.inspection.itemText(row).split()[1] for row in range(page.inspection.count())]
    assert listed == ["3", "2", "1"]


def test_what_is_being_read_stays_in_sight_when_another_finishes(page: VerdictPage) -> None:
    page.show_done(_numbered(done_of(_measured()), 1))
    page.enter()
    page.show_done(_numbered(done_of(_bad()), 2, 1))
    assert page.identity.word.text() == "CONSISTENT"
    assert page.inspection.currentText().startswith("No. 1  ·")
    assert "No. 2" in page.notice.text
    assert "CONTRADICTED" in page.notice.text
    page.enter()
    assert page.identity.word.text() == "CONTRADICTED"


def test_any_inspection_of_the_list_is_shown_again_by_keys(page: VerdictPage, qtbot: QtBot) -> None:
    page.hide()
    page.show_done(_numbered(done_of(_measured()), 1))
    page.show_done(_numbered(done_of(_bad()), 2, 1))
    page.show()
    page.enter()
    page.activateWindow()
    page.inspection.setFocus()
    qtbot.keyClick(page.inspection, Qt.Key.Key_Down)
    assert page.inspection.currentText().startswith("No. 1  ·")
    assert page.identity.word.text() == "CONSISTENT"
    assert "Inspection 1 of" in page.report.place.text()


def test_an_inspection_out_of_the_ledger_is_shown_with_its_proof_and_to_be_read_only(page: VerdictPage) -> None:
    page.show_kept(Kept(done_of(_bad()), "Its digest fits, and the chain is whole up to row 7."))
    assert page.proof.isVisible()
    assert "read only" in page.proof.text
    assert "the chain is whole up to row 7" in page.proof.text
    assert page.identity.word.text() == "CONTRADICTED"
    page.enter()
    assert page.proof.isVisible()


def test_a_proof_is_not_left_beside_another_inspection(page: VerdictPage) -> None:
    page.show_kept(Kept(_numbered(done_of(_bad()), 3), "The chain is whole."))
    page.hide()
    page.show_done(_numbered(done_of(_measured()), 4, 1))
    page.show()
    page.enter()
    assert not page.proof.isVisible()


def test_the_same_inspection_opened_from_the_ledger_keeps_its_report_and_its_place(page: VerdictPage) -> None:
    done = done_of(_bad(), report=Path("/nowhere/r.pdf"))
    page.show_done(done)
    page.show_kept(Kept(replace(done, report=None), "The chain is whole."))
    assert page.inspection.count() == 1
    assert page.report.open_button.isEnabled()
    assert page.proof.isVisible()


def test_a_record_with_no_judged_card_is_a_sentence(page: VerdictPage) -> None:
    done = done_of(_bad())
    judgement = replace(done.inspection.judgement, cards=())
    page.show_kept(Kept(replace(done, inspection=replace(done.inspection, judgement=judgement)), "whole"))
    assert any("no judged card" in label.text() for label in page.findChildren(QLabel) if label.isVisible())
    page.print_verdict()
    assert not page.findChildren(QPrintPreviewDialog)


def test_a_record_with_fewer_readings_than_judgements_is_shown(page: VerdictPage) -> None:
    done = done_of(two_cards())
    evidence = replace(done.inspection.evidence, cards=done.inspection.evidence.cards[:1])
    page.show_kept(Kept(replace(done, inspection=replace(done.inspection, evidence=evidence)), "whole"))
    page.cards.setCurrentIndex(1)
    page.view.tabs.setCurrentWidget(page.view.comparison)
    assert page.view.subject.text()


def test_the_list_of_inspections_keeps_the_rules_of_qt_and_lets_the_oldest_go(qtmodeltester: ModelTester) -> None:
    model = InspectionsModel()
    done = done_of(card_evidence())
    for number in range(MOST + 5):
        inspection = replace(done.inspection, id=f"{number}")
        row = model.put(Shown(_numbered(replace(done, inspection=inspection), number, number)))
        assert model.shown[row].key == f"{number}"
    assert len(model.shown) == MOST
    assert model.shown[0].done.entry.seq == MOST + 4
    row = model.put(Shown(_numbered(replace(done, inspection=replace(done.inspection, id="old")), 1, -9)))
    assert model.shown[row].key == "old"
    qtmodeltester.check(model)


# --- the comparison


def _opened(page: VerdictPage, qtbot: QtBot) -> None:
    page.view.tabs.setCurrentWidget(page.view.comparison)
    _wait(qtbot, page)


def _pair() -> tuple[Done, Done]:
    """Intake and return of one card: its memory is another at return."""
    intake = _numbered(done_of(_measured()), 12)
    back = _numbered(done_of(forged(_measured(), memory_total_bytes=49140 * MIB)), 14, 21)
    return intake, back


def test_the_earlier_inspection_of_the_same_card_is_compared_at_once(open_page: OpenPage, qtbot: QtBot) -> None:
    intake, back = _pair()
    page = open_page(earlier_of=lambda inspection, card: Earlier((_sighting(intake),)))
    page.show_done(back)
    _opened(page, qtbot)
    view = page.view.comparison
    assert "same UUID" in view.other.currentText()
    assert view.sentence.text().startswith("Same UUID, seen in No. 12 of 2026-11-02")
    assert "1 fact differs" in view.sentence.text()
    heads = [view.lines.headerData(column, Qt.Orientation.Horizontal) for column in range(4)]
    assert heads[1].startswith("Intake: No. 12")
    assert heads[2].startswith("Return: No. 14")
    first = [view.lines.index(0, column).data() for column in range(4)]
    assert "differs" in first
    facts = [view.lines.index(row, 0).data() for row in range(view.lines.rowCount())]
    assert "Claimed: Memory" in facts


def test_only_what_differs_can_be_shown(open_page: OpenPage, qtbot: QtBot) -> None:
    intake, back = _pair()
    page = open_page(earlier_of=lambda inspection, card: Earlier((_sighting(intake),)))
    page.show_done(back)
    _opened(page, qtbot)
    view = page.view.comparison
    before = view.lines.rowCount()
    page.activateWindow()
    view.only.setFocus()
    press(view.only, Qt.Key.Key_Space)
    assert 0 < view.lines.rowCount() < before
    assert {view.lines.index(row, 3).data() for row in range(view.lines.rowCount())} == {"differs"}


def test_the_order_of_intake_and_return_is_that_of_time_whichever_is_in_sight(
    open_page: OpenPage, qtbot: QtBot
) -> None:
    intake, back = _pair()
    page = open_page(earlier_of=lambda inspection, card: Earlier((_sighting(back),)))
    page.show_done(intake)
    _opened(page, qtbot)
    lines = page.view.comparison.lines
    assert str(lines.headerData(1, Qt.Orientation.Horizontal)).startswith("Intake: No. 12")


def test_another_card_can_be_chosen_and_is_not_called_a_return(page: VerdictPage, qtbot: QtBot) -> None:
    page.show_kept(Kept(_numbered(done_of(forged(_measured(), uuid=OTHER_UUID)), 3), "whole"))
    page.show_kept(Kept(_numbered(done_of(_measured()), 4, 1), "whole"))
    _opened(page, qtbot)
    view = page.view.comparison
    assert "No other inspection of this card" in view.sentence.text()
    assert not view.table.isVisible()
    page.activateWindow()
    view.other.setFocus()
    qtbot.keyClick(view.other, Qt.Key.Key_Down)
    assert view.table.isVisible()
    assert view.sentence.text().startswith("Two cards, as far as their numbers tell")
    assert "another card" in view.other.currentText()
    assert not str(view.lines.headerData(1, Qt.Orientation.Horizontal)).startswith("Intake")


def test_the_cards_of_one_inspection_can_be_held_against_each_other(page: VerdictPage, qtbot: QtBot) -> None:
    page.show_done(done_of(two_cards()))
    _opened(page, qtbot)
    assert page.view.comparison.other.count() == 1
    assert "card 2" in page.view.comparison.other.itemText(0)


def test_the_ledger_is_asked_once_and_only_when_the_comparison_is_looked_at(open_page: OpenPage, qtbot: QtBot) -> None:
    asked: list[int] = []

    def earlier_of(inspection: Inspection, card: int) -> Earlier:
        asked.append(card)
        return Earlier(())

    page = open_page(earlier_of=earlier_of)
    page.show_done(done_of(two_cards()))
    _wait(qtbot, page)
    assert asked == []
    _opened(page, qtbot)
    page.view.tabs.setCurrentIndex(0)
    _opened(page, qtbot)
    assert asked == [0]
    page.cards.setCurrentIndex(1)
    _wait(qtbot, page)
    assert asked == [0, 1]


def test_a_ledger_that_cannot_be_read_is_a_sentence_and_other_inspections_are_still_offered(
    open_page: OpenPage, qtbot: QtBot
) -> None:
    page = open_page(earlier_of=_raising(LedgerError("The ledger is damaged.", "Verify it.")))
    page.show_kept(Kept(_numbered(done_of(_bad()), 3), "whole"))
    page.show_kept(Kept(_numbered(done_of(_measured()), 4, 1), "whole"))
    _opened(page, qtbot)
    assert page.view.comparison.sentence.text() == "The ledger is damaged. Verify it."
    assert page.view.comparison.other.count() == 1


def test_rows_that_cannot_be_read_are_named(open_page: OpenPage, qtbot: QtBot) -> None:
    intake, back = _pair()
    page = open_page(earlier_of=lambda inspection, card: Earlier((_sighting(intake),), (5, 9)))
    page.show_done(back)
    _opened(page, qtbot)
    assert page.view.comparison.sentence.text().endswith("may be of this card: 5, 9.")


def test_the_comparison_keeps_the_rules_of_qt(qtmodeltester: ModelTester) -> None:
    intake, back = _pair()
    model = ComparisonModel()
    qtmodeltester.check(model)
    lines = comparing.compare(intake.inspection, 0, back.inspection, 0, str)
    model.show_lines(lines, ("a", "b"))
    qtmodeltester.check(model)


# --- the report


def test_the_report_is_saved_where_the_inspector_says(
    qtbot: QtBot, page: VerdictPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *arguments: (str(tmp_path / "mine"), ""))
    page.show_done(done_of(card_evidence(), report=tmp_path / "r.pdf"))
    click(page.report.save_button)
    _wait(qtbot, page)
    assert (tmp_path / "mine.pdf").read_bytes() == b"%PDF-"
    assert "mine.pdf" in page.notice.text


def test_a_report_that_cannot_be_saved_is_a_sentence(qtbot: QtBot, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(save_report=_raising(ReportError("The disk is full.")))
    page.show_done(done_of(card_evidence(), report=tmp_path / "r.pdf"))
    page.save_report(tmp_path / "a.pdf")
    _wait(qtbot, page)
    assert page.notice.text == "The disk is full."
    assert page.report.save_button.isEnabled()


@pytest.mark.parametrize(
    ("button", "opened", "said"),
    [
        pytest.param("open_button", "r.pdf", "no program that opens a PDF", id="report"),
        pytest.param("folder_button", "", "no program that shows a folder", id="folder"),
    ],
)
def test_report_and_folder_are_opened_by_the_system_or_their_place_is_said(
    page: VerdictPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, button: str, opened: str, said: str
) -> None:
    urls: list[str] = []
    answers = [True, False]

    def open_url(url: QUrl) -> bool:
        urls.append(url.toLocalFile())
        return answers.pop(0)

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    page.show_done(done_of(card_evidence(), report=tmp_path / "r.pdf"))
    click(getattr(page.report, button))
    assert page.notice.text == ""
    click(getattr(page.report, button))
    assert urls == 2 * [str(tmp_path / opened) if opened else str(tmp_path)]
    assert said in page.notice.text
    assert str(tmp_path) in page.notice.text.replace("\u200b", "")


def test_a_report_that_could_not_be_made_is_no_loss_and_save_signs_it(
    qtbot: QtBot, page: VerdictPage, tmp_path: Path
) -> None:
    page.show_done(done_of(card_evidence(), failure="The disk is full."))
    assert "The disk is full. The inspection is kept in the ledger" in page.notice.text
    assert not page.report.open_button.isEnabled()
    assert not page.report.folder_button.isEnabled()
    assert "Sign" in page.report.save_button.text()
    page.save_report(tmp_path / "late.pdf")
    _wait(qtbot, page)
    assert page.report.open_button.isEnabled()
    assert "late.pdf" in page.report.place.text().replace("\u200b", "")
    assert "late.pdf" in page.notice.text.replace("\u200b", "")
    assert page.report.save_button.text() == "&Save report as…"


def test_who_signed_is_said_with_the_whole_fingerprint(qtbot: QtBot, page: VerdictPage) -> None:
    page.show_done(done_of(card_evidence(), report=Path("/nowhere/r.pdf")))
    _wait(qtbot, page)
    said = page.report.signer.text()
    assert said.startswith("Signed with the certificate abababab ")
    assert "Bench 7" in said
    assert "ab" * 32 in said.replace(" ", "")


def test_a_report_that_is_not_this_inspections_is_said_loudly(qtbot: QtBot, open_page: OpenPage) -> None:
    trouble = "The report at this place is that of another inspection."
    page = open_page(signed_by=lambda report, entry: SignedBy("X", "cd" * 32, "", trouble))
    page.show_done(done_of(card_evidence(), report=Path("/nowhere/r.pdf")))
    _wait(qtbot, page)
    assert trouble in page.report.signer.text()
    assert page.notice.text == trouble


def test_a_report_that_is_gone_is_a_sentence(qtbot: QtBot, open_page: OpenPage) -> None:
    page = open_page(signed_by=_raising(ReportError("The signed report cannot be read.")))
    page.show_done(done_of(card_evidence(), report=Path("/nowhere/r.pdf")))
    _wait(qtbot, page)
    assert page.report.signer.text() == "The signed report cannot be read."


def test_a_late_word_on_the_signer_of_another_report_is_not_shown(qtbot: QtBot, open_page: OpenPage) -> None:
    def signed_by(report: Path, entry: LedgerEntry) -> SignedBy:
        return SignedBy(report.stem, "ab" * 32, "")

    page = open_page(signed_by=signed_by)
    for number, name in enumerate(("first", "second"), 1):
        page.show_kept(Kept(_numbered(done_of(card_evidence(), report=Path(f"/nowhere/{name}.pdf")), number), "whole"))
    _wait(qtbot, page)
    assert "(second)" in page.report.signer.text()


# --- paper


def _printed(done: Done, path: Path) -> int:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    shown = Shown(done)
    return preview.print_on(printer, preview.document_of(shown, 0), preview.frame_of(shown))


needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext reads the pages here")


@needs_poppler
@pytest.mark.parametrize("origin", [Origin.MACHINE, Origin.SIMULATION])
def test_every_printed_page_says_what_it_is_and_that_it_bears_no_signature(tmp_path: Path, origin: Origin) -> None:
    path = tmp_path / "a.pdf"
    pages = _printed(done_of(replace(_bad(), origin=origin)), path)
    out = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, timeout=60).stdout
    printed = unicodedata.normalize("NFKC", out.decode())  # a font's "fi" is one letter
    texts = printed.split("\f")[:-1]
    assert len(texts) == pages >= 2
    for number, text in enumerate(texts, 1):
        assert "A print-out bears no signature; the signed file does." in text
        assert f"page {number} of {pages}" in text
        assert "No. 7" in text
    whole = " ".join(printed.split())
    assert "CONTRADICTED" in whole
    assert "[memory-known-rework]" in whole


def test_a_print_out_is_not_signed(tmp_path: Path) -> None:
    assert _printed(done_of(_bad()), tmp_path / "a.pdf") >= 2
    with pikepdf.open(tmp_path / "a.pdf") as written:
        assert "/AcroForm" not in written.Root


def _texts(shown: Shown) -> str:
    return preview.document_of(shown, 0).toPlainText()


def test_paper_has_the_images_and_where_they_differ() -> None:
    evidence = card_evidence()
    (card,) = evidence.cards
    assert "Firmware\n" not in _texts(Shown(done_of(evidence)))
    with_images = replace(evidence, cards=(replace(card, vbios=(IMAGE, forged_board(FILE))),))
    text = _texts(Shown(done_of(with_images)))
    wanted = (
        "Image 1: vBIOS image read out of the card: 95.02.3C.00.1B",
        "Where the images differ: 1 and 2",
        "SHA-256",
    )
    assert not [one for one in wanted if one not in text]


def test_paper_has_answers_columns_findings_and_what_was_not_examined() -> None:
    done = done_of(replace(_bad(), origin=Origin.MACHINE))
    text = _texts(Shown(done, "The chain is whole.", kept=True))
    card = done.inspection.judgement.cards[0]
    for wanted in ("CONTRADICTED", "3A090.a", "What you may do next", "Known modification", "49,140 MiB"):
        assert wanted in text
    assert "The chain is whole." in text
    for finding in card.findings:
        assert f"[{finding.check}]" in text
    for product in card.ranking:
        assert product.name in text
    for gap in done.inspection.evidence.cards[0].gaps:
        assert gap.reason[:40] in text


@pytest.mark.parametrize(
    ("origin", "mark"),
    [(Origin.SIMULATION, "SIMULATION"), (Origin.SAMPLE, "SAMPLE – no real card"), (Origin.MACHINE, "")],
)
def test_every_page_of_a_simulation_bears_its_mark(origin: Origin, mark: str) -> None:
    frame = preview.frame_of(Shown(done_of(replace(_bad(), origin=origin))))
    assert frame.mark == mark
    assert "A print-out bears no signature; the signed file does." in frame.foot


def test_a_mark_is_drawn_across_the_page(tmp_path: Path) -> None:
    plain, marked = tmp_path / "plain.pdf", tmp_path / "marked.pdf"
    done = done_of(_bad())
    _printed(done, plain)
    _printed(replace(done, inspection=_as_simulation(done.inspection)), marked)
    assert marked.stat().st_size != plain.stat().st_size


def _as_simulation(inspection: Inspection) -> Inspection:
    return replace(inspection, evidence=replace(inspection.evidence, origin=Origin.SIMULATION))


def test_hostile_texts_of_many_findings_are_printed_as_text(tmp_path: Path) -> None:
    finding = Finding(check="x", title=HOSTILE, role=Role.CORE, outcome=Outcome.CONTRADICTED, text=HOSTILE)
    done = _judged(done_of(_bad()), product=HOSTILE, findings=60 * (finding,))
    text = _texts(Shown(done))
    assert "<b>R</b>[U+202E]" in text
    assert "\u202e" not in text
    assert _printed(done, tmp_path / "a.pdf") > 5


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen, of a dialog
def test_the_preview_opens_by_key_and_draws_its_pages(page: VerdictPage, qtbot: QtBot) -> None:
    page.show_done(done_of(_bad()))
    page.activateWindow()
    page.view.tree.setFocus()
    qtbot.keyClick(page.view.tree, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(page.findChildren(QPrintPreviewDialog)))
    (dialog,) = page.findChildren(QPrintPreviewDialog)
    assert "no signature" in dialog.windowTitle()
    assert dialog.printer().pageLayout().margins().left() > 0
    QApplication.processEvents()
    dialog.close()


# --- for everybody


def test_html_of_a_card_is_shown_as_it_is(page: VerdictPage) -> None:
    page.show_done(done_of(forged(card_evidence(), name="<b>RTX</b><img src='file:///x'>")))
    assert "<b>RTX</b>" in page.view.subject.text()
    buddies = [one for one in page.findChildren(QLabel) if one.buddy() is None]
    assert {one.textFormat() for one in buddies} == {Qt.TextFormat.PlainText}


@pytest.mark.parametrize("name", ["W" * 5000, HOSTILE, "‮" * 500, " ".join(4000 * ["a"])])
def test_an_endless_name_does_not_widen_or_stretch_the_page(qtbot: QtBot, page: VerdictPage, name: str) -> None:
    page.show_done(done_of(forged(card_evidence(), name=name)))
    hint = page.minimumSizeHint()
    assert hint.width() <= 1024 - 140
    assert hint.height() <= 660


def test_very_many_findings_are_shown_and_filtered_without_a_pause(page: VerdictPage) -> None:
    finding = Finding(check="x", title="t", role=Role.CORE, outcome=Outcome.SUSPICIOUS, text="s", advice="Do this.")
    findings = tuple(replace(finding, check=f"bench-{number}") for number in range(500))
    page.show_done(_judged(done_of(card_evidence()), findings=findings))
    assert page.view.tree.findings.node(page.view.tree.findings.index(0, 0)).text == "500 unexplained deviation"
    assert page.view.steps.steps.rowCount() == 1
    click(page.view.filters[Show.DEVIATING])
    click(page.view.expand_button)
    QApplication.processEvents()


def test_all_of_it_fits_a_small_screen(open_window: OpenWindow) -> None:
    window: MainWindow = open_window(WORK)
    window.verdict.show_kept(Kept(done_of(replace(_bad(), origin=Origin.SIMULATION, file_name="a" * 300)), "x" * 300))
    window.go_to(window.verdict)
    window.resize(1280, 720)
    hint = window.minimumSizeHint()
    assert (hint.width(), hint.height()) <= (1280, 720)
    assert hint.height() <= 720
    for button in window.verdict.findChildren(QAbstractButton):
        if button.isVisible() and button.text() and button.window() is window:
            assert button.width() >= button.sizeHint().width(), button.text()


def test_every_control_has_a_name_for_screen_readers(page: VerdictPage) -> None:
    page.show_done(done_of(two_cards(), report=Path("/r.pdf")))
    focusable = [
        one
        for one in page.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.focusProxy() is None and one.objectName() == ""
    ]
    assert len(focusable) >= 15
    for one in focusable:
        assert QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name), f"{one} has no name"


def test_headlines_are_heard_as_question_word_and_meaning(page: VerdictPage) -> None:
    page.show_done(done_of(card_evidence()))
    assert page.control.accessibleName() == (
        "Export-control class: 3A090.a. RTX 4090 24GB meets the performance parameters of 3A090.a.1 as of 2026-11-24. "
        "The determination belongs to the authority."
    )


def test_no_two_controls_share_a_mnemonic(page: VerdictPage) -> None:
    page.show_done(done_of(two_cards(), failure="The disk is full."))
    texts = [one.text() for one in page.findChildren(QAbstractButton)]
    texts += [one.text() for one in page.findChildren(QLabel) if one.buddy() is not None]
    texts += [page.view.tabs.tabText(number) for number in range(page.view.tabs.count())]
    keys = [text[text.index("&") + 1].casefold() for text in texts if "&" in text]
    assert len(keys) >= 14
    assert len(set(keys)) == len(keys)


def test_tooltips_name_the_keys(page: VerdictPage) -> None:
    wanted = {
        page.report.save_button: "Ctrl+S",
        page.report.open_button: "Ctrl+Shift+O",
        page.report.print_button: "Ctrl+P",
        page.view.expand_button: "Ctrl+E",
        page.view.collapse_button: "Ctrl+Shift+E",
    }
    for button, keys in wanted.items():
        assert keys in button.toolTip()


def test_headlines_change_colours_with_the_theme(qapp: QApplication, qtbot: QtBot, page: VerdictPage) -> None:
    page.show_done(done_of(card_evidence()))
    role = QPalette.ColorRole.WindowText
    assert page.identity.word.palette().color(role).name() == theme.LIGHT.open
    theme.wear(qapp, theme.DARK)
    qtbot.waitUntil(lambda: page.identity.word.palette().color(role).name() == theme.DARK.open)


def test_two_hundred_calls_of_qt_lose_no_reference_to_none(qapp: QApplication, page: VerdictPage) -> None:
    label, tree = page.view.subject, page.view.tree
    page.show_done(done_of(card_evidence()))

    def call() -> int:
        for number in range(200):
            label.setText(str(number))
            label.setToolTip("tip")
            label.update()
            page.setWindowTitle("GPU Inspector")
            tree.viewport().update()
            page.identity.say(signs.NOTE, "WORD", "meaning")
            if number % 10 == 0:
                qapp.processEvents()
        gc.collect()
        return sys.getrefcount(None)

    first = call()
    assert first - call() < 100


def test_what_a_clean_result_does_not_rule_out_stands_on_the_page(page: VerdictPage) -> None:
    done = done_of(_measured())
    page.show_done(done)
    named = done.inspection.judgement.cards[0].would_pass
    assert named and page.view.passing.isVisible()
    assert named[0].split()[0] in page.view.passing.text()
    page.view.show_card(_judged(done, would_pass=()).inspection, 0)
    assert not page.view.passing.isVisible()
