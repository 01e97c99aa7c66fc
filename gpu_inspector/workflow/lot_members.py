"""The cards of an inspection as members of a lot, in short; and what stands in the ledger beside the lot."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from gpu_inspector.language import fill
from gpu_inspector.records import lot_beside, numbers
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Condition, Finding, Identity, Outcome, Role
from gpu_inspector.records.hall import COLDEST_C, HOTTEST_C
from gpu_inspector.records.hall_view import BENCH
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.records.lot import Beside, Lot, Member, Reason
from gpu_inspector.records.lot_log import LotEntry

if TYPE_CHECKING:
    from gpu_inspector.ledger.store import Ledger

_LONGEST_REASON = 400
_MOST_OPEN = 4
"""Findings that keep a card of an audit undecided."""


def members_of(
    entry: LedgerEntry, inspection: Inspection, number: int, added_at: datetime, piece: int | None
) -> tuple[Member, ...]:
    """The cards of one inspection as members, numbered from `number` on."""
    evidence = inspection.evidence
    return tuple(
        Member(
            number=number + index,
            seq=entry.seq,
            inspection=inspection.id,
            digest=entry.digest,
            card=index,
            label=judged.label,
            product=judged.product,
            origin=evidence.origin.value,
            identity=judged.identity,
            condition=judged.condition,
            control=judged.control,
            made_at=inspection.made_at,
            added_at=added_at,
            reasons=reasons_of(inspection, index),
            numbers=numbers_of(inspection, index),
            piece=piece,
            file_sha256=evidence.file_sha256,
            node=node_of(inspection),
            temperature_c=temperature_of(inspection, index),
        )
        for index, judged in enumerate(inspection.judgement.cards)
    )


def numbers_of(inspection: Inspection, card: int) -> tuple[tuple[str, str], ...]:
    """Kind and value of the real numbers that a card of an inspection bears, the better source's of each kind."""
    evidence = inspection.evidence
    if evidence.origin not in (Origin.MACHINE, Origin.FILE) or evidence.masked:
        return ()
    return tuple(
        (kind, value) for kind, values in numbers.own_numbers(evidence.cards[card]).items() for value in values[:1]
    )


def node_of(inspection: Inspection) -> str:
    """The name of the node that its cards were in; "" where it is no part of an audit."""
    return inspection.evidence.node.name if inspection.evidence.node is not None else ""


def temperature_of(inspection: Inspection, card: int) -> float | None:
    """The highest temperature of a card's die while it was measured, of an audit; None where nothing sound was seen."""
    silicon = inspection.evidence.cards[card].silicon
    if inspection.evidence.node is None or silicon is None:
        return None
    heat, memory = silicon.heat, silicon.memory
    seen = [heat.peak_c, *(one.temperature_c for one in heat.samples)] if heat is not None else []
    seen += [one.temperature_c for one in memory.passes] if memory is not None else []
    return max((one for one in seen if one is not None and COLDEST_C <= one <= HOTTEST_C), default=None)


def reasons_of(inspection: Inspection, card: int) -> tuple[Reason, ...]:
    """What speaks against a card; of an audit also what keeps it undecided, the bench first: a node whose driver is
    patched must be named, and nobody looks at each of a thousand reports.
    """
    judged = inspection.judgement.cards[card]
    against = [one for one in judged.findings if _speaks_against(one)]
    if inspection.evidence.node is not None and judged.identity is Identity.INCONCLUSIVE:
        open_ = [one for one in judged.findings if one.outcome is Outcome.INCONCLUSIVE and one.role is Role.CORE]
        open_.sort(key=lambda one: not one.check.startswith(BENCH))
        against += [one for one in open_ if one not in against][:_MOST_OPEN]
    return tuple(_reason(one) for one in against)


def _speaks_against(finding: Finding) -> bool:
    return finding.outcome in (Outcome.SUSPICIOUS, Outcome.CONTRADICTED) or finding.condition is Condition.FAULTY


def _reason(finding: Finding) -> Reason:
    text = fill(finding.text, finding.values)
    short = text if len(text) <= _LONGEST_REASON else text[: _LONGEST_REASON - 1] + "…"
    return Reason(check=finding.check, outcome=str(finding.outcome), text=short)


def beside(ledger: Ledger, lot: Lot, members: tuple[Member, ...]) -> tuple[tuple[Beside, ...], int]:
    """Inspections of the lot's case since it was opened that are not in it, the newest first; how many more there are.

    Rows that were judged anew are left out: what took their place stands for them. Raises LedgerError.
    """
    inside = {member.inspection for member in members}
    replaced: set[str] = set()
    found: list[Beside] = []
    for seq in range(ledger.count(), lot.ledger_rows, -1):
        entry, inspection = ledger.inspection(seq)
        if inspection.supersedes is not None:
            replaced.add(inspection.supersedes.id)
        if inspection.id in inside | replaced or not lot_beside.belongs(lot, inspection.case, inspection.declaration):
            continue
        products = sorted({card.product for card in inspection.judgement.cards})
        found.append(
            Beside(
                seq=seq,
                digest=entry.digest,
                product=", ".join(products)[:_LONGEST_REASON],
                identity=inspection.judgement.verdict,
                made_at=inspection.made_at,
            )
        )
    return tuple(found[: lot_beside.MOST]), max(0, len(found) - lot_beside.MOST)


def other_lots(entries: tuple[LotEntry, ...], lot: Lot) -> tuple[str, ...]:
    """Names of the other lots of the same case."""
    lots = [one.opened for one in entries if one.opened is not None and one.opened.id != lot.id]
    names = [one.name for one in lots if lot_beside.belongs(lot, one.case, one.declaration)]
    return tuple(names[: lot_beside.MOST])
