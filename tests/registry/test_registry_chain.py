"""The chain as the database itself keeps it, whoever writes; and that what was accepted stays as it is."""

import dataclasses
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import errors
from registry_rows import Row, deliver, put, put_beside, rows
from registry_server import Urls

from gpu_inspector.registry import schema
from gpu_inspector.registry.connection import connect


@pytest.fixture
def gate(registry_urls: Urls) -> Iterator["psycopg.Connection[Any]"]:
    """The registrar's connection; nothing is committed."""
    with psycopg.connect(registry_urls.registrar) as connection:
        yield connection
        connection.rollback()


def refused(connection: "psycopg.Connection[Any]", some: list[Row]) -> str:
    """The sentence with which the rows are refused; "" where they are taken."""
    try:
        with connection.transaction():
            put(connection, some)
    except errors.IntegrityError as error:
        return str(error.diag.message_primary)
    return ""


def count(connection: "psycopg.Connection[Any]") -> int:
    found = connection.execute(b"SELECT count(*) FROM gpu_inspector.inspection").fetchone()
    return int(found[0]) if found else 0


def test_rows_that_go_on_from_each_other_are_taken_in_one_statement_or_many(gate: "psycopg.Connection[Any]") -> None:
    first, other = rows(1, 20), rows(2, 5)
    mixed = [*first[:10], *other]
    mixed.sort(key=lambda one: one.digest)  # neither sorted by office nor by number
    assert refused(gate, mixed) == ""
    assert refused(gate, first[10:11]) == refused(gate, first[11:]) == ""
    assert count(gate) == 25


def test_a_gap_a_fork_and_a_foreign_beginning_are_refused_and_named(gate: "psycopg.Connection[Any]") -> None:
    mine, fork = rows(1, 8), rows(1, 8, "forked")
    assert "row 2 of office 1" in refused(gate, mine[1:])
    assert refused(gate, mine[:4]) == ""
    for attack in (
        mine[5:],  # a gap
        [mine[4], mine[6]],  # a gap within
        fork[4:],  # another ledger goes on
        [mine[4], fork[5]],  # within
        [dataclasses.replace(mine[4], prev=bytes(32))],  # a second beginning
        [dataclasses.replace(mine[4], prev=mine[2].digest)],
    ):
        assert "does not go on" in refused(gate, attack)
    assert "inspection_all_pkey" in refused(gate, mine[3:])  # a row that is there
    assert "inspection_all_pkey" in refused(gate, [fork[3]])
    assert "check constraint" in refused(gate, [dataclasses.replace(mine[4], seq=0)])
    assert refused(gate, mine[4:]) == ""
    assert count(gate) == 8


def test_rows_of_nobody_s_office_are_refused(gate: "psycopg.Connection[Any]") -> None:
    assert "row 1 of office 99" in refused(gate, rows(99, 1))
    assert "row 1 of office 99" in refused(gate, [*rows(1, 2), *rows(99, 1)])


def test_one_inspection_is_in_a_ledger_once(gate: "psycopg.Connection[Any]") -> None:
    mine = rows(1, 3)
    assert "office_id_key" in refused(gate, [mine[0], dataclasses.replace(mine[1], id=mine[0].id)])
    assert refused(gate, mine) == ""
    assert refused(gate, [dataclasses.replace(rows(2, 1)[0], id=mine[0].id)]) == ""  # in two offices' it may be


def test_two_registrars_at_once_make_no_fork(registry_urls: Urls) -> None:
    mine, fork = rows(1, 4), rows(1, 4, "forked")
    with psycopg.connect(registry_urls.registrar) as one, psycopg.connect(registry_urls.registrar) as other:
        put(one, mine)
        told: list[str] = []
        thread = threading.Thread(target=lambda: told.append(refused(other, fork)))
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()  # it waits for the first
        one.commit()
        thread.join(30)
        assert "inspection_all_pkey" in told[0]
        one.rollback()
        put(one, rows(1, 1, after=mine[-1]))
        assert "does not go on" in refused(other, rows(1, 1, after=rows(1, 1, after=mine[-1])[0]))


def test_a_checkpoint_of_another_row_is_refused_and_one_that_is_ahead_is_kept(gate: "psycopg.Connection[Any]") -> None:
    mine = rows(1, 3)
    put(gate, mine[:2])
    put_beside(gate, mine[2], "ahead")
    forged = dataclasses.replace(mine[1], digest=mine[0].digest)
    with pytest.raises(errors.IntegrityError, match="row 2 of office 1 has another digest"), gate.transaction():
        put_beside(gate, forged, "forged")


CHANGES = {
    f"{verb} {table}": text.format(table=table, what=what)
    for table, what in (
        ("inspection", "body"), ("inspection_all", "body"), ("checkpoint", "file"), ("listing", "verdict"),
        ("number", "value"), ("answer", "reason"), ("certificate", "pem"), ("withdrawal", "reason"),
        ("migration", "name"), ("watch_list", "file"), ("inbox", "packed"),
    )
    for verb, text in (
        ("UPDATE", "UPDATE gpu_inspector.{table} SET {what} = {what}"),
        ("DELETE", "DELETE FROM gpu_inspector.{table}"),
        ("TRUNCATE", "TRUNCATE gpu_inspector.{table} CASCADE"),
    )
}  # fmt: skip


def _full(urls: Urls) -> None:
    with psycopg.connect(urls.registrar) as connection:
        mine = rows(1, 2)
        put(connection, mine)
        put_beside(connection, mine[0], "mine")
    with psycopg.connect(urls.office_a) as connection:
        deliver(connection, mine, b"packed")


def test_no_registrar_changes_what_was_accepted(registry_urls: Urls) -> None:
    _full(registry_urls)
    for name, statement in CHANGES.items():
        expected = errors.IntegrityError if name == "DELETE inbox" else errors.InsufficientPrivilege
        with psycopg.connect(registry_urls.registrar) as connection, pytest.raises(expected):
            connection.execute(statement.encode())
    for statement in (
        "ALTER TABLE gpu_inspector.inspection_all DISABLE TRIGGER ALL",
        "DROP TRIGGER chain ON gpu_inspector.inspection_all",
        "INSERT INTO gpu_inspector.certificate VALUES (1, repeat('0', 64), 'mine', 'mine')",
        "INSERT INTO gpu_inspector.office VALUES (9, 'mine', 'mine', 'everything')",
        "INSERT INTO gpu_inspector.inbox(office, id, first_seq, last_seq, packed)"
        " VALUES (1, gen_random_uuid(), 1, 1, 'x')",
        "INSERT INTO gpu_inspector.migration VALUES (9, 'mine', sha256('x'))",
        "SET session_replication_role = replica",
        "SET ROLE gi_owner",
    ):
        with psycopg.connect(registry_urls.registrar) as connection, pytest.raises(errors.InsufficientPrivilege):
            connection.execute(statement.encode())


def test_the_owner_is_refused_by_the_triggers(registry_urls: Urls) -> None:
    _full(registry_urls)
    for name, statement in CHANGES.items():
        with (
            psycopg.connect(registry_urls.owner) as connection,
            pytest.raises(errors.IntegrityError, match=r"append-only|taken out once"),
        ):
            connection.execute(statement.encode())
            pytest.fail(name)
    for statement in (
        "DELETE FROM gpu_inspector.office WHERE number = 3",
        "TRUNCATE gpu_inspector.office CASCADE",
        "UPDATE gpu_inspector.office SET name = 'Office X' WHERE number = 1",
        "UPDATE gpu_inspector.office SET number = 17 WHERE number = 3",
    ):
        with (
            psycopg.connect(registry_urls.owner) as connection,
            pytest.raises(errors.IntegrityError, match="append-only"),
        ):
            connection.execute(statement.encode())


def test_even_a_superuser_in_replica_mode_is_refused(registry_urls: Urls) -> None:
    _full(registry_urls)
    for statement in ("DELETE FROM gpu_inspector.inspection", "UPDATE gpu_inspector.answer SET reason = ''"):
        with (
            psycopg.connect(registry_urls.admin) as connection,
            pytest.raises(errors.IntegrityError, match="append-only"),
        ):
            connection.execute(b"SET session_replication_role = replica")
            connection.execute(statement.encode())
    with psycopg.connect(registry_urls.admin) as connection:
        connection.execute(b"SET session_replication_role = replica")
        assert "does not go on" in refused(connection, rows(1, 9)[5:])


def test_a_batch_leaves_the_inbox_with_its_answer_alone(registry_urls: Urls) -> None:
    with psycopg.connect(registry_urls.office_a) as connection:
        named = deliver(connection, rows(1, 1), b"packed")
    answer = b"INSERT INTO gpu_inspector.answer(office, batch, accepted, reason, head_seq) VALUES (1, %s, true, '', 1)"
    with psycopg.connect(registry_urls.registrar) as connection:
        connection.execute(answer, (uuid.uuid4(),))
        with pytest.raises(errors.IntegrityError, match="once it was answered"), connection.transaction():
            connection.execute(b"DELETE FROM gpu_inspector.inbox")
        connection.execute(answer, (named,))
        assert connection.execute(b"DELETE FROM gpu_inspector.inbox").rowcount == 1


def test_an_old_answer_is_none_to_a_batch_that_came_again(registry_urls: Urls) -> None:
    answer = (
        b"INSERT INTO gpu_inspector.answer(office, batch, accepted, reason, head_seq) VALUES (1, %s, false, 'x', 0)"
    )
    for again in (False, True):
        with psycopg.connect(registry_urls.office_a) as connection:
            named = deliver(connection, rows(1, 1), b"packed")
        with psycopg.connect(registry_urls.registrar) as connection:
            if again:
                with pytest.raises(errors.IntegrityError, match="once it was answered"), connection.transaction():
                    connection.execute(b"DELETE FROM gpu_inspector.inbox")
            connection.execute(answer, (named,))
            connection.execute(b"DELETE FROM gpu_inspector.inbox")


def test_a_clock_that_was_set_back_keeps_no_batch_in_the_inbox(registry_urls: Urls) -> None:
    with psycopg.connect(registry_urls.office_a) as connection:
        named = deliver(connection, rows(1, 1), b"packed")
    registry_urls.server.execute(
        "ALTER TABLE gpu_inspector.inbox DISABLE TRIGGER unchanged",
        "UPDATE gpu_inspector.inbox SET delivered_at = delivered_at + interval '1 hour'",
        "ALTER TABLE gpu_inspector.inbox ENABLE TRIGGER unchanged",
        database=registry_urls.database,
    )
    with psycopg.connect(registry_urls.registrar) as connection:
        connection.execute(
            b"INSERT INTO gpu_inspector.answer(office, batch, accepted, reason, head_seq) VALUES (1, %s, true, '', 1)",
            (named,),
        )
        assert connection.execute(b"DELETE FROM gpu_inspector.inbox").rowcount == 1


def test_no_office_stops_another_with_a_lock_of_its_own(registry_urls: Urls) -> None:
    with psycopg.connect(registry_urls.office_a) as one, connect(registry_urls.registrar) as registry:
        one.execute(b"SELECT pg_advisory_lock(%s)", (0x4750_5549,))
        one.execute(b"SELECT pg_advisory_lock(%s, 2)", (0x4750_5549,))
        one.execute(b"LOCK TABLE gpu_inspector.inspection, gpu_inspector.office IN ACCESS SHARE MODE")
        registry.connection.execute(b"SET lock_timeout = '2s'")
        assert registry.connection.execute(b"SELECT gpu_inspector.hold(2, true)").fetchone() == (True,)
        put(registry.connection, rows(2, 2))
        put_beside(registry.connection, rows(2, 2)[0], "two")
        registry.connection.commit()
        with connect(registry_urls.owner) as owner:
            owner.connection.execute(b"SET lock_timeout = '2s'")
            assert schema.init(owner) == ()


def test_one_office_cannot_fill_the_disk_of_all(registry_urls: Urls) -> None:
    many = (
        "INSERT INTO gpu_inspector.inbox(id, first_seq, last_seq, packed)"
        " SELECT gen_random_uuid(), n, n, 'x' FROM generate_series(1, {}) AS n"
    )
    with psycopg.connect(registry_urls.office_a) as connection:
        connection.execute(many.format(1000).encode())
        with pytest.raises(errors.ConfigurationLimitExceeded, match="too much of office 1"), connection.transaction():
            connection.execute(many.format(1).encode())
        connection.commit()
    with psycopg.connect(registry_urls.office_b) as connection:
        connection.execute(many.format(1).encode())  # another is not in the way


def test_a_turn_is_held_by_one_registrar_at_a_time_and_by_no_office(registry_urls: Urls) -> None:
    hold = b"SELECT gpu_inspector.hold(1, false)"
    with psycopg.connect(registry_urls.registrar) as one, psycopg.connect(registry_urls.registrar) as other:
        assert one.execute(hold).fetchone() == (True,)
        assert other.execute(hold).fetchone() == (False,)
        assert other.execute(b"SELECT gpu_inspector.hold(2, false)").fetchone() == (True,)
        one.commit()
        assert other.execute(hold).fetchone() == (True,)


@pytest.mark.prove
def test_a_hundred_thousand_rows_in_one_copy_are_chained(gate: "psycopg.Connection[Any]") -> None:
    mine = rows(1, 100_000)
    assert refused(gate, mine) == ""
    more = rows(1, 1_000, after=mine[-1])
    assert "row 100500 of office 1" in refused(gate, [*more[:498], *more[499:]])
    assert refused(gate, more) == ""
