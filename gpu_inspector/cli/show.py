"""Judgements as people read them on a terminal, and as programs read them in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import columns
from gpu_inspector.language import N_, _, clauses, current, fill, listed, said, sentences, told, visible
from gpu_inspector.records import (
    bench_words,
    canonical,
    control_table,
    foreign_words,
    measured_words,
    node_words,
    ranked,
    seen_words,
    server_words,
    words,
)
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.finding import Finding, Outcome
from gpu_inspector.records.inspection import CardJudgement, Judgement
from gpu_inspector.records.measured import silicon_of
from gpu_inspector.records.reserve import answers_of
from gpu_inspector.records.silicon import SiliconReading

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_cards import FindingDocument, JudgedDocument, JudgedOfDocument

MEASURED = N_("Measured")
SEEN = N_("Seen by eye")
BY_OTHERS = N_("By other programs")
BEST_FIT = N_("Best fit")
NEXT_FIT = N_("then, with facts against them")
_WIDE = 21
_SHOWN_FIRST = (*words.GRAVE, Outcome.NOTED)


def judgement(found: Judgement, evidence: Evidence | None = None) -> None:
    """Every card with its headlines and reasons."""
    if evidence is not None and evidence.origin is not Origin.MACHINE:
        title, name = _(words.TITLES[evidence.origin]), visible(evidence.file_name)
        named = said("{title} ({file}).", title=title, file=name) if name else said("{title}.", title=title)
        click.echo(sentences(named, _(words.NATURES[evidence.origin])))
        for note in evidence.notes:
            click.echo(f"  {visible(told(note))}")
    for number, card in enumerate(found.cards):
        origin = evidence.origin if evidence is not None else Origin.FILE
        _card(card, origin, _measured(evidence, number), _seen(evidence, number), _by_others(evidence, number))
    if evidence is not None:
        _bench(evidence)
        for line in server_words.lines_of(evidence):
            click.echo(f"  {visible(line)}")
        several = len(evidence.cards) > 1
        for label, gap in words.missing_sources(evidence):
            named = words.source_words(gap.source)
            source = f"{named} ({label})" if label and several else named
            why = words.with_advice(gap.reason, gap.advice)
            text = said("source not read: {source}: {reason}", source=source, reason=why)
            click.echo(f"  {visible(text)}")


def _bench(evidence: Evidence) -> None:
    """The node that it came from, and whether the bench's own measure was looked at: one line each."""
    if evidence.node is not None:
        click.echo(f"  {said('{heading}: {text}', heading=_('Node'), text=node_words.line(evidence.node, visible))}")
    if evidence.self_test is not None:
        line = bench_words.self_test_line(evidence, visible)
        click.echo(f"  {visible(said('self-test of the program: {result}', result=line))}")
    if evidence.control_card is not None:
        line = bench_words.control_card_line(evidence, visible)
        click.echo(f"  {visible(said('control card: {result}', result=line))}")


def _measured(evidence: Evidence | None, number: int) -> tuple[str, ...]:
    """What was measured on the card at this place, a line a part; () where nothing was."""
    cards = evidence.cards if evidence is not None else ()
    if evidence is None or number >= len(cards):
        return ()
    silicon = silicon_of(cards[number], evidence.origin)
    return measured_words.summary(silicon) if isinstance(silicon, SiliconReading) else ()


def _seen(evidence: Evidence | None, number: int) -> tuple[str, ...]:
    """What was seen by eye of the card at this place, in brief; () where nobody looked."""
    cards = evidence.cards if evidence is not None else ()
    seen = cards[number].seen if number < len(cards) else None
    return seen_words.brief(seen, evidence.origin, visible) if evidence is not None and seen is not None else ()


def _by_others(evidence: Evidence | None, number: int) -> tuple[str, ...]:
    """What other programs' files say of the card at this place, in brief; () where none was handed in."""
    cards = evidence.cards if evidence is not None else ()
    return foreign_words.brief(cards[number], visible) if number < len(cards) else ()


def _card(
    card: CardJudgement,
    origin: Origin,
    measured: tuple[str, ...],
    seen: tuple[str, ...],
    others: tuple[str, ...],
) -> None:
    click.echo()
    click.secho(f"{visible(card.label)}  {visible(card.product)}", bold=True)
    for answer in answers_of(card, origin, visible):
        asked = columns.padded(answer.asked.partition(":")[0].partition("：")[0].rstrip(), _WIDE)
        text = said("{word}: {meaning}", word=answer.word, meaning=answer.meaning)
        click.echo(f"  {asked} {visible(text)}")
    if card.control_class is not None:
        for reading in control_table.readings_of(card.control_class, visible):
            click.echo(f"    {columns.padded(reading.name, _WIDE - 2)} {reading.short}")
    if passing := words.passing(card.would_pass, visible):
        click.echo(f"  {'':<{_WIDE}} {visible(passing)}")
    for heading, lines in ((MEASURED, measured), (SEEN, seen), (BY_OTHERS, others)):
        for place, line in enumerate(lines):
            click.echo(f"  {columns.padded('' if place else _(heading), _WIDE)} {visible(line)}")
    _ranking(card)
    for outcome in _SHOWN_FIRST:
        for finding in card.findings:
            if finding.outcome is outcome:
                _finding(finding)
    missing = words.unanswered(card.findings)
    if missing:
        click.echo(f"  {said('{heading}:', heading=_(words.NOT_EXAMINED))}")
        # One reason often keeps several checks from looking.
        reasons: dict[str, list[str]] = {}
        for finding in missing:
            reason = sentences(_whole(_filled(finding.text, finding)), _filled(finding.advice, finding))
            reasons.setdefault(reason, []).append(finding.check)
        for reason, checks in reasons.items():
            click.echo(f"    {visible(listed(checks))}: {reason}")


def _ranking(card: CardJudgement) -> None:
    """The best fitting product and what speaks against it; of the others, their names."""
    lines = ranked.lines_of(card.ranking, visible)
    if not lines:
        return
    first = lines[0]
    against = "; ".join(first.against) or _(ranked.NOTHING)
    fit = said(
        "{product} ({facts}: {against})",
        product=first.product,
        facts=_(ranked.COLUMNS[2]).lower(),
        against=against,
    )
    click.echo(f"  {columns.padded(_(BEST_FIT), _WIDE)} {fit}")
    if others := listed([f"{line.product} ({line.facts_against})" for line in lines[1:]]):
        click.echo(f"  {'':<{_WIDE}} {said('{heading}: {text}', heading=_(NEXT_FIT), text=others)}")


def _finding(finding: Finding) -> None:
    strength = _(words.STRENGTHS[finding.strength])
    title = visible(f"{told(finding.title)}, {finding.check}")
    named = f"{title} ({strength})" if strength else title
    text = _filled(finding.text, finding)
    outcome = _(words.OUTCOMES[finding.outcome])
    click.echo(f"  {said('{outcome}: {check}: {text}', outcome=outcome, check=named, text=text)}")
    if reasons := words.innocent_of(finding, visible):
        _more(words.INNOCENT, visible(clauses(reasons)))
    if finding.advice:
        _more(words.ADVICE, _filled(finding.advice, finding))


def _more(heading: str, text: str) -> None:
    click.echo(f"      {said('{heading}: {text}', heading=_(heading), text=text)}")


def _whole(text: str) -> str:
    """A reason as a sentence, however it ends; it is in the shown language already."""
    text = text[:1].upper() + text[1:]
    stop = "。" if current() in ("zh-Hans", "ja") else "."
    return text if not text or text[-1] in ".!?)。！？）" else text + stop


def _filled(template: str, finding: Finding) -> str:
    return visible(words.filled(template, finding, visible))


def json_of(found: Judgement) -> JudgedDocument:
    """The contract's document, without the id."""
    return {
        "format": canonical.FORMAT,
        "verdict": found.verdict,
        "tool_version": found.tool_version,
        "reference_version": found.reference_version,
        "cards": [
            {
                "label": card.label,
                "verdict": card.identity,
                "condition": card.condition,
                "control": card.control,
                "control_class": canonical.plain(card.control_class) if card.control_class is not None else None,
                "product": card.product,
                "compatible": list(card.compatible),
                "ranking": [canonical.plain(one) for one in card.ranking],
                "would_pass": list(card.would_pass),
                "findings": [json_of_finding(finding) for finding in card.findings],
            }
            for card in found.cards
        ],
    }


def document_of(found: Judgement, evidence: Evidence) -> JudgedOfDocument:
    """The judgement for programs, and where its evidence comes from: a simulation must not look like a card."""
    return {**json_of(found), "origin": evidence.origin}


def json_of_finding(finding: Finding) -> FindingDocument:
    """One finding of the contract's document; `text` is filled, `values` are what fills it."""
    document: FindingDocument = canonical.plain(finding)
    document["text"] = fill(finding.text, finding.values)
    return document
