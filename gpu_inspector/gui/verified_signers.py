"""Whose signatures are accepted, and as of when: certificates that the user names, for this window or from now on."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QGroupBox, QHBoxLayout, QVBoxLayout, QWidget

from gpu_inspector.gui.forms import line, named, typed
from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.settings_panels import push
from gpu_inspector.gui.text import safe, tip
from gpu_inspector.language import N_, _
from gpu_inspector.workflow.dates import QuestionError, days
from gpu_inspector.workflow.identities import Known

DASHES = 2
"""Of a day."""
NOBODY = N_("Nobody's yet")


class AsOf(QWidget):
    """The day as of which reports are answered; nothing typed is today."""

    changed = Signal()
    """Another day is meant than before."""
    misread = Signal(str)
    """A sentence: what was typed is no day."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.moment: datetime | None = None
        """The end of the day that is meant; None is now."""
        self.field = line(_("Answer as of this day"), _("today; or a day: 2036-11-25"))
        self.field.setToolTip(_("Certificates run out; this answers as it would have been answered on that day"))
        label = plain_label(_("As &of"))
        label.setWordWrap(False)
        label.setBuddy(self.field)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label)
        row.addWidget(self.field, 1)
        self.field.editingFinished.connect(self._read)

    @Slot()
    def _read(self) -> None:
        text = typed(self.field)
        try:
            span = days(text)
        except QuestionError:
            span = None
        if text and (span is None or text.count("-") != DASHES):
            self.misread.emit(_("“{text}” is no day. Write 2036-11-25.").format(text=safe(text, 40)))
            return
        moment = span[1] if span is not None else None
        if moment != self.moment:
            self.moment = moment
            self.changed.emit()


class SignersPanel(QGroupBox):
    """The accepted certificates by their files; a file is read again for each report that is examined."""

    kept = Signal(object)
    """The certificates that are accepted from now on, a tuple of texts: their paths."""
    changed = Signal()
    """Others are accepted than before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Accepted signers"), parent)
        self._known: dict[Path, tuple[Known, ...]] = {}
        self._kept: tuple[str, ...] = ()
        self.signers = QComboBox()
        named(self.signers, _("Certificates whose signatures are accepted"))
        self.signers.setPlaceholderText(_(NOBODY))
        self.choose = push(_("A&ccept a certificate…"), _("Accept the signatures of this certificate (PEM or DER)"))
        self.forget = push(_("&Forget"), _("Do not accept this certificate any more"))
        self.keep = QCheckBox(_("&Keep for next time"))
        self.keep.setToolTip(_("Otherwise a certificate is accepted until this window closes"))
        row = QHBoxLayout()
        row.addWidget(self.choose)
        row.addWidget(self.forget)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.addWidget(self.signers)
        column.addLayout(row)
        column.addWidget(self.keep)
        self.forget.clicked.connect(self._forget)
        self._show()

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of the accepted certificates."""
        return tuple(self._known)

    def use(self, kept: tuple[str, ...]) -> None:
        """Those that were accepted for good, as the settings have them."""
        if kept != self._kept:
            fresh = [Path(one) for one in kept if one not in self._kept]
            self._kept = kept
            self._known |= {path: () for path in fresh if path not in self._known}
            self._show()

    def accept(self, path: Path, found: tuple[Known, ...]) -> None:
        """Accept what this file holds."""
        self._known[path] = found
        if self.keep.isChecked() and str(path) not in self._kept:
            self._keep((*self._kept, str(path)))
        self._show()
        self.changed.emit()

    @Slot()
    def _forget(self) -> None:
        path = self.signers.currentData()
        if isinstance(path, Path):
            self._known.pop(path, None)
            if str(path) in self._kept:
                self._keep(tuple(one for one in self._kept if one != str(path)))
            self._show()
            self.changed.emit()

    def _keep(self, paths: tuple[str, ...]) -> None:
        self._kept = paths
        self.kept.emit(paths)

    def _show(self) -> None:
        self.signers.clear()
        for path, known in self._known.items():
            name = safe(known[0].name if known else path.name, 40)
            how_long = _("kept") if str(path) in self._kept else _("for this window")
            self.signers.addItem(f"{name} ({how_long})", path)
            self.signers.setItemData(self.signers.count() - 1, tip(safe(str(path))), Qt.ItemDataRole.ToolTipRole)
        self.forget.setEnabled(bool(self._known))
        self.signers.setEnabled(bool(self._known))
        self.signers.setCurrentIndex(self.signers.count() - 1)
