"""Laid-out pages become a PDF: the same marks give the same bytes, whatever the clock or the environment says."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas  # noqa: TID251

from gpu_inspector.report import fonts, metadata, streams
from gpu_inspector.report.layout import (
    BLACK,
    GREY,
    MARGIN,
    Box,
    Line,
    Mark,
    Page,
    Picture,
    Region,
    Rule,
    Shape,
    Sheet,
    Sign,
    Style,
    Text,
    flush_right,
)
from gpu_inspector.report.tags import Tree
from gpu_inspector.report.text import printable, wrap

_FOOT = Style(size=7.5, colour=GREY)
_PAGE = Style(size=7.5, font=fonts.BOLD)
_LANGUAGE = "en"
_CREATOR = "GPU Inspector"
_PRODUCER = "GPU Inspector, with ReportLab and pyHanko"
_WATERMARK_SHARE = 0.13
"""How dark the word across the page is: read at once, and the text below it as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every page bears, and what the file says of itself."""

    title: str
    subject: str
    author: str
    made_at: datetime
    identifier: str
    """32 hexadecimal digits that name the file in its trailer."""
    head_left: str
    head_right: str
    foot: str
    watermark: str = ""


def paint(sheet: Sheet, frame: Frame) -> bytes:
    """The PDF of all pages."""
    canvas, target = begin(sheet.paper, frame)
    tree = Tree(canvas)
    for number, page in enumerate(sheet.pages, 1):
        tree.page()
        _page(canvas, sheet, page, frame, number, tree)
        tree.close()
        canvas.showPage()
        tree.leave()
    tree.finish()
    canvas.save()
    return target.getvalue()


def begin(paper: tuple[float, float], frame: Frame) -> tuple[Canvas, BytesIO]:
    """An empty file of pages of this size in points, described, and where its bytes will be once it is saved."""
    fonts.face(fonts.REGULAR), fonts.face(fonts.BOLD)
    target = BytesIO()
    canvas = Canvas(
        target,
        pagesize=paper,
        invariant=1,
        pageCompression=1,
        pdfVersion=(1, 7),
        lang=_LANGUAGE,
        initialFontName=fonts.REGULAR,
    )
    streams.adopt(canvas)
    _describe(canvas, frame)
    return canvas, target


def put(canvas: Canvas, marks: Iterable[Mark], height: float) -> None:
    """Draw these marks, which are measured from the upper left corner of a page or of a label that is so high."""
    for mark in marks:
        _PAINTERS[type(mark)](canvas, mark, height)


def _describe(canvas: Canvas, frame: Frame) -> None:
    canvas.setTitle(frame.title)
    canvas.setSubject(frame.subject)
    canvas.setAuthor(frame.author)
    canvas.setCreator(_CREATOR)
    canvas.setProducer(_PRODUCER)
    stamp = f"D:{frame.made_at:%Y%m%d%H%M%S}Z"
    canvas.setDateFormatter(lambda *_parts: stamp)
    # reportlab would mix SOURCE_DATE_EPOCH into the file's identifier
    canvas._doc._ID = f"\n[<{frame.identifier}><{frame.identifier}>]\n".encode()
    packet = metadata.xmp(
        title=frame.title,
        author=frame.author,
        subject=frame.subject,
        creator=_CREATOR,
        producer=_PRODUCER,
        language=_LANGUAGE,
        made_at=frame.made_at,
        identifier=frame.identifier,
    )
    streams.describe(canvas, packet, metadata.srgb(), metadata.CONDITION)


def _page(canvas: Canvas, sheet: Sheet, page: Page, frame: Frame, number: int, tree: Tree) -> None:
    height = sheet.paper[1]
    for index, (title, y) in enumerate(page.titles):
        key = f"p{number}s{index}"
        canvas.bookmarkHorizontalAbsolute(key, height - y)
        canvas.addOutlineEntry(printable(title), key, level=0)
    _marks(canvas, page, height, tree)
    tree.artifact()
    right = sheet.paper[0] - MARGIN
    top, bottom = MARGIN + 6, height - MARGIN
    for mark in (
        Text(MARGIN, top, _fitted(frame.head_left, sheet.width / 2), _FOOT),
        replace(flush_right(_fitted(frame.head_right, sheet.width / 2), _FOOT, right), y=top),
        Rule(MARGIN, top + 5, sheet.width),
        Rule(MARGIN, bottom - 22, sheet.width),
        Text(MARGIN, bottom - 11, _fitted(frame.foot, sheet.width), _FOOT),
        Text(MARGIN, bottom - 1, "A print-out carries no signature: check the signed file.", _FOOT),
        replace(flush_right(f"Page {number} of {len(sheet.pages)}", _PAGE, right), y=bottom - 1),
    ):
        _PAINTERS[type(mark)](canvas, mark, height)
    if frame.watermark:
        _watermark(canvas, sheet, frame.watermark)


def _marks(canvas: Canvas, page: Page, height: float, tree: Tree) -> None:
    """What stands on the page, each part under its tag."""
    begin, end = ({places[side] for places in page.headings} for side in (0, 1))
    for place, mark in enumerate(page.marks):
        if place in end:
            tree.close()
        if place in begin:
            tree.heading()
        if isinstance(mark, Picture):
            tree.figure(printable(mark.told))
        tree.text()
        _PAINTERS[type(mark)](canvas, mark, height)
        if isinstance(mark, Picture):
            tree.close()


def _fitted(text: str, room: float) -> str:
    """One line that covers nothing beside it; where it is cut, it says so."""
    first, *more = wrap(text, _FOOT.font, _FOOT.size, room - 10)
    return f"{first}…" if more else first


def _watermark(canvas: Canvas, sheet: Sheet, text: str) -> None:
    """Over everything, from corner to corner: no part of the page can be shown without it."""
    size = min(74.0, 0.86 * sheet.paper[0] / fonts.width(fonts.BOLD, 1, text) * 1.1)
    for share in (0.24, 0.52, 0.80):
        canvas.saveState()
        canvas.setFillColorRGB(*BLACK)
        canvas.setFillAlpha(_WATERMARK_SHARE)
        canvas.translate(sheet.paper[0] / 2, sheet.paper[1] * share)
        canvas.rotate(24)
        canvas.setFont(fonts.BOLD, size)
        canvas.drawCentredString(0, -size / 3, text)
        canvas.restoreState()


def _text(canvas: Canvas, mark: Text, height: float) -> None:
    canvas.setFillColorRGB(*mark.style.colour)
    canvas.setFont(mark.style.font, mark.style.size)
    canvas.drawString(mark.x, height - mark.y, printable(mark.text))


def _rule(canvas: Canvas, mark: Rule, height: float) -> None:
    canvas.setStrokeColorRGB(*mark.colour)
    canvas.setLineWidth(mark.thickness)
    canvas.line(mark.x, height - mark.y, mark.x + mark.width, height - mark.y)


def _box(canvas: Canvas, mark: Box, height: float) -> None:
    canvas.setStrokeColorRGB(*mark.colour)
    canvas.setLineWidth(mark.thickness)
    if mark.fill is not None:
        canvas.setFillColorRGB(*mark.fill)
    canvas.rect(
        mark.x,
        height - mark.y - mark.height,
        mark.width,
        mark.height,
        stroke=int(mark.thickness > 0),
        fill=int(mark.fill is not None),
    )


_OUTLINES: dict[Shape, tuple[tuple[float, float], ...]] = {
    Shape.CHECK: ((-0.45, -0.02), (-0.12, -0.38), (0.48, 0.42)),
    Shape.DIAMOND: ((0, 0.48), (0.48, 0), (0, -0.48), (-0.48, 0), (0, 0.48), (0.48, 0)),
    Shape.TRIANGLE: ((0, 0.45), (0.5, -0.4), (-0.5, -0.4), (0, 0.45), (0.5, -0.4)),
    Shape.DASH: ((-0.4, 0), (0.4, 0)),
}
"""Corners in parts of the size, y upwards; closed ones go one corner further, so that the joint is whole."""


def _sign(canvas: Canvas, mark: Sign, height: float) -> None:
    x, y, size = mark.x, height - mark.y, mark.size
    canvas.setStrokeColorRGB(*mark.colour)
    canvas.setFillColorRGB(*mark.colour)
    canvas.setLineWidth(size * 0.15)
    if mark.shape is Shape.RING:
        canvas.circle(x, y, size * 0.4)
    elif mark.shape is Shape.CROSS:
        canvas.rect(x - size / 2, y - size / 2, size, size, stroke=0, fill=1)
        canvas.setStrokeColorRGB(1, 1, 1)
        arm = size * 0.26
        canvas.line(x - arm, y - arm, x + arm, y + arm)
        canvas.line(x - arm, y + arm, x + arm, y - arm)
    else:
        path = canvas.beginPath()
        corners = [(x + size * right, y + size * up) for right, up in _OUTLINES[mark.shape]]
        path.moveTo(*corners[0])
        for corner in corners[1:]:
            path.lineTo(*corner)
        canvas.drawPath(path)


def _line(canvas: Canvas, mark: Line, height: float) -> None:
    canvas.setStrokeColorRGB(*mark.colour)
    canvas.setLineWidth(mark.thickness)
    path = canvas.beginPath()
    for number, (right, down) in enumerate(mark.corners):
        (path.lineTo if number else path.moveTo)(mark.x + right, height - mark.y - down)
    canvas.drawPath(path)


def _region(canvas: Canvas, mark: Region, height: float) -> None:
    canvas.setFillColorRGB(*mark.colour)
    path = canvas.beginPath()
    for left, top, wide, high in mark.boxes:
        path.rect(mark.x + left, height - mark.y - top - high, wide, high)
    canvas.drawPath(path, stroke=0, fill=1)


def _picture(canvas: Canvas, mark: Picture, height: float) -> None:
    """The image's stream goes into the file once, however often it is shown."""
    name = streams.placed(canvas, mark.image)
    canvas.saveState()
    canvas.transform(*upright(mark, height))
    canvas._code.append(f"/{name} Do")
    canvas.restoreState()


def upright(mark: Picture, height: float) -> tuple[float, float, float, float, float, float]:
    """The matrix that puts the unit square, the picture as it is stored, upright into its box on a page so high.

    Exif's numbers say where the first row and the first column of the stored picture belong.
    """
    x, y, wide, high = mark.x, height - mark.y - mark.height, mark.width, mark.height
    return {
        1: (wide, 0, 0, high, x, y),
        2: (-wide, 0, 0, high, x + wide, y),
        3: (-wide, 0, 0, -high, x + wide, y + high),
        4: (wide, 0, 0, -high, x, y + high),
        5: (0, -high, -wide, 0, x + wide, y + high),
        6: (0, -high, wide, 0, x, y + high),
        7: (0, high, wide, 0, x, y),
        8: (0, high, -wide, 0, x + wide, y),
    }[mark.orientation]


_PAINTERS: dict[type[Mark], Callable[..., None]] = {
    Text: _text,
    Rule: _rule,
    Box: _box,
    Sign: _sign,
    Line: _line,
    Region: _region,
    Picture: _picture,
}
