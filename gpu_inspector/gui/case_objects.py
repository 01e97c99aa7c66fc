"""The objects on the table: which is which card, each with its own binding and its own photographs."""

from collections import deque
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStringListModel, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QListView, QVBoxLayout, QWidget

from gpu_inspector.gui.case_binding import BindingForm, short_words
from gpu_inspector.gui.case_firmware import ImageBox
from gpu_inspector.gui.case_intake import Intake, PhotographBox
from gpu_inspector.gui.case_photographs import MOST
from gpu_inspector.gui.case_shelf import Shelf
from gpu_inspector.gui.doors.case import CaseDoors
from gpu_inspector.gui.headline import Notice
from gpu_inspector.gui.subject import Subject
from gpu_inspector.gui.text import safe
from gpu_inspector.gui.worker import Job
from gpu_inspector.language import _
from gpu_inspector.records.appearance import Appearance
from gpu_inspector.workflow.drafts import NamedObject, ObjectDraft
from gpu_inspector.workflow.photographs import Taken

SHOWN_ROWS = 4
"""Objects in sight without scrolling."""


class ObjectsPanel(QWidget):
    """One object is in sight; the list above says of which card, and whether each is bound."""

    changed = Signal()
    shown = Signal(object)
    """What is in sight now (an InSight), or has other photographs than before."""

    def __init__(self, doors: CaseDoors, notice: Notice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doors: Final[CaseDoors] = doors
        self._notice = notice
        self.shelf = Shelf()
        self._filling = False
        self._locked = False
        self._refusals: deque[str] = deque(maxlen=3)
        self.intake = Intake(doors, self)
        self._rows = QStringListModel(self)
        self.list = QListView()
        self.form = BindingForm()
        self.box = PhotographBox()
        self.photographs = self.box.list
        self.images = ImageBox(doors)
        self._lay_out()
        self._connect()
        self._renew()

    # --- what the page asks for

    @property
    def keys(self) -> tuple[str, ...]:
        """Of the objects in the list, in its order."""
        return self.shelf.keys

    def draft_of(self, subject: Subject) -> ObjectDraft:
        return self.shelf.draft(subject.key)

    def objects(self) -> tuple[NamedObject, ...]:
        """All that hold anything."""
        return self.shelf.objects()

    def restore(self, objects: tuple[NamedObject, ...]) -> None:
        """What was typed before."""
        self.shelf.restore(objects)
        self.shelf.adopt()
        self._reshow()

    def show_subjects(self, subjects: tuple[Subject, ...]) -> None:
        """These may be inspected next."""
        self.shelf.choose(subjects)
        for file, key in ((one.file, one.key) for one in subjects if one.key not in self.shelf.labels):
            if file is not None:
                self._look_into(key, file)
        if self.shelf.adopt():
            self.changed.emit()
        self._reshow()

    def show_object(self, key: str) -> None:
        """Bring this object into sight; "" is one that none of the chosen cards is."""
        self.shelf.bring(key)
        self._reshow()

    def give_to_card(self) -> None:
        """What was handed in and looked at without a card is of the one card that is chosen."""
        if self.shelf.adopt(asked=True):
            self.shelf.bring(self.shelf.keys[0])
            self.changed.emit()
            self._reshow()

    def see(self, key: str, seen: Appearance) -> None:
        """What was seen of this object."""
        self.shelf.see(key, seen)
        self._list_rows()
        self.changed.emit()

    def forget_all(self) -> None:
        """A new case."""
        self.shelf.clear()
        self.intake.forget()
        self._reshow()

    def clear_inspected(self, subject: Subject, ordered: ObjectDraft) -> None:
        """This object is in the record; what came after that stays for the next one."""
        late = self.shelf.draft(subject.key).not_in(ordered)
        self.shelf.put(subject.key, late)
        if not late.empty:
            self._notice.warn(
                _("Photographs of {title} came too late for its record; they stay here.").format(title=subject.title)
            )
        self.changed.emit()
        self._reshow()

    def lock(self, locked: bool) -> None:
        self._locked = locked
        self._renew()

    @Slot(tuple)
    def take(self, paths: tuple[Path, ...]) -> None:
        """Add these files as photographs of the object in sight."""
        if self._locked:
            self._notice.warn(_("An inspection is running. Add the photographs when it has ended."))
            return
        self._refusals.clear()
        if not self.intake.take_files(self.shelf.key, paths):
            self._notice.warn(_("These are too many pictures at once. Add them in smaller parts."))

    @Slot(bytes, str)
    def take_bytes(self, data: bytes, name: str) -> None:
        """Add this picture as a photograph of the object in sight."""
        if self._locked:
            self.take(())
        else:
            self.intake.take_bytes(self.shelf.key, data, name)

    @property
    def holds_firmware(self) -> bool:
        """Whether what is in sight can have a vBIOS file of its own: a chosen card or file, and no simulation."""
        return any(one.key == self.shelf.key and not one.simulation for one in self.shelf.subjects)

    # --- what happens

    def _look_into(self, key: str, file: Path) -> None:
        """Ask under which labels the file tells of cards; one that cannot be read is said so by the run."""
        self.shelf.labels[key] = ()
        job = Job(lambda progress: self._doors.labels_in(file), self)
        job.done.connect(lambda labels: self._looked_into(key, labels))
        job.start()

    def _looked_into(self, key: str, labels: object) -> None:
        assert isinstance(labels, tuple)
        self.shelf.labels[key] = labels
        self._reshow()

    @Slot()
    def _typed(self) -> None:
        if self._filling:
            return
        form, draft = self.form, self.shelf.draft(self.shelf.key)
        self._set(replace(draft, binding=form.binding(), serial=form.serial.words, part_number=form.part_number.words))

    @Slot(tuple)
    def _described(self, photographs: tuple[object, ...]) -> None:
        self._set(replace(self.shelf.draft(self.shelf.key), photographs=photographs))  # type: ignore[arg-type]

    @Slot(tuple)
    def _handed_in(self, files: tuple[str, ...]) -> None:
        self._set(replace(self.shelf.draft(self.shelf.key), firmware=files))

    @Slot(str, object)
    def _taken(self, key: str, taken: object) -> None:
        assert isinstance(taken, Taken)
        if self.take_in(key, taken):
            self._notice.tell(
                _("{name} is among the photographs already.").format(name=safe(taken.photograph.name, 60))
            )

    def take_in(self, key: str, taken: Taken) -> bool:
        """One photograph more of this object; True where it has it already."""
        photograph, draft = taken.photograph, self.shelf.draft(key)
        self.photographs.show_small(photograph.sha256, taken.thumbnail)
        if any(one.sha256 == photograph.sha256 for one in draft.photographs):
            return True
        if len(draft.photographs) >= MOST:
            self._notice.warn(_("One object can have {most} photographs.").format(most=MOST))
            return False
        self.shelf.add(key, photograph)
        if key == self.shelf.key and self.shelf.subjects:
            self.photographs.add(photograph)
            self.form.say(self.shelf.draft(key))
            self.shown.emit(self.shelf.look())
        else:
            self.shelf.adopt()
            self._reshow()
        self._list_rows()
        self.changed.emit()
        return False

    @Slot(str)
    def _refuse(self, sentence: str) -> None:
        """Of several pictures, the last sentences stand together."""
        self._refusals.append(sentence)
        self._notice.warn(" ".join(dict.fromkeys(self._refusals)))

    def _set(self, draft: ObjectDraft) -> None:
        self.shelf.put(self.shelf.key, draft)
        self.form.say(draft)
        self._list_rows()
        self.shown.emit(self.shelf.look())
        self.changed.emit()

    # --- how it looks

    def _reshow(self) -> None:
        """Show the object in sight, or the first one where that is gone."""
        shelf = self.shelf
        if shelf.key not in self.keys:
            shelf.key = self.keys[0]
        draft = shelf.draft(shelf.key)
        self._filling = True
        self.form.show_draft(draft, shelf.addresses(shelf.key), safe(shelf.title(shelf.key), 60))
        self.photographs.show_all(draft.photographs)
        self.images.show_files(draft.firmware)
        where = ", ".join(safe(one, 60) for one in shelf.addresses(shelf.key))
        self.box.setTitle(
            _("Photographs of the object at {address}").format(address=where) if where else _("Photographs")
        )
        self._filling = False
        self._list_rows()
        self._renew()
        self.shown.emit(shelf.look())

    def _list_rows(self) -> None:
        shelf = self.shelf
        if shelf.key not in self.keys:  # all that was typed of it was taken back
            self._reshow()
            return
        rows = [f"{shelf.name(key)}\n{short_words(shelf.draft(key), shelf.addresses(key))}" for key in self.keys]
        self._filling = True
        if len(rows) != self._rows.rowCount():
            self._rows.setStringList(rows)
            lines = min(len(rows), SHOWN_ROWS) * (2 * self.fontMetrics().lineSpacing() + 6)
            self.list.setFixedHeight(lines + 2 * self.list.frameWidth() + 4)
        for number, text in enumerate(rows):
            if self._rows.stringList()[number] != text:
                self._rows.setData(self._rows.index(number), text)
        self.list.setCurrentIndex(self._rows.index(self.keys.index(shelf.key)))
        self._filling = False

    @Slot()
    def _chosen(self) -> None:
        row = self.list.currentIndex().row()
        if not self._filling and 0 <= row < len(self.keys) and self.keys[row] != self.shelf.key:
            self.show_object(self.keys[row])

    def _renew(self) -> None:
        for widget in (self.form, self.box, self.images):
            widget.setEnabled(not self._locked)
        shown = next((one for one in self.shelf.subjects if one.key == self.shelf.key), None)
        self.images.setHidden(shown is not None and bool(shown.simulation))  # a simulated card has no firmware

    def _lay_out(self) -> None:
        self.list.setModel(self._rows)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setAccessibleName(_("Objects: one for each chosen card"))
        self.list.setToolTip(_("Each chosen card has its own exhibit tag, photographs and binding"))
        self.list.setSpacing(2)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.list, self.form, self.box, self.images):
            column.addWidget(widget)
        column.addStretch(1)

    def _connect(self) -> None:
        self.list.selectionModel().currentChanged.connect(self._chosen)
        self.form.changed.connect(self._typed)
        self.photographs.changed.connect(self._described)
        self.photographs.wanted.connect(self.intake.want_small)
        self.photographs.serial_found.connect(self.form.take_serial)
        self.photographs.part_found.connect(self.form.take_part_number)
        self.images.changed.connect(self._handed_in)
        self.images.refused.connect(self._notice.warn)
        self.images.told.connect(self._notice.tell)
        self.box.files_wanted.connect(self.take)
        self.box.picture_wanted.connect(self.take_bytes)
        self.box.nothing_there.connect(self._notice.warn)
        self.intake.taken.connect(self._taken)
        self.intake.small.connect(self.photographs.show_small)
        self.intake.refused.connect(self._refuse)
        self.intake.waiting.connect(self.box.say_waiting)
