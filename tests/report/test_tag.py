"""Tags on paper: read back by another program as they come off a printer and out of a warehouse; no verdict on them."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from random import Random

import pikepdf
import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter
from report.report_records import CONTRADICTED, FINDINGS, card_evidence, entry_of, inspection, judged, suspicious

from gpu_inspector.errors import ReportError
from gpu_inspector.records import tag_text, words
from gpu_inspector.records.declaration import Binding, Case
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Condition, Identity
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.report import tag_label, tag_sheet
from gpu_inspector.report.layout import Text
from gpu_inspector.workflow import tagging

DPI = 300
SINGLE = [name for name, sheet in tag_sheet.SIZES.items() if sheet.places == 1]
SHEETS = [name for name, sheet in tag_sheet.SIZES.items() if sheet.places > 1]
CASE = Case(number="HZA-K 2026/1147", binding=Binding(exhibit="EX 12-B/7"))
RECORD = inspection(case=CASE)
ENTRY = entry_of(RECORD)


def of(origin: Origin) -> Inspection:
    return replace(RECORD, evidence=replace(RECORD.evidence, origin=origin))


def pdf(record: Inspection = RECORD, *, size: str = "62x29", **wish: object) -> bytes:
    laid = tag_sheet.laid_out(record, ENTRY, [1], size=size, **wish)  # type: ignore[arg-type]
    return tag_sheet.draw(record, ENTRY, laid)


def pictures(tmp_path: Path, record: Inspection = RECORD, dpi: int = DPI, **wish: object) -> list[Image.Image]:
    """Each page as a printer of so many dots an inch would put it down."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm makes the page a picture here")
    path = tmp_path / "tag.pdf"
    path.write_bytes(pdf(record, **wish))  # type: ignore[arg-type]
    label = tag_sheet.SIZES[str(wish.get("size", "62x29"))].label
    # Of a sheet with one label, that label and what lies around it: a whole page takes long to draw.
    part = ["-W", str(int(label.width / 72 * dpi) + 60), "-H", str(int(label.height / 72 * dpi) + 150)]
    whole = part if "start" not in wish else []
    subprocess.run(["pdftoppm", "-r", str(dpi), *whole, "-gray", path, tmp_path / "page"], check=True)
    return [Image.open(one).convert("L") for one in sorted(tmp_path.glob("page*.pgm"))]


def said_by(picture: Image.Image) -> set[str]:
    return {one.text for one in zxingcpp.read_barcodes(picture)}


def lines_of(record: Inspection, size: str = "62x29", *, serial: bool = False, card: int = 1) -> list[str]:
    drawn = tag_label.drawn(tag_sheet.SIZES[size].label, record, ENTRY, card, serial=serial)
    return [mark.text for mark in drawn.marks if isinstance(mark, Text)]


@pytest.mark.parametrize("size", tag_sheet.SIZES)
@pytest.mark.parametrize("origin", [Origin.MACHINE, Origin.SIMULATION])
def test_another_program_reads_it(size: str, origin: Origin, tmp_path: Path) -> None:
    record = of(origin)
    (picture,) = pictures(tmp_path, record, size=size)
    assert said_by(picture) == {tag_text.said(ENTRY, record, 1)}


def test_the_coarsest_label_printer_of_black_and_white_dots(tmp_path: Path) -> None:
    """203 dots an inch, each black or white."""
    for origin in Origin:
        (picture,) = pictures(tmp_path, of(origin), dpi=203)
        assert said_by(picture.point(lambda grey: 255 * (grey > 127))) == {tag_text.said(ENTRY, of(origin), 1)}, origin


@pytest.mark.parametrize("angle", [3, 45, 181])
@pytest.mark.parametrize("size", ["62x29", "letter-sheet"])
def test_turned_and_out_of_focus(size: str, angle: int, tmp_path: Path) -> None:
    (picture,) = pictures(tmp_path, size=size)
    turned = picture.rotate(angle, expand=True, fillcolor=200, resample=Image.Resampling.BICUBIC)
    small = turned.resize((turned.width * 2 // 3, turned.height * 2 // 3), Image.Resampling.BOX)
    assert said_by(small.filter(ImageFilter.GaussianBlur(1.2))) == {tag_text.said(ENTRY, RECORD, 1)}


@pytest.mark.parametrize("seed", range(5))
def test_partly_dirty(seed: int, tmp_path: Path) -> None:
    """Spots of ink and of scraped paper over about a tenth of the code, and a crease; its three corners left whole."""
    (picture,) = pictures(tmp_path)
    random, draw = Random(seed), ImageDraw.Draw(picture)
    side = tag_sheet.SIZES["62x29"].label.code * DPI / 72
    for _spot in range(9):
        x, y = (random.uniform(0.36, 0.9) * side for _axis in "xy")
        radius = side * random.uniform(0.02, 0.045)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=random.choice((0, 255)))
    draw.line((side * 0.4, 0, side * 0.6, side), fill=255, width=4)
    assert said_by(picture) == {tag_text.said(ENTRY, RECORD, 1)}


def test_the_program_s_own_reader_finds_it_on_a_photograph(tmp_path: Path) -> None:
    """Small, askew and noisy on a grey table."""
    (picture,) = pictures(tmp_path)
    table = Image.effect_noise((1600, 1200), 40)
    table.paste(picture.rotate(12, expand=True, fillcolor=150).resize((640, 380)), (420, 300))
    from gpu_inspector.workflow import barcodes

    assert tag_text.said(ENTRY, RECORD, 1) in barcodes.texts(table.filter(ImageFilter.GaussianBlur(0.8)))


@pytest.mark.parametrize("size", tag_sheet.SIZES)
def test_what_a_person_reads(size: str) -> None:
    said = " ".join(lines_of(RECORD, size))
    for word in ("No. 17", "HZA-K 2026/1147", "EX 12-B/7", "Claims to be", "4090", "2026-11-24", "carries no verdict"):
        assert word in said, word


@pytest.mark.parametrize("identity", Identity)
@pytest.mark.parametrize("size", ["62x29", "100x62"])
def test_no_verdict_stands_on_it(identity: Identity, size: str) -> None:
    """Whatever the inspection came to, the tag is the same but for the digest."""
    card = judged(identity=identity, condition=Condition.FAULTY, control="3A090.a", findings=(*FINDINGS, CONTRADICTED))
    record = inspection(case=CASE, cards=(card,))
    assert lines_of(record, size) == lines_of(RECORD, size)
    said = " ".join(lines_of(record, size)).casefold()
    told = [word.casefold() for word in (*words.IDENTITIES.values(), *(one.value for one in Condition), "3A090")]
    assert not [word for word in (*told, "genuine", "suspicious", "deviation") if word in said]


def test_whose_word_the_name_is() -> None:
    starts = {origin: "".join(tag_label.CLAIMS[origin]).partition("{")[0] for origin in Origin}
    for origin in Origin:
        assert starts[origin].split()[0] in " ".join(lines_of(of(origin), "100x62"))
    assert "Only a file was judged" in " ".join(lines_of(suspicious()))


def test_serials_stand_there_only_where_it_is_asked_for() -> None:
    card = card_evidence()
    assert card.nvml is not None
    numbered = replace(card, nvml=replace(card.nvml, serial="1325219048811"))
    record = inspection(evidence_cards=(numbered,))
    assert not any("1325219048811" in line for line in lines_of(record, "100x62"))
    assert "Claims serial 1325219048811" in " ".join(lines_of(record, "100x62", serial=True))
    masked = replace(record, evidence=replace(record.evidence, masked=True))
    assert tag_label.SERIAL_UNKNOWN in lines_of(masked, "100x62", serial=True)
    assert tag_label.SERIAL_UNKNOWN in lines_of(RECORD, "100x62", serial=True)


@pytest.mark.parametrize("origin", [Origin.SIMULATION, Origin.SAMPLE])
@pytest.mark.parametrize("size", tag_sheet.SIZES)
def test_no_part_of_a_simulation_s_tag_is_without_the_word(origin: Origin, size: str, tmp_path: Path) -> None:
    record, word = of(origin), words.WATERMARKS[origin]
    assert word in lines_of(record, size), "the bar"
    path = tmp_path / "tag.pdf"
    path.write_bytes(pdf(record, size=size))
    with pikepdf.open(path) as file:
        operators = [str(one.operator) for one in pikepdf.parse_content_stream(file.pages[0])]
    assert "Tr" in operators, "the outline over the text"
    assert word.split()[0].upper() in tag_text.said(ENTRY, record, 1), "the code"


@pytest.mark.parametrize("size", SHEETS)
def test_a_sheet_begins_at_the_first_free_place_and_goes_on(size: str, tmp_path: Path) -> None:
    places = tag_sheet.SIZES[size].places
    pages = pictures(tmp_path, dpi=150, size=size, start=places - 1, copies=4)
    assert [len(zxingcpp.read_barcodes(page)) for page in pages] == [2, 2]
    first = pages[0].crop((0, 0, pages[0].width, pages[0].height // 2))
    assert first.getextrema() == (255, 255), "the places before it stay empty"


@pytest.mark.parametrize("size", tag_sheet.SIZES)
def test_labels_lie_on_the_paper_and_beside_each_other(size: str) -> None:
    sheet = tag_sheet.SIZES[size]
    right = sheet.left + (sheet.columns - 1) * sheet.across + sheet.label.width
    assert right <= sheet.paper[0] + 0.1
    assert sheet.top + sheet.rows * sheet.label.height <= sheet.paper[1] + 0.1
    assert sheet.columns == 1 or sheet.across >= sheet.label.width - 0.1


def test_the_names_that_the_command_line_knows_are_those_that_can_be_drawn() -> None:
    assert tuple(tag_sheet.SIZES) == tagging.SIZES
    assert {name: sheet.places for name, sheet in tag_sheet.SIZES.items()} == tagging.PLACES


def test_the_page_is_as_large_as_the_label_and_asks_not_to_be_scaled(tmp_path: Path) -> None:
    path = tmp_path / "tag.pdf"
    path.write_bytes(pdf(copies=3))
    with pikepdf.open(path) as file:
        assert len(file.pages) == 3
        assert [round(float(side) / tag_sheet.MM, 1) for side in file.pages[0].mediabox[2:]] == [62, 29]
        assert str(file.Root.ViewerPreferences.PrintScaling) == "/None"
        told = str(dict(file.docinfo.items()))
    assert "1147" not in told and "Größler" not in told


def test_the_same_tag_is_the_same_bytes() -> None:
    one, other = (pdf(size="57x32") for _ in range(2))
    assert one == other
    assert one != pdf(size="57x32", copies=2)


HOSTILE = {
    "endless": "W" * 100_000,
    "a word that no line holds": "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM",
    "turned around": "4090\u202e0904 \u2066x",
    "a template": "{product} {0} %s {{}}",
    "a verdict": "CONSISTENT - genuine, released",
    "combining": "e\u0301" * 300,
    "half a character": "\ud800",
    "lines": "a\nb\rc\u2028d",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("size", ["57x32", "letter-sheet"])
def test_foreign_text_stays_on_the_label_and_in_its_line(text: str, size: str) -> None:
    card = judged(text, product=text)
    record = inspection(cards=(card,), case=Case(number=text, binding=Binding(exhibit=text)), evidence_cards=())
    label = tag_sheet.SIZES[size].label
    drawn = tag_label.drawn(label, record, ENTRY, 1, serial=True)
    said = [mark for mark in drawn.marks if isinstance(mark, Text)]
    assert all(0 < mark.y <= label.height for mark in said)
    assert said[0].text.startswith("No. 17") and "verdict" in " ".join(mark.text for mark in said[-3:])
    assert all(mark.text.isprintable() for mark in said)
    assert "No. 17" in " ".join(lines_of(record, size))
    pdf(record, size=size)


def test_what_was_cut_says_so() -> None:
    record = inspection(case=Case(number="HZA " + "1234 " * 40))
    case = [line for line in lines_of(record) if "1234" in line]
    assert case[-1].endswith("…")


@pytest.mark.parametrize(
    "wish",
    [{"size": "1x1"}, {"start": 0}, {"start": 2}, {"copies": 0}, {"copies": tag_sheet.MOST + 1}, {"size": ""}],
    ids=lambda wish: "-".join(f"{name} {value}" for name, value in wish.items()),
)
def test_what_cannot_be_printed_is_a_sentence(wish: dict[str, object]) -> None:
    with pytest.raises(ReportError):
        pdf(RECORD, **wish)  # type: ignore[arg-type]


def test_an_inspection_that_never_was_has_no_tag() -> None:
    with pytest.raises(ReportError, match="UUID"):
        pdf(replace(RECORD, id="17"))
