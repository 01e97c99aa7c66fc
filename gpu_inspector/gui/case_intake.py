"""Photographs on their way in, one after the other beside the window: reading a large one takes its time and memory."""

from collections import deque
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QGroupBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gpu_inspector.gui.case_photographs import PhotographList
from gpu_inspector.gui.doors.case import CaseDoors
from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.pictures import PICTURES, copied_files, copied_picture
from gpu_inspector.gui.worker import Job, Task
from gpu_inspector.language import _, ngettext
from gpu_inspector.records.declaration import Photograph
from gpu_inspector.workflow.photographs import Taken

MOST = 100
"""Pictures that wait at once."""


class Intake(QObject):
    """Takes in pictures for objects, which it knows by key only."""

    taken = Signal(str, object)
    """The key, and what was taken in (a Taken)."""
    refused = Signal(str)
    """A sentence."""
    small = Signal(str, bytes)
    """A digest, and the small picture (PNG) of it; b"" where there is none any more."""
    waiting = Signal(int)
    """How many are still to be read."""

    def __init__(self, doors: CaseDoors, parent: QObject) -> None:
        super().__init__(parent)
        self._doors: Final[CaseDoors] = doors
        self._queue: deque[tuple[str, Task]] = deque()
        self._wanted: deque[Photograph] = deque()
        self._job: Job | None = None
        self._forgotten: Job | None = None
        """Whose picture comes too late."""
        self._reading = False
        self.keep_location = False

    def take_files(self, key: str, paths: tuple[Path, ...]) -> bool:
        """Read these, for the object of this key; False where they are too many at once."""
        if len(self._queue) + len(paths) > MOST:
            return False
        for path in paths:
            self._queue.append((key, partial(self._read_file, path, self.keep_location)))
        self._next()
        return True

    def take_bytes(self, key: str, data: bytes, name: str) -> None:
        """Read a picture that came without a file."""
        self._queue.append((key, partial(self._read_bytes, data, name, self.keep_location)))
        self._next()

    def forget(self) -> None:
        """Nothing that is still on its way is wanted any more."""
        self._queue.clear()
        self._wanted.clear()
        self._forgotten = self._job
        self.waiting.emit(0)

    @Slot(object)
    def want_small(self, photograph: object) -> None:
        """Fetch the small picture of one that was taken in before."""
        assert isinstance(photograph, Photograph)
        self._wanted.append(photograph)
        self._next()

    def _read_file(self, path: Path, keep: bool, progress: object) -> Taken:
        return self._doors.take_file(path, keep)

    def _read_bytes(self, data: bytes, name: str, keep: bool, progress: object) -> Taken:
        return self._doors.take_bytes(data, name, keep)

    def _next(self) -> None:
        self.waiting.emit(len(self._queue) + self._reading)
        if self._job is not None:
            return
        if self._queue:
            key, task = self._queue.popleft()
            self._reading = True
            self._job = Job(task, self)
            self._job.done.connect(partial(self._took, key))
            self._job.failed.connect(self.refused)
            self._job.ended.connect(self._looked)
            self._job.start()
        elif self._wanted:
            photograph = self._wanted.popleft()
            self._job = Job(lambda progress: self._doors.thumbnail(photograph), self)
            self._job.done.connect(partial(self.small.emit, photograph.sha256))
            self._job.failed.connect(self.refused)
            self._job.failed.connect(lambda _sentence: self.small.emit(photograph.sha256, b""))
            self._job.ended.connect(self._looked)
            self._job.start()

    def _took(self, key: str, taken: object) -> None:
        if self._job is not self._forgotten:
            self.taken.emit(key, taken)

    @Slot()
    def _looked(self) -> None:
        self._job = self._forgotten = None
        self._reading = False
        self._next()


class PhotographBox(QGroupBox):
    """The photographs of the object in sight, and the ways to add more."""

    files_wanted = Signal(tuple)
    """Paths to be taken in."""
    picture_wanted = Signal(bytes, str)
    """The bytes of a picture to be taken in, and a name for it."""
    nothing_there = Signal(str)
    """A sentence: the clipboard holds no picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Photographs"), parent)
        self.add_button = QPushButton(_("&Add photographs…"))
        self.paste_button = QPushButton(_("Paste"))
        self.waiting = plain_label()
        self.list = PhotographList()
        self.add_button.setToolTip(_("Choose pictures; or drop them on the window, or paste them (Ctrl+V)"))
        self.paste_button.setToolTip(_("Add the picture or the files on the clipboard (Ctrl+V)"))
        self.waiting.hide()
        buttons = QHBoxLayout()
        buttons.addWidget(self.add_button)
        buttons.addWidget(self.paste_button)
        buttons.addWidget(self.waiting, 1)
        buttons.addStretch(0)
        column = QVBoxLayout(self)
        column.addLayout(buttons)
        column.addWidget(self.list)
        self.add_button.clicked.connect(self.choose)
        self.paste_button.clicked.connect(self.paste)

    @Slot()
    def choose(self) -> None:
        """Ask for pictures."""
        pattern = " ".join(f"*{ending}" for ending in PICTURES)
        names, _filter = QFileDialog.getOpenFileNames(
            self, _("Add photographs"), "", _("Pictures ({pattern});;All files (*)").format(pattern=pattern)
        )
        self.files_wanted.emit(tuple(Path(name) for name in names))

    @Slot()
    def paste(self) -> None:
        """Add what lies on the clipboard."""
        files = copied_files()
        data, name = (b"", "") if files else copied_picture()
        if files:
            self.files_wanted.emit(files)
        elif data:
            self.picture_wanted.emit(data, name)
        else:
            self.nothing_there.emit(_("There is no picture on the clipboard."))

    @Slot(int)
    def say_waiting(self, number: int) -> None:
        """How many pictures are still being read."""
        self.waiting.setText(
            ngettext("Reading {number} photograph…", "Reading {number} photographs…", number).format(number=number)
        )
        self.waiting.setVisible(number > 0)
