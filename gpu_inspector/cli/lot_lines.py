"""A lot as people read it on a terminal, and as programs read it in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gpu_inspector.language import visible
from gpu_inspector.records import canonical, lot_statistics, words
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.lot import Member
from gpu_inspector.workflow.lot_filling import Added
from gpu_inspector.workflow.lots import LotState

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_lots import AddedNow, LotDocument, SummaryWritten

_MARKS = {origin.value: mark for origin, mark in words.WATERMARKS.items()}
_MOST_DRAWN = 40


def opened(state: LotState) -> None:
    """The plan, and which pieces it drew."""
    lot = state.lot
    click.echo(visible(f"Lot “{lot.name}”, id {lot.id}: {lot.declared:,} pieces declared."))
    click.echo(f"To be examined: {lot_statistics.in_words(lot.plan)}: {state.statement.wanted:,}.")
    if lot.drawn:
        places = ", ".join(map(str, lot.drawn[:_MOST_DRAWN]))
        more = f" and {len(lot.drawn) - _MOST_DRAWN:,} more" if len(lot.drawn) > _MOST_DRAWN else ""
        click.echo(f"Drawn at random, by their place in the lot: {places}{more}.")


def line(added: Added) -> None:
    """One source as it is done."""
    if added.failure:
        click.echo(visible(f"{'not examined':<21}  {added.source}: {added.failure}"))
    elif added.skipped:
        click.echo(visible(f"{'in the lot already':<21}  {added.source}"))
    for member in added.members:
        click.echo(_member(member))
    if added.remark:
        click.echo(visible(f"  {added.remark}"))


def _member(member: Member) -> str:
    mark = _MARKS.get(member.origin, "")
    piece = f", piece {member.piece}" if member.piece is not None else ""
    text = f"{words.IDENTITIES[member.identity]:<21}  {member.number:>5}{piece}  {member.product}, {member.label}"
    text += f"  report {member.seq}"
    return visible(f"{text}  {mark}" if mark else text)


def end(state: LotState, added: tuple[Added, ...], seconds: float) -> None:
    """Where the lot stands after what was just done."""
    cards = sum(len(one.members) for one in added)
    if cards:
        click.echo()
        click.echo(f"{cards:,} cards in {seconds:.1f} s of this machine, {seconds / cards:.2f} s a card.")
    if added:
        _where(state)


def _where(state: LotState) -> None:
    for member in state.members:
        if member.identity in (Identity.SUSPICIOUS, Identity.CONTRADICTED):
            click.echo(_member(member))
            for reason in member.reasons:
                click.echo(visible(f"      {reason.check}: {reason.text}"))
    for twice in state.twice:
        cards = ", ".join(map(str, twice.members))
        click.echo(visible(f"The same {twice.kind} {twice.value} on cards {cards}: look at both, and at their labels."))
    click.echo(visible(state.statement.text))
    if state.ended:
        click.echo(state.ended)
    elif state.left:
        click.echo(f"Still to be examined by the plan: {state.left:,}.")


def whole(state: LotState) -> None:
    """Everything of one lot."""
    opened(state)
    for member in state.members:
        click.echo(_member(member))
    _where(state)


def listed(found: tuple[LotState, ...]) -> None:
    """All lots, a line each."""
    if not found:
        click.echo("The ledger has no lot yet: gpu-inspector lot new NAME --declared N")
    for state in found:
        said = state.statement
        day = state.lot.opened_at.astimezone().strftime("%Y-%m-%d %H:%M")
        counts = f"{said.examined:,} of {said.wanted:,} examined, {said.deviating:,} deviating"
        click.echo(visible(f"{day}  {state.lot.name}  {state.lot.declared:,} declared, {counts}  {state.lot.id[:8]}"))


def written(done: SummaryWritten) -> None:
    """Where the summary lies, and how far it is stamped."""
    click.echo(visible(f"Signed summary of the lot: {done['report']} (PAdES {done['level']})"))
    for sentence in done["beside"]:
        click.echo(visible(sentence))
    if done["remark"]:
        click.echo(visible(done["remark"]))


def json_of(state: LotState) -> LotDocument:
    """The lot for programs."""
    return {
        "format": canonical.FORMAT,
        "lot": canonical.plain(state.lot),
        "members": [canonical.plain(one) for one in state.members],
        "twice": [canonical.plain(one) for one in state.twice],
        "statement": canonical.plain(state.statement),
        "ended": state.ended or None,
    }


def json_of_added(added: tuple[Added, ...], seconds: float) -> AddedNow:
    """What was just done, for programs."""
    return {
        "seconds": round(seconds, 3),
        "added": [
            {
                "source": one.source,
                "cards": [member.number for member in one.members],
                "failure": one.failure or None,
                "skipped": one.skipped,
                "report": str(one.report) if one.report is not None else None,
                "seconds": round(one.seconds, 3),
            }
            for one in added
        ],
    }
