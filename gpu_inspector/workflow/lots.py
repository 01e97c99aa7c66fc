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
from gpu_inspector.records import hall_view, lot_statistics
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.custody import Event
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.hall import Hall
from gpu_inspector.records.lot import Lot, LotSummary, Member, Plan, Rule, Statement, Twice
from gpu_inspector.records.lot_log import LotEntry
from gpu_inspector.records.node import NodeGap
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
    hall: Hall | None = None
    """Of an audit, with the gaps that are in force."""

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
    ledger_path: Path,
    *,
    name: str,
    declared: int,
    plan: Plan,
    case: Case,
    declaration: Declaration,
    hall: Hall | None = None,
) -> LotState:
    """Open a lot. Raises LotError for a name that is none or taken and for a plan without its figures; LedgerError.

    `hall` says of which nodes an audit is, before the first one is asked; whatever gaps it has are not kept.

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
        planned = replace(hall, gaps=()) if hall is not None else None
        return LotEntry(lot_id=lot.id, opened=replace(lot, ledger_rows=ledger.count()), hall=planned)

    with _opened(ledger_path) as ledger:
        put = ledger.lots.put(make, lambda digest: custody.event(custody.What.LOT, None, f"{digest} opened: {name}"))
    return _state(put.opened or lot, (put,))


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
    return tuple(_state(lot, entries) for lot in reversed(lots))


def state(ledger_path: Path, reference: str) -> LotState:
    """One lot by its name, its id or the beginning of its id. Raises LotError, LedgerError."""
    with _opened(ledger_path, readonly=True) as ledger:
        return _found(ledger.lots.entries(), reference)


def add(ledger_path: Path, reference: str, rows: Iterable[str | int], piece: int | None = None) -> LotState:
    """Put inspections of the ledger, by number or id, into a lot, with all their cards.

    Raises LotError where one is in the lot already or the lot takes no more, LedgerError; then none was put in.
    """
    now = datetime.now(UTC)
    known: list[LotEntry] = []
    with _opened(ledger_path) as ledger:
        found = [ledger.inspection(row) for row in rows]
        for entry, _inspection in found:
            _require_newest(ledger, entry.seq)

        def make(entries: tuple[LotEntry, ...]) -> LotEntry:
            known.extend(entries)
            before = _found(entries, reference)
            if before.ended:
                raise LotError(before.ended, "Open another lot for what is examined beyond the plan.")
            members = list(before.members)
            taken = {(one.inspection, one.card) for one in members}
            pieces = {one.piece: one.number for one in members}
            for entry, inspection in found:
                for one in members_of(entry, inspection, len(members) + 1, now, piece):
                    _require_new(taken, pieces, one, before.lot)
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
        return _found((*known, put), put.lot_id)


def lose(ledger_path: Path, reference: str, gaps: Iterable[NodeGap]) -> LotState:
    """Write down which nodes of an audit brought nothing, and why. Raises LotError where the lot is of no hall.

    A node that brings its evidence later is lost no more; of several gaps of one node the newest counts.
    """
    now, known = tuple(gaps), list[LotEntry]()

    def make(entries: tuple[LotEntry, ...]) -> LotEntry:
        known.extend(entries)
        before = _found(entries, reference)
        if before.hall is None:
            raise LotError(f"The lot “{before.lot.name}” is of no hall.", "Open one with `gpu-inspector audit`.")
        return LotEntry(lot_id=before.lot.id, gaps=now)

    with _opened(ledger_path) as ledger:
        put = ledger.lots.put(
            make, lambda digest: custody.event(custody.What.LOT, None, f"{digest} lost: {len(now)} nodes")
        )
    return _found((*known, put), put.lot_id)


def _require_new(taken: set[tuple[str, int]], pieces: dict[int | None, int], one: Member, lot: Lot) -> None:
    """Raises LotError for a card or a piece that the lot has already, and notes it otherwise."""
    if (one.inspection, one.card) in taken:
        raise LotError(f"Inspection {one.seq} is in the lot “{lot.name}” already.", "Each card is put in once.")
    if one.piece is not None and one.piece in pieces:
        raise LotError(f"Piece {one.piece} of the lot was examined already (card {pieces[one.piece]}).")
    if one.piece is not None and not 0 < one.piece <= lot.declared:
        raise LotError(f"The lot has pieces 1 to {lot.declared:,}, no {one.piece}.")
    taken.add((one.inspection, one.card))
    if one.piece is not None:
        pieces[one.piece] = one.number


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
        hall=found.hall,
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


def _state(lot: Lot, entries: tuple[LotEntry, ...]) -> LotState:
    own = [one for one in entries if one.lot_id == lot.id]
    members = tuple(member for one in own for member in one.added)
    hall = next((one.hall for one in own if one.hall is not None), None)
    if hall is not None:
        hall = hall_view.in_force(hall, (gap for one in own for gap in one.gaps), members)
    statement = lot_statistics.statement_of(lot, members, hall_view.count_unexamined(hall, members))
    return LotState(lot, members, lot_statistics.twice_of(members), statement, hall)


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
    return _state(named[0], entries)
