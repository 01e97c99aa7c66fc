"""What the settings page does with keys and time-stamp services: taken in, tried, and told about."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from gpu_inspector import settings
from gpu_inspector.gui.asking import Ask, inquiry_of
from gpu_inspector.gui.doors.settings import SettingsDoors
from gpu_inspector.gui.settings_signing import SignerPanel, TimePanel
from gpu_inspector.gui.text import breakable, grouped, safe
from gpu_inspector.gui.worker import Job
from gpu_inspector.language import _, day, moment
from gpu_inspector.workflow.identities import Known
from gpu_inspector.workflow.keys import Shown
from gpu_inspector.workflow.trying import Answered, Tried


class SettingsKeys(QObject):
    """Two panels and the work behind them; one key is opened at a time."""

    said = Signal(str, bool)
    """A sentence for the page's own line, and whether it tells of trouble; "" clears the line."""
    taken = Signal()
    """Another key signs from now on: the choices were written."""

    def __init__(self, doors: SettingsDoors) -> None:
        super().__init__()
        self._doors: Final = doors
        self._busy: Job | None = None
        self._locked = False
        self.signer, self.times = SignerPanel(), TimePanel()
        self.setParent(self.signer)
        self.signer.choose_file.clicked.connect(self.choose_file)
        self.signer.card.choose.clicked.connect(self.choose_library)
        self.signer.card_wanted.connect(self.take_card)
        self.signer.attempt.clicked.connect(self.try_signer)
        self.times.attempt.clicked.connect(self.try_service)

    def lock(self, busy: bool) -> None:
        """The key stays what it is while an inspection is made."""
        self._locked = busy
        self.signer.lock(busy or self._busy is not None)

    def look(self) -> None:
        """Show the certificate in use, which asks for no secret."""
        job = Job(lambda progress: self._doors.identity(), self)
        job.done.connect(self._show)
        job.failed.connect(lambda sentence: self.said.emit(sentence, True))
        job.start()

    @Slot()
    def choose_file(self) -> None:
        """Ask for a PKCS#12 file."""
        name, _kind = QFileDialog.getOpenFileName(
            self.signer, _("Signing key"), str(Path.home()), _("Keys (*.p12 *.pfx);;All files (*)")
        )
        if name:
            self.take_file(Path(name).absolute())

    @Slot()
    def choose_library(self) -> None:
        """Ask for the library of a card."""
        kinds = _("Libraries (*.so *.dll *.dylib);;All files (*)")
        name, _kind = QFileDialog.getOpenFileName(self.signer, _("Library of the card"), "", kinds)
        if name:
            self.signer.card.module.setText(name)

    def take_file(self, path: Path) -> None:
        """Sign with the key of this file from now on, where it may sign."""
        self._open(lambda ask: self._doors.import_file(path, ask), self._took)

    @Slot(object, str, str)
    def take_card(self, module: Path, token: str, key: str) -> None:
        """Sign with this card from now on, where it signs."""
        self._open(lambda ask: self._doors.import_card(module.absolute(), token, key, ask), self._took)

    @Slot()
    def try_signer(self) -> None:
        """Open the chosen key and sign with it once."""
        self._open(self._doors.try_signer, self._tried)

    @Slot()
    def try_service(self) -> None:
        """Ask the time-stamp service once."""
        address = self.times.address
        self._begin(Job(lambda progress: self._doors.try_service(address), self), self._answered)

    def _open(self, act: Callable[[Ask], object], done: Callable[[object], None]) -> None:
        if self._busy is None:
            ask = inquiry_of(self.signer)
            job = Job(lambda progress: act(ask), self)
            ask.follow(job)
            self._begin(job, done)

    def _begin(self, job: Job, done: Callable[[object], None]) -> None:
        if self._busy is not None:
            return
        self._busy = job
        self.signer.lock(True)
        self.times.attempt.setEnabled(False)
        self.said.emit("", False)
        job.done.connect(done)
        job.failed.connect(lambda sentence: self.said.emit(sentence, True))
        job.ended.connect(self._ended)
        job.start()

    @Slot()
    def _ended(self) -> None:
        self._busy = None
        self.signer.lock(self._locked)
        self.times.attempt.setEnabled(bool(self.times.address))

    @Slot(object)
    def _show(self, known: object) -> None:
        assert known is None or isinstance(known, Known)
        self.signer.show_place(settings.identity_folder())
        self.signer.show_identity(known, datetime.now(UTC))

    @Slot(object)
    def _took(self, shown: object) -> None:
        assert isinstance(shown, Shown)
        self.taken.emit()
        said = _("From now on “{name}” signs; certificate SHA-256 {fingerprint}, valid until {end}.").format(
            name=safe(shown.name, 80), fingerprint=grouped(shown.fingerprint), end=day(shown.end)
        )
        self._tell(said, shown.remarks)

    @Slot(object)
    def _tried(self, tried: object) -> None:
        assert isinstance(tried, Tried)
        known = tried.known
        self._show(known)
        said = _("“{name}” signs, with {algorithm}; certificate SHA-256 {fingerprint}, valid until {end}.").format(
            name=safe(known.name, 80),
            algorithm=safe(tried.algorithm, 80),
            fingerprint=grouped(known.fingerprint),
            end=day(known.end),
        )
        self._tell(said, tried.remarks)

    @Slot(object)
    def _answered(self, answered: object) -> None:
        assert isinstance(answered, Answered)
        said = _("The service answers as “{name}”, certificate SHA-256 {fingerprint}; its clock says {at} UTC.").format(
            name=safe(answered.name, 80),
            fingerprint=grouped(answered.fingerprint),
            at=moment(answered.at),
        )
        self._tell(said, (answered.remark,) if answered.remark else ())

    def _tell(self, said: str, remarks: tuple[str, ...]) -> None:
        self.said.emit(breakable(" ".join((said, *(safe(one, 1000) for one in remarks)))), False)
