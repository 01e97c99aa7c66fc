"""Laid-out pages become a PDF: the same marks give the same bytes, whatever the clock or the environment says."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas  # noqa: TID251

from gpu_inspector.language import N_, _, current, said
from gpu_inspector.report import fonts, metadata, spoken, streams
from gpu_inspector.report.layout import (
    BLACK,
    COURTESY_FOOT,
    GREY,
    MARGIN,
    Mark,
    Page,
    Picture,
    Rule,
    Sheet,
    Style,
    Text,
    flush_right,
)
from gpu_inspector.report.marks import lettered, put, write
from gpu_inspector.report.tags import Tree
from gpu_inspector.report.text import printable, wrap

_FOOT = Style(size=7.5, colour=GREY)
_PAGE = Style(size=7.5, font=fonts.BOLD)
PRINTED = N_("A print-out carries no signature: check the signed file.")
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
    outer = [_around(sheet, frame, number) for number in range(1, len(sheet.pages) + 1)]
    marks = (mark for page, more in zip(sheet.pages, outer, strict=True) for mark in (*page.marks, *more))
    with lettered(marks, ((fonts.BOLD, frame.watermark),)):
        canvas, target = begin(sheet.paper, frame)
        tree = Tree(canvas)
        for number, (page, more) in enumerate(zip(sheet.pages, outer, strict=True), 1):
            tree.page()
            _page(canvas, sheet, page, more, number, tree)
            if frame.watermark:
                _watermark(canvas, sheet, frame.watermark)
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
        lang=current(),
        initialFontName=fonts.REGULAR,
    )
    streams.adopt(canvas)
    _describe(canvas, frame)
    return canvas, target


def _describe(canvas: Canvas, frame: Frame) -> None:
    canvas.setTitle(spoken.titled(frame.title))
    canvas.setSubject(frame.subject)
    canvas.setAuthor(frame.author)
    canvas.setCreator(_CREATOR)
    canvas.setProducer(_PRODUCER)
    stamp = f"D:{frame.made_at:%Y%m%d%H%M%S}Z"
    canvas.setDateFormatter(lambda *_parts: stamp)
    # reportlab would mix SOURCE_DATE_EPOCH into the file's identifier
    canvas._doc._ID = f"\n[<{frame.identifier}><{frame.identifier}>]\n".encode()
    packet = metadata.xmp(
        title=spoken.titled(frame.title),
        author=frame.author,
        subject=frame.subject,
        creator=_CREATOR,
        producer=_PRODUCER,
        language=current(),
        made_at=frame.made_at,
        identifier=frame.identifier,
    )
    streams.describe(canvas, packet, metadata.srgb(), metadata.CONDITION)


def _page(canvas: Canvas, sheet: Sheet, page: Page, more: Iterable[Mark], number: int, tree: Tree) -> None:
    height = sheet.paper[1]
    for index, (title, y) in enumerate(page.titles):
        key = f"p{number}s{index}"
        canvas.bookmarkHorizontalAbsolute(key, height - y)
        canvas.addOutlineEntry(printable(title), key, level=0)
    _marks(canvas, page, height, tree)
    tree.artifact()
    put(canvas, more, height)


def _around(sheet: Sheet, frame: Frame, number: int) -> tuple[Mark, ...]:
    """Head and foot of a page."""
    right = sheet.paper[0] - MARGIN
    top, bottom = MARGIN + 6, sheet.paper[1] - MARGIN
    page = said("Page {number} of {pages}", number=number, pages=len(sheet.pages))
    own: tuple[Mark, ...] = ()
    line = bottom - 22
    if courtesy := spoken.foot():
        own = (Text(MARGIN, line, _fitted(courtesy, sheet.width), _FOOT),)
        line -= COURTESY_FOOT
    return (
        Text(MARGIN, top, _fitted(frame.head_left, sheet.width / 2), _FOOT),
        replace(flush_right(_fitted(frame.head_right, sheet.width / 2), _FOOT, right), y=top),
        Rule(MARGIN, top + 5, sheet.width),
        Rule(MARGIN, line, sheet.width),
        *own,
        Text(MARGIN, bottom - 11, _fitted(frame.foot, sheet.width), _FOOT),
        Text(MARGIN, bottom - 1, _(PRINTED), _FOOT),
        replace(flush_right(page, _PAGE, right), y=bottom - 1),
    )


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
        put(canvas, (mark,), height)
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
        if fonts.alone(text):
            canvas.setFont(fonts.BOLD, size)
            canvas.drawCentredString(0, -size / 3, text)
        else:
            write(canvas, -fonts.width(fonts.BOLD, size, text) / 2, -size / 3, text, fonts.BOLD, size)
        canvas.restoreState()
