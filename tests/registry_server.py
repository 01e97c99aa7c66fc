"""A PostgreSQL of the tests' own: real, on a free port of the loopback, in a folder that goes with it.

The server is a child of the test run and is told by the kernel to stop when the run dies, however it dies; a folder
that a killed run left is removed by the next one. Roles belong to the whole server, so each database of a test has
roles with names of its own, and no password: whoever may reach the port of a test may be whom he says.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

OLDEST = 15
NAME = re.compile(r"gi-pg-(\d+)-\w+")
OWNER = "gi_owner"
_MEMORY = Path("/dev/shm")
_ROOM = 2 * 1024**3
_START_S = 60.0
_SETTINGS = """
listen_addresses = '127.0.0.1'
max_connections = 80
shared_buffers = 32MB
max_wal_size = 512MB
autovacuum = off
jit = off
log_min_messages = warning
lc_messages = 'C'
timezone = 'UTC'
ssl = off
"""
_FAST = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
_WHO = """
local all all trust
host all +needs_password 127.0.0.1/32 scram-sha-256
hostssl all +needs_certificate 127.0.0.1/32 cert
host all +needs_certificate 127.0.0.1/32 reject
host all all 127.0.0.1/32 trust
"""


@cache
def programs() -> Path | None:
    """The folder of initdb and postgres, 15 or later; None where there is none."""
    found = [Path(one) for one in (shutil.which("postgres") or "",) if one]
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *(one.resolve().parent for one in found)]
    sound = [(version, one) for one in folders if (version := _version(one)) >= OLDEST]
    return max(sound)[1] if sound else None


def _version(folder: Path) -> int:
    if not (folder / "initdb").exists() or not (folder / "postgres").exists():
        return 0
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\s(\d+)", said)
    return int(number[1]) if number else 0


def why_not() -> str:
    """Why no server can be started here; "" where one can."""
    if not sys.platform.startswith("linux"):
        return "PostgreSQL is started by these tests on Linux alone"
    if programs() is None:
        return f"no PostgreSQL {OLDEST} or later here (Debian: apt-get install postgresql)"
    if shutil.which("setpriv") is None:
        return "no setpriv here (Debian: util-linux)"
    if os.geteuid() == 0 and _postgres() is None:
        return "PostgreSQL does not run as root, and there is no user `postgres` here"
    return ""


def _postgres() -> tuple[int, int] | None:
    import pwd

    try:
        found = pwd.getpwnam("postgres")
    except KeyError:
        return None
    return found.pw_uid, found.pw_gid


def _sweep() -> None:
    """Remove what killed runs left: their number stands in the folder's name."""
    for place in (Path(tempfile.gettempdir()), _MEMORY):
        for one in place.glob("gi-pg-*"):
            owner = NAME.fullmatch(one.name)
            if owner and not Path("/proc", owner[1]).exists():
                shutil.rmtree(one, ignore_errors=True)


def _place(durable: bool) -> str:
    """In memory where there is room, since each test has a database, which is a thousand files."""
    try:
        room = shutil.disk_usage(_MEMORY).free > _ROOM
    except OSError:
        room = False
    return str(_MEMORY) if room and not durable and os.access(_MEMORY, os.W_OK) else tempfile.gettempdir()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Server:
    """One PostgreSQL. `durable`: it flushes to the disk, for tests that pull its plug."""

    durable: bool = False
    folder: Path = field(init=False)
    port: int = field(init=False)
    _process: "subprocess.Popen[bytes] | None" = field(init=False, default=None)
    _numbers: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        _sweep()
        self.folder = Path(
            tempfile.mkdtemp(prefix=f"gi-pg-{os.getpid()}-", dir=_place(self.durable))
        )  # short: a socket's name has 107 bytes
        user = _postgres() if os.geteuid() == 0 else None
        if user is not None:
            os.chown(self.folder, *user)
        try:
            self._make()
        except BaseException:
            self.close()
            raise

    def _make(self) -> None:
        made = self._run("initdb", "--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8")
        if made.returncode:
            raise RuntimeError(made.stderr.decode(errors="replace"))
        settings = f"{_SETTINGS}unix_socket_directories = '{self.folder}'\n{'' if self.durable else _FAST}"
        with (self.folder / "data/postgresql.conf").open("a") as file:
            file.write(settings)
        (self.folder / "data/pg_hba.conf").write_text(_WHO)
        self._start_somewhere()
        self.execute("CREATE ROLE needs_password NOLOGIN", "CREATE ROLE needs_certificate NOLOGIN")

    def _start_somewhere(self) -> None:
        """On a port that is free; another program may be faster to take it."""
        for last in (False, False, True):
            self.port = free_port()
            try:
                return self.start()
            except RuntimeError:
                self.stop(immediate=True)
                if last:
                    raise
        return None

    def _words(self, program: str, *words: str) -> list[str]:
        folder = programs()
        assert folder is not None, why_not()
        user = _postgres() if os.geteuid() == 0 else None
        who = [] if user is None else [f"--reuid={user[0]}", f"--regid={user[1]}", "--clear-groups"]
        # QUIT is PostgreSQL's own "at once".
        return ["setpriv", *who, "--pdeathsig", "QUIT", str(folder / program), *words]

    def _run(self, program: str, *words: str) -> "subprocess.CompletedProcess[bytes]":
        told = self._words(program, *words, "-D", str(self.folder / "data"))
        return subprocess.run(told, cwd=self.folder, capture_output=True, check=False, env=_plain())

    def start(self) -> None:
        """Start it and wait until it answers, also where it has to recover first."""
        assert self._process is None, "it runs"
        log = (self.folder / "log").open("ab")
        words = self._words("postgres", "-D", str(self.folder / "data"), "-p", str(self.port))
        with log:
            self._process = subprocess.Popen(
                words, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=_plain(),
                start_new_session=True,
            )  # fmt: skip
        end = time.monotonic() + _START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"PostgreSQL did not start: {self.log()[-2000:]}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self.url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self, *, immediate: bool = False) -> None:
        """Stop it; `immediate` as by a power cut: nothing is written any more, and the next start recovers."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGQUIT if immediate else signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def close(self) -> None:
        """Stop it and remove its folder."""
        self.stop(immediate=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self) -> str:
        """What the server said."""
        return (self.folder / "log").read_text(errors="replace")

    def url(self, role: str = "postgres", database: str = "postgres") -> str:
        """How this role reaches this database."""
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"

    def execute(self, *statements: str, database: str = "postgres", role: str = "postgres") -> list[tuple[Any, ...]]:
        """Run statements, each on its own, as the server's superuser or another; the last one's rows."""
        import psycopg

        with psycopg.connect(self.url(role, database), autocommit=True) as connection:
            for one in statements:
                cursor = connection.execute(one.encode())
            return cursor.fetchall() if cursor.description else []

    def new_number(self) -> int:
        self._numbers += 1
        return self._numbers

    def new_database(self, template: str = "template0", owner: str = "postgres", name: str = "") -> str:
        """Make a database, empty or a copy of another, and give its name."""
        made = name or f"registry_{self.new_number()}"
        self.execute(f"CREATE DATABASE {made} TEMPLATE {template} OWNER {owner}")
        return made

    def drop_database(self, name: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    @contextmanager
    def tls(self, certificate: bytes, key: bytes, authority: bytes) -> Iterator[None]:
        """Speak TLS for as long as the block runs: PEM of its certificate, its key, and whose clients it knows."""
        for name, data in (("server.crt", certificate), ("server.key", key), ("root.crt", authority)):
            file = self.folder / "data" / name
            file.write_bytes(data)
            file.chmod(0o600)
            if os.geteuid() == 0 and (user := _postgres()) is not None:
                os.chown(file, *user)
        self.execute(
            "ALTER SYSTEM SET ssl_ca_file = 'root.crt'", "ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()"
        )
        self._until("on")
        try:
            yield
        finally:
            self.execute("ALTER SYSTEM RESET ALL", "SELECT pg_reload_conf()")
            self._until("off")

    def _until(self, ssl: str) -> None:
        end = time.monotonic() + _START_S
        while self.execute("SHOW ssl") != [(ssl,)]:
            assert time.monotonic() < end, self.log()[-2000:]
            time.sleep(0.02)

    def dump(self, database: str, *words: str) -> str:
        """pg_dump of a database as plain SQL."""
        told = self._words("pg_dump", *words, "-d", self.url(database=database))
        return subprocess.run(told, cwd=self.folder, capture_output=True, check=True, env=_plain(), text=True).stdout

    def restore(self, database: str, text: str) -> None:
        """Run a dump's text."""
        told = self._words("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.url(database=database))
        done = subprocess.run(told, cwd=self.folder, input=text, capture_output=True, env=_plain(), text=True)
        assert done.returncode == 0, done.stderr


def _plain() -> dict[str, str]:
    """No PGHOST, PGSERVICE or language of the developer's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}


@contextmanager
def running(*, durable: bool = False) -> Iterator[Server]:
    """A server for as long as the block runs."""
    server = Server(durable=durable)
    try:
        yield server
    finally:
        server.close()


@dataclass(frozen=True)
class Urls:
    """One registry: its database, and how each of its roles reaches it."""

    server: Server
    database: str
    owner: str
    registrar: str
    office_a: str
    """sees = own"""
    office_b: str
    """sees = sightings"""
    office_c: str
    """sees = everything"""
    admin: str
    """The server's superuser, whom no right binds."""
    roles: dict[str, str]
    """The roles' names: owner, registrar, office_a, office_b, office_c."""

    def url(self, role: str) -> str:
        """How another role reaches this registry."""
        return self.server.url(role, self.database)


def enrolled(server: Server, database: str) -> Urls:
    """Fresh roles for a database that is a registry already: three offices and a registrar."""
    from gpu_inspector.registry import offices, schema
    from gpu_inspector.registry.connection import connect

    number = server.new_number()
    names = {one: f"gi_{one}_{number}" for one in ("registrar", "office_a", "office_b", "office_c")}
    urls = {one: server.url(role, database) for one, role in names.items()}
    owner = server.url(OWNER, database)
    with connect(owner) as registry, registry.connection.transaction():
        schema.init(registry)  # a copy of a database lets everybody in again
        offices.appoint(registry, names["registrar"])
        for letter, sees in zip("abc", offices.SEES, strict=True):
            offices.enrol(registry, f"Office {letter.upper()}", names[f"office_{letter}"], (), sees)
    admin = server.url(database=database)
    return Urls(server, database, owner, **urls, admin=admin, roles={"owner": OWNER, **names})


def migrated(server: Server) -> str:
    """A database that is a registry without offices: the template of the tests' own."""
    from gpu_inspector.registry import schema
    from gpu_inspector.registry.connection import connect

    server.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE")
    name = server.new_database(owner=OWNER, name="migrated")
    with connect(server.url(OWNER, name)) as registry:
        schema.init(registry)
    return name
