"""An export that proves itself: the rows of a day as JSON lines, and a last line that is signed over all of them.

Whoever has the file and the office's certificate can check it without the ledger: each row's digest over its text,
each row that follows another against the one before it, and the signature over the SHA-256 of all lines. What it
cannot tell is whether the ledger has rows that were not exported: the manifest says which span was asked for.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, TextIO, cast

import msgspec

from gpu_inspector.errors import CaptureError, GpuInspectorError
from gpu_inspector.language import N_
from gpu_inspector.ledger.query import Order, Query
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical, chain
from gpu_inspector.records.decoders import decoder
from gpu_inspector.workflow import signing, statements
from gpu_inspector.workflow.dates import QuestionError, days

KIND = "ledger-export"
_LONGEST_LINE = canonical.LARGEST + 4096
_AGAIN = N_("Ask for the file again, unedited.")


class ExportError(GpuInspectorError):
    """A signed export cannot be read, or is not what its signature covers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The statement in the last line. Digests are 64 hexadecimal digits."""

    kind: str = KIND
    office: str
    made_at: datetime
    rows: int
    first: int
    """The number of the first row, 0 where there is none."""
    last: int
    head: str
    """The digest of the last row; "" where there is none."""
    since: str
    """The span that was asked for, ISO 8601 in UTC; "" where it has no beginning, or no end."""
    until: str
    sha256: str
    """Of all lines before this one, with their ends."""
    format: int = field(default=canonical.FORMAT)


@dataclass(frozen=True, slots=True)
class Span:
    """Times between which inspections were made; `until` is not included. None is no bound."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CheckedExport:
    """A signed export that is as it was signed."""

    manifest: Manifest
    signer: statements.Signer


class _Line(msgspec.Struct):
    seq: int
    prev: str
    digest: str
    body: msgspec.Raw


class _Hashing(io.TextIOBase):
    """Text on its way into a file, hashed as the bytes that it becomes."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.total = hashlib.sha256()

    def write(self, text: str, /) -> int:
        data = text.encode("utf-8")
        self.total.update(data)
        self._out.write(data)
        return len(text)


def span_of(day: str, since: str, until: str) -> Span:
    """The span of "2026-11-25", or from the beginning of one day, month or year to the end of another, local time.

    Raises QuestionError for what is no date.
    """
    if day and (since or until):
        raise QuestionError("A day is a span of its own.", "Leave --since and --until out, or --day.")
    begin, end = days(day or since), days(day or until)
    found = Span(begin[0] if begin is not None else None, end[1] if end is not None else None)
    if found.since is not None and found.until is not None and found.since >= found.until:
        raise QuestionError("This span ends before it begins.", "Look at --since and --until.")
    return found


def rows_of(ledger: Ledger, span: Span) -> tuple[int, ...] | None:
    """The numbers of the rows that were made in a span, rising; None for all. Raises LedgerError."""
    if span == Span():
        return None
    query = Query(since=span.since, until=span.until, order=Order.NUMBER, descending=False)
    return ledger.finder.seqs(query, ledger.finder.head())


def write(ledger: Ledger, out: BinaryIO, span: Span, office: str, ask: signing.Ask = signing.nobody) -> int:
    """Write the rows of a span and the signed last line; how many rows. Raises LedgerError, ReportError, OSError."""
    identity = signing.signer(ask)  # asked first: a key that is not to be had must not leave half a file
    seqs = rows_of(ledger, span)
    hashing = _Hashing(out)
    rows = ledger.export(cast(TextIO, hashing), "jsonl", seqs)
    first, last = ((seqs[0], seqs[-1]) if seqs else (0, 0)) if seqs is not None else (min(rows, 1), rows)
    manifest = Manifest(
        office=office,
        made_at=datetime.now(UTC).replace(microsecond=0),
        rows=rows,
        first=first,
        last=last,
        head=ledger.entry(last)[0].digest if last else "",
        since=_iso(span.since),
        until=_iso(span.until),
        sha256=hashing.total.hexdigest(),
    )
    try:
        statement = canonical.encode(manifest)
    except CaptureError as error:
        raise ExportError("The office's name holds signs that are no letters.", "Write it anew.") from error
    out.write(statements.framed(statement, statements.sign(statement, identity)) + b"\n")
    return rows


def _iso(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment is not None else ""


def check(path: Path, trust: tuple[bytes, ...]) -> CheckedExport:
    """Examine a signed export without its ledger. Raises ExportError, which names the first line that is wrong."""
    try:
        with path.open("rb") as file:
            return _checked(file, trust)
    except OSError as error:
        raise ExportError(f"{path} cannot be read ({error.strerror or error}).", "Look at the name.") from error


def _checked(file: BinaryIO, trust: tuple[bytes, ...]) -> CheckedExport:
    total = hashlib.sha256()
    before: _Line | None = None
    rows = first = 0
    last_line = b""
    for number, (line, is_last) in enumerate(_lines(file), 1):
        if is_last:
            last_line = line
            break
        found = _row(number, line, before)
        total.update(line)
        rows, first, before = rows + 1, first or found.seq, found
    manifest, signer = _manifest(last_line, trust)
    seen = (rows, first, before.seq if before else 0, before.digest if before else "", total.hexdigest())
    if seen != (manifest.rows, manifest.first, manifest.last, manifest.head, manifest.sha256):
        raise ExportError(
            f"The lines are not those that were signed: {rows} rows are here, {manifest.rows} were signed.", _AGAIN
        )
    return CheckedExport(manifest, signer)


def _lines(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Each line with its end, and whether it is the last one; one line is in memory, and one ahead."""
    line = _read(file)
    while True:
        ahead = _read(file)
        yield line, not ahead
        if not ahead:
            return
        line = ahead


def _read(file: BinaryIO) -> bytes:
    line = file.readline(_LONGEST_LINE + 1)
    if len(line) > _LONGEST_LINE:
        raise ExportError("It has a line that is longer than any line of an export.", _AGAIN)
    return line


def _row(number: int, line: bytes, before: _Line | None) -> _Line:
    try:
        found = decoder(_Line).decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise ExportError(f"Line {number} is no row of an export.", _AGAIN) from error
    body = bytes(found.body)
    rebuilt = f'{{"seq":{found.seq},"prev":"{found.prev}","digest":"{found.digest}","body":'.encode() + body + b"}\n"
    fits = _guarded(lambda: chain.entry_for(found.seq, bytes.fromhex(found.prev), body).digest == found.digest)
    if rebuilt != line or not fits:
        raise ExportError(f"Line {number} was altered: its content and its digest do not belong together.", _AGAIN)
    if before is not None and found.seq <= before.seq:
        raise ExportError(f"Line {number} is out of order.", _AGAIN)
    if before is not None and found.seq == before.seq + 1 and found.prev != before.digest:
        raise ExportError(f"Line {number} does not follow the row before it.", _AGAIN)
    return found


def _guarded(ask: Callable[[], bool]) -> bool:
    try:
        return ask()
    except ValueError:
        return False


def _manifest(line: bytes, trust: tuple[bytes, ...]) -> tuple[Manifest, statements.Signer]:
    if not line:
        raise ExportError("The file is empty.", _AGAIN)
    try:
        statement, envelope = statements.unframed(line.removesuffix(b"\n"))
    except statements.StatementError as error:
        raise ExportError(
            f"The last line is no signature over the others: cut off, or exported without --signed. {error.message}",
            _AGAIN,
        ) from error
    try:
        manifest = canonical.decode(statement, Manifest, N_("export's last line"))
        if manifest.kind != KIND or manifest.made_at.tzinfo is None:
            raise ExportError("What is signed in the last line is no export.", _AGAIN)
        return manifest, statements.check(statement, envelope, trust, manifest.made_at)
    except (CaptureError, statements.StatementError) as error:
        raise ExportError(f"The last line cannot be used: {error.message}", _AGAIN) from error
