"""Part numbers of lists against a card's own: only numbers of one kind are compared."""

import re

from gpu_inspector.checks import thresholds_server as limits
from gpu_inspector.checks.declaration_marks import apart
from gpu_inspector.records.finding import Strength


def part_apart(own: str, listed: str) -> Strength | None:
    """How far a listed part number is from a card's own; None where they are not of one kind.

    What is sold as a whole (935-, 965-: a board with eight modules on it) has a number of its own, and lists give it
    for each module as well; only 900-, the number of one card as it is sold, is held against a card's own.
    """
    said = listed.strip().upper()
    return None if said.startswith("9") and not said.startswith("900-") else apart(own.upper(), said)


def cut(text: str) -> str:
    """A text of a list on one line, no longer than is read of it."""
    most = int(limits.LISTED_WORDS)
    return re.sub(r"\s+", " ", text[:most])
