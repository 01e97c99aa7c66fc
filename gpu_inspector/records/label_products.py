"""From the model that a label names to the products that it can mean.

Partners write the product into their model codes in ways of their own: "ROG-STRIX-RTX4090-O24G", "GV-N309TAORUSX
W-24GD", "ZT-D40900D-10P". Only what their shops' lists show is read out of a code, and where a code leaves it open
(ZOTAC's D40810 is an RTX 4080, no Ti), every product of the number is the answer: to read too much into a letter would
accuse an honest card. A code of no known form (EVGA's 24G-P5-4989-KR, GALAX's 49NXM5MD6DSK) means nothing at all.
Source of the forms: model codes beside product names in public shop lists (for each form below, two codes at least),
and makers' product pages.
"""

import re
from dataclasses import dataclass

from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.label_words import cleaned, nvidia_part
from gpu_inspector.records.product import Product
from gpu_inspector.records.product_names import take_apart

_NAMED = re.compile(
    r"(?P<line>RTX|GTX)[ _-]?(?P<number>[0-9]{3,4})(?P<ti>[ _-]?TI)?(?P<super>[ _-]?SUPER|S)?"
    r"(?P<open>[ _-]S(?![A-Z0-9]))?(?P<china>[ _-]?D(?![A-Z0-9.]))?(?![A-Z0-9])"
)
"""The product in plain letters, wherever it stands: "TUF-RTX4070TIS-O16G", "GEFORCE RTX 4090 GAMING X TRIO 24G"."""
_SIZE = re.compile(r"(?<![A-Z0-9.])[AO]?(?P<gib>[0-9]{1,3})[ ]?G(?:B|D|DX|D6|D6X|6|6X|7|C|O)?(?![A-Z0-9])")
"""The memory in a model's suffix: 24G, O24G, 20GD, 48GB, 12GD6X. Gigabyte's GC of the 20 series is a size as well."""
_BOARD = re.compile(r"P[GH][0-9]{3}")
"""A board's number, which early drivers printed as the product's name: on a label it is the board's."""
_LAPTOP = re.compile(r"(?<![A-Z])(?:LAPTOP|MOBILE|NOTEBOOK|MAX-?Q)(?![A-Z])")
_TI, _SUPER = "ti", "super"
_CODES = (
    # Gigabyte: GV-N4090GAMING OC-24GD, GV-N306TEAGLE-8GD, GV-N408SAORUS M-16GD, GV-N407TSEAGLE OC-16GD
    re.compile(r"GV-?N(?P<number>[0-9]{3})(?P<letters>TS|T|S|[0-9])"),
    # ZOTAC: ZT-D40900D-10P, ZT-D40810B-10P (RTX 4080), ZT-A30610H-10M (RTX 3060 Ti): the fourth figure is a version
    re.compile(r"ZT-?[A-Z](?P<number>[0-9]{3})(?P<letters>)[0-9]{2}"),
    # Palit and Gainward: NED4090019SB-1020G, NED309TS19SB-1022G (its S says overclocked), NE6306T019P2-190AD
    re.compile(r"NE[A-Z0-9](?P<number>[0-9]{3})(?P<letters>T|[0-9])[0-9S]"),
    # PNY: VCG409024TFXXPB1, VCG3060T8DFMPB
    re.compile(r"VCG(?P<number>[0-9]{3})(?P<letters>[0-9])(?P<ti>T)?"),
    # Inno3D: N40903-246XX-18332989, N306T2-08D6X-119032DH, C4090-246XX-18330005
    re.compile(r"[NC](?P<number>[0-9]{3})(?P<letters>T|[0-9])[0-9]?-[0-9]{2}"),
)
"""How partners write the number and the letters after it into a code's beginning."""


@dataclass(frozen=True, slots=True)
class Model:
    """What a model's text means. No products: it means none that is known."""

    text: str
    products: tuple[Product, ...]
    sizes_gib: frozenset[int]
    """Memory sizes that the text names; () where it names none."""
    weak: bool = False
    """Out of a part number alone, which the reference data knows of one board or two."""


def model_of(text: str, catalogue: Catalogue) -> Model:
    """The products that a model's text can mean, and the memory that it names."""
    said = cleaned(text)
    found = catalogue.resolve(said) if said and not _BOARD.match(said) else ()
    return _model(said, found, catalogue)


def model_of_code(text: str, catalogue: Catalogue) -> Model:
    """The same of an article's number, where words alone mean nothing: only the forms above count."""
    return _model(cleaned(text), (), catalogue)


def _model(said: str, products: tuple[Product, ...], catalogue: Catalogue) -> Model:
    sizes = frozenset(int(found["gib"]) for found in _SIZE.finditer(said) if int(found["gib"]))
    if not products and (named := _NAMED.search(said)) is not None:
        products = _plain(named, said, sizes, catalogue)
    if not products:
        products = next((_coded(code, catalogue) for one in _CODES if (code := one.match(said))), ())
    return Model(said, products, sizes)


def model_of_part(text: str, catalogue: Catalogue) -> Model:
    """The products whose boards were observed to bear an NVIDIA part number, whatever the revision."""
    part = nvidia_part(text)
    stem = part.text[: len("900-2G133-0080")] if part is not None else ""
    rows = tuple(row for row in catalogue.products if stem and any(n.startswith(stem) for n in row.board_part_numbers))
    return Model(text, rows, frozenset(), weak=True)


def _plain(named: re.Match[str], said: str, sizes: frozenset[int], catalogue: Catalogue) -> tuple[Product, ...]:
    words = [named["line"], named["number"], *(["Ti"] if named["ti"] else [])]
    behind = [
        *(["D"] if named["china"] else []),
        *(["Laptop GPU"] if _LAPTOP.search(said) else []),
        *([f"{next(iter(sizes))}GB"] if len(sizes) == 1 else []),
    ]
    # A lone S may say SUPER, or be the maker's: both are meant.
    ways = ([], ["SUPER"]) if named["open"] else (["SUPER"],) if named["super"] else ([],)
    found = [row for way in ways for row in catalogue.resolve(" ".join((*words, *way, *behind)))]
    return tuple({id(row): row for row in found}.values())


def _coded(code: re.Match[str], catalogue: Catalogue) -> tuple[Product, ...]:
    letters = code["letters"]
    number = code["number"] + (letters if letters.isdigit() else "0")
    rows = _family(number, catalogue)
    titanium = letters.startswith("T") or ("ti" in code.re.groupindex and code["ti"] is not None)
    if titanium:
        return tuple(row for row in rows if _TI in take_apart(row.name).pieces)
    return tuple(row for row in rows if _SUPER in take_apart(row.name).pieces) if letters == "S" else rows


def _family(number: str, catalogue: Catalogue) -> tuple[Product, ...]:
    """Every desktop card of the GeForce line that bears the number, with whatever letters behind it."""
    return tuple(
        row
        for row in catalogue.products
        if row.segment == "GeForce" and not row.mobile and number in take_apart(row.name).pieces
    )
