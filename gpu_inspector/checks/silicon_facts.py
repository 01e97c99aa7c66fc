"""The measured facts of one card: readings that were taken on this very card, or why there are none."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from gpu_inspector.checks.facts import Missing
from gpu_inspector.checks.sources import Sources
from gpu_inspector.language import N_
from gpu_inspector.records import measured
from gpu_inspector.records.evidence import Gap
from gpu_inspector.records.silicon import (
    DieReading,
    HeatReading,
    LinkReading,
    MemoryReading,
    SiliconReading,
    SpeedReading,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WearClaim:
    """What the card's own counters say of its memory; None is "not given"."""

    corrected: int | None
    uncorrected: int | None
    retired_pages: int | None
    remapped_rows: int | None
    remap_pending: bool | None
    remap_failed: bool | None


_NO_WEAR = WearClaim(None, None, None, None, None, None)


class SiliconFacts(Sources):
    """The third column, as facts that checks may ask for."""

    @cached_property
    def silicon(self) -> SiliconReading | Missing:
        found = measured.silicon_of(self.card, self.evidence.origin)
        return found if not isinstance(found, Gap) else _missing(N_("card"), found)

    @cached_property
    def measured_die(self) -> DieReading | Missing:
        return self._part("die", lambda silicon: silicon.die)

    @cached_property
    def measured_memory(self) -> MemoryReading | Missing:
        return self._part("memory", lambda silicon: silicon.memory)

    @cached_property
    def memory_gap(self) -> str | Missing:
        """Why the test of the memory did not come to its end; a source's own words, so never a template."""
        gaps = [gap for gap in self.card.gaps if gap.source == f"{measured.WHOLE}: memory"]
        return measured.bare_reason(gaps[0]) if gaps else Missing(N_("The test of the memory has no gap."))

    @cached_property
    def measured_speed(self) -> SpeedReading | Missing:
        return self._part("speed", lambda silicon: silicon.speed)

    @cached_property
    def measured_link(self) -> LinkReading | Missing:
        return self._part("link", lambda silicon: silicon.link)

    @cached_property
    def measured_heat(self) -> HeatReading | Missing:
        return self._part("heat", lambda silicon: silicon.heat)

    def _part(self, part: str, of: Callable[[SiliconReading], T | None]) -> T | Missing:
        silicon = self.silicon
        reading = None if isinstance(silicon, Missing) else of(silicon)
        if reading is not None:
            return reading
        return _missing(measured.PART_WORDS[part], measured.gap_of(self.card, part, self.evidence.origin))

    # Claims that only measurements are held against

    @cached_property
    def display_active(self) -> bool:
        """Whether a display hangs on the card and keeps some of its memory."""
        return self.claim("display_active") is True

    @cached_property
    def wear(self) -> WearClaim | Missing:
        """The card's own counters; missing where no source gives any of them."""
        rows = [self._counter(f"remapped_rows_{kind}") for kind in ("correctable", "uncorrectable")]
        found = WearClaim(
            corrected=self._counter("ecc_errors_corrected"),
            uncorrected=self._counter("ecc_errors_uncorrected"),
            retired_pages=self._counter("retired_pages"),
            remapped_rows=None if rows == [None, None] else sum(row or 0 for row in rows),
            remap_pending=self._flag("remap_pending"),
            remap_failed=self._flag("remap_failed"),
        )
        return found if found != _NO_WEAR else Missing(N_("No source gave counters of memory errors."))

    def _counter(self, field: str) -> int | None:
        value = self.claim(field)
        return value if isinstance(value, int) else None

    def _flag(self, field: str) -> bool | None:
        value = self.claim(field)
        return value if isinstance(value, bool) else None


def _missing(what: str, gap: Gap) -> Missing:
    """The gap as a missing fact; a driver's own words never stand in a template."""
    values = {"what": what, "why": f": {reason}" if (reason := measured.bare_reason(gap)) else "", "help": gap.advice}
    return Missing(N_("The {what} was not measured{why}."), "{help}", values)
