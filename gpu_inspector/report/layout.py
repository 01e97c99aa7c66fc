"""Where things stand on paper: rows of marks that flow down pages, measured before anything is drawn.

Rows are laid out first and painted afterwards, because each page says how many there are. All lengths are points
(1/72 inch); a row measures its marks from its own upper left corner, downwards.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from gpu_inspector.errors import ReportError
from gpu_inspector.language import ENGLISH, current
from gpu_inspector.report import fonts, letters
from gpu_inspector.report.text import printable, wrap

PAPER = {"a4": (595.28, 841.89), "letter": (612.0, 792.0)}
MARGIN = 42.52
"""15 mm."""
HEAD = 20.0
FOOT = 30.0
"""Room inside the margins for the lines that stand on every page."""
COURTESY_FOOT = 10.0
"""More of it on pages that are not English: a line that says so."""
LARGEST = 400
"""Pages; no inspection needs them, a forged record might."""

Colour = tuple[float, float, float]
BLACK: Colour = (0.07, 0.07, 0.09)
GREY: Colour = (0.36, 0.36, 0.40)
LINE: Colour = (0.72, 0.72, 0.75)
PALE: Colour = (0.955, 0.955, 0.965)


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set. No text is smaller than 7.5 points: its letters are 2.5 mm high with their tails."""

    size: float = 8.5
    font: str = fonts.REGULAR
    colour: Colour = BLACK
    leading: float = 1.36

    @property
    def line(self) -> float:
        return self.size * self.leading


BODY = Style()
STRONG = Style(font=fonts.BOLD)
SMALL = Style(size=7.5, colour=GREY)
LABEL = Style(size=7.5, font=fonts.BOLD, colour=GREY)


class Shape(Enum):
    """Signs that differ by shape, so that grey print and colour-blind readers lose nothing."""

    CHECK = "check"
    RING = "ring"
    DIAMOND = "diamond"
    TRIANGLE = "triangle"
    CROSS = "cross"
    DASH = "dash"


@dataclass(frozen=True, slots=True)
class Text:
    x: float
    y: float
    text: str
    style: Style
    shape: str = ""
    """Whose shapes its Chinese and Japanese letters have, where that does not follow from this line alone."""


@dataclass(frozen=True, slots=True)
class Rule:
    x: float
    y: float
    width: float
    thickness: float = 0.5
    colour: Colour = LINE


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    thickness: float = 0.8
    colour: Colour = BLACK
    fill: Colour | None = None


@dataclass(frozen=True, slots=True)
class Sign:
    """A shape whose middle is at (x, y) and which fits into a square of `size`."""

    x: float
    y: float
    size: float
    shape: Shape
    colour: Colour


@dataclass(frozen=True, slots=True)
class Line:
    """Straight strokes from corner to corner; `corners` are measured from (x, y), downwards."""

    x: float
    y: float
    corners: tuple[tuple[float, float], ...]
    thickness: float = 1.0
    colour: Colour = BLACK


@dataclass(frozen=True, slots=True)
class Region:
    """Filled boxes of one colour: left, top, width and height of each, measured from (x, y), downwards."""

    x: float
    y: float
    boxes: tuple[tuple[float, float, float, float], ...]
    colour: Colour = BLACK


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """A picture's stream as it goes into the file: samples of 8 bits, of `channels` colours (1, 3 or 4)."""

    key: str
    """Names the stream in the file: letters and digits."""
    width: int
    height: int
    channels: int
    data: bytes = field(repr=False)
    jpeg: bool = False
    """`data` is a JPEG file, byte for byte; otherwise plain samples, row by row from the top."""
    inverted: bool = False
    """CMYK as Adobe writes it: 0 is full ink."""
    transform: int | None = None
    """What /ColorTransform must say where the file itself does not say it to every reader."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image in the box of (x, y), `width` and `height`, turned upright as the Exif `orientation` (1 to 8) says."""

    x: float
    y: float
    width: float
    height: float
    image: Image
    orientation: int
    told: str
    """What it shows, for those who cannot see it."""


Mark = Text | Rule | Box | Sign | Line | Region | Picture


@dataclass(frozen=True, slots=True)
class Row:
    """Marks that stay together on one page."""

    height: float
    marks: tuple[Mark, ...] = ()


@dataclass(slots=True)
class Page:
    """Marks measured from the page's upper left corner, and the section titles that begin here."""

    marks: list[Mark] = field(default_factory=list)
    titles: list[tuple[str, float]] = field(default_factory=list)
    headings: list[tuple[int, int]] = field(default_factory=list)
    """Which of the marks each title is: the first one, and the one behind its last."""


def lines(text: str, style: Style, x: float, room: float) -> list[Row]:
    """A paragraph: one row a line."""
    baseline = style.size * 1.06
    wrapped = wrap(text, style.font, style.size, room)
    shape = "" if len(wrapped) == 1 or text.isascii() else letters.shape_of(text)
    return [Row(style.line, (Text(x, baseline, line, style, shape),)) for line in wrapped]


def gap(height: float) -> Row:
    return Row(height)


def rule(x: float, width: float, thickness: float = 0.5, colour: Colour = LINE) -> Row:
    return Row(thickness, (Rule(x, thickness / 2, width, thickness, colour),))


def beside(columns: Sequence[Sequence[Row]]) -> list[Row]:
    """Columns side by side: the first lines in one row, the second ones in the next, and so on."""
    merged = []
    for index in range(max(map(len, columns), default=0)):
        level = [column[index] for column in columns if index < len(column)]
        merged.append(Row(max(row.height for row in level), tuple(mark for row in level for mark in row.marks)))
    return merged


def joined(rows: Iterable[Row]) -> Row:
    """Several rows as one that no page break divides."""
    top = 0.0
    marks: list[Mark] = []
    for row in rows:
        marks += [_moved(mark, 0, top) for mark in row.marks]
        top += row.height
    return Row(top, tuple(marks))


def over(back: Iterable[Mark], row: Row) -> Row:
    """A row with marks behind it."""
    return Row(row.height, (*back, *row.marks))


def flush_right(text: str, style: Style, right: float) -> Text:
    """One line that ends at `right`."""
    text = printable(text)
    return Text(right - fonts.width(style.font, style.size, text), style.size * 1.06, text, style)


def _moved(mark: Mark, right: float, down: float) -> Mark:
    return replace(mark, x=mark.x + right, y=mark.y + down)


class Sheet:
    """Pages that fill from the top. `width` is the room between the margins."""

    def __init__(self, paper: str) -> None:
        self.paper = PAPER[paper]
        self.width = self.paper[0] - 2 * MARGIN
        self._bottom = self.paper[1] - MARGIN - FOOT - (0.0 if current() == ENGLISH else COURTESY_FOOT)
        self.pages = [Page()]
        self._y = MARGIN + HEAD

    def turn(self) -> None:
        """Begin a new page. Raises ReportError where there are more than any inspection can fill."""
        if len(self.pages) >= LARGEST:
            raise ReportError(
                f"The report would have more than {LARGEST} pages.",
                "Inspect fewer cards at once; the inspection itself is safe in the ledger.",
            )
        self.pages.append(Page())
        self._y = MARGIN + HEAD

    @property
    def capacity(self) -> float:
        """Points of a page that is empty."""
        return self._bottom - MARGIN - HEAD

    @property
    def left(self) -> float:
        """Points between here and the page's end."""
        return self._bottom - self._y

    def room(self, height: float) -> None:
        """Begin a new page where less than `height` is left on this one."""
        if self.left < min(height, self.capacity):
            self.turn()

    def place(self, rows: Sequence[Row], *, head: Sequence[Row] = (), keep: bool = True) -> None:
        """Put rows down; `head` stands before them and again on every page that they run on to.

        With `keep` they begin on a new page rather than be divided, unless they are longer than a page.
        """
        tops = sum(row.height for row in head)
        whole = tops + sum(row.height for row in rows)
        first = tops + (rows[0].height if rows else 0.0)
        if (keep and self.left < whole <= self.capacity) or self.left < min(first, self.capacity):
            self.turn()
        self._put(head)
        for row in rows:
            if row.height > self.left and self._y > MARGIN + HEAD + tops:
                self.turn()
                self._put(head)
            self._put((row,))

    def title(self, text: str, rows: Sequence[Row], below: float = 60.0) -> None:
        """A section's heading, which also goes into the outline; `below` points of what follows stand on its page."""
        self.room(sum(row.height for row in rows) + below)
        page = self.pages[-1]
        page.titles.append((text, self._y))
        first = len(page.marks)
        self._put(rows)
        page.headings.append((first, len(page.marks)))

    def to_end(self, height: float) -> None:
        """Move down so that exactly `height` is left on a page."""
        if self.left < height:
            self.turn()
        self._y = self._bottom - height

    def _put(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.pages[-1].marks += [_moved(mark, MARGIN, self._y) for mark in row.marks]
            self._y += row.height
