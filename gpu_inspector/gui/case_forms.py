"""Fields of the case's forms, and whose case it is: every text is bounded, and a picture is never typed into one."""

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)

from gpu_inspector.gui.forms import LONGEST
from gpu_inspector.gui.pictures import holds_pictures
from gpu_inspector.language import _
from gpu_inspector.records.declaration import Case

LABEL_WIDTH = 13
"""Characters of a form's labels: forms above each other keep one line."""
LONGEST_NOTE = 3000
"""Characters; as many as the report prints."""


def sound(text: str) -> str:
    """Without blanks around it; half of a surrogate pair, which no record can hold, becomes "?"."""
    return text.strip().encode("utf-8", "replace").decode()


class _WheelPasses(QObject):
    """Hands the mouse wheel on to the page: who scrolls must not change what was declared."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Wheel:
            return False
        event.ignore()
        return True


def let_wheel_pass(field: QWidget) -> None:
    """The wheel scrolls the page over this field, and never changes it."""
    field.installEventFilter(_WheelPasses(field))


class Line(QLineEdit):
    """A field of one line. Dropped files and pasted pictures are for the page, not for a field."""

    def __init__(self, name: str, hint: str = "", tip: str = "", longest: int = LONGEST) -> None:
        super().__init__()
        self.setMaxLength(longest)
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setToolTip(tip)
        self.setAcceptDrops(False)

    @property
    def words(self) -> str:
        return sound(self.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste) and holds_pictures():
            event.ignore()
        else:
            super().keyPressEvent(event)


class Note(QPlainTextEdit):
    """A few lines of free text; the Tab key leads out of it."""

    full = Signal()
    """More was typed or pasted than it holds; the rest was cut off."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * 4 + 12)
        self.textChanged.connect(self._bound)

    @property
    def words(self) -> str:
        return sound(self.toPlainText())[:LONGEST_NOTE]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste) and holds_pictures():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if source.hasText():
            self.insertPlainText(source.text()[: LONGEST_NOTE + 1])

    @Slot()
    def _bound(self) -> None:
        if self.document().characterCount() - 1 > LONGEST_NOTE:
            self.setPlainText(self.toPlainText()[:LONGEST_NOTE])
            self.full.emit()


class Form(QGroupBox):
    """Labelled fields; a label's Alt key leads into its field."""

    changed = Signal()
    """Something was typed, or filled in."""
    full = Signal(int)
    """A field was given more characters than this many."""
    said = Signal(str)
    """A sentence on what was typed."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.rows = QFormLayout(self)
        self.rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.rows.setVerticalSpacing(5)

    def add(self, label: str, field: QWidget, *beside: QWidget) -> None:
        """One row: the label leads to `field`; further widgets stand beside it."""
        name = QLabel(label)
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setBuddy(field)
        name.setMinimumWidth(name.fontMetrics().averageCharWidth() * LABEL_WIDTH)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(field, 1)
        for widget in beside:
            row.addWidget(widget, int(isinstance(widget, Line)))
        self.rows.addRow(name, row)
        for widget in (field, *beside):
            self._listen(widget)

    def _listen(self, widget: QWidget) -> None:
        if isinstance(widget, Line):
            widget.textChanged.connect(self.changed)
            widget.inputRejected.connect(lambda: self.full.emit(widget.maxLength()))
        elif isinstance(widget, Note):
            widget.textChanged.connect(self.changed)
            widget.full.connect(lambda: self.full.emit(LONGEST_NOTE))
        elif isinstance(widget, QSpinBox):
            widget.valueChanged.connect(self.changed)
        elif isinstance(widget, QCheckBox):
            widget.toggled.connect(self.changed)


class CaseForm(Form):
    """Who looks, for which file, where."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Case"), parent)
        self.number = Line(_("Number of the case"))
        self.inspector = Line(_("Inspector"))
        self.office = Line(_("Office"))
        self.place = Line(_("Place"), _("where the inspection is made"))
        self.seals = Line(_("Numbers of the seals"), _("found: …; put on: …"))
        self.note = Note(_("Note for the report"))
        self.add(_("Case &number"), self.number)
        self.add(_("Inspec&tor"), self.inspector)
        self.add(_("O&ffice"), self.office)
        self.add(_("P&lace"), self.place)
        self.add(_("&Seals"), self.seals)
        self.add(_("Not&e"), self.note)

    def case(self) -> Case:
        """Without what binds one object."""
        return Case(
            number=self.number.words,
            inspector=self.inspector.words,
            office=self.office.words,
            place=self.place.words,
            seals=self.seals.words,
            note=self.note.words,
        )

    def fill(self, case: Case) -> None:
        """Show this in place of what stands here."""
        self.number.setText(case.number)
        self.inspector.setText(case.inspector)
        self.office.setText(case.office)
        self.place.setText(case.place)
        self.seals.setText(case.seals)
        self.note.setPlainText(case.note)
