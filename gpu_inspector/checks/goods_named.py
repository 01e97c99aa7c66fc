"""Which products a description names, against the one that was found.

A paper's words are the trade's, so the kinder reading decides: one mention of the found card is enough, and a number
that is shared ("4070" for a 4070 Ti) makes a sister of what would otherwise be another product.
"""

import re
from enum import Enum

from gpu_inspector.checks.goods import Found
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue, normalise
from gpu_inspector.records.control_declared import Means, read_entry
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.goods_words import Goods, Kind, fold
from gpu_inspector.records.label_products import model_of_part

_LINES = re.compile(r"nvidia|geforce|quadro|tesla|rtx|gtx|gts|gt|mx|cmp|titan|grid|nvs")
_NUMBER = re.compile(r"(?<![a-z0-9])([a-z]{0,2})(\d{2,4})")
_SUPER = re.compile(r"(?<=\d)(ti)?s(?![a-z0-9])")


class Named(Enum):
    """How the products that a text names stand to the one that was found."""

    NONE = "none"
    SAME = "same"
    SISTER = "sister"
    OTHER = "other"
    UNKNOWN = N_("unknown to the reference data")
    LINE = N_("another line of products")
    MAYBE = N_("a bare number that is another product's")


_BEST_FIRST = (Named.SAME, Named.NONE, Named.SISTER, Named.OTHER, Named.UNKNOWN)


def named_by(said: Goods, declared: str, found: Found, catalogue: Catalogue) -> Named:
    """The products that the text names as the goods, against the one that was found; the best of them decides."""
    if not found.rows:
        return Named.NONE
    if normalise(declared) in found.names:
        return Named.SAME
    whole = _names(catalogue, declared) if said.kind in (Kind.CARD, Kind.BROAD, Kind.UNKNOWN) else frozenset()
    if whole & found.names:
        return Named.SAME
    answers = {_of_model(model, found, catalogue) for model in said.models}
    best = next((one for one in _BEST_FIRST if one in answers), Named.NONE)
    if best is Named.NONE and said.kind is Kind.CARD:
        if said.gaming_line and found.datacentre:
            return Named.LINE
        return Named.MAYBE if whole and _numbers(fold(declared)) else Named.NONE
    return best


def named_elsewhere(declaration: Declaration | None, found: Found, catalogue: Catalogue, own_part: str = "") -> bool:
    """Whether another field of the paper names the goods: their product, or the board's part number.

    Such a paper hides nothing, however short its description is. `own_part` is the board's number as the card has it.
    """
    if declaration is None:
        return False
    if declaration.product and _names(catalogue, declaration.product) & found.names:
        return True
    if own_part and own_part.casefold() in declaration.part_number.casefold():
        return True
    return bool(
        {normalise(row.name) for row in model_of_part(declaration.part_number, catalogue).products} & found.names
    )


def says_controlled(declaration: Declaration | None) -> bool:
    """Whether the paper states an entry that figures of 3A090 are under: it does not hide that the law asks."""
    entry = read_entry(declaration.control_class) if declaration is not None else None
    return entry is not None and entry.means is Means.MEETS


def _of_model(model: str, found: Found, catalogue: Catalogue) -> Named:
    # The trade's "GTX 1660S" is a SUPER; the S of an L40S is its own.
    meant = _names(catalogue, _SUPER.sub(r"\1 super", model) if "tx" in model else model)
    if meant & found.names:
        return Named.SAME
    numbers = _numbers(model)[:1]
    shared = any(_alike(one, other) for one in numbers for name in found.names for other in _numbers(name))
    if not meant:
        # A number that is the found card's too, in words that are not read whole, is no other product.
        return Named.NONE if shared or not numbers else Named.UNKNOWN
    return Named.SISTER if shared else Named.OTHER


def _numbers(name: str) -> list[tuple[str, str]]:
    """The model numbers of a name with the letters before them: ("", "4090"), ("a", "100")."""
    return _NUMBER.findall(_LINES.sub(" ", name))


def _alike(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return one[1] == other[1] and (one[0] == other[0] or "" in (one[0], other[0]))


def _names(catalogue: Catalogue, text: str) -> frozenset[str]:
    return frozenset(normalise(row.name) for row in catalogue.resolve(text))
