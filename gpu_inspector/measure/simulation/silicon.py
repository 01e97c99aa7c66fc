"""A simulated card as it really is, and what its driver says to CUDA.

Plain data. Where a number does not come from the products' table it is a model's constant: chosen so that the
measurements have something of the right size to measure, and marked [M] where it was set from memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gpu_inspector.measure.simulation.faults import DeviceFault, MemoryFault

MIB = 1 << 20
GIB = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """The die: counts, rates for each clock, latencies in clocks."""

    die: str = "GA106"
    compute_capability: tuple[int, int] = (8, 6)
    multiprocessors: int = 28
    lanes: int = 128
    """FP32 lanes of an SM."""
    rates: Mapping[str, float] = field(default_factory=dict)
    """Operations per clock and SM, by the names of operations.py; what is missing is done at 1."""
    latencies: Mapping[str, float] = field(default_factory=dict)
    """Clocks of one dependent operation of one warp, by the same names."""
    warp_threads: int = 32
    shared_bytes_per_block: int = 101376
    shared_bytes_per_multiprocessor: int = 102400
    threads_per_multiprocessor: int = 1536
    l1_bytes: int = 128 * 1024
    l2_bytes: int = 3 * MIB
    l2_halves: bool = False
    """The L2 lies in two halves; the far one takes longer."""
    knee_share: float = 0.97
    """Where half of the reads miss the L2, as a share of its size: 0.93 to 1.03 in the note's section 3.2."""
    l1_cycles: float = 33.0
    l2_cycles: float = 250.0
    dram_cycles: float = 550.0
    clock_mhz: float = 1777.0
    idle_clock_mhz: float = 210.0
    area_mm2: float = 276.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The memory that is really there."""

    size_bytes: int = 12 * GIB
    bus_bits: int = 192
    clock_mhz: float = 7500.0
    """The driver's maximum; data come at twice of it."""
    channels: int = 12
    ecc: bool = False
    write_share: float = 0.97
    copy_share: float = 0.89
    read_share: float = 0.93
    """Of the bus's peak rate; the note's section 3.1 gives 0.97 to 0.99 and 0.84 to 0.94 for write and copy."""
    faults: tuple[MemoryFault, ...] = ()

    @property
    def peak_bytes_per_s(self) -> float:
        return 2e6 * self.clock_mhz * self.bus_bits / 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The link: what the card can do, and what the slot lets it."""

    gen: int = 4
    width: int = 16
    slot_gen: int = 4
    slot_width: int = 16
    share: float = 0.80
    """Of the raw rate of the lanes that arrives; the note's section 4.1 gives 0.72 to 0.88."""

    @property
    def trained_gen(self) -> int:
        return min(self.gen, self.slot_gen)

    @property
    def trained_width(self) -> int:
        return min(self.width, self.slot_width)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cooling:
    """Two stages: die to heat sink, fast, and heat sink to room, slow."""

    fast_k_mm2_per_w: float = 25.0
    """Thermal resistance of the die's contact times its area; 20 to 30 is guessed to be normal [M]."""
    fast_s: float = 0.7
    slow_k_per_w: float = 0.15
    slow_s: float = 60.0
    ambient_c: float = 24.0
    idle_w: float = 15.0
    load_w: float = 170.0
    slowdown_c: float = 95.0
    hotspot_k: float | None = None
    """How much hotter the hottest place is at full load, where the card tells it."""
    memory_sensor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CudaClaims:
    """What the driver says to CUDA; None is the truth."""

    name: str = "Simulated card"
    uuid: str = ""
    total_bytes: int | None = None
    multiprocessors: int | None = None
    l2_bytes: int | None = None
    bus_bits: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Silicon:
    """One simulated card."""

    chip: Chip = field(default_factory=Chip)
    memory: Memory = field(default_factory=Memory)
    link: Link = field(default_factory=Link)
    cooling: Cooling = field(default_factory=Cooling)
    claims: CudaClaims = field(default_factory=CudaClaims)
    faults: tuple[DeviceFault, ...] = ()
    reserve_bytes: int = 0
    """What the driver keeps for itself, at the end of what it believes to have."""
    shuffle: bool = True
    """Pages are handed out in an order that the seed gives, in runs; otherwise in order, as one run."""
    name: str = ""
    """Of the simulation."""

    @property
    def claimed_bytes(self) -> int:
        return self.memory.size_bytes if self.claims.total_bytes is None else self.claims.total_bytes
