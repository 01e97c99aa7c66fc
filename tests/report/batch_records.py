"""Summaries of batches made by hand for the tests: small, mixed, large and hostile ones."""

from dataclasses import replace

from report.lot_records import CASE, LANE, MADE_AT, MEMORY, PAPER

from gpu_inspector.records.batch import BatchCard, BatchRow, BatchSummary, NotJudged, Terms, id_of, inspection_id
from gpu_inspector.records.canonical import digest
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Condition, Identity
from gpu_inspector.records.lot import Reason
from gpu_inspector.version import build

NOT_SEEN = Reason(
    check="die-measured", outcome="INCONCLUSIVE", text="The card was not measured: a file holds no silicon."
)
BENCH = Reason(
    check="bench-driver", outcome="INCONCLUSIVE", text="The machine that this file was made on is not known."
)
REASONS = (NOT_SEEN, BENCH, MEMORY, PAPER, LANE)
CARD = f"card:{'0a' * 16}"
SIMULATED = f"simulation:0:{'0b' * 16}"
TERMS = Terms(name="crates of March", case=CASE, declaration=Declaration(product="GeForce RTX 4090", memory_gb=24))


def card(**changes: object) -> BatchCard:
    made = BatchCard(
        label="00000000:01:00.0",
        product="NVIDIA GeForce RTX 4090",
        identity=Identity.INCONCLUSIVE,
        condition=Condition.NOT_EXAMINED,
        control="4A090.a",
        reasons=(0, 1),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def row(number: int, *cards: BatchCard, terms: Terms = TERMS, **changes: object) -> BatchRow:
    item = str(changes.pop("item", f"dump-{number:06}.xml"))
    key = str(changes.pop("key", f"sha256:{digest(str(number).encode())}"))
    made = BatchRow(
        item=item,
        key=key,
        seq=number,
        inspection=inspection_id(id_of(terms), key, item),
        digest=digest(f"row {number}".encode()),
        made_at=MADE_AT,
        origin=Origin.FILE.value,
        cards=cards or (card(),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def summary(*rows: BatchRow, terms: Terms = TERMS, **changes: object) -> BatchSummary:
    made = BatchSummary(
        id="9b3c41cc-1f0b-4f4b-a4f8-6f2b5b0e9a10",
        batch=id_of(terms),
        terms=terms,
        source="folder",
        rows=rows,
        unread=(),
        reasons=REASONS,
        versions=(build(),),
        made_at=MADE_AT,
        utc_offset_minutes=60,
        tool_version=build(),
        reference_version="2026-11-20+0123456789ab",
        ledger_rows=10_000_000,
        ledger_digest="5c" * 32,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


BAD = card(identity=Identity.CONTRADICTED, reasons=(2, 3))
ODD = card(identity=Identity.SUSPICIOUS, reasons=(2,))
LAME = card(identity=Identity.CONSISTENT, condition=Condition.FAULTY, reasons=(4,), control="none")


def mixed() -> BatchSummary:
    """Files, a machine's two cards, a simulation, an earlier content, and what could not be judged."""
    return summary(
        row(1),
        row(2, BAD),
        row(3, ODD),
        row(
            4,
            LAME,
            card(identity=Identity.CONSISTENT, reasons=()),
            item="0000:01:00.0",
            key=CARD,
            origin=Origin.MACHINE.value,
        ),
        row(5, item="simulation:rtx-3060:0", key=SIMULATED, origin=Origin.SIMULATION.value),
        row(6, item="changed.xml", present=False),
        row(7, item="changed.xml", key=f"sha256:{digest(b'new')}"),
        row(8, item="gone.xml", present=False),
        unread=(NotJudged(item="junk.txt", reason="The file is no output of nvidia-smi."),),
        left_out=(NotJudged(item="pipe", reason="It is a pipe, a socket or a device."),),
    )


def hostile(count: int = 320) -> BatchSummary:
    """Long texts of characters that reorder, hide and break lines, in every place that a text has."""
    bad = "\u202e\u0301\x00\n" * 80
    terms = replace(TERMS, name=bad, case=replace(CASE, number=bad, note=bad * 20, place=bad), profile=bad)
    cards = (card(label=bad, product=bad, control=bad, identity=Identity.CONTRADICTED, reasons=(0,)),)
    rows = (row(one, *cards, terms=terms, item=f"{one}{bad}", origin=bad, digest=bad) for one in range(1, count + 1))
    reasons = (Reason(check=bad, outcome="CONTRADICTED", text=bad),)
    unread = tuple(NotJudged(item=bad, reason=bad) for _ in range(320))
    return summary(*rows, terms=terms, reasons=reasons, unread=unread, left_out=unread, versions=(bad,) * 20)
