"""The codes that were read from a photograph, each large enough to compare, and what it may be taken for.

A reader errs, and a wrong figure in a serial accuses an honest trader. What is not sure is said so, and goes nowhere
before the inspector has held it against the label; what is sure is taken with one click; nothing is taken unasked.
"""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gpu_inspector.gui import signs
from gpu_inspector.gui.headline import enlarge, plain_label
from gpu_inspector.gui.signs import SignView
from gpu_inspector.gui.text import breakable, safe
from gpu_inspector.language import N_, _
from gpu_inspector.records.appearance import LabelCode, Sure
from gpu_inspector.workflow.labels import Suggestion, suggestions

LARGE = 1.45
"""Times the size of the text: figures that are to be compared one by one."""
_SHOWN = 120
"""Characters; as many as a code that was read has: a yes is to be said to all of it."""
_WHY = {
    Sure.CHECKSUM: N_("{kind}: its check holds, and several readings agree"),
    Sure.OFFICER: N_("{kind}: you have compared it with the label"),
    Sure.NOT: N_("{kind}: not sure. Compare it with the label, figure by figure"),
}


_MAY_BE = {
    "serial": N_("{text} may be the serial number: {why}"),
    "part_number": N_("{text} may be the part number: {why}"),
    "article": N_("{text} is {why}"),
}


def _proposed(one: Suggestion) -> str:
    return _(_MAY_BE[one.field]).format(text=safe(one.text, 40), why=_(one.why))


class CodeView(QWidget):
    """One code."""

    compared = Signal(object, bool)
    """The inspector says that the label says this (a LabelCode), or takes that back."""
    serial_found = Signal(str)
    part_found = Signal(str)

    def __init__(self, code: LabelCode, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code = code
        shown = safe(code.text, _SHOWN)
        self.sign = SignView(18)
        self.text = plain_label(breakable(shown))
        self.why = plain_label()
        self.proposal = plain_label()
        self.yes = QCheckBox(_("I have compared it: the label says this"))
        self.yes.setAccessibleName(_("The label says {text}: I have compared it").format(text=shown))
        self.yes.setToolTip(_("Only a code that you have compared can be taken over, and is held against the card"))
        self.yes.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.buttons: list[QPushButton] = []
        self._lay_out()
        self.show_sure(code.sure)
        self.yes.clicked.connect(lambda yes: self.compared.emit(self._code, yes))

    def show_sure(self, sure: Sure) -> None:
        """Why the code may be believed now."""
        self.sign.show_sign(signs.CLEAR if sure else signs.WARNING)
        self.why.setText(breakable(_(_WHY[sure]).format(kind=safe(self._code.kind, 20))))
        self.yes.setChecked(sure is Sure.OFFICER)
        self.yes.setVisible(sure is not Sure.CHECKSUM)
        for button in self.buttons:
            button.setEnabled(bool(sure))

    def _lay_out(self) -> None:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 108)
        self.text.setFont(font)
        enlarge(self.text, LARGE)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.why.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.proposal.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.text, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(3)
        column.addLayout(top)
        column.addWidget(self.why)
        column.addWidget(self.proposal)
        column.addWidget(self.yes)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        """What the code may be taken for: the number that stands in it where its form is known, or its whole text."""
        found = suggestions((self._code,))
        self.proposal.setText("\n".join(breakable(_proposed(one)) for one in found))
        self.proposal.setVisible(bool(found))
        proposed = {one.field: one.text for one in found[::-1]}
        row = QHBoxLayout()
        for field, label, heard, signal in (
            ("serial", _("Use as serial"), _("Use {text} as the declared serial number"), self.serial_found),
            ("part_number", _("Use as part number"), _("Use {text} as the declared part number"), self.part_found),
        ):
            text = proposed.get(field, self._code.text)
            button = QPushButton(label)
            button.setToolTip(_("Copy this code into the field above"))  # never its text: Qt takes tips for HTML
            button.setAccessibleName(heard.format(text=safe(text, 40)))
            button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            button.clicked.connect(partial(signal.emit, text))
            button.setHidden("article" in proposed)
            row.addWidget(button)
            self.buttons.append(button)
        row.addStretch(1)
        return row
