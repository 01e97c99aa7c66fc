"""Can this JPEG file stand in a PDF as it is, byte for byte? Its markers are read; no pixel is unpacked.

Pixels that are packed anew differ from machine to machine; the file's own bytes do not. So a photograph becomes the
stream of a DCTDecode filter whole, and whoever takes it out again has the file whose digest the record names. What
stands in the way (another process than PDF readers know, a cut file, a size that nobody can show) is said in words.
"""

import re
from dataclasses import dataclass

from gpu_inspector.records.pictures import LARGEST_PIXELS

_MOST_SEGMENTS = 20_000
_START, _END, _SCAN, _ADOBE = 0xD8, 0xD9, 0xDA, 0xEE
_FRAMES = (0xC0, 0xC1, 0xC2)
"""Baseline, extended and progressive, with Huffman's codes: what ISO 32000-1, 7.4.8, lets a reader know."""
_OTHER_FRAMES = frozenset({*range(0xC3, 0xD0), 0xDE, 0xDF}) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length."""
_NEXT = re.compile(rb"\xff[\x02-\xcf\xd8-\xfe]")
"""The first marker behind a scan: neither a stuffed byte, nor a restart, nor a filling byte."""


class Unfit(Exception):
    """The file cannot stand in a PDF as it is; the words say why, as they stand on the page."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the image's own dictionary must say."""

    width: int
    height: int
    channels: int
    """1 is grey, 3 colours, 4 CMYK."""
    adobe: int | None
    """The transform of Adobe's marker; None where there is no such marker."""
    letters: bytes
    """The components' ids."""


def header_of(data: bytes) -> Header:
    """Read all markers to the end of the picture. Raises Unfit. What follows its end is not looked at."""
    if data[:2] != b"\xff\xd8":
        raise Unfit("it does not begin as a JPEG file does")
    place, scans, adobe = 2, 0, None
    frame: tuple[int, int, bytes] | None = None
    for _ in range(_MOST_SEGMENTS):
        marker, place = _marker(data, place)
        if marker == _END:
            break
        if marker in _BARE:
            continue
        body = _body(data, place)
        place += 2 + len(body)
        if marker in _FRAMES:
            if frame is not None:
                raise Unfit("it holds two pictures in one")
            frame = _frame(body)
        elif marker in _OTHER_FRAMES:
            raise Unfit("it is packed in a way of JPEG that readers of PDF need not know")
        elif marker == _ADOBE and body[:5] == b"Adobe" and len(body) >= 12:
            adobe = body[11]
        elif marker == _SCAN:
            scans += 1
            found = _NEXT.search(data, place)
            if found is None:
                raise Unfit("it is cut off before its end")
            place = found.start()
    else:
        raise Unfit("it has more parts than a photograph has")
    if frame is None or not scans:
        raise Unfit("it holds no picture")
    width, height, letters = frame
    return Header(width, height, len(letters), adobe, letters)


def _marker(data: bytes, place: int) -> tuple[int, int]:
    """The marker that begins here, and where it ends."""
    if data[place : place + 1] != b"\xff":
        raise Unfit("its parts do not follow each other" if place < len(data) else "it is cut off before its end")
    while data[place : place + 1] == b"\xff":
        place += 1
    if place >= len(data):
        raise Unfit("it is cut off before its end")
    if data[place] in (0x00, _START):
        raise Unfit("its parts do not follow each other")
    return data[place], place + 1


def _body(data: bytes, place: int) -> bytes:
    length = int.from_bytes(data[place : place + 2], "big")
    if length < 2 or place + length > len(data):
        raise Unfit("it is cut off before its end")
    return data[place + 2 : place + length]


def _frame(body: bytes) -> tuple[int, int, bytes]:
    """Width, height, and the ids of the components."""
    if len(body) < 6 or len(body) != 6 + 3 * body[5]:
        raise Unfit("its size cannot be read")
    height, width, channels = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big"), body[5]
    if body[0] != 8:
        raise Unfit(f"its samples have {body[0]} bits, and those of a PDF have 8")
    if channels not in (1, 3, 4):
        raise Unfit(f"it has {channels} colours")
    if not width or not height:
        raise Unfit("it does not say its size")
    if width * height > LARGEST_PIXELS:
        raise Unfit(f"it has more than {LARGEST_PIXELS // 10**6} million pixels")
    return width, height, body[6::3]
