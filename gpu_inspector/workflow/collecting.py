"""From a card, or its dump, to Evidence: every source is asked, and one that fails becomes a gap with its reason."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, TypeVar

from gpu_inspector import reference
from gpu_inspector.errors import GpuInspectorError, ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes import incoming
from gpu_inspector.probes.cuda import Watch
from gpu_inspector.records.catalogue import Catalogue, own
from gpu_inspector.records.claims import NvmlReading, SmiReading
from gpu_inspector.records.evidence import CardEvidence, Evidence, Gap, HostReading, Origin, PciReading
from gpu_inspector.version import build
from gpu_inspector.workflow import chassis, measuring, noting
from gpu_inspector.workflow.progress import Progress, silent

T = TypeVar("T")


class NoCard(GpuInspectorError):
    """There is nothing to inspect: no card, or none of that name."""


def collect_machine(
    catalogue: Catalogue,
    chosen: str | None = None,
    progress: Progress = silent,
    *,
    sysfs: Path = Path("/sys"),
) -> Evidence:
    """The cards of this machine, or the one that `chosen` names: its number in the list, PCI address or UUID.

    Raises NoCard where there is none, DataError where the reference data in use are not in order.
    """
    # A review of a file need not load them.
    from gpu_inspector.probes import attestation, host, nvidia_smi, pci

    gaps: list[Gap] = []
    progress(N_("PCI configuration space"), 0.0)
    readings: tuple[PciReading, ...] = _asked("pci", lambda: pci.read(sysfs), (), gaps)
    progress("NVML", 0.1)
    nothing: tuple[tuple[NvmlReading, ...], tuple[Gap, ...]] = ((), ())
    answers, lost = _asked("nvml", _nvml, nothing, gaps)
    gaps.extend(lost)
    progress("nvidia-smi", 0.3)
    log = _asked("nvidia-smi", nvidia_smi.read, None, gaps) if readings or answers else None
    printed = log.readings if log is not None else ()
    cards = _join(readings, answers, printed)
    if not cards:
        raise _no_card(gaps)
    bystanders: tuple[CardEvidence, ...] = ()
    if chosen is not None:
        one = _choose(cards, chosen)
        cards, bystanders = (one,), tuple(card for card in cards if card is not one)
    cards = chassis.with_nvlink(tuple(map(attestation.added, cards)))
    progress(N_("the bench"), 0.5)
    examined = _asked("host", host.examine, None, gaps)
    versions = _library_versions(answers, printed)
    bench = _with_pack(replace(examined.host, libraries_loaded=versions)) if examined is not None else None
    progress("collected", 1.0)
    found = Evidence(
        collected_at=datetime.now(UTC),
        tool_version=build(),
        reference_version=catalogue.version,
        origin=Origin.MACHINE,
        cards=cards,
        bystanders=bystanders,
        host=bench,
        notes=log.notes if log is not None else (),
        gaps=tuple(gaps),
        driver_events=examined.driver_events if examined is not None else None,
    )
    noting.collected(found)
    return found


def _with_pack(bench: HostReading) -> HostReading:
    """The bench with the data pack that is in use there. Raises DataError where it is not in order."""
    if bench.program is None or reference.chosen() is None:
        return bench
    from gpu_inspector.workflow import data_packs  # of whoever installed one

    return replace(bench, program=replace(bench.program, pack=data_packs.in_use()))


def _nvml() -> tuple[tuple[NvmlReading, ...], tuple[Gap, ...]]:
    from gpu_inspector.probes import nvml  # the library costs time that a dump need not pay

    return nvml.read()


def _no_card(gaps: list[Gap]) -> NoCard:
    """Nothing was found; a driver that is there and cannot speak is the likelier reason than an empty slot."""
    speaking = [gap for gap in gaps if gap.source == "nvml" and "library NVML is missing" not in gap.reason]
    reasons = [f"{gap.reason} {gap.advice}".strip() for gap in speaking]
    return NoCard(
        " ".join([N_("No NVIDIA card was found in this machine."), *reasons]),
        "" if speaking else N_("Check that it is seated and powered, or give a file with --from."),
    )


def _library_versions(answers: tuple[NvmlReading, ...], printed: tuple[SmiReading, ...]) -> tuple[str, ...]:
    """What NVML and nvidia-smi call themselves."""
    versions: list[str] = []
    if answers:
        from gpu_inspector.probes import nvml

        version = nvml.library_version()
        versions.extend([f"NVML {version}"] if version else [])
    if printed:
        versions.append(N_(f"nvidia-smi of driver {printed[0].driver_version or 'unknown'}"))
    return tuple(versions)


def _asked(source: str, ask: Callable[[], T], nothing: T, gaps: list[Gap]) -> T:
    try:
        return ask()
    except ProbeError as error:
        gaps.append(Gap(source, error.message, error.advice))
        return nothing


def _join(
    readings: tuple[PciReading, ...], answers: tuple[NvmlReading, ...], printed: tuple[SmiReading, ...]
) -> tuple[CardEvidence, ...]:
    """One card for each PCI address; a reading without one is a card of its own, for nothing seen may be dropped."""
    cards: dict[str, CardEvidence] = {}
    for reading in readings:
        cards[reading.address] = CardEvidence(label=reading.address, pci=reading)
    for number, answer in enumerate(answers):
        key = answer.pci_bus_id or N_(f"card {number} of NVML")
        if key in cards and cards[key].nvml is not None:
            key = N_(f"{key}, card {number} of NVML")  # two answers of one address: nothing seen may be dropped
        cards[key] = replace(cards.get(key, CardEvidence(label=key)), nvml=answer)
    for number, text in enumerate(printed):
        key = text.pci_bus_id or N_(f"card {number} of nvidia-smi")
        if key in cards and cards[key].nvidia_smi is not None:
            key = N_(f"{key}, card {number} of nvidia-smi")
        cards[key] = replace(cards.get(key, CardEvidence(label=key)), nvidia_smi=text)
    return tuple(_with_gaps(cards[key]) for key in sorted(cards))


def _with_gaps(card: CardEvidence) -> CardEvidence:
    gaps = []
    if card.pci is not None and card.nvml is None and card.nvidia_smi is None:
        driver = card.pci.driver
        if driver in (None, "nouveau", "vfio-pci"):
            gaps.append(
                Gap(
                    "driver",
                    N_(f"NVIDIA's driver does not drive this card (bound: {driver or 'none'})."),
                    N_("Load NVIDIA's driver for this card and inspect again."),
                )
            )
        else:
            gaps.append(Gap("driver", N_("NVIDIA's driver says nothing about this card."), N_("Restart the machine.")))
    return replace(card, gaps=(*card.gaps, *gaps))


def _choose(cards: tuple[CardEvidence, ...], chosen: str) -> CardEvidence:
    if chosen in map(str, range(len(cards))):
        return cards[int(chosen)]
    wanted = chosen.casefold()
    for card in cards:
        uuids = {one.uuid.casefold() for one in (card.nvml, card.nvidia_smi) if one is not None and one.uuid}
        if card.label.casefold() == wanted or card.label.casefold().endswith(":" + wanted) or wanted in uuids:
            return card
    raise NoCard(
        f"There is no card “{chosen}” in this machine.",
        "gpu-inspector list shows the cards with their numbers and addresses.",
    )


def collect_simulation(
    name: str,
    seed: int,
    profile: str | None,
    catalogue: Catalogue,
    progress: Progress = silent,
    minutes: float = 0.0,
    watch: Watch | None = None,
) -> Evidence:
    """A simulated card, or a server of several, claims and silicon; without a profile the claims alone.

    Simulations are part of the program and made of its own data, whatever data judge them.

    Raises GpuInspectorError where there is no simulation of that name.
    """
    from gpu_inspector.probes import cuda, simulated, simulated_server  # NumPy comes with them, which no card needs

    if simulated_server.known(name):
        return _collect_server(name, seed, profile, catalogue, progress, minutes, watch)
    one = simulated.simulate(name, seed, own())
    card = one.card
    if profile is not None:
        (answer,) = cuda.measure((one.target,), profile, progress, minutes=minutes, watch=watch)
        card = measuring.with_silicon(card, answer)
    return _simulated(name, seed, catalogue, (card,), one.host)


def _simulated(
    name: str, seed: int, catalogue: Catalogue, cards: tuple[CardEvidence, ...], host: HostReading
) -> Evidence:
    return Evidence(
        collected_at=datetime.now(UTC),
        tool_version=build(),
        reference_version=catalogue.version,
        origin=Origin.SIMULATION,
        cards=cards,
        host=host,
        notes=(N_(f"SIMULATION {name}, seed {seed}"),),
    )


def _collect_server(
    name: str,
    seed: int,
    profile: str | None,
    catalogue: Catalogue,
    progress: Progress,
    minutes: float,
    watch: Watch | None,
) -> Evidence:
    from gpu_inspector.probes import cuda, peers, simulated_server

    one = simulated_server.simulate(name, seed, own())
    cards, server = one.cards, replace(one.server, peer_gaps=(chassis.NOT_ASKED,))
    if profile is not None:
        first = chassis.shared(progress, 0.0, chassis.ALONE_SHARE)
        answers = cuda.measure(one.targets, profile, first, minutes=minutes, watch=watch)
        cards = tuple(measuring.with_silicon(card, answer) for card, answer in zip(cards, answers, strict=True))
        rest = chassis.shared(progress, chassis.ALONE_SHARE, 1.0)
        rates, gaps = peers.measure(f"simulation:{name}", [card.label for card in cards], rest, seed=seed)
        server = replace(server, loaded_together=chassis.side_by_side(cards), peers=rates, peer_gaps=gaps)
    evidence = _simulated(name, seed, catalogue, cards, one.host)
    return replace(evidence, server=server, driver_events=())


def collect_file(path: Path | None, stream: BinaryIO | None, catalogue: Catalogue, *, keep: bool = False) -> Evidence:
    """What a handed-in dump, capture or image says: a file of unknown origin. Raises CaptureError or ProbeError.

    With `keep` the bytes of an image are kept for its report, as those of one that is handed in beside a card are.
    """
    data = incoming.open_file(path, stream)
    evidence = collect_bytes(data, path.name if path is not None else N_("standard input"), catalogue)
    return kept(evidence, data) if keep else evidence


def kept(evidence: Evidence, data: bytes) -> Evidence:
    """The evidence of a file whose bytes are kept for its report where it is an image; a gap where they cannot be."""
    if evidence.file_form != incoming.IMAGE:
        return evidence
    from gpu_inspector.workflow import firmware_files

    missing = firmware_files.keep(data)
    return evidence if missing is None else replace(evidence, gaps=(*evidence.gaps, missing))


def collect_bytes(data: bytes, name: str, catalogue: Catalogue) -> Evidence:
    """As `collect_file`, of bytes that were read already. Raises CaptureError or ProbeError."""
    evidence = incoming.to_evidence(
        data,
        # A file's name may be bytes that are no text; a record holds text only.
        name.encode("utf-8", "replace").decode("utf-8"),
        tool_version=build(),
        reference_version=catalogue.version,
        collected_at=datetime.now(UTC),
    )
    if not evidence.cards:
        raise NoCard("This file names no NVIDIA card.", "Ask for the whole output of nvidia-smi -q -x.")
    return evidence
