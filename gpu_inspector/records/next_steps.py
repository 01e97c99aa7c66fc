"""What the officer may do next: the advice of all findings of a card, collected, the gravest first.

Nothing is invented here: a step is the advice that a check or a missing source gave, word for word, once, with all
that gave it. Known modifications that the card fits are named by the checks that look for them.
"""

from dataclasses import dataclass, replace

from gpu_inspector.language import N_, said, told
from gpu_inspector.records import words
from gpu_inspector.records.evidence import Gap
from gpu_inspector.records.finding import Finding, Outcome
from gpu_inspector.records.inspection import CardJudgement
from gpu_inspector.records.words import Clean

HEADING = N_("What you may do next")
NOTHING = N_("No finding asks for anything more. This is no clearance: read what was not examined.")
MODIFICATION = N_("Known modification")
DIE_FITS = N_("Die that fits what was measured")
_DEVIATING = (*words.GRAVE, Outcome.NOTED)
_KNOWN = ("memory-known-rework", "identity-known-modification")
"""Checks that hold the card against the list of known modifications."""
_SILENT = (Outcome.CONSISTENT, Outcome.NOT_APPLICABLE)
"""Outcomes that ask for nothing."""


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of advice; `because` are the titles of the findings, or the sources not read, that gave it."""

    text: str
    outcome: Outcome
    """Of the gravest of them."""
    because: tuple[str, ...]


def steps_of(card: CardJudgement, gaps: tuple[Gap, ...], clean: Clean) -> tuple[Step, ...]:
    """All steps; those that would let more be examined come where what is inconclusive stands."""
    given = [
        (words.filled(finding.advice, finding, clean).strip(), finding.outcome, clean(told(finding.title)))
        for finding in card.findings
        if finding.advice.strip() and finding.outcome not in _SILENT
    ]
    given += [
        (clean(told(gap.advice)).strip(), Outcome.INCONCLUSIVE, clean(words.source_words(gap.source)))
        for gap in gaps
        if gap.advice.strip()
    ]
    given.sort(key=lambda one: words.BY_GRAVITY.index(one[1]))
    steps: dict[str, Step] = {}
    for text, outcome, reason in given:
        known = steps.setdefault(text, Step(text, outcome, ()))
        if reason not in known.because:
            steps[text] = replace(known, because=(*known.because, reason))
    return tuple(steps.values())


def modifications_of(card: CardJudgement, clean: Clean) -> tuple[str, ...]:
    """Sentences on what the card seems to be made of, where a check says so: a known modification, another die."""
    found = []
    for finding in card.findings:
        if finding.outcome not in _DEVIATING:
            continue
        if finding.check in _KNOWN:
            found.append(said("Known modification: {text}", text=words.filled(finding.text, finding, clean)))
        elif finding.check == "die-measured" and (fit := _fit(finding)):
            found.append(said("Die that fits what was measured: {die}", die=clean(told(fit))))
    return tuple(found)


def _fit(finding: Finding) -> str:
    fit = finding.values.get("fit")
    return fit if isinstance(fit, str) else ""
