"""Foreign text made harmless for paper: nothing is dropped, nothing reorders, hides or floods the page.

A card's name or a file's serial may hold anything. What a reader cannot see (controls, direction overrides,
zero-width and combining characters, spaces that are no plain space) and what the font cannot print stands on the
page as its code point, [U+202E]. Chinese and Japanese letters stand as they are; scripts that run from right to left,
and little pictures, as code points.
"""

import re
import unicodedata
from itertools import pairwise

from gpu_inspector.language import ENGLISH, PSEUDO, current, said
from gpu_inspector.report import fonts, letters

LIMIT = 400
"""Characters of one value on paper; the whole value is in the attached record."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs", "Mn", "Me", "Mc"})
_PLAIN = frozenset(map(chr, range(0x20, 0x7F)))
_MARKS = str.maketrans("⟦⟧", "‹›")
"""Those of the pseudo-language, which no font here has."""
_TIE = "\u00a0"
_TIES = re.compile(
    r"(?<=[0-9])[\u00a0\u202f](?=[0-9A-Za-z%°µ€])|[\u00a0\u202f](?=[:;?!»%])|(?<=[«.])[\u00a0\u202f](?=[^\W_])"
)
"""Where French, Spanish and German set such a space: in numbers, before units and marks, in abbreviations. Elsewhere it
is a stranger's, and shown by its code point."""
_OPENING = frozenset("（「『【《〈〔［｛“‘([{")
_CLOSING = frozenset(
    "）」』】》〉〕］｝”’)]}。，、；：？！．…‥・·—～ー々ゝゞ%％°℃ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ"
)


def printable(text: str) -> str:
    """The text with every character that cannot be seen or printed as its code point."""
    if _PLAIN.issuperset(text):
        return text
    return _tied(text).replace(_TIE, " ")


def _tied(text: str) -> str:
    """As `printable`, with the spaces that no line is broken at where a language sets them, and only there."""
    if current() == ENGLISH:
        return _coded(text)
    if current() == PSEUDO:
        text = text.translate(_MARKS)
    return _TIE.join(map(_coded, _TIES.split(text)))


def _coded(text: str) -> str:
    if _PLAIN.issuperset(text):
        return text
    return "".join(character if _shown(character) else f"[U+{ord(character):04X}]" for character in text)


def _shown(character: str) -> bool:
    if character in _PLAIN:
        return True
    return unicodedata.category(character) not in _UNSEEN and fonts.prints(character)


def shorten(text: str, limit: int = LIMIT) -> str:
    """The text, or its beginning and how much more there is."""
    if len(text) <= limit:
        return text
    return said("{text}… ({number} more characters)", text=text[:limit], number=f"{len(text) - limit:,}")


def colon(name: str, text: str) -> str:
    """A name and what is said of it, divided as the shown language divides them."""
    return said("{name}: {text}", name=name, text=text)


def wrap(text: str, font: str, size: float, room: float) -> list[str]:
    """Lines no wider than `room` points; breaks at spaces, between Chinese and Japanese letters, and inside a word that
    is wider than a line.

    The text is made printable first, so that no caller can forget it.
    """
    lines: list[str] = []
    line = ""
    used = 0.0
    gap = fonts.width(font, size, " ")
    for word in _tied(text).split(" "):
        for place, part in enumerate(_parts(word)):
            for number, (piece, wide) in enumerate(_pieces(part, font, size, room)):
                space, between = ("", 0.0) if place or number else (" ", gap)
                if line and used + between + wide > room:
                    lines.append(line)
                    line, used = piece, wide
                elif line:
                    line, used = f"{line}{space}{piece}", used + between + wide
                else:
                    line, used = piece, wide
    lines.append(line)
    return [one.replace(_TIE, " ") for one in lines]


def _parts(word: str) -> list[str]:
    """The word itself, or the parts between which a line may be broken where it has Chinese or Japanese letters.

    No line begins with what closes or goes on, none ends with what opens (JIS X 4051 and GB/T 15834 in short).
    """
    if word.isascii() or not any(map(letters.is_wide, word)):
        return [word]
    parts = [word[0]]
    for before, one in pairwise(word):
        wide = letters.is_wide(before) or letters.is_wide(one)
        if wide and before not in _OPENING and one not in _CLOSING:
            parts.append(one)
        else:
            parts[-1] += one
    return parts


def _pieces(word: str, font: str, size: float, room: float) -> list[tuple[str, float]]:
    """The word itself, or as many parts as its width needs; each with its own width in points."""
    whole = fonts.width(font, size, word)
    if whole <= room:
        return [(word, whole)]
    parts = [""]
    used = 0.0
    for character in word:
        wide = size * fonts.advance(font, character)
        if parts[-1] and used + wide > room:
            parts.append("")
            used = 0.0
        parts[-1] += character
        used += wide
    return [(part, fonts.width(font, size, part)) for part in parts]
