"""Programs that die or write at the same moment: no acknowledged row is lost, no chain is forked."""

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import gpu_inspector
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical
from gpu_inspector.records.inspection import Inspection, LedgerEntry

NewInspection = Callable[..., Inspection]
Appender = Callable[[Path, Path, int], "subprocess.Popen[bytes]"]
ReadTold = Callable[[Path], list[list[object]]]

ENDLESS = 1_000_000
KILLS = 5
KILLS_TO_PROVE = 100


def _entries(told: list[list[object]]) -> list[LedgerEntry]:
    return [
        LedgerEntry(seq=int(str(seq)), previous=str(previous), digest=str(digest)) for seq, previous, digest in told
    ]


def _expect_all(path: Path, told: list[list[object]]) -> int:
    with Ledger(path) as ledger:
        verdict = ledger.verify()
        assert verdict.problem is None
        assert [ledger.holds(entry) for entry in _entries(told)] == [None] * len(told)
        return verdict.rows


def _kill_again_and_again(kills: int, path: Path, told: Path, start: Appender, read: ReadTold) -> None:
    for turn in range(kills):
        known = len(read(told))
        with start(path, told, ENDLESS) as child:
            while child.poll() is None and len(read(told)) <= known:
                time.sleep(0.002)
            time.sleep(0.001 * (turn % 17))  # another moment of the append each time
            child.kill()
        assert child.returncode == -9
    rows = _expect_all(path, read(told))
    # A row may be whose acknowledgement was not written: at most one for each kill.
    assert len(read(told)) <= rows <= len(read(told)) + kills


def test_killed_while_appending(path: Path, tmp_path: Path, start_appending: Appender, read_told: ReadTold) -> None:
    _kill_again_and_again(KILLS, path, tmp_path / "told", start_appending, read_told)


@pytest.mark.prove
def test_killed_a_hundred_times_while_appending(
    path: Path, tmp_path: Path, start_appending: Appender, read_told: ReadTold
) -> None:
    _kill_again_and_again(KILLS_TO_PROVE, path, tmp_path / "told", start_appending, read_told)


def test_killed_while_the_ledger_is_made(
    path: Path, tmp_path: Path, start_appending: Appender, new_inspection: NewInspection
) -> None:
    with start_appending(path, tmp_path / "told", ENDLESS) as child:
        while child.poll() is None and not path.exists():
            time.sleep(0.0005)
        child.kill()
    with Ledger(path) as ledger:
        assert ledger.append(new_inspection()).seq == ledger.count()
        assert ledger.verify().problem is None


def test_three_programs_at_once_on_a_ledger_that_is_not_there_yet(
    path: Path, tmp_path: Path, start_appending: Appender, read_told: ReadTold
) -> None:
    each = 40
    children = [start_appending(path, tmp_path / f"told{number}", each) for number in range(3)]
    for child in children:
        _, complaint = child.communicate(timeout=60)
        assert (child.returncode, complaint) == (0, b"")
    told = [line for number in range(3) for line in read_told(tmp_path / f"told{number}")]
    assert sorted(int(str(line[0])) for line in told) == list(range(1, 3 * each + 1))
    assert _expect_all(path, told) == 3 * each


FILLING = """
import dataclasses, resource, sys, uuid
from pathlib import Path
from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical
from gpu_inspector.records.inspection import Inspection
path, template, largest = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
example = canonical.decode(template.read_bytes(), Inspection, "inspection")
with Ledger(path) as ledger:
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
    try:
        while True:
            print(ledger.append(dataclasses.replace(example, id=str(uuid.uuid4()))).seq, flush=True)
    except LedgerError as error:
        print(error, file=sys.stderr)
"""


def test_a_file_that_may_not_grow_loses_nothing(path: Path, tmp_path: Path, new_inspection: NewInspection) -> None:
    template = tmp_path / "template.json"
    template.write_bytes(canonical.encode(new_inspection()))
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] in (resource.RLIM_INFINITY, 2**63 - 1)
    done = subprocess.run(
        [sys.executable, "-c", FILLING, str(path), str(template), "400000"],
        cwd=Path(gpu_inspector.__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    rows = [int(line) for line in done.stdout.split()]
    assert "The disk" in done.stderr and rows == list(range(1, len(rows) + 1)) != []
    with Ledger(path) as ledger:
        assert ledger.count() == len(rows)
        assert ledger.verify().problem is None
        assert ledger.append(new_inspection()).seq == len(rows) + 1


def test_the_ledger_never_begins_a_deferred_write() -> None:
    folder = Path(gpu_inspector.__file__).parent / "ledger"
    for file in folder.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert "atomic():" not in text, f"{file.name}: a deferred BEGIN fails at once when another program wrote"
        assert ".transform(" not in text, f"{file.name}: transform drops the triggers of a table"
