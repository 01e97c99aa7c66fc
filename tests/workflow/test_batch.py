"""A batch at work: what is judged, once, whatever happens in between; and what a queue is made of."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from random import Random

import batch_dumps
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import batch as of_batch
from gpu_inspector.records.batch import Terms
from gpu_inspector.records.custody import What
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.workflow import batch, batch_queue, batch_summing, collecting, signing
from gpu_inspector.workflow.batch import Batch, BatchError, Told
from gpu_inspector.workflow.batch_queue import Item, Kind

UUID = "GPU-1f3c9a7b-7a2e-4c1d-9b8f-3e5a6d7c8b90"
TERMS = Terms(name="crate 7", case=Case(number="K 7"), declaration=Declaration())


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "l.sqlite"


def opened(ledger: Path, terms: Terms = TERMS, named: bool = True) -> Batch:
    return Batch(ledger, terms, signing.signer(), named=named)


def worked(working: Batch, items: Iterator[Item] | tuple[Item, ...]) -> list[Told]:
    told = [one for item in items for one in working.take(item)]
    return [*told, *working.flush()]


def of(folder: Path) -> tuple[Item, ...]:
    return batch_queue.of_folder(folder, False, frozenset())


def test_each_file_is_a_row_with_the_batch_in_its_record_its_custody_line_and_the_history(
    ledger: Path, tmp_path: Path
) -> None:
    batch_dumps.write(tmp_path / "in", 3)
    with opened(ledger) as working:
        told = worked(working, of(tmp_path / "in"))
    assert [one.item for one in told] == ["000.xml", "001.xml", "002.xml"]
    with Ledger(ledger, readonly=True) as kept:
        assert kept.count() == 3
        assert kept.verify().problem is None
        lines = list(kept.custody.beginning(What.INSPECTED, of_batch.beginning(working.id)))
        assert [line.event.seq for line in lines] == [1, 2, 3]
        for line in lines:
            key, item = of_batch.told_by(line.event.detail, working.id)
            _entry, inspection = kept.inspection(line.event.seq or 0)
            assert inspection.id == of_batch.inspection_id(working.id, key, item)
            assert (inspection.batch, inspection.case.number) == ("crate 7", "K 7")
            assert key == f"sha256:{inspection.evidence.file_sha256}"
        assert [row.seq for row in kept.history("crate")] == [3, 2, 1]


def test_a_second_run_judges_nothing_again_and_tells_all_the_same(ledger: Path, tmp_path: Path) -> None:
    batch_dumps.write(tmp_path / "in", 3)
    with opened(ledger) as working:
        first = worked(working, of(tmp_path / "in"))
    with opened(ledger) as working:
        again = worked(working, of(tmp_path / "in"))
        assert working.resumed
        assert working.kept == 0
    assert [(one.item, one.entry) for one in again] == [(one.item, one.entry) for one in first]
    assert all(one.inspection is None and one.brief is not None for one in again)


def test_a_changed_file_is_judged_anew_and_the_summary_says_both(ledger: Path, tmp_path: Path) -> None:
    batch_dumps.write(tmp_path / "in", 3)
    with opened(ledger) as working:
        worked(working, of(tmp_path / "in"))
    (tmp_path / "in" / "001.xml").write_bytes(batch_dumps.one(1, "49140 MiB"))
    (tmp_path / "in" / "002.xml").unlink()
    with opened(ledger) as working:
        worked(working, of(tmp_path / "in"))
        made = batch_summing.summary(working, "folder")
    assert [(row.item, row.present) for row in made.rows] == [
        ("000.xml", True),
        ("001.xml", False),
        ("002.xml", False),
        ("001.xml", True),
    ]
    assert len({row.inspection for row in made.rows}) == 4


def test_a_card_that_came_a_moment_ago_in_the_same_group_is_found_as_seen_before(ledger: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.xml").write_bytes(batch_dumps.one(1))
    (folder / "b.xml").write_bytes(batch_dumps.one(1) + b"\n")
    with opened(ledger) as working:
        told = worked(working, of(folder))
    assert told[1].inspection is not None
    assert [one.row for one in told[1].inspection.evidence.sightings] == [1]


def test_rows_of_a_group_are_told_when_they_are_durable_and_never_before(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "GROUP_SECONDS", 1e9)
    batch_dumps.write(tmp_path / "in", 5)
    with opened(ledger) as working:
        for item in of(tmp_path / "in"):
            assert list(working.take(item)) == []
        with Ledger(ledger, readonly=True) as other:
            assert other.count() == 0
        for number, _told in enumerate(working.flush()):
            with Ledger(ledger, readonly=True) as other:
                assert other.count() == 5, number


@pytest.mark.parametrize("steps", [1, 3])
def test_a_full_disk_loses_nothing_that_was_told_and_the_next_run_goes_on(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    monkeypatch.setattr(batch, "GROUP", 1)
    batch_dumps.write(tmp_path / "in", 4)
    told: list[Told] = []
    append = Ledger.append_all

    def full(self: Ledger, *arguments: object) -> object:
        if len(told) >= steps:
            raise LedgerError("The disk is full.", "Free some space.")
        return append(self, *arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "append_all", full)
        with pytest.raises(LedgerError, match="full"), opened(ledger) as working:
            for item in of(tmp_path / "in"):
                told.extend(working.take(item))
    with Ledger(ledger, readonly=True) as kept:
        assert kept.count() == len(told) == steps
    with opened(ledger) as working:
        worked(working, of(tmp_path / "in"))
        assert working.kept == 4 - steps


def test_a_row_that_another_run_put_in_meanwhile_is_not_judged_twice(ledger: Path, tmp_path: Path) -> None:
    batch_dumps.write(tmp_path / "in", 2)
    with opened(ledger) as slow:
        for item in of(tmp_path / "in"):
            list(slow.take(item))
        slow._lock.release()
        with opened(ledger) as quick:
            worked(quick, of(tmp_path / "in"))
        told = list(slow.flush())
    assert all(one.inspection is None for one in told)
    with Ledger(ledger, readonly=True) as kept:
        assert kept.count() == 2


def test_a_second_run_at_once_is_refused_with_a_sentence(ledger: Path) -> None:
    with opened(ledger):
        with pytest.raises(LedgerError, match="Another run works on this batch"):
            opened(ledger)
        with opened(ledger, replace(TERMS, name="other")):
            pass
    with opened(ledger) as working:
        assert working.resumed
    assert [path.name for path in ledger.parent.glob("*.lock")] == []


def test_a_name_does_not_stand_for_two_batches(ledger: Path) -> None:
    with opened(ledger):
        pass
    other = replace(TERMS, declaration=Declaration(memory_gb=24))
    with pytest.raises(BatchError, match="in this ledger already"):
        opened(ledger, other)
    with opened(ledger, other, named=False) as working:
        assert not working.resumed


def test_a_record_that_cannot_be_kept_is_told_and_stops_nothing(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_dumps.write(tmp_path / "in", 3)
    collect = collecting.collect_bytes

    def poisoned(data: bytes, name: str, *rest: object) -> object:
        evidence = collect(data, name, *rest)  # type: ignore[arg-type]
        return replace(evidence, notes=("\ud800",)) if name == "001.xml" else evidence

    monkeypatch.setattr(collecting, "collect_bytes", poisoned)
    with opened(ledger) as working:
        told = worked(working, of(tmp_path / "in"))
    assert [(one.item, bool(one.failure)) for one in sorted(told, key=lambda one: one.item)] == [
        ("000.xml", False),
        ("001.xml", True),
        ("002.xml", False),
    ]


_CHILD = """
import os, signal, sys
from gpu_inspector.cli.main import main
limit = int(sys.argv[1])
seen = 0
def trace(frame, event, argument):
    global seen
    name = frame.f_code.co_filename
    if "batch" not in name and "ledger" not in name:
        return None
    seen += 1
    if seen >= limit:
        os.kill(os.getpid(), signal.SIGKILL)
    return trace
sys.settrace(trace)
status = main(sys.argv[2:])
sys.settrace(None)
print("STEPS", seen, file=sys.stderr)
sys.exit(status)
"""
"""Kills itself at the n-th line that runs in a module of batches or of the ledger."""


@pytest.mark.parametrize(
    ("files", "kills"), [(12, 5), pytest.param(100, 30, marks=pytest.mark.prove)], ids=["few", "many"]
)
def test_killed_at_any_line_each_file_is_judged_once(
    files: int, kills: int, ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch_dumps.write(tmp_path / "in", files)
    command = [sys.executable, "-c", _CHILD]
    words = ["batch", str(tmp_path / "in"), "--ledger", str(ledger), "--report", str(tmp_path / "s.pdf")]
    chance = Random(files)
    told: dict[str, str] = {}
    killed = 0
    for number in range(kills + 1):
        # A run of twelve files passes some 20,000 such lines, and one of a hundred ten times as many.
        limit = 10**9 if number == kills else int(10 ** chance.uniform(2.5, 3.9 + files / 100))
        done = subprocess.run([*command, str(limit), *words], capture_output=True, text=True, check=False)
        killed += done.returncode == -signal.SIGKILL
        for line in done.stdout.splitlines():
            if "  No. " in line and line.startswith(("INCONCLUSIVE", "CONTRADICTED")):
                name, row = line.split()[1], line.partition("  No. ")[2].split()[0]
                assert told.setdefault(name, row) == row
    assert done.returncode == 10, done.stderr
    assert killed >= kills / 2
    assert len(told) == len(set(told.values())) == files
    with Ledger(ledger, readonly=True) as kept:
        assert kept.verify().problem is None
        names = [kept.inspection(seq)[1].evidence.file_name for seq in range(1, kept.count() + 1)]
    assert sorted(names) == sorted(path.name for path in (tmp_path / "in").iterdir())
    if files > 12:
        with capsys.disabled():
            print(f"\n{kills} kills at lines of batch and ledger, {killed} hit: {len(names)} rows of {files} files")


def test_what_lies_in_a_folder_and_is_no_file_is_left_out_with_its_reason(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    batch_dumps.write(folder, 1)
    (folder / "sub").mkdir()
    (folder / "sub" / "inner.xml").write_bytes(b"x")
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to("loop")
    (folder / "nowhere").symlink_to("nothing")
    (folder / "zero").symlink_to("/dev/zero")
    (folder / "around").symlink_to(folder, target_is_directory=True)
    (folder / "linked.xml").symlink_to("000.xml")
    with socket.socket(socket.AF_UNIX) as server:
        before = Path.cwd()
        os.chdir(folder)
        server.bind("socket")
        os.chdir(before)
        flat = {one.name: (one.kind, one.reason) for one in of(folder)}
        deep = [one.name for one in batch_queue.of_folder(folder, True, frozenset()) if one.kind is Kind.FILE]
    assert flat == {
        "000.xml": (Kind.FILE, ""),
        "linked.xml": (Kind.FILE, ""),
        "pipe": (Kind.LEFT_OUT, batch_queue.NO_FILE),
        "socket": (Kind.LEFT_OUT, batch_queue.NO_FILE),
        "zero": (Kind.LEFT_OUT, batch_queue.NO_FILE),
        "loop": (Kind.LEFT_OUT, batch_queue.LOOP),
        "nowhere": (Kind.LEFT_OUT, batch_queue.NOWHERE),
        "around": (Kind.LEFT_OUT, batch_queue.LINKED_FOLDER),
        "sub": (Kind.LEFT_OUT, batch_queue.SUBFOLDER),
    }
    assert deep == ["000.xml", "linked.xml", "sub/inner.xml"]


def test_names_of_any_bytes_come_in_one_order_and_stay_apart(tmp_path: Path) -> None:
    names = [b"a\xff.xml", b"a\xfe.xml", b"b\nc.xml", b"-x.xml", "ä.xml".encode(), b"\x1b[2J.xml"]
    for name in names:
        (tmp_path / os.fsdecode(name)).write_bytes(b"x")
    found = of(tmp_path)
    assert [os.fsencode(one.path.name) for one in found if one.path is not None] == sorted(names)
    assert len({one.name for one in found}) == len(names)
    for one in found:
        one.name.encode("utf-8")


@given(st.binary(min_size=1, max_size=2000), st.binary(min_size=1, max_size=2000))
def test_a_name_is_bounded_text_and_two_names_are_two(one: bytes, other: bytes) -> None:
    texts = of_batch.item_of(one), of_batch.item_of(other)
    assert all(0 < len(text) <= of_batch.LONGEST_ITEM for text in texts)
    detail = of_batch.detail_of("0" * 8, of_batch.key_of(one), texts[0])
    assert of_batch.told_by(detail, "0" * 8) == (of_batch.key_of(one), texts[0])
    if one != other and b"\\" not in one + other:
        assert texts[0] != texts[1]


@pytest.mark.parametrize(
    ("line", "kind", "told"),
    [
        pytest.param(b"/x/dump.xml", Kind.FILE, "/x/dump.xml", id="path"),
        pytest.param(b"a//b/../dump.xml", Kind.FILE, "a/dump.xml", id="one-name-for-one-path"),
        pytest.param(b"0", Kind.CARD, "0", id="number"),
        pytest.param(b"01:00.0", Kind.CARD, "01:00.0", id="address"),
        pytest.param(b"0000:01:00.0", Kind.CARD, "0000:01:00.0", id="whole-address"),
        pytest.param(UUID.encode(), Kind.CARD, UUID, id="uuid"),
        pytest.param(b"simulation:genuine-rtx-3060", Kind.SIMULATION, "simulation:genuine-rtx-3060", id="simulation"),
        pytest.param(b"simulation:genuine-rtx-3060:7", Kind.SIMULATION, "simulation:genuine-rtx-3060:7", id="seed"),
        pytest.param(b"simulation:x:y", Kind.REFUSED, "simulation:x:y", id="no-seed"),
        pytest.param(b"simulation:", Kind.REFUSED, "simulation:", id="no-name"),
        pytest.param(b"a\0b", Kind.REFUSED, "a\0b", id="zero-byte"),
    ],
)  # fmt: skip
def test_a_line_of_a_list_is_a_path_a_card_or_a_simulation(line: bytes, kind: Kind, told: str) -> None:
    found = [one for one in batch_queue.of_list(BytesIO(line + b"\r\n\n"), b"\n") if one is not None]
    assert [(one.kind, one.name) for one in found] == [(kind, told)]


def test_a_file_of_that_name_is_meant_before_a_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "0").write_bytes(b"x")
    (item,) = (one for one in batch_queue.of_list(BytesIO(b"0"), b"\n") if one is not None)
    assert item.kind is Kind.FILE


@given(st.binary(max_size=3000), st.booleans())
def test_any_list_gives_things_in_bounded_memory(data: bytes, zero: bool) -> None:
    found = [one for one in batch_queue.of_list(BytesIO(data), b"\0" if zero else b"\n") if one is not None]
    assert len(found) <= data.count(b"\0" if zero else b"\n") + 1
    assert all(len(one.name) <= of_batch.LONGEST_ITEM for one in found)


def test_a_line_without_end_is_refused_and_those_behind_it_are_read() -> None:
    data = b"x" * 500_000 + b"\nnext.xml\n"
    found = [one for one in batch_queue.of_list(BytesIO(data), b"\n") if one is not None]
    assert [(one.kind, one.name[:8]) for one in found] == [(Kind.REFUSED, "x" * 8), (Kind.FILE, "next.xml")]


def test_a_list_that_waits_holds_back_nothing(ledger: Path, tmp_path: Path) -> None:
    batch_dumps.write(tmp_path / "in", 2)

    def slow() -> Iterator[Item | None]:
        yield of(tmp_path / "in")[0]
        yield None

    with opened(ledger) as working:
        told = [one for item in slow() for one in working.take(item)]
    assert len(told) == 1


def test_a_custody_line_of_another_program_does_not_bring_a_row_into_the_summary(ledger: Path, tmp_path: Path) -> None:
    batch_dumps.write(tmp_path / "in", 1)
    with opened(ledger) as working:
        worked(working, of(tmp_path / "in"))
        line = next(working.ledger.custody.beginning(What.INSPECTED, of_batch.beginning(working.id)))
        detail = of_batch.detail_of(working.id, "sha256:" + "0" * 64, "other.xml")
        working.ledger.custody.note(replace(line.event, detail=detail))
        made = batch_summing.summary(working, "folder")
    assert [row.item for row in made.rows] == ["000.xml"]


def test_an_altered_row_keeps_the_summary_from_being_made(ledger: Path, tmp_path: Path) -> None:
    batch_dumps.write(tmp_path / "in", 2)
    with opened(ledger) as working:
        worked(working, of(tmp_path / "in"))
        connection = sqlite3.connect(ledger)
        text = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'inspection_no_update'").fetchone()[0]
        connection.execute("DROP TRIGGER inspection_no_update")
        connection.execute("UPDATE inspection SET body = CAST(replace(body, '4090', '4080') AS BLOB) WHERE seq = 1")
        connection.execute(text)
        connection.commit()
        connection.close()
        with pytest.raises(LedgerError, match="Row 1 of the ledger"):
            batch_summing.summary(working, "folder")


def test_a_search_table_that_was_tampered_with_does_not_answer_for_a_content(ledger: Path, tmp_path: Path) -> None:
    batch_dumps.write(tmp_path / "in", 2)
    first, second = of(tmp_path / "in")
    with opened(ledger) as working:
        worked(working, (first,))
        key = of_batch.key_of((tmp_path / "in" / "001.xml").read_bytes())
        connection = sqlite3.connect(ledger)
        connection.execute("UPDATE listing SET id = ?", (of_batch.inspection_id(working.id, key, "001.xml"),))
        connection.commit()
        connection.close()
        with pytest.raises(LedgerError, match="The search table says something else of row 1"):
            worked(working, (second,))


def test_rows_of_a_run_that_was_killed_are_vouched_for_by_the_next_one(ledger: Path, tmp_path: Path) -> None:
    batch_dumps.write(tmp_path / "in", 2)
    with opened(ledger) as working:
        worked(working, of(tmp_path / "in"))
    for _ in range(2):
        with opened(ledger) as working:
            worked(working, of(tmp_path / "in"))
            working.end()
            assert working.kept == 0
    with Ledger(ledger, readonly=True) as kept:
        assert kept.checkpoints.newest(least=2) is not None
        assert sum(1 for _ in kept.checkpoints.files()) == 1
