"""Which serials and UUIDs can be a card's own: publishers paint them over in many ways, and what they leave is equal.

A number that was painted over must never make two cards look like one.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from gpu_inspector.records.claims import CardClaims, Virtualization
from gpu_inspector.records.evidence import CardEvidence, Evidence, Origin
from gpu_inspector.records.sighting import Likeness

FIELDS = ("uuid", "serial", "device_identifier")
"""Numbers that belong to one card alone. UUID and device identifier are the die's, the serial is the board's number.

A board id does not: it follows from the slot. Nor does a board part number, which all boards of a kind share.
"""

_SHORTEST_SERIAL = 10
_LONGEST_RUN = 6
"""Equal characters in a row, from which on an id was painted over."""
_MOST_STEPS = 10
"""Pairs of every second digit that count up, "a1b2c3d4": 32 random digits have about two."""
_COUNTED_UP = 8
"""Digits of a serial that each go on by one from the digit before, "1234567890": nobody wrote a serial there."""
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


def numbers_by_card(evidence: Evidence) -> tuple[tuple[int, Number], ...]:
    """As `numbers_of`, each with the place of its card, from 0, once a card."""
    real = {(one.kind, one.value.casefold()) for one in numbers_of(evidence)}
    found: dict[tuple[int, str, str], Number] = {}
    for place, card in enumerate(evidence.cards if real else ()):
        for claims in _claims(card):
            for field in FIELDS:
                value = getattr(claims, field)
                if value and (field, value.casefold()) in real:
                    found.setdefault((place, field, value.casefold()), Number(field, value))
    return tuple((place, number) for (place, _kind, _value), number in sorted(found.items()))


def own_numbers(card: CardEvidence) -> dict[str, tuple[str, ...]]:
    """Field of FIELDS -> the values by which this card can be known again, the better source's first.

    As `numbers_of`, and stricter: a serial that counts up stands in many boards whose maker never wrote one.
    """
    found: dict[str, tuple[str, ...]] = {}
    for field in FIELDS:
        said = {value.casefold(): value for claims in _claims(card) if (value := getattr(claims, field))}
        found[field] = tuple(value for value in said.values() if len(value) <= _LONGEST and _own(field, value))
    return found


def likeness_of(card: CardEvidence) -> Likeness:
    """What another inspection of the card is held against. Numbers that were painted over are absent."""
    numbers = own_numbers(card)
    guest = _first(card, "virtualization") == Virtualization.GUEST
    whole = not guest and _first(card, "mig_now") is not True
    total = _first(card, "memory_total_bytes") if whole else None
    device = card.pci.device_id if card.pci is not None else _first(card, "device_id")
    part = _first(card, "board_part_number")
    several = _first(card, "multi_gpu_board")
    return Likeness(
        **{field: next(iter(numbers[field]), None) for field in FIELDS},
        device_id=str(device) if device is not None else None,
        board_part_number=str(part) if part is not None else None,
        memory_total_bytes=total if isinstance(total, int) else None,
        multi_gpu_board=several if isinstance(several, bool) else None,
        guest=guest,
    )


def _own(field: str, value: str) -> bool:
    digits = re.sub(r"[^0-9]", "", value)
    steps = sum((ord(after) - ord(before)) % 10 == 1 for before, after in pairwise(digits))
    return real_id(field, value) and (field != "serial" or steps < _COUNTED_UP)


def _first(card: CardEvidence, field: str) -> object | None:
    return next((value for claims in _claims(card) if (value := getattr(claims, field)) is not None), None)


def _claims(card: CardEvidence) -> tuple[CardClaims, ...]:
    return tuple(one for _, one in card.claims)
