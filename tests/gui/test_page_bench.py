"""The bench as an inspector uses it: cards that come and go, dumps by the dozen, simulations, facts into a file."""

# mypy: disallow-untyped-calls=False
# pytest-qt's model tester has no types.

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from cards import forged, row_of
from dumps import dump_of
from gui.window_fakes import WORK, OpenWindow, card_evidence, click, jobs_of, look_of, press, two_cards
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel, QMainWindow, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from gpu_inspector import settings
from gpu_inspector.errors import CaptureError, ProbeError
from gpu_inspector.gui import theme
from gpu_inspector.gui.bench_models import NAME, SIGN, SIGNS, STATE, WHERE, BenchModel
from gpu_inspector.gui.bench_panels import FIRST
from gpu_inspector.gui.doors import bench as real_doors
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.pages.bench import BenchPage
from gpu_inspector.gui.subject import Subject
from gpu_inspector.gui.worker import Job
from gpu_inspector.probes import capture
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.workflow.glancing import Glance, Look, Seen, Standing
from gpu_inspector.workflow.progress import Progress
from gpu_inspector.workflow.topics import Topic

OpenBench = Callable[..., BenchPage]
ACCESSIBLE = Qt.ItemDataRole.AccessibleTextRole


def _settled(qtbot: QtBot, page: BenchPage) -> None:
    qtbot.waitUntil(lambda: not any(job.running for job in page.findChildren(Job)), timeout=20_000)


@pytest.fixture
def open_bench(qtbot: QtBot, qapp: QApplication) -> OpenBench:
    """Opens the page on doors of which some are others."""
    theme.wear(qapp, theme.LIGHT)
    frames: list[QMainWindow] = []  # whoever held none would lose it

    def open_one(**doors: object) -> BenchPage:
        page = BenchPage(replace(WORK, bench=replace(WORK.bench, **doors)))  # type: ignore[arg-type]
        frame = QMainWindow()
        frame.setMinimumSize(590, 600)
        frame.setCentralWidget(page)
        frame.resize(1148, 720)
        # It is closed before the fixture's own end, and no thread may outlive it.
        qtbot.addWidget(frame, before_close_func=lambda closed: _settled(qtbot, page))
        frames.append(frame)
        frame.show()
        page.start()
        _settled(qtbot, page)
        return page

    return open_one


@pytest.fixture
def bench(open_bench: OpenBench) -> BenchPage:
    return open_bench()


class Machine:
    """A machine whose cards change between two looks."""

    def __init__(self, evidence: Evidence | None) -> None:
        self.evidence = evidence

    def look(self, progress: Progress) -> Look:
        return look_of(self.evidence)


def _raising(error: Exception) -> Callable[..., NoReturn]:
    def fail(*arguments: object) -> NoReturn:
        raise error

    return fail


def _again(qtbot: QtBot, page: BenchPage) -> None:
    click(page.tools.refresh_button)
    _settled(qtbot, page)


def _cells(page: BenchPage, column: int) -> list[str]:
    model = page.subjects
    return [str(model.data(model.index(row, column), ACCESSIBLE)) for row in range(model.rowCount())]


def _heard(page: BenchPage) -> list[tuple[Subject, ...]]:
    heard: list[tuple[Subject, ...]] = []
    page.chosen.connect(heard.append)
    return heard


# --- cards of this machine


def test_the_cards_of_the_machine_are_listed_and_the_first_is_chosen(bench: BenchPage) -> None:
    assert [one.card for one in bench.picked] == ["0000:01:00.0"]
    assert _cells(bench, NAME) == ["NVIDIA GeForce RTX 4090"]
    assert _cells(bench, STATE) == ["driver 550.163.01 answers"]
    assert bench.go_on_button.isEnabled()


def test_several_cards_are_rows_and_can_be_chosen_together_by_key(open_bench: OpenBench) -> None:
    page = open_bench(look=lambda progress: look_of(two_cards()))
    heard = _heard(page)
    press(page.table, Qt.Key.Key_A, control=True)
    assert [one.card for one in page.picked] == ["0000:01:00.0", "0000:02:00.0"]
    assert heard[-1] == page.picked


def test_a_machine_without_cards_says_so_and_offers_a_try(open_bench: OpenBench) -> None:
    page = open_bench(look=lambda progress: look_of(None))
    assert page.empty.text() == "No NVIDIA card was found in this machine. A dump can be reviewed instead."
    assert page.welcome_panel.isVisible() and not page.table.isVisible()
    assert not page.go_on_button.isEnabled()


def test_why_there_is_no_card_is_said(open_bench: OpenBench) -> None:
    absence = "No NVIDIA card was found in this machine. The driver does not match its library."
    page = open_bench(look=lambda progress: look_of(None, absence))
    assert "does not match its library. A dump" in page.empty.text()


def test_a_look_that_fails_is_a_sentence(open_bench: OpenBench) -> None:
    page = open_bench(look=_raising(CaptureError("The driver hangs.")))
    assert page.notice.text == "The driver hangs."
    assert page.tools.refresh_button.isEnabled()
    assert "could not be looked at" in page.state.text.text()


def test_refresh_keeps_what_is_chosen(qtbot: QtBot, open_bench: OpenBench) -> None:
    page = open_bench(look=lambda progress: look_of(two_cards()))
    page.table.pick({"card 0000:02:00.0"})
    _again(qtbot, page)
    assert [one.card for one in page.picked] == ["0000:02:00.0"]
    assert page.notice.text == ""


def test_a_chosen_card_that_is_gone_is_said_and_no_other_takes_its_place(qtbot: QtBot, open_bench: OpenBench) -> None:
    machine = Machine(two_cards())
    page = open_bench(look=machine.look)
    page.table.pick({"card 0000:02:00.0"})
    heard = _heard(page)
    machine.evidence = card_evidence()
    _again(qtbot, page)
    assert "The card NVIDIA GeForce RTX 4090 (0000:02:00.0) is no longer there." in page.notice.text
    assert page.picked == () and heard[-1] == ()
    assert not page.go_on_button.isEnabled()


def test_all_cards_gone_is_said_with_all_of_them(qtbot: QtBot, open_bench: OpenBench) -> None:
    machine = Machine(two_cards())
    page = open_bench(look=machine.look)
    press(page.table, Qt.Key.Key_A, control=True)
    machine.evidence = None
    _again(qtbot, page)
    assert page.notice.text.startswith("The cards ") and "0000:01:00.0" in page.notice.text
    assert "0000:02:00.0" in page.notice.text


def test_another_card_in_the_same_slot_is_said(qtbot: QtBot, open_bench: OpenBench) -> None:
    machine = Machine(card_evidence())
    page = open_bench(look=machine.look)
    machine.evidence = forged(card_evidence(), uuid="GPU-00000000-0000-4000-8000-000000000001")
    _again(qtbot, page)
    assert "Another card is at 0000:01:00.0 than before." in page.notice.text
    _again(qtbot, page)
    assert page.picked != ()


def test_a_swap_with_the_power_off_is_noticed_at_the_next_start(qtbot: QtBot, open_bench: OpenBench) -> None:
    kept: list[tuple[Seen, ...]] = []
    first = open_bench(look=lambda progress: look_of(two_cards()), remember=kept.append)
    first.table.pick({"card 0000:02:00.0"})
    qtbot.waitUntil(lambda: [one.label for one in kept[-1]] == ["0000:02:00.0"])
    second = open_bench(recall=lambda: kept[-1])
    assert "(0000:02:00.0) is no longer there" in second.notice.text
    assert second.picked == ()
    third = open_bench(look=lambda progress: look_of(two_cards()), recall=lambda: kept[-1])
    assert [one.card for one in third.picked] == ["0000:02:00.0"]
    assert third.notice.text == ""


def test_a_card_that_lost_its_driver_is_the_same_card(qtbot: QtBot, open_bench: OpenBench) -> None:
    machine = Machine(card_evidence())
    page = open_bench(look=machine.look)
    (card,) = card_evidence().cards
    machine.evidence = replace(card_evidence(), cards=(replace(card, nvml=None, nvidia_smi=None),))
    _again(qtbot, page)
    assert page.notice.text == ""
    assert _cells(page, STATE) == ["not answering: the driver nvidia is bound and says nothing"]


def test_a_hundred_cards_are_listed_without_a_long_pause(qtbot: QtBot, open_bench: OpenBench) -> None:
    one = card_evidence()
    many = replace(one, cards=tuple(replace(one.cards[0], label=f"0000:{number:02x}:00.0") for number in range(100)))
    page = open_bench(look=lambda progress: look_of(many))
    heard = _heard(page)
    press(page.table, Qt.Key.Key_A, control=True)
    assert len(page.picked) == 100
    assert len(heard) == 1


def test_the_bench_says_its_state_with_a_sign_and_leads_to_all_of_it(open_bench: OpenBench) -> None:
    topics = (Topic("Preloaded libraries", False, "A library is preloaded: evil.so."), Topic("Clock", True, "It runs."))
    page = open_bench(look=lambda progress: Look(bench=topics, absence="None."))
    assert page.state.text.text() == "Bench, not all in order: A library is preloaded: evil.so. In order: clock."
    assert "evil.so" in page.state.accessibleName()
    asked: list[bool] = []
    page.details.connect(lambda: asked.append(True))
    click(page.state.details_button)
    assert asked == [True]


def test_a_bench_in_order_says_what_was_seen(bench: BenchPage) -> None:
    assert bench.state.text.text() == "Bench in order: Nothing is preloaded. It is synchronised."


# --- files


def test_dumps_are_opened_together_and_all_are_chosen(
    qtbot: QtBot, bench: BenchPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / "a.xml", tmp_path / "b.xml"]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *arguments: ([str(path) for path in paths], ""))
    click(bench.tools.open_button)
    assert [one.file for one in bench.picked] == paths
    assert _cells(bench, STATE)[1:] == ["being read…"] * 2
    _settled(qtbot, bench)
    assert _cells(bench, STATE)[1:] == ["read", "read"]
    assert [one.file for one in bench.picked] == paths


def test_a_hundred_dumps_are_one_job_and_each_row_says_what_its_file_claims(
    qtbot: QtBot, open_bench: OpenBench, tmp_path: Path
) -> None:
    batches: list[int] = []

    def glance(subjects: tuple[Subject, ...], progress: Progress) -> tuple[Glance, ...]:
        batches.append(len(subjects))
        return real_doors.real().glance(subjects, progress)

    page = open_bench(glance=glance)
    data = dump_of(row_of("NVIDIA GeForce RTX 4090"))
    paths = tuple(tmp_path / f"{number:03}.xml" for number in range(99))
    for path in paths:
        path.write_bytes(data)
    (tmp_path / "broken.xml").write_bytes(b"no dump")
    page.open_files((*paths, tmp_path / "broken.xml", paths[0]))
    _settled(qtbot, page)
    assert batches == [100]
    assert _cells(page, NAME)[1:] == ["NVIDIA GeForce RTX 4090"] * 99 + ["–"]
    assert _cells(page, STATE)[-1].startswith("Cannot be read: The file is no output of nvidia-smi")
    assert set(_cells(page, STATE)[1:-1]) == {"file of unknown origin (nvidia-smi -q -x), read"}


def test_files_that_come_while_others_are_read_are_read_after_them(
    qtbot: QtBot, open_bench: OpenBench, tmp_path: Path
) -> None:
    go_on = threading.Event()
    batches: list[list[str]] = []

    def glance(subjects: tuple[Subject, ...], progress: Progress) -> tuple[Glance, ...]:
        batches.append([one.title for one in subjects])
        assert go_on.wait(10)
        return tuple(Glance(where=one.title, state="read", standing=Standing.FILE) for one in subjects)

    page = open_bench(glance=glance)
    for name in ("a.xml", "b.xml", "c.xml"):
        page.open_file(tmp_path / name)
    page.remove()
    go_on.set()
    qtbot.waitUntil(lambda: _cells(page, STATE)[1:] == ["read", "read"])
    assert batches == [["a.xml"], ["b.xml"]]


def test_a_defect_while_files_are_read_leaves_no_row_waiting(
    qtbot: QtBot, open_bench: OpenBench, tmp_path: Path
) -> None:
    page = open_bench(glance=_raising(ZeroDivisionError("oh")))
    page.open_file(tmp_path / "a.xml")
    _settled(qtbot, page)
    assert _cells(page, STATE)[-1].startswith("Cannot be read: A defect of the program")


def test_delete_takes_a_file_off_the_list_and_leaves_the_file(qtbot: QtBot, bench: BenchPage, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text("x")
    bench.open_file(path)
    _settled(qtbot, bench)
    press(bench.table, Qt.Key.Key_Delete)
    assert [one.file for one in bench.subjects.subjects] == [None]
    assert [one.card for one in bench.picked] == ["0000:01:00.0"]
    assert path.exists()


def test_a_card_of_the_machine_cannot_be_taken_off_the_list(bench: BenchPage) -> None:
    assert not bench.tools.remove_button.isEnabled()
    press(bench.table, Qt.Key.Key_Delete)
    assert bench.subjects.rowCount() == 1


def test_the_last_row_can_be_removed_with_the_button(qtbot: QtBot, open_bench: OpenBench, tmp_path: Path) -> None:
    page = open_bench(look=lambda progress: look_of(None))
    page.open_file(tmp_path / "a.xml")
    _settled(qtbot, page)
    click(page.tools.remove_button)
    assert page.subjects.rowCount() == 0
    assert page.picked == ()
    assert page.welcome_panel.isVisible()


def test_while_an_inspection_runs_the_choice_stays(bench: BenchPage, tmp_path: Path) -> None:
    bench.lock(True)
    bench.open_file(tmp_path / "late.xml")
    bench.simulate("genuine-one", 1)
    bench.refresh()
    press(bench.table, Qt.Key.Key_Delete)
    assert "An inspection is running." in bench.notice.text
    assert bench.subjects.rowCount() == 1
    assert not any(job.running for job in bench.findChildren(Job))
    for widget in (bench.table, bench.simulation, bench.tools.open_button, bench.tools.refresh_button):
        assert not widget.isEnabled()
    bench.lock(False)
    assert bench.tools.open_button.isEnabled()


@pytest.mark.parametrize("name", ["<b>bold</b>.xml", "\u202egpj.xml", "W" * 240, "new\nline.xml", "\udc80.xml"])
def test_a_hostile_name_hides_nothing_and_widens_nothing(
    qtbot: QtBot, bench: BenchPage, tmp_path: Path, name: str
) -> None:
    before = bench.minimumSizeHint().width()
    bench.open_file(tmp_path / name)
    _settled(qtbot, bench)
    shown = _cells(bench, WHERE)[-1]
    assert not any(sign in shown for sign in "\u202e\n\udc80")
    assert len(shown) < 200
    assert bench.minimumSizeHint().width() == before


def _drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    nothing, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(10, 10), Qt.DropAction.CopyAction, data, left, nothing)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    drop = QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, data, left, nothing)
    QApplication.sendEvent(window, drop)


def test_files_dropped_on_the_window_come_to_the_bench_and_are_chosen(window: MainWindow, tmp_path: Path) -> None:
    window.go_to(window.settings)
    _drop(window, tmp_path / "dump.txt", tmp_path / "other.json")
    assert window.stack.currentWidget() is window.bench
    assert [one.file for one in window.bench.picked] == [tmp_path / "dump.txt", tmp_path / "other.json"]


def test_a_dump_is_opened_by_key_and_reviewed(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *arguments: ([str(tmp_path / "mail.xml")], ""))
    press(window, Qt.Key.Key_O, control=True)
    assert [one.file for one in window.bench.picked] == [tmp_path / "mail.xml"]
    press(window, Qt.Key.Key_R, control=True)
    qtbot.waitUntil(lambda: not jobs_of(window))
    assert "file of unknown origin" in window.verdict.origin.text
    assert "mail.xml" in window.verdict.origin.text


def test_the_details_of_the_bench_are_the_doctors(qtbot: QtBot, window: MainWindow) -> None:
    click(window.bench.state.details_button)
    assert window.stack.currentWidget() is window.about
    qtbot.waitUntil(lambda: window.about.topics.rowCount() > 0)


# --- simulations and the first start


def test_a_simulation_is_listed_as_one(qtbot: QtBot, open_bench: OpenBench) -> None:
    page = open_bench(glance=real_doors.real().glance, simulations=real_doors.real().simulations)
    form = page.simulation
    form.simulation.setCurrentIndex(form.simulation.findText(FIRST))
    assert "RTX 3080 Ti" in form.about.text()
    form.seed.setValue(7)
    click(form.add)
    _settled(qtbot, page)
    assert page.picked[0].detail == "SIMULATION, seed 7: no real card"
    assert _cells(page, STATE)[-1] == "SIMULATION: no real card"
    assert _cells(page, NAME)[-1] == "NVIDIA GeForce RTX 4090"


def test_the_same_simulation_twice_is_one_row_and_another_seed_another(bench: BenchPage) -> None:
    for seed in (1, 1, 2):
        bench.simulation.seed.setValue(seed)
        click(bench.simulation.add)
    assert [one.seed for one in bench.subjects.subjects[1:]] == [1, 2]


def test_a_list_of_simulations_that_cannot_be_had_is_a_sentence(open_bench: OpenBench) -> None:
    page = open_bench(simulations=_raising(ProbeError("The simulations are missing.", "Install again.")))
    assert "The simulations are missing." in page.notice.text
    assert not page.simulation.add.isEnabled()
    page.welcome(True)
    assert not page.welcome_panel.try_button.isEnabled()


def test_the_first_start_offers_a_try_that_goes_on_with_a_simulation(qtbot: QtBot, open_bench: OpenBench) -> None:
    page = open_bench(simulations=lambda: (("genuine-one", "A card."), (FIRST, "A liar.")))
    wanted: list[str] = []
    page.wanted.connect(lambda: wanted.append("on"))
    page.welcomed.connect(lambda: wanted.append("welcomed"))
    assert not page.welcome_panel.isVisible()
    page.welcome(True)
    assert page.welcome_panel.isVisible()
    click(page.welcome_panel.try_button)
    assert wanted == ["welcomed", "on"]
    assert page.picked[0].simulation == FIRST
    assert not page.welcome_panel.isVisible()
    click(page.go_on_button)
    assert wanted == ["welcomed", "on", "on"]


def test_enter_in_the_list_goes_on(qtbot: QtBot, bench: BenchPage) -> None:
    with qtbot.waitSignal(bench.wanted):
        press(bench.table, Qt.Key.Key_Return)


# --- facts into a file


def _facts(page: BenchPage, qtbot: QtBot, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *arguments: (str(target), ""))
    click(page.tools.facts_button)
    _settled(qtbot, page)


@pytest.mark.parametrize("masked", [False, True])
def test_facts_of_a_chosen_card_are_a_capture_with_the_others_beside_it(
    qtbot: QtBot, open_bench: OpenBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, masked: bool
) -> None:
    page = open_bench(look=lambda progress: look_of(two_cards()), save_facts=real_doors.real().save_facts)
    page.table.pick({"card 0000:02:00.0"})
    page.tools.masked.setChecked(masked)
    _facts(page, qtbot, tmp_path / "mine", monkeypatch)
    assert "mine.json" in page.notice.text
    found = capture.parse((tmp_path / "mine.json").read_bytes())
    assert [card.label for card in found.cards] == ["0000:02:00.0"]
    assert [card.label for card in found.bystanders] == ["0000:01:00.0"]
    assert found.masked is masked
    assert ("GPU-8a1f6a37" in (tmp_path / "mine.json").read_text()) is not masked


def test_facts_of_a_dump_never_fall_on_the_dump_nor_on_the_ledger(
    qtbot: QtBot, open_bench: OpenBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_bench(save_facts=real_doors.real().save_facts)
    dump = tmp_path / "a.json"
    page_of_dump = capture_of(tmp_path / "a.json")
    page.open_file(dump)
    _facts(page, qtbot, dump, monkeypatch)
    assert "a file that this command reads" in page.notice.text
    assert dump.read_bytes() == page_of_dump
    settings.data_folder().mkdir(parents=True, exist_ok=True)
    _facts(page, qtbot, settings.ledger_path(), monkeypatch)
    assert "is the ledger" in page.notice.text
    _facts(page, qtbot, tmp_path / "b.json", monkeypatch)
    assert json.loads((tmp_path / "b.json").read_text())["file_name"] == "a.json"


def capture_of(path: Path) -> bytes:
    capture.write(card_evidence(), path)
    return path.read_bytes()


def test_facts_of_different_sources_are_not_mixed_in_one_file(
    bench: BenchPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", _raising(AssertionError("asked")))
    bench.open_file(tmp_path / "a.xml")
    press(bench.table, Qt.Key.Key_A, control=True)
    click(bench.tools.facts_button)
    assert "One file holds what one source says." in bench.notice.text


def test_facts_that_cannot_be_written_are_a_sentence(
    qtbot: QtBot, open_bench: OpenBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_bench(save_facts=real_doors.real().save_facts)
    _facts(page, qtbot, tmp_path / "no folder" / "a.json", monkeypatch)
    assert "There is no folder" in page.notice.text
    assert page.tools.facts_button.isEnabled()


def test_chosen_rows_are_copied_as_text(open_bench: OpenBench) -> None:
    page = open_bench(look=lambda progress: look_of(two_cards()))
    press(page.table, Qt.Key.Key_A, control=True)
    press(page.table, Qt.Key.Key_C, control=True)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert [line.split("\t")[1] for line in lines] == ["0000:01:00.0", "0000:02:00.0"]


# --- the model, and for everybody


def test_the_list_keeps_the_rules_of_qt(qtmodeltester: ModelTester) -> None:
    model = BenchModel()
    model.show_look(look_of(two_cards()))
    model.add_files((Path("/a/dump.xml"), Path("/b/dump.xml")))
    model.add_simulation("a", 1)
    qtmodeltester.check(model)
    model.remove(frozenset({"file /a/dump.xml"}))
    qtmodeltester.check(model)
    assert [one.file for one in model.subjects][2] == Path("/b/dump.xml")


def test_a_file_stands_on_the_list_once_and_stays_when_the_cards_are_looked_for_again() -> None:
    model = BenchModel()
    model.add_files((Path("/a/dump.xml"),))
    model.add_files((Path("/a/dump.xml"),))
    model.show_look(look_of(card_evidence()))
    assert [one.file for one in model.subjects] == [None, Path("/a/dump.xml")]


def test_what_was_read_of_a_removed_file_is_passed_over() -> None:
    model = BenchModel()
    (one,) = model.add_files((Path("/a/dump.xml"),))
    model.remove(frozenset({one.key}))
    model.show_glances({one.key: Glance(state="late")})
    assert model.rowCount() == 0


def test_every_standing_has_a_sign_and_the_grave_ones_shapes_of_their_own() -> None:
    assert set(SIGNS) == set(Standing)
    apart = (Standing.ANSWERS, Standing.UNDRIVEN, Standing.SILENT, Standing.UNREADABLE, Standing.FILE)
    assert len({SIGNS[one][0] for one in apart}) == len(apart)


def test_the_sign_is_heard_as_words(bench: BenchPage) -> None:
    assert _cells(bench, SIGN) == ["driver 550.163.01 answers"]


def test_every_control_has_a_name_and_a_tooltip(bench: BenchPage) -> None:
    bench.welcome(True)
    for one in bench.findChildren(QWidget):
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.focusProxy() is None and one.objectName() == "":
            name = QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name)
            assert name, f"{one} has no name"
    for button in bench.findChildren(QAbstractButton):
        if button.isVisible() and button.text():
            assert button.toolTip(), button.text()


def test_no_two_controls_share_a_mnemonic(bench: BenchPage) -> None:
    texts = [one.text() for one in bench.findChildren(QAbstractButton)]
    keys = [text[text.index("&") + 1].casefold() for text in texts if "&" in text]
    assert len(keys) >= 9
    assert len(set(keys)) == len(keys)


def test_tab_goes_down_the_page(qtbot: QtBot, bench: BenchPage) -> None:
    bench.activateWindow()
    bench.open_file(Path("/nowhere/a.xml"))
    _settled(qtbot, bench)
    bench.table.setFocus()
    passed: list[QWidget | None] = []
    for _ in range(9):
        press(QApplication.focusWidget() or bench, Qt.Key.Key_Tab)
        passed.append(QApplication.focusWidget())
    tools, form = bench.tools, bench.simulation
    assert passed == [
        tools.refresh_button,
        tools.open_button,
        tools.remove_button,
        tools.facts_button,
        tools.masked,
        form.simulation,
        form.seed,
        form.add,
        bench.go_on_button,
    ]


def test_all_of_it_fits_the_smallest_window(bench: BenchPage) -> None:
    bench.welcome(True)
    bench.notice.warn("A sentence.")
    hint = bench.minimumSizeHint()
    assert hint.width() <= 590 and hint.height() <= 640


def test_labels_show_html_as_it_is(bench: BenchPage) -> None:
    labels = [one for one in bench.findChildren(QLabel) if one.objectName() != "qt_rubberband"]
    assert {one.textFormat() for one in labels} == {Qt.TextFormat.PlainText}


def test_all_cards_of_a_machine_are_chosen_as_one_server(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(replace(WORK, bench=replace(WORK.bench, look=lambda progress: look_of(two_cards()))))
    box = window.bench.tools.together
    heard: list[tuple[Subject, ...]] = []
    window.bench.chosen.connect(heard.append)
    assert box.isVisible()
    press(box, Qt.Key.Key_Space)
    (whole,) = heard[-1]
    assert whole.together == ("0000:01:00.0", "0000:02:00.0") and whole.measurable
    assert window.case.objects.shelf.addresses(whole.key) == whole.together
    press(box, Qt.Key.Key_Space)
    assert heard[-1] == window.bench.picked and not heard[-1][0].together


def test_one_card_alone_is_no_server(window: MainWindow) -> None:
    assert not window.bench.tools.together.isVisible()
