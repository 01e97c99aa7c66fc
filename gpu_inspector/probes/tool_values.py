"""How one printed value of GPU-Z or HWiNFO becomes a number, an id or a text, or the reason why it is none.

Every text is untrusted and of any locale. The forms of the values ("PCIe x16 4.0 @ x16 1.1", "31.0.15.3699 (NVIDIA
536.99)") are from memory of the programs' windows.
"""

import re
from collections.abc import Callable

from gpu_inspector.language import N_
from gpu_inspector.probes.foreign_text import amount, whole
from gpu_inspector.probes.smi_masks import MASKED, spoken_absence
from gpu_inspector.probes.smi_values import MIB, UNREADABLE
from gpu_inspector.probes.untrusted import clean

FAKE = re.compile(r"^\s*\[?\s*FAKE\s*\]\s*", re.IGNORECASE)
HEXADECIMAL = re.compile(r"(?:0x)?([0-9A-F]{4})", re.IGNORECASE | re.ASCII)
_BIOS = re.compile(r"([0-9A-F]{2}(?:\.[0-9A-F]{2}){4})\b", re.IGNORECASE | re.ASCII)
_BUS = re.compile(
    r"PCI-?E(?:xpress)? ?(?:([1-7]\.[01]) )?x([0-9]{1,2})(?: ([1-7]\.[01]))?(?: @ x([0-9]{1,2})(?: ([1-7]\.[01]))?)?",
    re.IGNORECASE | re.ASCII,
)
DRIVER = re.compile(r"\b(?:NVIDIA|ForceWare|GeForce) ([0-9]{2,4}\.[0-9]{2})\b", re.IGNORECASE | re.ASCII)
_MEMORY = re.compile(r"([0-9][0-9 .,']{0,18}?) ?(MB|MiB|MBytes|GB|GiB|GBytes)?", re.IGNORECASE | re.ASCII)
_LEADING = re.compile(
    r"([0-9][0-9 .,']{0,18}?)(?: ?(?:bits?|-bit|MHz|GB/s|mm.?|M|million|Unified|nm).*)?", re.IGNORECASE
)
CAPABILITY = re.compile(r"([1-9][0-9]?\.[0-9])", re.ASCII)
_LOCATION = re.compile(r"([0-9]{1,3}):([0-9]{1,2}):([0-9])", re.ASCII)
_LARGEST_MEMORY = 4 * 1024 * 1024
"""MiB; no board has as much as 4 TiB."""
_WIDTHS = range(8, 16385)
_UNSAID = frozenset({"", "default", "unknown", "n/a", "none", "-", "--", "---", "0", "0.0", "not available"})
_LANES = (1, 2, 4, 8, 12, 16, 32)


class Unsaid(Exception):
    """A field that holds no value; its argument is the reason."""


def plain(text: str) -> str:
    """The value without blanks around it. Raises Unsaid where it says that it is none."""
    value = clean(text)
    if value.casefold() in _UNSAID:
        raise Unsaid(N_("not supported"))
    reason = spoken_absence(value)
    if reason is not None:
        raise Unsaid(reason)
    return value


def name(text: str) -> str:
    return plain(FAKE.sub("", text))


def hexadecimal(text: str) -> str:
    match = HEXADECIMAL.fullmatch(plain(text))
    if match is None:
        raise Unsaid(UNREADABLE)
    if match[1] == "0000":
        raise Unsaid(MASKED)
    return match[1].upper()


def found(pattern: re.Pattern[str], group: int = 1) -> Callable[[str], str]:
    def read(text: str) -> str:
        match = pattern.search(plain(text))
        if match is None:
            raise Unsaid(UNREADABLE)
        if match[group] is None:
            raise Unsaid(N_("not given"))
        return match[group]

    return read


def bios(text: str) -> str:
    return found(_BIOS)(text).upper()


def generation(group: int, other: int | None = None) -> Callable[[str], int]:
    def read(text: str) -> int:
        match = _BUS.search(plain(text))
        said = (match[group] or (match[other] if other is not None else None)) if match is not None else None
        if said is None:
            raise Unsaid(UNREADABLE)
        return int(said[0])

    return read


def lanes(group: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = int(found(_BUS, group)(text))
        if value not in _LANES:
            raise Unsaid(UNREADABLE)
        return value

    return read


def count(text: str) -> int:
    match = _LEADING.fullmatch(plain(text))
    value = whole(match[1]) if match is not None else None
    if not value or value > _LARGEST_MEMORY:
        raise Unsaid(UNREADABLE)
    return value


def bits(text: str) -> int:
    value = count(text)
    if value not in _WIDTHS:
        raise Unsaid(UNREADABLE)
    return value


def number(text: str) -> float:
    match = _LEADING.fullmatch(plain(text))
    value = amount(match[1]) if match is not None else None
    if not value:
        raise Unsaid(UNREADABLE)
    return value


def size(text: str) -> int:
    """Bytes; a number alone is MiB, as GPU-Z means it. What it prints is the nominal size."""
    match = _MEMORY.fullmatch(plain(text))
    value = whole(match[1]) if match is not None else None
    if not value or match is None:
        raise Unsaid(UNREADABLE)
    size = value * (1024 if (match[2] or "M")[0].upper() == "G" else 1)
    if size > _LARGEST_MEMORY:
        raise Unsaid(UNREADABLE)
    return size * MIB


def yes(text: str) -> bool:
    value = clean(text).casefold()
    if value not in ("1", "0", "yes", "no", "true", "false", "enabled", "disabled"):
        raise Unsaid(UNREADABLE)
    return value in ("1", "yes", "true", "enabled")


def address(text: str) -> str:
    """ "1:0:0" is bus, device and function, in decimal figures."""
    match = _LOCATION.fullmatch(plain(text))
    if match is None or int(match[1]) > 255 or int(match[2]) > 31 or int(match[3]) > 7:
        raise Unsaid(UNREADABLE)
    return f"0000:{int(match[1]):02x}:{int(match[2]):02x}.{match[3]}"
