"""The ranking on paper: the products in their order with their reasons; any record can be drawn."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from report.report_records import entry_of, inspection, judged

from gpu_inspector.records import ranked
from gpu_inspector.records.inspection import RankedProduct
from gpu_inspector.report.document import draw

RANKING = (
    RankedProduct(
        name="GeForce RTX 3080 10 GB (GA102)",
        fits=("measured: 68 multiprocessors", "measured: L2 of 5 MiB", "claimed, PCI: device id 2206"),
        against=("claimed, driver: name “RTX 4090”, not RTX 3080",),
        unknown=("claimed: subsystem",),
    ),
    RankedProduct(name="GeForce RTX 4090 24 GB (AD102)", against=("measured: 68 multiprocessors, not 128",)),
)


def _text(ranking: tuple[RankedProduct, ...], tmp_path: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext reads the pages here")
    record = inspection(cards=(replace(judged(), ranking=ranking),))
    path = tmp_path / "pages.pdf"
    path.write_bytes(draw(record, entry_of(record)))
    out = subprocess.run(["pdftotext", "-raw", path, "-"], check=True, capture_output=True, timeout=60).stdout
    return " ".join(out.decode().split())


def test_the_products_stand_in_their_order_with_what_speaks_for_and_against_them(tmp_path: Path) -> None:
    text = _text(RANKING, tmp_path)
    assert ranked.HEADING in text
    assert "A place in this list is no verdict." in text
    assert text.index("1. GeForce RTX 3080") < text.index("2. GeForce RTX 4090")
    for words in ("68 multiprocessors; L2 of 5 MiB", "name “RTX 4090”, not RTX 3080", "not known: claimed: subsystem"):
        assert words in text


def test_a_record_without_a_ranking_has_no_such_page(tmp_path: Path) -> None:
    assert ranked.HEADING not in _text((), tmp_path)


def test_a_forged_ranking_is_drawn_harmless_and_short() -> None:
    evil = "\u202e{x}<b>" + "A" * 5000
    hostile = RankedProduct(name=evil, fits=(evil,) * 500, against=(evil, ""), unknown=(evil,) * 500)
    record = inspection(cards=(replace(judged(), ranking=(hostile,) * 300),))
    plain = inspection(cards=(judged(),))
    pages = draw(record, entry_of(record))
    assert pages == draw(record, entry_of(record))
    assert len(pages) < len(draw(plain, entry_of(plain))) + 200_000
