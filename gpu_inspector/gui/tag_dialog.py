"""Which tags are wanted of an inspection, where they are written to, and the way to a printer."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths, Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gpu_inspector.gui import inspections
from gpu_inspector.gui.doors.verdict import VerdictDoors
from gpu_inspector.gui.forms import named
from gpu_inspector.gui.headline import Notice, plain_label
from gpu_inspector.gui.inspections import Shown
from gpu_inspector.gui.settings_panels import push
from gpu_inspector.gui.text import safe
from gpu_inspector.gui.worker import Job, Task
from gpu_inspector.language import N_, _
from gpu_inspector.records.custody import What
from gpu_inspector.workflow.tagging import MOST_COPIES, PLACES, SIZES, Made, Wish

SAID = N_(
    "A tag bears a code that leads back to this inspection. It carries no verdict and no signature: the signed report"
    " is the proof. Print it at 100 %, without fitting to the page."
)
TOLD = {
    "62x29": N_("Label of 62 x 29 mm"),
    "57x32": N_("Label of 57 x 32 mm"),
    "89x36": N_("Label of 89 x 36 mm"),
    "100x62": N_("Label of 100 x 62 mm"),
    "a4-sheet": N_("A4 sheet, 24 labels of 70 x 37 mm"),
    "letter-sheet": N_("Letter sheet, 30 labels of 2 5/8 x 1 inch"),
}


class TagDialog(QDialog):
    """The tags of one inspection."""

    def __init__(self, doors: VerdictDoors, shown: Shown, parent: QWidget) -> None:
        super().__init__(parent)
        self._doors: Final = doors
        self._shown: Final = shown
        self._busy: Job | None = None
        self.setWindowTitle(_("Print tags of inspection {number}").format(number=shown.done.entry.seq))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.notice = Notice()
        self.card, self.size_box = QComboBox(), QComboBox()
        self.copies, self.start = QSpinBox(), QSpinBox()
        self.serial = QCheckBox(_("&Print the serial that the card claims"))
        self.save_button = push(_("&Save as PDF…"), _("Write the tags to a file"))
        self.print_button = push(_("Preview and p&rint…"), _("Show the tags as they come out, and print them"))
        self.close_button = push(_("&Close"), _("Close without printing (Esc)"))
        self._furnish()
        self._lay_out()
        self.size_box.currentIndexChanged.connect(self._bound_start)
        self.save_button.clicked.connect(self.choose_place)
        self.print_button.clicked.connect(self.print_tags)
        self.close_button.clicked.connect(self.close)
        self._bound_start()

    @property
    def wish(self) -> Wish:
        """What is chosen."""
        return Wish(
            size=self.size_box.currentData(),
            card=self.card.currentData(),
            copies=self.copies.value(),
            start=self.start.value(),
            serial=self.serial.isChecked(),
        )

    @Slot()
    def choose_place(self) -> None:
        """Ask where the tags are to be written to."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = f"tag-{self._shown.done.entry.seq}.pdf"
        path, _kind = QFileDialog.getSaveFileName(self, _("Save tags as"), str(Path(folder) / name), "PDF (*.pdf)")
        if path:
            self.save(Path(path) if Path(path).suffix else Path(path).with_suffix(".pdf"))

    def save(self, target: Path) -> None:
        """Write the tags there."""
        done, wish = self._shown.done, self.wish
        self._work(lambda progress: self._doors.save_tags(done, wish, target), partial(self._saved, target))

    @Slot()
    def print_tags(self) -> None:
        """Show the labels as they come out; from there they are printed."""
        done, wish = self._shown.done, self.wish
        self._work(lambda progress: self._doors.tags(done, wish), self._preview)

    def _work(self, task: Task, take: Callable[[object], object]) -> None:
        if self._busy is not None:
            return
        self.notice.clear()
        self._busy = job = Job(task, self)
        job.done.connect(take)
        job.failed.connect(self.notice.warn)
        job.ended.connect(self._ended)
        self._renew()
        job.start()

    @Slot()
    def _ended(self) -> None:
        self._busy = None
        self._renew()

    def _renew(self) -> None:
        for button in (self.save_button, self.print_button, self.close_button):
            button.setEnabled(self._busy is None)

    def reject(self) -> None:
        """Esc and the system's own button: not while something is being written."""
        if self._busy is None:
            super().reject()

    def _saved(self, target: Path, remark: object) -> None:
        said = _("Saved as {path}.").format(path=safe(str(target)))
        self.notice.tell(f"{said} {safe(str(remark), 1000)}".strip())

    def _preview(self, made: object) -> None:
        from gpu_inspector.gui.tag_paint import preview

        assert isinstance(made, Made)
        dialog = preview(made, self)
        dialog.accepted.connect(partial(self._printed, made))
        dialog.open()

    def _printed(self, made: Made) -> None:
        number = made.entry.seq
        job = Job(lambda progress: self._doors.note(What.PRINTED, number, f"{made.labels} tags"), self)
        job.done.connect(lambda why: self.notice.warn(safe(str(why))) if why else None)
        job.start()

    @Slot()
    def _bound_start(self) -> None:
        """Only a sheet has places to begin at."""
        places = PLACES[self.size_box.currentData()]
        self.start.setRange(1, places)
        self.start.setEnabled(places > 1)

    def _furnish(self) -> None:
        judged = self._shown.cards
        if len(judged) > 1:
            self.card.addItem(_("All {count} cards").format(count=len(judged)), None)
        for number, one in enumerate(judged):
            self.card.addItem(safe(inspections.entry_of(number, len(judged), one), 120), number + 1)
        for name in SIZES:
            self.size_box.addItem(_(TOLD[name]), name)
        named(self.card, _("Cards that get a tag"))
        named(self.size_box, _("Size of the tags"))
        self.card.setToolTip(_("Which card of the inspection gets a tag, or all of them"))
        self.size_box.setToolTip(_("The labels that are in the printer"))
        self.copies.setRange(1, MOST_COPIES)
        for field, name, tip in (
            (self.copies, _("Copies of each tag"), _("How often each tag is printed")),
            (self.start, _("First free place"), _("Of a sheet, counted along its rows")),
        ):
            field.setAccessibleName(name)
            field.setToolTip(tip)
        self.serial.setToolTip(_("Off, since a tag travels past many eyes"))

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for label, field in (
            (_("C&ard"), self.card),
            (_("Si&ze"), self.size_box),
            (_("C&opies"), self.copies),
            (_("&First place"), self.start),
        ):
            form.addRow(label, field)
        form.addRow("", self.serial)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.print_button, self.save_button, self.close_button):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addWidget(self.notice)
        layout.addWidget(plain_label(_(SAID)))
        layout.addLayout(form)
        layout.addStretch(1)
        layout.addLayout(buttons)
        self.resize(520, self.sizeHint().height())
