"""Lots and members for tests, made by hand."""

from datetime import UTC, datetime

from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.finding import Condition, Identity
from gpu_inspector.records.lot import Lot, Member, Plan

WHEN = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


def lot(declared: int, plan: Plan | None = None) -> Lot:
    """A lot of that many pieces."""
    return Lot(
        id="0f0e0d0c-0000-4000-8000-000000000001",
        name="waybill 77",
        declared=declared,
        plan=plan or Plan(),
        case=Case(number="C 1"),
        declaration=Declaration(),
        opened_at=WHEN,
        utc_offset_minutes=0,
    )


def member(number: int, identity: Identity = Identity.CONSISTENT, numbers: tuple[tuple[str, str], ...] = ()) -> Member:
    """One card of a lot."""
    return Member(
        number=number,
        seq=number,
        inspection=f"00000000-0000-4000-8000-{number:012}",
        digest=f"{number:064x}",
        card=0,
        label="0000:01:00.0",
        product="NVIDIA GeForce RTX 3060",
        origin="this machine",
        identity=identity,
        condition=Condition.SOUND,
        control="none",
        made_at=WHEN,
        added_at=WHEN,
        numbers=numbers,
    )


def members(
    consistent: int, deviating: int = 0, undecided: int = 0, identity: Identity = Identity.CONTRADICTED
) -> tuple[Member, ...]:
    """So many cards of each kind."""
    kinds = [Identity.CONSISTENT] * consistent + [identity] * deviating + [Identity.INCONCLUSIVE] * undecided
    return tuple(member(number, kind) for number, kind in enumerate(kinds, start=1))
