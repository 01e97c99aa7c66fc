"""What our kernels measured on one card: the third column, which no programmer's clip can forge.

All was read back as words and times; the few claims beside it say so. Offsets count from the start of the tested area
and are no addresses. A part not measured is None; gaps say why. Bytes, bytes/s, MHz, degrees Celsius, watts, seconds.
"""

from dataclasses import dataclass

from gpu_inspector.language import N_

WORD_BYTES = 32
"""One word of the memory test: a sector of DRAM, the smallest piece that a controller moves."""
PAGE_BYTES = 2 * 1024 * 1024
"""The pages in which drivers hand out memory, and in which errors are counted."""
WORDS_PER_PAGE = PAGE_BYTES // WORD_BYTES
KEPT_WORDS = 4096
"""Wrong words that are kept whole; the others are counted."""
MAP_CELLS = 256
"""Letters of a memory map at most; each stands for an equal stretch of the tested area."""
MAP_LETTERS = {
    "r": N_("read back right"),
    "a": N_("another address's words"),
    "n": N_("nothing there"),
    "e": N_("some words wrong"),
    "u": N_("not tested"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BadWord:
    """One wrong word, whole: 64 hexadecimal digits each, the lowest lane first."""

    offset_bytes: int
    expected: str
    read: str
    second: str | None = None
    """A second read after other traffic; equal to `read` is cell or write, another is the read path."""
    owner_offset_bytes: int | None = None
    """Where the words that were read had been written to, when they decode to such a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Several addresses are one cell: words read back that had been written elsewhere."""

    page_level: bool
    """Whole pages share their cells: forged capacity. Otherwise addresses inside of pages: a line fault."""
    distances_bytes: tuple[int, ...] = ()
    """The differences between an offset and that of its owner, the commonest first, 8 at most."""
    missing_bits: tuple[int, ...] = ()
    """Bits of the byte offset that make no difference, where a single XOR explains all words."""
    pairs: int = 0
    """Pages that hold another page's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneError:
    """One of the 256 data lanes of a word, seen wrong."""

    lane: int
    words: int
    """Wrong words with this lane, on the pages that were read whole."""
    reads: str
    """"0" or "1" where the lane always reads so when wrong, "both" otherwise."""
    partner: int | None = None
    """The lane it is bridged with: wrong only where the two differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupError:
    """Errors on a regular share of the addresses: one group of channels, inferred; never a chip's designator."""

    number: int
    """From 1 to `of`; the order is this program's own."""
    of: int
    stretch_bytes: int
    """Neighbouring bytes that belong together."""
    share: float
    """The share of all words on the pages read whole that belong to the group."""
    lost: bool = False
    """Nothing of the group answers (a constant), rather than single lanes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassReading:
    """One pass over the tested area."""

    name: str
    """Such as "write hash", "verify hash", "verify inverse"."""
    moved_bytes: int
    seconds: float
    bad_pages: int = 0
    """Of a verification: pages with a wrong word. 0 for a writing pass."""
    temperature_c: float | None = None
    """The highest that the die's sensor showed meanwhile, or just before a pass that was over within a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryReading:
    """How much memory is there, and in which condition."""

    claimed_bytes: int
    """The total that the driver shows to CUDA."""
    free_bytes: int
    """What it said was free when the test began."""
    covered_bytes: int
    """Written whole and read back whole."""
    host_bytes: int = 0
    """Allocated, but as slow as the host's memory: left out."""
    refused: str = ""
    """Why the rest could not be had."""
    right_bytes: int = 0
    """Read back as written, in the pass that tells the size."""
    true_bytes: int = 0
    """Distinct owners times the size of a word: memory that is really there."""
    aliased_words: int = 0
    absent_words: int = 0
    """Words of pages on which nothing that was written could be read."""
    bad_words: int = 0
    """Wrong words on pages that are there, in the pass that tells the size."""
    garbled_words: int = 0
    """Of these, words that no pattern of lanes explains."""
    stale_words: int = 0
    """Of these, words of an older pass: the write was lost."""
    transient_pages: int = 0
    """Pages that were wrong once and right when read again."""
    fold: Fold | None = None
    lanes: tuple[LaneError, ...] = ()
    address_bits: tuple[int, ...] = ()
    """Bits of the byte offset inside of a page on which words were exchanged: a line fault."""
    group: GroupError | None = None
    bad_pages: int = 0
    """Pages with a wrong word in any pass."""
    bad_page_offsets: tuple[int, ...] = ()
    """Where these begin, the first 64."""
    kept: tuple[BadWord, ...] = ()
    fault_offset_bytes: int | None = None
    """Where the device refused to go on: writing or reading there ended every work on it."""
    fault: str = ""
    passes: tuple[PassReading, ...] = ()
    map: str = ""
    """One letter for each of equal stretches of the tested area: MAP_LETTERS."""
    injected: int = 0
    found: int = 0
    """How many of the wrong words that were planted to prove the comparator (`injected`) it found."""
    ecc_corrected: int | None = None
    """By how much the card's own counters rose during the test."""
    ecc_uncorrected: int | None = None
    remapped_rows: int | None = None
    retired_pages: int | None = None
    beyond_l2: bool = True
    """False where the card has too little memory for the L2 cache to be overwhelmed."""
    complete: bool = False
    """The passes of the profile all ran to their end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateReading:
    """One kind of operation, as operations (a fused multiply-add is one; of a tensor unit, two) per clock and SM."""

    operation: str
    """A name of measure/die.py's list: "fp32-fma", "fp64-fma", "tensor-f16-f16" and so on."""
    per_clock_per_sm: float
    spread: float = 0.0
    """(highest - lowest) / median over the SMs."""
    latency_cycles: float | None = None
    """Of one dependent operation of one warp."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChasePoint:
    """A pointer chase over one size of working set."""

    size_bytes: int
    cycles: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DieReading:
    """Counts and rates of the chip itself. Rates per clock do not change with clock, heat or power limit."""

    multiprocessors_by_id: int | None = None
    """Distinct %smid of a launch that covers all."""
    multiprocessors_by_residency: int | None = None
    """Blocks that run at once when a multiprocessor has room for one."""
    multiprocessors_claimed: int | None = None
    """The driver's attribute."""
    warp_threads: int | None = None
    shared_bytes_per_block: int | None = None
    rates: tuple[RateReading, ...] = ()
    chase: tuple[ChasePoint, ...] = ()
    l2_bytes: int | None = None
    """The last big step of the chase: capacity."""
    l2_first_step_bytes: int | None = None
    """An earlier step, of dies whose L2 lies in two halves."""
    l2_claimed_bytes: int | None = None
    l1_cycles: float | None = None
    l2_cycles: float | None = None
    dram_cycles: float | None = None
    clock_mhz: float | None = None
    """Mean clock of the SMs during the tests."""
    repeated_apart: float | None = None
    """Largest relative difference between two measurements of the same rate."""
    disturbed: tuple[str, ...] = ()
    """Why no verdict may rest on the counts: "MIG", "MPS", "another process", "unstable"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedReading:
    """Bandwidth of the memory, beyond the reach of L2: the medians of several runs."""

    copy_bytes_per_s: float
    """Bytes read and bytes written together."""
    read_bytes_per_s: float
    write_bytes_per_s: float
    spread: float = 0.0
    memory_clock_claimed_mhz: float | None = None
    """As the driver gives it; double data rate."""
    bus_bits_implied: float | None = None
    """The width that the best of the three needs at that clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkReading:
    """The link to the host, with pinned memory; generation and width were read under load."""

    to_device_bytes_per_s: float | None = None
    """None where only the state of the link was read (profile "quick")."""
    to_host_bytes_per_s: float | None = None
    both_bytes_per_s: float | None = None
    gen_under_load: int | None = None
    width_under_load: int | None = None
    gen_max: int | None = None
    width_max: int | None = None
    """The card's own maximum, where the driver gives it."""
    moved_bytes: int = 0
    wrong_bytes: int = 0
    replays: int | None = None
    """By how much the counter rose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatSample:
    """One look at the sensors, seconds after the load began."""

    at_s: float
    temperature_c: float | None = None
    power_w: float | None = None
    clock_mhz: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatReading:
    """A load and its sudden end: what the heat does in the first seconds tells of the contact to the cooler."""

    usable: bool
    why_not: str = ""
    load_s: float = 0.0
    power_w: float | None = None
    """Mean of the last seconds of the load."""
    start_c: float | None = None
    peak_c: float | None = None
    after_cut_c: float | None = None
    """About 3 s after the end of the load."""
    drop_k_per_w: float | None = None
    hotspot_c: float | None = None
    memory_c: float | None = None
    throttle: tuple[str, ...] = ()
    clock_lowest_mhz: float | None = None
    clock_highest_mhz: float | None = None
    samples: tuple[HeatSample, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiliconReading:
    """What was measured on one card, by one run of the child."""

    profile: str
    """One of "quick", "standard", "deep"."""
    simulation: str = ""
    """The simulated card's name; "" where a real one was measured."""
    seed: int = 0
    device_name: str = ""
    uuid: str = ""
    pci_bus_id: str = ""
    compute_capability: str = ""
    """That of the device which the kernels were built for and ran on."""
    cuda_driver: int = 0
    """CUDA's number of the driver, 12080 for 12.8."""
    compiler: str = ""
    kernels_sha256: str = ""
    """Over the source texts of the kernels."""
    seconds: float = 0.0
    complete: bool = False
    """The child came to its end."""
    die: DieReading | None = None
    memory: MemoryReading | None = None
    speed: SpeedReading | None = None
    link: LinkReading | None = None
    heat: HeatReading | None = None
