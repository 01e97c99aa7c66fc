"""Who said what of one card: the ground that the facts of `subject.py` stand on."""

from gpu_inspector.checks.facts import Missing
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.claims import CardClaims
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardEvidence, Evidence, HostReading, Origin


class Sources:
    """One card of the evidence, and the first value that any of its sources gave for a fact."""

    def __init__(self, evidence: Evidence, card: CardEvidence, declaration: Declaration, catalogue: Catalogue) -> None:
        self.evidence = evidence
        self.card = card
        self.catalogue = catalogue
        self._declaration = declaration

    # Sources

    @property
    def declaration(self) -> Declaration | Missing:
        return self._declaration if not self._declaration.empty else Missing(N_("Nothing was declared."))

    @property
    def host(self) -> HostReading | Missing:
        if self.evidence.host is not None:
            return self.evidence.host
        if self.evidence.origin is Origin.MACHINE:
            return Missing(N_("The bench could not be examined."))
        if self.evidence.origin is Origin.SEEN:
            return Missing(N_("The object was not started: there is no machine whose word is relied on."), arises=False)
        return Missing(
            N_("The machine that this file was made on is not known."),
            N_("Inspect the card itself, on a bench of your own."),
        )

    @property
    def drivers(self) -> tuple[tuple[str, CardClaims], ...] | Missing:
        """What the driver's interfaces and programs that ask it said, with their names, the better ones first."""
        return self.card.claims or Missing(
            N_("The driver said nothing about this card."),
            N_("Load NVIDIA's driver for this card and inspect again."),
        )

    def claim(self, field: str) -> object | None:
        """The first value that any source gave for a field of `CardClaims`."""
        drivers = self.drivers
        if isinstance(drivers, Missing):
            return None
        return next((value for _, one in drivers if (value := getattr(one, field)) is not None), None)

    def _text(self, field: str, what: str) -> str | Missing:
        value = self.claim(field)
        return str(value) if value is not None else self._not_given(field, what)

    def _number(self, field: str, what: str) -> int | Missing:
        value = self.claim(field)
        return value if isinstance(value, int) else self._not_given(field, what)

    def _not_given(self, field: str, what: str) -> Missing:
        reasons = {
            absence.reason for _, reading in self.card.claims for absence in reading.absent if absence.field == field
        }
        why = f" ({', '.join(sorted(reasons))})" if reasons else ""
        return Missing(N_("No source gave {what}{why}."), values={"what": what, "why": why})
