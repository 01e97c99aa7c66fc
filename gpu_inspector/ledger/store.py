"""The ledger: one append-only SQLite file in which each row carries the digest of the row before it.

A row is one inspection, kept as the exact bytes that were hashed. It is on the disk before `append` returns:
a report never bears a number which the ledger does not know.
"""

import os
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, TextIO

from gpu_inspector.errors import CaptureError, LedgerError
from gpu_inspector.ledger import copies, schema, search, verification
from gpu_inspector.ledger.connection import (
    connect,
    immediate,
    ledger_errors,
    make_durable,
    make_file,
    require_header,
    require_regular,
    snapshot,
)
from gpu_inspector.records import canonical
from gpu_inspector.records.chain import GENESIS, LARGEST_SEQ, entry_for, fits
from gpu_inspector.records.inspection import Inspection, LedgerEntry

SHORTEST_BEGINNING = 4
"""Characters of an inspection's id that are enough to ask for it."""


class Ledger:
    """An open ledger. It belongs to the thread that opened it; any number of programs may have it open."""

    def __init__(self, path: Path, *, readonly: bool = False) -> None:
        """Open a ledger, or make it where there is none and `readonly` is False.

        Raises LedgerError for a file that is damaged, another program's, of a newer schema or read-only, for
        a folder that cannot be made, and for a full disk. A ledger that was tampered with still opens, so
        that `verify` can say what is wrong; it takes no new row.
        """
        self.path = path
        self.readonly = readonly
        self._closed = False
        self._damage: str | None = None
        with ledger_errors(path):
            exists = require_regular(path)
            if readonly and not exists:
                raise LedgerError(f"There is no ledger at {path}.", "It begins with the first inspection.")
            if not readonly:
                make_file(path)
                self._require_writable()
            require_header(path)
            self._connection = connect(path, readonly=readonly)
            try:
                self._begin()
            except BaseException:
                self._connection.close()
                raise

    def _require_writable(self) -> None:
        # SQLite opens what it may not write for reading, and says so only at the first row.
        if not os.access(self.path, os.W_OK):
            raise LedgerError(
                f"The ledger {self.path} is read-only.",
                "Ask for the right to write there, or name another file with --ledger.",
            )

    def _begin(self) -> None:
        version = schema.require_ours(self._connection, self.path)
        if self.readonly:
            if version < schema.VERSION:
                raise LedgerError(
                    f"{self.path} holds no ledger yet, or one of an older schema.",
                    "Open it once with an inspection, which brings it up to date.",
                )
            self._database = schema.wrap(self._connection)
            return
        make_durable(self._connection)
        self._database = schema.wrap(self._connection)
        if version < schema.VERSION:
            schema.migrate(self._database, self.path)
        self._damage = verification.damage_of_small(self._connection)
        if self._fault() is None and search.behind(self._connection):
            self.rebuild_index()

    def _fault(self) -> str | None:
        """Why no row may be put here: what can be seen in a few milliseconds; `verify` looks at everything."""
        return (
            self._damage
            or schema.difference(self._connection)
            or verification.fault_at_end(self._connection)
            or search.beyond(self._connection)
        )

    def append(self, inspection: Inspection) -> LedgerEntry:
        """Put an inspection on the ledger, durably, and say where it stands.

        The same inspection again (after a lost answer) gives the entry that it has. Raises LedgerError, and
        leaves the ledger as it was, where it cannot be written, was tampered with, or knows this id with
        another content.
        """
        try:
            body = canonical.encode(inspection)
        except CaptureError as error:
            raise LedgerError(
                f"The inspection cannot be kept: {error.message}",
                "Look at the case's fields for signs that are no letters, and inspect again.",
            ) from error
        if len(body) > canonical.LARGEST:
            raise LedgerError(f"The inspection has {len(body):,} bytes, more than the ledger takes.")
        with ledger_errors(self.path), immediate(self._connection):
            self._require_untouched()
            if search.behind(self._connection):
                search.rebuild(self._database)
            known = search.seq_of_id(self._connection, inspection.id)
            if known is not None:
                return self._again(known, inspection.id, body)
            return self._insert(inspection, body)

    def _insert(self, inspection: Inspection, body: bytes) -> LedgerEntry:
        last = self._connection.execute("SELECT max(seq) FROM inspection").fetchone()[0] or 0
        previous = bytes.fromhex(self._row(last)[0].digest) if last else GENESIS
        entry = entry_for(last + 1, previous, body)
        self._connection.execute(
            "INSERT INTO inspection(seq, prev, digest, body) VALUES (?, ?, ?, ?)",
            (entry.seq, previous, bytes.fromhex(entry.digest), body),
        )
        self._require_kept(entry, body)
        search.add(self._database, search.listing_of(entry.seq, inspection))
        return entry

    def _require_kept(self, entry: LedgerEntry, body: bytes) -> None:
        """Read the row back before it is told: SQLite reports no error where a hidden trigger dropped it."""
        kept = self._connection.execute(
            "SELECT seq, prev, digest, body FROM inspection ORDER BY seq DESC LIMIT 1"
        ).fetchone()
        if kept != (entry.seq, bytes.fromhex(entry.previous), bytes.fromhex(entry.digest), body):
            raise LedgerError(
                f"The ledger {self.path} did not keep row {entry.seq} as it was given; nothing was written.",
                "Keep the file as it is, and run `gpu-inspector ledger verify`.",
            )

    def _again(self, seq: int, inspection_id: str, body: bytes) -> LedgerEntry:
        entry, kept = self._row(seq)
        if kept != body:
            raise LedgerError(
                f"Inspection {inspection_id} stands in row {seq} already, with another content.",
                "Inspect again: a new inspection gets an id of its own.",
            )
        return entry

    def require_ready(self) -> None:
        """Raises LedgerError where no row could be put here: told before a card is measured for minutes."""
        with ledger_errors(self.path):
            self._require_untouched()

    def _require_untouched(self) -> None:
        if self.readonly:
            raise LedgerError(f"The ledger {self.path} is open for reading only; nothing was written.")
        fault = self._fault()
        if fault is not None:
            raise LedgerError(
                f"The ledger {self.path} was tampered with or damaged, and takes no new row: {fault}",
                "Keep the file as it is, and run `gpu-inspector ledger verify`; go on with the last backup.",
            )

    def _row(self, seq: int) -> tuple[LedgerEntry, bytes]:
        """A row whose digest fits its content. Raises LedgerError where there is none, or it does not."""
        found = None
        if 0 < seq <= LARGEST_SEQ:
            found = self._connection.execute(
                "SELECT prev, digest, body FROM inspection WHERE seq = ?", (seq,)
            ).fetchone()
        if found is None:
            raise LedgerError(f"The ledger {self.path} has no row {seq}.", "See `gpu-inspector history`.")
        previous, digest, body = found
        if not all(isinstance(cell, bytes) for cell in found):
            raise self._altered(seq)
        entry = LedgerEntry(seq=seq, previous=previous.hex(), digest=digest.hex())
        if not fits(entry, body):
            raise self._altered(seq)
        return entry, body

    def _altered(self, seq: int) -> LedgerError:
        return LedgerError(
            f"Row {seq} of the ledger was altered: its content and its digest do not belong together.",
            "Keep the file as it is, and run `gpu-inspector ledger verify`.",
        )

    def entry(self, reference: str | int) -> tuple[LedgerEntry, bytes]:
        """A row and the exact bytes of its body: by number, by id, or by the id's beginning.

        Raises LedgerError where nothing or more than one thing answers to it, or the row was altered.
        """
        with ledger_errors(self.path), snapshot(self._connection):
            if isinstance(reference, int):
                return self._row(reference)
            text = reference.strip()
            return self._row(int(text)) if self._means_a_number(text) else self._by_id(text)

    def _means_a_number(self, text: str) -> bool:
        """Digits are a row's number where there is such a row, or else the beginning of an id."""
        if not (text.isascii() and text.isdigit()):
            return False
        return len(text) < SHORTEST_BEGINNING or (len(text) < 20 and int(text) <= self._last())

    def _last(self) -> int:
        return int(self._connection.execute("SELECT max(seq) FROM inspection").fetchone()[0] or 0)

    def _by_id(self, text: str) -> tuple[LedgerEntry, bytes]:
        if len(text) < SHORTEST_BEGINNING:
            raise LedgerError(
                f'"{text}" is too short for an inspection.',
                f"Give its number in the ledger, or at least {SHORTEST_BEGINNING} characters of its id.",
            )
        exact = search.seq_of_id(self._connection, text)
        found = search.seqs_of_beginning(self._connection, text) if exact is None else (exact,)
        if len(found) > 1:
            raise LedgerError(f'More than one inspection\'s id begins with "{text}".', "Give more of the id.")
        if not found:
            raise LedgerError(f'The ledger has no inspection "{text}".', "See `gpu-inspector history`.")
        entry, body = self._row(found[0])
        if not search.inspection_of(entry.seq, body).id.lower().startswith(text.lower()):
            raise LedgerError(
                f"The search table says something else of row {entry.seq} than the row itself.",
                "Run `gpu-inspector ledger verify`, and ask for the row by its number.",
            )
        return entry, body

    def inspection(self, reference: str | int) -> tuple[LedgerEntry, Inspection]:
        """A row as a record; `reference` and errors are those of `entry`."""
        entry, body = self.entry(reference)
        return entry, search.inspection_of(entry.seq, body)

    def history(self, words: str = "", limit: int = 100, before: int | None = None) -> tuple[search.HistoryRow, ...]:
        """Up to `limit` rows, newest first; `before` goes on below the last number of the page before.

        Each of the words must begin a word of the case, product, serial, UUID, inspector, office, place,
        verdict or id; case and accents do not count.
        """
        with ledger_errors(self.path), snapshot(self._connection):
            return search.page(self._connection, words, limit, before)

    def count(self) -> int:
        """How many rows there are."""
        with ledger_errors(self.path):
            return int(self._connection.execute("SELECT count(*) FROM inspection").fetchone()[0])

    def verify(self) -> verification.LedgerVerdict:
        """Look at everything: chain, tables, triggers, search tables, pages. Writes nothing."""
        with ledger_errors(self.path), snapshot(self._connection):
            return verification.verdict(self._connection)

    def holds(self, entry: LedgerEntry) -> str | None:
        """None where this ledger has the row of a signed report; else a sentence that says what is wrong."""
        with ledger_errors(self.path), snapshot(self._connection):
            return verification.misfit(self._connection, entry)

    def rebuild_index(self) -> None:
        """Make the search tables anew from the rows. Raises LedgerError as `append` does."""
        with ledger_errors(self.path), immediate(self._connection):
            self._require_untouched()
            search.rebuild(self._database)

    def backup(self, target: Path) -> None:
        """Copy the ledger to a new, proven, single file. Raises LedgerError; never overwrites."""
        with ledger_errors(self.path):
            copies.backup(self._connection, target)

    def export(self, out: TextIO, form: Literal["jsonl", "csv"]) -> int:
        """Write all rows and say how many. Raises LedgerError, before the first one, for a broken chain.

        What `out` raises comes through as it is.
        """
        with closing(self._rows()) as rows:
            return copies.FORMS[form](rows, out)

    def _rows(self) -> Generator[tuple[LedgerEntry, bytes], None, None]:
        with ledger_errors(self.path), snapshot(self._connection):
            yield from verification.whole(self._connection)

    def close(self) -> None:
        """Let go of the file. A second time does nothing."""
        if not self._closed:
            self._closed = True
            with ledger_errors(self.path):
                self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
