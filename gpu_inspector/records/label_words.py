"""What a label says, read into numbers that can be compared: serials, part numbers. Pure text work.

A label carries many numbers, and only those of one kind may be held against each other: NVIDIA writes its own boards'
serial into their InfoROM, thirteen decimal digits, and prints the same on the board; a partner's or a server maker's
own serial stands beside it, and never equals it. An article number of trade (EAN) has thirteen digits too, and is no
serial at all. Source: research notes on modified cards, section 5, and on reference data, section 5 (`Serial`).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from gpu_inspector.records.appearance import Label, LabelCode
from gpu_inspector.records.numbers import real_id

LONGEST = 200
"""Characters of one text that are read; no number's line is nearly as long."""
MOST = 32
"""Texts of one kind that are read; a label has a handful."""

_TRADE_MARK = re.compile(r"(?i:\((?:TM|R|C)\))|[\u2122\u00ae\u00a9]")
_BREAK = re.compile(r"[,;|\n\r\t\x1c-\x1f]+")
"""Between the numbers of one field, or of one square code (ISO/IEC 15434 has separators of its own)."""
_SERIAL_MARK = re.compile(r"^(?:S/N|SN|SERIAL(?:\s*(?:NO|NUMBER|NR))?)(?:[.:#=\s]+|(?=[0-9]{13}$))")
_PART_MARK = re.compile(r"^(?:P/N|PN|MPN|PART(?:\s*(?:NO|NUMBER|NR))?)[.:#=\s]+")
_DATA_IDENTIFIER = re.compile(r"^S(?=[0-9]{13}$)")
"""ISO/IEC 15434 and ANSI MH10.8.2: "S" before the number says that a serial follows."""
_NVIDIA_SERIAL = re.compile(r"[0-9]{13}")
_NVIDIA_PART = re.compile(
    r"(?P<form>900|699|69[25]|965)-(?P<group>[0-9])(?P<board>[GH][0-9]{3}|[0-9]{4})-(?P<variant>[0-9A-Z]{4})(?:-(?P<revision>[0-9A-Z]{3}))?(?![0-9A-Z-])"
)
"""Of boards alone: 935, 920 and others number whole systems, whose figures name no board."""
_TRADE_CODES = ("EAN", "UPC", "ISBN", "JAN", "GTIN", "DATABAR")
"""Kinds of bar code that carry an article's number."""
_ALIKE = str.maketrans({"O": "0", "Q": "0", "I": "1"})
"""Letters that a reader takes for figures, and makers avoid for that."""


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a label."""

    text: str
    typed: bool
    """Typed off by the inspector, so that a slip of the hand is possible; False where a bar code says it."""
    named: bool = True
    """The label says what kind of number it is; False for a bare bar code."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part number of NVIDIA's form, "900-2G133-0080-000" or "699-2G506-0212-002"."""

    text: str
    form: str
    """Which of a board's numbers it is: 900 the article, 699, 692, 695 the assembly."""
    group: str
    """The class of product: 1 consumer, 2 datacentre, 5 workstation."""
    board: str
    variant: str
    revision: str = ""


def cleaned(text: str) -> str:
    """Upper case, without trade marks, compatibility forms folded, what does not print made blank; cut at LONGEST."""
    text = unicodedata.normalize("NFKC", _TRADE_MARK.sub(" ", text[:LONGEST])).upper()[:LONGEST]
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def folded(text: str) -> str:
    """The form in which numbers are compared: without blanks and hyphens, O and I as the figures they look like."""
    return re.sub(r"[^0-9A-Z]", "", cleaned(text).translate(_ALIKE))


def pieces(text: str) -> tuple[str, ...]:
    """The numbers of one field: several stand with commas or line ends between them."""
    kept = [one.strip() for one in _BREAK.split(text[: LONGEST * MOST])]
    return tuple(one for one in kept if one)[:MOST]


def sure_codes(label: Label) -> tuple[LabelCode, ...]:
    """The bar codes that may be believed. One that is not sure is shown, and decides nothing."""
    return tuple(code for code in label.codes[:MOST] if code.sure)


def serials(label: Label) -> tuple[Number, ...]:
    """Every serial of the label, the typed ones first."""
    return tuple(dict.fromkeys((*typed_serials(label.serial), *_coded_serials(label))))


def typed_serials(field: str) -> tuple[Number, ...]:
    """The serials of a typed field, of a label or a paper, without what names them ("S/N:")."""
    return tuple(Number(_unmarked(one, _SERIAL_MARK), typed=True) for one in pieces(field))


def _coded_serials(label: Label) -> Iterable[Number]:
    for code in sure_codes(label):
        if code.kind.upper().replace("-", "").replace(" ", "").startswith(_TRADE_CODES):
            continue
        for one in pieces(code.text):
            text = cleaned(one)
            bare = _DATA_IDENTIFIER.sub("", _SERIAL_MARK.sub("", text))
            if bare != text:
                yield Number(bare, typed=False)
            elif _NVIDIA_SERIAL.fullmatch(text):
                yield Number(text, typed=False, named=False)


def _unmarked(text: str, mark: re.Pattern[str]) -> str:
    return mark.sub("", cleaned(text)).strip()


def nvidia_serial(text: str) -> str | None:
    """The number where it has the form of NVIDIA's own, "0325219012345"; None for any other kind."""
    digits = re.sub(r"[ -]", "", cleaned(text))
    return digits if _NVIDIA_SERIAL.fullmatch(digits) and real_id("serial", digits) else None


def shape(text: str) -> str:
    """The form of a number, a letter for each letter and 9 for each figure: numbers of one kind share it."""
    return re.sub(r"[A-Z]", "A", re.sub(r"[0-9]", "9", folded(text)))


def nvidia_part(text: str) -> Part | None:
    """The number where it has the form of NVIDIA's own, None for any other maker's."""
    found = _NVIDIA_PART.match(_unmarked(text, _PART_MARK))  # a letter of revision may follow
    if found is None or found["board"] == "0000":  # how publishers paint a number over
        return None
    return Part(found[0], found["form"], found["group"], found["board"], found["variant"], found["revision"] or "")


def part_texts(label: Label) -> tuple[str, ...]:
    """The part numbers as the label has them: what was typed, then bar codes of NVIDIA's form."""
    typed = [_unmarked(one, _PART_MARK) for one in pieces(label.part_number)]
    coded = [_unmarked(one, _PART_MARK) for code in sure_codes(label) for one in pieces(code.text) if nvidia_part(one)]
    return tuple(dict.fromkeys((*typed, *coded)))


def nvidia_parts(label: Label) -> tuple[Part, ...]:
    """Those of NVIDIA's own form."""
    return tuple(part for one in part_texts(label) if (part := nvidia_part(one)) is not None)
