"""What a threshold is: a number with its unit, its source and its reason. And the two conversions of unit.

Apart from the lists of thresholds, so that each list may be a file of its own.
"""

from typing import Self

MIB = 1 << 20
"""Bytes in a MiB."""
MIB_PER_GIB = 1024


class Limit(float):
    """A number that a check compares with. Whole numbers are used through `int()` where a count is meant."""

    unit: str
    source: str
    why: str

    def __new__(cls, value: float, unit: str, source: str, why: str) -> Self:
        """The value, with its unit, the document or note that it is from, and its reason in a sentence."""
        made = super().__new__(cls, value)
        made.unit, made.source, made.why = unit, source, why
        return made
