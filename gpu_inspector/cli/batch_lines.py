"""A batch as people read it on a terminal, a line a thing, and as programs read it, a JSON document a line."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import columns, show
from gpu_inspector.language import _, counted, number, said, visible
from gpu_inspector.language import told as words_of
from gpu_inspector.records import batch as of_batch
from gpu_inspector.records import batch_words, lot_words, words

if TYPE_CHECKING:
    from pathlib import Path

    from gpu_inspector.cli.documents_batch import BatchEnd, BatchLine, BatchUnreadLine
    from gpu_inspector.cli.progress import Meter
    from gpu_inspector.workflow.batch import Batch, Told
    from gpu_inspector.workflow.batch_summing import Summed

_WIDE = 21
_SHOWN = 20
"""Deviating cards that are named once more at the end."""


class Pace:
    """How many are done of how many, how fast, and how long it will take: for the line of progress."""

    def __init__(self, meter: Meter, total: int | None) -> None:
        self._meter, self._total, self._done = meter, total, 0
        self._start = self._last = self._ended = time.monotonic()

    def step(self) -> None:
        """One more; the line is drawn a few times a second."""
        self._done += 1
        now = self._ended = time.monotonic()
        if self._total is None or (now - self._last < 0.2 and self._done != self._total):
            return
        self._last = now
        rate = self._done / max(now - self._start, 1e-6)
        left = (self._total - self._done) / rate
        text = said(
            "{done} of {total}, {rate} a second, {time} left",
            done=number(self._done),
            total=number(self._total),
            rate=number(rate, 0),
            time=_span(left),
        )
        self._meter(text, self._done / self._total)

    @property
    def seconds(self) -> float:
        """From the beginning to the last one that was done."""
        return self._ended - self._start


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return said("{hours} h {minutes} min", hours=hours, minutes=f"{minutes:02}")
    if minutes:
        return said("{minutes} min {seconds} s", minutes=minutes, seconds=f"{rest:02}")
    return said("{seconds} s", seconds=rest)


def told(one: Told, report: Path | None, batch: Batch, *, as_json: bool) -> None:
    """One thing of the queue, as it is done."""
    if as_json:
        click.echo(json.dumps(json_of(one, report, batch)))
    elif one.failure:
        click.echo(visible(f"{columns.padded(_('not judged'), _WIDE)}  {one.item}: {words_of(one.failure)}"))
    elif one.left_out:
        click.echo(visible(f"{columns.padded(_('left out'), _WIDE)}  {one.item}: {words_of(one.left_out)}"))
    else:
        click.echo(visible(_line(one)))


def _line(one: Told) -> str:
    found = one.inspection or one.brief
    assert found is not None
    assert one.entry is not None
    products = ", ".join(sorted({card.product for card in found.judgement.cards}))
    mark = _(words.WATERMARKS.get(found.evidence.origin, ""))
    word = columns.padded(_(words.IDENTITIES[found.judgement.verdict]), _WIDE)
    text = f"{word}  {one.item}: {products}  {said('No. {number}', number=one.entry.seq)}"
    text += f"  {mark}" if mark else ""
    return text if one.inspection is not None else f"{text}  {_('(judged before)')}"


def json_of(one: Told, report: Path | None, batch: Batch) -> BatchLine | BatchUnreadLine:
    """The same for programs."""
    if one.entry is None:
        unread: BatchUnreadLine = {
            "format": 1,
            "verdict": None,
            "file": one.item,
            "failure": one.failure or one.left_out,
            "left_out": bool(one.left_out),
        }
        return unread
    inspection = one.inspection if one.inspection is not None else batch.ledger.inspection(one.entry.seq)[1]
    line: BatchLine = {
        **show.document_of(inspection.judgement, inspection.evidence),
        "file": one.item,
        "failure": "",
        "id": inspection.id,
        "number": one.entry.seq,
        "digest": one.entry.digest,
        "report": str(report) if report is not None else None,
        "before": one.inspection is None,
    }
    return line


def end(batch: Batch, done: Summed, seconds: float) -> None:
    """What came of the whole batch, and where its summary lies."""
    made = done.summary
    members = batch_words.members(made)
    click.echo()
    examined = batch_words.examined(made)
    click.echo(visible(said("Batch “{name}”: {examined}.", name=batch.terms.name, examined=examined)))
    if batch.kept:
        rate = number(batch.kept / max(seconds, 1e-6), 1)
        click.echo(
            said(
                "New in this run: {count} in {seconds} s, {rate} a second.",
                count=number(batch.kept),
                seconds=number(seconds, 1),
                rate=rate,
            )
        )
    for identity, count in lot_words.identity_counts(members):
        click.echo(f"  {columns.right(number(count), 7)} × {_(words.IDENTITIES[identity])}")
    found = lot_words.deviating(members)
    for one in found[:_SHOWN]:
        text = said(
            "{identity}: {label}, {product}, No. {number}",
            identity=_(words.IDENTITIES[one.identity]),
            label=one.label,
            product=one.product,
            number=one.seq,
        )
        click.echo(visible(f"  {text}"))
        for reason in one.reasons:
            click.echo(visible(f"      {reason.check}: {words_of(reason.text)}"))
    if len(found) > _SHOWN:
        more = len(found) - _SHOWN
        text = counted("{number} more stand in the summary.", "{number} more stand in the summary.", more)
        click.echo(f"  {text}")
    for row, why in (*list(batch_words.earlier(made))[:_SHOWN], *list(batch_words.replaced(made))[:_SHOWN]):
        text = said("{item}, No. {number}: {reason}", item=row.item, number=row.seq, reason=words_of(why))
        click.echo(visible(f"  {text}"))
    if done.path is not None:
        text = said("Signed summary of the batch: {file} (PAdES {level})", file=done.path, level=done.level)
        click.echo(visible(text))
    for remark in (*batch.remarks, done.remark):
        click.echo(visible(words_of(remark)), nl=bool(remark))


def json_of_end(batch: Batch, done: Summed | None, seconds: float) -> BatchEnd:
    """The last line for programs; `done` is None where the batch was stopped or nothing was judged."""
    made = done.summary if done is not None else None
    members = batch_words.members(made) if made is not None else ()
    document: BatchEnd = {
        "format": 1,
        "batch": {"id": batch.id, "name": batch.terms.name},
        "stopped": done is None,
        "verdict": of_batch.verdict_of(made.rows, len(made.unread)) if made is not None else None,
        "judged": len(made.rows) if made is not None else len(batch.seen),
        "new": batch.kept,
        "not_judged": len(batch.unread),
        "left_out": len(batch.left_out) + batch.left_out_more,
        "identities": {one.value: count for one, count in lot_words.identity_counts(members)},
        "conditions": {one.value: count for one, count in lot_words.condition_counts(members)},
        "controls": dict(lot_words.control_counts(members)),
        "seconds": round(seconds, 3),
        "summary": str(done.path) if done is not None and done.path is not None else None,
        "level": done.level or None if done is not None else None,
        "remark": " ".join(filter(None, (*batch.remarks, done.remark if done is not None else ""))),
    }
    return document
