"""Facts from other programs' logs: which tests they say to have run, and how much memory the card is said to have."""

from functools import cached_property

from gpu_inspector.checks.facts import Missing
from gpu_inspector.checks.sources import Sources
from gpu_inspector.language import N_
from gpu_inspector.records.foreign import ForeignTest


class ForeignFacts(Sources):
    """What a log of another program says, as facts that checks may ask for."""

    @cached_property
    def foreign_tests(self) -> tuple[ForeignTest, ...] | Missing:
        """Never empty; where nobody handed in such a log, the question does not arise."""
        return self.card.tests or Missing(N_("No log of another program's test was handed in."), arises=False)

    @cached_property
    def said_memory_bytes(self) -> int | Missing:
        """The largest size that any source claims, a log's own rounded one included."""
        readings = (self.card.nvml, self.card.nvidia_smi, self.card.tool)
        sizes = [one.memory_total_bytes for one in readings if one is not None and one.memory_total_bytes]
        return max(sizes) if sizes else Missing(N_("No source gave the memory total."))
