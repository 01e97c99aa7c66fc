"""Which day's rules a card is classed by: the declared day of export, or the day on which it was inspected.

A machine whose clock lost its battery says 1970, or the day on which its firmware was made; by the rules of that day an
H100 would be under no entry. So a day of inspection never lies before the rules were compiled. A declared day is the
papers' word: it decides as the rules have it, and where it alone makes "none", the later day is told beside it.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from gpu_inspector.checks.facts import Missing
from gpu_inspector.language import N_, fill

if TYPE_CHECKING:
    from gpu_inspector.checks.subject import Subject

_NO_DAY = N_("The declared day of export is no day of the calendar: the day of the inspection was taken.")
_BEHIND = N_(
    "By its own word the evidence is of {day}, before the rules were compiled: those of {compiled} were taken, and a"
    " declared day of export may name others."
)


@dataclass(frozen=True, slots=True)
class Days:
    """The day that is asked about, and the one that is taken for today."""

    on: date
    present: date
    cautions: tuple[str, ...] = ()


def days_of(subject: "Subject") -> Days:
    """By declaration, evidence (UTC) and rules."""
    compiled = subject.catalogue.export_law.meta.compiled
    own = subject.evidence.collected_at.date()
    present = max(own, compiled)
    declaration = subject.declaration
    said = "" if isinstance(declaration, Missing) else declaration.export_date.strip()
    declared = _day(said)
    if declared is not None:
        return Days(declared, present)
    cautions = [_NO_DAY] if said else []
    if own < compiled:
        cautions.append(fill(_BEHIND, {"day": own.isoformat(), "compiled": compiled.isoformat()}))
    return Days(present, present, tuple(cautions))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
