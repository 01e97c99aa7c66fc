"""The group of the settings page that says which registry of many offices is meant, and what leaves for it.

Nothing is sent from here. An address with a password in it is refused by whoever keeps the choices, with a sentence.
"""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QGroupBox, QWidget

from gpu_inspector.gui.forms import line, named, typed
from gpu_inspector.gui.headline import plain_label
from gpu_inspector.language import _
from gpu_inspector.preferences import Preferences
from gpu_inspector.records.leaves import USUAL, WORDS

LONGEST_ADDRESS = 2000
"""Characters, as `registry/url.py` takes them."""


class RegistryPanel(QGroupBox):
    """Where the registry is, and how much of an inspection leaves the office."""

    chosen = Signal(str, object)
    """A choice's name in `Preferences`, and its new value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Registry of many offices"), parent)
        self.address = line(_("Address of the registry"))
        self.address.setMaxLength(LONGEST_ADDRESS)
        self.address.setToolTip(
            _("Such as postgresql:///?service=registry, never with a password in it; empty where there is none")
        )
        self.leaves = QComboBox()
        for step, words in WORDS.items():
            self.leaves.addItem(_(words), step.value)
        named(self.leaves, _("What leaves the office"))
        self.leaves.setToolTip(_("Of this and the office's policy the stricter one holds"))
        self.keyed = QCheckBox(_("Send numbers of cards as keyed digests alone"))
        self.keyed.setToolTip(_("Needs the key that the offices share: gpu-inspector registry key import"))
        layout = QFormLayout(self)
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        layout.addRow(_("Address"), self.address)
        layout.addRow(_("What leaves"), self.leaves)
        layout.addRow("", self.keyed)
        layout.addRow(plain_label(_("Rows are sent by: gpu-inspector registry push")))
        self.address.editingFinished.connect(self._say_address)
        self.leaves.currentIndexChanged.connect(self._say_leaves)
        self.keyed.toggled.connect(lambda on: self.chosen.emit("registry_numbers_keyed", on))

    def show_choices(self, found: Preferences) -> None:
        """Show them without saying that they were chosen; an address that is being typed is left alone."""
        self.blockSignals(True)
        if not self.address.hasFocus():
            self.address.setText(found.registry)
        self.leaves.setCurrentIndex(self.leaves.findData(found.registry_leaves or USUAL.value))
        self.keyed.setChecked(found.registry_numbers_keyed)
        self.blockSignals(False)

    @Slot()
    def _say_address(self) -> None:
        self.chosen.emit("registry", typed(self.address))

    @Slot(int)
    def _say_leaves(self, row: int) -> None:
        self.chosen.emit("registry_leaves", self.leaves.itemData(row))
