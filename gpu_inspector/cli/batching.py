"""`batch` and `watch`: a queue of files or cards, each an inspection of its own, one signed summary of all."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import signal
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import batch_options, declared, options
from gpu_inspector.errors import CaptureError
from gpu_inspector.records import batch as of_batch
from gpu_inspector.records import canonical
from gpu_inspector.records.batch import Terms
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.workflow import targets

if TYPE_CHECKING:
    from gpu_inspector.cli.batch_options import Wanted
    from gpu_inspector.workflow.batch_queue import Item

LARGEST_LIST = 64 * 1024 * 1024
"""Bytes of a list without a name."""


@click.command("batch")
@click.argument("queue", metavar="FOLDER|-", type=click.Path(path_type=Path, readable=False))
@click.option("--recursive", is_flag=True, help="Look into the folders below, too; links to folders are not followed.")
@click.option(
    "-0", "--null", is_flag=True, help="The lines of standard input end with a zero byte, as find -print0 has."
)
@batch_options.measured
@batch_options.batch_options
@declared.declared_options
@options.case_options
@options.ledger_option
@options.json_option
def batch(
    queue: Path,
    recursive: bool,
    null: bool,
    profile: str | None,
    minutes: float,
    wanted: Wanted,
    declaration: Declaration,
    case: Case,
    ledger: Path,
    as_json: bool,
) -> None:
    """Inspect every file of a folder, or what standard input lists; each once, however often it is stopped.

    With - each line is a path, a card of this machine (number, PCI address or UUID), or simulation:NAME[:SEED]. Each
    becomes an inspection of the ledger; the same command again goes on where it was stopped. At the end one signed
    summary is written. Exit status as `inspect`, of the worst; what cannot be read counts as INCONCLUSIVE; 130 stopped.
    """
    from gpu_inspector.cli.batch_running import Queue, run
    from gpu_inspector.workflow import batch_queue

    listed = str(queue) == "-"
    if listed and recursive:
        raise click.UsageError("--recursive goes with a folder.")
    if not listed and (null or profile is not None):
        raise click.UsageError("A folder holds files, of which none can be measured: leave -0 and --profile out.")
    measured = batch_options.profile(profile) if listed else None
    whole = _whole_list() if listed and not wanted.name else None
    terms = _terms(wanted, queue if whole is None else whole, case, declaration, measured, minutes)
    kept = _outputs(wanted, ledger, terms, None if listed else queue)
    if listed:
        stream = sys.stdin.buffer if whole is None else io.BytesIO(whole)
        items: Iterable[Item | None] = batch_queue.of_list(stream, b"\0" if null else b"\n")
        work = Queue("list", items, None)
    else:
        if not queue.is_dir():
            raise click.UsageError(f"{queue} is no folder. One file: gpu-inspector inspect --from FILE")
        found = batch_queue.of_folder(queue, recursive, batch_queue.resolved(kept))
        work = Queue("folder", found, len(found))
    run(work, terms, wanted, ledger, as_json=as_json)


@click.command("watch")
@click.argument("folder", type=click.Path(path_type=Path, readable=False))
@click.option("--recursive", is_flag=True, help="Look into the folders below, too; links to folders are not followed.")
@click.option(
    "--every", type=click.FloatRange(0.05, 3600), default=2.0, show_default=True, metavar="SECONDS",
    help="Between two looks; a file is taken when two looks find it alike.",
)  # fmt: skip
@click.option("--until-idle", type=click.FloatRange(0), metavar="SECONDS", help="End when nothing came for so long.")
@click.option("--count", type=click.IntRange(1), metavar="N", help="End after so many files.")
@batch_options.batch_options
@declared.declared_options
@options.case_options
@options.ledger_option
@options.json_option
def watch(
    folder: Path,
    recursive: bool,
    every: float,
    until_idle: float | None,
    count: int | None,
    wanted: Wanted,
    declaration: Declaration,
    case: Case,
    ledger: Path,
    as_json: bool,
) -> None:
    """Inspect the files of a folder as they arrive: those that lie there already, and each that is complete.

    Hidden and temporary names are left alone until they get another. Ctrl-C is the normal end: the signed summary is
    written then, and the exit status is that of the worst, as `batch` has it. The same command goes on with the batch.
    """
    from gpu_inspector.cli.batch_running import Queue, run
    from gpu_inspector.workflow.batch_watch import Ending, Watch

    if not folder.is_dir():
        raise click.UsageError(f"{folder} is no folder.")
    stop = _Stop()
    ending = Ending(until_idle, count or 0)
    terms = _terms(wanted, folder, case, declaration, None, 0.0)
    kept = _outputs(wanted, ledger, terms, folder)
    watched = Watch(folder, recursive=recursive, every_seconds=every, ending=ending, kept=kept, stopped=stop.asked)
    queue = Queue("watched", watched, None, still=watched.still)
    with stop:
        run(queue, terms, wanted, ledger, as_json=as_json)


class _Stop:
    """Ctrl-C or SIGTERM, once: what is being judged is brought to its end. A second time ends at once."""

    def __init__(self) -> None:
        self._asked = False

    def asked(self) -> bool:
        return self._asked

    def _ask(self, number: int, _frame: object) -> None:
        self._asked = True
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)

    def __enter__(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(ValueError):  # not in the main thread: who embeds the command stops it otherwise
                signal.signal(number, self._ask)

    def __exit__(self, *_: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(ValueError):
                signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


def _outputs(wanted: Wanted, ledger: Path, terms: Terms, folder: Path | None) -> tuple[Path, ...]:
    """What this command and the ledger write; none of it is taken for a dump. Raises click.UsageError."""
    from gpu_inspector.workflow import batch_lock

    if folder is not None and wanted.reports is not None and wanted.reports.resolve() == folder.resolve():
        raise click.UsageError("The reports would be taken for dumps there: name another folder with --reports.")
    given = [one for one in (wanted.summary, wanted.reports) if one is not None]
    return (*targets.ledger_files(ledger), batch_lock.path_of(ledger, of_batch.id_of(terms)), *given)


def _whole_list() -> bytes:
    """A list without a name is known by what it lists, so it is read to its end first. Raises click.UsageError."""
    try:
        data = sys.stdin.buffer.read(LARGEST_LIST + 1)
    except OSError as error:
        raise CaptureError(f"Standard input cannot be read ({error.strerror}).") from error
    if len(data) > LARGEST_LIST:
        raise click.UsageError("So long a list needs a name: give --name TEXT.")
    return data


def _terms(
    wanted: Wanted, of_what: Path | bytes, case: Case, declaration: Declaration, profile: str | None, minutes: float
) -> Terms:
    """Under which everything is judged; without --name the name follows from the folder or list and these."""
    made = Terms(
        name=wanted.name, case=case, declaration=declaration, profile=profile or "", minutes=minutes if profile else 0.0
    )
    if wanted.name:
        return made
    if isinstance(of_what, bytes):
        return replace(made, name=f"list {hashlib.sha256(of_what + canonical.encode(made)).hexdigest()[:8]}")
    place = os.fsencode(of_what.resolve())
    digest = hashlib.sha256(place + b"\0" + canonical.encode(made)).hexdigest()[:8]
    name = os.fsencode(of_what.resolve().name).decode("utf-8", "replace")
    clean = "".join(one if one.isprintable() else "?" for one in name)[: batch_options.LONGEST_NAME - 9]
    return replace(made, name=f"{clean or 'folder'} {digest}")
