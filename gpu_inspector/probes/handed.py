"""What a reader of somebody else's file hands over: cards as that file tells of them, and what it could not say.

A file of unknown origin is text that anyone can type. A reader keeps what stands there, and says what does not.
"""

from dataclasses import dataclass

from gpu_inspector.language import N_
from gpu_inspector.records.evidence import CardEvidence, Gap
from gpu_inspector.records.server import DriverEvent

SAMPLE_MARK = N_("sample written by GPU Inspector; no real card")
"""By this line a sample is known; whoever takes it off has a file of unknown origin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """All that one file holds; at least one card, since what tells of none cannot be judged."""

    cards: tuple[CardEvidence, ...]
    driver_events: tuple[DriverEvent, ...] | None = None
    """None where the file holds no kernel log."""
    log_signs: tuple[str, ...] = ()
    """Lines of that log which known patches of the driver write."""
    notes: tuple[str, ...] = ()
    """What a reader of the file should know: "cut at line 212; read as far as it holds"."""
    gaps: tuple[Gap, ...] = ()
    """What the form cannot say of any of its cards; what it cannot say of one stands in that card's gaps."""
    sample: bool = False
    """The file bears the mark of our own samples."""
