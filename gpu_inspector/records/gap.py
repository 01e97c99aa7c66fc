"""A gap in the evidence, apart from the rest of it: the measuring child tells of gaps, and loads no claims for it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gap:
    """A source that could not be read, or a part of one: why, and what would help."""

    source: str
    reason: str
    advice: str = ""
