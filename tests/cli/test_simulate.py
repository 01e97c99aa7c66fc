"""Every simulated card through the front door: exit status, what is named, ledger row, signed report, SIMULATION."""

import copy
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from cards import genuine, row_of
from sampling import sampled

from gpu_inspector.cli.main import main
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.probes import child_story, cuda
from gpu_inspector.records import canonical, catalogue, simulated
from gpu_inspector.records.evidence import Gap
from gpu_inspector.workflow import collecting

REWORK = {"memory-measured": "CONSISTENT", "memory-total": "CONTRADICTED"}


@dataclass(frozen=True)
class Row:
    """A line of the table: the exit status, outcomes of checks, words that must be said, and what is kept."""

    name: str
    exit: int
    outcomes: dict[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    within_s: float = 20.0
    profile: str = "quick"
    """The least that must show it."""


TABLE = (
    Row("genuine-rtx-4090", 0, {"memory-measured": "CONSISTENT", "die-measured": "CONSISTENT"}),
    Row("genuine-rtx-3060", 0, {"memory-measured": "CONSISTENT", "die-measured": "CONSISTENT"}),
    Row("genuine-rtx-2080-ti", 0, {"memory-measured": "CONSISTENT", "die-measured": "CONSISTENT"}),
    Row("genuine-a100-80gb", 0, {"memory-measured": "CONSISTENT", "die-measured": "CONSISTENT"}),
    Row("genuine-h100", 0, {"memory-measured": "CONSISTENT", "die-measured": "CONSISTENT"}),
    Row("genuine-h100-sxm", 0, {"memory-measured": "CONSISTENT", "die-measured": "CONSISTENT"}),
    Row("genuine-h200", 0, {"memory-measured": "CONSISTENT", "die-measured": "CONSISTENT"}),
    Row("rtx-4090-48gb", 12, REWORK, ("Fits the RTX 4090 48 GB rework",)),
    Row("rtx-2080-ti-22gb", 12, REWORK, ("Fits the RTX 2080 Ti 22 GB rework",)),
    Row("rtx-3070-16gb", 12, REWORK, ("Fits the RTX 3070 16 GB rework",)),
    Row("rtx-3080-ti-as-rtx-4090", 12, {"die-measured": "CONTRADICTED"}, ("GA102",)),
    Row("cmp-170hx-as-a100", 12, {}, ("CMP 170HX",)),
    Row("a100-40gb-as-80gb", 12, {"memory-measured": "CONTRADICTED"}, ("40",)),
    Row("gtx-1050-ti-folded", 12, {"memory-measured": "CONTRADICTED"}, ("2,?048 MiB|2 GB|2 GiB|2\\.0",)),
    Row("cmp-170hx-unlocked-64gb", 12, {"memory-measured": "CONTRADICTED", "bench-patches": "INCONCLUSIVE"}),
    Row("dead-data-lane", 13, {"condition-memory": "NOTED"}, ("lane \\d+",)),
    Row("missing-channel", 13, {"condition-memory": "NOTED"}, ("channel group \\d+ of \\d+",)),
    Row("x16-on-x8", 0, {"link-measured": "NOTED"}, ("x8", "x16")),
    Row("dry-paste", 0, {"condition-heat": "NOTED"}, ("K·mm²/W",), profile="standard"),
    Row("fell-off-bus", 10, {"memory-measured": "INCONCLUSIVE"}, ("bus",)),
    Row("hung-kernel", 10, {"memory-measured": "INCONCLUSIVE"}, ("hang",)),
)


def kind_of(row: Row) -> str:
    """Genuine cards are one kind, reworks another; every other card is one by itself."""
    return "genuine" if row.name.startswith("genuine-") else "rework" if row.outcomes is REWORK else row.name


def inspected(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, dict[str, Any]]:
    """The exit status and the document of `inspect --json`."""
    status = main(["inspect", "--json", *map(str, arguments)])
    return status, json.loads(capsys.readouterr().out)


def texts(document: dict[str, Any]) -> str:
    (card,) = document["cards"]
    return "\n".join(finding["text"] for finding in card["findings"])


def spent() -> float:
    """Seconds of the processor, here and in the measuring processes that ended: the load beside does not count."""
    own = os.times()
    return own.user + own.system + own.children_user + own.children_system


@pytest.mark.parametrize(
    "row",
    [
        *sampled([pytest.param(row, id=row.name) for row in TABLE], 10, kind=kind_of),
        *(
            pytest.param(replace(row, profile=profile), id=f"{row.name}-{profile}", marks=pytest.mark.prove)
            for row in TABLE
            for profile in ("standard", "deep")
        ),
    ],
)
def test_a_simulated_card_comes_to_what_it_must(
    row: Row, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, report, capture = tmp_path / "l.sqlite", tmp_path / "r.pdf", tmp_path / "c.json"
    if (row.name, row.profile) == ("hung-kernel", "quick"):  # waited for as on a real card; elsewhere the usual time
        monkeypatch.setattr(child_story, "SIMULATED_SHORTEST_S", child_story.SHORTEST_S)
    began, since = spent(), time.monotonic()
    status, document = inspected(
        capsys,
        "--simulate",
        row.name,
        "--profile",
        row.profile,
        "--ledger",
        ledger,
        "--report",
        report,
        "--capture",
        capture,
    )
    assert spent() - began < row.within_s
    if row.name == "hung-kernel":  # there it waits, which costs the processor nothing
        assert time.monotonic() - since < row.within_s
    (card,) = document["cards"]
    outcomes = {finding["check"]: finding["outcome"] for finding in card["findings"]}
    assert status == row.exit, {name: said for name, said in outcomes.items() if said not in ("CONSISTENT",)}
    assert outcomes.items() >= row.outcomes.items()
    for words in row.words:
        assert re.search(words, texts(document), re.IGNORECASE), f"{words} is not named"
    evidence = json.loads(capture.read_bytes())
    assert evidence["origin"] == "simulation" and evidence["notes"] == [f"SIMULATION {row.name}, seed 0"]
    silicon = evidence["cards"][0]["silicon"]
    assert silicon["die"] is not None, "what was measured is kept"
    assert silicon["complete"] is (row.exit != 10)
    with Ledger(ledger, readonly=True) as kept:
        assert kept.count() == 1 and kept.verify().problem is None
    assert main(["verify", str(report)]) == 3
    assert "SIMULATION" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "memory"),
    [
        pytest.param("rtx-4090-48gb", 48, id="4090"),
        pytest.param("rtx-2080-ti-22gb", 22, id="2080 Ti"),
        pytest.param("rtx-3070-16gb", 16, id="3070"),
    ],
)
def test_a_rework_that_was_declared_agrees(name: str, memory: int, capsys: pytest.CaptureFixture[str]) -> None:
    status, document = inspected(
        capsys, "--simulate", name, "--profile", "quick", "--declared-modified", "--declared-memory", str(memory)
    )
    assert status == 0
    assert "agrees with the declaration" in texts(document)


def test_the_list_is_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulations", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["format"] == 1
    cards = [one for one in document["simulations"] if one["cards"] == 1]
    assert [(one["name"], one["exit"]) for one in cards] == [(row.name, row.exit) for row in TABLE]
    assert main(["simulations"]) == 0
    printed = capsys.readouterr().out
    assert all(one["name"] in printed and one["about"] in printed for one in document["simulations"])


def test_without_measuring_the_claims_are_judged_alone(capsys: pytest.CaptureFixture[str]) -> None:
    status, document = inspected(capsys, "--simulate", "genuine-h100", "--no-measure")
    assert status == 10
    outcomes = {finding["check"]: finding["outcome"] for finding in document["cards"][0]["findings"]}
    assert outcomes["memory-measured"] == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        pytest.param((), [("standard", 0.0)], id="the usual profile"),
        pytest.param(("--profile", "deep", "--minutes", "2.5"), [("deep", 2.5)], id="deep"),
        pytest.param(("--no-measure",), [], id="claims alone"),
    ],
)
def test_a_real_card_is_measured_unless_that_is_refused(
    arguments: tuple[str, ...],
    asked: list[tuple[str, float]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found: list[tuple[str, float]] = []

    def answer(
        targets: Sequence[cuda.Target],
        profile: str,
        progress: cuda.Progress,
        *,
        minutes: float = 0.0,
        watch: object = None,
    ) -> tuple[cuda.Measured, ...]:
        found.append((profile, minutes))
        return tuple(cuda.Measured(None, (Gap("measure", "The card is lost."),)) for _ in targets)

    evidence = genuine(row_of("NVIDIA GeForce RTX 4090"))
    monkeypatch.setattr(collecting, "collect_machine", lambda *asked: evidence)
    monkeypatch.setattr(cuda, "measure", answer)
    status, document = inspected(capsys, *arguments)
    assert (status, found) == (10, asked)
    assert ("card is lost" in texts(document)) is bool(asked)


def test_a_ledger_that_takes_no_row_is_told_before_anything_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def measured(*targets: object, **options: object) -> tuple[cuda.Measured, ...]:
        raise AssertionError("a card was measured for nothing")

    monkeypatch.setattr(cuda, "measure", measured)
    evidence = genuine(row_of("NVIDIA GeForce RTX 4090"))
    monkeypatch.setattr(collecting, "collect_machine", lambda *asked: evidence)
    foreign = tmp_path / "foreign.sqlite"
    foreign.write_bytes(b"no ledger at all" * 100)
    for arguments in ([], ["--simulate", "genuine-h100"]):
        assert main(["inspect", *arguments, "--ledger", str(foreign)]) == 1
        assert str(foreign) in capsys.readouterr().err


def test_the_largest_seed_is_a_seed_like_others(capsys: pytest.CaptureFixture[str]) -> None:
    seed = str(2**53 - 1)
    status, _ = inspected(capsys, "--simulate", "genuine-rtx-3060", "--profile", "quick", "--seed", seed)
    assert status == 0


def test_an_unknown_simulation_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "--simulate", "nothing"]) == 1
    assert "genuine-rtx-4090" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("0", "--simulate", "genuine-h100"), id="card and simulation"),
        pytest.param(("--from", "x", "--simulate", "genuine-h100"), id="file and simulation"),
        pytest.param(("--from", "x", "--profile", "quick"), id="profile of a file"),
        pytest.param(("--seed", "3"), id="seed of a real card"),
        pytest.param(("--simulate", "genuine-h100", "--seed", "-1"), id="negative seed"),
        pytest.param(("--minutes", "3"), id="minutes of the usual profile"),
        pytest.param(("--profile", "quick", "--no-measure"), id="profile of nothing"),
        pytest.param(("--profile", "thorough"), id="unknown profile"),
    ],
)
def test_wrong_usage_of_the_measurement_exits_2(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", *arguments]) == 2
    assert capsys.readouterr().err


def origin_changed(capture: dict[str, Any]) -> None:
    capture["origin"] = "this machine"


def reading_changed(capture: dict[str, Any]) -> None:
    capture["cards"][0]["silicon"]["simulation"] = ""


def note_taken_out(capture: dict[str, Any]) -> None:
    capture["notes"] = []


def bench_changed(capture: dict[str, Any]) -> None:
    capture["host"]["system"] = "Debian GNU/Linux 12"


@pytest.fixture(scope="module")
def simulated_capture(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("simulated")
    path = folder / "c.json"
    command = ["inspect", "--simulate", "genuine-rtx-3060", "--profile", "quick", "--capture", str(path)]
    with pytest.MonkeyPatch.context() as patch:  # it is made before the test has a home of its own
        patch.setenv("GPU_INSPECTOR_HOME", str(folder / "home"))
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        assert main([*command, "--ledger", str(folder / "l.sqlite"), "--report", str(folder / "r.pdf")]) == 0
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param((origin_changed,), id="origin"),
        pytest.param((origin_changed, reading_changed), id="origin and reading"),
        pytest.param((origin_changed, reading_changed, note_taken_out), id="origin, reading, note"),
        pytest.param((origin_changed, reading_changed, note_taken_out, bench_changed), id="all but the UUID"),
    ],
)
def test_an_edited_simulation_does_not_pass_as_evidence(
    changes: tuple[Callable[[dict[str, Any]], None], ...],
    simulated_capture: dict[str, Any],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    edited, path = copy.deepcopy(simulated_capture), tmp_path / "edited.json"
    for change in changes:
        change(edited)
    path.write_text(json.dumps(edited))
    for command in (["judge", str(path)], ["inspect", "--from", str(path)]):
        capsys.readouterr()
        assert main(command) == 10
        assert "bears marks of a simulation" in capsys.readouterr().out


def test_judging_says_what_a_file_is_and_that_nobody_signed_it(
    simulated_capture: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.json").write_text(json.dumps(simulated_capture))
    (tmp_path / "b.json").write_text(canonical.encode(genuine(row_of("NVIDIA GeForce RTX 4090"))).decode())
    capsys.readouterr()
    assert main(["judge", str(tmp_path / "a.json")]) == 0
    assert "SIMULATION – no real card" in capsys.readouterr().out
    main(["judge", str(tmp_path / "b.json")])
    assert "Nobody signed this file" in capsys.readouterr().out
    main(["judge", str(tmp_path)])
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("CONSISTENT") and first.endswith("SIMULATION")
    assert "SIMULATION" not in second
    main(["judge", str(tmp_path / "a.json"), "--json"])
    assert json.loads(capsys.readouterr().out)["origin"] == "simulation"


def test_a_report_is_judged_with_a_word_on_its_signature(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "r.pdf"
    status, document = inspected(capsys, "--simulate", "genuine-h100", "--no-measure", "--report", report)
    assert (status, document["origin"]) == (10, "simulation")
    assert main(["judge", str(report)]) == 10
    printed = capsys.readouterr().out
    assert "gpu-inspector verify" in printed and "SIMULATION – no real card" in printed
    assert main(["history"]) == 0
    assert capsys.readouterr().out.rstrip().endswith("SIMULATION")


@pytest.mark.parametrize("name", [row.name for row in TABLE])
def test_every_simulation_bears_its_marks(name: str) -> None:
    evidence = collecting.collect_simulation(name, 3, None, catalogue.load())
    assert len(simulated.marks(evidence)) >= 3
    assert not simulated.marks(genuine(row_of("NVIDIA GeForce RTX 4090")))


def test_progress_that_nobody_can_be_told_ends_no_inspection(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no device that is always full")
    command = [sys.executable, "-m", "gpu_inspector", "inspect", "--simulate", "genuine-rtx-3060", "--profile", "quick"]
    command += ["--json", "--ledger", str(tmp_path / "l.sqlite"), "--report", str(tmp_path / "r.pdf")]
    with full.open("w") as nowhere:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=nowhere, check=False)
    assert done.returncode == 0 and json.loads(done.stdout)["verdict"] == "CONSISTENT"
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as one:
        assert one.stderr is not None and one.stdout is not None
        one.stderr.readline()
        one.stderr.close()
        assert json.loads(one.stdout.read())["verdict"] == "CONSISTENT"
    assert one.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="the current folder cannot be removed there")
def test_a_folder_that_is_gone_is_told_before_anything_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    before = Path.cwd()
    os.chdir(gone)
    try:
        gone.rmdir()
        assert main(["inspect", "--simulate", "genuine-h100", "--profile", "quick"]) == 1
    finally:
        os.chdir(before)
    assert "current folder is gone" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_ctrl_c_leaves_no_child_and_a_sound_ledger(share: float, tmp_path: Path) -> None:
    ledger, seed = tmp_path / "l.sqlite", str(random.randrange(2**40, 2**41))
    # A shell that runs the tests in its background has them ignore Ctrl-C, and all that they start.
    heard = (
        "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.executable, sys.argv[1:])"
    )
    command = [sys.executable, "-m", "gpu_inspector", "inspect", "--simulate", "hung-kernel", "--seed", seed]
    command = [sys.executable, "-c", heard, *command, "--ledger", str(ledger)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True) as one:
        assert one.stderr is not None
        for line in one.stderr:
            if b"measuring" in line:
                break
        time.sleep(3 * share)
        os.kill(one.pid, signal.SIGINT)
        _, complaints = one.communicate(timeout=10)
    assert one.returncode == 130
    assert b"Traceback" not in complaints
    children = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    assert not [line for line in children.splitlines() if seed in line]
    if ledger.exists():
        with Ledger(ledger, readonly=True) as kept:
            assert kept.count() == 0 and kept.verify().problem is None
