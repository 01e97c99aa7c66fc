"""Photographs in the report: byte for byte or pixel for pixel, upright, and words where there is no picture."""

import hashlib
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from report.pictures import JPEGS, ORIENTATIONS, OTHERS, UNPRINTABLE, by_digest, packed, photograph, slope, turned
from report.report_records import entry_of, inspection
from report.test_document import _text
from sampling import examples

from gpu_inspector.records.inspection import Inspection
from gpu_inspector.report import photographs
from gpu_inspector.report import pictures as printed
from gpu_inspector.report.document import draw
from gpu_inspector.report.jpeg import Unfit, header_of
from gpu_inspector.report.layout import Picture, Row, Sheet
from gpu_inspector.report.paint import Frame, paint
from gpu_inspector.report.pixels import LONGEST, pixels_of

_FILES = (*JPEGS, *OTHERS, *UNPRINTABLE)
PICTURES = by_digest(*_FILES)
_OPTIONS: dict[str, dict[str, int]] = {"JPEG": {"quality": 95}, "WEBP": {"lossless": 1}}


def _case() -> Inspection:
    record = inspection()
    shots = [photograph(data, orientation=turn) for data, turn in zip(JPEGS, ORIENTATIONS, strict=True)]
    shots += [photograph(data, caption="not a JPEG") for data in (*OTHERS, *UNPRINTABLE)]
    return replace(record, case=replace(record.case, photographs=tuple(shots)))


def _drawn(page: str = "a4") -> bytes:
    record = _case()
    return draw(record, entry_of(record), photographs=PICTURES, page="letter" if page == "letter" else "a4")


def _needs(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} reads the pictures here")


def test_every_jpeg_can_be_taken_out_with_its_digest(tmp_path: Path) -> None:
    _needs("pdfimages")
    path = tmp_path / "report.pdf"
    path.write_bytes(_drawn())
    subprocess.run(["pdfimages", "-all", path, tmp_path / "taken"], check=True, timeout=60)
    taken = {hashlib.sha256(file.read_bytes()).hexdigest() for file in tmp_path.glob("taken-*.jpg")}
    assert taken == set(by_digest(*JPEGS))


def test_nothing_is_stored_twice_and_what_is_no_picture_on_the_page_is_attached() -> None:
    shots = _case().case.photographs
    attached = photographs.attachments(shots, PICTURES)
    assert [one.data for one in attached] == [*OTHERS, *UNPRINTABLE]
    assert [one.name for one in attached][:2] == ["photograph-13.png", "photograph-14.png"]
    assert {one.media_type for one in attached} == {"image/png", "image/webp", "image/tiff", "image/jpeg"}
    again = photographs.attachments((*shots, *shots), PICTURES)
    assert [one.name for one in again] == [one.name for one in attached]
    drawn = _drawn()
    assert all(drawn.count(data) == 1 for data in JPEGS)


def test_the_same_pictures_give_the_same_bytes() -> None:
    assert _drawn() == _drawn()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright(orientation: int, form: str, tmp_path: Path) -> None:
    _needs("pdftoppm")
    tags = Image.Exif()
    tags[0x0112] = orientation
    data = turned(orientation, form, exif=tags, **_OPTIONS.get(form, {}))
    one = printed.shown((photograph(data, orientation=orientation),), by_digest(data))[0]
    assert one.image is not None
    sheet = Sheet("a4")
    sheet.place([Row(128, (Picture(0, 0, 192, 128, one.image, one.orientation, "a slope"),))])
    path = tmp_path / "one.pdf"
    path.write_bytes(paint(sheet, _FRAME))
    subprocess.run(["pdftoppm", "-r", "72", "-singlefile", "-png", path, tmp_path / "one"], check=True, timeout=60)
    page = Image.open(tmp_path / "one.png").convert("RGB")
    left, top = 43, 43 + 20
    seen = np.asarray(page.crop((left, top, left + 192, top + 128)).resize((96, 64), Image.Resampling.BOX), dtype=int)
    wanted = np.asarray(slope(), dtype=int)
    assert np.abs(seen - wanted)[4:-4, 4:-4].mean() < 8


def test_a_picture_fits_its_page_and_two_stand_on_one() -> None:
    shots = (photograph(JPEGS[0], caption="one"), photograph(JPEGS[1], caption="two", orientation=2))
    record = inspection()
    record = replace(record, case=replace(record.case, photographs=shots))
    for paper, high in (("a4", 841.89), ("letter", 792.0)):
        with pikepdf.open(BytesIO(draw(record, entry_of(record), page=paper, photographs=PICTURES))) as opened:  # type: ignore[arg-type]
            with_pictures = [page for page in opened.pages if "/XObject" in page.Resources]
            assert len(with_pictures) == 1
            assert len(with_pictures[0].Resources.XObject) == 2
            assert float(with_pictures[0].MediaBox[3]) == pytest.approx(high)


def test_words_stand_where_there_is_no_picture(tmp_path: Path) -> None:
    record = _case()
    other = bytes([*JPEGS[0][:-1], 0xD8])
    absent = photograph(b"gone")
    big = replace(photograph(JPEGS[0]), sha256="ab" * 32, size_bytes=printed.MOST_BYTES)
    record = replace(record, case=replace(record.case, photographs=(absent, photograph(JPEGS[2]), big)))
    wrong = {absent.sha256: other, photograph(JPEGS[2]).sha256: other, big.sha256: JPEGS[0]}
    words = _text(draw(record, entry_of(record), photographs=wrong), tmp_path)
    assert words.count("The picture was not at hand when the report was made; its digest stands here.") == 2
    assert words.count("are too large together: this one is left out") == 1
    words = _text(_drawn(), tmp_path)
    assert "The picture cannot be printed: it is cut off before its end. The file is attached." in words
    assert "its pixels are packed in a way that not every machine unpacks alike" in words
    assert "it is damaged, and cannot be read to its end" in words


def test_pictures_that_the_record_does_not_name_are_not_used() -> None:
    record = inspection()
    plain = draw(record, entry_of(record))
    assert draw(record, entry_of(record), photographs=PICTURES) == plain


def test_a_report_has_room_for_so_many_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printed, "MOST_SAMPLES", 2 * 96 * 64 * 3)
    shots = [photograph(file) for file in OTHERS[:3]] + [photograph(JPEGS[0])]
    found = printed.shown((*shots[:1], *shots), PICTURES)
    assert [one.image is not None for one in found] == [True, True, False, False, True]
    assert "fill the room" in found[2].words
    monkeypatch.setattr(printed, "MOST_UNPACKED", 96 * 64)
    assert "too many pixels already" in printed.shown(shots, PICTURES)[1].words


def test_a_caption_is_read_aloud_as_it_was_written() -> None:
    caption = "a) >> /S /JavaScript (b \\ é € {"
    record = inspection()
    shots = (photograph(JPEGS[0], caption=caption),)
    record = replace(record, case=replace(record.case, photographs=shots))
    with pikepdf.open(BytesIO(draw(record, entry_of(record), photographs=PICTURES))) as opened:
        said = [str(one.Alt) for one in opened.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one]
    assert said == [f"Photograph: label of the card. {caption}"]


def test_only_sixty_stand_on_paper(tmp_path: Path) -> None:
    record = inspection()
    shots = tuple(photograph(JPEGS[0], caption=f"number {number}") for number in range(63))
    record = replace(record, case=replace(record.case, photographs=shots))
    words = _text(draw(record, entry_of(record), photographs=PICTURES), tmp_path)
    assert "Photograph 60 of 63" in words and "Photograph 61 of 63" not in words
    assert "3 more photographs stand in the attached record." in words


@settings(max_examples=examples(60), deadline=None)
@given(st.sampled_from(_FILES), st.data())
def test_no_file_breaks_the_page(file: bytes, data: st.DataObject) -> None:
    changed = bytearray(file)
    for _ in range(data.draw(st.integers(1, 6))):
        changed[data.draw(st.integers(0, min(len(changed) - 1, 300)))] = data.draw(st.integers(0, 255))
    changed = changed[: data.draw(st.integers(0, len(changed)))]
    shot = photograph(bytes(changed), orientation=data.draw(st.integers(-3, 12)))
    (one,) = printed.shown((shot,), by_digest(bytes(changed)))
    assert (one.image is None) == bool(one.words)
    for attached in photographs.attachments((shot,), by_digest(bytes(changed))):
        assert attached.data == bytes(changed)


def _sized(width: int, height: int) -> bytes:
    """A JPEG whose header lies."""
    file = bytearray(JPEGS[0])
    place = file.index(b"\xff\xc0")
    file[place + 5 : place + 9] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(file)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        pytest.param(_sized(65_000, 65_000), "more than 80 million pixels", id="bomb"),
        pytest.param(_sized(0, 10), "does not say its size", id="no size"),
        pytest.param(JPEGS[0].replace(b"\xff\xc0", b"\xff\xc9", 1), "need not know", id="arithmetic"),
        pytest.param(JPEGS[0][:-2], "cut off", id="no end"),
        pytest.param(JPEGS[0][:2] + JPEGS[0][-2:], "holds no picture", id="nothing in it"),
        pytest.param(b"\xff\xd8\xff\xfe\x00\x01", "cut off", id="length of one"),
        pytest.param(b"\xff\xd8\xff\xfe\xff\xff", "cut off", id="length beyond the end"),
        pytest.param(b"\xff\xd8\xff" + b"\xfe\x00\x02\xff" * 30_000, "more parts", id="endless parts"),
        pytest.param(b"\xff\xd8" + b"\xff" * 100_000, "cut off", id="only filling"),
    ],
)
def test_a_lying_jpeg_is_refused_in_words(file: bytes, words: str) -> None:
    with pytest.raises(Unfit, match=words):
        header_of(file)


def test_what_stands_behind_a_jpeg_stays_with_it() -> None:
    header = header_of(JPEGS[0] + b"a film of three seconds")
    assert (header.width, header.height, header.channels) == (96, 64, 3)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF"])
def test_a_bomb_is_not_unpacked(form: str) -> None:
    file = packed(Image.new("1" if form != "WEBP" else "RGB", (4000, 3000)), form)
    with pytest.raises(Unfit, match="pixels"):
        pixels_of(file, form, most=1_000_000)


@settings(max_examples=examples(30), deadline=None)
@given(st.integers(1, 5), st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_scaling_down_is_the_rounded_mean_of_squares(factor: int, rest: int, seed: int) -> None:
    wide, high = LONGEST * (factor - 1) + rest, 7
    values = np.random.default_rng(seed).integers(0, 256, (high, wide), dtype=np.uint8)
    found = pixels_of(packed(Image.fromarray(values), "PNG"), "PNG")
    step = -(-wide // LONGEST)
    assert (found.width, found.height) == (-(-wide // step), -(-high // step))
    assert found.channels == 1
    for row in range(found.height):
        for column in {0, found.width // 2, found.width - 1}:
            square = values[row * step : (row + 1) * step, column * step : (column + 1) * step].astype(int)
            mean = (2 * int(square.sum()) + square.size) // (2 * square.size)
            assert found.data[row * found.width + column] == mean


def test_sixteen_bits_palettes_and_transparency_become_what_they_look_like() -> None:
    deep = Image.fromarray(np.array([[0, 255, 256, 65535]], np.uint16))
    assert pixels_of(packed(deep, "PNG"), "PNG").data == bytes([0, 0, 1, 255])
    clear = Image.new("RGBA", (1, 1), (0, 0, 0, 128))
    assert pixels_of(packed(clear, "PNG"), "PNG").data == bytes([127])
    key = packed(Image.new("L", (1, 1), 9), "PNG", transparency=9)
    assert pixels_of(key, "PNG").data == bytes([255])
    palette = slope("P")
    assert pixels_of(packed(palette, "PNG"), "PNG").data == palette.convert("RGB").tobytes()


_FRAME = Frame(
    title="t",
    subject="s",
    author="a",
    made_at=inspection().made_at,
    identifier="0" * 32,
    head_left="",
    head_right="",
    foot="",
)


def test_a_webp_that_is_packed_with_loss_is_attached_and_not_shown() -> None:
    """How its colours are made of brightness and hue no standard says: another machine's pixels would accuse us."""
    out = BytesIO()
    Image.effect_noise((64, 48), 60).convert("RGB").save(out, "WEBP", quality=80)
    with pytest.raises(Unfit, match="alike"):
        pixels_of(out.getvalue(), "WEBP")
