"""A lot as people read it on a terminal, and as programs read it in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import columns
from gpu_inspector.language import _, counted, moment, number, said, told, visible
from gpu_inspector.language import listed as listed_parts
from gpu_inspector.records import canonical, hall_words, lot_statistics, lot_words, words
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.lot import Member
from gpu_inspector.workflow.lot_filling import Added
from gpu_inspector.workflow.lots import LotState

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_lots import AddedNow, LotDocument, SummaryWritten

_MARKS = {origin.value: mark for origin, mark in words.WATERMARKS.items()}
_MOST_DRAWN = 40
_WIDE = 21


def opened(state: LotState) -> None:
    """The plan, and which pieces it drew."""
    lot = state.lot
    text = counted(
        "Lot “{name}”, id {id}: {number} pieces declared.",
        "Lot “{name}”, id {id}: {number} pieces declared.",
        lot.declared,
        name=lot.name,
        id=lot.id,
    )
    click.echo(visible(text))
    plan, wanted = lot_statistics.in_words(lot.plan), number(state.statement.wanted)
    click.echo(said("To be examined: {plan}: {number}.", plan=plan, number=wanted))
    if lot.drawn:
        places = listed_parts([str(one) for one in lot.drawn[:_MOST_DRAWN]])
        if len(lot.drawn) > _MOST_DRAWN:
            text = counted(
                "Drawn at random, by their place in the lot: {places} and {number} more.",
                "Drawn at random, by their place in the lot: {places} and {number} more.",
                len(lot.drawn) - _MOST_DRAWN,
                places=places,
            )
        else:
            text = said("Drawn at random, by their place in the lot: {places}.", places=places)
        click.echo(text)


def line(added: Added) -> None:
    """One source as it is done."""
    if added.failure:
        click.echo(visible(f"{columns.padded(_('not examined'), _WIDE)}  {added.source}: {told(added.failure)}"))
    elif added.skipped:
        click.echo(visible(f"{columns.padded(_('in the lot already'), _WIDE)}  {added.source}"))
    for member in added.members:
        click.echo(_member(member))
    if added.remark:
        click.echo(visible(f"  {told(added.remark)}"))


def _member(member: Member) -> str:
    mark = _(_MARKS.get(member.origin, ""))
    word = columns.padded(_(words.IDENTITIES[member.identity]), _WIDE)
    place = f"{member.number:>5}"
    if member.piece is not None:
        place = said("{number}, piece {piece}", number=place, piece=member.piece)
    text = f"{word}  {place}  {member.product}, {lot_words.called(member)}"
    text += f"  {said('report {number}', number=member.seq)}"
    return visible(f"{text}  {mark}" if mark else text)


def end(state: LotState, added: tuple[Added, ...], seconds: float) -> None:
    """Where the lot stands after what was just done."""
    cards = sum(len(one.members) for one in added)
    if cards:
        click.echo()
        text = counted(
            "{number} cards in {seconds} s of this machine, {each} s a card.",
            "{number} cards in {seconds} s of this machine, {each} s a card.",
            cards,
            seconds=number(seconds, 1),
            each=number(seconds / cards, 2),
        )
        click.echo(text)
    if added:
        _where(state)


def _where(state: LotState) -> None:
    for member in state.members:
        if member.identity in (Identity.SUSPICIOUS, Identity.CONTRADICTED):
            click.echo(_member(member))
            for reason in member.reasons:
                click.echo(visible(f"      {reason.check}: {told(reason.text)}"))
    twice(state)
    click.echo(visible(told(state.statement.text)))
    if state.ended:
        click.echo(told(state.ended))
    elif state.left:
        click.echo(said("Still to be examined by the plan: {number}.", number=number(state.left)))


def twice(state: LotState) -> None:
    """Numbers that more than one card bears, each with the cards."""
    for one in state.twice:
        text = said(
            "The same {kind} {value} on cards {cards}: look at both, and at their labels.",
            kind=told(one.kind),
            value=one.value,
            cards=listed_parts([str(number_) for number_ in one.members]),
        )
        click.echo(visible(text))


def whole(state: LotState) -> None:
    """Everything of one lot."""
    opened(state)
    for member in state.members:
        click.echo(_member(member))
    if state.hall is not None:
        click.echo()
        for text in hall_words.lines(state.hall, state.members):
            click.echo(text)
        click.echo()
    _where(state)


def listed(found: tuple[LotState, ...]) -> None:
    """All lots, a line each."""
    if not found:
        click.echo(_("The ledger has no lot yet: gpu-inspector lot new NAME --declared N"))
    for state in found:
        counts = said(
            "{declared} declared, {examined} of {wanted} examined, {deviating} deviating",
            declared=number(state.lot.declared),
            examined=number(state.statement.examined),
            wanted=number(state.statement.wanted),
            deviating=number(state.statement.deviating),
        )
        opened_at = moment(state.lot.opened_at.astimezone(), seconds=False)
        click.echo(visible(f"{opened_at}  {state.lot.name}  {counts}  {state.lot.id[:8]}"))


def written(done: SummaryWritten) -> None:
    """Where the summary lies, and how far it is stamped."""
    text = said("Signed summary of the lot: {file} (PAdES {level})", file=done["report"], level=done["level"])
    click.echo(visible(text))
    for sentence in done["beside"]:
        click.echo(visible(sentence))
    if done["remark"]:
        click.echo(visible(told(done["remark"])))


def json_of(state: LotState) -> LotDocument:
    """The lot for programs."""
    return {
        "format": canonical.FORMAT,
        "lot": canonical.plain(state.lot),
        "members": [canonical.plain(one) for one in state.members],
        "twice": [canonical.plain(one) for one in state.twice],
        "statement": canonical.plain(state.statement),
        "ended": state.ended or None,
        "hall": hall_words.document(state.hall, state.members) if state.hall is not None else None,
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
