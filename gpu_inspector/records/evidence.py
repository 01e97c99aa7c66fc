"""What was seen, one typed frozen record for each source: that sources disagree is the very thing we look for.

Every value here is a *claim* of a card, a driver or a file, and so untrusted. A value that a source did not
give is None, with its reason in `absent`; it is never a text that looks like a value.

Hexadecimal ids are upper-case digits without a prefix ("2684", "10DE"). Sizes are bytes, power is milliwatts.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gpu_inspector.records.appearance import Appearance
from gpu_inspector.records.canonical import FORMAT
from gpu_inspector.records.firmware import AttestationReading, KnownImage, RmReading, VbiosReading
from gpu_inspector.records.sighting import LedgerAsked, ListAsked, Sighting, Watched
from gpu_inspector.records.silicon import SiliconReading


@dataclass(frozen=True, slots=True)
class Gap:
    """A source that could not be read, or a part of one: why, and what would help."""

    source: str
    reason: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """One field that a source did not give: `reason` is "not supported", "no permission", "masked" and so on."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A PCI base address register: `size_bytes` of the region, as the host mapped it."""

    index: int
    size_bytes: int
    prefetchable: bool
    wide: bool | None = None
    """Whether it is a 64-bit register."""
    sizes_bytes: tuple[int, ...] = ()
    """The sizes that its resizable-BAR capability offers, ascending; () where the system lists none."""


@dataclass(frozen=True, slots=True)
class PciReading:
    """What PCI configuration space says, read through sysfs without a driver."""

    address: str
    """Domain, bus, device and function, "0000:01:00.0"."""
    vendor_id: str
    device_id: str
    subsystem_vendor: str | None = None
    subsystem_id: str | None = None
    revision: str | None = None
    class_code: str | None = None
    """Six hexadecimal digits: base class, sub class, programming interface."""
    bars: tuple[Bar, ...] = ()
    link_gen_max: int | None = None
    """PCIe generation of the device's own link capability, 1 to 7."""
    link_gen_now: int | None = None
    link_width_max: int | None = None
    link_width_now: int | None = None
    driver: str | None = None
    """The bound kernel driver, None where no driver claims the card."""
    numa_node: int | None = None
    port_gen_max: int | None = None
    """Of the port above the card (the slot, or a switch): the generation that its own link capability allows."""
    port_width_max: int | None = None
    connectors: tuple[str, ...] | None = None
    """Display connectors of the card, "DP-1"; () is none at all, None where no display driver lists them."""
    absent: tuple[Absence, ...] = ()


class Virtualization(StrEnum):
    """How the card meets the system that was asked. PASS_THROUGH is a whole card; GUEST is a slice of one."""

    NONE = "none"
    PASS_THROUGH = "pass-through"  # noqa: S105 - not a password
    GUEST = "vgpu-guest"
    HOST = "vgpu-host"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardClaims:
    """What a driver's interface says of one card. NVML and nvidia-smi give the same fields by two ways."""

    driver_version: str | None = None
    cuda_version: str | None = None
    name: str | None = None
    brand: str | None = None
    architecture: str | None = None
    """As nvidia-smi writes it: "Ada Lovelace", "Ampere"."""
    compute_capability: str | None = None
    cores: int | None = None
    """FP32 lanes, which NVML calls GPU cores."""
    pci_bus_id: str | None = None
    """Four-digit domain, lower case: "0000:01:00.0"."""
    vendor_id: str | None = None
    device_id: str | None = None
    subsystem_vendor: str | None = None
    subsystem_id: str | None = None
    uuid: str | None = None
    serial: str | None = None
    device_identifier: str | None = None
    """NVML's per-device identifier (PDI) of R580 and later, 16 hexadecimal digits."""
    board_id: str | None = None
    board_part_number: str | None = None
    gpu_part_number: str | None = None
    multi_gpu_board: bool | None = None
    module_id: int | None = None
    minor_number: int | None = None
    vbios_version: str | None = None
    gsp_firmware_version: str | None = None
    inforom_image: str | None = None
    inforom_oem: str | None = None
    inforom_ecc: str | None = None
    inforom_power: str | None = None
    inforom_valid: bool | None = None
    memory_total_bytes: int | None = None
    memory_reserved_bytes: int | None = None
    bar1_total_bytes: int | None = None
    bus_width_bits: int | None = None
    ecc_now: bool | None = None
    ecc_pending: bool | None = None
    ecc_default: bool | None = None
    mig_now: bool | None = None
    mig_pending: bool | None = None
    virtualization: Virtualization | None = None
    power_default_mw: int | None = None
    power_min_mw: int | None = None
    power_max_mw: int | None = None
    power_limit_mw: int | None = None
    link_gen_device_max: int | None = None
    """The device's own maximum; `link_gen_max` may be the slot's."""
    link_gen_max: int | None = None
    link_gen_now: int | None = None
    link_width_max: int | None = None
    link_width_now: int | None = None
    clock_graphics_max_mhz: int | None = None
    clock_sm_max_mhz: int | None = None
    clock_memory_max_mhz: int | None = None
    temperature_c: int | None = None
    memory_temperature_c: int | None = None
    power_draw_mw: int | None = None
    performance_state: str | None = None
    fans: int | None = None
    display_active: bool | None = None
    driver_model: str | None = None
    compute_mode: str | None = None
    pcie_replays: int | None = None
    ecc_errors_uncorrected: int | None = None
    ecc_errors_corrected: int | None = None
    retired_pages: int | None = None
    remapped_rows_uncorrectable: int | None = None
    remapped_rows_correctable: int | None = None
    remap_pending: bool | None = None
    remap_failed: bool | None = None
    row_remap_banks: int | None = None
    """The sum of the row-remapper histogram: banks of DRAM."""
    absent: tuple[Absence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NvmlReading(CardClaims):
    """What NVML answered for one card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmiReading(CardClaims):
    """What nvidia-smi printed for one card."""

    form: str = "xml"
    """One of "xml" (-q -x), "text" (-q) or "table" (the plain call: name and memory only)."""


@dataclass(frozen=True, slots=True)
class VouchedFile:
    """A file of the driver, and who answers for it.

    `state` is "vouched" (a package lists it and its digest is the listed one), "built from a vouched source"
    (DKMS on a stock package), "altered" (a package lists it with another digest), "unvouched" (no package
    lists it), or "unknown" (this system has no package database that could be asked).
    """

    path: str
    state: str
    package: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostReading:
    """The bench: the machine that the card was looked at on. An altered bench makes every claim hearsay."""

    system: str
    kernel: str = ""
    machine: str = ""
    driver_version: str | None = None
    driver_kind: str | None = None
    """Either "open" or "proprietary"; None where no NVIDIA driver is loaded."""
    module: VouchedFile | None = None
    module_signer: str | None = None
    module_in_use_matches: bool | None = None
    """Whether the loaded module's source version is that of the file on disk."""
    libraries: tuple[VouchedFile, ...] = ()
    kernel_log_read: bool = False
    patch_signs: tuple[str, ...] = ()
    """Lines of the kernel log, and names of module options, that known patches leave."""
    taint: int | None = None
    secure_boot: bool | None = None
    preloaded: tuple[str, ...] = ()
    """The text "LD_PRELOAD=..." and the entries of ld.so.preload, as found."""
    virtual_machine: str | None = None
    """The hypervisor's name, "" on bare metal, None where it could not be told."""
    container: str | None = None
    """The container's kind, "" outside of one, None where it could not be told."""
    clock_synchronised: bool | None = None
    libraries_loaded: tuple[str, ...] = ()
    """Versions of NVML and of nvidia-smi as they name themselves."""
    gaps: tuple[Gap, ...] = ()


class Origin(StrEnum):
    """Where the evidence comes from, and so how far it can be trusted."""

    MACHINE = "this machine"
    FILE = "file of unknown origin"
    SAMPLE = "sample made by the program"
    SIMULATION = "simulation"
    SEEN = "seen by the inspector"
    """An object that does not start, or was not started: looked at, never asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardEvidence:
    """One card: a reading of each source that spoke, and a gap for each that did not."""

    label: str
    """How the card is called in lists and on pages: its PCI address, or "card 2 of the file"."""
    pci: PciReading | None = None
    nvml: NvmlReading | None = None
    nvidia_smi: SmiReading | None = None
    silicon: SiliconReading | None = None
    vbios: tuple[VbiosReading, ...] = ()
    """Images that were read out of the card or handed in as its own, three at most."""
    rm: RmReading | None = None
    attestation: AttestationReading | None = None
    seen: Appearance | None = None
    """What the inspector's eye found of the object; None where nobody looked."""
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that was seen in one inspection, of one or several cards."""

    collected_at: datetime
    tool_version: str
    reference_version: str
    origin: Origin
    cards: tuple[CardEvidence, ...]
    bystanders: tuple[CardEvidence, ...] = ()
    """The machine's other cards, where one was chosen: not inspected, but their ids must differ from its own."""
    host: HostReading | None = None
    file_name: str = ""
    """The handed-in file's own name without its folder; "" where there was none."""
    file_sha256: str = ""
    file_form: str = ""
    masked: bool = False
    """Serials and UUIDs were masked on writing."""
    notes: tuple[str, ...] = ()
    """What a reader of the file should know: "cut at line 212; read as far as it holds"."""
    gaps: tuple[Gap, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    """Earlier inspections of this ledger in which a number of these cards was seen."""
    ledger_asked: LedgerAsked | None = None
    """None where no ledger was asked: then no sighting says nothing at all."""
    watched: tuple[Watched, ...] = ()
    """Entries of other offices' watch-lists that name a number of these cards."""
    lists_asked: tuple[ListAsked, ...] = ()
    known_images: tuple[KnownImage, ...] = ()
    """vBIOS images of the office's own collection that resemble those of these cards."""
    format: int = field(default=FORMAT)
