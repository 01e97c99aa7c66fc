"""`audit` from outside: a line a node, the hall, the report, exits, going on, and what cannot be meant together."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fake_engine import FakeEngine, FakeTalk
from node_cards import key_of_node

from gpu_inspector.cli.main import main
from gpu_inspector.cluster import dask_setup
from gpu_inspector.cluster.engine import Answer, Trouble
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.report.certificate import fingerprint_of, pem_of
from gpu_inspector.workflow import audit_collect, audit_engines, node_key
from gpu_inspector.workflow.audit_engines import Way

HALL = """node,rack,unit,simulate,seed,trouble
n001,A1,1,genuine-h100-sxm,1,
n002,A1,3,hgx-h100-8,2,
n003,A1,5,genuine-h100-sxm,3,no-driver
n004,A2,1,genuine-h100-sxm,4,other-clock
n005,A2,3,genuine-h100-sxm,5,
"""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """Stands in the place of whatever engine the command opens."""
    made = FakeEngine(["n001", "n002", "n003", "n004", "n005"])
    monkeypatch.setattr(audit_engines, "opened", lambda *_given: made)
    monkeypatch.setattr(audit_collect, "_LOOK_S", 0.0)
    return made


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """A command on a ledger and a hall of its own: exit status, stdout and stderr."""
    (tmp_path / "hall.csv").write_text(HALL, encoding="utf-8")

    def command(*arguments: str | Path, name: str = "Hall 3") -> tuple[int, str, str]:
        given = ["audit", *map(str, arguments), "--ledger", str(tmp_path / "l.sqlite")]
        if name:
            given += ["--hall", str(tmp_path / "hall.csv"), "--name", name, "--no-measure"]
            given += ["--report", str(tmp_path / "hall.pdf")]
        status = main(given)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return command


def test_every_node_is_a_line_and_the_end_names_what_is_missing(run: Run, engine: FakeEngine, tmp_path: Path) -> None:
    engine.twists["n005"] = lambda function, said: Trouble.GONE if function.endswith(":answer") else said
    status, out, err = run("--local", "2")
    assert status == 10
    first = [line for line in out.splitlines() if line.startswith(("INCONCLUSIVE", "not examined"))]
    assert sorted(line.split(":")[0].split()[-1] for line in first) == ["n001", "n002", "n003", "n004", "n005"]
    assert "8 × NVIDIA H100 80GB HBM3" in out and "SIMULATION" in out
    for reason in ("drive the cards", "seconds away from", "died while its cards were examined"):
        assert out.count(reason) == 2, "told when it is known, and once more at the end"
    assert "Rack A1" in out and "Audit “Hall 3”: 9 cards of 2 nodes" in out
    assert "Audit “Hall 3” begins, 5 nodes in it (nowhere)." in err
    assert (tmp_path / "hall.pdf").read_bytes().startswith(b"%PDF-")
    assert main(["verify", str(tmp_path / "hall.pdf")]) in (0, 3)


def test_the_same_command_asks_the_gaps_alone(run: Run, engine: FakeEngine, tmp_path: Path) -> None:
    engine.twists["n005"] = lambda function, said: Trouble.GONE
    run("--local", "2")
    engine.twists.clear()
    engine.asked.clear()
    _status, out, err = run("--local", "2")
    assert out.count("(judged before)") == 2
    assert "Audit “Hall 3” goes on" in err
    assert {node for node, _function in engine.asked} == {"n003", "n004", "n005"}
    with Ledger(tmp_path / "l.sqlite", readonly=True) as ledger:
        assert ledger.count() == 3
        assert ledger.verify().problem is None


def test_again_is_another_run_with_a_lot_of_its_own(run: Run, engine: FakeEngine, tmp_path: Path) -> None:
    run("--local", "2")
    status, out, _err = run("--local", "2", "--again")
    assert status == 10 and "Audit “Hall 3, run 2”" in out and "(judged before)" not in out
    with Ledger(tmp_path / "l.sqlite", readonly=True) as ledger:
        assert ledger.count() == 6


def test_under_a_taken_name_other_options_are_refused(run: Run, engine: FakeEngine) -> None:
    run("--local", "2")
    status, _out, err = run("--local", "2", "--together")
    assert status == 1 and "not of this audit" in err


def test_without_a_name_the_options_are_the_name(run: Run, engine: FakeEngine, tmp_path: Path) -> None:
    hall = ("--hall", tmp_path / "hall.csv", "--no-measure", "--local", "2")
    first = run(*hall, name="")[2]
    assert "Audit “hall " in first and "begins" in first
    assert "goes on" in run(*hall, name="")[2]
    assert "begins" in run(*hall, "--case", "K 9", name="")[2]


def test_json_is_a_document_a_line_and_a_last_one_of_the_hall(run: Run, engine: FakeEngine) -> None:
    status, out, _err = run("--local", "2", "--json")
    *nodes, last = [json.loads(line) for line in out.splitlines()]
    assert status == 10 and len(nodes) == 5
    found: dict[str, Any] = {one["node"]: one for one in nodes}
    assert (found["n003"]["lack"], found["n003"]["verdict"]) == ("no-driver", None)
    assert (found["n001"]["origin"], found["n001"]["signer"], found["n001"]["before"]) == ("simulation", None, False)
    assert len(found["n002"]["cards"]) == 8
    assert (last["lost"], last["cards"], last["new"], last["stopped"]) == (2, 10, 3, False)
    assert {one["node"] for one in last["hall"]["nodes"] if one["lost"]} == {"n003", "n004"}
    again = [json.loads(line) for line in run("--local", "2", "--json")[1].splitlines()]
    assert {one["node"] for one in again[:-1] if one.get("before")} == {"n001", "n002", "n005"}


def test_ctrl_c_keeps_what_came_and_says_how_to_go_on(
    run: Run, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answer = FakeTalk.answer

    def interrupted(talk: FakeTalk, wait_s: float) -> Answer | None:
        node, function, _data = talk._open[0]
        if (node.name, function.endswith(":answer")) == ("n002", True):
            raise KeyboardInterrupt
        return answer(talk, wait_s)

    monkeypatch.setattr(FakeTalk, "answer", interrupted)
    status, out, err = run("--local", "2")
    assert status == 130 and "To go on, give it again:" in err
    assert "n001" in out and not (tmp_path / "hall.pdf").exists()
    monkeypatch.setattr(FakeTalk, "answer", answer)
    status, out, _err = run("--local", "2")
    assert status == 10 and out.count("(judged before)") == 1
    with Ledger(tmp_path / "l.sqlite", readonly=True) as ledger:
        assert ledger.count() == 3


def test_signed_nodes_are_told_apart_by_their_certificates(
    run: Run, engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = key_of_node(tmp_path / "node" / "key")
    (tmp_path / "node.pem").write_bytes(pem_of(certificate))
    (tmp_path / "other.pem").write_bytes(pem_of(key_of_node(tmp_path / "other" / "key")))
    monkeypatch.setenv(node_key.VARIABLE, str(tmp_path / "node" / "key"))
    known = [
        json.loads(line) for line in run("--local", "2", "--json", "--trust", tmp_path / "node.pem")[1].splitlines()
    ]
    assert {one["signer"] for one in known if one.get("id")} == {fingerprint_of(certificate)}
    other = run("--local", "2", "--trust", tmp_path / "other.pem", name="Other")[1]
    assert other.count("none of the given certificates vouches for") == 8, "four that answered, once in the table"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((), "Name one way"),
        (("--local", "2", "--scheduler", "tls://h:1"), "Name one way"),
        (("--scheduler", "tls://h:1", "--tls-ca", "ca.pem"), "go together"),
        (("--local", "1", "--ssh-config", "x"), "goes with --ssh"),
        (("--local", "1", "--slurm-option", "--qos=x"), "go with --slurm"),
        (("--local", "1", "--minutes", "5"), "--profile deep"),
        (("--local", "1", "--no-measure", "--profile", "quick"), "not both"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_together_is_wrong_usage(run: Run, given: tuple[str, ...], words: str) -> None:
    status, _out, err = run(*given, name="")
    assert status == 2 and words in err


def test_a_hall_file_that_is_none_is_told_before_anything_is_started(run: Run, tmp_path: Path) -> None:
    (tmp_path / "hall.csv").write_text("node,rack\nn001,A1\n", encoding="utf-8")
    status, _out, err = run("--local", "2")
    assert status == 1 and "column “unit” is missing" in err
    (tmp_path / "hall.csv").unlink()
    status, _out, err = run("--local", "2")
    assert status == 1 and "cannot be read" in err


def test_the_report_never_falls_on_the_ledger_or_the_hall(run: Run, engine: FakeEngine, tmp_path: Path) -> None:
    for place in ("l.sqlite", "hall.csv"):
        status, _out, err = run("--local", "2", "--report", tmp_path / place, "--hall", tmp_path / "hall.csv", name="")
        assert status == 1 and "Name another place" in err
        assert not engine.asked


def test_a_missing_extra_is_a_sentence_that_says_how_to_install_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [one for one in sys.modules if one.partition(".")[0] in ("dask", "distributed")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "dask", None)
    monkeypatch.setitem(sys.modules, "dask.config", None)
    status, _out, err = run("--local", "2")
    assert status == 1 and "pip install 'gpu-inspector[cluster]'" in err
    assert dask_setup.prepare.__module__ == "gpu_inspector.cluster.dask_setup"


def test_a_scheduler_that_anybody_may_join_is_told_of(run: Run, engine: FakeEngine) -> None:
    assert "without TLS" in run("--scheduler", "tcp://10.0.0.1:8786")[2]
    for address in ("tls://10.0.0.1:8786", "tcp://127.0.0.1:8786"):
        assert audit_engines.warning(Way(scheduler=address)) == ""


def test_nothing_of_dask_is_loaded_before_an_audit_runs() -> None:
    program = (
        "import sys; from gpu_inspector.cli.main import main; main(['audit', '--help']);"
        " print([one for one in ('dask', 'distributed', 'asyncssh', 'dask_jobqueue') if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
