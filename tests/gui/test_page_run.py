"""The run page as an inspector uses it: one card or many, bars and maps that fill, and a stop that stops."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import own_children
import pytest
from gui.window_fakes import (
    WORK,
    OpenWindow,
    card_evidence,
    click,
    done_of,
    from_file,
    jobs_of,
    press,
    two_cards,
    with_run,
)
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from gpu_inspector.errors import CaptureError, LedgerError
from gpu_inspector.gui.asking import Ask
from gpu_inspector.gui.doors.run import Watch
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.pages.run import RunPage
from gpu_inspector.gui.run_jobs import AT_ONCE, Ride, Stage
from gpu_inspector.gui.run_map import MapView, sentence_of
from gpu_inspector.gui.run_panel import CardPanel, left_words
from gpu_inspector.gui.run_plots import Plots, legend_of, load_library
from gpu_inspector.gui.run_sensors import MOST_KEPT, MOST_POINTS, SensorBook
from gpu_inspector.gui.subject import Order, Subject
from gpu_inspector.preferences import Preferences
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Evidence, Gap
from gpu_inspector.records.inventory import InventoryList
from gpu_inspector.records.live import Live, MemoryMap, Sample, Standing, StepLive
from gpu_inspector.records.measured import FIRST, PROFILES
from gpu_inspector.workflow import collecting, listing
from gpu_inspector.workflow.inspecting import Done
from gpu_inspector.workflow.listing import ListWish
from gpu_inspector.workflow.progress import Cancelled, Progress

TOOL_TIP = Qt.ItemDataRole.ToolTipRole
SIMULATED = Subject("genuine-one", "SIMULATION, seed 0: no real card", simulation="genuine-one")


def file_of(name: str) -> Subject:
    return Subject(name, "a file, no card of this machine", file=Path(name))


def orders(*subjects: Subject) -> tuple[Order, ...]:
    return tuple(Order(one, Declaration(), Case()) for one in subjects)


def begin(window: MainWindow, *subjects: Subject) -> RunPage:
    """Start a run of these, seen on its page."""
    window.go_to(window.run)
    window.run.begin(orders(*subjects))
    return window.run


def wait(qtbot: QtBot, window: MainWindow, seconds: float = 10.0) -> None:
    qtbot.waitUntil(lambda: not jobs_of(window), timeout=round(seconds * 1000))
    window.run.board._renew()


def raising(error: Exception) -> Callable[..., NoReturn]:
    def fail(*arguments: object) -> NoReturn:
        raise error

    return fail


_GATES: list[threading.Event] = []


@pytest.fixture(autouse=True)
def _let_go(open_window: OpenWindow) -> Iterator[None]:
    """Whatever a test left standing goes on, so that no thread outlives its window."""
    yield
    while _GATES:
        _GATES.pop().set()


class Held:
    """Work that stands still until it is let go."""

    def __init__(self) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()
        _GATES.append(self.go_on)
        self.stored: list[Evidence] = []
        self.most = self.now = 0
        self._lock = threading.Lock()

    def collect_machine(self, card: str | None, progress: Progress) -> Evidence:
        progress("collecting", 0.2)
        self.reached.set()
        assert self.go_on.wait(10)
        progress("still collecting", 0.4)
        return card_evidence()

    def collect_file(self, path: Path, progress: Progress) -> Evidence:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            self.collect_machine(None, progress)
        finally:
            with self._lock:
                self.now -= 1
        return from_file(path.name)

    def finish(self, evidence: Evidence, declaration: Declaration, case: Case, progress: Progress, ask: Ask) -> Done:
        self.stored.append(evidence)
        return done_of(evidence, declaration, case)


class Measuring:
    """A simulation that tells the window what it is told to tell, and waits in between."""

    def __init__(self, *told: Live) -> None:
        self.told = told
        self.shown, self.go_on = threading.Event(), threading.Event()
        _GATES.append(self.go_on)
        self.asked: list[tuple[str, int, str | None]] = []

    def collect_simulation(
        self, name: str, seed: int, profile: str | None, progress: Progress, watch: Watch
    ) -> Evidence:
        self.asked.append((name, seed, profile))
        progress("measuring", 0.5)
        for live in self.told:
            watch(live)
        self.shown.set()
        while not self.go_on.wait(0.02):
            progress("measuring", 0.5)
        return card_evidence()


MAP = MemoryMap(
    pages=12_288,
    pages_per_cell=1,
    cells="r" * 8000 + "e" * 3 + "a" * 1000 + "u" * 3285,
    counts=(("a", 1000), ("e", 3), ("r", 8000), ("u", 3285)),
    folds=((8003, 1000, 200),),
)
LIVE = Live(
    label="0000:01:00.0",
    uuid="",
    steps=(
        StepLive("die", Standing.DONE, 1.0),
        StepLive("memory", Standing.RUNNING, 0.4),
        StepLive("heat", Standing.WAITING),
    ),
    share=0.4,
    seconds_left=41.0,
    samples=tuple(Sample(at / 10, 40.0 + at, 100.0, 1500.0, 800.0) for at in range(20)),
    memory=MAP,
)


def measuring(open_window: OpenWindow, qtbot: QtBot, *told: Live) -> tuple[MainWindow, Measuring]:
    """A window in which a simulation runs and has told all of this."""
    work = Measuring(*told)
    window = open_window(with_run(collect_simulation=work.collect_simulation))
    begin(window, SIMULATED)
    assert work.shown.wait(5)
    qtbot.waitUntil(lambda: window.run.runs.rides[0].live is not None)
    window.run.board._renew()
    return window, work


# --- start, stop, end


def test_progress_is_shown_and_cancel_stops(qtbot: QtBot, open_window: OpenWindow) -> None:
    held = Held()
    window = open_window(with_run(collect_machine=held.collect_machine, finish=held.finish))
    run = window.run
    click(run.start_button)
    (panel,) = run.board.panels
    qtbot.waitUntil(lambda: panel.left.text() == "collecting…")
    assert panel.bar.value() == 2  # collecting is a tenth of the way
    assert not run.start_button.isEnabled() and not run.profile.isEnabled()
    assert window.stack.currentWidget() is run
    press(window, Qt.Key.Key_Escape)
    assert not run.cancel_button.isEnabled()
    held.go_on.set()
    wait(qtbot, window)
    assert run.notice.text == "Stopped. Nothing was stored."
    assert panel.outcome.text() == "Stopped. Nothing was stored."
    assert held.stored == []
    assert run.start_button.isEnabled() and not run.running
    assert window.stack.currentWidget() is run


def test_cancel_that_comes_too_late_says_the_number_in_the_ledger(qtbot: QtBot, open_window: OpenWindow) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def finish(evidence: Evidence, declaration: Declaration, case: Case, progress: Progress, ask: Ask) -> Done:
        reached.set()
        assert go_on.wait(10)
        return done_of(evidence, declaration, case)

    window = open_window(with_run(finish=finish))
    click(window.run.start_button)
    assert reached.wait(5)
    click(window.run.cancel_button)
    go_on.set()
    wait(qtbot, window)
    assert window.run.notice.text == "Too late to cancel: the inspection is number 7 of the ledger."
    assert window.run.runs.rides[0].stage is Stage.DONE
    assert window.stack.currentWidget() is window.verdict


def test_a_second_inspect_does_not_start_a_second_job(qtbot: QtBot, open_window: OpenWindow) -> None:
    held = Held()
    window = open_window(with_run(collect_machine=held.collect_machine))
    for _ in range(3):
        press(window, Qt.Key.Key_F5)
    assert held.reached.wait(5)
    assert len(window.run.runs.rides) == 1
    assert len(window.run.runs.findChildren(type(window.run.runs._jobs[0]))) == 1
    held.go_on.set()
    wait(qtbot, window)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(CaptureError("The file is empty.", "Ask for it again."), "Ask for it again.", id="empty file"),
        pytest.param(LedgerError("The disk is full."), "The disk is full.", id="full disk"),
        pytest.param(ZeroDivisionError("oh"), "A defect of the program", id="defect"),
    ],
)
def test_work_that_fails_is_a_sentence(qtbot: QtBot, open_window: OpenWindow, error: Exception, said: str) -> None:
    window = open_window(with_run(collect_machine=raising(error)))
    for _ in range(2):
        click(window.run.start_button)
        wait(qtbot, window)
        assert window.run.notice.isVisible() and said in window.run.notice.text
        assert said in window.run.board.panels[0].outcome.text().replace("\u200b", "")
        assert window.run.start_button.isEnabled()
        assert not QApplication.activeModalWidget()


def test_cancelled_is_no_failure(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(with_run(collect_machine=raising(Cancelled("stopped"))))
    click(window.run.start_button)
    wait(qtbot, window)
    assert window.run.notice.text == "Stopped. Nothing was stored."


def test_closing_asks_once_in_a_line_and_then_stops(qtbot: QtBot, open_window: OpenWindow) -> None:
    held = Held()
    window = open_window(with_run(collect_machine=held.collect_machine, finish=held.finish))
    click(window.run.start_button)
    assert held.reached.wait(5)
    window.close()
    assert "Close the window once more" in window.run.notice.text
    assert not QApplication.activeModalWidget() and window.run.runs.rides[0].stage is Stage.RUNNING
    window.close()
    held.go_on.set()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert jobs_of(window) == [] and held.stored == []


def test_closing_does_not_begin_what_waits(qtbot: QtBot, open_window: OpenWindow) -> None:
    held = Held()
    window = open_window(with_run(collect_file=held.collect_file, finish=held.finish))
    run = begin(window, *(file_of(f"{number}.xml") for number in range(20)))
    assert held.reached.wait(5)
    window.close()
    window.close()
    held.go_on.set()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert held.stored == [] and {ride.stage for ride in run.runs.rides} == {Stage.STOPPED}


# --- with real children


def real_simulations(name: str, seed: int, profile: str | None, progress: Progress, watch: Watch) -> Evidence:
    return collecting.collect_simulation(name, seed, profile, load(), progress, watch=watch)


@pytest.mark.parametrize("way", ["cancel", "close"])
def test_a_hanging_kernel_is_left_within_two_seconds_and_no_child_stays(
    qtbot: QtBot, open_window: OpenWindow, way: str
) -> None:
    stored: list[Evidence] = []

    def finish(evidence: Evidence, *rest: object) -> Done:
        stored.append(evidence)
        return done_of(evidence)

    window = open_window(with_run(collect_simulation=real_simulations, finish=finish))
    run = begin(window, Subject("hung-kernel", "SIMULATION", simulation="hung-kernel"))
    # The memory's test is where the kernel hangs; from then on nothing more comes from the child.
    qtbot.waitUntil(lambda: "memory" in run.runs.rides[0].step, timeout=30_000)
    if way == "close":
        window.close()
    began = time.monotonic()
    if way == "close":
        window.close()
    else:
        click(run.cancel_button)
    qtbot.waitUntil(lambda: not jobs_of(window), timeout=10_000)
    assert time.monotonic() - began < 2.0
    if way == "close":
        qtbot.waitUntil(lambda: not window.isVisible())
    else:
        assert run.notice.text == "Stopped. Nothing was stored."
        assert run.start_button.isEnabled()
    assert not stored and own_children.none_is_left()


def test_a_card_that_is_lost_in_the_middle_keeps_what_was_seen(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(with_run(collect_simulation=real_simulations))
    run = begin(window, Subject("fell-off-bus", "SIMULATION", simulation="fell-off-bus"))
    wait(qtbot, window, 60)
    (ride,) = run.runs.rides
    assert ride.stage is Stage.DONE and ride.live is not None and ride.live.ended
    states = {step.name: step.standing for step in ride.live.steps}
    assert states["die"] is Standing.DONE
    assert [states[name] for name in ("memory", "speed", "heat")] == [Standing.MISSING] * 3
    assert ride.live.memory is not None and ride.live.memory.count("u") > 0
    window.go_to(run)
    (panel,) = run.board.panels
    assert "fell off the bus" in panel.gaps.text() and "Switch the machine off and on" in panel.gaps.text()
    assert "Heat: not measured" in panel.steps.accessibleDescription()
    assert panel.map.isVisible() and "not tested" in panel.map.accessibleDescription()
    assert own_children.none_is_left()


def test_two_cards_at_once_are_two_inspections_and_one_that_fails_does_not_stop_the_other(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    found: list[Done] = []

    def finish(evidence: Evidence, declaration: Declaration, case: Case, progress: Progress, ask: Ask) -> Done:
        if "seed 2" in evidence.notes[0]:
            raise LedgerError("The disk is full.")
        return done_of(evidence, declaration, case)

    window = open_window(with_run(collect_simulation=real_simulations, finish=finish))
    window.run.inspected.connect(found.append)
    window.run.profile.choose("quick")
    subjects = [
        Subject("dead-data-lane", f"SIMULATION {seed}", simulation="dead-data-lane", seed=seed) for seed in (1, 2)
    ]
    run = begin(window, *subjects)
    wait(qtbot, window, 60)
    assert [ride.stage for ride in run.runs.rides] == [Stage.DONE, Stage.FAILED]
    assert [done.inspection.evidence.notes for done in found] == [("SIMULATION dead-data-lane, seed 1",)]
    first = run.runs.rides[0].live
    assert first is not None and first.memory is not None and first.memory.count("e") > 0
    assert "1 of 2 inspections are stored; 1 failed" in run.notice.text
    assert own_children.none_is_left()


# --- what is chosen is what is run


@pytest.mark.parametrize("profile", [*PROFILES, None])
def test_the_chosen_profile_is_measured(qtbot: QtBot, open_window: OpenWindow, profile: str | None) -> None:
    asked: list[str] = []

    def measure(evidence: Evidence, name: str, progress: Progress, watch: Watch) -> Evidence:
        asked.append(name)
        return evidence

    window = open_window(with_run(measure=measure))
    box = window.run.profile.profile
    assert box.currentData() == FIRST
    box.setCurrentIndex(box.findData(profile))
    assert ("claims alone" in window.run.unmeasured.text()) is (profile is None)
    click(window.run.start_button)
    wait(qtbot, window)
    assert asked == ([profile] if profile is not None else [])


@pytest.mark.parametrize(("name", "chosen"), [("deep", "deep"), ("none", None)])
def test_the_offices_profile_is_chosen_where_nobody_chooses(window: MainWindow, name: str, chosen: str | None) -> None:
    window.run.use(Preferences(profile=name))
    assert window.run.profile.chosen() == chosen
    window.run.profile.choose("quick")
    window.run.use(Preferences(profile=name, office="Customs"))
    assert window.run.profile.chosen() == "quick"


def test_a_simulation_is_run_by_name_and_seed(qtbot: QtBot, open_window: OpenWindow) -> None:
    work = Measuring()
    work.go_on.set()
    window = open_window(with_run(collect_simulation=work.collect_simulation))
    begin(window, Subject("folded-one", "SIMULATION, seed 7: no real card", simulation="folded-one", seed=7))
    wait(qtbot, window)
    assert work.asked == [("folded-one", 7, FIRST)]
    assert "SIMULATION" in window.run.board.panels[0].mark.text()


def test_files_are_never_measured_and_it_is_said_before(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(with_run(measure=raising(AssertionError("a file was measured"))))
    card = Subject("RTX", "slot 1", card="0000:01:00.0", unmeasurable="NVIDIA's driver does not drive it")
    window.run.show_subjects((file_of("a.xml"), file_of("b.xml"), card))
    said = window.run.unmeasured.text()
    assert "2 files will not be measured" in said
    assert "RTX will not be measured: NVIDIA's driver does not drive it" in said
    begin(window, file_of("a.xml"))
    assert not window.run.board._side.isVisible()
    wait(qtbot, window)
    assert window.run.runs.rides[0].stage is Stage.DONE


def test_nothing_chosen_starts_nothing(window: MainWindow) -> None:
    window.run.show_subjects(())
    assert not window.run.start_button.isEnabled() and "Choose a card" in window.run.subject.text()
    window.run.begin(())
    assert not window.run.running


# --- many


def test_a_hundred_files_run_a_few_at_a_time_as_a_list(qtbot: QtBot, open_window: OpenWindow) -> None:
    held = Held()
    window = open_window(with_run(collect_file=held.collect_file))
    run = begin(window, *(file_of(f"{number:03}.xml") for number in range(100)))
    assert held.reached.wait(5)
    assert len(run.board.panels) == 1 and run.board.list.isVisible()
    assert run.board.rides.rowCount() == 100
    assert sum(ride.stage is Stage.RUNNING for ride in run.runs.rides) == AT_ONCE
    run.board.list.selectRow(40)
    qtbot.waitUntil(lambda: run.board.panels[0].title.text() == "040.xml")
    assert run.board.panels[0].left.text() == "waits for its turn"
    held.go_on.set()
    wait(qtbot, window, 60)
    assert held.most <= AT_ONCE
    assert {ride.stage for ride in run.runs.rides} == {Stage.DONE}
    assert run.board.rides.index(99, 3).data() == "Stored as number 7 of the ledger."


def test_cards_do_not_wait_for_files(qtbot: QtBot, open_window: OpenWindow) -> None:
    held = Held()
    window = open_window(with_run(collect_file=held.collect_file, collect_machine=held.collect_machine))
    cards = (Subject(f"card {number}", card=f"0000:0{number}:00.0") for number in range(1, 7))
    run = begin(window, *(file_of(f"{number}.xml") for number in range(6)), *cards)
    stages = [ride.stage for ride in run.runs.rides]
    assert stages == [Stage.RUNNING] * AT_ONCE + [Stage.WAITING] * 2 + [Stage.RUNNING] * 6
    run.cancel()
    held.go_on.set()
    wait(qtbot, window)
    assert {ride.stage for ride in run.runs.rides} == {Stage.STOPPED}
    assert run.runs.rides[5].sentence == "Not begun. Nothing was stored."


def test_one_is_stopped_alone(qtbot: QtBot, open_window: OpenWindow) -> None:
    held = Held()
    window = open_window(with_run(collect_file=held.collect_file, finish=held.finish))
    run = begin(window, file_of("a.xml"), file_of("b.xml"))
    run.board._renew()
    assert run.board.panels[0].stop_button.accessibleName() == "Stop the inspection of a.xml"
    click(run.board.panels[0].stop_button)
    held.go_on.set()
    wait(qtbot, window)
    assert [ride.stage for ride in run.runs.rides] == [Stage.STOPPED, Stage.DONE]
    assert len(held.stored) == 1
    assert "1 of 2 inspections are stored" in run.notice.text


# --- what is seen


def test_bars_time_and_states_stand_in_the_panel(qtbot: QtBot, open_window: OpenWindow) -> None:
    window, work = measuring(open_window, qtbot, LIVE)
    (panel,) = window.run.board.panels
    assert panel.left.text() == "measuring… – about 40 s left"
    heard = panel.steps.accessibleDescription()
    assert (
        heard == "Claims: done; Die: done; Memory: 3 failing, 1,000 folded; Heat: waiting; Verdict and report: waiting"
    )
    assert panel.map.accessibleDescription() == (
        "12,288 pages of 2 MiB: 8,000 verified, 3 failing, 1,000 folded, 3,285 not tested"
    )
    panel.grab()
    work.go_on.set()
    wait(qtbot, window)
    window.go_to(window.run)
    assert panel.map.isVisible() and panel.outcome.text() == "Stored as number 7 of the ledger."


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (0.2, "about 1 s left"),
        (7.4, "about 7 s left"),
        (41, "about 40 s left"),
        (100, "about 2 minutes left"),
        (3600.0 * 24, "about 1440 minutes left"),
    ],
)
def test_time_left_is_said_as_coarsely_as_it_is_known(seconds: float | None, words: str) -> None:
    assert left_words(seconds) == words


def test_gaps_come_up_while_it_runs(qtbot: QtBot, open_window: OpenWindow) -> None:
    gaps = tuple(Gap(f"measure: {number}", f"Reason {number}.", "Do that.") for number in range(9))
    window, work = measuring(open_window, qtbot, replace(LIVE, gaps=gaps))
    shown = window.run.board.panels[0].gaps.text()
    assert "Reason 0. Do that." in shown and "and 3 more, which the report names" in shown
    work.go_on.set()
    wait(qtbot, window)


@pytest.mark.parametrize("text", ["<b>bold</b><img src='file:///x'>", "\u202egnorw", "W" * 10_000, "a\x00b\nc"])
def test_hostile_texts_are_shown_as_they_are_and_widen_nothing(
    qtbot: QtBot, open_window: OpenWindow, text: str
) -> None:
    hostile = replace(
        LIVE, label=text, steps=(StepLive(text, Standing.RUNNING, 0.5, text),), gaps=(Gap("measure", text, text),)
    )
    work = Measuring(hostile)
    window = open_window(with_run(collect_simulation=work.collect_simulation))
    run = begin(window, Subject(text, text, simulation="x"))
    assert work.shown.wait(5)
    qtbot.waitUntil(lambda: run.runs.rides[0].live is not None)
    run.board._renew()
    # pyqtgraph's own menus and the names of fields have labels too; no text of a card comes there.
    labels = [
        label for label in run.findChildren(QLabel) if label.buddy() is None and not run.board.plots.isAncestorOf(label)
    ]
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
    assert "\u202e" not in "".join(label.text() for label in labels)
    assert run.minimumSizeHint().width() <= 1024 and window.width() == 1280
    tips = [run.board.panels[0].steps.toolTip(), run.board.sensors.data(run.board.sensors.index(0, 0), TOOL_TIP)]
    assert "<img" not in "".join(map(str, tips))
    run.grab()
    work.go_on.set()
    wait(qtbot, window)


def test_the_page_fits_a_small_screen_with_four_cards(qtbot: QtBot, open_window: OpenWindow) -> None:
    work = Measuring(LIVE)
    window = open_window(with_run(collect_simulation=work.collect_simulation))
    run = begin(window, *(replace(SIMULATED, title=f"card {number}", seed=number) for number in range(4)))
    assert work.shown.wait(5)
    run.board._renew()
    hint = window.minimumSizeHint()
    assert hint.width() <= 1280 and hint.height() <= 720
    work.go_on.set()
    wait(qtbot, window)


def test_every_control_of_the_page_has_a_name(qtbot: QtBot, open_window: OpenWindow) -> None:
    window, work = measuring(open_window, qtbot, LIVE)
    focusable = [
        one
        for one in window.run.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.focusProxy() is None and one.objectName() == ""
    ]
    assert len(focusable) >= 6
    for one in focusable:
        interface = QAccessible.queryAccessibleInterface(one)
        assert interface.text(QAccessible.Text.Name), f"{one} has no name"
    for button, key in ((window.run.start_button, "F5"), (window.run.cancel_button, "Esc")):
        assert key in button.toolTip()
    work.go_on.set()
    wait(qtbot, window)


# --- the map


def view_of(qtbot: QtBot, drawn: MemoryMap, width: int = 320, height: int = 200) -> MapView:
    view = MapView()
    qtbot.addWidget(view)
    view.resize(width, height)
    view.show()
    view.show_map(drawn)
    view.grab()
    return view


def test_the_pointer_reads_a_page_its_place_and_whose_memory_it_is(qtbot: QtBot) -> None:
    view = view_of(qtbot, MAP)
    place = view._place().topLeft()
    assert view.words_at(place) == "Page 0 at 0 MiB: verified"
    row, column = divmod(8010, view._columns)
    words = view.words_at(place + QPoint(column * view._cell, row * view._cell))
    assert words == "Page 8,010 at 16,020 MiB: folded. It is the same memory as page 207 at 414 MiB"
    assert view.words_at(QPoint(view.width() - 1, view.height() - 1)) == ""


def test_one_failing_page_among_many_is_seen(qtbot: QtBot) -> None:
    good = MemoryMap(40_000, 1, "r" * 40_000, (("r", 40_000),))
    one = MemoryMap(40_000, 1, "r" * 20_000 + "e" + "r" * 19_999, (("e", 1), ("r", 39_999)))
    before, after = (view_of(qtbot, drawn).grab().toImage() for drawn in (good, one))
    differing = sum(
        before.pixel(x, y) != after.pixel(x, y) for x in range(before.width()) for y in range(before.height() - 45)
    )
    assert differing > 12


@pytest.mark.parametrize(
    ("pages", "width", "height"), [(1, 300, 200), (7, 40, 60), (65_536, 170, 90), (12_288, 900, 500)]
)
def test_a_map_of_any_size_fits(qtbot: QtBot, pages: int, width: int, height: int) -> None:
    view = view_of(
        qtbot, MemoryMap(pages, 1, "reanwu"[pages % 6] * pages, (("reanwu"[pages % 6], pages),)), width, height
    )
    assert view._foot() <= view._place().bottom() + 1
    assert view._columns * view._cell <= view._place().width()


def test_no_map_is_a_sentence_too() -> None:
    assert sentence_of(None) == "No page was tested yet"


# --- sensors


def test_now_lowest_highest_and_mean_stand_beside_the_curves(qtbot: QtBot, open_window: OpenWindow) -> None:
    window, work = measuring(open_window, qtbot, LIVE)
    window.run.board._renew_numbers()
    model = window.run.board.sensors
    rows = {model.index(row, 0).data(): [model.index(row, column).data() for column in range(1, 5)] for row in range(4)}
    assert rows["Temperature (°C)"] == ["59", "40", "59", "50"]
    assert rows["Memory bandwidth (GB/s)"] == ["800.0"] * 4
    assert window.run.board.plots._curves.keys() <= {"temperature_c", "power_w", "clock_mhz", "gb_per_s"}
    work.go_on.set()
    wait(qtbot, window)


def test_sensors_are_saved_for_a_spreadsheet(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, work = measuring(open_window, qtbot, LIVE)
    work.go_on.set()
    wait(qtbot, window)
    window.go_to(window.run)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *arguments: (str(tmp_path / "mine"), ""))
    click(window.run.board.save_button)
    qtbot.waitUntil(lambda: "Saved as" in window.run.notice.text)
    lines = (tmp_path / "mine.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 21 and "temperature (°C)" in lines[0] and ",genuine-one,0.00,40,100,1500,800" in lines[1]


def test_a_table_that_cannot_be_saved_is_a_sentence(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    window, work = measuring(open_window, qtbot, LIVE)
    (tmp_path / "file").write_text("")
    window.run.save_sensors(str(tmp_path / "file" / "below.csv"))
    qtbot.waitUntil(lambda: "cannot be saved" in window.run.notice.text)
    work.go_on.set()
    wait(qtbot, window)


def test_a_thinned_curve_keeps_its_extremes_and_its_end() -> None:
    book = SensorBook()
    samples = [Sample(at / 10, temperature_c=50.0) for at in range(20_000)]
    samples[7_777] = Sample(777.7, temperature_c=99.0)
    samples[12_345] = Sample(1234.5, temperature_c=1.0)
    for start in range(0, len(samples), 100):
        book.add(samples[start : start + 100], datetime.now(UTC))
    at, values = book.curve("temperature_c")
    assert len(at) <= MOST_POINTS + 1 and at == sorted(at)
    assert max(values) == 99.0 and min(values) == 1.0 and at[-1] == 1999.9
    assert (book.extremes["temperature_c"].lowest, book.extremes["temperature_c"].highest) == (1.0, 99.0)


def test_a_day_of_samples_does_not_fill_the_memory() -> None:
    book = SensorBook()
    for start in range(0, 3 * MOST_KEPT, 3600):
        book.add([Sample(float(at), power_w=1.0) for at in range(start, start + 3600)], datetime.now(UTC))
    assert len(book.samples) <= MOST_KEPT
    assert book.samples[-1].at_s > 2.9 * MOST_KEPT


def test_curves_are_told_apart_by_their_lines_too() -> None:
    books = [(f"card {number}", SensorBook()) for number in range(3)]
    assert legend_of(books) == "solid: card 0; dashed: card 1; dotted: card 2"
    assert legend_of(books[:1]) == ""


def test_plots_are_made_one_at_a_time_and_drawn_in_both_themes(qtbot: QtBot) -> None:
    load_library()
    book = SensorBook()
    book.add(LIVE.samples, datetime.now(UTC))
    plots = Plots()
    qtbot.addWidget(plots)
    plots.show()
    plots.show_books([("card", book), ("other", SensorBook())])
    plots.loaded()
    qtbot.waitUntil(lambda: len(plots._plots) == 4 and not plots._timer.isActive(), timeout=20_000)
    for name in ("temperature_c", "gb_per_s"):
        assert len(plots._curves[name]) == 2 and len(plots._curves[name][0].getData()[0]) == 20
    palette = plots.palette()
    palette.setColor(palette.ColorRole.Window, Qt.GlobalColor.black)
    plots.setPalette(palette)
    plots.grab()


def test_the_library_of_curves_waits_until_the_page_is_used(tmp_path: Path) -> None:
    program = """
import sys
from PySide6.QtWidgets import QApplication
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.work import real_work
application = QApplication([])
window = MainWindow(real_work())
window.show()
application.processEvents()
print(sorted({"pyqtgraph", "numpy"} & sys.modules.keys()))
"""
    environment = os.environ | {"GPU_INSPECTOR_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == "[]"


def test_what_draws_is_loaded_in_the_windows_own_thread() -> None:
    program = (
        "import sys, threading\n"
        "from PySide6.QtWidgets import QApplication\n"
        "application = QApplication([])\n"
        "from gpu_inspector.gui.run_plots import Plots, load_numbers\n"
        "thread = threading.Thread(target=load_numbers)\n"
        "thread.start(); thread.join()\n"
        "print('numpy' in sys.modules, 'pyqtgraph' in sys.modules)\n"
        "plots = Plots()\n"
        "plots.loaded()\n"
        "print('pyqtgraph' in sys.modules)\n"
        "from PySide6.QtCore import QTimer\n"
        "turns = [0]\n"
        "clock = QTimer()\n"
        "def turn():\n"
        "    turns[0] += 1\n"
        "    if len(plots._plots) == 4: application.quit()\n"
        "clock.timeout.connect(turn)\n"
        "clock.start(5)\n"
        "application.exec()\n"
        "print('pyqtgraph' in sys.modules, turns[0] > 10)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["True", "False", "False", "True", "True"]


def test_a_run_that_begins_at_once_has_its_library_before_anything_runs(qtbot: QtBot, open_window: OpenWindow) -> None:
    loaded: list[bool] = []

    def collect(name: str, seed: int, profile: str | None, progress: Progress, watch: Watch) -> Evidence:
        loaded.append(window.run.board.plots._loaded)
        return card_evidence()

    window = open_window(with_run(collect_simulation=collect))
    assert not window.run.board.plots._loaded
    window.run.begin((Order(Subject("one", simulation="one"), Declaration(), Case()),))
    qtbot.waitUntil(lambda: not jobs_of(window), timeout=20_000)
    assert loaded == [True]


def test_the_page_on_which_a_run_ends_is_there_before_it_begins(qtbot: QtBot, open_window: OpenWindow) -> None:
    made: list[bool] = []

    def collect(card: str | None, progress: Progress) -> Evidence:
        made.append("verdict" in window._made)
        return card_evidence()

    window = open_window(with_run(collect_machine=collect))
    press(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: bool(made) and not jobs_of(window), timeout=20_000)
    assert made == [True]


def test_plots_get_their_new_places_one_after_the_other(qtbot: QtBot) -> None:
    plots = Plots()
    qtbot.addWidget(plots)
    plots.resize(400, 300)
    plots.show()
    plots.loaded()
    qtbot.waitUntil(lambda: len(plots._plots) == 4 and not plots._steps.isActive(), timeout=20_000)
    plots.resize(600, 400)
    QApplication.processEvents()
    assert sum(plot.width() == 298 for plot in plots._plots.values()) < 4
    qtbot.waitUntil(lambda: not plots._steps.isActive(), timeout=5_000)
    places = [plot.geometry() for plot in plots._plots.values()]
    assert [(one.width(), one.height()) for one in places] == [(298, 198)] * 4
    assert not any(one.intersects(other) for one in places for other in places if one is not other)


# --- servers


@pytest.mark.parametrize("profile", ["quick", pytest.param(FIRST, marks=pytest.mark.prove)])
def test_a_simulated_server_keeps_the_sensors_of_its_cards_apart(
    profile: str, qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window(with_run(collect_simulation=real_simulations))
    window.run.profile.choose(profile)
    run = begin(window, Subject("hgx", "SIMULATION", simulation="hgx-h100-8"))
    wait(qtbot, window, 240)
    (ride,) = run.runs.rides
    assert ride.stage is Stage.DONE and ride.done is not None
    assert len(ride.done.inspection.judgement.cards) == len(ride.lives) == len(ride.books) == 8
    assert len({title for title, _book in ride.books}) == 8
    assert {row.card for row in run.board.sensor_rows()} == {f"{label}, hgx" for label in ride.lives}
    assert len(run.board.plots._books) == 8
    assert window.verdict.cards.count() == 8
    assert own_children.none_is_left()


def test_of_a_server_it_is_said_which_card_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    ride = Ride(0, Order(Subject("hgx", simulation="hgx-h100-8"), Declaration(), Case()), "quick", Stage.RUNNING)
    ride.lives = {label: Live(label=label, uuid="u") for label in ("0000:1b:00.0", "0000:43:00.0")}
    panel = CardPanel()
    qtbot.addWidget(panel)
    panel.show_ride(ride)
    assert "shown below: card 0000:1b:00.0, one of 2" in panel.left.text()
    ride.lives["0000:1b:00.0"] = replace(ride.lives["0000:1b:00.0"], ended=True)
    panel.show_ride(ride)
    assert "card 0000:43:00.0" in panel.left.text()


@pytest.mark.parametrize("profile", ["quick", None])
def test_all_cards_together_are_one_inspection(profile: str | None) -> None:
    asked: list[str | None] = []

    def together(evidence: Evidence, named: str | None, progress: Progress, watch: Watch) -> Evidence:
        asked.append(named)
        return evidence

    doors = replace(WORK.run, together=together, collect_machine=lambda card, progress: two_cards())
    whole = Subject("All 2 cards", together=("0000:01:00.0", "0000:02:00.0"))
    done = doors.inspect(Order(whole, Declaration(), Case()), profile, lambda *_: None, lambda live: None)
    assert asked == [profile]
    assert len(done.inspection.judgement.cards) == 2


def test_lists_are_read_before_anything_is_measured_and_stand_in_the_record(tmp_path: Path) -> None:
    done: list[str] = []
    sheet = tmp_path / "packing.csv"
    sheet.write_text("serial\n1324520000001\n", encoding="utf-8")

    def collect(card: str | None, progress: Progress) -> Evidence:
        done.append("collected")
        return card_evidence()

    def read(wish: ListWish, ask: Ask) -> tuple[InventoryList, ...]:
        done.append("read")
        return listing.read(wish, ask)

    doors = replace(WORK.run, collect_machine=collect, read_lists=read)
    order = Order(Subject("A", card="0000:01:00.0"), Declaration(), Case(), lists=ListWish(packing=(sheet,)))
    found = doors.inspect(order, None, lambda *_: None, lambda live: None)
    assert done == ["read", "collected"]
    assert [one.name for one in found.inspection.evidence.inventories] == ["packing.csv"]


def test_a_list_that_cannot_be_read_ends_the_run_before_it_begins(qtbot: QtBot, open_window: OpenWindow) -> None:
    held = Held()
    window = open_window(with_run(read_lists=listing.read, collect_machine=held.collect_machine))
    window.case.lists.put("packing", Path("/nowhere/packing.csv"))
    press(window, Qt.Key.Key_F5)
    wait(qtbot, window)
    assert window.run.runs.rides[0].stage is Stage.FAILED
    assert "packing.csv" in window.run.notice.text
    assert not held.reached.is_set()
