"""What the goods turned out to be, for papers to be held against: by the card's own word, or by what was seen of it.

A card that starts says name and id; of one that never starts there are the label and the eye. All are words of the
goods, and none is proof: where claim and silicon differ, other checks say so.
"""

from dataclasses import dataclass

from gpu_inspector.checks import thresholds_papers as limits
from gpu_inspector.checks.answer import Answer, not_applicable
from gpu_inspector.language import N_
from gpu_inspector.records import goods_words
from gpu_inspector.records.appearance import Appearance
from gpu_inspector.records.catalogue import Catalogue, normalise
from gpu_inspector.records.control import ENTRY_A, ENTRY_B, INDETERMINATE, ControlClass
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.records.finding import Outcome, Value
from gpu_inspector.records.product import Product

WITNESS = "paper"
CAUSE = "declaration"
"""One paper is one source, and whatever deviates from it is one cause: its lies never add up with each other."""
AGAINST = N_("the declaration")
MISTAKE = N_("a mistake in the papers")
OTHER_PAPERS = N_("papers of another card, mixed up in one consignment")
ASK = N_("Ask the declarant for invoice, packing list and data sheet of these very goods.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The goods as they were found."""

    words: str
    """For people: the claimed name, or what the label says."""
    rows: tuple[Product, ...] = ()
    """Genuine products that they may be; () where nobody knows."""
    whole: bool | None = None
    """A populated board; False for a bare chip or bare board, None where nobody said."""
    seen_only: bool = False
    """Nothing was read from them."""

    @property
    def names(self) -> frozenset[str]:
        """Of the rows, as `catalogue.normalise` writes them."""
        return frozenset(normalise(row.name) for row in self.rows)

    @property
    def datacentre(self) -> bool:
        return bool(self.rows) and all(row.segment == "datacentre" for row in self.rows)


def found_of(
    name: str | None, products: tuple[Product, ...] | None, card: CardEvidence, catalogue: Catalogue
) -> Found | None:
    """What the goods are; None where neither card nor eye told that there is a card at all."""
    said = name is not None and catalogue.knows_name(name)
    rows = {id(row): row for row in (*(products or ()), *(catalogue.by_name(name) if said and name else ()))}
    read = card.pci is not None or bool(card.claims)
    if read or rows:
        listed = sorted({row.name for row in rows.values()})
        return Found(
            words=name or " / ".join(listed[: int(limits.NAMES_TOLD)]) or N_("NVIDIA card"),
            rows=tuple(rows.values()),
            whole=True if read else None,
        )
    return _seen(card.seen, catalogue) if card.seen is not None else None


def _seen(seen: Appearance, catalogue: Catalogue) -> Found | None:
    label = seen.label
    for text in (one[: int(limits.LONGEST_FIELD)] for one in (label.model, label.part_number, label.text)):
        for model in goods_words.read(text).models:
            if rows := catalogue.resolve(model):
                said = f"{label.brand} {' '.join(text.split())}".strip()[: int(limits.WORDS_TOLD)]
                return Found(words=N_(f"{said} (by its label)"), rows=rows, whole=seen.whole_card, seen_only=True)
    if seen.whole_card is None and seen.die.present is None and not seen.memory and not seen.board_marking:
        return None
    words = N_("a bare chip or board") if seen.whole_card is False else N_("a graphics board without a name")
    return Found(words=words, whole=seen.whole_card, seen_only=True)


def controlled(found: Found, control: ControlClass | None) -> bool:
    """Whether the figures meet an entry of export control; of an unknown class, whether it is a datacentre board."""
    entries = {control.codified.entry, control.enforced.entry} if control is not None else {INDETERMINATE}
    if entries & {ENTRY_A, ENTRY_B}:
        return True
    return INDETERMINATE in entries and found.datacentre


def about(field: str, kind: str, **values: Value) -> dict[str, Value]:
    """A finding's values: which field of the declaration it is about, and the kind of discrepancy in customs' words."""
    return {"field": field, "discrepancy": kind, **values}


def undeclared(field: str, kind: str, text: str) -> Answer:
    """The paper says nothing of it."""
    return not_applicable(text, **about(field, kind))


def undecided(values: dict[str, Value], text: str, advice: str = "") -> Answer:
    """It was declared, and cannot be held against the goods."""
    return Answer(outcome=Outcome.INCONCLUSIVE, text=text, advice=advice, values=values)
