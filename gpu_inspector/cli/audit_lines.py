"""An audit as people read it on a terminal, a line a node, and as programs read it, a JSON document a line."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import columns, lot_lines, show
from gpu_inspector.language import _, counted, listed, number, said, sentences, told, visible
from gpu_inspector.records import hall_words, lot_beside, lot_words, words
from gpu_inspector.records.finding import Identity, worst

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_audit import AuditEnd, AuditGapLine, AuditLine
    from gpu_inspector.workflow.audit import Audit, Told
    from gpu_inspector.workflow.lot_summing import Summed
    from gpu_inspector.workflow.lots import LotState

_WIDE = 21
_MOST_PRODUCTS = 4
_NARROWEST, _WIDEST = 60, 200
"""Columns of a map."""


def node(one: Told, audit: Audit, *, as_json: bool) -> None:
    """One node, as it is durable or lost."""
    if as_json:
        click.echo(json.dumps(json_of(one, audit)))
    elif one.gap is not None:
        reason = sentences(told(one.gap.reason), told(one.gap.advice))
        click.echo(visible(f"{columns.padded(_('not examined'), _WIDE)}  {one.node}: {reason}"))
    else:
        click.echo(visible(_line(one)))


def _line(one: Told) -> str:
    found = one.inspection or one.brief
    assert found is not None
    assert one.entry is not None
    counts = Counter(card.product for card in found.judgement.cards)
    named = [f"{number(count)} × {product}" for product, count in counts.most_common(_MOST_PRODUCTS)]
    if len(counts) > _MOST_PRODUCTS:
        named.append("…")
    word = columns.padded(_(words.IDENTITIES[found.judgement.verdict]), _WIDE)
    text = f"{word}  {one.node}: {listed(named)}  {said('No. {number}', number=one.entry.seq)}"
    mark = _(words.WATERMARKS.get(found.evidence.origin, ""))
    text += f"  {mark}" if mark else ""
    return text if one.inspection is not None else f"{text}  {_('(judged before)')}"


def json_of(one: Told, audit: Audit) -> AuditLine | AuditGapLine:
    """The same for programs."""
    if one.entry is None:
        gap = one.gap
        lost: AuditGapLine = {
            "format": 1,
            "verdict": None,
            "node": one.node,
            "lack": gap.lack.value if gap is not None else "",
            "reason": gap.reason if gap is not None else "",
            "advice": gap.advice if gap is not None else "",
        }
        return lost
    inspection = one.inspection if one.inspection is not None else audit.ledger.inspection(one.entry.seq)[1]
    line: AuditLine = {
        **show.document_of(inspection.judgement, inspection.evidence),
        "node": one.node,
        "id": inspection.id,
        "number": one.entry.seq,
        "digest": one.entry.digest,
        "before": one.inspection is None,
        "signer": _signer(inspection.evidence.node),
    }
    return line


def _signer(node: object) -> str | None:
    return getattr(node, "fingerprint", "") or None


def end(audit: Audit, state: LotState, done: Summed, seconds: float) -> None:
    """What came of the whole audit: the hall, the lot, and where the report lies."""
    click.echo()
    if state.hall is not None:
        wide = max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size((100, 24)).columns))
        for text in hall_words.lines(state.hall, state.members, wide):
            click.echo(text)
        click.echo()
    cards = counted("{number} card", "{number} cards", len(state.members))
    text = counted(
        "Audit “{name}”: {cards} of {number} nodes, in {seconds} s.",
        "Audit “{name}”: {cards} of {number} nodes, in {seconds} s.",
        len({member.node for member in state.members}),
        name=audit.lot.name,
        cards=cards,
        seconds=number(seconds, 1),
    )
    click.echo(visible(text))
    for identity, count in lot_words.identity_counts(state.members):
        click.echo(f"  {columns.right(number(count), 7)} × {_(words.IDENTITIES[identity])}")
    lot_lines.twice(state)
    click.echo(visible(told(state.statement.text)))
    text = said("Signed summary of the lot: {file} (PAdES {level})", file=done.path, level=done.level)
    click.echo(visible(text))
    for remark in (*lot_beside.sentences(done.summary), *audit.remarks, done.remark):
        click.echo(visible(told(remark)), nl=bool(remark))


def json_of_end(audit: Audit, state: LotState | None, done: Summed | None, seconds: float) -> AuditEnd:
    """The last line for programs; `state` is None where the audit was stopped."""
    members = state.members if state is not None else ()
    gaps = state.hall.gaps if state is not None and state.hall is not None else tuple(audit.gaps.values())
    undecided = (Identity.INCONCLUSIVE,) if gaps or not members else ()
    document: AuditEnd = {
        "format": 1,
        "audit": {"id": audit.id, "name": audit.lot.name},
        "stopped": state is None,
        "verdict": worst((*(one.identity for one in members), *undecided)) if state is not None else None,
        "cards": len(members),
        "new": audit.kept,
        "lost": len(gaps),
        "identities": {one.value: count for one, count in lot_words.identity_counts(members)},
        "conditions": {one.value: count for one, count in lot_words.condition_counts(members)},
        "controls": dict(lot_words.control_counts(members)),
        "hall": hall_words.document(state.hall, members) if state is not None and state.hall is not None else None,
        "statement": state.statement.text if state is not None else None,
        "seconds": round(seconds, 3),
        "report": str(done.path) if done is not None else None,
        "level": done.level or None if done is not None else None,
        "remark": " ".join(filter(None, (*audit.remarks, done.remark if done is not None else ""))),
    }
    return document
