"""What was seen, one typed frozen record for each source: that sources disagree is the very thing we look for.

Every value here is a *claim* of a card, a driver or a file, and so untrusted. A value that a source did not
give is None, with its reason in `absent`; it is never a text that looks like a value.

Hexadecimal ids are upper-case digits without a prefix ("2684", "10DE"). Sizes are bytes, power is milliwatts.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gpu_inspector.language import N_
from gpu_inspector.records.appearance import Appearance
from gpu_inspector.records.canonical import FORMAT
from gpu_inspector.records.claims import Absence, CardClaims, NvmlReading, SmiReading
from gpu_inspector.records.firmware import AttestationReading, KnownImage, RmReading, VbiosReading
from gpu_inspector.records.foreign import ForeignTest, ToolReading
from gpu_inspector.records.gap import Gap as Gap
from gpu_inspector.records.inventory import InventoryList
from gpu_inspector.records.medium import MediumReading
from gpu_inspector.records.node import NodeReading
from gpu_inspector.records.program import ProgramReading
from gpu_inspector.records.selftest import ControlCard, SelfTested
from gpu_inspector.records.server import DriverEvent, NvlinkReading, ServerReading
from gpu_inspector.records.sighting import LedgerAsked, ListAsked, RegistryAsked, RegistrySighting, Sighting, Watched
from gpu_inspector.records.silicon import SiliconReading


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
    port_address: str | None = None
    """That port's own address; None where there is none, or nobody looked."""
    connectors: tuple[str, ...] | None = None
    """Display connectors of the card, "DP-1"; () is none at all, None where no display driver lists them."""
    absent: tuple[Absence, ...] = ()


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
class PcieError:
    """Errors of PCI Express that the kernel's log holds of one place, as that place reported them (AER)."""

    address: str
    """Domain, bus, device and function of the card, or of the port above it."""
    severity: str
    """As the kernel says it: "Corrected", "Uncorrectable (Non-Fatal)"."""
    layer: str
    """Such as "Physical Layer"; "" where it is not said."""
    times: int = 1
    """Lines of the log; the kernel leaves some out where there are many."""


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
    medium: MediumReading | None = None
    """The live image that the bench runs from; None where it runs from none of ours."""
    steering: tuple[str, ...] | None = None
    """Variables that change what CUDA shows or how it computes, as found; None where nobody looked."""
    mps: tuple[str, ...] | None = None
    """Traces of NVIDIA's multi-process service, which gives each program a share of the card; None as above."""
    tracer: str | None = None
    """A program that is attached to this one, as a debugger is, "" where none is; None where it could not be told."""
    cards_hidden: int | None = None
    """Cards that the driver has and whose device files are not visible from here; None where it could not be told."""
    pcie_errors: tuple[PcieError, ...] | None = None
    """None where the kernel's log may not be read, or nobody looked."""
    program: ProgramReading | None = None
    gaps: tuple[Gap, ...] = ()


class Origin(StrEnum):
    """Where the evidence comes from, and so how far it can be trusted."""

    MACHINE = N_("this machine")
    FILE = N_("file of unknown origin")
    SAMPLE = N_("sample made by the program")
    SIMULATION = "simulation"
    SEEN = N_("seen by the inspector")
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
    nvlink: NvlinkReading | None = None
    tool: ToolReading | None = None
    """What another program's report says of the card; None where none was handed in."""
    tests: tuple[ForeignTest, ...] = ()
    """Tests that other programs ran, by their own logs."""
    gaps: tuple[Gap, ...] = ()

    @property
    def claims(self) -> tuple[tuple[str, CardClaims], ...]:
        """What the driver's interfaces and other programs say of the card, by their names, the better source first."""
        said: list[tuple[str, CardClaims]] = []
        if self.nvml is not None:
            said.append(("NVML", self.nvml))
        if self.nvidia_smi is not None:
            said.append(("nvidia-smi", self.nvidia_smi))
        if self.tool is not None:
            said.append((self.tool.tool, self.tool))
        return tuple(said)


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
    registry_sightings: tuple[RegistrySighting, ...] = ()
    """What the registry of many offices said of these cards' numbers: other offices' words."""
    registry_asked: RegistryAsked | None = None
    """None where no registry was asked, or it did not answer in time: then the gaps say so."""
    watched: tuple[Watched, ...] = ()
    """Entries of other offices' watch-lists that name a number of these cards."""
    lists_asked: tuple[ListAsked, ...] = ()
    known_images: tuple[KnownImage, ...] = ()
    """vBIOS images of the office's own collection that resemble those of these cards."""
    server: ServerReading | None = None
    """What is of the chassis and of no single card; None where the cards were not looked at as a server's."""
    driver_events: tuple[DriverEvent, ...] | None = None
    """The driver's error reports in the kernel's log; None where no log was read, () where it holds none."""
    log_signs: tuple[str, ...] = ()
    """Lines of a handed-in kernel log that known patches of the driver write, at most 16."""
    inventories: tuple[InventoryList, ...] = ()
    self_test: SelfTested | None = None
    """The last one of the program that judged, on the machine it ran on; None where it was never tried there."""
    control_card: ControlCard | None = None
    """None where the office has none, or the evidence is of no card in its machine."""
    reviewed_on: MediumReading | None = None
    """The inspection medium that this program ran from when it reviewed a file or an object without a machine."""
    node: NodeReading | None = None
    """The node of an audit that it was collected on; None where it was collected by the program that judged it."""
    format: int = field(default=FORMAT)
