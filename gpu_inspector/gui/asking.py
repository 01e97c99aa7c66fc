"""Passphrases and PINs: a worker asks, the person types into the window, and the work goes on.

The window stays alive meanwhile: a panel lies over the page, and whoever asks waits in a thread of its own. A secret
is held until the work that asked for it is over. Where it is wished, and only after the key was opened with it, it is
held in memory until the window closes, the choice of the key changes, or nobody wanted it for half an hour. One that
turned out wrong is never tried again by itself: cards lock after a few.
"""

import threading
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import QApplication, QCheckBox, QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.held import Memory
from gpu_inspector.gui.text import breakable, safe
from gpu_inspector.gui.worker import Job
from gpu_inspector.language import N_, _

Ask = Callable[[str], str | None]
"""Gets the sentence of what is wanted and gives the secret, or None where nobody gives it. Called in a worker."""
LOOK_S = 0.2
WIDTH = 560
"""Pixels of the panel, where the window has so many."""
LONGEST = 1024
"""Characters of a secret."""
TYPE = N_("It opens the key, and goes nowhere else. Enter goes on, Esc gives none.")


class _Question:
    """One secret that is wanted, and who waits for it; its text shows in no trace."""

    __slots__ = ("again", "answered", "keep", "secret", "wanted")

    def __init__(self, wanted: str, again: bool) -> None:
        self.wanted, self.again = wanted, again
        self.answered = threading.Event()
        self.secret: str | None = None
        self.keep = False


class Inquiry:
    """What one piece of work asks for. `settle` says whether it came to its end, so that what was typed was right."""

    def __init__(self, panel: "Asking") -> None:
        self._panel = panel
        self._given: dict[str, str | None] = {}
        """What was asked, with the secret where it is to be held from now on."""
        self._over = False

    def __call__(self, wanted: str) -> str | None:
        """The secret; None where nobody gives one. Waits for the person, in a worker's thread alone."""
        again = wanted in self._given
        if again:
            self._panel.memory.drop(wanted)  # it was given, and asked for once more: it was wrong
        held = None if again else self._panel.memory.get(wanted)
        if held is not None:
            self._given[wanted] = None
            return held
        secret, keep = self._panel.wait_for(wanted, again=again)
        self._given[wanted] = secret if keep else None
        return secret

    def follow(self, job: Job) -> None:
        """Settle when the job ends."""
        job.done.connect(lambda _result: self.settle(well=True))
        job.failed.connect(lambda _sentence: self.settle(well=False))
        job.stopped.connect(lambda: self.settle(well=False))

    def settle(self, *, well: bool) -> None:
        """The work is over: hold what was wished, or forget what did not serve."""
        if self._over:
            return
        self._over = True
        for wanted, secret in self._given.items():
            if not well:
                self._panel.memory.drop(wanted)
            elif secret is not None:
                self._panel.memory.put(wanted, secret)
            self._panel.tried(wanted)
        self._given.clear()


class Asking(QFrame):
    """The panel over the page: one question at a time, in the order in which they came."""

    _asked = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.memory = Memory()
        self._closed = threading.Event()
        self._waiting: deque[_Question] = deque()
        self._current: _Question | None = None
        self._trying: list[str] = []
        """What was answered to be held, and is being tried now: who asks the same waits for how that ends."""
        self._before: QWidget | None = None
        self.wanted, self.about = plain_label(), plain_label(_(TYPE))
        self.field = QLineEdit()
        self.keep = QCheckBox(_("Hold it until this window closes (Ctrl+K)"))
        self.go_on, self.refuse_button = QPushButton(_("Go on")), QPushButton(_("Give none"))
        self._furnish()
        self._asked.connect(self._take, Qt.ConnectionType.QueuedConnection)
        parent.installEventFilter(self)
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether a question is on the screen."""
        return self._current is not None

    def inquiry(self) -> Inquiry:
        """For one piece of work."""
        return Inquiry(self)

    def wait_for(self, wanted: str, *, again: bool = False) -> tuple[str | None, bool]:
        """In a worker: ask, and wait. The secret or None, and whether it is to be held."""
        question = _Question(wanted, again)
        if self._closed.is_set():
            return None, False
        self._asked.emit(question)
        while not question.answered.wait(LOOK_S):
            if self._closed.is_set():
                return None, False
        secret, question.secret = question.secret, None
        return secret, question.keep

    def tried(self, wanted: str) -> None:
        """What was answered to be held was used: whoever waited for that is looked after now."""
        if wanted in self._trying:
            self._trying.remove(wanted)
        self._next()

    def forget(self) -> None:
        """Hold nothing any more."""
        self.memory.drop()

    def close_for_good(self) -> None:
        """The window closes: everybody gets none, and nothing is held."""
        self._closed.set()
        self.forget()
        while self._waiting:
            self._waiting.popleft().answered.set()
        self.refuse()

    @Slot()
    def answer(self) -> None:
        """Hand over what was typed."""
        typed = self.field.text()
        if self._current is not None and typed:
            self._end(typed, keep=self.keep.isChecked())

    @Slot()
    def refuse(self) -> None:
        """Hand over nothing."""
        if self._current is not None:
            self._end(None, keep=False)

    @Slot(object)
    def _take(self, question: object) -> None:
        assert isinstance(question, _Question)
        if self._closed.is_set():
            question.answered.set()
            return
        if question.again and question.wanted in self._trying:
            self._trying.remove(question.wanted)  # its answer was tried, and was wrong
        self._waiting.append(question)
        self._next()

    def _next(self) -> None:
        """Show the question that waits longest, or answer it where its secret is held by now."""
        for question in tuple(self._waiting):
            if self._current is not None or question.wanted in self._trying:
                continue
            self._waiting.remove(question)
            held = self.memory.get(question.wanted)
            if held is not None:
                question.secret = held
                question.answered.set()
            else:
                self._show(question)

    def _show(self, question: _Question) -> None:
        self._current = question
        self.wanted.setText(breakable(safe(question.wanted)))
        self.field.setAccessibleName(safe(question.wanted))
        self.field.setText("")
        self.keep.setChecked(False)
        self._before = QApplication.focusWidget()
        self.show()
        self._place()
        self.raise_()
        self.field.setFocus()

    def _end(self, secret: str | None, *, keep: bool) -> None:
        question, self._current = self._current, None
        assert question is not None
        self.field.setText("")  # which also empties what could be undone
        self.hide()
        if self._before is not None:
            self._before.setFocus()
        self._before = None
        question.secret, question.keep = secret, keep
        if keep:
            self._trying.append(question.wanted)
        question.answered.set()
        self._next()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.is_open:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        """At the top of the window, in its middle: below it, the page says what it is about."""
        room = self.window().size()
        width = min(WIDTH, room.width() - 20)
        layout = self.layout()
        height = max(layout.heightForWidth(width) if layout is not None else 0, self.minimumSizeHint().height())
        self.setGeometry((room.width() - width) // 2, 10, width, height)

    def _furnish(self) -> None:
        self.setFrameShape(QFrame.Shape.Box)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Window)  # a box to tick is not seen on the ground of fields
        self.setAccessibleName(_("A passphrase or PIN is wanted"))
        font = self.wanted.font()
        font.setBold(True)
        self.wanted.setFont(font)
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setMaxLength(LONGEST)
        self.field.setAcceptDrops(False)
        self.field.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        hints = Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData
        self.field.setInputMethodHints(hints | Qt.InputMethodHint.ImhNoPredictiveText)
        self.keep.setToolTip(_("In memory alone; forgotten when the window closes, and after half an hour without use"))
        self.go_on.setToolTip(_("Use what was typed (Enter)"))
        self.refuse_button.setToolTip(_("Go on without it: nothing is signed then (Esc)"))
        for button in (self.go_on, self.refuse_button):
            button.setAutoDefault(False)
        self.field.returnPressed.connect(self.answer)
        self.go_on.clicked.connect(self.answer)
        self.refuse_button.clicked.connect(self.refuse)
        hold = QShortcut(QKeySequence("Ctrl+K"), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        hold.activated.connect(self.keep.toggle)
        buttons = QHBoxLayout()
        buttons.addWidget(self.keep, 1)
        buttons.addWidget(self.go_on)
        buttons.addWidget(self.refuse_button)
        column = QVBoxLayout(self)
        for widget in (self.wanted, self.field, self.about):
            column.addWidget(widget)
        column.addLayout(buttons)


def inquiry_of(widget: QWidget) -> Inquiry:
    """What work that this widget starts asks with."""
    return panel_of(widget).inquiry()


def panel_of(widget: QWidget) -> Asking:
    """The panel of the window that this widget is in, made when it is first needed."""
    window = widget.window()
    found = window.findChild(Asking)
    return found if isinstance(found, Asking) else Asking(window)
