"""The steps of the examination: a list that says how far each has come, and the sheet of each one."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListWidget, QListWidgetItem, QScrollArea, QVBoxLayout, QWidget

from gpu_inspector.gui import signs, theme
from gpu_inspector.gui.forms import LONGEST
from gpu_inspector.gui.look_album import Album
from gpu_inspector.gui.look_edits import answer_of, missing_shots, standing
from gpu_inspector.gui.look_fields import BoardForm, DieForm, LabelForm, LookForm, PowerForm, SizeForm
from gpu_inspector.gui.look_memory import MemoryForm
from gpu_inspector.gui.look_question import QuestionView
from gpu_inspector.gui.look_shots import ShotsForm
from gpu_inspector.gui.signs import Shape, Sign
from gpu_inspector.language import N_, _
from gpu_inspector.records.appearance import NOTHING_SEEN, Appearance
from gpu_inspector.records.checklist import SHOTS, STEPS, Step

POWER: Step = Step(
    "power",
    N_("Object and power"),
    N_("What lies on the table. Put power on it only where it is safe, and after the outside was photographed."),
    (),
)
CAMERA: Step = Step(
    "shots",
    N_("Photographs"),
    N_("The fixed list of ten. Take each in focus and straight from above, with a scale bar beside the part."),
    (),
)
ENTRIES = (POWER, *STEPS, CAMERA)
WIDTH = 230
MOST_WIDTH = 404
"""Pixels that a sheet asks for at most: the window must fit a small screen."""
_OPEN: Sign = (Shape.RING, "muted")
_BEGUN: Sign = (Shape.DIAMOND, "open")


def state_of(seen: Appearance, step: Step) -> tuple[Sign, str, str]:
    """How far a step has come: its sign, its count in figures, and in words."""
    if step is POWER:
        said = seen.whole_card is not None or seen.power is not NOTHING_SEEN.power
        return (signs.CLEAR if said else _OPEN), "", _("said") if said else _("not said")
    if step is CAMERA:
        done, whole = len(SHOTS) - len(missing_shots(seen)), len(SHOTS)
        deviating = 0
    else:
        (done, deviating), whole = standing(seen, step), len(step.questions)
    sign = signs.WARNING if deviating else signs.CLEAR if done == whole else _BEGUN if done else _OPEN
    words = _("{done} of {whole} done").format(done=done, whole=whole)
    if deviating:
        words = _("{words}, {deviating} deviate").format(words=words, deviating=deviating)
    return sign, f"{done}/{whole}", words


class StepsList(QListWidget):
    """All steps, in their order."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seen = NOTHING_SEEN
        self.setAccessibleName(_("Steps of the examination"))
        self.setToolTip(_("Up and Down go from step to step; Tab goes into the step"))
        self.setFixedWidth(WIDTH)
        self.setIconSize(QSize(16, 16))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAcceptDrops(False)
        for _step in ENTRIES:
            QListWidgetItem(self).setSizeHint(QSize(0, 30))
        self.currentRowChanged.connect(self.chosen)
        self.show_seen(NOTHING_SEEN)

    def show_seen(self, seen: Appearance) -> None:
        """How far each step has come now."""
        self._seen = seen
        colours = theme.of(self.palette())
        for row, step in enumerate(ENTRIES):
            item = self.item(row)
            sign, count, words = state_of(seen, step)
            text = f"{count}  {_(step.title)}".lstrip()  # where there is no room, figures stay
            if item.text() != text:
                item.setText(text)
                item.setToolTip(f"{_(step.title)}: {words}")
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{_(step.title)}: {words}")
            item.setIcon(signs.icon(sign, colours))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.show_seen(self._seen)


class StepSheet(QScrollArea):
    """The questions of one step, and what is typed beside them."""

    answered = Signal(str, object)
    noted = Signal(str, str)
    typed = Signal()
    """Fields of `form` were changed."""
    finished = Signal()
    """Its last question was answered by key."""
    refused = Signal(str)
    full = Signal(int)

    def __init__(self, step: Step, album: Album, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step = step
        self._filling = False
        self.questions = tuple(QuestionView(one, number, album) for number, one in enumerate(step.questions, 1))
        self.form: LookForm | None = _form_of(step.id, album)
        inner, column = QWidget(), QVBoxLayout()
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(6)
        for view in self.questions:
            view.answered.connect(self.answered)
            view.noted.connect(self.noted)
            view.refused.connect(self.refused)
            view.note.inputRejected.connect(lambda: self.full.emit(LONGEST))
            view.done.connect(self._next)
            column.addWidget(view)
        if self.form is not None:
            self.form.changed.connect(self._typed)
            self.form.full.connect(self.full)
            column.addWidget(self.form)
        column.addStretch(1)
        inner.setLayout(column)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_seen(self, seen: Appearance) -> None:
        """What stands in the record."""
        for view in self.questions:
            view.show_answer(answer_of(seen, view.question.id))
        self.updateGeometry()
        if self.form is not None:
            self._filling = True
            self.form.fill(seen)
            self._filling = False

    def minimumSizeHint(self) -> QSize:
        """As wide as its contents, so that nothing of them is beside the window; as low as any scrolled area."""
        least, inner = super().minimumSizeHint(), self.widget()
        bar = self.verticalScrollBar().sizeHint().width()
        wanted = (inner.minimumSizeHint().width() if inner is not None else 0) + bar + 2
        return QSize(min(max(least.width(), wanted), MOST_WIDTH), least.height())

    def begin(self) -> None:
        """Have the keys: on the first question that nobody answered, or the first one."""
        waiting = [view for view in self.questions if not view.choice.value] or list(self.questions)
        if waiting:
            waiting[0].begin()
            self.ensureWidgetVisible(waiting[0])
        elif isinstance(self.form, PowerForm):
            self.form.power.buttons[0].setFocus(Qt.FocusReason.TabFocusReason)

    def place_of(self, widget: QWidget | None) -> str:
        """Where a photograph hangs that is pasted while this widget has the keys; "" is at no answer."""
        view = next((one for one in self.questions if widget is not None and one.isAncestorOf(widget)), None)
        if view is not None:
            return view.question.id
        return self.form.strip.place if isinstance(self.form, LabelForm | DieForm) else ""

    @Slot()
    def _typed(self) -> None:
        if not self._filling:
            self.typed.emit()

    def _next(self, question: str) -> None:
        names = [view.question.id for view in self.questions]
        after = self.questions[names.index(question) + 1 :]
        if after:
            after[0].begin()
            self.ensureWidgetVisible(after[0])
        else:
            self.finished.emit()


def _form_of(step: str, album: Album) -> LookForm | None:
    makers: dict[str, Callable[[], LookForm]] = {
        "power": PowerForm,
        "label": lambda: LabelForm(album),
        "weight": SizeForm,
        "board": BoardForm,
        "package": lambda: DieForm(album),
        "memory": lambda: MemoryForm(album),
        "shots": lambda: ShotsForm(album),
    }
    make = makers.get(step)
    return make() if make is not None else None
