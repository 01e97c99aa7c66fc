"""Photographs of the case: taken in from anywhere, kept under their digest, with camera's time and way up.

A picture comes from strangers like any other file. It is opened with limits, read to its end before it is believed,
and kept as the bytes that were handed in, without what could tell where it was taken unless that is wished.
"""

import hashlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gpu_inspector import settings
from gpu_inspector.errors import PhotographError
from gpu_inspector.language import N_
from gpu_inspector.records.declaration import Case, Photograph
from gpu_inspector.records.label_codes import spoken
from gpu_inspector.records.pictures import BROKEN, LARGEST_PIXELS, kind_of, webp_pixels
from gpu_inspector.workflow import barcodes
from gpu_inspector.workflow.picture_parts import without_place
from gpu_inspector.workflow.whole_files import read_at_most, write_whole

if TYPE_CHECKING:
    from PIL import Image

LARGEST = 64 * 1024 * 1024
"""Bytes of one file."""
ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "TIFF": "tif"}
THUMBNAIL = 320
"""Pixels of its longer side."""
_LONGEST_NAME = 120
_ADVICE = N_("Hand in a JPEG, PNG, WebP or TIFF picture.")
_TURNS = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE", 6: "ROTATE_270"} | {
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
_EXPOSURE, _TAKEN, _OFFSET, _CHANGED, _ORIENTATION = 0x8769, 0x9003, 0x9011, 0x0132, 0x0112


@dataclass(frozen=True, slots=True)
class Taken:
    """A photograph as the record has it, and a small upright picture of it (PNG) for the screen."""

    photograph: Photograph
    thumbnail: bytes


def folder() -> Path:
    """Where the pictures lie, each under its digest."""
    return settings.data_folder() / "photographs"


def path_of(photograph: Photograph) -> Path | None:
    """Where the kept file is; None where it is not there any more."""
    return next((path for end in ENDINGS.values() if (path := folder() / f"{photograph.sha256}.{end}").is_file()), None)


def take_file(path: Path, *, keep_location: bool = False) -> Taken:
    """Take in a file. Raises PhotographError."""
    try:
        data = read_at_most(path, LARGEST)
    except OSError as error:
        raise PhotographError(
            f"{_short(path.name)} cannot be read ({error.strerror}).", "Choose another file."
        ) from error
    return take(data, path.name, keep_location=keep_location)


def texts_of_file(path: Path) -> tuple[str, ...]:
    """What the square codes on a picture say; nothing of the picture is kept. Raises PhotographError."""
    name = _short(path.name)
    try:
        data = read_at_most(path, LARGEST)
    except OSError as error:
        raise PhotographError(f"{name} cannot be read ({error.strerror}).", "Choose another file.") from error
    kind = kind_of(data)
    if len(data) > LARGEST or not kind:
        raise PhotographError(f"{name} is no picture that can be read{_foreign(data)}.", _ADVICE)
    try:
        return barcodes.texts(_open(data, kind, name))
    except BROKEN as error:
        raise PhotographError(f"{name} is damaged: the picture cannot be read to its end.", _ADVICE) from error


def take(data: bytes, name: str, *, keep_location: bool = False) -> Taken:
    """Take in a picture's bytes and keep them. `name` is what the file was called. Raises PhotographError."""
    name = _short(name)
    if len(data) > LARGEST:
        raise PhotographError(f"{name} is larger than {LARGEST // 2**20} MiB.", "Save it in a smaller size.")
    kind = kind_of(data)
    if not kind:
        raise PhotographError(f"{name} is no picture that can be read{_foreign(data)}.", _ADVICE)
    try:
        return _taken(data, name, kind, keep_location)
    except BROKEN as error:
        raise PhotographError(f"{name} is damaged: the picture cannot be read to its end.", _ADVICE) from error


def kept_bytes(case: Case) -> dict[str, bytes]:
    """The case's pictures out of their folder, SHA-256 -> bytes. One that is gone, or was changed, is left out."""
    found: dict[str, bytes] = {}
    for photograph in case.photographs:
        path = path_of(photograph)
        try:
            data = read_at_most(path, LARGEST) if path is not None else b""
        except OSError:
            continue
        if hashlib.sha256(data).hexdigest() == photograph.sha256:
            found[photograph.sha256] = data
    return found


def thumbnail_of(photograph: Photograph) -> bytes:
    """The small picture of one that is kept, as PNG. Raises PhotographError where it is gone or was changed."""
    path = path_of(photograph)
    try:
        data = read_at_most(path, LARGEST) if path is not None else b""
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != photograph.sha256:
        raise PhotographError(
            f"The picture {photograph.name} is not in the folder {folder()} any more, or was changed there.",
            "Add the photograph again.",
        )
    try:
        return _thumbnail(_open(data, kind_of(data), photograph.name), photograph.orientation, kind_of(data))
    except BROKEN as error:
        raise PhotographError(f"The picture {photograph.name} cannot be shown.", _ADVICE) from error


def _taken(data: bytes, name: str, kind: str, keep_location: bool) -> Taken:
    original = hashlib.sha256(data).hexdigest()
    picture = _open(data, kind, name)
    codes = barcodes.read(picture)
    taken_at, _orientation = _told(data, kind)
    kept = data if keep_location else without_place(data, kind)
    if kept != data:
        picture = _open(kept, kind, name)
    _taken_at, orientation = _told(kept, kind)
    small = _thumbnail(picture, orientation, kind)
    digest = hashlib.sha256(kept).hexdigest()
    _keep(folder() / f"{digest}.{ENDINGS[kind]}", kept, name)
    photograph = Photograph(
        sha256=digest,
        name=name,
        size_bytes=len(kept),
        taken_at=taken_at,
        orientation=orientation,
        location_removed=kept != data,
        original_sha256=original if kept != data else "",
        codes=tuple(spoken(code) for code in codes),
        codes_sure=tuple(code.sure for code in codes),
    )
    return Taken(photograph, small)


def _open(data: bytes, kind: str, name: str) -> "Image.Image":
    """The picture, decoded to its end. Raises PhotographError for one that is too large, and any of BROKEN."""
    import warnings

    from PIL import Image

    # The limit below is asked of every picture; Pillow's own would be printed among the words for people.
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    if kind == "WEBP" and webp_pixels(data) > LARGEST_PIXELS:  # Pillow would make room for it before it tells
        raise _too_many(name)
    try:
        picture = Image.open(BytesIO(data), formats=(kind,))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many(name) from error
    if picture.width * picture.height > LARGEST_PIXELS:
        raise _too_many(name)
    if kind != "JPEG" and getattr(picture, "n_frames", 1) > 1:  # a JPEG's further pictures are previews of it
        raise PhotographError(f"{name} holds several pictures.", "Save each as a file of its own.")
    picture.load()
    return picture


def _too_many(name: str) -> PhotographError:
    return PhotographError(
        N_(f"{name} has more than {LARGEST_PIXELS // 10**6} million pixels."), N_("Save it in a smaller size.")
    )


def _told(data: bytes, kind: str) -> tuple[str, int]:
    """When it was taken, as the camera wrote it, and which way up it is. Fields that are damaged are none."""
    from PIL import Image

    try:
        fields = Image.open(BytesIO(data), formats=(kind,)).getexif()
        camera = fields.get_ifd(_EXPOSURE)
        moment = _words(camera.get(_TAKEN)) or _words(fields.get(_CHANGED))
        offset = _words(camera.get(_OFFSET))
        turn = fields.get(_ORIENTATION)
    except BROKEN:
        return "", 1
    whole = f"{moment} {offset}".strip() if moment else ""
    return whole, turn if isinstance(turn, int) and 1 <= turn <= 8 else 1


def _words(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    return "".join(one for one in value if one.isascii() and one.isprintable()).strip()[:40]


def _thumbnail(picture: "Image.Image", orientation: int, kind: str) -> bytes:
    from PIL import Image

    small = picture.convert("RGB")
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    if orientation in _TURNS and kind != "TIFF":  # Pillow turns those itself
        small = small.transpose(Image.Transpose[_TURNS[orientation]])
    out = BytesIO()
    small.save(out, format="PNG")
    return out.getvalue()


def _keep(path: Path, data: bytes, name: str) -> None:
    try:
        if not path.is_file() or path.read_bytes() != data:
            write_whole(path, data)
    except OSError as error:
        raise PhotographError(
            f"{name} cannot be kept in {path.parent} ({error.strerror}).",
            "Free some space, or mend the folder's rights.",
        ) from error


def _foreign(data: bytes) -> str:
    if data[4:8] == b"ftyp":
        return N_(" (HEIC, AVIF or a film)")
    return "" if data else N_(", it is empty")


def _short(name: str) -> str:
    """A name that any record can hold."""
    whole = name.encode("utf-8", "replace").decode("utf-8")
    return whole if len(whole) <= _LONGEST_NAME else f"…{whole[-_LONGEST_NAME:]}"
