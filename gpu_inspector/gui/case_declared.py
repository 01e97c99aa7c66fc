"""The declared column as fields: what the papers say of goods and way, for all cards of the case.

A country that is no code and a day that is no day are taken as they stand, for the papers are somebody else's; but the
page says so, since a rule of export control that asks for them counts them as not named.
"""

from datetime import date

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QCompleter, QLabel, QSpinBox, QWidget

from gpu_inspector.gui.case_forms import LABEL_WIDTH, Form, Line, let_wheel_pass, sound
from gpu_inspector.gui.forms import LARGEST_GB
from gpu_inspector.language import _
from gpu_inspector.records.declaration import Declaration

LARGEST_QUANTITY = 1_000_000
LONGEST_DESCRIPTION = 600
"""Characters; papers describe goods in a few lines."""


def _number(name: str, largest: int, unit: str = "") -> QSpinBox:
    field = QSpinBox()
    field.setRange(0, largest)
    field.setSpecialValueText(_("not declared"))
    field.setSuffix(unit)
    field.setAccessibleName(name)
    field.setToolTip(_("0 is not declared"))
    let_wheel_pass(field)
    return field


class Country(Line):
    """Two letters of ISO 3166. A name is kept as typed: cut to two letters it would be another country."""

    unclear = Signal(str)

    def __init__(self, name: str, tip: str) -> None:
        super().__init__(name, _("CN, DE"), tip)
        self.editingFinished.connect(self._ask)

    @property
    def words(self) -> str:
        text = sound(self.text())
        return text.upper() if _is_code(text) else text

    def _ask(self) -> None:
        if self.words and not _is_code(self.words):
            self.unclear.emit(
                _("{name}: write two letters of ISO 3166, as CN or DE; until then no country counts as named.").format(
                    name=self.accessibleName()
                )
            )


class Day(Line):
    """A day, as 2026-11-26. What is none is kept as typed."""

    unclear = Signal(str)

    def __init__(self, name: str, hint: str, tip: str) -> None:
        super().__init__(name, hint, tip)
        self.editingFinished.connect(self._ask)

    @property
    def words(self) -> str:
        text = sound(self.text())
        day = _day(text)
        return text if day is None else day.isoformat()

    def _ask(self) -> None:
        if self.words and _day(self.words) is None:
            self.unclear.emit(
                _("{name}: write a day as 2026-11-26; until then no day counts as named.").format(
                    name=self.accessibleName()
                )
            )


def _is_code(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isalpha()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _beside(text: str, field: QWidget) -> QLabel:
    """The label of a second field in a row."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setBuddy(field)
    label.setMinimumWidth(label.fontMetrics().averageCharWidth() * LABEL_WIDTH)
    return label


class DeclarationForm(Form):
    """What all cards of the case share; serial and part number are each object's own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Declared: what the papers say"), parent)
        self._names = QStringListModel(self)
        self.product = Line(_("Declared product"), _("as the papers name it"))
        completer = QCompleter(self._names, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.product.setCompleter(completer)
        self.memory = _number(_("Declared memory in gigabytes, 0 is not declared"), LARGEST_GB, _(" GB"))
        self.modified = QCheckBox(_("openly &modified"))
        self.modified.setAccessibleName(_("Openly declared as modified"))
        self.modified.setToolTip(_("The papers themselves say that the card was reworked"))
        self._make_goods()
        self._make_way()
        self._fill_rows()

    def _make_goods(self) -> None:
        self.description = Line(
            _("Declared description of the goods"),
            _("in the papers' own words"),
            _("In the papers' own words: “graphics cards”, “computer components”"),
            LONGEST_DESCRIPTION,
        )
        self.brand = Line(_("Declared brand or maker"), tip=_("Brand or maker, as the papers name it"))
        self.quantity = _number(_("Declared quantity, 0 is not declared"), LARGEST_QUANTITY)
        self.value = Line(_("Declared value"), _("1,850 EUR"), _("With its currency, as the papers write it"))
        self.hs_code = Line(_("Declared HS code"), "8473.30", _("The goods code, as the papers write it"))
        self.origin = Line(_("Declared country of origin"), tip=_("As the papers write it"))

    def _make_way(self) -> None:
        self.destination = Country(_("Destination"), _("Where the goods go: two letters of ISO 3166"))
        self.headquarters = Country(
            _("Headquarters"), _("Where the party's ultimate parent sits: two letters; a rule of export asks for it")
        )
        self.export_date = Day(
            _("Day of export"),
            _("today"),
            _("When the goods left, or are to leave; empty is the day of the inspection"),
        )
        self.control_class = Line(
            _("Declared export-control entry"), "3A090.a, EAR99", _("The export-control entry that the papers state")
        )
        self.consignee = Line(_("Consignee"))
        self.papers = Line(
            _("Numbers of the papers"),
            _("declaration, invoice, waybill"),
            _("Numbers of declaration, invoice, waybill"),
        )
        for field in (self.destination, self.headquarters, self.export_date):
            field.unclear.connect(self.said)

    def _fill_rows(self) -> None:
        self.add(_("&Product"), self.product)
        self.add(_("Memor&y"), self.memory, self.modified)
        self.add(_("Description"), self.description)
        self.add(_("Brand"), self.brand, _beside(_("Origin"), self.origin), self.origin)
        self.add(_("&Quantity"), self.quantity, _beside(_("&Value"), self.value), self.value)
        self.add(_("&HS code"), self.hs_code, _beside(_("Entry"), self.control_class), self.control_class)
        self.add(_("Destination"), self.destination, _beside(_("Headquarters"), self.headquarters), self.headquarters)
        self.add(_("Day of export"), self.export_date)
        self.add(_("&Consignee"), self.consignee)
        self.add(_("Pape&rs"), self.papers)

    def suggest(self, names: object) -> None:
        """The names that are offered while typing; any other text is taken as well."""
        assert isinstance(names, tuple)
        self._names.setStringList(list(names))

    def declaration(self) -> Declaration:
        return Declaration(
            product=self.product.words or None,
            memory_gb=self.memory.value() or None,
            modified=self.modified.isChecked(),
            quantity=self.quantity.value() or None,
            **{name: field.words for name, field in self._texts.items()},
        )

    def fill(self, declaration: Declaration) -> None:
        """Show this in place of what stands here."""
        self.product.setText(declaration.product or "")
        self.memory.setValue(min(declaration.memory_gb or 0, LARGEST_GB))
        self.modified.setChecked(declaration.modified)
        self.quantity.setValue(min(declaration.quantity or 0, LARGEST_QUANTITY))
        for name, field in self._texts.items():
            field.setText(getattr(declaration, name))

    @property
    def _texts(self) -> dict[str, Line]:
        """The declaration's free texts by their names in the record."""
        return {
            "description": self.description,
            "brand": self.brand,
            "hs_code": self.hs_code,
            "value": self.value,
            "country_of_origin": self.origin,
            "destination": self.destination,
            "headquarters": self.headquarters,
            "export_date": self.export_date,
            "control_class": self.control_class,
            "consignee": self.consignee,
            "papers": self.papers,
        }
