"""Names as people and papers write them, brought to a form that can be compared. Pure text work.

A paper says "ASUS TUF RTX4090-24G", a driver "NVIDIA GeForce RTX 4090": both are read into words, a memory
size and a memory type. Nothing here guesses a product: it only takes away what no product name holds.
"""

import re
import unicodedata
from collections.abc import Set
from dataclasses import dataclass, replace

LONGEST = 200
"""Characters of a declared name that are read; no product's name is nearly as long."""

_SIZE = re.compile(r"(?<![a-z0-9.])(\d{1,4})\s*(?:gib|gb|go|g)(?![a-z0-9])")
_MEGABYTES = re.compile(r"(?<![a-z0-9.])(\d{3,6})\s*(?:mib|mb|mo)(?![a-z0-9])")
_COUNT = re.compile(r"(?<![a-z0-9])(?:x\s?\d{1,3}|\d{1,3}\s?(?:x|pcs|pieces))(?![a-z0-9])")
_TYPE = re.compile(r"(?<![a-z0-9])((?:lp)?g?ddr\d[a-z]?|hbm\d?[a-z]?)(?![a-z0-9])")
_LINK = re.compile(r"(?<![a-z])pci-?\s?e(?:xpress)?\s*(?:gen\s*)?\d(?:\.\d)?(?:\s*x\s*\d+)?(?![a-z0-9])")
_WIDTH = re.compile(r"(?<![a-z0-9])\d+\s*-?\s*bits?(?![a-z0-9])")
_SIGNS = re.compile(r"(?i:\((?:tm|r|c)\))|[\u2122\u00ae\u00a9]")
_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
_SOCKET = re.compile(r"(?<![a-z])sxm-?(\d?)(?![a-z0-9])")
_RUN_TOGETHER = re.compile(r"(ti|max)(super|q)(?![a-z0-9])")
_WORD = re.compile(r"[a-z0-9]+")
_PIECE = re.compile(r"[a-z]+|\d+")

CLASSES = frozenset({"geforce", "quadro", "tesla", "rtx", "gtx", "gt", "grid", "nvs", "cmp"})
"""Words that name a line of products: a paper may leave them out."""

MOBILE = frozenset({"laptop", "mobile", "notebook", "max", "q"})
"""Words that say "built for a laptop": "max" and "q" are the pieces of "Max-Q"."""

EMPTY = frozenset(
    [
        "nvidia",
        "gpu",
        "gpus",
        "graphics",
        "graphic",
        "card",
        "cards",
        "video",
        "vga",
        "display",
        "adapter",
        "accelerator",
        "board",
        "device",
        "processor",
        "unit",
        "with",
        "w",
        "design",
        "generation",
        "edition",
        "founders",
        "fe",
        "the",
        "dgx",
        "hgx",
        "new",
        "used",
        "refurbished",
        "original",
        "genuine",
        "oem",
        "bulk",
        "retail",
        "box",
        "boxed",
        "asus",
        "msi",
        "gigabyte",
        "evga",
        "zotac",
        "palit",
        "gainward",
        "pny",
        "inno3d",
        "galax",
        "kfa2",
        "colorful",
        "maxsun",
        "manli",
        "leadtek",
        "dell",
        "hp",
        "hpe",
        "lenovo",
        "supermicro",
        "tuf",
        "rog",
        "strix",
        "gaming",
        "oc",
        "turbo",
        "dual",
        "ventus",
        "trio",
        "suprim",
        "aorus",
        "eagle",
        "windforce",
        "aero",
        "phoenix",
        "phantom",
        "gamerock",
        "ultra",
        "twin",
        "edge",
        "amp",
        "blower",
        "passive",
        "cooled",
        "version",
        "memory",
        "vram",
    ]
)
"""Words that say nothing about which product it is: the maker's, the shop's and the board partner's."""

SHAPES = frozenset({"pcie", "sxm", "nvl", "lc"})
"""Words for the shape that a datacentre card is built in: a paper that says "H100" may mean each of them."""

_ALIKE = str.maketrans("авекмнорстухіјѕαβεζηικμνορτυχ", "abekmhopctyxijsabezhikmvoptyx")
"""Small Cyrillic and Greek letters -> the Latin one that the capital is drawn like."""
_MIXED = re.compile(r"[^\W_]*[a-z0-9][^\W_]*")

FOREIGN = frozenset({"amd", "radeon", "intel", "arc", "ati", "instinct"})
"""Makers whose products are none of NVIDIA's: "Radeon 960" is no GTX 960."""


def normalise(name: str) -> str:
    """The form in which names are compared: case folded, blanks made one, trade marks and "NVIDIA " gone.

    "NVIDIA GeForce RTX 3080", "GeForce(R) RTX 3080" and "geforce  rtx 3080" are one name. No other word is
    dropped: "RTX 4090" and "RTX 4090 D" stay apart, and so do "Quadro RTX 6000" and "RTX 6000".
    """
    text = unicodedata.normalize("NFKC", _SIGNS.sub(" ", name)).casefold()
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(text.split()).removeprefix("nvidia ")


@dataclass(frozen=True, slots=True)
class NameParts:
    """A product's name, or what a paper says of one, taken apart."""

    words: tuple[str, ...]
    """The words that tell products apart, in their order: "4090", "d"."""
    classes: frozenset[str]
    """The line of products as far as it is named: "geforce", "rtx"."""
    sizes: frozenset[int]
    """Memory sizes that are named, in GiB."""
    types: frozenset[str]
    """Memory types that are named: "gddr6x"."""
    sockets: frozenset[str]
    """SXM generations that are named: "2" of "SXM2"."""

    @property
    def pieces(self) -> tuple[str, ...]:
        """Letters and digits apart and sorted, so that "4070TiSUPER" and "PCIe A100" find theirs."""
        return tuple(sorted(_PIECE.findall(" ".join(self.words))))

    @property
    def mobile(self) -> bool:
        """Whether the words say that it is a laptop's part."""
        words = set(_PIECE.findall(" ".join(self.words)))
        return bool(words & {"laptop", "mobile", "notebook"}) or {"max", "q"} <= words

    @property
    def foreign(self) -> bool:
        """Whether another maker is named."""
        return bool(set(self.words) & FOREIGN)

    @property
    def numbered(self) -> bool:
        """Whether a model's number is among the words."""
        return any(piece.isdigit() for piece in self.pieces)

    def without(self, dropped: Set[str]) -> "NameParts":
        """The same, without some words or classes."""
        return replace(
            self,
            words=tuple(word for word in self.words if word not in dropped),
            classes=self.classes - dropped,
        )

    def fits(self, product: "NameParts") -> bool:
        """Whether the classes that are said are the product's.

        "4090" leaves out "GeForce RTX", "P4000" leaves out "Quadro"; but the old "Quadro 4000" is no
        "Quadro RTX 4000".
        """
        left_out = product.classes - self.classes
        return self.classes <= product.classes and not ("quadro" in self.classes and "rtx" in left_out)

    def widened_by(self, product: "NameParts") -> bool:
        """Whether a product's name says no more than these words do, and in what shape the card is built."""
        rest = list(product.pieces)
        for piece in self.pieces:
            if piece not in rest:
                return False
            rest.remove(piece)
        return set(rest) <= SHAPES

    def starts(self, longer: "NameParts") -> bool:
        """Whether these words are the first words of a longer name: "a100" of "A100-SXM4-40GB"."""
        mine = self.pieces
        return any(
            mine == tuple(sorted(_PIECE.findall(" ".join(longer.words[:count]))))
            for count in range(1, len(longer.words))
        )


def take_apart(name: str, known: Set[str] | None = None) -> NameParts:
    """Read a name.

    Give `known`, the pieces that product names are made of, for a paper's text: plain words of three letters
    or more that no product has are the seller's, and are dropped. Anything with a digit stays, so that an
    unknown model is never taken for a known one. Leave `known` out for a product's own name.
    """
    text = _MIXED.sub(_look_alikes, normalise(name[:LONGEST]))
    if known is None:
        text = _BRACKETS.sub(" ", text)
    types = frozenset(_TYPE.findall(text))
    sockets = frozenset(_SOCKET.findall(text))
    text = _SOCKET.sub(" sxm ", _RUN_TOGETHER.sub(r"\1 \2", text))
    text = _WIDTH.sub(" ", _LINK.sub(" ", _TYPE.sub(" ", text)))
    if known is not None:
        text = _COUNT.sub(" ", _MEGABYTES.sub(lambda found: f" {int(found[1]) / 1024:g}gb ", text))
    sizes = frozenset(int(size) for size in _SIZE.findall(text))
    text = re.sub(r"pci(?:-|\s)?e(?:xpress)?(?![a-z])", " pcie ", _SIZE.sub(" ", text))
    words: list[str] = []
    classes: set[str] = set()
    for word in _WORD.findall(text):
        lead = _leading_class(word)
        if lead:
            classes.add(lead)
            word = word[len(lead) :]
        if word and word not in EMPTY and not _of_the_seller(word, known):
            words.append(word)
    return NameParts(tuple(words), frozenset(classes), sizes, types, sockets - {""})


def _look_alikes(word: re.Match[str]) -> str:
    """ "Н100" in Cyrillic letters is read as it looks; a word with any other foreign letter stays as it is."""
    latin = word[0].translate(_ALIKE)
    return latin if latin.isascii() else word[0]


def _leading_class(word: str) -> str:
    """The class that a word is, or that it opens with when digits follow: "rtx" of "rtx4090"."""
    found = re.fullmatch(r"([a-z]+)(\d.*)?", word)
    return found[1] if found and found[1] in CLASSES else ""


def _of_the_seller(word: str, known: Set[str] | None) -> bool:
    return known is not None and word.isalpha() and len(word) > 2 and word not in known and word not in FOREIGN
