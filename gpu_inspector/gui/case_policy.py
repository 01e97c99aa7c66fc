"""What the office's policy makes mandatory, marked at the fields of the case, and what of it is still missing."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gpu_inspector.gui.case_binding import BindingForm
from gpu_inspector.gui.case_declared import DeclarationForm
from gpu_inspector.gui.case_forms import CaseForm
from gpu_inspector.gui.doors.case import CaseDoors
from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.text import breakable, safe
from gpu_inspector.gui.worker import Job
from gpu_inspector.language import _, listed, sentences
from gpu_inspector.records import policy
from gpu_inspector.records.policy import Bounds

MARK = " *"
"""Behind a label; the line above the fields says what it means."""


class PolicyLine(QWidget):
    """One line above the case's fields; hidden where no policy makes any of them mandatory."""

    def __init__(
        self,
        doors: CaseDoors,
        declared: DeclarationForm,
        case: CaseForm,
        binding: BindingForm,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._doors: Final[CaseDoors] = doors
        self._forms = (declared, case, binding)
        self._fields: dict[str, QWidget] = {
            "case": case.number,
            "inspector": case.inspector,
            "office": case.office,
            "place": case.place,
            "seals": case.seals,
            "exhibit": binding.exhibit,
            "declared-product": declared.product,
            "declared-memory": declared.memory,
            "declared-serial": binding.serial,
            "declared-part-number": binding.part_number,
            "declared-description": declared.description,
            "declared-brand": declared.brand,
            "declared-origin": declared.origin,
            "declared-control-class": declared.control_class,
            "quantity": declared.quantity,
            "hs-code": declared.hs_code,
            "value": declared.value,
            "consignee": declared.consignee,
            "papers": declared.papers,
            "destination": declared.destination,
            "headquarters": declared.headquarters,
            "export-date": declared.export_date,
        }
        self._bounds = Bounds()
        self._looking = False
        self.says = plain_label()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.says)
        self.hide()
        for form in self._forms:
            form.changed.connect(self._renew)

    def look(self) -> None:
        """Ask which policy is in force, beside the window."""
        if self._looking:
            return
        self._looking = True
        job = Job(lambda progress: self._doors.bounds(), self)
        job.done.connect(self._bind)
        job.failed.connect(self._say)
        job.ended.connect(self._looked)
        job.start()

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the mandatory fields that are empty, of the object in sight."""
        declared, case, binding = self._forms
        typed = replace(case.case(), binding=binding.binding())
        label = replace(declared.declaration(), serial=binding.serial.words, part_number=binding.part_number.words)
        return policy.missing(self._bounds.mandatory, typed, label)

    @Slot()
    def _looked(self) -> None:
        self._looking = False

    @Slot(object)
    def _bind(self, bounds: object) -> None:
        assert isinstance(bounds, Bounds)
        self._bounds = bounds
        labels = {one.buddy(): one for form in self._forms for one in form.findChildren(QLabel)}
        for name, field in self._fields.items():
            wanted = name in bounds.mandatory
            label = labels[field]
            label.setText(label.text().removesuffix(MARK) + (MARK if wanted else ""))
            field.setAccessibleDescription(_("mandatory by the office's policy") if wanted else "")
        self._renew()

    @Slot()
    def _renew(self) -> None:
        if not self._bounds.mandatory:
            self.hide()
            return
        words = listed([_(policy.FIELDS[name].words) for name in self.missing])
        said = _("Fields marked * are mandatory by the {policy}.").format(policy=safe(self._bounds.name, 240))
        missing = _("Still missing: {fields}.").format(fields=words) if words else _("None of them is empty.")
        self._say(sentences(said, missing))

    @Slot(str)
    def _say(self, sentence: str) -> None:
        self.says.setText(breakable(sentence))
        self.show()
