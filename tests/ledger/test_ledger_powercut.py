"""The power goes at any moment: what was acknowledged is there, and the chain is whole.

A real program with the real SQLite is watched by a preloaded library (powercut.c); its disk is rebuilt as it could be
after a cut (powercut.py, which says what that does not cover).
"""

import json
import os
import random
import shutil
import subprocess
import sys
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from ledger.powercut import Disk, Event, events_of

import gpu_inspector
from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical
from gpu_inspector.records.inspection import Inspection, LedgerEntry

NewInspection = Callable[..., Inspection]

CUTS = 40
CUTS_TO_PROVE = 1000

PROGRAM = """
import dataclasses, json, os, sys, uuid
from pathlib import Path
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical
from gpu_inspector.records.inspection import Inspection
path, template, told, synchronous = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
example = canonical.decode(template.read_bytes(), Inspection, "inspection")
with told.open("w") as out:
    def tell(what):
        out.write(json.dumps(what) + "\\n")
        out.flush()
    for turn in range(3):
        with Ledger(path) as ledger:
            ledger._connection.execute(f"PRAGMA synchronous = {synchronous}")
            # SQLite copies the log into the file after 1,000 pages: here so often that a few rows are enough.
            ledger._connection.execute("PRAGMA wal_autocheckpoint = 40")
            for _ in range(5):
                entry = ledger.append(dataclasses.replace(example, id=str(uuid.uuid4())))
                tell([entry.seq, entry.previous, entry.digest])
            ledger.backup(path.with_name(f"backup-{turn}.sqlite"))
            tell(f"backup-{turn}.sqlite")
"""


@dataclass(frozen=True)
class Watched:
    """What a program did below `root`."""

    root: Path
    events: tuple[Event, ...]


Watch = Callable[[str], Watched]


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory, new_inspection: NewInspection) -> Watch:
    """Runs the program under the library, with that setting of `synchronous`."""
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("no C compiler (cc) here to make the library that watches the program")
    folder = tmp_path_factory.mktemp("watch")
    library = folder / "powercut.so"
    source = Path(__file__).with_name("powercut.c")
    words = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl", "-lpthread"]
    subprocess.run(words, check=True, capture_output=True, timeout=60)
    template = folder / "template.json"
    template.write_bytes(canonical.encode(new_inspection()))

    def run(synchronous: str) -> Watched:
        place = tmp_path_factory.mktemp("disk").resolve()
        root, told, log = place / "root", place / "told", place / "log"
        root.mkdir()
        subprocess.run(
            [
                sys.executable,
                "-c",
                PROGRAM,
                str(root / "office" / "ledger.sqlite"),
                str(template),
                str(told),
                synchronous,
            ],
            env={
                **os.environ,
                "LD_PRELOAD": str(library),
                "GI_WATCHED": str(root),
                "GI_TOLD": str(told),
                "GI_LOG": str(log),
            },
            cwd=Path(gpu_inspector.__file__).parents[1],
            check=True,
            timeout=60,
        )
        return Watched(root, tuple(events_of(log.read_bytes())))

    return run


@pytest.fixture(scope="module")
def durable(watch: Watch) -> Watched:
    """The program as it is."""
    return watch("FULL")


def _told(disk: Disk) -> tuple[list[LedgerEntry], list[str]]:
    lines = [json.loads(line) for line in disk.told.decode().splitlines()]
    entries = [LedgerEntry(seq=one[0], previous=one[1], digest=one[2]) for one in lines if isinstance(one, list)]
    return entries, [one for one in lines if isinstance(one, str)]


def _missing(disk: Disk, folder: Path) -> list[str]:
    """What was acknowledged before the cut and is not on this disk; [] for a disk on which all is well."""
    entries, backups = _told(disk)
    path = folder / "office" / "ledger.sqlite"
    if not path.exists() and not entries:
        return []
    problems = []
    try:
        with Ledger(path, readonly=False) as ledger:
            found = ledger.verify()
            problems += [found.problem] if found.problem else []
            problems += [reason for reason in map(ledger.holds, entries) if reason]
            problems += [] if found.rows <= len(entries) + 1 else ["A row that nobody put there."]
    except LedgerError as error:
        problems.append(str(error))
    for name in backups:
        problems += [] if (folder / "office" / name).exists() else [f"{name} is missing."]
    for copy in (folder / "office").glob("backup-*.sqlite") if (folder / "office").is_dir() else ():
        try:
            with Ledger(copy, readonly=True) as ledger:
                found = ledger.verify()
                rows = 5 * (int(copy.stem[-1]) + 1)
                problems += [found.problem] if found.problem else []
                problems += [] if found.rows == rows else [f"{copy.name} has {found.rows} rows instead of {rows}."]
        except LedgerError as error:
            problems.append(f"{copy.name} bears its name and is not whole: {error}")
    return problems


def _cut(watched: Watched, cuts: int, seed: int, folder: Path) -> tuple[int, list[str]]:
    """How many cuts lost what was acknowledged, and what the first of them lost."""
    chance = random.Random(seed)
    tellings = [number + 1 for number, event in enumerate(watched.events) if event.kind == "A"]
    moments = sorted(
        chance.choice(tellings) if chance.random() < 0.3 else chance.randrange(len(watched.events) + 1)
        for _ in range(cuts)
    )
    disk, done, lost = Disk(watched.root), 0, 0
    first: list[str] = []
    for number, moment in enumerate(moments):
        for event in watched.events[done:moment]:
            disk.do(event)
        done = moment
        place = folder / str(number)
        disk.after_the_cut(place, chance)
        problems = _missing(disk, place)
        if problems:
            lost += 1
            first = first or [f"cut after call {moment} of {len(watched.events)}", *problems]
        shutil.rmtree(place)
    assert bisect_right(moments, tellings[-1]) > 0 and done <= len(watched.events)
    return lost, first


def test_the_rebuilt_disk_is_the_real_one_when_no_power_goes(durable: Watched, tmp_path: Path) -> None:
    disk = Disk(durable.root)
    for event in durable.events:
        disk.do(event)
    disk.as_it_is(tmp_path / "rebuilt")

    def files(root: Path) -> dict[str, bytes]:
        return {str(one.relative_to(root)): one.read_bytes() for one in root.rglob("*") if one.is_file()}

    assert files(tmp_path / "rebuilt") == files(durable.root)
    entries, backups = _told(disk)
    assert [one.seq for one in entries] == list(range(1, 16)) and len(backups) == 3
    assert {"W", "S", "U", "L", "M", "T", "D"} <= {event.kind for event in durable.events}


@pytest.mark.parametrize("cuts", [CUTS, pytest.param(CUTS_TO_PROVE, marks=pytest.mark.prove)])
def test_a_power_cut_loses_nothing_that_was_acknowledged(
    durable: Watched, tmp_path: Path, cuts: int, capsys: pytest.CaptureFixture[str]
) -> None:
    lost, first = _cut(durable, cuts, cuts, tmp_path)
    if cuts > CUTS:
        with capsys.disabled():
            print(f"\n{cuts} power cuts in {len(durable.events)} calls: {lost} lost what was acknowledged")
    assert (lost, first) == (0, [])


@pytest.mark.parametrize("synchronous", ["OFF", "NORMAL"])
def test_a_ledger_that_does_not_flush_is_found_out(watch: Watch, tmp_path: Path, synchronous: str) -> None:
    lost, _first = _cut(watch(synchronous), 60, 1, tmp_path)
    assert lost > 5


def test_a_folder_whose_new_name_is_not_flushed_is_found_out(durable: Watched, tmp_path: Path) -> None:
    root = {event.handle for event in durable.events if event.kind == "D" and event.text == str(durable.root)}
    opened, events = -1, []
    for event in durable.events:
        if event.kind == "D":
            opened = event.handle if event.text == str(durable.root) else -1
        if not (event.kind == "S" and event.handle == opened):
            events.append(event)
    assert root and len(events) < len(durable.events)
    lost, _first = _cut(Watched(durable.root, tuple(events)), 40, 1, tmp_path)
    assert lost > 5
