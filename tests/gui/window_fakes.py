"""Work that needs no card, no ledger and no report, for windows under test; and hands on mouse and keys."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from cards import genuine, row_of
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.work import Work
from gpu_inspector.gui.worker import Job
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import CardEvidence, Evidence, Origin
from gpu_inspector.records.inspection import LedgerEntry
from gpu_inspector.workflow.collecting import Progress
from gpu_inspector.workflow.inspecting import Done, inspection_of

OpenWindow = Callable[[Work], MainWindow]
_CONTROL = Qt.KeyboardModifier.ControlModifier


def jobs_of(window: MainWindow) -> list[Job]:
    """The jobs that run."""
    return [job for job in window.findChildren(Job) if job.running]


def click(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def press(widget: QWidget, key: Qt.Key, *, control: bool = False) -> None:
    QTest.keyClick(widget, key, _CONTROL if control else Qt.KeyboardModifier.NoModifier)


def write(widget: QWidget, text: str) -> None:
    QTest.keyClicks(widget, text)


def card_evidence() -> Evidence:
    """A genuine RTX 4090 in this machine."""
    return genuine(row_of("NVIDIA GeForce RTX 4090"))


def two_cards() -> Evidence:
    """Two cards of this machine."""
    one = card_evidence()
    return replace(one, cards=(*one.cards, replace(one.cards[0], label="0000:02:00.0")))


def from_file(name: str, origin: Origin = Origin.FILE) -> Evidence:
    """The same card, as a file tells of it."""
    return replace(card_evidence(), origin=origin, file_name=name, host=None)


def done_of(
    evidence: Evidence,
    declaration: Declaration | None = None,
    case: Case | None = None,
    *,
    report: Path | None = None,
    failure: str = "",
) -> Done:
    """A finished inspection that no ledger knows."""
    inspection = inspection_of(evidence, declaration or Declaration(), case or Case(), load())
    return Done(inspection, LedgerEntry(seq=7, previous="0" * 64, digest="1" * 64), report, failure)


def _list_cards(progress: Progress) -> tuple[CardEvidence, ...]:
    return card_evidence().cards


def _collect_machine(card: str | None, progress: Progress) -> Evidence:
    progress("collecting", 0.5)
    return card_evidence()


def _collect_file(path: Path, progress: Progress) -> Evidence:
    progress("reading", 0.5)
    return from_file(path.name)


def _collect_simulation(name: str, seed: int, profile: str | None, progress: Progress) -> Evidence:
    progress(f"measuring {name}", 0.5)
    return replace(card_evidence(), origin=Origin.SIMULATION, notes=(f"SIMULATION {name}, seed {seed}",))


def _measure(evidence: Evidence, profile: str, progress: Progress) -> Evidence:
    progress("measuring", 0.5)
    return evidence


def _finish(evidence: Evidence, declaration: Declaration, case: Case, progress: Progress) -> Done:
    progress("judging", 0.5)
    return done_of(evidence, declaration, case, report=Path("/nowhere/report.pdf"))


def _save_report(done: Done, target: Path) -> Path:
    target.write_bytes(b"%PDF-")
    return target


WORK = Work(
    list_cards=_list_cards,
    product_names=lambda: ("NVIDIA GeForce RTX 4090", "NVIDIA GeForce RTX 4090 D"),
    collect_machine=_collect_machine,
    collect_file=_collect_file,
    finish=_finish,
    save_report=_save_report,
    simulations=lambda: (("genuine-one", "A genuine card."), ("folded-one", "Half of its memory is not there.")),
    collect_simulation=_collect_simulation,
    measure=_measure,
)
"""All goes well, with one card in the machine; tests replace one function."""
