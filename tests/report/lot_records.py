"""Summaries of lots made by hand for the tests: 64 simulated cards of which five deviate, and hostile ones."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gpu_inspector.records.canonical import digest
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Condition, Identity
from gpu_inspector.records.lot import Lot, LotSummary, Member, Plan, Reason, Rule
from gpu_inspector.records.lot_statistics import statement_of, twice_of
from gpu_inspector.version import build

MADE_AT = datetime(2026, 11, 26, 8, 30, 15, tzinfo=UTC)
CASE = Case(
    number="HZA-K 2026/1147",
    inspector="M. Größler",
    office="Hauptzollamt Köln",
    place="Flughafen, Halle 3",
    note="Four crates, seals whole.",
)
MEMORY = Reason(
    check="memory-class",
    outcome="SUSPICIOUS",
    text="49140 MiB is the size of a known rework of this card: RTX 4090 with 48 GB.",
)
PAPER = Reason(check="declaration-memory", outcome="CONTRADICTED", text="The paper says 24 GB, the card claims 48 GB.")
DIE = Reason(
    check="die-measured",
    outcome="CONTRADICTED",
    text="68 multiprocessors answered; a die AD102 of this product has 128.",
)
LANE = Reason(
    check="condition-memory", outcome="NOTED", text="2 of 24 areas of the memory did not keep what was written."
)


def member(number: int, **changes: object) -> Member:
    made = Member(
        number=number,
        seq=100 + number,
        inspection=f"0b7c9a52-30c8-4b8c-8a43-{number:012x}",
        digest=digest(str(number).encode()),
        card=0,
        label=f"simulated card {number}",
        product="NVIDIA GeForce RTX 4090",
        origin=Origin.SIMULATION.value,
        identity=Identity.CONSISTENT,
        condition=Condition.SOUND,
        control="4A090.a",
        made_at=MADE_AT + timedelta(seconds=number - 3600),
        added_at=MADE_AT + timedelta(seconds=number - 3599),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def lot(declared: int = 64, plan: Plan | None = None, **changes: object) -> Lot:
    made = Lot(
        id="5a4e6f53-9a0c-4b5f-8d8e-1f5f6f0a2b31",
        name="Crates 1 to 4",
        declared=declared,
        plan=plan or Plan(),
        case=CASE,
        declaration=Declaration(product="GeForce RTX 4090", memory_gb=24, quantity=declared),
        opened_at=MADE_AT - timedelta(hours=2),
        utc_offset_minutes=60,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def summary(members: tuple[Member, ...], of: Lot | None = None, **changes: object) -> LotSummary:
    """As the program makes it: statement and numbers on several cards follow from the members."""
    of = of or lot()
    made = LotSummary(
        id="9b3c41cc-1f0b-4f4b-a4f8-6f2b5b0e9a10",
        lot=of,
        members=members,
        twice=twice_of(members),
        statement=statement_of(of, members),
        made_at=MADE_AT,
        utc_offset_minutes=60,
        tool_version=build(),
        reference_version="2026-11-20+0123456789ab",
        ledger_rows=100 + len(members),
        ledger_digest="5c" * 32,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


ALTERED = {
    7: {"identity": Identity.CONTRADICTED, "reasons": (MEMORY, PAPER)},
    19: {"identity": Identity.SUSPICIOUS, "reasons": (MEMORY,)},
    23: {"identity": Identity.CONTRADICTED, "condition": Condition.FAULTY, "reasons": (DIE, LANE)},
    41: {"identity": Identity.SUSPICIOUS, "reasons": (MEMORY,)},
    60: {"identity": Identity.CONTRADICTED, "reasons": (DIE,)},
}
"""Five of 64, in three ways."""


def of_64(change: Callable[[Member], Member] = lambda one: one) -> LotSummary:
    return summary(tuple(change(member(number, **ALTERED.get(number, {}))) for number in range(1, 65)))


def sampled() -> LotSummary:
    """13 of 120, of cards in this machine and files, with an undecided one and one number on two cards."""
    plan = Plan(rule=Rule.HYPERGEOMETRIC, confidence=0.95, share=0.2)
    members = [member(number, origin=Origin.MACHINE.value, label=f"0000:{number:02x}:00.0") for number in range(1, 14)]
    members[2] = replace(members[2], origin=Origin.FILE.value, identity=Identity.INCONCLUSIVE)
    members[4] = replace(members[4], numbers=(("serial", "1320221011842"),))
    members[8] = replace(members[8], numbers=(("serial", "1320221011842"),), control="none")
    members[10] = replace(members[10], condition=Condition.FAULTY, reasons=(LANE,), control="indeterminate")
    return summary(tuple(members), lot(120, plan))


def hostile(count: int = 5_000) -> LotSummary:
    """Long texts of characters that reorder, hide and break lines, in every place that a text has."""
    bad = "\u202e\u0301\x00\n" * 80
    reasons = tuple(Reason(check=bad, outcome="CONTRADICTED", text=bad) for _ in range(7))
    members = tuple(
        member(
            number,
            label=bad,
            product=bad,
            origin=bad[:3] if number % 2 else Origin.SIMULATION.value,
            identity=Identity.CONTRADICTED,
            condition=Condition.FAULTY,
            control=f"{number}{bad}",
            digest=bad,
            inspection=bad,
            seq=2**53 - 1,
            reasons=reasons,
            numbers=((bad, f"{number // 2}{bad}"),),
        )
        for number in range(1, count + 1)
    )
    case = Case(number=bad, inspector=bad, office=bad, place=bad, note=bad * 40, seals=bad)
    declared = Declaration(product=bad, description=bad, brand=bad, papers=bad)
    return summary(members, lot(count, name=bad, case=case, declaration=declared, id=bad), id=bad, ledger_digest=bad)
