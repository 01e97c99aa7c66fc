"""Copies from card to card: whether they go directly, how fast, and whether what arrives is what was sent.

Each ordered pair is measured alone, since the two ways of a link are two; pairs of distance one come first, so that
every card was sender and receiver before time runs out. Rates are medians, by the sending card's events.

Not yet run on a machine with several cards: the order, bounds and arithmetic were tried on the simulated server alone.
"""

import math
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gpu_inspector.language import N_
from gpu_inspector.measure import random_words
from gpu_inspector.measure.device import DeviceError, Group

RUNS = 5
MOVED_BYTES = 512 << 20
"""Of one run, in pieces: long enough that starting a copy costs nothing beside it, at 400 GB/s 1.3 ms."""
LONGEST_S = 120.0
"""For all pairs together; eight cards that reach each other only through the machine take about half of it."""
_SLOWEST_BYTES_PER_S = 0.1e9
_MOST_TIMES = 128


@dataclass(frozen=True, slots=True)
class Copied:
    """One ordered pair, by the places of the cards in the group."""

    one: int
    other: int
    bytes_copied: int
    bytes_per_s: float
    direct: bool
    intact: bool


Tell = Callable[[float, float, dict[str, float]], None]
"""Called before each piece of work: the share that is done, the seconds that it should take, live figures."""
Miss = Callable[[str, str], None]
"""Called with the sentence why a pair, or the rest of them, was not measured, and with what would help."""


def pairs(count: int) -> Iterator[tuple[int, int]]:
    """Every ordered pair of so many cards once, neighbours first."""
    for distance in range(1, count):
        for one in range(count):
            yield one, (one + distance) % count


def measure(group: Group, salt: int, tell: Tell, miss: Miss) -> Iterator[Copied]:
    """Each pair as it is measured. Raises DeviceErrors after which the group can be asked nothing more."""
    began_s, whole = group.now_s(), group.count * (group.count - 1)
    for card in range(group.count):
        tell(0.0, group.size_bytes / _SLOWEST_BYTES_PER_S, {})
        group.load(card, salt, card)
    figures: dict[str, float] = {}
    for number, (one, other) in enumerate(pairs(group.count)):
        if group.now_s() - began_s > LONGEST_S:
            miss(
                N_(
                    f"{whole - number} of {whole} pairs of cards were not measured: copies took longer than "
                    f"{LONGEST_S:.0f} seconds."
                ),
                N_("Inspect again while nothing else uses the cards."),
            )
            return
        tell(number / whole, 2 * MOVED_BYTES / _SLOWEST_BYTES_PER_S / 20, figures)
        try:
            found = _one(group, salt, one, other)
        except DeviceError as error:
            if error.ends_all:
                raise
            miss(N_(f"From card {one + 1} to card {other + 1} nothing was copied. {error.message}"), error.advice)
            continue
        if found is None:
            miss(N_(f"The copies from card {one + 1} to card {other + 1} gave no time."), N_("Inspect again."))
            continue
        figures = {"gb_per_s": found.bytes_per_s / 1e9}
        yield found


def _one(group: Group, salt: int, one: int, other: int) -> Copied | None:
    """One pair; None where the events give no time."""
    direct = group.reach(one, other)
    group.clear(other)
    times = max(1, min(MOVED_BYTES // group.size_bytes, _MOST_TIMES))
    group.copy(one, other, 1)  # the first one sets the way up
    intact = random_words.wrong(group.received(other), salt, one) == 0
    seconds = statistics.median(group.copy(one, other, times) for _ in range(RUNS))
    if not (seconds > 0.0 and math.isfinite(seconds)):
        return None
    intact = intact and random_words.wrong(group.received(other), salt, one) == 0
    moved = times * group.size_bytes
    return Copied(one, other, moved * RUNS, float(f"{moved / seconds:.4g}"), direct, intact)
