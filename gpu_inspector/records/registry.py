"""What travels to the registry of many offices: rows of a ledger in batches, each under a signed checkpoint.

A batch is MessagePack, and each body in it is compressed by itself, so that the registry can keep it as it came. The
name of a batch follows from the office and the digests at its ends: who delivers the same rows again names the same
batch. What is read here comes from elsewhere: sizes are bounded before anything is unpacked, and nothing is believed;
whoever takes the rows looks at them (`registry/checking.py`).
"""

import re
import uuid
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import msgspec

from gpu_inspector.errors import CaptureError
from gpu_inspector.language import N_
from gpu_inspector.records import canonical, checkpoint
from gpu_inspector.records.chain import GENESIS, LARGEST_SEQ
from gpu_inspector.records.keyed import DIGITS, key_of
from gpu_inspector.records.merkle import LONGEST_PATH
from gpu_inspector.records.numbers import FIELDS

FORMAT = 1
MOST_ROWS = 2_000
"""Rows of one batch; what this program makes has fewer."""
LARGEST = 64 * 1024 * 1024
"""Bytes of a batch as it travels."""
LARGEST_WHOLE = 160 * 1024 * 1024
"""Bytes of all bodies of a batch together, as they are hashed."""
MOST_NUMBERS = 4_096
"""Of one row: a server of sixteen cards has fifty."""
MOST_NUMBERS_OF_ALL = 256 * 1024
"""Of all rows of a batch."""
LONGEST_NUMBER = 200
LONGEST_OFFICE = 200
LEVEL = 1
"""Of the compression: a higher one takes twice the time for a tenth of the bytes."""
_NAMESPACE = uuid.UUID("0c3c9f36-5b3f-4f3e-8c53-27e1d4a1f6a5")
_WHAT = N_("batch of rows")
_KEYED = re.compile(rf"[0-9a-f]{{{DIGITS}}}")


class Kind(StrEnum):
    """What of a row the registry holds, and so who vouches for it."""

    WHOLE = "whole"
    """The body as it was hashed: its digest was computed again."""
    REDACTED = "redacted"
    """A body without what stays in the office: the office's word for it; the row's place is under its signature."""
    DIGEST = "digest"
    """No body: the row's place alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardNumber:
    """One number by which a card can be known again."""

    card: int
    """Place of the card in the inspection, from 0."""
    kind: str
    """One of `numbers.FIELDS`."""
    keyed: bool
    """`value` is a keyed digest of the number (`keyed.py`)."""
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What leaves the office of one inspection."""

    kind: Kind
    body: bytes | None = None
    """Of a redacted row the JSON that leaves; of others None: a whole row leaves as it is."""
    numbers: tuple[CardNumber, ...] = ()
    """None for a whole row, whose numbers the registry reads itself."""


Leave = Callable[[bytes], Left]
"""What leaves of an inspection with this body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row on its way. Digests are 32 bytes."""

    seq: int
    prev: bytes
    digest: bytes
    id: str
    kind: Kind
    body: bytes | None = None
    """Compressed; see `inflated`."""
    numbers: tuple[CardNumber, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows that follow each other, and what the office's key says of them."""

    office: str
    rows: tuple[Row, ...]
    """At least one."""
    checkpoint: bytes
    """The file of a checkpoint that covers the last row."""
    proof: tuple[bytes, ...] = ()
    """Where it covers more: that the rows up to the last one are the beginning of what it covers (`merkle`)."""

    @property
    def first(self) -> int:
        """The first row's number."""
        return self.rows[0].seq

    @property
    def last(self) -> int:
        """The last row's number."""
        return self.rows[-1].seq


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What is searched of one row, made from its body by whoever takes it: a line of the registry's listing."""

    seq: int
    id: str
    made_at: str
    case_number: str
    product: str
    verdict: str
    condition: str
    control: str
    verdict_rank: int
    condition_rank: int
    inspector: str
    site: str
    """What the inspection itself calls its office: a claim."""
    place: str
    cards: int
    origin: str
    numbers: str
    papers: str


class _Number(msgspec.Struct, array_like=True, frozen=True):
    card: int
    kind: str
    keyed: bool
    value: str


class _Row(msgspec.Struct, array_like=True, frozen=True):
    digest: bytes
    id: str
    kind: Kind
    body: bytes | None
    numbers: msgspec.Raw
    """A tuple of numbers, read row by row: thirteen million empty ones in 64 MiB would take a gigabyte at once."""


class _Batch(msgspec.Struct, array_like=True, frozen=True):
    format: int
    office: str
    first: int
    prev: bytes
    rows: Annotated[tuple[_Row, ...], msgspec.Meta(max_length=MOST_ROWS)]
    checkpoint: bytes
    proof: Annotated[tuple[bytes, ...], msgspec.Meta(max_length=LONGEST_PATH)]


_BATCH = msgspec.msgpack.Decoder(_Batch)
"""Made once, and ahead of all threads: see `decoders.py`."""
_NUMBERS = msgspec.msgpack.Decoder(Annotated[tuple[_Number, ...], msgspec.Meta(max_length=MOST_NUMBERS)])


def name_of(office: str, first: bytes, last: bytes) -> uuid.UUID:
    """The name of a batch of this office, from the digests of its first and last row."""
    return uuid.uuid5(_NAMESPACE, f"{office}\0{first.hex()}\0{last.hex()}")


def deflated(body: bytes) -> bytes:
    """A body as it travels."""
    return zlib.compress(body, LEVEL)


def inflated(packed: bytes, most: int = canonical.LARGEST) -> bytes:
    """A body as it was hashed. Raises CaptureError where it is damaged, or longer than `most`."""
    try:
        opened = zlib.decompressobj()
        body = opened.decompress(packed, most + 1)
    except zlib.error as error:
        raise CaptureError(f"What was compressed is damaged ({error}).") from error
    if len(body) > most:
        raise CaptureError(f"It has more than {most:,} bytes.")
    if not opened.eof or opened.unused_data:
        raise CaptureError("What was compressed is damaged (it does not end where it should).")
    return body


def pack(batch: Batch) -> bytes:
    """A batch as it travels."""
    rows = tuple(
        _Row(
            row.digest,
            row.id,
            row.kind,
            row.body,
            _raw(tuple(_Number(one.card, one.kind, one.keyed, one.value) for one in row.numbers)),
        )
        for row in batch.rows
    )
    whole = _Batch(FORMAT, batch.office, batch.first, batch.rows[0].prev, rows, batch.checkpoint, batch.proof)
    return msgspec.msgpack.encode(whole)


def unpack(data: bytes) -> Batch:
    """A batch from what travelled. Raises CaptureError where it is none, or larger than any.

    The rows follow each other by their form: of each only its own digest travels. Whether it fits is not looked at.
    """
    if len(data) > LARGEST:
        raise CaptureError(f"This {_WHAT} has {len(data):,} bytes, more than any {_WHAT} has.")
    try:
        whole = _BATCH.decode(data)
        numbers = _numbers(whole)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise CaptureError(f"This is no {_WHAT} of GPU Inspector ({error}).") from error
    if whole.format != FORMAT:
        raise CaptureError(f"This {_WHAT} has format {whole.format}; this program reads format {FORMAT}.")
    _require_bounds(whole, numbers)
    rows, prev = [], whole.prev
    for seq, (row, some) in enumerate(zip(whole.rows, numbers, strict=True), start=whole.first):
        beside = tuple(CardNumber(card=one.card, kind=one.kind, keyed=one.keyed, value=one.value) for one in some)
        rows.append(Row(seq=seq, prev=prev, digest=row.digest, id=row.id, kind=row.kind, body=row.body, numbers=beside))
        prev = row.digest
    return Batch(office=whole.office, rows=tuple(rows), checkpoint=whole.checkpoint, proof=whole.proof)


def _raw(numbers: tuple[_Number, ...]) -> msgspec.Raw:
    return msgspec.Raw(msgspec.msgpack.encode(numbers))


def _numbers(whole: _Batch) -> list[tuple[_Number, ...]]:
    """Those of each row. Raises msgspec.MsgspecError, ValueError where there are more than any batch has."""
    found, room = [], MOST_NUMBERS_OF_ALL
    for row in whole.rows:
        some = _NUMBERS.decode(row.numbers)
        room -= len(some)
        if room < 0:
            raise ValueError("too many numbers")
        found.append(some)
    return found


def _require_bounds(whole: _Batch, numbers: list[tuple[_Number, ...]]) -> None:
    digests = (whole.prev, *(row.digest for row in whole.rows), *whole.proof)
    sound = (
        len(whole.rows) > 0
        and 0 < whole.first <= LARGEST_SEQ - MOST_ROWS
        and all(len(one) == len(GENESIS) for one in digests)
        and len(whole.office) <= LONGEST_OFFICE
        and len(whole.checkpoint) <= checkpoint.LARGEST
        and all((row.body is None) == (row.kind is Kind.DIGEST) for row in whole.rows)
        and all(_sound(number) for some in numbers for number in some)
    )
    if not sound:
        raise CaptureError(f"This {_WHAT} is not of the form in which it is written.")
    if len({key_of(one.value) for some in numbers for one in some if one.keyed}) > 1:
        raise CaptureError(f"The numbers in this {_WHAT} were keyed with several keys.")


def _sound(number: _Number) -> bool:
    if not 0 <= number.card <= MOST_NUMBERS or number.kind not in FIELDS:
        return False
    return bool(_KEYED.fullmatch(number.value)) if number.keyed else 0 < len(number.value) <= LONGEST_NUMBER
