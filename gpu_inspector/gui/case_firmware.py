"""Firmware of the cards that are to be inspected: files that were handed in, and what is to be asked beside the rest.

A file belongs to one object. Reading an image out of a card, and asking the driver's inner calls, holds for all that
are chosen, and happens only where it was wished here.
"""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QCheckBox, QFileDialog, QFrame, QGroupBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gpu_inspector.gui import theme
from gpu_inspector.gui.doors.case import CaseDoors
from gpu_inspector.gui.headline import plain_label, tint
from gpu_inspector.gui.subject import Subject
from gpu_inspector.gui.text import breakable, safe
from gpu_inspector.gui.worker import Job
from gpu_inspector.language import N_, _
from gpu_inspector.records import firmware_words
from gpu_inspector.records.firmware import VbiosReading
from gpu_inspector.workflow.drafts import ObjectDraft
from gpu_inspector.workflow.firmware import MOST_FILES, FirmwareWish

IMAGES = N_("vBIOS images (*.rom *.bin *.vbios);;All files (*)")
_WISHES = (
    (
        N_("Read the vBIOS out of the card"),
        N_(
            "The system asks for the administrator's password. The image is only read; nothing that the card keeps is"
            " changed."
        ),
    ),
    (
        N_("Ask the driver's inner calls"),
        N_("Of the open driver alone, and not yet seen on hardware: the answers are recorded, and prove nothing."),
    ),
)


class WishForm(QGroupBox):
    """What is asked beside what every inspection reads; nothing from the start."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Firmware: what else is read of the chosen cards"), parent)
        self.read, self.calls = (QCheckBox(_(words)) for words, _sentence in _WISHES)
        self._sentences = [plain_label(_(sentence)) for _words, sentence in _WISHES]
        column = QVBoxLayout(self)
        column.setSpacing(4)
        for box, sentence in zip((self.read, self.calls), self._sentences, strict=True):
            box.setAccessibleDescription(sentence.text())
            box.setToolTip(sentence.text())
            box.toggled.connect(self.changed)
            sentence.setIndent(24)
            column.addWidget(box)
            column.addWidget(sentence)
        self._dress()

    def fill(self, *, read: bool, calls: bool) -> None:
        """Show this in place of what stands here."""
        self.read.setChecked(read)
        self.calls.setChecked(calls)

    def wish(self, subject: Subject, draft: ObjectDraft) -> FirmwareWish:
        """Of this subject: a file has no card to be asked, a simulation and an object without power no firmware."""
        if subject.simulation or subject.unpowered:
            return FirmwareWish()
        real = subject.file is None
        files = tuple(map(Path, draft.firmware))
        return FirmwareWish(files, real and self.read.isChecked(), real and self.calls.isChecked())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        for sentence in self._sentences:
            tint(sentence, "muted", theme.of(self.palette()))


class ImageRow(QFrame):
    """One handed-in file: its name, what was recognised in it, and the way to take it out again."""

    def __init__(self, path: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        name = safe(Path(path).name, 60)
        self.title, self.found = plain_label(breakable(name)), plain_label(_("is being read…"))
        self.found.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.remove_button = QPushButton(_("Remove"))
        self.remove_button.setAccessibleName(_("Remove {name}").format(name=name))
        self.remove_button.setToolTip(_("Take this file out of the case"))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.found)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.addLayout(words, 1)
        row.addWidget(self.remove_button, 0, Qt.AlignmentFlag.AlignTop)


class ImageBox(QGroupBox):
    """The vBIOS files of the object in sight."""

    changed = Signal(tuple)
    """Their paths as they are now."""
    refused = Signal(str)
    """A sentence."""
    told = Signal(str)
    """A sentence."""

    def __init__(self, doors: CaseDoors, parent: QWidget | None = None) -> None:
        super().__init__(_("vBIOS files of this object"), parent)
        self._doors: Final[CaseDoors] = doors
        self._said: dict[str, str] = {}
        self._looking: set[str] = set()
        self.files: tuple[str, ...] = ()
        self.rows: dict[str, ImageRow] = {}
        self.add_button = QPushButton(_("v&BIOS image…"))
        self.add_button.setAccessibleName(_("Hand in a vBIOS image"))
        self.add_button.setToolTip(
            _("Choose dumps of this card's vBIOS, by nvflash, GPU-Z or a programmer, or drop them here; two at most")
        )
        self.empty = plain_label(
            _("No file. What one says is held against the card; that it is the card's is a claim.")
        )
        self.empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        head = QHBoxLayout()
        head.addWidget(self.add_button)
        head.addWidget(self.empty, 1)
        head.addStretch(0)
        self._column = QVBoxLayout(self)
        self._column.addLayout(head)
        self.add_button.clicked.connect(self.choose)

    @Slot()
    def choose(self) -> None:
        """Ask for images."""
        names, _filter = QFileDialog.getOpenFileNames(self, _("vBIOS images of this object"), "", _(IMAGES))
        self.take(tuple(Path(name) for name in names))

    def take(self, paths: tuple[Path, ...]) -> None:
        """Add these files; what no record can name, and what is more than two, is refused."""
        named = [str(path) for path in paths]
        if any(not _is_text(one) for one in named):
            self.refused.emit(_("The name of this file holds characters that are none. Rename it."))
            return
        wanted = tuple(dict.fromkeys((*self.files, *named)))
        if len(wanted) > MOST_FILES:
            self.refused.emit(_("One object can have {most} vBIOS files. Remove one first.").format(most=MOST_FILES))
            return
        for one in named:
            self._said.pop(one, None)  # it may have been written anew
        self._set(wanted)

    def take_dropped(self, paths: tuple[Path, ...]) -> None:
        """Add files that were dropped on the page. Their rows may be out of sight: a sentence says where they went."""
        if not self.isEnabled():
            self.refused.emit(_("An inspection is running. Hand the vBIOS file in when it has ended."))
            return
        self.told.emit(
            _("Handed in as the vBIOS of the object in sight. To review a file by itself, open it on the page Bench.")
        )
        self.take(paths)

    def show_files(self, files: tuple[str, ...]) -> None:
        """Show these, and look into those that were not looked into yet."""
        self.files = files
        for row in self.rows.values():
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = {}
        for path in files:
            row = self.rows[path] = ImageRow(path)
            row.remove_button.clicked.connect(partial(self._remove, path))
            self._column.addWidget(row)
            if path in self._said:
                row.found.setText(breakable(self._said[path]))
            elif path not in self._looking:
                self._look_into(path)
        self.empty.setVisible(not files)
        self.add_button.setEnabled(len(files) < MOST_FILES)

    def _set(self, files: tuple[str, ...]) -> None:
        if files != self.files:
            self.show_files(files)
            self.changed.emit(files)

    def _remove(self, path: str) -> None:
        self._set(tuple(one for one in self.files if one != path))
        self.add_button.setFocus()

    def _look_into(self, path: str) -> None:
        self._looking.add(path)
        job = Job(lambda progress: self._doors.read_image(Path(path)), self)
        job.done.connect(partial(self._recognised, path))
        job.failed.connect(partial(self._say, path))
        job.start()

    def _recognised(self, path: str, reading: object) -> None:
        assert isinstance(reading, VbiosReading)
        self._say(path, firmware_words.short_words(reading, lambda text: safe(text, 80)))

    def _say(self, path: str, words: str) -> None:
        """A sentence about a file that holds no image stays in its row: the run would end with the same one."""
        self._looking.discard(path)
        self._said[path] = safe(words)
        if path in self.rows:
            self.rows[path].found.setText(breakable(self._said[path]))


def _is_text(name: str) -> bool:
    """Whether a record can hold it: a path may be bytes that are no text."""
    return name.encode("utf-8", "replace").decode("utf-8") == name
