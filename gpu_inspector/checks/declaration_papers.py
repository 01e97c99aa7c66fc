"""Goods code, quantity, value and origin of the papers, against what was found.

None of them contradicts. A goods code is somebody's opinion, and the authority's to decide: heading 8473.30 holds a
gaming card and an A100 alike (US rulings NY N338976 and one of 2019, research note on export control, section 3), so it
tells nothing of which card it is and is held against nobody. A heading of other goods deviates; one that a single
typing error, or an honest opinion, makes of the right one is noted at most, and so is any beside words that name a
card. More cards than pieces are noted: the bench
has cards of its own, and a server holds many under one line. There are no prices in the reference data, so no value is
judged. What fools these checks: papers that are right in form.
"""

import re

from gpu_inspector.checks import thresholds_papers as limits
from gpu_inspector.checks.answer import Answer, consistent, sign
from gpu_inspector.checks.goods import (
    AGAINST,
    ASK,
    CAUSE,
    MISTAKE,
    OTHER_PAPERS,
    WITNESS,
    Found,
    about,
    found_of,
    undecided,
    undeclared,
)
from gpu_inspector.checks.goods_named import named_elsewhere
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records import goods_words
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.countries import country_of, made_in
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardEvidence, Evidence
from gpu_inspector.records.finding import Strength
from gpu_inspector.records.goods_code import codes_in
from gpu_inspector.records.goods_words import Kind
from gpu_inspector.records.mistyped import one_slip_apart
from gpu_inspector.records.numbers import own_numbers
from gpu_inspector.records.product import Product

CARDS = frozenset({"8473", "8473.30", "8471", "8471.50", "8471.80"})
"""Where authorities class graphics cards and accelerators; the practice of the EU was not verified."""
MACHINES = frozenset({"8471.30", "8471.41", "8471.49"})
"""Whole computers, which such a card may sit in."""
HEADINGS = frozenset({"8473", "8471"})
CHIPS = frozenset({"8542", "8542.31", "8542.32", "8542.33", "8542.39"})
OPINIONS = frozenset({"8534", "8543", "8548", "8528", "8529", "8537", "8538"})
"""Printed circuits, electrical machines and parts: headings that an honest broker may hold for the card's own."""
_NETWORK = "8517"
_CONVERGED = ("a100x", "a30x", "bluefield")
"""Accelerators with a network adapter on the board, which honest papers class as one."""
_MONEY = re.compile(r"\d[\d., '\u00a0]*")
_CURRENCY = re.compile(r"[A-Za-z]{3}|[$€£¥₽元円₩₹]|руб")


@check("declaration-classification", N_("Declared goods code"))
def classification(
    declaration: Declaration | None,
    name: str | None,
    products: tuple[Product, ...] | None,
    card: CardEvidence,
    catalogue: Catalogue,
) -> Answer:
    """The heading must be one that can hold the goods; which card of many it is, no heading tells."""
    declared = declaration.hs_code.strip() if declaration is not None else ""
    if not declared:
        return undeclared("hs_code", "classification", N_("No goods code was declared."))
    values = about("hs_code", "classification", declared=declared[: int(limits.WORDS_TOLD)])
    codes = codes_in(declared)
    found = found_of(name, products, card, catalogue)
    if not codes:
        return undecided(
            values,
            N_("“{declared}” holds no goods code of the Harmonized System that could be read."),
            N_("Write it as the papers do, with six digits or more: 8473.30."),
        )
    if found is None:
        return undecided(values, N_("What the goods are is not known; declared is the goods code {declared}."))
    if set(codes) & CARDS or (found.whole is False and set(codes) & {*CHIPS, "8534", "8534.00"}):
        return consistent(
            N_("The goods code {declared} can hold what was found; it tells nothing of which card it is."),
            expected=declared[: int(limits.WORDS_TOLD)],
            observed=found.words,
            source=N_("US rulings, research note on export control, 3; the practice of the EU was not verified"),
            **values,
        )
    if found.whole is None:
        return undecided(values, N_("Whether the goods are a whole card was not said; declared is {declared}."))
    if set(codes) & MACHINES:
        return undecided(
            values, N_("{declared} is a whole computer; whether the card was found inside of one is not known here.")
        )
    return _elsewhere(codes[0], declared, found, plain=_says_card(declaration, found, catalogue))


def _says_card(declaration: Declaration | None, found: Found, catalogue: Catalogue) -> bool:
    """Whether the paper's words name a card beside the code: then the code hides nothing, and is an error's first."""
    if declaration is None:
        return False
    words = goods_words.read(declaration.description).kind is Kind.CARD
    return words or named_elsewhere(declaration, found, catalogue)


def _elsewhere(code: str, declared: str, found: Found, *, plain: bool) -> Answer:
    heading = code.partition(".")[0]
    innocent: tuple[str, ...]
    if heading in HEADINGS:
        strength, text = Strength.WEAK, N_("{declared} is a neighbour of the headings that hold graphics cards.")
        innocent = (MISTAKE, N_("another opinion on the classification"))
    elif code in CHIPS:
        strength, text = Strength.MEDIUM, N_("{declared} holds bare chips; found was a whole card, {found}.")
        innocent = (MISTAKE, N_("a broker who went by the name “graphics processor”"))
    elif heading in OPINIONS or _is_converged(heading, found) or any(one_slip_apart(heading, one) for one in HEADINGS):
        strength, text = Strength.MEDIUM, N_("{declared} is no heading that holds graphics cards; found was {found}.")
        innocent = (N_("a digit mistyped on the papers"), N_("another opinion on the classification"))
    else:
        # Four digits may be a year or a heading cut short; no code hides a card that the words name.
        strength = Strength.MEDIUM if plain or "." not in code else Strength.STRONG
        text = N_("{declared} is a heading of other goods altogether; found was {found}.")
        innocent = (MISTAKE, OTHER_PAPERS, N_("the code of another line of the same declaration"))
    shown = declared[: int(limits.WORDS_TOLD)]
    return sign(
        strength,
        text,
        expected=shown,
        observed=found.words,
        source=N_("headings of the Harmonized System; US rulings, research note on export control, 3"),
        witness=WITNESS,
        cause=CAUSE,
        innocent=innocent,
        advice=ASK,
        values=about("hs_code", "classification", declared=shown, found=found.words),
    )


def _is_converged(heading: str, found: Found) -> bool:
    return heading == _NETWORK and any(word in name for name in found.names for word in _CONVERGED)


@check("declaration-quantity", N_("Declared quantity"))
def quantity(declaration: Declaration | None, evidence: Evidence) -> Answer:
    """More boards than pieces; fewer are no sign, since not every piece has to be inspected."""
    if declaration is None or declaration.quantity is None:
        return undeclared("quantity", "quantity", N_("No quantity was declared."))
    pieces, boards = declaration.quantity, len({_board(card) for card in evidence.cards})
    values = about("quantity", "quantity", declared=pieces, found=boards)
    if boards <= pieces:
        more = "" if boards == pieces else N_("; the others were not inspected here, which is no sign")
        return consistent(
            N_("Declared are {declared} pieces, inspected were {found}{more}."),
            expected=f"{pieces}",
            observed=f"{boards}",
            source=AGAINST,
            more=more,
            **values,
        )
    machines = set(codes_in(declaration.hs_code)) & {*MACHINES, "8471.50"}
    if machines or goods_words.read(declaration.description).kind is Kind.MACHINE:
        return undecided(
            values,
            N_(
                "Declared are {declared} pieces and inspected {found} cards; the papers describe machines, which hold"
                " several cards each."
            ),
            N_("Count the machines."),
        )
    return sign(
        Strength.WEAK,
        N_("Declared are {declared} pieces; {found} cards were inspected under this declaration."),
        expected=f"{pieces}",
        observed=f"{boards}",
        source=AGAINST,
        witness=WITNESS,
        cause=CAUSE,
        innocent=(
            N_("a card of the bench itself among those inspected"),
            N_("pieces that are machines, sets or cartons of several cards"),
            MISTAKE,
        ),
        advice=N_("Count the pieces by hand, and inspect those of the declaration alone."),
        values=values,
    )


def _board(card: CardEvidence) -> str:
    """What is counted: a board of several dies shows several cards, which share its serial."""
    claims = card.nvml or card.nvidia_smi or card.tool
    serials = own_numbers(card)["serial"]
    return serials[0] if claims is not None and claims.multi_gpu_board and serials else f"label {card.label}"


@check("declaration-value", N_("Declared value"))
def value(declaration: Declaration | None) -> Answer:
    """Read, and not judged: prices move by half within a year, and the reference data holds none."""
    declared = declaration.value.strip()[: int(limits.LONGEST_FIELD)] if declaration is not None else ""
    if not declared:
        return undeclared("value", "value", N_("No value was declared."))
    shown = declared[: int(limits.WORDS_TOLD)]
    amount = _MONEY.search(declared)
    if amount is None:
        return undecided(
            about("value", "value", declared=shown),
            N_("“{declared}” holds no amount that could be read; it is not judged."),
            N_("Write amount and currency: 1,599.00 USD."),
        )
    if not amount[0].strip("0., '\u00a0"):
        return sign(
            Strength.WEAK,
            N_("The declared value, “{declared}”, is nothing."),
            expected=shown,
            observed=N_("goods of some value"),
            source=AGAINST,
            witness=WITNESS,
            cause=CAUSE,
            innocent=(N_("a replacement under warranty, a sample or a returned card"), MISTAKE),
            values=about("value", "value", declared=shown),
        )
    currency = "" if _CURRENCY.search(declared) else N_(" No currency stands beside it.")
    return undecided(
        about("value", "value", declared=shown, currency=currency),
        N_("The declared value, “{declared}”, was read and not judged: the reference data holds no prices.{currency}"),
        N_("Compare it with the invoice, and with prices of the day."),
    )


@check("declaration-origin", N_("Declared country of origin"))
def origin(declaration: Declaration | None, card: CardEvidence) -> Answer:
    """The label's “made in” is where the board was made; “TW” on a die is where the chip was packaged."""
    declared = declaration.country_of_origin.strip() if declaration is not None else ""
    if not declared:
        return undeclared("country_of_origin", "origin", N_("No country of origin was declared."))
    shown = declared[: int(limits.WORDS_TOLD)]
    values = about("country_of_origin", "origin", declared=shown)
    said, country = made_in(_label_text(card)), country_of(declared)
    if not said:
        return undecided(
            values,
            N_("Nothing that was seen of the goods names a country of making; declared is {declared}."),
            N_("Look for “Made in” on label and board. “TW” on the chip is where it was packaged, and no origin."),
        )
    label = ", ".join(sorted(said))
    if not country:
        return undecided(
            {**values, "label": label}, N_("The country “{declared}” is not known here; the label says {label}.")
        )
    if country in said:
        return consistent(
            N_("Declared is {declared}; the label says so too."),
            expected=shown,
            observed=label,
            source=AGAINST,
            **values,
        )
    return sign(
        Strength.WEAK,
        N_("Declared is {declared}; the label says that it was made in {label}."),
        expected=shown,
        observed=label,
        source=AGAINST,
        witness=WITNESS,
        cause=CAUSE,
        innocent=(
            N_("rules of origin, which differ from country to country and from “made in”"),
            N_("a label of the box, or of a part"),
            MISTAKE,
        ),
        advice=ASK,
        values={**values, "label": label},
    )


def _label_text(card: CardEvidence) -> str:
    return card.seen.label.text[: int(limits.LONGEST_FIELD)] if card.seen is not None else ""
