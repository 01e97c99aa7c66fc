"""The words of the window: what a headline means, said so that nothing is promised that was not seen.

DESIGN's rules: never "genuine"; SUSPICIOUS is said to people as "unexplained deviation"; a look that is missing is
never a pass. What a card, a file or a paper says goes through `safe` before it is shown.
"""

import re

from gpu_inspector.language import fill, visible
from gpu_inspector.records.evidence import CardEvidence, Evidence, Gap, Origin
from gpu_inspector.records.finding import NOT_ASSESSED, Condition, Finding, Identity, Outcome, Role, Strength
from gpu_inspector.records.inspection import CardJudgement

LONGEST = 400
"""Characters of one value on the screen; the whole value is in the record inside the report."""
_LISTED = 4
_ENDLESS = re.compile(r"[^\s/-]{40}")

OUTCOMES = {
    Outcome.CONSISTENT: "consistent",
    Outcome.NOTED: "noted",
    Outcome.INCONCLUSIVE: "inconclusive",
    Outcome.SUSPICIOUS: "unexplained deviation",
    Outcome.CONTRADICTED: "contradicted",
    Outcome.NOT_APPLICABLE: "not applicable",
}
IDENTITIES = {
    Identity.CONSISTENT: "CONSISTENT",
    Identity.INCONCLUSIVE: "INCONCLUSIVE",
    Identity.SUSPICIOUS: "UNEXPLAINED DEVIATION",
    Identity.CONTRADICTED: "CONTRADICTED",
}
CONDITIONS = {
    Condition.SOUND: "No defect was found in what was examined.",
    Condition.WORN: "Signs of wear were found; wear is no sign of forgery.",
    Condition.FAULTY: "A defect was found; a defect is no sign of forgery.",
    Condition.NOT_EXAMINED: "No test of memory, speed or heat was run.",
}
ORIGINS = {
    Origin.MACHINE: "",
    Origin.FILE: (
        "Review of a file of unknown origin: nobody can tell from a file which card it describes, nor whether it was"
        " edited."
    ),
    Origin.SAMPLE: "SAMPLE - no real card: the program made this evidence itself. It says nothing about any card.",
    Origin.SIMULATION: "SIMULATION - no real card: the evidence comes from a simulated one. It says nothing about any.",
}
STRENGTHS = {
    Strength.NONE: "",
    Strength.WEAK: "weak sign",
    Strength.MEDIUM: "medium sign",
    Strength.STRONG: "strong sign",
}
ROLES = {Role.CORE: "core check", Role.SUPPORTING: "supporting check"}
GROUPS = {
    "bench": "Bench",
    "declaration": "Declaration",
    "identity": "Identity",
    "memory": "Memory",
    "die": "Die",
    "firmware": "Firmware",
    "board": "Board",
    "link": "Link to the host",
    "export": "Export control",
}
"""Prefix of a check's id -> the group's name."""


def safe(text: str, limit: int = LONGEST) -> str:
    """A text that may come from a card or a file: no sign hides or reorders others, and none floods the window."""
    shown = text if len(text) <= limit else f"{text[:limit]}... ({len(text) - limit:,} more characters)"
    return visible(shown)


def breakable(text: str) -> str:
    """The text with places to break inside words that no line could hold: a forged name must not widen the window."""
    return _ENDLESS.sub(lambda found: f"{found[0]}\u200b", text)


def group_of(finding: Finding) -> str:
    prefix = finding.check.partition("-")[0]
    return GROUPS.get(prefix, prefix)


def text_of(finding: Finding) -> str:
    """The finding's sentence, filled; a template that is none, since a forged name stands in it, is shown as it is."""
    values = {name: safe(str(value)) for name, value in finding.values.items()}
    try:
        return safe(fill(finding.text, values), 2 * LONGEST)
    except ValueError:
        return safe(finding.text, 2 * LONGEST)


def identity_meaning(card: CardJudgement) -> str:
    """What the identity headline means for this card."""
    applied = [one for one in card.findings if one.outcome is not Outcome.NOT_APPLICABLE]
    clean = [one for one in applied if one.outcome in (Outcome.CONSISTENT, Outcome.NOTED)]
    fits = f"; compatible with {_listed(card.compatible)}" if card.compatible else ""
    counted = f"No contradiction found in {len(clean)} of {len(applied)} checks{fits}."
    if card.identity is Identity.CONSISTENT:
        return counted
    if card.identity is Identity.INCONCLUSIVE:
        missing = _titles(card, Outcome.INCONCLUSIVE, core=True)
        return f"{counted} {f'Not looked at, or not decided: {missing}.' if missing else 'No core check could look.'}"
    if card.identity is Identity.SUSPICIOUS:
        return (
            f"Something deviates and is not explained: {_titles(card, Outcome.SUSPICIOUS)}."
            " Innocent explanations stand with each finding."
        )
    return (
        f"A fact does not agree with a document or a physical limit: {_titles(card, Outcome.CONTRADICTED)}."
        " Read the findings before acting."
    )


def control_meaning(control: str) -> str:
    if control == NOT_ASSESSED:
        return "No export-control rules were applied. This is not a clearance."
    return "As the findings on export control say."


def missing_sources(evidence: Evidence, card: CardEvidence) -> tuple[Gap, ...]:
    """What could not be read: of that card, of the bench, and of the whole inspection."""
    return (*card.gaps, *(evidence.host.gaps if evidence.host is not None else ()), *evidence.gaps)


def _titles(card: CardJudgement, outcome: Outcome, *, core: bool = False) -> str:
    found = [one for one in card.findings if one.outcome is outcome and (one.role is Role.CORE or not core)]
    return _listed(tuple(one.title for one in found))


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(safe(name) for name in names[:_LISTED])
    return f"{shown} and {len(names) - _LISTED} more" if len(names) > _LISTED else shown
