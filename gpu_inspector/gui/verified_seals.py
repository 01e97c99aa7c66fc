"""What stands in a report's file beside its own signature: a second officer's, and time stamps, each with its trust.

Each bears a sign, a word and its own sentence: that the report's signer is accepted says nothing about the others.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from gpu_inspector.gui import signs
from gpu_inspector.gui.settings_panels import reading_label
from gpu_inspector.gui.signs import Shape, Sign, SignView
from gpu_inspector.gui.text import breakable, grouped, retold, safe
from gpu_inspector.language import N_, _

if TYPE_CHECKING:
    from gpu_inspector.report.seen import Seal

LEVELS = {
    "B-B": N_("B-B: when it was signed is known from the signer's own clock alone."),
    "B-T": N_("B-T: a time-stamp service says that it was there then; proofs on revocation are missing or incomplete."),
    "B-LTA": N_("B-LTA: a time-stamp service says that it was there then; the proofs on revocation are in the file."),
}
KINDS = {
    "report": N_("Signature of the report"),
    "countersignature": N_("Countersignature"),
    "time stamp": N_("Time stamp"),
}
ACCEPTED: Sign = signs.CLEAR
UNKNOWN: Sign = (Shape.DIAMOND, "open")
MOST = 40
"""Signatures and stamps that are shown."""
_LONGEST = 1000
"""Characters of one text of the file."""


class SealsView(QWidget):
    """One line with its sign for each."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self.texts: list[str] = []
        """What is shown, line by line."""

    def show_seals(self, seals: "tuple[Seal, ...]") -> None:
        """Show these; the report's own signature, which comes first, has its own place on the page."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        behind = seals[1:]
        self.texts = ["\n".join(_lines(one)) for one in behind[:MOST]]
        for row, (one, text) in enumerate(zip(behind, self.texts, strict=False)):
            view, label = SignView(18), reading_label(_(KINDS.get(one.kind.value, one.kind.value)))
            view.show_sign(ACCEPTED if one.trusted else UNKNOWN)
            label.setText(breakable(text))
            self._grid.addWidget(view, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(label, row, 1)
        if len(behind) > MOST:
            more = reading_label(_("More of them"))
            more.setText(_("and {count} more").format(count=len(behind) - MOST))
            self._grid.addWidget(more, MOST, 1)
            self.texts.append(more.text())


def level_of(level: str) -> str:
    """How far the file's proofs reach, in a sentence."""
    return _(LEVELS[level]) if level in LEVELS else safe(level)


def words_of(seal: "Seal") -> str:
    """Whose it is, and whether that one is accepted: for a list in one line."""
    word = _("accepted") if seal.trusted else _("not known here")
    return f"{_(KINDS.get(seal.kind.value, seal.kind.value))}: {safe(seal.signer, _LONGEST)} ({word})"


def _lines(seal: "Seal") -> Iterator[str]:
    yield words_of(seal)
    clock = _("{moment}, by its own clock")
    if seal.kind.value == "time stamp":
        clock = _("{moment}, by the clock of the service")
    yield clock.format(moment=safe(seal.at))
    yield _("Fingerprint, SHA-256: {digits}").format(digits=grouped(seal.fingerprint))
    for said in (seal.reason, seal.location, *seal.remarks):
        if said:
            yield retold(said, _LONGEST)
