"""Programs that die or write at the same moment: no acknowledged row is lost, no chain is forked."""

import base64
import contextlib
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import gpu_inspector
from gpu_inspector.cli.main import main
from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger.anchoring import Anchor
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.report import identity
from gpu_inspector.workflow import checkpoints, ledger_checks

NewInspection = Callable[..., Inspection]
Appender = Callable[[Path, Path, int], "subprocess.Popen[bytes]"]
ReadTold = Callable[[Path], list[list[object]]]

ENDLESS = 1_000_000
KILLS = 10
KILLS_TO_PROVE = 500
KILLS_OF_ONE_LEDGER = 25


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


WORKING = """
import base64, dataclasses, json, os, random, signal, sys, time, uuid
from pathlib import Path
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.report import identity
from gpu_inspector.workflow import checkpoints
path, template, told, backups, kills, seed = *map(Path, sys.argv[1:5]), int(sys.argv[5]), int(sys.argv[6])
example = canonical.decode(template.read_bytes(), Inspection, "inspection")
key = identity.load_or_make(path.with_name("identity"))
chance = random.Random(seed)

def work(turn):
    with told.open("a") as out:
        def tell(*what):
            out.write(json.dumps(what) + "\\n")
            out.flush()
        tell("started")
        with Ledger(path) as ledger:
            for number in range(1_000_000):
                for _ in range(2):
                    entry = ledger.append(dataclasses.replace(example, id=str(uuid.uuid4())))
                    tell(entry.seq, entry.previous, entry.digest)
                made = checkpoints.after_append(path, entry, key)
                tell("checkpoint", base64.b64encode(made.data).decode(), made.remark)
                name = f"{turn}-{number}.sqlite"
                ledger.backup(backups / name)
                tell("backup", name)

for turn in range(kills):
    child = os.fork()
    if child == 0:
        try:
            work(turn)
        finally:
            os._exit(1)
    while not told.exists() or told.read_bytes().count(b"started") <= turn:
        time.sleep(0.0005)
    # So many more lines, then some time within the next step, however slow the machine is today.
    known = told.read_bytes().count(b"\\n") + chance.randrange(6)
    while told.read_bytes().count(b"\\n") < known:
        time.sleep(0.001)
    time.sleep(chance.uniform(0, 0.05))
    os.kill(child, signal.SIGKILL)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
"""
"""Starts programs that append, make checkpoints and backups, and kills each at a random moment."""


def _kill_again_and_again(kills: int, seed: int, folder: Path, template: Path) -> Counter[str]:
    """How many rows, checkpoints and backups were told of; each was looked for."""
    folder.mkdir()
    path, told, backups = folder / "ledger.sqlite", folder / "told", folder / "backups"
    backups.mkdir()
    words = [sys.executable, "-c", WORKING, str(path), str(template), str(told), str(backups), str(kills), str(seed)]
    environment = {**os.environ, "GPU_INSPECTOR_HOME": str(folder)}
    subprocess.run(words, cwd=Path(gpu_inspector.__file__).parents[1], check=True, timeout=300, env=environment)
    lines = [json.loads(line) for line in told.read_text().splitlines(keepends=True) if line.endswith("\n")]
    rows = [line for line in lines if isinstance(line[0], int)]
    # A row may be whose acknowledgement was not written: at most one for each kill.
    assert len(rows) <= _expect_all(path, rows) <= len(rows) + kills
    made = [line for line in lines if line[0] == "checkpoint"]
    assert [line for line in made if not line[1] or line[2]] == []
    told_of = [checkpoints.check(base64.b64decode(line[1])) for line in made]
    with Ledger(path, readonly=True) as ledger:
        anchors = tuple(Anchor("One that was told", one.file, one.statement) for one in told_of)
        assert ledger.verify(anchors).problem is None
    assert ledger_checks.verify(path).problem is None
    there = {one.name for one in backups.iterdir() if not one.name.startswith(".")}
    assert {line[1] for line in lines if line[0] == "backup"} <= there
    for name in there:
        with Ledger(backups / name, readonly=True) as copy:
            assert copy.verify().problem is None
    return Counter(rows=len(rows), checkpoints=len(made), backups=len(there))


@pytest.mark.parametrize("kills", [KILLS, pytest.param(KILLS_TO_PROVE, marks=pytest.mark.prove)])
def test_killed_while_appending_vouching_and_copying(
    kills: int, tmp_path: Path, new_inspection: NewInspection, capsys: pytest.CaptureFixture[str]
) -> None:
    template = tmp_path / "template.json"
    template.write_bytes(canonical.encode(new_inspection()))
    done: Counter[str] = Counter()
    for number in range(max(1, kills // KILLS_OF_ONE_LEDGER)):
        done += _kill_again_and_again(min(kills, KILLS_OF_ONE_LEDGER), number, tmp_path / str(number), template)
    assert done["rows"]
    if kills > KILLS:
        assert done["checkpoints"] and done["backups"]
        with capsys.disabled():
            print(f"\n{kills} kills: {dict(done)} were told of; none was lost, and no half backup bears its name")


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


def test_four_programs_at_once_with_readers_and_backups_on_a_ledger_that_is_not_there_yet(
    path: Path, tmp_path: Path, start_appending: Appender, read_told: ReadTold
) -> None:
    programs, each, looks, backups = 4, 50, 0, 0
    children = [start_appending(path, tmp_path / f"told{number}", each) for number in range(programs)]
    while any(child.poll() is None for child in children):
        known = [line for number in range(programs) for line in read_told(tmp_path / f"told{number}")]
        if not known:
            continue
        with Ledger(path, readonly=True) as ledger:
            shown = ledger.history(limit=1000)
            assert [row.seq for row in shown] == list(range(len(shown), 0, -1)) and len(shown) >= len(known)
            assert [ledger.holds(entry) for entry in _entries(known)] == [None] * len(known)
            if looks % 5 == 0:
                ledger.backup(tmp_path / f"backup{backups}.sqlite")
                backups += 1
        looks += 1
    for child in children:
        _, complaint = child.communicate(timeout=60)
        assert (child.returncode, complaint) == (0, b"")
    told = [line for number in range(programs) for line in read_told(tmp_path / f"told{number}")]
    assert sorted(int(str(line[0])) for line in told) == list(range(1, programs * each + 1))
    assert _expect_all(path, told) == programs * each
    assert looks and backups
    for number in range(backups):
        with Ledger(tmp_path / f"backup{number}.sqlite", readonly=True) as copy:
            assert copy.verify().problem is None


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


COPYING = """
import resource, sys
from pathlib import Path
from gpu_inspector.__main__ import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.argv = ["gpu-inspector", "ledger", "backup", sys.argv[3], "--ledger", sys.argv[2]]
sys.exit(main())
"""


@pytest.mark.parametrize("largest", [0, 512, 5000, 60_000])
def test_a_backup_that_may_not_grow_bears_no_name(
    largest: int, path: Path, tmp_path: Path, new_inspection: NewInspection
) -> None:
    with Ledger(path) as ledger:
        for _ in range(5):
            ledger.append(new_inspection())
    (tmp_path / "backups").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", COPYING, str(largest), str(path), str(tmp_path / "backups" / "copy.sqlite")],
        cwd=Path(gpu_inspector.__file__).parents[1],
        env={**os.environ, "GPU_INSPECTOR_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "The disk" in done.stderr and done.stderr.count("\n") == 1
    assert list((tmp_path / "backups").iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own that holds little."""
    folder = tmp_path / "small"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(words, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small disk can be mounted by root alone")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_told_and_over_when_there_is_space_again(
    small_disk: Path, tmp_path: Path, new_inspection: NewInspection, capsys: pytest.CaptureFixture[str]
) -> None:
    path, big = small_disk / "ledger.sqlite", small_disk / "other-files"
    entries = []
    with Ledger(path) as ledger:
        entries.append(ledger.append(new_inspection()))
        big.write_bytes(bytes(1_200_000))
        with pytest.raises(LedgerError, match=r"disk is full|disk failed"):
            for _ in range(10_000):
                entries.append(ledger.append(new_inspection()))
        assert ledger.count() == len(entries) > 1
    with contextlib.suppress(OSError), (small_disk / "rest").open("wb", buffering=0) as rest:  # what closing gave back
        while True:
            rest.write(bytes(4096))
    made = checkpoints.after_append(path, entries[-1], identity.load_or_make(tmp_path / "identity"))
    # SQLite may have room left in its log: then the checkpoint is kept within, and not beside, which is told.
    assert "disk" in made.remark or "No space left" in made.remark
    assert not checkpoints.beside(path).exists()
    with Ledger(path, readonly=True) as ledger:
        assert (ledger.checkpoints.last() or b"") == made.data
    assert main(["ledger", "backup", str(small_disk / "copy.sqlite"), "--ledger", str(path)]) == 1
    said = capsys.readouterr()
    assert "disk" in said.err and said.out == "" and not (small_disk / "copy.sqlite").exists()
    assert [one.name for one in small_disk.iterdir() if one.name.startswith(".")] == []
    assert main(["ledger", "backup", str(tmp_path / "copy.sqlite"), "--ledger", str(path)]) == 0
    with Ledger(path, readonly=True) as ledger:
        assert ledger.verify().problem is None
    big.unlink()
    (small_disk / "rest").unlink()
    with Ledger(path) as ledger:
        assert [ledger.holds(entry) for entry in entries] == [None] * len(entries)
        assert ledger.append(new_inspection()).seq == len(entries) + 1
        assert ledger.verify().problem is None
    made = checkpoints.after_append(path, entries[-1], identity.load_or_make(tmp_path / "identity"))
    assert (made.remark, checkpoints.beside(path).read_bytes()) == ("", made.data)
    assert ledger_checks.verify(path).problem is None
    capsys.readouterr()


def test_the_ledger_never_begins_a_deferred_write() -> None:
    folder = Path(gpu_inspector.__file__).parent / "ledger"
    for file in folder.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert "atomic():" not in text, f"{file.name}: a deferred BEGIN fails at once when another program wrote"
        assert ".transform(" not in text, f"{file.name}: transform drops the triggers of a table"
