"""What a genuine card of a name looks like, from the reference data, each row with its sources.

Rows are one line of JSON each in `resources/products/<architecture>.jsonl`: a new product is a new line, reviewed
by someone who knows products and no Python. Source codes are explained in `resources/products/README.md`.
"""

from dataclasses import dataclass, field

from gpu_inspector.language import N_

SOURCES = {
    "N": N_("NVIDIA's tables of ids and names"),
    "VG": N_("NVIDIA's names of vGPU types"),
    "D": "NVIDIA DCGM",
    "O": N_("observed boards"),
    "T": "TechPowerUp",
    "W": "Wikipedia",
    "AK": N_("Akash provider lists"),
    "pciids": "pci.ids",
    "P": "press",
    "CUR": N_("looked through by hand"),
    "X:M": N_("added from memory"),
    "M": N_("from memory"),
}
"""The codes of the reference data in words, for people who read a finding; `resources/products/README.md` has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One name x die x memory size x memory type. None is "the sources do not say"."""

    name: str
    """As NVML and nvidia-smi print it, with "NVIDIA " where they do."""
    device_ids: tuple[str, ...]
    subsystems: tuple[str, ...] = ()
    """Such as "2684/10DE:1234": ids whose name holds for that subsystem only."""
    die: str
    mobile: bool = False
    segment: str = ""
    """One of "GeForce", "Quadro/RTX pro", "datacentre", "CMP", "DRIVE", "other"."""
    sm: int | None = None
    memory_mib: int | None = None
    """Nominal size: 24576 for "24 GB"."""
    memory_type: str | None = None
    bus_bits: int | None = None
    memory_clock_mhz: int | None = None
    l2_bytes: int | None = None
    boost_mhz: int | None = None
    tdp_w: int | None = None
    pcie_gen: int | None = None
    pcie_width: int | None = None
    ecc: str = "unknown"
    """The values "on" and "off" are defaults of a card that has it, "none" is a card without, "unknown"."""
    total_basis: str = ""
    """The formula of the total that a driver shows: "F1" to "F4" (reference README), "" where none is known."""
    total_mib_ecc_off: int | None = None
    total_mib_ecc_on: int | None = None
    totals_observed_mib: tuple[int, ...] = ()
    power_observed_w: tuple[int, ...] = ()
    gpu_part_numbers: tuple[str, ...] = ()
    board_part_numbers: tuple[str, ...] = ()
    inforom_prefixes: tuple[str, ...] = ()
    board: str = ""
    note: str = ""
    memory_evidence: dict[str, str] = field(default_factory=dict)
    """Device id -> source codes for this memory size on that id, "T+W+O"."""
    sources: dict[str, str] = field(default_factory=dict)
    """Field -> source codes."""
    single_source: tuple[str, ...] = ()
    """Fields that rest on one third-party table alone: never enough for CONTRADICTED."""
    from_memory: tuple[str, ...] = ()
    """Fields that nobody has verified: a check on them ends at INCONCLUSIVE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Die:
    """A chip: physical limits that no genuine card exceeds."""

    name: str
    architecture: str
    """As nvidia-smi writes it."""
    compute_capability: str
    chip_id: str
    full_sm: int | None = None
    lanes_per_sm: int
    full_l2_bytes: int | None = None
    full_bus_bits: int | None = None
    memory_types: tuple[str, ...] = ()
    area_mm2: int | None = None
    """The die's area where two sources give the same."""
    sources: dict[str, str] = field(default_factory=dict)
    from_memory: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DieVector:
    """What the units of one multiprocessor of a die do in one of its clocks.

    A fused multiply-add is one operation of `fp32`, `fp64` and `fp16x2` (of two halves each), a dot product of four
    bytes one of `dp4a`, and a multiply-add two of a tensor unit. Several numbers are all possible: GeForce cards do
    half of the tensor rate of professional ones on the same die.
    """

    die: str
    fp32: int
    fp64: tuple[int, ...] = ()
    fp16x2: int | None = None
    dp4a: int | None = None
    tensor_units: bool
    tensor_f16_f16: tuple[int, ...] = ()
    """Accumulated in FP16; () where nobody knows what `mma.sync` reaches of the die's peak."""
    tensor_f16_f32: tuple[int, ...] = ()
    fp8: bool
    l2_halves: bool | None = None
    """The L2 lies in two halves, and a chase shows two steps."""
    sources: dict[str, str] = field(default_factory=dict)
    from_memory: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DieDate:
    """When the first product of a die became known: firmware of much earlier days is not this die's."""

    die: str
    first_public: str
    """ISO, a day."""
    product: str
    source: str
    """In words, as a finding names it."""
    from_memory: bool = False
    """Nobody has verified it: never more than a weak sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceName:
    """A name that a register gives to a device id, or to one subsystem of it."""

    device_id: str
    subsystem: str | None = None
    """Such as "10DE:147F"; None where the name holds for every subsystem."""
    name: str
    die: str | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VbiosPrefix:
    """The first two bytes of a vBIOS version, and the die that they belong to."""

    prefix: str
    die: str
    observed: bool
    """False for a row from memory."""
    source: str = ""
