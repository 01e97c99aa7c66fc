"""One card's run at a glance: how far it is, how long it takes yet, each step, its memory map, and what is missing."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gpu_inspector.gui import signs, theme
from gpu_inspector.gui.headline import enlarge, plain_label
from gpu_inspector.gui.run_jobs import OVER, Ride, Stage
from gpu_inspector.gui.run_map import MapView, amiss_of
from gpu_inspector.gui.signs import Shape, Sign
from gpu_inspector.gui.text import breakable, retold, safe, tip
from gpu_inspector.language import N_, _, ngettext, sentences
from gpu_inspector.records.live import Standing, StepLive
from gpu_inspector.records.measured import PART_WORDS

SIGNS: dict[Standing, Sign] = {
    Standing.WAITING: (Shape.DASH, "muted"),
    Standing.RUNNING: (Shape.RING, "text"),
    Standing.DONE: (Shape.CHECK, "calm"),
    Standing.PARTLY: (Shape.DIAMOND, "open"),
    Standing.MISSING: (Shape.TRIANGLE, "deviation"),
}
_AMISS: Sign = (Shape.TRIANGLE, "deviation")
_MEMORY = "memory"
CLAIMS, REPORT = N_("claims"), N_("verdict and report")
MOST_GAPS = 6
_LONG_S = 90.0


def left_words(seconds: float | None) -> str:
    """ "about 40 s left"; "" where nothing is known."""
    if seconds is None:
        return ""
    if seconds < _LONG_S:
        # Steps of five: a number that jumps every second says more than is known.
        rounded = max(5 * round(seconds / 5), 5) if seconds > 10 else max(round(seconds), 1)
        return _("about {seconds} s left").format(seconds=rounded)
    minutes = round(seconds / 60)
    return ngettext("about {minutes} minute left", "about {minutes} minutes left", minutes).format(minutes=minutes)


def steps_of(ride: Ride) -> tuple[StepLive, ...]:
    """All steps of an inspection: reading the claims, the child's own, and what comes after."""
    collected, measured = ride.bounds
    began = ride.stage is not Stage.WAITING and ride.stage is not Stage.STOPPED
    over = ride.stage in OVER
    middle = ride.live.steps if ride.live is not None else ()
    claims = _own(_(CLAIMS), began or ride.share > 0, ride.share / collected, over)
    started = ride.share >= measured and ride.share > 0
    last = _own(_(REPORT), started, (ride.share - measured) / (1.0 - measured), over)
    return (claims, *middle, last)


def _own(name: str, began: bool, share: float, over: bool) -> StepLive:
    share = min(max(share, 0.0), 1.0)
    if not began:
        return StepLive(name, Standing.MISSING if over else Standing.WAITING)
    if share >= 1.0:
        return StepLive(name, Standing.DONE, 1.0)
    return StepLive(name, Standing.MISSING if over else Standing.RUNNING, share)


class StepsView(QWidget):
    """The steps, drawn: sign, name, bar, and the state in a word. Screen readers hear one sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[StepLive, ...] = ()
        self._amiss = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setAccessibleName(_("Steps of the inspection"))

    def show_steps(self, steps: tuple[StepLive, ...], amiss: str = "") -> None:
        """`amiss`: what the memory test found wrong so far, in words."""
        if (steps, amiss) == (self._steps, self._amiss):
            return
        grown = len(steps) != len(self._steps)
        self._steps, self._amiss = steps, amiss
        self.setAccessibleDescription("; ".join(f"{_name(step)}: {self._state(step)}" for step in steps))
        self.setToolTip(tip("\n".join(f"{_name(step)}: {retold(step.reason)}" for step in steps if step.reason)))
        if grown:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(31 * self.fontMetrics().averageCharWidth() + 90, max(len(self._steps), 2) * self._line())

    def minimumSizeHint(self) -> QSize:
        return QSize(200, max(len(self._steps), 2) * self._line())

    def _line(self) -> int:
        return self.fontMetrics().height() + 7

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = theme.of(self.palette())
        line, side = self._line(), self.fontMetrics().height()
        names = max((self.fontMetrics().horizontalAdvance(_name(step)) for step in self._steps), default=0)
        states = max((self.fontMetrics().horizontalAdvance(self._state(step)) for step in self._steps), default=0)
        names = min(names, self.width() // 2)
        for number, step in enumerate(self._steps):
            y = number * line
            shape, tone = _AMISS if self._is_amiss(step) else SIGNS[step.standing]
            signs.paint(painter, QRectF(0, y + 3, side, side), shape, QColor(getattr(colours, tone)))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QColor(colours.text))
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(side + 8, y, names, line), middle, _name(step))
            x = side + 8 + names + 10
            right = self.width() - min(states, self.width() // 3) - 10
            bar = QRectF(x, y + line / 2 - 4, max(right - x, 10), 8)
            painter.setPen(QColor(colours.border))
            painter.setBrush(QColor(colours.alternate))
            painter.drawRect(bar)
            if step.share > 0:
                painter.fillRect(bar.adjusted(1, 1, -bar.width() * (1 - step.share), 0), QColor(colours.highlight))
            painter.setPen(QColor(colours.text if step.standing is not Standing.WAITING else colours.muted))
            painter.drawText(QRectF(right + 10, y, self.width() - right - 10, line), middle, self._state(step))
        painter.end()

    def _is_amiss(self, step: StepLive) -> bool:
        return bool(self._amiss) and step.name == _MEMORY and step.standing is not Standing.WAITING

    def _state(self, step: StepLive) -> str:
        if self._is_amiss(step):
            # A word of being done, beside a page that fails, would be read as "passed".
            return self._amiss
        if step.standing is Standing.RUNNING:
            return f"{step.share:.0%}"
        return _(step.standing.value)


def _name(step: StepLive) -> str:
    words = _(PART_WORDS[step.name]) if step.name in PART_WORDS else safe(step.name, 40)
    return words[:1].upper() + words[1:]


class CardPanel(QFrame):
    """Everything of one inspection while it runs, and what came of it until the next run."""

    stop_wanted = Signal(int)
    """The number of the ride that the inspector wants stopped."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = -1
        self.title, self.mark, self.left = plain_label(), plain_label(), plain_label()
        self.outcome, self.gaps = plain_label(), plain_label()
        self.bar, self.steps, self.map = QProgressBar(), StepsView(), MapView()
        self.stop_button = QPushButton(_("Stop"))
        enlarge(self.title, 1.1, bold=True)
        self.bar.setRange(0, 100)
        self.bar.setMaximumHeight(self.fontMetrics().height() + 4)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.stop_button.clicked.connect(lambda: self.stop_wanted.emit(self._number))
        head, middle = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.stop_button)
        middle.addWidget(self.steps, 2, Qt.AlignmentFlag.AlignTop)
        middle.addWidget(self.map, 2)
        layout = QVBoxLayout(self)
        layout.setSpacing(5)
        layout.addLayout(head)
        layout.addWidget(self.mark)
        layout.addWidget(self.bar)
        layout.addWidget(self.left)
        layout.addLayout(middle, 1)
        layout.addWidget(self.gaps)
        layout.addWidget(self.outcome)

    def show_ride(self, ride: Ride) -> None:
        """Show how one inspection stands now."""
        subject, live = ride.order.subject, ride.live
        self._number = ride.number
        over = ride.stage in OVER
        self._say(self.title, breakable(safe(subject.title, 120)))
        self._say(self.mark, breakable(safe(subject.detail, 200)))
        enlarge(self.mark, 1.0, bold=bool(subject.simulation))
        self.bar.setValue(round(ride.share * 100))
        self._say(self.left, self._doing(ride))
        self.steps.show_steps(steps_of(ride), amiss_of(live.memory if live is not None else None))
        self.map.setVisible(live is not None and live.memory is not None)
        self.map.show_map(live.memory if live is not None else None)
        self._say(self.gaps, self._missing(ride))
        self._say(self.outcome, breakable(ride.sentence) if over else "")
        self.stop_button.setVisible(not over)
        self.stop_button.setEnabled(ride.stage in (Stage.WAITING, Stage.RUNNING))
        name = safe(subject.title, 120)
        self.bar.setAccessibleName(_("Progress of {card}").format(card=name))
        self.stop_button.setAccessibleName(_("Stop the inspection of {card}").format(card=name))
        self.stop_button.setToolTip(_("Stop this inspection alone; Esc stops all"))
        self.setAccessibleName(name)

    def _doing(self, ride: Ride) -> str:
        if ride.stage in OVER:
            return ""
        if ride.stage is not Stage.RUNNING:
            return _(ride.stage.value)
        shown = ""
        if len(ride.lives) > 1 and ride.live is not None:
            shown = _("shown below: card {label}, one of {count}").format(
                label=safe(ride.live.label, 40), count=len(ride.lives)
            )
        return " – ".join(filter(None, (f"{retold(ride.step, 120)}…", left_words(ride.seconds_left), shown)))

    def _missing(self, ride: Ride) -> str:
        gaps = ride.gaps
        shown = [sentences(retold(gap.reason), retold(gap.advice)) for gap in gaps[:MOST_GAPS]]
        if len(gaps) > MOST_GAPS:
            shown.append(_("and {number} more, which the report names").format(number=len(gaps) - MOST_GAPS))
        return breakable("\n".join(dict.fromkeys(shown)))

    @staticmethod
    def _say(label: QLabel, text: str) -> None:
        if label.text() != text:
            label.setText(text)
        label.setVisible(bool(text))
