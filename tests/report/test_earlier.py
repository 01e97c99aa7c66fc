"""The pages' section on earlier sightings and watch-lists: every date and place, and nothing where there is none."""

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from report.report_records import entry_of, inspection

from gpu_inspector.records.finding import Identity
from gpu_inspector.records.inspection import Inspection, Supersession
from gpu_inspector.records.sighting import LedgerAsked, Likeness, Sighting, Watched
from gpu_inspector.report.document import draw

THEN = datetime(2026, 10, 1, 8, 30, tzinfo=UTC)
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext reads the pages here")


def sighting(row: int = 3, **fields: object) -> Sighting:
    seen = Likeness(uuid="GPU-1", device_id="20B5", memory_total_bytes=24 << 30, board_part_number="900-1")
    made = Sighting(
        card="0000:01:00.0",
        matched=("serial", "uuid"),
        row=row,
        inspection="c0ffee00",
        digest="ab" * 32,
        made_at=THEN,
        office="Köln-Bonn",
        place="Lager 3",
        product="NVIDIA A100",
        identity=Identity.INCONCLUSIVE,
        seen=seen,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def listed(**fields: object) -> Watched:
    made = Watched(
        card="0000:01:00.0",
        kind="serial",
        value="1324520012345",
        reason="stolen",
        listed_on="2026-09-01",
        office="Rotterdam",
        list_digest="cd" * 32,
        made_at=THEN,
        fingerprint="ef" * 32,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def knowing(sightings: tuple[Sighting, ...] = (), watched: tuple[Watched, ...] = (), left_out: int = 0) -> Inspection:
    record = inspection()
    asked = LedgerAsked(rows=100, left_out=left_out)
    evidence = replace(record.evidence, sightings=sightings, watched=watched, ledger_asked=asked)
    return replace(record, evidence=evidence)


def text(record: Inspection, tmp_path: Path) -> str:
    path = tmp_path / "drawn.pdf"
    path.write_bytes(draw(record, entry_of(record)))
    out = subprocess.run(["pdftotext", "-raw", path, "-"], check=True, capture_output=True, timeout=60).stdout
    return " ".join(out.decode().split())


@needs_poppler
def test_dates_places_and_digests_stand_on_the_pages(tmp_path: Path) -> None:
    said = text(knowing((sighting(), sighting(7, from_file=True)), (listed(),), left_out=4), tmp_path)
    for words in (
        "Where these numbers were seen before",
        "Inspection 3",
        "2026-10-01 08:30:00 UTC; Köln-Bonn, Lager 3; the card was in the machine of the bench; equal: serial, UUID",
        "NVIDIA A100, device id 20B5, 24,576 MiB, board part number 900-1",
        "a review of a file of unknown origin",
        "Watch-list of Rotterdam",
        "reason given: stolen",
        "a signer not known here",
        "4 more are not listed here.",
        "An equal number is no proof",
    ):
        assert words in said
    assert "abababab abababab" in said


@needs_poppler
def test_without_either_there_is_no_such_section(tmp_path: Path) -> None:
    assert "Where these numbers were seen before" not in text(knowing(), tmp_path)
    assert "Where these numbers were seen before" not in text(inspection(), tmp_path)


@needs_poppler
def test_more_than_fits_is_counted(tmp_path: Path) -> None:
    said = text(knowing(tuple(sighting(row) for row in range(1, 80))), tmp_path)
    assert "Inspection 60" in said
    assert "Inspection 61 " not in said
    assert "19 more are not listed here." in said


@pytest.mark.parametrize("hostile", ["\u202e" * 50, "W" * 100_000, "{0.__class__}", "\x00\x1b[31m", "a\n" * 5_000])
def test_hostile_texts_are_drawn_and_bounded(hostile: str) -> None:
    seen = Likeness(board_part_number=hostile, device_id=hostile)
    bad = sighting(-5, office=hostile, place=hostile, product=hostile, digest=hostile, matched=(hostile,), seen=seen)
    record = knowing(
        (bad,), (listed(office=hostile, reason=hostile, value=hostile, kind=hostile, fingerprint=hostile),)
    )
    link = Supersession(seq=-1, id=hostile, digest=hostile, made_at=THEN, reason=hostile)
    assert draw(replace(record, supersedes=link), entry_of(record)).startswith(b"%PDF-")


def test_the_same_record_gives_the_same_bytes() -> None:
    record = knowing((sighting(),), (listed(),))
    assert draw(record, entry_of(record)) == draw(record, entry_of(record))
