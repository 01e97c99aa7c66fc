"""What the history is searched by: words as they are typed, and filters beside them."""

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, QTimer, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QWidget

from gpu_inspector.gui.forms import line, named, typed
from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.history_model import identity_word
from gpu_inspector.gui.text import safe
from gpu_inspector.language import _
from gpu_inspector.ledger.query import Choices, Order, Query
from gpu_inspector.records import words
from gpu_inspector.records.finding import Condition, Identity
from gpu_inspector.workflow.dates import days

PAUSE_MS = 150
"""Since the last letter, before the ledger is asked."""
_LONGEST = 60
"""Characters of one choice."""


class HistoryFilters(QWidget):
    """Gives a Query; the order is kept here too, since it belongs to the question."""

    changed = Signal()
    """Something else is asked for; said once after a burst of letters."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.order, self.descending = Order.NUMBER, True
        self.words = line(_("Search the ledger"), _("Search: product, serial, UUID, case, seal, paper, people, place"))
        self.words.setClearButtonEnabled(True)
        self.photograph = QPushButton(_("Find &by photograph…"))
        self.photograph.setToolTip(_("Go to the inspection whose tag is on a picture"))
        self.words.setToolTip(
            _(
                "Each word is the beginning of a word of the inspection; all of them must fit (Ctrl+F). A tag that is"
                " scanned here opens its inspection"
            )
        )
        grave = (Identity.SUSPICIOUS.value, Identity.CONTRADICTED.value)
        self.verdict = _choice(_("Identity"), _("any identity"))
        self.verdict.addItem(_("deviation or contradiction"), grave)
        for identity in reversed(Identity):
            self.verdict.addItem(identity_word(identity.value).lower(), (identity.value,))
        self.condition = _choice(_("Condition"), _("any condition"))
        for condition in Condition:
            self.condition.addItem(_(condition.value).lower(), (condition.value,))
        self.control = _choice(_("Control class"), _("any control class"))
        self.office = _choice(_("Office"), _("any office"))
        self.product = _choice(_("Product"), _("any product"))
        self.since, self.until = line(_("From day"), _("from 2026-11-24")), line(_("Until day"), _("until 2026-11"))
        for field in (self.since, self.until):
            field.setToolTip(_("A day, a month or a year: 2026-11-24, 2026-11, 2026"))
        self.serial = line(_("Serial or UUID"), _("serial or UUID begins with"))
        self.serial.setClearButtonEnabled(True)
        self.serial.setToolTip(
            _(
                "The beginning of a serial, a UUID or a device identifier; masked numbers and those of simulated cards"
                " are found by the search field alone"
            )
        )
        self.repeated = QCheckBox(_("only re&peated numbers"))
        self.repeated.setToolTip(_("Only inspections with a serial or UUID that another inspection has too"))
        self.clear_button = QPushButton(_("Clear &filters"))
        self.clear_button.setToolTip(_("Ask for all inspections again"))
        self.source = _source(self._elsewhere)
        self._later, self._soon = QTimer(self, interval=PAUSE_MS), QTimer(self, interval=0)
        for timer in (self._later, self._soon):
            timer.setSingleShot(True)
            timer.timeout.connect(self.changed)
        self._lay_out()
        for field in self._fields:
            field.textChanged.connect(self._after_a_pause)
        for box in self._boxes:
            box.currentIndexChanged.connect(self._at_once)
        self.repeated.toggled.connect(self._at_once)
        self.clear_button.clicked.connect(self.clear)

    @property
    def _fields(self) -> tuple[QLineEdit, ...]:
        return self.words, self.since, self.until, self.serial

    @property
    def _boxes(self) -> tuple[QComboBox, ...]:
        return self.verdict, self.condition, self.control, self.office, self.product

    @property
    def in_registry(self) -> bool:
        """Whether the registry is asked, and not the ledger."""
        return bool(self.source.currentData())

    def offer_registry(self, *, there: bool) -> None:
        """Let people choose the registry, where one is named."""
        self.source.setVisible(there)
        if not there:
            self.source.setCurrentIndex(0)

    @property
    def empty(self) -> bool:
        """Whether nothing is asked for but all inspections."""
        texts = any(typed(field) for field in self._fields)
        return not texts and not self.repeated.isChecked() and all(box.currentIndex() <= 0 for box in self._boxes)

    def query(self) -> Query:
        """The question. Raises GpuInspectorError for a date that is none."""
        since, until = days(typed(self.since)), days(typed(self.until))
        return Query(
            words=typed(self.words),
            verdicts=self.verdict.currentData() or (),
            conditions=self.condition.currentData() or (),
            controls=(self.control.currentData(),) if self.control.currentData() else (),
            office=self.office.currentData() or "",
            product=self.product.currentData() or "",
            since=since[0] if since is not None else None,
            until=until[1] if until is not None else None,
            serial=typed(self.serial),
            only_repeated=self.repeated.isChecked(),
            order=self.order,
            descending=self.descending,
        )

    def offer(self, choices: Choices) -> None:
        """What there is to choose from; what is chosen stays chosen, also where it is not there any more."""
        for box, values in (
            (self.control, choices.controls),
            (self.office, choices.offices),
            (self.product, choices.products),
        ):
            chosen = box.currentData()
            offered = values if not chosen or chosen in values else (chosen, *values)
            if [box.itemData(number) for number in range(1, box.count())] == list(offered):
                continue
            with QSignalBlocker(box):
                while box.count() > 1:
                    box.removeItem(1)
                for value in offered:
                    named_so = words.control_word(value, str) if box is self.control else value
                    box.addItem(safe(_(named_so), _LONGEST), value)
                box.setCurrentIndex(1 + offered.index(chosen) if chosen else 0)

    def more_offices(self, names: tuple[str, ...]) -> None:
        """Offices that the registry knows, beside those of the ledger."""
        there = {self.office.itemData(number) for number in range(self.office.count())}
        for name in names:
            if name not in there:
                self.office.addItem(safe(name, _LONGEST), name)

    def sort(self, order: Order, descending: bool) -> None:
        """Ask in another order."""
        self.order, self.descending = order, descending
        self._at_once()

    @Slot()
    def clear(self) -> None:
        """Ask for all again, in the same order."""
        for field in self._fields:
            field.clear()
        for box in self._boxes:
            box.setCurrentIndex(0)
        self.repeated.setChecked(False)
        self._at_once()

    def show_number(self, number: str) -> None:
        """Ask for the rows of this number alone."""
        self.clear()
        self.serial.setText(number)
        self._at_once()

    @Slot()
    def _elsewhere(self) -> None:
        self.repeated.setEnabled(not self.in_registry)
        self._at_once()

    @Slot()
    def _after_a_pause(self) -> None:
        self._later.start()

    @Slot()
    def _at_once(self) -> None:
        self._later.stop()
        self._soon.start()

    def _lay_out(self) -> None:
        label = plain_label(_("&Search"))
        label.setBuddy(self.words)
        label.setWordWrap(False)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(label)
        first.addWidget(self.words, 1)
        first.addWidget(self.source)
        first.addWidget(self.photograph)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.addLayout(first, 0, 0, 1, 5)
        for column, box in enumerate(self._boxes):
            grid.addWidget(box, 1, column)
            grid.setColumnStretch(column, 1)
        for column, widget in enumerate((self.since, self.until, self.serial, self.repeated, self.clear_button)):
            grid.addWidget(widget, 2, column)


def _source(chosen: Callable[[], None]) -> QComboBox:
    """Hidden until a registry is named."""
    box = QComboBox()
    named(box, _("Where to search"))
    box.setToolTip(_("This machine's own ledger, or the registry of all offices"))
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    box.addItem(_("this ledger"), False)
    box.addItem(_("registry of all offices"), True)
    box.hide()
    box.currentIndexChanged.connect(chosen)
    return box


def _choice(name: str, any_of_them: str) -> QComboBox:
    box = QComboBox()
    named(box, name)
    box.setToolTip(name)
    box.setMaxVisibleItems(20)
    box.addItem(any_of_them, None)
    return box
