"""The signed report of the inspection in sight: where it lies, who signed it, and what can be done with it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from gpu_inspector.gui.asking import Ask, inquiry_of
from gpu_inspector.gui.doors.verdict import VerdictDoors
from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.inspections import Shown
from gpu_inspector.gui.text import breakable, retold, safe
from gpu_inspector.gui.verified_seals import level_of
from gpu_inspector.gui.worker import Job
from gpu_inspector.language import N_, _, sentences, told
from gpu_inspector.records import words
from gpu_inspector.records.custody import What
from gpu_inspector.workflow.countersigning import Countersigned
from gpu_inspector.workflow.signed import SignedBy
from gpu_inspector.workflow.upgrading import Outcome

_SAVE = N_("&Save report as…")
_SIGN = N_("&Sign and save report as…")


class ReportBar(QWidget):
    """Two lines and the buttons; what goes wrong is said by signals, for the page's own line."""

    told, warned = Signal(str), Signal(str)
    saved = Signal(object, object)
    """A `Shown`, and the path that its report was saved at."""
    printing = Signal()
    """A print-out is wanted."""

    def __init__(self, doors: VerdictDoors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doors: Final = doors
        self._shown: Shown | None = None
        self._busy: Job | None = None
        self.place, self.signer = plain_label(), plain_label()
        self.open_button = QPushButton(_("&View report"))
        self.folder_button = QPushButton(_("Open the &folder"))
        self.stamp_button = QPushButton(_("&Time stamp"))
        self.second_button = QPushButton(_("Co&untersign"))
        self.print_button = QPushButton(_("&Print…"))
        self.tag_button = QPushButton(_("Print ta&g…"))
        self.save_button = QPushButton(_(_SAVE))
        menu = QMenu(self)
        menu.setAccessibleName(_("Key of the second officer"))
        self.second_file = menu.addAction(_("With a key &file…"))
        self.second_card = menu.addAction(_("With the &card of the settings"))
        self.second_button.setMenu(menu)
        self._furnish()
        self._lay_out()

    @property
    def _report(self) -> Path | None:
        return self._shown.done.report if self._shown is not None else None

    def show_inspection(self, shown: Shown) -> None:
        """Say where the report is, and look into it for who signed it."""
        self._shown = shown
        report = shown.done.report
        if report is not None:
            where = _("Signed report: {path}").format(path=safe(str(report)))
        elif shown.kept:
            where = _("Save signs its report anew, from the ledger.")
        else:
            where = _("It has no report yet.")
        number = _("Inspection {number} of the ledger.").format(number=shown.done.entry.seq)
        self.place.setText(breakable(f"{number} {where}"))
        self.save_button.setText(_(_SAVE if report is not None else _SIGN))
        self._renew()
        self.look()

    def look(self) -> None:
        """Look into the report for who signed it, and how far its proofs reach."""
        self.signer.clear()
        shown, report = self._shown, self._report
        if shown is not None and report is not None:
            self.signer.setText(_("Looking who signed it…"))
            job = Job(lambda progress: self._doors.signed_by(report, shown.done.entry), self)
            job.done.connect(partial(self._say_signer, shown.key))
            job.failed.connect(partial(self._say_unread, shown.key))
            job.start()

    @Slot()
    def open_report(self) -> None:
        """Hand the signed report to the system's own reader."""
        path = self._report
        if path is None:
            return
        if QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self.note(What.REPORT_OPENED, path.name)
        else:
            lies = _("This system has no program that opens a PDF. The report lies at {path}.")
            self.warned.emit(lies.format(path=safe(str(path))))

    @Slot()
    def open_folder(self) -> None:
        """Hand the report's folder to the system's own file manager."""
        path = self._report
        if path is not None and not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))):
            lies = _("This system has no program that shows a folder. The report lies in {path}.")
            self.warned.emit(lies.format(path=safe(str(path.parent))))

    @Slot()
    def choose_place(self) -> None:
        """Ask where the report is to be copied to."""
        if self._shown is None or self._busy is not None:
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = f"gpu-inspector-{self._shown.done.entry.seq}.pdf"
        path, _kind = QFileDialog.getSaveFileName(self, _("Save report as"), str(Path(folder) / name), "PDF (*.pdf)")
        if path:
            # Where the name was left without an ending, the one that every reader knows.
            self.save_report(Path(path) if Path(path).suffix else Path(path).with_suffix(".pdf"))

    def save_report(self, target: Path) -> None:
        """Copy the signed report, or sign it anew from the ledger where it could not be written."""
        shown = self._shown
        if shown is not None:
            self._work(lambda ask: self._doors.save_report(shown.done, target, ask), partial(self._saved, shown))

    @Slot()
    def choose_tags(self) -> None:
        """Ask which tags of the inspection's cards are to be printed."""
        if self._shown is not None:
            from gpu_inspector.gui.tag_dialog import TagDialog

            TagDialog(self._doors, self._shown, self).open()

    @Slot()
    def stamp(self) -> None:
        """Ask the time-stamp service for one more stamp."""
        path = self._report
        if path is not None:
            self._work(lambda _ask: self._doors.stamp(path), self._stamped)

    @Slot()
    def choose_second_key(self) -> None:
        """Ask for the second officer's key."""
        kinds = _("Keys (*.p12 *.pfx);;All files (*)")
        name, _kind = QFileDialog.getOpenFileName(self, _("Key of the second officer"), str(Path.home()), kinds)
        if name:
            self.countersign(Path(name).absolute())

    def countersign(self, key_file: Path | None) -> None:
        """Sign as the second officer, with a key file, or without one with the card that the settings name."""
        path = self._report
        if path is not None:
            self._work(lambda ask: self._doors.countersign(path, key_file, ask), self._countersigned)

    def note(self, what: What, detail: str = "") -> None:
        """Put a line into the custody log of the ledger that this inspection is in."""
        shown = self._shown
        if shown is not None:
            job = Job(lambda progress: self._doors.note(what, shown.done.entry.seq, detail), self)
            job.done.connect(lambda why: self.warned.emit(safe(str(why))) if why else None)
            job.start()

    def _work(self, act: Callable[[Ask], object], done: Callable[[object], None]) -> None:
        """One thing at a time is done with the file."""
        if self._busy is not None:
            return
        ask = inquiry_of(self)
        job = Job(lambda progress: act(ask), self)
        ask.follow(job)
        job.done.connect(done)
        job.failed.connect(self.warned)
        job.ended.connect(self._ended)
        self._busy = job
        self._renew()
        job.start()

    @Slot()
    def _ended(self) -> None:
        self._busy = None
        self._renew()

    def _renew(self) -> None:
        report, idle = self._report is not None, self._busy is None
        for button in (self.open_button, self.folder_button):
            button.setEnabled(report)
        for button in (self.stamp_button, self.second_button):
            button.setEnabled(report and idle)
        self.save_button.setEnabled(idle)
        self.tag_button.setEnabled(self._shown is not None and bool(self._shown.cards))

    def _saved(self, shown: Shown, target: object) -> None:
        self.saved.emit(shown, target)
        self.told.emit(_("Saved as {path}.").format(path=safe(str(target))))

    def _stamped(self, outcome: object) -> None:
        assert isinstance(outcome, Outcome)
        self.told.emit(" ".join((level_of(outcome.level), *(safe(one, 1000) for one in outcome.remarks))))
        self.look()

    def _countersigned(self, done: object) -> None:
        assert isinstance(done, Countersigned)
        said = _("Countersigned by “{name}”, certificate SHA-256 {fingerprint}.").format(
            name=safe(done.name, 80), fingerprint=words.spaced(safe(done.fingerprint, 64))
        )
        self.told.emit(f"{said} {retold(done.stamped.remark, 1000)}".strip())
        self.look()

    def _say_signer(self, key: str, found: object) -> None:
        assert isinstance(found, SignedBy)
        if self._shown is None or self._shown.key != key:
            return  # another inspection is in sight by now
        self.signer.setText(sentences(*_sentences(found)))
        if found.trouble:
            self.warned.emit(told(found.trouble))

    def _say_unread(self, key: str, sentence: str) -> None:
        if self._shown is not None and self._shown.key == key:
            self.signer.setText(breakable(sentence))

    def _furnish(self) -> None:
        for label in (self.place, self.signer):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.open_button.setToolTip(_("Open the signed PDF with the system's reader (Ctrl+Shift+O)"))
        self.folder_button.setToolTip(_("Show the folder that the signed PDF lies in"))
        self.stamp_button.setToolTip(_("Ask the service that the settings name for one more time stamp, in the file"))
        self.second_button.setToolTip(_("Sign as the second officer, in a report that has a field for it"))
        self.print_button.setToolTip(_("Print this card's verdict, with a preview (Ctrl+P); it bears no signature"))
        self.tag_button.setToolTip(_("Print labels for the cards, with a code that leads back to this inspection"))
        self.save_button.setToolTip(_("Put the signed PDF at a place of your choice (Ctrl+S)"))
        self.open_button.clicked.connect(self.open_report)
        self.folder_button.clicked.connect(self.open_folder)
        self.stamp_button.clicked.connect(self.stamp)
        self.second_file.triggered.connect(self.choose_second_key)
        self.second_card.triggered.connect(lambda: self.countersign(None))
        self.print_button.clicked.connect(self.printing)
        self.tag_button.clicked.connect(self.choose_tags)
        self.save_button.clicked.connect(self.choose_place)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.addWidget(self.stamp_button)
        line.addWidget(self.second_button)
        line.addStretch(1)
        for button in (self.open_button, self.folder_button, self.tag_button, self.print_button, self.save_button):
            line.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for label in (self.place, self.signer):
            layout.addWidget(label)
        layout.addLayout(line)


def _sentences(found: SignedBy) -> list[str]:
    """Who signed, how far the proofs reach, who else signed, and what is still to come."""
    said = [told(found.trouble)] if found.trouble else []
    if found.fingerprint:
        signed = _("Signed with the certificate {fingerprint} ({name}).")
        name, fingerprint = safe(found.name, 80), words.spaced(safe(found.fingerprint, 64))
        said.append(signed.format(name=name, fingerprint=fingerprint))
    if found.level:
        said.append(level_of(found.level))
    if found.countersigned:
        said.append(_("Countersigned by {name}.").format(name=safe(found.countersigned, 80)))
    if found.waiting:
        said.append(_("It waits for its time stamp: “Time stamp” asks again."))
    return said
