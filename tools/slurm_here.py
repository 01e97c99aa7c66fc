"""Slurm on this one machine, for a trial: munged, slurmctld and a slurmd for each of many nodes that are all this host.

It needs Debian's packages slurm-wlm and munge and nothing of a system: no systemd, no control groups of its own, no
account and no port that is known. Everything lies in one folder, and ends with the object. What this machine lacks for
it, or refuses, is said in sentences (`lacking`, and `SlurmRefused` with the step that failed).
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

PARTITION = "hall"
_PROGRAMS = {
    "munged": "munge",
    "munge": "munge",
    "slurmctld": "slurmctld",
    "slurmd": "slurmd",
    "sinfo": "slurm-client",
    "sbatch": "slurm-client",
    "squeue": "slurm-client",
    "scancel": "slurm-client",
}
_LONGEST_SOCKET = 100
"""Bytes of the path of a Unix socket, less than the kernel's 108."""
_START_S = 20.0
_END_S = 10.0
_CONFIG = """ClusterName=trial
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/run/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/controller
SlurmdSpoolDir={folder}/node-%n
SlurmctldPidFile={folder}/run/controller.pid
SlurmdPidFile={folder}/run/%n.pid
SlurmctldLogFile={folder}/controller.log
SlurmdLogFile={folder}/%n.log
# Control groups want systemd or a delegated tree; processes are followed by their parents in their place.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_interval=2,sched_min_interval=10000
ReturnToService=2
KillWait=5
SlurmdTimeout=30
GresTypes=gpu
{nodes}
PartitionName={partition} Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""
_NODE = "NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=1 RealMemory=100 Gres=gpu:{cards}"


class SlurmRefused(Exception):
    """This machine does not let Slurm run; the sentence says at which step, and what its program said."""


def lacking() -> tuple[str, ...]:
    """What this machine lacks for a Slurm of its own, a sentence each; nothing where it may be tried."""
    found = [
        f"The program {name} is not installed (Debian's package {package})."
        for name, package in _PROGRAMS.items()
        if _program(name) is None
    ]
    if os.name != "posix" or not Path("/proc/self/stat").exists():
        found.append("There is no /proc as Linux has it, by which Slurm follows the processes of a job.")
    if not found and not _many_on_one_host():
        found.append("This build of Slurm has one slurmd a host alone (MULTIPLE_SLURMD is not built in).")
    return tuple(found)


def _program(name: str) -> str | None:
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/local/sbin")


def _many_on_one_host() -> bool:
    """`slurmd -N` is in every build; that a name other than the host's is taken is not, and stands in its library."""
    slurmd = _program("slurmd")
    said = subprocess.run([str(slurmd), "-h"], capture_output=True, text=True, timeout=30, check=False)
    return "-N node" in said.stdout + said.stderr


class Slurm:
    """A Slurm with these nodes; use it as a context."""

    def __init__(self, names: Sequence[str], cards: int = 8, folder: Path | None = None) -> None:
        self.names = tuple(names)
        self._cards = cards
        self._kept = ExitStack()
        given = folder or Path(self._kept.enter_context(tempfile.TemporaryDirectory(prefix="slurm-")))
        self.folder = given.resolve()
        self._daemons: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def environment(self) -> Mapping[str, str]:
        """What a program needs to find this Slurm."""
        return {"SLURM_CONF": str(self.folder / "slurm.conf")}

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> None:
        self._lay_out()
        socket_path = self.folder / "run" / "munge.socket"
        self._daemon("munged", "--foreground", f"--key-file={self.folder}/munge/key", f"--socket={socket_path}",
                     f"--pid-file={self.folder}/run/munge.pid", f"--seed-file={self.folder}/munge/seed")  # fmt: skip
        self._until(
            "munged answers", "munged", lambda: self._says("munge", "-n", f"--socket={socket_path}") is not None
        )
        self._controller("-c")
        for name in self.names:
            self._daemon("slurmd", "-D", "-N", name, "-f", str(self.folder / "slurm.conf"), called=name)
        self._until("every slurmd is idle", self.names[-1], lambda: len(self.idle()) == len(self.names))

    def _controller(self, *more: str) -> None:
        self._daemon("slurmctld", "-D", *more, "-f", str(self.folder / "slurm.conf"))
        self._until("slurmctld answers", "slurmctld", lambda: self._says("sinfo", "--noheader") is not None)

    def _lay_out(self) -> None:
        for name in ("run", "munge", "controller"):
            (self.folder / name).mkdir()
        if len(str(self.folder / "run" / "munge.socket").encode()) > _LONGEST_SOCKET:
            raise SlurmRefused(f"The folder {self.folder} has too long a path for a socket.")
        self.folder.chmod(0o755)
        for folder in self.folder.parents:
            if not folder.stat().st_mode & 0o001:
                raise SlurmRefused(f"The folder {folder} cannot be entered by everybody, which munged demands.")
        (self.folder / "munge").chmod(0o700)
        key = self.folder / "munge" / "key"
        key.write_bytes(secrets.token_bytes(128))
        key.chmod(0o600)
        host = socket.gethostname().partition(".")[0]
        ports = _free_ports(len(self.names) + 1)
        lines = [
            _NODE.format(name=name, host=host, port=port, cards=self._cards)
            for name, port in zip(self.names, ports[1:], strict=True)
        ]
        user = _user()
        text = _CONFIG.format(
            host=host, port=ports[0], user=user, folder=self.folder, nodes="\n".join(lines), partition=PARTITION
        )
        (self.folder / "slurm.conf").write_text(text, encoding="utf-8")
        # A card is a file to Slurm; these stand for /dev/nvidia0 and so on.
        for number in range(self._cards):
            (self.folder / f"nvidia{number}").touch()
        files = f"{self.folder}/nvidia[0-{self._cards - 1}]"
        (self.folder / "gres.conf").write_text(f"AutoDetect=off\nName=gpu File={files}\n", encoding="utf-8")
        (self.folder / "cgroup.conf").write_text("CgroupPlugin=autodetect\nCgroupAutomount=no\n", encoding="utf-8")

    def _daemon(self, program: str, *arguments: str, called: str = "") -> None:
        name = called or program
        with (self.folder / f"{name}.out").open("wb") as out:
            self._daemons[name] = subprocess.Popen(
                [str(_program(program)), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )

    def _until(self, step: str, name: str, reached: object) -> None:
        assert callable(reached)
        until = time.monotonic() + _START_S + 0.2 * len(self.names)
        while not reached():
            if self._daemons[name].poll() is not None or time.monotonic() > until:
                raise SlurmRefused(f"It stopped before this step: {step}. {name} said last: {self._last_word(name)}")
            time.sleep(0.2)

    def _last_word(self, name: str) -> str:
        said = ""
        for path in (self.folder / f"{name}.log", self.folder / f"{name}.out"):
            with suppress(OSError):
                said = path.read_text("utf-8", "replace").strip() or said
        return said.rpartition("\n")[2] or "nothing"

    def _says(self, *words: str) -> str | None:
        """What a command of Slurm prints; None where it fails."""
        done = subprocess.run(
            [str(_program(words[0])), *words[1:]],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, **self.environment},
        )
        return done.stdout if done.returncode == 0 else None

    def idle(self) -> tuple[str, ...]:
        """The nodes that wait for work."""
        return tuple((self._says("sinfo", "--noheader", "--Node", "--states=idle", "--format=%N") or "").split())

    def queue(self) -> tuple[str, ...]:
        """What is in the queue, a line each: number, state, name and node of the job."""
        return tuple((self._says("squeue", "--noheader", "--format=%i %T %j %N") or "").splitlines())

    def drain(self, name: str, reason: str) -> None:
        """As an administrator takes a node out of service."""
        self._says("scontrol", "update", f"nodename={name}", "state=drain", f"reason={reason}")

    def restart_controller(self) -> None:
        """slurmctld ends, and comes up again with what it wrote down."""
        daemon = self._daemons["slurmctld"]
        daemon.terminate()
        daemon.wait(_END_S)
        self._controller()

    def occupy(self, name: str, seconds: int) -> None:
        """Somebody else's job holds the node."""
        said = f"--wrap=sleep {seconds}"
        self._says("sbatch", f"--nodelist={name}", "--exclusive", "--output=/dev/null", "--job-name=somebody", said)

    def kill_node(self, name: str) -> None:
        """A node dies: its slurmd, and with it what it started."""
        daemon = self._daemons.pop(name)
        daemon.kill()
        daemon.wait()

    def close(self) -> None:
        """End every job and every daemon, and clear the folder away."""
        if "slurmctld" in self._daemons and self._daemons["slurmctld"].poll() is None:
            self._says("scancel", f"--partition={PARTITION}")
            until = time.monotonic() + _END_S
            while self.queue() and time.monotonic() < until:
                time.sleep(0.2)
        for name in (*self.names, "slurmctld", "munged"):
            if (daemon := self._daemons.get(name)) is not None:
                with suppress(ProcessLookupError):
                    daemon.send_signal(signal.SIGTERM)
        for daemon in self._daemons.values():
            try:
                daemon.wait(_END_S)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        self._daemons.clear()
        for process in self._left():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._kept.close()

    def _left(self) -> list[int]:
        """What a job or a daemon left: the processes in whose environment this Slurm is named."""
        mark = f"SLURM_CONF={self.folder}/slurm.conf\0".encode()
        found = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            with suppress(OSError):
                if mark in path.read_bytes() and int(path.parent.name) != os.getpid():
                    found.append(int(path.parent.name))
        return found


def _free_ports(count: int) -> list[int]:
    with ExitStack() as kept:
        sockets = [kept.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _user() -> str:
    import pwd

    return pwd.getpwuid(os.geteuid()).pw_name
