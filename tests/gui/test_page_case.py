"""The case as an inspector fills it in: papers, binding, photographs, codes, templates, and drafts that survive."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
import zxingcpp
from gui.window_fakes import WORK, OpenWindow, card_evidence, click, done_of, jobs_of, press, taken_of, write
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QColor, QDragEnterEvent, QDropEvent, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from gpu_inspector.errors import PhotographError, SettingsError
from gpu_inspector.gui.case_declared import LONGEST_DESCRIPTION
from gpu_inspector.gui.case_forms import LONGEST_NOTE
from gpu_inspector.gui.doors import case as case_doors
from gpu_inspector.gui.forms import LONGEST
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.pages.case import CasePage
from gpu_inspector.gui.subject import Subject
from gpu_inspector.gui.work import Work
from gpu_inspector.preferences import Preferences
from gpu_inspector.records.appearance import Sure
from gpu_inspector.records.declaration import Binding, Case, Declaration, unbound
from gpu_inspector.workflow import drafts
from gpu_inspector.workflow.drafts import Draft, Found, NamedObject, ObjectDraft
from gpu_inspector.workflow.listing import ListWish
from gpu_inspector.workflow.photographs import Taken
from gpu_inspector.workflow.templates import Shelf, Template, lasting

UPPER = Subject("NVIDIA GeForce RTX 4090", "upper slot, x16", card="0000:01:00.0")
LOWER = Subject("NVIDIA GeForce RTX 4090", "lower slot, x4", card="0000:02:00.0")


def _with(**doors: object) -> Work:
    return replace(WORK, case=replace(WORK.case, **doors))  # type: ignore[arg-type]


def _raising(error: Exception) -> Callable[..., NoReturn]:
    def fail(*arguments: object) -> NoReturn:
        raise error

    return fail


def _wait(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not jobs_of(window))


def _drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    nothing, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(10, 10), Qt.DropAction.CopyAction, data, left, nothing)
    QApplication.sendEvent(window, enter)
    QApplication.sendEvent(window, QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, data, left, nothing))


def _add(qtbot: QtBot, window: MainWindow, *names: str) -> None:
    window.case.take(tuple(Path(name) for name in names))
    _wait(qtbot, window)


def _shows(page: CasePage, number: int, what: str) -> None:
    row = list(page.objects.photographs.rows.values())[number]
    row.shows.setCurrentIndex(row.shows.findData(what))


@pytest.fixture
def page(window: MainWindow) -> CasePage:
    """The case of one card, in front."""
    window.go_to(window.case)
    window.case.show_subjects((UPPER,))
    return window.case


# --- what the papers say


def test_nothing_declared_is_an_empty_declaration(page: CasePage) -> None:
    (order,) = page.orders()
    assert order.subject == UPPER
    assert order.declaration.empty
    assert order.case == Case()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen, of the list of names
def test_all_that_is_typed_stands_in_the_order(page: CasePage) -> None:
    papers, case, form = page.declared, page.case, page.objects.form
    for field, text in (
        (papers.product, "RTX 4090"),
        (papers.hs_code, "8473.30"),
        (papers.value, "1,850 EUR"),
        (papers.description, "graphics cards"),
        (papers.brand, "ASUS"),
        (papers.origin, "Taiwan"),
        (papers.destination, "cn"),
        (papers.headquarters, "SG"),
        (papers.export_date, "20261130"),
        (papers.control_class, "EAR99"),
        (papers.consignee, "Beispiel GmbH"),
        (papers.papers, "MRN 1"),
        (case.number, " C-1 "),
        (case.inspector, "A. Officer"),
        (case.office, "Office"),
        (case.place, "Hall 3"),
        (case.seals, "found 1"),
        (form.exhibit, "EX-1"),
        (form.slot, "upper"),
        (form.serial, "032"),
        (form.part_number, "900-1"),
    ):
        field.setFocus()
        write(field, text)
    for number, text in ((papers.memory, "24"), (papers.quantity, "40")):
        number.setFocus()
        number.selectAll()
        write(number, text)
    press(papers.modified, Qt.Key.Key_Space)
    case.note.setFocus()
    write(case.note, "two")
    press(case.note, Qt.Key.Key_Return)
    write(case.note, "lines")
    (order,) = page.orders()
    assert order.declaration == Declaration(
        product="RTX 4090",
        memory_gb=24,
        modified=True,
        quantity=40,
        hs_code="8473.30",
        value="1,850 EUR",
        consignee="Beispiel GmbH",
        papers="MRN 1",
        serial="032",
        part_number="900-1",
        description="graphics cards",
        brand="ASUS",
        country_of_origin="Taiwan",
        destination="CN",
        headquarters="SG",
        export_date="2026-11-30",
        control_class="EAR99",
    )
    assert order.case == Case(
        number="C-1",
        inspector="A. Officer",
        office="Office",
        place="Hall 3",
        seals="found 1",
        note="two\nlines",
        binding=Binding(exhibit="EX-1", slot="upper"),
    )


def test_half_a_character_from_the_clipboard_does_not_break_the_record(page: CasePage) -> None:
    page.case.note.setPlainText("a\ud800b")
    page.case.number.setText("a\ud800b")
    assert page.case.case().note.encode()
    assert page.case.case().number.encode()


def test_names_of_the_catalogue_are_offered(page: CasePage) -> None:
    completer = page.declared.product.completer()
    completer.setCompletionPrefix("4090 d")
    assert completer.currentCompletion() == "NVIDIA GeForce RTX 4090 D"


def test_a_text_that_is_too_long_is_cut_and_that_is_said(page: CasePage) -> None:
    QApplication.clipboard().setText("x" * 10_000)
    press(page.declared.consignee, Qt.Key.Key_V, control=True)
    assert page.declared.consignee.words == "x" * LONGEST
    assert "200 characters" in page.notice.text
    press(page.case.note, Qt.Key.Key_V, control=True)
    assert page.case.note.words == "x" * LONGEST_NOTE
    assert "3,000 characters" in page.notice.text


def test_hostile_texts_are_shown_as_they_are(qtbot: QtBot, window: MainWindow, page: CasePage) -> None:
    evil = "<b>x</b>\u202etxt.exe" + "W" * 300
    before = window.minimumSizeHint().width()
    page.show_subjects((replace(UPPER, title=evil, card=evil),))
    window.case.take((Path(evil),))
    _wait(qtbot, window)
    labels = page.findChildren(QLabel)
    assert {label.textFormat() for label in labels if label.text() and label.parent() is not None} == {
        Qt.TextFormat.PlainText
    }
    assert not any("\u202e" in label.text() for label in labels)
    assert window.minimumSizeHint().width() <= max(before, 1024)


# --- what ties the object to the record


def test_an_object_is_bound_by_four_things_and_each_is_asked_for(
    qtbot: QtBot, window: MainWindow, page: CasePage
) -> None:
    form = page.objects.form
    assert "missing: the exhibit's tag, a photograph of its label" in form.state.text()
    write(form.exhibit, "EX-1")
    _add(qtbot, window, "label.jpg", "slot.jpg")
    _shows(page, 0, "label")
    _shows(page, 1, "slot")
    assert form.state.text().endswith("missing: the word which card it is")
    assert UPPER.address in form.object.itemText(1)
    assert UPPER.address in page.objects.box.title()
    form.object.setCurrentIndex(1)
    assert form.state.text() == "object bound to this record: 0000:01:00.0"
    (order,) = page.orders()
    assert unbound(order.case, (UPPER.address,)) == ()
    assert unbound(order.case, (LOWER.address,)) != ()


def test_each_of_two_cards_has_its_own_object(qtbot: QtBot, window: MainWindow, page: CasePage) -> None:
    page.show_subjects((UPPER, LOWER))
    write(page.case.number, "C-1")
    write(page.objects.form.exhibit, "EX-1")
    write(page.objects.form.serial, "1")
    _add(qtbot, window, "one.jpg")
    page.objects.list.setFocus()
    press(page.objects.list, Qt.Key.Key_Down)
    assert page.objects.form.exhibit.text() == ""
    assert page.objects.photographs.rows == {}
    write(page.objects.form.exhibit, "EX-2")
    page.objects.form.object.setCurrentIndex(1)
    _add(qtbot, window, "two.jpg")
    one, two = page.orders()
    assert (one.case.binding, two.case.binding) == (
        Binding(exhibit="EX-1"),
        Binding(exhibit="EX-2", address=LOWER.address),
    )
    assert [order.case.photographs[0].name for order in (one, two)] == ["one.jpg", "two.jpg"]
    assert (one.case.number, two.case.number) == ("C-1", "C-1")
    assert (one.declaration.serial, two.declaration.serial) == ("1", "")


def test_a_photograph_goes_to_the_object_that_was_in_sight_when_it_was_handed_in(
    qtbot: QtBot, window: MainWindow, page: CasePage
) -> None:
    page.show_subjects((UPPER, LOWER))
    window.case.take((Path("upper.jpg"),))
    press(page.objects.list, Qt.Key.Key_Down)
    _wait(qtbot, window)
    one, two = page.orders()
    assert [photograph.name for photograph in one.case.photographs] == ["upper.jpg"]
    assert two.case.photographs == ()


def test_of_a_file_its_own_cards_are_offered(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window(_with(labels_in=lambda path: ("0000:41:00.0", "0000:81:00.0")))
    window.case.show_subjects((Subject("a.xml", file=tmp_path / "a.xml"),))
    _wait(qtbot, window)
    box = window.case.objects.form.object
    assert [box.itemData(number) for number in (1, 2)] == ["0000:41:00.0", "0000:81:00.0"]
    box.setCurrentIndex(box.count() - 1)
    (order,) = window.case.orders()
    assert order.case.binding == Binding(absent=True)
    assert "no object is at hand" in window.case.objects.form.state.text()


def test_a_file_that_cannot_be_read_is_no_trouble_here(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window(_with(labels_in=_raising(PhotographError("No."))))
    window.case.show_subjects((Subject("a.xml", file=tmp_path / "a.xml"),))
    _wait(qtbot, window)
    assert window.case.objects.form.object.count() == 2
    assert not window.case.notice.isVisible()


def test_another_card_in_the_same_slot_is_not_bound_by_the_old_word(page: CasePage) -> None:
    page.objects.form.object.setCurrentIndex(1)
    page.show_subjects((replace(UPPER, title="NVIDIA GeForce GTX 1080"),))
    assert page.orders()[0].case.binding.address == ""
    assert page.objects.form.object.currentIndex() == 0


def test_what_is_handed_in_before_a_card_is_chosen_goes_to_the_one_card(qtbot: QtBot, window: MainWindow) -> None:
    window.case.show_subjects(())
    write(window.case.objects.form.exhibit, "EX-1")
    _add(qtbot, window, "a.jpg")
    window.case.show_subjects((UPPER, LOWER))
    assert len(window.case.objects.keys) == 3
    assert [order.case.photographs for order in window.case.orders()] == [(), ()]
    window.case.show_subjects((LOWER,))
    (order,) = window.case.orders()
    assert order.case.binding.exhibit == "EX-1"
    assert [one.name for one in order.case.photographs] == ["a.jpg"]


def test_a_hundred_cards_are_listed_and_each_has_its_order(page: CasePage) -> None:
    page.show_subjects(tuple(replace(UPPER, card=f"0000:{number:02x}:00.0") for number in range(100)))
    assert page.objects.list.model().rowCount() == 100
    assert len(page.orders()) == 100


def test_after_an_inspection_the_case_stays_and_its_object_goes(
    qtbot: QtBot, window: MainWindow, page: CasePage
) -> None:
    page.show_subjects((UPPER, LOWER))
    write(page.case.number, "C-1")
    write(page.objects.form.exhibit, "EX-1")
    _add(qtbot, window, "a.jpg")
    press(page.objects.list, Qt.Key.Key_Down)
    write(page.objects.form.exhibit, "EX-2")
    upper, _lower = page.orders()
    page.stored(done_of(card_evidence(), upper.declaration, upper.case))
    upper, lower = page.orders()
    assert (upper.case.binding, upper.case.photographs) == (Binding(), ())
    assert lower.case.binding.exhibit == "EX-2"
    assert upper.case.number == "C-1"


def test_a_photograph_that_comes_too_late_for_the_record_is_named_and_kept(
    qtbot: QtBot, window: MainWindow, page: CasePage
) -> None:
    _add(qtbot, window, "a.jpg")
    (order,) = page.orders()
    _add(qtbot, window, "late.jpg")
    page.stored(done_of(card_evidence(), order.declaration, order.case))
    assert "too late" in page.notice.text
    assert [one.name for one in page.orders()[0].case.photographs] == ["late.jpg"]


def test_nothing_is_typed_or_added_while_an_inspection_runs(qtbot: QtBot, window: MainWindow, page: CasePage) -> None:
    page.lock(True)
    _add(qtbot, window, "a.jpg")
    assert "inspection is running" in page.notice.text
    assert page.orders()[0].case.photographs == ()
    for widget in (page.case.number, page.declared.product, page.objects.form.exhibit, page.new_button):
        assert not widget.isEnabled()
    page.lock(False)
    assert page.case.number.isEnabled()


# --- photographs


def test_dropped_pictures_are_described_and_removed(qtbot: QtBot, window: MainWindow, page: CasePage) -> None:
    window.go_to(window.bench)
    _drop(window, Path("/x/a.jpg"), Path("/x/b.JPEG"))
    _wait(qtbot, window)
    assert window.stack.currentWidget() is page
    first, second = page.objects.photographs.rows.values()
    write(first.caption, "on the pallet")
    assert not first.picture.pixmap().isNull()
    click(second.remove_button)
    (photograph,) = page.orders()[0].case.photographs
    assert (photograph.name, photograph.caption, photograph.shows) == ("a.jpg", "on the pallet", "other")


def test_pictures_are_chosen_by_alt_key(
    qtbot: QtBot, window: MainWindow, page: CasePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *arguments: (["/x/a.png"], ""))
    window.activateWindow()
    page.case.number.setFocus()
    QTest.keyClick(page.case.number, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: bool(page.orders()[0].case.photographs))  # Qt shows the button pressed for a moment
    _wait(qtbot, window)
    assert [one.name for one in page.orders()[0].case.photographs] == ["a.png"]


def test_the_same_picture_twice_is_one(qtbot: QtBot, window: MainWindow, page: CasePage) -> None:
    _add(qtbot, window, "a.jpg", "a.jpg")
    assert len(page.orders()[0].case.photographs) == 1
    assert "already" in page.notice.text


def test_a_picture_that_is_none_is_a_sentence_and_the_others_come_in(qtbot: QtBot, open_window: OpenWindow) -> None:
    def take(path: Path, keep: bool) -> Taken:
        if path.name in ("bad.jpg", "worse.jpg"):
            raise PhotographError(f"{path.name} is damaged.")
        return taken_of(path.name)

    window = open_window(_with(take_file=take))
    window.case.show_subjects((UPPER,))
    _add(qtbot, window, "a.jpg", "bad.jpg", "b.jpg", "worse.jpg")
    assert window.case.notice.text == "bad.jpg is damaged. worse.jpg is damaged."
    assert len(window.case.orders()[0].case.photographs) == 2
    assert not window.case.objects.box.waiting.isVisible()


def test_a_defect_while_reading_a_picture_does_not_stop_the_next(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(_with(take_file=_raising(ZeroDivisionError("oh"))))
    _add(qtbot, window, "a.jpg", "b.jpg")
    assert "A defect of the program" in window.case.notice.text


def test_thousands_of_pictures_at_once_are_refused(qtbot: QtBot, window: MainWindow, page: CasePage) -> None:
    page.take(tuple(Path(f"{number}.jpg") for number in range(5000)))
    assert "too many" in page.notice.text
    _wait(qtbot, window)  # a draft may be on its way; no picture is
    assert page.orders()[0].case.photographs == ()


@pytest.mark.parametrize("where", ["page", "line", "note"])
def test_a_copied_picture_is_pasted_by_key_wherever_the_cursor_is(
    qtbot: QtBot, window: MainWindow, page: CasePage, where: str
) -> None:
    picture = QImage(4, 4, QImage.Format.Format_RGB32)
    picture.fill(QColor("red"))
    QApplication.clipboard().setImage(picture)
    widget: QWidget = {"page": page.go_on_button, "line": page.case.number, "note": page.case.note}[where]
    widget.setFocus()
    press(widget, Qt.Key.Key_V, control=True)
    _wait(qtbot, window)
    (photograph,) = page.orders()[0].case.photographs
    assert photograph.name == "pasted.png"


def test_copied_files_are_pasted_as_photographs_and_words_as_words(
    qtbot: QtBot, window: MainWindow, page: CasePage
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/x/copied.jpg")])
    QApplication.clipboard().setMimeData(data)
    press(page.case.number, Qt.Key.Key_V, control=True)
    _wait(qtbot, window)
    assert [one.name for one in page.orders()[0].case.photographs] == ["copied.jpg"]
    QApplication.clipboard().setText("C-7")
    press(page.case.number, Qt.Key.Key_V, control=True)
    assert page.case.number.text() == "C-7"
    press(page.go_on_button, Qt.Key.Key_V, control=True)
    assert "no picture on the clipboard" in page.notice.text


def test_a_code_on_the_label_becomes_the_declared_serial_or_part_number(qtbot: QtBot, open_window: OpenWindow) -> None:
    codes = ("Code 128: 0325219012345", "Code 128: 900-1G136-2530-000")
    sure = (Sure.CHECKSUM, Sure.CHECKSUM)
    window = open_window(_with(take_file=lambda path, keep: taken_of(path.name, codes=codes, codes_sure=sure)))
    window.case.show_subjects((UPPER,))
    _add(qtbot, window, "label.jpg")
    (row,) = window.case.objects.photographs.rows.values()
    serial, _, _, part = (button for view in row.codes for button in view.buttons)
    assert serial.accessibleName() == "Use 0325219012345 as the declared serial number"
    click(serial)
    click(part)
    (order,) = window.case.orders()
    assert order.declaration.serial == "0325219012345"
    assert order.declaration.part_number == "900-1G136-2530-000"


def test_the_place_is_kept_only_where_the_settings_say_so(qtbot: QtBot, open_window: OpenWindow) -> None:
    asked: list[bool] = []

    def take(path: Path, keep: bool) -> Taken:
        asked.append(keep)
        return taken_of(path.name)

    window = open_window(_with(take_file=take))
    _add(qtbot, window, "a.jpg")
    window.case.use(Preferences(keep_location=True))
    _add(qtbot, window, "b.jpg")
    assert asked == [False, True]


def test_a_real_photograph_with_its_label_goes_all_the_way(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GPU_INSPECTOR_HOME", str(tmp_path / "home"))
    bars = Image.fromarray(np.array(zxingcpp.create_barcode("0325", zxingcpp.BarcodeFormat.Code128).to_image(scale=3)))
    photo = Image.new("RGB", (900, 500), (150, 150, 140))
    photo.paste(bars.resize((bars.width, 100)).convert("RGB"), (100, 100))
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (50.0, 56.0, 17.0)}
    photo.save(tmp_path / "label.jpg", exif=exif)
    window = open_window(replace(WORK, case=case_doors.real()))
    window.case.show_subjects((UPPER,))
    window.case.take((tmp_path / "label.jpg", tmp_path / "absent.jpg"))
    qtbot.waitUntil(lambda: not jobs_of(window), timeout=20_000)
    (photograph,) = window.case.orders()[0].case.photographs
    assert photograph.location_removed
    assert photograph.codes == ("Code 128: 0325",)
    assert "absent.jpg cannot be read" in window.case.notice.text


# --- defaults, templates, drafts


def test_defaults_of_the_settings_fill_empty_fields_and_never_what_was_typed(page: CasePage) -> None:
    write(page.case.place, "Hall 3")
    page.use(Preferences(inspector="A", office="B", place="C"))
    assert (page.case.inspector.text(), page.case.office.text(), page.case.place.text()) == ("A", "B", "Hall 3")
    page.use(Preferences(inspector="X"))
    assert (page.case.inspector.text(), page.case.office.text()) == ("X", "")


def test_a_template_is_kept_chosen_and_deleted(qtbot: QtBot, open_window: OpenWindow) -> None:
    kept: dict[str, Template] = {}

    def shelf() -> Shelf:
        return Shelf(tuple(kept.values()))

    def save(template: Template) -> Shelf:
        kept[template.name] = template
        return shelf()

    def delete(name: str) -> Shelf:
        del kept[name]
        return shelf()

    window = open_window(_with(templates=shelf, save_template=save, delete_template=delete))
    page, bar = window.case, window.case.templates
    assert not any(button.isEnabled() for button in (bar.use_button, bar.keep_button, bar.delete_button))
    write(page.case.office, "Cologne")
    write(page.declared.hs_code, "8473.30")
    write(page.declared.papers, "MRN 1")
    write(bar.name, "Airport")
    click(bar.keep_button)
    _wait(qtbot, window)
    assert kept["Airport"] == Template(name="Airport", office="Cologne", declaration=Declaration(hs_code="8473.30"))
    assert "Airport is kept" in page.notice.text
    page.case.office.clear()
    page.declared.hs_code.clear()
    click(bar.use_button)
    assert (page.case.office.text(), page.declared.hs_code.text()) == ("Cologne", "8473.30")
    assert page.declared.papers.text() == "MRN 1"
    click(bar.keep_button)
    assert "again" in bar.keep_button.text()
    click(bar.delete_button)
    assert kept
    questions = (bar.keep_button.asking, bar.delete_button.asking)
    assert questions == (False, True)
    click(bar.delete_button)
    _wait(qtbot, window)
    assert kept == {}
    assert bar.name.count() == 0


def test_a_country_that_is_no_code_is_never_cut_to_another_one(page: CasePage) -> None:
    field = page.declared.destination
    field.setFocus()
    write(field, "China")
    page.declared.headquarters.setFocus()
    assert page.orders()[0].declaration.destination == "China"
    assert "Destination: write two letters of ISO 3166" in page.notice.text
    page.notice.clear()
    write(page.declared.headquarters, "mo")
    page.declared.export_date.setFocus()
    assert page.orders()[0].declaration.headquarters == "MO"
    assert page.notice.text == ""


def test_a_day_that_is_none_is_said_and_kept_as_typed(page: CasePage) -> None:
    field = page.declared.export_date
    field.setFocus()
    write(field, "30.11.2026")
    page.declared.papers.setFocus()
    assert page.orders()[0].declaration.export_date == "30.11.2026"
    assert "write a day as 2026-11-26" in page.notice.text


def test_a_long_description_is_kept_whole_and_what_is_cut_is_said(page: CasePage) -> None:
    text = "graphics cards, " * 30
    write(page.declared.description, text)
    assert page.orders()[0].declaration.description == text.strip()
    page.declared.description.setText("")
    write(page.declared.description, "W" * (LONGEST_DESCRIPTION + 1))
    assert page.notice.text == f"This field holds {LONGEST_DESCRIPTION} characters; the rest was cut off."


def test_a_draft_and_a_template_bring_every_field_of_a_declaration_back(qtbot: QtBot, open_window: OpenWindow) -> None:
    full = Declaration(
        product="RTX 4090",
        memory_gb=24,
        modified=True,
        quantity=4,
        **{name: name.upper() for name in ("hs_code", "value", "consignee", "papers", "description", "brand")},
        country_of_origin="Taiwan",
        destination="CN",
        headquarters="SG",
        control_class="EAR99",
        export_date="2026-11-30",
    )
    found = Found(Draft(saved_at=datetime.now().astimezone(), declaration=full))
    window = open_window(_with(load_draft=lambda: found))
    _wait(qtbot, window)
    assert window.case.declared.declaration() == full
    window.case.declared.fill(Declaration(papers="MRN 2", destination="DE"))
    window.case._fill_in(Template(name="a", declaration=lasting(full)))
    assert window.case.declared.declaration() == replace(lasting(full), papers="MRN 2")


def test_a_template_that_cannot_be_kept_is_a_sentence(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(_with(save_template=_raising(SettingsError("The disk is full."))))
    write(window.case.templates.name, "Airport")
    click(window.case.templates.keep_button)
    _wait(qtbot, window)
    assert window.case.notice.text == "The disk is full."


def _draft(moment: datetime | None = None) -> Draft:
    return Draft(
        saved_at=moment or datetime.now().astimezone(),
        declaration=Declaration(product="RTX 4090"),
        case=Case(number="C-1", note="a\nb"),
        objects=(
            NamedObject(
                key=UPPER.key,
                title=UPPER.title,
                draft=ObjectDraft(
                    binding=Binding(exhibit="EX-1", address=UPPER.address),
                    photographs=(taken_of("a.jpg").photograph,),
                ),
            ),
        ),
    )


def test_a_draft_is_continued_and_which_card_it_is_must_be_said_anew(qtbot: QtBot, open_window: OpenWindow) -> None:
    draft = _draft()
    window = open_window(_with(load_draft=lambda: Found(draft)))
    window.case.show_subjects((UPPER,))
    _wait(qtbot, window)
    assert window.case.draft_line.text() == f"Continued from the draft of {draft.saved_at:%H:%M}"
    (order,) = window.case.orders()
    assert (order.declaration.product, order.case.number, order.case.note) == ("RTX 4090", "C-1", "a\nb")
    assert order.case.binding == Binding(exhibit="EX-1")
    assert [one.name for one in order.case.photographs] == ["a.jpg"]
    (row,) = window.case.objects.photographs.rows.values()
    assert not row.picture.pixmap().isNull()


def test_an_old_draft_says_its_day(open_window: OpenWindow) -> None:
    moment = datetime.now().astimezone() - timedelta(days=3)
    window = open_window(_with(load_draft=lambda: Found(_draft(moment))))
    assert f"{moment:%Y-%m-%d}" in window.case.draft_line.text()


def test_a_broken_draft_is_named_and_the_page_is_empty(open_window: OpenWindow) -> None:
    window = open_window(_with(load_draft=lambda: Found(None, "It is kept as case.broken.json.")))
    assert "case.broken.json" in window.case.notice.text
    assert window.case.case.case() == Case()


def test_a_picture_of_a_draft_that_is_gone_is_said(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(
        _with(load_draft=lambda: Found(_draft()), thumbnail=_raising(PhotographError("The picture is not there.")))
    )
    window.case.show_subjects((UPPER,))
    _wait(qtbot, window)
    assert window.case.notice.text == "The picture is not there."
    (row,) = window.case.objects.photographs.rows.values()
    assert row.picture.text() == "not there"


def test_what_is_typed_is_saved_soon_and_a_failure_is_said(qtbot: QtBot, open_window: OpenWindow) -> None:
    saved: list[Draft] = []

    def save(draft: Draft) -> None:
        saved.append(draft)
        if len(saved) > 1:
            raise SettingsError("The disk is full.")

    window = open_window(_with(save_draft=save))
    write(window.case.case.number, "C-1")
    assert saved == []
    qtbot.waitUntil(lambda: bool(saved), timeout=4000)
    assert saved[0].case.number == "C-1"
    write(window.case.case.number, "2")
    window.case.flush()
    _wait(qtbot, window)
    assert saved[1].case.number == "C-12"
    assert window.case.notice.text == "The disk is full."


def test_closing_saves_what_was_typed_last(qtbot: QtBot, open_window: OpenWindow) -> None:
    saved: list[Draft] = []
    window = open_window(_with(save_draft=saved.append))
    write(window.case.case.number, "C-1")
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert [draft.case.number for draft in saved] == ["C-1"]


def test_a_new_case_asks_once_and_discards(qtbot: QtBot, open_window: OpenWindow) -> None:
    dropped: list[int] = []
    window = open_window(_with(load_draft=lambda: Found(_draft()), drop_draft=lambda: dropped.append(1)))
    page = window.case
    page.use(Preferences(inspector="A. Officer"))
    page.show_subjects((UPPER,))
    click(page.new_button)
    assert "again" in page.new_button.text()
    assert page.case.number.text() == "C-1"
    write(page.case.seals, "S")
    assert not page.new_button.asking
    click(page.new_button)
    click(page.new_button)
    _wait(qtbot, window)
    assert dropped == [1]
    (order,) = page.orders()
    assert order.declaration.empty
    assert order.case == Case(inspector="A. Officer")
    assert page.draft_line.text() == ""


_TYPING = """
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
sys.path.insert(0, "tests")
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from dataclasses import replace
from gui.window_fakes import WORK
from gpu_inspector.gui.doors import case
from gpu_inspector.gui.main_window import MainWindow
app = QApplication([])
window = MainWindow(replace(WORK, case=case.real()))
window.show()
window.begin()
number = 0
def type_more():
    global number
    number += 1
    window.case.case.number.setText(str(number))
    print(number, flush=True)
timer = QTimer()
timer.timeout.connect(type_more)
timer.start(100)
app.exec()
"""


def test_a_window_that_is_killed_loses_no_more_than_five_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GPU_INSPECTOR_HOME", str(tmp_path))
    child = subprocess.Popen(
        [sys.executable, "-c", _TYPING],
        cwd=Path(__file__).parents[2],
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    typed: list[tuple[int, float]] = []
    deadline = time.monotonic()
    while not typed or time.monotonic() < deadline:
        typed.append((int(child.stdout.readline()), time.monotonic()))
        if len(typed) == 1:
            deadline = time.monotonic() + 6.5  # so that a draft of the beginning alone would be too old
    killed = time.monotonic()
    child.send_signal(signal.SIGKILL)
    child.wait()
    # It may have typed, and kept, more than was read by then: no later than its end.
    typed += [(int(line), killed) for line in child.stdout]
    child.stdout.close()
    draft = drafts.load().draft
    assert draft is not None
    moment = dict(typed)[int(draft.case.number)]
    assert killed - moment < 5


def test_the_wheel_scrolls_the_page_and_changes_no_field(qtbot: QtBot, window: MainWindow, page: CasePage) -> None:
    _add(qtbot, window, "a.jpg")
    (row,) = page.objects.photographs.rows.values()
    before = page.orders()
    for widget in (page.declared.memory, page.declared.quantity, page.objects.form.object, row.shows):
        widget.setFocus()
        wheel = QWheelEvent(
            QPointF(5, 5),
            QPointF(5, 5),
            QPoint(0, -120),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, wheel)
    assert page.orders() == before


# --- for everybody


def test_every_control_of_the_page_has_a_name_and_its_own_alt_key(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(_with(take_file=lambda path, keep: taken_of(path.name, codes=("QR Code: 1",))))
    window.go_to(window.case)
    window.case.show_subjects((UPPER, LOWER))
    _add(qtbot, window, "a.jpg", "b.jpg")
    reachable = [
        one
        for one in window.case.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.focusProxy() is None and one.isVisible()
    ]
    assert len(reachable) > 30
    for one in reachable:
        assert QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name), f"{one} has no name"
    texts = [one.text() for one in window.case.findChildren(QAbstractButton)]
    texts += [one.text() for one in window.case.findChildren(QLabel) if one.buddy() is not None]
    keys = [text[text.index("&") + 1].casefold() for text in texts if "&" in text]
    assert len(keys) >= 20
    assert len(set(keys)) == len(keys)


def test_tab_goes_down_the_page_and_leaves_out_nothing(window: MainWindow, page: CasePage) -> None:
    window.activateWindow()
    page.templates.name.setFocus()
    passed: list[QWidget | None] = []
    for _ in range(38):
        press(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        passed.append(QApplication.focusWidget())
    papers, case, form = page.declared, page.case, page.objects.form
    assert passed[:36] == [
        page.new_button,
        papers.product,
        papers.memory,
        papers.modified,
        papers.description,
        papers.brand,
        papers.origin,
        papers.quantity,
        papers.value,
        papers.hs_code,
        papers.control_class,
        papers.destination,
        papers.headquarters,
        papers.export_date,
        papers.consignee,
        papers.papers,
        case.number,
        case.inspector,
        case.office,
        case.place,
        case.seals,
        case.note,
        page.wishes.read,
        page.wishes.calls,
        *page.lists.buttons.values(),
        page.objects.list,
        form.exhibit,
        form.slot,
        form.serial,
        form.part_number,
        form.object,
        page.objects.box.add_button,
        page.objects.box.paste_button,
        page.objects.images.add_button,
    ]
    assert passed[36] is page.go_on_button


def test_all_of_it_fits_a_small_screen(window: MainWindow, page: CasePage) -> None:
    window.resize(1024, 640)
    assert window.minimumSizeHint().width() <= 1024
    inner = page.area.widget()
    assert inner is not None
    assert inner.minimumSizeHint().width() <= 840


def test_lists_go_along_with_every_order_until_they_are_taken_out(
    qtbot: QtBot, window: MainWindow, page: CasePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.show_subjects((UPPER, LOWER))
    for kind, name in (("packing", "/l/packing.csv"), ("inventory", "/l/bmc.json"), ("labels", "/l/labels.csv")):
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *arguments, name=name: (name, ""))
        click(page.lists.buttons[kind])
    wish = ListWish((Path("/l/packing.csv"),), ("/l/bmc.json",), (Path("/l/labels.csv"),))
    assert [order.lists for order in page.orders()] == [wish, wish]
    assert page.lists.names["inventory"].text() == "bmc.json"
    click(page.lists.removers["inventory"])
    assert page.orders()[0].lists.inventories == ()
    assert page.lists.names["inventory"].text() == "none"
    page._begin_anew()
    assert page.orders()[0].lists.empty
    _wait(qtbot, window)


def test_the_name_of_a_list_hides_nothing(page: CasePage) -> None:
    page.lists.put("packing", Path("/l/<b>\u202e" + "W" * 300 + ".csv"))
    assert page.lists.names["packing"].text().startswith("<b>[U+202E]")
    inner = page.area.widget()
    assert inner is not None and inner.minimumSizeHint().width() <= 840
