"""A new lot: its name, how many pieces are declared, and the plan, which is fixed before the first card is examined."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QGroupBox,
    QHBoxLayout,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gpu_inspector.gui.case_forms import let_wheel_pass
from gpu_inspector.gui.doors.lots import NewLot
from gpu_inspector.gui.forms import line, named, typed
from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.settings_panels import push
from gpu_inspector.gui.text import breakable, safe
from gpu_inspector.language import N_, _, number
from gpu_inspector.records import lot_statistics
from gpu_inspector.records.declaration import NO_CASE, UNDECLARED, Case, Declaration
from gpu_inspector.records.lot import Plan, Rule
from gpu_inspector.records.lot_statistics import MOST_DECLARED
from gpu_inspector.records.papers_words import declared_fields

LONGEST_NAME = 120
RULES = {
    Rule.WHOLE: N_("Every card"),
    Rule.SQUARE_ROOT: N_("As many as the square root"),
    Rule.HYPERGEOMETRIC: N_("Enough for a given share to show"),
}
FIXED = N_(
    "The plan is written down when the lot is opened, and cannot be changed afterwards. Of a sample, the pieces to be"
    " examined are drawn at random then, by their place in the lot."
)
FROM_CASE = N_("Declaration and case are taken from the Case page as it stands now, and hold for every card:")
NOTHING = N_("Nothing is declared and no case is named there yet.")


class NewLotForm(QGroupBox):
    """Says what is wished; opens nothing itself."""

    wanted = Signal(object)
    """A NewLot."""
    left = Signal()
    """No lot is to be opened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("New lot"), parent)
        self._case, self._declaration = NO_CASE, UNDECLARED
        self.lot_name = line(_("Name of the lot"), _("the number of its papers"))
        self.lot_name.setMaxLength(LONGEST_NAME)
        self.pieces = QSpinBox()
        self.pieces.setRange(1, MOST_DECLARED)
        self.pieces.setGroupSeparatorShown(True)
        self.pieces.setAccessibleName(_("Pieces that are declared"))
        self.pieces.setToolTip(_("How many cards the papers declare, not how many are examined"))
        self.rule = QComboBox()
        for rule, words in RULES.items():
            self.rule.addItem(_(words), rule)
        named(self.rule, _("Rule: how many are examined"))
        self.rule.setMinimumContentsLength(26)
        self.rule.setToolTip(_("How many of the cards are to be examined"))
        self.share = _percent(_("Share of deviating cards that must not stay unseen"), 0.1, 100.0, 10.0)
        self.share.setToolTip(_("If so much of the lot or more deviates, one such card is among those drawn"))
        self.confidence = _percent(_("Confidence"), 50.0, 99.9, 95.0)
        self.confidence.setToolTip(_("How sure that is to be"))
        self.stop_at_first = QCheckBox(_("The first contra&diction ends the examination"))
        self.stop_at_first.setToolTip(_("The lot takes no card more then, and no share is stated"))
        self.told, self.terms = plain_label(), plain_label()
        self.open = push(_("&Open the lot"), _("Write the lot and its plan into the ledger (Enter)"))
        self.leave = push(_("Bac&k"), _("To the lots that there are, without opening one"))
        self._lay_out()
        self._connect()
        self._renew()

    def show_terms(self, case: Case, declaration: Declaration) -> None:
        """Under which case and declaration a lot would be opened now."""
        self._case, self._declaration = case, declaration
        told = [
            f"{_(label)}: {value}"
            for label, value in (
                (N_("Case"), safe(case.number)),
                (N_("Inspector"), safe(case.inspector)),
                (N_("Office"), safe(case.office)),
                *((label, value) for _name, label, value in declared_fields(declaration, safe)),
            )
            if value
        ]
        self.terms.setText(breakable("\n".join((_(FROM_CASE), *(told or [_(NOTHING)])))))

    def new_lot(self) -> NewLot:
        """What the fields say."""
        return NewLot(typed(self.lot_name), self.pieces.value(), self._plan(), self._case, self._declaration)

    def clear(self) -> None:
        """For the next lot: another name, as many pieces as that has."""
        self.lot_name.clear()
        self.pieces.setValue(1)

    def _plan(self) -> Plan:
        rule = Rule(self.rule.currentData())
        share = rule is Rule.HYPERGEOMETRIC
        return Plan(
            rule=rule,
            confidence=round(self.confidence.value() / 100, 8) if share else None,
            share=round(self.share.value() / 100, 8) if share else None,
            stop_at_first=self.stop_at_first.isChecked(),
        )

    @Slot()
    def _renew(self) -> None:
        """What the plan would ask for."""
        plan = self._plan()
        for row in (self.share, self.confidence):
            self._rows.setRowVisible(row, plan.rule is Rule.HYPERGEOMETRIC)
        wanted = lot_statistics.wanted_of(self.pieces.value(), plan)
        self.told.setText(
            _("To be examined: {rule}: {wanted} of {declared}.").format(
                rule=_(lot_statistics.in_words(plan)), wanted=number(wanted), declared=number(self.pieces.value())
            )
            + f"\n\n{_(FIXED)}"
        )

    @Slot()
    def _open(self) -> None:
        self.wanted.emit(self.new_lot())

    def _lay_out(self) -> None:
        self._rows = QFormLayout()
        self._rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._rows.addRow(_("&Name"), self.lot_name)
        self._rows.addRow(_("&Pieces declared"), self.pieces)
        self._rows.addRow(_("Examine b&y rule"), self.rule)
        self._rows.addRow(_("S&hare"), self.share)
        self._rows.addRow(_("Con&fidence"), self.confidence)
        self._rows.addRow("", self.stop_at_first)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        column.addLayout(self._rows)
        column.addWidget(self.told)
        column.addWidget(self.terms)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        for ground in (inner, area.viewport()):
            ground.setAutoFillBackground(False)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setAccessibleName(_("Fields of the new lot"))
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.open)
        layout = QVBoxLayout(self)
        layout.addWidget(area, 1)
        layout.addLayout(buttons)

    def _connect(self) -> None:
        self.rule.currentIndexChanged.connect(self._renew)
        for field in (self.pieces, self.share, self.confidence):
            let_wheel_pass(field)
            field.valueChanged.connect(self._renew)
        let_wheel_pass(self.rule)
        self.stop_at_first.toggled.connect(self._renew)
        self.lot_name.returnPressed.connect(self.open.click)
        self.open.clicked.connect(self._open)
        self.leave.clicked.connect(self.left)


def _percent(name: str, least: float, most: float, value: float) -> QDoubleSpinBox:
    field = QDoubleSpinBox()
    field.setDecimals(1)
    field.setRange(least, most)
    field.setValue(value)
    field.setSuffix(" %")
    field.setAccessibleName(name)
    return field
