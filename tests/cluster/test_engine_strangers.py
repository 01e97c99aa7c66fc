"""A port at which something else than a scheduler answers, or nothing does; and a worker that is another host's."""

import os
import socket
import threading
from collections.abc import Iterator

import pytest

pytest.importorskip("distributed", reason="Dask is not installed (extra “cluster”)")

from gpu_inspector.cluster.child import Child
from gpu_inspector.cluster.dask_engine import DaskEngine
from gpu_inspector.cluster.hosts_file import Host
from gpu_inspector.cluster.ssh import SshFleet
from gpu_inspector.errors import ClusterError

ENOUGH_S = 120.0


@pytest.fixture
def stranger(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a server that says these bytes to whoever comes, and keeps the line open."""
    server = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                line, _from = server.accept()
            except OSError:
                return
            held.append(line)
            line.sendall(request.param)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(10)  # before: it may have taken one more line
    for line in held:
        line.close()


@pytest.mark.parametrize(
    "stranger",
    [b"", b"SSH-2.0-OpenSSH_9.2p1\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", (2**40).to_bytes(8, "little") + b"x"],
    ids=["mute", "ssh", "http", "claims-a-terabyte"],
    indirect=True,
)
def test_whoever_answers_at_the_address_in_place_of_a_scheduler_is_not_waited_for(stranger: str) -> None:
    told: list[BaseException] = []

    def connect() -> None:
        try:
            DaskEngine(stranger, wait_s=1.0)
        except BaseException as error:
            told.append(error)

    trying = threading.Thread(target=connect, daemon=True)
    trying.start()
    trying.join(ENOUGH_S)
    assert [type(one) for one in told] == [ClusterError], told
    assert "does not answer" in str(told[0])


def test_tls_without_certificates_is_told_at_once() -> None:
    with pytest.raises(ClusterError, match="does not answer") as told:
        DaskEngine("tls://127.0.0.1:9", wait_s=3600.0)
    assert "--tls-ca" in told.value.advice


def test_a_host_is_met_at_the_end_of_its_own_connection_alone() -> None:
    fleet = SshFleet.__new__(SshFleet)
    fleet._hosts = {"a": Host("a", "a"), "b": Host("b", "b")}
    fleet._contacts = {"a": "tls://127.0.0.1:1001"}
    assert fleet.may_be("a", "tls://127.0.0.1:1001")
    assert not fleet.may_be("a", "tls://127.0.0.1:1002")
    assert not fleet.may_be("b", "tls://127.0.0.1:1001"), "nobody has met it yet"
    assert fleet.may_be("stranger", "tls://127.0.0.1:1003"), "it is told of as one"


def test_ctrl_c_at_the_terminal_reaches_the_audit_and_none_of_its_processes() -> None:
    child = Child("gpu_inspector.cluster.scheduler_process", "127.0.0.1", "0", told="")
    try:
        assert os.getsid(child.process.pid) != os.getsid(0)
        assert os.getpgid(child.process.pid) != os.getpgid(0)
    finally:
        child.close()
    assert child.process.returncode is not None
