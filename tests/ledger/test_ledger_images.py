"""The ledger's side table of vBIOS images: made from the bodies, held against them, made again from them."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.firmware import BitReading, VbiosReading
from gpu_inspector.records.inspection import Inspection

NewInspection = Callable[..., Inspection]
VERSION = "95.02.18.80.5F"
ONE, OTHER = "1" * 64, "2" * 64


def with_image(
    inspection: Inspection,
    digest: str = ONE,
    version: str = VERSION,
    source: str = "card",
    origin: Origin = Origin.FILE,
) -> Inspection:
    image = VbiosReading(
        source=source,
        size_bytes=1024,
        sha256="0" * 64,
        images_sha256=digest,
        bit=BitReading(offset=0, checksum_ok=True, version=version),
    )
    cards = tuple(replace(card, vbios=(image, image)) for card in inspection.evidence.cards)
    return replace(inspection, evidence=replace(inspection.evidence, cards=cards, origin=origin))


@pytest.fixture
def filled(path: Path, new_inspection: NewInspection) -> Path:
    """Rows 1 and 3 hold one image, row 2 another of the version, row 4 none."""
    with Ledger(path) as ledger:
        for digest in (ONE, OTHER, ONE):
            ledger.append(with_image(new_inspection(cards=2), digest))
        ledger.append(new_inspection())
    return path


def test_rows_are_found_by_version_and_digest(filled: Path) -> None:
    with Ledger(filled, readonly=True) as ledger:
        assert ledger.finder.keeps_images()
        assert ledger.finder.images(VERSION, ONE, 9) == ((3, 2, 1), 0)
        assert ledger.finder.images(VERSION, ONE, 1) == ((3, 2), 1)
        assert ledger.finder.images(VERSION, OTHER, 9) == ((3, 2, 1), 0)
        assert ledger.finder.images("95.02", ONE, 9) == ((), 0)
        assert ledger.verify().problem is None


@pytest.mark.parametrize(
    "inspection",
    [
        pytest.param({"source": "file"}, id="handed in"),
        pytest.param({"version": ""}, id="no version"),
        pytest.param({"version": "9" * 10_000}, id="swollen"),
        pytest.param({"digest": "no digest"}, id="no digest"),
        pytest.param({"origin": Origin.SAMPLE}, id="sample"),
        pytest.param({"origin": Origin.SIMULATION}, id="simulation"),
    ],
)
def test_what_is_no_image_of_a_card_is_not_in_the_table(
    inspection: dict[str, str], path: Path, new_inspection: NewInspection
) -> None:
    with Ledger(path) as ledger:
        ledger.append(with_image(new_inspection(), **inspection))  # type: ignore[arg-type]
        assert ledger.verify().problem is None
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM vbios").fetchone() == (0,)


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        pytest.param("UPDATE vbios SET sha256 = '" + "3" * 64 + "' WHERE seq = 2", 2, id="another digest"),
        pytest.param("UPDATE vbios SET version = '00' WHERE seq = 3", 3, id="another version"),
        pytest.param("DELETE FROM vbios WHERE seq = 1", 1, id="lost"),
        pytest.param(f"INSERT INTO vbios VALUES ('{VERSION}', '{ONE}', 4)", 4, id="added"),
        pytest.param("UPDATE vbios SET seq = 2 WHERE seq = 3", 2, id="moved"),
    ],
)
def test_the_table_is_held_against_the_bodies(filled: Path, statement: str, row: int) -> None:
    with closing(sqlite3.connect(filled, isolation_level=None)) as forger:
        forger.execute(statement)
    with Ledger(filled, readonly=True) as ledger:
        verdict = ledger.verify()
        assert verdict.problem is not None
        assert (f"row {row} " in verdict.problem) and "vBIOS images" in verdict.problem
        assert verdict.row == row
        assert "vBIOS images" in (ledger.proof(row).problem or "")


def test_rows_that_the_ledger_does_not_have_are_named(filled: Path, new_inspection: NewInspection) -> None:
    with closing(sqlite3.connect(filled, isolation_level=None)) as forger:
        forger.execute(f"INSERT INTO vbios VALUES ('{VERSION}', '{ONE}', 9)")
    with Ledger(filled, readonly=True) as ledger:
        assert "does not have" in (ledger.verify().problem or "")
        assert "row 9" in (ledger.fault() or "")
    with closing(sqlite3.connect(filled, isolation_level=None)) as forger:
        forger.execute("UPDATE vbios SET seq = -1 WHERE seq = 9")
    with Ledger(filled, readonly=True) as ledger:
        assert "does not have" in (ledger.verify().problem or "")


def test_the_table_is_made_again_from_the_bodies(filled: Path) -> None:
    with closing(sqlite3.connect(filled, isolation_level=None)) as forger:
        forger.execute("DELETE FROM vbios")
    with Ledger(filled) as ledger:
        ledger.rebuild_index()
        assert ledger.verify().problem is None
        assert ledger.finder.images(VERSION, ONE, 9) == ((3, 2, 1), 0)
