"""Asking the registry for rows: the question in the form that its function takes, and the answer held to its types.

The server is somebody else's: a line that makes no sense is left out, and no text is longer than a screen can show.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from gpu_inspector.records.registry_found import RegistryPage, RegistryRow
from gpu_inspector.registry import words
from gpu_inspector.registry.connection import registry_errors
from gpu_inspector.registry.lines import bounded

if TYPE_CHECKING:
    from gpu_inspector.registry.connection import Registry

PATIENCE_MS = 40
"""What the server may take for one question; where that is not enough, the caller goes on from where it stopped."""
LATER_MS = 400
"""Likewise of each question that goes on: to begin anew costs it some milliseconds."""
LONGEST = 2_000
"""Characters of one column that are taken over."""
LARGEST = 1 << 62
MOST_OFFICES = 500
_UUID = "gpu-"
_ASK = b"SELECT * FROM gpu_inspector.search(%s::text[], %s, %s, %s, %s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is looked for; all of it has to fit, and what is empty asks for nothing."""

    terms: tuple[str, ...] = ()
    """Of `words.terms_of` and `words.among`."""
    office: str = ""
    """As the registry knows it."""
    products: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    """Exactly, but for capitals."""
    since: datetime | None = None
    until: datetime | None = None
    serial: str = ""
    """The beginning of a serial, a UUID or a device identifier."""


def page(
    registry: Registry, question: Question, after: int | None, most: int, patience_ms: int = PATIENCE_MS
) -> RegistryPage:
    """Up to `most` rows that came before the mark `after`. Raises RegistryError, RegistryAway."""
    terms, beginnings = question.terms, _beginnings(question.serial)
    if question.serial.strip():
        begun = words.terms_of(question.serial)
        if begun is None:
            return RegistryPage(rows=(), after=None)
        terms = (*terms, *begun)
    terms = (*terms, *(term for text in (question.products, question.controls) for term in _exact(text)))
    values = (
        list(terms[: words.MOST_TERMS]),
        question.office,
        _lowered(question.products),
        _lowered(question.controls),
        question.since,
        question.until,
        beginnings,
        after,
        most,
        patience_ms,
    )
    with registry_errors(), registry.connection.transaction():
        found = bounded(registry.connection, _ASK, values, most + 1)
    return _page(found, most, after)


def full_page(registry: Registry, question: Question, after: int | None, most: int, seconds: float) -> RegistryPage:
    """Likewise, asked on until the page is full, nothing is left, or its time is over. Raises RegistryError."""
    ends = time.monotonic() + seconds
    rows: list[RegistryRow] = []
    patience = PATIENCE_MS
    while True:
        found = page(registry, question, after, most - len(rows), patience)
        rows += found.rows
        after, patience = found.after, LATER_MS
        if after is None or len(rows) >= most or time.monotonic() >= ends:
            return RegistryPage(rows=tuple(rows), after=after)


def offices(registry: Registry) -> tuple[str, ...]:
    """The names of the offices that this role may see, sorted, at most 500. Raises RegistryError, RegistryAway."""
    question = b"SELECT name FROM gpu_inspector.office ORDER BY name"
    with registry_errors(), registry.connection.transaction():
        found = bounded(registry.connection, question, (), MOST_OFFICES)
    return tuple(name[:LONGEST] for (name,) in found if isinstance(name, str))


def _exact(texts: Sequence[str]) -> tuple[str, ...]:
    """One product's or class's words, by which the index finds its rows; of several each row is looked at."""
    if len(texts) != 1:
        return ()
    return words.terms_of(texts[0]) or ()


def _lowered(texts: Sequence[str]) -> list[str] | None:
    return [one.lower().replace("\0", "") for one in texts] or None


def _beginnings(serial: str) -> list[str] | None:
    """People leave out the beginning of a UUID."""
    plain = serial.strip().lower().replace("\0", "")
    if not plain:
        return None
    return [plain] if plain.startswith(_UUID) else [plain, _UUID + plain]


def _page(found: Sequence[tuple[object, ...]], most: int, after: int | None) -> RegistryPage:
    rows: list[RegistryRow] = []
    low = LARGEST if after is None else after
    stopped = False
    for line in found:
        arrival = line[0] if line else None
        if not isinstance(arrival, int) or not 0 < arrival <= low:
            continue  # out of its order: a page would never end
        low = arrival
        if len(line) > 3 and line[3] is None:
            stopped = True
        elif (row := _row(line)) is not None:
            rows.append(row)
    ended = not stopped and len(found) < most
    return RegistryPage(rows=tuple(rows[:most]), after=None if ended or low in (after, LARGEST) else low)


def _row(line: tuple[object, ...]) -> RegistryRow | None:
    """None for a line of other types than the listing has."""
    if len(line) != 16:
        return None
    arrival, registered, seq, number, made_at, case, product, verdict, condition, control, *rest = line
    inspector, office, place, cards, origin, numbers = rest
    texts = (registered, case, product, verdict, condition, control, inspector, office, place, origin, numbers)
    if not (isinstance(arrival, int) and isinstance(seq, int) and isinstance(cards, int) and isinstance(number, UUID)):
        return None
    if not isinstance(made_at, datetime) or not all(isinstance(text, str) for text in texts):
        return None
    registered, case, product, verdict, condition, control, inspector, office, place, origin, numbers = (
        str(text)[:LONGEST] for text in texts
    )
    return RegistryRow(
        arrival=arrival,
        registered=registered,
        seq=seq,
        id=str(number),
        made_at=made_at if made_at.tzinfo is not None else made_at.replace(tzinfo=UTC),
        case=case,
        product=product,
        verdict=verdict,
        condition=condition,
        control=control,
        inspector=inspector,
        office=office,
        place=place,
        cards=cards,
        origin=origin,
        numbers=numbers,
    )
