"""The registry held against itself, against what the offices' keys signed, and against this office's own ledger.

Whoever runs the registry's server can change any byte of it. What he cannot do is sign as an office: a row that was
edited has another digest, and rows that were written anew have another root than the newest checkpoint's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector.errors import GpuInspectorError, RegistryError
from gpu_inspector.language import N_
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records.registry import Kind
from gpu_inspector.records.registry_chain import BrokenError, Following, Mark
from gpu_inspector.workflow import registry_opening, registry_queue, registry_rows
from gpu_inspector.workflow.registry_listing import Beside
from gpu_inspector.workflow.registry_own import Own

if TYPE_CHECKING:
    from gpu_inspector.registry.connection import Me, Registry
    from gpu_inspector.registry.rows_in import Held, KeptCheckpoint

_SHOWN = 8
"""Certificates that are named for one office."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeVerdict:
    """What was found of one office: `problem` is None where all is whole, `row` the first wrong row."""

    office: str
    rows: int
    """Whole ones from the first on."""
    head: str
    """The last one's digest, 64 hexadecimal digits."""
    whole: int
    """Rows whose digest was computed again from their body."""
    redacted: int
    """Rows whose place is vouched for, and whose content is the office's word."""
    digests: int
    """Rows whose place alone is here."""
    checkpoints: int
    """Signed checkpoints whose signature, rows and root agree."""
    signers: tuple[str, ...] = ()
    """Fingerprints of the certificates that signed them, the commonest first."""
    problem: str | None = None
    row: int | None = None
    held: bool = False
    """It was held against this office's own ledger, row for row."""
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Look:
    """One office as far as it was read."""

    registry: Registry
    number: int
    own: Own | None
    certificates: dict[str, bool]
    marks: Iterator[KeptCheckpoint]
    beside: Beside | None
    following: Following = field(default_factory=Following)
    signers: Counter[str] = field(default_factory=Counter)
    checkpoints: int = 0
    next: KeptCheckpoint | None = None
    covered: int = 0


def verify(url: str, ledger: Path | None = None, *, office: str = "") -> tuple[OfficeVerdict, ...]:
    """Look at every row of each office that this role sees, or of one.

    With `ledger` the own office's rows are held against it one by one. Raises RegistryError where there is no such
    office or this role sees none, RegistryAway, LedgerError.
    """
    from gpu_inspector.registry import rows_in, schema

    with ExitStack() as held:
        opened = None if ledger is None else held.enter_context(Ledger(ledger, readonly=True))
        registry = held.enter_context(registry_opening.opened(url))
        schema.require_current(registry)
        me = registry.me()
        held.enter_context(rows_in.moment(registry))
        seen = [one for one in rows_in.offices(registry) if not office or one[1] == office]
        if not seen:
            raise RegistryError(
                N_(f"This role sees no office called “{office}”.") if office else N_("This role sees no office."),
                "Ask who keeps the registry to enrol it.",
            )
        had = 0 if ledger is None else registry_queue.had(ledger, url)
        return tuple(_verdict(registry, me, number, name, opened, had) for number, name in seen)


def _verdict(registry: Registry, me: Me, number: int, name: str, ledger: Ledger | None, had: int) -> OfficeVerdict:
    from gpu_inspector.registry import rows_in

    own = None
    if ledger is not None and me.office is not None and me.office.number == number:
        own = Own(ledger, had)
    look = _Look(
        registry,
        number,
        own,
        rows_in.certificates(registry, number),
        rows_in.checkpoints(registry, number),
        Beside(registry, number) if me.registrar else None,
    )
    problem, row = None, None
    try:
        _read(look)
        _at_end(look)
    except BrokenError as broken:
        problem, row = broken.message, broken.row
    return _told(look, name, problem, row)


def _read(look: _Look) -> None:
    from gpu_inspector.registry import rows_in

    following = look.following
    look.next = next(look.marks, None)
    for held in rows_in.rows(look.registry, look.number):
        following.take(held.seq, held.prev, held.digest, held.kind, held.body)
        _content(look, held)
        if look.own is not None:
            look.own.hold(held)
        while look.next is not None and look.next.seq <= held.seq:
            _mark(look, look.next)
            look.next = next(look.marks, None)


def _content(look: _Look, held: Held) -> None:
    """The body says what stands beside it. Raises BrokenError."""
    if held.body is None:
        return
    try:
        found = registry_rows.examined(held.kind, held.seq, held.body)
    except GpuInspectorError as error:
        raise BrokenError(held.seq, f"Row {held.seq} cannot be read: {error.message}") from error
    if found.id != held.id:
        raise BrokenError(held.seq, f"Row {held.seq} bears another id than its content.")
    if look.beside is not None:
        look.beside.hold(held.seq, held.kind, found)


def _mark(look: _Look, kept: KeptCheckpoint) -> None:
    """A checkpoint of the rows so far. Raises BrokenError."""
    what = N_(f"The checkpoint of row {kept.seq}")
    try:
        signed = registry_rows.sound(kept.file)
    except GpuInspectorError as error:
        raise BrokenError(kept.seq, f"{what} is not sound: {error.message}") from error
    said = signed.statement
    if (said.seq, said.digest, said.root, signed.fingerprint) != (
        kept.seq,
        kept.digest.hex(),
        kept.root.hex(),
        kept.fingerprint,
    ):
        raise BrokenError(kept.seq, f"{what} says something else than what stands beside it.")
    if signed.fingerprint not in look.certificates:
        raise BrokenError(
            kept.seq, f"{what} is signed by certificate SHA-256 {signed.fingerprint}, which is none of this office's."
        )
    look.following.hold(Mark(seq=kept.seq, digest=kept.digest, root=kept.root, made_at=said.made_at))
    look.checkpoints += 1
    look.covered = kept.seq
    look.signers[signed.fingerprint] += 1


def _at_end(look: _Look) -> None:
    """What was promised, and did not come. Raises BrokenError."""
    rows = look.following.rows
    if look.next is not None:
        raise BrokenError(
            rows + 1,
            f"Row {rows + 1} is missing: the checkpoint of {look.next.made_at:%Y-%m-%d %H:%M} UTC vouches for"
            f" {look.next.seq:,} rows. A push was interrupted, or the end of them was taken away: push again.",
        )
    if rows > look.covered:
        raise BrokenError(look.covered + 1, f"No signed checkpoint in the registry covers row {look.covered + 1}.")
    if look.beside is not None:
        look.beside.end()
    if look.own is not None:
        look.own.end(rows)


def _told(look: _Look, name: str, problem: str | None, row: int | None) -> OfficeVerdict:
    following, notes = look.following, []
    due = 0 if look.own is None else look.own.rows - following.rows
    if due > 0 and problem is None:
        notes.append(N_(f"Rows of the ledger that are not in the registry yet: {due:,}."))
    if any(look.certificates.get(one) for one in look.signers):
        notes.append(N_("Some of its checkpoints are signed by a certificate that was withdrawn later."))
    return OfficeVerdict(
        office=name,
        rows=following.rows,
        head=following.head.hex(),
        whole=following.kinds[Kind.WHOLE],
        redacted=following.kinds[Kind.REDACTED],
        digests=following.kinds[Kind.DIGEST],
        checkpoints=look.checkpoints,
        signers=tuple(one for one, _times in look.signers.most_common(_SHOWN)),
        problem=problem,
        row=row,
        held=look.own is not None,
        notes=tuple(notes),
    )
