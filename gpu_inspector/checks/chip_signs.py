"""Memory chips that do not make what is declared or sold: the cases that have a meaning of their own.

Chips of graphics memory beside a product with HBM are another board's. More chips than a mining card shows were held
back by its maker, and fewer than are declared were taken off before the goods were declared for parts: weak signs.
"""

from gpu_inspector.checks.answer import Answer, sign
from gpu_inspector.checks.chip_facts import Chips
from gpu_inspector.checks.limit import MIB_PER_GIB
from gpu_inspector.checks.marking_words import against_paper, in_words, named
from gpu_inspector.language import N_
from gpu_inspector.records.finding import Strength, Value
from gpu_inspector.records.product import Product

WITNESS = N_("memory marking")
CAUSE = N_("memory chips")
SLIP = N_("chips that were counted or typed off wrong")


def gib(chips: Chips) -> str:
    return f"{chips.least_mib / MIB_PER_GIB:g} GB"


def beside_hbm(chips: Chips | None, rows: tuple[Product, ...], *, paper: bool) -> Answer | None:
    """Chips of graphics memory on the board of a product whose memory is in the package: it is another board."""
    graphics = chips is not None and any(
        chip.known is not None and chip.known.type.startswith("GDDR") for _, chip in chips.seen
    )
    if chips is None or not graphics:
        return None
    text = N_(
        "{products} has its memory inside the GPU's package; on this board sit chips of graphics memory: {chips}."
    )
    values: dict[str, Value] = {"products": in_words(rows), "chips": chips.words}
    expected = ", ".join(sorted({row.memory_type or "" for row in rows}))
    if paper:
        return against_paper(
            text,
            photographs=chips.photographs,
            expected=expected,
            observed=chips.words,
            witness=WITNESS,
            cause=CAUSE,
            innocent=(SLIP, N_("papers of another card")),
            values=values,
        )
    return sign(
        Strength.STRONG,
        text,
        expected=expected,
        observed=f"{chips.words}{named(chips.photographs)}",
        source=N_("products of the reference data"),
        witness=WITNESS,
        cause=CAUSE,
        innocent=(SLIP,),
        values=values,
    )


def held_back(chips: Chips, size: str) -> Answer:
    return _beside(
        Strength.WEAK,
        N_("The chips hold {found}, more than the {size} of this mining card: {chips}."),
        chips,
        size,
        source=N_("notfromstatefarm/nvflashk#29: a P102-100 whose memory was held back"),
        innocent=N_("memory that the maker soldered on and held back"),
    )


def taken_off(chips: Chips, size: str) -> Answer:
    return _beside(
        Strength.WEAK,
        N_("The chips hold {found} of the {size} that are declared, for parts or as broken: {chips}."),
        chips,
        size,
        source=N_("the declaration"),
        innocent=N_("chips that were taken off before the goods were declared"),
    )


def miscounted(chips: Chips, size: str) -> Answer:
    """One chip more or fewer than the card's own word: an eye that slipped by one, before anything else."""
    return _beside(
        Strength.MEDIUM,
        N_("The chips hold {found}, one chip beside {size}, which the card itself claims: {chips}."),
        chips,
        size,
        source=N_("count and density of the memory chips by their markings"),
        innocent=SLIP,
        advice=N_("Count them once more, on both sides."),
    )


def _beside(
    strength: Strength, text: str, chips: Chips, size: str, *, source: str, innocent: str, advice: str = ""
) -> Answer:
    """Another size than the expected one, with one likely reason."""
    return sign(
        strength,
        text,
        expected=size,
        observed=f"{gib(chips)}{named(chips.photographs)}",
        source=source,
        witness=WITNESS,
        cause=CAUSE,
        innocent=(innocent,),
        advice=advice,
        values={"found": gib(chips), "size": size, "chips": chips.words},
    )
