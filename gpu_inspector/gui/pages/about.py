"""What this machine can look at, versions and licences; all of it as a text for whoever helps."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import PySide6
from PySide6.QtCore import QUrl, Slot, qVersion
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTabWidget, QWidget

from gpu_inspector import settings
from gpu_inspector.gui.about_bench import SelfTestView
from gpu_inspector.gui.about_drift import ControlCardView
from gpu_inspector.gui.about_views import FactsModel, Licences, ReadingTable, TopicsModel
from gpu_inspector.gui.asking import inquiry_of
from gpu_inspector.gui.doors.about import AboutDoors
from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.page import Page
from gpu_inspector.gui.text import safe
from gpu_inspector.gui.work import Work
from gpu_inspector.gui.worker import Job, Task
from gpu_inspector.language import N_, _, ngettext
from gpu_inspector.records.selftest import SelfTested
from gpu_inspector.workflow.about import Portrait, as_text


class AboutPage(Page):
    """What this machine can look at."""

    name = "about"
    help = N_(
        "The first list says of each source whether it answers here, and what to do where it does not. A check mark:"
        " in order. A diamond: look here.\n\nRefresh looks again. Copy puts all of it on the clipboard as text, for a"
        " message to whoever helps you; it names no serial number. The log holds traces of the program's own"
        " defects.\n\n"
        "The self-test tries what is known beforehand; its result and its age stand in every later report. A control"
        " card is one that the office knows, inspected each day: its figures drift, or do not.\n\n"
        "Ctrl+Tab goes to the next of the lists. Esc stops the self-test."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doors: Final[AboutDoors] = work.about
        self._examining: Job | None = None
        self._testing: Job | None = None
        self._portrait: Portrait | None = None
        self._seen = False
        self.topics, self.facts = TopicsModel(self), FactsModel(self)
        self.table = ReadingTable(self.topics, _("What this machine can look at"), (18, 10, 40, 32))
        self.versions = ReadingTable(self.facts, _("Versions"), (30, 70))
        self.licences = Licences()
        self.self_test, self.control = SelfTestView(), ControlCardView()
        self.summary = plain_label()
        self.tabs = QTabWidget()
        self.refresh_button = QPushButton(_("&Refresh"))
        self.copy_button = QPushButton(_("&Copy all as text"))
        self.log_button = QPushButton(_("Open &log"))
        self._lay_out()
        self.refresh_button.clicked.connect(self.refresh)
        self.copy_button.clicked.connect(self.copy_all)
        self.log_button.clicked.connect(self.open_log)
        self.licences.wanted.connect(self._fetch)
        self.self_test.wanted.connect(self.test_itself)
        self.self_test.stopping.connect(self.cancel)
        self._renew()

    @property
    def running(self) -> bool:
        """Whether the self-test runs."""
        return self._testing is not None

    def enter(self) -> None:
        """The first time it is seen it looks by itself; what the bench was looked at by, each time."""
        if not self.running:
            self._ask(lambda progress: self._doors.last_self_test(), self.self_test.show_result)
        self._ask(lambda progress: self._doors.control_card(), self.control.show_card)
        if not self._seen:
            self._seen = True
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Look at this machine again."""
        if self._examining is not None:
            return
        self.notice.clear()
        self.summary.setText(_("This machine is being looked at…"))
        job = Job(self._doors.examine, self)
        job.done.connect(self._show_topics)
        job.failed.connect(self._failed)
        job.ended.connect(self._ended)
        self._examining = job
        self._renew()
        job.start()
        if self._portrait is None:
            made = Job(lambda progress: self._doors.portrait(), self)
            made.done.connect(self._show_portrait)
            made.failed.connect(self.notice.warn)
            made.start()

    @Slot()
    def test_itself(self) -> None:
        """Run the quick self-test."""
        if self._testing is not None:
            return
        self.notice.clear()
        ask = inquiry_of(self)
        self._testing = job = Job(lambda progress: self._doors.self_test(progress, ask), self)
        job.progressed.connect(self.self_test.show_progress)
        job.done.connect(self._tested)
        job.failed.connect(self.notice.warn)
        job.stopped.connect(lambda: self.notice.tell(_("Stopped; nothing of it was kept.")))
        job.ended.connect(self._test_ended)
        ask.follow(job)
        self.self_test.show_running(running=True)
        job.start()

    @Slot()
    def cancel(self) -> None:
        """Stop the self-test."""
        if self._testing is not None:
            self._testing.cancel()

    @Slot()
    def copy_all(self) -> None:
        """Put all of it on the clipboard."""
        if self._portrait is None:
            return
        text = as_text(self._portrait, self.topics.topics, self._qt())
        QGuiApplication.clipboard().setText("\n".join(safe(line, len(line)) for line in text.split("\n")))
        self.notice.tell(_("All of it is on the clipboard as text."))

    @Slot()
    def open_log(self) -> None:
        """Show the log to the inspector, in the system's own program for texts."""
        path: Path = settings.log_path()
        if not path.is_file():
            self.notice.tell(_("There is no log yet. It would be {path}").format(path=path))
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self.notice.warn(_("This system has no program that opens a text. The log is {path}").format(path=path))

    # --- what jobs say

    @Slot(object)
    def _show_topics(self, topics: object) -> None:
        assert isinstance(topics, tuple)
        self.topics.show_topics(topics)
        bad = sum(not topic.well for topic in topics)
        need = ngettext("{number} topic of {all} needs a look.", "{number} topics of {all} need a look.", bad)
        self.summary.setText(need.format(number=bad, all=len(topics)) if bad else _("All of it is in order."))

    @Slot(str)
    def _failed(self, sentence: str) -> None:
        self.summary.setText(_("This machine could not be looked at."))
        self.notice.warn(sentence)

    @Slot(object)
    def _tested(self, result: object) -> None:
        assert isinstance(result, SelfTested)
        self.self_test.show_result(result)
        if result.failed:
            self.notice.warn(_("Something did not come out as it must: look at what was found before you rely on it."))

    @Slot()
    def _test_ended(self) -> None:
        self._testing = None
        self.self_test.show_running(running=False)

    def _ask(self, task: Task, take: Callable[[object], object]) -> None:
        job = Job(task, self)
        job.done.connect(take)
        job.failed.connect(self.notice.warn)
        job.start()

    @Slot()
    def _ended(self) -> None:
        self._examining = None
        self._renew()

    @Slot(object)
    def _show_portrait(self, portrait: object) -> None:
        assert isinstance(portrait, Portrait)
        self._portrait = portrait
        libraries = tuple((one.name, one.version) for one in portrait.packages)
        self.facts.show_facts((*portrait.versions, *self._qt(), *libraries))
        self.licences.offer(portrait.packages)
        self._renew()

    @Slot(str)
    def _fetch(self, name: str) -> None:
        job = Job(lambda progress: self._doors.licence_text(name), self)
        job.done.connect(partial(self._show_text, name))
        job.failed.connect(partial(self._show_text, name))
        job.start()

    def _show_text(self, name: str, text: object) -> None:
        """The text, or the sentence why there is none; an older answer never covers a newer choice."""
        if name == self.licences.chosen:
            self.licences.text.setPlainText(str(text))

    # --- how it looks

    def _qt(self) -> tuple[tuple[str, str], ...]:
        return (("Qt", str(qVersion())), ("PySide6", PySide6.__version__))

    def _renew(self) -> None:
        self.refresh_button.setEnabled(self._examining is None)
        self.copy_button.setEnabled(self._portrait is not None)

    def _lay_out(self) -> None:
        self.refresh_button.setToolTip(_("Look at this machine again"))
        self.copy_button.setToolTip(_("Put all of it on the clipboard, for a message to whoever helps you"))
        self.log_button.setToolTip(_("Show the file with the traces of the program's own defects"))
        self.tabs.setAccessibleName(_("Doctor: this machine, self-test, control card, versions, licences"))
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.table, _("This &machine"))
        self.tabs.addTab(self.self_test, _("Self-&test"))
        self.tabs.addTab(self.control, _("Co&ntrol card"))
        self.tabs.addTab(self.versions, _("&Versions"))
        self.tabs.addTab(self.licences, _("L&icences"))
        buttons = QHBoxLayout()
        for button in (self.refresh_button, self.copy_button, self.log_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.body.setSpacing(8)
        self.body.addWidget(self.summary)
        self.body.addWidget(self.tabs, 1)
        self.body.addLayout(buttons)
