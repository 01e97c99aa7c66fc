"""Facts from other people's programs: what a report or a log says of the card beyond the claims of `sources.py`.

What GPU-Z and HWiNFO look up in tables of their own (die, shaders, ROPs, die size) is no fact of the card, and so is
none here. A memory size that they print is the nominal one, from which no driver's reserve is taken.
"""

from functools import cached_property

from gpu_inspector.checks.facts import Missing
from gpu_inspector.checks.sources import Sources
from gpu_inspector.language import N_
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.foreign import ToolReading


class ToolFacts(Sources):
    """What only a handed-in report of another program can say."""

    @cached_property
    def tool(self) -> ToolReading | Missing:
        """The report; where there is none, no question about it arises."""
        return self.card.tool or Missing(N_("No report of another program was handed in."), arises=False)

    @cached_property
    def log_signs(self) -> tuple[str, ...] | Missing:
        """Lines of a handed-in kernel log that known patches write; a bench of our own is asked itself."""
        handed_in = self.evidence.origin in (Origin.FILE, Origin.SAMPLE) and self.evidence.host is None
        if not handed_in or self.evidence.driver_events is None:
            return Missing(N_("No kernel log was handed in."), arises=False)
        return self.evidence.log_signs

    @cached_property
    def total_is_nominal(self) -> bool:
        """Whether the memory's total is a program's nominal size: no driver's interface gave one."""
        tool = self.card.tool
        said = next((one for _, one in self.card.claims if one.memory_total_bytes is not None), None)
        return said is not None and said is tool
