"""The ledger: one append-only SQLite file in which each row carries the digest of the row before it.

A row is one inspection, kept as the exact bytes that were hashed. It is on the disk before `append` returns:
a report never bears a number which the ledger does not know.
"""

import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, TextIO

from gpu_inspector.errors import LedgerError
from gpu_inspector.language import N_
from gpu_inspector.ledger import checkpoints, copies, names, proof, rows, schema, search, verification
from gpu_inspector.ledger.anchoring import Anchor
from gpu_inspector.ledger.checkpoints import Checkpoints
from gpu_inspector.ledger.connection import (
    connect,
    hold,
    immediate,
    ledger_errors,
    let_go,
    make_durable,
    make_file,
    require_regular,
    snapshot,
)
from gpu_inspector.ledger.custody_log import CustodyLog
from gpu_inspector.ledger.finder import Finder
from gpu_inspector.ledger.listing import inspection_of
from gpu_inspector.ledger.lot_log import LotLog
from gpu_inspector.ledger.query import HistoryRow
from gpu_inspector.records.checkpoint import Statement
from gpu_inspector.records.inspection import Inspection, LedgerEntry


class Ledger:
    """An open ledger. It belongs to the thread that opened it; any number of programs may have it open."""

    def __init__(self, path: Path, *, readonly: bool = False, patience: float | None = None) -> None:
        """Open a ledger, or make it where there is none and `readonly` is False.

        Raises LedgerError for a file that is damaged, another program's, of a newer schema or read-only, for
        a folder that cannot be made, and for a full disk. A ledger that was tampered with still opens, so
        that `verify` can say what is wrong; it takes no new row. One of an older schema is brought up to date,
        unless it was tampered with or is opened for reading only. `patience` are the seconds that another program
        may hold the file, where they are not the usual ones.
        """
        self.path = path
        self.readonly = readonly
        self._patience = patience
        self._closed = False
        self._damage: str | None = None
        with ledger_errors(path):
            exists = require_regular(path)
            if readonly and not exists:
                raise LedgerError(f"There is no ledger at {path}.", "It begins with the first inspection.")
            if not readonly:
                make_file(path)
                self._require_writable()
            with ExitStack() as opened:
                opened.callback(let_go, hold(path))
                self._connection = opened.enter_context(closing(connect(path, readonly=readonly, patience=patience)))
                self._begin()
                self._open = opened.pop_all()

    def _require_writable(self) -> None:
        # SQLite opens what it may not write for reading, and says so only at the first row.
        if not os.access(self.path, os.W_OK):
            raise LedgerError(
                f"The ledger {self.path} is read-only.",
                "Ask for the right to write there, or name another file with --ledger.",
            )

    def _begin(self) -> None:
        version = schema.require_ours(self._connection, self.path)
        self._database = schema.wrap(self._connection)
        if self.readonly:
            if version == 0:
                raise LedgerError(f"{self.path} holds no ledger yet.", "It begins with the first inspection.")
            return
        make_durable(self._connection, self._patience)
        if version == 0:
            schema.migrate(self._database, self.path, search.rebuild)
        self._damage = verification.damage_of_small(self._connection)
        if 0 < version < schema.VERSION:
            self._bring_up_to_date()
        elif self.fault() is None and search.behind(self._connection):
            self.rebuild_index()

    def _bring_up_to_date(self) -> None:
        """Only what nobody tampered with: new search tables would hide what the old ones still tell."""
        if self.fault() is not None:
            return
        try:
            schema.migrate(self._database, self.path, search.rebuild)
        except LedgerError as error:
            self._damage = N_(f"It cannot be brought up to date: {error}")

    @property
    def outdated(self) -> bool:
        """Whether the file is of an older schema, in which some questions have no answer."""
        with ledger_errors(self.path):
            return schema.outdated(self._connection)

    @property
    def keeps_custody(self) -> bool:
        """Whether the file has a custody log and checkpoints: one of an older schema has not."""
        with ledger_errors(self.path):
            return schema.keeps_custody(self._connection)

    def fault(self) -> str | None:
        """Why no row may be put here: what can be seen in a few milliseconds; `verify` looks at everything."""
        with ledger_errors(self.path):
            return self._fault()

    def _fault(self) -> str | None:
        return (
            self._damage
            or schema.difference(self._connection)
            or verification.fault_at_end(self._connection)
            or checkpoints.beyond(self._connection)
            or search.beyond(self._connection)
        )

    def append(self, inspection: Inspection) -> LedgerEntry:
        """Put an inspection on the ledger, durably, and say where it stands.

        The same inspection again (after a lost answer) gives the entry that it has. Raises LedgerError, and
        leaves the ledger as it was, where it cannot be written, was tampered with, or knows this id with
        another content.
        """
        body = rows.body_of(inspection)
        with self._appending():
            return rows.put(self._connection, self.path, inspection, body)

    def append_all(
        self, pairs: Iterable[tuple[Inspection, bytes]], noted: rows.Noted
    ) -> tuple[tuple[LedgerEntry, bool], ...]:
        """Put several, with what `rows.body_of` made of them, on the ledger: all durably or none, a custody line each.

        Where each stands; False beside one whose id was there already, which stays as it was. Raises as `append`.
        """
        with self._appending():
            return tuple(rows.put_new(self._connection, self.path, *pair, noted) for pair in pairs)

    @contextmanager
    def _appending(self) -> Iterator[None]:
        with ledger_errors(self.path), immediate(self._connection):
            self._require_untouched()
            if search.behind(self._connection):
                search.rebuild(self._database)
            yield

    def number_of(self, inspection_id: str) -> int | None:
        """The row with exactly this id; None where there is none."""
        with ledger_errors(self.path):
            return search.seq_of_id(self._connection, inspection_id)

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

    def entry(self, reference: str | int) -> tuple[LedgerEntry, bytes]:
        """A row and the exact bytes of its body: by number, by id, or by the id's beginning.

        Raises LedgerError where nothing or more than one thing answers to it, or the row was altered.
        """
        with ledger_errors(self.path), snapshot(self._connection):
            if isinstance(reference, int):
                return rows.at(self._connection, self.path, reference)
            seq, by_id = names.seq_of(self._connection, reference.strip())
            entry, body = rows.at(self._connection, self.path, seq)
            if by_id and not inspection_of(seq, body).id.lower().startswith(reference.strip().lower()):
                raise LedgerError(
                    f"The search table says something else of row {seq} than the row itself.",
                    "Run `gpu-inspector ledger verify`, and ask for the row by its number.",
                )
            return entry, body

    def inspection(self, reference: str | int) -> tuple[LedgerEntry, Inspection]:
        """A row as a record; `reference` and errors are those of `entry`."""
        entry, body = self.entry(reference)
        return entry, inspection_of(entry.seq, body)

    def history(self, words: str = "", limit: int = 100, before: int | None = None) -> tuple[HistoryRow, ...]:
        """Up to `limit` rows, newest first; `before` goes on below the last number of the page before.

        Each of the words must begin a word of the case, product, serial, UUID, inspector, office, place,
        verdict or id; case and accents do not count.
        """
        with ledger_errors(self.path), snapshot(self._connection):
            return search.page(self._connection, words, limit, before)

    @property
    def finder(self) -> Finder:
        """Rows by filters, in any order, page by page."""
        return Finder(self._connection, self.path)

    def count(self) -> int:
        """How many rows there are."""
        with ledger_errors(self.path):
            return int(self._connection.execute("SELECT count(*) FROM inspection").fetchone()[0])

    @property
    def checkpoints(self) -> Checkpoints:
        """The signed checkpoints within the file."""
        return Checkpoints(self._connection, self.path, self._require_untouched)

    @property
    def custody(self) -> CustodyLog:
        """The log of what was done with the records."""
        return CustodyLog(self._connection, self.path, self._require_untouched)

    @property
    def lots(self) -> LotLog:
        """Lots, and which inspections were put into them."""
        return LotLog(self._connection, self.path, self._require_untouched)

    def verify(self, outside: tuple[Anchor, ...] = (), sound: Statement | None = None) -> verification.LedgerVerdict:
        """Look at everything: chain, checkpoints, custody log, tables, search tables, pages. Writes nothing.

        `outside` and `sound` are those of `verification.verdict`.
        """
        with ledger_errors(self.path), snapshot(self._connection):
            return verification.verdict(self._connection, outside, sound)

    def holds(self, entry: LedgerEntry) -> str | None:
        """None where this ledger has the row of a signed report; else a sentence that says what is wrong."""
        with ledger_errors(self.path), snapshot(self._connection):
            return proof.misfit(self._connection, entry)

    def rebuild_index(self) -> None:
        """Make the search tables anew from the rows. Raises LedgerError as `append` does."""
        with ledger_errors(self.path), immediate(self._connection):
            self._require_untouched()
            search.rebuild(self._database)

    def backup(self, target: Path) -> None:
        """Copy the ledger to a new, proven, single file. Raises LedgerError; never overwrites."""
        with ledger_errors(self.path):
            copies.backup(self._connection, target)

    def proof(self, seq: int) -> proof.Proof:
        """What the row itself, the rows beside it and the search table say of row `seq`. Writes nothing."""
        with ledger_errors(self.path), snapshot(self._connection):
            return proof.proof_of(self._connection, seq)

    def export(self, out: TextIO, form: Literal["jsonl", "csv"], seqs: Iterable[int] | None = None) -> int:
        """Write all rows, or those of these numbers, and say how many.

        Raises LedgerError: for a broken chain before the first row is written, for a chosen row that was altered when
        it is reached. What `out` raises comes through as it is.
        """
        with closing(self._rows() if seqs is None else self.chosen(seqs)) as chosen:
            return copies.FORMS[form](chosen, out)

    def _rows(self) -> Generator[tuple[LedgerEntry, bytes], None, None]:
        with ledger_errors(self.path), snapshot(self._connection):
            yield from verification.whole(self._connection)

    def chosen(self, seqs: Iterable[int]) -> Generator[tuple[LedgerEntry, bytes], None, None]:
        """These rows; close it before anything else is asked. Raises LedgerError for one that is missing or altered."""
        with ledger_errors(self.path), snapshot(self._connection):
            yield from (rows.at(self._connection, self.path, seq) for seq in seqs)

    def close(self) -> None:
        """Let go of the file. A second time does nothing."""
        if not self._closed:
            self._closed = True
            with ledger_errors(self.path):
                self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
