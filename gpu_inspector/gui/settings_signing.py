"""Groups of the settings page that say who signs, and whose clock counts: the key, its certificate, time stamps.

A key of a file or a card is taken in only after it was opened and found fit to sign; until then the one before signs.
No secret is typed here: the panel of `asking` is where that is done.
"""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QGridLayout, QGroupBox, QHBoxLayout, QLabel, QWidget

from gpu_inspector.gui.forms import line, named, typed
from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.settings_panels import push, reading_label
from gpu_inspector.gui.text import breakable, grouped, safe
from gpu_inspector.language import N_, _, day
from gpu_inspector.preferences import Preferences
from gpu_inspector.workflow.identities import Known

KINDS = {
    "own": N_("This program's own key"),
    "file": N_("A key in a file (PKCS#12)"),
    "card": N_("A smart card or token"),
}
NO_KEY = {
    "own": N_("None yet. The first inspection makes a key and a certificate of its own in {place}."),
    "file": N_("Not known yet. “Try it” opens the file and reads it."),
    "card": N_("Not known yet. “Try it” opens the card and reads it."),
}
NOT_TAKEN = {
    "file": N_("No file was taken in yet: choose one. Until then the key signs that signed before."),
    "card": N_("No card was taken in yet: say where it is. Until then the key signs that signed before."),
}
LONGEST_PLACE = 4096
"""Characters of a path or an address."""


class SignerPanel(QGroupBox):
    """With what reports are signed."""

    chosen = Signal(str, object)
    """A choice's name in `Preferences`, and its new value."""
    card_wanted = Signal(object, str, str)
    """A card is to be taken in: its library's path, its name, its certificate's name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Signing key"), parent)
        self._held = Preferences()
        self.kind = QComboBox()
        for name, words in KINDS.items():
            self.kind.addItem(_(words), name)
        named(self.kind, _("Key that signs reports"))
        self.kind.setToolTip(_("A secret is asked for when it is needed, and never kept in the settings"))
        self.about = plain_label()
        self.choose_file = push(_("Choose a key fi&le…"), _("Take in a copy of a PKCS#12 file (*.p12, *.pfx)"))
        self.card = CardFields()
        self.name = reading_label(_("Name in the certificate"))
        self.fingerprint = reading_label(_("Fingerprint of the certificate, SHA-256"))
        self.validity = plain_label()
        self.place = reading_label(_("Place of the key"))
        self.export = push(_("&Export certificate…"), _("The public part alone, for those who verify your reports"))
        self.attempt = push(_("Tr&y it"), _("Open the key, sign a text that is thrown away, and say what was found"))
        self._lay_out()
        self.kind.currentIndexChanged.connect(self._choose)
        self.card.use.clicked.connect(self._take_card)

    def show_choices(self, found: Preferences) -> None:
        """Show them without saying that they were chosen."""
        self._held = found
        with QSignalBlocker(self.kind):
            self.kind.setCurrentIndex(self.kind.findData(found.signer or "own"))
        self.card.show_choices(found)
        self._show_kind()

    def show_identity(self, known: Known | None, now: datetime) -> None:
        """The certificate in use, or that there is none yet."""
        kind = self._held.signer or "own"
        self.export.setEnabled(known is not None)
        if known is None:
            self.name.setText(breakable(_(NO_KEY[kind]).format(place=self.place.text())))
            self.fingerprint.setText("–")
            self.validity.setText("–")
            return
        self.name.setText(breakable(safe(known.name)))
        self.fingerprint.setText(grouped(known.fingerprint))
        span = _("{begin} to {end}").format(begin=day(known.begin), end=day(known.end))
        ran_out = not known.begin <= now <= known.end
        self.validity.setText(_("{span}: not valid now, so it signs nothing").format(span=span) if ran_out else span)

    def show_place(self, own: Path) -> None:
        """Where the key is; `own` is the folder of the program's own."""
        found = self._held
        if found.signer == "card":
            parts = (found.card_module, found.card_token, found.card_key)
            text = ", ".join(part for part in parts if part)
        else:
            text = found.signer_file if found.signer == "file" else str(own)
        self.place.setText(breakable(safe(text)))

    def lock(self, busy: bool) -> None:
        """While a key is being opened, no other one is."""
        for widget in (self.kind, self.choose_file, self.card, self.attempt):
            widget.setEnabled(not busy)

    @property
    def _complete(self) -> bool:
        """Whether the kind in sight was taken in before."""
        kind = self.kind.currentData()
        return kind == "own" or bool(self._held.signer_file if kind == "file" else self._held.card_module)

    @Slot()
    def _choose(self) -> None:
        self._show_kind()
        if self._complete:
            self.chosen.emit("signer", self.kind.currentData())

    @Slot()
    def _take_card(self) -> None:
        if self.card.library:
            self.card_wanted.emit(Path(self.card.library), typed(self.card.token), typed(self.card.key))
        else:
            self.card.module.setFocus()

    def _show_kind(self) -> None:
        kind = self.kind.currentData()
        self.choose_file.setVisible(kind == "file")
        self.card.setVisible(kind == "card")
        self.about.setText("" if self._complete else _(NOT_TAKEN[kind]))
        self.about.setVisible(not self._complete)

    def _lay_out(self) -> None:
        label = QLabel(_("&Signed with"))
        label.setBuddy(self.kind)
        buttons = QHBoxLayout()
        buttons.addWidget(self.attempt)
        buttons.addWidget(self.export)
        buttons.addStretch(1)
        layout = QGridLayout(self)  # a form's layout would cut wrapped texts here
        layout.setColumnStretch(1, 1)
        layout.addWidget(label, 0, 0)
        layout.addWidget(self.kind, 0, 1)
        layout.addWidget(self.about, 1, 0, 1, 2)
        layout.addWidget(self.choose_file, 2, 1, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.card, 3, 0, 1, 2)
        rows = (
            (_("Name"), self.name),
            (_("SHA-256"), self.fingerprint),
            (_("Valid"), self.validity),
            (_("Place"), self.place),
        )
        for row, (heading, text) in enumerate(rows, 4):
            layout.addWidget(QLabel(heading), row, 0, Qt.AlignmentFlag.AlignTop)
            layout.addWidget(text, row, 1)
        layout.addLayout(buttons, 4 + len(rows), 0, 1, 2)


class CardFields(QWidget):
    """Where a card is: its library, its name, the certificate's name on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.module = line(_("Library of the card (PKCS#11)"), _("came with the card or its reader"))
        self.module.setMaxLength(LONGEST_PLACE)
        self.token = line(_("Name of the card"), _("empty: the only card"))
        self.key = line(_("Certificate on the card"), _("empty: the only one"))
        self.choose = push(_("Choose li&brary…"), _("Choose the library that came with the card"))
        self.use = push(_("Use t&his card"), _("Open the card, let it sign a text, and use it from now on"))
        buttons = QHBoxLayout()
        buttons.addWidget(self.choose)
        buttons.addWidget(self.use)
        buttons.addStretch(1)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(_("Lib&rary"), self.module)
        form.addRow(_("&Name of the card"), self.token)
        form.addRow(_("&Certificate on it"), self.key)
        form.addRow(buttons)

    @property
    def library(self) -> str:
        """The typed path."""
        return typed(self.module)

    def show_choices(self, found: Preferences) -> None:
        """Fill in what was taken in; what is being typed is left alone."""
        for field, text in (
            (self.module, found.card_module),
            (self.token, found.card_token),
            (self.key, found.card_key),
        ):
            if text and not field.hasFocus():
                field.setText(text)


class TimePanel(QGroupBox):
    """Whose clock counts, and whether a second officer signs."""

    chosen = Signal(str, object)
    """A choice's name in `Preferences`, and its new value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Time stamps and second officer"), parent)
        self.service = line(_("Address of the time-stamp service"), _("https://…"))
        self.service.setMaxLength(LONGEST_PLACE)
        self.service.setToolTip(
            _("An RFC 3161 service; it gets a digest alone. Empty: the report says whose clock it was")
        )
        self.attempt = push(_("Try the service no&w"), _("Ask it for one time stamp, which is thrown away"))
        self.countersigned = QCheckBox(_("Reports have an e&xtra field for a second officer"))
        self.countersigned.setToolTip(_("Only such reports can be countersigned; all else stays forbidden in them"))
        label = QLabel(_("Ser&vice"))
        label.setBuddy(self.service)
        layout = QGridLayout(self)
        layout.setColumnStretch(1, 1)
        layout.addWidget(label, 0, 0)
        layout.addWidget(self.service, 0, 1)
        layout.addWidget(self.attempt, 1, 1, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.countersigned, 2, 0, 1, 2)
        self.service.editingFinished.connect(lambda: self.chosen.emit("timestamp_url", self.address))
        self.service.textChanged.connect(lambda _text: self.attempt.setEnabled(bool(self.address)))
        self.countersigned.toggled.connect(lambda on: self.chosen.emit("countersigned", on))

    @property
    def address(self) -> str:
        """What is typed."""
        return typed(self.service)

    def show_choices(self, found: Preferences) -> None:
        """Show them without saying that they were chosen; a line that is being typed in is left alone."""
        if not self.service.hasFocus():
            self.service.setText(found.timestamp_url)
        with QSignalBlocker(self.countersigned):
            self.countersigned.setChecked(found.countersigned)
        self.attempt.setEnabled(bool(self.address))
