"""How one printed value of nvidia-smi becomes a number, a switch or a text, or the reason why it is none.

Every text is untrusted: numbers are ASCII digits of a bounded length, so that no record outgrows what canonical JSON
can hold; texts are printable and short.
"""

import re
from collections.abc import Callable, Mapping

from gpu_inspector.probes.smi_masks import FAULT, MASKED, NOT_SUPPORTED, is_masked
from gpu_inspector.records.claims import Virtualization

Value = str | int | bool | Virtualization
UNREADABLE = "unreadable"
LONGEST_TEXT = 200
"""Characters of a value; the longest that nvidia-smi prints for one of our fields has 80."""
MIB = 1024 * 1024


class Absent(Exception):
    """A text that holds no value; its argument is the reason."""


def _matched(pattern: str) -> Callable[[str], re.Match[str]]:
    compiled = re.compile(pattern, re.ASCII | re.IGNORECASE)

    def match(text: str) -> re.Match[str]:
        found = compiled.fullmatch(text)
        if found is None:
            raise Absent(UNREADABLE)
        return found

    return match


_MEBIBYTES = _matched(r"([0-9]{1,9}) ?Mi?B")
COUNT = _matched(r"([0-9]{1,12})(?: bank\(s\))?")
_WATTS = _matched(r"([0-9]{1,6})(?:\.([0-9]{1,3})[0-9]{0,6})? ?W")
MEGAHERTZ = _matched(r"([0-9]{1,6}) ?MHz")
CELSIUS = _matched(r"(-?[0-9]{1,4}) ?C")
LANES = _matched(r"([0-9]{1,3})x?")
_PAIR = _matched(r"(?:0x)?([0-9A-F]{4})([0-9A-F]{4})")
_HEXADECIMAL = _matched(r"(?:0x)?([0-9A-F]{1,16})")
_BUS_ID = _matched(r"([0-9A-F]{4,8}):([0-9A-F]{2}):([0-9A-F]{2})\.([0-7])")
_UUID = _matched(r"GPU-([0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12})")
_STATE = _matched(r"P[0-9]{1,2}")
_SWITCHES = {"enabled": True, "yes": True, "disabled": False, "no": False, "on": True, "off": False}
_VIRTUALIZATION = {
    "none": Virtualization.NONE,
    "passthrough": Virtualization.PASS_THROUGH,
    "vgpu": Virtualization.GUEST,
    "hostvgpu": Virtualization.HOST,
    "hostvsga": Virtualization.HOST,
}


def size(text: str) -> int:
    return int(_MEBIBYTES(text)[1]) * MIB


def total(text: str) -> int:
    """A card without memory does not exist: nought is a value that the driver could not tell."""
    found = size(text)
    if found == 0:
        raise Absent(NOT_SUPPORTED)
    return found


def milliwatts(text: str) -> int:
    found = _WATTS(text)
    return int(found[1]) * 1000 + int((found[2] or "0").ljust(3, "0"))


def number(pattern: Callable[[str], re.Match[str]]) -> Callable[[str], int]:
    return lambda text: int(pattern(text)[1])


def switch(text: str) -> bool:
    try:
        return _SWITCHES[text.lower()]
    except KeyError:
        raise Absent(UNREADABLE) from None


def identity(text: str) -> str:
    if is_masked(text):
        raise Absent(MASKED)
    return text


def plain(text: str) -> str:
    return text


def _half(group: int, empty: Mapping[str, str]) -> Callable[[str], str]:
    """One half of "268410DE", the device first and the vendor behind; `empty` has the reasons of what is no id."""

    def read(text: str) -> str:
        half = _PAIR(text)[group].upper()
        if half in empty:
            raise Absent(empty[half])
        return half

    return read


_NO_DEVICE = {"0000": MASKED, "00DE": MASKED, "FFFF": FAULT}
"""Zeros are a publisher's mask ("00DE" is what is left of "10DE"); ones are what a bus reads where no card answers."""
_NO_SUBSYSTEM = {"0000": MASKED, "00DE": MASKED}
"""Ones are left alone here: a board whose subsystem was never programmed shows them."""
DEVICE = _half(1, _NO_DEVICE)
VENDOR = _half(2, _NO_DEVICE)
SUBSYSTEM_DEVICE = _half(1, _NO_SUBSYSTEM)
SUBSYSTEM_VENDOR = _half(2, _NO_SUBSYSTEM)


def uuid(text: str) -> str:
    """Whatever has not a UUID's form was cut or overwritten: there is no other way to get it."""
    try:
        return "GPU-" + _UUID(identity(text))[1].lower()
    except Absent:
        raise Absent(MASKED) from None


def device_identifier(text: str) -> str:
    return _HEXADECIMAL(identity(text))[1].upper().zfill(16)


def address(text: str) -> str:
    found = _BUS_ID(text)
    return f"{int(found[1], 16):04x}:{found[2]}:{found[3]}.{found[4]}".lower()


def board_id(text: str) -> str:
    return f"{int(_HEXADECIMAL(text)[1], 16):X}"


def performance_state(text: str) -> str:
    return _STATE(text)[0].upper()


def virtualization(text: str) -> Virtualization:
    try:
        return _VIRTUALIZATION[re.sub(r"[^a-z]", "", text.lower())]
    except KeyError:
        raise Absent(UNREADABLE) from None
