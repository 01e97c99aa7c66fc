"""Fields that pages share: one line of text, a named list, how much is measured."""

from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QGroupBox,
    QLineEdit,
    QWidget,
)

from gpu_inspector.language import _
from gpu_inspector.records.measured import FIRST, PROFILES

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


class ProfileForm(QGroupBox):
    """How much is measured."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Measurement"), parent)
        self.profile = QComboBox()
        for name, words in PROFILES.items():
            self.profile.addItem(_(words), name)
        self.profile.addItem(_("None: only what is claimed"), None)
        self.profile.setCurrentIndex(self.profile.findData(FIRST))
        self.profile.setToolTip(_("How much is run on the card itself; a file holds nothing to measure"))
        named(self.profile, _("Profile of the measurement"))
        self.profile.setMinimumContentsLength(28)
        layout = QFormLayout(self)
        layout.addRow(_("&Profile"), self.profile)

    def choose(self, name: str) -> None:
        """Choose a profile by its name; any other name is "none"."""
        self.profile.setCurrentIndex(self.profile.findData(name if name in PROFILES else None))

    def chosen(self) -> str | None:
        """The profile's name; None where nothing is to be measured."""
        name = self.profile.currentData()
        return name if isinstance(name, str) else None


def named(box: QComboBox, name: str) -> None:
    """A box whose list has a name too, and whose width does not follow its longest entry."""
    box.setAccessibleName(name)
    box.view().setAccessibleName(_("{name}: choices").format(name=name))
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(12)
