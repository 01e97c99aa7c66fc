"""The Doctor as an inspector uses it: what this machine can look at, versions, licences, one text of all."""

# mypy: disallow-untyped-calls=False
# pytest-qt's model tester has no types.

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from gui.window_fakes import CONTROL_CARD, TOPICS, WORK, click, press, self_tested
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QAccessible, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QMainWindow, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from gpu_inspector import settings
from gpu_inspector.errors import DataError, LedgerError
from gpu_inspector.gui import theme
from gpu_inspector.gui.about_bench import TriedModel
from gpu_inspector.gui.about_drift import FiguresModel, away_of
from gpu_inspector.gui.about_views import FactsModel, TopicsModel
from gpu_inspector.gui.asking import Ask
from gpu_inspector.gui.doors import about as real_doors
from gpu_inspector.gui.pages.about import AboutPage
from gpu_inspector.gui.worker import Job, log_defect
from gpu_inspector.records import drift
from gpu_inspector.records.selftest import SelfTested
from gpu_inspector.workflow.progress import Progress
from gpu_inspector.workflow.topics import Topic

OpenAbout = Callable[..., AboutPage]
ACCESSIBLE = Qt.ItemDataRole.AccessibleTextRole


def _settled(qtbot: QtBot, page: AboutPage) -> None:
    qtbot.waitUntil(lambda: not any(job.running for job in page.findChildren(Job)), timeout=30_000)


@pytest.fixture
def open_about(qtbot: QtBot) -> OpenAbout:
    """Opens the page on doors of which some are others."""
    frames: list[QMainWindow] = []  # whoever held none would lose it

    def open_one(**doors: object) -> AboutPage:
        page = AboutPage(replace(WORK, about=replace(WORK.about, **doors)))  # type: ignore[arg-type]
        frame = QMainWindow()
        frame.setMinimumSize(590, 600)
        frame.setCentralWidget(page)
        frame.resize(1148, 720)
        # It is closed before the fixture's own end, and no thread may outlive it.
        qtbot.addWidget(frame, before_close_func=lambda closed: _settled(qtbot, page))
        frames.append(frame)
        frame.show()
        page.enter()
        _settled(qtbot, page)
        return page

    return open_one


@pytest.fixture
def about(open_about: OpenAbout) -> AboutPage:
    return open_about()


def test_topics_are_shown_with_a_word_and_what_to_do(about: AboutPage) -> None:
    model = about.topics
    rows = [[model.data(model.index(row, column), ACCESSIBLE) for column in range(4)] for row in range(2)]
    assert rows == [
        ["NVML", "look here", "The driver does not answer.", "Restart the machine."],
        ["ledger", "in order", "4 inspections", ""],
    ]
    assert about.summary.text() == "1 topic of 2 needs a look."


def test_all_in_order_is_said(open_about: OpenAbout) -> None:
    page = open_about(examine=lambda progress: (Topic("ledger", True, "4 inspections"),))
    assert page.summary.text() == "All of it is in order."


def test_it_looks_by_itself_once_and_again_when_asked(qtbot: QtBot, open_about: OpenAbout) -> None:
    looks: list[int] = []

    def examine(progress: Progress) -> tuple[Topic, ...]:
        looks.append(1)
        return TOPICS

    page = open_about(examine=examine)
    page.enter()
    _settled(qtbot, page)
    assert len(looks) == 1
    click(page.refresh_button)
    _settled(qtbot, page)
    assert len(looks) == 2


def test_a_look_that_fails_is_a_sentence_and_can_be_tried_again(qtbot: QtBot, open_about: OpenAbout) -> None:
    def fail(progress: Progress) -> tuple[Topic, ...]:
        raise LedgerError("The disk is gone.")

    page = open_about(examine=fail)
    assert page.notice.text == "The disk is gone."
    assert page.summary.text() == "This machine could not be looked at."
    assert page.refresh_button.isEnabled()


def test_what_a_machine_says_cannot_mislead(open_about: OpenAbout) -> None:
    page = open_about(examine=lambda progress: (Topic("N\u202eVML", False, "<b>x</b>\n" + "y" * 10_000),))
    shown = page.topics.data(page.topics.index(0, 2), ACCESSIBLE)
    assert "<b>x</b>[U+000A]" in shown and len(shown) < 1400
    assert "\u202e" not in page.topics.data(page.topics.index(0, 0), ACCESSIBLE)


def test_versions_and_licences_are_listed(about: AboutPage) -> None:
    model = about.facts
    facts = {model.data(model.index(row, 0)): model.data(model.index(row, 1)) for row in range(model.rowCount())}
    assert facts["GPU Inspector"] == "0.1.0+test"
    assert facts["Qt"].startswith("6.") and facts["PySide6"].startswith("6.")
    assert facts["some-library"] == "1.2"
    assert about.licences.list.item(2).text() == "some-library 1.2: MIT"


def test_a_chosen_licence_is_shown(qtbot: QtBot, about: AboutPage) -> None:
    assert about.licences.text.toPlainText() == "The text of LICENSE."
    about.tabs.setCurrentWidget(about.licences)
    press(about.licences.list, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: about.licences.text.toPlainText() == "The text of some-library.")


def test_a_licence_without_a_text_says_so_in_its_place(open_about: OpenAbout) -> None:
    def missing(name: str) -> str:
        raise DataError(f"{name} came without the text of its licence.")

    assert open_about(licence_text=missing).licences.text.toPlainText().startswith("LICENSE came without")


def test_a_slow_text_never_covers_a_later_choice(qtbot: QtBot, open_about: OpenAbout) -> None:
    go_on, begun = threading.Event(), threading.Event()

    def text(name: str) -> str:
        if name == "NOTICE":
            begun.set()
            assert go_on.wait(10)
        return f"The text of {name}."

    page = open_about(licence_text=text)
    press(page.licences.list, Qt.Key.Key_Down)
    assert begun.wait(5)
    press(page.licences.list, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: page.licences.text.toPlainText() == "The text of some-library.")
    go_on.set()
    _settled(qtbot, page)
    assert page.licences.text.toPlainText() == "The text of some-library."


def test_all_of_it_is_copied_as_text(about: AboutPage) -> None:
    click(about.copy_button)
    text = QGuiApplication.clipboard().text()
    assert "[ !] NVML: The driver does not answer." in text
    assert "some-library 1.2: MIT" in text
    assert "GPU Inspector: 0.1.0+test" in text
    assert "clipboard" in about.notice.text


def test_a_log_that_is_not_there_is_said_with_its_place(about: AboutPage) -> None:
    click(about.log_button)
    assert "There is no log" in about.notice.text
    assert str(settings.log_path()) in about.notice.text.replace("\u200b", "")


def test_the_log_is_opened_by_the_system(about: AboutPage, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url.toLocalFile())
        return False

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    log_defect(ZeroDivisionError("oh"))
    click(about.log_button)
    assert opened == [str(settings.log_path())]
    assert "no program that opens a text" in about.notice.text


def test_a_self_test_that_was_never_made_is_said(about: AboutPage) -> None:
    assert about.self_test.summary.text().startswith("No self-test is recorded here.")
    assert about.self_test.parts.rowCount() == 0


def test_the_last_self_test_is_shown_with_its_age_and_its_parts(open_about: OpenAbout) -> None:
    page = open_about(last_self_test=lambda: self_tested("fonts"))
    assert "(3 hours ago), FAILED: fonts; not tried: key; 7 of 9 parts passed, quick" in page.self_test.summary.text()
    parts = page.self_test.parts
    rows = {parts.data(parts.index(row, 0), ACCESSIBLE): row for row in range(parts.rowCount())}
    words = {name: parts.data(parts.index(row, 1), ACCESSIBLE) for name, row in rows.items()}
    assert (words["fonts"], words["key"], words["simulations"]) == ("FAILED", "not tried", "passed")


def test_the_self_test_is_run_by_a_key_and_told(qtbot: QtBot, open_about: OpenAbout) -> None:
    page = open_about(self_test=lambda progress, ask: self_tested("kernels"))
    page.tabs.setCurrentWidget(page.self_test)
    press(page.self_test.run, Qt.Key.Key_Space)
    _settled(qtbot, page)
    assert "FAILED: kernels" in page.self_test.summary.text()
    assert "did not come out as it must" in page.notice.text
    assert page.self_test.run.isEnabled() and not page.self_test.stop.isVisible()


def test_a_self_test_is_stopped_and_nothing_is_kept(qtbot: QtBot, open_about: OpenAbout) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def run(progress: Progress, ask: Ask) -> SelfTested:
        progress("simulations", 0.1)
        reached.set()
        assert go_on.wait(10)
        progress("kernels", 0.2)
        return self_tested()

    page = open_about(self_test=run)
    page.tabs.setCurrentWidget(page.self_test)
    click(page.self_test.run)
    assert reached.wait(5)
    assert page.running and page.self_test.stop.isVisible()
    click(page.self_test.stop)
    go_on.set()
    _settled(qtbot, page)
    assert page.notice.text == "Stopped; nothing of it was kept."
    assert page.self_test.parts.rowCount() == 0


def test_the_control_card_is_told_with_what_drifted(about: AboutPage) -> None:
    assert "the office's RTX 4090, reference: inspection 3; 4 inspections" in about.control.summary.text()
    assert "DRIFTED, 1 of 3: PCIe lanes under load 16 to 8 (it may not differ)" in about.control.summary.text()
    figures = about.control.figures
    rows = {figures.data(figures.index(row, 0), ACCESSIBLE): row for row in range(figures.rowCount())}
    heard = figures.data(figures.index(rows["PCIe lanes under load: DRIFTED"], 4), ACCESSIBLE)
    assert heard == "in their order: 16, 16, 16, 8"


def test_a_simulated_control_card_is_marked(open_about: OpenAbout) -> None:
    page = open_about(control_card=lambda: replace(CONTROL_CARD, simulation=True, name="<b>\u202e" + "x" * 1000))
    assert page.control.summary.text().startswith("SIMULATION: <b>[U+202E]x")
    assert len(page.control.summary.text()) < 1000


def test_without_a_control_card_the_way_to_one_is_said(open_about: OpenAbout) -> None:
    page = open_about(control_card=lambda: None)
    assert "gpu-inspector control-card set NUMBER" in page.control.summary.text()
    assert page.control.figures.rowCount() == 0


@pytest.mark.parametrize(
    ("value", "reference", "spread", "place"),
    [
        (100.0, 100.0, 0.1, 0.0),
        (110.0, 100.0, 0.1, 0.5),
        (0.0, 100.0, 0.1, -1.0),
        (8.0, 16.0, 0.0, -1.0),
        (1e308, -1e308, 0.1, 1.0),
        (float("nan"), 1.0, 0.1, None),
        (None, 1.0, 0.1, None),
    ],
)
def test_a_dot_lies_where_its_figure_is(
    value: float | None, reference: float, spread: float, place: float | None
) -> None:
    assert away_of(value, reference, spread) == place


def test_the_drawing_of_the_control_card_has_a_dot_for_each_inspection(about: AboutPage) -> None:
    about.tabs.setCurrentWidget(about.control)
    QApplication.processEvents()
    table = about.control.table
    row = [one.figure.drifted for one in about.control.figures.series].index(True)
    place = table.visualRect(about.control.figures.index(row, 4))
    picture = table.viewport().grab(place).toImage()
    seen = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
    assert theme.LIGHT.deviation in seen


def test_the_models_keep_the_rules_of_qt(qtmodeltester: ModelTester) -> None:
    topics, facts = TopicsModel(), FactsModel()
    topics.show_topics(TOPICS)
    facts.show_facts((("a", "1"), ("b", "2")))
    tried, series = TriedModel(), FiguresModel()
    tried.show_tried(self_tested().tried)
    series.show_series(drift.series(CONTROL_CARD))
    qtmodeltester.check(topics)
    qtmodeltester.check(tried)
    qtmodeltester.check(series)
    qtmodeltester.check(facts)


def test_every_control_has_a_name_and_a_key_of_its_own(about: AboutPage) -> None:
    for one in about.findChildren(QWidget):
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.focusProxy() is None and one.objectName() == "":
            name = QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name)
            assert name, f"{one} has no name"
    texts = [one.text() for one in about.findChildren(QAbstractButton)]
    texts += [about.tabs.tabText(number) for number in range(about.tabs.count())]
    keys = [text[text.index("&") + 1].casefold() for text in texts if "&" in text]
    assert len(keys) == len(set(keys)) == 10


def test_all_of_it_fits_the_smallest_window(about: AboutPage) -> None:
    hint = about.minimumSizeHint()
    assert hint.width() <= 590 and hint.height() <= 640


def test_the_programs_own_doctor_answers(qtbot: QtBot, open_about: OpenAbout) -> None:
    real = real_doors.real()
    page = open_about(
        examine=real.examine,
        portrait=real.portrait,
        licence_text=real.licence_text,
        last_self_test=real.last_self_test,
        control_card=real.control_card,
    )
    titles = {topic.title for topic in page.topics.topics}
    assert {"PCI", "NVML", "CUDA", "Preloaded libraries", "ledger", "disk"} <= titles
    assert page.licences.text.toPlainText().startswith("MIT License")
