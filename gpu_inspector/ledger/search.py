"""Finding rows again: a listing and its words, made from the bodies and never believed over them."""

import sqlite3
from dataclasses import asdict, astuple, dataclass, fields
from datetime import UTC, datetime

from gpu_inspector.errors import CaptureError, LedgerError
from gpu_inspector.ledger.database import Database
from gpu_inspector.ledger.schema import WORD_COLUMNS, WORDS_OPTIONS
from gpu_inspector.records import canonical
from gpu_inspector.records.chain import LARGEST_SEQ
from gpu_inspector.records.inspection import Inspection


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One line of the history. `product` joins several by ", "; `made_at` is UTC; `cards` is their number."""

    seq: int
    id: str
    made_at: datetime
    case: str
    product: str
    verdict: str
    inspector: str
    office: str
    place: str
    cards: int
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One row of the search table, field by column."""

    seq: int
    id: str
    made_at: str
    case_number: str
    product: str
    verdict: str
    inspector: str
    office: str
    place: str
    cards: int
    origin: str
    numbers: str


_COLUMNS = tuple(field.name for field in fields(Listing))
_SHOWN = ", ".join(f"listing.{name}" for name in _COLUMNS if name != "numbers")
_ALL = f"SELECT {', '.join(_COLUMNS)} FROM listing"  # noqa: S608 - the names are our own
_FILL_WORDS = (
    f"INSERT INTO listing_words(rowid, {', '.join(WORD_COLUMNS)}) "  # noqa: S608 - the names are our own
    f"SELECT seq, {', '.join(WORD_COLUMNS)} FROM listing WHERE seq = ?"
)
_PAGE = f"SELECT {_SHOWN} FROM listing WHERE seq < ? ORDER BY seq DESC LIMIT ?"  # noqa: S608
_PAGE_OF_WORDS = (
    f"SELECT {_SHOWN} FROM listing_words JOIN listing ON listing.seq = listing_words.rowid "  # noqa: S608
    "WHERE listing_words MATCH ? AND listing_words.rowid < ? ORDER BY listing_words.rowid DESC LIMIT ?"
)


def listing_of(seq: int, inspection: Inspection) -> Listing:
    """What the search table has to say of an inspection."""
    case = inspection.case
    numbers: list[str] = []
    for card in inspection.evidence.cards:
        for claims in (card.nvml, card.nvidia_smi):
            if claims is not None:
                numbers += [number for number in (claims.serial, claims.uuid) if number]
    return Listing(
        seq=seq,
        id=inspection.id,
        made_at=_time(inspection.made_at),
        case_number=case.number,
        product=", ".join(dict.fromkeys(card.product for card in inspection.judgement.cards)),
        verdict=str(inspection.judgement.verdict),
        inspector=case.inspector,
        office=case.office,
        place=case.place,
        cards=len(inspection.evidence.cards),
        origin=str(inspection.evidence.origin),
        numbers=" ".join(dict.fromkeys(numbers)),
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
    values = asdict(listing)
    values.pop("numbers")
    values["case"] = values.pop("case_number")
    values["made_at"] = datetime.fromisoformat(values["made_at"])
    return HistoryRow(**values)


def add(database: Database, listing: Listing) -> None:
    """Put one row into the search tables, inside the caller's transaction."""
    database.table("listing").insert(asdict(listing))
    database.conn.execute(_FILL_WORDS, (listing.seq,))


def behind(connection: sqlite3.Connection) -> bool:
    """Whether the search tables lack rows. They may be made again, unless they are `beyond` the ledger too."""
    counts = "SELECT (SELECT count(*) FROM listing) < (SELECT count(*) FROM inspection)"
    return bool(connection.execute(counts).fetchone()[0])


def beyond(connection: sqlite3.Connection) -> str | None:
    """What the search tables know of rows that the ledger lacks, the trace of a tail that was cut off; or None.

    Asked of a chain without gaps, so that the numbers at the ends are enough.
    """
    first, last, words, rows = connection.execute(
        "SELECT (SELECT coalesce(min(seq), 1) FROM listing), (SELECT coalesce(max(seq), 0) FROM listing),"
        " (SELECT coalesce(max(id), 0) FROM listing_words_docsize), (SELECT count(*) FROM inspection)"
    ).fetchone()
    if first >= 1 and max(last, words) <= rows:
        return None
    return (
        f"The search tables know row {max(last, words) if first >= 1 else first}, which the ledger does not have:"
        " rows were taken from it."
    )


def rebuild(database: Database) -> None:
    """Make the search tables anew from the bodies, inside the caller's transaction.

    Raises LedgerError for a body that holds no inspection.
    """
    connection = database.conn
    connection.execute("DELETE FROM listing")
    rows = connection.execute("SELECT seq, body FROM inspection ORDER BY seq")
    listings = (listing_of(seq, inspection_of(seq, body)) for seq, body in rows)
    database.table("listing").insert_all(asdict(listing) for listing in listings)
    connection.execute("INSERT INTO listing_words(listing_words) VALUES ('rebuild')")


def match(words: str) -> str | None:
    """People's words as a question to FTS5: each is the beginning of a word, and all have to be there.

    None where not one of them holds a letter or a digit. Everything is quoted: a bare `-` or `:` is syntax.
    """
    parts = []
    for word in words.replace("\0", " ").split():
        clean = _storable(word)
        if any(sign.isalnum() for sign in clean):
            parts.append('"' + clean.replace('"', '""') + '"*')
    return " ".join(parts) or None


def page(connection: sqlite3.Connection, words: str, limit: int, before: int | None) -> tuple[HistoryRow, ...]:
    """Up to `limit` rows below the number `before`, newest first."""
    below = min(LARGEST_SEQ, LARGEST_SEQ if before is None else before)
    most = max(0, min(limit, LARGEST_SEQ))
    if below <= 0:
        return ()
    if not words.strip():
        rows = connection.execute(_PAGE, (below, most))
    else:
        question = match(words)
        if question is None:
            return ()
        rows = connection.execute(_PAGE_OF_WORDS, (question, below, most))
    names = tuple(name for name in _COLUMNS if name != "numbers")
    try:
        return tuple(shown(Listing(numbers="", **dict(zip(names, row, strict=True)))) for row in rows)
    except (ValueError, TypeError) as error:
        raise LedgerError(
            f"The search table of the ledger is damaged ({error}).", "Run `gpu-inspector ledger verify`."
        ) from error


def seq_of_id(connection: sqlite3.Connection, inspection_id: str) -> int | None:
    """The row of the inspection with this id."""
    found = connection.execute("SELECT seq FROM listing WHERE id = ?", (_storable(inspection_id),)).fetchone()
    return None if found is None else int(found[0])


def seqs_of_beginning(connection: sqlite3.Connection, beginning: str) -> tuple[int, ...]:
    """The first two rows whose inspection's id begins so: enough to see that it is ambiguous."""
    first = _storable(beginning)
    found = connection.execute(
        "SELECT seq FROM listing WHERE id >= ? AND id < ? ORDER BY id LIMIT 2", (first, first + "\U0010ffff")
    )
    return tuple(seq for (seq,) in found)


def _storable(text: str) -> str:
    """Text from a command line may hold half characters, which SQLite does not take."""
    return text.encode("utf-8", "replace").decode("utf-8")


def disagreement(connection: sqlite3.Connection) -> tuple[int | None, str] | None:
    """The first row of which the search tables say something else than its body, and what; None when none.

    The words are compared with words made afresh in memory, since FTS5's own check would write to the file.
    """
    listings = connection.execute(f"{_ALL} ORDER BY seq")
    for seq, body in connection.execute("SELECT seq, body FROM inspection ORDER BY seq"):
        try:
            expected = listing_of(seq, inspection_of(seq, body))
        except LedgerError as error:
            return seq, str(error)
        if listings.fetchone() != astuple(expected):
            return seq, f"The search table says something else of row {seq} than the row itself."
    if listings.fetchone() is not None:
        return None, "The search table has rows that the ledger does not have."
    return _word_disagreement(connection)


def _word_disagreement(connection: sqlite3.Connection) -> tuple[int | None, str] | None:
    """The temporary tables go when the caller's transaction is rolled back."""
    for statement in (
        f"CREATE VIRTUAL TABLE temp.fresh_words USING fts5({', '.join(WORD_COLUMNS)}, {WORDS_OPTIONS})",
        _FILL_WORDS.replace("listing_words", "temp.fresh_words").removesuffix(" WHERE seq = ?"),
        "CREATE VIRTUAL TABLE temp.kept USING fts5vocab(main, listing_words, instance)",
        "CREATE VIRTUAL TABLE temp.fresh USING fts5vocab(temp, fresh_words, instance)",
    ):
        connection.execute(statement)
    for one, other in (("kept", "fresh"), ("fresh", "kept")):
        row = connection.execute(
            f"SELECT doc FROM (SELECT * FROM temp.{one} EXCEPT SELECT * FROM temp.{other})"  # noqa: S608
            " ORDER BY doc LIMIT 1"
        ).fetchone()
        if row is not None:
            return int(row[0]), f"The search words of row {row[0]} are not those of the row."
    return None
