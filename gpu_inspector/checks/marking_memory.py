"""What is printed on the memory chips: do so many chips of that density make what is declared, sold and claimed?

Count times density is the memory that is soldered on, whatever firmware says. It is counted and typed off by hand, so
that it contradicts a paper only where a photograph shows it, and nothing else. Codes that are known from memory are
shown and decide nothing; a side that nobody looked at leaves a lower bound, which can only be too much for a paper.

Honest cards that look alike: a rework that was declared openly, with its size; mining cards whose memory is soldered on
and held back (P102-100); boards with several GPUs; products with HBM, which sits inside the package; goods that are
declared for parts; a size that the reference data does not have. What fools these checks: dummies, which have a marking
and no memory in them (the memory is measured for that), and chips marked anew. Source: research note on modified cards,
section 5, step 8.
"""

from dataclasses import replace

from gpu_inspector.checks import sizes
from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable, sign
from gpu_inspector.checks.chip_facts import Chips, chips_of, on_package, several_gpus
from gpu_inspector.checks.chip_signs import CAUSE, SLIP, WITNESS, beside_hbm, gib, held_back, miscounted, taken_off
from gpu_inspector.checks.facts import MemoryClaim
from gpu_inspector.checks.limit import MIB_PER_GIB
from gpu_inspector.checks.marking_none import for_parts
from gpu_inspector.checks.marking_words import against_paper, in_words, meant
from gpu_inspector.checks.marking_words import named as photographs_named
from gpu_inspector.checks.rework import declared_openly
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.appearance import Appearance
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Strength
from gpu_inspector.records.modification import Kind
from gpu_inspector.records.product import Product
from gpu_inspector.records.product_names import take_apart

_LOOK = N_("Count the chips on both sides, type their markings in, and photograph one of each.")
_SOURCE = N_("count and density of the memory chips by their markings")


@check("memory-marking", N_("Memory by the markings of its chips"))
def total(
    seen: Appearance,
    declaration: Declaration | None,
    products: tuple[Product, ...] | None,
    named: tuple[Product, ...] | None,
    memory: MemoryClaim | None,
    multi_gpu_board: bool,
    catalogue: Catalogue,
) -> Answer:
    """Firmware can say any size; the chips on the board have the size that is printed on them, or less."""
    rows = meant(declaration, catalogue) or _claimed(products, named)
    chips = chips_of(seen, catalogue)
    if on_package(rows):
        inside = not_applicable(N_("The memory of {products} sits inside the GPU's package."), products=in_words(rows))
        return _by(beside_hbm(chips, rows, paper=bool(meant(declaration, catalogue))) or inside)
    if chips is None:
        return _by(_not_looked(seen))
    if several_gpus(rows) or multi_gpu_board:
        return _by(
            inconclusive(
                N_("A board with several GPUs: whose chips these are, nobody sees. {chips}"), chips=chips.words
            )
        )
    return _by(
        _against_declared(chips, declaration, rows, memory, catalogue)
        or _unfitting_type(chips, rows, catalogue)
        or _against_claimed(chips, memory)
        or _against_sold(chips, declaration, rows, catalogue)
        or _unknown(chips)
        or _fits(chips, declaration, rows, memory)
    )


def _by(answer: Answer) -> Answer:
    """Whatever the answer, it is the memory's marking that speaks."""
    return replace(answer, witness=WITNESS)


def _claimed(products: tuple[Product, ...] | None, named: tuple[Product, ...] | None) -> tuple[Product, ...]:
    """The products of the id that bear the claimed name; all of the id where the name is none of theirs."""
    return tuple(row for row in products or () if row in (named or ())) or products or ()


def _not_looked(seen: Appearance) -> Answer:
    if not seen.memory:
        return inconclusive(N_("Nobody looked at the memory chips."), advice=_LOOK)
    return inconclusive(N_("A number of chips was typed in that no board has."), advice=_LOOK)


def _against_declared(
    chips: Chips,
    declaration: Declaration | None,
    rows: tuple[Product, ...],
    memory: MemoryClaim | None,
    catalogue: Catalogue,
) -> Answer | None:
    """Against the size in the paper: in its own field, or in the product's words ("RTX 4090 24GB")."""
    declared = _declared_mib(declaration)
    more = bool(declared) and chips.least_mib > max(declared)
    if not declared or chips.least_mib in declared or not (more or chips.complete):
        return None
    size = ", ".join(f"{one / MIB_PER_GIB:g} GB" for one in sorted(declared))
    if more and rows and all(row.segment == "CMP" for row in rows):
        return held_back(chips, size)
    if not more and for_parts(declaration):
        return taken_off(chips, size)
    beside = [one for one in declared if chips.one_beside(one)]
    if memory is not None and any(sizes.is_of_size(memory, one) for one in beside):
        return miscounted(chips, size)
    return against_paper(
        N_("Declared are {declared}; the memory chips hold {least}{found}: {chips}.{known}"),
        photographs=() if beside else chips.proof,
        expected=size,
        observed=gib(chips),
        witness=WITNESS,
        cause=CAUSE,
        innocent=(SLIP, N_("a mistake in the papers")),
        values={
            "declared": size,
            "found": gib(chips),
            "chips": chips.words,
            "least": _least(chips),
            "known": _known(chips, rows, catalogue),
        },
    )


def _declared_mib(declaration: Declaration | None) -> frozenset[int]:
    if declaration is None:
        return frozenset()
    if declaration.memory_gb is not None:
        return frozenset({declaration.memory_gb * MIB_PER_GIB})
    said = take_apart(declaration.product, frozenset()).sizes if declaration.product else frozenset()
    return frozenset(one * MIB_PER_GIB for one in said)


def _unfitting_type(chips: Chips, rows: tuple[Product, ...], catalogue: Catalogue) -> Answer | None:
    """Chips of a type that no variant of the product has; strong where no die of it can drive them."""
    known = [row for row in rows if row.memory_type and "memory_type" not in row.from_memory]
    types = {chip.known.type for _, chip in chips.seen if chip.known is not None}
    expected = {row.memory_type for row in known}
    odd = sorted(types - expected)
    if not odd or not rows or len(known) < len(rows):
        return None
    dies = [catalogue.dies.get(row.die) for row in known]
    driven = {one for die in dies if die is not None for one in die.memory_types}
    cannot = all(die is not None and die.memory_types and "memory_types" not in die.from_memory for die in dies)
    strong = cannot and not set(odd) & driven
    return sign(
        Strength.STRONG if strong else Strength.MEDIUM,
        N_("The memory chips are {types}, {products} has {expected}: {chips}."),
        expected=", ".join(sorted(filter(None, expected))),
        observed=f"{', '.join(odd)}{photographs_named(chips.photographs)}",
        source=N_("chips and products of the reference data"),
        witness=WITNESS,
        cause=CAUSE,
        innocent=(SLIP, N_("a variant that the reference data does not have yet")),
        values={
            "types": ", ".join(odd),
            "products": in_words(rows),
            "expected": ", ".join(sorted(filter(None, expected))),
            "chips": chips.words,
        },
    )


def _against_claimed(chips: Chips, memory: MemoryClaim | None) -> Answer | None:
    """The driver may show less than is soldered on, never more."""
    if memory is None or not chips.complete or memory.total_mib <= chips.least_mib:
        return None
    if memory.total_mib - chips.least_mib <= chips.largest_mib:
        return miscounted(chips, f"{memory.total_mib:,} MiB")
    return sign(
        Strength.STRONG,
        N_("The driver shows {claimed}; the memory chips hold {found}: {chips}."),
        expected=N_(f"{gib(chips)} at most"),
        observed=f"{memory.total_mib:,} MiB{photographs_named(chips.photographs)}",
        source=_SOURCE,
        witness=WITNESS,
        cause=CAUSE,
        innocent=(SLIP,),
        advice=N_("Have the memory measured: all of it written, and then read."),
        values={"claimed": f"{memory.total_mib:,} MiB", "found": gib(chips), "chips": chips.words},
    )


def _against_sold(
    chips: Chips, declaration: Declaration | None, rows: tuple[Product, ...], catalogue: Catalogue
) -> Answer | None:
    """Against the sizes that genuine cards of the name have; what the paper says openly is no sign."""
    sold = sorted({row.memory_mib for row in rows if row.memory_mib is not None})
    if not chips.complete or chips.least_mib in sold or any(row.memory_mib is None for row in rows) or not rows:
        return None
    expected = ", ".join(f"{one / MIB_PER_GIB:g} GB" for one in sold)
    if chips.least_mib > sold[-1] and all(row.segment == "CMP" for row in rows):
        return held_back(chips, expected)
    if chips.least_mib < sold[0] and for_parts(declaration):
        return taken_off(chips, expected)
    openly = declaration is not None and declared_openly(declaration, chips.least_mib // MIB_PER_GIB)
    firm = all(sizes.solid(row, None) for row in rows)
    return sign(
        Strength.WEAK if openly else Strength.STRONG if firm else Strength.MEDIUM,
        N_("The memory chips hold {found}; {products} was sold with {expected}{openly}: {chips}.{known}"),
        expected=expected,
        observed=f"{gib(chips)}{photographs_named(chips.photographs)}",
        source=N_("sizes of genuine cards in the reference data"),
        witness=WITNESS,
        cause=CAUSE,
        innocent=(N_("a rework that is declared as one"), N_("a variant that no table has"), SLIP),
        advice=N_("Ask the declarant whether the memory was changed."),
        values={
            "found": gib(chips),
            "products": in_words(rows),
            "expected": expected,
            "openly": N_(", and the paper says openly that it was modified") if openly else "",
            "chips": chips.words,
            "known": _known(chips, rows, catalogue),
        },
    )


def _known(chips: Chips, rows: tuple[Product, ...], catalogue: Catalogue) -> str:
    """The known rework of one of these products to this very size: it identifies, and accuses nobody."""
    ids = {one for row in rows for one in row.device_ids}
    titles = [
        one.title
        for one in catalogue.modifications
        if one.kind is Kind.MORE_MEMORY and one.memory_mib == chips.least_mib and ids & set(one.device_ids)
    ]
    return N_(f" Such boards are known: {titles[0]}.") if titles else ""


def _unknown(chips: Chips) -> Answer | None:
    if chips.complete:
        return None
    why = N_("one side of the board was not looked at") if not chips.both_sides else N_("not every marking is known")
    return inconclusive(
        N_("The chips cannot be summed: {why}. Seen: {chips}."),
        advice=_LOOK,
        why=why,
        chips=chips.words,
    )


def _fits(
    chips: Chips, declaration: Declaration | None, rows: tuple[Product, ...], memory: MemoryClaim | None
) -> Answer:
    held = [
        words
        for words, there in (
            (N_("the declared size"), bool(_declared_mib(declaration))),
            (N_("the product's sizes"), bool(rows) and all(row.memory_mib is not None for row in rows)),
            (N_("the driver's total"), memory is not None),
        )
        if there
    ]
    if not held:
        return inconclusive(
            N_("By their markings the chips hold {found}; there is nothing that it could be held against. {chips}"),
            found=gib(chips),
            chips=chips.words,
        )
    return consistent(
        N_("By their markings the chips hold {found}, which does not contradict {held}: {chips}."),
        expected=gib(chips),
        observed=f"{gib(chips)}{photographs_named(chips.photographs)}",
        source=_SOURCE,
        found=gib(chips),
        held=", ".join(held),
        chips=chips.words,
    )


def _least(chips: Chips) -> str:
    return "" if chips.complete else N_("at least ")
