"""What is filled in for you, where things are kept, and how the window looks.

A choice holds as soon as it is made; there is no button to forget. One job at a time writes them, whole or not at
all, and a choice that cannot be written is taken back on the screen too, with a sentence.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gpu_inspector import settings
from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.gui import theme
from gpu_inspector.gui.asking import panel_of
from gpu_inspector.gui.doors.settings import SettingsDoors
from gpu_inspector.gui.page import Page
from gpu_inspector.gui.settings_given import SettingsGiven
from gpu_inspector.gui.settings_keys import SettingsKeys
from gpu_inspector.gui.settings_panels import ChoicesPanel, LedgerPanel, TroublePanel
from gpu_inspector.gui.settings_registry import RegistryPanel
from gpu_inspector.gui.work import Work
from gpu_inspector.gui.worker import Job, Task
from gpu_inspector.language import N_, _
from gpu_inspector.preferences import Preferences

KEY = ("signer", "signer_file", "card_module", "card_token", "card_key")
"""The choices that say which key signs."""


class SettingsPage(Page):
    """The user's choices."""

    name = "settings"
    help = N_(
        "Each choice holds as soon as it is made. All of them stand in one file, settings.toml in the program's data"
        " folder; a file that cannot be read is kept aside under another name.\n\n"
        "Office, inspector and place are filled in for each new case. The measurement is the one that each run begins"
        " with.\n\n"
        "The ledger keeps all inspections. Choosing another one moves and deletes nothing.\n\n"
        "Reports are signed with a key of this program's own, with that of a PKCS#12 file, or with a smart card. “Try"
        " it” opens the key and says what was found. Passphrases and PINs are asked for when they are wanted; they are"
        " never written anywhere. Give the certificate to those who verify your reports, and its fingerprint over"
        " another way: by telephone or on paper.\n\n"
        "A time-stamp service confirms when a report was signed; without one, the report says whose clock it was. A"
        " report that a second officer is to sign needs its field from the beginning.\n\n"
        "Reference data and the office's policy come as signed files. A file of a signer that is not known here needs"
        " the signer's certificate beside it; compare its fingerprint over another way, too."
    )

    changed = Signal(object)
    """The choices as they hold now, a Preferences: at the start, and after each change."""

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doors: Final[SettingsDoors] = work.settings
        self.preferences = Preferences()
        self.trouble = ""
        """What was wrong with the file of the choices at the start; "" where nothing was."""
        self._worn = ""
        self._pending: dict[str, object] = {}
        self._writing: Job | None = None
        self.choices, self.ledger, self.registry = ChoicesPanel(), LedgerPanel(), RegistryPanel()
        self.keys, self.diagnostics = SettingsKeys(self._doors), TroublePanel()
        self.identity, self.times = self.keys.signer, self.keys.times
        self.given = SettingsGiven(self._doors)
        self._lay_out()
        for panel in (self.choices, self.identity, self.times, self.registry, self.diagnostics):
            panel.chosen.connect(self._choose)
        self.keys.said.connect(self._say)
        self.given.said.connect(self._say)
        self.keys.taken.connect(self._read_again)
        self.ledger.choose.clicked.connect(self.choose_ledger)
        self.ledger.usual.clicked.connect(lambda: self._choose("ledger", ""))
        self.identity.export.clicked.connect(self.choose_certificate_place)
        self.diagnostics.export.clicked.connect(self.choose_diagnostics_place)
        self.diagnostics.log.clicked.connect(lambda: self._open(settings.log_path()))
        self.diagnostics.folder.clicked.connect(lambda: self._open(settings.data_folder()))

    def start(self) -> None:
        """Read the choices; called before the window is shown, so that it never shows others."""
        found, self.trouble = self._doors.load()
        if self.trouble:
            self.notice.warn(self.trouble)
        self._hold(found)

    def enter(self) -> None:
        """Look at the ledger and the identity again."""
        self._do(lambda progress: self._doors.ledger(), self._show_ledger)
        self.keys.look()
        self.given.look()

    def change(self, **choices: object) -> None:
        """Make these choices, named as in Preferences, for the user or for another page."""
        self._pending |= {name: value for name, value in choices.items() if getattr(self.preferences, name) != value}
        self._write()

    def lock(self, busy: bool) -> None:
        """Ledger and key stay what they are while something is being put into the one and signed with the other."""
        self.ledger.setEnabled(not busy)
        self.keys.lock(busy)
        self.given.lock(busy)

    def remember(self, window: QWidget) -> None:
        """Keep where the window stands, and what is typed at this moment; the window is about to close."""
        choices = {**self.choices.typed(), **self._pending, "window": window.saveGeometry().toHex().toStdString()}
        try:
            self._doors.change(choices)
        except GpuInspectorError as error:
            # Nobody would see a sentence any more, and a place of a window is not worth to stay for.
            self.notice.warn(str(error))

    @Slot()
    def choose_ledger(self) -> None:
        """Ask for another ledger."""
        path, _kind = QFileDialog.getSaveFileName(
            self,
            _("Another ledger"),
            str(self._documents() / "ledger.sqlite"),
            _("Ledger (*.sqlite);;All files (*)"),
            options=QFileDialog.Option.DontConfirmOverwrite,  # a ledger that is there is gone on with, never replaced
        )
        if path:
            self.use_ledger(Path(path).absolute())

    def use_ledger(self, path: Path) -> None:
        """Keep inspections there from now on, where that can be done."""
        self._do(lambda progress: self._doors.try_ledger(path), lambda says: self._choose("ledger", str(path)))

    @Slot()
    def choose_certificate_place(self) -> None:
        """Ask where the certificate is to be written to."""
        name = str(self._documents() / "gpu-inspector-certificate.pem")
        path, _kind = QFileDialog.getSaveFileName(self, _("Export certificate"), name, _("Certificate (*.pem)"))
        if path:
            self._export(lambda progress: self._doors.export_certificate(Path(path)))

    @Slot()
    def choose_diagnostics_place(self) -> None:
        """Ask where the diagnostics are to be written to."""
        name = str(self._documents() / "gpu-inspector-diagnostics.txt")
        path, _kind = QFileDialog.getSaveFileName(self, _("Export diagnostics"), name, _("Text (*.txt)"))
        if path:
            self.diagnostics.export.setEnabled(False)
            job = self._export(lambda progress: self._doors.export_diagnostics(Path(path), progress))
            job.ended.connect(lambda: self.diagnostics.export.setEnabled(True))

    def _lay_out(self) -> None:
        inner, area = QWidget(), QScrollArea()
        sheet, row, given = QVBoxLayout(inner), QHBoxLayout(), QHBoxLayout()
        sheet.setContentsMargins(0, 0, 0, 0)
        for line in (sheet, row, given):
            line.setSpacing(12)
        for panels in (
            (self.choices, self.ledger, self.diagnostics),
            (self.identity, self.times, self.registry),
        ):
            column = QVBoxLayout()
            column.setSpacing(12)
            for panel in panels:
                column.addWidget(panel)
            column.addStretch(1)
            row.addLayout(column, 1)
        for one in (self.given.data, self.given.policy):
            given.addWidget(one, 1)
        sheet.addLayout(row)
        sheet.addLayout(given)
        sheet.addStretch(1)
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes from choice to choice, and each scrolls into sight
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(area)

    def _hold(self, found: Preferences) -> None:
        if any(getattr(found, name) != getattr(self.preferences, name) for name in KEY):
            panel_of(self).forget()  # what was typed belongs to the key that was chosen before
        self.preferences = found
        self._show_choices(found)
        application = QApplication.instance()
        if isinstance(application, QApplication) and found.theme != self._worn:
            self._worn = found.theme
            theme.follow(application, found.theme)
        self.changed.emit(found)

    @Slot(str, object)
    def _choose(self, name: str, value: object) -> None:
        if getattr(self.preferences, name) != value:  # leaving a line is no choice, and must not wipe out a sentence
            self.notice.clear()
            self.change(**{name: value})

    def _write(self) -> None:
        if self._writing is not None or not self._pending:
            return
        choices, self._pending = self._pending, {}
        self._writing = Job(lambda progress: self._doors.change(choices), self)
        self._writing.done.connect(self._written)
        self._writing.failed.connect(self._refused)
        self._writing.ended.connect(self._ended)
        self._writing.start()

    @Slot(object)
    def _written(self, found: object) -> None:
        assert isinstance(found, Preferences)
        moved = found.ledger != self.preferences.ledger
        if found.language != self.preferences.language:
            self.notice.tell(_("The window speaks the new language from its next start on."))
        other_key = any(getattr(found, name) != getattr(self.preferences, name) for name in KEY)
        self._hold(found)
        if other_key:
            self.keys.look()
        if moved:
            self._do(lambda progress: self._doors.ledger(), self._show_ledger)

    @Slot(str)
    def _refused(self, sentence: str) -> None:
        self.notice.warn(sentence)
        self._show_choices(self.preferences)

    @Slot()
    def _ended(self) -> None:
        self._writing = None
        self._write()

    def _do(self, task: Task, done: Callable[[object], object]) -> Job:
        job = Job(task, self)
        job.done.connect(done)
        job.failed.connect(self.notice.warn)
        job.start()
        return job

    def _export(self, task: Task) -> Job:
        self.notice.clear()
        return self._do(task, lambda path: self.notice.tell(_("Written to {path}.").format(path=path)))

    @Slot(object)
    def _show_ledger(self, found: object) -> None:
        assert isinstance(found, tuple)
        fixed = bool(os.environ.get("GPU_INSPECTOR_LEDGER"))
        self.ledger.show_place(*found, moved=bool(self.preferences.ledger), fixed=fixed)

    def _show_choices(self, found: Preferences) -> None:
        for panel in (self.choices, self.identity, self.times, self.registry, self.diagnostics):
            panel.show_choices(found)

    @Slot(str, bool)
    def _say(self, sentence: str, trouble: bool) -> None:
        if not sentence:
            self.notice.clear()
        else:
            (self.notice.warn if trouble else self.notice.tell)(sentence)

    @Slot()
    def _read_again(self) -> None:
        """A key was taken in, which wrote the choices."""
        found, trouble = self._doors.load()
        if trouble:
            self.notice.warn(trouble)
        self._hold(found)
        self.keys.look()

    def _open(self, path: Path) -> None:
        if not path.exists():
            self.notice.tell(_("There is nothing yet: {path}.").format(path=path))
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self.notice.warn(_("This system opens no such file by itself: {path}.").format(path=path))

    def _documents(self) -> Path:
        return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
