"""What typed markings mean, asked beside the window a moment after the last key, one after the other."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gpu_inspector.gui.doors.look import LookDoors
from gpu_inspector.gui.look_fields import DieForm, LookForm
from gpu_inspector.gui.look_memory import MemoryForm
from gpu_inspector.gui.worker import Job

DELAY_MS = 250


class Explainer(QObject):
    """Answers for a die's lines and for memory chips; each text is asked for once."""

    die = Signal(tuple, str)
    """The lines, and what they mean."""
    memory = Signal(str, str)
    failed = Signal(str)

    def __init__(self, doors: LookDoors, parent: QObject) -> None:
        super().__init__(parent)
        self._doors: Final[LookDoors] = doors
        self._lines: tuple[str, ...] | None = None
        self._markings: dict[str, None] = {}
        self._known: dict[object, str] = {}
        self._job: Job | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self._next)

    @Slot(tuple)
    def ask_die(self, lines: tuple[str, ...]) -> None:
        """What do these lines mean?"""
        self._lines = lines
        self._timer.start()

    @Slot(str)
    def ask_memory(self, marking: str) -> None:
        """What does this marking mean?"""
        self._markings[marking] = None
        self._timer.start()

    @Slot()
    def _next(self) -> None:
        if self._job is not None:
            return
        if self._lines is not None:
            lines, self._lines = self._lines, None
            self._answer(lines, lambda: self._doors.explain_die(lines), partial(self.die.emit, lines))
        elif self._markings:
            marking = next(iter(self._markings))
            del self._markings[marking]
            self._answer(marking, lambda: self._doors.explain_memory(marking), partial(self.memory.emit, marking))

    def _answer(self, key: object, ask: Callable[[], str], tell: Callable[[str], None]) -> None:
        if not key or key in self._known:
            tell(self._known.get(key, ""))
            self._next()
            return
        self._job = Job(lambda progress: ask(), self)
        self._job.done.connect(partial(self._keep, key, tell))
        self._job.failed.connect(self.failed)
        self._job.ended.connect(self._ended)
        self._job.start()

    def _keep(self, key: object, tell: Callable[[str], None], words: object) -> None:
        assert isinstance(words, str)
        if len(self._known) > 500:
            self._known.clear()
        self._known[key] = words
        tell(words)

    @Slot()
    def _ended(self) -> None:
        self._job = None
        self._next()


def serve(explainer: Explainer, form: LookForm | None) -> None:
    """Have a form's markings explained beside them."""
    if isinstance(form, DieForm):
        form.wanted.connect(explainer.ask_die)
        explainer.die.connect(lambda lines, words: form.say(words) if form.typed() == lines else None)
    elif isinstance(form, MemoryForm):
        form.wanted.connect(explainer.ask_memory)
        explainer.memory.connect(form.say)
