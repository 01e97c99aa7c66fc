"""Ledgers of offices for the registry's tests, and batches as a forger would make them."""

import dataclasses
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from registry_server import Urls

from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical, checkpoint, merkle
from gpu_inspector.records.chain import GENESIS, chain_digest
from gpu_inspector.records.checkpoint import Statement
from gpu_inspector.records.claims import NvmlReading
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import CardEvidence, Evidence, Origin
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.inspection import CardJudgement, Inspection, Judgement
from gpu_inspector.records.registry import Batch, Kind, Row, deflated, name_of, pack
from gpu_inspector.registry import gate, offices
from gpu_inspector.registry.connection import connect
from gpu_inspector.report.certificate import pem_of
from gpu_inspector.report.identity import SigningIdentity, fingerprint_of, load_or_make
from gpu_inspector.workflow import registry_rows, statements

MADE = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
Change = Callable[[Inspection], Inspection]


def inspection(order: int = 1, /, **case: Any) -> Inspection:
    """A small one of one card."""
    reading = NvmlReading(name="NVIDIA H100", serial=f"13{4520918273 + 7919 * order}", uuid=f"GPU-{uuid.uuid4()}")
    return Inspection(
        id=str(uuid.uuid4()),
        made_at=MADE,
        utc_offset_minutes=60,
        case=Case(**{"number": f"A-{order}", "inspector": "Müller", "office": "Köln", "place": "Lager 3", **case}),
        declaration=Declaration(product="NVIDIA H100"),
        evidence=Evidence(
            collected_at=MADE,
            tool_version="0.1.0",
            reference_version="1",
            origin=Origin.FILE,
            cards=(CardEvidence(label="card 1", nvml=reading),),
        ),
        judgement=Judgement(
            verdict=Identity.INCONCLUSIVE,
            cards=(CardJudgement(label="card 1", product="NVIDIA H100", identity=Identity.INCONCLUSIVE),),
            tool_version="0.1.0",
            reference_version="1",
        ),
    )


def fill(path: Path, count: int) -> Path:
    """So many rows more on a ledger."""
    with Ledger(path) as ledger:
        for number in range(count):
            ledger.append(inspection(number))
    return path


def new_identity(folder: Path) -> SigningIdentity:
    """A key of its own."""
    return load_or_make(folder)


def register(urls: Urls, office: str, identity: SigningIdentity) -> None:
    """Let an office sign with it."""
    one = offices.Certificate(
        fingerprint=fingerprint_of(identity.certificate), name="test", pem=pem_of(identity.certificate).decode()
    )
    with connect(urls.owner) as registry:
        offices.add_certificate(registry, office, one)
        registry.connection.commit()


def open_gate(urls: Urls) -> list[gate.Answered]:
    """What the registrar answers to all that lies there."""
    with connect(urls.registrar) as registry:
        return list(gate.accept(registry, registry_rows.sound, registry_rows.examined))


def rows_of(path: Path) -> list[Row]:
    """A ledger's rows as they travel."""
    with Ledger(path, readonly=True) as ledger:
        pairs = list(ledger.chosen(range(1, ledger.count() + 1)))
    return [registry_rows.row_of(entry, body, registry_rows.everything) for entry, body in pairs]


def chained(bodies: list[bytes], ids: list[str], after: Row | None = None, kind: Kind = Kind.WHOLE) -> list[Row]:
    """Rows with these bodies, each with the digest that belongs to it."""
    made: list[Row] = []
    for body, own in zip(bodies, ids, strict=True):
        before = made[-1] if made else after
        seq, prev = (before.seq + 1, before.digest) if before else (1, GENESIS)
        made.append(
            Row(seq=seq, prev=prev, digest=chain_digest(seq, prev, body), id=own, kind=kind, body=deflated(body))
        )
    return made


def rows_with(*inspections: Inspection, after: Row | None = None) -> list[Row]:
    """Rows of these inspections."""
    return chained([canonical.encode(one) for one in inspections], [one.id for one in inspections], after)


def signed(identity: SigningIdentity, digests: list[bytes], **other: Any) -> bytes:
    """A checkpoint's file over rows with these digests."""
    statement = Statement(
        seq=len(digests),
        digest=digests[-1].hex(),
        root=merkle.root_of(digests).hex(),
        previous="",
        custody_seq=0,
        custody_digest="0" * 64,
        made_at=datetime.now(UTC),
        office="",
        tool_version="0.1.0",
    )
    text = canonical.encode(dataclasses.replace(statement, **other))
    return checkpoint.file_of(text, statements.sign(text, identity))


def batch(
    rows: list[Row], identity: SigningIdentity, *, office: str = "Office A", before: list[Row] | None = None
) -> Batch:
    """These rows under a checkpoint of just them and those before."""
    digests = [one.digest for one in (*(before or []), *rows)]
    return Batch(office=office, rows=tuple(rows), checkpoint=signed(identity, digests))


def deliver(urls: Urls, what: Batch | bytes, first: int = 1, last: int = 1, url: str = "") -> None:
    """Put a batch before the gate as the office's role can, whatever the batch is."""
    if isinstance(what, Batch):
        first, last, data = what.first, what.last, pack(what)
        name = name_of(what.office, what.rows[0].digest, what.rows[-1].digest)
    else:
        name, data = uuid.uuid4(), what
    with psycopg.connect(url or urls.office_a) as connection:
        connection.execute(
            "INSERT INTO gpu_inspector.inbox(id, first_seq, last_seq, packed) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            (name, first, last, data),
        )


def refusal(urls: Urls, what: Batch | bytes) -> str:
    """Why the gate refuses it; "" where it does not."""
    deliver(urls, what)
    (answered,) = open_gate(urls)
    return answered.reason


def there(urls: Urls, office: str = "Office A") -> list[tuple[Any, ...]]:
    """The rows of an office, past all rights."""
    return urls.server.execute(
        "SELECT i.seq, i.digest, i.kind FROM gpu_inspector.inspection AS i JOIN gpu_inspector.office AS o"
        f" ON o.number = i.office WHERE o.name = '{office}' ORDER BY i.seq",
        database=urls.database,
    )
