"""Kernel logs and excerpts of them (dmesg, journalctl, kern.log): what the kernel and NVIDIA's module say of the cards.

The kernel names ids and class of each function as it finds it, and the link's own capability where a slot falls short
of it; the module names its version, and in an error's company the card's UUID and serial. A log is cut anywhere: what
does not stand in it, was not looked at. Source: lines as public bug reports show them, and the kernel's own format
("pci 0000:01:00.0: [10de:2684] type 00 class 0x030000", drivers/pci/probe.c; "available PCIe bandwidth, limited by",
drivers/pci/pci.c).
"""

import re
from dataclasses import dataclass, field, replace

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes import kernel_log, xid
from gpu_inspector.probes.foreign_text import head_of, text_of
from gpu_inspector.probes.handed import SAMPLE_MARK, Handed
from gpu_inspector.probes.pci import DISPLAY_CLASSES, GENERATIONS, WIDTHS
from gpu_inspector.probes.smi_masks import is_masked
from gpu_inspector.records.claims import Absence
from gpu_inspector.records.evidence import CardEvidence, Gap, PciReading
from gpu_inspector.records.foreign import ToolReading
from gpu_inspector.records.server import DriverEvent

FORM = "dmesg"
TOOL = N_("kernel log")
MOST_CARDS = 256
MOST_SIGNS = 16
LONGEST_LINE = 2000
_ASK = N_("Ask for the whole output of `sudo dmesg`, saved as it is.")
_PLACE = r"((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2})(?:[.:]([0-7]))?"
_SIGN = re.compile(
    rf"\bNVRM: (?:Xid|loading NVIDIA UNIX|GPU (?:at )?(?:PCI:)?{_PLACE}|API mismatch|RmInitAdapter)"
    r"|\bpci [0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]: \[10de:[0-9a-f]{4}\] type",
    re.IGNORECASE,
)
_FOUND = re.compile(
    r"\bpci ([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]):"
    r" \[10de:([0-9a-f]{4})\] type [0-9a-f]{2} class 0x([0-9a-f]{6})\b"
)
_CAPABLE = re.compile(
    r"\bpci ([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]): .{0,80}available PCIe bandwidth, limited by"
    r" [0-9.]{1,5} GT/s(?: PCIe)? x[0-9]{1,2} link at \S{1,20}"
    r" \(capable of .{0,30}? with ([0-9.]{1,5}) GT/s(?: PCIe)? x([0-9]{1,2}) link\)"
)
_LOADED = re.compile(
    r"\bNVRM: loading NVIDIA UNIX .{0,60}?Kernel Module(?: for \w{1,20})?\s{1,4}([0-9]{3,4}(?:\.[0-9]{2,3}){1,2})\b"
)
_UUID = re.compile(
    rf"\bNVRM: GPU at (?:PCI:)?{_PLACE}: (GPU-[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})\b", re.IGNORECASE
)
_BOARD_SERIAL = re.compile(r"\bNVRM: GPU Board Serial Number: ([0-9A-Z]{6,20})\b")
_SERIAL = re.compile(rf"\bNVRM: GPU {_PLACE}: GPU serial number is ([0-9A-Z]{{6,20}})\.")
_NAMED = re.compile(rf"\bNVRM: (?:GPU|Xid) \(?(?:at )?(?:PCI:)?{_PLACE}[:) ]", re.IGNORECASE)
_START = re.compile(rf"^[^\n]{{0,200}}\b{re.escape(kernel_log.START)}[0-9]", re.MULTILINE)
_DOUBLED = N_("given twice with different values")


@dataclass(slots=True)
class _Card:
    """What a log says of one card; the first word stays, and that a later one differs is kept."""

    device_id: str = ""
    class_code: str = ""
    speed: str = ""
    lanes: int | None = None
    uuid: str = ""
    serial: str = ""
    doubled: set[str] = field(default_factory=set)

    def say(self, name: str, value: str) -> None:
        said = getattr(self, name)
        if said and said.casefold() != value.casefold():
            self.doubled.add(name)
        elif not said:
            setattr(self, name, value)


@dataclass(frozen=True, slots=True)
class Log:
    """What the driver reported, the lines that known patches write, and the versions of the module that was loaded."""

    events: tuple[DriverEvent, ...]
    signs: tuple[str, ...]
    versions: tuple[str, ...]


def holds(text: str) -> bool:
    """Whether lines of the driver's module, or of the kernel on NVIDIA's functions, stand in a text."""
    return _SIGN.search(text) is not None


def looks_like(data: bytes) -> bool:
    """Whether such lines stand in the file."""
    return holds(head_of(data))


def to_cards(data: bytes, name: str) -> Handed:
    """The cards that the log names; one without an address where it names none. Raises ProbeError where it is none."""
    text, notes = text_of(data)
    if not holds(text):
        raise ProbeError("The kernel log has no line of NVIDIA's driver.", _ASK)
    last, starts = _last_start(text)
    # A patch that was in the machine at an earlier start is told; errors and ids of then may be another card's.
    log = replace(log_of((last,)), signs=log_of((text,)).signs)
    cards = cards_of(last, log.versions)
    if starts > 1:
        notes = (
            *notes,
            N_(f"the log tells of {starts:,} starts of the machine; cards and errors are those of the last one"),
        )
    return Handed(
        cards=cards or (_card("", _Card(), log.versions),),
        driver_events=log.events,
        log_signs=log.signs,
        notes=(*notes, *notes_on(log)),
        gaps=(
            Gap(
                N_("kernel log"),
                N_("A log that was handed in may be cut: what does not stand in it was not looked at."),
            ),
        ),
        sample=SAMPLE_MARK in text,
    )


def _last_start(text: str) -> tuple[str, int]:
    """The log from the last start on that has lines of the driver, and how many starts there are in all.

    A card may have been exchanged between two starts: what stands there of one place is of two cards.
    """
    begins = [match.start() for match in _START.finditer(text)]
    for begin in reversed(begins[1:]):
        if holds(text[begin:]):
            return text[begin:], len(begins)
    return text, len(begins)


def log_of(texts: tuple[str, ...]) -> Log:
    """What several logs of one machine say together; a report that stands in two of them is one."""
    signs: dict[str, None] = {}
    versions: dict[str, None] = {}
    for text in texts:
        signs.update(dict.fromkeys(kernel_log.scan_log(text)))
        versions.update(dict.fromkeys(match[1] for match in _LOADED.finditer(text)))
    return Log(xid.united(texts), tuple(signs)[:MOST_SIGNS], tuple(versions)[:MOST_SIGNS])


def notes_on(log: Log) -> tuple[str, ...]:
    """What a reader should know of the driver in the log."""
    if len(log.versions) > 1:
        return (N_(f"the log tells of several versions of the driver: {', '.join(log.versions)}"),)
    return ()


def cards_of(text: str, versions: tuple[str, ...]) -> tuple[CardEvidence, ...]:
    """The cards that a log names by their addresses, by address."""
    found: dict[str, _Card] = {}
    sounds: set[str] = set()
    last: str | None = None
    for line in text.split("\n"):
        if len(line) > LONGEST_LINE or ("10de" not in line and "NVRM" not in line and "PCIe bandwidth" not in line):
            continue
        if (match := _FOUND.search(line)) is not None and match[3][:4] not in DISPLAY_CLASSES:
            sounds.add(_address(match[1], None))
        last = _take(line, found, last)
        if len(found) > MOST_CARDS:
            raise ProbeError(f"The log names more than {MOST_CARDS} cards; no machine has as many.")
    return tuple(_card(address, found[address], versions) for address in sorted(found.keys() - sounds))


def _take(line: str, found: dict[str, _Card], last: str | None) -> str | None:
    """One line; the address that a serial in the next line would belong to."""
    if (match := _FOUND.search(line)) is not None:
        if match[3][:4] in DISPLAY_CLASSES:
            card = found.setdefault(_address(match[1], None), _Card())
            card.say("device_id", match[2].upper())
            card.say("class_code", match[3].upper())
        return None
    if (match := _CAPABLE.search(line)) is not None:
        address = _address(match[1], None)
        if address in found:  # another device's, else
            found[address].speed, found[address].lanes = match[2].removesuffix(".0"), int(match[3])
        return None
    if (match := _UUID.search(line)) is not None:
        address = _address(match[1], match[2])
        found.setdefault(address, _Card()).say("uuid", "GPU-" + match[3][4:].lower())
        return address
    if (match := _BOARD_SERIAL.search(line)) is not None and last in found:
        found[last].say("serial", match[1])
        return None
    if (match := _SERIAL.search(line)) is not None:
        found.setdefault(_address(match[1], match[2]), _Card()).say("serial", match[3])
    elif (match := _NAMED.search(line)) is not None:
        found.setdefault(_address(match[1], match[2]), _Card())
    return last


def _address(place: str, function: str | None) -> str:
    """With a domain of four digits and its function: "PCI:0000:01:00" is 0000:01:00.0."""
    bare, dot, given = place.lower().partition(".")
    whole = bare if bare.count(":") == 2 else f"0000:{bare}"
    domain, _, rest = whole.partition(":")
    return f"{int(domain, 16):04x}:{rest}.{given if dot else function or '0'}"


def _card(address: str, said: _Card, versions: tuple[str, ...]) -> CardEvidence:
    absent = tuple(Absence(name, _DOUBLED) for name in sorted(said.doubled))
    pci = None
    if said.device_id:
        lanes = said.lanes if said.lanes in WIDTHS else None
        pci = PciReading(
            address=address,
            vendor_id="10DE",
            device_id=said.device_id,
            class_code=said.class_code,
            link_gen_max=GENERATIONS.get(said.speed),
            link_width_max=lanes,
            absent=tuple(one for one in absent if one.field in ("device_id", "class_code")),
        )
    tool = ToolReading(
        tool=TOOL,
        form=FORM,
        driver_version=versions[-1] if len(versions) == 1 else None,
        pci_bus_id=address or None,
        uuid=said.uuid if said.uuid and not is_masked(said.uuid) else None,
        serial=said.serial if said.serial and not is_masked(said.serial) else None,
        absent=tuple(one for one in absent if one.field in ("uuid", "serial")),
    )
    return CardEvidence(
        label=address or N_("card of the file"),
        pci=pci,
        tool=tool,
        gaps=(
            Gap("pci", N_("A kernel log has the ids only in the lines of the machine's start."), _ASK),
            Gap("driver", N_("A kernel log has no memory size, no vBIOS version and no name of the card.")),
        ),
    )
