"""Photographs: kept byte for byte but for what could tell a place; limits; any bytes are a picture or a sentence."""

import hashlib
import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin
from sampling import examples

from gpu_inspector.errors import PhotographError
from gpu_inspector.records.appearance import Sure
from gpu_inspector.workflow import photographs
from gpu_inspector.workflow.photographs import ENDINGS, path_of, take

KINDS = tuple(ENDINGS)
TAKEN_AT = "2026:11:24 09:59:58"
_SECRETS = (b"50.938", b"GPSLatitude", b"Cologne")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GPU_INSPECTOR_HOME", str(tmp_path))
    return tmp_path


def _pixels(mode: str = "RGB") -> Image.Image:
    across = np.add.outer(np.arange(60), np.arange(90)).astype(np.uint8)
    return Image.fromarray(np.dstack([across, across * 2, across * 3])).convert(mode)


def _exif(*, place: bool = True, orientation: int = 6) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Maker"
    exif[0x8769] = {0x9003: TAKEN_AT, 0x9011: "+01:00"} | ({0x927C: b"50.938 Cologne " * 9} if place else {})
    if place:
        exif[0x010E] = "seen in Cologne"
        exif[0x8825] = {1: "N", 2: (50.0, 56.0, 17.0), 3: "E", 4: (6.0, 57.0, 25.0), 29: "2026:11:24"}
    return exif


def _saved(kind: str, *, place: bool = True, orientation: int = 6, **options: Any) -> bytes:
    out = io.BytesIO()
    if kind == "TIFF":
        tags: dict[int, Any] = {0x0112: orientation, 0x0132: TAKEN_AT}
        if place:
            tags |= {0x010E: "seen in Cologne", 700: b"<x:xmpmeta GPSLatitude='50.938'/>"}
        _pixels().save(out, "TIFF", tiffinfo=tags, **options)
        return out.getvalue()
    exif = _exif(place=place, orientation=orientation).tobytes()
    packet = b"<x:xmpmeta exif:GPSLatitude='50.938' photoshop:City='Cologne'/>"
    if kind == "PNG" and place:
        texts = PngImagePlugin.PngInfo()
        texts.add_itxt("XML:com.adobe.xmp", packet.decode(), zip=False)
        texts.add_text("Comment", "Cologne")
        options["pnginfo"] = texts
    elif place:
        options["xmp"] = packet
    _pixels().save(out, kind, exif=exif, **options)
    return out.getvalue()


def _kept(data: bytes, name: str = "a.jpg", *, keep_location: bool = False) -> bytes:
    path = path_of(take(data, name, keep_location=keep_location).photograph)
    assert path is not None
    return path.read_bytes()


def _seen(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as picture:
        return picture.convert("RGB").tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_the_place_is_cut_out_and_no_pixel_changes(kind: str) -> None:
    data = _saved(kind)
    assert any(secret in data for secret in _SECRETS)
    taken = take(data, "a")
    kept = _kept(data)
    assert taken.photograph.location_removed
    assert taken.photograph.original_sha256 == hashlib.sha256(data).hexdigest()
    assert taken.photograph.sha256 == hashlib.sha256(kept).hexdigest() != taken.photograph.original_sha256
    assert taken.photograph.size_bytes == len(kept)
    assert taken.photograph.taken_at.startswith(TAKEN_AT)
    assert _seen(kept) == _seen(data)
    for secret in _SECRETS:
        assert secret not in kept
        assert secret not in zlib.compress(kept)
    with Image.open(io.BytesIO(kept)) as picture:
        exif = picture.getexif()
        assert not exif.get_ifd(0x8825)
        assert 0x8825 not in exif
        assert not exif.get_ifd(1)
        assert 0x927C not in exif.get_ifd(0x8769)
        assert "xmp" not in picture.info


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_without_a_place_is_not_changed_again(kind: str) -> None:
    kept = _kept(_saved(kind))
    again = take(kept, "again").photograph
    assert not again.location_removed
    assert again.original_sha256 == ""
    assert again.sha256 == hashlib.sha256(kept).hexdigest()


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_that_tells_no_place_is_kept_byte_for_byte(kind: str) -> None:
    data = _saved(kind, place=False)
    assert _kept(data) == data
    assert not take(data, "a").photograph.location_removed


@pytest.mark.parametrize("kind", KINDS)
def test_the_place_stays_where_that_is_wished(kind: str) -> None:
    data = _saved(kind)
    assert _kept(data, keep_location=True) == data


def test_a_preview_with_its_own_place_is_cut_out() -> None:
    preview = _saved("JPEG")
    head = b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + struct.pack("<HHII", 0x0112, 3, 1, 6)
    start = len(head) + 4
    second = struct.pack("<H", 2) + struct.pack("<HHII", 0x0201, 4, 1, start + 30)
    second += struct.pack("<HHII", 0x0202, 4, 1, len(preview)) + struct.pack("<I", 0)
    block = b"Exif\0\0" + head + struct.pack("<I", start) + second + preview
    bare = _saved("JPEG", place=False)
    data = bare[:2] + b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block + bare[2:]
    kept = _kept(data)
    assert b"50.938" not in kept
    assert _seen(kept) == _seen(data)


@pytest.mark.parametrize(
    "more",
    [
        pytest.param(b"SEFT 50.938 Cologne film", id="a film behind the picture"),
        pytest.param(b"\0" * 5000 + b"50.938", id="far behind it"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_what_lies_behind_the_picture_goes_as_well(kind: str, more: bytes) -> None:
    data = _saved(kind, place=False) + more * 60
    kept = _kept(data)
    assert b"50.938" not in kept
    assert _seen(kept) == _seen(data)


def test_a_place_that_was_only_unlinked_goes_as_well() -> None:
    exif = _exif(place=False).tobytes() + struct.pack("<6I", 50, 1, 56, 1, 17, 1) * 5
    out = io.BytesIO()
    _pixels().save(out, "JPEG", exif=exif)
    assert struct.pack("<6I", 50, 1, 56, 1, 17, 1) not in _kept(out.getvalue())


@pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_blocks": 2}, {"quality": 100}], ids=str)
def test_every_way_to_write_a_jpeg_keeps_its_pixels(options: dict[str, Any]) -> None:
    data = _saved("JPEG", **options)
    assert _seen(_kept(data)) == _seen(data)


def test_colours_of_print_keep_their_marks() -> None:
    out = io.BytesIO()
    _pixels("CMYK").save(out, "JPEG", exif=_exif().tobytes(), icc_profile=b"profile" * 9)
    kept = _kept(out.getvalue())
    assert _seen(kept) == _seen(out.getvalue())
    assert b"profile" * 9 in kept
    assert b"Cologne" not in kept


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", KINDS)
def test_the_small_picture_stands_upright(kind: str, orientation: int) -> None:
    data = _saved(kind, orientation=orientation)
    taken = take(data, "a")
    assert taken.photograph.orientation == (1 if kind == "TIFF" else orientation)
    with Image.open(io.BytesIO(taken.thumbnail)) as small:
        assert small.size == ((60, 90) if orientation > 4 else (90, 60))
    assert photographs.thumbnail_of(taken.photograph) == taken.thumbnail


def test_a_file_is_taken_in_once_and_whole(home: Path) -> None:
    path = home / "Foto ä.png"
    path.write_bytes(_saved("PNG", place=False))
    one, other = photographs.take_file(path), photographs.take_file(path)
    assert one == other
    assert one.photograph.name == "Foto ä.png"
    assert [file.name for file in photographs.folder().iterdir()] == [f"{one.photograph.sha256}.png"]


def test_a_kept_file_that_was_damaged_is_mended_when_it_is_taken_again() -> None:
    data = _saved("PNG", place=False)
    path = path_of(take(data, "a").photograph)
    assert path is not None
    path.write_bytes(b"damaged")
    with pytest.raises(PhotographError, match="not in the folder"):
        photographs.thumbnail_of(take(_saved("PNG"), "b").photograph.__class__(sha256="0" * 64, name="x", size_bytes=1))
    take(data, "a")
    assert path.read_bytes() == data


# --- what is refused


def _bomb() -> bytes:
    head = struct.pack(">IIBBBBB", 20000, 20000, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big") for name, body in parts
    )


def _animated() -> bytes:
    out = io.BytesIO()
    _pixels().save(out, "PNG", save_all=True, append_images=[_pixels().rotate(90)])
    return out.getvalue()


def _webp_bomb() -> bytes:
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + b"\xfe\x3f\0" * 2
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"", "it is empty", id="empty"),
        pytest.param(b"%PDF-1.7", "no picture", id="pdf"),
        pytest.param(b"GIF89a" + b"\0" * 50, "no picture", id="gif"),
        pytest.param(b"\0\0\0\x18ftypheic" + b"\0" * 50, "HEIC", id="heic"),
        pytest.param(b"\xff\xd8\xff\xe0" + b"\0" * 500, "damaged", id="noise behind a head"),
        pytest.param(_bomb(), "million pixels", id="bomb"),
        pytest.param(_webp_bomb(), "million pixels", id="webp bomb"),
        pytest.param(_animated(), "several pictures", id="several pictures"),
        pytest.param(b"\xff\xd8\xff" + b"\0" * photographs.LARGEST, "larger than 64 MiB", id="too large"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(PhotographError, match=said) as caught:
        take(data, "a.jpg")
    assert caught.value.advice
    assert not photographs.folder().exists()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_that_is_cut_is_damaged(kind: str) -> None:
    data = _saved(kind)
    with pytest.raises(PhotographError, match="damaged"):
        take(data[: len(data) * 2 // 3], "a")


def test_what_is_no_file_is_a_sentence(home: Path) -> None:
    os.mkfifo(home / "pipe")
    for name in ("absent.jpg", "pipe", ""):
        with pytest.raises(PhotographError, match="cannot be read"):
            photographs.take_file(home / name)


def test_a_full_disk_is_a_sentence_and_leaves_no_half_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PhotographError, match="No space left"):
        take(_saved("JPEG"), "a")
    assert list(photographs.folder().iterdir()) == []


def _photograph_or_sentence(data: bytes) -> None:
    try:
        taken = take(data, "any")
    except PhotographError as error:
        assert str(error)
    else:
        path = path_of(taken.photograph)
        assert path is not None
        assert hashlib.sha256(path.read_bytes()).hexdigest() == taken.photograph.sha256


_LIMITS: Callable[[Any], Any] = hypothesis_settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_HEADS = (b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x40\0\0\0WEBPVP8 ", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08")


@given(head=st.sampled_from(_HEADS), data=st.binary(max_size=400))
@_LIMITS
def test_any_bytes_are_a_photograph_or_a_sentence(head: bytes, data: bytes) -> None:
    _photograph_or_sentence(head + data)


@given(kind=st.sampled_from(KINDS), changes=st.lists(st.tuples(st.integers(0, 1400), st.integers(0, 255)), max_size=6))
@_LIMITS
def test_a_picture_with_changed_bytes_is_a_photograph_or_a_sentence(kind: str, changes: list[tuple[int, int]]) -> None:
    data = bytearray(_saved(kind))
    for place, value in changes:
        data[place % len(data)] = value
    _photograph_or_sentence(bytes(data))


# --- codes


def test_codes_go_into_the_record_of_the_photograph_with_how_sure_they_are() -> None:
    bars = zxingcpp.create_barcode("0325219012345", zxingcpp.BarcodeFormat.Code128)
    photo = Image.new("L", (900, 400), 150)
    photo.paste(Image.fromarray(np.array(bars.to_image(scale=3))), (100, 100))
    out = io.BytesIO()
    photo.convert("RGB").save(out, "JPEG", quality=80)
    photograph = take(out.getvalue(), "label.jpg").photograph
    assert photograph.codes == ("Code 128: 0325219012345",)
    assert photograph.codes_sure == (Sure.CHECKSUM,)
