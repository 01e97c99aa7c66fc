"""Known modifications: does the card fit one that was seen before?

A match *identifies*: it tells the inspector what to look for on the board. It accuses nobody by itself; what
contradicts is the catalogue (`memory-total`) or the declaration. Prototypes and samples are genuine and were never
sold; mining cards and boards of cars are products of their own, and only their papers can be wrong. Source: research
note on modified cards, section 1, kept as `resources/modifications.toml`.
"""

from gpu_inspector.checks.answer import Answer, consistent, inconclusive, sign
from gpu_inspector.checks.facts import MemoryClaim
from gpu_inspector.checks.runner import check
from gpu_inspector.checks.signature import Match
from gpu_inspector.checks.thresholds import MODIFICATIONS_NAMED
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue, normalise
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Strength, Value
from gpu_inspector.records.modification import ABOUT, OF_MEMORY, Kind
from gpu_inspector.records.product import Product
from gpu_inspector.records.product_names import take_apart

_NUMBERS = (
    *("no", N_("one"), N_("two"), N_("three"), N_("four")),
    *(N_("five"), N_("six"), N_("seven"), N_("eight"), N_("nine")),
)
_ALONE = {
    "chip": N_("chip agrees"),
    "board": N_("board agrees"),
    "name": N_("name agrees"),
    "memory": N_("memory agrees"),
    "power limits": N_("power limits agrees"),
    "link": N_("link agrees"),
    "firmware": N_("firmware agrees"),
    "papers": N_("papers agrees"),
    "driver": N_("driver agrees"),
}
"""What is said where facts of one topic alone agree."""
_NEVER_SOLD = N_("Fits the {title}, made by {made_by}: {topics} from {agree} of {spoke}.{others}")
_LOOK = N_("Look at the board: {look}")
_LOOK_ANYWHERE = N_("Look at the board, and compare it with what the list of known modifications says of it.")


def declared_openly(declaration: Declaration, gib: int) -> bool:
    """Whether the paper says that the card was modified, and to this size, in a number or in the product's words."""
    said = take_apart(declaration.product, frozenset()).sizes if declaration.product else frozenset()
    sizes_said = {declaration.memory_gb} if declaration.memory_gb is not None else said
    return declaration.modified and gib in sizes_said


@check("memory-known-rework", N_("Known rework of the memory"))
def known_rework(
    whole_card: bool,
    known_matches: tuple[Match, ...],
    memory: MemoryClaim | None,
    declaration: Declaration | None,
    catalogue: Catalogue,
) -> Answer:
    """Known reworks have a shape: this device id with that much memory. The name helps, and accuses nobody."""
    found = tuple(one for one in known_matches if one.row.kind in OF_MEMORY)
    if not found and memory is None:
        return inconclusive(N_("No source gave the memory total: no rework of the memory could be recognised."))
    listed = sum(row.kind in OF_MEMORY for row in catalogue.modifications)
    if not found:
        return _none(listed)
    gib = (found[0].row.memory_mib or 0) // 1024
    openly = declaration is not None and gib > 0 and declared_openly(declaration, gib)
    return _identified(found, openly)


@check("identity-known-modification", N_("Known modification of card, firmware or driver"))
def known_modification(
    not_a_guest: bool,
    known_matches: tuple[Match, ...],
    device_id: str | None,
    name: str | None,
    products: tuple[Product, ...] | None,
    declaration: Declaration | None,
    catalogue: Catalogue,
) -> Answer:
    """Relabelled, unlocked and reflashed cards were seen before; several sources together tell them from others."""
    others = tuple(one for one in known_matches if one.row.kind not in OF_MEMORY)
    found = tuple(one for one in others if not one.row.product)
    if found:
        return _identified(found, declaration is not None and _said(declaration, found[0], products, catalogue))
    if others:
        return _a_product(others[0])
    if device_id is None and name is None:
        return inconclusive(N_("No source gave a device id or a name: no known modification could be recognised."))
    return _none(sum(row.kind not in OF_MEMORY for row in catalogue.modifications))


def _said(declaration: Declaration, match: Match, products: tuple[Product, ...] | None, catalogue: Catalogue) -> bool:
    """Whether the paper says it openly: that the card was modified, or of a laptop's die that it is one."""
    if declaration.modified or match.row.kind is not Kind.LAPTOP or declaration.product is None:
        return declaration.modified
    meant = {normalise(row.name) for row in catalogue.resolve(declaration.product)}
    return bool(meant & {normalise(row.name) for row in products or ()})


def _none(listed: int) -> Answer:
    return consistent(
        N_("No known modification of {listed} in the list fits."),
        expected=N_("no known modification"),
        observed=N_("none that fits"),
        listed=listed,
    )


def _a_product(match: Match) -> Answer:
    """A product of its own, that is known to be passed off as another: that is the papers' matter."""
    row = match.row
    return consistent(
        N_("This is: {title} ({made_from}). It is known to be offered as {sold_as}."),
        expected=N_("no known modification"),
        observed=row.title,
        source="; ".join(row.sources),
        **_values(match),
    )


def _identified(found: tuple[Match, ...], openly: bool) -> Answer:
    best, others = found[0], found[1 : int(MODIFICATIONS_NAMED)]
    row = best.row
    unreleased = row.kind is Kind.SAMPLE
    # A paper that names no product may only be vague; one that names another is the declaration's own check.
    slight = openly or unreleased or row.kind is Kind.PAPERS
    about = ABOUT[best.telling.fact]
    text = N_("Fits the {title}: {topics} from {agree} of {spoke}.{others}")
    also = "; ".join(
        N_(f"{one.row.title} ({_number(len(one.sources))} of {_number(len(one.spoke))} sources)") for one in others
    )
    also_so = N_(f"also as described: {', '.join(best.described)}") if best.described else ""
    return sign(
        # What the paper says openly is no sign that adds up with others, and a prototype is genuine.
        Strength.WEAK if slight else Strength.MEDIUM,
        _NEVER_SOLD if unreleased else text,
        expected=N_("no known modification"),
        observed="; ".join(part for part in (row.title, also_so) if part),
        source="; ".join(row.sources),
        witness=about.witness,
        cause=about.cause,
        innocent=(row.honest.rstrip("."),),  # it stands in a list of several
        advice=_LOOK if row.look else _LOOK_ANYWHERE,
        values={**_values(best), "others": N_(f" Also fits: {also}.") if also else ""},
    )


def _values(match: Match) -> dict[str, Value]:
    row = match.row
    return {
        "id": row.id,
        "title": row.title,
        "made_from": row.made_from,
        "made_by": row.made_by,
        "sold_as": ", ".join(row.sold_as),
        "look": row.look,
        "topics": _agreeing(match.topics),
        "agree": _independent(len(match.sources)),
        "spoke": _number(len(match.spoke)),
        "sources": ", ".join(match.sources),
    }


def _number(count: int) -> str:
    """A small number in words, as a sentence has it."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def _independent(count: int) -> str:
    return N_("one independent source") if count == 1 else N_(f"{_number(count)} independent sources")


def _agreeing(topics: tuple[str, ...]) -> str:
    """ "chip and name agree": a template for each number of them, since a record's words are translated later."""
    match topics:
        case ():
            return "nothing agree"
        case (alone,):
            return _ALONE[alone]
        case (one, other):
            return N_(f"{one} and {other} agree")
        case (*rest, one, other):
            first = ", ".join(rest)
            return N_(f"{first}, {one} and {other} agree")
    raise AssertionError("every tuple has one of these forms")
