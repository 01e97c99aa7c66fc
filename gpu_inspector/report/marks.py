"""Each mark of a page put on a canvas: letters, lines, boxes, signs and pictures.

A line of text may have letters of several fonts. Those for Chinese and Japanese are made for one document, so they can
be written inside of `lettered` alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

from reportlab.pdfgen.canvas import Canvas  # noqa: TID251
from reportlab.pdfgen.textobject import PDFTextObject  # noqa: TID251

from gpu_inspector.report import fonts, streams
from gpu_inspector.report.layout import Box, Line, Mark, Picture, Region, Rule, Shape, Sign, Text
from gpu_inspector.report.text import printable

_NONE: Mapping[str, str] = MappingProxyType({})
_names: ContextVar[Mapping[str, str]] = ContextVar("fonts of the document", default=_NONE)


@contextmanager
def lettered(marks: Iterable[Mark], texts: Iterable[tuple[str, str]] = ()) -> Iterator[None]:
    """Inside of the block these marks and these other texts (font, text) can be written."""
    own = ((one.style.font, printable(one.text), one.shape) for one in marks if isinstance(one, Text))
    with fonts.of_document((*own, *((font, text, "") for font, text in texts))) as names:
        token = _names.set(names)
        try:
            yield
        finally:
            _names.reset(token)


def put(canvas: Canvas, marks: Iterable[Mark], height: float) -> None:
    """Draw these marks, which are measured from the upper left corner of a page or of a label that is so high."""
    for mark in marks:
        _PAINTERS[type(mark)](canvas, mark, height)


def _text(canvas: Canvas, mark: Text, height: float) -> None:
    canvas.setFillColorRGB(*mark.style.colour)
    write(canvas, mark.x, height - mark.y, printable(mark.text), mark.style.font, mark.style.size, mark.shape)


def write(canvas: Canvas, x: float, y: float, text: str, font: str, size: float, shape: str = "") -> None:
    """One line, from the left end of its base line."""
    if fonts.alone(text):
        canvas.setFont(font, size)
        canvas.drawString(x, y, text)
        return
    letters = canvas.beginText(x, y)
    spell(letters, text, font, size, shape)
    canvas.drawText(letters)


def spell(letters: PDFTextObject, text: str, font: str, size: float, shape: str = "") -> None:
    """Write a line into a text object, where letters of several fonts stand side by side."""
    for name, part in fonts.runs(font, text, shape):
        letters.setFont(_names.get().get(name, name), size)
        letters.textOut(part)


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
