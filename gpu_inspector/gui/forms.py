"""What the inspector types: the paper's words, and whose case it is."""

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCheckBox, QCompleter, QFormLayout, QGroupBox, QLineEdit, QSpinBox, QWidget

from gpu_inspector.records.declaration import Case, Declaration

LONGEST = 200
"""Characters of one field."""
LARGEST_GB = 65536


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
