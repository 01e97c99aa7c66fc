"""The QR code on the first page: read back by another reader, large enough, the same squares everywhere."""

import hashlib
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from report.report_records import entry_of, inspection

from gpu_inspector.report import code
from gpu_inspector.report.document import draw
from gpu_inspector.report.layout import Region

_MM = 72 / 25.4


def _text() -> str:
    record = inspection()
    return code.text(record, entry_of(record))


@pytest.mark.parametrize("page", ["a4", "letter"])
def test_another_program_reads_it_from_the_page(page: str, tmp_path: Path) -> None:
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm makes the page a picture here")
    record = inspection()
    path = tmp_path / "report.pdf"
    path.write_bytes(draw(record, entry_of(record), page=page))  # type: ignore[arg-type]
    subprocess.run(["pdftoppm", "-r", "150", "-l", "1", "-singlefile", "-png", path, tmp_path / "one"], check=True)
    (found,) = zxingcpp.read_barcodes(Image.open(tmp_path / "one.png"))
    entry = entry_of(record)
    assert found.text == f"GPU Inspector report {entry.seq} digest {entry.digest} inspection {record.id}"


def test_it_is_short_and_large() -> None:
    assert len(_text()) < 150
    (region,) = code.marks(_text(), 0, 0)
    assert isinstance(region, Region)
    left = min(box[0] for box in region.boxes)
    right = max(box[0] + box[2] for box in region.boxes)
    assert right - left >= 25 * _MM
    assert left >= 4 * (right - left) / 53 - 0.01
    assert min(box[1] for box in region.boxes) == pytest.approx(left)


def test_its_squares_do_not_depend_on_the_library() -> None:
    """Drawn by segno 1.6.6; whoever draws other squares would find every older report altered."""
    squares = "\n".join(
        "".join(map(str, row)) for row in code._squares("GPU Inspector report 17 digest ab inspection c")
    )
    assert len(squares.split("\n")) == 53
    assert hashlib.sha256(squares.encode()).hexdigest()[:16] == "d5103810c264f060"


@pytest.mark.parametrize("name", ["", "ä" * 10_000, "0b7c9a52\u202e\n-"])
def test_an_id_that_no_inspection_has_is_drawn_all_the_same(name: str) -> None:
    record = replace(inspection(), id=name)
    entry = replace(entry_of(inspection()), seq=2**53 - 1)
    said = code.text(record, entry)
    assert said.isascii() and len(said) <= 180
    assert code.marks(said, 0, 0)
