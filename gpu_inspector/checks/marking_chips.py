"""How many memory chips there are, and whether they are all of one kind.

A chip of graphics memory serves 32 lines of the bus, or 16 where two share them. Fewer chips than the bus needs mean
that some were taken off, or that the bus is not that wide. A maker mixes vendors between boards, not on one: two kinds
on one board mean that somebody exchanged some. Honest cards that look alike: one with a chip replaced in a repair;
laptops and old entry cards with DDR memory, whose chips have other widths (left out); a wrong count. Which side of the
board chips sit on is the maker's choice, and no sign. Source: research note on modified cards, section 2 and 5, step 8.
"""

from dataclasses import replace

from gpu_inspector.checks import sizes
from gpu_inspector.checks import thresholds_eye as limits
from gpu_inspector.checks.answer import ONE_TABLE, Answer, consistent, inconclusive, not_applicable, sign
from gpu_inspector.checks.chip_facts import Chips, chips_of, kind_of, on_package, several_gpus
from gpu_inspector.checks.chip_signs import SLIP, WITNESS
from gpu_inspector.checks.facts import MemoryClaim
from gpu_inspector.checks.marking_none import for_parts
from gpu_inspector.checks.marking_words import in_words, meant, named
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.appearance import Appearance
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Strength
from gpu_inspector.records.product import Product

_LOOK = N_("Count the chips on both sides, and type their markings in.")


@check("memory-marking-count", N_("Number of memory chips against the bus"))
def count(
    seen: Appearance,
    declaration: Declaration | None,
    products: tuple[Product, ...] | None,
    multi_gpu_board: bool,
    memory: MemoryClaim | None,
    catalogue: Catalogue,
) -> Answer:
    """A bus of 384 lines needs 12 chips, or 24 of which two share a channel; another number is a sign."""
    rows = meant(declaration, catalogue) or products or ()
    if on_package(rows):
        return not_applicable(N_("The memory of {products} sits inside the GPU's package."), products=in_words(rows))
    chips = chips_of(seen, catalogue)
    if chips is None:
        return _by(inconclusive(N_("Nobody looked at the memory chips, or no board has so many."), advice=_LOOK))
    known = [row for row in rows if row.bus_bits is not None and "bus_bits" not in row.from_memory]
    if not known or len(known) < len(rows) or not all((row.memory_type or "").startswith("GDDR") for row in rows):
        return _by(inconclusive(N_("How many chips the product has, the reference data does not tell.")))
    if several_gpus(rows) or multi_gpu_board:
        return _by(inconclusive(N_("A board with several GPUs: whose chips these are, nobody sees.")))
    channels = sorted({int(row.bus_bits / limits.CHIP_BITS) for row in known if row.bus_bits is not None})
    most = channels[-1] * int(limits.CHIPS_SHARING)
    if not chips.both_sides and chips.count <= most:
        return _by(
            inconclusive(N_("Not both sides of the board were looked at; seen were {count} chips."), count=chips.count)
        )
    return _by(_counted(chips, rows, channels, declaration, memory))


def _by(answer: Answer) -> Answer:
    """Whatever the answer, it is the memory's marking that speaks."""
    return replace(answer, witness=WITNESS)


def _counted(
    chips: Chips,
    rows: tuple[Product, ...],
    channels: list[int],
    declaration: Declaration | None,
    memory: MemoryClaim | None,
) -> Answer:
    sharing = int(limits.CHIPS_SHARING)
    right = {one * each for one in channels for each in (1, sharing)}
    expected = ", ".join(map(str, sorted(right)))
    if chips.count in right:
        return consistent(
            N_("{count} memory chips, which the bus of {products} can have ({right})."),
            expected=expected,
            observed=str(chips.count),
            source=N_("bus widths of the reference data"),
            count=chips.count,
            products=in_words(rows),
            right=expected,
        )
    few = chips.count < channels[0]
    parts = few and for_parts(declaration)
    single = any("bus_bits" in row.single_source for row in rows)
    # A card that runs with its memory lacks no chip: an eye that slipped by one counts them so.
    whole = memory is not None and any(row.memory_mib and sizes.is_of_size(memory, row.memory_mib) for row in rows)
    slip = whole and any(abs(chips.count - one) == 1 for one in right)
    return sign(
        Strength.WEAK if parts else Strength.STRONG if few and not single and not slip else Strength.MEDIUM,
        N_("{count} memory chips; the bus of {products} has {expected}."),
        expected=expected,
        observed=f"{chips.count}{named(chips.photographs)}",
        source=ONE_TABLE if single else N_("bus widths of the reference data"),
        witness=WITNESS,
        cause="memory chip count",
        innocent=(SLIP, N_("chips that were taken off for parts, on a card that is declared as broken")),
        advice=N_("Look for empty places, and for chips that are not connected."),
        values={"count": chips.count, "products": in_words(rows), "expected": expected},
    )


@check("memory-marking-mixed", N_("Memory chips of one kind"))
def mixed(
    seen: Appearance,
    declaration: Declaration | None,
    products: tuple[Product, ...] | None,
    catalogue: Catalogue,
) -> Answer:
    """Vendors are mixed between boards, not within one: different chips side by side were not put there together."""
    rows = meant(declaration, catalogue) or products or ()
    if on_package(rows):
        return not_applicable(N_("The memory of {products} sits inside the GPU's package."), products=in_words(rows))
    chips = chips_of(seen, catalogue)
    if chips is None or not chips.seen:
        return _by(inconclusive(N_("Nobody looked at the memory chips, or none was seen."), advice=_LOOK))
    found = [chip for _, chip in chips.seen]
    codes = [chip.known for chip in found if chip.known is not None]
    vendors = {chip.vendor for chip in found if chip.vendor and (chip.code is None or chip.known is not None)}
    kinds = {(kind_of(code), code.density_gbit) for code in codes}
    if len(kinds) > 1 or len(vendors) > 1:
        openly = declaration is not None and declaration.modified
        return _by(_different(chips, Strength.WEAK if openly else Strength.MEDIUM))
    grades = {(chip.known.marking, chip.speed_gbps) for chip in found if chip.known is not None}
    if len(grades) > 1:
        return _by(_different(chips, Strength.WEAK))
    if chips.unknown:
        return _by(
            inconclusive(N_("Not every marking is known, so that they cannot be compared: {chips}."), chips=chips.words)
        )
    return _by(
        consistent(
            N_("All memory chips that were seen are of one kind: {chips}."),
            expected=N_("one kind of chip"),
            observed=chips.words,
            source=N_("markings of the memory chips"),
            chips=chips.words,
        )
    )


def _different(chips: Chips, strength: Strength) -> Answer:
    return sign(
        strength,
        N_("The board bears different memory chips: {chips}."),
        expected=N_("one kind of chip"),
        observed=f"{chips.words}{named(chips.photographs)}",
        source=N_("research note on modified cards, section 2: mixed between boards, not within one board"),
        witness=WITNESS,
        cause="memory chips mixed",
        innocent=(N_("a chip that was replaced in a repair"), SLIP),
        advice=N_("Look for flux, darkened solder mask and crooked chips."),
        values={"chips": chips.words},
    )
