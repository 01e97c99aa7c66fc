"""The words on a report's pages, read back from the signed file.

This is for reports of other versions of this program, whose pages cannot be drawn again here: the caller looks
whether the record's digests are printed at all. It reads what `paint` writes and nothing else. A signer who means
to deceive can print the right digests beside wrong words, or swap the letters of an embedded font: finding a text
here shows that the page speaks of the record, not that it says the truth about it.
"""

import codecs
import re
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic  # noqa: TID251
from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: TID251

_NUMBER = rb"-?(?:\d+\.?\d*|\.\d+)"
_STRING = rb"\((?:\\[0-7]{3}|\\[^0-9]|[^\\()])*\)"
_TAG = rb"<</MCID \d+>>"
_TOKEN = re.compile(
    rb"\s*(?:(%b)|(/[^\s/()<>\[\]]+)|(%b)|(%b)|(?P<operator>[A-Za-z*]+))(?=[\s/(<]|$)" % (_STRING, _NUMBER, _TAG)
)
_ESCAPE = re.compile(rb"\\([0-7]{3}|[^0-9])", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_ENTRY = re.compile(rb"<([0-9A-Fa-f]{2})> <([0-9A-Fa-f]{4,8})>")
_OPERATORS = frozenset(
    {
        *("BT", "ET", "Tm", "Tf", "TL", "Tj", "T*", "cm", "q", "Q", "gs", "rg", "RG", "w"),
        *("n", "m", "l", "c", "h", "re", "S", "f", "f*", "B", "B*", "b", "b*", "J", "j", "Do"),
        *("BDC", "BMC", "EMC"),
    }
)
_SMALLEST = 6.0
"""Points; no text of a report is smaller, and text that nobody can read is not printed."""
_PALEST = 0.7
"""The lightest grey that is still read on white; the report's own are darker."""


class _Foreign(Exception):
    """The page holds something that this program does not write."""


def printed(reader: PdfFileReader) -> str:
    """The text of all pages, one line for each line drawn; empty where any page cannot be read so.

    A long value is broken over lines: whoever looks for one takes the white space out first.
    """
    kids = reader.root["/Pages"]["/Kids"]
    try:
        return "\n".join(line for index in range(len(kids)) for line in _lines(kids[index]))
    except (_Foreign, KeyError, IndexError, ValueError, TypeError):
        return ""


def _lines(page: Any) -> Iterator[str]:
    width, height = (float(side) for side in list(page["/MediaBox"])[2:])
    fonts = {str(name): _letters(page["/Resources"]["/Font"][name]) for name in page["/Resources"]["/Font"]}
    font, pale, inside = "", False, True
    pieces: list[str] = []
    operands: list[bytes] = []
    for operator, token in _tokens(page["/Contents"].data):
        if not operator:
            operands.append(token)
            continue
        if operator not in _OPERATORS:
            raise _Foreign
        if operator == "rg":
            pale = min(map(float, operands)) > _PALEST
        elif operator == "Tm":
            x, y = map(float, operands[4:])
            inside = 0 <= x < width and 0 < y < height and operands[:4] == [b"1", b"0", b"0", b"1"]
        elif operator == "Tf":
            font = operands[0].decode("latin-1") if float(operands[1]) >= _SMALLEST else ""
        elif operator == "Tj" and inside and not pale and font:
            pieces.append(codecs.charmap_decode(_bytes(operands[0]), "strict", fonts[font])[0])
        elif operator == "ET":
            yield "".join(pieces)
            pieces = []
        operands = []


def _tokens(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Each operator as a word, each operand as bytes; nothing may stand between them."""
    place = 0
    content = content.rstrip()
    for found in _TOKEN.finditer(content):
        if found.start() != place:
            break
        place = found.end()
        yield found["operator"].decode() if found["operator"] else "", found[found.lastindex or 0]
    if place < len(content):
        raise _Foreign


def _bytes(string: bytes) -> bytes:
    """The bytes that a literal string stands for."""

    def meant(escape: re.Match[bytes]) -> bytes:
        text = escape[1]
        return bytes([int(text, 8) & 0xFF]) if len(text) == 3 else _LETTERS.get(text, text)

    return _ESCAPE.sub(meant, string[1:-1]) if b"\\" in string else string[1:-1]


def _letters(font: Any) -> dict[int, str]:
    """What each code of a font means, as its own table says."""
    table = font["/ToUnicode"]
    if not isinstance(table, generic.StreamObject):
        raise _Foreign
    return {
        int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in _ENTRY.findall(table.data)
    }
