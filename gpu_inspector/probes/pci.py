"""What PCI configuration space says, through sysfs: neither the card's driver nor root is needed for it.

The ids come from the card's own registers as the kernel read them when it found the card, so the known patched
drivers that rename a card leave them alone. Every value is still a claim, and checked for its form.
"""

import errno
import re
from dataclasses import replace
from pathlib import Path

from gpu_inspector import platforms
from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes import pci_bars, pci_place
from gpu_inspector.records.claims import Absence
from gpu_inspector.records.evidence import PciReading

NVIDIA = "0x10de"
DISPLAY_CLASSES = ("0300", "0302", "0380")
"""PCI base and sub class: VGA controller, 3D controller, other display controller."""
LARGEST = 64 * 1024
"""Bytes of one sysfs file; the kernel writes at most one page."""
GENERATIONS = {"2.5": 1, "5": 2, "8": 3, "16": 4, "32": 5, "64": 6, "128": 7}
"""GT/s for each lane -> PCIe generation (PCI Express Base Specification 7.0)."""
WIDTHS = (1, 2, 4, 8, 12, 16, 32)

_ADDRESS = re.compile(r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")
_SPEED = re.compile(r"(\d{1,3})(?:\.(\d))? GT/s")
_HEXADECIMAL = re.compile(r"0x([0-9a-fA-F]{1,16})")

Files = dict[str, str | None]
"""Name of a sysfs file -> its text, None where it could not be read."""

CODES = (
    ("vendor_id", "vendor", 4),
    ("device_id", "device", 4),
    ("subsystem_vendor", "subsystem_vendor", 4),
    ("subsystem_id", "subsystem_device", 4),
    ("revision", "revision", 2),
    ("class_code", "class", 6),
)
"""Field, file and number of hexadecimal digits of each register."""
FILES = (
    "vendor",
    "device",
    "subsystem_vendor",
    "subsystem_device",
    "revision",
    "class",
    "resource",
    "max_link_speed",
    "current_link_speed",
    "max_link_width",
    "current_link_width",
    "numa_node",
    *pci_bars.RESIZE_FILES,
)


def read(sysfs: Path = Path("/sys")) -> tuple[PciReading, ...]:
    """Every NVIDIA display or 3D function of this machine, by address, bound to a driver or not.

    Virtual functions (SR-IOV) are left out: they are slices of a card that is in the list itself.
    Raises ProbeError where there is no list of PCI devices.
    """
    if platforms.is_windows():
        raise ProbeError(
            "Windows gives this program no PCI registers: what the card says there is not examined.",
            "For those, inspect the card from a Linux start medium.",
        )
    folder = sysfs / "bus" / "pci" / "devices"
    try:
        addresses = sorted(path.name for path in folder.iterdir() if _ADDRESS.fullmatch(path.name))
    except OSError as error:
        raise ProbeError(
            f"This system gives no list of PCI devices ({folder}: {error.strerror}).",
            "Run GPU Inspector on Linux, outside of a container that hides /sys.",
        ) from error
    readings: list[PciReading] = []
    for address in addresses:
        place = folder / address
        if (_text(place / "vendor") or "").strip().lower() != NVIDIA or (place / "physfn").is_symlink():
            continue
        code = _code(_text(place / "class"), 6)
        # A function whose class cannot be read is kept: to lose a card is worse than to show a sound chip.
        if code is None or code[:4] in DISPLAY_CLASSES:
            driver, reason = _driver(place / "driver")
            reading = parse(address, {name: _text(place / name) for name in FILES}, driver, reason)
            readings.append(_placed(reading, place, sysfs))
    return tuple(readings)


def parse(address: str, files: Files, driver: str | None = None, driver_unknown: str = "") -> PciReading:
    """One function's reading from the texts of its sysfs files; pure.

    `driver_unknown` says why the bound driver could not be told, "" where `driver` is the answer.
    """
    absent: list[Absence] = []

    def note(field: str, name: str, value: object, reason: str = "malformed") -> None:
        if value is None:
            absent.append(Absence(field, reason if files.get(name) is not None else N_("not readable")))

    codes: dict[str, str | None] = {}
    for field, name, digits in CODES:
        codes[field] = _code(files.get(name), digits)
        note(field, name, codes[field])
    links: dict[str, int | None] = {}
    for field, name, convert in LINKS:
        links[field] = convert(files.get(name))
        note(field, name, links[field], N_("unknown to the system"))
    bars, no_sizes = pci_bars.parse(files.get("resource"), files)
    note("bars", "resource", bars)
    if no_sizes:
        absent.append(Absence("bar_sizes", no_sizes))
    numa_node = _numa_node(files.get("numa_node"))
    note("numa_node", "numa_node", numa_node, N_("none assigned"))
    if driver_unknown:
        absent.append(Absence("driver", driver_unknown))
    return PciReading(
        address=address,
        vendor_id=codes["vendor_id"] or "",
        device_id=codes["device_id"] or "",
        subsystem_vendor=codes["subsystem_vendor"],
        subsystem_id=codes["subsystem_id"],
        revision=codes["revision"],
        class_code=codes["class_code"],
        bars=bars or (),
        link_gen_max=links["link_gen_max"],
        link_gen_now=links["link_gen_now"],
        link_width_max=links["link_width_max"],
        link_width_now=links["link_width_now"],
        driver=driver,
        numa_node=numa_node,
        absent=tuple(absent),
    )


def _placed(reading: PciReading, place: Path, sysfs: Path) -> PciReading:
    """The reading with what the kernel knows around the card: the port above it, and its display connectors."""
    absent = list(reading.absent)
    port = pci_place.port_above(place)
    generation = _generation(_text(port / "max_link_speed")) if port is not None else None
    width = _width(_text(port / "max_link_width")) if port is not None else None
    if generation is None or width is None:
        absent.append(Absence("port", N_("no port above the card") if port is None else N_("unknown to the system")))
    names, reason = pci_place.connectors(place, reading.driver, sysfs)
    if names is None:
        absent.append(Absence("connectors", reason))
    return replace(
        reading,
        port_gen_max=generation,
        port_width_max=width,
        port_address=port.name if port is not None else None,
        connectors=names,
        absent=tuple(absent),
    )


def _text(path: Path) -> str | None:
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST).decode("utf-8", errors="replace")
    except OSError:
        return None


def _driver(link: Path) -> tuple[str | None, str]:
    """The bound driver's name and "", or None and the reason; no driver at all is an answer too."""
    try:
        name = link.readlink().name
    except FileNotFoundError:
        return None, ""
    except OSError as error:
        return None, N_("no permission") if error.errno in (errno.EACCES, errno.EPERM) else N_("not readable")
    return (name, "") if re.fullmatch(r"[\w.-]{1,64}", name) else (None, "malformed")


def _code(text: str | None, digits: int) -> str | None:
    """A register of so many hexadecimal digits, "0x2684" as "2684"."""
    match = _HEXADECIMAL.fullmatch((text or "").strip())
    if match is None or int(match[1], 16) >= 16**digits:
        return None
    return f"{int(match[1], 16):0{digits}X}"


def _generation(text: str | None) -> int | None:
    """ "16.0 GT/s PCIe" and the older "16 GT/s" as 4; "Unknown" as None."""
    match = _SPEED.match((text or "").strip())
    if match is None:
        return None
    speed = match[1] if match[2] in (None, "0") else f"{match[1]}.{match[2]}"
    return GENERATIONS.get(speed)


def _width(text: str | None) -> int | None:
    """Lanes; the kernel writes 0 or 255 where the card gave it nothing."""
    value = _decimal(text)
    return value if value in WIDTHS else None


def _numa_node(text: str | None) -> int | None:
    value = _decimal(text)
    return value if value is not None and value >= 0 else None


def _decimal(text: str | None) -> int | None:
    match = re.fullmatch(r"-?[0-9]{1,9}", (text or "").strip())
    return int(match[0]) if match else None


LINKS = (
    ("link_gen_max", "max_link_speed", _generation),
    ("link_gen_now", "current_link_speed", _generation),
    ("link_width_max", "max_link_width", _width),
    ("link_width_now", "current_link_width", _width),
)
"""Field, file and meaning of what is said of the link."""
