"""A registry of many offices tried with the packed program: PostgreSQL of this machine, an office that comes over TLS.

The packed program carries a library of PostgreSQL's and an OpenSSL of its own. Both are used here as offices use them:
a certificate each way, rows sent, taken in by the gate, verified, searched and brought back. The server is the tests'
own (tests/registry_server.py): a free port of the loopback, a folder that goes with it.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from trial import Trial

if TYPE_CHECKING:
    from registry_server import Server

OWNER, GATE, OFFICE = "trial_owner", "trial_gate", "trial_office"
VARIABLE = "GPU_INSPECTOR_REGISTRY"
WAITS = 3
"""What `registry` ends with where rows wait, or nobody answers."""


def registry(trial: Trial) -> None:
    """Every command of it. Without a PostgreSQL those that need none, and what is said where nobody answers."""
    trial.run("registry", "key", "new")
    trial.run("registry", "key", "show")
    trial.run("registry", "status", more={VARIABLE: "postgresql://nobody@127.0.0.1:1/none"}, status=(WAITS,))
    lacking = missing()
    if lacking:
        trial.cannot(lacking)
        _named_alone(trial)
        return
    import registry_server

    with registry_server.running() as server:
        server.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE")
        database = server.new_database(owner=OWNER)
        _made(trial, server, database)
        places = _certificates(trial.folder / "authority")
        with server.tls(*(places[name].read_bytes() for name in ("server.pem", "server.key", "root.pem"))):
            server.execute(f"GRANT needs_certificate TO {OFFICE}")
            _used(trial, server, database, places)


def missing() -> str:
    """What is lacking, as a sentence; "" where a registry can be made."""
    import registry_server

    trouble = registry_server.why_not() or ("" if shutil.which("openssl") else "openssl is missing")
    return f"No registry was tried: {trouble}." if trouble else ""


def _named_alone(trial: Trial) -> None:
    """Each of the others, in its help alone."""
    for name in ("init", "accept", "push", "verify", "search", "pull", "restore", "office", "watch"):
        trial.run("registry", name, "--help")


def _made(trial: Trial, server: Server, database: str) -> None:
    """The keeper's part."""
    owner = {VARIABLE: server.url(OWNER, database)}
    trial.run("registry", "init", "--registrar", GATE, more=owner)
    trial.run("registry", "office", "add", "Trial", "--role", OFFICE, "--certificate", "mine.pem", more=owner)
    trial.expect("the office is listed", "Trial" in trial.run("registry", "office", "list", more=owner))


def _used(trial: Trial, server: Server, database: str, places: dict[str, Path]) -> None:
    """The office's and the gate's part."""
    base = f"postgresql://{OFFICE}@localhost:{server.port}/{database}?sslmode=verify-full"
    key, own = places["office.key"], places["office.pem"]
    office = {VARIABLE: f"{base}&sslrootcert={places['root.pem']}&sslcert={own}&sslkey={key}"}
    stranger = {VARIABLE: f"{base}&sslrootcert={own}&sslcert={own}&sslkey={key}"}
    trial.run("registry", "status", more=stranger, status=(1, WAITS))
    trial.run("registry", "push", "--wait", "0", more=office, status=(WAITS,))
    trial.run("registry", "accept", more={VARIABLE: server.url(GATE, database)})
    trial.run("registry", "push", more=office)
    trial.run("registry", "status", more=office)
    trial.run("registry", "verify", more=office)
    found = trial.run("registry", "search", "--json", more=office)
    trial.expect("the search finds what was sent", '"Trial"' in found)
    trial.run("registry", "pull", "sent.jsonl", more=office)
    # What left is redacted, as is usual; nothing can make it whole, and that is said.
    trial.run("registry", "restore", "sent.jsonl", "--ledger", trial.folder / "brought-back.sqlite", status=(1, 4))
    trial.run("registry", "watch", "push", "list.json", more=office)
    trial.run("registry", "watch", "list", more=office)
    trial.run("registry", "watch", "pull", more=office)


def _certificates(folder: Path) -> dict[str, Path]:
    """An authority, a server called localhost and the office's role, each with its key."""
    folder.mkdir()
    new = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc"
    calls = [f"req -x509 {new} -days 2 -keyout root.key -out root.pem -subj /CN=Authority"]
    for name, subject, more in (
        ("server", "localhost", "-addext subjectAltName=DNS:localhost"),
        ("office", OFFICE, ""),
    ):
        calls.append(f"req -new {new} -keyout {name}.key -out {name}.csr -subj /CN={subject} {more}".strip())
        calls.append(
            f"x509 -req -in {name}.csr -copy_extensions copy -CA root.pem -CAkey root.key -days 2 -out {name}.pem"
        )
    for call in calls:
        subprocess.run(["openssl", *call.split()], cwd=folder, check=True, capture_output=True)
    return {one.name: one for one in folder.iterdir()}
