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
from gpu_inspector.gui.doors.case import CaseDoors
from gpu_inspector.gui.headline import Notice
from gpu_inspector.gui.subject import Subject
from gpu_inspector.gui.text import safe
from gpu_inspector.gui.worker import Job
from gpu_inspector.language import _
from gpu_inspector.workflow.drafts import NamedObject, ObjectDraft
from gpu_inspector.workflow.photographs import Taken

NO_CARD = ""
"""The key of what was handed in before any card was chosen."""
NOTHING = ObjectDraft()
SHOWN_ROWS = 4
"""Objects in sight without scrolling."""


class ObjectsPanel(QWidget):
    """One object is in sight; the list above says of which card, and whether each is bound."""

    changed = Signal()

    def __init__(self, doors: CaseDoors, notice: Notice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doors: Final[CaseDoors] = doors
        self._notice = notice
        self._subjects: tuple[Subject, ...] = ()
        self._drafts: dict[str, ObjectDraft] = {}
        self._titles: dict[str, str] = {}
        self._labels: dict[str, tuple[str, ...]] = {}
        self._key = NO_CARD
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
        pending = () if self._subjects and self._draft(NO_CARD).empty else (NO_CARD,)
        return (*(subject.key for subject in self._subjects), *pending)

    def draft_of(self, subject: Subject) -> ObjectDraft:
        return self._draft(subject.key)

    def objects(self) -> tuple[NamedObject, ...]:
        """All that hold anything."""
        return tuple(
            NamedObject(key=key, title=self._titles.get(key, ""), draft=draft)
            for key, draft in self._drafts.items()
            if not draft.empty
        )

    def restore(self, objects: tuple[NamedObject, ...]) -> None:
        """What was typed before; that an object is a card at an address is to be said anew: cards may have moved."""
        for one in objects:
            self._drafts[one.key] = replace(one.draft, binding=replace(one.draft.binding, address=""))
            self._titles[one.key] = one.title
        self._adopt()
        self._reshow()

    def show_subjects(self, subjects: tuple[Subject, ...]) -> None:
        """These may be inspected next."""
        self._subjects = subjects
        for subject in subjects:
            before, self._titles[subject.key] = self._titles.get(subject.key, subject.title), subject.title
            draft = self._draft(subject.key)
            if before != subject.title and draft.binding.address:  # another card sits there now
                self._drafts[subject.key] = replace(draft, binding=replace(draft.binding, address=""))
            if subject.file is not None and subject.key not in self._labels:
                self._look_into(subject.key, subject.file)
        self._adopt()
        self._reshow()

    def forget_all(self) -> None:
        """A new case."""
        self._drafts.clear()
        self.intake.forget()
        self._reshow()

    def clear_inspected(self, subject: Subject, ordered: ObjectDraft) -> None:
        """This object is in the record; what came after that stays for the next one."""
        late = self._draft(subject.key).not_in(ordered)
        self._drafts[subject.key] = late
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
        if not self.intake.take_files(self._key, paths):
            self._notice.warn(_("These are too many pictures at once. Add them in smaller parts."))

    @Slot(bytes, str)
    def take_bytes(self, data: bytes, name: str) -> None:
        """Add this picture as a photograph of the object in sight."""
        if self._locked:
            self.take(())
        else:
            self.intake.take_bytes(self._key, data, name)

    @property
    def holds_firmware(self) -> bool:
        """Whether what is in sight can have a vBIOS file of its own: a chosen card or file, and no simulation."""
        return any(one.key == self._key and not one.simulation for one in self._subjects)

    # --- what happens

    def _draft(self, key: str) -> ObjectDraft:
        return self._drafts.get(key, NOTHING)

    def _addresses(self, key: str) -> tuple[str, ...]:
        subject = next((one for one in self._subjects if one.key == key), None)
        if subject is None:
            return ()
        return self._labels.get(key, ()) if subject.file is not None else (subject.address,)

    def _look_into(self, key: str, file: Path) -> None:
        """Ask under which labels the file tells of cards; one that cannot be read is said so by the run."""
        self._labels[key] = ()
        job = Job(lambda progress: self._doors.labels_in(file), self)
        job.done.connect(lambda labels: self._looked_into(key, labels))
        job.start()

    def _adopt(self) -> None:
        """What was handed in before a card was chosen belongs to the one card that is chosen now."""
        if len(self._subjects) == 1 and not self._draft(NO_CARD).empty:
            key = self._subjects[0].key
            self._drafts[key] = self._draft(key).with_(self._drafts.pop(NO_CARD))
            self.changed.emit()

    def _looked_into(self, key: str, labels: object) -> None:
        assert isinstance(labels, tuple)
        self._labels[key] = labels
        self._reshow()

    @Slot()
    def _typed(self) -> None:
        if self._filling:
            return
        form, draft = self.form, self._draft(self._key)
        self._set(replace(draft, binding=form.binding(), serial=form.serial.words, part_number=form.part_number.words))

    @Slot(tuple)
    def _described(self, photographs: tuple[object, ...]) -> None:
        self._set(replace(self._draft(self._key), photographs=photographs))  # type: ignore[arg-type]

    @Slot(tuple)
    def _handed_in(self, files: tuple[str, ...]) -> None:
        self._set(replace(self._draft(self._key), firmware=files))

    @Slot(str, object)
    def _taken(self, key: str, taken: object) -> None:
        assert isinstance(taken, Taken)
        photograph, draft = taken.photograph, self._draft(key)
        self.photographs.show_small(photograph.sha256, taken.thumbnail)
        if any(one.sha256 == photograph.sha256 for one in draft.photographs):
            self._notice.tell(_("{name} is among the photographs already.").format(name=safe(photograph.name, 60)))
        elif len(draft.photographs) >= MOST:
            self._notice.warn(_("One object can have {most} photographs.").format(most=MOST))
        else:
            self._drafts[key] = replace(draft, photographs=(*draft.photographs, photograph))
            if key == self._key and self._subjects:
                self.photographs.add(photograph)
                self.form.say(self._drafts[key])
            else:
                self._adopt()
                self._reshow()
            self._list_rows()
            self.changed.emit()

    @Slot(str)
    def _refuse(self, sentence: str) -> None:
        """Of several pictures, the last sentences stand together."""
        self._refusals.append(sentence)
        self._notice.warn(" ".join(dict.fromkeys(self._refusals)))

    def _set(self, draft: ObjectDraft) -> None:
        self._drafts[self._key] = draft
        self.form.say(draft)
        self._list_rows()
        self.changed.emit()

    # --- how it looks

    def _reshow(self) -> None:
        """Show the object in sight, or the first one where that is gone."""
        if self._key not in self.keys:
            self._key = self.keys[0]
        draft = self._draft(self._key)
        self._filling = True
        self.form.show_draft(draft, self._addresses(self._key), safe(self._titles.get(self._key, ""), 60))
        self.photographs.show_all(draft.photographs)
        self.images.show_files(draft.firmware)
        where = ", ".join(safe(one, 60) for one in self._addresses(self._key))
        self.box.setTitle(
            _("Photographs of the object at {address}").format(address=where) if where else _("Photographs")
        )
        self._filling = False
        self._list_rows()
        self._renew()

    def _list_rows(self) -> None:
        rows = []
        for key in self.keys:
            subject = next((one for one in self._subjects if one.key == key), None)
            name = f"{subject.title}, {subject.detail}" if subject is not None else _("No card is chosen yet")
            rows.append(f"{name}\n{short_words(self._draft(key), self._addresses(key))}")
        self._filling = True
        if len(rows) != self._rows.rowCount():
            self._rows.setStringList(rows)
            lines = min(len(rows), SHOWN_ROWS) * (2 * self.fontMetrics().lineSpacing() + 6)
            self.list.setFixedHeight(lines + 2 * self.list.frameWidth() + 4)
        for number, text in enumerate(rows):
            if self._rows.stringList()[number] != text:
                self._rows.setData(self._rows.index(number), text)
        self.list.setCurrentIndex(self._rows.index(self.keys.index(self._key)))
        self._filling = False

    @Slot()
    def _chosen(self) -> None:
        row = self.list.currentIndex().row()
        if not self._filling and 0 <= row < len(self.keys) and self.keys[row] != self._key:
            self._key = self.keys[row]
            self._reshow()

    def _renew(self) -> None:
        for widget in (self.form, self.box, self.images):
            widget.setEnabled(not self._locked)
        shown = next((one for one in self._subjects if one.key == self._key), None)
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
