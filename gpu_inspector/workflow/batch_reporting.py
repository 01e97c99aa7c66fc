"""The signed report of each inspection of a batch, where they are wanted: beside each other in one folder.

A report is made after its row is durable, and one that is missing when the work is gone on with is made then. So a full
disk or a kill costs a report at most until the same command is given again.
"""

from __future__ import annotations

from pathlib import Path

from gpu_inspector.errors import ReportError
from gpu_inspector.language import ENGLISH, N_
from gpu_inspector.records.inspection import LedgerEntry
from gpu_inspector.report.identity import SigningIdentity
from gpu_inspector.workflow import custody, inspecting
from gpu_inspector.workflow.batch import Batch, Told


class Writer:
    """Writes the reports of one batch into its folder."""

    def __init__(
        self, batch: Batch, folder: Path, page: str, identity: SigningIdentity, *, language: str = ENGLISH
    ) -> None:
        """Raises ReportError where the folder cannot be made."""
        inspecting.make_folder(folder)
        self._batch, self._folder, self._page, self._identity = batch, folder, page, identity
        self._language = language
        self._covered, self._checkpoint = 0, b""

    def place(self, told: Told) -> Path | None:
        """Where the report of this one belongs; None where there is no inspection."""
        if told.entry is None:
            return None
        # The row's digest, for another ledger's batch of the same name gives the same content the same id.
        return self._folder / f"report-{told.entry.seq:06d}-{told.entry.digest[:8]}.pdf"

    def write(self, told: Told) -> Path | None:
        """The report, made where it is missing. Raises ReportError, LedgerError: the row is kept all the same."""
        path = self.place(told)
        if path is None or told.entry is None:
            return None
        if path.is_file() and told.inspection is None:
            return path
        entry, body = self._batch.ledger.entry(told.entry.seq)
        _, inspection = self._batch.ledger.inspection(entry.seq)
        try:
            inspecting.write_report(
                inspection,
                entry,
                path,
                self._page,
                body,
                identity=self._identity,
                checkpoint=self._vouched(entry),
                language=self._language,
            )
        except ReportError as error:
            raise ReportError(
                f"{error.message} Inspection {entry.seq} is kept.",
                N_(f"{error.advice} Then give the same command again: reports that are missing are made then.").strip(),
            ) from error
        if noted := custody.note(self._batch.ledger.path, custody.What.REPORT_MADE, entry.seq, path.name):
            self._batch.remarks[noted] = None
        return path

    def _vouched(self, entry: LedgerEntry) -> bytes:
        """A checkpoint of the ledger that covers the row: one for all that became durable together."""
        if entry.seq > self._covered:
            self._covered = self._batch.ledger.count()
            self._checkpoint = self._batch.vouch()
        return self._checkpoint
