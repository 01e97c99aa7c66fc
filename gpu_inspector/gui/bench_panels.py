"""What stands around the bench's list: the bench's state in one line, a first start's welcome, what can be done."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gpu_inspector.gui import theme
from gpu_inspector.gui.answers import OUTCOMES
from gpu_inspector.gui.headline import enlarge, plain_label, tint
from gpu_inspector.gui.signs import NEUTRAL, Sign, SignView
from gpu_inspector.gui.subject import Subject
from gpu_inspector.gui.text import breakable, retold
from gpu_inspector.language import ENGLISH, N_, _, current, listed, sentences, told
from gpu_inspector.records.finding import Outcome
from gpu_inspector.workflow.topics import Topic

FIRST = "rtx-3080-ti-as-rtx-4090"
"""The simulation of the first try: it shows all three columns, and ends in a contradiction."""
WELCOME = (
    N_("An inspection compares three things: what the papers declare, what the card claims, and what is measured."),
    N_("Choose a card here, type what the papers say on the next page, have the card measured; you get a signed PDF."),
    N_("To see all of it without a card, try a simulated one: everything that it leads to says SIMULATION."),
)
HELP = N_(
    "Each row is a card as it is plugged, a file that was opened, or a simulated card. All of it is claimed; the die is"
    " what the reference data know of the claimed id.\n\n"
    "A ring: NVIDIA's driver answers for the card. A diamond: it does not drive it. A triangle: the card does not"
    " answer. A dash: no card of this machine. A cross: the file cannot be read.\n\n"
    "Arrow keys choose, Ctrl or Shift chooses several, Ctrl+A all. Enter goes on. Delete takes a file or a simulation"
    " off the list. Ctrl+C copies rows. Ctrl+L looks again, Ctrl+O opens dumps; they can be dropped on the window as"
    " well.\n\n"
    "“All cards together” inspects every card of this machine as one server: one inspection, one report, with the links"
    " between the cards.\n\n"
    "Save facts writes what is known of the chosen cards into a file, without an inspection."
)


class BenchState(QFrame):
    """The machine that is asked: a sign, its checks' own words, and a way to all of them."""

    details = Signal()
    """The inspector wants all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = "muted"
        self._view = SignView(20)
        self.text = plain_label()
        self.details_button = QPushButton(_("&Details"))
        self.details_button.setToolTip(_("All that was looked at on this machine, and what to do (Ctrl+0)"))
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 4, 4)
        layout.addWidget(self._view)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.details_button)
        self.details_button.clicked.connect(self.details)
        self.wait()

    def wait(self) -> None:
        """Nothing is known yet."""
        self._say(_("The bench is being looked at…"), NEUTRAL)

    def fail(self) -> None:
        """The look itself failed; the page says why."""
        self._say(_("The bench could not be looked at."), OUTCOMES[Outcome.INCONCLUSIVE])

    def show_topics(self, topics: tuple[Topic, ...]) -> None:
        """What is not well in full words; of the rest what it is about."""
        bad = [retold(topic.says) for topic in topics if not topic.well]
        if bad:
            titles = [told(topic.title) for topic in topics if topic.well]
            good = listed([one.lower() for one in titles] if current() == ENGLISH else titles)
            rest = _("In order: {topics}.").format(topics=good) if good else ""
            text = _("Bench, not all in order: {sentences} {rest}").format(sentences=sentences(*bad), rest=rest)
            self._say(text.strip(), OUTCOMES[Outcome.INCONCLUSIVE])
            return
        # Two checks may answer the same; it is said once.
        said = sentences(*dict.fromkeys(retold(topic.says) for topic in topics))
        self._say(_("Bench in order: {sentences}").format(sentences=said), OUTCOMES[Outcome.CONSISTENT])

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            tint(self.text, self._tone, theme.of(self.palette()))

    def _say(self, text: str, sign: Sign) -> None:
        self._view.show_sign(sign)
        self.text.setText(breakable(text))
        self.setAccessibleName(_("State of the bench: {text}").format(text=text))
        self._tone = "muted" if sign == NEUTRAL else "text"
        tint(self.text, self._tone, theme.of(self.palette()))


class Welcome(QFrame):
    """Three sentences, and a card to try."""

    tried = Signal()
    """The inspector wants to try a simulated card."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heading = plain_label(_("Welcome"))
        enlarge(heading, 1.2, bold=True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.try_button = QPushButton(_("&Try a simulated card"))
        self.try_button.setToolTip(_("An RTX 3080 Ti that passes itself off as an RTX 4090; no card is needed for it"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.addWidget(heading)
        for sentence in WELCOME:
            column.addWidget(plain_label(_(sentence)))
        row = QHBoxLayout()
        row.addWidget(self.try_button)
        row.addStretch(1)
        column.addSpacing(4)
        column.addLayout(row)
        self.setAccessibleName(_("Welcome"))
        self.setAccessibleDescription(" ".join(_(sentence) for sentence in WELCOME))
        self.try_button.clicked.connect(self.tried)


class Actions(QWidget):
    """What can be done with the list and with what is chosen on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.refresh_button = QPushButton(_("&Refresh"))
        self.open_button = QPushButton(_("&Open dumps…"))
        self.remove_button = QPushButton(_("Re&move"))
        self.facts_button = QPushButton(_("Save &facts…"))
        self.masked = QCheckBox(_("&without serials"))
        self.together = QCheckBox(_("a&ll cards together"))
        self.together.setToolTip(
            _("Inspect every card of this machine as one server: side by side, with the links between them")
        )
        self.refresh_button.setToolTip(_("Look again which cards this machine has (Ctrl+L)"))
        self.open_button.setToolTip(_("Review dumps or captures that were handed in; or drop them here (Ctrl+O)"))
        self.remove_button.setToolTip(_("Take the chosen files and simulations off the list; no file is deleted (Del)"))
        self.facts_button.setToolTip(_("Write what is known of the chosen cards into a file, without an inspection"))
        self.masked.setToolTip(_("The saved file names no serial number and no UUID"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.refresh_button, self.open_button, self.remove_button):
            row.addWidget(widget)
        row.addSpacing(16)
        row.addWidget(self.facts_button)
        row.addWidget(self.masked)
        row.addSpacing(16)
        row.addWidget(self.together)
        row.addStretch(1)
        self.together.hide()

    def renew(self, picked: tuple[Subject, ...], *, free: bool, looking: bool, saving: bool) -> None:
        """Let be used what can be used now; `free` is while no inspection runs."""
        self.refresh_button.setEnabled(free and not looking)
        self.open_button.setEnabled(free)
        self.remove_button.setEnabled(free and any(one.card is None for one in picked))
        self.facts_button.setEnabled(bool(picked) and not saving)
        self.masked.setEnabled(self.facts_button.isEnabled())
        self.together.setEnabled(free)

    def show_count(self, cards: int) -> None:
        """Of how many cards this machine is: one alone is no server."""
        self.together.setVisible(cards > 1)
        if cards < 2:
            self.together.setChecked(False)
