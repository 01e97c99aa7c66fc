"""A batch at work: each thing of the queue becomes one inspection of the ledger, however often the work is stopped.

The id of an inspection follows from the batch, the content and the name, and the ledger takes an id once. So the ledger
is the truth on what is done, and there is nothing beside it that could be lost or out of step: with each row goes a
line of the custody log that names the batch. Several rows are made durable together, and none is told before it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from gpu_inspector.errors import GpuInspectorError, LedgerError
from gpu_inspector.language import N_
from gpu_inspector.ledger import rows
from gpu_inspector.records import batch as of_batch
from gpu_inspector.records.batch import Terms
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.custody import Event, What
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.records.numbers import own_numbers
from gpu_inspector.records.policy import PolicyNamed
from gpu_inspector.workflow import batch_sources, checkpoints, custody, data_writing, inspecting, policy, sighting
from gpu_inspector.workflow.batch_lock import Alone
from gpu_inspector.workflow.batch_queue import Item, Kind
from gpu_inspector.workflow.batch_rows import Brief, brief
from gpu_inspector.workflow.progress import Progress, silent

if TYPE_CHECKING:
    from gpu_inspector.report.identity import SigningIdentity

GROUP = 64
"""Inspections that become durable together, at most."""
GROUP_BYTES = 16 * 1024 * 1024
GROUP_SECONDS = 0.5
"""How long the first of them waits for the others."""
CHECKPOINT_EVERY = 2_000
"""Rows between two signed checkpoints of the ledger."""
MOST_LEFT_OUT = 1_000
LONGEST_REASON = 400


class BatchError(GpuInspectorError):
    """A batch that cannot be begun, or gone on with as asked."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one thing of the queue."""

    item: str
    entry: LedgerEntry | None = None
    inspection: Inspection | None = None
    """The record; None where it stood in the ledger before, where `brief` tells of it in short."""
    brief: Brief | None = None
    failure: str = ""
    """Why it could not be judged: it counts as INCONCLUSIVE."""
    left_out: str = ""
    """Why it was not even tried: it is no file, and counts nothing."""


@dataclass(frozen=True, slots=True)
class _Pending:
    item: str
    key: str
    inspection: Inspection
    body: bytes


class Batch:
    """A batch that is being worked on, by this program alone. Use it as a context."""

    def __init__(
        self,
        ledger: Path,
        terms: Terms,
        identity: SigningIdentity,
        *,
        named: bool,
        progress: Progress = silent,
        still: Callable[[Item], bool] = lambda item: True,
    ) -> None:
        """`named`: the inspector named the batch. `still` tells whether a file was left alone while it was read.

        Raises BatchError where the name stands for a batch with other terms, LedgerError where another run works on it
        or the ledger takes nothing, PolicyError where the office's policy asks for more.
        """
        from gpu_inspector.ledger.store import Ledger

        self.id, self.terms = of_batch.id_of(terms), terms
        self.seen: set[int] = set()
        """Rows of what was met in this run."""
        self.kept = 0
        """Rows that this run put into the ledger."""
        self.unread: dict[str, str] = {}
        """What could not be judged when it was last tried, and why."""
        self.left_out: list[of_batch.NotJudged] = []
        self.left_out_more = 0
        self.remarks: dict[str, None] = {}
        self._path, self._identity, self._progress, self._still = ledger, identity, progress, still
        self._rules: dict[Origin, PolicyNamed | None] = {}
        self._pending: dict[str, _Pending] = {}
        """By the id of the inspection."""
        self._bearing: set[str] = set()
        """What the pending ones' cards are known by: a card of a moment ago must be found as seen before."""
        self._since, self._bytes, self._vouched = 0.0, 0, 0
        self._rule(Origin.FILE)
        self.ledger = Ledger(ledger)
        try:
            self.ledger.require_ready()
            self._lock = Alone(ledger, self.id)
            self.resumed = self._begun(named)
        except BaseException:
            self._close()
            raise

    def _begun(self, named: bool) -> bool:
        """Note in the custody log that work on it begins; whether there was some before."""
        told = [line.event.detail for line in self.ledger.custody.of(What.BATCH)]
        resumed = any(one.startswith(f"{self.id} ") for one in told)
        if named and not resumed and any(one.partition(" ")[2] == f"begun: {self.terms.name}" for one in told):
            raise BatchError(
                f"There is a batch “{self.terms.name}” in this ledger already, with another case, declaration or"
                " profile.",
                "Give the same options again, or another --name.",
            )
        self._note(N_("gone on with") if resumed else "begun")
        return resumed

    def _note(self, word: str) -> None:
        self.ledger.custody.note(custody.event(What.BATCH, None, f"{self.id} {word}: {self.terms.name}"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        if (lock := getattr(self, "_lock", None)) is not None:
            lock.release()
        self.ledger.close()

    def take(self, item: Item | None) -> Iterator[Told]:
        """Judge one thing, and tell of all that is durable by now; None is a moment in which nothing came.

        Raises LedgerError, PolicyError where nothing more can be kept.
        """
        if item is None:
            yield from self.flush()
        elif item.kind is Kind.LEFT_OUT:
            yield self._leave_out(item)
        elif item.kind is Kind.REFUSED:
            yield self._fail(item, item.reason)
        else:
            if item.kind is not Kind.FILE:
                yield from self.flush()  # a measurement takes minutes, and must not hold back what is done
            yield from self._judge(item)
            if item.kind is not Kind.FILE or self._due():
                yield from self.flush()

    def _due(self) -> bool:
        full = len(self._pending) >= GROUP or self._bytes >= GROUP_BYTES
        return full or (bool(self._pending) and time.monotonic() - self._since > GROUP_SECONDS)

    def _leave_out(self, item: Item) -> Told:
        if len(self.left_out) < MOST_LEFT_OUT:
            self.left_out.append(of_batch.NotJudged(item=item.name, reason=item.reason))
        else:
            self.left_out_more += 1
        return Told(item.name, left_out=item.reason)

    def _fail(self, item: Item, reason: str) -> Told:
        self.unread[item.name] = reason[:LONGEST_REASON].encode("utf-8", "replace").decode()
        return Told(item.name, failure=reason)

    def _judge(self, item: Item) -> Iterator[Told]:
        try:
            source = batch_sources.opened(item, self.terms, self._progress)
            if item.kind is Kind.FILE and not self._still(item):
                return
            known = of_batch.inspection_id(self.id, source.key, source.item)
            if known in self._pending:
                yield from self.flush()
            if (seq := self.ledger.number_of(known)) is not None:
                self.unread.pop(item.name, None)
                yield self._before(source.item, seq, known)
                return
            evidence = source.evidence()
        except batch_sources.NOT_READABLE as error:
            yield self._fail(item, str(error))
            return
        self.unread.pop(item.name, None)
        bearing = _bearing(evidence)
        if bearing & self._bearing:
            yield from self.flush()
        made = inspecting.inspection_of(
            sighting.informed(evidence, self._path, self.ledger),
            self.terms.declaration,
            self.terms.case,
            load(),
            policy=self._rule(evidence.origin),
        )
        if not self._pending:
            self._since = time.monotonic()
        made = replace(made, id=known, batch=self.terms.name)
        try:
            body = rows.body_of(made)
        except LedgerError as error:  # what a file says can be what no record can hold
            yield self._fail(item, str(error))
            return
        self._pending[known] = _Pending(source.item, source.key, made, body)
        self._bearing |= bearing
        self._bytes += len(body)

    def _rule(self, origin: Origin) -> PolicyNamed | None:
        """The office's policy for what comes from there, asked once. Raises PolicyError, PolicyNotMet."""
        if origin not in self._rules:
            terms = self.terms
            named = policy.require(terms.case, terms.declaration, terms.profile or None, origin, many=True)
            self._rules[origin] = named
        return self._rules[origin]

    def _before(self, item: str, seq: int, known: str) -> Told:
        entry, found = brief(self.ledger, seq)
        if found.id != known:  # else a search table that was tampered with would answer for this content
            raise LedgerError(
                f"The search table says something else of row {seq} than the row itself; nothing more was judged.",
                "Keep the file as it is, and run `gpu-inspector ledger verify`.",
            )
        self.seen.add(seq)
        return Told(item, entry, brief=found)

    def flush(self) -> Iterator[Told]:
        """Make durable what was judged, and tell of it. Raises LedgerError: then none of it was kept."""
        if not self._pending:
            return
        keys = {one.inspection.id: (one.key, one.item) for one in self._pending.values()}

        def noted(entry: LedgerEntry, inspection: Inspection) -> Event:
            return custody.event(What.INSPECTED, entry.seq, of_batch.detail_of(self.id, *keys[inspection.id]))

        put = self.ledger.append_all(((one.inspection, one.body) for one in self._pending.values()), noted)
        done, self._pending, self._bearing, self._bytes = self._pending, {}, set(), 0
        told = []
        for one, (entry, new) in zip(done.values(), put, strict=True):
            self.seen.add(entry.seq)
            self.kept += new
            told.append(
                Told(one.item, entry, one.inspection) if new else self._before(one.item, entry.seq, one.inspection.id)
            )
        if self.kept - self._vouched >= CHECKPOINT_EVERY:
            self.vouch()
        yield from told

    def vouch(self) -> bytes:
        """A signed checkpoint of the ledger as it is now; b"" and a remark where none can be made."""
        self._vouched = self.kept
        try:
            made = checkpoints.make(self._path, self._identity)
        except GpuInspectorError as error:
            self.remarks[N_(f"No checkpoint of the ledger was made: {error}")] = None
            return b""
        if made.remark:
            self.remarks[made.remark] = None
        return made.data

    def end(self, word: str = "ended") -> None:
        """Note in the custody log that this run is over, and vouch for what it met. Raises LedgerError."""
        self._note(word)
        # A run that was killed kept rows that nothing vouches for yet, and the next one finds nothing new.
        if not self.kept and (not self.seen or self.ledger.checkpoints.newest(least=max(self.seen)) is not None):
            return
        self.vouch()
        if remark := data_writing.keep_own(load().version):
            self.remarks[remark] = None


def _bearing(evidence: Evidence) -> set[str]:
    """By what its cards are looked up in the ledger: their numbers, and that they have firmware images."""
    found: set[str] = set()
    for card in evidence.cards:
        for kind, values in own_numbers(card).items():
            found |= {f"{kind} {value.casefold()}" for value in values}
        found |= {"vbios"} if card.vbios else set()
    return found
