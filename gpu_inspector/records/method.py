"""How an inspection is made, said from its record: scope, rule of decision, methods, and what the looking changed.

Standards on inspection reports and on digital evidence ask for these (docs/report-conformity.md names which). They are
derived from the evidence, so that they cannot be forgotten, and they say no more than it holds.
"""

from gpu_inspector.language import N_, _, counted, day, listed, said, told
from gpu_inspector.records import bench_words, policy
from gpu_inspector.records.alterations import NOT_BEGUN as NOT_BEGUN
from gpu_inspector.records.alterations import alterations as alterations
from gpu_inspector.records.declaration import Case
from gpu_inspector.records.evidence import CardEvidence, Evidence, HostReading, Origin
from gpu_inspector.records.finding import Finding, Outcome, Strength
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.records.program import ReferencePack

DECISION_RULE = (
    N_(
        "Identity is CONTRADICTED only where a fact is held against a document or a physical limit, and UNEXPLAINED "
        "DEVIATION for one strong sign, or two medium signs that are independent of each other."
    ),
    N_(
        "It is CONSISTENT only where every core check that applies has looked and none deviates; whatever could not be "
        "looked at makes it INCONCLUSIVE, never a pass. Weak signs are noted and never add up."
    ),
)
RULE_IN_SHORT = N_(
    "Rule of decision: a contradiction needs a document or a physical limit on the other side, an unexplained "
    "deviation one strong sign or two independent medium ones; what could not be looked at is never a pass."
)
TOLERANCES = N_(
    "Each check's limits and tolerances, with their sources, stand in docs/checks.md of the program under the check's "
    "id. A measured throughput is a lower bound of what the card can do: less its guard band it may refute a paper or "
    "a product's figure, and never supports the answer that no export-control entry is met."
)
SCOPE = N_(
    "Three questions are asked of each card: is it what it is said to be, is it defective or worn, and which "
    "export-control class has it. What is declared, claimed and measured is held against reference data by the checks "
    "listed under findings."
)
OMITTED = N_(
    "Not in the scope of this program: X-ray, the inside of packages, ownership, whether a value is right, and what "
    "the memory held. Markings, solder, board, weight, size and packaging are what the inspector's answers say of "
    "them; where nobody answered, they were not looked at."
)
OPINION = N_(
    "Facts are what stands under declared, claimed and measured, and under observed. The outcome of a check and the "
    "three headlines are opinions, which follow from the facts by the rule above; alternative explanations stand with "
    "each deviation as innocent explanations that remain."
)
DISPOSITION = N_("Release, detention, sampling or seizure is not decided here.")
COMPETENCE = N_(
    "Competence and authority of the person who inspected are not established by this program: they are the office's "
    "to show."
)
EXTERNAL = N_(
    "Nothing was contracted out. What others supplied is marked where it stands: declared is the declarant's, a source "
    "is named with each expectation."
)
REQUESTER = N_("not recorded by this program, other than in the inspector's note")
METHODS = {
    "seen": N_(
        "the inspector's own eye, scale and rule: the questions of the visual examination, markings as they were typed "
        "off, bar codes as far as their own check or the inspector vouches for them"
    ),
    "pci": N_("PCI configuration space, through the kernel, without the driver"),
    "nvml": N_("the driver's library NVML, read only"),
    "nvidia_smi": N_("the text of nvidia-smi, parsed; it is the driver's word as NVML's is"),
    "tool": N_(
        "a file that another program wrote, read as its text stands; nothing of it was seen on a card, and the file "
        "does not prove which card it is of"
    ),
    "tests": N_(
        "the log of another program's test, read as its text stands; what it says of a card is the file's word"
    ),
    "memory": N_(
        "all memory that could be had is written with words made from each one's own address, before any is read back; "
        "then once more inverted. Cells of their own are counted, not believed"
    ),
    "die": N_(
        "each multiprocessor is asked for its number and counted a second way; single operations are timed in clocks "
        "of each; caches are found by a pointer chase"
    ),
    "speed": N_("copies, reads and writes over areas beyond the reach of the cache; medians of several runs"),
    "link": N_("transfers from and to pinned memory; generation and width are read while they run"),
    "heat": N_("a steady load and its sudden end, by the card's own sensors, which are not calibrated here"),
}
"""Field of a card's evidence, or part of its measurement -> how it is had."""
METHOD_NAMES = {
    "seen": N_("Seen by the inspector"),
    "pci": N_("Claimed: PCI"),
    "nvml": N_("Claimed: NVML"),
    "nvidia_smi": N_("Claimed: nvidia-smi"),
    "tool": N_("Claimed: another program's file"),
    "tests": N_("Claimed: another program's test"),
    "memory": N_("Measured: memory"),
    "die": N_("Measured: die"),
    "speed": N_("Measured: memory's speed"),
    "link": N_("Measured: link"),
    "heat": N_("Measured: heat"),
}
_KERNELS = 4
"""Digests of kernels that are named; one program has one."""


def methods_of(evidence: Evidence) -> tuple[tuple[str, str], ...]:
    """(name, method) of everything that some card of the evidence was looked at by."""
    used = [name for name in METHODS if any(_has(card, name) for card in evidence.cards)]
    return tuple((_(METHOD_NAMES[name]), _(METHODS[name])) for name in used)


def _has(card: CardEvidence, name: str) -> bool:
    if name in ("seen", "pci", "nvml", "nvidia_smi", "tool", "tests"):
        return getattr(card, name) not in (None, ())
    return card.silicon is not None and getattr(card.silicon, name) is not None


def bench_trust(evidence: Evidence, findings: tuple[Finding, ...]) -> str:
    """How far the machine that was asked can be relied on, in a sentence; `findings` are of any one card."""
    if evidence.origin is Origin.SEEN:
        return _("No machine was asked: the object was not started.")
    if evidence.host is None:
        return _("The bench is not known: nothing says what machine gave these answers.")
    bench = [finding for finding in findings if finding.check.startswith("bench-")]
    open_ones = [told(finding.title) for finding in bench if finding.outcome is Outcome.INCONCLUSIVE]
    noted = [finding for finding in bench if finding.strength is not Strength.NONE]
    if not bench:
        return _("The bench was not judged.")
    if open_ones:
        return said("The bench is not vouched for: {checks}.", checks=listed(open_ones))
    if not noted:
        return _("Nothing was found against the bench; a machine that hides what it does is not excluded by that.")
    return counted(
        "Nothing was found against the bench, with {number} sign noted; a machine that hides what it does is not"
        " excluded by that.",
        "Nothing was found against the bench, with {number} signs noted; a machine that hides what it does is not"
        " excluded by that.",
        len(noted),
    )


def clock(host: HostReading | None, origin: Origin) -> str:
    """Whose clock the stated time is by: no report carries a better time than that, unless it bears a time stamp."""
    state = host.clock_synchronised if host is not None and origin is Origin.MACHINE else None
    return _(_CLOCKS[state])


_CLOCKS = {
    True: N_(
        "The time is that of this program's machine, which says that it is synchronised; a time stamp, where there is"
        " one, is in the signature."
    ),
    False: N_(
        "The time is that of this program's machine, which is not synchronised; a time stamp, where there is one, is in"
        " the signature."
    ),
    None: N_(
        "The time is that of this program's machine, of which the record does not say whether it is synchronised; a"
        " time stamp, where there is one, is in the signature."
    ),
}


def arrival(case: Case) -> str:
    """The item's condition when it arrived, as far as anyone said so."""
    parts = [said("seals: {seals}", seals=case.seals)] if case.seals else []
    parts += [counted("{number} photograph", "{number} photographs", len(case.photographs))] if case.photographs else []
    parts += [_("see the inspector's note")] if case.note else []
    return "; ".join(parts) or _("nothing was said of it")


def versions(inspection: Inspection) -> tuple[tuple[str, str], ...]:
    """What judged and what was asked, with digests: a version's number alone does not tell what it did."""
    judgement, evidence = inspection.judgement, inspection.evidence
    return (
        (
            _("Program"),
            said(
                "GPU Inspector {version}; after the + a digest of what decides and draws",
                version=judgement.tool_version,
            ),
        ),
        (_("Evidence read by"), f"GPU Inspector {evidence.tool_version}"),
        (
            _("Reference data"),
            said(
                "{version}; its date, and after the + its digest",
                version=judgement.reference_version,
            ),
        ),
        *_data_signed(inspection.data),
        (_("Kernels, SHA-256"), "; ".join(kernels_digests(evidence)[:_KERNELS]) or _("none ran")),
        (_("Last self-test"), bench_words.self_test_line(evidence, str)),
        (_("Control card"), bench_words.control_card_line(evidence, str)),
        (_("Office policy"), told(policy.line(inspection.policy, evidence.origin))),
    )


def _data_signed(pack: ReferencePack | None) -> tuple[tuple[str, str], ...]:
    """Of data that came without the program: who signed them, and when."""
    if pack is None:
        return ()
    signed = pack.signer or _("a signer without a name")
    if pack.made_at is not None:
        signed = f"{signed}, {day(pack.made_at)}"
    if pack.trouble:
        signed = f"{signed}. {told(pack.trouble)}"
    return (
        (_("Data signed by"), signed),
        (_("Signer, SHA-256"), pack.fingerprint),
        (_("Data file, SHA-256"), pack.sha256),
    )


def kernels_digests(evidence: Evidence) -> tuple[str, ...]:
    """The SHA-256 digests of the kernels that ran, each once."""
    measured = [card.silicon for card in evidence.cards if card.silicon is not None]
    found = {silicon.kernels_sha256 for silicon in measured if not silicon.simulation}
    return tuple(sorted(found - {""}))
