"""The report's section of what other programs' files say of a card: a tool's reading, and tests by their own logs.

All of it is the word of a file of unknown origin, and is called so above each table. A record that is drawn here may be
forged: every list is cut, every text is bounded.
"""

from gpu_inspector.language import _
from gpu_inspector.records import foreign_words as words
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.report import blocks, sections
from gpu_inspector.report.layout import BODY, Sheet, lines
from gpu_inspector.report.text import printable, shorten

_LISTED = 64
"""Rows of one list on paper; a record of an inspection's own making holds no more."""
_LONGEST = 200
_CELL = 900
"""Characters of the lines of one test's log on paper."""


def foreign(sheet: Sheet, card: CardEvidence | None) -> None:
    """The whole section; nothing where no file of another program was handed in."""
    if card is None or (card.tool is None and not card.tests):
        return
    sections.section(sheet, _(words.TITLE))
    sheet.place(lines(_(words.WORD), BODY, 0, sheet.width))
    if card.tool is not None:
        blocks.heading(sheet, _(words.SAID), 24)
        blocks.untitled(sheet, list(words.tool_lines(card.tool, _clean)))
    if card.tests:
        rows = [words.test_row(test, _clean) for test in card.tests[:_LISTED]]
        bad = {place for place, test in enumerate(card.tests[:_LISTED]) if words.failed(test)}
        more = len(card.tests) - len(rows)
        foot = blocks.more(more)
        shares = (0.24, 0.26, 0.5)
        titles = [_(one) for one in words.TEST_HEADINGS]
        blocks.table(sheet, titles, rows, shares, foot, title=_(words.TESTS), limit=_CELL, strong=bad)


def _clean(text: str) -> str:
    return shorten(printable(text), _LONGEST)
