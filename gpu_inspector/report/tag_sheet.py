"""A PDF of tags: a page the size of one label for a label printer, or a sheet of labels for any other printer.

It is not signed, and nothing of it is proof: a tag only leads back to the inspection, whose signed report is. So that
the labels come out as large as they are, the file asks its reader not to scale the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import atan2, degrees, hypot
from types import MappingProxyType

from reportlab.pdfgen.canvas import Canvas  # noqa: TID251

from gpu_inspector.errors import ReportError
from gpu_inspector.language import ENGLISH, _, said
from gpu_inspector.records import canonical
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.report import fonts, marks, paint, tag_label
from gpu_inspector.report.layout import PAPER
from gpu_inspector.report.spoken import pages_in
from gpu_inspector.report.tag_label import Drawn, Label

MM = 72 / 25.4
MOST = 2000
"""Labels of one file."""
STROKE_SHARE = 0.012
"""How thick the outline of the word across the text is, in parts of its size."""
DROP_SHARE = 0.36
"""How far below its middle the word stands, likewise."""
_GREATEST_SHARE = 0.42
"""How high the letters of that word may be, in parts of the text's height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Where labels lie on a page, in points from its upper left corner."""

    paper: tuple[float, float]
    label: Label
    columns: int = 1
    rows: int = 1
    left: float = 0.0
    top: float = 0.0
    across: float = 0.0
    """From the left edge of a label to that of the next one."""
    told: str = ""
    """What is sold by this size, in words."""

    @property
    def places(self) -> int:
        return self.columns * self.rows


def _label(width: float, height: float, margin: float, code: float, text: float) -> Label:
    return Label(width=width * MM, height=height * MM, margin=margin * MM, code=code * MM, text=text)


def _single(width: float, height: float, margin: float, code: float, text: float) -> Sheet:
    label = _label(width, height, margin, code, text)
    return Sheet(paper=(label.width, label.height), label=label, told=f"one label of {width:g} x {height:g} mm a page")


SIZES: Mapping[str, Sheet] = MappingProxyType(
    {
        "62x29": _single(62, 29, 1.0, 27.0, 8.0),
        "57x32": _single(57, 32, 1.5, 27.0, 8.0),
        "89x36": _single(89, 36, 2.0, 32.0, 9.0),
        "100x62": _single(100, 62, 3.0, 44.0, 10.0),
        "a4-sheet": Sheet(
            paper=PAPER["a4"],
            label=_label(70, 37, 4.0, 29.0, 8.0),
            columns=3,
            rows=8,
            top=0.5 * MM,
            across=70 * MM,
            told="an A4 sheet of 24 labels of 70 x 37 mm, edge to edge",
        ),
        "letter-sheet": Sheet(
            paper=PAPER["letter"],
            label=_label(66.675, 25.4, 1.5, 22.4, 8.0),
            columns=3,
            rows=10,
            left=13.5,
            top=36.0,
            across=198.0,
            told="a Letter sheet of 30 labels of 2 5/8 x 1 inch",
        ),
    }
)
"""By the name that the command line knows; the first is the usual one."""


def require(size: str, start: int, labels: int) -> Sheet:
    """The sheet of that name; `start` is the first free place, from 1. Raises ReportError where there is none."""
    sheet = SIZES.get(size)
    if sheet is None:
        raise ReportError(f"“{size}” is no size of a tag.", f"Use one of: {', '.join(SIZES)}.")
    if not 1 <= start <= sheet.places:
        places = f"the places 1 to {sheet.places}" if sheet.places > 1 else "one place a page"
        raise ReportError(f"There is no place {start} on it: this size has {places}.", "Name another first place.")
    if not 1 <= labels <= MOST:
        raise ReportError(f"{labels:,} tags are asked for; one file holds {MOST:,}.", "Ask for fewer at once.")
    return sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One label at its place: its upper left corner on the page, in points, and what goes over its text."""

    left: float
    top: float
    label: Label
    drawn: Drawn
    word: str

    @property
    def outline(self) -> tuple[float, float, float, float]:
        """The word across the text: its middle from the label's upper left corner, its size, degrees upwards."""
        left, top, wide, high = self.drawn.text_room
        size = min(high * _GREATEST_SHARE, 0.86 * hypot(wide, high) / fonts.width(fonts.BOLD, 1, self.word))
        return left + wide / 2, top + high / 2, size, degrees(atan2(high - size, wide))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Tags as they lie on paper, for a PDF and for a printer alike."""

    paper: tuple[float, float]
    pages: tuple[tuple[Placed, ...], ...]
    language: str = ENGLISH


def laid_out(
    inspection: Inspection,
    entry: LedgerEntry,
    cards: Sequence[int],
    *,
    size: str,
    copies: int = 1,
    start: int = 1,
    serial: bool = False,
    language: str = ENGLISH,
) -> Pages:
    """`copies` tags of each of these cards (numbers from 1), the first on place `start` of the sheet.

    `language` is that of their words, a tag of `language.NAMES`.
    Raises ReportError: see `require`; also for a card that the inspection does not have, and for an id that this
    program never made.
    """
    sheet = require(size, start, len(cards) * copies)
    with pages_in(language):
        try:
            found = [tag_label.drawn(sheet.label, inspection, entry, card, serial=serial) for card in cards]
        except ValueError as error:
            raise ReportError(f"No tag can be made of it: {error}.") from error
        word = tag_label.word_of(inspection)
    filled: list[list[Placed]] = [[]]
    place = start - 1
    for drawn in (one for one in found for _copy in range(copies)):
        if place == sheet.places:
            filled.append([])
            place = 0
        row, column = divmod(place, sheet.columns)
        left, top = sheet.left + column * sheet.across, sheet.top + row * sheet.label.height
        filled[-1].append(Placed(left=left, top=top, label=sheet.label, drawn=drawn, word=word))
        place += 1
    return Pages(paper=sheet.paper, pages=tuple(map(tuple, filled)), language=language)


def draw(inspection: Inspection, entry: LedgerEntry, laid: Pages) -> bytes:
    """The unsigned PDF of tags that were laid out. The same tags give the same bytes."""
    labels = [placed for page in laid.pages for placed in page]
    texts = [mark for placed in labels for mark in placed.drawn.marks]
    with pages_in(laid.language), marks.lettered(texts, {(fonts.BOLD, placed.word) for placed in labels}):
        canvas, target = paint.begin(laid.paper, _frame(inspection, entry, laid))
        canvas.setViewerPreference("PrintScaling", "None")
        for page in laid.pages:
            for placed in page:
                _put(canvas, laid.paper[1], placed)
            canvas.showPage()
        canvas.save()
    return target.getvalue()


def _put(canvas: Canvas, height: float, placed: Placed) -> None:
    """One label at its place, clipped to it: nothing of it can stand on the label beside it."""
    label = placed.label
    canvas.saveState()
    canvas.translate(placed.left, height - placed.top - label.height)
    clip = canvas.beginPath()
    clip.rect(0, 0, label.width, label.height)
    canvas.clipPath(clip, stroke=0, fill=0)
    marks.put(canvas, placed.drawn.marks, label.height)
    if placed.word:
        _across(canvas, placed)
    canvas.restoreState()


def _across(canvas: Canvas, placed: Placed) -> None:
    """The word in outline over all of the text, from corner to corner: the bar alone could be cut off.

    In outline, since a label printer would draw a grey one as dots; not over the code, which would not be read then,
    and says it itself.
    """
    right, down, size, angle = placed.outline
    canvas.saveState()
    canvas.translate(right, placed.label.height - down)
    canvas.rotate(angle)
    canvas.setStrokeColorRGB(*tag_label.INK)
    canvas.setLineWidth(size * STROKE_SHARE)
    letters = canvas.beginText(-fonts.width(fonts.BOLD, size, placed.word) / 2, -size * DROP_SHARE)
    letters.setFont(fonts.BOLD, size)
    letters.setTextRenderMode(1)
    marks.spell(letters, placed.word, fonts.BOLD, size)
    canvas.drawText(letters)
    canvas.restoreState()


def _frame(inspection: Inspection, entry: LedgerEntry, laid: Pages) -> paint.Frame:
    """What the file says of itself: its number, and no name that is not printed on it."""
    labels = [placed for page in laid.pages for placed in page]
    different = {id(placed.drawn): placed.drawn for placed in labels}  # copies are one and the same
    wishes = f"{laid.paper} {[(placed.left, placed.top) for placed in labels]} {list(different.values())}"
    return paint.Frame(
        title=said("GPU Inspector: tag No. {seq}", seq=entry.seq),
        subject=_("Leads back to an inspection; it carries no verdict and no signature"),
        author="GPU Inspector",
        made_at=inspection.made_at,
        identifier=canonical.digest(f"tag {entry.digest} {wishes}".encode())[:32],
        head_left="",
        head_right="",
        foot="",
    )
