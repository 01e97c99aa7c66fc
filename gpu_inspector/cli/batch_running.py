"""A queue worked through at the terminal: a line for each thing as it is durable, progress, the summary, the exit."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from gpu_inspector import log, settings
from gpu_inspector.cli import asking, batch_lines
from gpu_inspector.cli.progress import Meter
from gpu_inspector.errors import CaptureError
from gpu_inspector.language import N_, _, counted, said, visible
from gpu_inspector.records import batch as of_batch
from gpu_inspector.records.batch import BatchSummary, Terms
from gpu_inspector.records.finding import Identity
from gpu_inspector.workflow import inspecting, judging, signing, targets

if TYPE_CHECKING:
    from gpu_inspector.cli.batch_options import Wanted
    from gpu_inspector.report.identity import SigningIdentity
    from gpu_inspector.workflow.batch import Batch, Told
    from gpu_inspector.workflow.batch_queue import Item
    from gpu_inspector.workflow.batch_reporting import Writer

STOPPED = 130
_SIGNS = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Queue:
    """What is worked through: where it comes from, its things, how many they are where that is known."""

    source: str
    items: Iterable[Item | None]
    total: int | None = None
    still: Callable[[Item], bool] = field(default=lambda item: True)
    """Whether a file was left alone while it was read."""


def run(queue: Queue, terms: Terms, wanted: Wanted, ledger: Path, *, as_json: bool) -> NoReturn:
    """Work a queue through, write the summary, and end the command with the status of the worst."""
    from gpu_inspector.workflow.batch import Batch
    from gpu_inspector.workflow.batch_reporting import Writer

    summary = _summary_path(terms, wanted, ledger)
    targets.check(summary, targets.PDF, kept=targets.ledger_files(ledger))
    # Whoever cannot sign is to learn it now, and not after ten thousand.
    identity = signing.signer(asking.ask)
    with (
        Meter() as meter,
        Batch(ledger, terms, identity, named=bool(wanted.name), progress=meter, still=queue.still) as batch,
    ):
        writer = (
            Writer(batch, wanted.reports, wanted.page, identity, language=wanted.language)
            if wanted.reports is not None
            else None
        )
        door = _Door(batch, writer, meter, batch_lines.Pace(meter, queue.total), as_json)
        door.begin(queue)
        try:
            door.work(queue.items)
        except KeyboardInterrupt:
            door.stop()
        made = door.end(queue.source, summary, wanted, identity)
    sys.exit(status_of(made))


def _summary_path(terms: Terms, wanted: Wanted, ledger: Path) -> Path:
    """Where the summary goes: of one batch always the same, so that a newer one takes the older one's place.

    The same batch of another ledger is another one, and must not take it.
    """
    if wanted.summary is not None:
        return wanted.summary
    inspecting.make_folder(settings.report_folder())
    name = _SIGNS.sub("-", terms.name).strip("-")[:60]
    place = hashlib.sha256(os.fsencode(ledger.resolve())).hexdigest()[:8]
    return settings.report_folder() / f"batch-{name or 'batch'}-{of_batch.id_of(terms)[:8]}-{place}.pdf"


def status_of(made: BatchSummary) -> int:
    """The worst of the batch; FAULTY counts where identity has nothing against any card."""
    verdict = of_batch.verdict_of(made.rows, len(made.unread))
    if verdict is Identity.CONSISTENT and of_batch.faulty(made.rows):
        return judging.EXIT_FAULTY
    return judging.EXITS[verdict]


@dataclass(slots=True)
class _Door:
    """Between the batch and the terminal."""

    batch: Batch
    writer: Writer | None
    meter: Meter
    pace: batch_lines.Pace
    as_json: bool

    def begin(self, queue: Queue) -> None:
        """One sentence on what is worked on, to stderr; a note in the log."""
        click.echo(visible(self._beginning(queue.total)), err=True)
        log.event("batch-begun", resumed=self.batch.resumed, things=queue.total)

    def _beginning(self, total: int | None) -> str:
        name = self.batch.terms.name
        if total is None:
            if self.batch.resumed:
                return said("Batch “{name}” goes on.", name=name)
            return said("Batch “{name}” begins.", name=name)
        if self.batch.resumed:
            return counted(
                "Batch “{name}” goes on, {number} things in it.",
                "Batch “{name}” goes on, {number} things in it.",
                total,
                name=name,
            )
        return counted(
            "Batch “{name}” begins, {number} things in it.",
            "Batch “{name}” begins, {number} things in it.",
            total,
            name=name,
        )

    def work(self, items: Iterable[Item | None]) -> None:
        """All of them, each told when it is durable."""
        for item in items:
            self._tell(self.batch.take(item))
            if item is not None:
                self.pace.step()
        self._tell(self.batch.flush())

    def _tell(self, told: Iterator[Told]) -> None:
        for one in told:
            report = self.writer.write(one) if self.writer is not None else None
            if one.failure:
                log.event("batch-file-failed", number=len(self.batch.unread))
            self.meter.wipe()
            batch_lines.told(one, report, self.batch, as_json=self.as_json)

    def stop(self) -> NoReturn:
        """Ctrl-C: what was judged is kept and told, and how to go on."""
        self._tell(self.batch.flush())
        self.batch.end("stopped")
        self.meter.wipe()
        if self.as_json:
            click.echo(json.dumps(batch_lines.json_of_end(self.batch, None, self.pace.seconds)))
        given = ("gpu-inspector", *sys.argv[1:])
        again = " ".join(map(shlex.quote, given)) if sys.argv[1:] else _("the same command")
        text = counted(
            "Stopped. {number} were judged in this run, and are kept. To go on, give it again: {command}",
            "Stopped. {number} were judged in this run, and are kept. To go on, give it again: {command}",
            self.batch.kept,
            command=again,
        )
        click.echo(visible(text), err=True)
        sys.exit(STOPPED)

    def end(self, source: str, summary: Path, wanted: Wanted, identity: SigningIdentity) -> BatchSummary:
        """The summary, written and told. Raises CaptureError where nothing was there, ReportError, LedgerError."""
        from gpu_inspector.workflow import batch_summing

        self.batch.end()
        log.event("batch-ended", kept=self.batch.kept, failed=len(self.batch.unread))
        made = batch_summing.summary(self.batch, source, self.meter)
        if not made.rows and not made.unread:
            raise CaptureError("Nothing was judged: no file came.", "Name a folder or a list of dumps or captures.")
        self.meter(N_("summary: pages"), 0.99)
        done = batch_summing.write(
            made, self.batch.ledger.path, summary, wanted.page, identity=identity, language=wanted.language
        )
        self.meter.wipe()
        if self.as_json:
            click.echo(json.dumps(batch_lines.json_of_end(self.batch, done, self.pace.seconds)))
        else:
            batch_lines.end(self.batch, done, self.pace.seconds)
        return made
