"""The lot of an audit: opened before the first node is kept, filled as they come, and with the nodes that were lost.

What is in the ledger and not in the lot yet, since a run was stopped in between, is put in by the next one.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from gpu_inspector.records import audit as of_audit
from gpu_inspector.records.audit import AuditTerms
from gpu_inspector.records.hall import Hall
from gpu_inspector.records.lot import Member, Plan, Twice
from gpu_inspector.records.node import NodeGap
from gpu_inspector.workflow import lots
from gpu_inspector.workflow.audit_plan import AuditError
from gpu_inspector.workflow.lots import LotState

FILL_SECONDS = 15.0
"""Between two entries of the log of lots, which is read as a whole for each."""
FILL_AT = 64
"""Inspections of one entry."""


class AuditLot:
    """The lot of one audit in one ledger."""

    def __init__(self, ledger: Path, audit: str, terms: AuditTerms, hall: Hall) -> None:
        """Raises AuditError where a lot of this name is another's."""
        self._path, self._audit, self._terms, self._hall = ledger, audit, terms, hall
        self.name = of_audit.lot_name(terms)
        self._waiting: list[int] = []
        self._filled = time.monotonic()
        self.state = self._found()

    def _found(self) -> LotState | None:
        there = {one.lot.name: one for one in lots.every(self._path)}.get(self.name)
        if there is None:
            return None
        if there.hall is None or there.hall.audit != self._audit:
            raise AuditError(
                f"There is a lot “{self.name}” in this ledger already, and it is not of this audit.",
                "Give the same options again, or another --name.",
            )
        return there

    def open(self, declared: int) -> LotState:
        """The lot, opened now where it is not yet. Raises LotError, LedgerError, PolicyNotMet."""
        if self.state is None:
            self.state = lots.open_lot(
                self._path,
                name=self.name,
                declared=declared,
                plan=Plan(),
                case=self._terms.case,
                declaration=self._terms.declaration,
                hall=self._hall,
            )
        return self.state

    def add(self, seq: int) -> None:
        """An inspection of it is in the ledger; it goes into the lot with the next ones."""
        self._waiting.append(seq)

    @property
    def due(self) -> bool:
        """Whether what waits should go in now."""
        late = time.monotonic() - self._filled > FILL_SECONDS
        return bool(self._waiting) and (late or len(self._waiting) >= FILL_AT)

    def fill(self) -> None:
        """Put in what waits. Raises LotError, LedgerError; then it waits still."""
        assert self.state is not None
        inside = {one.seq for one in self.state.members}
        new = [seq for seq in self._waiting if seq not in inside]
        for start in range(0, len(new), FILL_AT):
            self.state = lots.add(self._path, self.state.lot.id, new[start : start + FILL_AT])
        self._waiting.clear()
        self._filled = time.monotonic()

    def lose(self, gaps: Iterable[NodeGap]) -> None:
        """Write down which nodes brought nothing. Raises LotError, LedgerError."""
        assert self.state is not None
        if told := tuple(gaps):
            self.state = lots.lose(self._path, self.state.lot.id, told)

    def on_two_nodes(self) -> tuple[tuple[Twice, tuple[str, ...]], ...]:
        """Numbers that cards of several nodes bear, with the nodes' names."""
        if self.state is None:
            return ()
        members: dict[int, Member] = {one.number: one for one in self.state.members}
        found = []
        for one in self.state.twice:
            nodes = tuple(sorted({members[number].node for number in one.members if number in members}))
            if len(nodes) > 1:
                found.append((one, nodes))
        return tuple(found)
