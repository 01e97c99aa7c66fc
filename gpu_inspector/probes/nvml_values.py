"""How NVML's answers become values: enumerations, packed numbers, structures, texts of untrusted content.

Numbers of NVML's enumerations come from its header, nvml.h, which keeps them for ever. An answer that has not
the form that the header promises is absent with a reason: a driver is untrusted, and so is what it hands out.
"""

import re
from collections.abc import Callable
from typing import Any

from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records.claims import Virtualization

NOT_AVAILABLE = (0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF)
"""NVML_VALUE_NOT_AVAILABLE in its two widths."""
LARGEST_NUMBER = 2**53 - 1
"""The largest whole number that canonical JSON keeps exactly (RFC 8785, section 3.2.2.3)."""

ARCHITECTURES = {
    2: "Kepler",
    3: "Maxwell",
    4: "Pascal",
    5: "Volta",
    6: "Turing",
    7: "Ampere",
    8: "Ada Lovelace",
    9: "Hopper",
    10: "Blackwell",
    13: "Rubin",
}
BRANDS = {
    1: "Quadro",
    2: "Tesla",
    3: "NVS",
    4: "Grid",
    5: "GeForce",
    6: "Titan",
    7: "NVIDIA Virtual Applications",
    8: "NVIDIA Virtual PC",
    9: "NVIDIA Virtual Compute Server",
    10: "NVIDIA RTX Virtual Workstation",
    11: "NVIDIA Cloud Gaming",
    12: "Quadro RTX",
    13: "NVIDIA RTX",
    14: "NVIDIA",
    15: "GeForce RTX",
    16: "Titan RTX",
    18: "NVIDIA RTX Virtual Game Dev",
}
VIRTUALIZATIONS = {
    0: Virtualization.NONE,
    1: Virtualization.PASS_THROUGH,
    2: Virtualization.GUEST,
    3: Virtualization.HOST,
    4: Virtualization.HOST,
}
COMPUTE_MODES = {0: "Default", 1: "Exclusive_Thread", 2: "Prohibited", 3: "Exclusive_Process"}
DRIVER_MODELS = {0: "WDDM", 1: "TCC", 2: "MCDM"}

_NOTHING = {"", "n/a", "[n/a]", "unknown", "not supported", "[not supported]", "unknown error", "[unknown error]"}
_BUS_ID = re.compile(r"([0-9A-Fa-f]{4,8}):([0-9A-Fa-f]{2}):([0-9A-Fa-f]{2})\.([0-7])")


class Unfit(Exception):
    """An answer that is no value; `str()` is the reason of its absence."""


def text(value: object) -> str:
    if not isinstance(value, str | bytes):
        raise Unfit("unreadable answer")
    cleaned = clean(value)
    if cleaned.lower() in _NOTHING:
        raise Unfit("not available")
    return cleaned


def identity(value: object) -> str:
    """A serial number or UUID; one of zeros only says that none was written."""
    cleaned = text(value)
    if not cleaned.upper().removeprefix("GPU").strip("-0"):
        raise Unfit("all zeros")
    return cleaned


def number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unfit("unreadable answer")
    if value in NOT_AVAILABLE:
        raise Unfit("not available")
    if not 0 <= value <= LARGEST_NUMBER:
        raise Unfit("impossible value")
    return value


def positive(value: object) -> int:
    """A number that no card has as zero: its memory, its cores, its bus."""
    if number(value) == 0:
        raise Unfit("not available")
    return number(value)


def switch(value: object) -> bool:
    if number(value) > 1:
        raise Unfit("impossible value")
    return bool(value)


def one_of(words: dict[int, Any]) -> Callable[[object], Any]:
    def convert(value: object) -> Any:
        key = number(value)
        if key not in words:
            raise Unfit(f"unknown number {key}")
        return words[key]

    return convert


def part(place: int, convert: Callable[[object], object] = number) -> Callable[[object], object]:
    """One of the several numbers that a call gives at once."""

    def take(value: object) -> object:
        if not isinstance(value, list | tuple) or len(value) <= place:
            raise Unfit("unreadable answer")
        return convert(value[place])

    return take


def member(name: str, convert: Callable[[object], object] = number) -> Callable[[object], object]:
    """One member of the structure that a call gives."""
    return lambda value: convert(getattr(value, name))


def compute_capability(value: object) -> str:
    return f"{part(0)(value)}.{part(1)(value)}"


def performance_state(value: object) -> str:
    if number(value) > 15:
        raise Unfit("not available")
    return f"P{value}"


def cuda_version(value: object) -> str:
    """12040 as "12.4", as nvidia-smi writes it."""
    major, rest = divmod(positive(value), 1000)
    return f"{major}.{rest // 10}"


def device_identifier(value: object) -> str:
    if not isinstance(value, int) or not 0 <= value < 1 << 64:
        raise Unfit("unreadable answer")
    if value == 0 or value in NOT_AVAILABLE:
        raise Unfit("not available")
    return f"{value:016X}"


def bus_id(value: object) -> str:
    """ "00000000:01:00.0" as "0000:01:00.0"; a domain of more than four digits keeps them all."""
    match = _BUS_ID.fullmatch(text(getattr(value, "busId", None)))
    if match is None:
        raise Unfit("malformed")
    return f"{int(match[1], 16):04x}:{match[2]}:{match[3]}.{match[4]}".lower()


def half(name: str, upper: bool) -> Callable[[object], str]:
    """NVML packs two ids into one number: the device above, its vendor below."""

    def take(value: object) -> str:
        packed = getattr(value, name)
        if not isinstance(packed, int) or not 0 <= packed < 1 << 32:
            raise Unfit("unreadable answer")
        return f"{packed >> 16 if upper else packed & 0xFFFF:04X}"

    return take


def memory_temperature(values: Any) -> int:
    """Degrees Celsius out of the one field value that was asked for."""
    field = values[0]
    if field.nvmlReturn != 0:
        raise Unfit("not supported")
    return celsius(field.value.uiVal)


def celsius(value: object) -> int:
    if number(value) > 255:
        raise Unfit("impossible value")
    return number(value)


def histogram(value: Any) -> tuple[int, ...]:
    """Banks of memory by how many spare rows they have left: all, most, some, few, none."""
    found = tuple(number(getattr(value, name)) for name in ("max", "high", "partial", "low", "none"))
    positive(sum(found))
    return found


def banks(value: Any) -> int:
    """Every bank of the memory stands in one class of the histogram, so that their sum counts the banks."""
    return sum(histogram(value))


def pages(first: Any, second: Any) -> int:
    return len(first) + len(second)
