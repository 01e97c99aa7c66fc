"""One thing of a batch's queue, opened: what tells its content from any other, and how its evidence is got.

What it is must be known before the work on it: a file is known by its digest, a simulation by its name and seed, a
card by its place and the numbers that it gives of itself. A card that gives none cannot be known again.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gpu_inspector.errors import CaptureError, ProbeError
from gpu_inspector.probes import incoming
from gpu_inspector.records.batch import Terms, item_of, key_of
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.evidence import CardEvidence, Evidence
from gpu_inspector.records.numbers import own_numbers
from gpu_inspector.workflow import collecting, measuring
from gpu_inspector.workflow.batch_queue import Item, Kind
from gpu_inspector.workflow.collecting import NoCard
from gpu_inspector.workflow.progress import Progress

NOT_READABLE = (CaptureError, ProbeError, NoCard)
"""One thing that cannot be looked at; it does not stop those behind it."""


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be judged. `evidence` may take minutes, and raises what NOT_READABLE names."""

    key: str
    item: str
    """What it is called in the batch: of a card its address, whatever the list called it."""
    evidence: Callable[[], Evidence]


def opened(item: Item, terms: Terms, progress: Progress) -> Source:
    """Raises what NOT_READABLE names, and GpuInspectorError where there is no simulation of that name."""
    if item.kind is Kind.SIMULATION:
        return _simulation(item, terms, progress)
    if item.kind is Kind.CARD:
        return _card(item, terms, progress)
    assert item.path is not None
    path: Path = item.path
    data = incoming.open_file(path, None)
    return Source(
        key_of(data), item.name, lambda: collecting.kept(collecting.collect_bytes(data, path.name, load()), data)
    )


def _simulation(item: Item, terms: Terms, progress: Progress) -> Source:
    def evidence() -> Evidence:
        return collecting.collect_simulation(
            item.what, item.seed, terms.profile or None, load(), progress, terms.minutes
        )

    return Source(f"simulation:{item.seed}:{_digest(item.what)}", f"simulation:{item.what}:{item.seed}", evidence)


def _card(item: Item, terms: Terms, progress: Progress) -> Source:
    claims = collecting.collect_machine(load(), item.what, progress)

    def evidence() -> Evidence:
        if not terms.profile:
            return claims
        return measuring.measured(claims, terms.profile, progress, terms.minutes)

    (card,) = claims.cards
    return Source(f"card:{_digest(known_by(card))}", item_of(card.label.encode("utf-8", "replace")), evidence)


def known_by(card: CardEvidence) -> str:
    """What a card is known by in a later run; something that never comes again where it gives no number of its own."""
    numbers = sorted(f"{kind} {value}" for kind, values in own_numbers(card).items() for value in values)
    return "\n".join((card.label, *numbers)) if numbers else str(uuid.uuid4())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
