"""What the search tables say of an inspection, made from the row's body alone, and the history's lines made of that."""

import sqlite3
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime

from gpu_inspector.errors import CaptureError, LedgerError
from gpu_inspector.ledger.query import HistoryRow
from gpu_inspector.ledger.tables import CONDITION_RANKS, VERDICT_RANKS
from gpu_inspector.records import canonical
from gpu_inspector.records.inspection import Inspection


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One row of the search table, field by column."""

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
    office: str
    place: str
    cards: int
    origin: str
    numbers: str
    papers: str


COLUMNS = tuple(field.name for field in fields(Listing))
_NOT_SHOWN = ("verdict_rank", "condition_rank", "papers")
SHOWN = tuple(name for name in COLUMNS if name not in _NOT_SHOWN)
"""Columns that a line of the history is made of."""


def columns_of(connection: sqlite3.Connection) -> tuple[str, ...]:
    """The columns that this file's listing has: those of schema 1 are fewer."""
    there = {name for (name,) in connection.execute("SELECT name FROM pragma_table_info('listing')")}
    return tuple(name for name in COLUMNS if name in there)


def listing_of(seq: int, inspection: Inspection) -> Listing:
    """What the search table has to say of an inspection."""
    case = inspection.case
    numbers: list[str] = []
    for card in inspection.evidence.cards:
        for _, claims in card.claims:
            numbers += [number for number in (claims.serial, claims.uuid) if number]
    declared, judged = inspection.declaration, inspection.judgement.cards
    condition = max((str(card.condition) for card in judged), key=CONDITION_RANKS.__getitem__, default="NOT EXAMINED")
    verdict = str(inspection.judgement.verdict)
    papers = (
        declared.serial,
        declared.part_number,
        declared.papers,
        case.binding.exhibit,
        case.seals,
        inspection.batch,
    )
    return Listing(
        seq=seq,
        id=inspection.id,
        made_at=_time(inspection.made_at),
        case_number=case.number,
        product=", ".join(dict.fromkeys(card.product for card in judged)),
        verdict=verdict,
        condition=condition,
        control=", ".join(dict.fromkeys(card.control for card in judged)),
        verdict_rank=VERDICT_RANKS[verdict],
        condition_rank=CONDITION_RANKS[condition],
        inspector=case.inspector,
        office=case.office,
        place=case.place,
        cards=len(inspection.evidence.cards),
        origin=str(inspection.evidence.origin),
        numbers=" ".join(dict.fromkeys(numbers)),
        papers=" ".join(dict.fromkeys(one for one in papers if one)),
    )


def _time(moment: datetime) -> str:
    """In UTC; a row that was not written by us may hold a time without a zone, or at the end of all time."""
    try:
        return (moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()
    except OverflowError:
        return moment.isoformat()


def inspection_of(seq: int, body: bytes) -> Inspection:
    """The inspection that a row holds. Raises LedgerError where it holds none that this program can read."""
    try:
        return canonical.decode(body, Inspection, "inspection")
    except CaptureError as error:
        raise LedgerError(f"Row {seq} of the ledger cannot be read: {error.message}", error.advice) from error


def shown(listing: Listing) -> HistoryRow:
    """The line of the history for a row of the search table. Raises ValueError for a time that is none."""
    values = {name: value for name, value in asdict(listing).items() if name not in _NOT_SHOWN}
    values["case"] = values.pop("case_number")
    values["made_at"] = datetime.fromisoformat(values["made_at"])
    return HistoryRow(**values)


def row_of(names: tuple[str, ...], row: tuple[object, ...]) -> HistoryRow:
    """A line of the history from these columns of the listing. Raises LedgerError for a value that is none."""
    values = dict(zip(names, row, strict=True))
    values["case"] = values.pop("case_number")
    try:
        values["made_at"] = datetime.fromisoformat(str(values["made_at"]))
        return HistoryRow(**values)  # type: ignore[arg-type]
    except (ValueError, TypeError) as error:
        raise LedgerError(
            f"The search table of the ledger is damaged ({error}).", "Run `gpu-inspector ledger verify`."
        ) from error
