"""Which products' figures a card is classed by: identity decides the class, and the silicon outweighs every claim.

Id, name and size pick the product. More memory moves no card between classes, so a rework is classed as what it was
made of. Where the measured die excludes the claimed product, the products of the real die count, whatever the card
calls itself. Where it only deviates, a class is not lowered by it: units that were not seen may be hidden by a setting
or another program. Source: research notes, export control 0.1 and modified cards 1.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from gpu_inspector.checks import sizes
from gpu_inspector.checks.die_fit import Candidate, Fit, candidates, count_of, fit
from gpu_inspector.checks.facts import Missing
from gpu_inspector.language import N_, fill
from gpu_inspector.records.catalogue import Catalogue, normalise
from gpu_inspector.records.finding import Outcome, Strength
from gpu_inspector.records.firmware import PC_AT
from gpu_inspector.records.product import Product
from gpu_inspector.records.silicon import DieReading

if TYPE_CHECKING:
    from gpu_inspector.checks.answer import Answer
    from gpu_inspector.checks.subject import Subject

Rows = tuple[Product, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Whose figures count."""

    claimed: Rows = ()
    """The products that the card may be by its own word."""
    real: Rows = ()
    """The products of the die that was measured, where the claimed ones do not fit it."""
    excluded: bool = False
    """A physical limit rules the claimed products out."""
    firm: bool = False
    """The deviation is a strong sign, or a limit."""
    dies: tuple[str, ...] = ()
    """Those that fit what was measured, the best first; () where the claim stands."""
    count: int | None = None
    """Multiprocessors that were measured; None where only the marking on the die was read."""
    why_not: str = ""
    """Why there are no rows at all, in words."""


def choose(subject: "Subject") -> Choice:
    """The products by claims, and those of the measured die where that is another."""
    guest = subject.not_a_guest
    if isinstance(guest, Missing):
        return Choice(why_not=fill(guest.reason, guest.values))
    claimed = claimed_rows(subject)
    seen = _seen(subject)
    if seen is not None:
        capability, reading = seen
        answer = _die_measured(subject)
        if not claimed or answer.outcome in (Outcome.NOTED, Outcome.SUSPICIOUS, Outcome.CONTRADICTED):
            speed = subject.measured_speed
            found = fit(
                reading, capability, _candidates(subject.catalogue), None if isinstance(speed, Missing) else speed
            )
            return _of_die(claimed, found, reading, answer, subject.catalogue)
    if claimed:
        return Choice(claimed=claimed)
    return _marked(subject) or Choice(why_not=_unknown(subject))


def claimed_rows(subject: "Subject") -> Rows:
    """The genuine products that id, name and size leave; of both where id and name speak of different ones."""
    catalogue, name, memory = subject.catalogue, subject.name, subject.memory
    rows = _given(subject.products) or _of_image(subject)
    named = _given(subject.named)
    if rows and not isinstance(name, Missing) and catalogue.knows_name(name):
        own = tuple(row for row in rows if normalise(row.name) == normalise(name))
        rows = own or (*rows, *named)
    rows = rows or named
    capability = subject.compute_capability
    if not isinstance(capability, Missing):
        # The driver takes it from the chip: it follows neither a flashed id nor a name.
        rows = (
            tuple(row for row in rows if row.die in catalogue.dies and _capability(row, catalogue) == capability)
            or rows
        )
    if not isinstance(memory, Missing):
        rows = tuple(row for row in rows if sizes.fits(memory, row)) or rows
    return _genuine(rows, catalogue)


def _capability(row: Product, catalogue: Catalogue) -> str:
    return catalogue.dies[row.die].compute_capability


def _given(rows: Rows | Missing) -> Rows:
    return () if isinstance(rows, Missing) else rows


def _of_image(subject: "Subject") -> Rows:
    """Of a firmware image alone: the products of the id that it was made for."""
    image = subject.vbios_image
    if isinstance(image, Missing) or not isinstance(subject.device_id, Missing):
        return ()
    made_for = [one.device_id for one in image.images if one.code_type == PC_AT]
    return subject.catalogue.by_device(made_for[0]) if made_for else ()


def _genuine(rows: Iterable[Product], catalogue: Catalogue) -> Rows:
    """Each once, without ids that only forgeries bear."""
    forged = {one.device_id for one in catalogue.counterfeits}
    return tuple({id(row): row for row in rows if not forged >= set(row.device_ids)}.values())


def _unknown(subject: "Subject") -> str:
    missing = subject.products
    if not isinstance(missing, Missing):
        return N_("the product of this card is not in the reference data")
    return fill(missing.reason, missing.values)


def _marked(subject: "Subject") -> Choice | None:
    """The products of the die whose marking was read, of its bin where any is known by it; None where none was."""
    marking = subject.marked_die
    code = None if isinstance(marking, Missing) else marking.code
    if code is None:
        return None
    rows = tuple(row for row in subject.catalogue.products if row.die == code.die)
    own = tuple(row for row in rows if any(f"-{code.bin}" in number for number in row.gpu_part_numbers))
    found = _genuine(own or rows, subject.catalogue)
    return Choice(real=found, dies=(code.die,)) if found else None


# --- the measured die


def _seen(subject: "Subject") -> tuple[str, DieReading] | None:
    """Capability and reading, where the whole card was measured undisturbed."""
    silicon, reading = subject.silicon, subject.measured_die
    if isinstance(silicon, Missing) or isinstance(reading, Missing) or subject.whole_card is not True:
        return None
    usable = bool(silicon.compute_capability) and not reading.disturbed and bool(reading.rates)
    return (silicon.compute_capability, reading) if usable and count_of(reading) is not None else None


def _die_measured(subject: "Subject") -> "Answer":
    """What the check of the measured die says: it alone knows which deviations weigh how much."""
    # Both import the subject, whose fact this is.
    from gpu_inspector.checks import die_measured, runner

    return runner.ask(die_measured.measured, subject)


@lru_cache(maxsize=2)
def _candidates(catalogue: Catalogue) -> tuple[Candidate, ...]:
    return candidates(catalogue)


def _of_die(claimed: Rows, found: Fit, reading: DieReading, answer: "Answer", catalogue: Catalogue) -> Choice:
    """The products of the dies that fit, with as many multiprocessors where any has."""
    dies = (found.best.name, *found.not_told_from) if found.best is not None else ()
    on_it = _genuine((row for row in catalogue.products if row.die in dies), catalogue)
    count = count_of(reading)
    choice = Choice(
        claimed=claimed,
        real=tuple(row for row in on_it if row.sm == count) or on_it,
        excluded=answer.outcome is Outcome.CONTRADICTED,
        firm=answer.strength is Strength.STRONG,
        dies=dies,
        count=count,
    )
    if not dies:
        return replace(choice, why_not=N_("no die of the reference data fits what was measured"))
    return choice
