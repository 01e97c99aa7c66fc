"""What is typed off an object: label, board, weight and size, marking of the die, and whether it starts."""

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QWidget

from gpu_inspector.gui.case_forms import Form, Line, Note, let_wheel_pass
from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.look_album import Album, PhotoStrip
from gpu_inspector.gui.look_choice import KINDS, POWERS, WHOLE, ChoiceRow
from gpu_inspector.gui.look_codes import CodesView
from gpu_inspector.gui.look_edits import DIE, LABEL, photographs_at
from gpu_inspector.gui.text import breakable, safe
from gpu_inspector.language import _
from gpu_inspector.records.appearance import NO_LABEL, Appearance, Power
from gpu_inspector.workflow.labels import confirm, with_codes

HEAVIEST_G = 100_000.0
LONGEST_MM = 10_000.0
EXAMPLE = "S TW 2231A1\nAD102-300-A1"
MOST_LINES = 12
"""Lines of a die's marking; a package has five."""


class LookForm(Form):
    """Fields of one step: `fill` shows what was seen, `read` puts what is typed into it."""

    def fill(self, seen: Appearance) -> None:
        """Show this in place of what stands here."""

    def read(self, seen: Appearance) -> Appearance:
        """With what is typed here."""
        return seen

    def add_strip(self, strip: PhotoStrip) -> None:
        """One row for the photographs of these fields."""
        row = QWidget()
        across = QHBoxLayout(row)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(strip.button)
        across.addWidget(strip, 1)
        across.addStretch(0)
        self.rows.addRow(row)


def put(field: Line, text: str) -> None:
    """Show a text; a field that holds it already keeps its cursor, and the blanks that are being typed."""
    if field.words != text:
        field.setText(text)


class LabelForm(LookForm):
    """What stands on the label. It is not what the papers declare: that is on the Case page."""

    def __init__(self, album: Album, parent: QWidget | None = None) -> None:
        super().__init__(_("As the label on the object says"), parent)
        self.brand = Line(_("Brand on the label"), _("ASUS, NVIDIA"))
        self.model = Line(_("Model on the label"), _("with its suffix: ROG-STRIX-RTX4090-O24G"))
        self.part_number = Line(_("Part number on the label"), "900-1G136-2530-000")
        self.serial = Line(_("Serial number on the label"))
        self.text = Note(_("All else that is printed on the label, line by line"))
        self._album, self._confirmed = album, NO_LABEL.codes
        self.codes = CodesView()
        self.strip = PhotoStrip(album, LABEL, _("label of the card"))
        self.add(_("B&rand"), self.brand)
        self.add(_("&Model"), self.model)
        self.add(_("&Part number"), self.part_number)
        self.add(_("&Serial"), self.serial)
        self.add(_("Other te&xt"), self.text)
        self.add_strip(self.strip)
        self.rows.addRow(self.codes)
        self.codes.used.connect(self._use)

    def fill(self, seen: Appearance) -> None:
        label = seen.label
        put(self.brand, label.brand)
        put(self.model, label.model)
        put(self.part_number, label.part_number)
        put(self.serial, label.serial)
        if self.text.words != label.text:
            self.text.setPlainText(label.text)
        self.strip.show_digests(photographs_at(seen, LABEL))
        self._confirmed = seen.label.codes
        whole = with_codes(seen, self._album.photographs)
        self.codes.show_codes(whole.label.codes if whole is not None else ())

    @Slot(str, str)
    def _use(self, field: str, text: str) -> None:
        """A code that is used was read by the inspector, too: that is the yes which makes it count."""
        whole = with_codes(Appearance(label=replace(NO_LABEL, codes=self._confirmed)), self._album.photographs)
        codes = confirm(whole.label.codes if whole is not None else (), (text,))
        self._confirmed = tuple(one for one in codes if one in self._confirmed or one.text.strip() == text.strip())
        (self.serial if field == "serial" else self.part_number).setText(text)
        self.changed.emit()

    def read(self, seen: Appearance) -> Appearance:
        label = replace(
            seen.label,
            codes=self._confirmed,
            brand=self.brand.words,
            model=self.model.words,
            part_number=self.part_number.words,
            serial=self.serial.words,
            text=self.text.words,
        )
        return replace(seen, label=label)


class SizeForm(LookForm):
    """Scale and rule."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Measured"), parent)
        self.weight = _measure(_("Weight in grams, 0 is not weighed"), HEAVIEST_G, _(" g"), _("not weighed"))
        self.long, self.high, self.thick = (
            _measure(name, LONGEST_MM, _(" mm"), _("not measured"))
            for name in (
                _("Length in millimetres, 0 is not measured"),
                _("Height in millimetres, 0 is not measured"),
                _("Thickness in millimetres, 0 is not measured"),
            )
        )
        for label, field in (
            (_("&Weight"), self.weight),
            (_("&Length"), self.long),
            (_("&Height"), self.high),
            (_("&Thickness"), self.thick),
        ):
            self.add(label, field)
            field.valueChanged.connect(self.changed)

    def fill(self, seen: Appearance) -> None:
        for field, value in (
            (self.weight, seen.weight_g),
            (self.long, seen.length_mm),
            (self.high, seen.height_mm),
            (self.thick, seen.thickness_mm),
        ):
            if field.value() != (value or 0.0):
                field.setValue(value or 0.0)

    def read(self, seen: Appearance) -> Appearance:
        return replace(
            seen,
            weight_g=self.weight.value() or None,
            length_mm=self.long.value() or None,
            height_mm=self.high.value() or None,
            thickness_mm=self.thick.value() or None,
        )


class BoardForm(LookForm):
    """The number that is printed on the board."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Printed on the board"), parent)
        self.number = Line(_("Number printed on the board"), _("PG139, or the partner's own"))
        self.add(_("N&umber"), self.number)

    def fill(self, seen: Appearance) -> None:
        put(self.number, seen.board_marking)

    def read(self, seen: Appearance) -> Appearance:
        return replace(seen, board_marking=self.number.words)


class DieForm(LookForm):
    """The lines of the die's marking, and what they mean; whether there is a die is the step's first question."""

    wanted = Signal(tuple)
    """What these lines mean is wanted."""

    def __init__(self, album: Album, parent: QWidget | None = None) -> None:
        super().__init__(_("Marking of the GPU, line by line"), parent)
        self.lines = Note(_("Marking of the GPU, line by line"))
        self.lines.setPlaceholderText(EXAMPLE)
        self.meaning = plain_label()
        self.strip = PhotoStrip(album, DIE, _("marking of the GPU"))
        self.add(_("Lin&es"), self.lines)
        self.rows.addRow(self.meaning)
        self.add_strip(self.strip)
        self.lines.textChanged.connect(self._ask)

    def typed(self) -> tuple[str, ...]:
        """The lines that hold anything."""
        return tuple(one.strip() for one in self.lines.words.splitlines() if one.strip())[:MOST_LINES]

    def fill(self, seen: Appearance) -> None:
        if self.typed() != seen.die.lines:
            self.lines.setPlainText("\n".join(seen.die.lines))
        self.strip.show_digests(photographs_at(seen, DIE))

    def read(self, seen: Appearance) -> Appearance:
        return replace(seen, die=replace(seen.die, lines=self.typed()))

    def say(self, words: str) -> None:
        """What the lines mean."""
        self.meaning.setText(breakable(safe(words)))

    @Slot()
    def _ask(self) -> None:
        self.wanted.emit(self.typed())


class PowerForm(LookForm):
    """What the object is, and what it did with power on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("The object"), parent)
        self.power = ChoiceRow(_("With power on it"), POWERS, optional=False)
        self.kind = ChoiceRow(_("What it is"), KINDS)
        for words, row in ((_("With power on it"), self.power), (_("What it is"), self.kind)):
            self.rows.addRow(plain_label(words))
            self.rows.addRow(row)
            row.chosen.connect(lambda _value: self.changed.emit())

    def fill(self, seen: Appearance) -> None:
        self.power.show_value(seen.power.value)
        whole, part = (one.value for one in KINDS)
        self.kind.show_value("" if seen.whole_card is None else whole if seen.whole_card else part)

    def read(self, seen: Appearance) -> Appearance:
        whole = self.kind.value == WHOLE if self.kind.value else None
        return replace(seen, power=Power(self.power.value), whole_card=whole)


def _measure(name: str, largest: float, unit: str, none: str) -> QDoubleSpinBox:
    field = QDoubleSpinBox()
    field.setRange(0.0, largest)
    field.setDecimals(1)
    field.setSpecialValueText(none)
    field.setSuffix(unit)
    field.setAccessibleName(name)
    field.setToolTip(_("0 is not measured"))
    let_wheel_pass(field)
    return field
