"""From the first page to the last as an inspector goes: by keys alone, and with a simulated card that stays one."""

from dataclasses import replace

import pytest
from cards import genuine, row_of
from gui.window_fakes import WORK, OpenWindow, click, done_of, jobs_of, press, write
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from silicon_records import folded, silicon_of_row, with_silicon

from gpu_inspector.gui.asking import Ask
from gpu_inspector.gui.pages import PAGES, page_class
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.measured import FIRST
from gpu_inspector.workflow.inspecting import Done
from gpu_inspector.workflow.progress import Progress

CARD = "NVIDIA GeForce RTX 4090"


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen, of the list of names
def test_keys_alone_lead_from_a_card_to_its_result(qtbot: QtBot, open_window: OpenWindow) -> None:
    asked: list[tuple[Declaration, Case]] = []

    def finish(evidence: Evidence, declaration: Declaration, case: Case, progress: Progress, ask: Ask) -> Done:
        asked.append((declaration, case))
        return done_of(evidence, declaration, case)

    window = open_window(replace(WORK, run=replace(WORK.run, finish=finish)))
    press(window, Qt.Key.Key_2, control=True)
    declared, case = window.case.declared, window.case.case
    declared.product.setFocus()
    write(declared.product, "RTX 4090")
    declared.memory.setFocus()
    declared.memory.selectAll()
    write(declared.memory, "24")
    press(declared.modified, Qt.Key.Key_Space)
    write(case.number, " C-1 ")
    write(case.inspector, "A. Officer")
    press(case.number, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: bool(asked) and not jobs_of(window))
    ((declaration, told),) = asked
    assert declaration == Declaration(product="RTX 4090", memory_gb=24, modified=True)
    assert (told.number, told.inspector) == ("C-1", "A. Officer")
    qtbot.waitUntil(lambda: window.stack.currentWidget() is window.verdict)
    assert window.verdict.identity.word.text() == "INCONCLUSIVE"


def test_a_simulation_is_listed_as_one_inspected_as_one_and_shown_as_one(qtbot: QtBot, open_window: OpenWindow) -> None:
    asked: list[tuple[str, int, str | None]] = []

    def collect(name: str, seed: int, profile: str | None, progress: Progress, watch: object = None) -> Evidence:
        asked.append((name, seed, profile))
        silicon = silicon_of_row(row_of(CARD), memory=folded(24564, 12288), simulation=name, seed=seed)
        evidence = with_silicon(genuine(row_of(CARD)), silicon, origin=Origin.SIMULATION)
        return replace(evidence, notes=(f"SIMULATION {name}, seed {seed}",))

    window = open_window(replace(WORK, run=replace(WORK.run, collect_simulation=collect)))
    form = window.bench.simulation
    form.simulation.setCurrentIndex(form.simulation.findText("folded-one"))
    form.seed.setValue(7)
    click(form.add)
    qtbot.waitUntil(lambda: not jobs_of(window))
    (subject,) = window.bench.picked
    assert (subject.simulation, subject.seed) == ("folded-one", 7)
    assert "SIMULATION" in subject.detail
    press(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.stack.currentWidget() is window.verdict and not jobs_of(window))
    assert asked == [("folded-one", 7, FIRST)]
    assert window.verdict.origin.isVisible()
    assert "SIMULATION folded-one, seed 7" in window.verdict.origin.text.replace("\u200b", "")


@pytest.mark.parametrize("name", [entry.name for entry in PAGES])
def test_a_line_in_pages_has_its_file_and_its_class(name: str) -> None:
    assert page_class(name).name == name
