"""An audit at work: nodes are greeted, asked, judged here, kept, and put into one lot, however often it is stopped.

The ledger is the truth on what is done: a second start with the same terms asks the nodes alone that are not in it. An
audit that is wanted again is another run with an id and a lot of its own; the earlier one stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from gpu_inspector.cluster.engine import Engine
from gpu_inspector.errors import GpuInspectorError, LedgerError
from gpu_inspector.language import N_
from gpu_inspector.records import audit as of_audit
from gpu_inspector.records.audit import AuditTerms
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.custody import What
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.hall_file import HallRow
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.records.node import Lack, NodeGap
from gpu_inspector.workflow import audit_gaps, audit_plan, checkpoints, custody, data_writing, node_envelope, policy
from gpu_inspector.workflow.audit_collect import Asking, Collecting
from gpu_inspector.workflow.audit_judge import Judging, Kept
from gpu_inspector.workflow.audit_lot import AuditLot
from gpu_inspector.workflow.audit_plan import AuditError, Plan
from gpu_inspector.workflow.batch_lock import Alone
from gpu_inspector.workflow.batch_rows import Brief, brief
from gpu_inspector.workflow.lots import LotState

if TYPE_CHECKING:
    from gpu_inspector.ledger.store import Ledger
    from gpu_inspector.report.identity import SigningIdentity

CHECKPOINT_EVERY = 500
"""Inspections between two signed checkpoints of the ledger."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one node: an inspection that is durable, or a gap."""

    node: str
    entry: LedgerEntry | None = None
    inspection: Inspection | None = None
    """The record; None where it stood in the ledger before, where `brief` tells of it in short."""
    brief: Brief | None = None
    gap: NodeGap | None = None


class Audit:
    """An audit that is being worked on, by this program alone. Use it as a context."""

    def __init__(
        self,
        ledger: Path,
        terms: AuditTerms,
        identity: SigningIdentity,
        plan: Plan,
        *,
        again: bool = False,
        declared: int = 0,
        asking: Asking | None = None,
    ) -> None:
        """`declared` is how many cards the papers say; 0 is what hall and nodes say. `asking`: its audit is not used.

        Raises AuditError where a lot of this name is another's, LedgerError where another run works on it or the
        ledger takes nothing, PolicyError where the office's policy asks for more.
        """
        from gpu_inspector.ledger.store import Ledger

        origin = Origin.SIMULATION if plan.simulated else Origin.MACHINE
        named = policy.require(terms.case, terms.declaration, terms.profile or None, origin, many=True)
        self.plan, self._identity, self._declared = plan, identity, declared
        self.kept, self._vouched = 0, 0
        """Inspections that this run put into the ledger."""
        self.gaps: dict[str, NodeGap] = {}
        self._cards: dict[str, int] = {}
        """How many cards nodes have by their own word, and by their evidence."""
        self.remarks: dict[str, None] = {}
        self.ledger = Ledger(ledger)
        try:
            self.ledger.require_ready()
            self.terms, self.resumed = _run(self.ledger, replace(terms, simulated=plan.simulated), again=again)
            self.id = of_audit.id_of(self.terms)
            self._lock = _alone(ledger, self.id)
            self.lot = AuditLot(ledger, self.id, self.terms, audit_plan.of(plan, self.id))
            self._judging = Judging(self.ledger, self.id, self.terms, named)
            given = asking if asking is not None else Asking(self.id)
            same = (self.terms.profile, self.terms.minutes, self.terms.together)
            self._asking = replace(given, audit=self.id, profile=same[0], minutes=same[1], together=same[2])
            self._note(N_("gone on with") if self.resumed else "begun")
        except BaseException:
            self._close()
            raise

    def _note(self, word: str) -> None:
        detail = f"{self.id} {word}: {of_audit.lot_name(self.terms)}"
        self.ledger.custody.note(custody.event(What.AUDIT, None, detail))

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

    def work(self, engine: Engine) -> Iterator[Told]:
        """Ask every node that is not in the ledger yet; each is told once, when it is durable or lost.

        Raises LedgerError, PolicyError, LotError where nothing more can be kept.
        """
        before = [told for row in self.plan.rows if (told := self._before(row)) is not None]
        yield from before
        known = {told.node for told in before}
        left = [row for row in self.plan.rows if row.node not in known]
        collecting = Collecting(engine, left, self._asking, self._cards)
        for found in collecting:
            if found is None:
                yield from self._moment()
            elif isinstance(found[1], NodeGap):
                yield self._lost(found[1])
            else:
                yield from self._came(found[0], found[1])
        yield from self._told(self._judging.flush())
        self._open()
        if self.plan.by_file:
            for gap in audit_gaps.strangers(collecting.there, {row.node for row in self.plan.rows}):
                yield self._lost(gap)

    def _before(self, row: HallRow) -> Told | None:
        known = of_audit.inspection_id(self.id, row.node)
        if (seq := self.ledger.number_of(known)) is None:
            return None
        entry, found = brief(self.ledger, seq)
        if found.id != known:
            raise LedgerError(
                f"The search table says something else of row {seq} than the row itself; nothing more was judged.",
                "Keep the file as it is, and run `gpu-inspector ledger verify`.",
            )
        self.lot.add(_newest(self.ledger, seq))
        return Told(row.node, entry, brief=found)

    def _open(self) -> LotState:
        """The lot, which is open before the first inspection of it is kept."""
        return self.lot.open(self._declared or audit_plan.declared(self.plan, self._cards))

    def _came(self, row: HallRow, evidence: Evidence) -> Iterator[Told]:
        self._cards[row.node] = len(evidence.cards)
        self._open()
        if self._judging.meets(evidence):
            yield from self._told(self._judging.flush())
        if evidence.cards and (fault := self._judging.judge(row.node, evidence)):
            yield self._lost(node_envelope.gap(row.node, Lack.REFUSED, fault))
        elif not evidence.cards:
            yield self._lost(node_envelope.gap(row.node, Lack.NO_CARD, N_("Its evidence holds no card.")))
        if self._judging.due:
            yield from self._told(self._judging.flush())

    def _moment(self) -> Iterator[Told]:
        """Nothing came: what waits becomes durable, and goes into the lot."""
        if self._judging.due:
            yield from self._told(self._judging.flush())
        if self.lot.due:
            self.lot.fill()

    def _lost(self, gap: NodeGap) -> Told:
        self.gaps[gap.node] = gap
        return Told(gap.node, gap=gap)

    def _told(self, kept: Iterator[Kept]) -> Iterator[Told]:
        for one in kept:
            self.kept += one.new
            self.lot.add(one.entry.seq)
            yield Told(one.node, one.entry, one.inspection)
        if self.lot.due:
            self.lot.fill()
        if self.kept - self._vouched >= CHECKPOINT_EVERY:
            self.vouch()

    def vouch(self) -> None:
        """A signed checkpoint of the ledger as it is now; a remark where none can be made."""
        self._vouched = self.kept
        try:
            made = checkpoints.make(self.ledger.path, self._identity)
        except GpuInspectorError as error:
            self.remarks[N_(f"No checkpoint of the ledger was made: {error}")] = None
            return
        if made.remark:
            self.remarks[made.remark] = None

    def stop(self) -> Iterator[Told]:
        """It was stopped: what is judged is kept, and stands in the lot; the nodes that are left are no gaps."""
        yield from self._told(self._judging.flush())
        if self.lot.state is not None:
            self.lot.fill()
        self._finish("stopped")

    def end(self) -> LotState:
        """All nodes were asked: the lot with all of them and with the gaps. Raises LotError, LedgerError."""
        self._open()
        self.lot.fill()
        self.lot.lose(self.gaps.values())
        self._finish("ended")
        for one, nodes in self.lot.on_two_nodes():
            named = ", ".join(nodes)
            self.remarks[N_(f"Cards of several nodes bear the number {one.value}: {named}.")] = None
        return self._open()

    def _finish(self, word: str) -> None:
        self._note(word)
        rows = self.ledger.count()
        if self.kept or (rows and self.ledger.checkpoints.newest(least=rows) is None):
            self.vouch()  # a run that was killed kept rows that nothing vouches for yet
        if remark := data_writing.keep_own(load().version):
            self.remarks[remark] = None


def _newest(ledger: Ledger, seq: int) -> int:
    """The row that stands for this one: it may have been judged anew since."""
    while newer := ledger.finder.superseded_by(seq):
        seq = newer
    return seq


def _run(ledger: Ledger, terms: AuditTerms, *, again: bool) -> tuple[AuditTerms, bool]:
    """The newest run of this audit, or a new one where it is asked for again; whether it was begun before."""
    told = {line.event.detail.partition(" ")[0] for line in ledger.custody.of(What.AUDIT)}
    newest = None
    for number in range(1, of_audit.MOST_RUNS + 1):
        one = replace(terms, run=number)
        if of_audit.id_of(one) not in told:
            return (one, False) if again or newest is None else (newest, True)
        newest = one
    raise AuditError(f"This audit was run {of_audit.MOST_RUNS:,} times already.", "Give it another --name.")


def _alone(ledger: Path, audit: str) -> Alone:
    try:
        return Alone(ledger, audit)
    except LedgerError as error:
        if "Another run works" not in error.message:
            raise
        raise AuditError(
            "Another run works on this audit just now; nothing was begun here.",
            "Wait for it to end, or give another --name.",
        ) from error
