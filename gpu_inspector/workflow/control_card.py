"""The control card: one that the office knows, inspected again and again, so that the bench itself is looked at.

Which inspection is its reference stands as a line in the ledger's custody log, which is chained and only ever grows.
Every later inspection of the same card in that ledger, known by its real numbers, is then held against the reference.
A simulated card can be a control card as well, to see how it works: only simulations are held against it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector.checks.control_figures import ALLOWED
from gpu_inspector.errors import LedgerError
from gpu_inspector.language import N_
from gpu_inspector.records import drift
from gpu_inspector.records.custody import What
from gpu_inspector.records.drift import Taken
from gpu_inspector.records.evidence import CardEvidence, Evidence, Gap, Origin
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.records.numbers import Number, own_numbers
from gpu_inspector.records.selftest import MOST_POINTS, ControlCard
from gpu_inspector.workflow import custody, sighting

if TYPE_CHECKING:
    from gpu_inspector.ledger.store import Ledger

SOURCE = N_("control card")
LONGEST_NAME = 120
_READ = MOST_POINTS + 8
"""Rows of the card that are read, the newest ones: of some all that is seen is that nothing was measured."""
_LOOKED_THROUGH = 400
"""Newest rows among which simulations are looked for, which have no numbers to be found by."""
_LINES = 16
"""Lines of the custody log that are followed to their rows."""
_AGAINST = (Identity.SUSPICIOUS, Identity.CONTRADICTED)
_REMARK = N_("Something speaks against this card: a card with nothing against it makes the better control card.")


@dataclass(frozen=True, slots=True)
class Reference:
    """The inspection that the office took as the card's reference."""

    name: str
    row: int
    card: CardEvidence
    taken: Taken
    simulation: bool


def set_reference(ledger_path: Path, reference: str, name: str = "") -> tuple[ControlCard, str]:
    """Take an inspection (its number, id, or the id's beginning) as the reference of its card.

    The control card as it stands now, and a remark or "". Raises LedgerError where the inspection is not fit for it, or
    the line cannot be put into the custody log.
    """
    with _opened(ledger_path) as ledger:
        entry, inspection = ledger.inspection(reference)
        card, simulation = _fit(inspection)
        judged = next(iter(inspection.judgement.cards[inspection.evidence.cards.index(card) :]), None)
        called = " ".join((name or (judged.product if judged is not None else "")).split())[:LONGEST_NAME]
        ledger.custody.note(custody.event(What.CONTROL_CARD, entry.seq, called))
        found = _standing(ledger, simulation, None)
    if found is None:
        raise LedgerError("The control card's line cannot be found again.", "Run `gpu-inspector ledger verify`.")
    return found, _REMARK if judged is None or judged.identity in _AGAINST else ""


def forget(ledger_path: Path, *, simulation: bool = False) -> int:
    """End the control card with a line of the custody log; its reference's row. Raises LedgerError: there is none."""
    with _opened(ledger_path) as ledger:
        reference = _reference(ledger, simulation)
        if reference is None:
            raise _none(simulation)
        ledger.custody.note(custody.event(What.CONTROL_CARD_FORGOTTEN, reference.row, reference.name))
    return reference.row


def _opened(path: Path) -> Ledger:
    """The ledger for a line of its custody log; none is made here. Raises LedgerError."""
    from gpu_inspector.ledger.store import Ledger

    if not os.path.lexists(path):
        raise LedgerError(f"There is no ledger at {path}.", "It begins with the first inspection.")
    return Ledger(path)


def show(ledger_path: Path, *, simulation: bool = False) -> ControlCard | None:
    """The control card as this ledger has it; None where there is none. Raises LedgerError."""
    from gpu_inspector.ledger.store import Ledger

    if not os.path.lexists(ledger_path):
        return None
    with Ledger(ledger_path, readonly=True) as ledger:
        return _standing(ledger, simulation, None)


def with_control_card(evidence: Evidence, ledger_path: Path) -> Evidence:
    """The evidence with the control card of this ledger: of real cards where it is of this machine's, else none.

    What a handed-in file says of one is not taken over. Where the evidence is of the control card itself, it is the
    card's last inspection. A ledger that cannot be asked is a gap.
    """
    evidence = replace(evidence, control_card=None, gaps=tuple(one for one in evidence.gaps if one.source != SOURCE))
    simulation = evidence.origin is Origin.SIMULATION
    here = evidence.origin is Origin.MACHINE and evidence.node is None
    wanted = simulation or (here and sighting.real(evidence))
    if not wanted or not os.path.lexists(ledger_path):
        return evidence
    from gpu_inspector.ledger.store import Ledger

    try:
        with Ledger(ledger_path, readonly=True) as ledger:
            if (fault := ledger.fault()) is not None:
                raise LedgerError(f"it was tampered with or damaged ({fault})", "Run `gpu-inspector ledger verify`.")
            return replace(evidence, control_card=_standing(ledger, simulation, evidence))
    except LedgerError as error:
        reason = N_(f"The ledger could not be asked for the control card: {error.message}")
        return replace(evidence, gaps=(*evidence.gaps, Gap(SOURCE, reason, error.advice)))


def _none(simulation: bool) -> LedgerError:
    kind = N_("simulated control card") if simulation else N_("control card")
    return LedgerError(N_(f"This ledger has no {kind}."), N_("Name one: gpu-inspector control-card set INSPECTION"))


def _fit(inspection: Inspection) -> tuple[CardEvidence, bool]:
    """The card, and whether it is a simulation. Raises LedgerError where the inspection can be no reference."""
    evidence = inspection.evidence
    simulation = evidence.origin is Origin.SIMULATION
    here = evidence.origin is Origin.MACHINE and evidence.node is None
    if not simulation and not (here and sighting.real(evidence)):
        raise LedgerError("Only an inspection of a card in this machine can be the reference of a control card.")
    measured = [card for card in evidence.cards if drift.figures_of(card)]
    if len(measured) != 1:
        are = N_("no card") if not measured else N_(f"{len(measured)} cards")
        raise LedgerError(
            f"On this inspection {are} measured; the reference of a control card is one measured card.",
            "Inspect the card alone, with a profile.",
        )
    if not simulation and not any(own_numbers(measured[0]).values()):
        raise LedgerError("This card gave no number of its own, by which it could be known again.")
    return measured[0], simulation


def _reference(ledger: Ledger, simulation: bool) -> Reference | None:
    """The newest line that names a reference of this kind, unless one behind it ends it. Raises LedgerError."""
    lines = ledger.custody.of(What.CONTROL_CARD, What.CONTROL_CARD_FORGOTTEN)
    for line in reversed(lines[-_LINES:]):
        if line.event.seq is None:
            continue
        _entry, inspection = ledger.inspection(line.event.seq)
        try:
            card, simulated = _fit(inspection)
        except LedgerError:
            continue  # a line that this program did not write
        if simulated is not simulation:
            continue
        if line.event.what is What.CONTROL_CARD_FORGOTTEN:
            return None
        taken = Taken(line.event.seq, sighting.in_utc(inspection.evidence.collected_at), drift.figures_of(card))
        return Reference(line.event.detail[:LONGEST_NAME], line.event.seq, card, taken, simulation)
    return None


def _standing(ledger: Ledger, simulation: bool, now: Evidence | None) -> ControlCard | None:
    """The control card with its later inspections, and with the one that is being made. Raises LedgerError."""
    reference = _reference(ledger, simulation)
    if reference is None:
        return None
    later = {one.at: one for one in _later(ledger, reference) if one.at != reference.taken.at}
    if now is not None and (here := _taken(reference, now, 0)) is not None:
        later[here.at] = here
    ordered = sorted(later.values(), key=lambda one: (one.row or float("inf"), one.at))
    return drift.control_card(reference.name, reference.taken, ordered, ALLOWED, simulation=simulation)


def _later(ledger: Ledger, reference: Reference) -> Iterator[Taken]:
    """The measured inspections of the card behind its reference; a row that cannot be read is left out.

    A row that was judged anew holds the same measurement, and is told by its time.
    """
    for seq in sorted(_rows(ledger, reference)):
        try:
            _entry, inspection = ledger.inspection(seq)
        except LedgerError:
            continue  # `ledger verify` names it
        if (taken := _taken(reference, inspection.evidence, seq)) is not None:
            yield taken


def _rows(ledger: Ledger, reference: Reference) -> list[int]:
    """The newest rows behind the reference that may be of the card."""
    if reference.simulation:
        newest = ledger.history(limit=_LOOKED_THROUGH)
        found = [row.seq for row in newest if row.origin == Origin.SIMULATION]
    else:
        numbers = tuple(Number(kind, one) for kind, values in own_numbers(reference.card).items() for one in values)
        found = list(ledger.finder.seen(numbers, _READ)[0])
    return [seq for seq in found if seq > reference.row][:_READ]


def _taken(reference: Reference, evidence: Evidence, row: int) -> Taken | None:
    """The figures of the control card in an inspection; None where it is not in it, or was not measured."""
    if reference.simulation:
        if evidence.origin is not Origin.SIMULATION:
            return None
        bearers = [card for card in evidence.cards if _simulated_as(card) == _simulated_as(reference.card)]
    else:
        elsewhere = evidence.origin is not Origin.MACHINE or evidence.node is not None
        if elsewhere or evidence.masked or not sighting.real(evidence):
            return None
        bearers = [card for card in evidence.cards if sighting.shared(reference.card, card)]
    figures = [found for card in bearers if (found := drift.figures_of(card))]
    return Taken(row, sighting.in_utc(evidence.collected_at), figures[0]) if len(figures) == 1 else None


def _simulated_as(card: CardEvidence) -> str:
    """A simulated card is known again by its name: each seed is another day of it."""
    return card.silicon.simulation if card.silicon is not None else ""
