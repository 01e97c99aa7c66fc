"""The report's section of what other programs' files say of a card: a tool's reading, and tests by their own logs.

All of it is the word of a file of unknown origin, and is called so above each table. A record that is drawn here may be
forged: every list is cut, every text is bounded.
"""

from gpu_inspector.records import foreign_words as said
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
    sections.section(sheet, said.TITLE)
    sheet.place(lines(said.WORD, BODY, 0, sheet.width))
    if card.tool is not None:
        blocks.heading(sheet, said.SAID, 24)
        blocks.untitled(sheet, list(said.tool_lines(card.tool, _clean)))
    if card.tests:
        rows = [said.test_row(test, _clean) for test in card.tests[:_LISTED]]
        bad = {place for place, test in enumerate(card.tests[:_LISTED]) if said.failed(test)}
        more = len(card.tests) - len(rows)
        foot = f"{more:,} more stand in the attached record." if more > 0 else ""
        shares = (0.24, 0.26, 0.5)
        blocks.table(sheet, said.TEST_HEADINGS, rows, shares, foot, title=said.TESTS, limit=_CELL, strong=bad)


def _clean(text: str) -> str:
    return shorten(printable(text), _LONGEST)
