"""A picture without whatever tells where it was taken: its parts are copied or left out, its pixels never touched.

A place hides in more than the GPS field: in maker's notes, captions, XMP and IPTC packets, embedded previews with
their own fields, a film behind the picture. So nothing is searched for. Each part that a picture needs to look as it
does is copied, and each that is not known to be harmless is left out. Of its fields those of FIELDS stay.
"""

import struct
from collections.abc import Iterator
from io import BytesIO
from typing import Any

FIELDS = {
    0x010F: "maker",
    0x0110: "model",
    0x0112: "orientation",
    0x011A: "x resolution",
    0x011B: "y resolution",
    0x0128: "resolution unit",
    0x0132: "time",
    0x0213: "YCbCr positioning",
}
"""Fields of the picture that stay."""
CAMERA_FIELDS = frozenset(
    {
        0x829A,  # exposure time
        0x829D,  # aperture
        0x8822,  # program
        0x8827,  # sensitivity
        0x9000,  # version
        0x9003,  # taken at
        0x9004,  # digitised at
        *(0x9010, 0x9011, 0x9012),  # their offsets from UTC
        *(0x9290, 0x9291, 0x9292),  # their fractions of a second
        *(0x9101, 0x9201, 0x9202, 0x9203, 0x9204, 0x9205, 0x9206, 0x9207, 0x9208, 0x9209, 0x920A),
        *(0xA000, 0xA001, 0xA002, 0xA003, 0xA402, 0xA403, 0xA404, 0xA405, 0xA406),
    }
)
"""Fields of the exposure that stay."""
_EXPOSURE = 0x8769
_INTEROPERABILITY = 0xA005
_TIFF_PICTURE = frozenset(
    {254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281, 282, 283, 284}
    | {290, 291, 292, 293, 296, 297, 301, 305, 306, 317, 318, 319, 320, 321, 322, 323, 324, 325, 332, 338, 339}
    | {340, 341, 347, 529, 530, 531, 532, 271, 272, 34675}
)
"""Fields that a TIFF's pixels need, and its maker, model, program, time and colour profile."""
_PNG_PICTURE = frozenset(b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB bKGD pHYs hIST tIME cICP".split())
_WEBP_PICTURE = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP"))
_JPEG_EXTRAS = frozenset(((0xE2, b"ICC_P"), (0xEE, b"Adobe")))
"""Parts of a JPEG file that its colours need."""
_STANDALONE = frozenset((0x01, *range(0xD0, 0xD8)))
"""Markers of a JPEG file without a length."""


class NoPicture(ValueError):
    """The bytes do not have the form that their beginning promises."""


def without_place(data: bytes, kind: str) -> bytes:
    """The same bytes where nothing in them could tell a place, else a copy without what could.

    `kind` is "JPEG", "PNG", "WEBP" or "TIFF". Raises NoPicture, struct.error, IndexError and what Pillow raises.
    """
    return {"JPEG": _jpeg, "PNG": _png, "WEBP": _webp, "TIFF": _tiff}[kind](data)


def _fields(tiff: bytes) -> bytes:
    """The fields of an Exif block that stay; the same bytes where all do, b"" where none does."""
    from PIL import Image

    found = Image.Exif()
    found.load(b"Exif\0\0" + tiff)
    camera, interoperability = found.get_ifd(_EXPOSURE), found.get_ifd(_INTEROPERABILITY)
    kept = Image.Exif()
    for tag in FIELDS:
        if tag in found and _simple(found[tag]):
            kept[tag] = found[tag]
    inner = {tag: value for tag, value in camera.items() if tag in CAMERA_FIELDS and _simple(value)}
    if inner:
        kept[_EXPOSURE] = inner
    strange = set(found) - set(FIELDS) - {_EXPOSURE}
    strange |= set(camera) - CAMERA_FIELDS - {_INTEROPERABILITY}
    strange |= set(interoperability) - _INTEROPERABLE
    made = kept.tobytes().removeprefix(b"Exif\0\0") if len(kept) else b""
    if not strange and len(tiff) <= len(made) + _SLACK and not _has_preview(tiff):
        return tiff
    return made


_INTEROPERABLE = frozenset((0x0001, 0x0002, 0x1000, 0x1001, 0x1002))
_SLACK = 80
"""Bytes that a camera's way to write the fields may need more than ours; too few to hold a place that is unlinked."""


def _has_preview(tiff: bytes) -> bool:
    """Whether the first directory names a second one, which is a preview's."""
    order = "<" if tiff.startswith(b"II") else ">"
    start = struct.unpack_from(f"{order}I", tiff, 4)[0]
    follows = start + 2 + 12 * struct.unpack_from(f"{order}H", tiff, start)[0]
    return bool(struct.unpack_from(f"{order}I", tiff, follows)[0])


def _simple(value: Any) -> bool:
    """A number, or a short text or row of numbers."""
    return not isinstance(value, str | bytes | tuple) or len(value) <= 64


# --- JPEG


def _jpeg(data: bytes) -> bytes:
    kept = [data[:2]]
    for marker, part in _segments(data):
        if marker == 0xE1 and part[4:10] == b"Exif\0\0":
            fields = _fields(part[10:])
            if fields:
                kept.append(b"\xff\xe1" + (len(fields) + 8).to_bytes(2, "big") + b"Exif\0\0" + fields)
        elif marker == 0xE0 and part[4:9] == b"JFIF\0":
            kept.append(b"\xff\xe0\x00\x10" + part[4:16] + b"\0\0")
        elif (marker, part[4:9]) in _JPEG_EXTRAS or not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            kept.append(part)
    return b"".join(kept)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(marker, all its bytes) up to the end of the first picture; a scan goes with what it holds."""
    place = 2
    while True:
        if data[place] != 0xFF:
            raise NoPicture("a marker is missing")
        while data[place + 1] == 0xFF:
            place += 1
        marker = data[place + 1]
        if marker == 0xD9:
            yield marker, data[place : place + 2]
            return
        end = place + 2
        if marker not in _STANDALONE:
            length = int.from_bytes(data[place + 2 : place + 4], "big")
            if length < 2 or place + 2 + length > len(data):
                raise NoPicture("a part has no end")
            end = place + 2 + length
        if marker == 0xDA:
            end = _end_of_scan(data, end)
        yield marker, data[place:end]
        place = end


def _end_of_scan(data: bytes, place: int) -> int:
    while True:
        place = data.find(b"\xff", place)
        if place < 0 or place + 1 >= len(data):
            raise NoPicture("the picture has no end")
        follows = data[place + 1]
        if follows not in (0x00, 0xFF) and not 0xD0 <= follows <= 0xD7:
            return place
        place += 1 if follows == 0xFF else 2


# --- PNG


def _png(data: bytes) -> bytes:
    import zlib

    kept = [data[:8]]
    place = 8
    name = b""
    while name != b"IEND":
        length = int.from_bytes(data[place : place + 4], "big")
        name, end = data[place + 4 : place + 8], place + 12 + length
        if end > len(data):
            raise NoPicture("a part has no end")
        if name == b"eXIf":
            fields = _fields(data[place + 8 : end - 4])
            if fields:
                check = zlib.crc32(name + fields)
                kept.append(len(fields).to_bytes(4, "big") + name + fields + check.to_bytes(4, "big"))
        elif name in _PNG_PICTURE:
            kept.append(data[place:end])
        place = end
    return b"".join(kept)


# --- WebP


def _webp(data: bytes) -> bytes:
    kept: list[tuple[bytes, bytes]] = []
    place, whole = 12, int.from_bytes(data[4:8], "little") + 8
    while place + 8 <= min(whole, len(data)):
        name, length = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        part = data[place + 8 : place + 8 + length]
        if len(part) < length:
            raise NoPicture("a part has no end")
        if name == b"EXIF":
            fields = _fields(part.removeprefix(b"Exif\0\0"))
            if fields:
                kept.append((name, part if part.removeprefix(b"Exif\0\0") == fields else fields))
        elif name in _WEBP_PICTURE:
            kept.append((name, part))
        place += 8 + length + length % 2
    told = any(name == b"EXIF" for name, _part in kept)
    body = b"WEBP"
    for name, part in kept:
        if name == b"VP8X":  # its first byte says what follows: fields (8), XMP (4)
            part = bytes([part[0] & ~0x0C | (0x08 if told else 0)]) + part[1:]
        body += name + len(part).to_bytes(4, "little") + part + b"\0" * (len(part) % 2)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


# --- TIFF


def _tiff(data: bytes) -> bytes:
    """Its pixels lie anywhere in the file, so a copy is written anew, without loss: the same pixels, upright."""
    from PIL import Image, TiffImagePlugin

    with Image.open(BytesIO(data), formats=("TIFF",)) as picture:
        assert isinstance(picture, TiffImagePlugin.TiffImageFile)
        held: dict[int, Any] = dict(picture.tag_v2)
        pixels = sum(sum(_row(held.get(tag))) for tag in (279, 325)) + len(held.get(34675, b""))
        if set(held) <= _TIFF_PICTURE and len(data) - pixels <= _TIFF_SLACK:
            return data
        picture.load()
        kept = TiffImagePlugin.ImageFileDirectory_v2()
        for tag in (*_TIFF_TOLD, 305):
            if tag in held and _simple(held[tag]):
                kept[tag] = held[tag]
        out = BytesIO()
        profile = picture.info.get("icc_profile")
        bare = picture.copy()
        bare.info = {}
        bare.save(out, format="TIFF", compression="tiff_lzw", tiffinfo=kept, icc_profile=profile)
        return out.getvalue()


_TIFF_TOLD = (0x010F, 0x0110, 0x0132)
_TIFF_SLACK = 1024
"""Bytes of a directory; more of them lie where no field points to."""


def _row(value: Any) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, tuple) else () if value is None else (int(value),)
