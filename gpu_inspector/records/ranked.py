"""The ranking of products as people read it: the same words on the terminal, in the window and on paper."""

from dataclasses import dataclass

from gpu_inspector.language import N_, clauses, listed, said, told, told_value
from gpu_inspector.records.inspection import RankedProduct
from gpu_inspector.records.words import Clean

HEADING = N_("Products that fit what was claimed and measured")
RULE = N_(
    "Whatever was declared. First stands the product with the fewest measured facts against it; then with the fewest"
    " independent sources against it; then with the most facts for it. More memory than a product has counts as one"
    " source, since it can be added. A place in this list is no verdict."
)
COLUMNS = (N_("Product"), N_("Speaks for it"), N_("Speaks against it"))
NOTHING = N_("nothing that was seen")
UNKNOWN = N_("not known")
NO_PRODUCT = N_(
    "No product is ranked: nothing that was seen points at one of the reference data, only a slice of a card was seen,"
    " or the record is older than this list."
)
MOST = 5
"""Products that are shown: a forged record may hold any number."""
_MOST_FACTS = 24
"""Facts of one product that are shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """One product, in cleaned words."""

    place: int
    product: str
    fits: tuple[str, ...]
    """One text for each column and source."""
    against: tuple[str, ...]
    unknown: str
    """What is not known of it, "" where all is."""
    facts_against: int


def lines_of(ranking: tuple[RankedProduct, ...], clean: Clean) -> tuple[Line, ...]:
    """The products in their order."""
    return tuple(
        Line(
            place,
            clean(one.name),
            _grouped(one.fits, clean),
            _grouped(one.against, clean),
            listed([clean(told(fact)) for fact in one.unknown[:_MOST_FACTS]]),
            len(one.against),
        )
        for place, one in enumerate(ranking[:MOST], 1)
    )


def _grouped(facts: tuple[str, ...], clean: Clean) -> tuple[str, ...]:
    """Facts of one column and source behind each other: "measured: 128 multiprocessors, L2 of 72 MiB"."""
    groups: dict[str, list[str]] = {}
    for fact in facts[:_MOST_FACTS]:
        who, colon, what = fact.partition(": ")
        groups.setdefault(who if colon else "", []).append(clean(_said(what if colon else fact)))
    texts = [
        said("{name}: {text}", name=clean(_speaker(who)), text=clauses(what)) if who else clauses(what)
        for who, what in groups.items()
    ]
    if len(facts) > _MOST_FACTS:
        texts.append(f"… {len(facts) - _MOST_FACTS}")
    return tuple(texts)


def _said(fact: str) -> str:
    """What was seen, and what the product has instead where that is said: "384 bits, not 256"."""
    seen, instead, other = fact.rpartition(", not ")
    return said("{seen}, not {other}", seen=told(seen), other=told_value(other)) if instead else told(fact)


def _speaker(who: str) -> str:
    """The column, and the source within it: "claimed, driver"."""
    return listed([told(one) for one in who.split(", ")])
