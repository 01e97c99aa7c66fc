"""An office's role against what is not its own, statement by statement."""

import hashlib
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
import registry_server
from registry_rows import deliver, put, put_beside, rows
from registry_server import Server, Urls

from gpu_inspector.registry import offices
from gpu_inspector.registry.connection import connect

A, B = "SECRET-OF-A", "SECRET-OF-B"
OF_B = rows(2, 3, B)
DELIVERED = f"PACKED {B}".encode()
ID, BATCH = OF_B[0].id, uuid.uuid5(uuid.NAMESPACE_OID, DELIVERED.hex())
FINGERPRINT = hashlib.sha256(f"certificate {B}".encode()).hexdigest()
TABLES = (
    "migration", "office", "certificate", "withdrawal", "inspection", "inspection_all", "checkpoint", "listing",
    "number", "inbox", "answer", "turn", "found", "frequent", "watch_list",
)  # fmt: skip
READ = ("office", "certificate", "withdrawal", "inspection", "checkpoint", "inbox", "answer")
"""What an office reads of itself."""
CLOSED = ("inspection_all", "listing", "number", "turn", "found", "frequent")
"""What no office reads at all."""
MARKS = (
    B, "office B", "Office B", FINGERPRINT, str(BATCH),
    *(str(one.id) for one in OF_B), *(one.digest.hex() for one in OF_B), B.encode().hex(), DELIVERED.hex(),
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What came of a statement: an error's code or rows, and everything that was said."""

    code: str
    rows: list[tuple[Any, ...]]
    said: str

    @property
    def count(self) -> int:
        return len(self.rows)


OPEN: dict[str, "psycopg.Connection[Any]"] = {}


def session(url: str) -> "psycopg.Connection[Any]":
    """A session as if it were new: to open one takes longer than most statements."""
    if url not in OPEN or OPEN[url].closed:
        OPEN[url] = psycopg.connect(url, autocommit=True, prepare_threshold=None)
    OPEN[url].rollback()
    OPEN[url].execute(b"DISCARD ALL")
    return OPEN[url]


def attempt(url: str, *statements: str) -> Told:
    """Run statements one after the other in one session; what came of the first that was refused, or the last."""
    notices: list[str] = []

    def noticed(one: "psycopg.errors.Diagnostic") -> None:
        notices.append(f"{one.message_primary} {one.message_detail}")

    connection = session(url)
    connection.add_notice_handler(noticed)
    found: list[tuple[Any, ...]] = []
    try:
        for one in statements:
            if one.startswith("COPY") and "STDOUT" in one:
                with connection.cursor() as cursor, cursor.copy(one.encode()) as copy:
                    found = [(bytes(data).decode(),) for data in copy]
                continue
            cursor = connection.execute(one.encode())
            found = cursor.fetchall() if cursor.description else []
            if cursor.description is None and cursor.rowcount > 0:
                found = [(cursor.statusmessage,)] * cursor.rowcount
    except psycopg.Error as error:
        diag = error.diag
        said = f"{error} {diag.message_detail} {diag.message_hint} {diag.context}"
        return Told(error.sqlstate or "?", [], f"{said} {notices}")
    finally:
        connection.remove_notice_handler(noticed)
    cells = [cell for row in found for cell in row]
    shown = " ".join(f"{cell!r}{cell.hex()}" if isinstance(cell, bytes) else str(cell) for cell in cells)
    return Told("", found, f"{shown} {notices}")


def whole(urls: Urls) -> str:
    """All that the registry's tables and its catalogue hold, as its superuser sees it."""
    parts = [
        f"SELECT '{one}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM gpu_inspector.{one} AS t"
        for one in TABLES
    ]
    parts += [
        "SELECT 'acl', md5(string_agg(format('%s %s %s %s', oid, relname, relacl, relrowsecurity), '|' ORDER BY oid))"
        " FROM pg_class WHERE relnamespace = 'gpu_inspector'::regnamespace",
        "SELECT 'triggers', md5(string_agg(format('%s %s %s', tgrelid, tgname, tgenabled), '|' ORDER BY oid))"
        " FROM pg_trigger",
        "SELECT 'functions', md5(string_agg(format('%s %s', oid, proacl), '|' ORDER BY oid)) FROM pg_proc"
        " WHERE pronamespace = 'gpu_inspector'::regnamespace",
        "SELECT 'policies', md5(string_agg(format('%s %s', polname, polrelid), '|' ORDER BY oid)) FROM pg_policy",
        "SELECT 'roles', md5(string_agg(format('%s %s %s', rolname, rolsuper, rolbypassrls), '|' ORDER BY oid))"
        " FROM pg_roles",
        "SELECT 'large', md5(string_agg(data::text, '|')) FROM pg_largeobject",
    ]
    return repr(urls.server.execute(" UNION ALL ".join(parts), database=urls.database))


@pytest.fixture(scope="module")
def full(postgres: Server, _migrated: str) -> Iterator[Urls]:
    """A registry with rows of A and B, whose every text holds its office's secret."""
    database = postgres.new_database(template=_migrated, owner=registry_server.OWNER)
    urls = registry_server.enrolled(postgres, database)
    with connect(urls.owner) as registry, registry.connection.transaction():
        for letter, secret in (("A", A), ("B", B)):
            whose = hashlib.sha256(f"certificate {secret}".encode()).hexdigest()
            certificate = offices.Certificate(fingerprint=whose, name=f"NAME {secret}", pem=f"PEM {secret}")
            offices.add_certificate(registry, f"Office {letter}", certificate)
            offices.withdraw_certificate(registry, f"Office {letter}", whose, f"WHY {secret}")
    with psycopg.connect(urls.registrar) as connection:
        for some, secret in ((rows(1, 2, A), A), (OF_B, B)):
            put(connection, some)
            put_beside(connection, some[0], secret)
    for url, packed in ((urls.office_a, f"PACKED {A}".encode()), (urls.office_b, DELIVERED)):
        with psycopg.connect(url) as connection:
            deliver(connection, OF_B, packed)
    with psycopg.connect(urls.office_b) as connection:
        connection.execute(b"INSERT INTO gpu_inspector.watch_list(file) VALUES (%s)", (f"WATCH {B}".encode(),))
    postgres.execute("ANALYZE", "SELECT lo_from_bytea(0, 'large SECRET-OF-B')", database=database)
    before = whole(urls)
    yield urls
    while OPEN:
        OPEN.popitem()[1].close()
    assert whole(urls) == before  # whatever was tried
    postgres.drop_database(database)


INBOX = "INSERT INTO gpu_inspector.inbox(office, id, first_seq, last_seq, packed)"


def office_of(table: str) -> str:
    """The column that says whose a row is."""
    return "number" if table == "office" else "office"


NOTHING = "nothing"
"""The statement is carried out and gives nothing, since nothing is there for this role."""
DENIED = "42501"
STATEMENTS: dict[str, str] = {
    # reading
    **{f"SELECT * FROM gpu_inspector.{one} WHERE to_jsonb({one}) ->> '{key}' = '2'": NOTHING
       for one in READ for key in ("number" if one == "office" else "office",)},
    **{f"SELECT count(*) FROM gpu_inspector.{one}": DENIED for one in CLOSED},
    **{f"TABLE gpu_inspector.{one}": DENIED for one in CLOSED},
    **{f"SELECT {one} FROM gpu_inspector.{one} WHERE false": DENIED for one in CLOSED},
    **{f"COPY gpu_inspector.{one} TO STDOUT": DENIED for one in CLOSED},
    **{f"COPY (SELECT * FROM gpu_inspector.{one} WHERE {office_of(one)} <> 1) TO STDOUT": NOTHING for one in READ},
    "COPY (SELECT * FROM gpu_inspector.inspection_all) TO STDOUT": DENIED,
    "COPY gpu_inspector.inspection TO PROGRAM 'cat'": DENIED,
    "COPY gpu_inspector.inspection TO '/tmp/gi-out'": DENIED,
    f"SELECT * FROM gpu_inspector.inspection WHERE id = '{ID}'": NOTHING,
    f"SELECT * FROM gpu_inspector.answer WHERE batch = '{ID}'": NOTHING,
    "SELECT office FROM gpu_inspector.inspection GROUP BY office HAVING office <> 1": NOTHING,
    "SELECT max(seq) FROM gpu_inspector.inspection HAVING max(seq) > 2": NOTHING,
    "SELECT o.number FROM gpu_inspector.office AS o WHERE EXISTS (SELECT FROM gpu_inspector.inspection AS i"
    " WHERE i.office = o.number AND i.office = 2)": NOTHING,
    "SELECT p.body FROM gpu_inspector.inspection AS i RIGHT JOIN gpu_inspector.inspection AS p ON p.seq = i.seq"
    " AND p.office = i.office + 1 WHERE p.office > 1": NOTHING,
    "SELECT * FROM ONLY gpu_inspector.inspection": NOTHING,
    "SELECT * FROM gpu_inspector.inspection TABLESAMPLE SYSTEM (100) WHERE office = 2": NOTHING,
    "SELECT * FROM gpu_inspector.inspection WHERE ctid = '(0,3)' AND office = 2": NOTHING,
    "SELECT * FROM gpu_inspector.inspection FOR UPDATE": DENIED,
    "SELECT * FROM gpu_inspector.office FOR SHARE": DENIED,
    "PREPARE q(integer) AS SELECT * FROM gpu_inspector.inspection WHERE office = $1; EXECUTE q(2)": NOTHING,
    "SELECT query_to_xml('SELECT body FROM gpu_inspector.inspection WHERE office = 2', false, true, '')::text"
    " LIKE '%row%' AS leak WHERE query_to_xml('SELECT 1 FROM gpu_inspector.inspection WHERE office = 2', true, true,"
    " '')::text LIKE '%row%<row%'": NOTHING,
    "SELECT table_to_xml('gpu_inspector.inspection_all', true, true, '')": DENIED,
    "SELECT table_to_xml('gpu_inspector.listing', true, true, '')": DENIED,
    "SELECT ts_stat('SELECT words FROM gpu_inspector.found')": DENIED,
    # functions
    "SELECT * FROM gpu_inspector.hold(2, false)": DENIED,
    "SELECT gpu_inspector.keep_chain()": DENIED,
    "SELECT * FROM gpu_inspector.visible_offices('Office B')": DENIED,
    "SELECT * FROM gpu_inspector.search(ARRAY['~secret', '~b'], '', NULL, NULL, NULL, NULL, NULL, NULL, 9, 9)": NOTHING,
    "SELECT * FROM gpu_inspector.search(NULL, 'Office B', NULL, NULL, NULL, NULL, NULL, NULL, 100, 1000)": NOTHING,
    "SELECT * FROM gpu_inspector.search(ARRAY['~a) | (~o2'], '', NULL, NULL, NULL, NULL, NULL, NULL, 9, 9)": NOTHING,
    f"SELECT * FROM gpu_inspector.sightings(ARRAY[0], ARRAY['serial'], ARRAY['serial {B.lower()}'], ARRAY[false], 9)":
        NOTHING,
    "SELECT * FROM gpu_inspector.watch_lists() WHERE NOT mine": NOTHING,
    "SELECT * FROM gpu_inspector.head() WHERE seq > 2": NOTHING,
    # changing
    **{f"UPDATE gpu_inspector.{one} SET {what} = {what}": DENIED
       for one, what in (("office", "sees"), ("certificate", "pem"), ("inspection", "body"),
                         ("inspection_all", "body"),
                         ("checkpoint", "file"), ("listing", "verdict"), ("number", "value"), ("inbox", "packed"),
                         ("answer", "reason"), ("migration", "name"), ("withdrawal", "reason"),
                         ("watch_list", "file"))},
    "UPDATE gpu_inspector.office SET sees = 'everything' WHERE role = session_user": DENIED,
    "UPDATE gpu_inspector.office SET role = session_user WHERE number = 2": DENIED,
    **{f"DELETE FROM gpu_inspector.{one}": DENIED for one in TABLES},
    **{f"TRUNCATE gpu_inspector.{one}": DENIED for one in TABLES},
    **{f"TRUNCATE gpu_inspector.{one} CASCADE": DENIED for one in ("office", "inspection", "certificate")},
    "MERGE INTO gpu_inspector.inbox AS i USING (SELECT 1) AS x ON true WHEN MATCHED THEN DELETE": DENIED,
    # adding
    "INSERT INTO gpu_inspector.inbox(office, id, first_seq, last_seq, packed)"
    " VALUES (2, gen_random_uuid(), 4, 4, 'x')": DENIED,
    "INSERT INTO gpu_inspector.inbox(office, id, first_seq, last_seq, packed)"
    " VALUES (NULL, gen_random_uuid(), 4, 4, 'x')": DENIED,
    f"{INBOX} VALUES (2, '{BATCH}', 1, 1, 'x')": DENIED,
    "INSERT INTO gpu_inspector.inbox(id, first_seq, last_seq, packed, delivered_at)"
    " VALUES (gen_random_uuid(), 4, 4, 'x', '2000-01-01')": DENIED,
    f"INSERT INTO gpu_inspector.inbox(office, id, first_seq, last_seq, packed) VALUES (2, '{BATCH}', 1, 1, 'x')"
    " ON CONFLICT (office, id) DO UPDATE SET packed = 'x'": DENIED,
    f"INSERT INTO gpu_inspector.inbox(office, id, first_seq, last_seq, packed) VALUES (2, '{BATCH}', 1, 1, 'x')"
    " ON CONFLICT DO NOTHING": DENIED,
    "COPY gpu_inspector.inbox(id, first_seq, last_seq, packed) FROM '/etc/passwd'": DENIED,
    "COPY gpu_inspector.inspection_all FROM PROGRAM 'id'": DENIED,
    **{f"INSERT INTO gpu_inspector.{one} DEFAULT VALUES": DENIED
       for one in TABLES if one not in ("inbox", "watch_list")},
    "INSERT INTO gpu_inspector.inspection_all VALUES (1, 3, sha256('x'), sha256('y'), gen_random_uuid(), 'digest')":
        DENIED,
    "INSERT INTO gpu_inspector.watch_list(office, file) VALUES (2, 'x')": DENIED,
    "INSERT INTO gpu_inspector.office VALUES (9, 'Office Z', session_user, 'everything')": DENIED,
    # making and unmaking
    "ALTER TABLE gpu_inspector.inspection DISABLE ROW LEVEL SECURITY": DENIED,
    "ALTER TABLE gpu_inspector.inspection_all DISABLE TRIGGER ALL": DENIED,
    "ALTER TABLE gpu_inspector.inspection_all OWNER TO CURRENT_USER": DENIED,
    "ALTER TABLE gpu_inspector.inspection ADD COLUMN x integer": DENIED,
    "ALTER TABLE gpu_inspector.inspection DETACH PARTITION gpu_inspector.inspection_all": DENIED,
    "ALTER POLICY office_reads ON gpu_inspector.inspection USING (true)": DENIED,
    "CREATE POLICY mine ON gpu_inspector.inspection USING (true)": DENIED,
    "DROP POLICY office_reads ON gpu_inspector.inspection": DENIED,
    "ALTER FUNCTION gpu_inspector.my_office() RESET ALL": DENIED,
    "CREATE OR REPLACE FUNCTION gpu_inspector.my_office() RETURNS integer LANGUAGE sql AS 'SELECT 2'": DENIED,
    "CREATE TRIGGER t BEFORE INSERT ON gpu_inspector.inbox EXECUTE FUNCTION gpu_inspector.refuse_change()": DENIED,
    "CREATE RULE r AS ON INSERT TO gpu_inspector.inbox DO ALSO NOTHING": DENIED,
    "CREATE INDEX ON gpu_inspector.inspection_all(body)": DENIED,
    "CREATE STATISTICS s ON seq, office FROM gpu_inspector.inspection_all": DENIED,
    "COMMENT ON TABLE gpu_inspector.inspection IS 'x'": DENIED,
    "DROP TABLE gpu_inspector.inspection": DENIED,
    "DROP TRIGGER append_only ON gpu_inspector.inspection_all": DENIED,
    "DROP FUNCTION gpu_inspector.my_office() CASCADE": DENIED,
    "DROP SCHEMA gpu_inspector CASCADE": DENIED,
    "CREATE TABLE gpu_inspector.mine(x integer)": DENIED,
    "CREATE TABLE mine(x integer)": "3F000",
    "CREATE TABLE public.mine(x integer)": DENIED,
    "CREATE TEMPORARY TABLE mine(x integer)": DENIED,
    "CREATE VIEW public.mine AS SELECT * FROM gpu_inspector.inspection": DENIED,
    "CREATE SCHEMA mine": DENIED,
    "CREATE FUNCTION public.leak(bytea) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS"
    " 'BEGIN RAISE NOTICE ''%'', $1; RETURN true; END'": DENIED,
    "CREATE FUNCTION pg_temp.leak(bytea) RETURNS boolean LANGUAGE sql AS 'SELECT true'": DENIED,
    "CREATE OPERATOR public.=== (LEFTARG = bytea, RIGHTARG = bytea, FUNCTION = byteaeq)": DENIED,
    "CREATE EXTENSION plpgsql SCHEMA gpu_inspector VERSION '1.0'": "42710|42501",
    "CREATE EXTENSION hstore SCHEMA gpu_inspector": "42501|58P01|0A000",
    "CREATE LANGUAGE plpython3u": "0A000|58P01|42501",
    "CREATE PUBLICATION p FOR ALL TABLES": DENIED,
    "CREATE SUBSCRIPTION s CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false)": DENIED,
    "CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION gpu_inspector.refuse_change()": DENIED,
    "CREATE ROLE mine": DENIED,
    "CREATE DATABASE mine": DENIED,
    # becoming another
    "SET ROLE {owner}": DENIED,
    "SET ROLE {office_b}": DENIED,
    "SET ROLE {registrar}": DENIED,
    "SET ROLE gpu_inspector_registrar": DENIED,
    "SET ROLE gpu_inspector_reader": DENIED,
    "SET ROLE postgres": DENIED,
    "SET ROLE pg_read_all_data": DENIED,
    "SET SESSION AUTHORIZATION {office_b}": DENIED,
    "GRANT gpu_inspector_reader TO {office_a}": DENIED,
    "GRANT gpu_inspector_registrar TO {office_a}": DENIED,
    "GRANT {office_b} TO {office_a}": DENIED,
    "GRANT pg_read_all_data TO {office_a}": DENIED,
    "ALTER ROLE {office_a} BYPASSRLS": DENIED,
    "ALTER ROLE {office_a} RENAME TO {office_b}_2": "0A000",
    "ALTER ROLE {office_b} PASSWORD 'x'": DENIED,
    "ALTER ROLE {office_b} SET search_path = public": DENIED,
    "DROP ROLE {office_b}": DENIED,
    "DROP OWNED BY {office_b}": DENIED,
    "REASSIGN OWNED BY {owner} TO {office_a}": DENIED,
    # the server's own
    "SET session_replication_role = replica": DENIED,
    "SET row_security = off; SELECT * FROM gpu_inspector.inspection": DENIED,
    "SET row_security = off; SELECT * FROM gpu_inspector.answer": DENIED,
    "ALTER SYSTEM SET row_security = off": DENIED,
    "ALTER DATABASE {database} SET row_security = off": DENIED,
    "SELECT pg_read_file('/etc/passwd')": DENIED,
    "SELECT pg_ls_dir('.')": DENIED,
    "SELECT lo_import('/etc/passwd')": DENIED,
    "SELECT lo_get(oid) FROM pg_largeobject_metadata": DENIED,
    "SELECT * FROM pg_largeobject": DENIED,
    "SELECT * FROM pg_statistic": DENIED,
    "SELECT * FROM pg_authid": DENIED,
    "SELECT * FROM pg_user_mapping": DENIED,
    "SELECT * FROM pg_stats WHERE schemaname = 'gpu_inspector' AND tablename <> 'migration'": NOTHING,
    "SELECT * FROM pg_stats_ext WHERE schemaname = 'gpu_inspector'": NOTHING,
    "SELECT last_value FROM gpu_inspector.answer_number_seq": DENIED,
    "SELECT nextval('gpu_inspector.answer_number_seq')": DENIED,
    "SELECT query FROM pg_stat_activity WHERE usename <> session_user AND query !~ '^(<insuff.*)?$'": NOTHING,
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'": DENIED,
    "SELECT pg_switch_wal()": DENIED,
    "SELECT * FROM pg_logical_slot_peek_changes('x', NULL, NULL)": "42501|42704|55000",
    "SELECT pg_create_physical_replication_slot('x')": "42501|55000",
    "BEGIN; LOCK TABLE gpu_inspector.inspection IN ACCESS EXCLUSIVE MODE": DENIED,
    "BEGIN; LOCK TABLE gpu_inspector.office IN SHARE ROW EXCLUSIVE MODE": DENIED,
    "VACUUM FULL pg_catalog.pg_class": NOTHING,
    "REINDEX TABLE gpu_inspector.inspection_all": DENIED,
    "CLUSTER gpu_inspector.inspection_all USING inspection_all_pkey": DENIED,
    "ANALYZE gpu_inspector.inspection_all": NOTHING,
    "SECURITY LABEL ON TABLE gpu_inspector.inspection IS 'x'": "42501|22023",
    # through what reveals itself in an error, a notice or a plan
    "SELECT * FROM gpu_inspector.inspection WHERE office = 2 AND convert_from(body, 'UTF8')::integer = 1": NOTHING,
    "SELECT * FROM gpu_inspector.answer WHERE office = 2 AND reason::integer = 1": NOTHING,
    "SELECT * FROM gpu_inspector.office WHERE number = 2 AND name::integer = 1": NOTHING,
    "SELECT * FROM gpu_inspector.certificate WHERE office = 2 AND 1 / (length(pem) - length(pem)) = 1": NOTHING,
    "SELECT 1 / (count(*) - count(*)) FROM gpu_inspector.answer WHERE office = 2 HAVING count(*) > 0": NOTHING,
    "DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM gpu_inspector.inspection LOOP"
    " RAISE NOTICE '%', r; END LOOP; END $$": NOTHING,
    "DO $$ BEGIN PERFORM FROM gpu_inspector.listing; END $$": DENIED,
    "DO $$ BEGIN EXECUTE 'SET ROLE postgres'; END $$": DENIED,
    "EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM gpu_inspector.listing": DENIED,
}  # fmt: skip


@pytest.mark.parametrize("statement", STATEMENTS)
def test_an_office_cannot_reach_what_is_not_its_own(full: Urls, statement: str) -> None:
    expected = STATEMENTS[statement]
    filled = re.sub(r"\{(\w+)\}", lambda one: {**full.roles, "database": full.database}[one[1]], statement)
    in_turn = filled.split("; ") if filled.startswith(("SET", "PREPARE", "BEGIN")) else [filled]
    told = attempt(full.office_a, *in_turn)
    assert not [mark for mark in MARKS if mark in told.said.replace(statement, "")]
    if expected == NOTHING:
        assert (told.code, told.count) == ("", 0), told.said
    else:
        assert re.fullmatch(expected, told.code), told


def test_every_table_of_the_registry_is_among_those_that_were_tried(full: Urls) -> None:
    found = full.server.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'gpu_inspector'::regnamespace"
        " AND relkind IN ('r', 'p', 'v', 'm', 'f')",
        database=full.database,
    )
    assert {name for (name,) in found} == set(TABLES)


def test_what_is_an_office_s_own_it_reads_and_delivers(full: Urls) -> None:
    for one in (*READ, "migration"):
        assert attempt(full.office_a, f"SELECT * FROM gpu_inspector.{one}").count > 0, one
    assert A in attempt(full.office_a, "SELECT reason FROM gpu_inspector.answer").said
    assert attempt(full.office_a, "SELECT seq FROM gpu_inspector.head()").rows == [(2,)]
    with psycopg.connect(full.office_a) as connection:
        deliver(connection, OF_B, b"one more")
        connection.rollback()


def test_an_office_that_sees_sightings_reads_no_more_than_its_own(full: Urls) -> None:
    for one in READ:
        column = "number" if one == "office" else "office"
        assert attempt(full.office_b, f"SELECT {column} FROM gpu_inspector.{one} WHERE {column} <> 2").count == 0
        assert attempt(full.office_b, f"SELECT {column} FROM gpu_inspector.{one}").count > 0
    for one in CLOSED:
        assert attempt(full.office_b, f"TABLE gpu_inspector.{one}").code == DENIED


def test_an_office_that_sees_everything_changes_nothing_of_it(full: Urls) -> None:
    for one in ("office", "certificate", "withdrawal", "inspection", "checkpoint"):
        assert B in attempt(full.office_c, f"TABLE gpu_inspector.{one}").said or one in ("office", "inspection")
    assert attempt(full.office_c, "SELECT * FROM gpu_inspector.inspection WHERE office = 2").count == 3
    for one in ("inbox", "answer"):  # what others have delivered is between them and the registrar
        assert attempt(full.office_c, f"TABLE gpu_inspector.{one}").count == 0
    for statement, expected in STATEMENTS.items():
        if statement.startswith(("UPDATE", "DELETE", "TRUNCATE", "INSERT", "DROP TABLE", "ALTER TABLE")):
            assert attempt(full.office_c, statement.format_map(full.roles)).code == expected, statement


def test_a_role_of_the_group_that_is_no_office_sees_nothing(full: Urls) -> None:
    stranger = f"gi_stranger_{full.server.new_number()}"
    full.server.execute(
        f"CREATE ROLE {stranger} LOGIN", f"GRANT gpu_inspector_office TO {stranger}",
        f"GRANT gpu_inspector_reader TO {stranger}", f"GRANT CONNECT ON DATABASE {full.database} TO {stranger}",
        database=full.database,
    )  # fmt: skip
    for one in READ:
        assert attempt(full.url(stranger), f"TABLE gpu_inspector.{one}").count == 0
    told = attempt(
        full.url(stranger),
        "INSERT INTO gpu_inspector.inbox(id, first_seq, last_seq, packed) VALUES (gen_random_uuid(), 1, 1, 'x')",
    )
    assert told.code == DENIED
    full.server.execute(f"DROP OWNED BY {stranger}", f"DROP ROLE {stranger}", database=full.database)


def test_a_role_that_nobody_let_in_does_not_come_in(full: Urls) -> None:
    stranger = f"gi_stranger_{full.server.new_number()}"
    full.server.execute(f"CREATE ROLE {stranger} LOGIN", f"GRANT gpu_inspector_registrar TO {stranger}")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(full.url(stranger))
    full.server.execute(f"DROP ROLE {stranger}")


def test_an_office_that_lends_its_role_to_another_shows_it_nothing(full: Urls) -> None:
    """Up to PostgreSQL 15 a role may let others into itself; whose rows are shown follows from who came in."""
    attempt(full.office_b, f"GRANT {full.roles['office_b']} TO {full.roles['office_a']}")
    told = attempt(full.office_a, f"SET ROLE {full.roles['office_b']}", "SELECT * FROM gpu_inspector.inspection")
    assert B not in told.said
    assert told.code == DENIED or {row[0] for row in told.rows} == {1}
    attempt(full.office_b, f"REVOKE {full.roles['office_b']} FROM {full.roles['office_a']}")


@pytest.mark.parametrize(
    ("table", "column", "least", "most"),
    [
        ("inspection", "id", "'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"),
        ("inspection", "seq", "0", "9999"),
        ("checkpoint", "seq", "0", "9999"),
        ("certificate", "fingerprint", "''", "'g'"),
        ("withdrawal", "fingerprint", "''", "'g'"),
        ("inbox", "id", "'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"),
        ("answer", "batch", "'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"),
        ("office", "name", "''", "'~'"),
        ("office", "role", "''", "'~'"),
    ],
)
def test_a_plan_counts_no_rows_that_an_index_found_for_another(
    full: Urls, table: str, column: str, least: str, most: str
) -> None:
    """EXPLAIN says how many rows were taken away: bisecting with it, one could read out an index."""
    own = "number" if table == "office" else "office"
    question = f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT {column} FROM gpu_inspector.{table}"
    with psycopg.connect(full.office_a, autocommit=True) as connection:
        for way in ("enable_seqscan", "enable_bitmapscan", "enable_indexscan"):
            connection.execute(f"SET {way} = off".encode())
            for where in (column, f"{own} = 2 AND {column}", f"{own} > 1 AND {column}"):
                counts = []
                for value in (least, most):
                    plan = connection.execute(f"{question} WHERE {where} > {value}".encode()).fetchall()
                    text = "\n".join(line for (line,) in plan)
                    removed = sum(map(int, re.findall(r"Rows Removed by .*: (\d+)", text)))
                    counts.append(removed if "Index" in text else 0)
                assert counts[0] == counts[1] or max(counts) <= 1, text  # its own row


def test_a_message_says_only_that_there_is_something(full: Urls) -> None:
    with psycopg.connect(full.office_a, autocommit=True) as listening:
        listening.execute(b"LISTEN gpu_inspector_inbox")
        listening.execute(b"LISTEN gpu_inspector_answer")
        with psycopg.connect(full.office_b) as connection:
            named = deliver(connection, OF_B, b"noticed")
        assert [one.payload for one in listening.notifies(timeout=10, stop_after=1)] == [""]
    with psycopg.connect(full.registrar) as connection:  # taken out again as a registrar does
        connection.execute(
            b"INSERT INTO gpu_inspector.answer(office, batch, accepted, reason, head_seq)"
            b" VALUES (2, %s, false, 'x', 3)",
            (named,),
        )
        connection.execute(b"DELETE FROM gpu_inspector.inbox WHERE office = 2 AND id = %s", (named,))
        connection.rollback()
    full.server.execute(
        "ALTER TABLE gpu_inspector.inbox DISABLE TRIGGER answered",
        f"DELETE FROM gpu_inspector.inbox WHERE id = '{named}'",
        "ALTER TABLE gpu_inspector.inbox ENABLE TRIGGER answered",
        database=full.database,
    )


def test_no_function_is_everybody_s_and_each_finds_names_where_it_should(full: Urls) -> None:
    found = full.server.execute(
        "SELECT p.proname, p.prosecdef, coalesce(array_to_string(p.proconfig, ' '), ''),"
        " has_function_privilege('public', p.oid, 'EXECUTE') FROM pg_proc AS p"
        " WHERE p.pronamespace = 'gpu_inspector'::regnamespace",
        database=full.database,
    )
    assert len(found) > 10
    for name, _definer, settings, everybody in found:
        assert not everybody, name
        assert "search_path=pg_catalog, pg_temp" in settings, name
    tables = full.server.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'gpu_inspector'::regnamespace"
        " AND EXISTS (SELECT FROM aclexplode(relacl) AS a WHERE a.grantee = 0)",
        database=full.database,
    )
    assert tables == []
