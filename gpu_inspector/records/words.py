"""The words for people: what an outcome and a headline mean, the same in the window, on paper and on a terminal.

DESIGN section 1: never "genuine"; SUSPICIOUS is said to people as "unexplained deviation"; a look that is missing
is never a pass. Each door adds its own shapes and colours, and its own way of making foreign texts harmless: what a
card, a file or a paper said goes through the `clean` that the caller gives. The names up here are English, and whoever
shows one translates it; what a function returns is in the language that is shown.
"""

from collections.abc import Callable

from gpu_inspector.language import N_, _, clauses, current, fill, listed, said, sentences, told, told_values
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import NOT_ASSESSED, Condition, Finding, Identity, Outcome, Role, Strength
from gpu_inspector.records.inspection import CardJudgement
from gpu_inspector.records.measured import PART_WORDS, WHOLE
from gpu_inspector.records.missing import missing_of as missing_of
from gpu_inspector.records.missing import missing_sources as missing_sources
from gpu_inspector.records.moments import local_time as local_time
from gpu_inspector.records.moments import utc_time as utc_time
from gpu_inspector.records.tallied import answered

Clean = Callable[[str], str]
"""Makes one foreign text harmless for its page or screen, and bounds its length."""

IDENTITY_QUESTION = N_("Identity: is it what it is said to be?")
CONDITION_QUESTION = N_("Condition")
CONTROL_QUESTION = N_("Export-control class")

OUTCOMES = {
    Outcome.CONSISTENT: N_("Consistent"),
    Outcome.NOTED: N_("Noted"),
    Outcome.INCONCLUSIVE: N_("Inconclusive"),
    Outcome.SUSPICIOUS: N_("Unexplained deviation"),
    Outcome.CONTRADICTED: N_("Contradicted"),
    Outcome.NOT_APPLICABLE: N_("Not applicable"),
}
GRAVE = (Outcome.CONTRADICTED, Outcome.SUSPICIOUS)
BY_GRAVITY = (*GRAVE, Outcome.INCONCLUSIVE, Outcome.NOTED, Outcome.CONSISTENT, Outcome.NOT_APPLICABLE)
"""What a reader must see first stands first."""

IDENTITIES = {
    Identity.CONSISTENT: N_("CONSISTENT"),
    Identity.INCONCLUSIVE: N_("INCONCLUSIVE"),
    Identity.SUSPICIOUS: N_("UNEXPLAINED DEVIATION"),
    Identity.CONTRADICTED: N_("CONTRADICTED"),
}
CONDITION_WORDS = {
    Condition.SOUND: N_("SOUND"),
    Condition.WORN: N_("WORN"),
    Condition.FAULTY: N_("FAULTY"),
    Condition.NOT_EXAMINED: N_("NOT EXAMINED"),
}
CONDITIONS = {
    Condition.SOUND: N_("No defect was found in what was examined."),
    Condition.WORN: N_("Signs of wear were found; wear is no sign of forgery."),
    Condition.FAULTY: N_("A defect was found; a defect is no sign of forgery."),
    Condition.NOT_EXAMINED: N_("No test of memory, speed or heat came to an answer."),
}

_CONTROLS = {
    NOT_ASSESSED: N_("NOT ASSESSED"),
    "none": N_("NO ENTRY MET"),
    "indeterminate": N_("INDETERMINATE"),
}
"""What is no entry of a list, as a headline."""

GROUPS = {
    "bench": N_("Bench: the machine that was asked"),
    "declaration": N_("Declaration: the paper against the card's claims"),
    "identity": N_("Identity: ids, names and numbers"),
    "memory": N_("Memory"),
    "die": N_("Die: the chip itself"),
    "firmware": N_("Firmware"),
    "board": N_("Board"),
    "link": N_("Link to the host"),
    "condition": N_("Condition: defects and wear, which are no signs of forgery"),
    "export": N_("Export control"),
}
"""Prefix of a check's id -> heading, in the order in which people read."""
OTHER_GROUP = N_("Other")

ROLES = {Role.CORE: N_("core check"), Role.SUPPORTING: N_("supporting check")}
STRENGTHS = {
    Strength.NONE: "",
    Strength.WEAK: N_("weak sign"),
    Strength.MEDIUM: N_("medium sign"),
    Strength.STRONG: N_("strong sign"),
}

EXPECTED = N_("Expected")
OBSERVED = N_("Observed")
SOURCE = N_("Source")
SEEN_IN = N_("Seen in")
INNOCENT = N_("Innocent explanations that remain")
NO_INNOCENT = N_("No innocent explanation is known to this program.")
ADVICE = N_("What to do")
NOT_EXAMINED = N_("What was not examined, and why")
ALL_EXAMINED = N_("Everything that this program looks at was examined.")

TITLES = {
    Origin.MACHINE: N_("Inspection report"),
    Origin.FILE: N_("Review of a file of unknown origin"),
    Origin.SAMPLE: N_("SAMPLE – no real card"),
    Origin.SIMULATION: N_("SIMULATION – no real card"),
    Origin.SEEN: N_("Report of an inspection by eye"),
}
NATURES = {
    Origin.MACHINE: N_("The cards were in the machine that this program ran on."),
    Origin.FILE: N_(
        "Only a file was judged, and what is said here is said of the file, not of a card. Nobody can tell from a file"
        " which card it describes, nor whether it was edited."
    ),
    Origin.SAMPLE: N_("The evidence is a sample that the program made itself. It says nothing about any card."),
    Origin.SIMULATION: N_("The evidence comes from a simulated card. It says nothing about any card."),
    Origin.SEEN: N_(
        "The object was looked at, not started: nothing was read out of it, and nothing was measured. What is said here"
        " rests on the inspector's eye and on the photographs."
    ),
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
        "The same conclusion follows from the recorded evidence: whoever judges the attached record again, with the "
        "reference data of the stated version, comes to it. The observation itself cannot be repeated from this file."
    ),
)
WOULD_PASS = N_("Of the known forgeries these would have passed as well")
NO_PRODUCT = N_("Name and memory together are those of no catalogue product: read what was noted.")
SIGNER_UNKNOWN = N_(
    "The identity of this signer is not established by this program: compare the certificate's fingerprint out of "
    "band, by telephone or on paper, with the office that is named above."
)
_SOURCES = {
    "vbios": N_("vBIOS image"),
    "rm": N_("driver's inner calls"),
    "attestation": N_("attestation"),
}
"""Sources of gaps that people know by another name."""
_LISTED = 8
"""Names in one sentence; how many more there are is said."""


def counts(findings: tuple[Finding, ...]) -> tuple[int, int]:
    """(k, m): checks that looked and found no contradiction, of the checks that apply to this card."""
    applicable = [finding for finding in findings if finding.outcome is not Outcome.NOT_APPLICABLE]
    good = [finding for finding in applicable if finding.outcome in (Outcome.CONSISTENT, Outcome.NOTED)]
    return len(good), len(applicable)


def identity_meaning(card: CardJudgement, clean: Clean) -> str:
    """What the identity headline means for this card, in one or two sentences."""
    if card.identity is Identity.CONTRADICTED:
        return said(
            "A fact does not agree with a document or a physical limit: {checks}. Read the findings before acting.",
            checks=_titles(card, Outcome.CONTRADICTED, clean),
        )
    if card.identity is Identity.SUSPICIOUS:
        return said(
            "Something deviates and is not explained: {checks}. "
            "Innocent explanations that remain stand with each finding.",
            checks=_titles(card, Outcome.SUSPICIOUS, clean),
        )
    k, m = counts(card.findings)
    if card.compatible:
        compatible = _listed(card.compatible, clean)
        found = said(
            "No contradiction found in {k} of {m} checks; compatible with: {products}.", k=k, m=m, products=compatible
        )
    else:
        found = said("No contradiction found in {k} of {m} checks.", k=k, m=m)
    if card.identity is Identity.CONSISTENT:
        # An openly declared rework agrees with its papers, and must not look like a product that was ever made.
        return found if card.compatible else sentences(found, _(NO_PRODUCT))
    missing = _titles(card, Outcome.INCONCLUSIVE, clean, core=True)
    if not missing:
        return sentences(found, _("No core check could look."))
    return sentences(found, said("Not looked at, or not decided: {checks}.", checks=missing))


def passing(names: tuple[str, ...], clean: Clean, most: int = 8) -> str:
    """Which known forgeries would have passed as well; "" where none is known, or an older record does not say."""
    if not names:
        return ""
    shown = _listed(tuple(map(told, names)), clean, most)
    return said("Of the known forgeries these would have passed as well: {forgeries}.", forgeries=shown)


def control_word(control: str, clean: Clean) -> str:
    """The control class as a headline; an entry of a list keeps its own spelling ("4A090.a").

    "None" alone would be read as "none needed".
    """
    return _(_CONTROLS[control]) if control in _CONTROLS else clean(control)


def control_meaning(control: str) -> str:
    """What the control class means: not assessed is no clearance."""
    if control == NOT_ASSESSED:
        return _("No export-control rules were applied. This is not a clearance.")
    return _("As the findings on export control say.")


def groups(findings: tuple[Finding, ...]) -> tuple[tuple[str, tuple[Finding, ...]], ...]:
    """(heading, findings) of every group that has any, in the order of GROUPS; the gravest first within each."""
    sorted_in: dict[str, list[Finding]] = {heading: [] for heading in (*GROUPS.values(), OTHER_GROUP)}
    for finding in sorted(findings, key=lambda one: BY_GRAVITY.index(one.outcome)):
        sorted_in[GROUPS.get(finding.check.partition("-")[0], OTHER_GROUP)].append(finding)
    return tuple((_(heading), tuple(members)) for heading, members in sorted_in.items() if members)


def tally(findings: tuple[Finding, ...]) -> str:
    """How many checks answered what, the gravest first: "1 unexplained deviation, 2 consistent"."""
    numbers = [(outcome, sum(finding.outcome is outcome for finding in findings)) for outcome in BY_GRAVITY]
    return listed([answered(outcome, number) for outcome, number in numbers if number])


def filled(template: str, finding: Finding, clean: Clean) -> str:
    """A sentence of a finding with the finding's values; a template that is none stands as it is."""
    values = told_values(template, finding.values)
    return fill(told(template), {name: clean(value) for name, value in values.items()})


def weight(finding: Finding, clean: Clean) -> str:
    """How much a finding weighs, who said what it rests on, and which check it is of."""
    seen_in = said("seen in: {witness}", witness=clean(told(finding.witness))) if finding.witness else ""
    parts = (_(ROLES[finding.role]), _(STRENGTHS[finding.strength]), seen_in, clean(finding.check))
    return " · ".join(part for part in parts if part)


def innocent_of(finding: Finding, clean: Clean) -> tuple[str, ...]:
    """The innocent explanations that remain; where a grave sign has none, that is said."""
    if finding.innocent:
        return tuple(filled(reason, finding, clean) for reason in finding.innocent)
    return (_(NO_INNOCENT),) if finding.outcome in GRAVE and finding.strength is not Strength.NONE else ()


def unanswered(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The checks that could not look or not decide."""
    return tuple(finding for finding in findings if finding.outcome is Outcome.INCONCLUSIVE)


def source_words(source: str) -> str:
    """The name of a source as people read it; the parts of a measurement have names of the program's own."""
    if source == WHOLE:
        return _("measurement")
    part = source.removeprefix(f"{WHOLE}: ") if source.startswith(f"{WHOLE}: ") else ""
    if part in PART_WORDS:
        return said("measurement of the {part}", part=_(PART_WORDS[part]))
    return _(_SOURCES[source]) if source in _SOURCES else source


def with_advice(reason: str, advice: str) -> str:
    """A stored reason and what to do about it as two sentences, however the first one ends."""
    return _ended(told(reason), told(advice))


def unanswered_because(finding: Finding, clean: Clean) -> str:
    """Why a check could not decide, and what to do about it, likewise; both are cleaned as a whole."""
    return _ended(clean(filled(finding.text, finding, clean)), clean(filled(finding.advice, finding, clean)))


def _ended(reason: str, advice: str) -> str:
    """Two texts in the shown language as sentences."""
    named = reason[1:2].isupper()  # "vBIOS" is a name, and keeps its small letter
    sentence = reason if named else reason[:1].upper() + reason[1:]
    if sentence and sentence[-1] not in ".!?)。！？）":
        sentence += "。" if current() in ("zh-Hans", "ja") else "."
    return sentences(sentence, advice).strip()


def spaced(digest: str) -> str:
    """A digest in groups of eight: easier to compare by eye and over the telephone."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def _titles(card: CardJudgement, outcome: Outcome, clean: Clean, *, core: bool = False) -> str:
    chosen = (
        told(finding.title)
        for finding in card.findings
        if finding.outcome is outcome and (finding.role is Role.CORE or not core)
    )
    return _listed(tuple(chosen), clean)


def _listed(names: tuple[str, ...], clean: Clean, most: int = _LISTED) -> str:
    # A name that has a comma of its own needs a stronger divider.
    cleaned = [clean(name) for name in names[:most]]
    shown = clauses(cleaned) if any("," in name for name in names) else listed(cleaned)
    if len(names) <= most:
        return shown
    return said("{names} and {number} more", names=shown, number=len(names) - most)
