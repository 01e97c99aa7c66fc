"""A watch-list: numbers of cards that one office asks the others to look out for, as a signed statement.

It travels by mail, so nothing in it is believed beyond "this office said so on that day": its words decide nothing.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime

from gpu_inspector.language import N_
from gpu_inspector.records.canonical import FORMAT

KIND = "watch-list"
"""What the statement calls itself, so that no signature over something else passes for one over a list."""
KINDS = {"serial": "serial", "board": "serial", "uuid": "uuid", "pdi": "device_identifier"}
"""Kind of an entry -> the field of a card's claims.

NVML's serial is the number on the board's own label, so that a board number and a serial are one thing; a "pdi" is
NVML's per-device identifier.
"""
NAMES = {"serial": "serial", "uuid": "uuid", "device_identifier": "pdi"}
"""Field of a card's claims -> the kind that is written."""
MOST_ITEMS = 100_000
LONGEST_VALUE = 200
LONGEST_TEXT = 500
LONGEST_PROOF = 64 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PREFIX = "gpu-"
"""A UUID begins so; people leave it out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchItem:
    """One number, and why it is watched."""

    kind: str
    """One of KINDS."""
    value: str
    reason: str = ""
    listed_on: str = ""
    """The day, "2026-11-25", of the inspection or of the entry."""
    row_digest: str = ""
    """The digest of the inspection's row in the ledger of the office, where the entry was taken from one."""
    proof: str = ""
    """The text of that ledger's proof that the row is in it; "" where none is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchList:
    """The statement that is signed."""

    kind: str = KIND
    office: str
    made_at: datetime
    items: tuple[WatchItem, ...]
    format: int = field(default=FORMAT)


def fault_of(watch_list: WatchList) -> str | None:
    """What makes this no watch-list that can be used, as a sentence; None where nothing does."""
    if watch_list.kind != KIND:
        return N_("What was signed there is no watch-list.")
    if watch_list.made_at.tzinfo is None:
        return N_("It does not say in which time zone it was made.")
    if len(watch_list.items) > MOST_ITEMS:
        return N_(f"It has {len(watch_list.items):,} entries; a watch-list has at most {MOST_ITEMS:,}.")
    if len(watch_list.office) > LONGEST_VALUE:
        return N_("The name of its office is longer than any name.")
    for number, item in enumerate(watch_list.items, 1):
        if (problem := _fault_of_item(item)) is not None:
            return N_(f"Entry {number:,} {problem}")
    return None


def _fault_of_item(item: WatchItem) -> str | None:
    if item.kind not in KINDS:
        return N_(f"is of a kind that this program does not know ({item.kind[:20]}).")
    if not item.value.strip() or len(item.value) > LONGEST_VALUE:
        return N_("has no number, or one that is longer than any number.")
    if len(item.reason) > LONGEST_TEXT:
        return N_(f"gives a reason of {len(item.reason):,} characters; {LONGEST_TEXT} fit.")
    if item.row_digest and not _DIGEST.fullmatch(item.row_digest):
        return N_("names a row's digest that is none.")
    if item.listed_on and not _DAY.fullmatch(item.listed_on):
        return N_("names a day that is none.")
    if len(item.proof) > LONGEST_PROOF:
        return N_("carries a proof that is larger than any proof.")
    return None


def folded(field_name: str, value: str) -> str:
    """A number as it is compared: without capitals, outer spaces, and the beginning that people leave out of a UUID."""
    plain = value.strip().casefold()
    return plain.removeprefix(_PREFIX) if field_name == "uuid" else plain


def naming(watch_list: WatchList, numbers: dict[str, tuple[str, ...]]) -> tuple[WatchItem, ...]:
    """The entries that name one of a card's own numbers, given as `numbers.own_numbers` gives them."""
    wanted = {kind: {folded(name, value) for value in numbers.get(name, ())} for kind, name in KINDS.items()}
    return tuple(item for item in watch_list.items if folded(KINDS[item.kind], item.value) in wanted[item.kind])
