"""Many readings of one picture: whole, and of each place that looks like bars, upright and drawn in several ways.

A scan line that errs on one drawing of a place does not err in the same way on another, smaller, softer or averaged.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import atan2, cos, hypot, pi, sin
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

BARS = "Code128,Code39,Code93,EAN13,UPCA,ITF,Codabar"
"""Kinds that stand on labels. Kinds that a reader finds in noise, such as UPC-E and DataBar, are not looked for."""
SQUARES = "QRCode,DataMatrix,Aztec,PDF417"
_MOST_PLACES = 14
"""Places of a picture that are looked at closely, so that no picture takes long."""
_WIDE = 1500
"""Pixels of a place's picture along the bars' row."""
_HIGH = 420
_FINE = 640
"""Pixels of one row of bars that edges are looked for in."""
_QUIET = 0.035
"""Share of a code's length that its quiet zone has at the least."""
_SHORTEST = 4
"""Characters of a code that has no check: noise is read as shorter ones."""


@dataclass(frozen=True, slots=True)
class Place:
    """A box in the picture, turned: pixels, and the direction in which the code is read, in radians."""

    x: float
    y: float
    long: float
    high: float
    angle: float

    @property
    def area(self) -> float:
        return self.long * self.high

    def meets(self, other: "Place") -> bool:
        """Whether the middle of one lies within the other."""
        return self._holds(other) or other._holds(self)

    def _holds(self, other: "Place") -> bool:
        right, down = other.x - self.x, other.y - self.y
        along = right * cos(self.angle) + down * sin(self.angle)
        across = down * cos(self.angle) - right * sin(self.angle)
        return abs(along) <= self.long / 2 and abs(across) <= self.high / 2 + 4


@dataclass(frozen=True, slots=True)
class Read:
    """What one reading of one place said."""

    kind: str
    text: str
    way: str
    """Which drawing of the place was read."""
    place: Place
    spare: float = 0.0
    """Of a square code, the share of its error correction that was not used."""


def reads_of(grey: "Image.Image") -> list[Read]:
    """All readings of a grey picture. Their number, and so the time, is bounded, whatever the picture shows."""
    from PIL import ImageOps

    from gpu_inspector.workflow.barcode_places import likely_places

    found = list(_read(grey, f"{BARS},{SQUARES}", "whole", invert=True))
    places = [one.place for one in found]
    for place in likely_places(grey):
        if not any(_alike(place, other) for other in places):
            places.append(place)
    for place in places[:_MOST_PLACES]:
        square = any(one.place is place and one.kind not in _KINDS_OF_BARS for one in found)
        if square:
            found += _squares(grey, place)
        else:
            found += list(_bars(grey, place)) or _bars(ImageOps.invert(grey), place)  # light bars on dark
    return found


_KINDS_OF_BARS = frozenset({"Code 128", "Code 39", "Code 93", "EAN-13", "UPC-A", "ITF", "Codabar"})


def _alike(one: Place, other: Place) -> bool:
    """Whether a closer look at one of them sees all of the other."""
    return (
        one.meets(other)
        and abs(sin(one.angle - other.angle)) < 0.1
        and one.high < 1.6 * other.high
        and one.long < 1.3 * other.long
    )


def _bars(grey: "Image.Image", place: Place) -> Iterator[Read]:
    """Readings of a place, upright: small, large, soft, in black and white, and each half's rows as one."""
    from PIL import Image, ImageFilter

    box = Place(place.x, place.y, place.long * 1.24 + 24, max(place.high, place.long * 0.08) * 1.3 + 16, place.angle)
    scale = min(2.0, _WIDE / box.long, _HIGH / box.high)
    upright = _cut(grey, box, scale)
    bicubic, shrunk = Image.Resampling.BICUBIC, Image.Resampling.BOX
    drawings = {
        "plain": upright,
        "small": upright.resize(_sized(upright, 0.66), shrunk),
        "large": upright.resize(_sized(upright, 1.4), bicubic),
        "soft": upright.filter(ImageFilter.GaussianBlur(0.35 * scale)),
        "one threshold": upright.resize(_sized(upright, 0.9), bicubic),
    }
    reads = []
    for way, drawing in drawings.items():
        for read in _read(drawing, BARS, way, invert=True, even=way == "one threshold"):
            where = _back(read.place, box, drawing.width / box.long, drawing.size)
            reads.append(Read(read.kind, read.text, way, where))
    yield from reads
    for where in _different(reads, place):
        yield from _rows_as_one(grey, where)


def _different(reads: list[Read], place: Place) -> list[Place]:
    """The places of the codes that were read, the tallest of each; where none was, the place itself."""
    found: list[Place] = []
    for one in sorted(reads, key=lambda read: -read.place.area):
        if not any(one.place.meets(other) for other in found):
            found.append(one.place)
    return found[:4] or [place]


def _rows_as_one(grey: "Image.Image", place: Place) -> Iterator[Read]:
    """Each half's rows averaged into one: what is noise in a row is none in the mean of twenty."""
    for way, share in (("upper rows", -0.22), ("lower rows", 0.22)):
        mean = _mean_row(grey, place, share, place.long * 1.2 + 10, _WIDE)
        for read in _read(mean.resize((mean.width, 48)), BARS, way, invert=True):
            yield Read(read.kind, read.text, way, place)


def _mean_row(grey: "Image.Image", place: Place, share: float, long: float, wide: int) -> "Image.Image":
    """The mean of the rows at this share of the place's height from its middle, as a picture of one row."""
    from PIL import Image

    down = share * place.high
    half = Place(
        place.x - down * sin(place.angle),
        place.y + down * cos(place.angle),
        long,
        max(2.0, place.high * 0.4),
        place.angle,
    )
    mean = _cut(grey, half, min(3.0, wide / long))
    return mean.resize((mean.width, 1), Image.Resampling.BOX)


def row_of(grey: "Image.Image", place: Place, share: float) -> Any:
    """The same as grey steps, from left to right as the code is read, no further beyond its ends than paper is."""
    import numpy as np

    mean = _mean_row(grey, place, share, place.long * (1 + 2 * _QUIET), _FINE)
    return np.asarray(mean, dtype=np.float64)[0]


def _squares(grey: "Image.Image", place: Place) -> Iterator[Read]:
    """Three more readings of a square code, from pictures turned and drawn in other sizes."""
    side = 1.5 * max(place.long, place.high) + 16
    for way, turn, factor in (("turned", 0.2, 1.0), ("small", 0.0, 0.7), ("large", -0.1, 1.6)):
        box = Place(place.x, place.y, side, side, place.angle + turn)
        drawing = _cut(grey, box, min(factor, _WIDE / side))
        for read in _read(drawing, SQUARES, way, invert=True):
            where = _back(read.place, box, drawing.width / side, drawing.size)
            yield Read(read.kind, read.text, way, where, read.spare)


def _read(picture: "Image.Image", kinds: str, way: str, *, invert: bool, even: bool = False) -> Iterator[Read]:
    import zxingcpp

    ways = zxingcpp.Binarizer
    for code in zxingcpp.read_barcodes(
        picture,
        formats=zxingcpp.barcode_formats_from_str(kinds),
        try_invert=invert,
        text_mode=zxingcpp.TextMode.Plain,
        binarizer=ways.GlobalHistogram if even else ways.LocalAverage,
    ):
        if code.valid and len(code.text.strip()) >= (1 if code.extra else _SHORTEST):
            yield Read(str(code.format), code.text, way, _place(code.position), _spare(code.extra))


def _spare(extra: Any) -> float:
    spare = extra.get("UEC", 0.0) if isinstance(extra, dict) else 0.0
    return float(spare) if isinstance(spare, int | float) else 0.0


def _place(position: Any) -> Place:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = ((corner.x, corner.y) for corner in corners)
    right, below = (bx + cx - ax - dx) / 2, (by + cy - ay - dy) / 2
    return Place(
        (ax + bx + cx + dx) / 4,
        (ay + by + cy + dy) / 4,
        hypot(right, below),
        (hypot(dx - ax, dy - ay) + hypot(cx - bx, cy - by)) / 2,
        atan2(below, right),
    )


def _back(place: Place, box: Place, scale: float, size: tuple[int, int]) -> Place:
    """A place in the picture of a box, as a place in the whole picture."""
    right, down = (place.x - size[0] / 2) / scale, (place.y - size[1] / 2) / scale
    return Place(
        box.x + right * cos(box.angle) - down * sin(box.angle),
        box.y + right * sin(box.angle) + down * cos(box.angle),
        place.long / scale,
        place.high / scale,
        (place.angle + box.angle + pi) % (2 * pi) - pi,
    )


def _sized(picture: "Image.Image", factor: float) -> tuple[int, int]:
    return max(1, round(picture.width * factor)), max(1, round(picture.height * factor))


def _cut(grey: "Image.Image", box: Place, scale: float) -> "Image.Image":
    """What stands in the box, upright, `scale` pixels for each pixel of the picture."""
    from PIL import Image

    size = max(8, round(box.long * scale)), max(8, round(box.high * scale))
    right, down = cos(box.angle) / scale, sin(box.angle) / scale
    left = box.x - right * size[0] / 2 + down * size[1] / 2
    top = box.y - down * size[0] / 2 - right * size[1] / 2
    return grey.transform(
        size, Image.Transform.AFFINE, (right, -down, left, down, right, top), Image.Resampling.BICUBIC, fillcolor=255
    )
