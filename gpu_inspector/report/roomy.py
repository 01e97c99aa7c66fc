"""Room for words that are longer than the English ones: labels and columns are widened where a word would be cut.

The widths that the pages are designed with are those of the English texts, and stay as they are for them. A German word
may be twice as long, and a word that is broken in its middle is read wrong.
"""

from collections.abc import Iterable, Sequence

from gpu_inspector.language import ENGLISH, current
from gpu_inspector.report import fonts
from gpu_inspector.report.layout import LABEL, Style
from gpu_inspector.report.text import printable

_LABELS = 0.42
"""Share of the room that labels may take at most."""
_WORDS = 0.3
"""Share of a table's width that a column is widened to at most."""
_MORE = 1.5
"""So much wider than it was designed a column of labels gets, to have a label on one line."""
_LONGEST = 40
"""Letters of a word that is given room: longer ones are a stranger's."""
_SPARE = 5.0


def label_room(names: Iterable[str], label: float, room: float) -> float:
    """Points for a column of labels: `label`, or as much as the longest word, and most labels on one line, need."""
    if current() == ENGLISH:
        return label
    shown = [printable(name[:200]) for name in names]
    widest = max((_wide(word, LABEL) for name in shown for word in name.split(" ")), default=0.0)
    whole = max((_wide(name, LABEL) for name in shown), default=0.0)
    return min(max(label, widest + _SPARE, min(whole + _SPARE, label * _MORE)), max(label, room * _LABELS))


def columns(
    shares: Sequence[float],
    width: float,
    space: float,
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    body: Style,
) -> tuple[list[float], list[float]]:
    """Where each column begins, and its room: by its share, or as its longest word needs, at the others' cost."""
    if current() == ENGLISH:
        return [sum(shares[:number]) * width for number in range(len(shares))], [one * width - space for one in shares]
    longest = [
        max((_longest(title, LABEL), *(_longest(row[place], body) for row in rows)))
        for place, title in enumerate(titles)
    ]
    needed = [min(one + 0.5, _WORDS * width) + space for one in longest]
    wide = _widened([share * width for share in shares], needed)
    return [sum(wide[:number]) for number in range(len(wide))], [one - space for one in wide]


def _widened(wide: list[float], needed: list[float]) -> list[float]:
    """Each as wide as it needs where the others together have so much to spare."""
    lacking = [max(0.0, need - one) for one, need in zip(wide, needed, strict=True)]
    spare = [max(0.0, one - need) for one, need in zip(wide, needed, strict=True)]
    if not sum(lacking) or not sum(spare):
        return wide
    given = min(sum(lacking), sum(spare))
    return [
        one + given * (lack / sum(lacking)) - given * (more / sum(spare))
        for one, lack, more in zip(wide, lacking, spare, strict=True)
    ]


def _longest(text: str, style: Style) -> float:
    """The widest of its words; digests, numbers and names with digits are broken anywhere."""
    words = (word for word in printable(text[:400]).split(" ") if word.strip(".,:;()").isalpha() and fonts.alone(word))
    return max((_wide(word, style) for word in words if len(word) <= _LONGEST), default=0.0)


def _wide(text: str, style: Style) -> float:
    return fonts.width(style.font, style.size, text)
