"""Pictures made for the tests: a slope of colours with a white upper left and a red lower right corner."""

import hashlib
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from gpu_inspector.records.declaration import Photograph

_UNDO = (
    None,
    Image.Transpose.FLIP_LEFT_RIGHT,
    Image.Transpose.ROTATE_180,
    Image.Transpose.FLIP_TOP_BOTTOM,
    Image.Transpose.TRANSPOSE,
    Image.Transpose.ROTATE_90,
    Image.Transpose.TRANSVERSE,
    Image.Transpose.ROTATE_270,
)


def slope(mode: str = "RGB", size: tuple[int, int] = (96, 64)) -> Image.Image:
    wide, high = size
    values = np.zeros((high, wide, 3), np.uint8)
    values[..., 0] = np.linspace(0, 200, wide)[None, :]
    values[..., 1] = np.linspace(0, 200, high)[:, None]
    values[: high // 4, : wide // 4] = (255, 255, 255)
    values[-(high // 4) :, -(wide // 4) :] = (220, 0, 0)
    return Image.fromarray(values).convert(mode)


def packed(picture: Image.Image, form: str, **options: Any) -> bytes:
    out = BytesIO()
    picture.save(out, format=form, **options)
    return out.getvalue()


def turned(orientation: int, form: str = "JPEG", **options: Any) -> bytes:
    """A file whose pixels are stored so that this orientation sets them upright."""
    undo = _UNDO[orientation - 1]
    picture = slope()
    return packed(picture if undo is None else picture.transpose(undo), form, **options)


def photograph(data: bytes, **more: Any) -> Photograph:
    digest = hashlib.sha256(data).hexdigest()
    return Photograph(sha256=digest, name=f"{digest[:4]}.bin", size_bytes=len(data), **{"shows": "label", **more})


def by_digest(*files: bytes) -> dict[str, bytes]:
    return {hashlib.sha256(data).hexdigest(): data for data in files}


JPEGS = (
    *(turned(number, quality=90) for number in range(1, 9)),
    packed(slope("L"), "JPEG"),
    packed(slope("CMYK"), "JPEG"),
    packed(slope(), "JPEG", progressive=True),
    packed(slope(), "JPEG", keep_rgb=True),
)
ORIENTATIONS = (*range(1, 9), 1, 1, 1, 1)
OTHERS = (
    packed(slope(), "PNG"),
    packed(slope("RGBA"), "PNG"),
    packed(slope("P"), "PNG"),
    packed(slope("1"), "PNG"),
    packed(slope(size=(1700, 33)), "PNG"),
    packed(slope(), "WEBP", lossless=True),
    packed(slope(), "TIFF", compression="tiff_lzw"),
    packed(slope("CMYK"), "TIFF"),
)
UNPRINTABLE = (
    packed(slope(), "TIFF", compression="jpeg"),
    packed(slope(), "JPEG")[:700],
    packed(slope(), "PNG")[:200],
)
"""They are kept as they are, and stand on the page as words."""
