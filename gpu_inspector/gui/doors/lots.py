"""What the lots page asks for: the lots of the ledger, one opened, cards put into it, its signed summary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector import preferences
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.lot import Plan
from gpu_inspector.workflow.lots import LotState
from gpu_inspector.workflow.progress import Cancelled, Progress
from gpu_inspector.workflow.signing import Ask

if TYPE_CHECKING:
    from gpu_inspector.workflow.lot_filling import Added
    from gpu_inspector.workflow.lot_summing import Summed


@dataclass(frozen=True, slots=True)
class NewLot:
    """A lot that is to be opened; its plan cannot be changed afterwards."""

    name: str
    declared: int
    plan: Plan
    case: Case
    declaration: Declaration


@dataclass(frozen=True, slots=True)
class Filled:
    """What became of files that were to be put into a lot."""

    state: LotState
    """The lot as it stands now."""
    added: tuple[Added, ...]
    files: int
    """How many were given."""
    stopped: bool = False
    """The inspector stopped it; what was put in until then stays."""


@dataclass(frozen=True, slots=True)
class LotsDoors:
    """All raise GpuInspectorError with a sentence. They are called in a worker's thread."""

    every: Callable[[], tuple[LotState, ...]]
    """The lots of the ledger, the newest first."""
    open: Callable[[NewLot], LotState]
    add_files: Callable[[str, tuple[Path, ...], int | None, Progress, Ask], Filled]
    """Files and folders as cards of the lot of this id, one of them as this piece; each is kept and reported before the
    next one is begun, and a wish to cancel ends it between two."""
    add_rows: Callable[[str, tuple[str, ...], int | None], LotState]
    """Inspections of the ledger, by number or id: all of them or none."""
    save_summary: Callable[[str, Path, Ask], Summed]
    """The signed summary of the lot of this id, as a file; it asks for the secret of the key."""


def real() -> LotsDoors:
    """The program's own, on the user's own ledger."""
    return LotsDoors(_every, _open, _add_files, _add_rows, _save_summary)


def _every() -> tuple[LotState, ...]:
    from gpu_inspector.workflow import lots

    return lots.every(preferences.ledger_path())


def _open(new: NewLot) -> LotState:
    from gpu_inspector.workflow import lots

    return lots.open_lot(
        preferences.ledger_path(),
        name=new.name,
        declared=new.declared,
        plan=new.plan,
        case=new.case,
        declaration=new.declaration,
    )


def _add_files(lot: str, places: tuple[Path, ...], piece: int | None, progress: Progress, ask: Ask) -> Filled:
    from gpu_inspector.workflow import lot_filling, lots

    ledger = preferences.ledger_path()
    files = lot_filling.files_of(places)
    if piece is not None and len(files) > 1:
        raise lots.LotError(f"A piece's number goes with one card, and these are {len(files):,} files.")
    done: list[Added] = []
    stopped = False

    def tell(added: Added) -> None:
        done.append(added)
        progress(added.source, len(done) / len(files))

    try:
        progress(files[0].name if files else "", 0.0)
        lot_filling.from_files(ledger, lot, files, piece=piece, ask=ask, tell=tell)
    except Cancelled:
        stopped = len(done) < len(files)
    return Filled(lots.state(ledger, lot), tuple(done), len(files), stopped)


def _add_rows(lot: str, rows: tuple[str, ...], piece: int | None) -> LotState:
    from gpu_inspector.workflow import lots

    return lots.add(preferences.ledger_path(), lot, rows, piece)


def _save_summary(lot: str, target: Path, ask: Ask) -> Summed:
    from gpu_inspector.workflow import lot_summing, targets

    ledger = preferences.ledger_path()
    targets.check(target, targets.PDF, kept=targets.ledger_files(ledger))
    return lot_summing.write(ledger, lot, target, ask=ask)
