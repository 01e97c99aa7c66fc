"""Which photographs stand on the report's pages, as what, and in which words where none can.

A JPEG is the picture on the page byte for byte; of any other file the pixels stand there. What has room is told by the
record and the files alone, so that whoever draws the pages again finds the same.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from gpu_inspector.records.declaration import Photograph
from gpu_inspector.records.pictures import LARGEST_PIXELS, kind_of
from gpu_inspector.report.jpeg import Header, Unfit, header_of
from gpu_inspector.report.layout import Image
from gpu_inspector.report.pixels import pixels_of, size_of

NOTHING: Mapping[str, bytes] = MappingProxyType({})
LISTED = 60
"""Photographs on paper; the attached record names all."""
MOST_BYTES = 112 * 1024 * 1024
"""Of all photographs of one report together, as the record counts them; those behind stay on the inspector's machine.
A signed report must stay below what `examine` looks at."""
MOST_UNPACKED = 4 * LARGEST_PIXELS
"""Pixels of all the files that are not JPEG: an unpacked one costs time whenever the report is checked."""
ABSENT = "The picture was not at hand when the report was made; its digest stands here."
TOO_MUCH = "The photographs of this report are too large together: this one is left out; its digest stands here."
MOST_SAMPLES = 128 * 1024 * 1024
"""Bytes of all the pixels that stand unpacked on the pages: at least sixteen pictures of the largest size."""


class Pictures(dict[str, bytes]):
    """SHA-256 -> bytes, each put in under the digest that it has: it need not be asked for again."""

    def __init__(self) -> None:
        super().__init__()
        self.headers: dict[str, Header | Unfit] = {}
        """What was found in those that begin as JPEG files do."""

    def take(self, data: bytes) -> None:
        self[hashlib.sha256(data).hexdigest()] = data


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands on paper for one photograph: its image, or the words why there is none."""

    photograph: Photograph
    image: Image | None = None
    words: str = ""
    orientation: int = 1
    """How the image is to be turned. The reader of TIFF files has turned those itself."""


def shown(photographs: Sequence[Photograph], pictures: Mapping[str, bytes]) -> tuple[Shown, ...]:
    """The first LISTED photographs, each with its image where `pictures` (SHA-256 -> bytes) has it. Never raises.

    Bytes that do not have their digest, or the size that the record names, or are of no known kind, are not at hand.
    """
    found = []
    unpacked, samples = 0, 0
    for photograph, fits in counted(photographs):
        data = at_hand(photograph, pictures) if fits else None
        if data is None:
            found.append(Shown(photograph, words=ABSENT if fits else TOO_MUCH))
            continue
        try:
            kind = kind_of(data)
            turn = photograph.orientation if photograph.orientation in range(1, 9) else 1
            if kind != "JPEG":
                unpacked += size_of(data, kind)
                image = _unpacked(photograph.sha256, data, kind, MOST_UNPACKED - unpacked)
                samples += len(image.data)
                if samples > MOST_SAMPLES:
                    raise Unfit("the pictures before it fill the room that a report has for them")
                found.append(Shown(photograph, image, orientation=1 if kind == "TIFF" else turn))
            else:
                header = _header(photograph.sha256, data, pictures)
                found.append(Shown(photograph, _jpeg(photograph.sha256, data, header), orientation=turn))
        except Unfit as reason:
            found.append(Shown(photograph, words=f"The picture cannot be printed: {reason}. The file is attached."))
    return tuple(found)


def counted(photographs: Sequence[Photograph]) -> list[tuple[Photograph, bool]]:
    """Each photograph on paper, and whether there is room for it: by the record alone, so that all find the same."""
    found = []
    total = 0
    for photograph in photographs[:LISTED]:
        fits = 0 <= photograph.size_bytes <= MOST_BYTES - total
        total += photograph.size_bytes if fits else 0
        found.append((photograph, fits))
    return found


def at_hand(photograph: Photograph, pictures: Mapping[str, bytes]) -> bytes | None:
    data = pictures.get(photograph.sha256)
    if data is None or len(data) != photograph.size_bytes or not kind_of(data):
        return None
    if isinstance(pictures, Pictures):
        return data
    return data if hashlib.sha256(data).hexdigest() == photograph.sha256 else None


def stands_itself(digest: str, data: bytes, pictures: Mapping[str, bytes]) -> bool:
    """Whether the file's own bytes are the picture on the page."""
    try:
        return kind_of(data) == "JPEG" and bool(_header(digest, data, pictures))
    except Unfit:
        return False


def _header(digest: str, data: bytes, pictures: Mapping[str, bytes]) -> Header:
    """Looked for once: a photograph of many megabytes takes its time. Raises Unfit."""
    known = pictures.headers if isinstance(pictures, Pictures) else {}
    if digest not in known:
        try:
            known[digest] = header_of(data)
        except Unfit as reason:
            known[digest] = reason
    found = known[digest]
    if isinstance(found, Unfit):
        raise found
    return found


def _unpacked(digest: str, data: bytes, kind: str, left: int) -> Image:
    if left < 0:
        raise Unfit("the pictures before it have too many pixels already")
    pixels = pixels_of(data, kind)
    return Image(digest, pixels.width, pixels.height, pixels.channels, pixels.data)


def _jpeg(digest: str, data: bytes, header: Header) -> Image:
    """Readers guess colours where the file does not name them; here the guess of the common library is written down."""
    transform = 0 if header.channels == 3 and header.adobe is None and header.letters == b"RGB" else None
    inverted = header.channels == 4 and header.adobe is not None
    return Image(digest, header.width, header.height, header.channels, data, True, inverted, transform)
