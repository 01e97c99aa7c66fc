"""One object on the table and the card that it is said to be: tag, label, slot, and what is still missing."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from gpu_inspector.gui import signs
from gpu_inspector.gui.case_forms import Form, Line, let_wheel_pass
from gpu_inspector.gui.forms import named
from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.signs import Shape, Sign, SignView
from gpu_inspector.gui.text import breakable, safe
from gpu_inspector.language import _, listed, ngettext
from gpu_inspector.records.declaration import BOUND, NOT_BOUND, Binding, Case, unbound
from gpu_inspector.workflow.drafts import ObjectDraft

_BOUND: Sign = (Shape.CHECK, "calm")
_ABSENT = "\0absent"


def binding_words(draft: ObjectDraft, addresses: tuple[str, ...]) -> tuple[Sign, str]:
    """Whether this object would be bound to the record of a card at one of these addresses, as sign and sentence."""
    missing = unbound(Case(binding=draft.binding, photographs=draft.photographs), addresses)
    if not missing:
        return _BOUND, _("{bound}: {address}").format(bound=_(BOUND), address=safe(draft.binding.address, 60))
    words = listed([_(one) for one in missing])
    if draft.binding.absent:
        return signs.NOTE, f"{_(NOT_BOUND)}: {words}"
    return signs.WARNING, _("{not_bound}; missing: {words}").format(not_bound=_(NOT_BOUND), words=words)


def short_words(draft: ObjectDraft, addresses: tuple[str, ...]) -> str:
    """The same in two words, for a list."""
    if draft.binding.absent:
        return _("no object")
    missing = unbound(Case(binding=draft.binding, photographs=draft.photographs), addresses)
    return (
        ngettext("not bound: {n} thing missing", "not bound: {n} things missing", len(missing)).format(n=len(missing))
        if missing
        else _("bound")
    )


class BindingForm(Form):
    """What ties the object to the card, and what its own label declares."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Binding: which object is which card"), parent)
        self._addresses: tuple[str, ...] = ()
        self.exhibit = Line(_("Exhibit tag"), tip=_("The tag that is fixed to this object"))
        self.slot = Line(_("Slot"), _("in your own words: upper slot, riser 2"), _("Where this object sits"))
        self.serial = Line(_("Declared serial number"), _("as label or papers say"))
        self.part_number = Line(_("Declared part number"), _("as label or papers say"))
        self.object = QComboBox()
        named(self.object, _("Which card this object is"))
        let_wheel_pass(self.object)
        self.object.setToolTip(_("Say it only after you have compared the slot in front of you with the address"))
        self.sign = SignView(20)
        self.state = plain_label()
        self.add(_("E&xhibit tag"), self.exhibit)
        self.add(_("Sl&ot"), self.slot)
        self.add(_("Ser&ial"), self.serial)
        self.add(_("Part n&umber"), self.part_number)
        self.add(_("Ob&ject"), self.object)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.state, 1)
        self.rows.addRow(row)
        self.object.currentIndexChanged.connect(self.changed)

    def show_draft(self, draft: ObjectDraft, addresses: tuple[str, ...], title: str) -> None:
        """This object in place of the one that stands here; `addresses` are those of the cards it may be."""
        self._addresses = addresses
        self.exhibit.setText(draft.binding.exhibit)
        self.slot.setText(draft.binding.slot)
        self.serial.setText(draft.serial)
        self.part_number.setText(draft.part_number)
        self.object.blockSignals(True)
        self.object.clear()
        self.object.addItem(_("not said yet"), "")
        for address in addresses:
            words = _("This object is the card at {address}").format(address=safe(address, 60))
            self.object.addItem(f"{words} ({title})" if title else words, address)
        self.object.addItem(_("There is no object at hand"), _ABSENT)
        chosen = _ABSENT if draft.binding.absent else draft.binding.address
        self.object.setCurrentIndex(max(0, self.object.findData(chosen)))
        self.object.blockSignals(False)
        self.say(draft)

    def binding(self) -> Binding:
        """As it is typed now."""
        chosen = self.object.currentData()
        address = chosen if isinstance(chosen, str) and chosen != _ABSENT else ""
        return Binding(exhibit=self.exhibit.words, address=address, slot=self.slot.words, absent=chosen == _ABSENT)

    def say(self, draft: ObjectDraft) -> None:
        """Whether it is bound, and if not, why."""
        sign, words = binding_words(draft, self._addresses)
        self.sign.show_sign(sign)
        self.state.setText(breakable(words))
        self.state.setForegroundRole(QPalette.ColorRole.WindowText)

    @Slot(str)
    def take_serial(self, text: str) -> None:
        """A code on a label is this object's serial."""
        self.serial.setText(text)

    @Slot(str)
    def take_part_number(self, text: str) -> None:
        """A code on a label is this object's part number."""
        self.part_number.setText(text)
