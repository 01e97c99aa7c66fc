"""The collection of vBIOS images out of a real ledger: what counts, what is never taken over, what faults do."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cards import forged, genuine, on_bench, row_of
from firmware_records import image_of, with_images, with_part, with_table

from gpu_inspector.ledger.store import Ledger
from gpu_inspector.probes import capture
from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.finding import Finding, Outcome, Strength
from gpu_inspector.records.firmware import KnownImage, VbiosReading
from gpu_inspector.records.inspection import Supersession
from gpu_inspector.workflow import known_images
from gpu_inspector.workflow.inspecting import inspection_of
from gpu_inspector.workflow.judging import judge
from gpu_inspector.workflow.known_images import with_known_images
from gpu_inspector.workflow.sighting import informed

ADA = row_of("NVIDIA GeForce RTX 4090", memory_gib=24)
IMAGE = image_of(ADA)
EDITED = image_of(ADA, code=b"\x11" * 1024)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


def card(number: int, *images: VbiosReading, **fields: Any) -> Evidence:
    """One of several cards, each with a UUID of its own."""
    uuid = f"GPU-{number:02d}d5a9b3-7c2e-4f60-8a31-5e9d02c47f18"
    return with_images(forged(genuine(ADA), uuid=uuid, **fields), *images)


def keep(path: Path, catalogue: Catalogue, *evidence: Evidence, **fields: Any) -> None:
    with Ledger(path) as ledger:
        for number, one in enumerate(evidence):
            found = inspection_of(one, Declaration(), Case(office="Köln-Bonn"), catalogue)
            ledger.append(replace(found, made_at=datetime(2026, 10, 1, 8, number % 60, tzinfo=UTC), **fields))


def said(evidence: Evidence, catalogue: Catalogue) -> Finding:
    findings = judge(evidence, Declaration(), catalogue).cards[0].findings
    return next(one for one in findings if one.check == "firmware-image-known")


def test_a_collection_grows_from_the_ledger(path: Path, catalogue: Catalogue) -> None:
    first = with_known_images(card(1, IMAGE), path)
    assert first.known_images == ()
    assert said(first, catalogue).outcome is Outcome.NOT_APPLICABLE
    keep(path, catalogue, card(1, IMAGE), card(2, IMAGE))
    found = with_known_images(card(3, IMAGE), path)
    assert [(one.row, one.same, one.clean, one.from_card, one.same_card) for one in found.known_images] == [
        (2, True, True, True, False),
        (1, True, True, True, False),
    ]
    with Ledger(path, readonly=True) as ledger:
        assert found.known_images[0].digest == ledger.entry(2)[0].digest
    assert said(found, catalogue).outcome is Outcome.CONSISTENT
    assert canonical.decode(canonical.encode(found), Evidence, "capture") == found


def test_another_content_of_the_same_version_is_noted(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, card(1, IMAGE))
    found = with_known_images(card(2, EDITED), path)
    (known,) = found.known_images
    assert not known.same
    assert known.differing == ("extension 2",)
    answer = said(found, catalogue)
    # Which of two cards is the altered one, nobody can tell.
    assert (answer.outcome, answer.strength) == (Outcome.NOTED, Strength.WEAK)


def test_a_card_that_several_others_contradict_is_no_reference(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, *(card(number, IMAGE) for number in (1, 2, 3)))
    found = with_known_images(card(4, EDITED), path)
    assert said(found, catalogue).strength is Strength.MEDIUM
    keep(path, catalogue, found)
    again = with_known_images(card(5, EDITED), path)
    assert {one.row: one.clean for one in again.known_images} == {1: True, 2: True, 3: True, 4: False}
    assert said(again, catalogue).strength is Strength.MEDIUM


def test_a_card_that_was_inspected_often_is_one_card(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, *(card(1, IMAGE) for _ in range(5)))
    found = with_known_images(card(2, EDITED), path)
    assert [one.row for one in found.known_images] == [5]
    assert said(found, catalogue).strength is Strength.WEAK
    same = with_known_images(card(2, IMAGE), path)
    assert said(same, catalogue).values["cards"] == 1


def test_the_same_card_again_is_told_from_others(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, card(1, IMAGE))
    (known,) = with_known_images(card(1, IMAGE), path).known_images
    assert known.same_card
    answer = said(with_known_images(card(1, IMAGE), path), catalogue)
    assert (answer.outcome, answer.values["cards"]) == (Outcome.CONSISTENT, 0)


def _file(evidence: Evidence) -> Evidence:
    return replace(evidence, origin=Origin.FILE, host=None)


UNCOUNTED = {
    "a file of unknown origin": _file(card(1, IMAGE)),
    "a bench with a preloaded library": on_bench(card(1, IMAGE), preloaded=("LD_PRELOAD=/tmp/fake.so",)),
    "a bench that was not examined": replace(card(1, IMAGE), host=None),
    "a card with something against it": card(1, IMAGE, device_id="2204"),
    "an image whose sum is wrong": card(1, with_table(IMAGE, checksum_ok=False)),
    "an image that was cut": card(1, with_part(IMAGE, 3, whole=False)),
}


@pytest.mark.parametrize("earlier", UNCOUNTED.values(), ids=UNCOUNTED)
def test_what_does_not_count_as_a_reference(earlier: Evidence, path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, earlier)
    found = with_known_images(card(2, EDITED), path)
    assert [one.clean for one in found.known_images] == [False]
    assert said(found, catalogue).outcome is Outcome.NOT_APPLICABLE


ABSENT = {
    "a file that was handed in": card(1, replace(IMAGE, source="file")),
    "another version": card(1, with_table(IMAGE, version="95.02.18.80.5E")),
    "another board": card(1, with_table(IMAGE, board_text="G139-0999")),
    "a sample": replace(card(1, IMAGE), origin=Origin.SAMPLE),
    "a simulation's mark": replace(card(1, IMAGE), notes=("SIMULATION genuine, seed 0",)),
    "no image": card(1),
}


@pytest.mark.parametrize("earlier", ABSENT.values(), ids=ABSENT)
def test_what_is_in_no_collection(earlier: Evidence, path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, earlier)
    assert with_known_images(card(2, IMAGE), path).known_images == ()


def test_a_file_beside_a_card_s_own_image_is_in_no_collection(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, card(1, IMAGE, replace(EDITED, source="file")))
    found = with_known_images(card(2, IMAGE), path).known_images
    assert [one.sha256 for one in found] == [IMAGE.images_sha256]


def test_a_replaced_row_does_not_count_twice(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, card(1, IMAGE))
    with Ledger(path) as ledger:
        entry, first = ledger.inspection(1)
    replaced = Supersession(seq=1, id=first.id, digest=entry.digest, made_at=first.made_at, reason="data")
    keep(path, catalogue, card(1, IMAGE), supersedes=replaced)
    assert [one.row for one in with_known_images(card(2, IMAGE), path).known_images] == [2]


def test_what_a_capture_says_of_known_images_is_not_taken_over(path: Path, catalogue: Catalogue) -> None:
    invented = KnownImage(
        card="0000:01:00.0",
        sha256="0" * 64,
        version="95.02.3C.00.1B",
        same=True,
        row=1,
        inspection="x",
        digest="0" * 64,
        made_at="",
        clean=True,
        from_card=True,
    )
    claimed = replace(_file(card(1, IMAGE)), known_images=(invented,))
    assert with_known_images(claimed, path).known_images == ()
    assert with_known_images(replace(claimed, origin=Origin.SAMPLE), path).known_images == ()
    assert capture.mask(claimed).known_images == ()


def test_many_equal_images_hide_no_different_one(path: Path, catalogue: Catalogue) -> None:
    many = [card(number, EDITED) for number in range(10, 10 + known_images.MOST + 4)]
    keep(path, catalogue, card(1, IMAGE), *many)
    found = with_known_images(card(2, EDITED), path)
    assert len(found.known_images) == known_images.MOST + 1
    assert [one.row for one in found.known_images if not one.same] == [1]


def test_without_a_ledger_or_an_image_nothing_is_asked(path: Path) -> None:
    assert with_known_images(card(1, IMAGE), path) == card(1, IMAGE)
    assert not path.exists()
    path.write_bytes(b"no ledger at all")
    assert with_known_images(card(1), path) == card(1)


def test_a_ledger_that_cannot_be_asked_is_a_gap(path: Path, catalogue: Catalogue) -> None:
    path.write_bytes(b"no ledger at all" * 100)
    found = with_known_images(card(1, IMAGE), path)
    assert [one.source for one in found.gaps] == ["known images"]
    assert said(found, catalogue).outcome is Outcome.INCONCLUSIVE
    assert len(with_known_images(found, path).gaps) == 1


def test_a_ledger_that_was_tampered_with_is_a_gap(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, card(1, IMAGE))
    with closing(sqlite3.connect(path, isolation_level=None)) as forger:
        forger.execute("CREATE TABLE extra(x)")
    found = with_known_images(card(2, IMAGE), path)
    assert found.known_images == ()
    assert "tampered" in found.gaps[-1].reason


def test_all_that_is_known_comes_at_once(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, card(1, IMAGE))
    found = informed(card(1, EDITED), path)
    assert found.sightings and found.known_images
    assert found.ledger_asked is not None
