"""`verify`: is a signed report whole, whose is it, and do its conclusions follow from its evidence?"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gpu_inspector.cli import options
from gpu_inspector.cli.printing import write_json
from gpu_inspector.language import N_, _, number, said, told, visible
from gpu_inspector.records import batch as batch_of
from gpu_inspector.records import canonical, words
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.finding import Identity

_LEVELS = {
    "B-B": N_("the time of signing is by the signer's own clock"),
    "B-T": N_("a time-stamp service vouches for the time; proofs on revocation are missing or incomplete"),
    "B-LTA": N_("a time-stamp service vouches for the time, and the proofs on revocation stand in the file"),
}

_CARDS = 200
"""Deviating cards of a lot that are named at the terminal."""
_NAME = 80

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_reports import SealDocument, VerifiedBatch, VerifiedDocument, VerifiedLot
    from gpu_inspector.records.batch import BatchSummary
    from gpu_inspector.records.lot import LotSummary
    from gpu_inspector.report.seen import Seal
    from gpu_inspector.workflow.verifying import Verification


class Moment(click.ParamType[datetime]):
    """A day or a time of ISO 8601; without an offset it is UTC."""

    name = "time"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            text = N_(f"“{value}” is no time; write 2036-11-25 or 2036-11-25T12:00:00+01:00.")
            self.fail(text, parameter, context)
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


@click.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, readable=False))
@options.trust_option
@click.option(
    "--at",
    type=Moment(),
    metavar="TIME",
    help="Answer as of this time (2036-11-25 or 2036-11-25T12:00:00+01:00) in the place of now.",
)
@click.option(
    "--reports",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Of a lot's or a batch's summary: hold each card against the signed reports in this folder.",
)
@options.json_option
def verify(path: Path, trust: tuple[bytes, ...], at: datetime | None, reports: Path | None, as_json: bool) -> None:
    """Check a signed report: the signatures over the whole file, additions, the evidence judged again, the pages.

    Each signature and time stamp is told with its own trust. No network is asked. Of a lot's summary the statement is
    made again from its cards; --reports holds these, or the rows of a batch's summary, against their own reports.

    Exit status: 0 intact and trusted, 3 intact but the signer is not known here, 4 altered, mangled or not ours, 1 the
    file could not be read at all, 2 wrong usage.
    """
    from gpu_inspector.probes import incoming
    from gpu_inspector.workflow import verifying

    found = verifying.verify(incoming.open_file(path, None, empty=True), trust, load(), at)
    if reports is not None:
        from gpu_inspector.workflow import batch_reports, lot_reports  # the former brings the ledger along

        held = batch_reports if found.batch is not None else lot_reports
        found = held.held_against(found, reports, trust, load(), at)
    if as_json:
        write_json(_document(found))
    else:
        _tell(found)
    sys.exit(verifying.EXITS[found.state])


def _document(found: Verification) -> VerifiedDocument:
    return {
        "format": 1,
        "state": found.state,
        "problems": list(found.problems),
        "added": list(found.added),
        "notes": list(found.notes),
        "signer": found.signer,
        "fingerprint": found.fingerprint,
        "signed_at": found.signed_at,
        "level": found.level or None,
        "signatures": [_seal(one) for one in found.seals],
        "attached": list(found.attached),
        "number": found.entry.seq if found.entry is not None else None,
        "id": found.inspection.id if found.inspection is not None else None,
        "verdict": found.inspection.judgement.verdict if found.inspection is not None else None,
        "judged_again": found.judged_again or None,
        "differences": list(found.differences),
        "policy": _policy(found),
        "lot": _lot(found.lot) if found.lot is not None else None,
        "batch": _batch(found.batch) if found.batch is not None else None,
    }


def _batch(summary: BatchSummary) -> VerifiedBatch:
    """What the summary of a batch says, in short."""
    return {
        "id": summary.id,
        "batch": summary.batch,
        "name": summary.terms.name,
        "verdict": batch_of.verdict_of(summary.rows, len(summary.unread)),
        "judged": len(summary.rows),
        "not_judged": len(summary.unread),
        "deviating": [
            row.seq for row in summary.rows if any(card.identity in batch_of.DEVIATING for card in row.cards)
        ],
    }


def _policy(found: Verification) -> Any:
    """The office's policy that the record names: the word of whoever signed the report."""
    return canonical.plain(found.inspection.policy) if found.inspection is not None else None


def _lot(summary: LotSummary) -> VerifiedLot:
    """What the summary of a lot says, in short."""
    from gpu_inspector.records import lot_words

    return {
        "id": summary.id,
        "lot": summary.lot.id,
        "name": summary.lot.name,
        "declared": summary.statement.declared,
        "examined": summary.statement.examined,
        "deviating": [one.number for one in lot_words.deviating(summary.members)],
        "statement": summary.statement.text,
    }


def _seal(one: Seal) -> SealDocument:
    return {
        "kind": one.kind,
        "signer": one.signer,
        "fingerprint": one.fingerprint,
        "at": one.at,
        "trusted": one.trusted,
        "remarks": list(one.remarks),
    }


def _tell_seals(seals: tuple[Seal, ...]) -> None:
    """What stands in the file beside the report's own signature, each with its own trust."""
    for one in seals[1:]:
        values = {
            "kind": told(one.kind.value),
            "signer": one.signer,
            "known": _("known here") if one.trusted else _("not known here"),
            "time": one.at,
        }
        if one.kind.value == "time stamp":
            text = said("{kind} of {signer} ({known}), {time} by the service's clock", **values)
        else:
            text = said("{kind} of {signer} ({known}), {time} by its own clock", **values)
        click.echo(visible(f"  {text}"))
        for remark in one.remarks:
            click.echo(visible(f"    {told(remark)}"))


def _tell(found: Verification) -> None:
    click.echo(told(found.state.value))
    for problem in found.problems:
        click.echo(f"  {visible(told(problem))}")
    for addition in found.added:
        click.echo(f"  {visible(told(addition))}")
    if found.signer:
        text = said(
            "signed by {signer}, certificate SHA-256 {fingerprint}, {time}",
            signer=visible(found.signer),
            fingerprint=found.fingerprint,
            time=found.signed_at,
        )
        click.echo(f"  {text}")
    if found.level:
        click.echo(f"  {said('PAdES {level}: {meaning}', level=found.level, meaning=_(_LEVELS[found.level]))}")
    _tell_seals(found.seals)
    if found.inspection is not None and found.entry is not None and not found.problems:
        text = said(
            "inspection {number}, id {id}: {identity}; judged again here: {again}",
            number=found.entry.seq,
            id=found.inspection.id,
            identity=_(words.IDENTITIES[found.inspection.judgement.verdict]),
            again=_(words.IDENTITIES[Identity(found.judged_again)]),
        )
        click.echo(f"  {text}")
    if found.lot is not None and not found.problems:
        _tell_lot(found.lot)
    if found.batch is not None and not found.problems:
        _tell_batch(found.batch)
    for note in found.notes:
        click.echo(f"  {visible(told(note))}")


def _tell_lot(summary: LotSummary) -> None:
    from gpu_inspector.records import hall_words, lot_words

    statement = told(summary.statement.text)
    text = said("lot “{name}”, summary {id}: {statement}", name=summary.lot.name, id=summary.id, statement=statement)
    click.echo(f"  {visible(text)}")
    if summary.hall is not None and (lost := hall_words.lost_sentence(summary.hall, summary.members)):
        click.echo(f"  {lost}")
    for one in lot_words.deviating(summary.members)[:_CARDS]:
        text = said(
            "card No. {number}, {product}, {label}: {identity}, report No. {row}, digest {digest}…",
            number=one.number,
            product=visible(one.product[:_NAME]),
            label=visible(lot_words.called(one)[: 2 * _NAME]),
            identity=_(words.IDENTITIES[one.identity]),
            row=one.seq,
            digest=one.digest[:16],
        )
        click.echo(f"    {text}")


def _tell_batch(summary: BatchSummary) -> None:
    from gpu_inspector.records import batch_words, lot_words

    members = batch_words.members(summary)
    text = said(
        "batch “{name}”, summary {id}: {examined}",
        name=visible(summary.terms.name),
        id=summary.id,
        examined=batch_words.examined(summary),
    )
    click.echo(f"  {text}")
    for identity, count in lot_words.identity_counts(members):
        click.echo(f"    {number(count)} × {_(words.IDENTITIES[identity])}")
    for one in lot_words.deviating(members)[:_CARDS]:
        text = said(
            "No. {number}, {label}, {product}: {identity}, row {row}, digest {digest}…",
            number=one.number,
            label=visible(one.label[:_NAME]),
            product=visible(one.product[:_NAME]),
            identity=_(words.IDENTITIES[one.identity]),
            row=one.seq,
            digest=one.digest[:16],
        )
        click.echo(f"    {text}")
