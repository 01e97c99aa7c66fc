"""The marking of a memory chip, looked up: vendor, type, density, speed - as far as a named source gives them.

No vendor's whole grammar of part numbers is rebuilt here: a marking is looked up in a list
(`resources/markings/memory.jsonl`), each row with the source that gives its figures. A row from memory is shown as one
and decides nothing. Micron prints a code of five characters that says nothing by itself; the others print the part
number, over two lines as a rule. A letter O that was typed for a zero is read as one, and that is told.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

MOST_CHARACTERS = 120
"""Of one marking; a text from a file may be of any length."""
BITS_PER_BYTE = 8

_APART = re.compile(r"[^A-Z0-9]+")
_VENDORS = {
    "SEC": "Samsung",
    "SAMSUNG": "Samsung",
    "HYNIX": "SK hynix",
    "SKHYNIX": "SK hynix",
    "MICRON": "Micron",
}
"""Words that stand on chips. Samsung's begin with "SEC" and a date code (xwchips.com on reading memory chips)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryCode:
    """One row of the list: what chips of a marking are."""

    marking: str
    """Upper case, without spaces and dashes: "K4ZAF325BM", "D8BZC"."""
    whole: bool = False
    """The marking is a word of its own (Micron's codes), not the beginning of a part number."""
    vendor: str
    type: str
    """As the catalogue writes it, "GDDR6X"."""
    density_gbit: int
    width_bits: int = 32
    """Data lines of one chip."""
    speeds_gbps: dict[str, float] = field(default_factory=dict)
    """What follows the part number -> data rate of one line; "" for a marking of one speed."""
    part_number: str = ""
    """The maker's, where the marking is a code for it."""
    source: str
    """In words, as a finding names it."""
    from_memory: bool = False
    """Nobody has verified it: shown as such, and decides nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """What a chip's marking says."""

    typed: str
    """As it was typed, cut to a length that a chip has room for."""
    vendor: str = ""
    """By the list, or by a word on the chip; "" where neither tells."""
    code: MemoryCode | None = None
    speed_gbps: float | None = None
    read: str = ""
    """What was read where it is not what was typed, beyond spaces, dashes and case."""

    @property
    def known(self) -> MemoryCode | None:
        """The row, where a named source gives it; None for a marking that is unknown or known from memory only."""
        return self.code if self.code is not None and not self.code.from_memory else None


def decode(marking: str, codes: Iterable[MemoryCode]) -> Chip:
    """Look a marking up. Any text gives a chip; one that fits several rows of different chips is not known."""
    typed = " ".join(marking[:MOST_CHARACTERS].split())
    words = [word for word in _APART.split(typed.upper()) if word]
    whole = "".join(words)
    vendor = next((_VENDORS[word] for word in words if word in _VENDORS), "")
    found = [code for code in codes if _fits(code, words, whole)]
    told = ""
    if not found:
        words, whole = [_zeroes(word) for word in words], _zeroes(whole)
        found = [code for code in codes if _fits(code, words, whole, zeroes=True)]
        told = found[0].marking if found else ""
    longest = max((len(code.marking) for code in found), default=0)
    best = [code for code in found if not any(code.marking in one.marking for one in found if one is not code)]
    if len(best) != 1 or len(best[0].marking) != longest:
        return Chip(typed=typed, vendor=vendor)
    (code,) = best
    return Chip(typed=typed, vendor=code.vendor, code=code, speed_gbps=_speed(code, whole), read=told)


def _fits(code: MemoryCode, words: list[str], whole: str, *, zeroes: bool = False) -> bool:
    marking = _zeroes(code.marking) if zeroes else code.marking
    return marking in words if code.whole else marking in whole


def _speed(code: MemoryCode, whole: str) -> float | None:
    if code.whole:
        return code.speeds_gbps.get("")
    marking = code.marking if code.marking in whole else _zeroes(code.marking)
    behind = whole.split(marking, 1)[1]
    return next((rate for grade, rate in code.speeds_gbps.items() if behind.startswith(grade)), None)


def _zeroes(text: str) -> str:
    return text.replace("O", "0")


def bytes_of(code: MemoryCode, count: int) -> int:
    """The memory of so many chips, in bytes."""
    return code.density_gbit * count * (1 << 30) // BITS_PER_BYTE
