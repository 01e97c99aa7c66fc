"""Lists of what should be there: a packing list, a management controller's inventory, what the chassis' labels say.

A file each, named here and read when the run begins; what is on them is held against every card of the inspection.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QGroupBox, QPushButton, QWidget

from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.settings_panels import push
from gpu_inspector.gui.text import breakable, safe
from gpu_inspector.language import N_, _
from gpu_inspector.workflow.listing import ListWish

PACKING, INVENTORY, LABELS = "packing", "inventory", "labels"
_NONE = N_("none")


@dataclass(frozen=True, slots=True)
class _Kind:
    button: str
    tip: str
    files: str


KINDS = {
    PACKING: _Kind(
        N_("Packing list…"),
        N_("The serials that the papers name, as a table (CSV)"),
        N_("Tables (*.csv *.txt);;All files (*)"),
    ),
    INVENTORY: _Kind(
        N_("Controller's inventory…"),
        N_("What the management controller says is built in, as Redfish JSON in a file"),
        N_("Redfish inventories (*.json);;All files (*)"),
    ),
    LABELS: _Kind(
        N_("Chassis labels…"),
        N_("The serials that stand on the labels of the chassis, as a table (CSV)"),
        N_("Tables (*.csv *.txt);;All files (*)"),
    ),
}


class ListsForm(QGroupBox):
    """Three files, each may be missing."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Lists: what should be there"), parent)
        self._paths: dict[str, Path] = {}
        self.buttons: dict[str, QPushButton] = {}
        self.removers: dict[str, QPushButton] = {}
        self.names = {kind: plain_label() for kind in KINDS}
        layout = QGridLayout(self)
        layout.setVerticalSpacing(4)
        layout.setColumnStretch(1, 1)
        for row, (kind, words) in enumerate(KINDS.items()):
            choose, remove = push(_(words.button), _(words.tip)), push(_("Remove"), _("Take this list out of the case"))
            remove.setAccessibleName(_("Remove: {list}").format(list=_(words.button).rstrip("…")))
            choose.clicked.connect(partial(self._choose, kind))
            remove.clicked.connect(partial(self._remove, kind))
            self.buttons[kind], self.removers[kind] = choose, remove
            for column, widget in enumerate((choose, self.names[kind], remove)):
                layout.addWidget(widget, row, column)
        self.clear()

    def wish(self) -> ListWish:
        """Which lists are read at the beginning of a run."""
        found = {kind: (self._paths[kind],) if kind in self._paths else () for kind in KINDS}
        return ListWish(found[PACKING], tuple(map(str, found[INVENTORY])), found[LABELS])

    def put(self, kind: str, path: Path) -> None:
        """Use this file as the list of that kind."""
        self._paths[kind] = path
        self._renew()
        self.changed.emit()

    def clear(self) -> None:
        """No list, for a new case."""
        self._paths.clear()
        self._renew()

    def _choose(self, kind: str) -> None:
        words = KINDS[kind]
        name, _filter = QFileDialog.getOpenFileName(self, _(words.button), "", _(words.files))
        if name:
            self.put(kind, Path(name))

    def _remove(self, kind: str) -> None:
        self._paths.pop(kind, None)
        self.buttons[kind].setFocus()
        self._renew()
        self.changed.emit()

    def _renew(self) -> None:
        for kind, label in self.names.items():
            path = self._paths.get(kind)
            label.setText(breakable(safe(path.name, 60)) if path is not None else _(_NONE))
            self.buttons[kind].setAccessibleDescription(label.text())
            self.removers[kind].setEnabled(path is not None)
