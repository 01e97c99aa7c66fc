"""What several cards of one machine say together: NVLink, switches, Fabric Manager, copies from card to card.

The links of a card are asked with every inspection of a machine: it costs a few milliseconds. What is of the chassis
is looked at where all of its cards are inspected together, which puts them under load side by side.
"""

from collections.abc import Sequence
from dataclasses import replace

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes.cuda import Target, Watch
from gpu_inspector.records.evidence import CardEvidence, Evidence, Origin
from gpu_inspector.records.server import ServerReading
from gpu_inspector.workflow import measuring
from gpu_inspector.workflow.progress import Progress, silent

ALONE_SHARE = 0.9
"""Of the whole measurement: the cards' own, ahead of the copies between them."""
NOT_ASKED = N_("Nothing was copied between the cards, since nothing was to be measured.")
TOO_FEW = N_("Nothing was copied between cards: fewer than two of them can be measured.")
TOO_MANY = N_("Nothing was copied between cards: this machine has more of them than are measured together.")


def with_nvlink(cards: Sequence[CardEvidence]) -> tuple[CardEvidence, ...]:
    """The cards, each with what NVML says of its NVLinks; as they are where NVML cannot be asked."""
    if not any(card.nvml is not None for card in cards):
        return tuple(cards)
    from gpu_inspector.probes import nvlink  # the library costs time that a dump need not pay

    try:
        found = nvlink.read()
    except ProbeError:
        return tuple(cards)  # the reading of its claims says why
    return tuple(
        replace(card, nvlink=found.get(card.nvml.pci_bus_id or "")) if card.nvml is not None else card for card in cards
    )


def together(
    evidence: Evidence,
    profile: str | None,
    progress: Progress = silent,
    minutes: float = 0.0,
    watch: Watch | None = None,
) -> Evidence:
    """The evidence of a machine with what is of the chassis: looked at, and measured where a profile is named.

    The cards' own measurements run side by side, then each copies to each. A file's evidence stays as it is. `progress`
    may raise anything to end it; then no child is left.
    """
    if evidence.origin is not Origin.MACHINE:
        return evidence
    from gpu_inspector.probes import fabric, host, peers

    bench = host.this_bench()
    switches, manager = fabric.read(bench) if bench is not None else ((), None)
    server = ServerReading(switches=switches, fabric_manager=manager)
    if profile is None:
        return replace(evidence, server=replace(server, peer_gaps=(NOT_ASKED,)))
    measured = measuring.measured(evidence, profile, shared(progress, 0.0, ALONE_SHARE), minutes, watch)
    targets = [one for one in measuring.ready(evidence) if isinstance(one, Target)]
    server = replace(server, loaded_together=side_by_side(measured.cards))
    if len(targets) < 2:
        alone = () if len(measured.cards) < 2 else (TOO_FEW,)
        return replace(measured, server=replace(server, peer_gaps=alone))
    if len(targets) > peers.MOST_CARDS:
        return replace(measured, server=replace(server, peer_gaps=(TOO_MANY,)))
    uuids = ",".join(target.uuid for target in targets)
    labels = [target.label for target in targets]
    rates, gaps = peers.measure(uuids, labels, shared(progress, ALONE_SHARE, 1.0))
    return replace(measured, server=replace(server, peers=rates, peer_gaps=gaps))


def side_by_side(cards: Sequence[CardEvidence]) -> bool:
    """Whether several cards were measured, which is done at the same time."""
    return sum(card.silicon is not None for card in cards) > 1


def shared(progress: Progress, begin: float, end: float) -> Progress:
    """The progress of a part that is so much of the whole."""
    return lambda step, share: progress(step, begin + (end - begin) * share)
