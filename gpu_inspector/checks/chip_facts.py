"""The memory chips that the inspector typed in, decoded and summed: what their markings say, and what is not known.

A marking that no named source explains, or that is known from memory only, makes the sum a lower bound; so does a side
of the board that nobody looked at.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from gpu_inspector.checks import thresholds_eye as limits
from gpu_inspector.checks.limit import MIB
from gpu_inspector.checks.marking_words import cut, listed
from gpu_inspector.language import N_
from gpu_inspector.records.appearance import Appearance, MemoryChips, Seen
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.memory_marking import Chip, MemoryCode, bytes_of, decode
from gpu_inspector.records.product import Product

_COUNTED = "memory-count"
_SIDES = {"front", "rear"}
_SEVERAL_GPUS = {"M10": limits.FOUR_GPUS, "M60": limits.TWO_GPUS, "A16": limits.FOUR_GPUS}
"""Boards with several GPUs, and how many: each has memory of its own, and the chips cannot be told apart by eye."""


@dataclass(frozen=True)
class Chips:
    """All chips of one board, by marking."""

    seen: tuple[tuple[MemoryChips, Chip], ...]
    both_sides: bool
    """Both sides were looked at: each has an entry, or the question after their number was answered."""
    photographs: tuple[str, ...]
    shown: bool
    """Photographs show all of them: each marking has one, or the question after their number has."""

    @property
    def proof(self) -> tuple[str, ...]:
        """The photographs that show what was counted; () where some of it is the inspector's word alone."""
        return self.photographs if self.shown else ()

    @cached_property
    def _each_mib(self) -> set[int]:
        return {bytes_of(chip.known, 1) // MIB for _, chip in self.seen if chip.known is not None}

    @property
    def largest_mib(self) -> int:
        """Of one of the chips that are known."""
        return max(self._each_mib, default=0)

    def one_beside(self, mib: int) -> bool:
        """Whether one chip more or fewer makes that memory: a slip in counting, before anything else."""
        return abs(self.least_mib - mib) in self._each_mib

    @cached_property
    def count(self) -> int:
        return sum(typed.count for typed, _ in self.seen)

    @cached_property
    def unknown(self) -> tuple[Chip, ...]:
        """Markings that no named source explains; those from memory are among them."""
        return tuple(chip for _, chip in self.seen if chip.known is None)

    @cached_property
    def least_mib(self) -> int:
        """The memory of the chips that are known."""
        return sum(bytes_of(chip.known, typed.count) for typed, chip in self.seen if chip.known is not None) // MIB

    @property
    def complete(self) -> bool:
        """Whether the sum is the board's memory, not a lower bound."""
        return self.both_sides and not self.unknown

    @cached_property
    def words(self) -> str:
        """Each marking with its number and what it means: "12 × D8BZC (Micron GDDR6X, 16 Gb)"."""
        said = [f"{typed.count} × {_meaning(chip)}" for typed, chip in self.seen]
        return listed(said, int(limits.LINES_SHOWN)) or N_("no memory chip")


def chips_of(seen: Appearance, catalogue: Catalogue) -> Chips | None:
    """The chips of a board; None where nobody looked, or a number was typed that no board has."""
    if not seen.memory or any(not 0 <= typed.count <= int(limits.MOST_CHIPS) for typed in seen.memory):
        return None
    told = [one for one in seen.answers if one.question == _COUNTED and one.seen is not Seen.NOT_VISIBLE]
    shown = [digest for one in seen.memory for digest in one.photographs]
    shown += [digest for one in told for digest in one.photographs]
    there = tuple((typed, decode(typed.marking, catalogue.memory_codes)) for typed in seen.memory if typed.count)
    both = bool(told) or {typed.side for typed in seen.memory} >= _SIDES
    whole = any(one.photographs for one in told) or all(typed.photographs for typed, _ in there)
    return Chips(there, both, tuple(dict.fromkeys(shown)), whole)


def _meaning(chip: Chip) -> str:
    typed = f"“{cut(chip.typed)}”"
    if chip.code is None:
        return N_(f"{typed} ({f'{chip.vendor}, ' if chip.vendor else ''}not in the list)")
    read = N_(f", read as {chip.read}") if chip.read else ""
    memory = N_(", from memory") if chip.code.from_memory else ""
    return f"{typed} ({kind_of(chip.code)}, {chip.code.density_gbit} Gb{_speed(chip)}{read}{memory})"


def _speed(chip: Chip) -> str:
    return f", {chip.speed_gbps:g} Gb/s" if chip.speed_gbps is not None else ""


def kind_of(code: MemoryCode) -> str:
    """Vendor and type, "Micron GDDR6X"."""
    return f"{code.vendor} {code.type}"


def on_package(rows: Iterable[Product]) -> bool:
    """Whether every one of the products has its memory inside the GPU's package, where no marking is seen."""
    types = {row.memory_type for row in rows}
    return bool(types) and all((one or "").startswith("HBM") for one in types)


def several_gpus(rows: Iterable[Product]) -> bool:
    """Whether any of the products is a board with several GPUs."""
    return any(_SEVERAL_GPUS.keys() & set(row.name.upper().split()) for row in rows)


def gpus_of(rows: Iterable[Product]) -> int:
    """How many GPUs one board of these products has; 1 where they differ, or there are none."""
    names = {row.name.upper() for row in rows}
    if len(names) != 1:
        return 1
    return next((int(_SEVERAL_GPUS[word]) for word in names.pop().split() if word in _SEVERAL_GPUS), 1)
