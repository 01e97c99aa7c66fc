"""The Doctor as an inspector uses it: what this machine can look at, versions, licences, one text of all."""

# mypy: disallow-untyped-calls=False
# pytest-qt's model tester has no types.

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from gui.window_fakes import TOPICS, WORK, click, press
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QAccessible, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QMainWindow, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from gpu_inspector import settings
from gpu_inspector.errors import DataError, LedgerError
from gpu_inspector.gui.about_views import FactsModel, TopicsModel
from gpu_inspector.gui.doors import about as real_doors
from gpu_inspector.gui.pages.about import AboutPage
from gpu_inspector.gui.worker import Job, log_defect
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


def test_the_models_keep_the_rules_of_qt(qtmodeltester: ModelTester) -> None:
    topics, facts = TopicsModel(), FactsModel()
    topics.show_topics(TOPICS)
    facts.show_facts((("a", "1"), ("b", "2")))
    qtmodeltester.check(topics)
    qtmodeltester.check(facts)


def test_every_control_has_a_name_and_a_key_of_its_own(about: AboutPage) -> None:
    for one in about.findChildren(QWidget):
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.focusProxy() is None and one.objectName() == "":
            name = QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name)
            assert name, f"{one} has no name"
    texts = [one.text() for one in about.findChildren(QAbstractButton)]
    texts += [about.tabs.tabText(number) for number in range(about.tabs.count())]
    keys = [text[text.index("&") + 1].casefold() for text in texts if "&" in text]
    assert len(keys) == len(set(keys)) == 6


def test_all_of_it_fits_the_smallest_window(about: AboutPage) -> None:
    hint = about.minimumSizeHint()
    assert hint.width() <= 590 and hint.height() <= 640


def test_the_programs_own_doctor_answers(qtbot: QtBot, open_about: OpenAbout) -> None:
    real = real_doors.real()
    page = open_about(examine=real.examine, portrait=real.portrait, licence_text=real.licence_text)
    titles = {topic.title for topic in page.topics.topics}
    assert {"PCI", "NVML", "CUDA", "Preloaded libraries", "ledger", "disk"} <= titles
    assert page.licences.text.toPlainText().startswith("MIT License")
