"""The products that a card fits best, on paper: what speaks for and against each, whatever was declared."""

from gpu_inspector.language import _
from gpu_inspector.records import ranked
from gpu_inspector.records.inspection import CardJudgement
from gpu_inspector.report.layout import BODY, LABEL, SMALL, STRONG, Sheet, beside, gap, joined, lines, rule
from gpu_inspector.report.sections import section
from gpu_inspector.report.text import colon, printable, shorten

_LIMIT = 900
"""Characters of one cell."""


def ranking(sheet: Sheet, judged: CardJudgement) -> None:
    """The table; nothing at all of a record that was made before products were ranked, or of which none was found."""
    if not judged.ranking:
        return
    section(sheet, _(ranked.HEADING))
    sheet.place([*lines(_(ranked.RULE), SMALL, 0, sheet.width), gap(4)])
    places = (0.0, sheet.width * 0.25, sheet.width * 0.63)
    rooms = (places[1] - 8, places[2] - places[1] - 8, sheet.width - places[2])
    cells = zip(map(_, ranked.COLUMNS), places, rooms, strict=True)
    head = joined(beside([lines(text, LABEL, place, room) for text, place, room in cells]))
    rows = []
    for line in ranked.lines_of(judged.ranking, _fact):
        name = lines(f"{line.place}. {line.product}", STRONG if line.place == 1 else BODY, places[0], rooms[0])
        fits = [row for text in line.fits for row in lines(shorten(text, _LIMIT), BODY, places[1], rooms[1])]
        if line.unknown:
            fits += lines(colon(_(ranked.UNKNOWN), shorten(line.unknown, _LIMIT)), SMALL, places[1], rooms[1])
        against = [
            row
            for text in line.against or (_(ranked.NOTHING),)
            for row in lines(shorten(text, _LIMIT), BODY if line.against else SMALL, places[2], rooms[2])
        ]
        rows.append(joined((gap(1.6), *beside((name, fits, against)), gap(1.8), rule(0, sheet.width, 0.4))))
    sheet.place(rows, head=[head, rule(0, sheet.width)], keep=False)


def _fact(text: str) -> str:
    return shorten(printable(text), 200)
