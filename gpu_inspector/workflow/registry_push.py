"""Rows of this ledger on their way to the registry: what is due, sent in batches, each answered by the gate.

The ledger is the queue: what the registry does not have yet is due, and nothing is kept twice. A push begins by asking
what the registry has; where that contradicts the ledger nothing is sent. It may be killed at any point: the next one
asks again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector.errors import LedgerError, RegistryError
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import checkpoint
from gpu_inspector.records.chain import LARGEST_SEQ
from gpu_inspector.records.merkle_levels import Levels
from gpu_inspector.records.registry import Batch, Leave, Row, name_of, pack
from gpu_inspector.workflow import registry_opening, registry_queue, registry_rows, registry_vouching
from gpu_inspector.workflow.registry_fork import require_same

if TYPE_CHECKING:
    from gpu_inspector.registry.connection import Registry
    from gpu_inspector.registry.inbox import Answer, There
    from gpu_inspector.report.identity import SigningIdentity

ROWS_OF_A_BATCH = 500
BYTES_OF_A_BATCH = 32 * 1024 * 1024
"""Of the bodies as they are hashed; one that is longer is a batch by itself."""
PACKED_OF_A_BATCH = 8 * 1024 * 1024
WINDOW = 4
"""Batches that are delivered ahead of their answers: while the gate looks at one, the next is packed."""
WAIT_S = 30.0
"""How long no answer may come before the push says that its batches lie there."""
_ROUNDS = 3


class AlteredLedgerError(LedgerError):
    """The ledger itself says that it was tampered with."""

    altered = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a push is: of the rows that were due when it began, those that are in the registry."""

    done: int
    due: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What a push came to."""

    office: str
    rows: int
    """Rows of the ledger."""
    head: int
    """Rows that the registry has, as far as it was heard."""
    accepted: int = 0
    """Of them, those that came in during this push."""
    delivered: int = 0
    """Rows that lie before the gate, unanswered."""
    unsigned: int = 0
    """Rows that no checkpoint covers yet: they wait here."""
    refused: str = ""
    """Why the gate did not take rows; "" where it took all that it answered."""
    remark: str = ""


@dataclass(slots=True)
class _Run:
    """A push under way."""

    registry: Registry
    ledger: Ledger
    office: int
    name: str
    leave: Leave
    inline: bool
    """This role may open the gate itself."""
    wait_s: float
    told: Callable[[Progress], None]
    head: int = 0
    begun: int = 0
    covers: int = 0
    answered: int = 0
    newest: int = 0
    refused: str = ""
    waiting: dict[uuid.UUID, tuple[int, int]] = field(default_factory=dict)
    """Batches that were delivered and are not answered: their first and last row."""
    certificates: frozenset[str] = frozenset()
    """Those by which the gate takes a checkpoint."""
    levels: Levels | None = None


def push(
    ledger: Path,
    url: str,
    leave: Leave = registry_rows.everything,
    *,
    identity: SigningIdentity | None = None,
    wait_s: float = WAIT_S,
    told: Callable[[Progress], None] = lambda _progress: None,
) -> Pushed:
    """Send what the registry does not have yet, and wait for its answers.

    `leave` says what of a row leaves the office; `identity` signs a checkpoint where rows have none. Raises LedgerError
    where the ledger was tampered with, RegistryError where the registry contradicts it or refuses this role,
    RegistryAway where it does not answer: then all that is not there yet stays due.
    """
    from gpu_inspector.registry import inbox, indexing, schema

    with Ledger(ledger, readonly=True) as opened, registry_opening.opened(url) as registry:
        _require_sound(opened)
        schema.require_current(registry)
        me = registry.me()
        if me.office is None:
            raise RegistryError(
                f"The role {me.role} belongs to no office of this registry.", "Ask who keeps the registry to enrol it."
            )
        there = inbox.there(registry, me.office.number)
        require_same(opened, registry, me.office.number, there)
        certificates = registry_vouching.counting(registry, me.office.number)
        covers, remark = registry_vouching.covered(opened, identity, certificates, opened.count() - there.seq)
        inbox.listen(registry, inbox.ANSWERED)
        run = _Run(registry, opened, me.office.number, me.office.name, leave, me.registrar, wait_s, told)
        run.begun, run.covers, run.certificates = there.seq, covers, certificates
        for _round in range(_ROUNDS):
            _send(run, there)
            if not run.refused:
                break
            before, there = there, inbox.there(registry, run.office)
            require_same(opened, registry, run.office, there)
            if there.seq == before.seq:
                break  # nobody else moved it: what was refused is refused again
        if run.inline and run.head > run.begun:
            indexing.catch_up(registry)
        registry_queue.note(ledger, url, run.head, run.refused)
        return _outcome(run, remark)


def _outcome(run: _Run, remark: str) -> Pushed:
    rows = run.ledger.count()
    return Pushed(
        office=run.name,
        rows=rows,
        head=run.head,
        accepted=run.head - run.begun,
        delivered=sum(last - first + 1 for first, last in run.waiting.values()),
        unsigned=rows - run.covers,
        refused=run.refused,
        remark=remark,
    )


def _require_sound(ledger: Ledger) -> None:
    fault = ledger.fault()
    if fault is not None:
        raise AlteredLedgerError(
            f"The ledger {ledger.path} was tampered with or damaged, and nothing of it was sent: {fault}",
            "Keep the file as it is, and run `gpu-inspector ledger verify`.",
        )


def _send(run: _Run, there: There) -> None:
    """Deliver what is due behind what is there, and take the answers as they come."""
    run.head, run.answered, run.newest, run.refused = there.seq, there.answered, there.newest, ""
    run.waiting = dict(_lying(run, there))
    start = max((last for _first, last in run.waiting.values()), default=there.seq)
    _tell(run)
    _open_gate(run)
    while not run.refused and start < run.covers:
        rows = tuple(_rows(run, start + 1))
        _deliver(run, rows)
        start = rows[-1].seq
        _open_gate(run)
        if not _answers(run, 0.0) and len(run.waiting) >= WINDOW and not _answers(run, run.wait_s):
            return
    while run.waiting and _answers(run, run.wait_s):
        pass


def _lying(run: _Run, there: There) -> Iterator[tuple[uuid.UUID, tuple[int, int]]]:
    """Batches of an earlier push that lie before the gate still, and go on from what the registry has."""
    end = there.seq
    for one in there.waiting:
        if one.first <= end + 1 and one.last <= run.covers and one.id == _named(run, one.first, one.last):
            end = max(end, one.last)
            yield one.id, (one.first, one.last)


def _named(run: _Run, first: int, last: int) -> uuid.UUID:
    ends = [bytes.fromhex(run.ledger.entry(seq)[0].digest) for seq in (first, last)]
    return name_of(run.name, *ends)


def _rows(run: _Run, first: int) -> Iterator[Row]:
    """The rows of the next batch."""
    last = min(run.covers, first + ROWS_OF_A_BATCH - 1)
    whole = packed = 0
    with closing(run.ledger.chosen(range(first, last + 1))) as found:
        for entry, body in found:
            row = registry_rows.row_of(entry, body, run.leave)
            yield row
            whole += len(body)
            packed += len(row.body or b"")
            if whole >= BYTES_OF_A_BATCH or packed >= PACKED_OF_A_BATCH:
                return


def _deliver(run: _Run, rows: tuple[Row, ...]) -> None:
    from gpu_inspector.registry import inbox

    file, proof = _vouching(run, rows[-1].seq)
    batch = Batch(office=run.name, rows=rows, checkpoint=file, proof=proof)
    name = name_of(run.name, rows[0].digest, rows[-1].digest)
    inbox.deliver(run.registry, run.office, name, (batch.first, batch.last), pack(batch))
    run.waiting[name] = (batch.first, batch.last)


def _vouching(run: _Run, last: int) -> tuple[bytes, tuple[bytes, ...]]:
    """A checkpoint that covers this row, and the proof where it covers more. Raises LedgerError where there is none."""
    kept = run.ledger.checkpoints
    exact = kept.newest(least=last, most=last) if last >= run.newest else None
    if exact is not None and (last == run.covers or registry_vouching.counts(exact, run.certificates)):
        return exact, ()
    file = kept.newest(least=max(last, run.newest), most=LARGEST_SEQ)
    if file is None:
        raise LedgerError(
            f"No signed checkpoint covers row {max(last, run.newest)}.",
            "Make one first: `gpu-inspector ledger checkpoint`.",
        )
    covers = checkpoint.glance(file).seq
    if run.levels is None or run.levels.size != covers:
        run.levels = Levels(kept.digests(covers))
    return file, run.levels.consistency(last)


def _open_gate(run: _Run) -> None:
    """Where one desk is office and registrar, what was delivered is looked at here."""
    if run.inline and run.waiting:
        from gpu_inspector.registry import gate

        for _answered in gate.accept(run.registry, registry_rows.sound, registry_rows.examined, office=run.office):
            pass


def _answers(run: _Run, seconds: float) -> bool:
    """Take the answers that are there, waiting so long for the first one; False where none came."""
    from gpu_inspector.registry import inbox

    found = inbox.await_answers(run.registry, run.office, run.answered, run.waiting.keys(), seconds)
    for answer in found:
        _take(run, answer)
    _tell(run)
    return bool(found)


def _take(run: _Run, answer: Answer) -> None:
    run.answered = answer.number
    run.waiting.pop(answer.batch, None)
    run.head = max(run.head, answer.head)
    if not answer.accepted and not run.refused:
        run.refused = answer.reason


def _tell(run: _Run) -> None:
    run.told(Progress(done=run.head - run.begun, due=max(run.covers - run.begun, 0)))
