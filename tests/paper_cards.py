"""Cards, running and only seen, that tests hold papers against."""

from dataclasses import replace

from cards import genuine, row_of

from gpu_inspector.records.appearance import NO_LABEL, Appearance, Label, Power
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardEvidence, Evidence, Origin
from gpu_inspector.records.finding import Finding, Outcome
from gpu_inspector.workflow.judging import judge

CHECK = "declaration-description"
PAPERS = {
    "declaration-description", "declaration-classification", "declaration-quantity", "declaration-value",
    "declaration-origin", "declaration-serial", "declaration-part-number", "declaration-brand",
}  # fmt: skip
GRAVE = (Outcome.SUSPICIOUS, Outcome.CONTRADICTED)


def a_card(name: str) -> Evidence:
    return genuine(load().by_name(name)[0])


def said_of(evidence: Evidence, declared: str | Declaration, check: str = CHECK) -> Finding:
    paper = declared if isinstance(declared, Declaration) else Declaration(description=declared)
    (card,) = judge(evidence, paper, load()).cards
    return next(one for one in card.findings if one.check == check)


def only_seen(*, whole_card: bool | None = None, label: Label = NO_LABEL) -> Evidence:
    """An object that does not start, of which the inspector wrote down label and kind."""
    seen = Appearance(power=Power.DOES_NOT_START, whole_card=whole_card, label=label)
    whole = genuine(row_of("NVIDIA H100 PCIe"))
    card = CardEvidence(label="object", seen=seen)
    return replace(whole, origin=Origin.SEEN, cards=(card,), host=None)


LABEL_H100 = Label(brand="NVIDIA", model="NVIDIA H100 PCIe 80GB")
H100, RTX_3060, RTX_4090, T4 = (
    a_card(name) for name in ("NVIDIA H100 PCIe", "NVIDIA GeForce RTX 3060", "NVIDIA GeForce RTX 4090", "Tesla T4")
)
