"""The cards of an inspection as members of a lot, in short; and what stands in the ledger beside the lot."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from gpu_inspector.language import fill
from gpu_inspector.records import lot_beside, numbers
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Condition, Finding, Outcome
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.records.lot import Beside, Lot, Member, Reason
from gpu_inspector.records.lot_log import LotEntry

if TYPE_CHECKING:
    from gpu_inspector.ledger.store import Ledger

_LONGEST_REASON = 400


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
            reasons=tuple(_reason(one) for one in judged.findings if _speaks_against(one)),
            numbers=numbers_of(inspection, index),
            piece=piece,
            file_sha256=evidence.file_sha256,
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
