"""A card as the inspector saw it: what is typed off a genuine board of a product; tests change one thing of it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from gpu_inspector.checks import ALL_CHECKS
from gpu_inspector.checks.runner import run
from gpu_inspector.checks.subject import Subject
from gpu_inspector.records.appearance import Appearance, DieMarking, MemoryChips, Power
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardEvidence, Evidence, Origin
from gpu_inspector.records.finding import Finding
from gpu_inspector.records.memory_marking import BITS_PER_BYTE, MemoryCode
from gpu_inspector.records.product import Product
from gpu_inspector.workflow.judging import judge

PHOTOGRAPH = ("5f" * 32,)
"""The digest of a photograph that shows it."""


def die_of(*lines: str, photographs: tuple[str, ...] = PHOTOGRAPH) -> DieMarking:
    return DieMarking(present=True, lines=lines, photographs=photographs)


def chips_of(
    marking: str, front: int, rear: int = 0, photographs: tuple[str, ...] = PHOTOGRAPH
) -> tuple[MemoryChips, ...]:
    """Chips of one marking; both sides were looked at."""
    sides = (("front", front), ("rear", rear))
    return tuple(MemoryChips(marking=marking, count=count, side=side, photographs=photographs) for side, count in sides)


def seen(power: Power = Power.DOES_NOT_START, **fields: Any) -> Evidence:
    """An object that does not start, of which only the inspector's answers are known."""
    card = CardEvidence(label="object 1", seen=Appearance(power=power, whole_card=True, **fields))
    return Evidence(
        collected_at=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
        tool_version="0",
        reference_version=load().version,
        origin=Origin.SEEN,
        cards=(card,),
    )


def beside(evidence: Evidence, **fields: Any) -> Evidence:
    """The same card that runs, with the inspector's answers beside its claims."""
    (card,) = evidence.cards
    return replace(evidence, cards=(replace(card, seen=Appearance(power=Power.STARTS, **fields)),))


_MINE = tuple(one for one in ALL_CHECKS if one.id.startswith(("die-marking", "memory-marking")))


def findings(evidence: Evidence, declaration: Declaration | None = None) -> dict[str, Finding]:
    """What the checks of markings say of the only card."""
    (card,) = evidence.cards
    subject = Subject(evidence, card, declaration or Declaration(), load())
    return {one.check: one for one in run(_MINE, subject)}


def judged(evidence: Evidence, declaration: Declaration) -> dict[str, Finding]:
    """What all checks say of the only card."""
    (card,) = judge(evidence, declaration, load()).cards
    return {one.check: one for one in card.findings}


def known_chips(row: Product) -> tuple[MemoryCode, int] | None:
    """Chips of the list that make the row's memory, and how many; None where none does, or they are in the package."""
    if row.bus_bits is None or row.memory_mib is None or not (row.memory_type or "").startswith("GDDR"):
        return None
    channels = row.bus_bits // 32
    for code in load().memory_codes:
        for count in (channels, 2 * channels):
            fits = code.density_gbit * count * 1024 == row.memory_mib * BITS_PER_BYTE
            if fits and code.type == row.memory_type and not code.from_memory:
                return code, count
    return None
