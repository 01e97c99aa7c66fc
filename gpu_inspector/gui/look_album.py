"""The photographs of the object in sight, as each answer sees them: what hangs there, and the ways to hang more."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QIcon
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QMenu, QPushButton, QWidget

from gpu_inspector.gui.case_intake import Intake
from gpu_inspector.gui.doors.case import CaseDoors
from gpu_inspector.gui.pictures import PICTURES, copied_files, copied_picture, small
from gpu_inspector.gui.text import safe
from gpu_inspector.language import _, ngettext
from gpu_inspector.records.declaration import Photograph

SIDE = 44
"""Pixels of the small picture beside an answer."""
SHOWN = 6
"""Small pictures beside one answer; of more, the button says how many there are."""
_BETWEEN = "\n"


class Album(QObject):
    """Photographs by digest. Whoever holds the record is told what is to hang where."""

    changed = Signal()
    """There are others, or a small picture has come."""
    hung = Signal(str, str)
    """A place, and the digest of what shall hang there."""
    taken_off = Signal(str, str)
    taken = Signal(str, str, object)
    """The key of the object, a place, and a photograph that was handed in for it (a Taken)."""
    refused = Signal(str)
    waiting = Signal(int)

    def __init__(self, doors: CaseDoors, parent: QObject) -> None:
        super().__init__(parent)
        self.intake: Final = Intake(doors, self)
        self.key = ""
        """Of the object in sight."""
        self.photographs: tuple[Photograph, ...] = ()
        self._small: dict[str, bytes] = {}
        self._asked: set[str] = set()
        self.intake.taken.connect(self._took)
        self.intake.small.connect(self._came)
        self.intake.refused.connect(self.refused)
        self.intake.waiting.connect(self.waiting)

    def show_all(self, key: str, photographs: tuple[Photograph, ...]) -> None:
        """These are the photographs of this object."""
        if (key, photographs) != (self.key, self.photographs):
            self.key, self.photographs = key, photographs
            self.changed.emit()

    def named(self, digest: str) -> str:
        """What to call a photograph before people."""
        found = next((one for one in self.photographs if one.sha256 == digest), None)
        return safe(found.caption or found.name, 60) if found is not None else digest[:12]

    def small(self, digest: str) -> bytes:
        """The small picture (PNG); b"" while it is on its way, or gone."""
        if digest not in self._small and digest not in self._asked:
            found = next((one for one in self.photographs if one.sha256 == digest), None)
            if found is not None:
                self._asked.add(digest)
                self.intake.want_small(found)
        return self._small.get(digest, b"")

    def take_files(self, place: str, paths: tuple[Path, ...]) -> None:
        """Read these and hang them there."""
        if paths and not self.intake.take_files(f"{self.key}{_BETWEEN}{place}", paths):
            self.refused.emit(_("These are too many pictures at once. Add them in smaller parts."))

    def paste(self, place: str) -> None:
        """Hang what lies on the clipboard there."""
        files = copied_files()
        data, name = (b"", "") if files else copied_picture()
        if files:
            self.take_files(place, files)
        elif data:
            self.intake.take_bytes(f"{self.key}{_BETWEEN}{place}", data, name)
        else:
            self.refused.emit(_("There is no picture on the clipboard."))

    @Slot(str, object)
    def _took(self, key: str, taken: object) -> None:
        from gpu_inspector.workflow.photographs import Taken

        assert isinstance(taken, Taken)
        self._small[taken.photograph.sha256] = taken.thumbnail
        object_key, _line, place = key.rpartition(_BETWEEN)
        self.taken.emit(object_key, place, taken)

    @Slot(str, bytes)
    def _came(self, digest: str, png: bytes) -> None:
        self._small[digest] = png
        self.changed.emit()


class PhotoStrip(QWidget):
    """Small pictures of what hangs at one place.

    Its `button`, which its owner puts beside them, opens all ways to hang more and to take some off.
    """

    def __init__(self, album: Album, place: str, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._album, self.place, self._what = album, place, what
        self._digests: tuple[str, ...] = ()
        self.menu = QMenu(self)
        self.menu.setAccessibleName(_("Photographs of: {what}").format(what=what))
        self.button = QPushButton()
        self.button.setMenu(self.menu)
        self.button.setToolTip(_("Hang photographs at this answer, or take them off; files can be dropped on it, too"))
        self._pictures = tuple(QLabel() for _number in range(SHOWN))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for picture in self._pictures:
            picture.setFixedSize(SIDE, SIDE)
            picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
            picture.hide()
            row.addWidget(picture)
        row.addStretch(1)
        self.menu.aboutToShow.connect(self.fill)
        album.changed.connect(self._renew)
        self._renew()

    def show_digests(self, digests: tuple[str, ...]) -> None:
        """These hang here."""
        if digests != self._digests:
            self._digests = digests
            self._renew()

    @Slot()
    def fill(self) -> None:
        """What the menu offers now: files, the clipboard, and each photograph of the object."""
        self.menu.clear()
        files, paste = QAction(_("From files…"), self.menu), QAction(_("Paste"), self.menu)
        files.triggered.connect(self.choose)
        paste.triggered.connect(lambda: self._album.paste(self.place))
        self.menu.addActions([files, paste])
        if self._album.photographs:
            self.menu.addSeparator()
        for photograph in self._album.photographs:
            digest = photograph.sha256
            one = QAction(self._album.named(digest).replace("&", "&&"), self.menu)
            one.setIcon(QIcon(small(self._album.small(digest), SIDE, self.devicePixelRatioF())))
            one.setCheckable(True)
            one.setChecked(digest in self._digests)
            one.toggled.connect(partial(self._toggled, digest))
            self.menu.addAction(one)

    @Slot()
    def choose(self) -> None:
        """Ask for files."""
        pattern = " ".join(f"*{ending}" for ending in PICTURES)
        names, _filter = QFileDialog.getOpenFileNames(
            self, _("Add photographs"), "", _("Pictures ({pattern});;All files (*)").format(pattern=pattern)
        )
        self._album.take_files(self.place, tuple(Path(name) for name in names))

    def _toggled(self, digest: str, on: bool) -> None:
        (self._album.hung if on else self._album.taken_off).emit(self.place, digest)

    @Slot()
    def _renew(self) -> None:
        count = len(self._digests)
        words = ngettext("{count} photograph", "{count} photographs", count).format(count=count)
        self.button.setText(words if count else _("Photograph…"))
        self.setVisible(bool(count))
        self.button.setAccessibleName(f"{words if count else _('No photograph')}: {self._what}")
        for number, picture in enumerate(self._pictures):
            there = number < count
            picture.setVisible(there)
            if there:
                digest = self._digests[number]
                picture.setPixmap(small(self._album.small(digest), SIDE, self.devicePixelRatioF()))
                picture.setAccessibleName(_("Photograph {name}").format(name=self._album.named(digest)))


def dropped_pictures(event: QDragEnterEvent | QDropEvent) -> tuple[Path, ...]:
    """The files of a drop, where all of them are pictures by their names; else () and the window sees to it."""
    paths = tuple(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())
    return paths if all(path.suffix.casefold() in PICTURES for path in paths) else ()
