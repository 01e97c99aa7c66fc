"""Lots: opened with a plan that cannot be changed afterwards, filled with inspections, summed up on one signed page.

A lot stands in the ledger beside the inspections that are its members. Nothing of a card is judged anew here: what a
member is comes from its own row, and is held against that row again before a summary is made.
"""

from __future__ import annotations

import secrets
import unicodedata
import uuid
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.language import N_
from gpu_inspector.records import lot_statistics
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.custody import Event
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.lot import Lot, LotSummary, Member, Plan, Rule, Statement, Twice
from gpu_inspector.records.lot_log import LotEntry
from gpu_inspector.version import build
from gpu_inspector.workflow import custody, policy
from gpu_inspector.workflow.lot_members import beside, members_of, other_lots

if TYPE_CHECKING:
    from gpu_inspector.ledger.store import Ledger

LONGEST_NAME = 120
MOST_DRAWN = 10_000
"""Places that are drawn and written down; a plan that asks for more names none."""
SHORTEST_BEGINNING = 4


class LotError(GpuInspectorError):
    """A lot that cannot be opened, is not there, or takes no more cards."""


@dataclass(frozen=True, slots=True)
class LotState:
    """A lot as it stands now."""

    lot: Lot
    members: tuple[Member, ...]
    twice: tuple[Twice, ...]
    statement: Statement

    @property
    def ended(self) -> str:
        """The sentence why no card more is examined; "" where some still are."""
        if self.lot.plan.stop_at_first and any(one.identity is Identity.CONTRADICTED for one in self.members):
            return N_("By its plan the examination of this lot has ended with the first contradiction.")
        return ""

    @property
    def left(self) -> int:
        """How many cards the plan still asks for."""
        return 0 if self.ended else max(0, self.statement.wanted - self.statement.examined)


def open_lot(
    ledger_path: Path, *, name: str, declared: int, plan: Plan, case: Case, declaration: Declaration
) -> LotState:
    """Open a lot. Raises LotError for a name that is none or taken and for a plan without its figures; LedgerError.

    Raises PolicyNotMet where the office's policy makes a field mandatory that is common to all cards, and it is empty.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():  # marks that reorder would make two look alike
        raise LotError(
            f"A lot needs a name of 1 to {LONGEST_NAME} printable characters.", "Use the number of its papers."
        )
    policy.require(case, declaration, None, Origin.FILE, many=True)  # its papers cannot be changed afterwards
    try:
        wanted = lot_statistics.wanted_of(declared, plan)
    except ValueError as error:
        raise LotError(f"This plan cannot be carried out: {error}.", "Look at the rule and its figures.") from error
    offset = datetime.now().astimezone().utcoffset()
    lot = Lot(
        id=str(uuid.uuid4()),
        name=name,
        declared=declared,
        plan=plan,
        case=case,
        declaration=declaration,
        opened_at=datetime.now(UTC),
        utc_offset_minutes=int(offset.total_seconds() // 60) if offset is not None else 0,
        drawn=_drawn(declared, wanted, plan),
    )

    def make(entries: tuple[LotEntry, ...]) -> LotEntry:
        if any(one.opened is not None and _folded(one.opened.name) == _folded(name) for one in entries):
            raise LotError(f"There is a lot “{name}” already.", "Use another name; a lot is never opened twice.")
        return LotEntry(lot_id=lot.id, opened=replace(lot, ledger_rows=ledger.count()))

    with _opened(ledger_path) as ledger:
        put = ledger.lots.put(make, lambda digest: custody.event(custody.What.LOT, None, f"{digest} opened: {name}"))
    return _state(put.opened or lot, ())


def _folded(name: str) -> str:
    """What is one name to people: capitals and small letters, wide and narrow ones, "№ 7" and "No 7"."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _drawn(declared: int, wanted: int, plan: Plan) -> tuple[int, ...]:
    if plan.rule is Rule.WHOLE or wanted >= declared or wanted > MOST_DRAWN:
        return ()
    return tuple(sorted(secrets.SystemRandom().sample(range(1, declared + 1), wanted)))


def every(ledger_path: Path) -> tuple[LotState, ...]:
    """All lots of the ledger, the newest first; () where there is no ledger. Raises LedgerError."""
    from gpu_inspector.ledger.store import Ledger

    if not ledger_path.exists():
        return ()
    with Ledger(ledger_path, readonly=True) as ledger:
        entries = ledger.lots.entries()
    lots = [one.opened for one in entries if one.opened is not None]
    return tuple(_state(lot, _members(entries, lot.id)) for lot in reversed(lots))


def state(ledger_path: Path, reference: str) -> LotState:
    """One lot by its name, its id or the beginning of its id. Raises LotError, LedgerError."""
    with _opened(ledger_path, readonly=True) as ledger:
        return _found(ledger.lots.entries(), reference)


def add(ledger_path: Path, reference: str, rows: Iterable[str | int], piece: int | None = None) -> LotState:
    """Put inspections of the ledger, by number or id, into a lot, with all their cards.

    Raises LotError where one is in the lot already or the lot takes no more, LedgerError; then none was put in.
    """
    now = datetime.now(UTC)
    with _opened(ledger_path) as ledger:
        found = [ledger.inspection(row) for row in rows]
        for entry, _inspection in found:
            _require_newest(ledger, entry.seq)

        def make(entries: tuple[LotEntry, ...]) -> LotEntry:
            before = _found(entries, reference)
            if before.ended:
                raise LotError(before.ended, "Open another lot for what is examined beyond the plan.")
            members = list(before.members)
            for entry, inspection in found:
                for one in members_of(entry, inspection, len(members) + 1, now, piece):
                    _require_new(members, one, before.lot)
                    members.append(one)
            if lot_statistics.mixed(members):
                raise LotError(
                    f"The lot “{before.lot.name}” cannot hold real cards and simulations or samples together.",
                    "Open another lot for the simulations.",
                )
            new = tuple(members[len(before.members) :])
            if not new:
                raise LotError("This inspection has no card.", "Look at it with `gpu-inspector history`.")
            return LotEntry(lot_id=before.lot.id, added=new)

        def event(digest: str) -> Event:
            seqs = ", ".join(str(entry.seq) for entry, _inspection in found)
            return custody.event(custody.What.LOT, found[0][0].seq, f"{digest} added: inspection {seqs}")

        put = ledger.lots.put(make, event)
        return _found(ledger.lots.entries(), put.lot_id)


def _require_new(members: list[Member], one: Member, lot: Lot) -> None:
    for member in members:
        if (member.inspection, member.card) == (one.inspection, one.card):
            raise LotError(f"Inspection {one.seq} is in the lot “{lot.name}” already.", "Each card is put in once.")
        if one.piece is not None and member.piece == one.piece:
            raise LotError(f"Piece {one.piece} of the lot was examined already (card {member.number}).")
    if one.piece is not None and not 0 < one.piece <= lot.declared:
        raise LotError(f"The lot has pieces 1 to {lot.declared:,}, no {one.piece}.")


def summary(ledger_path: Path, reference: str) -> LotSummary:
    """The record of a lot's summary, each member held against its own row again. Raises LotError, LedgerError."""
    with _opened(ledger_path, readonly=True) as ledger:
        found = _found(ledger.lots.entries(), reference)
        for member in found.members:
            entry, inspection = ledger.inspection(member.seq)
            _require_newest(ledger, entry.seq, {one.seq for one in found.members})
            again = members_of(entry, inspection, member.number - member.card, member.added_at, member.piece)
            if member not in again:
                raise LotError(
                    f"Card {member.number} of the lot is not what row {member.seq} of the ledger says of it.",
                    "Keep the file as it is, and run `gpu-inspector ledger verify`.",
                )
        near, more = beside(ledger, found.lot, found.members)
        others = other_lots(ledger.lots.entries(), found.lot)
        rows = ledger.count()
        last = ledger.entry(rows)[0].digest if rows else "0" * 64
    now = datetime.now().astimezone()
    offset = now.utcoffset()
    return LotSummary(
        id=str(uuid.uuid4()),
        lot=found.lot,
        members=found.members,
        twice=found.twice,
        statement=found.statement,
        made_at=now.astimezone(UTC),
        utc_offset_minutes=int(offset.total_seconds() // 60) if offset is not None else 0,
        tool_version=build(),
        reference_version=load().version,
        ledger_rows=rows,
        ledger_digest=last,
        beside=near,
        beside_more=more,
        other_lots=others,
    )


def _require_newest(ledger: Ledger, seq: int, there: Container[int] = ()) -> None:
    """Raises LotError where another row took this one's place, and is not among those that are `there`."""
    newer = ledger.finder.superseded_by(seq)
    if newer and newer not in there:
        raise LotError(
            f"Inspection {seq} was judged anew, and {newer} took its place.",
            f"Put that one into the lot: gpu-inspector lot add LOT --inspection {newer}",
        )


def _opened(path: Path, *, readonly: bool = False) -> Ledger:
    from gpu_inspector.ledger.store import Ledger

    return Ledger(path, readonly=readonly)


def _members(entries: tuple[LotEntry, ...], lot_id: str) -> tuple[Member, ...]:
    return tuple(member for one in entries if one.lot_id == lot_id for member in one.added)


def _state(lot: Lot, members: tuple[Member, ...]) -> LotState:
    return LotState(lot, members, lot_statistics.twice_of(members), lot_statistics.statement_of(lot, members))


def _found(entries: tuple[LotEntry, ...], reference: str) -> LotState:
    wanted = _folded(reference)
    lots = [one.opened for one in entries if one.opened is not None]
    named = [lot for lot in lots if wanted in (_folded(lot.name), lot.id)]
    if not named and len(wanted) >= SHORTEST_BEGINNING:
        named = [lot for lot in lots if lot.id.startswith(wanted)]
    if not named:
        raise LotError(f"There is no lot “{reference}” in this ledger.", "See `gpu-inspector lot status`.")
    if len(named) > 1:
        raise LotError(f"More than one lot begins with “{reference}”.", "Give its name, or more of its id.")
    return _state(named[0], _members(entries, named[0].id))
