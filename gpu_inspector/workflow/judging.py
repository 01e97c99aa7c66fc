"""Evidence and declaration in, judgement out: a pure function, the same on every machine, byte for byte.

Anyone who holds a signed report can take the evidence out, judge it again, and must come to the same findings: that
makes the arithmetic reproducible, not the observation.
"""

from gpu_inspector.checks import ALL_CHECKS, ranking, sizes
from gpu_inspector.checks.export_doubt import doubted
from gpu_inspector.checks.facts import Missing
from gpu_inspector.checks.runner import fact_of, run
from gpu_inspector.checks.subject import Subject
from gpu_inspector.language import ENGLISH, N_, speaking
from gpu_inspector.records import control_headline, forgery
from gpu_inspector.records.catalogue import Catalogue, normalise
from gpu_inspector.records.control import ControlClass
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardEvidence, Evidence
from gpu_inspector.records.finding import NOT_ASSESSED, Condition, Identity, condition_of, identity_of, worst
from gpu_inspector.records.firmware import PC_AT
from gpu_inspector.records.inspection import CardJudgement, Judgement
from gpu_inspector.records.product import Product
from gpu_inspector.version import build

EXIT_FAULTY = 13
EXITS = {
    Identity.CONSISTENT: 0,
    Identity.INCONCLUSIVE: 10,
    Identity.SUSPICIOUS: 11,
    Identity.CONTRADICTED: 12,
}


def judge(evidence: Evidence, declaration: Declaration, catalogue: Catalogue) -> Judgement:
    """The three headlines and the findings of every card of the evidence, in English whatever language is shown."""
    # Checks share the words for figures with the pages; what they find is kept, and its digest hangs on each letter.
    with speaking(ENGLISH):
        cards = tuple(_judge_card(evidence, card, declaration, catalogue) for card in evidence.cards)
    return Judgement(
        verdict=worst(tuple(card.identity for card in cards)),
        cards=cards,
        tool_version=build(),
        reference_version=catalogue.version,
    )


def _judge_card(
    evidence: Evidence, card: CardEvidence, declaration: Declaration, catalogue: Catalogue
) -> CardJudgement:
    subject = Subject(evidence, card, declaration, catalogue)
    findings = run(ALL_CHECKS, subject)
    control = fact_of(subject, "control_class")
    classed = doubted(control, findings) if isinstance(control, ControlClass) else None
    return CardJudgement(
        label=card.label,
        product=_product(subject),
        identity=identity_of(findings),
        condition=condition_of(findings),
        control=control_headline.headline_of(classed) if classed is not None else NOT_ASSESSED,
        control_class=classed,
        compatible=_compatible(subject),
        ranking=ranking.rank(subject),
        findings=findings,
        would_pass=forgery.would_pass(findings, _called(subject, declaration)),
    )


def _called(subject: Subject, declaration: Declaration) -> str:
    """Every name that the card goes by, on paper too; "" where it has none."""
    names = [] if isinstance(subject.name, Missing) else [subject.name]
    if not names and not isinstance(subject.products, Missing):
        names = [row.name for row in subject.products]
    return " / ".join((*names, *((declaration.product,) if declaration.product else ())))


def _product(subject: Subject) -> str:
    name = subject.name
    if not isinstance(name, Missing):
        return name
    rows = subject.products
    if not isinstance(rows, Missing):
        return " / ".join(sorted({row.name for row in rows}))
    image = subject.vbios_image
    made_for = [] if isinstance(image, Missing) else [one.device_id for one in image.images if one.code_type == PC_AT]
    return N_(f"a vBIOS image for device id {made_for[0]}") if made_for else N_("unknown product")


def _compatible(subject: Subject) -> tuple[str, ...]:
    """The genuine variants that id, name and memory fit together; none of them where they contradict each other."""
    products = subject.products
    if isinstance(products, Missing):
        return ()
    rows: tuple[Product, ...] = products
    name, memory = subject.name, subject.memory
    if not isinstance(name, Missing) and subject.catalogue.knows_name(name):
        rows = tuple(row for row in rows if normalise(row.name) == normalise(name))
    if not isinstance(memory, Missing):
        rows = tuple(row for row in rows if sizes.fits(memory, row))
    return tuple(sorted({ranking.in_words(row) for row in rows}))


def exit_status(judgement: Judgement) -> int:
    """The command line's status: the worst card's; FAULTY counts where identity has nothing against the card."""
    if judgement.verdict is Identity.CONSISTENT and any(card.condition is Condition.FAULTY for card in judgement.cards):
        return EXIT_FAULTY
    return EXITS[judgement.verdict]
