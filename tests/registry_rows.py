"""Rows of two offices in a registry, made by hand: what one of them must not learn of the other."""

import hashlib
import uuid
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg

from gpu_inspector.records.chain import GENESIS, chain_digest

MADE = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
CHAIN = "COPY gpu_inspector.inspection_all(office, seq, prev, digest, id, kind, body) FROM STDIN"


@dataclass(frozen=True)
class Row:
    office: int
    seq: int
    prev: bytes
    digest: bytes
    id: uuid.UUID
    body: bytes

    @property
    def values(self) -> tuple[Any, ...]:
        return self.office, self.seq, self.prev, self.digest, self.id, "whole", zlib.compress(self.body, 0)


def rows(office: int, count: int, what: str = "row", after: Row | None = None) -> list[Row]:
    """Rows of a chain, or ones that go on from another."""
    made: list[Row] = []
    for seq in range(1 + (after.seq if after else 0), 1 + count + (after.seq if after else 0)):
        before = made[-1].digest if made else after.digest if after else GENESIS
        body = f"{what} {seq} of office {office}".encode()
        named = uuid.uuid5(uuid.NAMESPACE_OID, body.decode())
        made.append(Row(office, seq, before, chain_digest(seq, before, body), named, body))
    return made


def put(connection: "psycopg.Connection[Any]", some: list[Row]) -> None:
    """As the registrar does."""
    with connection.cursor() as cursor, cursor.copy(CHAIN.encode()) as copy:
        for one in some:
            copy.write_row(one.values)


def put_beside(connection: "psycopg.Connection[Any]", one: Row, secret: str) -> None:
    """What else the registrar writes of a row: listing, number, checkpoint and answer, all with this secret."""
    fingerprint = hashlib.sha256(secret.encode()).hexdigest()
    listed = (
        one.office, one.seq, one.id, MADE, f"CASE {secret}", "NVIDIA H100", "CONSISTENT", "SOUND", "4A090", 0, 0,
        f"PERSON {secret}", "site", "place", 1, "this machine", f"SERIAL {secret}", "",
    )  # fmt: skip
    marks = ", ".join(["%s"] * len(listed))
    connection.execute(f"INSERT INTO gpu_inspector.listing VALUES ({marks})".encode(), listed)
    connection.execute(
        b"INSERT INTO gpu_inspector.number(office, seq, card, kind, keyed, value)"
        b" VALUES (%s, %s, 0, 'serial', false, %s)",
        (one.office, one.seq, f"SERIAL {secret}"),
    )
    connection.execute(
        b"INSERT INTO gpu_inspector.checkpoint(office, seq, digest, root, made_at, fingerprint, file)"
        b" VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (one.office, one.seq, one.digest, one.digest, MADE, fingerprint, f"FILE {secret}".encode()),
    )
    connection.execute(
        b"INSERT INTO gpu_inspector.answer(office, batch, accepted, reason, head_seq) VALUES (%s, %s, true, %s, %s)",
        (one.office, one.id, f"REASON {secret}", one.seq),
    )


def deliver(connection: "psycopg.Connection[Any]", some: list[Row], packed: bytes) -> uuid.UUID:
    """As an office does: into its inbox."""
    named = uuid.uuid5(uuid.NAMESPACE_OID, packed.hex())
    connection.execute(
        b"INSERT INTO gpu_inspector.inbox(id, first_seq, last_seq, packed) VALUES (%s, %s, %s, %s)",
        (named, some[0].seq, some[-1].seq, packed),
    )
    return named
