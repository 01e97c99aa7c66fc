"""The paper's own words for the goods, against what was found.

Tea, toys and contactors are no graphics cards: such a description excludes what lies on the table, and contradicts.
Generic words ("computer parts") exclude nothing, and honest traders write them of gaming cards every day: there they
are noted. Of a board that export control asks for by name they hide the very thing that decides, and are held against
the paper; of a gaming card that meets an entry (RTX 4090) they stay an unexplained deviation. "Parts and accessories
of machines of heading 8471" is the tariff's own language: noted. Which honest paper would trip it: one whose words this
program reads wrongly, so an unknown word decides nothing, a card named anywhere among the goods is declared, and a word
that only stands beside a card's name (cooler, cable) is a sign and no contradiction; one whose description is short
because another field names the goods (product, part number, 3A090), which hides nothing; "server parts" of a board that
is one; and one to a country that asks for no licence. What fools it: a paper that names a graphics card and means
another.
"""

import re
from enum import Enum, auto

from gpu_inspector.checks import thresholds_papers as limits
from gpu_inspector.checks.answer import Answer, consistent, contradicted, sign
from gpu_inspector.checks.goods import (
    AGAINST,
    ASK,
    CAUSE,
    MISTAKE,
    OTHER_PAPERS,
    WITNESS,
    Found,
    about,
    controlled,
    found_of,
    undecided,
    undeclared,
)
from gpu_inspector.checks.goods_named import Named, named_by, named_elsewhere, says_controlled
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records import goods_words
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.control import ControlClass
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.records.finding import Role, Strength
from gpu_inspector.records.goods_code import speaks_as_tariff
from gpu_inspector.records.goods_words import Goods, Kind
from gpu_inspector.records.product import Product

_FIELD, _KIND, _IDENTITY = "description", "description", "identity"
_USUAL = N_("a trader who writes so of everything that he sends")
_SLOPPY = N_("a clerk who wrote for the whole consignment what one piece of it is")
_LINE = N_("a description that slipped in from another line of the same papers")
_AT_ODDS = N_(
    "The papers' words, “{declared}”, are of other goods, while another field of the same papers names what was found:"
    " {found}."
)
_SERVERS = re.compile(r"serv(?:er|eur|idor)|data cent|сервер|服务器|伺服器|サーバ")
"""Where such boards are at home: "server parts" is true of one, and no disguise."""

_OTHERS = {
    Named.SISTER: N_("The papers' words, “{declared}”, name a sister of what was found, which is {found}."),
    Named.UNKNOWN: N_(
        "The papers' words, “{declared}”, name a product that the reference data does not have; found was {found}."
    ),
    Named.LINE: N_("The papers' words, “{declared}”, name a line of gaming cards; found was {found}, of another."),
    Named.OTHER: N_("The papers describe another product, “{declared}”; found was {found}."),
}


@check("declaration-description", N_("Declared description of the goods"), Role.CORE)
def description(
    declaration: Declaration | None,
    name: str | None,
    products: tuple[Product, ...] | None,
    card: CardEvidence,
    control_class: ControlClass | None,
    board_part_number: str | None,
    catalogue: Catalogue,
) -> Answer:
    """A description that names other goods excludes the card; one that names everything hides it."""
    declared = declaration.description.strip() if declaration is not None else ""
    if not declared:
        return undeclared(_FIELD, _KIND, N_("No description of the goods was declared."))
    found = found_of(name, products, card, catalogue)
    if found is None:
        return undecided(
            about(_FIELD, _KIND, declared=_short(declared)),
            N_("What the goods are is not known; declared is “{declared}”."),
            N_("Start the card, or write down what label and board show."),
        )
    said = goods_words.read(declared)
    named = named_by(said, declared, found, catalogue)
    openly = named_elsewhere(declaration, found, catalogue, board_part_number or "")
    if named in _OTHERS or said.foreign:
        asked = _asked(found, control_class, openly=openly)
        return _other_product(named, said, declared, found, asked, openly=openly)
    if named is Named.MAYBE:
        return undecided(
            about(_FIELD, _IDENTITY, declared=_short(declared), found=found.words),
            N_("The papers' words, “{declared}”, have a number that is another product's, or none; found was {found}."),
            N_("Ask the declarant which model the papers mean."),
        )
    if named is Named.SAME or said.kind is Kind.CARD:
        return _fits(said, named, declared, found)
    if said.cut:
        return undecided(
            about(_FIELD, _KIND, declared=_short(declared)),
            N_("The description is longer than what is read of it, and what was read names no graphics card."),
            N_("Enter the line of the declaration that is about these goods."),
        )
    if said.kind is Kind.OTHER:
        return _other_goods(said, declared, found, openly=openly)
    openly = openly or says_controlled(declaration)
    return _not_named(said, declared, found, _asked(found, control_class, openly=openly))


class _Asked(Enum):
    """Whether the law asks what the board is, and a paper that does not say so hides something."""

    NO = auto()
    GOES_FREE = auto()
    """An entry is met, and no licence is needed for this destination."""
    YES = auto()


def _asked(found: Found, control: ControlClass | None, *, openly: bool) -> _Asked:
    if openly or not controlled(found, control):
        return _Asked.NO
    return _Asked.GOES_FREE if control is not None and control.enforced.licence == "not required" else _Asked.YES


def _fits(said: Goods, named: Named, declared: str, found: Found) -> Answer:
    bare = found.whole is False and named is not Named.SAME
    if bare:
        return _sign(
            Strength.WEAK,
            N_("The papers describe whole cards, “{declared}”; a bare chip or board was found."),
            declared,
            found,
            (MISTAKE, N_("boards that are sold for repair under the card's name")),
        )
    beside = N_("; other goods are named beside it") if said.beside else ""
    what = N_("the card that was found") if named is Named.SAME else N_("a graphics card, without its model")
    return consistent(
        N_("The papers' words, “{declared}”, name {what}{beside}."),
        expected=_short(declared),
        observed=found.words,
        source=AGAINST,
        **about(_FIELD, _KIND, declared=_short(declared), what=what, beside=beside),
    )


def _not_named(said: Goods, declared: str, found: Found, asked: _Asked) -> Answer:
    """The description names no graphics card, and no other goods either."""
    if said.kind is Kind.VAGUE and found.whole is not False and not speaks_as_tariff(declared):
        return _vague(declared, found, asked)
    if said.kind in (Kind.BROAD, Kind.VAGUE):
        return _sign(
            Strength.MEDIUM if asked is _Asked.YES else Strength.WEAK,
            N_("The papers' words, “{declared}”, hold for many things; found was {found}."),
            declared,
            found,
            (N_("the tariff's own words, copied"), _USUAL),
        )
    if said.kind is Kind.MACHINE:
        return undecided(
            about(_FIELD, _KIND, declared=_short(declared), found=found.words),
            N_(
                "The papers describe a machine, “{declared}”; whether {found} was found inside of one is not known"
                " here."
            ),
            N_("Say in the case's note where the card was found."),
        )
    return undecided(
        about(_FIELD, _KIND, declared=_short(declared), found=found.words),
        N_(
            "The words “{declared}” are not among those that this program knows; found was {found}. That is no sign of"
            " anything."
        ),
        N_("Judge the description yourself; the program's lists hold words of some thirty languages."),
    )


def _vague(declared: str, found: Found, asked: _Asked) -> Answer:
    """Generic words: how much they weigh depends on whether the law asks what exactly the board is."""
    if asked is _Asked.YES and found.datacentre and not _SERVERS.search(goods_words.fold(declared)):
        return contradicted(
            N_(
                "Declared is “{declared}”; found was {found}, whose kind decides whether its export needs a licence."
                " The words do not describe it."
            ),
            expected=_short(declared),
            observed=found.words,
            against=AGAINST,
            witness=WITNESS,
            cause=CAUSE,
            innocent=(_USUAL, _SLOPPY),
            advice=ASK,
            values=about(_FIELD, _KIND, declared=_short(declared), found=found.words),
        )
    weight = {_Asked.YES: Strength.STRONG, _Asked.GOES_FREE: Strength.MEDIUM, _Asked.NO: Strength.WEAK}
    return _sign(
        weight[asked],
        N_(
            "Declared is “{declared}”, which holds for almost everything; found was {found}, whose figures meet an"
            " entry of export control."
        )
        if asked is not _Asked.NO
        else N_("Declared is “{declared}”, which holds for almost everything; found was {found}."),
        declared,
        found,
        (_USUAL, _SLOPPY),
    )


def _other_goods(said: Goods, declared: str, found: Found, *, openly: bool) -> Answer:
    if openly:
        return _sign(Strength.STRONG, _AT_ODDS, declared, found, (_LINE, OTHER_PAPERS, MISTAKE))
    if said.cards_fitted:
        return _sign(
            Strength.STRONG,
            N_("The papers, “{declared}”, name what belongs to a card, as this program reads them; found was {found}."),
            declared,
            found,
            (N_("a description that this program reads wrongly"), N_("an accessory in the same consignment"), MISTAKE),
        )
    return contradicted(
        N_("Declared is “{declared}”; found was {found}."),
        expected=_short(declared),
        observed=found.words,
        against=AGAINST,
        witness=WITNESS,
        cause=CAUSE,
        innocent=(MISTAKE, OTHER_PAPERS),
        advice=ASK,
        values=about(_FIELD, _KIND, declared=_short(declared), found=found.words),
    )


def _other_product(named: Named, said: Goods, declared: str, found: Found, asked: _Asked, *, openly: bool) -> Answer:
    """The description names another graphics product than the one found: of another maker, another number, a sister."""
    if openly:
        return _sign(Strength.STRONG, _AT_ODDS, declared, found, (_LINE, OTHER_PAPERS, MISTAKE), _IDENTITY)
    if said.foreign or named is Named.OTHER:
        return contradicted(
            _OTHERS[Named.OTHER],
            expected=_short(declared),
            observed=found.words,
            against=AGAINST,
            witness=WITNESS,
            cause=CAUSE,
            innocent=(MISTAKE, OTHER_PAPERS),
            advice=ASK,
            values=about(_FIELD, _IDENTITY, declared=_short(declared), found=found.words),
        )
    reasons = (MISTAKE, OTHER_PAPERS, N_("a name that was shortened on the papers"))
    # "GTX 1050" for a 1050 Ti is a shortened name; for one that meets an entry ("RTX 4090 D") it decides.
    free = named is Named.SISTER and asked is _Asked.NO
    return _sign(Strength.MEDIUM if free else Strength.STRONG, _OTHERS[named], declared, found, reasons, _IDENTITY)


def _sign(
    strength: Strength,
    text: str,
    declared: str,
    found: Found,
    innocent: tuple[str, ...],
    kind: str = _KIND,
) -> Answer:
    return sign(
        strength,
        text,
        expected=_short(declared),
        observed=found.words,
        source=AGAINST,
        witness=WITNESS,
        cause=CAUSE,
        innocent=innocent,
        advice=ASK,
        values=about(_FIELD, kind, declared=_short(declared), found=found.words),
    )


def _short(text: str) -> str:
    most = int(limits.WORDS_TOLD)
    return text if len(text) <= most else f"{text[:most]}…"
