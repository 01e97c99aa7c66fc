"""What a paper means by an export-control entry: "3A090.a", "4A090.b", "5A992.z.1", "EAR99", "NLR".

Only words that are known for sure are taken; any other is no word at all, and never held against anybody. Source:
15 CFR 774 Supp. 1 as the research note on export control has it, 1.1: the .z entries are the ordinary ones that also
meet the parameters of 3A090 or 4A090, so that an ordinary entry says that they are not met.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto

from gpu_inspector.records.control import ENTRY_A, ENTRY_B


class Means(Enum):
    """What the paper says of the figures."""

    MEETS = auto()
    """They meet 3A090; `entry` says which paragraph, "" leaves it open."""
    ORDINARY = auto()
    """An entry of the list that figures of 3A090 are not under: "5A992.c", "3A991.p"."""
    NOT_LISTED = auto()
    """The goods are on no list: "EAR99", "none"."""
    NO_LICENCE = auto()
    """A word on the licence, not on the class: "NLR"."""


@dataclass(frozen=True, slots=True)
class DeclaredEntry:
    """One entry of a paper."""

    means: Means
    entry: str = ""
    """ENTRY_A or ENTRY_B of what MEETS; "" where the paper leaves the paragraph open."""


_IC = re.compile(r"[34]A090([. ]?(?P<letter>[AB])(\.?\d)?)?")
_Z = re.compile(r"(3A001|4A00[345]|5A00[24]|5A992)\.?Z(\.\w+)*")
_ORDINARY = re.compile(r"(3A991(\.?P(\.\d)?)?|4A994(\.\w+)*|5A992(\.?C)?)")
_NOT_LISTED = frozenset({"EAR99", "NONE", "NOT CONTROLLED", "UNCONTROLLED", "NOT LISTED", "NOT SUBJECT TO CONTROL"})
_NO_LICENCE = frozenset({"NLR", "NO LICENSE REQUIRED", "NO LICENCE REQUIRED"})
_SPACED = re.compile(r"(?<![A-Z0-9])(EAR|[345][AD])[ .-]?(\d+)")
"""Clerks write "EAR 99" and "3A 090"."""
_LONGEST = 40
_PARTS = re.compile(r"[,;/|+]|\bAND\b")


def read_entry(text: str) -> DeclaredEntry | None:
    """What the words mean; None where they mean nothing known for sure, or several things that differ."""
    folded = unicodedata.normalize("NFKC", text[: _LONGEST + 1]).upper()
    words = " ".join(folded.split()).removeprefix("ECCN").strip(" :.")
    if not words or len(text) > _LONGEST:
        return None
    found = [_read(part.strip(" :.()")) for part in _PARTS.split(words)]
    said = {one for one in found if one is not None}
    if len(said) == 1 and None not in found:
        return said.pop()
    # "EAR99 / NLR" is how waybills write it: the entry decides, the word on the licence goes with it.
    entries = {one for one in said if one.means is not Means.NO_LICENCE}
    return entries.pop() if len(entries) == 1 and None not in found else None


def _read(word: str) -> DeclaredEntry | None:
    word = _SPACED.sub(r"\1\2", word)
    if word in _NOT_LISTED:
        return DeclaredEntry(Means.NOT_LISTED)
    if word in _NO_LICENCE:
        return DeclaredEntry(Means.NO_LICENCE)
    if found := _IC.fullmatch(word):
        return DeclaredEntry(Means.MEETS, {"A": ENTRY_A, "B": ENTRY_B}.get(found["letter"] or "", ""))
    if _Z.fullmatch(word):
        return DeclaredEntry(Means.MEETS)
    return DeclaredEntry(Means.ORDINARY) if _ORDINARY.fullmatch(word) else None
