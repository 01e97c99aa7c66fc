"""The fixed list of photographs: each line is ticked by a photograph that hangs there, and by nothing else."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gpu_inspector.gui import signs, theme
from gpu_inspector.gui.headline import plain_label, tint
from gpu_inspector.gui.look_album import Album, PhotoStrip, dropped_pictures
from gpu_inspector.gui.look_edits import missing_shots, photographs_at, shot_place
from gpu_inspector.gui.look_fields import LookForm
from gpu_inspector.gui.signs import SignView
from gpu_inspector.language import _, ngettext
from gpu_inspector.records.appearance import Appearance
from gpu_inspector.records.checklist import SHOTS


class ShotRow(QFrame):
    """One line of the list."""

    def __init__(self, what: str, album: Album, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._album, self._place = album, shot_place(what)
        self.sign = SignView(18)
        self.words, self.state = plain_label(_(what)), plain_label()
        self.strip = PhotoStrip(album, self._place, _(what))
        self.setAcceptDrops(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        top = QHBoxLayout()
        top.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignVCenter)
        top.addWidget(self.words, 3)
        top.addWidget(self.state, 1)
        top.addWidget(self.strip.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 5, 8, 5)
        column.addLayout(top)
        column.addWidget(self.strip)

    def fill(self, seen: Appearance) -> None:
        digests = photographs_at(seen, self._place)
        self.sign.show_sign(signs.CLEAR if digests else signs.NOTE)
        self.state.setText(_("taken") if digests else _("missing"))
        self.strip.show_digests(digests)
        tint(self.state, "text" if digests else "muted", theme.of(self.palette()))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_pictures(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self._album.take_files(self._place, dropped_pictures(event))


class ShotsForm(LookForm):
    """All lines, and how many are missing."""

    def __init__(self, album: Album, parent: QWidget | None = None) -> None:
        super().__init__(_("The list, each with a scale bar"), parent)
        self.missing = plain_label()
        self.lines = tuple(ShotRow(what, album) for what in SHOTS)
        self._seen = Appearance()
        self.rows.addRow(self.missing)
        for row in self.lines:
            self.rows.addRow(row)

    def fill(self, seen: Appearance) -> None:
        self._seen = seen
        for row in self.lines:
            row.fill(seen)
        count = len(missing_shots(seen))
        words = ngettext(
            "{count} photograph of the list is missing.", "{count} photographs of the list are missing.", count
        )
        self.missing.setText(words.format(count=count) if count else _("All photographs of the list are there."))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for row in self.lines:
                row.fill(self._seen)
