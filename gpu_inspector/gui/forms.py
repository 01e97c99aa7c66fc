"""What the inspector types and chooses: the paper's words, how much is measured, and whose case it is."""

from PySide6.QtCore import QStringListModel, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.measured import FIRST, PROFILES

LONGEST = 200
"""Characters of one field."""
LARGEST_GB = 65536
LARGEST_SEED = 2**31 - 1
"""The largest number of the field; any seed is as good."""


def line(name: str, hint: str = "") -> QLineEdit:
    """A field of one line. It takes no drops: a file that is dropped anywhere is for the window."""
    field = QLineEdit()
    field.setMaxLength(LONGEST)
    field.setAccessibleName(name)
    field.setPlaceholderText(hint)
    field.setAcceptDrops(False)
    return field


def typed(field: QLineEdit) -> str:
    """The text without blanks around it; half of a surrogate pair, which no record can hold, becomes "?"."""
    return field.text().strip().encode("utf-8", "replace").decode()


class DeclarationForm(QGroupBox):
    """The declared column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Declared: what the papers say", parent)
        self._names = QStringListModel(self)
        self.product = line("Declared product", "as the papers name it")
        completer = QCompleter(self._names, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.product.setCompleter(completer)
        self.memory = QSpinBox()
        self.memory.setRange(0, LARGEST_GB)
        self.memory.setSpecialValueText("not declared")
        self.memory.setSuffix(" GB")
        self.memory.setAccessibleName("Declared memory in gigabytes, 0 is not declared")
        self.modified = QCheckBox("openly declared as &modified")
        self.modified.setToolTip("The papers themselves say that the card was reworked.")
        layout = QFormLayout(self)
        layout.addRow("&Product", self.product)
        layout.addRow("Memor&y", self.memory)
        layout.addRow("", self.modified)

    def suggest(self, names: tuple[str, ...]) -> None:
        """The names that are offered while typing; any other text is taken as well."""
        self._names.setStringList(list(names))

    def declaration(self) -> Declaration:
        return Declaration(
            product=typed(self.product) or None,
            memory_gb=self.memory.value() or None,
            modified=self.modified.isChecked(),
        )


class MeasurementForm(QGroupBox):
    """How much is measured, and on which simulated card instead of a real one."""

    simulation_chosen = Signal(str, int)
    """Name and seed of a simulated card."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Measurement", parent)
        self.profile = QComboBox()
        for name, words in PROFILES.items():
            self.profile.addItem(words, name)
        self.profile.addItem("None: only what is claimed", None)
        self.profile.setCurrentIndex(self.profile.findData(FIRST))
        self.profile.setToolTip("How much is run on the card itself; a file holds nothing to measure")
        self.simulation = QComboBox()
        self.simulation.setPlaceholderText("none")
        self.simulation.setToolTip("A simulated card, for practice: its report says SIMULATION on every page")
        self.seed = QSpinBox()
        self.seed.setRange(0, LARGEST_SEED)
        self.seed.setPrefix("seed ")
        self.seed.setToolTip("Another seed is another card of the same kind")
        self.add = QPushButton("Sim&ulate")
        self.add.setEnabled(False)
        for box, name in ((self.profile, "Profile of the measurement"), (self.simulation, "Simulated card")):
            box.setAccessibleName(name)
            box.view().setAccessibleName(f"{name}: choices")
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
        self.seed.setAccessibleName("Seed of the simulation")
        row = QHBoxLayout()
        row.addWidget(self.seed)
        row.addWidget(self.add, 1)
        layout = QFormLayout(self)
        layout.addRow("Profile", self.profile)
        layout.addRow("Simul&ation", self.simulation)
        layout.addRow("", row)
        self.add.clicked.connect(self._choose)

    def offer(self, simulations: tuple[tuple[str, str], ...]) -> None:
        """The simulated cards that there are, each with what it is."""
        self.simulation.clear()
        for name, about in simulations:
            self.simulation.addItem(name)
            self.simulation.setItemData(self.simulation.count() - 1, about, Qt.ItemDataRole.ToolTipRole)
        self.simulation.setCurrentIndex(-1 if not simulations else 0)
        self.add.setEnabled(bool(simulations))

    def chosen_profile(self) -> str | None:
        name = self.profile.currentData()
        return name if isinstance(name, str) else None

    @Slot()
    def _choose(self) -> None:
        self.simulation_chosen.emit(self.simulation.currentText(), self.seed.value())


class CaseForm(QGroupBox):
    """Who looks, for which file, where."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Case", parent)
        self.number = line("Number of the case")
        self.inspector = line("Inspector")
        self.office = line("Office")
        self.place = line("Place")
        self.note = line("Note for the report")
        layout = QFormLayout(self)
        layout.addRow("Case &number", self.number)
        layout.addRow("Inspec&tor", self.inspector)
        layout.addRow("O&ffice", self.office)
        layout.addRow("P&lace", self.place)
        layout.addRow("Not&e", self.note)

    def case(self) -> Case:
        return Case(
            number=typed(self.number),
            inspector=typed(self.inspector),
            office=typed(self.office),
            place=typed(self.place),
            note=typed(self.note),
        )
