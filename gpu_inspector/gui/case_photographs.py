"""The photographs of one object: each upright and small, with what it shows, its caption, and the codes on it."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gpu_inspector.gui.case_codes import CodeView
from gpu_inspector.gui.case_forms import Line, let_wheel_pass
from gpu_inspector.gui.forms import named
from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.pictures import small
from gpu_inspector.gui.text import breakable, safe
from gpu_inspector.language import _
from gpu_inspector.records.appearance import LabelCode
from gpu_inspector.records.declaration import SHOWS, Photograph
from gpu_inspector.workflow.labels import codes_on, confirmed

SIDE = 96
"""Pixels of a small picture."""
MOST = 40
"""Photographs of one object."""


class PhotographRow(QFrame):
    """One photograph."""

    changed = Signal(object)
    """The Photograph as it is described now."""
    unwanted = Signal(str)
    """Its digest."""
    serial_found = Signal(str)
    part_found = Signal(str)

    def __init__(self, photograph: Photograph, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photograph = photograph
        name = safe(photograph.name, 60)
        self.picture = QLabel()
        self.picture.setFixedSize(SIDE, SIDE)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setAccessibleName(_("Photograph {name}").format(name=name))
        self.shows = QComboBox()
        for key, words in SHOWS.items():
            self.shows.addItem(_(words), key)
        named(self.shows, _("What {name} shows").format(name=name))
        let_wheel_pass(self.shows)
        self.shows.setToolTip(_("A photograph of the label and one in the slot bind the object to the record"))
        self.caption = Line(_("Caption of {name}").format(name=name), _("caption"))
        self.remove_button = QPushButton(_("Remove"))
        self.remove_button.setAccessibleName(_("Remove {name}").format(name=name))
        self.remove_button.setToolTip(_("Take this photograph out of the case"))
        self.codes: list[CodeView] = []
        self.elsewhere = plain_label(
            _("Only codes of the card's label are held against the card: say above if this photograph shows it.")
        )
        self.elsewhere.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.shows.setCurrentIndex(max(0, self.shows.findData(photograph.shows)))
        self.caption.setText(photograph.caption)
        self._lay_out()
        self.shows.currentIndexChanged.connect(self._described)
        self.caption.textChanged.connect(self._described)
        self.remove_button.clicked.connect(lambda: self.unwanted.emit(self._photograph.sha256))

    def show_picture(self, png: bytes) -> None:
        """The small picture; a sentence takes its place where it is gone."""
        picture = small(png, SIDE, self.devicePixelRatioF())
        if picture.isNull():
            self.picture.setText(_("not there"))
        else:
            self.picture.setPixmap(picture)

    def _described(self) -> None:
        shows = self.shows.currentData()
        self._photograph = replace(
            self._photograph, shows=shows if isinstance(shows, str) else "other", caption=self.caption.words
        )
        self._say_elsewhere()
        self.changed.emit(self._photograph)

    def _say_elsewhere(self) -> None:
        """An exhibit's tag has a code of its own, and the neighbour in the next slot has a label."""
        self.elsewhere.setHidden(not self.codes or self._photograph.shows == "label")

    def _facts(self) -> str:
        """What the file itself tells."""
        photograph = self._photograph
        parts = [safe(photograph.name, 60)]
        if photograph.taken_at:
            parts.append(_("camera's clock {time}").format(time=safe(photograph.taken_at, 40)))
        if photograph.location_removed:
            parts.append(_("location removed"))
        parts.append(_("digest {digest}…").format(digest=photograph.sha256[:12]))
        return " · ".join(parts)

    def _lay_out(self) -> None:
        self.setFrameShape(QFrame.Shape.StyledPanel)
        facts = plain_label(breakable(self._facts()))
        facts.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        top = QHBoxLayout()
        top.addWidget(self.shows, 1)
        top.addWidget(self.remove_button)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.caption)
        column.addWidget(facts)
        column.addLayout(self._codes())
        column.addWidget(self.elsewhere)
        self._say_elsewhere()
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 8, 8)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)

    def _codes(self) -> QVBoxLayout:
        """Each code that was read."""
        column = QVBoxLayout()
        column.setSpacing(2)
        for code in codes_on(self._photograph):
            view = CodeView(code)
            view.compared.connect(self._compared)
            view.serial_found.connect(self.serial_found)
            view.part_found.connect(self.part_found)
            column.addWidget(view)
            self.codes.append(view)
        return column

    def _compared(self, code: object, yes: bool) -> None:
        """The inspector's yes to a code, or that it was taken back."""
        assert isinstance(code, LabelCode)
        self._photograph = confirmed(self._photograph, code, yes)
        for view, now in zip(self.codes, codes_on(self._photograph), strict=True):
            view.show_sure(now.sure)
        self.changed.emit(self._photograph)


class PhotographList(QWidget):
    """All photographs of the object that is in sight."""

    changed = Signal(tuple)
    """The Photographs as they are described now."""
    wanted = Signal(object)
    """The small picture of this Photograph is not here yet."""
    serial_found = Signal(str)
    part_found = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photographs: tuple[Photograph, ...] = ()
        self._small: dict[str, bytes] = {}
        self.rows: dict[str, PhotographRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.empty = plain_label(_("No photograph yet. Drop pictures on the window, paste them, or choose files."))
        self.empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._column.addWidget(self.empty)

    def show_all(self, photographs: tuple[Photograph, ...]) -> None:
        """These, in place of those that stand here."""
        for row in self.rows.values():
            row.hide()
            row.deleteLater()
        self.rows.clear()
        self._photographs = ()
        self.empty.show()
        for photograph in photographs:
            self.add(photograph)

    def add(self, photograph: Photograph) -> None:
        """One more at the end."""
        self._photographs = (*self._photographs, photograph)
        row = PhotographRow(photograph)
        row.changed.connect(self._describe)
        row.unwanted.connect(self._remove)
        row.serial_found.connect(self.serial_found)
        row.part_found.connect(self.part_found)
        self.rows[photograph.sha256] = row
        self.empty.hide()
        self._column.addWidget(row)
        if photograph.sha256 in self._small:
            row.show_picture(self._small[photograph.sha256])
        else:
            self.wanted.emit(photograph)

    def show_small(self, sha256: str, png: bytes) -> None:
        """The small picture of this digest; b"" where there is none any more."""
        self._small[sha256] = png
        if sha256 in self.rows:
            self.rows[sha256].show_picture(png)

    def _describe(self, photograph: object) -> None:
        assert isinstance(photograph, Photograph)
        self._photographs = tuple(photograph if one.sha256 == photograph.sha256 else one for one in self._photographs)
        self.empty.setVisible(not self._photographs)
        self.changed.emit(self._photographs)

    def _remove(self, sha256: str) -> None:
        row = self.rows.pop(sha256)
        row.hide()
        row.deleteLater()
        self._photographs = tuple(one for one in self._photographs if one.sha256 != sha256)
        self.empty.setVisible(not self._photographs)
        self.changed.emit(self._photographs)
