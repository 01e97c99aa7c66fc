"""Firmware in the window: files handed in for an object, what is asked beside the rest, and what came of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from firmware_by_hand import ATTESTATION, FILE, IMAGE, INNER, forged_board
from gui.window_fakes import WORK, OpenWindow, card_evidence, click, done_of, drop, jobs_of, with_run
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from gpu_inspector.errors import CaptureError
from gpu_inspector.gui import firmware_view, theme
from gpu_inspector.gui.doors import run as run_doors
from gpu_inspector.gui.findings import Node
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.pages.case import CasePage
from gpu_inspector.gui.subject import Order, Subject
from gpu_inspector.gui.work import Work
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import CardEvidence, Evidence, Gap
from gpu_inspector.records.firmware import VbiosReading
from gpu_inspector.workflow import firmware
from gpu_inspector.workflow.drafts import Draft, Found, ObjectDraft
from gpu_inspector.workflow.firmware import FirmwareWish
from gpu_inspector.workflow.kept import Kept
from gpu_inspector.workflow.progress import Progress

UPPER = Subject("NVIDIA GeForce RTX 4090", "upper slot", card="0000:01:00.0")
LOWER = Subject("NVIDIA GeForce RTX 4090", "lower slot", card="0000:02:00.0")
SIMULATED = Subject("genuine-one", "SIMULATION", simulation="genuine-one")
DUMP = Subject("card.xml", "a file", file=Path("card.xml"))
ONE, TWO, THREE = (Path(f"/dumps/{name}.rom") for name in ("one", "two", "three"))


def _with(**doors: object) -> Work:
    return replace(WORK, case=replace(WORK.case, **doors))  # type: ignore[arg-type]


def _raising(error: Exception) -> Callable[..., NoReturn]:
    def fail(*arguments: object) -> NoReturn:
        raise error

    return fail


def _wait(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not jobs_of(window))


@pytest.fixture
def page(window: MainWindow) -> CasePage:
    """The case of one card, in front."""
    window.go_to(window.case)
    window.case.show_subjects((UPPER,))
    return window.case


# --- what is wished


def test_nothing_of_the_firmware_is_wished_from_the_start(page: CasePage) -> None:
    (order,) = page.orders()
    assert order.firmware.empty


def test_what_is_ticked_is_wished_of_every_card_and_of_no_file_and_no_simulation(page: CasePage) -> None:
    page.show_subjects((UPPER, LOWER, DUMP, SIMULATED))
    page.wishes.read.setChecked(True)
    page.wishes.calls.setChecked(True)
    wishes = [order.firmware for order in page.orders()]
    assert wishes[0] == wishes[1] == FirmwareWish(read=True, control_calls=True)
    assert wishes[2].empty and wishes[3].empty


def test_each_wish_says_what_it_costs_and_is_read_aloud(page: CasePage) -> None:
    assert "administrator's password" in page.wishes.read.accessibleDescription()
    assert "not yet seen on hardware" in page.wishes.calls.accessibleDescription()
    for box, sentence in zip((page.wishes.read, page.wishes.calls), page.wishes._sentences, strict=True):
        assert box.accessibleDescription() == sentence.text() == box.toolTip()


# --- files that were handed in


def test_a_handed_in_file_is_recognised_and_stands_in_the_order(
    qtbot: QtBot, window: MainWindow, page: CasePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *arguments: ([str(ONE)], ""))
    click(page.objects.images.add_button)
    _wait(qtbot, window)
    row = page.objects.images.rows[str(ONE)]
    assert row.title.text() == "one.rom"
    assert row.found.text().startswith("95.02.3C.00.1B, device 10DE:2684, 1 MiB, 4 parts")
    assert row.remove_button.accessibleName() == "Remove one.rom"
    (order,) = page.orders()
    assert order.firmware == FirmwareWish(files=(ONE,))
    click(row.remove_button)
    assert page.orders()[0].firmware.empty
    assert page.objects.images.empty.isVisible()


def test_two_files_are_the_most(qtbot: QtBot, window: MainWindow, page: CasePage) -> None:
    images = page.objects.images
    images.take((ONE, TWO, ONE))
    assert not images.add_button.isEnabled()
    images.take((THREE,))
    assert "One object can have 2 vBIOS files" in page.notice.text
    assert page.orders()[0].firmware.files == (ONE, TWO)
    _wait(qtbot, window)


def test_a_file_that_holds_no_image_says_so_in_its_row(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(_with(read_image=_raising(CaptureError("This is no vBIOS image.", "Ask for the dump."))))
    window.case.show_subjects((UPPER,))
    window.case.objects.images.take((ONE,))
    _wait(qtbot, window)
    assert "This is no vBIOS image." in window.case.objects.images.rows[str(ONE)].found.text()


def test_a_name_that_no_record_can_hold_is_refused(page: CasePage) -> None:
    page.objects.images.take((Path("/dumps/\udcff.rom"),))
    assert "Rename it" in page.notice.text
    assert page.orders()[0].firmware.empty


def test_an_image_that_is_dropped_on_the_case_belongs_to_the_object_in_sight(
    qtbot: QtBot, window: MainWindow, page: CasePage
) -> None:
    drop(window, ONE)
    assert window.stack.currentWidget() is page
    assert page.orders()[0].firmware.files == (ONE,)
    assert "Handed in as the vBIOS of the object in sight" in page.notice.text
    page.lock(True)
    drop(window, TWO)
    assert page.orders()[0].firmware.files == (ONE,)
    assert "An inspection is running" in page.notice.text
    _wait(qtbot, window)


@pytest.mark.parametrize("subjects", [(), (SIMULATED,)], ids=["none chosen", "a simulation"])
def test_an_image_without_an_object_is_a_file_to_be_reviewed(
    qtbot: QtBot, window: MainWindow, page: CasePage, subjects: tuple[Subject, ...]
) -> None:
    page.show_subjects(subjects)
    drop(window, ONE)
    _wait(qtbot, window)
    assert window.stack.currentWidget() is window.bench
    window.go_to(page)
    assert page.objects.images.files == ()


def test_on_every_other_page_a_dropped_image_is_a_file_to_be_reviewed(
    qtbot: QtBot, window: MainWindow, page: CasePage
) -> None:
    window.go_to(window.history)
    drop(window, ONE)
    _wait(qtbot, window)
    assert window.stack.currentWidget() is window.bench
    assert page.objects.images.files == ()


def test_files_belong_to_their_object(qtbot: QtBot, window: MainWindow, page: CasePage) -> None:
    page.show_subjects((UPPER, LOWER))
    page.objects.images.take((ONE,))
    page.objects.list.setCurrentIndex(page.objects.list.model().index(1, 0))
    assert page.objects.images.rows == {}
    page.objects.images.take((TWO,))
    assert [order.firmware.files for order in page.orders()] == [(ONE,), (TWO,)]
    page.objects.list.setCurrentIndex(page.objects.list.model().index(0, 0))
    _wait(qtbot, window)
    assert page.objects.images.rows[str(ONE)].found.text().startswith("95.02.3C.00.1B")


def test_a_simulated_card_has_no_firmware_to_hand_in(page: CasePage) -> None:
    assert not page.objects.images.isHidden()
    page.show_subjects((SIMULATED,))
    assert page.objects.images.isHidden()


def test_while_an_inspection_runs_nothing_of_it_is_changed(page: CasePage) -> None:
    page.lock(True)
    assert not page.objects.images.isEnabled()
    assert not page.wishes.isEnabled()


def test_files_and_wishes_survive_a_crash(qtbot: QtBot, open_window: OpenWindow) -> None:
    saved: list[Draft] = []
    first = open_window(_with(save_draft=saved.append))
    first.case.show_subjects((UPPER,))
    first.case.objects.images.take((ONE,))
    first.case.wishes.read.setChecked(True)
    _wait(qtbot, first)
    first.case.drafts.save_now()
    _wait(qtbot, first)
    draft = saved[-1]
    assert [one.draft.firmware for one in draft.objects] == [(str(ONE),)]
    assert (draft.read_vbios, draft.control_calls) == (True, False)
    second = open_window(_with(load_draft=lambda: Found(draft)))
    second.case.show_subjects((UPPER,))
    _wait(qtbot, second)
    (order,) = second.case.orders()
    assert order.firmware == FirmwareWish(files=(ONE,), read=True)


def test_a_new_case_wishes_nothing(qtbot: QtBot, window: MainWindow, page: CasePage) -> None:
    page.objects.images.take((ONE,))
    page.wishes.calls.setChecked(True)
    for _press in range(2):
        click(page.new_button)
    _wait(qtbot, window)
    assert page.orders()[0].firmware.empty


def test_after_an_inspection_its_files_make_room_for_the_next_object(
    qtbot: QtBot, window: MainWindow, page: CasePage
) -> None:
    page.objects.images.take((ONE,))
    page.objects.form.exhibit.setText("EX-1")
    _wait(qtbot, window)
    (order,) = page.orders()
    page.stored(done_of(card_evidence(), order.declaration, order.case))
    assert page.orders()[0].firmware.files == ()


def test_two_drafts_of_one_object_keep_two_files_at_most() -> None:
    one, other = ObjectDraft(firmware=("a", "b")), ObjectDraft(firmware=("b", "c"))
    assert one.with_(other).firmware == ("a", "b")
    assert not one.empty


# --- the run


def _order(subject: Subject, wish: FirmwareWish) -> Order:
    return Order(subject, Declaration(), Case(), wish)


def test_a_run_hands_the_wish_on_before_it_measures(qtbot: QtBot, open_window: OpenWindow) -> None:
    asked: list[tuple[str, FirmwareWish]] = []

    def add(evidence: Evidence, wish: FirmwareWish, progress: Progress) -> Evidence:
        asked.append((evidence.origin.value, wish))
        return replace(evidence, cards=(replace(evidence.cards[0], vbios=(IMAGE,)),))

    measured: list[Evidence] = []

    def measure(evidence: Evidence, profile: str, progress: Progress, watch: object) -> Evidence:
        measured.append(evidence)
        return evidence

    window = open_window(with_run(add_firmware=add, measure=measure))
    wish = FirmwareWish(files=(ONE,), read=True)
    window.run.begin((_order(UPPER, wish), _order(DUMP, FirmwareWish(files=(TWO,))), _order(SIMULATED, FirmwareWish())))
    _wait(qtbot, window)
    assert sorted(asked, key=lambda one: one[0]) == [
        ("file of unknown origin", FirmwareWish(files=(TWO,))),
        ("this machine", wish),
    ]
    assert measured[0].cards[0].vbios == (IMAGE,)


def test_a_file_that_cannot_be_read_ends_the_run_with_a_sentence(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(with_run(add_firmware=_raising(CaptureError("one.rom holds no vBIOS image."))))
    window.run.begin((_order(UPPER, FirmwareWish(files=(ONE,))),))
    _wait(qtbot, window)
    assert "one.rom holds no vBIOS image." in window.run.notice.text


def test_cards_are_asked_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two questions for a password at once would be one that nobody answers."""

    def asked(evidence: Evidence, wish: FirmwareWish, progress: Progress) -> Evidence:
        assert run_doors._asking.locked()
        return evidence

    monkeypatch.setattr(firmware, "with_firmware", asked)
    evidence = card_evidence()
    assert run_doors.real().add_firmware(evidence, FirmwareWish(read=True), lambda step, share: None) is evidence
    assert not run_doors._asking.locked()
    assert run_doors.real().add_firmware(evidence, FirmwareWish(), lambda step, share: None) is evidence


# --- the verdict


def _card(**fields: object) -> CardEvidence:
    return replace(card_evidence().cards[0], **fields)  # type: ignore[arg-type]


def _texts(node: Node) -> list[str]:
    return [f"{node.label}|{node.word}", *(text for child in node.children for text in _texts(child))]


def test_the_verdict_shows_every_image_and_where_they_differ() -> None:
    card = _card(
        vbios=(IMAGE, forged_board(FILE)), rm=INNER, attestation=ATTESTATION, gaps=(Gap("vbios", "not given"),)
    )
    texts = _texts(firmware_view.tree_of(card))
    for said in (
        "Image 2: vBIOS file “rtx4090.rom”|",
        "x86 part: subsystem|1: 10DE:16F4\n2: 1043:889A",
        "The driver's inner calls|not yet seen on hardware",
        "Attestation|stored raw in the attached record; nothing is concluded from it",
        "vBIOS image|Not given.",
    ):
        assert any(text.startswith(said) for text in texts), said


def test_images_that_say_the_same_are_said_to() -> None:
    texts = _texts(firmware_view.tree_of(_card(vbios=(IMAGE, FILE))))
    assert "Where the images differ: 1 and 2|The images do not differ in anything that they say." in texts


@pytest.mark.parametrize("card", [None, card_evidence().cards[0]])
def test_without_firmware_it_is_said_how_to_get_it(card: CardEvidence | None) -> None:
    (only,) = firmware_view.tree_of(card).children
    assert only.label.startswith("No vBIOS image was read")
    assert "On the page Case" in only.word


def test_hostile_texts_are_shown_as_code_points(qtbot: QtBot) -> None:
    evil = replace(FILE, file_name="\u202e<b>evil</b>", remarks=("\x00" * 9000,))
    texts = _texts(firmware_view.tree_of(_card(vbios=(evil,))))
    assert any("[U+202E]<b>evil</b>" in text for text in texts)
    assert max(map(len, texts)) < 5000


@pytest.mark.parametrize("kept", [False, True], ids=["finished", "out of the history"])
@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_the_firmware_has_its_place_on_the_verdict_page(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, colours: theme.Colours, kept: bool
) -> None:
    theme.wear(qapp, colours)
    evidence = replace(card_evidence(), cards=(_card(vbios=(IMAGE,)),))
    done = done_of(evidence, report=Path("/r.pdf"))
    if kept:
        window.verdict.show_kept(Kept(done, "Row 7 stands as it was written."))
    else:
        window.verdict.show_done(done)
    window.go_to(window.verdict)
    view = window.verdict.view
    view.tabs.setCurrentWidget(view.firmware)
    _wait(qtbot, window)
    model = view.firmware.facts
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Fact"
    assert model.data(model.index(0, 0)) == "vBIOS image read out of the card"
    assert model.rowCount(model.index(0, 0, QModelIndex())) >= 6
    assert view.firmware.accessibleName()
    view.firmware.copy()
    assert "vBIOS image read out of the card" in qapp.clipboard().text()
    theme.wear(qapp, theme.LIGHT)


def test_the_case_doors_read_a_real_file(tmp_path: Path) -> None:
    from rom_builder import Rom, build

    from gpu_inspector.gui.doors import case as case_doors

    path = tmp_path / "dump.rom"
    path.write_bytes(build(Rom()).data)
    reading = case_doors.real().read_image(path)
    assert isinstance(reading, VbiosReading)
    assert reading.file_name == "dump.rom"
    with pytest.raises(CaptureError):
        case_doors.real().read_image(tmp_path / "none.rom")
