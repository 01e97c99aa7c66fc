"""The picture on the screen of an Xvfb, out of the file that it keeps (-fbdir), as PNG.

    python3 screen.py Xvfb_screen0 picture.png

No program that takes pictures has to be installed for it. Runs on the bare interpreter. The file is X's own form of a
window dump, version 7: a head of big-endian numbers, colours, then rows of pixels.
"""

import struct
import sys
import zlib
from pathlib import Path

VERSION = 7
COLOUR_BYTES = 12


class NoPicture(Exception):
    """The file is no picture of a screen with 24 bits a pixel; the text is a sentence."""


def pixels(dump: bytes) -> tuple[int, int, bytes]:
    """Width, height, and the rows of red, green and blue. Raises NoPicture."""
    if len(dump) < 100:
        raise NoPicture("The file of the screen is cut short.")
    head = struct.unpack(">25I", dump[:100])
    size, version, width, height, order, bits, per_row, colours = (head[n] for n in (0, 1, 4, 5, 7, 11, 12, 19))
    if version != VERSION or bits != 32 or head[14:17] != (0xFF0000, 0xFF00, 0xFF):
        raise NoPicture("The screen has another form than 24 bits a pixel.")
    start = size + colours * COLOUR_BYTES
    if len(dump) < start + per_row * height or per_row < width * 4:
        raise NoPicture("The file of the screen is cut short.")
    rows = bytearray()
    for number in range(height):
        row = dump[start + number * per_row :][: width * 4]
        picture = bytearray(width * 3)
        places = (2, 1, 0) if order == 0 else (1, 2, 3)
        for colour, place in enumerate(places):
            picture[colour::3] = row[place::4]
        rows += picture
    return width, height, bytes(rows)


def png(width: int, height: int, rows: bytes) -> bytes:
    """A PNG file of these rows."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\0" + rows[number * width * 3 : (number + 1) * width * 3] for number in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def main(arguments: list[str]) -> int:
    """Exit status: 0; 1 with a sentence where there is no picture, or where it is of one colour."""
    try:
        width, height, rows = pixels(Path(arguments[0]).read_bytes())
        Path(arguments[1]).write_bytes(png(width, height, rows))
    except (NoPicture, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if len(set(zip(rows[::3], rows[1::3], rows[2::3], strict=True))) < 2:
        sys.stderr.write("The screen is empty: all of it has one colour.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
