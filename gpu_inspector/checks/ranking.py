"""Which genuine products fit a card best, by what was claimed and measured and whatever was declared.

The rule, without points or weights: fewest measured facts against it; then fewest independent sources against it; then
most facts for it; then by name. So what the silicon says outweighs all claims, and a source that lies five times lies
once. More memory than a product has is no fact of its die: it can be soldered on, and counts as one source against it,
so that a rework stands as what it was made from, and not as the next product of that size.

Only products that something points at are held against the card: its id, its name, its part number, its InfoROM, the
counts of its die, and the size of its memory on that die.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from gpu_inspector.checks import sizes
from gpu_inspector.checks.die_fit import Candidate, candidates, count_of
from gpu_inspector.checks.facts import Missing
from gpu_inspector.checks.limit import MIB_PER_GIB
from gpu_inspector.checks.ranking_claims import PART_NUMBER, claimed_facts
from gpu_inspector.checks.ranking_facts import Held, measured_facts
from gpu_inspector.checks.thresholds import PRODUCTS_HELD, PRODUCTS_RANKED
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.inspection import RankedProduct
from gpu_inspector.records.modification import MEASURED, source_of
from gpu_inspector.records.product import Product

if TYPE_CHECKING:
    from gpu_inspector.checks.subject import Subject


@dataclass(frozen=True, slots=True)
class _Index:
    """The catalogue by what a die's counts say."""

    dies: tuple[Candidate, ...]
    by_count: dict[tuple[str, int], tuple[Product, ...]]
    """(Compute capability, multiprocessors) -> products."""
    by_inforom: dict[str, tuple[Product, ...]]
    by_die: dict[str, tuple[Product, ...]]
    forged: frozenset[str]


@lru_cache(maxsize=2)
def _index(catalogue: Catalogue) -> _Index:
    counts: dict[tuple[str, int], list[Product]] = defaultdict(list)
    images: dict[str, list[Product]] = defaultdict(list)
    of_die: dict[str, list[Product]] = defaultdict(list)
    for row in catalogue.products:
        of_die[row.die].append(row)
        if row.sm is not None:
            counts[catalogue.dies[row.die].compute_capability, row.sm].append(row)
        for prefix in row.inforom_prefixes:
            images[prefix].append(row)
    return _Index(
        candidates(catalogue),
        {key: tuple(rows) for key, rows in counts.items()},
        {key: tuple(rows) for key, rows in images.items()},
        {key: tuple(rows) for key, rows in of_die.items()},
        frozenset(one.device_id for one in catalogue.counterfeits),
    )


def rank(subject: "Subject") -> tuple[RankedProduct, ...]:
    """The best fitting products, the best first; () where a slice of a card was seen, or nothing points at any."""
    if isinstance(subject.not_a_guest, Missing):
        return ()
    index = _index(subject.catalogue)
    rows = list(
        {id(row): row for row in _pointed_at(subject, index) if not index.forged >= set(row.device_ids)}.values()
    )
    if not rows:
        return ()
    facts = (*measured_facts(subject, index.dies), *claimed_facts(subject))
    scored = sorted(
        ((_place(row, facts), in_words(row), row) for row in rows[: int(PRODUCTS_HELD)]),
        key=lambda one: (one[0], one[1], one[2].device_ids, one[2].sm or 0),
    )
    best: dict[str, Product] = {}
    for _, words, row in scored:
        best.setdefault(words, row)
    return tuple(_ranked(words, row, facts) for words, row in list(best.items())[: int(PRODUCTS_RANKED)])


def _pointed_at(subject: "Subject", index: _Index) -> Iterator[Product]:
    """Every product that a claim or a measurement names, those of the firmest facts first."""
    catalogue = subject.catalogue
    for capability, count in _counts(subject):
        yield from index.by_count.get((capability, count), ())
    if not isinstance(subject.device_id, Missing):
        yield from catalogue.by_device(subject.device_id)
    if not isinstance(subject.named, Missing):
        yield from subject.named
    if not isinstance(subject.gpu_part_number, Missing):
        number = PART_NUMBER.fullmatch(subject.gpu_part_number)
        if number is not None:
            yield from catalogue.by_device(number["device"])
    if not isinstance(subject.inforom_image, Missing):
        yield from index.by_inforom.get(".".join(subject.inforom_image.split(".")[:2]), ())
    if not isinstance(subject.die, Missing) and not isinstance(subject.memory, Missing):
        memory = subject.memory
        yield from (row for row in index.by_die.get(subject.die.name, ()) if sizes.fits(memory, row))


def _counts(subject: "Subject") -> Iterator[tuple[str, int]]:
    """Compute capability and multiprocessors, as measured and as claimed."""
    silicon, die = subject.silicon, subject.measured_die
    if not isinstance(silicon, Missing) and not isinstance(die, Missing):
        count = count_of(die)
        if count is not None:
            yield silicon.compute_capability, count
    if not isinstance(subject.compute_capability, Missing) and not isinstance(subject.cores, Missing):
        for lanes in sorted({die.lanes_per_sm for die in subject.catalogue.dies.values()}):
            if not subject.cores % lanes:
                yield subject.compute_capability, subject.cores // lanes


def _place(row: Product, facts: tuple[Held, ...]) -> tuple[int, int, int]:
    """The rule: smaller comes first."""
    measured, speaking_for = 0, 0
    sources: set[str] = set()
    for fact in facts:
        verdict = fact.verdict(row)
        if verdict:
            speaking_for += 1
        elif verdict is False and fact.column == MEASURED and not fact.added(row):
            measured += 1
        elif verdict is False:
            sources.add(source_of(fact.witness, fact.what))
    return measured, len(sources), -speaking_for


def _ranked(words: str, row: Product, facts: tuple[Held, ...]) -> RankedProduct:
    verdicts = [(fact, fact.verdict(row)) for fact in facts]
    return RankedProduct(
        name=words,
        fits=tuple(fact.in_words(row, True) for fact, verdict in verdicts if verdict),
        against=tuple(fact.in_words(row, False) for fact, verdict in verdicts if verdict is False),
        unknown=tuple(f"{fact.column}: {fact.what}" for fact, verdict in verdicts if verdict is None),
    )


def in_words(row: Product) -> str:
    """The product with its size and its die."""
    size = f" {row.memory_mib / MIB_PER_GIB:g} GB" if row.memory_mib and "GB" not in row.name else ""
    return f"{row.name}{size} ({row.die})"
