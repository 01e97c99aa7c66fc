"""`audit --ssh`: one worker a host, started over ssh, and reached through ssh alone.

The worker listens on its own loopback address, and two forwardings of the same connection join it to the scheduler
beside the audit: no port but ssh's need be open on either side, and who the host is has been checked by its key. That
check is never turned off. Keys come from the agent or from ssh's own configuration; nothing is asked meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import os
import shlex
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from gpu_inspector.cluster.engine import Missing
from gpu_inspector.cluster.fleet import Brought, ended, interpreter, settings, word
from gpu_inspector.cluster.hosts_file import Host
from gpu_inspector.cluster.served import LONGEST_LINE, SPEAK_S
from gpu_inspector.errors import ClusterError
from gpu_inspector.language import N_

_HERE = "127.0.0.1"
_KEEPALIVE_S, _KEEPALIVES = 15, 4
_KEPT = 2000
"""Characters of what a worker wrote last."""
_END_S = 5.0


@dataclass(frozen=True, slots=True)
class SshWishes:
    """How hosts are reached; ssh's own configuration says the rest."""

    config: str = ""
    """A file in OpenSSH's form, in place of the user's own."""
    python: str = ""
    """The Python on the hosts, where a line of the file names none; "" is the path of this program's own."""
    at_once: int = 32
    """So many hosts are connected to at a time."""
    wait_s: float = 30.0
    """For the connection, and once more for the worker's first word."""


class _Tail:
    """What a worker writes, read so that it never waits for a reader; its end is kept."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.text = ""

    async def follow(self) -> None:
        while more := await self._stream.read(_KEPT):
            self.text = (self.text + more)[-_KEPT:]


class SshFleet(Brought):
    """The hosts of a file."""

    def __init__(self, hosts: Sequence[Host], wishes: SshWishes) -> None:
        self._hosts: Mapping[str, Host] = {host.name: host for host in hosts}
        self._wishes = wishes
        self._contacts: dict[str, str] = {}
        self._doors = asyncio.Semaphore(wishes.at_once)
        self.unknown = N_("The file of hosts has no host of this name.")
        self.where = N_(f"ssh, {len(hosts)} hosts")
        super().__init__(tuple(self._hosts), _HERE)

    def may_be(self, name: str, address: str) -> bool:
        """Each host is reached through its own ssh connection: a worker at another address is another host's."""
        return name not in self._hosts or self._contacts.get(name) == address

    async def live(self, name: str) -> Missing | None:
        """Connect, start the worker, and stay for as long as it runs."""
        import asyncssh

        host = self._hosts[name]
        try:
            async with self._doors:
                connection = await self._connect(host)
            if isinstance(connection, Missing):
                return connection
            try:
                return await self._serve(host, connection)
            finally:
                connection.close()
                with suppress(TimeoutError, OSError, asyncssh.Error):
                    await asyncio.wait_for(connection.wait_closed(), _END_S)
        except (OSError, ValueError, asyncssh.Error, asyncssh.ChannelListenError) as error:
            return _trouble(host, error, self._wishes.wait_s)

    async def _connect(self, host: Host) -> Any:
        import asyncssh

        given: dict[str, Any] = {"port": host.port} if host.port else {}
        if host.user:
            given["username"] = host.user
        if self._wishes.config:
            given["config"] = [self._wishes.config]
        options = await asyncssh.SSHClientConnectionOptions.construct(
            host=host.host,
            password=None,
            connect_timeout=self._wishes.wait_s,
            login_timeout=self._wishes.wait_s,
            keepalive_interval=_KEEPALIVE_S,
            keepalive_count_max=_KEEPALIVES,
            **given,
        )
        if options.known_hosts is None:
            return Missing(
                N_("The ssh configuration turns the check of this host's key off, so nothing would say who answers."),
                N_("Take “UserKnownHostsFile none” out of it."),
            )
        return await asyncio.wait_for(asyncssh.connect(host.host, options=options), 2 * self._wishes.wait_s)

    async def _serve(self, host: Host, connection: Any) -> Missing:
        """Start the worker, join it to the scheduler, and stay until it ends."""
        scheduler = urlsplit(self.address)
        there = await connection.forward_remote_port(_HERE, 0, scheduler.hostname, scheduler.port)
        python = interpreter(host.python or self._wishes.python)
        process = await connection.create_process(
            f"exec {shlex.quote(python)} -P -m gpu_inspector.cluster.serve", encoding="utf-8", errors="replace"
        )
        address = f"tls://{_HERE}:{there.get_port()}"
        errors = _Tail(process.stderr)
        following = [asyncio.create_task(errors.follow())]
        try:
            process.stdin.write(settings(host.name, address, self.security, spoken=True) + "\n")
            port = await asyncio.wait_for(_port(process.stdout), self._wishes.wait_s)
            if port:
                here = await connection.forward_local_port(_HERE, 0, _HERE, port)
                self._contacts[host.name] = f"tls://{_HERE}:{here.get_port()}"
                process.stdin.write(json.dumps({"contact": self._contacts[host.name]}) + "\n")
                following += [
                    asyncio.create_task(_Tail(process.stdout).follow()),
                    asyncio.create_task(_speak(process.stdin)),
                ]
            await process.wait_closed()
            if process.exit_status is None and process.exit_signal is None:
                return Missing(N_("The ssh connection to the node broke."))
            status = process.exit_status if process.exit_status is not None else -1
            return ended(status, word(python), errors.text[-_KEPT:].strip().rpartition("\n")[2])
        finally:
            for task in following:
                task.cancel()


def fleet(hosts: Sequence[Host], wishes: SshWishes | None = None) -> SshFleet:
    """These hosts, and a scheduler on this machine; nothing is connected yet. Raises ClusterError."""
    try:
        import asyncssh
    except ImportError as error:
        raise ClusterError(
            "Hosts are reached over ssh by the package asyncssh, which is not installed.",
            "Install GPU Inspector with its extra “cluster”.",
        ) from error
    asyncssh.set_log_level("CRITICAL")
    return SshFleet(hosts, wishes or SshWishes())


async def _port(stream: Any) -> int:
    """On which port the worker listens, out of what it says first; 0 where it says nothing of the kind.

    A shell's own start-up files may have written before.
    """
    said = ""
    while len(said) < LONGEST_LINE and (more := await stream.read(LONGEST_LINE)):
        said += more
        for line in said.split("\n")[:-1]:
            with suppress(ValueError):
                told = json.loads(line)
                if isinstance(told, dict) and isinstance(port := told.get("port"), int) and 0 < port < 65536:
                    return port
    return 0


async def _speak(stream: Any) -> None:
    """So that the worker knows that it is still wanted."""
    while True:
        await asyncio.sleep(SPEAK_S)
        stream.write("\n")


def _trouble(host: Host, error: BaseException, wait_s: float) -> Missing:
    import asyncssh

    match error:
        case asyncssh.HostKeyNotVerifiable():
            return Missing(
                N_("The key that the host shows is not one that is known for it."),
                N_(f"Log in by hand once (ssh {host.host}), and compare the key that it shows with the host's own."),
            )
        case asyncssh.PermissionDenied():
            return Missing(
                N_("The host does not let this user in with the keys that are at hand."),
                N_("Add the key to the ssh agent, or name it in ssh's configuration."),
            )
        case asyncssh.ChannelListenError() | asyncssh.ChannelOpenError():
            return Missing(
                N_("The host does not forward ports over ssh, or starts no program over it."),
                N_("Allow it there for this user (AllowTcpForwarding in sshd_config)."),
            )
        case TimeoutError():
            return Missing(N_(f"The host did not answer over ssh within {wait_s:g} seconds."))
        case asyncssh.Error():
            return Missing(N_(f"The ssh connection to the host failed: {word(error.reason)}"))
        case OSError():
            number = error.errno if isinstance(error.errno, int) else 0
            reason = os.strerror(number) if number > 0 else error.strerror or str(error)
            return Missing(N_(f"The host cannot be reached: {word(reason)}"))
    return Missing(N_(f"The ssh configuration for this host cannot be used: {word(str(error))}"))
