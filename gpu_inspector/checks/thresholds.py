"""Every threshold of the checks in one place, each with its unit and its source.

A check compares with a name of this list and never with a bare number (a test reads the code for it), so that who
doubts a limit finds it, its reason and its source on one page (docs/checks.md prints it). Shares are of 1.
"""

from typing import Self


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
