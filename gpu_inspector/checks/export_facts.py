"""Facts for export control: the products that a card may be, what its die computed, and the class that follows.

The law and its arithmetic are loaded when a card is judged: a start needs none of it.
"""

from functools import cached_property
from typing import TYPE_CHECKING, cast

from gpu_inspector.checks.facts import Missing
from gpu_inspector.checks.reached import Reached, reached
from gpu_inspector.language import N_
from gpu_inspector.records.control import ControlClass
from gpu_inspector.records.product import Product

if TYPE_CHECKING:
    from gpu_inspector.checks.subject import Subject


class ExportFacts:
    """Part of `Subject`: what stands on all of its other facts."""

    @cached_property
    def control_class(self) -> ControlClass:
        """By claims and, where it was measured, by the die; "indeterminate" where a fact that decides is missing."""
        from gpu_inspector.checks import export_class

        return export_class.class_of(self._subject)

    @cached_property
    def claimed_products(self) -> tuple[Product, ...] | Missing:
        """The products that the card may be by its own word."""
        from gpu_inspector.checks import export_rows

        guest = self._subject.not_a_guest
        if isinstance(guest, Missing):
            return guest
        return export_rows.claimed_rows(self._subject) or Missing(N_("What the card claims names no product."))

    @cached_property
    def reached(self) -> Reached | Missing:
        """What the die computed in the test."""
        reading = self._subject.measured_die
        if isinstance(reading, Missing):
            return reading
        whole = self._subject.whole_card
        if isinstance(whole, Missing):
            return whole
        return reached(reading) or Missing(
            N_("Counts, rates and clock were not all measured undisturbed: no bound can be given."),
            N_("Measure again with nothing else on the card."),
        )

    @property
    def _subject(self) -> "Subject":
        return cast("Subject", self)
