"""What can be wrong with the simulated memory: plain data, that no measurement may look at.

Three levels. Faults of *pages* stand between the address that the driver uses and the cells: forged capacity. Faults
of *channels* touch regular stretches of every page: balls, traces, whole chips. Faults of single *cells* name a page
of cells and a word in it.

`channel` is the number of one channel, or None for all of them. Lanes are the bits 0 to 255 of a 32-byte word. Bits of
address lines count from 0, the lowest bit of the word's index inside its page, to 15.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedBit:
    """One bit of the page's number makes no difference: two pages are the same cells."""

    bit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Modulo:
    """Only the first `pages` pages have cells; numbers beyond begin again at 0."""

    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Only the first `pages` pages have cells; beyond, writes are lost and all bits read as 1."""

    pages: int
    protected: bool = False
    """Touching what is beyond ends the kernel with a fault instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckLine:
    """One address line of a channel always says `value`. It moves a word only inside of its channel."""

    bit: int
    value: int
    channel: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgedLines:
    """Two address lines of a channel touch: both say the OR of the two."""

    first: int
    second: int
    channel: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckLane:
    """One data lane always reads as `value`."""

    lane: int
    value: int
    channel: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgedLanes:
    """Two data lanes touch: both read as the OR of the two."""

    first: int
    second: int
    channel: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crosstalk:
    """A lane reads as 1 where the other 63 bits of its 64-bit lane are all 1."""

    lane: int
    channel: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LostChannel:
    """Nothing answers: all bits read as 1."""

    channel: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WeakCell:
    """A bit that becomes `forgets_to` `after_s` seconds after it was written, at 45 °C; each 10 K halve the time."""

    page: int
    word: int
    lane: int
    forgets_to: int
    after_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FlakyRead:
    """A bit that is read wrong by the first read after its word was written, and right from then on."""

    page: int
    word: int
    lane: int


PageFault = DroppedBit | Modulo | Limit
LineFault = StuckLine | BridgedLines
LaneFault = StuckLane | BridgedLanes | Crosstalk
ChannelFault = LineFault | LaneFault | LostChannel
CellFault = WeakCell | FlakyRead
MemoryFault = PageFault | ChannelFault | CellFault


@dataclass(frozen=True, slots=True, kw_only=True)
class FallsOffTheBus:
    """From launch `after_launches` of the memory test's kernels on, the card never answers again."""

    after_launches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelHangs:
    """Launch `after_launches` of the memory test's kernels never comes to its end."""

    after_launches: int


DeviceFault = FallsOffTheBus | KernelHangs
