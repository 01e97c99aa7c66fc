"""The signed report of the inspection in sight: where it lies, who signed it, and what can be done with it."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gpu_inspector.gui.doors.verdict import VerdictDoors
from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.inspections import Shown
from gpu_inspector.gui.text import breakable, safe
from gpu_inspector.gui.worker import Job
from gpu_inspector.language import N_, _
from gpu_inspector.records import words
from gpu_inspector.workflow.signed import SignedBy

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
        self._saving: Job | None = None
        self.place, self.signer = plain_label(), plain_label()
        self.open_button = QPushButton(_("&View report"))
        self.folder_button = QPushButton(_("Open the &folder"))
        self.print_button = QPushButton(_("&Print…"))
        self.save_button = QPushButton(_(_SAVE))
        self._furnish()

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
        for button in (self.open_button, self.folder_button):
            button.setEnabled(report is not None)
        self.signer.clear()
        if report is not None:
            self.signer.setText(_("Looking who signed it…"))
            job = Job(lambda progress: self._doors.signed_by(report, shown.done.entry), self)
            job.done.connect(partial(self._say_signer, shown.key))
            job.failed.connect(partial(self._say_unread, shown.key))
            job.start()

    @Slot()
    def open_report(self) -> None:
        """Hand the signed report to the system's own reader."""
        path = self._report
        if path is not None and not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
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
        if self._shown is None or self._saving is not None:
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
        if shown is None or self._saving is not None:
            return
        job = Job(lambda progress: self._doors.save_report(shown.done, target), self)
        job.done.connect(partial(self._saved, shown))
        job.failed.connect(self.warned)
        job.ended.connect(self._save_ended)
        self._saving = job
        self.save_button.setEnabled(False)
        job.start()

    def _saved(self, shown: Shown, target: object) -> None:
        self.saved.emit(shown, target)
        self.told.emit(_("Saved as {path}.").format(path=safe(str(target))))

    @Slot()
    def _save_ended(self) -> None:
        self._saving = None
        self.save_button.setEnabled(True)

    def _say_signer(self, key: str, found: object) -> None:
        assert isinstance(found, SignedBy)
        if self._shown is None or self._shown.key != key:
            return  # another inspection is in sight by now
        name, fingerprint = safe(found.name, 80), words.spaced(safe(found.fingerprint, 64))
        said = _("Signed with the certificate {fingerprint} ({name}).") if found.fingerprint else ""
        self.signer.setText(said.format(name=name, fingerprint=fingerprint))
        if found.trouble:
            self.signer.setText(f"{_(found.trouble)} {self.signer.text()}".strip())
            self.warned.emit(_(found.trouble))

    def _say_unread(self, key: str, sentence: str) -> None:
        if self._shown is not None and self._shown.key == key:
            self.signer.setText(breakable(sentence))

    def _furnish(self) -> None:
        for label in (self.place, self.signer):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.open_button.setToolTip(_("Open the signed PDF with the system's reader (Ctrl+Shift+O)"))
        self.folder_button.setToolTip(_("Show the folder that the signed PDF lies in"))
        self.print_button.setToolTip(_("Print this card's verdict, with a preview (Ctrl+P); it bears no signature"))
        self.save_button.setToolTip(_("Put the signed PDF at a place of your choice (Ctrl+S)"))
        self.open_button.clicked.connect(self.open_report)
        self.folder_button.clicked.connect(self.open_folder)
        self.print_button.clicked.connect(self.printing)
        self.save_button.clicked.connect(self.choose_place)
        line = QHBoxLayout()
        line.addStretch(1)
        for button in (self.open_button, self.folder_button, self.print_button, self.save_button):
            line.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for label in (self.place, self.signer):
            layout.addWidget(label)
        layout.addLayout(line)
