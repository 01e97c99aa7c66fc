"""The bar codes on the label's photographs, beside its fields: a code fills a field where the inspector says so."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.text import breakable, safe
from gpu_inspector.language import N_, _
from gpu_inspector.records.appearance import LabelCode, Sure

MOST = 12
"""Codes that are offered; a label has four."""
SHOWN = 120
"""Characters of one code: all that is ever kept."""
TRADE = ("EAN", "UPC")
"""Kinds of code that number articles of trade, never a single card."""
HOW = {
    Sure.CHECKSUM: N_("its own check holds"),
    Sure.OFFICER: N_("you said that it stands there"),
    Sure.NOT: N_("not sure: hold it against the label"),
}


class CodesView(QWidget):
    """One line for each code: what it says, why it may be believed, and what it may be used as."""

    used = Signal(str, str)
    """The field, "serial" or "part_number", and the text: the inspector's word that it stands on the label."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._codes: tuple[LabelCode, ...] = ()
        self.buttons: list[QPushButton] = []
        self.yeses: list[QCheckBox] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._lines: list[QWidget] = []
        self.hide()

    def show_codes(self, codes: tuple[LabelCode, ...]) -> None:
        """These, in place of those that stand here."""
        codes = codes[:MOST]
        if codes == self._codes:
            return
        self._codes = codes
        for line in self._lines:
            line.hide()
            line.deleteLater()
        self.buttons, self.yeses = [], []
        self._lines = [self._line(code) for code in codes]
        for line in self._lines:
            self._column.addWidget(line)
        self.setVisible(bool(codes))

    def _line(self, code: LabelCode) -> QWidget:
        shown = safe(code.text, SHOWN)
        line, row = QWidget(), QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        said = f"{safe(code.kind, 20)}: {shown} ({_(HOW[code.sure])})"
        row.addWidget(plain_label(breakable(said)), 1)
        buttons = [] if code.kind.upper().startswith(TRADE) else [self._button(code, shown, *one) for one in _uses()]
        if buttons and not code.sure:
            row.addWidget(self._compared(shown, buttons))
        for button in buttons:
            row.addWidget(button)
        self.buttons += buttons
        line.setLayout(row)
        return line

    def _button(self, code: LabelCode, shown: str, words: str, heard: str, field: str) -> QPushButton:
        button = QPushButton(words)
        button.setAccessibleName(heard.format(text=shown))
        button.setToolTip(_("Press it only when you have read the same on the label itself"))
        button.clicked.connect(partial(self.used.emit, field, code.text))
        return button

    def _compared(self, shown: str, buttons: list[QPushButton]) -> QCheckBox:
        """A code that nothing vouches for is used after the inspector's word only, as on the case's page."""
        yes = QCheckBox(_("I have compared it"))
        yes.setAccessibleName(_("The label says {text}: I have compared it").format(text=shown))
        for button in buttons:
            button.setEnabled(False)
            yes.toggled.connect(button.setEnabled)
        self.yeses.append(yes)
        return yes


def _uses() -> tuple[tuple[str, str, str], ...]:
    """What a code may be used as: the button's words, what a screen reader says, the field."""
    return (
        (_("Is the serial"), _("{text} is the serial number on the label"), "serial"),
        (_("Is the part number"), _("{text} is the part number on the label"), "part_number"),
    )
