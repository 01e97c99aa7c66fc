"""What may be shown and judged as measured: the same for checks, columns, pages and terminals.

A reading of the silicon counts only where it was taken on the card that it lies beside. In a file it counts nothing:
anybody can write numbers into a file. A simulation's reading counts in a simulation alone.
"""

from gpu_inspector.language import N_
from gpu_inspector.records.evidence import CardEvidence, Gap, Origin
from gpu_inspector.records.silicon import PAGE_BYTES, WORD_BYTES, MemoryReading, SiliconReading

PROFILES = {
    "quick": N_("Quick: die, and memory once"),
    "standard": N_("Standard: also rates, link, heat"),
    "deep": N_("Deep: also weak cells, retention"),
}
"""What an inspector can choose, in words; what each does stands in measure/run.py."""
FIRST = "standard"
"""The profile that is taken where nobody chooses."""
PART_WORDS = {
    "die": N_("die"),
    "memory": N_("memory"),
    "speed": N_("memory's speed"),
    "link": N_("link"),
    "heat": N_("heat"),
}
"""Parts of a measurement, by their names in gaps ("measure: memory"), as they stand in a sentence."""
WHOLE = "measure"
"""The source of a gap that no single part has."""


def silicon_of(card: CardEvidence, origin: Origin) -> SiliconReading | Gap:
    """The card's reading, or why there is none that counts."""
    if origin in (Origin.FILE, Origin.SAMPLE):
        return Gap(WHOLE, N_("a file holds no silicon"), N_("To know what is really there, inspect the card itself."))
    if card.silicon is None:
        return _gap_of(card, "")
    simulated = bool(card.silicon.simulation)
    if simulated is not (origin is Origin.SIMULATION):
        ours = N_("the reading is of a simulated card, the inspection is of a real one")
        theirs = N_("the inspection is of a simulated card, the reading is not")
        reason = ours if simulated else theirs
        return Gap(WHOLE, reason, N_("Inspect again; nothing of this reading was used."))
    if not _same_card(card, card.silicon):
        return Gap(
            WHOLE,
            N_("the reading is of another card than the one that the driver names"),
            N_("Inspect again with this card alone in the machine."),
        )
    return card.silicon


def gap_of(card: CardEvidence, part: str, origin: Origin) -> Gap:
    """Why a part ("memory") has no reading that counts: the part's own gap, the measurement's, or the driver's."""
    whole = silicon_of(card, origin)
    unread = card.silicon is None and origin not in (Origin.FILE, Origin.SAMPLE)
    return whole if isinstance(whole, Gap) and not unread else _gap_of(card, part)


def _gap_of(card: CardEvidence, part: str) -> Gap:
    for source in (f"{WHOLE}: {part}", WHOLE, "driver"):
        for gap in card.gaps:
            if gap.source == source:
                return gap
    other = next((gap for gap in card.gaps if not part and gap.source.startswith(f"{WHOLE}:")), None)
    if card.silicon is not None:
        return other or Gap(WHOLE, "", N_("Inspect the card again with the profile standard or deep."))
    return other or Gap(WHOLE, "", N_("Inspect the card again, with a measurement."))


def _same_card(card: CardEvidence, silicon: SiliconReading) -> bool:
    """By UUID; where one of the two does not say it, by the address on the bus."""
    said = [one for one in (card.nvml, card.nvidia_smi) if one is not None]
    uuids = {_bare(one.uuid) for one in said if one.uuid}
    if uuids and silicon.uuid:
        return uuids == {_bare(silicon.uuid)}
    places = {_place(one.pci_bus_id) for one in said if one.pci_bus_id}
    places |= {_place(card.pci.address)} if card.pci is not None else set()
    if places and silicon.pci_bus_id:
        return places == {_place(silicon.pci_bus_id)}
    return bool(silicon.simulation)


def _bare(uuid: str) -> str:
    return uuid.casefold().removeprefix("gpu-")


def _place(address: str) -> str:
    """NVML writes the domain with eight digits, sysfs with four."""
    domain, _, rest = address.casefold().partition(":")
    return f"{domain[-4:]}:{rest}"


def bare_reason(gap: Gap) -> str:
    """The reason as it stands after "not measured: ", without saying that again."""
    reason = gap.reason
    for said in (N_("The card was not measured: "), N_("Not measured: ")):
        reason = reason.removeprefix(said)
    return reason.strip().rstrip(".")


def proved(memory: MemoryReading) -> bool:
    """Whether the comparator found every fault that was planted in this run."""
    return memory.injected > 0 and memory.found >= memory.injected


def is_page_fold(memory: MemoryReading) -> bool:
    """Whole pages share their cells, or words of others without a line fault that would explain them."""
    if memory.fold is not None:
        return memory.fold.page_level
    return memory.aliased_words > 0 and not memory.address_bits


def sized(memory: MemoryReading) -> bool:
    """Whether the pass that tells the size ran over all that was written, rather than the sparse probe before it."""
    written = max((one.moved_bytes for one in memory.passes if one.name.startswith("write")), default=0)
    verified = max((one.moved_bytes for one in memory.passes if one.name.startswith("verify")), default=0)
    return memory.covered_bytes > 0 and (memory.complete or verified >= written > 0)


def missing_bytes(memory: MemoryReading) -> int:
    """What was tested and is not there: words of other pages, and pages on which nothing stands.

    Each word of a sparse probe stands for its page.
    """
    aliased = memory.aliased_words if is_page_fold(memory) else 0
    return (aliased + memory.absent_words) * (WORD_BYTES if sized(memory) else PAGE_BYTES)


def tested_bytes(memory: MemoryReading) -> int:
    """Bytes that were read and classed, for the share that is not there."""
    if not sized(memory):
        return memory.true_bytes + missing_bytes(memory)
    classed = memory.aliased_words + memory.absent_words + memory.bad_words
    return memory.right_bytes + classed * WORD_BYTES


def flaw(memory: MemoryReading) -> str:
    """How the figures of a reading contradict each other, "" where they do not: a forged record may hold anything."""
    counts = (
        *(memory.claimed_bytes, memory.free_bytes, memory.covered_bytes, memory.host_bytes, memory.right_bytes),
        *(memory.true_bytes, memory.aliased_words, memory.absent_words, memory.bad_words, memory.garbled_words),
        *(memory.stale_words, memory.transient_pages, memory.bad_pages, memory.injected, memory.found),
        *(memory.ecc_corrected or 0, memory.ecc_uncorrected or 0, memory.remapped_rows or 0),
        *(memory.retired_pages or 0, memory.fault_offset_bytes or 0),
    )
    if min(counts) < 0:
        return N_("a count is below zero")
    if memory.covered_bytes > memory.claimed_bytes:
        return N_("more was covered than the driver has")
    if memory.found > memory.injected:
        return N_("more faults were found than were planted")
    if not sized(memory):
        return ""
    if memory.true_bytes > memory.covered_bytes:
        return N_("more is there than was covered")
    read = max((one.moved_bytes for one in memory.passes if one.name.startswith("verify")), default=0)
    if read < memory.covered_bytes:
        return N_("more was covered than was verified")
    if tested_bytes(memory) < memory.covered_bytes:
        return N_("what was covered was neither right nor wrong")
    return ""
