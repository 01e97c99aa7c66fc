"""What several cards of one chassis say together: links between them, the driver's log, heat under common load.

Every value is a claim of the driver or of its log, but for `PeerRate`, which was measured by copies between two cards.
Lifetime counters of links are history: they tell how a card was used, and are never a fault by themselves.
"""

from dataclasses import dataclass
from datetime import datetime

from gpu_inspector.records.claims import Absence


@dataclass(frozen=True, slots=True, kw_only=True)
class NvlinkLink:
    """One NVLink of a card, as NVML tells it; None where it does not."""

    number: int
    active: bool | None = None
    version: int | None = None
    """NVLink generation as NVML numbers it."""
    speed_mb_per_s: int | None = None
    """Of one direction, as NVML gives it."""
    remote_kind: str | None = None
    """One of "gpu", "switch", "cpu", "unknown"."""
    remote_address: str | None = None
    """PCI address of the other end, four-digit domain, lower case."""
    crc_errors: int | None = None
    replays: int | None = None
    recoveries: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NvlinkReading:
    """The NVLinks of one card; () is "asked, and it has none"."""

    links: tuple[NvlinkLink, ...] = ()
    fabric_state: str | None = None
    """Of the card in its fabric: "completed", "in progress", "not started", "not supported"."""
    fabric_status: str | None = None
    """What the registration came to, as NVML names it; None before it is completed."""
    fabric_clique: int | None = None
    absent: tuple[Absence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerRate:
    """Copies from one card to another, measured. `one` and `other` are the labels of the cards."""

    one: str
    other: str
    bytes_copied: int
    bytes_per_s: float
    direct: bool
    """Peer access was on; else the copy went through the machine's memory."""
    intact: bool
    """What arrived was what was sent, word for word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FabricManager:
    """The service that sets up NVSwitches. None is "could not be told"."""

    installed: bool | None = None
    running: bool | None = None
    version: str | None = None
    state: str = ""
    """As the system's service manager words it; "" where it was not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """An NVSwitch seen on PCI."""

    address: str
    device_id: str
    driver: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerReading:
    """What is of the chassis and of no single card."""

    switches: tuple[Switch, ...] = ()
    fabric_manager: FabricManager | None = None
    peers: tuple[PeerRate, ...] = ()
    peer_gaps: tuple[str, ...] = ()
    """Why pairs were not measured, each a sentence."""
    loaded_together: bool = False
    """The cards' measurements ran side by side, so that their heat and power are those of a common load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverEvent:
    """One error report of NVIDIA's driver ("Xid") in a kernel log; the text is the log's, cleaned and cut."""

    xid: int
    address: str | None = None
    """The card's PCI address, four-digit domain, lower case; None where the line names none."""
    at: datetime | None = None
    """None where the log's line bears no time that could be read."""
    since_start_s: float | None = None
    text: str = ""
    times: int = 1
    """Equal reports of one card, of which this is the first."""
