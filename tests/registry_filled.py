"""Rows put straight into a registry's tables, as its gate would have put them: for tests of what is read there."""

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from registry_server import Urls

from gpu_inspector.registry import indexing
from gpu_inspector.registry.connection import connect

OFFICES = {"A": 1, "B": 2, "C": 3}


@dataclass
class Filled:
    """The rows of one registry, put in as its superuser."""

    urls: Urls
    heads: dict[int, tuple[int, bytes]] = field(default_factory=dict)

    def put(
        self,
        office: str,
        *,
        numbers: tuple[tuple[str, str], ...] = (),
        keyed: bool = False,
        kind: str = "whole",
        card: int = 0,
        **listed: Any,
    ) -> int:
        """One row more of this office, "A", "B" or "C"; its number. A digest has no listing."""
        import psycopg

        number = OFFICES[office]
        seq, before = self.heads.get(number, (0, bytes(32)))
        digest = hashlib.sha256(before + bytes([number])).digest()
        # The id is looked through as well: one that is drawn would begin with what a test types, at times.
        row = {
            "id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{office} {seq + 1}")),
            "made_at": datetime(2026, 11, 1 + seq % 25, tzinfo=UTC),
            "case_number": "A-2026/17", "product": "NVIDIA GeForce RTX 4090", "verdict": "CONSISTENT",
            "condition": "SOUND", "control": "not assessed", "verdict_rank": 0, "condition_rank": 0,
            "inspector": "Müller",
            "site": "Köln-Bonn", "place": "Lager 3", "cards": 1, "origin": "this machine",
            "numbers": " ".join(value for _kind, value in numbers), "papers": "", **listed,
        }  # fmt: skip
        with psycopg.connect(self.urls.admin) as connection:
            connection.execute(
                "INSERT INTO gpu_inspector.inspection(office, seq, prev, digest, id, kind, body)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                (number, seq + 1, before, digest, row["id"], kind, None if kind == "digest" else b"x"),
            )
            if kind != "digest":
                names = ", ".join(row)
                marks = ", ".join("%s" for _name in row)
                connection.execute(
                    f"INSERT INTO gpu_inspector.listing(office, seq, {names}) VALUES (%s, %s, {marks})".encode(),
                    (number, seq + 1, *row.values()),
                )
            for name, value in numbers:
                connection.execute(
                    "INSERT INTO gpu_inspector.number(office, seq, card, kind, keyed, value)"
                    " VALUES (%s, %s, %s, %s, %s, %s)",
                    (number, seq + 1, card, name, keyed, value),
                )
        self.heads[number] = seq + 1, digest
        return seq + 1

    def index(self) -> int:
        """Take the rows into the search, as a registrar does."""
        with connect(self.urls.registrar) as registry:
            return indexing.catch_up(registry)
