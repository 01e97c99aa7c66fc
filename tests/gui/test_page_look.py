"""The inspection by eye as an inspector does it: by keys, with photographs, to a signed report without power."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from gui.window_fakes import WORK, OpenWindow, card_evidence, click, drop, jobs_of, press, taken_of, write
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from gpu_inspector import resources, settings
from gpu_inspector.gui import theme
from gpu_inspector.gui.look_fields import BoardForm, DieForm, LabelForm, PowerForm, SizeForm
from gpu_inspector.gui.look_memory import MemoryForm
from gpu_inspector.gui.look_picture import renderer
from gpu_inspector.gui.look_question import QuestionView
from gpu_inspector.gui.look_shots import ShotsForm
from gpu_inspector.gui.look_steps import ENTRIES, StepSheet
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.pages.look import LookPage
from gpu_inspector.gui.subject import Subject
from gpu_inspector.gui.work import Work, real_work
from gpu_inspector.preferences import Preferences
from gpu_inspector.records.appearance import NOTHING_SEEN, Answered, Appearance, MemoryChips, Power, Seen, Sure
from gpu_inspector.records.checklist import QUESTIONS, SHOTS, STEPS
from gpu_inspector.records.declaration import unbound
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Outcome
from gpu_inspector.workflow.drafts import Draft, Found, NamedObject, ObjectDraft
from gpu_inspector.workflow.verifying import State

CARD = Subject("NVIDIA GeForce RTX 4090", "upper slot", card="0000:01:00.0")
OTHER = Subject("NVIDIA GeForce RTX 4090", "lower slot", card="0000:02:00.0")


def _with(**doors: object) -> Work:
    return replace(WORK, case=replace(WORK.case, **doors))  # type: ignore[arg-type]


def _alone(window: MainWindow) -> LookPage:
    """The page in front, with an object that none of the chosen cards is."""
    window.go_to(window.look)
    window.look.object_wanted.emit("")
    return window.look


def _sheet(page: LookPage, step: str) -> StepSheet:
    page.list.setCurrentRow([one.id for one in ENTRIES].index(step))
    return page._sheet(page.list.currentRow())


def _view(page: LookPage, question: str) -> QuestionView:
    step = next(step for step in STEPS if any(one.id == question for one in step.questions))
    return next(view for view in _sheet(page, step.id).questions if view.question.id == question)


def _seen(window: MainWindow, key: str = "") -> Appearance:
    """As the case has it: what a draft and an inspection would be made of."""
    return window.case.objects.shelf.draft(key).seen


def _answer(window: MainWindow, question: str) -> Answered | None:
    return next((one for one in _seen(window).answers if one.question == question), None)


def _is_at(page: LookPage, row: int) -> bool:
    return page.list.currentRow() == row


def _wait(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not jobs_of(window), timeout=30_000)


def _drop_on(widget: QWidget, *paths: str) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    nothing, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(10, 10), Qt.DropAction.CopyAction, data, left, nothing)
    QApplication.sendEvent(widget, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(widget, QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, data, left, nothing))


@pytest.fixture
def page(window: MainWindow) -> LookPage:
    """The page of an object without power, in front."""
    return _alone(window)


# --- nothing is answered for anybody


def test_nothing_is_answered_from_the_start(window: MainWindow, page: LookPage) -> None:
    for entry in ENTRIES:
        sheet = _sheet(page, entry.id)
        assert [view.choice.value for view in sheet.questions] == [""] * len(entry.questions)
        assert not any(button.isChecked() for view in sheet.questions for button in view.choice.buttons)
    assert _seen(window) == NOTHING_SEEN
    assert page.top.progress.text() == f"0 of {len(QUESTIONS)} answered"
    assert not page.inspect_button.isEnabled()


def test_every_step_has_its_drawing_in_both_themes() -> None:
    names = {name.removeprefix("eye/").removesuffix(".svg") for name in resources.names("eye", ".svg")}
    assert names == {entry.id for entry in ENTRIES}
    for name in names:
        text = resources.read(f"eye/{name}.svg").decode()
        for colours in (theme.LIGHT, theme.DARK):
            assert renderer(name, colours).isValid()
        assert "currentColor" in text
        for number in range(1, len(next(one for one in ENTRIES if one.id == name).questions) + 1):
            assert f">{number}</text>" in text, f"{name} shows nothing of question {number}"


def test_all_questions_are_asked_and_each_once(page: LookPage) -> None:
    asked = [view.question.id for entry in ENTRIES for view in _sheet(page, entry.id).questions]
    assert asked == list(QUESTIONS)


# --- by keys


def test_a_step_is_answered_by_figures_alone(qtbot: QtBot, window: MainWindow, page: LookPage) -> None:
    window.activateWindow()
    sheet = _sheet(page, "package")
    sheet.begin()
    for key in (Qt.Key.Key_1, Qt.Key.Key_3, Qt.Key.Key_2):
        press(QApplication.focusWidget() or window, key)
    note = QApplication.focusWidget()
    assert note is sheet.questions[2].note  # what deviates asks for words
    write(note, "dull in 3 stripes")
    press(note, Qt.Key.Key_Return)
    press(QApplication.focusWidget() or window, Qt.Key.Key_3)
    press(QApplication.focusWidget() or window, Qt.Key.Key_1)
    assert QApplication.focusWidget() is page.next_button
    assert [(one.question, one.seen, one.note) for one in _seen(window).answers] == [
        ("package-present", Seen.AS_EXPECTED, ""),
        ("package-marking", Seen.NOT_VISIBLE, ""),
        ("package-surface", Seen.DEVIATES, "dull in 3 stripes"),
        ("package-code", Seen.NOT_VISIBLE, ""),
        ("package-frame", Seen.AS_EXPECTED, ""),
    ]
    assert page.top.progress.value() == 5
    press(page.next_button, Qt.Key.Key_Space)
    assert ENTRIES[page.list.currentRow()].id == "memory"
    assert QApplication.focusWidget() is _sheet(page, "memory").questions[0].choice.buttons[0]


def test_alt_keys_go_from_step_to_step(qtbot: QtBot, window: MainWindow, page: LookPage) -> None:
    window.activateWindow()
    page.list.setCurrentRow(0)
    for key, row in ((Qt.Key.Key_N, 1), (Qt.Key.Key_N, 2), (Qt.Key.Key_K, 1)):
        QTest.keyClick(page.list, key, Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(partial(_is_at, page, row))  # Qt shows the button pressed for a moment


def test_an_answer_is_taken_back_by_delete_or_a_second_press_and_changed_by_another(
    window: MainWindow, page: LookPage
) -> None:
    view = _view(page, "seals-sticker")
    click(view.choice.buttons[0])
    click(view.choice.buttons[1])
    answer = _answer(window, "seals-sticker")
    assert answer is not None and answer.seen is Seen.DEVIATES
    click(view.choice.buttons[1])
    assert _answer(window, "seals-sticker") is None
    view.begin()
    press(view.choice.buttons[0], Qt.Key.Key_3)
    press(view.choice.buttons[0], Qt.Key.Key_Delete)
    assert _answer(window, "seals-sticker") is None


def test_a_note_is_not_lost_by_a_second_press(window: MainWindow, page: LookPage) -> None:
    view = _view(page, "seals-sticker")
    click(view.choice.buttons[1])
    write(view.note, "torn")
    click(view.choice.buttons[1])
    answer = _answer(window, "seals-sticker")
    assert answer is not None and (answer.seen, answer.note) == (Seen.DEVIATES, "torn")
    assert view.choice.buttons[1].isChecked()
    assert "note or photographs" in page.notice.text


def test_figures_in_a_note_are_a_note(window: MainWindow, page: LookPage) -> None:
    view = _view(page, "board-date")
    click(view.choice.buttons[1])
    write(view.note, "2231")
    answer = _answer(window, "board-date")
    assert answer is not None and (answer.seen, answer.note) == (Seen.DEVIATES, "2231")


def test_all_answers_can_be_given_by_keys_without_a_mouse(window: MainWindow, page: LookPage) -> None:
    window.activateWindow()
    page.list.setCurrentRow(1)
    page._sheet(1).begin()
    for _question in QUESTIONS:
        press(QApplication.focusWidget() or window, Qt.Key.Key_3)
        if QApplication.focusWidget() is page.next_button:
            press(page.next_button, Qt.Key.Key_Space)
    assert {one.question for one in _seen(window).answers} == set(QUESTIONS)
    assert page.top.progress.text() == "36 of 36 answered"


def test_no_two_controls_of_any_step_share_a_mnemonic(page: LookPage) -> None:
    for entry in ENTRIES:
        _sheet(page, entry.id)
    texts = [one.text() for one in page.findChildren(QAbstractButton)]
    texts += [one.text() for one in page.findChildren(QLabel) if one.buddy() is not None]
    keys = [text[text.index("&") + 1].casefold() for text in texts if "&" in text]
    assert sorted(keys) == sorted(set(keys))


def test_the_list_says_how_far_each_step_is_and_what_deviates(page: LookPage) -> None:
    click(_view(page, "edge-fingers").choice.buttons[1])
    item = page.list.item([one.id for one in ENTRIES].index("edge"))
    assert item.text() == "1/2  PCIe edge"
    assert item.data(Qt.ItemDataRole.AccessibleTextRole) == "PCIe edge: 1 of 2 done, 1 deviate"


# --- what is typed


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_all_that_is_typed_stands_in_the_record(qtbot: QtBot, window: MainWindow, page: LookPage) -> None:
    label = _sheet(page, "label").form
    assert isinstance(label, LabelForm)
    for field, text in (
        (label.brand, "NVIDIA"),
        (label.model, "RTX 4090 FE"),
        (label.part_number, "900-1G136-2530-000"),
        (label.serial, "0325219012345"),
        (label.text, "MADE IN CHINA"),
    ):
        write(field, text)
    size = _sheet(page, "weight").form
    assert isinstance(size, SizeForm)
    for number, figures in ((size.weight, "2186"), (size.long, "304"), (size.high, "137"), (size.thick, "61")):
        number.selectAll()
        write(number, figures)
    board = _sheet(page, "board").form
    assert isinstance(board, BoardForm)
    write(board.number, "PG139")
    die = _sheet(page, "package").form
    assert isinstance(die, DieForm)
    write(die.lines, "S TW 2231A1")
    press(die.lines, Qt.Key.Key_Return)
    write(die.lines, "AD102-300-A1")
    power = _sheet(page, "power").form
    assert isinstance(power, PowerForm)
    click(power.power.buttons[1])
    click(power.kind.buttons[0])
    seen = _seen(window)
    assert (seen.label.brand, seen.label.model) == ("NVIDIA", "RTX 4090 FE")
    assert (seen.label.part_number, seen.label.serial) == ("900-1G136-2530-000", "0325219012345")
    assert seen.label.text == "MADE IN CHINA"
    assert (seen.weight_g, seen.length_mm, seen.height_mm, seen.thickness_mm) == (2186.0, 304.0, 137.0, 61.0)
    assert seen.board_marking == "PG139"
    assert seen.die.lines == ("S TW 2231A1", "AD102-300-A1")
    assert (seen.power, seen.whole_card) == (Power.DOES_NOT_START, True)
    qtbot.waitUntil(lambda: die.meaning.text() == "A die of 2 lines.")


def test_memory_chips_are_listed_with_what_their_markings_mean(
    qtbot: QtBot, window: MainWindow, page: LookPage
) -> None:
    form = _sheet(page, "memory").form
    assert isinstance(form, MemoryForm)
    click(form.add_button)
    click(form.add_button)
    first, second = form.kinds
    write(first.marking, "D8BZC")
    first.count.setValue(12)
    first.side.setCurrentIndex(1)
    write(second.marking, "D8BGX")
    qtbot.waitUntil(lambda: second.meaning.text() == "Memory D8BGX.")
    assert first.meaning.text() == "Memory D8BZC."
    assert _seen(window).memory == (
        MemoryChips(marking="D8BZC", count=12, side="front"),
        MemoryChips(marking="D8BGX", count=0),
    )
    click(first.remove_button)
    assert [row.marking.text() for row in form.kinds] == ["D8BGX"]
    click(form.add_button)  # a row that nothing is typed into is no row of the record
    assert [one.marking for one in window.case.order_unpowered().seen.memory] == ["D8BGX"]  # type: ignore[union-attr]


def test_the_answer_that_there_is_no_die_is_the_dies_own(window: MainWindow, page: LookPage) -> None:
    view = _view(page, "package-present")
    for number, present in ((1, False), (0, True), (2, None)):
        click(view.choice.buttons[number])
        assert _seen(window).die.present is present


def test_hostile_texts_are_shown_as_they_are(qtbot: QtBot, window: MainWindow, page: LookPage) -> None:
    evil = "<b>x</b>\u202etxt.exe" + "W" * 300
    window.case.show_subjects((replace(CARD, title=evil, card=evil),))
    form = _sheet(page, "label").form
    assert isinstance(form, LabelForm)
    _view(page, "label-numbers")
    page.album.take_files("label of the card", (Path(evil),))
    _wait(qtbot, window)
    form.serial.setText("a\ud800b")
    assert _seen(window).label.serial.encode()
    labels = [label for label in page.findChildren(QLabel) if label.text()]
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
    assert not any("\u202e" in label.text() for label in labels)
    assert "\u202e" not in page.top.object.itemText(1)
    assert window.minimumSizeHint().width() <= 1024


# --- photographs


def test_a_photograph_that_is_dropped_on_an_answer_hangs_there_and_is_the_cases(
    qtbot: QtBot, window: MainWindow, page: LookPage
) -> None:
    view = _view(page, "outside-power")
    click(view.choice.buttons[1])
    _drop_on(view, "/x/connector.jpg")
    _wait(qtbot, window)
    digest = taken_of("connector.jpg").photograph.sha256
    answer = _answer(window, "outside-power")
    assert answer is not None and answer.photographs == (digest,)
    assert [one.name for one in window.case.order_unpowered().case.photographs] == ["connector.jpg"]
    assert view.strip.button.text() == "1 photograph"
    assert not view.strip._pictures[0].pixmap().isNull()


def test_a_photograph_before_the_answer_hangs_as_soon_as_it_is_given(
    qtbot: QtBot, window: MainWindow, page: LookPage
) -> None:
    view = _view(page, "outside-power")
    _drop_on(view, "/x/connector.jpg")
    _wait(qtbot, window)
    assert "as soon as you answer it" in page.notice.text
    assert _seen(window).answers == ()
    click(view.choice.buttons[0])
    answer = _answer(window, "outside-power")
    assert answer is not None and len(answer.photographs) == 1


def test_photographs_of_the_case_are_offered_and_taken_off_again(
    qtbot: QtBot, window: MainWindow, page: LookPage
) -> None:
    window.case.take((Path("a & b.jpg"), Path("c.jpg")))
    _wait(qtbot, window)
    view = _view(page, "edge-fingers")
    click(view.choice.buttons[0])
    view.strip.fill()
    offered = [action for action in view.strip.menu.actions() if action.isCheckable()]
    assert [action.text() for action in offered] == ["a && b.jpg", "c.jpg"]
    offered[1].trigger()
    answer = _answer(window, "edge-fingers")
    assert answer is not None and answer.photographs == (taken_of("c.jpg").photograph.sha256,)
    view.strip.fill()
    next(action for action in view.strip.menu.actions() if action.isChecked()).trigger()
    answer = _answer(window, "edge-fingers")
    assert answer is not None and answer.photographs == ()


def test_a_photograph_that_leaves_the_case_leaves_every_answer(
    qtbot: QtBot, window: MainWindow, page: LookPage
) -> None:
    click(_view(page, "edge-fingers").choice.buttons[0])
    page.album.take_files("edge-fingers", (Path("a.jpg"),))
    page.album.take_files(f"shot {SHOTS[9]}", (Path("a.jpg"),))
    _wait(qtbot, window)
    assert _seen(window).shots != ()
    (row,) = window.case.objects.photographs.rows.values()
    click(row.remove_button)
    answer = _answer(window, "edge-fingers")
    assert answer is not None and answer.photographs == ()
    assert _seen(window).shots == ()
    assert _view(page, "edge-fingers").strip.button.text() == "Photograph…"


def test_pictures_that_are_dropped_on_the_page_or_pasted_hang_at_the_answer_with_the_keys(
    qtbot: QtBot, window: MainWindow, page: LookPage
) -> None:
    window.activateWindow()
    view = _view(page, "stage-phases")
    click(view.choice.buttons[0])
    view.begin()
    drop(window, Path("/x/phases.jpg"))
    picture = QImage(4, 4, QImage.Format.Format_RGB32)
    picture.fill(QColor("red"))
    QApplication.clipboard().setImage(picture)
    press(view.choice.buttons[0], Qt.Key.Key_V, control=True)
    _wait(qtbot, window)
    answer = _answer(window, "stage-phases")
    assert answer is not None
    assert answer.photographs == tuple(taken_of(name).photograph.sha256 for name in ("phases.jpg", "pasted.png"))
    assert window.stack.currentWidget() is page


def test_the_fixed_list_is_ticked_by_photographs_alone_and_says_what_is_missing(
    qtbot: QtBot, window: MainWindow, page: LookPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = _sheet(page, "shots").form
    assert isinstance(form, ShotsForm)
    assert form.missing.text() == "10 photographs of the list are missing."
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *arguments: (["/x/front.png"], ""))
    form.lines[1].strip.choose()
    _drop_on(form.lines[3], "/x/bracket.jpg")
    _wait(qtbot, window)
    assert [one.what for one in _seen(window).shots] == [SHOTS[1], SHOTS[3]]
    assert form.missing.text() == "8 photographs of the list are missing."
    assert [row.state.text() for row in form.lines[:4]] == ["missing", "taken", "missing", "taken"]


def test_a_code_of_the_label_counts_only_after_the_inspectors_yes(qtbot: QtBot, open_window: OpenWindow) -> None:
    codes = ("Code 39: 0325219012345",)
    window = open_window(_with(take_file=lambda path, keep: taken_of(path.name, codes=codes)))
    page = _alone(window)
    form = _sheet(page, "label").form
    assert isinstance(form, LabelForm)
    page.album.take_files(form.strip.place, (Path("label.jpg"),))
    _wait(qtbot, window)
    seen = window.case.order_unpowered().seen
    assert seen is not None and [one.sure for one in seen.label.codes] == [Sure.NOT]
    assert seen.label.serial == ""
    assert window.case.order_unpowered().case.photographs[0].shows == "label"
    assert not form.codes.buttons[0].isEnabled()
    click(form.codes.yeses[0])
    click(form.codes.buttons[0])
    seen = window.case.order_unpowered().seen
    assert seen is not None and [one.sure for one in seen.label.codes] == [Sure.OFFICER]
    assert seen.label.serial == form.serial.text() == "0325219012345"


def test_thousands_of_pictures_at_once_are_refused(window: MainWindow, page: LookPage) -> None:
    page.take(tuple(Path(f"{number}.jpg") for number in range(5000)))
    assert "too many" in page.notice.text
    assert not jobs_of(window)


def test_more_photographs_than_an_object_can_have_are_refused_in_a_sentence(
    qtbot: QtBot, window: MainWindow, page: LookPage
) -> None:
    page.album.take_files("", tuple(Path(f"{number}.jpg") for number in range(41)))
    _wait(qtbot, window)
    assert len(window.case.order_unpowered().case.photographs) == 40
    assert "as many photographs as it can have" in page.notice.text


def test_the_place_is_kept_only_where_the_settings_say_so(qtbot: QtBot, open_window: OpenWindow) -> None:
    asked: list[bool] = []

    def take(path: Path, keep: bool) -> object:
        asked.append(keep)
        return taken_of(path.name)

    window = open_window(_with(take_file=take))
    page = _alone(window)
    page.take((Path("a.jpg"),))
    _wait(qtbot, window)
    page.use(Preferences(keep_location=True))
    page.take((Path("b.jpg"),))
    _wait(qtbot, window)
    assert asked == [False, True]


# --- whose answers they are


def test_answers_on_a_chosen_card_go_with_its_inspection(qtbot: QtBot, window: MainWindow) -> None:
    window.go_to(window.look)
    page = window.look
    assert page.top.object.currentData() == f"card {card_evidence().cards[0].label}"
    assert not page.inspect_button.isEnabled()
    click(_view(page, "edge-fingers").choice.buttons[0])
    assert "go with the inspection of this card" in page.state.text()
    (order,) = window.case.orders()
    assert order.seen is not None and order.seen.answers[0].question == "edge-fingers"
    window._inspect()
    _wait(qtbot, window)
    (card,) = window.verdict.inspections.shown[0].done.inspection.evidence.cards
    assert card.seen == order.seen
    assert window.case.orders()[0].seen is None  # the next card is another one


def test_an_object_that_nobody_looked_at_has_no_such_reading(window: MainWindow) -> None:
    assert [order.seen for order in window.case.orders()] == [None]


def test_an_object_without_power_is_not_taken_for_the_card_that_this_machine_has(
    qtbot: QtBot, window: MainWindow, page: LookPage
) -> None:
    click(_view(page, "edge-fingers").choice.buttons[1])
    window.bench.refresh()
    _wait(qtbot, window)
    assert _seen(window).answers != ()
    assert [order.seen for order in window.case.orders()] == [None]


def test_what_was_seen_is_given_to_the_chosen_card_only_where_the_inspector_says_so_twice(
    qtbot: QtBot, window: MainWindow, page: LookPage
) -> None:
    click(_view(page, "edge-fingers").choice.buttons[1])
    page.take((Path("a.jpg"),))
    _wait(qtbot, window)
    click(page.card_button)
    assert [order.seen for order in window.case.orders()] == [None]
    click(page.card_button)
    (order,) = window.case.orders()
    assert order.seen is not None and order.seen.answers[0].seen is Seen.DEVIATES
    assert [one.name for one in order.case.photographs] == ["a.jpg"]
    assert _seen(window) == NOTHING_SEEN
    assert page.top.object.currentData() == order.subject.key


def test_of_several_chosen_cards_each_has_its_own_answers(window: MainWindow) -> None:
    window.case.show_subjects((CARD, OTHER))
    page = window.look
    window.go_to(page)
    click(_view(page, "edge-fingers").choice.buttons[0])
    page.top.object.setCurrentIndex(page.top.object.findData(OTHER.key))
    page.top.object.activated.emit(page.top.object.currentIndex())
    assert _view(page, "edge-fingers").choice.value == ""
    click(_view(page, "edge-fingers").choice.buttons[1])
    one, two = window.case.orders()
    assert one.seen is not None and two.seen is not None
    assert (one.seen.answers[0].seen, two.seen.answers[0].seen) == (Seen.AS_EXPECTED, Seen.DEVIATES)


def test_a_file_of_several_cards_says_that_one_objects_looks_cannot_go_with_it(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window(_with(labels_in=lambda path: ("0000:41:00.0", "0000:81:00.0")))
    window.case.show_subjects((Subject("a.xml", file=tmp_path / "a.xml"),))
    _wait(qtbot, window)
    window.go_to(window.look)
    assert "several cards" in window.look.state.text()


def test_a_card_that_answered_on_the_bench_is_asked_for_when_it_is_said_not_to_start(window: MainWindow) -> None:
    window.go_to(window.look)
    form = _sheet(window.look, "power").form
    assert isinstance(form, PowerForm)
    click(form.power.buttons[1])
    assert "Is it another object" in window.look.state.text()


def test_the_key_for_an_inspection_means_the_object_in_sight(qtbot: QtBot, window: MainWindow, page: LookPage) -> None:
    press(window, Qt.Key.Key_F5)
    assert window.stack.currentWidget() is page
    assert "Nothing was answered" in page.notice.text
    click(_view(page, "edge-fingers").choice.buttons[0])
    assert page.card_button.isVisible()
    press(window, Qt.Key.Key_F5)
    _wait(qtbot, window)
    assert window.verdict.inspections.shown[0].done.inspection.evidence.origin is Origin.SEEN


def test_an_object_that_starts_is_not_inspected_without_power(page: LookPage) -> None:
    form = _sheet(page, "power").form
    assert isinstance(form, PowerForm)
    click(form.power.buttons[1])
    assert page.inspect_button.isEnabled()
    click(form.power.buttons[0])
    assert not page.inspect_button.isEnabled()
    assert "choose it on the bench" in page.state.text()


def test_nothing_is_answered_while_an_inspection_runs(window: MainWindow, page: LookPage) -> None:
    view = _view(page, "edge-fingers")
    click(view.choice.buttons[0])
    page.lock(True)
    assert not view.isEnabled() and not page.inspect_button.isEnabled() and not page.top.isEnabled()
    page.take((Path("a.jpg"),))
    assert "inspection is running" in page.notice.text
    assert not jobs_of(window)
    page.lock(False)
    assert view.isEnabled() and page.inspect_button.isEnabled()


# --- drafts


def _kept(qtbot: QtBot, open_window: OpenWindow, fill: Callable[[MainWindow], None]) -> Draft:
    """What would be on the disk when the power fails after this."""
    kept: list[Draft] = []
    window = open_window(_with(save_draft=kept.append))
    fill(window)
    window.case.drafts.save_now()
    _wait(qtbot, window)
    return kept[-1]


def test_answers_survive_a_crash(qtbot: QtBot, open_window: OpenWindow) -> None:
    def fill(window: MainWindow) -> None:
        page = _alone(window)
        view = _view(page, "package-surface")
        click(view.choice.buttons[1])
        write(view.note, "striped")
        _drop_on(view, "/x/die.jpg")
        _wait(qtbot, window)
        form = _sheet(page, "package").form
        assert isinstance(form, DieForm)
        write(form.lines, "GA102-225-A1")

    draft = _kept(qtbot, open_window, fill)
    window = open_window(_with(load_draft=lambda: Found(draft)))
    page = _alone(window)
    view = _view(page, "package-surface")
    assert view.choice.value == Seen.DEVIATES.value
    assert view.note.text() == "striped"
    assert view.strip.button.text() == "1 photograph"
    form = _sheet(page, "package").form
    assert isinstance(form, DieForm)
    assert form.lines.toPlainText() == "GA102-225-A1"
    assert [order.seen for order in window.case.orders()] == [None]
    assert page.inspect_button.isEnabled()


def test_a_draft_is_written_after_an_answer(qtbot: QtBot, open_window: OpenWindow) -> None:
    kept: list[Draft] = []
    window = open_window(_with(save_draft=kept.append))
    click(_view(_alone(window), "edge-fingers").choice.buttons[0])
    qtbot.waitUntil(lambda: bool(kept), timeout=10_000)
    assert kept[-1].objects[0].draft.seen.answers[0].question == "edge-fingers"


def test_answers_are_discarded_by_two_presses_and_the_photographs_stay(
    qtbot: QtBot, window: MainWindow, page: LookPage
) -> None:
    view = _view(page, "edge-fingers")
    click(view.choice.buttons[0])
    page.take((Path("a.jpg"),))
    _wait(qtbot, window)
    click(page.top.discard_button)
    assert _seen(window) != NOTHING_SEEN
    click(page.top.discard_button)
    assert _seen(window) == NOTHING_SEEN
    assert view.choice.value == ""
    assert len(window.case.order_unpowered().case.photographs) == 1


def test_a_new_case_forgets_what_was_seen(window: MainWindow, page: LookPage) -> None:
    click(_view(page, "edge-fingers").choice.buttons[0])
    click(window.case.new_button)
    click(window.case.new_button)
    assert _seen(window) == NOTHING_SEEN
    assert page._seen == NOTHING_SEEN


def test_a_draft_of_many_objects_shows_the_one_in_sight(qtbot: QtBot, open_window: OpenWindow) -> None:
    draft = Draft(
        saved_at=datetime.now().astimezone(),
        objects=tuple(
            NamedObject(key=key, title=CARD.title, draft=ObjectDraft(seen=Appearance(board_marking=number)))
            for key, number in (("", "PG150"), (CARD.key, "PG139"))
        ),
    )
    window = open_window(_with(load_draft=lambda: Found(draft)))
    window.case.show_subjects((CARD,))
    window.go_to(window.look)
    form = _sheet(window.look, "board").form
    assert isinstance(form, BoardForm)
    assert form.number.text() == "PG139"
    window.look.object_wanted.emit("")
    assert form.number.text() == "PG150"


# --- to the report


def test_an_object_without_power_becomes_an_inspection_and_makes_room_for_the_next(
    qtbot: QtBot, window: MainWindow, page: LookPage
) -> None:
    window.case.declared.product.setText("GeForce RTX 4090")
    write(window.case.objects.form.exhibit, "EX-1")
    click(_view(page, "package-present").choice.buttons[1])
    page.take((Path("a.jpg"),))
    _wait(qtbot, window)
    click(page.inspect_button)
    _wait(qtbot, window)
    assert window.stack.currentWidget() is window.verdict
    inspection = window.verdict.inspections.shown[0].done.inspection
    (card,) = inspection.evidence.cards
    assert inspection.evidence.origin is Origin.SEEN
    assert (card.label, inspection.case.binding.address) == ("exhibit EX-1", "exhibit EX-1")
    assert card.seen is not None and card.seen.die.present is False
    assert inspection.declaration.product == "GeForce RTX 4090"
    assert [one.name for one in inspection.case.photographs] == ["a.jpg"]
    assert _seen(window) == NOTHING_SEEN
    window.go_to(page)
    assert page.top.progress.value() == 0


def test_an_inspection_that_cannot_be_stored_loses_no_answer(qtbot: QtBot, open_window: OpenWindow) -> None:
    from gpu_inspector.errors import LedgerError

    def refuse(*arguments: object) -> object:
        raise LedgerError("The ledger is full.")

    window = open_window(replace(WORK, run=replace(WORK.run, finish=refuse)))  # type: ignore[arg-type]
    page = _alone(window)
    click(_view(page, "package-present").choice.buttons[1])
    click(page.inspect_button)
    _wait(qtbot, window)
    assert "The ledger is full." in window.run.notice.text
    assert _seen(window).answers[0].question == "package-present"
    assert page.inspect_button.isEnabled()


def test_from_photographs_to_a_signed_report_without_power(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    for name, colour in (("label.png", "white"), ("die.png", "grey")):
        Image.new("RGB", (320, 240), colour).save(tmp_path / name)
    window = open_window(real_work())
    _wait(qtbot, window)
    window.case.declared.product.setText("GeForce RTX 4090")
    page = _alone(window)
    power = _sheet(page, "power").form
    assert isinstance(power, PowerForm)
    click(power.power.buttons[1])
    click(power.kind.buttons[0])
    label = _sheet(page, "label").form
    assert isinstance(label, LabelForm)
    page.album.take_files(label.strip.place, (tmp_path / "label.png",))
    write(label.model, "RTX 4090")
    view = _view(page, "package-marking")
    click(view.choice.buttons[1])
    _drop_on(view, str(tmp_path / "die.png"))
    _wait(qtbot, window)
    die = _sheet(page, "package").form
    assert isinstance(die, DieForm)
    write(die.lines, "GA102-225-A1")
    page.album.take_files(die.strip.place, (tmp_path / "die.png",))
    _wait(qtbot, window)
    click(page.inspect_button)
    _wait(qtbot, window)
    assert window.run.notice.text == window.verdict.notice.text == ""
    (report,) = settings.report_folder().glob("*.pdf")
    assert report.read_bytes().startswith(b"%PDF-")
    shown = window.verdict.inspections.shown[0].done
    assert shown.report == report
    assert shown.inspection.evidence.origin is Origin.SEEN
    answer = shown.inspection.evidence.cards[0].seen.answers[0]  # type: ignore[union-attr]
    assert {one.sha256 for one in shown.inspection.case.photographs} >= set(answer.photographs)
    assert len(shown.inspection.case.photographs) == 2
    assert unbound(shown.inspection.case, ("object on the table",), powered=False) == ("the exhibit's tag",)
    assert window.verdict.identity.word.text() == "CONTRADICTED"
    marking = next(one for one in shown.inspection.judgement.cards[0].findings if one.check == "die-marking")
    assert marking.outcome is Outcome.CONTRADICTED

    window.verify.take((report,))
    _wait(qtbot, window)
    assert window.verify.reports.results[0].state == State.UNKNOWN_SIGNER.value
