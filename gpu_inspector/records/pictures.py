"""What holds for every picture file of a stranger, where it is taken in and where it is printed."""

import struct
import zlib

LARGEST_PIXELS = 80_000_000
"""Below the number at which Pillow itself begins to warn of bombs."""
BROKEN = (
    *(OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, AttributeError, ArithmeticError),
    *(RuntimeError, AssertionError, MemoryError, struct.error, zlib.error, Warning),
)
"""What Pillow's readers raise on files that are not what they should be."""


def kind_of(data: bytes) -> str:
    """JPEG, PNG, WEBP or TIFF by how the bytes begin; "" for anything else."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return "TIFF" if data[:4] in (b"II*\0", b"MM\0*") else ""


def webp_pixels(data: bytes) -> int:
    """How many a WebP file has, as its first part says; 0 where that is none that holds a size.

    Pillow would make room for them before it tells.
    """
    first, body = data[12:16], data[20:30]
    if first == b"VP8X":
        return (int.from_bytes(body[4:7], "little") + 1) * (int.from_bytes(body[7:10], "little") + 1)
    if first == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return ((bits & 0x3FFF) + 1) * ((bits >> 14 & 0x3FFF) + 1)
    return (int.from_bytes(body[6:8], "little") & 0x3FFF) * (int.from_bytes(body[8:10], "little") & 0x3FFF)
