"""Sightings of other offices: asked of the registry ahead of judging, and never waited for longer than two seconds.

What the registry says goes into the evidence, so that the judgement stays a pure function of its record. A registry
that is away is a gap with its reason, keeps no card from being inspected, and is asked again later.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector.errors import RegistryAway, RegistryError
from gpu_inspector.language import N_
from gpu_inspector.records.evidence import Evidence, Gap
from gpu_inspector.records.numbers import own_numbers
from gpu_inspector.records.registry_notice import WaitingNumber
from gpu_inspector.records.sighting import RegistryAsked

if TYPE_CHECKING:
    from gpu_inspector.registry.connection import Registry
    from gpu_inspector.registry.sightings import AskedNumber, Seen

SOURCE = "registry"
WAIT_S = 2.0
_LOOK = N_("See gpu-inspector registry status")
NOT_ASKED = N_("The registry was not asked which other offices saw these cards: no number may leave this office.")
NOT_ASKED_ADVICE = _LOOK


def with_registry(evidence: Evidence, ledger_path: Path, *, asked: bool = True) -> Evidence:
    """The evidence with what other offices' rows say of its cards' numbers; as it was where no registry is named.

    What a handed-in file says of such sightings is not taken over. `asked`: False where thousands are judged.
    """
    from gpu_inspector.workflow import registry_settings
    from gpu_inspector.workflow.sighting import real

    evidence = replace(evidence, registry_sightings=(), registry_asked=None)
    if not asked or not real(evidence) or evidence.masked or (url := registry_settings.configured()) is None:
        return evidence
    numbers = numbers_of(evidence)
    if not numbers:
        return evidence
    if not asked_numbers(numbers):
        return replace(evidence, gaps=(*evidence.gaps, Gap(SOURCE, NOT_ASKED, NOT_ASKED_ADVICE)))
    return _with_answer(evidence, ledger_path, url, numbers)


def _with_answer(evidence: Evidence, ledger_path: Path, url: str, numbers: tuple[WaitingNumber, ...]) -> Evidence:
    from gpu_inspector.workflow import registry_notices

    ends = time.monotonic() + WAIT_S
    try:
        seen = ask(url, numbers, WAIT_S)
    except RegistryError as error:
        # What the server itself said names hosts and roles, which are nobody's business who reads a report.
        why = N_("it did not answer within two seconds") if isinstance(error, RegistryAway) else N_("it refused")
        reason = N_(f"The registry could not be asked which other offices saw these cards: {why}.")
        kept = registry_notices.put(evidence.collected_at, ledger_path, numbers)
        advice = N_("It is asked again later, and what it says then is told as a notice.") if kept else _LOOK
        return replace(evidence, gaps=(*evidence.gaps, Gap(SOURCE, reason, advice)))
    registry_notices.ask_again(url, wait_s=max(0.0, ends - time.monotonic()))
    return replace(
        evidence,
        registry_sightings=seen.sightings,
        registry_asked=RegistryAsked(visible=seen.visible, left_out=seen.left_out),
    )


def numbers_of(evidence: Evidence) -> tuple[WaitingNumber, ...]:
    """Every number by which a card of this evidence can be known again."""
    return tuple(
        WaitingNumber(card=card.label, kind=kind, value=value)
        for card in evidence.cards
        for kind, values in own_numbers(card).items()
        for value in values
    )


def ask(url: str, numbers: Iterable[WaitingNumber], wait_s: float) -> Seen:
    """Where other offices saw these numbers. Raises RegistryAway when `wait_s` seconds are over, RegistryError."""
    from gpu_inspector.registry import sightings, waiting
    from gpu_inspector.workflow import registry_opening

    wanted = asked_numbers(numbers)
    if not wanted:
        raise RegistryError("No numbers of cards may leave this office for a registry.", "Ask who signs its policy.")

    def question(registry: Registry) -> Seen:
        return sightings.ask(registry, wanted)

    return waiting.within(wait_s, lambda: registry_opening.opened(url, wait_s), question)


def asked_numbers(numbers: Iterable[WaitingNumber]) -> tuple[AskedNumber, ...]:
    """Each number in the forms in which it may leave the office: in plain, as a keyed digest, or not at all."""
    from gpu_inspector.records.keyed import keyed
    from gpu_inspector.registry.sightings import AskedNumber
    from gpu_inspector.workflow import registry_leaves

    may = registry_leaves.asking()
    found: list[AskedNumber] = []
    for one in numbers:
        if may.plain:
            found.append(AskedNumber(one.card, one.kind, one.value))
        if may.key is not None:
            found.append(AskedNumber(one.card, one.kind, keyed(one.kind, one.value, may.key), keyed=True))
    return tuple(found)
