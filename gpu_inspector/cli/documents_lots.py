"""What `--json` prints of lots and watch-lists: `lot …`, `watchlist …`.

A record's name stands for its plain form, as the record's own schema has it. Fields are only ever added.
"""

from typing import NotRequired, TypedDict

from gpu_inspector.records.hall_words import HallDocument
from gpu_inspector.records.lot import Lot, Member, Statement, Twice


class LotDocument(TypedDict):
    """A lot as it stands: `lot status LOT --json`."""

    format: int
    lot: Lot
    members: list[Member]
    twice: list[Twice]
    statement: Statement
    ended: str | None
    hall: HallDocument | None
    """Of an audit; null for any other lot."""


class AddedDocument(TypedDict):
    """What became of one file or card."""

    source: str
    cards: list[int]
    failure: str | None
    skipped: bool
    report: str | None
    seconds: float


class SummaryWritten(TypedDict):
    """The signed summary of a lot."""

    report: str
    id: str
    level: str
    remark: str
    beside: list[str]


class AddedNow(TypedDict):
    """What was just done to a lot."""

    seconds: float
    added: list[AddedDocument]


class AddedToLot(LotDocument, AddedNow):
    """`lot new --json`, `lot add --json`: the lot, and what was just done."""


class SummedLot(AddedToLot, SummaryWritten):
    """`lot new --report --json`: with the signed summary."""


class LotsDocument(TypedDict):
    """`lot status --json` without a lot: all of them."""

    format: int
    lots: list[LotDocument]


class LotSummaryDocument(SummaryWritten):
    """`lot report --json`."""

    format: int


class HeldList(TypedDict):
    """A watch-list that can be used."""

    id: str
    """SHA-256 of its file."""
    office: str
    made_at: str
    entries: int
    signer: str
    fingerprint: str
    known: bool
    problem: None


class KeptList(TypedDict):
    """A watch-list that is kept here; of one that cannot be used, `id` and `problem` alone."""

    id: str
    """SHA-256 of its file."""
    problem: str | None
    office: NotRequired[str]
    made_at: NotRequired[str]
    entries: NotRequired[int]
    signer: NotRequired[str]
    fingerprint: NotRequired[str]
    known: NotRequired[bool]


class WatchListsDocument(TypedDict):
    """`watchlist list --json`."""

    format: int
    lists: list[KeptList]


class ImportedList(HeldList):
    """`watchlist import --json`."""

    format: int


class ExportedList(ImportedList):
    """`watchlist export --json`."""

    file: str


class RemovedDocument(TypedDict):
    """What was removed: `watchlist remove`, `data remove`, `policy remove`."""

    format: int
    removed: str
