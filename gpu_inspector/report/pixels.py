"""The pixels of PNG, WebP and TIFF files for the page: the same numbers on every machine, smaller where they are many.

Unpacking these files is exact arithmetic, so the signed file holds the pixels themselves, and who draws the page again
compares them unpacked. Everything that libraries may round in their own way (scaling, colours, transparency) is done
here, in whole numbers. What would not come out alike everywhere is refused in words; the file itself is attached.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from gpu_inspector.records.pictures import BROKEN, LARGEST_PIXELS, webp_pixels
from gpu_inspector.report.jpeg import Unfit

if TYPE_CHECKING:
    from PIL import Image

LONGEST = 1600
"""Pixels of the longer side on paper: 12 to the millimetre in a picture of 130 mm."""
_STRIP = 1 << 20
"""Pixels that are unfolded at a time."""
_EXACT_TIFF = frozenset(
    {"raw", "packbits", "tiff_lzw", "tiff_deflate", "tiff_adobe_deflate", "tiff_ccitt", "group3", "group4"}
)
"""Not JPEG or WebP in a TIFF file: libraries may differ in the last bit of those."""
_PLAIN = ("1", "L", "RGB", "RGBA", "LA", "P", "PA", "I;16", "I;16L", "I;16B", "I;16N", "I", "CMYK")
_WHITE = 255


@dataclass(frozen=True, slots=True)
class Pixels:
    """Samples of 8 bits, row by row from the top."""

    width: int
    height: int
    channels: int
    """1 is grey, 3 red, green, blue."""
    data: bytes


def pixels_of(data: bytes, kind: str, most: int = LARGEST_PIXELS) -> Pixels:
    """The picture of a file of `kind` (PNG, WEBP, TIFF), no side longer than LONGEST.

    `most` is the largest number of pixels that is unpacked. Raises Unfit.
    """
    try:
        picture = _opened(data, kind, most)
        picture.load()
        if picture.mode not in _PLAIN:
            raise Unfit("its colours are written in a way that not every machine shows alike")
        return _folded(picture)
    except BROKEN as error:
        raise Unfit("it is damaged, and cannot be read to its end") from error


def size_of(data: bytes, kind: str) -> int:
    """How many pixels the file says that it has. Raises Unfit."""
    try:
        picture = _opened(data, kind, LARGEST_PIXELS)
        return picture.width * picture.height
    except BROKEN as error:
        raise Unfit("it is damaged, and cannot be read") from error


def _opened(data: bytes, kind: str, most: int) -> "Image.Image":
    from PIL import Image

    too_many = f"it has more than {LARGEST_PIXELS // 10**6} million pixels"
    if kind == "WEBP" and webp_pixels(data) > most:  # Pillow would make room for it before it tells
        raise Unfit(too_many)
    try:
        picture = Image.open(BytesIO(data), formats=(kind,))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unfit(too_many) from error
    if picture.width * picture.height > most:
        raise Unfit(too_many)
    if getattr(picture, "n_frames", 1) > 1:
        raise Unfit("it holds several pictures")
    exact = picture.info.get("compression") in _EXACT_TIFF if kind == "TIFF" else kind != "WEBP" or _lossless(data)
    if not exact:
        raise Unfit("its pixels are packed in a way that not every machine unpacks alike")
    return picture


def _lossless(data: bytes) -> bool:
    """No part of the file is packed with loss: how those colours are made of brightness and hue, no standard says."""
    place, kinds = 12, set()
    while place + 8 <= len(data):
        kinds.add(data[place : place + 4])
        size = int.from_bytes(data[place + 4 : place + 8], "little")
        place += 8 + size + size % 2
    return b"VP8L" in kinds and b"VP8 " not in kinds


def _folded(picture: "Image.Image") -> Pixels:
    """Scaled down by a whole number in both directions: each new pixel is the mean of a square, rounded to nearest.

    At the right and lower edge the square is what is left of it.
    """
    import numpy as np

    factor = -(-max(picture.size) // LONGEST)
    if picture.mode in ("P", "PA", "1") or (picture.mode in ("L", "RGB") and "transparency" in picture.info):
        picture = picture.convert("L" if picture.mode == "1" else "RGBA")  # a look into a table: exact
    rows = max(_STRIP // picture.width // factor, 1) * factor
    strips = []
    for top in range(0, picture.height, rows):
        bottom = min(top + rows, picture.height)
        strips.append(_shrunk(_plain(np.asarray(picture.crop((0, top, picture.width, bottom))), picture.mode), factor))
    whole = np.concatenate(strips)
    if whole.shape[2] == 3 and (whole[..., 0] == whole[..., 1]).all() and (whole[..., 1] == whole[..., 2]).all():
        whole = whole[..., :1]
    return Pixels(whole.shape[1], whole.shape[0], whole.shape[2], whole.astype(np.uint8).tobytes())


def _plain(samples: Any, mode: str) -> Any:
    """Grey or red, green, blue, 0 to 255, in three dimensions; what is transparent lies on white."""
    import numpy as np

    values = samples.astype(np.int32)
    if mode.startswith("I"):
        if values.size and (values.min() < 0 or values.max() > 0xFFFF):
            raise Unfit("its numbers are larger than those of a photograph")
        return (values >> 8)[..., np.newaxis]
    if mode == "L":
        return values[..., np.newaxis]
    if mode == "CMYK":
        return _WHITE - np.minimum(values[..., :3] + values[..., 3:], _WHITE)
    if mode in ("LA", "RGBA"):
        inks, cover = values[..., :-1], values[..., -1:]
        return (inks * cover + _WHITE * (_WHITE - cover) + _WHITE // 2) // _WHITE
    return values


def _shrunk(values: Any, factor: int) -> Any:
    import numpy as np

    if factor == 1:
        return values
    down = np.arange(0, values.shape[0], factor)
    right = np.arange(0, values.shape[1], factor)
    sums = np.add.reduceat(np.add.reduceat(values, down, axis=0), right, axis=1)
    high = np.diff(np.append(down, values.shape[0]))
    wide = np.diff(np.append(right, values.shape[1]))
    counts = (high[:, np.newaxis] * wide[np.newaxis, :])[..., np.newaxis]
    return (sums + counts // 2) // counts
