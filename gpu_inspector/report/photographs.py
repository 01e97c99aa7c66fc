"""The case's photographs on their way into the signed file and out of it again.

A JPEG is stored once, byte for byte, as the picture on the page; of any other file the pixels stand on the page and
the file itself is attached. So everybody who has the report has every photograph, under the digest that the record
names, and can draw the pages again: `shown_in` takes from a signed file what drawing and `attachments` were given.
"""

import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic  # noqa: TID251
from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: TID251

from gpu_inspector.records.declaration import Photograph
from gpu_inspector.records.pictures import kind_of
from gpu_inspector.report.pictures import Pictures, at_hand, counted, stands_itself
from gpu_inspector.report.signature import Attachment

DESCRIPTION = "A photograph of the case, as it was kept; its digest stands in the record"
RELATIONSHIP = "/Supplement"
_TYPES = {
    "JPEG": ("jpg", "image/jpeg"),
    "PNG": ("png", "image/png"),
    "WEBP": ("webp", "image/webp"),
    "TIFF": ("tif", "image/tiff"),
}
_NAME = re.compile(r"photograph-\d{2}\.[a-z]{3,4}")
_MOST_PICTURES = 1000
"""Pictures that are looked at in a file."""


def attachments(photographs: Sequence[Photograph], pictures: Mapping[str, bytes]) -> tuple[Attachment, ...]:
    """The files that go into the report beside its pages: those whose own bytes are no picture on a page.

    Each is named by the number of the first photograph that it is.
    """
    found: dict[str, Attachment] = {}
    for number, (photograph, fits) in enumerate(counted(photographs), 1):
        data = at_hand(photograph, pictures) if fits else None
        if data is None or photograph.sha256 in found or stands_itself(photograph.sha256, data, pictures):
            continue
        ending, media_type = _TYPES[kind_of(data)]
        found[photograph.sha256] = Attachment(
            name=f"photograph-{number:02}.{ending}",
            data=data,
            description=DESCRIPTION,
            media_type=media_type,
            relationship=RELATIONSHIP,
        )
    return tuple(found.values())


def shown_in(signed: bytes | PdfFileReader) -> Pictures:
    """The photographs that a signed file holds, on its pages and attached: SHA-256 -> bytes.

    Raises whatever pyHanko raises on a damaged file; the caller stands behind the wall.
    """
    reader = PdfFileReader(BytesIO(signed), strict=True) if isinstance(signed, bytes) else signed
    found = Pictures()
    for stream in _streams(reader):
        found.take(bytes(stream.encoded_data))
    names = _inside(reader.root, "/Names", "/EmbeddedFiles", "/Names") or []
    for index in range(0, min(len(names), 2 * _MOST_PICTURES) - 1, 2):
        if is_name(str(names[index])):
            found.take(bytes(names[index + 1]["/EF"]["/F"].data))
    return found


def is_name(name: str) -> bool:
    """Whether an attachment of this name is a photograph."""
    return _NAME.fullmatch(name) is not None


def _inside(held: Any, *keys: str) -> Any:
    """What lies at the end of these keys; None where one of them is missing."""
    for key in keys:
        if not isinstance(held, generic.DictionaryObject) or key not in held:
            return None
        held = held[key]
    return held


def _streams(reader: PdfFileReader) -> list[Any]:
    """The JPEG streams of all pages, each once."""
    kids = reader.root["/Pages"]["/Kids"]
    seen: set[int] = set()
    found: list[Any] = []
    for index in range(len(kids)):
        pictures = _inside(kids[index], "/Resources", "/XObject")
        for name in pictures or ():
            pointer = pictures.raw_get(name)
            if not isinstance(pointer, generic.IndirectObject) or pointer.idnum in seen:
                continue
            seen.add(pointer.idnum)
            stream = pictures[name]
            if isinstance(stream, generic.StreamObject) and stream.get("/Filter") == "/DCTDecode":
                found.append(stream)
            if len(seen) >= _MOST_PICTURES:
                return found
    return found
