"""Judging the whole ledger again: what changes is listed with the reports it touches, and nothing is rewritten."""

import hashlib
import os
import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from cards import MIB, forged, genuine, row_of

from gpu_inspector import resources, settings
from gpu_inspector.errors import DataError, LedgerError
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.finding import Identity, Outcome
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.workflow import inspecting, verifying
from gpu_inspector.workflow.judging import judge
from gpu_inspector.workflow.rejudging import (
    Change,
    RejudgeError,
    RowChange,
    Same,
    Unreadable,
    changes,
    data_of,
    reports_of,
    supersede,
    superseding,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


def card(name: str = "NVIDIA GeForce RTX 4090", **fields: object) -> Evidence:
    return forged(genuine(row_of(name)), **fields)


def inspection(catalogue: Catalogue, evidence: Evidence, number: str = "2026/1") -> Inspection:
    return inspecting.inspection_of(evidence, Declaration(), Case(number=number, office="Kiel"), catalogue)


def keep(path: Path, *inspections: Inspection) -> None:
    with Ledger(path) as ledger:
        for one in inspections:
            ledger.append(one)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The program's own reference data as a folder."""
    folder = tmp_path / "data"
    shutil.copytree(resources.root() / "products", folder)
    return folder


def without(data: Path, words: str) -> None:
    """Take the products of a name out of the data."""
    for path in data.glob("*.jsonl"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if words not in line), encoding="utf-8")


def doubled(catalogue: Catalogue) -> Inspection:
    """An inspection whose kept judgement is another than follows: as if older checks had seen nothing."""
    made = inspection(catalogue, card(memory_total_bytes=49140 * MIB), "2026/2")
    (judged,) = made.judgement.cards
    findings = tuple(
        replace(one, outcome=Outcome.CONSISTENT) if one.outcome is Outcome.CONTRADICTED else one
        for one in judged.findings
    )
    clear = replace(judged, identity=Identity.INCONCLUSIVE, findings=findings)
    return replace(made, judgement=replace(made.judgement, verdict=Identity.INCONCLUSIVE, cards=(clear,)))


def test_the_same_checks_and_data_change_nothing(path: Path, catalogue: Catalogue) -> None:
    keep(path, inspection(catalogue, card()), inspection(catalogue, card("Tesla T4")))
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    assert list(changes(path, catalogue)) == [Same(1), Same(2)]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_a_conclusion_that_changes_is_listed_with_its_findings_and_its_reports(
    path: Path, catalogue: Catalogue
) -> None:
    keep(path, inspection(catalogue, card()), doubled(catalogue))
    with Ledger(path, readonly=True) as ledger:
        entry, kept = ledger.inspection(2)
    usual = inspecting.default_report_path(kept, entry)
    usual.parent.mkdir(parents=True)
    again = usual.with_name(f"{usual.stem}-2.pdf")
    for report in (usual, again, usual.with_name(f"{usual.stem}-x.pdf"), usual.with_suffix(".txt")):
        report.write_bytes(b"%PDF-")
    same, change = changes(path, catalogue)
    assert same == Same(1)
    assert isinstance(change, RowChange)
    assert (change.seq, change.case) == (2, "2026/2")
    assert (change.before, change.after) == ("INCONCLUSIVE", "CONTRADICTED")
    (one,) = change.cards
    assert Change("identity", "INCONCLUSIVE", "CONTRADICTED") in one.changes
    assert Change("memory-total", "CONSISTENT", "CONTRADICTED") in one.changes
    assert set(change.reports) == {usual, again}


def test_other_data_conclude_otherwise(path: Path, data: Path, catalogue: Catalogue) -> None:
    keep(path, inspection(catalogue, card()), inspection(catalogue, card("Tesla T4")))
    without(data, "T4")
    newer = data_of(data)
    assert newer.version != catalogue.version
    same, change = changes(path, newer)
    assert same == Same(1)
    assert isinstance(change, RowChange)
    assert any(one.what.startswith("memory-") for one in change.cards[0].changes)
    assert change.reference_version == catalogue.version


def test_the_programs_own_data_as_a_folder_are_the_same_data(data: Path, catalogue: Catalogue) -> None:
    assert data_of(data).version == catalogue.version


@pytest.mark.parametrize("damage", ["missing", "empty", "file", "cut", "large", "names"])
def test_data_that_are_none_are_refused_in_a_sentence(damage: str, data: Path, tmp_path: Path) -> None:
    target = data
    if damage == "missing":
        target = tmp_path / "nowhere"
    elif damage == "empty":
        target = tmp_path / "nothing"
        target.mkdir()
    elif damage == "file":
        target = data / "ada.jsonl"
    elif damage == "cut":
        (data / "ada.jsonl").write_bytes((data / "ada.jsonl").read_bytes()[:-40])
    elif damage == "large":
        with (data / "swollen.jsonl").open("wb") as file:
            file.truncate(65 * 1024 * 1024)
    else:
        (data / "same_name.json").unlink()
    with pytest.raises(DataError) as refused:
        data_of(target)
    assert "resources/products" in refused.value.advice


def test_a_check_that_is_new_and_says_nothing_changes_no_conclusion(path: Path, catalogue: Catalogue) -> None:
    made = inspection(catalogue, card())
    (judged,) = made.judgement.cards
    fewer = tuple(one for one in judged.findings if not one.check.startswith("identity-earlier"))
    keep(path, replace(made, judgement=replace(made.judgement, cards=(replace(judged, findings=fewer),))))
    assert list(changes(path, catalogue)) == [Same(1)]


def test_a_check_that_is_no_longer_asked_is_listed(path: Path, catalogue: Catalogue) -> None:
    made = inspection(catalogue, card())
    (judged,) = made.judgement.cards
    more = (*judged.findings, replace(judged.findings[0], check="bench-gone"))
    keep(path, replace(made, judgement=replace(made.judgement, cards=(replace(judged, findings=more),))))
    (change,) = changes(path, catalogue)
    assert isinstance(change, RowChange)
    assert change.cards[0].changes == (Change("bench-gone", judged.findings[0].outcome.value, ""),)


def test_an_altered_row_is_named_and_the_others_are_judged(path: Path, catalogue: Catalogue) -> None:
    keep(path, *(inspection(catalogue, card()) for _ in range(3)))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TRIGGER inspection_no_update")
        connection.execute(
            "UPDATE inspection SET body = CAST(replace(CAST(body AS TEXT), 'Kiel', 'Köln') AS BLOB) WHERE seq = 2"
        )
        connection.commit()
    first, second, third = changes(path, catalogue)
    assert (first, third) == (Same(1), Same(3))
    assert isinstance(second, Unreadable)
    assert "altered" in second.reason


def test_a_ledger_that_is_not_there_is_said(path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(LedgerError):
        list(changes(path, catalogue))
    assert not path.exists()


def test_a_superseding_inspection_is_a_new_row_of_the_same_evidence(path: Path, catalogue: Catalogue) -> None:
    old = doubled(catalogue)
    keep(path, inspection(catalogue, card()), old)
    done = supersede("2", "The memory check was wrong until version 2.", path, catalogue)
    assert (done.entry.seq, done.failure) == (3, "")
    link = done.inspection.supersedes
    assert link is not None
    with Ledger(path, readonly=True) as ledger:
        replaced, _ = ledger.entry(2)
        assert (link.seq, link.id, link.digest, link.made_at) == (2, old.id, replaced.digest, old.made_at)
        assert ledger.inspection(2)[1] == old
        assert ledger.verify().problem is None
        rows = {row.seq: (row.supersedes, row.superseded_by) for row in ledger.history()}
        assert ledger.finder.superseded_by(2) == 3
    assert rows == {1: (0, 0), 2: (0, 3), 3: (2, 0)}
    assert (done.inspection.evidence, done.inspection.case) == (old.evidence, old.case)
    assert done.inspection.judgement == judge(old.evidence, old.declaration, catalogue)
    assert done.inspection.judgement.verdict is Identity.CONTRADICTED
    changed = [one for one in changes(path, catalogue) if isinstance(one, RowChange)]
    assert [(one.seq, one.superseded_by) for one in changed] == [(2, 3)]


def test_its_report_says_on_the_first_page_what_it_replaces_and_why(path: Path, catalogue: Catalogue) -> None:
    old = doubled(catalogue)
    keep(path, old)
    done = supersede("1", "The memory check was wrong.\nSee notice 7.", path, catalogue)
    assert done.report is not None
    found = verifying.verify(done.report.read_bytes(), (), catalogue, words=True)
    assert found.problems == ()
    printed = " ".join(found.printed.split())
    assert "replaces report No. 1 of" in printed
    assert "Because: The memory check was wrong. See notice 7." in printed
    assert done.inspection.supersedes is not None
    assert done.inspection.supersedes.digest in "".join(printed.split())


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 1001])
def test_a_reason_must_be_given_and_fit(reason: str, path: Path, catalogue: Catalogue) -> None:
    keep(path, doubled(catalogue))
    with pytest.raises(RejudgeError):
        superseding("1", reason, path, catalogue)


def test_a_row_is_replaced_once_and_then_its_successor(path: Path, catalogue: Catalogue) -> None:
    keep(path, doubled(catalogue))
    supersede("1", "once", path, catalogue)
    with pytest.raises(RejudgeError, match="replaced by inspection 2"):
        superseding("1", "twice", path, catalogue)
    assert supersede("2", "again", path, catalogue).entry.seq == 3


def test_hostile_reasons_are_drawn_as_text(path: Path, catalogue: Catalogue) -> None:
    keep(path, doubled(catalogue))
    done = supersede("1", "\u202e{x} \x1b[31m " + "W" * 900, path, catalogue)
    assert done.report is not None
    assert verifying.verify(done.report.read_bytes(), (), catalogue).problems == ()


def test_a_row_of_an_older_program_without_the_field_still_reads(catalogue: Catalogue) -> None:
    import json

    import rfc8785

    made = inspection(catalogue, card())
    plain = json.loads(canonical.encode(made))
    del plain["supersedes"]
    old = rfc8785.dumps(plain)
    assert canonical.decode(old, Inspection, "inspection") == made
    assert canonical.is_of(old, made)


def test_no_report_folder_is_no_report(path: Path, catalogue: Catalogue) -> None:
    keep(path, inspection(catalogue, card()))
    with Ledger(path, readonly=True) as ledger:
        entry, kept = ledger.inspection(1)
    assert not settings.report_folder().exists()
    assert reports_of(kept, entry) == ()


@pytest.mark.parametrize("rows", [100, pytest.param(1_000, marks=pytest.mark.prove)])
def test_a_ledger_is_judged_again_at_a_thousand_rows_a_minute_or_more(
    rows: int, path: Path, catalogue: Catalogue
) -> None:
    made = inspection(catalogue, card())
    keep(path, *(replace(made, id=f"{number:08x}-0000-4000-8000-000000000000") for number in range(rows)))
    used = os.times().user
    assert sum(isinstance(one, Same) for one in changes(path, catalogue)) == rows
    took = os.times().user - used
    print(f"{rows} rows in {took:.2f} s of processor time")
    assert took / rows < 0.06


def test_it_takes_the_time_of_judging(path: Path, catalogue: Catalogue) -> None:
    """Reading the row costs little beside judging it."""
    made = inspection(catalogue, card())
    keep(path, *(replace(made, id=f"{number:08x}-0000-4000-8000-000000000000") for number in range(40)))
    begun = time.process_time()
    for _ in range(40):
        judge(made.evidence, made.declaration, catalogue)
    floor = time.process_time() - begun
    begun = time.process_time()
    list(changes(path, catalogue))
    assert time.process_time() - begun < 2.5 * floor + 0.2


@pytest.mark.parametrize(
    ("edit", "row"),
    [
        pytest.param("DELETE FROM supersession", 2, id="forgotten"),
        pytest.param("UPDATE supersession SET replaced = 2", 2, id="another row"),
        pytest.param("INSERT INTO supersession VALUES (1, 1)", 1, id="made up"),
        pytest.param("INSERT INTO supersession VALUES (9, 1)", None, id="of a row that is not there"),
    ],
)
def test_an_edited_table_of_replaced_rows_is_found(
    edit: str, row: int | None, path: Path, catalogue: Catalogue
) -> None:
    keep(path, doubled(catalogue))
    supersede("1", "once", path, catalogue)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(edit)
        connection.commit()
    with Ledger(path, readonly=True) as ledger:
        found = ledger.verify()
    assert "replaced rows" in (found.problem or "")
    assert found.row == row


def test_what_replaces_what_is_made_again_from_the_rows(path: Path, catalogue: Catalogue) -> None:
    keep(path, doubled(catalogue))
    supersede("1", "once", path, catalogue)
    with Ledger(path) as ledger:
        ledger.rebuild_index()
        assert ledger.finder.superseded_by(1) == 2
        assert ledger.verify().problem is None


def test_the_table_for_a_spreadsheet_says_what_replaces_what(path: Path, catalogue: Catalogue) -> None:
    import csv
    import io

    keep(path, doubled(catalogue))
    supersede("1", "once", path, catalogue)
    out = io.StringIO()
    with Ledger(path, readonly=True) as ledger:
        ledger.export(out, "csv")
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert [row["supersedes"] for row in rows] == ["0", "1"]
    assert "superseded_by" not in rows[0]
