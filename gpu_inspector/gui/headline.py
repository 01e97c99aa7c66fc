"""The big answers and the line for trouble: each speaks by shape, word and sentence, never by colour alone."""

from PySide6.QtCore import QEvent, Qt, QUrl, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QDesktopServices, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gpu_inspector import settings
from gpu_inspector.gui import theme
from gpu_inspector.gui.signs import NEUTRAL, NOTE, WARNING, Sign, SignView
from gpu_inspector.gui.text import breakable
from gpu_inspector.language import _


def plain_label(text: str = "") -> QLabel:
    """A label that shows its text as it is: what a card says must never be taken for HTML."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setMinimumWidth(1)
    return label


def enlarge(label: QLabel, times: float, *, bold: bool = False) -> None:
    """Set a label larger than the system's own text."""
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * times)
    font.setBold(bold)
    label.setFont(font)


def tint(label: QLabel, tone: str, colours: theme.Colours) -> None:
    """Set a label in a colour of the theme; does nothing where it has it already."""
    colour = QColor(getattr(colours, tone))
    palette = label.palette()
    label.setForegroundRole(QPalette.ColorRole.WindowText)  # on a "base" ground Qt would take another one
    if palette.color(QPalette.ColorRole.WindowText) != colour:
        palette.setColor(QPalette.ColorRole.WindowText, colour)
        label.setPalette(palette)


class Headline(QFrame):
    """One of the three answers: which question, the sign, the word, the sentence."""

    def __init__(self, question: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = NEUTRAL
        self._view = SignView(30)
        self._question = plain_label(question)
        self.word = plain_label()
        self.meaning = plain_label()
        enlarge(self.word, 1.5, bold=True)
        self.word.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        line = QHBoxLayout()
        line.addWidget(self._view)
        line.addWidget(self.word, 1)
        layout = QVBoxLayout(self)
        layout.setSpacing(4)
        layout.addWidget(self._question)
        layout.addLayout(line)
        layout.addWidget(self.meaning)
        layout.addStretch(1)

    def say(self, sign: Sign, word: str, meaning: str) -> None:
        self._sign = sign
        self._view.show_sign(sign)
        self.word.setText(word)
        self.meaning.setText(breakable(meaning))
        self.setAccessibleName(f"{self._question.text()}: {word}. {meaning}")
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        colours = theme.of(self.palette())
        tint(self.word, self._sign[1], colours)
        tint(self._question, "muted", colours)


class Notice(QFrame):
    """One sentence in the window, where other programs would open a box; hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = SignView(20)
        self.label = plain_label()
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.log_button = QPushButton(_("Open log"))
        self.log_button.setToolTip(_("Show the file that the trace of a defect was written to"))
        self.log_button.clicked.connect(self._open_log)
        self.log_button.hide()
        layout = QHBoxLayout(self)
        layout.addWidget(self._view, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.log_button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def text(self) -> str:
        return self.label.text()

    def warn(self, sentence: str) -> None:
        self._say(sentence, WARNING)

    def tell(self, sentence: str) -> None:
        self._say(sentence, NOTE)

    def clear(self) -> None:
        self.label.clear()
        self.hide()

    def _say(self, sentence: str, sign: Sign) -> None:
        self._view.show_sign(sign)
        self.label.setText(breakable(sentence))
        self.setAccessibleName(sentence)
        # Only the sentence on a defect names the log.
        self.log_button.setVisible(str(settings.log_path()) in sentence)
        self.setVisible(bool(sentence))
        if sentence:
            # A screen reader speaks it at once: the focus stays where it is.
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    @Slot()
    def _open_log(self) -> None:
        path = settings.log_path()
        if not path.exists() or not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self.warn(_("This system opens no such file by itself. The log is {path}.").format(path=path))


def sheet(heading: QLabel, text: QLabel) -> QWidget:
    """What stands where there is no card to show."""
    enlarge(heading, 1.6)
    enlarge(text, 1.1)
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(80, 0, 80, 0)
    layout.setSpacing(18)
    layout.addStretch(2)
    layout.addWidget(heading)
    layout.addWidget(text)
    layout.addStretch(3)
    return page
