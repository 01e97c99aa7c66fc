"""An inspection without personal data, as it may leave an office for the registry of many offices.

Which field stays stands in `leaving_fields`. The chain of the ledger is sent whole whatever stays, so that a row that
was left out of it would be seen; the digest of a row is over the whole record, which only the office can show.
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from functools import cache
from typing import Any

import msgspec

from gpu_inspector.records import numbers
from gpu_inspector.records.canonical import FORMAT
from gpu_inspector.records.decoders import decoder
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.records.keyed import DIGITS, key_id, key_of, keyed
from gpu_inspector.records.leaves import WORDS, Leaves, stricter
from gpu_inspector.records.leaving_fields import LEAVE, NUMBERS, STAY

__all__ = ["KIND", "WORDS", "Leaves", "Redacted", "redacted", "still_personal", "stricter"]

KIND = "redacted inspection"
"""What the record calls itself, so that it never passes for an inspection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """An inspection of which everything that may be personal was emptied: no inspection, and nobody's judgement."""

    kind: str = KIND
    key_id: str = ""
    """Of the key that the numbers were keyed with; "" where they stand as they are."""
    inspection: Inspection
    format: int = field(default=FORMAT)


def redacted(inspection: Inspection, key: bytes | None = None) -> Redacted:
    """The inspection without what stays in the office; with a key, numbers of cards are keyed."""
    whole = msgspec.to_builtins(inspection)
    number = _as_it_is if key is None else _keying(key)
    decoder(Inspection)  # `convert` learns the record's fields as a decoder does: never in two threads at once
    emptied = msgspec.convert(_walk(_plan(Inspection), whole, number), Inspection)
    return Redacted(key_id="" if key is None else key_id(key), inspection=_labelled(emptied))


def could_be(made: Redacted, inspection: Inspection, key: bytes | None = None) -> bool:
    """Whether all of this may have left of that inspection: each value as it is there, as a keyed number, or emptied.

    So a body is held against the ledger that it came from, since no digest vouches for it. An edition of the program
    may let another field leave than that of today: texts may be empty, and no field may say anything else. Without the
    key, or with another one, of keyed numbers only the form is looked at.
    """
    mine = made.key_id != "" and key is not None and key_id(key) == made.key_id
    said, whole = msgspec.to_builtins(made.inspection), msgspec.to_builtins(inspection)
    left = msgspec.to_builtins(redacted(inspection, key if mine else None).inspection)
    return _left(_plan(Inspection), said, whole, left, "" if mine else made.key_id)


def still_personal(made: Redacted) -> tuple[str, ...]:
    """Fields, such as "Evidence.file_name", that hold what a redacted inspection must not hold; () where none does."""
    found: dict[str, None] = {}
    _look(made.inspection, made.key_id, found)
    return tuple(found)


def _labelled(inspection: Inspection) -> Inspection:
    """Cards are told apart by their place: a label may have been typed."""
    cards = tuple(replace(one, label=f"card {number}") for number, one in enumerate(inspection.evidence.cards, 1))
    judged = tuple(replace(one, label=f"card {number}") for number, one in enumerate(inspection.judgement.cards, 1))
    return replace(
        inspection,
        evidence=replace(inspection.evidence, cards=cards),
        judgement=replace(inspection.judgement, cards=judged),
    )


Number = Callable[[str, str], str]
"""Gets kind and value of a number, and gives what leaves in its place."""


def _as_it_is(kind: str, value: str) -> str:
    """Where a card can be known again by it; what was painted over leaves in no form."""
    return value if numbers.real_id(kind, value) else ""


def _keying(key: bytes) -> Number:
    return lambda kind, value: keyed(kind, value, key) if numbers.real_id(kind, value) else ""


_LEAVES = object()
"""In place of what a field is emptied to: nothing of it is."""


@dataclass(frozen=True, slots=True)
class _Step:
    """What is done with one field."""

    name: str
    where: str
    """As the lists have it, "Case.number"."""
    emptied: Any = _LEAVES
    """The plain form of what stands in its place."""
    number: str = ""
    """The kind of the number in it."""
    inside: tuple[_Step, ...] = ()
    """The steps of the record, or of each of the records, in it."""


def told(record: type, name: str) -> str:
    """ "Case.number": a field by the record that brought it in."""
    owner = next(one for one in reversed(record.__mro__) if name in getattr(one, "__annotations__", {}))
    return f"{owner.__name__}.{name}"


def parts_of(hint: Any) -> tuple[Any, ...]:
    """All types that a field's type is made of: of `tuple[Gap, ...] | None` these are Gap and NoneType."""
    if typing.get_origin(hint) is None:
        return (hint,)
    return tuple(part for one in typing.get_args(hint) if one is not ... for part in parts_of(one))


def is_text(hint: Any) -> bool:
    """Whether a field of this type can hold a free text, or anything at all."""
    return any(part in (str, bytes, object, Any) for part in parts_of(hint))


@cache
def _plan(record: type) -> tuple[_Step, ...]:
    return tuple(_step(record, one.name, hint) for one, hint in _typed(record))


def _typed(record: type) -> list[tuple[Any, Any]]:
    hints = typing.get_type_hints(record)
    return [(one, hints[one.name]) for one in fields(record)]


def _step(record: type, name: str, hint: Any) -> _Step:
    where = told(record, name)
    if where in NUMBERS:
        return _Step(name, where, number=NUMBERS[where])
    if where in STAY or (is_text(hint) and where not in LEAVE):
        return _Step(name, where, emptied=_empty(record, name, hint))
    inside: Any = next((part for part in parts_of(hint) if is_dataclass(part)), None)
    steps: tuple[_Step, ...] = _plan(inside) if inside is not None else ()
    same = all(one.emptied is _LEAVES and not one.number and not one.inside for one in steps)
    return _Step(name, where, inside=() if same else steps)


def _empty(record: type, name: str, hint: Any) -> Any:
    """The plain form of "nothing" in a field."""
    one = next(one for one in fields(record) if one.name == name)
    if one.default is not MISSING:
        return msgspec.to_builtins(one.default)
    if one.default_factory is not MISSING:
        return msgspec.to_builtins(one.default_factory())
    return msgspec.to_builtins(hint())  # a text, or a record of which every field has a default


def _walk(steps: tuple[_Step, ...], whole: dict[str, Any], number: Number) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for step in steps:
        value = whole[step.name]
        if step.emptied is not _LEAVES:
            value = step.emptied
        elif step.number and value:
            value = number(step.number, value)
        elif step.inside and isinstance(value, dict):
            value = _walk(step.inside, value, number)
        elif step.inside and value:
            value = [_walk(step.inside, one, number) for one in value]
        made[step.name] = value
    return made


def _left(steps: tuple[_Step, ...], said: Any, whole: Any, left: Any, unknown: str) -> bool:
    """`unknown`: the id of a key that is not here, "" where each number can be told."""
    for step in steps:
        here, there, meant = said[step.name], whole[step.name], left[step.name]
        if step.number:
            if not (_is_keyed(here, unknown) if unknown and meant else here == meant):
                return False
        elif here not in (meant, there) and here not in ("", None, [], ()):
            if isinstance(here, dict) and isinstance(there, dict) and isinstance(meant, dict):
                parts: tuple[tuple[Any, Any, Any], ...] = ((here, there, meant),)
            elif isinstance(here, list | tuple) and len(here) == len(there or ()) == len(meant or ()):
                parts = tuple(zip(here, there, meant, strict=True))
            else:
                return False
            if not step.inside or not all(_left(step.inside, *part, unknown) for part in parts):
                return False
    return True


def _is_keyed(value: str, key: str) -> bool:
    return len(value) == DIGITS and key_of(value) == key


def _look(record: Any, key: str, found: dict[str, None]) -> None:
    kind: Any = type(record)
    for step in _plan(kind):
        value = getattr(record, step.name)
        if step.emptied is not _LEAVES:
            sound = _is_label(value) if step.name == "label" else msgspec.to_builtins(value) == step.emptied
        elif step.number:
            sound = not (key and value) or _is_keyed(value, key)
        else:
            sound = True
            inside = (value if isinstance(value, tuple) else () if value is None else (value,)) if step.inside else ()
            for one in inside:
                _look(one, key, found)
        if not sound:
            found[step.where] = None


def _is_label(text: str) -> bool:
    return text.startswith("card ") and text[5:].isdecimal()
