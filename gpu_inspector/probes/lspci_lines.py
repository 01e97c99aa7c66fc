"""The lines of `lspci`, sorted by device: what stands there, as text and figures, and nothing concluded.

A device listed twice (a plain list ahead of a detailed one) is one device; ids that differ between the two, or between
a line and its dump of configuration space, are kept as such.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from gpu_inspector.errors import ProbeError
from gpu_inspector.records.evidence import Bar

MOST_DEVICES = 65_536
_ADDRESS = r"(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[01][0-9a-f]\.[0-7]"
HEADER = re.compile(
    rf"^({_ADDRESS}) (?:"
    r"(VGA compatible controller|3D controller|Display controller|[A-Z][\w /,-]{2,60} (?:bridge|controller)|Bridge"
    r"|Audio device|System peripheral|Processing accelerators)(?: \[([0-9a-f]{4})\])?"
    r"|([0-9a-f]{4}|[0-9a-f]{6})): (\S.*)$",
    re.MULTILINE,
)
"""Address, class in words, its number with -nn, its number alone with -n, and the rest of the line."""
_IDS = re.compile(r"\[([0-9a-f]{4}):([0-9a-f]{4})\]")
_BARE_IDS = re.compile(r"([0-9a-f]{4}):([0-9a-f]{4})(?= |$)|Vendor ([0-9a-f]{4}) Device ([0-9a-f]{4})")
_REVISION = re.compile(r"\(rev ([0-9a-f]{2})\)")
_INTERFACE = re.compile(r"\(prog-if ([0-9a-f]{2})\b")
_UNNAMED = re.compile(r"^(?:NVIDIA|nVidia) Corporation Device ([0-9a-f]{4})\b")
_MAKER = re.compile(r"^(?:NVIDIA|nVidia) Corporation\s*")
_SUBSYSTEM = re.compile(r"^Subsystem: (?:.{0,200}\[([0-9a-f]{4}):([0-9a-f]{4})\]|([0-9a-f]{4}):([0-9a-f]{4}))$")
_REGION = re.compile(
    r"^Region ([0-5]): Memory at \S{1,20}(?: \[[a-z]{1,20}\])? \((32|64)-bit, (non-)?prefetchable\)"
    r".{0,60}\[size=([0-9]{1,6})([KMGT]?)\]"
)
_CAPABILITY = re.compile(r"^LnkCap:\s{0,8}Port #[0-9]+, Speed ([0-9.]{1,5})GT/s, Width x([0-9]{1,2})")
_SPEEDS = re.compile(r"^LnkCap2: Supported Link Speeds: (?:[0-9.]{1,5}-)?([0-9.]{1,5})GT/s")
_STATUS = re.compile(r"^LnkSta:\s{0,8}Speed ([0-9.]{1,5})GT/s(?: \([a-z]+\))?, Width x([0-9]{1,2})")
_DRIVER = re.compile(r"^Kernel driver in use: ([\w.-]{1,64})$")
_NODE = re.compile(r"^NUMA node: ([0-9]{1,4})$")
_RESIZABLE = re.compile(r"^BAR ([0-5]): current size: [0-9]+[KMGT]?B, supported: ((?:[0-9]{1,6}[KMGT]?B ?){1,40})$")
_SIZE = re.compile(r"([0-9]{1,6})([KMGT]?)B?")
_BUSES = re.compile(r"^Bus: primary=[0-9a-f]{2}, secondary=([0-9a-f]{2}),")
_DUMPED = re.compile(r"^([0-9a-f]{2,3}): ((?:[0-9a-f]{2} ){15}[0-9a-f]{2})$")
_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
_LARGEST = 2**53 - 1
_LONGEST_LINE = 1000
_SLOWEST = "2.5"


@dataclass(slots=True)
class Device:
    """One device; a text is "" and a figure None where the list does not say it. Ids are upper case."""

    address: str
    """With its domain, lower case."""
    class_name: str = ""
    class_code: str = ""
    title: str = ""
    maker_is_nvidia: bool = False
    vendor_id: str = ""
    device_id: str = ""
    revision: str = ""
    interface: str = ""
    subsystem_vendor: str = ""
    subsystem_id: str = ""
    bars: dict[int, Bar] = field(default_factory=dict)
    sizes: dict[int, tuple[int, ...]] = field(default_factory=dict)
    speed_max: str = ""
    """GT/s of the capability: "16"."""
    speed_now: str = ""
    width_max: int | None = None
    width_now: int | None = None
    speeds_listed: bool = False
    driver: str = ""
    numa_node: int | None = None
    secondary: str = ""
    """Of a bridge: domain and bus behind it, "0000:01"."""
    denied: bool = False
    asleep: bool = False
    doubled: set[str] = field(default_factory=set)
    """Fields of ids that are given twice with different values."""

    def say(self, name: str, value: str) -> None:
        """Take an id; the first one stays, and that a later one differs is kept."""
        said = getattr(self, name)
        if said and said != value.upper():
            self.doubled.add(name)
        elif not said:
            setattr(self, name, value.upper())


def devices(text: str) -> list[Device]:
    """Every device of the text, in the order of its first lines. Raises ProbeError where there are too many."""
    found: dict[str, Device] = {}
    device: Device | None = None
    for line in text.split("\n"):
        if len(line) > _LONGEST_LINE:
            continue
        head = HEADER.match(line)
        if head is not None:
            device = _open(head, found)
        elif not line.strip():
            device = None
        elif device is not None:
            _detail(line.strip(), device)
    for one in found.values():
        _finish(one)
    return list(found.values())


def _open(head: re.Match[str], found: dict[str, Device]) -> Device:
    address = head[1] if head[1].count(":") == 2 else f"0000:{head[1]}"
    address = f"{int(address.split(':', 1)[0], 16):04x}:{address.split(':', 1)[1]}"
    if address not in found and len(found) >= MOST_DEVICES:
        raise ProbeError(f"The list has more than {MOST_DEVICES:,} devices; no machine has as many.")
    device = found.setdefault(address, Device(address))
    rest = head[5]
    device.class_name = device.class_name or (head[2] or "")
    device.class_code = max(device.class_code, (head[3] or head[4] or "").upper(), key=len)
    ids = _IDS.findall(rest)
    bare = _BARE_IDS.match(rest) if head[4] else None
    unnamed = _UNNAMED.match(rest)
    if ids:
        device.say("vendor_id", ids[-1][0])
        device.say("device_id", ids[-1][1])
    elif bare is not None:
        device.say("vendor_id", bare[1] or bare[3])
        device.say("device_id", bare[2] or bare[4])
    elif unnamed is not None:
        device.say("vendor_id", "10DE")
        device.say("device_id", unnamed[1])
    device.maker_is_nvidia = device.maker_is_nvidia or _MAKER.match(rest) is not None
    device.title = device.title or _REVISION.split(_IDS.sub("", _MAKER.sub("", rest)))[0].strip()
    for pattern, name in ((_REVISION, "revision"), (_INTERFACE, "interface")):
        if (match := pattern.search(rest)) is not None and match[1] != "ff" and not getattr(device, name):
            setattr(device, name, match[1].upper())
    return device


def _detail(line: str, device: Device) -> None:
    """One indented line; what is not known is passed over."""
    for pattern, take in _TAKEN:
        match = pattern.match(line)
        if match is not None:
            take(device, match)
            return
    if line.startswith("Capabilities: <access denied>"):
        device.denied = True
    elif line.startswith("!!! Unknown header type"):
        device.asleep = True


def _subsystem(device: Device, match: re.Match[str]) -> None:
    device.say("subsystem_vendor", match[1] or match[3])
    device.say("subsystem_id", match[2] or match[4])


def _region(device: Device, match: re.Match[str]) -> None:
    size = int(match[4]) * _UNITS[match[5]]
    if 0 < size <= _LARGEST:
        device.bars.setdefault(int(match[1]), Bar(int(match[1]), size, match[3] is None, match[2] == "64"))


def _capability(device: Device, match: re.Match[str]) -> None:
    if not device.speeds_listed:
        device.speed_max = _speed(match[1])
    device.width_max = int(match[2])


def _speeds(device: Device, match: re.Match[str]) -> None:
    device.speed_max, device.speeds_listed = _speed(match[1]), True


def _status(device: Device, match: re.Match[str]) -> None:
    device.speed_now, device.width_now = _speed(match[1]), int(match[2])


def _speed(text: str) -> str:
    return text.removesuffix(".0")


def _resizable(device: Device, match: re.Match[str]) -> None:
    sizes = tuple(sorted(int(number) * _UNITS[unit] for number, unit in _SIZE.findall(match[2])))
    if sizes and sizes[0] > 0 and sizes[-1] <= _LARGEST:
        device.sizes[int(match[1])] = sizes


def _secondary(device: Device, match: re.Match[str]) -> None:
    if match[1] != "00":
        device.secondary = f"{device.address.split(':', 1)[0]}:{match[1]}"


def _set(name: str, device: Device, match: re.Match[str]) -> None:
    setattr(device, name, int(match[1]) if name == "numa_node" else match[1])


def _dumped(device: Device, match: re.Match[str]) -> None:
    """Rows 00 and 20 of configuration space hold the ids and the subsystem (PCI Local Bus Specification, type 0)."""
    data = bytes.fromhex(match[2])
    if set(data) == {0xFF}:
        device.asleep = device.asleep or match[1] == "00"
    elif match[1] == "00":
        device.say("vendor_id", data[1::-1].hex())
        device.say("device_id", data[3:1:-1].hex())
    elif match[1] == "20" and not device.secondary and any(data[12:16]):
        device.say("subsystem_vendor", data[13:11:-1].hex())
        device.say("subsystem_id", data[15:13:-1].hex())


_TAKEN: tuple[tuple[re.Pattern[str], Callable[[Device, re.Match[str]], None]], ...] = (
    (_SUBSYSTEM, _subsystem),
    (_REGION, _region),
    (_CAPABILITY, _capability),
    (_SPEEDS, _speeds),
    (_STATUS, _status),
    (_DRIVER, partial(_set, "driver")),
    (_NODE, partial(_set, "numa_node")),
    (_RESIZABLE, _resizable),
    (_BUSES, _secondary),
    (_DUMPED, _dumped),
)


def _finish(device: Device) -> None:
    """What can only be said once all lines were read."""
    for index, sizes in device.sizes.items():
        if index in device.bars:
            bar = device.bars[index]
            device.bars[index] = Bar(index, bar.size_bytes, bar.prefetchable, bar.wide, sizes)
    if not device.speeds_listed and device.speed_max == _SLOWEST:
        device.speed_max = ""  # an old lspci shows what the card was set to; the slowest speed need not be its own
    if device.asleep:
        device.speed_max = device.speed_now = ""
        device.width_max = device.width_now = None
