"""One text for each record: canonical JSON after RFC 8785, hashed, chained, attached and read back.

Decoding validates every type, so that a record that was read is as sound as one that was made here. A number
of the format that is newer than ours is refused with a sentence, before anything else is looked at.
"""

import hashlib
from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec
import rfc8785

from gpu_inspector.errors import CaptureError
from gpu_inspector.records.decoders import decoder

FORMAT = 1
LARGEST = 64 * 1024 * 1024
"""Bytes; a record of hundreds of cards stays under one megabyte."""

_FLOAT = b"\xcb"
_LARGE = (b"\xcf", b"\xd3")
"""Whole numbers of more than 32 bits."""
_TOO_LARGE = b"\x00\x20"
"""How 2^53 begins among these, in 64 bits; a negative one begins higher."""
_FAR = (b"\xf0", b"\xf1", b"\xf2", b"\xf3", b"\xf4")
"""How UTF-8 begins what lies beyond the first plane."""

_PLAIN_FROM, _PLAIN_BELOW = 1e-3, 1e15
"""Fractions whose digits both encoders write alike."""
_MANY = 8
"""Members of a list from which on it is quicker to look whether there is a fraction among them than to visit each."""

T = TypeVar("T")


class _OtherwiseWritten(Exception):
    """A fraction that the quick encoder may write otherwise than RFC 8785."""


class _Head(msgspec.Struct):
    format: int


def encode(record: object) -> bytes:
    """The canonical JSON of a record, in UTF-8.

    Raises CaptureError where the record holds what canonical JSON cannot: a number of 2^53 and above, half a character.
    """
    try:
        return _text(msgspec.to_builtins(record))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise CaptureError(
            f"It holds a number or a text that no record can hold ({error}).", "Ask for the file again, unedited."
        ) from error


def _text(whole: Any) -> bytes:
    """RFC 8785 of dictionaries, lists, texts and numbers, by msgspec's encoder where it writes the same.

    It is many times as fast as one in plain Python, and writes the same but for some fractions, for whole numbers of
    2^53 and above, and for names beyond the first plane of Unicode, which it sorts otherwise: where there may be one of
    them, the slow way is taken. Raises as `rfc8785.dumps` does, and UnicodeEncodeError.
    """
    try:
        packed = msgspec.msgpack.encode(whole)
        quick = msgspec.json.encode(_with_plain_numbers(whole) if _FLOAT in packed else whole, order="sorted")
    except (OverflowError, _OtherwiseWritten):
        return rfc8785.dumps(whole)
    return rfc8785.dumps(whole) if _may_differ(quick, packed) else quick


def _with_plain_numbers(value: Any) -> Any:
    """The same with fractions that are whole as whole numbers. Raises _OtherwiseWritten where they are not as plain.

    Between these limits both encoders write the shortest digits that mean the number, without an exponent.
    """
    if isinstance(value, float):
        if value.is_integer() and abs(value) < _PLAIN_BELOW:
            return int(value)
        if _PLAIN_FROM <= abs(value) < _PLAIN_BELOW:
            return value
        raise _OtherwiseWritten
    if isinstance(value, dict):
        return {name: _with_plain_numbers(one) for name, one in value.items()}
    if not isinstance(value, list | tuple):
        return value
    if len(value) >= _MANY and _FLOAT not in msgspec.msgpack.encode(value):
        return value
    return [_with_plain_numbers(one) for one in value]


def _may_differ(quick: bytes, packed: bytes) -> bool:
    """Whether one of these may be there, told by the bytes with which MessagePack begins them, as texts may have too.

    JSON itself does not tell: the encoder writes what is no number as null.
    """
    if any(lead in quick for lead in _FAR):
        return True
    return any(packed[at + 1 : at + 3] >= _TOO_LARGE for mark in _LARGE for at in _places(packed, mark))


def _places(data: bytes, mark: bytes) -> Iterator[int]:
    at = data.find(mark)
    while at >= 0:
        yield at
        at = data.find(mark, at + 1)


def is_of(data: bytes, record: object) -> bool:
    """Whether `data` is the canonical JSON of `record`, but for fields that a later version of this format added.

    A field that the text lacks stands at its default in a record that was read from it; one that the record has no
    place for would be hidden from every reader, so it makes the answer no.
    """
    try:
        return _text(_as_told(msgspec.to_builtins(record), msgspec.json.decode(data))) == data
    except (msgspec.MsgspecError, rfc8785.CanonicalizationError, UnicodeError, RecursionError, ValueError):
        return False


def _as_told(whole: Any, told: Any) -> Any:
    """`whole` without the members of objects that `told` does not have."""
    if isinstance(whole, dict) and isinstance(told, dict):
        return {name: _as_told(value, told[name]) for name, value in whole.items() if name in told}
    if isinstance(whole, list | tuple) and isinstance(told, list) and len(whole) == len(told):
        return [_as_told(*pair) for pair in zip(whole, told, strict=True)]
    return whole


def digest(data: bytes) -> str:
    """SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def decode(data: bytes, kind: type[T], what: str) -> T:
    """A record from its JSON; `what` names the thing in error sentences ("capture", "inspection").

    Raises CaptureError when the text is too large, no JSON, of a newer format, or of another shape.
    """
    if len(data) > LARGEST:
        raise CaptureError(f"This {what} has {len(data):,} bytes, more than any {what} can have.")
    try:
        head = decoder(_Head).decode(data)
        if head.format > FORMAT:
            raise CaptureError(
                f"This {what} has format {head.format}; this program reads up to format {FORMAT}.",
                "Read it with a newer GPU Inspector.",
            )
        if head.format < 1:
            raise CaptureError(f"This {what} has format {head.format}, which never existed.")
        return decoder(kind).decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise CaptureError(
            f"This is no {what} of GPU Inspector ({error}).", "Ask for the file again, unedited."
        ) from error


def plain(record: object) -> Any:
    """The record as dictionaries, lists, texts and numbers."""
    return msgspec.to_builtins(record)


def decode_plain(data: bytes, kind: type[T], what: str) -> T:
    """As `decode`, for the small records that carry no number of a format. Raises CaptureError."""
    try:
        return decoder(kind).decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise CaptureError(f"This is no {what} of GPU Inspector ({error}).") from error
