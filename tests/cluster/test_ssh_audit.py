"""`audit --ssh`: each host by its own key, its worker through ssh alone, and nothing left there afterwards."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import ssh_here
from ssh_here import Sshd

from gpu_inspector.cluster import fleet as fleet_module
from gpu_inspector.cluster import hosts_file, ssh
from gpu_inspector.cluster import security as securities
from gpu_inspector.cluster.dask_engine import DaskEngine
from gpu_inspector.cluster.ssh import SshFleet, SshWishes

pytest.importorskip("asyncssh", reason="the extra “cluster” is not installed")
pytestmark = pytest.mark.skipif(bool(ssh_here.lacking()), reason=ssh_here.lacking())
_PACKAGE = str(Path(hosts_file.__file__).parents[2])
_BROUGHT = """
import sys, time
from pathlib import Path
from gpu_inspector.cluster import hosts_file, ssh
fleet = ssh.fleet(hosts_file.read(sys.argv[1].encode()), ssh.SshWishes(config=sys.argv[2]))
fleet.bring(fleet.expected())
time.sleep(600)
"""


def _until(reached: Callable[[], bool], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """One for all: it lets this user in."""
    with Sshd(tmp_path_factory.mktemp("ssh") / "here") as here:
        yield here


class _NoScheduler:
    """In place of a process: no worker of these tests comes so far as to join it."""

    def __init__(self, host: str) -> None:
        self.address, self.security = f"tls://{host}:9", securities.temporary()

    def close(self) -> None:
        """Nothing was begun."""


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No scheduler is started."""
    monkeypatch.setattr(fleet_module, "OwnScheduler", _NoScheduler)


@pytest.fixture
def opened() -> Iterator[Callable[..., SshFleet]]:
    """A fleet of the lines given; closed at the end."""
    made: list[SshFleet] = []

    def begin(lines: str, config: str, **more: float) -> SshFleet:
        wishes = SshWishes(config=config, python=_python(), **more)  # type: ignore[arg-type]
        made.append(ssh.fleet(hosts_file.read(lines.encode()), wishes))
        return made[-1]

    yield begin
    for one in made:
        one.close()


def _python() -> str:
    return sys.executable


def _workers(folder: Path) -> set[int]:
    """The processes of workers that the sshd in this folder started: those that have its variable."""
    found = set()
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if b"gpu_inspector.cluster.serve" in (path / "cmdline").read_bytes():
                found |= {int(path.name)} if str(folder).encode() in (path / "environ").read_bytes() else set()
        except OSError:
            continue
    return found


def test_hosts_that_answer_and_hosts_that_do_not_stand_side_by_side(
    sshd: Sshd, opened: Callable[..., SshFleet]
) -> None:
    here = f"127.0.0.1:{sshd.port}"
    lines = f"{here} n1\n{here} n2\n127.0.0.1:1 n3\nno-such-host.invalid n4\n{here} n5 python=/no/python\n"
    more = [f"SetEnv GPU_INSPECTOR_TEST={sshd.folder}"]
    fleet = opened(lines, sshd.configuration("several", known=True, more=more))
    with DaskEngine(fleet.address, fleet.security, where=fleet.where, fleet=fleet) as engine:
        engine.bring(engine.expected())
        engine.bring(engine.expected())
        _until(lambda: len(engine.nodes()) + len(engine.missing()) == 5)
        assert [node.name for node in engine.nodes()] == ["n1", "n2"]
        reasons = {name: one.reason for name, one in engine.missing().items()}
        assert reasons["n3"] == "The host cannot be reached: Connection refused"
        assert "cannot be reached" in reasons["n4"]
        assert reasons["n5"] == "The node has no Python that can be run as /no/python."
        with closing(engine.talk()) as talk:
            talk.ask(engine.nodes()[0], "gpu_inspector.workflow.node_hello:hello", b"{}", 30.0)
            answer = talk.answer(30.0)
        assert answer is not None
        assert answer.data is not None
        assert b"no wish of GPU Inspector" in answer.data
        engine.done("n1")
        _until(lambda: [node.name for node in engine.nodes()] == ["n2"])
        assert "n1" not in engine.missing()
    _until(lambda: not _workers(sshd.folder))


@pytest.mark.usefixtures("alone")
def test_a_host_whose_key_is_not_known_is_given_nothing(sshd: Sshd, opened: Callable[..., SshFleet]) -> None:
    fleet = opened(f"127.0.0.1:{sshd.port} n1", sshd.configuration("unknown", known=False))
    fleet.bring(["n1"])
    _until(lambda: bool(fleet.missing()))
    missing = fleet.missing()["n1"]
    assert missing.reason == "The key that the host shows is not one that is known for it."
    assert "Log in by hand once" in missing.advice


@pytest.mark.usefixtures("alone")
def test_the_check_of_the_hosts_key_cannot_be_turned_off(sshd: Sshd, opened: Callable[..., SshFleet]) -> None:
    more = ["StrictHostKeyChecking no", "UserKnownHostsFile none"]
    fleet = opened(f"127.0.0.1:{sshd.port} n1", sshd.configuration("careless", known=False, more=more))
    fleet.bring(["n1"])
    _until(lambda: bool(fleet.missing()))
    assert "turns the check of this host's key off" in fleet.missing()["n1"].reason


@pytest.mark.usefixtures("alone")
def test_a_host_that_does_not_know_the_key_of_this_user_is_no_defect(
    sshd: Sshd, opened: Callable[..., SshFleet]
) -> None:
    fleet = opened(f"127.0.0.1:{sshd.port} n1", sshd.configuration("stranger", known=True, key="other_key"))
    fleet.bring(["n1"])
    _until(lambda: bool(fleet.missing()))
    assert "does not let this user in" in fleet.missing()["n1"].reason


@pytest.mark.usefixtures("alone")
def test_a_host_that_never_speaks_is_waited_for_so_long_and_no_longer(
    sshd: Sshd, opened: Callable[..., SshFleet], tmp_path: Path
) -> None:
    import socket

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        fleet = opened(f"127.0.0.1:{silent.getsockname()[1]} n1", sshd.configuration("patient", known=True), wait_s=0.5)
        fleet.bring(["n1"])
        _until(lambda: bool(fleet.missing()))
        assert fleet.missing()["n1"].reason == "The host did not answer over ssh within 0.5 seconds."


@pytest.mark.usefixtures("alone")
def test_a_host_that_forwards_no_ports_says_so(tmp_path: Path, opened: Callable[..., SshFleet]) -> None:
    with Sshd(tmp_path / "strict", ["AllowTcpForwarding no"]) as strict:
        fleet = opened(f"127.0.0.1:{strict.port} n1", strict.configuration("strict", known=True))
        fleet.bring(["n1"])
        _until(lambda: bool(fleet.missing()))
        assert "AllowTcpForwarding" in fleet.missing()["n1"].advice


def test_a_collector_that_is_killed_leaves_no_worker_on_a_host(sshd: Sshd) -> None:
    more = [f"SetEnv GPU_INSPECTOR_TEST={sshd.folder}"]
    config = sshd.configuration("killed", known=True, more=more)
    collector = subprocess.Popen(
        [sys.executable, "-c", _BROUGHT, f"127.0.0.1:{sshd.port} n1", config],
        env={**os.environ, "PYTHONPATH": _PACKAGE},
        stdout=subprocess.DEVNULL,
    )
    try:
        _until(lambda: bool(_workers(sshd.folder)))
    finally:
        collector.send_signal(signal.SIGKILL)
        collector.wait()
    _until(lambda: not _workers(sshd.folder))
