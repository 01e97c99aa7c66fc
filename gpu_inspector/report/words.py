"""The words of the report: what an outcome and a headline mean, said so that nothing is promised that was not seen.

DESIGN section 1: never "genuine"; SUSPICIOUS is said to people as "unexplained deviation"; a missing look is
never a pass.
"""

from datetime import datetime, timedelta, timezone

from gpu_inspector.language import N_
from gpu_inspector.records.evidence import Gap, Origin
from gpu_inspector.records.finding import NOT_ASSESSED, Condition, Finding, Identity, Outcome, Role, Strength
from gpu_inspector.records.inspection import CardJudgement, Inspection
from gpu_inspector.report.layout import BLACK, GREY, Colour, Shape

GREEN: Colour = (0.08, 0.38, 0.20)
AMBER: Colour = (0.60, 0.33, 0.0)
RED: Colour = (0.66, 0.06, 0.08)

OUTCOMES = {
    Outcome.CONSISTENT: N_("Consistent"),
    Outcome.NOTED: N_("Noted"),
    Outcome.INCONCLUSIVE: N_("Inconclusive"),
    Outcome.SUSPICIOUS: N_("Unexplained deviation"),
    Outcome.CONTRADICTED: N_("Contradicted"),
    Outcome.NOT_APPLICABLE: N_("Not applicable"),
}
OUTCOME_SHAPES = {
    Outcome.CONSISTENT: (Shape.CHECK, GREEN),
    Outcome.NOTED: (Shape.RING, BLACK),
    Outcome.INCONCLUSIVE: (Shape.DIAMOND, GREY),
    Outcome.SUSPICIOUS: (Shape.TRIANGLE, AMBER),
    Outcome.CONTRADICTED: (Shape.CROSS, RED),
    Outcome.NOT_APPLICABLE: (Shape.DASH, GREY),
}
IDENTITIES = {
    Identity.CONSISTENT: N_("CONSISTENT"),
    Identity.INCONCLUSIVE: N_("INCONCLUSIVE"),
    Identity.SUSPICIOUS: N_("UNEXPLAINED DEVIATION"),
    Identity.CONTRADICTED: N_("CONTRADICTED"),
}
IDENTITY_SHAPES = {
    Identity.CONSISTENT: OUTCOME_SHAPES[Outcome.CONSISTENT],
    Identity.INCONCLUSIVE: OUTCOME_SHAPES[Outcome.INCONCLUSIVE],
    Identity.SUSPICIOUS: OUTCOME_SHAPES[Outcome.SUSPICIOUS],
    Identity.CONTRADICTED: OUTCOME_SHAPES[Outcome.CONTRADICTED],
}
CONDITIONS = {
    Condition.SOUND: (N_("No defect was found in what was examined."), Shape.CHECK, GREEN),
    Condition.WORN: (N_("Signs of wear were found; wear is no sign of forgery."), Shape.RING, BLACK),
    Condition.FAULTY: (N_("A defect was found; a defect is no sign of forgery."), Shape.TRIANGLE, AMBER),
    Condition.NOT_EXAMINED: (N_("No test of memory, speed or heat was run."), Shape.DASH, GREY),
}
CONTROL_MEANINGS = {
    NOT_ASSESSED: N_("No export-control rules were applied. This is not a clearance."),
}

GROUPS = {
    "bench": N_("Bench: the machine that was asked"),
    "declaration": N_("Declaration: the paper against the card's claims"),
    "identity": N_("Identity: ids, names and numbers"),
    "memory": N_("Memory"),
    "die": N_("Die: the chip itself"),
    "firmware": N_("Firmware"),
    "board": N_("Board"),
    "link": N_("Link to the host"),
    "export": N_("Export control"),
}
"""Prefix of a check's id -> heading, in the order of the report."""
OTHER_GROUP = N_("Other")

ROLES = {Role.CORE: N_("core check"), Role.SUPPORTING: N_("supporting check")}
STRENGTHS = {
    Strength.NONE: "",
    Strength.WEAK: N_("weak sign"),
    Strength.MEDIUM: N_("medium sign"),
    Strength.STRONG: N_("strong sign"),
}

TITLES = {
    Origin.MACHINE: N_("Inspection report"),
    Origin.FILE: N_("Review of a file of unknown origin"),
    Origin.SAMPLE: N_("SAMPLE – no real card"),
    Origin.SIMULATION: N_("SIMULATION – no real card"),
}
ORIGINS = {
    Origin.MACHINE: N_("The cards were in the machine that this program ran on."),
    Origin.FILE: N_(
        "Only a file was judged. Nobody can tell from a file which card it describes, nor whether it was edited."
    ),
    Origin.SAMPLE: N_("The evidence is a sample that the program made itself. It says nothing about any card."),
    Origin.SIMULATION: N_("The evidence comes from a simulated card. It says nothing about any card."),
}
WATERMARKS = {Origin.SAMPLE: N_("SAMPLE – no real card"), Origin.SIMULATION: N_("SIMULATION")}

LIMITS = (
    N_("The results relate only to the items examined, as they were at the time stated."),
    N_("This report is not to be copied except in full."),
    N_(
        "What a card, its firmware or a driver says is a claim, which anybody with a programmer can change. Only "
        "what is shown as measured was seen on the silicon itself."
    ),
    N_("A finding names what deviates, not who did it nor why. Innocent explanations stand beside each deviation."),
    N_(
        "The judgement can be repeated: it follows from the attached record and the reference data of the stated "
        "version alone. The observation itself cannot be repeated from this file."
    ),
)
SIGNER_UNKNOWN = N_(
    "The identity of this signer is not established by this program: compare the certificate's fingerprint out of "
    "band, by telephone or on paper, with the office that is named above."
)


def counts(findings: tuple[Finding, ...]) -> tuple[int, int]:
    """(k, m): checks that looked and found no contradiction, of the checks that apply to this card."""
    applicable = [finding for finding in findings if finding.outcome is not Outcome.NOT_APPLICABLE]
    good = [finding for finding in applicable if finding.outcome in (Outcome.CONSISTENT, Outcome.NOTED)]
    return len(good), len(applicable)


def identity_meaning(card: CardJudgement) -> str:
    """What the identity headline means for this card, in one or two sentences."""
    k, m = counts(card.findings)
    compatible = f"; compatible with {_listed(card.compatible)}" if card.compatible else ""
    if card.identity is Identity.CONSISTENT:
        return f"No contradiction found in {k} of {m} checks{compatible}."
    if card.identity is Identity.INCONCLUSIVE:
        missing = _titles(card, Outcome.INCONCLUSIVE, core=True)
        unseen = f"Not looked at, or not decided: {missing}." if missing else "No core check could look."
        return f"No contradiction found in {k} of {m} checks{compatible}. {unseen}"
    if card.identity is Identity.SUSPICIOUS:
        return (
            f"Something deviates and is not explained: {_titles(card, Outcome.SUSPICIOUS)}. "
            "Innocent explanations are listed with each finding."
        )
    return (
        f"A fact does not agree with a document or a physical limit: {_titles(card, Outcome.CONTRADICTED)}. "
        "Read the findings before acting."
    )


def control_meaning(control: str) -> str:
    return CONTROL_MEANINGS.get(control, "As the findings on export control say.")


def _titles(card: CardJudgement, outcome: Outcome, *, core: bool = False) -> str:
    chosen = [
        finding.title
        for finding in card.findings
        if finding.outcome is outcome and (finding.role is Role.CORE or not core)
    ]
    return _listed(tuple(chosen))


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:4])
    return f"{shown} and {len(names) - 4} more" if len(names) > 4 else shown


def local_time(inspection: Inspection) -> str:
    """24-hour local time with its offset, and UTC."""
    bounded = max(-1439, min(1439, inspection.utc_offset_minutes))
    zone = timezone(timedelta(minutes=bounded))
    try:
        local = inspection.made_at.astimezone(zone)
    except OverflowError:
        return utc_time(inspection.made_at)
    sign = "-" if bounded < 0 else "+"
    offset = f"UTC{sign}{abs(bounded) // 60:02d}:{abs(bounded) % 60:02d}"
    return f"{local:%Y-%m-%d %H:%M:%S} {offset}"


def utc_time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def spaced(digest: str) -> str:
    """A digest in groups of eight: easier to compare by eye and over the telephone."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def gaps(inspection: Inspection) -> list[tuple[str, Gap]]:
    """Sources that were not read, each with the label of its card, "" for those of the whole inspection."""
    evidence = inspection.evidence
    whole = (*evidence.gaps, *(evidence.host.gaps if evidence.host is not None else ()))
    return [("", gap) for gap in whole] + [(card.label, gap) for card in evidence.cards for gap in card.gaps]
