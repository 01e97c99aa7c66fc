"""What the history page asks for: rows of the ledger, page by page; one row with its proof; a part of it as a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector import preferences
from gpu_inspector.ledger.query import Checked, Found, Look, Mark, Query, Repeat, Stock
from gpu_inspector.records.custody import Line
from gpu_inspector.workflow.kept import Kept
from gpu_inspector.workflow.progress import Progress
from gpu_inspector.workflow.signing import Ask

if TYPE_CHECKING:
    from gpu_inspector.records.registry_found import RegistryPage
    from gpu_inspector.workflow.tagging import Opened
    from gpu_inspector.workflow.vouching import Vouched


@dataclass(frozen=True, slots=True)
class HistoryDoors:
    """All raise GpuInspectorError with a sentence. They are called in a worker's thread."""

    look: Callable[[Query, bool, Progress], Look]
    """The first rows that fit, none where there is no ledger yet; afresh, with the ledger's standing."""
    stock: Callable[[Query, int, Progress], Stock]
    """How many fit, among the rows up to a number."""
    page: Callable[[Query, int, Mark | None, Progress], tuple[Found, ...]]
    """The rows after a mark, among the rows up to a number."""
    repeats: Callable[[int], tuple[Repeat, ...]]
    """The numbers of a row that other rows have too."""
    kept: Callable[[int], Kept]
    """A row as a finished inspection, with its proof."""
    report_again: Callable[[int, Ask], Path]
    """Where the report of a row was made again; it asks for the secret of the key."""
    export: Callable[[Path, Query | tuple[int, ...] | None, Progress], int]
    """How many rows were written: those that fit, those of these numbers, or all."""
    prove: Callable[[int, Path], Vouched]
    """What shows others that this row was in the ledger, as a file."""
    checkpoint: Callable[[Path, Ask], Vouched]
    """What the ledger holds now, signed, as a file; it asks for the secret of the key."""
    log: Callable[[int, Progress], tuple[Line, ...]]
    """The custody log's lines on a row."""
    by_text: Callable[[str], Opened]
    """The inspection that the scanned text of a tag, or of a report's code, leads to."""
    by_photograph: Callable[[Path], Opened]
    """The inspection whose tag is on this picture."""
    check: Callable[[Progress], Checked]
    """What the verification of the whole ledger says."""
    has_registry: Callable[[], bool]
    """Whether a registry of many offices is named."""
    registry_page: Callable[[Query, int | None, Progress], RegistryPage]
    """What the registry lists, after a mark."""
    registry_offices: Callable[[Progress], tuple[str, ...]]
    """The offices whose rows can be searched there."""
    notices: Callable[[], tuple[str, ...]]
    """What it said too late for an inspection and nobody was told yet, as sentences; then they count as told."""


def real() -> HistoryDoors:
    """The program's own, on the user's own ledger."""
    return HistoryDoors(
        look=_look,
        stock=_stock,
        page=_page,
        repeats=_repeats,
        kept=_kept,
        report_again=_report_again,
        export=_export,
        prove=_prove,
        checkpoint=_checkpoint,
        log=_log,
        by_text=_by_text,
        by_photograph=_by_photograph,
        check=_check,
        has_registry=_has_registry,
        registry_page=_registry_page,
        registry_offices=_registry_offices,
        notices=_notices,
    )


# The store is loaded with the first question: the window opens without it.


def _look(query: Query, afresh: bool, progress: Progress) -> Look:
    from gpu_inspector.workflow import looking_up

    return looking_up.first(preferences.ledger_path(), query, progress, afresh=afresh)


def _stock(query: Query, head: int, progress: Progress) -> Stock:
    from gpu_inspector.workflow import looking_up

    return looking_up.stock(preferences.ledger_path(), query, head, progress)


def _page(query: Query, head: int, after: Mark | None, progress: Progress) -> tuple[Found, ...]:
    from gpu_inspector.workflow import looking_up

    return looking_up.page(preferences.ledger_path(), query, head, after, progress)


def _repeats(seq: int) -> tuple[Repeat, ...]:
    from gpu_inspector.workflow import looking_up

    return looking_up.repeats(preferences.ledger_path(), seq)


def _kept(seq: int) -> Kept:
    from gpu_inspector.workflow import looking_up

    return looking_up.kept(preferences.ledger_path(), seq)


def _report_again(seq: int, ask: Ask) -> Path:
    from gpu_inspector.workflow import looking_up

    return looking_up.report_again(preferences.ledger_path(), seq, ask)


def _export(target: Path, rows: Query | tuple[int, ...] | None, progress: Progress) -> int:
    from gpu_inspector.workflow import looking_up

    return looking_up.export(preferences.ledger_path(), target, rows, progress)


def _prove(seq: int, target: Path) -> Vouched:
    from gpu_inspector.workflow import vouching

    return vouching.prove(preferences.ledger_path(), seq, target)


def _checkpoint(target: Path, ask: Ask) -> Vouched:
    from gpu_inspector.workflow import vouching

    return vouching.checkpoint(preferences.ledger_path(), target, ask)


def _log(seq: int, progress: Progress) -> tuple[Line, ...]:
    from gpu_inspector.workflow import vouching

    return vouching.log_of(preferences.ledger_path(), seq, progress)


def _by_text(text: str) -> Opened:
    from gpu_inspector.workflow import tagging

    return tagging.opened(text, preferences.ledger_path())


def _by_photograph(path: Path) -> Opened:
    from gpu_inspector.workflow import tagging

    return tagging.opened_by_photograph(path, preferences.ledger_path())


def _check(progress: Progress) -> Checked:
    from gpu_inspector.workflow import looking_up

    return looking_up.check(preferences.ledger_path(), progress)


def _has_registry() -> bool:
    from gpu_inspector.workflow import registry_settings

    return registry_settings.configured() is not None


def _registry_page(query: Query, after: int | None, progress: Progress) -> RegistryPage:
    from gpu_inspector.workflow import registry_search

    return registry_search.page(query, after, progress=progress)


def _registry_offices(progress: Progress) -> tuple[str, ...]:
    from gpu_inspector.workflow import registry_search

    return registry_search.offices(progress)


def _notices() -> tuple[str, ...]:
    from gpu_inspector.workflow import registry_notices, registry_settings

    url = registry_settings.configured()
    if url is not None and registry_notices.waiting():
        registry_notices.ask_again(url)
    found = registry_notices.notices()
    registry_notices.mark_told(found)
    return tuple(sentence for one in found for sentence in registry_notices.sentences(one.notice))
