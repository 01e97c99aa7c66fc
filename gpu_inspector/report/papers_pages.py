"""The report's table of papers against goods: each declared field, what was found, and the kind of discrepancy.

The record's own answers, put beside the declarant's words: reasons and innocent explanations stand with the findings.
A record that is drawn here may be forged: the list is cut, every text is bounded.
"""

from gpu_inspector.language import N_, _, counted
from gpu_inspector.records import papers_words, words
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.inspection import CardJudgement
from gpu_inspector.report import blocks, sections
from gpu_inspector.report.layout import BODY, Sheet, lines
from gpu_inspector.report.text import printable, shorten

TITLE = N_("Papers against goods")
MEANING = N_(
    "Declared is the declarant's data; found is what was claimed, measured or seen of this card. The kind of a "
    "discrepancy is named as customs names it; its reasons, and the innocent explanations that remain, stand under "
    "findings."
)
_FIRST = 150.0
"""Points that stay with the heading: what the table means, its head, and a first row of some lines."""
_LISTED = 40
"""Rows on paper; the attached record has all."""


def papers(sheet: Sheet, declaration: Declaration, judged: CardJudgement) -> None:
    """The table; nothing where nothing was declared."""
    rows = papers_words.rows_of(declaration, judged.findings, _text)
    if declaration.empty or not rows:
        return
    sections.section(sheet, _(TITLE), _FIRST)
    sheet.place(lines(_(MEANING), BODY, 0, sheet.width))
    grave = {number for number, row in enumerate(rows[:_LISTED]) if row.outcome in words.GRAVE}
    more = len(rows) - _LISTED
    foot = (
        counted("{number} more stand under the findings.", "{number} more stand under the findings.", more)
        if more > 0
        else ""
    )
    cells = [row.cells for row in rows[:_LISTED]]
    titles = [_(one) for one in papers_words.HEADINGS]
    blocks.table(sheet, titles, cells, (0.17, 0.26, 0.34, 0.23), foot, limit=300, strong=grave)


def _text(text: str) -> str:
    return shorten(printable(text), 200)
