"""A simulated card in place of a real one: chosen by name, told apart by a seed, and said to be none."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QGridLayout, QGroupBox, QPushButton, QSpinBox, QWidget

from gpu_inspector.gui.headline import plain_label
from gpu_inspector.language import _

LARGEST_SEED = 2**31 - 1
"""The largest number of the field; any seed is as good."""


class SimulationForm(QGroupBox):
    """Offers simulated cards."""

    chosen = Signal(str, int)
    """Name and seed of a simulated card."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Simulation, for practice: no real card"), parent)
        self._names: tuple[str, ...] = ()
        self.simulation = QComboBox()
        self.simulation.setPlaceholderText(_("none"))
        self.simulation.setToolTip(_("A simulated card, for practice: its report says SIMULATION on every page"))
        self.simulation.setAccessibleName(_("Simulated card"))
        self.simulation.view().setAccessibleName(_("{name}: choices").format(name=_("Simulated card")))
        self.simulation.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.simulation.setMinimumContentsLength(24)
        self.about = plain_label()
        self.about.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.seed = QSpinBox()
        self.seed.setRange(0, LARGEST_SEED)
        self.seed.setPrefix(_("seed "))
        self.seed.setToolTip(_("Another seed is another card of the same kind"))
        self.seed.setAccessibleName(_("Seed of the simulation"))
        self.add = QPushButton(_("Sim&ulate"))
        self.add.setToolTip(_("Put this simulated card on the list and choose it"))
        self.add.setEnabled(False)
        layout = QGridLayout(self)
        layout.setContentsMargins(9, 4, 9, 6)
        layout.addWidget(self.simulation, 0, 0)
        layout.addWidget(self.seed, 0, 1)
        layout.addWidget(self.add, 0, 2)
        layout.addWidget(self.about, 1, 0, 1, 4)
        layout.setColumnStretch(3, 1)
        layout.setVerticalSpacing(4)
        layout.setHorizontalSpacing(8)
        self.add.clicked.connect(self._choose)
        self.simulation.currentIndexChanged.connect(self._tell)

    @property
    def names(self) -> tuple[str, ...]:
        """The simulations that are offered."""
        return self._names

    def offer(self, simulations: tuple[tuple[str, str], ...]) -> None:
        """The simulated cards that there are, each with what it is."""
        self._names = tuple(name for name, _about in simulations)
        self.simulation.clear()
        for name, about in simulations:
            self.simulation.addItem(name)
            self.simulation.setItemData(self.simulation.count() - 1, _(about), Qt.ItemDataRole.ToolTipRole)
        self.simulation.setCurrentIndex(-1 if not simulations else 0)
        self.add.setEnabled(bool(simulations))
        self._tell()

    @Slot()
    def _tell(self) -> None:
        about = self.simulation.currentData(Qt.ItemDataRole.ToolTipRole)
        self.about.setText(about if isinstance(about, str) else "")
        self.simulation.setAccessibleDescription(self.about.text())

    @Slot()
    def _choose(self) -> None:
        self.chosen.emit(self.simulation.currentText(), self.seed.value())
