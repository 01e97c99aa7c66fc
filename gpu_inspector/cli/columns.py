"""Columns on a terminal: a Chinese or Japanese sign takes two of them, a mark above a letter none.

Texts of the program are padded, cut and wrapped by what a reader sees. For English it is what Python's own do.
"""

from __future__ import annotations

import re
from unicodedata import category, east_asian_width

_PIECES = re.compile(r" +|[^ ]+")
_NOT_FIRST = frozenset("。，、．：；？！）」』】》”’…ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;?!)]")
"""Signs that begin no line."""
_NOT_LAST = frozenset("（「『【《“‘([")
"""Signs that end no line."""
_UNWRAPPED = "\b\n"
"""Begins a paragraph whose lines are kept, as click has it."""


def width(text: str) -> int:
    """How many columns the text takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(sign: str) -> int:
    return 2 if east_asian_width(sign) in "WF" else 0 if category(sign) == "Mn" else 1


def padded(text: str, columns: int) -> str:
    """The text with blanks behind it, so wide at least."""
    return text + " " * (columns - width(text))


def right(text: str, columns: int) -> str:
    """The text with blanks ahead of it, so wide at least."""
    return " " * (columns - width(text)) + text


def beginning(text: str, columns: int) -> str:
    """As much of the text's beginning as these columns hold."""
    if width(text) <= columns:
        return text
    taken = 0
    for place, sign in enumerate(text):
        taken += _columns(sign)
        if taken > columns:
            return text[:place]
    return text


def ending(text: str, columns: int) -> str:
    """As much of the text's end as these columns hold."""
    return beginning(text[::-1], columns)[::-1]


def wrapped(text: str, columns: int, first: str = "", others: str = "") -> str:
    """The text in lines no wider than this; wide signs may stand at a line's end anywhere, other words stay whole.

    Paragraphs stay apart, and one that begins with a line of \\b keeps its lines. `first` stands ahead of a
    paragraph's first line, `others` ahead of each other one.
    """
    paragraphs = (
        _kept(part, others) if part.startswith(_UNWRAPPED) else _filled(part, columns, first, others)
        for part in text.split("\n\n")
    )
    return "\n\n".join(paragraphs)


def _kept(text: str, ahead: str) -> str:
    return "\n".join(ahead + line for line in text.removeprefix(_UNWRAPPED).split("\n"))


def _filled(text: str, columns: int, first: str, others: str) -> str:
    lines: list[str] = []
    line, taken = first, width(first)
    empty = True
    for piece in _pieces(text.replace("\n", " ")):
        blank = not piece.strip(" ")
        if not empty and taken + width(piece) > columns and not blank:
            lines.append(line.rstrip(" "))
            line, taken, empty = others, width(others), True
        if blank and empty:
            continue
        line += piece
        taken += width(piece)
        empty = False
    return "\n".join([*lines, line.rstrip(" ")])


def _pieces(text: str) -> list[str]:
    """Blanks, words, and wide signs each with what must not be parted from it."""
    found: list[str] = []
    for word in _PIECES.findall(text):
        part = ""
        for place, sign in enumerate(word):
            wide = _columns(sign) == 2 or (place > 0 and _columns(word[place - 1]) == 2)
            if part and wide and sign not in _NOT_FIRST and part[-1] not in _NOT_LAST:
                found.append(part)
                part = ""
            part += sign
        found.append(part)
    return found
