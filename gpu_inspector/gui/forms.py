"""Fields that pages share: one line of text, a named list, how much is measured."""

from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QGroupBox,
    QLineEdit,
    QWidget,
)

from gpu_inspector.gui.text import safe
from gpu_inspector.language import _
from gpu_inspector.records import policy
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

    def bound(self, least: str, *, no_measure: bool, name: str) -> None:
        """Take away what the office's policy does not let be chosen; what was chosen below it is raised to it."""
        allowed = [name for name in PROFILES if policy.at_least(name, least)]
        model = self.profile.model()
        assert isinstance(model, QStandardItemModel)
        for row in range(self.profile.count()):
            one = self.profile.itemData(row)
            item = model.item(row)
            assert item is not None
            item.setEnabled(no_measure if one is None else one in allowed)
        if name:
            self.profile.setToolTip(_("{policy} sets the least that is measured").format(policy=safe(name, 120)))
        chosen = self.chosen()
        if (chosen is None and not no_measure) or (chosen is not None and chosen not in allowed):
            self.choose(allowed[0])

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
