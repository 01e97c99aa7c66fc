"""How a registry is reached: which addresses are let in, how long it takes, what is said when it does not work."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from registry_server import Server, Urls, free_port

from gpu_inspector.errors import RegistryAway, RegistryError
from gpu_inspector.registry import connection as registry_connection
from gpu_inspector.registry import schema
from gpu_inspector.registry import url as address
from gpu_inspector.registry.connection import connect, registry_errors
from gpu_inspector.registry.lines import octets
from gpu_inspector.workflow import registry_opening

SECRET = "geh3im"


@pytest.fixture(autouse=True)
def _nobody_s_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No service file, password file or root certificate of the developer's."""
    for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGPASSWORD", "PGSSLMODE", "PGUSER", "PGSYSCONFDIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "passwords"))


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://koeln:{SECRET}@registry.example/db",
        "postgresql://koeln:@registry.example/db",
        f"postgresql://:{SECRET}@registry.example/db",
        f"postgresql://registry.example/db?password={SECRET}",
        f"postgresql://registry.example/db?pass%77ord={SECRET}",
        f"postgresql://registry.example/db?user=koeln&sslpassword={SECRET}",
        f"postgresql://ko%3Aeln:{SECRET}@registry.example/db",
        f"postgresql://koeln%3A{SECRET}@registry.example/db",
        f"postgresql://registry.example/db?user=koeln:{SECRET}",
        f"postgresql://koeln:{SECRET}@registry.example:x/db?%zz",
        f"postgresql://koeln:{SECRET[:3]}@{SECRET}@registry.example/db",
        f"postgres://koeln:{SECRET}@registry.example,other.example/db",
        f"host=registry.example password={SECRET}",
        f"postgresql://registry.example/db?password={SECRET} ",
        f"postgresql://registry.example/db?options=-c%20x={SECRET}",
        f"postgresql://koeln@registry.example/db?nothing={SECRET}",
        f"https://koeln:{SECRET}@registry.example/db",
        "postgresql://[::1",
        "",
        "postgresql://" + "a" * 3000,
        "postgresql://h/\x00",
    ],
)
def test_an_address_with_a_secret_or_that_is_none_is_refused_without_being_quoted(url: str) -> None:
    for ask in (address.parameters, address.entry, address.shown, connect, registry_opening.opened):
        with pytest.raises(RegistryError) as refused:
            ask(url)
        assert (
            SECRET not in f"{refused.value!r} {refused.value} {refused.value.__cause__!r} {refused.value.__context__!r}"
        )
        assert not isinstance(refused.value, RegistryAway)


@pytest.mark.parametrize(
    ("url", "mode"),
    [
        ("postgresql://registry.example/db", "verify-full"),
        ("postgresql://registry.example/db?sslmode=require", "require"),
        ("postgresql://localhost/db", "prefer"),
        ("postgresql://127.0.0.7/db", "prefer"),
        ("postgresql://[::1]/db", "prefer"),
        ("postgresql:///db", "prefer"),
        ("postgresql:///db?host=/run/postgresql", "prefer"),
        ("postgresql://localhost/db?hostaddr=192.0.2.7", "verify-full"),
        ("postgresql://localhost,registry.example/db", "verify-full"),
        ("postgresql://localhost.example/db", "verify-full"),
        ("postgresql:///?service=unknown", "verify-full"),
        ("postgresql:///?service=directory", "verify-full"),
        ("postgresql:///?service=numbers", "verify-full"),
        ("postgresql:///?service=far", "verify-full"),
        ("postgresql:///?service=near", "prefer"),
        ("postgresql:///?service=said", None),
    ],
)
def test_who_is_beyond_this_machine_shows_a_certificate(url: str, mode: str | None, tmp_path: Path) -> None:
    (tmp_path / "services").write_text(
        "[near]\nhost=localhost\n\n[far]\n# sslmode=disable\nhost = registry.example\n"
        "[said]\nhost=far.example\nsslmode=require\n[directory]\nldap://directory.example/dc=x?y?one?(cn=z)\n"
        "[numbers]\nhost=localhost\nhostaddr=192.0.2.7\n"
    )
    assert address.parameters(url).get("sslmode") == mode


def test_another_host_of_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "registry.example")
    assert address.parameters("postgresql:///db")["sslmode"] == "verify-full"
    monkeypatch.setenv("PGSSLMODE", "require")
    assert "sslmode" not in address.parameters("postgresql:///db")


def test_a_service_of_the_environment_or_of_the_machine_is_not_spoken_to_in_the_open(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PGSERVICE", "far")
    assert address.parameters("postgresql:///db")["sslmode"] == "verify-full"  # only libpq knows where it is
    (tmp_path / "pg_service.conf").write_text("[far]\nhost=registry.example\n[near]\nhost=localhost\n")
    monkeypatch.setenv("PGSYSCONFDIR", str(tmp_path))
    assert address.parameters("postgresql:///db")["sslmode"] == "verify-full"
    assert address.parameters("postgresql:///db?service=near")["sslmode"] == "prefer"
    (tmp_path / "services").write_text("[far]\nhost=registry.example\nsslmode=verify-ca\n")
    assert "sslmode" not in address.parameters("postgresql:///db")


@pytest.mark.skipif(os.name != "posix", reason="rights of a file as Unix has them")
def test_a_password_in_a_service_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    services = tmp_path / "services"
    services.write_text(f"[open]\nhost=localhost\n[secret]\nhost=localhost\npassword={SECRET}\n")
    services.chmod(0o644)
    address.parameters("postgresql:///?service=open")
    with pytest.raises(RegistryError, match="Others may read the password") as refused:
        address.parameters("postgresql:///?service=secret")
    assert SECRET not in str(refused.value)
    services.chmod(0o600)
    address.parameters("postgresql:///?service=secret")


def test_a_key_ring_s_entry_names_role_host_and_database() -> None:
    assert address.entry("postgresql://koeln@registry.example/db?sslmode=require") == "koeln@registry.example:5432/db"
    assert address.entry("postgresql:///?service=koeln") == "service=koeln"
    assert address.shown("postgresql://koeln@registry.example:6432/db") == "registry.example:6432/db"


def test_who_asks_is_known(registry_urls: Urls) -> None:
    with connect(registry_urls.office_b) as registry:
        me = registry.me()
        assert me.office is not None
        assert (me.office.name, me.office.sees, me.role) == ("Office B", "sightings", registry_urls.roles["office_b"])
        assert (me.registrar, me.owner) == (False, False)
        assert registry.connection.execute(b"SHOW search_path").fetchone() == ("",)
        assert registry.connection.execute(b"SHOW application_name").fetchone()[0].startswith("gpu-inspector ")  # type: ignore[index]
    with connect(registry_urls.registrar) as registry:
        me = registry.me()
        assert (me.office, me.registrar, me.owner) == (None, True, False)
    with connect(registry_urls.owner) as registry:
        me = registry.me()
        assert (me.office, me.registrar, me.owner) == (None, False, True)


def test_what_is_not_committed_when_it_closes_is_as_if_it_had_not_been(registry_urls: Urls) -> None:
    with connect(registry_urls.owner) as registry:
        registry.connection.execute(b"UPDATE gpu_inspector.office SET sees = 'everything'")
    with connect(registry_urls.owner) as registry:
        found = registry.connection.execute(b"SELECT count(*) FROM gpu_inspector.office WHERE sees = 'everything'")
        assert found.fetchone() == (1,)


def test_a_password_comes_from_the_places_that_are_made_for_one(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = f"gi_secret_{postgres.new_number()}"
    postgres.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{SECRET}' IN ROLE needs_password")
    url = postgres.url(role)
    with pytest.raises(RegistryError, match="does not let this role in") as refused:
        connect(url)
    assert not isinstance(refused.value, RegistryAway)
    with pytest.raises(RegistryError, match="password authentication failed") as refused:
        connect(url, password=f"{SECRET}x")
    assert SECRET not in f"{refused.value!r} {refused.value.__cause__!r} {refused.value.__context__!r}"
    connect(url, password=SECRET).close()
    passwords = tmp_path / "passwords"
    passwords.write_text(f"127.0.0.1:{postgres.port}:postgres:{role}:{SECRET}\n")
    passwords.chmod(0o600)
    connect(url).close()
    passwords.unlink()
    (tmp_path / "services").write_text(
        f"[koeln]\nhost=127.0.0.1\nport={postgres.port}\nuser={role}\ndbname=postgres\npassword={SECRET}\n"
    )
    (tmp_path / "services").chmod(0o600)
    connect("postgresql:///?service=koeln").close()
    monkeypatch.setattr("gpu_inspector.report.secret._from_ring", {f"registry {address.entry(url)}": SECRET}.get)
    registry_opening.opened(url).close()


def test_a_server_that_is_not_there_is_away(tmp_path: Path) -> None:
    for url in (
        f"postgresql://127.0.0.1:{free_port()}/db",
        "postgresql://nowhere.invalid/db",
        f"postgresql:///db?host={tmp_path}",
    ):
        with pytest.raises(RegistryAway, match="does not answer"):
            connect(url, wait_s=2)


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_server_that_says_nothing_is_given_up(silent: int) -> None:
    began = time.monotonic()
    with pytest.raises(RegistryAway):
        connect(f"postgresql://127.0.0.1:{silent}/db", wait_s=1)
    assert time.monotonic() - began < 30


def test_a_server_that_speaks_something_else_is_refused(silent: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def chatter() -> None:
            taken, _where = server.accept()
            with taken:
                taken.recv(100)
                taken.sendall(b"HTTP/1.1 400 Bad Request\x1b[31m\r\n\r\n")

        thread = threading.Thread(target=chatter)
        thread.start()
        with pytest.raises(RegistryError) as refused:
            connect(f"postgresql://127.0.0.1:{server.getsockname()[1]}/db?sslmode=disable", wait_s=2)
        thread.join()
    assert "\x1b" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://nobody@127.0.0.1:{port}/postgres", "does not let this role in"),
        ("postgresql://postgres@127.0.0.1:{port}/nowhere", "does not let this role in"),
        ("postgresql://postgres@127.0.0.1:{port}/postgres?sslmode=require", "cannot be spoken to safely"),
        ("postgresql://postgres@127.0.0.1:{port}/postgres?sslmode=nonsense", "address cannot be used"),
        ("postgresql:///?service=nowhere", "address cannot be used"),
        ("postgresql://127.0.0.1:99999999/postgres", "address cannot be used"),
        ("postgresql://127.0.0.1/postgres?hostaddr=nonsense", "address cannot be used"),
        ("postgresql://a..b/postgres", "address cannot be read"),
    ],
)
def test_what_is_refused_is_not_called_away(postgres: Server, url: str, sentence: str) -> None:
    with pytest.raises(RegistryError, match=sentence) as refused:
        connect(url.format(port=postgres.port))
    assert not isinstance(refused.value, RegistryAway)


def test_an_older_server_is_refused(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_connection, "OLDEST", 99)
    with pytest.raises(RegistryError, match="is the oldest that will do"):
        connect(postgres.url())


@pytest.mark.parametrize(
    ("statement", "kind", "sentence"),
    [
        ("SELECT * FROM gpu_inspector.listing", RegistryError, "does not let this role do that"),
        ("SELECT * FROM gpu_inspector.nothing", RegistryError, "no registry, or one of an older form"),
        ("SELECT * FROM nothing.nothing", RegistryError, "no registry, or one of an older form"),
        ("SET LOCAL statement_timeout = 20; SELECT pg_sleep(5)", RegistryAway, "could not do it now"),
        ("SELECT pg_terminate_backend(pg_backend_pid())", RegistryAway, "could not do it now|broke"),
        ("SELECT 1/0", RegistryError, "refused it"),
        ("SELEKT", RegistryError, "cannot be used"),
        ("DO $$ BEGIN RAISE EXCEPTION E'red \\x1b[31m %', repeat('x', 9000) USING HINT = 'geh3im'; END $$",
         RegistryError, "red .U.001B"),
    ],
)  # fmt: skip
def test_an_error_becomes_a_sentence(
    registry_urls: Urls, statement: str, kind: type[RegistryError], sentence: str
) -> None:
    with connect(registry_urls.office_a) as registry:
        with pytest.raises(RegistryError, match=sentence) as told, registry_errors():
            for one in statement.split("; ") if statement.startswith("SET") else [statement]:
                registry.connection.execute(one.encode())
        assert type(told.value) is kind
        assert len(str(told.value)) < 700
        assert SECRET not in str(told.value)
        assert "\x1b" not in str(told.value)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("(repeat('[', 9000) || repeat(']', 9000))::json", id="too deep"),
        pytest.param("repeat('9', 9000)::numeric", id="a number without end"),
        pytest.param("'infinity'::timestamptz", id="no moment"),
        pytest.param("'(1,2)'::point", id="another type"),
        pytest.param("200000000000", id="a number where bytes belong"),
    ],
)
def test_an_answer_that_is_none_brings_nobody_down(registry_urls: Urls, answer: str) -> None:
    with connect(registry_urls.office_a) as registry, pytest.raises(RegistryError) as told, registry_errors():
        octets(registry.connection.execute(f"SELECT {answer}".encode()).fetchone()[0])  # type: ignore[index]
    assert not isinstance(told.value, RegistryAway)


def test_the_driver_s_own_warnings_do_not_reach_the_terminal() -> None:
    code = "import logging, gpu_inspector.registry.connection; logging.getLogger('psycopg').warning('\\x1b[2J')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")


def test_a_server_that_goes_while_it_is_asked_is_away(registry_urls: Urls) -> None:
    with connect(registry_urls.office_a) as registry:
        registry.connection.close()
        with pytest.raises(RegistryAway):
            registry.me()
        with pytest.raises(RegistryAway):
            schema.require_current(registry)


def _signed(name: str, key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey, issuer: str) -> bytes:
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=name == issuer, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    )
    return built.sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def test_a_client_certificate_lets_its_role_in_and_the_server_shows_its_own(postgres: Server, tmp_path: Path) -> None:
    role = f"gi_certified_{postgres.new_number()}"
    postgres.execute(f"CREATE ROLE {role} LOGIN IN ROLE needs_certificate")
    authority, server, client = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    root = _signed("Authority", authority, authority, "Authority")
    for name, data in (
        ("root.pem", root),
        ("other.pem", _signed("Authority", server, server, "Authority")),
        ("client.pem", _signed(role, client, authority, "Authority")),
        ("wrong.pem", _signed("somebody", client, authority, "Authority")),
        ("client.key", _pem(client)),
    ):
        (tmp_path / name).write_bytes(data)
        (tmp_path / name).chmod(0o600)
    base = f"postgresql://{role}@{{}}:{postgres.port}/postgres?sslmode=verify-full&sslkey={tmp_path}/client.key"
    there = base.format("localhost")
    with postgres.tls(_signed("server", server, authority, "Authority"), _pem(server), root):
        with connect(f"{there}&sslrootcert={tmp_path}/root.pem&sslcert={tmp_path}/client.pem") as registry:
            assert registry.me().role == role
            assert registry.connection.pgconn.ssl_in_use
        for url, sentence in (
            (f"{there}&sslrootcert={tmp_path}/root.pem&sslcert={tmp_path}/wrong.pem", "does not let this role in"),
            (f"{there}&sslrootcert={tmp_path}/root.pem", "does not let this role in"),
            (f"{there}&sslrootcert={tmp_path}/other.pem&sslcert={tmp_path}/client.pem", "spoken to safely"),
            (f"{there}&sslcert={tmp_path}/client.pem", "spoken to safely"),
            (
                f"{base.format('127.0.0.1')}&sslrootcert={tmp_path}/root.pem&sslcert={tmp_path}/client.pem",
                "spoken to safely",
            ),
        ):
            with pytest.raises(RegistryError, match=sentence):
                connect(url)
        (tmp_path / "client.key").chmod(0o644)
        with pytest.raises(RegistryError, match=r"address cannot be used.*private key") as refused:
            connect(f"{there}&sslrootcert={tmp_path}/root.pem&sslcert={tmp_path}/client.pem")
        assert not isinstance(refused.value, RegistryAway)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(postgres.url(role))
