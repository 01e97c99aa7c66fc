"""Blocks of a section: titled facts, and small tables whose head stands again on every page that they run on to."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from gpu_inspector.language import counted
from gpu_inspector.report import roomy
from gpu_inspector.report.layout import (
    BODY,
    GREY,
    LABEL,
    SMALL,
    STRONG,
    Row,
    Sheet,
    Style,
    beside,
    gap,
    joined,
    lines,
    rule,
)
from gpu_inspector.report.sections import facts
from gpu_inspector.report.text import shorten

Pairs = list[tuple[str, str]]

LISTED = 24
"""Rows of a small table on paper; the attached record has all."""
NO_GROUPS: Mapping[int, str] = MappingProxyType({})
_SUB = Style(size=8.5, font=STRONG.font, colour=GREY)
_LABEL_ROOM = 118.0


def more(count: int) -> str:
    """What a foot says where so many entries are left out; "" where none is."""
    if count <= 0:
        return ""
    return counted("{number} more stand in the attached record.", "{number} more stand in the attached record.", count)


def untitled(sheet: Sheet, pairs: Pairs) -> None:
    """Labelled values below each other."""
    sheet.place(facts(pairs, 0, sheet.width, label=_LABEL_ROOM), keep=False)


def titled(sheet: Sheet, title: str, pairs: Pairs) -> None:
    """Labelled values under a small heading that never stands alone."""
    sheet.place([*_opening(sheet, title), *facts(pairs, 0, sheet.width, label=_LABEL_ROOM)])


def heading(sheet: Sheet, title: str, below: float) -> None:
    """A small heading that is never parted from `below` points of what follows."""
    opening = _opening(sheet, title)
    sheet.room(sum(row.height for row in opening) + below)
    sheet.place(opening)


def _opening(sheet: Sheet, title: str) -> list[Row]:
    return [gap(6), *lines(title, _SUB, 0, sheet.width), gap(1.5), rule(0, sheet.width), gap(3)]


def table(
    sheet: Sheet,
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    shares: Sequence[float],
    foot: str = "",
    *,
    title: str = "",
    limit: int = 80,
    strong: Collection[int] = (),
    groups: Mapping[int, str] = NO_GROUPS,
) -> None:
    """Rows of texts in columns that take these shares of the width; `foot` says what is left out.

    A cell has `limit` characters at most; the rows of the numbers `strong`, from 0, are set in bold, and before those
    of `groups` stands a heading that is never parted from them. A `title` is a small heading, never parted from the
    first row.
    """
    places, rooms = roomy.columns(shares, sheet.width, 6, titles, rows, BODY)

    def row(texts: Sequence[str], style: Style) -> Row:
        cells = zip(texts, places, rooms, strict=True)
        return joined(beside([lines(shorten(text, limit), style, place, room) for text, place, room in cells]))

    head = [gap(4), row(titles, LABEL), gap(1), rule(0, sheet.width)]
    body = []
    for number, texts in enumerate(rows):
        opening = [gap(4), *lines(shorten(groups[number], 120), _SUB, 0, sheet.width)] if number in groups else []
        cells = row(texts, STRONG if number in strong else BODY)
        body.append(joined((*opening, gap(1.2), cells, gap(1.2), rule(0, sheet.width, 0.3))))
    if title:
        heading(sheet, title, sum(one.height for one in (*head, *body[:1])))
    sheet.place(body, head=head, keep=False)
    if foot:
        sheet.place(lines(foot, SMALL, 0, sheet.width))
