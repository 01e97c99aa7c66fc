"""`watch` from outside, and the looks at its folder: complete files are taken once, half-written ones wait."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import batch_dumps
import pytest

from gpu_inspector.cli.main import main
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.workflow.batch_queue import Item, Kind
from gpu_inspector.workflow.batch_watch import Ending, Watch


class Folder:
    """A watched folder whose clock is ours: `between` runs in each pause between two looks."""

    def __init__(self, place: Path, ending: Ending | None = None, recursive: bool = False) -> None:
        place.mkdir(exist_ok=True)
        self.place, self.now, self.pauses = place, 0.0, 0
        self.steps: list[Callable[[], object]] = []
        self.watch = Watch(
            place,
            recursive=recursive,
            every_seconds=1.0,
            ending=ending or Ending(idle_seconds=3.0),
            kept=(),
            stopped=lambda: self.pauses > 50,
            clock=lambda: self.now,
            nap=self._nap,
        )

    def _nap(self, seconds: float) -> None:
        self.now += 1.0  # a pause is one nap
        self.pauses += 1
        if self.steps:
            self.steps.pop(0)()

    def names(self) -> list[str]:
        return [item.name for item in self.items()]

    def items(self) -> Iterator[Item]:
        return (item for item in self.watch if item is not None)


def test_a_file_is_taken_when_two_looks_find_it_alike(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "in")
    path = folder.place / "a.xml"
    folder.steps = [
        lambda: path.write_bytes(b"half"),
        lambda: path.write_bytes(b"half and half"),
        lambda: path.write_bytes(b"whole, at last"),
        lambda: None,
    ]
    taken = [(item.name, item.path.read_bytes()) for item in folder.items() if item.path is not None]
    assert taken == [("a.xml", b"whole, at last")]


@pytest.mark.parametrize("name", [".a.xml.tmp", "a.xml.part", "a.xml~", "a.crdownload", "~$a.xml", ".hidden/a.xml"])
def test_hidden_and_temporary_names_are_left_alone(tmp_path: Path, name: str) -> None:
    folder = Folder(tmp_path / "in", recursive=True)
    (folder.place / name).parent.mkdir(exist_ok=True)
    (folder.place / name).write_bytes(b"x")
    assert [(item.kind, item.name) for item in folder.items()] == [(Kind.LEFT_OUT, name)]  # told once, at the end


def test_a_folder_that_cannot_be_read_is_told_once_and_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Folder(tmp_path / "in", recursive=True)
    (folder.place / "a.xml").write_bytes(b"x")
    (folder.place / "closed").mkdir()
    scandir = os.scandir

    def refused(path: Path) -> object:
        if path.name == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refused)
    told = sorted((item.kind, item.name) for item in folder.items())
    assert told == [(Kind.FILE, "a.xml"), (Kind.REFUSED, "closed")]


def test_a_file_that_was_complete_under_a_temporary_name_is_taken_at_once(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "in", Ending(count=1))
    (folder.place / ".a.tmp").write_bytes(b"x")
    folder.steps = [lambda: (folder.place / ".a.tmp").rename(folder.place / "a.xml")]
    assert folder.names() == ["a.xml"]
    assert folder.pauses == 1


def test_a_file_that_is_changed_later_is_taken_again_and_one_that_is_not_is_not(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "in")
    (folder.place / "a.xml").write_bytes(b"x")
    (folder.place / "b.xml").write_bytes(b"x")
    folder.steps = [lambda: None, lambda: (folder.place / "a.xml").write_bytes(b"changed")]
    assert folder.names() == ["a.xml", "b.xml", "a.xml"]


def test_a_file_that_changes_while_it_is_read_waits(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "in")
    (folder.place / "a.xml").write_bytes(b"x")
    found: list[bool] = []
    for item in folder.items():
        if not found:
            (folder.place / "a.xml").write_bytes(b"longer")
        found.append(folder.watch.still(item))
    assert found == [False, True]


def test_a_folder_that_goes_away_and_comes_back_is_watched_on(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "in", Ending(idle_seconds=6.0))
    (folder.place / "a.xml").write_bytes(b"x")
    aside = tmp_path / "aside"
    folder.steps = [
        lambda: None,
        lambda: folder.place.rename(aside),
        lambda: None,
        lambda: ((aside / "b.xml").write_bytes(b"y"), aside.rename(folder.place)),
    ]
    assert folder.names() == ["a.xml", "b.xml"]


def test_count_and_idle_time_end_it(tmp_path: Path) -> None:
    batch_dumps.write(tmp_path / "in", 3)
    assert Folder(tmp_path / "in", Ending(count=2)).names() == ["000.xml", "001.xml"]
    folder = Folder(tmp_path / "in", Ending(idle_seconds=0.0))
    assert folder.names() == ["000.xml", "001.xml", "002.xml"]
    assert folder.pauses == 1


def test_a_slow_copy_is_waited_for_however_short_the_idle_time(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "in", Ending(idle_seconds=0.0))
    path = folder.place / "a.xml"
    path.write_bytes(b"0")
    folder.steps = [lambda size=size: path.write_bytes(b"x" * size) for size in range(2, 9)]  # type: ignore[misc]
    assert [item.path.stat().st_size for item in folder.items() if item.path is not None] == [8]


def test_what_is_no_file_is_told_once(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "in")
    os.mkfifo(folder.place / "pipe")
    assert folder.names() == ["pipe"]


def test_the_command_judges_what_comes_sums_up_and_goes_on_with_a_batch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    batch_dumps.write(tmp_path / "in", 2)
    common = [str(tmp_path / "in"), "--ledger", str(tmp_path / "l.sqlite"), "--report", str(tmp_path / "s.pdf")]
    assert main(["batch", *common]) == 10
    batch_dumps.write(tmp_path / "in", 1, start=2)
    (tmp_path / "in" / "junk").write_bytes(b"no dump")
    capsys.readouterr()
    assert main(["watch", *common, "--every", "0.05", "--until-idle", "0.3", "--json"]) == 10
    *told, end = map(json.loads, capsys.readouterr().out.splitlines())
    assert sorted(one["file"] for one in told) == ["000.xml", "001.xml", "002.xml", "junk"]
    assert (end["judged"], end["new"], end["not_judged"]) == (3, 1, 1)
    assert main(["verify", str(tmp_path / "s.pdf")]) == 3


def test_a_folder_into_which_nothing_came_has_no_summary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    words = ["watch", str(tmp_path / "in"), "--until-idle", "0", "--ledger", str(tmp_path / "l.sqlite")]
    assert main(words) == 1
    assert "Nothing was judged" in capsys.readouterr().err
    assert main(["watch", str(tmp_path / "nowhere")]) == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_being_stopped_is_its_normal_end(number: signal.Signals, tmp_path: Path) -> None:
    batch_dumps.write(tmp_path / "in", 1)
    words = ["watch", str(tmp_path / "in"), "--every", "0.05", "--ledger", str(tmp_path / "l.sqlite")]
    command = [sys.executable, "-m", "gpu_inspector", *words, "--report", str(tmp_path / "s.pdf")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        assert child.stdout is not None
        assert "000.xml" in child.stdout.readline()
        child.send_signal(number)
        rest = child.stdout.read()
    assert child.returncode == 10
    assert "Signed summary of the batch" in rest
    with Ledger(tmp_path / "l.sqlite", readonly=True) as kept:
        assert kept.count() == 1
    assert (tmp_path / "s.pdf").exists()
