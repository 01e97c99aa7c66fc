"""Writes the dump of a schema, for the tests of later ones: run once before a migration is added to a release.

PYTHONPATH=.:tests .venv/bin/python tests/registry/make_dump.py 1
"""

import hashlib
import sys
from pathlib import Path

import psycopg
import registry_server
from registry_rows import deliver, put, put_beside, rows

from gpu_inspector.registry import offices, schema
from gpu_inspector.registry.connection import connect
from gpu_inspector.registry.migrations import ALL


def main(number: int) -> None:
    with registry_server.running() as server:
        server.execute(f"CREATE ROLE {registry_server.OWNER} LOGIN CREATEROLE")
        database = server.new_database(owner=registry_server.OWNER)
        with connect(server.url(registry_server.OWNER, database)) as registry:
            schema.init(registry, ALL[:number])
            offices.appoint(registry, "gi_dump_registrar")
            offices.enrol(registry, "Office A", "gi_dump_a")
            fingerprint = hashlib.sha256(b"old").hexdigest()
            old = offices.Certificate(fingerprint=fingerprint, name="Office A, old key", pem="none: a test's own")
            offices.add_certificate(registry, "Office A", old)
            offices.withdraw_certificate(registry, "Office A", old.fingerprint, "lost")
        with psycopg.connect(server.url("gi_dump_registrar", database)) as connection:
            mine = rows(1, 3)
            put(connection, mine)
            put_beside(connection, mine[1], "of schema 1")
            if number > 1:
                connection.execute(b"INSERT INTO gpu_inspector.found VALUES (1, 1, 2, now(), '''00000old''')")
        with psycopg.connect(server.url("gi_dump_a", database)) as connection:
            deliver(connection, mine[:1], b"packed")
        text = server.dump(database, "--no-owner", "--schema=gpu_inspector")
    kept = [line for line in text.splitlines() if not line.startswith(("--", "\\restrict", "\\unrestrict", "SET "))]
    head = ["SET check_function_bodies = false;", f"SET ROLE {registry_server.OWNER};"]
    target = Path(__file__).parent / "dumps" / f"schema-{number}.sql"
    target.write_text("\n".join(head + [line for line in kept if line.strip()]) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
