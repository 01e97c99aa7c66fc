"""What nodes sent, judged here and kept: several inspections become durable together, and none is told before it is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger import rows
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import audit as of_audit
from gpu_inspector.records.audit import AuditTerms
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.custody import Event, What
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.records.numbers import own_numbers
from gpu_inspector.records.policy import PolicyNamed
from gpu_inspector.workflow import custody, inspecting, sighting

GROUP, GROUP_BYTES, GROUP_SECONDS = 64, 16 * 1024 * 1024, 1.0
"""Inspections that become durable together, at most, and how long the first of them waits for the others."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A node's inspection that is durable."""

    node: str
    entry: LedgerEntry
    inspection: Inspection
    new: bool
    """This run put it there."""


class Judging:
    """Judges and keeps; nothing of it waits anywhere but in the group that is about to become durable."""

    def __init__(self, ledger: Ledger, audit: str, terms: AuditTerms, policy: PolicyNamed | None) -> None:
        self._ledger, self._audit, self._terms, self._policy = ledger, audit, terms, policy
        self._pending: dict[str, tuple[str, Inspection, bytes]] = {}
        self._bearing: set[str] = set()
        self._since, self._bytes = 0.0, 0

    def judge(self, node: str, evidence: Evidence) -> str:
        """Judge the evidence of one node, which then waits; "" or the sentence why no record can hold it.

        Raises LedgerError, PolicyError.
        """
        terms = self._terms
        made = inspecting.inspection_of(
            sighting.informed(evidence, self._ledger.path, self._ledger),
            terms.declaration,
            terms.case,
            load(),
            policy=self._policy,
        )
        made = replace(made, id=of_audit.inspection_id(self._audit, node))
        try:
            body = rows.body_of(made)
        except LedgerError as error:
            return str(error)
        if not self._pending:
            self._since = time.monotonic()
        self._pending[made.id] = (node, made, body)
        self._bearing |= bearing_of(evidence)
        self._bytes += len(body)
        return ""

    def meets(self, evidence: Evidence) -> bool:
        """Whether one of its cards waits to become durable: it must be found as seen before, so that comes first."""
        return bool(bearing_of(evidence) & self._bearing)

    @property
    def due(self) -> bool:
        """Whether what waits should become durable now."""
        full = len(self._pending) >= GROUP or self._bytes >= GROUP_BYTES
        return full or (bool(self._pending) and time.monotonic() - self._since > GROUP_SECONDS)

    def flush(self) -> Iterator[Kept]:
        """Make durable what was judged, and tell of it. Raises LedgerError: then none of it was kept."""
        if not self._pending:
            return
        done, self._pending, self._bearing, self._bytes = self._pending, {}, set(), 0

        def noted(entry: LedgerEntry, inspection: Inspection) -> Event:
            return custody.event(What.INSPECTED, entry.seq, of_audit.detail_of(self._audit, done[inspection.id][0]))

        put = self._ledger.append_all(((made, body) for _node, made, body in done.values()), noted)
        for (node, made, _body), (entry, new) in zip(done.values(), put, strict=True):
            yield Kept(node, entry, made, new)


def bearing_of(evidence: Evidence) -> set[str]:
    """By what its cards are looked up in the ledger."""
    return {
        f"{kind} {value.casefold()}"
        for card in evidence.cards
        for kind, values in own_numbers(card).items()
        for value in values
    }
