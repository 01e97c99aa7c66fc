"""Foreign text made harmless for paper: nothing is dropped, nothing reorders, hides or floods the page.

A card's name or a file's serial may hold anything. What a reader cannot see (controls, direction overrides,
zero-width and combining characters, spaces that are no plain space) and what the font cannot print stands on the
page as its code point, [U+202E].
"""

import unicodedata

from gpu_inspector.report import fonts

LIMIT = 400
"""Characters of one value on paper; the whole value is in the attached record."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs", "Mn", "Me", "Mc"})
_PLAIN = frozenset(map(chr, range(0x20, 0x7F)))


def printable(text: str) -> str:
    """The text with every character that cannot be seen or printed as its code point."""
    if _PLAIN.issuperset(text):
        return text
    return "".join(character if _shown(character) else f"[U+{ord(character):04X}]" for character in text)


def _shown(character: str) -> bool:
    if character in _PLAIN:
        return True
    return unicodedata.category(character) not in _UNSEEN and fonts.knows(character)


def shorten(text: str, limit: int = LIMIT) -> str:
    """The text, or its beginning and how much more there is."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text) - limit:,} more characters)"


def wrap(text: str, font: str, size: float, room: float) -> list[str]:
    """Lines no wider than `room` points; breaks at spaces, and inside a word that is wider than a line.

    The text is made printable first, so that no caller can forget it.
    """
    lines: list[str] = []
    line = ""
    used = 0.0
    gap = fonts.width(font, size, " ")
    for word in printable(text).split(" "):
        for piece in _pieces(word, font, size, room):
            wide = fonts.width(font, size, piece)
            if line and used + gap + wide > room:
                lines.append(line)
                line, used = piece, wide
            elif line:
                line, used = f"{line} {piece}", used + gap + wide
            else:
                line, used = piece, wide
    lines.append(line)
    return lines


def _pieces(word: str, font: str, size: float, room: float) -> list[str]:
    """The word itself, or as many parts as its width needs."""
    if fonts.width(font, size, word) <= room:
        return [word]
    parts = [""]
    used = 0.0
    for character in word:
        wide = size * fonts.advance(font, character)
        if parts[-1] and used + wide > room:
            parts.append("")
            used = 0.0
        parts[-1] += character
        used += wide
    return parts
