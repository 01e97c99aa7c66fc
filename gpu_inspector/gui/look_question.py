"""One question of the examination: what is asked, what tells, three answers, a note, photographs."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gpu_inspector.gui import theme
from gpu_inspector.gui.case_forms import Line
from gpu_inspector.gui.headline import enlarge, plain_label, tint
from gpu_inspector.gui.look_album import Album, PhotoStrip, dropped_pictures
from gpu_inspector.gui.look_choice import ANSWERS, ChoiceRow
from gpu_inspector.language import _
from gpu_inspector.records.appearance import Answered, Seen
from gpu_inspector.records.checklist import Question


class NumberDot(QWidget):
    """The number of a question, as it stands in the drawing."""

    SIDE = 24

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self.SIDE, self.SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = QColor(theme.of(self.palette()).calm)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 1.6))
        painter.drawEllipse(QRectF(1, 1, self.SIDE - 2, self.SIDE - 2))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._number))
        painter.end()


class QuestionView(QFrame):
    """Says which answer was given; `show_answer` says what stands."""

    answered = Signal(str, object)
    """The question's id, and a Seen; None where the answer was taken back."""
    noted = Signal(str, str)
    done = Signal(str)
    """This question was answered by key: the next one may have the keys."""
    refused = Signal(str)

    def __init__(self, question: Question, number: int, album: Album, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question = question
        self._album = album
        self._answer: Answered | None = None
        asks = _(question.asks)
        self.asks, self.look = plain_label(asks), plain_label(_(question.look))
        enlarge(self.asks, 1.0, bold=True)
        self.choice = ChoiceRow(asks, ANSWERS)
        self.note = Line(_("Note: {question}").format(question=asks), _("what was seen"))
        self.strip = PhotoStrip(album, question.id, asks)
        self._lay_out(NumberDot(number))
        self.choice.chosen.connect(self._chosen)
        self.choice.keyed.connect(self._keyed)
        self.note.textEdited.connect(lambda _text: self.noted.emit(self.question.id, self.note.words))
        self.note.returnPressed.connect(lambda: self.done.emit(self.question.id))
        self.setAcceptDrops(True)
        self.show_answer(None)
        self._dress()

    def show_answer(self, answer: Answered | None) -> None:
        """What stands in the record; note and photographs belong to an answer, and come with it."""
        self._answer = answer
        self.choice.show_value(answer.seen.value if answer is not None else "")
        self.note.setVisible(answer is not None)
        self.strip.button.setVisible(answer is not None)
        self.strip.show_digests(answer.photographs if answer is not None else ())
        if answer is not None:
            if answer.note != self.note.words:
                self.note.setText(answer.note)
        else:
            self.note.clear()

    def begin(self) -> None:
        """Have the keys, on the answer that stands or on the first one."""
        down = next((button for button in self.choice.buttons if button.isChecked()), self.choice.buttons[0])
        down.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot(str)
    def _chosen(self, value: str) -> None:
        if not value and self._answer is not None and (self._answer.note or self._answer.photographs):
            self.choice.show_value(self._answer.seen.value)
            self.refused.emit(
                _("This answer has a note or photographs. Take them away first, or choose another answer.")
            )
            return
        self.answered.emit(self.question.id, Seen(value) if value else None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Figures answer from anywhere in the question but its note."""
        if not self.choice.press(event):
            super().keyPressEvent(event)

    @Slot(str)
    def _keyed(self, value: str) -> None:
        if value == Seen.DEVIATES.value:
            self.note.setFocus(Qt.FocusReason.TabFocusReason)  # what deviates wants words
        elif value:
            self.done.emit(self.question.id)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_pictures(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Photographs hang where they are dropped."""
        event.acceptProposedAction()
        self._album.take_files(self.question.id, dropped_pictures(event))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        tint(self.look, "muted", theme.of(self.palette()))

    def _lay_out(self, dot: NumberDot) -> None:
        self.setFrameShape(QFrame.Shape.StyledPanel)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(self.asks)
        words.addWidget(self.look)
        above, below = QHBoxLayout(), QHBoxLayout()
        above.addWidget(dot, 0, Qt.AlignmentFlag.AlignTop)
        above.addLayout(words, 1)
        below.addWidget(self.note, 1)
        below.addWidget(self.strip.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addLayout(above)
        column.addWidget(self.choice)
        column.addLayout(below)
        column.addWidget(self.strip)
