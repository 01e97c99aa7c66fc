"""The third column: every inspected card that a driver answers for is measured, each in a child of its own.

A card that cannot be measured keeps its claims, and gets a gap that says why.
"""

import re
from collections import Counter
from dataclasses import replace

from gpu_inspector.language import N_
from gpu_inspector.probes import cuda
from gpu_inspector.probes.cuda import Measured, Progress, Target, Watch
from gpu_inspector.records.evidence import CardEvidence, Evidence, Gap, Origin

_UUID = re.compile(r"GPU-[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""As NVML writes it. It becomes an argument of a command, so nothing else is taken for one."""


def silent(step: str, share: float) -> None:
    """Progress that nobody looks at."""


def measured(
    evidence: Evidence,
    profile: str,
    progress: Progress = silent,
    minutes: float = 0.0,
    watch: Watch | None = None,
) -> Evidence:
    """The evidence with what the silicon of its cards says; a file's evidence stays as it is, for no card is there.

    Several cards are measured side by side. `progress` may raise anything to end it; then no child is left.
    `watch` is handed how each card's measurement stands.
    """
    if evidence.origin is not Origin.MACHINE:
        return evidence
    asked = ready(evidence)
    targets = [one for one in asked if isinstance(one, Target)]
    answers = iter(cuda.measure(targets, profile, progress, minutes=minutes, watch=watch) if targets else ())
    cards = (
        with_silicon(card, next(answers) if isinstance(one, Target) else Measured(None, (one,)))
        for card, one in zip(evidence.cards, asked, strict=True)
    )
    return replace(evidence, cards=tuple(cards))


def ready(evidence: Evidence) -> tuple[Target | Gap, ...]:
    """For each card what it is measured by, or why it cannot be."""
    uuids = [_uuid_of(card) for card in evidence.cards]
    times = Counter(uuid.casefold() for uuid in uuids if uuid is not None)
    times.update(
        uuid.casefold() for uuid in map(_uuid_of, evidence.bystanders) if uuid is not None and uuid.casefold() in times
    )
    found: list[Target | Gap] = []
    for card, uuid in zip(evidence.cards, uuids, strict=True):
        obstacle = _obstacle(card, uuid, times[uuid.casefold()] if uuid is not None else 0)
        found.append(obstacle or Target(card.label, uuid or ""))  # without a UUID there is an obstacle
    return tuple(found)


def with_silicon(card: CardEvidence, answer: Measured) -> CardEvidence:
    """The card with what was measured on it."""
    return replace(card, silicon=answer.silicon, gaps=(*card.gaps, *answer.gaps))


def simulations() -> tuple[tuple[str, str], ...]:
    """The names of the simulated cards, each with what it is."""
    from gpu_inspector.probes import simulated  # NumPy comes with it, which no other command needs

    return tuple((one.name, one.about) for one in simulated.listed())


def _uuid_of(card: CardEvidence) -> str | None:
    readings = (card.nvml, card.nvidia_smi)
    return next((one.uuid for one in readings if one is not None and one.uuid), None)


def _obstacle(card: CardEvidence, uuid: str | None, times: int) -> Gap | None:
    """Why a card cannot be measured; None where it can be tried."""
    if card.nvml is None and card.nvidia_smi is None:
        return Gap(
            "measure",
            N_("The card was not measured: NVIDIA's driver does not answer for it."),
            N_("Load NVIDIA's driver for this card and inspect again."),
        )
    if uuid is None or not _UUID.fullmatch(uuid):
        return Gap(
            "measure",
            N_("The card was not measured: the driver gives no UUID by which it could be told from others."),
            N_("Inspect as a user who may ask the driver, or start the machine from your own medium."),
        )
    if times > 1:
        return Gap(
            "measure",
            N_("The card was not measured: another card of this machine bears the same UUID."),
            N_("Take the other card out and inspect again."),
        )
    return None
