"""The brand on label and papers, against whose board it is.

The model case: genuine datacentre boards, NVIDIA's by subsystem and part number, from which the labels were taken and
which went out as "SANDKYAN" (research note on modified cards, 1B DEBRAND; on export control, 5.2). Such boards are
NVIDIA's own or are sold by PNY and the makers of servers, so a brand that nobody knows deviates there. Alone it is
noted: small sellers put stickers on what they sell, and no list of brands is complete; beside a second sign of another
source it counts. On a gaming card an unknown brand says nothing, since new ones come every year. That label and papers
name two makers is weak: houses have several brands, and makers of computers buy their cards from others.
"""

from gpu_inspector.checks import thresholds_papers as limits
from gpu_inspector.checks.answer import Answer, consistent, not_applicable, sign
from gpu_inspector.checks.goods import (
    AGAINST,
    ASK,
    CAUSE,
    MISTAKE,
    WITNESS,
    Found,
    about,
    found_of,
    undecided,
)
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.records.finding import Strength
from gpu_inspector.records.makers import MAKERS, Maker, makers_of, names_no_brand
from gpu_inspector.records.product import Product

_FIELD, _KIND = "brand", "marking"
_SELLERS = N_("NVIDIA, PNY or a maker of servers")
_NVIDIA = MAKERS[0]


@check("declaration-brand", N_("Brand on label and papers"))
def brand(
    declaration: Declaration | None,
    name: str | None,
    products: tuple[Product, ...] | None,
    card: CardEvidence,
    subsystem: str | None,
    catalogue: Catalogue,
) -> Answer:
    """Whose name is on it: a datacentre board under a name that sells none was marked anew, or the paper says so."""
    declared = _cut(declaration.brand) if declaration is not None else ""
    label = _cut(card.seen.label.brand) if card.seen is not None else ""
    if not declared and not label:
        return not_applicable(N_("No brand was declared, and none was seen on a label."), **about(_FIELD, _KIND))
    found = found_of(name, products, card, catalogue)
    if found is None:
        return undecided(about(_FIELD, _KIND), N_("What the goods are is not known, so no brand is judged."))
    if found.datacentre:
        for text, on_label in ((label, True), (declared, False)):
            if text and (answer := _on_datacentre(text, found, on_label=on_label)) is not None:
                return answer
    return _agreeing(declared, label, subsystem, found)


def _on_datacentre(text: str, found: Found, *, on_label: bool) -> Answer | None:
    """A brand on a datacentre board: None where it is one that sells them."""
    makers = makers_of(text)
    if any(maker.datacentre for maker in makers):
        return None
    none = names_no_brand(text)
    # A clerk writes the trader's name into the field of the brand; a label is put on by hand.
    strength = Strength.MEDIUM if on_label and not none else Strength.WEAK
    if none:
        what = N_("names no brand")
    elif makers:
        what = N_(f"is that of {makers[0].name}, who is not known to sell such boards")
    else:
        what = N_("is none that is known to sell such boards")
    return sign(
        strength,
        N_("“{name}” is a datacentre board, which NVIDIA makes; the brand on the label, “{brand}”, {what}.")
        if on_label
        else N_("“{name}” is a datacentre board, which NVIDIA makes; the brand on the papers, “{brand}”, {what}."),
        expected=_SELLERS,
        observed=text,
        source=N_("research note on modified cards, 1B DEBRAND; subsystem vendors of pci.ids"),
        witness=N_("label") if on_label else WITNESS,
        cause="brand" if on_label else CAUSE,
        innocent=(
            N_("a seller's own sticker"),
            N_("a maker of servers that the program does not know"),
            N_("the trader's name in the field of the brand"),
        ),
        advice=N_("Look for residue of another label, and for NVIDIA's own number on the board."),
        values=about(_FIELD, _KIND, name=found.words, brand=text, what=what),
    )


def _agreeing(declared: str, label: str, subsystem: str | None, found: Found) -> Answer:
    """Papers, label and the subsystem's maker among each other."""
    on_paper, on_label = makers_of(declared), makers_of(label)
    on_board = _makers_of_vendor(subsystem)
    said = tuple(text for text in (declared, label) if text)
    values = about(_FIELD, _KIND, brand=", ".join(dict.fromkeys(said)), found=found.words)
    if on_paper and on_label and _two_houses(on_paper, on_label):
        return _apart(declared, label, N_("on the label"))
    if on_paper and not on_label and on_board and _two_houses(on_paper, on_board):
        return _apart(declared, on_board[0].name, N_("by the subsystem's vendor"))
    if not on_paper and not on_label:
        return undecided(
            values,
            N_(
                "The brand {brand} is in no list of this program, and no list is complete. That is no sign of anything."
            ),
            N_("Look the maker up by hand."),
        )
    return consistent(
        N_("Brand: {brand}. Nothing that was seen speaks against it."),
        expected=declared or label,
        observed=label or (on_board[0].name if on_board else found.words),
        source=AGAINST if declared else N_("the label of the card"),
        **values,
    )


def _two_houses(some: tuple[Maker, ...], others: tuple[Maker, ...]) -> bool:
    """Whether no maker is among both; NVIDIA is named on every card, and a computer's maker buys its cards."""
    free = {_NVIDIA.name, *(maker.name for maker in MAKERS if maker.builds_computers)}
    names, theirs = {maker.name for maker in some}, {maker.name for maker in others}
    return not names & theirs and not (names | theirs) & free


def _apart(declared: str, other: str, where: str) -> Answer:
    return sign(
        Strength.WEAK,
        N_("The papers name the brand “{declared}”; {where} it is “{other}”."),
        expected=declared,
        observed=other,
        source=AGAINST,
        witness=WITNESS,
        cause=CAUSE,
        innocent=(
            N_("two brands of one house, or a card made for another maker"),
            N_("an image of another maker's card in its firmware"),
            MISTAKE,
        ),
        advice=ASK,
        values=about(_FIELD, _KIND, declared=declared, other=other, where=where),
    )


def _makers_of_vendor(subsystem: str | None) -> tuple[Maker, ...]:
    vendor = (subsystem or "").partition(":")[0].upper()
    return tuple(maker for maker in MAKERS if vendor in maker.vendors)


def _cut(text: str) -> str:
    return text.strip()[: int(limits.WORDS_TOLD)]
