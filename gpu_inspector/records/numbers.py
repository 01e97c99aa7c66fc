"""Which serials and UUIDs can be a card's own: publishers paint them over in many ways, and what they leave is equal.

A number that was painted over must never make two cards look like one.
"""

import re
from dataclasses import dataclass

from gpu_inspector.records.evidence import CardClaims, CardEvidence, Evidence, Origin

FIELDS = ("uuid", "serial", "device_identifier")
"""Numbers that belong to one card alone. A board id does not: it follows from the slot."""

_SHORTEST_SERIAL = 10
_LONGEST_RUN = 6
"""Equal characters in a row, from which on an id was painted over."""
_MOST_STEPS = 10
"""Pairs of every second digit that count up, "a1b2c3d4": 32 random digits have about two."""
_LONGEST = 200
"""Characters; no card's number comes near, and what a forger writes must not swell the ledger's side table."""


@dataclass(frozen=True, slots=True, order=True)
class Number:
    """One number of a card; `kind` is one of FIELDS."""

    kind: str
    value: str


def real_id(field: str, value: str) -> bool:
    """Whether an id can be a card's own; `field` is one of FIELDS."""
    digits = re.sub(r"[^0-9A-Za-z]", "", value)
    if re.search(rf"(.)\1{{{_LONGEST_RUN - 1},}}", digits):
        return False
    if field == "serial":
        return len(digits) >= _SHORTEST_SERIAL and sum(one.isdigit() for one in digits) >= len(digits) // 2
    steps = sum(ord(after) - ord(before) == 1 for before, after in zip(digits, digits[2:], strict=False))
    return steps < _MOST_STEPS


def numbers_of(evidence: Evidence) -> tuple[Number, ...]:
    """The numbers by which the inspected cards can be known again, each once, sorted.

    Simulated cards and samples have none, nor has evidence whose numbers were masked on writing.
    """
    if evidence.masked or evidence.origin in (Origin.SAMPLE, Origin.SIMULATION):
        return ()
    found: dict[tuple[str, str], Number] = {}
    for card in evidence.cards:
        for claims in _claims(card):
            for field in FIELDS:
                value = getattr(claims, field)
                if value and len(value) <= _LONGEST and real_id(field, value):
                    found.setdefault((field, value.casefold()), Number(field, value))
    return tuple(sorted(found.values()))


def _claims(card: CardEvidence) -> tuple[CardClaims, ...]:
    readings: tuple[CardClaims | None, ...] = (card.nvml, card.nvidia_smi)
    return tuple(one for one in readings if one is not None)
