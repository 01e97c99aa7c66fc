"""The registry's growth: from nothing, from older dumps, and never from what another program made."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
import registry_server
from registry_rows import put, put_beside, rows
from registry_server import OWNER, Server, Urls

from gpu_inspector.errors import RegistryError
from gpu_inspector.registry import offices, schema
from gpu_inspector.registry.connection import connect
from gpu_inspector.registry.lines import bounded
from gpu_inspector.registry.migrations import ALL, Migration

FULL = (
    "office", "certificate", "withdrawal", "inspection", "checkpoint", "listing", "number", "inbox", "answer",
)  # fmt: skip
DUMPS = Path(__file__).parent / "dumps"


@pytest.fixture
def empty(postgres: Server, _migrated: str) -> Iterator[str]:
    """An empty database that the owner owns: its address as the owner."""
    name = postgres.new_database(owner=OWNER)
    yield postgres.url(OWNER, name)
    postgres.drop_database(name)


def journal(url: str) -> list[tuple[int, str, bytes]]:
    with psycopg.connect(url) as connection:
        return connection.execute(b"SELECT number, name, digest FROM gpu_inspector.migration ORDER BY 1").fetchall()


def test_a_registry_is_made_once(empty: str) -> None:
    with connect(empty) as registry:
        with pytest.raises(RegistryError, match="no registry yet"):
            schema.require_current(registry)
        assert schema.init(registry) == tuple(one.name for one in ALL)
        schema.require_current(registry)
    with connect(empty) as registry:
        assert schema.init(registry) == ()
    assert journal(empty) == [(one.number, one.name, one.digest) for one in ALL]


def test_two_that_make_it_at_once_make_one(empty: str) -> None:
    taken: list[tuple[str, ...]] = []

    def make() -> None:
        with connect(empty) as registry:
            taken.append(schema.init(registry))

    threads = [threading.Thread(target=make) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(taken) == [(), (), tuple(one.name for one in ALL)]


def test_a_step_that_breaks_leaves_nothing_of_it(empty: str) -> None:
    broken = Migration(len(ALL) + 1, "broken", "CREATE TABLE gpu_inspector.more(x integer); SELECT 1/0")
    with connect(empty) as registry:
        with pytest.raises(RegistryError):
            schema.init(registry, (*ALL, broken))
        with pytest.raises(RegistryError, match="no registry yet"):
            schema.require_current(registry)
        schema.init(registry)
        with pytest.raises(RegistryError):
            schema.init(registry, (*ALL, broken))
    assert len(journal(empty)) == len(ALL)


def test_a_newer_registry_is_left_alone(empty: str) -> None:
    newer = Migration(len(ALL) + 1, "newer", "CREATE TABLE gpu_inspector.newer(x integer)")
    with connect(empty) as registry:
        schema.init(registry, (*ALL, newer))
        for ask in (schema.init, schema.require_current):
            with pytest.raises(RegistryError, match="made by a newer GPU Inspector"):
                ask(registry)


def test_a_step_that_was_another_one_is_refused(empty: str) -> None:
    with connect(empty) as registry:
        schema.init(registry)
        changed = (replace(ALL[0], text=f"{ALL[0].text} "), *ALL[1:])
        for ask in (schema.init, schema.require_current):
            with pytest.raises(RegistryError, match="Step 1 of the registry is another one"):
                ask(registry, changed)


def test_a_journal_with_a_gap_is_refused(empty: str) -> None:
    with connect(empty) as registry:
        schema.init(registry, (*ALL[:-1], replace(ALL[-1], number=len(ALL) + 1)))
        with pytest.raises(RegistryError, match=r"newer|gaps"):
            schema.require_current(registry)


@pytest.mark.parametrize("digest", ["bigint USING 200000000000", "text USING 'none'"])
def test_a_journal_whose_digests_are_none_is_not_read(empty: str, digest: str) -> None:
    with connect(empty) as registry:
        schema.init(registry)
        connection = registry.connection
        for one in (
            "ALTER TABLE gpu_inspector.migration DROP CONSTRAINT migration_digest_check",
            f"ALTER TABLE gpu_inspector.migration ALTER COLUMN digest TYPE {digest}",
        ):
            connection.execute(one.encode())
        connection.commit()
        with pytest.raises(RegistryError):
            schema.require_current(registry)


def test_of_an_endless_journal_no_more_is_read_than_a_registry_can_have(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    def counted(connection: Any, question: bytes, values: tuple[object, ...], most: int) -> list[tuple[Any, ...]]:
        found = bounded(connection, question, values, most)
        read.append(len(found))
        return found

    monkeypatch.setattr(schema, "bounded", counted)
    with connect(empty) as registry:
        schema.init(registry)
        registry.connection.execute(
            b"INSERT INTO gpu_inspector.migration(number, name, digest)"
            b" SELECT n, 'more', sha256('') FROM generate_series(10, 20000) AS n"
        )
        registry.connection.commit()
        with pytest.raises(RegistryError, match="newer GPU Inspector"):
            schema.require_current(registry)
    assert max(read) == 1000


def test_an_older_one_is_said_to_be_so(empty: str) -> None:
    with connect(empty) as registry:
        schema.init(registry, ALL[:1])
        with pytest.raises(RegistryError, match="made by an older GPU Inspector"):
            schema.require_current(registry)


def test_a_schema_of_that_name_which_is_no_registry_is_left_alone(empty: str) -> None:
    with psycopg.connect(empty) as connection:
        connection.execute(b"CREATE SCHEMA gpu_inspector")
    with connect(empty) as registry, pytest.raises(RegistryError, match="that is no registry"):
        schema.init(registry)


def test_only_the_owner_makes_it_and_no_superuser(empty: str, postgres: Server, registry_urls: Urls) -> None:
    database = empty.rpartition("/")[2]
    with connect(postgres.url(database=database)) as registry, pytest.raises(RegistryError, match="superuser"):
        schema.init(registry)
    stranger = f"gi_stranger_{postgres.new_number()}"
    postgres.execute(f"CREATE ROLE {stranger} LOGIN CREATEROLE")
    with connect(postgres.url(stranger, database)) as registry, pytest.raises(RegistryError, match="does not own"):
        schema.init(registry)
    for url in (registry_urls.office_a, registry_urls.registrar):
        with connect(url) as registry:
            schema.require_current(registry)
            with pytest.raises(RegistryError, match="does not own"):
                schema.init(registry)


def test_members_of_an_owning_group_make_it_for_the_group(postgres: Server, _migrated: str) -> None:
    number = postgres.new_number()
    group, one, other = f"gi_keepers_{number}", f"gi_keeper_a_{number}", f"gi_keeper_b_{number}"
    postgres.execute(
        f"CREATE ROLE {group}", f"CREATE ROLE {one} LOGIN IN ROLE {group}", f"CREATE ROLE {other} LOGIN IN ROLE {group}"
    )
    database = postgres.new_database(owner=group)
    with connect(postgres.url(one, database)) as registry:
        schema.init(registry, ALL[:1])
    with connect(postgres.url(other, database)) as registry:
        schema.init(registry)
        assert registry.me().owner
    owners = postgres.execute(
        "SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relnamespace = 'gpu_inspector'::regnamespace",
        database=database,
    )
    assert owners == [(group,)]
    postgres.drop_database(database)


def test_who_may_make_no_roles_is_told_the_sql(postgres: Server, _migrated: str) -> None:
    plain = f"gi_plain_{postgres.new_number()}"
    postgres.execute(f"CREATE ROLE {plain} LOGIN")
    database = postgres.new_database(owner=plain)
    with connect(postgres.url(plain, database)) as registry:
        schema.init(registry)  # the groups are there
        with pytest.raises(RegistryError) as refused:
            offices.enrol(registry, "Köln", f"{plain}_koeln")
        assert offices.offices(registry) == ()
    sql = refused.value.advice
    assert f'CREATE ROLE "{plain}_koeln" LOGIN' in sql
    postgres.execute(*sql.partition("again: ")[2].strip(";").split("; "), database=database)
    with connect(postgres.url(plain, database)) as registry:
        offices.enrol(registry, "Köln", f"{plain}_koeln")
    postgres.drop_database(database)


def _rows_of(url: str) -> dict[str, list[tuple[object, ...]]]:
    with psycopg.connect(url) as connection:
        return {
            table: connection.execute(f"SELECT * FROM gpu_inspector.{table} ORDER BY 1, 2".encode()).fetchall()
            for table in FULL
        }


@pytest.mark.parametrize("dump", sorted(DUMPS.glob("schema-*.sql")), ids=lambda one: str(one.stem))
def test_an_older_dump_is_brought_up_to_date_with_nothing_lost(postgres: Server, empty: str, dump: Path) -> None:
    database = empty.rpartition("/")[2]
    postgres.restore(database, dump.read_text())
    before = _rows_of(postgres.url(database=database))
    assert all(before.values())
    taken = len(journal(postgres.url(database=database)))
    with connect(empty) as registry:
        assert schema.init(registry) == tuple(one.name for one in ALL[taken:])
        schema.require_current(registry)
    after = _rows_of(postgres.url(database=database))
    assert {name: [row[: len(before[name][0])] for row in some] for name, some in after.items()} == before
    with connect(empty) as registry:
        offices.appoint(registry, "gi_dump_registrar")
        mine = rows(1, 5)
        with connect(postgres.url("gi_dump_registrar", database)) as gate:
            put(gate.connection, mine[3:])  # the chain goes on where it stood
            put_beside(gate.connection, mine[3], "after")
            gate.connection.commit()
        fork = rows(1, 6, "forked")
        with (
            connect(postgres.url("gi_dump_registrar", database)) as gate,
            pytest.raises(psycopg.errors.IntegrityError),
        ):
            put(gate.connection, fork[5:])
    with psycopg.connect(empty) as connection, pytest.raises(psycopg.errors.IntegrityError, match="append-only"):
        connection.execute(b"DELETE FROM gpu_inspector.inspection")


def test_each_schema_that_was_has_its_dump() -> None:
    assert [one.stem for one in sorted(DUMPS.glob("schema-*.sql"))] == [f"schema-{one.number}" for one in ALL[:-1]]


def test_a_server_goes_with_the_run_that_started_it(tmp_path: Path) -> None:
    """Also when that run is killed: else each such run would leave a PostgreSQL behind."""
    if reason := registry_server.why_not():
        pytest.skip(reason)
    program = (
        "import os, registry_server\nserver = registry_server.Server()\n"
        "print(server._process.pid, server.folder, flush=True)\nos.kill(os.getpid(), 9)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False
    )
    number, folder = done.stdout.split()
    for _ in range(200):
        if not Path("/proc", number).exists():
            break
        threading.Event().wait(0.05)
    else:
        pytest.fail("it still runs")
    registry_server._sweep()
    assert not Path(folder).exists()
