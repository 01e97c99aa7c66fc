"""Judgements as people read them on a terminal, and as programs read them in JSON."""

from typing import Any

import click

from gpu_inspector.language import fill, visible
from gpu_inspector.records import canonical
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.finding import Finding, Identity, Outcome
from gpu_inspector.records.inspection import CardJudgement, Judgement

_MEANINGS = {
    Identity.CONSISTENT: "no contradiction found in {k} of {m} checks",
    Identity.INCONCLUSIVE: "no contradiction found in {k} of {m} checks, but not everything could be looked at",
    Identity.SUSPICIOUS: "unexplained deviation",
    Identity.CONTRADICTED: "what the card shows contradicts a document or a physical limit",
}
_SHOWN_FIRST = (Outcome.CONTRADICTED, Outcome.SUSPICIOUS, Outcome.NOTED)


def text_of(finding: Finding) -> str:
    """The finding's sentence, filled and safe to print."""
    return visible(fill(finding.text, finding.values))


def meaning(card: CardJudgement) -> str:
    """What the identity headline means, in words that promise no more than was seen."""
    applied = [one for one in card.findings if one.outcome is not Outcome.NOT_APPLICABLE]
    clean = [one for one in applied if one.outcome in (Outcome.CONSISTENT, Outcome.NOTED)]
    return fill(_MEANINGS[card.identity], {"k": len(clean), "m": len(applied)})


def judgement(found: Judgement, evidence: Evidence | None = None) -> None:
    """Every card with its headlines and reasons."""
    if evidence is not None and evidence.origin is not Origin.MACHINE:
        name = f" ({visible(evidence.file_name)})" if evidence.file_name else ""
        click.echo(f"Review of a {evidence.origin.value}{name}.")
        for note in evidence.notes:
            click.echo(f"  {visible(note)}")
    for card in found.cards:
        _card(card)
    if evidence is not None:
        for gap in (*evidence.gaps, *(gap for card in evidence.cards for gap in card.gaps)):
            click.echo(f"  not looked at: {visible(f'{gap.source}: {gap.reason} {gap.advice}')}")


def _card(card: CardJudgement) -> None:
    click.echo()
    click.secho(f"{visible(card.label)}  {visible(card.product)}", bold=True)
    click.echo(f"  identity       {card.identity.value}: {meaning(card)}")
    click.echo(f"  condition      {card.condition.value}")
    click.echo(f"  control class  {card.control}")
    if card.compatible:
        click.echo(f"  compatible with {visible(', '.join(card.compatible))}")
    for outcome in _SHOWN_FIRST:
        for finding in card.findings:
            if finding.outcome is outcome:
                _finding(finding)
    missing = [one for one in card.findings if one.outcome is Outcome.INCONCLUSIVE]
    if missing:
        click.echo("  not examined:")
        # One reason often keeps several checks from looking.
        reasons: dict[str, list[str]] = {}
        for finding in missing:
            reasons.setdefault(f"{text_of(finding)} {visible(finding.advice)}".strip(), []).append(finding.check)
        for reason, checks in reasons.items():
            click.echo(f"    {', '.join(checks)}: {reason}")


def _finding(finding: Finding) -> None:
    click.echo(f"  {finding.outcome.value} {finding.check} ({finding.strength.value}): {text_of(finding)}")
    if finding.innocent:
        click.echo(f"      innocent explanations: {visible('; '.join(finding.innocent))}")
    if finding.advice:
        click.echo(f"      to do: {visible(finding.advice)}")


def json_of(found: Judgement) -> dict[str, Any]:
    """The contract's document, without the id."""
    return {
        "format": canonical.FORMAT,
        "verdict": found.verdict.value,
        "tool_version": found.tool_version,
        "reference_version": found.reference_version,
        "cards": [
            {
                "label": card.label,
                "verdict": card.identity.value,
                "condition": card.condition.value,
                "control": card.control,
                "product": card.product,
                "compatible": list(card.compatible),
                "findings": [json_of_finding(finding) for finding in card.findings],
            }
            for card in found.cards
        ],
    }


def json_of_finding(finding: Finding) -> dict[str, Any]:
    """One finding of the contract's document; `text` is filled, `values` are what fills it."""
    plain: dict[str, Any] = canonical.plain(finding)
    return {**plain, "text": fill(finding.text, finding.values)}
