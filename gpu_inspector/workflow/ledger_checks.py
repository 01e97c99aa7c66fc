"""The whole ledger held against all that vouches for it: checkpoints within, beside, in a report, in a drawer.

The ledger's own chain tells what was changed within the file. Only what was signed and lies elsewhere tells that the
tail was cut off, that rows were written anew, or that the file is another one.
"""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import cast

from gpu_inspector.errors import CaptureError, GpuInspectorError, LedgerError
from gpu_inspector.language import N_
from gpu_inspector.ledger.anchoring import Anchor
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.ledger.verification import LedgerVerdict
from gpu_inspector.records import checkpoint as checkpoints_of
from gpu_inspector.records.batch import BatchSummary
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.inspection import LedgerEntry
from gpu_inspector.report.deferred import LOADING
from gpu_inspector.workflow import batch_reports, checkpoints, verifying
from gpu_inspector.workflow.checkpoints import Checked
from gpu_inspector.workflow.statements import Signer
from gpu_inspector.workflow.whole_files import read_at_most

EXAMINED = 4
"""Signatures of kept checkpoints that are examined each time, the last ones; `everything` examines all. Each names the
one before it, so the last one's signature vouches for the bytes of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was found: `problem` is None where all is whole, `row` the first wrong row where one can be named."""

    found: LedgerVerdict
    problem: str | None
    row: int | None
    signers: tuple[Signer, ...] = ()
    """Whose signatures the examined checkpoints bear, the commonest first."""
    examined: int = 0
    """Kept checkpoints whose signature was examined."""
    outside: tuple[str, ...] = ()
    """What from outside of the file it was held against."""
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Gathered:
    """What vouches for the ledger, as far as it was sound, and what was wrong with the rest."""

    anchors: list[Anchor] = field(default_factory=list)
    signers: Counter[Signer] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    anchored: str = ""
    """What else from outside was held against the rows one by one."""


def verify(
    ledger: Path,
    *,
    report: Path | None = None,
    checkpoint: Path | None = None,
    everything: bool = False,
    trust: tuple[bytes, ...] = (),
) -> Result:
    """Hold a ledger against its own chain and every checkpoint in reach.

    `everything` reads a large ledger from its first row on and examines every kept signature. With `trust`
    (certificates, PEM or DER) only what they signed vouches for the ledger. Raises LedgerError where the ledger cannot
    be opened, CaptureError or StatementError where the report or the checkpoint that was handed in is not sound itself.
    """
    gathered = _Gathered()
    entry = _of_report(report, trust, gathered) if report is not None else None
    batch = entry if isinstance(entry, BatchSummary) else None
    entry = entry if isinstance(entry, LedgerEntry) else None
    if checkpoint is not None:
        _of_file(checkpoint, trust, gathered)
    with Ledger(ledger, readonly=True) as opened:
        if batch is not None:
            gathered.problems += batch_reports.against_ledger(batch, opened)
            gathered.anchored = N_(
                f"The summary of the batch “{batch.terms.name[:80]}”, {len(batch.rows):,} rows of it,"
            )
        return _hold(opened, gathered, entry, everything, trust)


def verify_opened(ledger: Ledger) -> Result:
    """As `verify`, of a ledger that is open already, and with nothing but what it finds by itself."""
    return _hold(ledger, _Gathered(), None, False, ())


def _hold(
    opened: Ledger, gathered: _Gathered, entry: LedgerEntry | None, everything: bool, trust: tuple[bytes, ...]
) -> Result:
    given = len(gathered.anchors)
    last, examined = _of_ledger(opened, trust, gathered, everything)
    _of_neighbour(opened.path, trust, gathered)
    sound = None if last is None or everything else last.statement
    found = opened.verify(tuple(gathered.anchors), sound)
    misfit = _misfit(opened, entry)
    said = " ".join(one for one in (found.problem, *gathered.problems, *_untrusted(trust, gathered), misfit) if one)
    row = entry.seq if found.row is None and misfit is not None and entry is not None else found.row
    return Result(
        found=found,
        problem=said or None,
        row=row,
        signers=tuple(signer for signer, _times in gathered.signers.most_common()),
        examined=examined,
        outside=(*(anchor.what for anchor in gathered.anchors), *filter(None, (gathered.anchored,))),
        notes=_notes(found, gathered, given, entry is not None or bool(gathered.anchored)),
    )


def _misfit(opened: Ledger, entry: LedgerEntry | None) -> str | None:
    """Why the report's row is not this ledger's; None where it is, or the file is too damaged to tell."""
    try:
        return None if entry is None else opened.holds(entry)
    except LedgerError:
        return None  # the verdict has the damage


def _of_report(path: Path, trust: tuple[bytes, ...], gathered: _Gathered) -> LedgerEntry | BatchSummary:
    from gpu_inspector.probes import incoming

    data = incoming.open_file(path, None, empty=True)
    found = verifying.verify(data, trust, load())
    if found.state is verifying.State.ALTERED or (found.entry is None and found.batch is None):
        raise CaptureError(
            f"The report itself is not intact, so nothing can be held against it: {' '.join(found.problems)}"
        )
    if trust and found.state is not verifying.State.TRUSTED:
        raise CaptureError("The report is intact, but not signed by a certificate that you trust.", "Check --trust.")
    if checkpoints.NAME in found.attached:
        with LOADING:
            from gpu_inspector.report import examine

        attached = examine.examine(data, trust).attached[checkpoints.NAME]
        checked = checkpoints.check(attached, trust)
        gathered.anchors.append(Anchor(N_("The checkpoint in the report"), attached, checked.statement))
        gathered.signers[checked.signer] += 1
    return found.entry if found.batch is None and found.entry is not None else cast(BatchSummary, found.batch)


def _of_file(path: Path, trust: tuple[bytes, ...], gathered: _Gathered) -> None:
    from gpu_inspector.probes import incoming

    checked = checkpoints.check(incoming.open_file(path, None, empty=True), trust)
    if trust and not checked.signer.known:
        raise CaptureError("The checkpoint is not signed by a certificate that you trust.", "Check --trust.")
    gathered.anchors.append(Anchor(N_(f"The checkpoint {path.name}"), checked.file, checked.statement))
    gathered.signers[checked.signer] += 1


def _of_ledger(
    ledger: Ledger, trust: tuple[bytes, ...], gathered: _Gathered, everything: bool
) -> tuple[Checked | None, int]:
    """The last kept checkpoint, where its signature is sound, and how many signatures were examined."""
    last: Checked | None = None
    examined = 0
    try:
        with closing(ledger.checkpoints.files()) as files:
            for data in islice(files, None if everything else EXAMINED):
                examined += 1
                try:
                    checked = checkpoints.check(data, trust)
                except GpuInspectorError as error:
                    place = "last" if examined == 1 else N_(f"last but {examined - 1}")
                    gathered.problems.append(N_(f"The {place} checkpoint in the ledger is not sound: {error.message}"))
                    break
                gathered.signers[checked.signer] += 1
                last = checked if examined == 1 else last
    except LedgerError:
        return None, examined  # the verdict on the whole file says what is wrong with it
    return last, examined


def _of_neighbour(ledger: Path, trust: tuple[bytes, ...], gathered: _Gathered) -> None:
    path = checkpoints.beside(ledger)
    try:
        data = read_at_most(path, checkpoints_of.LARGEST)
        checked = checkpoints.check(data, trust)
    except FileNotFoundError:
        return
    except OSError as error:
        gathered.problems.append(N_(f"The checkpoint beside the ledger cannot be read ({error.strerror})."))
        return
    except GpuInspectorError as error:
        gathered.problems.append(N_(f"The checkpoint beside the ledger is not sound: {error.message}"))
        return
    gathered.anchors.append(Anchor(N_("The checkpoint beside the ledger"), data, checked.statement))
    gathered.signers[checked.signer] += 1


def _untrusted(trust: tuple[bytes, ...], gathered: _Gathered) -> list[str]:
    if not trust or any(signer.known for signer in gathered.signers):
        return []
    return [N_("No checkpoint of this ledger is signed by a certificate that you trust.")]


def _notes(found: LedgerVerdict, gathered: _Gathered, given: int, held: bool) -> tuple[str, ...]:
    notes = []
    if found.unread:
        notes.append(
            N_(
                f"The contents of rows 1 to {found.unread:,} were not read again, since a verification that is noted"
                " in the"
                " custody log under a signed checkpoint found them sound; their order and digests were. Nor was the"
                " index of the search words looked through. --all reads everything."
            )
        )
    if not given and not held:
        notes.append(
            N_(
                "A tail that was cut off together with what lies beside the ledger is found only from elsewhere: give a"
                " signed report with --report, or an exported checkpoint with --checkpoint."
            )
        )
    if len(gathered.signers) > 1:
        notes.append(N_(f"The checkpoints bear the signatures of {len(gathered.signers)} certificates."))
    return tuple(notes)
