"""An sshd of this machine's own for a test: a free port of the loopback, a folder for everything, keys made for it."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

_SEPARATED = Path("/run/sshd")
"""Where root's sshd locks its unprivileged half in; Debian's own service makes it at its start."""


def lacking() -> str:
    """Why no sshd can be started here; "" where it may be tried."""
    if _sshd() is None or shutil.which("ssh-keygen") is None:
        return "no sshd is installed (Debian's package openssh-server)"
    if os.geteuid() == 0 and not _SEPARATED.is_dir() and not os.access("/run", os.W_OK):
        return f"sshd wants the folder {_SEPARATED}, which cannot be made here"
    return ""


def _sshd() -> str | None:
    return shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin")


class Sshd:
    """Lets this very user in with the key that is made for it; use it as a context."""

    def __init__(self, folder: Path, more: Sequence[str] = ()) -> None:
        self.folder = folder
        self.user = getpass.getuser()
        self.port = 0
        self._more = tuple(more)
        self._daemon: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True)
        self.folder.chmod(0o700)
        for name in ("host_key", "user_key", "other_key"):
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.folder / name)], check=True, timeout=30
            )
        shutil.copy(self.folder / "user_key.pub", self.folder / "authorized")
        with socket.socket() as looking:
            looking.bind(("127.0.0.1", 0))
            self.port = looking.getsockname()[1]
        lines = [
            *self._more,
            f"Port {self.port}",
            "ListenAddress 127.0.0.1",
            f"HostKey {self.folder}/host_key",
            f"AuthorizedKeysFile {self.folder}/authorized",
            f"PidFile {self.folder}/pid",
            "UsePAM no",
            "AcceptEnv GPU_INSPECTOR_TEST PYTHONPATH",
            "StrictModes no",
            "PasswordAuthentication no",
            "MaxStartups 100:30:200",
        ]
        (self.folder / "sshd_config").write_text("\n".join(lines) + "\n", encoding="utf-8")
        if os.geteuid() == 0:
            # It stays: the sshd of another test, or of another run, may need it still.
            _SEPARATED.mkdir(mode=0o755, exist_ok=True)
        with (self.folder / "log").open("wb") as log:
            command = [str(_sshd()), "-D", "-e", "-f", str(self.folder / "sshd_config")]
            self._daemon = subprocess.Popen(command, stderr=log, stdout=log, stdin=subprocess.DEVNULL)
        self._wait()
        self.configuration("known", known=True)
        return self

    def _wait(self) -> None:
        assert self._daemon is not None
        for _ in range(100):
            with socket.socket() as trying:
                if trying.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self._daemon.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text())

    def configuration(self, name: str, *, known: bool, key: str = "user_key", more: Sequence[str] = ()) -> str:
        """A file as ~/.ssh/config is one; returns its path."""
        public = (self.folder / "host_key.pub").read_text()
        hosts = self.folder / f"{name}-hosts"
        hosts.write_text(f"[127.0.0.1]:{self.port} {public}" if known else "")
        path = self.folder / name
        lines = [
            *more,
            f"UserKnownHostsFile {hosts}",
            f"IdentityFile {self.folder / key}",
            "IdentityAgent none",
            f"User {self.user}",
        ]
        path.write_text("\n".join(lines) + "\n")
        return str(path)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._daemon is not None:
            self._daemon.terminate()
            self._daemon.wait(10)
