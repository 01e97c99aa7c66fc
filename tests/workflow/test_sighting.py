"""Earlier sightings out of a real ledger into the evidence: what is found, what never matches, what faults come to."""

import random
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cards import forged, genuine, on_bench, row_of

from gpu_inspector.ledger.store import Ledger
from gpu_inspector.probes import capture
from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import CardEvidence, Evidence, Origin
from gpu_inspector.records.finding import Outcome
from gpu_inspector.records.inspection import Inspection, Supersession
from gpu_inspector.records.sighting import MOST_SIGHTINGS, LedgerAsked, Likeness, Sighting
from gpu_inspector.workflow.inspecting import inspection_of, store_and_report
from gpu_inspector.workflow.judging import judge
from gpu_inspector.workflow.sighting import informed, with_sightings
from gpu_inspector.workflow.verifying import State, verify

OWN = {
    "serial": "1324520012345",
    "device_identifier": "9F3A61C2D47B08E5",
    "board_part_number": "900-21001-0020-000",
    "multi_gpu_board": False,
}
OTHER = {"uuid": "GPU-11d5a9b3-7c2e-4f60-8a31-5e9d02c47f18", "serial": "1563219087421", "device_identifier": None}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


def card(**fields: Any) -> Evidence:
    return forged(genuine(row_of("NVIDIA A100-PCIE-40GB")), **{**OWN, **fields})


def of_file(evidence: Evidence) -> Evidence:
    return replace(evidence, origin=Origin.FILE, host=None, file_name="dump.xml", file_sha256="12" * 32)


def keep(path: Path, catalogue: Catalogue, *evidence: Evidence, **fields: Any) -> list[Inspection]:
    """Inspections on the ledger, a minute apart."""
    made = []
    with Ledger(path) as ledger:
        for number, one in enumerate(evidence):
            found = inspection_of(one, Declaration(), Case(office="Köln-Bonn", place="Lager 3"), catalogue)
            found = replace(found, made_at=datetime(2026, 10, 1, 8, number % 60, tzinfo=UTC), **fields)
            ledger.append(found)
            made.append(found)
    return made


def outcome(evidence: Evidence, catalogue: Catalogue) -> Outcome:
    findings = judge(evidence, Declaration(), catalogue).cards[0].findings
    return next(one.outcome for one in findings if one.check == "identity-earlier-sightings")


def test_without_a_ledger_the_evidence_is_as_it_was(path: Path) -> None:
    assert with_sightings(card(), path) == card()
    assert not path.exists()


def test_a_sighting_holds_what_the_earlier_row_says(path: Path, catalogue: Catalogue) -> None:
    (before,) = keep(path, catalogue, card())
    found = with_sightings(card(device_id="20B5"), path)
    (seen,) = found.sightings
    assert found.ledger_asked == LedgerAsked(rows=1, newest_at=before.made_at)
    with Ledger(path, readonly=True) as ledger:
        entry, _body = ledger.entry(1)
    assert (seen.row, seen.inspection, seen.digest) == (1, before.id, entry.digest)
    assert (seen.made_at, seen.office, seen.place) == (before.made_at, "Köln-Bonn", "Lager 3")
    assert seen.matched == ("device_identifier", "serial", "uuid")
    assert (seen.seen.device_id, seen.seen.board_part_number) == ("20F1", OWN["board_part_number"])
    assert (seen.product, seen.identity) == ("NVIDIA A100-PCIE-40GB", before.judgement.cards[0].identity)
    assert not seen.from_file
    assert outcome(found, catalogue) is Outcome.SUSPICIOUS
    assert canonical.decode(canonical.encode(found), Evidence, "capture") == found


def test_an_earlier_bench_that_was_not_sound_is_told(path: Path, catalogue: Catalogue) -> None:
    preloaded = on_bench(card(), preloaded=("LD_PRELOAD=/tmp/fake.so",))
    keep(path, catalogue, card(), preloaded, replace(card(), host=None))
    found = with_sightings(card(device_id="20B5"), path)
    assert {one.row: one.bench_doubted for one in found.sightings} == {1: False, 2: True, 3: True}


def test_a_case_of_letters_is_no_difference(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, card())
    upper = card(uuid="GPU-8A1F6A37-5B0C-4E0E-9D55-3C1B7F2A90D4", serial=None, device_identifier=None)
    (seen,) = with_sightings(upper, path).sightings
    assert seen.matched == ("uuid",)


def test_a_file_is_told_from_a_machine_and_from_the_very_same_file(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, of_file(card()))
    (seen,) = with_sightings(card(), path).sightings
    assert (seen.from_file, seen.same_file) == (True, False)
    (again,) = with_sightings(of_file(card()), path).sightings
    assert (again.from_file, again.same_file) == (True, True)


@pytest.mark.parametrize("origin", [Origin.SIMULATION, Origin.SAMPLE])
def test_simulations_and_samples_never_mix_with_cards(origin: Origin, path: Path, catalogue: Catalogue) -> None:
    made_up = replace(card(), origin=origin)
    keep(path, catalogue, made_up, card())
    assert len(with_sightings(card(), path).sightings) == 1
    assert with_sightings(made_up, path) == made_up


def test_a_capture_that_bears_a_simulations_marks_never_matches(path: Path, catalogue: Catalogue) -> None:
    marked = replace(card(), notes=("SIMULATION genuine, seed 0",))
    keep(path, catalogue, marked)
    assert with_sightings(card(), path).sightings == ()
    assert with_sightings(marked, path).ledger_asked is None


@pytest.mark.parametrize(
    "number",
    [
        pytest.param({"serial": "0000000000000"}, id="zeros"),
        pytest.param({"serial": "N/A"}, id="not available"),
        pytest.param({"serial": "1234567890123"}, id="counted up"),
        pytest.param({"serial": "9999999999999"}, id="nines"),
        pytest.param({"serial": "[masked]"}, id="masked"),
        pytest.param({"serial": ""}, id="empty"),
        pytest.param({"serial": "7" * 10_000}, id="swollen"),
        pytest.param({"uuid": "GPU-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"}, id="crossed out"),
        pytest.param({"device_identifier": "0000000000000000"}, id="no identifier"),
    ],
)
def test_what_is_no_number_of_a_card_never_matches(number: dict[str, str], path: Path, catalogue: Catalogue) -> None:
    nothing = {"serial": None, "uuid": None, "device_identifier": None}
    keep(path, catalogue, card(**{**nothing, **number}))
    assert with_sightings(card(**{**nothing, **number}), path).sightings == ()


def test_masked_evidence_matches_nothing(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, card())
    found = with_sightings(capture.mask(card()), path)
    assert found.sightings == ()
    assert outcome(found, catalogue) is Outcome.INCONCLUSIVE


def test_a_masked_capture_tells_no_earlier_sighting(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, card())
    masked = capture.mask(with_sightings(card(), path))
    assert (masked.sightings, masked.ledger_asked) == ((), None)


def test_what_a_handed_in_file_says_of_sightings_is_not_taken_over(path: Path, catalogue: Catalogue) -> None:
    (kept,) = keep(path, catalogue, card(**OTHER))
    invented = Sighting(
        card="0000:01:00.0",
        matched=("uuid",),
        row=9,
        inspection="",
        digest="",
        made_at=datetime(2026, 1, 1, tzinfo=UTC),
        seen=Likeness(),
    )
    found = with_sightings(replace(of_file(card()), sightings=(invented,), ledger_asked=LedgerAsked(rows=99)), path)
    assert (found.sightings, found.ledger_asked) == ((), LedgerAsked(rows=1, newest_at=kept.made_at))


def test_the_newest_are_kept_and_the_rest_is_counted(path: Path, catalogue: Catalogue) -> None:
    kept = keep(path, catalogue, *(card() for _ in range(MOST_SIGHTINGS + 6)), card(**OTHER))
    found = with_sightings(card(), path)
    assert [one.row for one in found.sightings] == list(range(MOST_SIGHTINGS + 6, 6, -1))
    assert found.ledger_asked == LedgerAsked(rows=MOST_SIGHTINGS + 7, left_out=6, newest_at=kept[-1].made_at)


def test_a_replaced_row_is_one_sighting_with_the_row_that_replaces_it(path: Path, catalogue: Catalogue) -> None:
    (first,) = keep(path, catalogue, card())
    with Ledger(path, readonly=True) as ledger:
        entry, _ = ledger.entry(1)
    link = Supersession(seq=1, id=first.id, digest=entry.digest, made_at=first.made_at, reason="newer data")
    keep(path, catalogue, card(), supersedes=link)
    found = with_sightings(card(), path)
    assert [one.row for one in found.sightings] == [2]


def test_dies_of_one_board_are_each_the_die_that_was_seen(path: Path, catalogue: Catalogue) -> None:
    first = card(device_identifier=None, multi_gpu_board=True)
    second = replace(forged(first, uuid=OTHER["uuid"]).cards[0], label="0000:02:00.0")
    board = replace(first, cards=(*first.cards, second))
    keep(path, catalogue, board)
    found = with_sightings(board, path)
    assert [(one.card, one.label, one.bearers) for one in found.sightings] == [
        ("0000:01:00.0", "0000:01:00.0", 2),
        ("0000:02:00.0", "0000:02:00.0", 2),
    ]
    findings = [one for judged in judge(found, Declaration(), catalogue).cards for one in judged.findings]
    assert {one.outcome for one in findings if one.check == "identity-earlier-sightings"} == {Outcome.CONSISTENT}


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(b"not a database at all", id="another file"),
        pytest.param(b"", id="empty"),
        pytest.param(b"SQLite format 3\0" + b"\xff" * 4096, id="torn"),
    ],
)
def test_a_ledger_that_cannot_be_asked_is_a_gap(damage: bytes, path: Path, catalogue: Catalogue) -> None:
    path.write_bytes(damage)
    found = with_sightings(card(), path)
    (gap,) = found.gaps
    assert gap.source == "ledger"
    assert "could not be asked" in gap.reason
    assert found.ledger_asked is None
    assert outcome(found, catalogue) is Outcome.INCONCLUSIVE


def test_a_folder_in_the_ledgers_place_is_a_gap(path: Path) -> None:
    path.mkdir()
    assert with_sightings(card(), path).gaps[0].source == "ledger"


def test_an_altered_row_is_named_and_the_others_are_told(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, card(), card(), card(**OTHER))
    with closing(sqlite3.connect(path)) as connection:
        (made,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'inspection_no_update'").fetchone()
        connection.execute("DROP TRIGGER inspection_no_update")
        connection.execute(
            "UPDATE inspection SET body = CAST(replace(CAST(body AS TEXT), 'Lager 3', 'Lager 4') AS BLOB) WHERE seq = 1"
        )
        connection.execute(made)
        connection.commit()
    found = with_sightings(card(), path)
    assert [one.row for one in found.sightings] == [2]
    assert any("cannot be read: 1." in gap.reason for gap in found.gaps)


def test_a_ledger_whose_triggers_were_taken_is_not_relied_on(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, card())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TRIGGER inspection_no_update")
    found = with_sightings(card(), path)
    assert found.sightings == ()
    assert "tampered with" in found.gaps[0].reason


def test_half_characters_and_hostile_numbers_are_only_numbers(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, card())
    for number in ("12345\ud83267890'; DROP TABLE number;--", "%' OR 1=1 --1234567890", "\0001324520012345"):
        assert with_sightings(card(serial=number, uuid=None, device_identifier=None), path).sightings == ()


def test_informed_is_with_both(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, card())
    found = informed(card(), path)
    assert len(found.sightings) == 1
    assert found.lists_asked == ()


def _numbered(path: Path, rows: int) -> None:
    """A table of numbers with so many rows beside those that are there, as a ledger of that size has."""
    chance = random.Random(7)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT OR IGNORE INTO number VALUES ('serial', ?, ?, 0)",
            ((f"{chance.randrange(10**12, 10**13)}", seq) for seq in range(10, rows + 10)),
        )
        connection.execute("COMMIT")


@pytest.mark.parametrize(
    "rows", [pytest.param(20_000, id="small"), pytest.param(1_000_000, id="a million", marks=pytest.mark.prove)]
)
def test_numbers_are_looked_up_in_their_index(rows: int, path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, card(), card(**OTHER))
    _numbered(path, rows)
    from gpu_inspector.records.numbers import numbers_of

    with Ledger(path, readonly=True) as ledger:
        begun = time.process_time()  # of the processor: other tests run beside this one
        found = [ledger.finder.seen(numbers_of(card()), 48) for _ in range(50)]
        took = (time.process_time() - begun) / 50
    assert found[0] == ((1,), 1)
    assert took < 0.01
    print(f"{rows} rows: {took * 1e6:.0f} microseconds a look-up")
    with closing(sqlite3.connect(path)) as connection:
        plan = connection.execute(
            "EXPLAIN QUERY PLAN SELECT seq FROM number WHERE kind = 'serial' AND value = '1' ORDER BY seq DESC LIMIT 9"
        ).fetchall()
    assert any("SEARCH number USING PRIMARY KEY (kind=? AND value=?)" in str(line) for line in plan)


def test_many_rows_of_one_number_cost_no_more(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, card())
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO number VALUES ('serial', ?, ?, 0)", ((OWN["serial"], seq) for seq in range(2, 50_000))
        )
        connection.execute("COMMIT")
    from gpu_inspector.records.numbers import Number

    with Ledger(path, readonly=True) as ledger:
        begun = time.process_time()
        rows, total = ledger.finder.seen((Number("serial", str(OWN["serial"])),), 48)
        assert time.process_time() - begun < 1
    assert rows[:2] == (49_999, 49_998)
    assert total == 49_999


def test_a_time_that_no_calendar_holds_is_kept_as_it_is(path: Path, catalogue: Catalogue) -> None:
    (inspection,) = keep(path, catalogue, card())
    with Ledger(path) as ledger:
        odd = replace(inspection, id="0f0e0d0c-0000-4000-8000-000000000001", made_at=datetime.max)  # noqa: DTZ901
        ledger.append(odd)
        zoned = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)
        ledger.append(replace(inspection, id="0f0e0d0c-0000-4000-8000-000000000002", made_at=zoned))
    found = with_sightings(card(), path)
    assert [one.row for one in found.sightings] == [3, 2, 1]
    assert all(one.made_at.tzinfo is not None for one in found.sightings)


def test_a_card_without_any_source_is_no_fault(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, card())
    bare = replace(card(), cards=(CardEvidence(label="0000:05:00.0"),))
    assert with_sightings(bare, path).sightings == ()


def test_a_signed_report_tells_of_them_and_they_cannot_be_taken_out(path: Path, catalogue: Catalogue) -> None:
    """The judgement follows from the record alone, without the ledger; and a record without its sightings is found."""
    keep(path, catalogue, card())
    evidence = informed(card(device_id="20B5"), path)
    accused = inspection_of(evidence, Declaration(), Case(), catalogue)
    done = store_and_report(accused, path)
    assert done.report is not None
    path.unlink()
    found = verify(done.report.read_bytes(), (), catalogue, words=True)
    assert (found.problems, found.differences) == ((), ())
    assert found.judged_again == accused.judgement.verdict.value
    assert "Where these numbers were seen before" in " ".join(found.printed.split())
    cleaned = replace(accused, id="0f0e0d0c-0000-4000-8000-000000000003", evidence=replace(evidence, sightings=()))
    report = store_and_report(cleaned, path).report
    assert report is not None
    found = verify(report.read_bytes(), (), catalogue)
    assert found.state is State.ALTERED
    assert any("do not follow" in problem for problem in found.problems)
