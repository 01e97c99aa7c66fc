"""What an inspection tells the program's log: counts, versions and sources; of whose card and case it is, nothing.

The values that are somebody's are named to the log first, so that no sentence of an error can carry one into it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gpu_inspector import log
from gpu_inspector.records.numbers import FIELDS

if TYPE_CHECKING:
    from gpu_inspector.records.declaration import Case
    from gpu_inspector.records.evidence import CardEvidence, Evidence
    from gpu_inspector.records.inspection import Judgement


def collected(evidence: Evidence) -> None:
    """The cards of this machine were asked: how many, and which sources did not answer."""
    hide_evidence(evidence)
    gaps = [gap.source for gap in evidence.gaps]
    gaps += [gap.source for card in evidence.cards for gap in card.gaps]
    log.event("collected", cards=len(evidence.cards), bystanders=len(evidence.bystanders), gaps=sorted(set(gaps)))


def judged(judgement: Judgement, evidence: Evidence) -> None:
    """An inspection was judged: the headlines, and how often each outcome was found."""
    log.event(
        "judged",
        verdict=judgement.verdict.value,
        cards=len(judgement.cards),
        conditions=sorted({card.condition.value for card in judgement.cards}),
        outcomes=outcomes(judgement),
        origin=evidence.origin.value,
        program=judgement.tool_version,
        data=judgement.reference_version,
    )


def outcomes(judgement: Judgement) -> list[str]:
    """Such as "CONSISTENT 31": each outcome that was found, with how often, the commonest first."""
    found = Counter(finding.outcome.value for card in judgement.cards for finding in card.findings)
    return [f"{outcome} {times}" for outcome, times in sorted(found.items(), key=lambda one: (-one[1], one[0]))]


def hide_case(case: Case) -> None:
    """Whose case it is does not belong into a log."""
    log.hide(case.number, case.inspector, case.office, case.place, case.note, case.seals, case.binding.exhibit)


def hide_evidence(evidence: Evidence) -> None:
    """Nor do the numbers of its cards, nor the name of its file."""
    log.hide(evidence.file_name, *(value for card in (*evidence.cards, *evidence.bystanders) for value in _of(card)))


def _of(card: CardEvidence) -> list[str]:
    claims = [one for one in (card.nvml, card.nvidia_smi) if one is not None]
    return [value for one in claims for name in FIELDS if (value := getattr(one, name))]
