"""Asking the registry which other offices saw these numbers: one question for all cards, and an answer held to it.

What comes back is another office's word through another's server. So nothing is taken over that was not asked for: a
line that names another card, a kind that the card has no number of, or what is no day or no text is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from gpu_inspector.records.finding import Identity
from gpu_inspector.records.numbers import FIELDS
from gpu_inspector.records.sighting import MOST_SIGHTINGS, RegistrySighting
from gpu_inspector.registry.connection import registry_errors
from gpu_inspector.registry.lines import bounded

if TYPE_CHECKING:
    from gpu_inspector.registry.connection import Registry

MOST_NUMBERS = 2_000
LONGEST = 200
"""Characters of an office's name or a product's that are kept."""
_KINDS = ("whole", "redacted", "digest")
_MOST_TOTAL = 1_000_000_000
_ASK = b"SELECT * FROM gpu_inspector.sightings(%s::integer[], %s::text[], %s::text[], %s::boolean[], %s)"
_SEES = b"SELECT gpu_inspector.my_sees()"


@dataclass(frozen=True, slots=True)
class AskedNumber:
    """One number of one card, as the registry may have it."""

    card: str
    """The card's label."""
    kind: str
    """One of `numbers.FIELDS`."""
    value: str
    keyed: bool = False
    """`value` is a keyed digest."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the registry said. `visible` is False where it shows this office's role no sightings of others."""

    sightings: tuple[RegistrySighting, ...]
    left_out: int = 0
    visible: bool = True


def ask(registry: Registry, numbers: Sequence[AskedNumber]) -> Seen:
    """Where other offices saw these numbers. Raises RegistryError, RegistryAway."""
    asked = list(numbers)[:MOST_NUMBERS]
    labels = list(dict.fromkeys(one.card for one in asked))
    columns = (
        [labels.index(one.card) for one in asked],
        [one.kind for one in asked],
        [one.value.replace("\0", "") for one in asked],
        [one.keyed for one in asked],
    )
    most = MOST_SIGHTINGS * max(1, len(labels))
    with registry_errors(), registry.connection.transaction():
        sees = bounded(registry.connection, _SEES, (), 1)
        if not sees or sees[0][0] not in ("sightings", "everything"):
            return Seen((), visible=False)
        found = bounded(registry.connection, _ASK, (*columns, MOST_SIGHTINGS), most + 1)
    return _seen(found, asked, labels)


def _seen(found: Sequence[tuple[object, ...]], asked: Sequence[AskedNumber], labels: Sequence[str]) -> Seen:
    kept: list[RegistrySighting] = []
    counts: dict[str, int] = {}
    totals: dict[str, int] = {}
    for line in found:
        one = _sighting(line, asked, labels)
        if one is None or counts.get(one.card, 0) >= MOST_SIGHTINGS:
            continue
        kept.append(one)
        counts[one.card] = counts.get(one.card, 0) + 1
        total = line[12]
        if isinstance(total, int) and 0 <= total <= _MOST_TOTAL:
            totals[one.card] = max(total, totals.get(one.card, 0))
    left_out = sum(max(0, total - counts[card]) for card, total in totals.items())
    return Seen(tuple(kept), left_out=left_out)


def _sighting(line: tuple[object, ...], asked: Sequence[AskedNumber], labels: Sequence[str]) -> RegistrySighting | None:
    if len(line) != 13:
        return None
    card, office, day, verdict, product, matched, differing, kind, from_file, keyed, vouched, digest, _total = line
    if not isinstance(card, int) or not 0 <= card < len(labels):
        return None
    if not (isinstance(office, str) and isinstance(verdict, str) and isinstance(product, str) and kind in _KINDS):
        return None
    flags = (from_file, keyed, vouched)
    if not isinstance(day, date) or not isinstance(digest, bytes) or len(digest) != 32:
        return None
    own = {one.kind for one in asked if one.card == labels[card] and one.keyed is keyed}
    same, other = _kinds(matched, own), _kinds(differing, own)
    if not same or not all(isinstance(flag, bool) for flag in flags):
        return None
    return RegistrySighting(
        card=labels[card],
        matched=same,
        differing=tuple(one for one in other if one not in same),
        office=office[:LONGEST],
        day=f"{day:%Y-%m-%d}",
        product=product[:LONGEST],
        identity=next((one for one in Identity if one.value == verdict), None),
        kind=str(kind),
        from_file=bool(from_file),
        keyed=bool(keyed),
        vouched=bool(vouched),
        digest=digest.hex(),
    )


def _kinds(said: object, own: set[str]) -> tuple[str, ...]:
    """Those of the kinds that were asked for, sorted."""
    if not isinstance(said, list):
        return ()
    return tuple(sorted(one for one in FIELDS if one in said and one in own))
