"""Templates of an office: one line to choose, keep and delete what is typed again and again."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QWidget

from gpu_inspector.gui.doors.case import CaseDoors
from gpu_inspector.gui.forms import named
from gpu_inspector.gui.twice import TwiceButton
from gpu_inspector.gui.worker import Job
from gpu_inspector.language import _
from gpu_inspector.workflow.templates import LONGEST_NAME, Shelf, Template


class TemplateBar(QWidget):
    """A name, and what is to be done with the template of that name."""

    chosen = Signal(object)
    """The Template that is to be filled in."""
    said = Signal(str)
    """A sentence."""
    failed = Signal(str)

    def __init__(self, doors: CaseDoors, make: Callable[[str], Template], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doors: Final[CaseDoors] = doors
        self._make: Final = make
        self._templates: dict[str, Template] = {}
        self._job: Job | None = None
        self.name = QComboBox()
        self.use_button = QPushButton(_("Fill in"))
        self.keep_button = TwiceButton(_("&Keep"), _("Replace it? Press again"))
        self.delete_button = TwiceButton(_("&Delete"), _("Delete? Press again"))
        self._furnish()
        self._renew()

    def start(self) -> None:
        """Fetch what there is."""
        self._do(self._doors.templates, "")

    @property
    def _typed(self) -> str:
        return self.name.currentText().strip().encode("utf-8", "replace").decode()

    @Slot()
    def _use(self) -> None:
        if self._typed in self._templates:
            self.chosen.emit(self._templates[self._typed])

    @Slot()
    def _keep(self) -> None:
        template = self._make(self._typed)
        self._do(
            lambda: self._doors.save_template(template), _("The template {name} is kept.").format(name=self._typed)
        )

    @Slot()
    def _delete(self) -> None:
        name = self._typed
        self._do(lambda: self._doors.delete_template(name), _("The template {name} is deleted.").format(name=name))

    def _do(self, act: Callable[[], Shelf], sentence: str) -> None:
        if self._job is not None:
            return
        self._job = Job(lambda progress: act(), self)
        self._job.done.connect(lambda shelf: self._show(shelf, sentence))
        self._job.failed.connect(self.failed)
        self._job.ended.connect(self._done)
        self._job.start()

    def _show(self, shelf: object, sentence: str) -> None:
        assert isinstance(shelf, Shelf)
        self._templates = {one.name: one for one in shelf.templates}
        text = self._typed
        self.name.clear()
        self.name.addItems(list(self._templates))
        self.name.setCurrentIndex(-1)
        self.name.setEditText(text if text in self._templates else "")
        if shelf.trouble:
            self.failed.emit(shelf.trouble)
        elif sentence:
            self.said.emit(sentence)

    @Slot()
    def _done(self) -> None:
        self._job = None
        self._renew()

    @Slot()
    def _renew(self) -> None:
        """Let be used what can be used now."""
        known = self._typed in self._templates
        self.use_button.setEnabled(known)
        self.delete_button.setEnabled(known)
        self.keep_button.setEnabled(bool(self._typed))
        self.keep_button.needs_asking = known
        self.keep_button.calm()
        self.delete_button.calm()

    def _furnish(self) -> None:
        label = QLabel(_("Template"))
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setBuddy(self.name)
        named(self.name, _("Name of a template"))
        self.name.setEditable(True)
        self.name.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.name.setMinimumContentsLength(18)
        field = self.name.lineEdit()
        assert field is not None
        field.setMaxLength(LONGEST_NAME)
        field.setAcceptDrops(False)
        field.setPlaceholderText(_("choose, or name a new one"))
        field.setAccessibleName(_("Name of a template"))
        self.name.setToolTip(_("Office, place and what the usual papers declare, under a name"))
        self.use_button.setToolTip(_("Put what this template holds into the fields below"))
        self.keep_button.setToolTip(
            _("Keep office, place, and what the usual papers say of goods and way under this name")
        )
        self.delete_button.setToolTip(_("Delete this template"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label)
        row.addWidget(self.name, 1)
        for button in (self.use_button, self.keep_button, self.delete_button):
            row.addWidget(button)
        self.name.editTextChanged.connect(self._renew)
        self.use_button.clicked.connect(self._use)
        self.keep_button.confirmed.connect(self._keep)
        self.delete_button.confirmed.connect(self._delete)
