"""One lot: its plan, what its numbers allow to be said, each of its cards, and what speaks against the chosen one."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gpu_inspector.gui import theme
from gpu_inspector.gui.headline import plain_label, tint
from gpu_inspector.gui.lots_hall import HallView
from gpu_inspector.gui.lots_hall_model import told_of
from gpu_inspector.gui.lots_models import (
    CONDITION,
    CONTROL,
    IDENTITY,
    KIND,
    TITLES,
    MembersModel,
    plan_of,
    sign_of,
    twice_of,
)
from gpu_inspector.gui.settings_panels import reading_label
from gpu_inspector.gui.signs import SignView
from gpu_inspector.gui.text import breakable, safe
from gpu_inspector.language import N_, _, number, told
from gpu_inspector.records import lot_words
from gpu_inspector.records.lot import Member
from gpu_inspector.workflow.lots import LotState

LONGEST = (
    "10,000",
    "10,000",
    "UNEXPLAINED DEVIATION",
    "SIMULATION",
    "NVIDIA GeForce RTX 4090 D",
    "NOT EXAMINED",
    "INDETERMINATE",
    "1,000,000",
    "0000:01:00.0",
)
"""What a column has room for; longer texts end in dots, and stand in the tooltip."""
ROOM, SIGN, AIR = 14, 22, 8
_SIGNED = (IDENTITY, KIND, CONDITION, CONTROL)
MOST_REASONS = 60
TOLD_HEIGHT, REASONS_HEIGHT = 150, 84
NO_REASON = N_("Nothing was found that speaks against this card; what was not examined stands in its own report.")
NO_CARD = N_("No card is in this lot yet. Add files, or inspections of the ledger.")


class MembersTable(QTableView):
    """The cards of a lot."""

    chosen = Signal(object)
    """A Member whose inspection is to be opened."""
    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = MembersModel(self)
        self.setModel(self.rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName(_("Cards of the lot"))
        self.setToolTip(_("Enter opens the card's inspection on the Verdict page"))
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMinimumHeight(90)
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        across.setHighlightSections(False)
        metrics = self.fontMetrics()
        for column, text in enumerate(LONGEST):
            widest = max(metrics.horizontalAdvance(text), metrics.horizontalAdvance(_(TITLES[column])))
            self.setColumnWidth(column, widest + ROOM + (SIGN if column in _SIGNED else 0))
        down.setDefaultSectionSize(metrics.height() + AIR)
        down.hide()
        self.doubleClicked.connect(lambda _index: self._open())
        self.selectionModel().currentRowChanged.connect(self.moved)
        self.rows.modelReset.connect(self.moved)

    @property
    def current(self) -> Member | None:
        index = self.currentIndex()
        return self.rows.member(index.row()) if index.isValid() else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current is not None:
            self._open()
        else:
            super().keyPressEvent(event)

    def _open(self) -> None:
        if self.current is not None:
            self.chosen.emit(self.current)


class LotDetail(QWidget):
    """Shows a lot; changes nothing in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: LotState | None = None
        self._view = SignView(22)
        self.lot_name, self.nature = plain_label(), plain_label()
        self.plan = reading_label(_("Plan of the lot"))
        self.statement = reading_label(_("What the numbers allow to be said"))
        self.twice = reading_label(_("Numbers that more than one card bears"))
        self.only = QCheckBox(_("Only cards that de&viate"))
        self.only.setToolTip(_("Show the cards alone whose identity is contradicted or deviates unexplained"))
        self.table, self.hall = MembersTable(), HallView()
        self.as_hall = QCheckBox(_("Show the hall"))
        self.as_hall.setToolTip(_("Show the cards where they stand, by rack, unit and slot"))
        self.reasons = QPlainTextEdit()
        self._furnish()
        self._lay_out()
        self.only.toggled.connect(self._show_members)
        self.as_hall.toggled.connect(self._turn)
        self.hall.table.chosen.connect(self.table.chosen)
        for table in (self.table, self.hall.table):
            table.moved.connect(self._show_reasons)

    @property
    def state(self) -> LotState | None:
        return self._state

    def show_lot(self, state: LotState | None) -> None:
        """Show this lot; what was chosen in it stays chosen."""
        same = state is not None and self._state is not None and state.lot.id == self._state.lot.id
        kept = self.table.current if same else None
        self._state = state
        if state is None:
            return
        name = self.lot_name
        name.setText(breakable(safe(state.lot.name)))
        self._view.show_sign(sign_of(state))
        self.nature.setText(lot_words.nature_title(state.members))
        self.nature.setVisible(bool(self.nature.text()))
        self.plan.setText(breakable(plan_of(state)))
        self.statement.setText(breakable("\n".join(map(told, filter(None, (state.statement.text, state.ended))))))
        self.twice.setText(breakable("\n".join(twice_of(state))))
        self.twice.setVisible(bool(state.twice))
        self.hall.show_hall(state.hall, state.members)
        self._show_cards()
        self._show_members(kept)
        self._dress()

    @Slot(bool)
    def _turn(self, as_hall: bool) -> None:
        if as_hall and self.table.current is not None:
            self.hall.table.go_to(self.table.current.number)
        self._show_cards()

    def _show_cards(self) -> None:
        """The table of the cards, or the hall where they stand."""
        there = self._state is not None and self._state.hall is not None
        as_hall = there and self.as_hall.isChecked()
        self.as_hall.setVisible(there)
        self.hall.setVisible(as_hall)
        self.table.setVisible(not as_hall)
        self.only.setEnabled(not as_hall)
        self._show_reasons()

    def _show_members(self, kept: object = None) -> None:
        if self._state is None:
            return
        if not isinstance(kept, Member):
            kept = self.table.current
        self.table.rows.show_members(self._state.members, only_deviating=self.only.isChecked())
        shown = self.table.rows.members
        same = [row for row, one in enumerate(shown) if isinstance(kept, Member) and one.number == kept.number]
        grave = [row for row, one in enumerate(shown) if one.identity in lot_words.DEVIATING]
        if shown:
            self.table.setCurrentIndex(self.table.rows.index((same or grave or [0])[0], 0))

    @Slot()
    def _show_reasons(self) -> None:
        cell = self.hall.table.current if self.hall.isVisibleTo(self) else None
        if cell is not None and cell.member is None:
            self.reasons.setPlainText(told_of(cell))
            return
        member = cell.member if cell is not None else self.table.current
        if member is None:
            empty = self._state is not None and not self._state.members
            self.reasons.setPlainText(_(NO_CARD) if empty else "")
            return
        lines = [lot_words.reason(one, safe) for one in member.reasons[:MOST_REASONS]]
        more = len(member.reasons) - MOST_REASONS
        if more > 0:
            lines.append(_("and {n} more, in its own report").format(n=number(more)))
        head = _("Card {number}, report {row}: ").format(number=number(member.number), row=number(member.seq))
        self.reasons.setPlainText(head + ("\n".join(lines) or _(NO_REASON)))

    def changeEvent(self, event: object) -> None:
        super().changeEvent(event)  # type: ignore[arg-type]
        self._dress()

    def _dress(self) -> None:
        if hasattr(self, "nature"):
            tint(self.nature, "deviation", theme.of(self.palette()))

    def _furnish(self) -> None:
        font = self.lot_name.font()
        font.setBold(True)
        self.lot_name.setFont(font)
        said = self.statement.font()
        said.setBold(True)
        self.statement.setFont(said)
        self.reasons.setReadOnly(True)
        self.reasons.setTabChangesFocus(True)
        self.reasons.setAcceptDrops(False)
        self.reasons.setAccessibleName(_("What speaks against the chosen card"))
        self.reasons.setMinimumHeight(48)

    def _lay_out(self) -> None:
        head, inner = QHBoxLayout(), QWidget()
        head.addWidget(self._view, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.lot_name, 1)
        told = QVBoxLayout(inner)
        told.setContentsMargins(0, 0, 6, 0)
        told.setSpacing(6)
        for label in (self.nature, self.statement, self.twice, self.plan):
            told.addWidget(label)
        told.addStretch(1)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setMinimumHeight(60)
        area.setAccessibleName(_("Plan and statement"))
        area.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        cards = QWidget()
        column = QVBoxLayout(cards)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        boxes = QHBoxLayout()
        for box in (self.only, self.as_hall):
            boxes.addWidget(box)
        boxes.addStretch(1)
        column.addLayout(boxes)
        column.addWidget(self.table, 1)
        column.addWidget(self.hall, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        for part in (area, cards, self.reasons):
            split.addWidget(part)
        split.setStretchFactor(1, 1)
        split.setSizes([TOLD_HEIGHT, 3 * REASONS_HEIGHT, REASONS_HEIGHT])
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addWidget(split, 1)
