"""Groups of the settings page: what is filled in, the ledger's place, diagnostics. Who signs: `settings_signing`.

A group shows what it is given and says what was wished; none of them reads or writes anything.
"""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gpu_inspector.gui.forms import line, named, typed
from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.text import breakable, retold, safe
from gpu_inspector.language import N_, NAMES, _
from gpu_inspector.preferences import Preferences
from gpu_inspector.records.measured import PROFILES

THEMES = {"system": N_("As the system"), "light": N_("Light"), "dark": N_("Dark")}
NO_MEASUREMENT = N_("None: only what is claimed")
KEPT = N_("Another place moves and deletes nothing: the inspections so far stay in the ledger that they are in.")


def reading_label(name: str) -> QLabel:
    """A text to be read and copied, by mouse and by keyboard."""
    label = plain_label()
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    label.setAccessibleName(name)
    return label


def push(text: str, tip: str) -> QPushButton:
    """A button with its tooltip."""
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    return button


class ChoicesPanel(QGroupBox):
    """What other pages begin with."""

    chosen = Signal(str, object)
    """A choice's name in `Preferences`, and its new value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Your choices"), parent)
        self.office = line(_("Office"), _("as it stands on reports"))
        self.inspector = line(_("Inspector"), _("name of who inspects"))
        self.place = line(_("Place"), _("where inspections are made"))
        self.keep_location = QCheckBox(_("&Keep where photographs were taken"))
        self.keep_location.setToolTip(_("Otherwise the place is taken out of a photograph before it is kept"))
        self.profile = QComboBox()
        for name, words in (*PROFILES.items(), ("none", NO_MEASUREMENT)):
            self.profile.addItem(_(words), name)
        named(self.profile, _("Profile of the measurement"))
        self.profile.setToolTip(_("How much is measured where nobody chooses otherwise"))
        self.theme = QComboBox()
        for name, words in THEMES.items():
            self.theme.addItem(_(words), name)
        named(self.theme, _("Theme of the window"))
        self.theme.setToolTip(_("Light or dark; it changes at once"))
        self.language, self.report_language = QComboBox(), QComboBox()
        self.language.addItem(_("As the system"), "")
        for tag, name in NAMES.items():
            self.language.addItem(name, tag)
            self.report_language.addItem(name, tag)
        named(self.language, _("Language of the window and of the command line"))
        self.language.setToolTip(_("The window speaks it from its next start on; records stay in English"))
        named(self.report_language, _("Language of new reports"))
        self.report_language.setToolTip(
            _("In any language but English a report says that it is a courtesy translation, and that English governs")
        )
        layout = QFormLayout(self)
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        layout.addRow(_("&Office"), self.office)
        layout.addRow(_("&Inspector"), self.inspector)
        layout.addRow(_("&Place"), self.place)
        layout.addRow("", self.keep_location)
        layout.addRow(_("&Measurement"), self.profile)
        layout.addRow(_("&Theme"), self.theme)
        layout.addRow(_("Language"), self.language)
        layout.addRow(_("Reports in"), self.report_language)
        for field in self.lines.values():
            field.editingFinished.connect(self._say_typed)
        self.keep_location.toggled.connect(lambda on: self.chosen.emit("keep_location", on))
        self.profile.currentIndexChanged.connect(lambda row: self.chosen.emit("profile", self.profile.itemData(row)))
        boxes = {"theme": self.theme, "language": self.language, "report_language": self.report_language}
        for name, box in boxes.items():
            box.currentIndexChanged.connect(partial(self._say_chosen, name, box))

    @property
    def lines(self) -> dict[str, QLineEdit]:
        """The typed choices by their names."""
        return {"office": self.office, "inspector": self.inspector, "place": self.place}

    def typed(self) -> dict[str, object]:
        """What stands in the lines now, also while one of them is being typed in."""
        return {name: typed(field) for name, field in self.lines.items()}

    def show_choices(self, found: Preferences) -> None:
        """Show them without saying that they were chosen; a line that is being typed in is left alone."""
        self.blockSignals(True)
        for name, field in self.lines.items():
            if not field.hasFocus():
                field.setText(getattr(found, name))
        self.keep_location.setChecked(found.keep_location)
        self.profile.setCurrentIndex(self.profile.findData(found.profile))
        self.theme.setCurrentIndex(self.theme.findData(found.theme))
        self.language.setCurrentIndex(self.language.findData(found.language))
        self.report_language.setCurrentIndex(self.report_language.findData(found.report_language))
        self.blockSignals(False)

    def _say_chosen(self, name: str, box: QComboBox, row: int) -> None:
        self.chosen.emit(name, box.itemData(row))

    @Slot()
    def _say_typed(self) -> None:
        for name, text in self.typed().items():
            self.chosen.emit(name, text)


class LedgerPanel(QGroupBox):
    """Where inspections are kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Ledger"), parent)
        self.place = reading_label(_("Place of the ledger"))
        self.place.setText(_("Not looked at yet."))
        self.about = plain_label(_(KEPT))
        self.choose = push(_("&Another ledger…"), _("Keep inspections in another file from now on"))
        self.usual = push(_("&Usual place"), _("Keep inspections in your own data folder again"))
        buttons = QHBoxLayout()
        buttons.addWidget(self.choose)
        buttons.addWidget(self.usual)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addWidget(self.place)
        layout.addWidget(self.about)
        layout.addLayout(buttons)

    def show_place(self, path: Path, says: str, *, moved: bool, fixed: bool) -> None:
        """Where it is; `moved` by choice, or `fixed` by the environment, which no choice can change."""
        self.place.setText(breakable(retold(says) if str(path) in says else f"{safe(str(path))}: {retold(says)}"))
        self.choose.setEnabled(not fixed)
        self.usual.setEnabled(moved and not fixed)
        self.about.setText(
            _("GPU_INSPECTOR_LEDGER names this ledger; it goes before any choice.") if fixed else _(KEPT)
        )


class TroublePanel(QGroupBox):
    """What to send, and where to look, when something is amiss."""

    chosen = Signal(str, object)
    """As that of `ChoicesPanel`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("When something is amiss"), parent)
        self.about = plain_label(
            _(
                "Diagnostics are a plain text: versions, what this machine can look at, and the end of the log. Serial"
                " numbers, UUIDs, names and folders are masked. Nothing is sent anywhere."
            )
        )
        self.export = push(_("Export &diagnostics…"), _("Write them to a file that you can read before you send it"))
        self.log = push(_("Open lo&g"), _("Show the file that the program's log is written to"))
        self.folder = push(_("Open &folder"), _("Show the folder of the settings, the ledger and the reports"))
        self.log_serials = QCheckBox(_("Write serial numbers and names into the log"))
        self.log_serials.setToolTip(
            _("Otherwise they are masked there; a log is sent to others more easily than meant")
        )
        self.log_serials.toggled.connect(lambda on: self.chosen.emit("log_serials", on))
        buttons = QGridLayout()
        for column, button in enumerate((self.export, self.log, self.folder)):
            buttons.addWidget(button, 0, column)
        buttons.setColumnStretch(3, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(self.about)
        layout.addWidget(self.log_serials)
        layout.addLayout(buttons)

    def show_choices(self, found: Preferences) -> None:
        """Show them without saying that they were chosen."""
        self.blockSignals(True)
        self.log_serials.setChecked(found.log_serials)
        self.blockSignals(False)
