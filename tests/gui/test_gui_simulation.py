"""Simulations and profiles in the window: what is chosen is what is run, and no simulation looks like a real card."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from cards import genuine, row_of
from gui.window_fakes import WORK, OpenWindow, card_evidence, click, done_of, from_file, jobs_of
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from silicon_records import folded, silicon_of_row, with_silicon

from gpu_inspector.errors import ProbeError
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.records import columns
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.measured import FIRST, PROFILES
from gpu_inspector.workflow import collecting
from gpu_inspector.workflow.collecting import Progress
from gpu_inspector.workflow.inspecting import Done

_ROW = "NVIDIA GeForce RTX 4090"


class Watched:
    """Work that writes down what it was asked to measure."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    def measure(self, evidence: Evidence, profile: str, progress: Progress) -> Evidence:
        self.asked.append(("measure", profile))
        return evidence

    def collect_simulation(self, name: str, seed: int, profile: str | None, progress: Progress) -> Evidence:
        self.asked.append((name, seed, profile))
        silicon = silicon_of_row(row_of(_ROW), memory=folded(24564, 12288), simulation=name, seed=seed)
        evidence = with_silicon(genuine(row_of(_ROW)), silicon, origin=Origin.SIMULATION)
        return replace(evidence, notes=(f"SIMULATION {name}, seed {seed}",))


def _open(open_window: OpenWindow, watched: Watched) -> MainWindow:
    return open_window(replace(WORK, measure=watched.measure, collect_simulation=watched.collect_simulation))


def _inspected(qtbot: QtBot, window: MainWindow) -> None:
    click(window.inspect.inspect_button)
    qtbot.waitUntil(lambda: not jobs_of(window))


def _simulate(qtbot: QtBot, window: MainWindow, name: str, seed: int) -> None:
    form = window.inspect.measurement
    form.simulation.setCurrentIndex(form.simulation.findText(name))
    form.seed.setValue(seed)
    click(form.add)


def test_a_simulation_is_listed_as_one_inspected_and_shown_as_one(qtbot: QtBot, open_window: OpenWindow) -> None:
    watched = Watched()
    window = _open(open_window, watched)
    _simulate(qtbot, window, "folded-one", 7)
    row = window.inspect.list.currentIndex()
    assert "SIMULATION, seed 7: no real card" in row.data(Qt.ItemDataRole.AccessibleTextRole)
    _inspected(qtbot, window)
    assert watched.asked == [("folded-one", 7, FIRST)]
    assert window.result.origin.isVisible()
    assert window.result.origin.text.startswith("SIMULATION – no real card.")
    assert "SIMULATION folded-one, seed 7" in window.result.origin.text.replace("\u200b", "")


def test_the_measured_column_is_filled_and_what_is_missing_stands_out(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = _open(open_window, Watched())
    _simulate(qtbot, window, "folded-one", 0)
    _inspected(qtbot, window)
    model = window.result.table.columns
    labels = [model.headerData(row, Qt.Orientation.Vertical) for row in range(model.rowCount())]
    cell = model.index(labels.index("Memory"), columns.HEADINGS.index(columns.HEADINGS[2]))
    assert cell.data() == "12,288 MiB of 24,564 MiB really there"
    assert cell.data(Qt.ItemDataRole.FontRole).bold()
    assert window.result.identity.word.text() == "CONTRADICTED"


def test_the_same_simulation_twice_is_one_row_and_another_seed_another(qtbot: QtBot, window: MainWindow) -> None:
    before = len(window.inspect.subjects.subjects)
    for seed in (1, 1, 2):
        _simulate(qtbot, window, "genuine-one", seed)
    assert [one.seed for one in window.inspect.subjects.subjects[before:]] == [1, 2]


@pytest.mark.parametrize("way", ["cancel", "close"])
def test_a_hanging_kernel_is_left_at_once_and_no_child_stays(qtbot: QtBot, open_window: OpenWindow, way: str) -> None:
    stored: list[Evidence] = []

    def measured(name: str, seed: int, profile: str | None, progress: Progress) -> Evidence:
        return collecting.collect_simulation(name, seed, profile, load(), progress)

    def finish(evidence: Evidence, *rest: object) -> Done:
        stored.append(evidence)
        return done_of(evidence)

    offered = (("hung-kernel", "Its memory test never ends."),)
    window = open_window(replace(WORK, simulations=lambda: offered, collect_simulation=measured, finish=finish))
    _simulate(qtbot, window, "hung-kernel", 0)
    click(window.inspect.inspect_button)
    # The memory's test is where the kernel hangs; from then on nothing more comes from the child.
    qtbot.waitUntil(lambda: "memory" in window.inspect.step.text(), timeout=20_000)
    began = time.monotonic()
    if way == "cancel":
        click(window.inspect.cancel_button)
    else:
        window.close()
    qtbot.waitUntil(lambda: not jobs_of(window), timeout=10_000)
    assert time.monotonic() - began < 5.0
    if way == "cancel":
        assert "Stopped. Nothing was stored." in window.inspect.notice.text
        assert window.inspect.inspect_button.isEnabled()
    else:
        qtbot.waitUntil(lambda: not window.isVisible())
    assert not stored
    if hasattr(os, "waitpid"):
        with pytest.raises(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)


@pytest.mark.parametrize("profile", [*PROFILES, None])
def test_the_chosen_profile_is_measured(qtbot: QtBot, open_window: OpenWindow, profile: str | None) -> None:
    watched = Watched()
    window = _open(open_window, watched)
    box = window.inspect.measurement.profile
    assert box.currentData() == FIRST
    box.setCurrentIndex(box.findData(profile))
    _inspected(qtbot, window)
    assert watched.asked == ([("measure", profile)] if profile is not None else [])
    assert window.result.identity.isVisible()


def test_a_file_is_never_measured(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    watched = Watched()
    window = _open(open_window, watched)
    window.inspect.open_file(tmp_path / "mail.xml")
    _inspected(qtbot, window)
    assert watched.asked == []


def test_a_list_of_simulations_that_cannot_be_had_is_a_sentence(open_window: OpenWindow) -> None:
    def broken() -> tuple[tuple[str, str], ...]:
        raise ProbeError("The simulations are missing.", "Install again.")

    window = open_window(replace(WORK, simulations=broken))
    assert "The simulations are missing." in window.inspect.notice.text
    assert not window.inspect.measurement.add.isEnabled()


@pytest.mark.parametrize("origin", [Origin.FILE, Origin.SAMPLE])
def test_numbers_in_a_file_are_not_shown_as_measured(window: MainWindow, origin: Origin) -> None:
    claimed = replace(from_file("a.json", origin))
    window.result.show_done(done_of(with_silicon(claimed, silicon_of_row(row_of(_ROW)), origin=origin)))
    model = window.result.table.columns
    shown = {model.index(row, 2).data() for row in range(model.rowCount())}
    assert shown == {columns.NOT_MEASURED, columns.CLAIM_ONLY}


def test_a_real_card_bears_no_banner(qtbot: QtBot, window: MainWindow) -> None:
    evidence = with_silicon(card_evidence(), silicon_of_row(row_of(_ROW)))
    window.result.show_done(done_of(evidence))
    assert not window.result.origin.isVisible()
