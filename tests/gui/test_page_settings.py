"""The settings page as a person uses it: a choice holds at once, is kept, and what cannot be kept is a sentence."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest
from gui.test_everybody import cut_off
from gui.window_fakes import WORK, OpenWindow, click, jobs_of, known, press, shown_key, write
from PySide6.QtCore import QRect, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from gpu_inspector import preferences, settings
from gpu_inspector.errors import LedgerError, ReportError, SettingsError
from gpu_inspector.gui import theme
from gpu_inspector.gui.asking import Ask, panel_of
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.work import Work, real_work
from gpu_inspector.preferences import Preferences
from gpu_inspector.workflow import identities, keys
from gpu_inspector.workflow.keys import Shown

SECRET = "correct horse battery"


def with_settings(**doors: object) -> Work:
    return replace(WORK, settings=replace(WORK.settings, **doors))  # type: ignore[arg-type]


def raising(error: Exception) -> Callable[..., NoReturn]:
    def fail(*arguments: object) -> NoReturn:
        raise error

    return fail


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not jobs_of(window))


def opened(qtbot: QtBot, window: MainWindow) -> MainWindow:
    press(window, Qt.Key.Key_9, control=True)
    settle(qtbot, window)
    return window


@pytest.fixture
def at_settings(qtbot: QtBot, window: MainWindow) -> MainWindow:
    return opened(qtbot, window)


def test_what_is_typed_is_kept_when_the_line_is_left(qtbot: QtBot, at_settings: MainWindow) -> None:
    page = at_settings.settings
    page.choices.office.setFocus()
    write(page.choices.office, " Zollamt Nord ")
    press(page.choices.office, Qt.Key.Key_Return)
    settle(qtbot, at_settings)
    assert preferences.load()[0].office == "Zollamt Nord"
    assert page.preferences.office == "Zollamt Nord"


def test_others_hear_of_a_choice_at_the_start_and_when_it_changes(qtbot: QtBot, at_settings: MainWindow) -> None:
    page = at_settings.settings
    with qtbot.waitSignal(page.changed) as heard:
        page.choices.profile.setCurrentIndex(page.choices.profile.findData("deep"))
    assert heard.args is not None and heard.args[0].profile == "deep"


def test_what_is_typed_when_the_window_closes_is_kept(qtbot: QtBot, at_settings: MainWindow) -> None:
    page = at_settings.settings
    page.choices.place.setFocus()
    write(page.choices.place, "Hall 7")
    at_settings.close()
    assert preferences.load()[0].place == "Hall 7"


def test_many_quick_choices_all_arrive(qtbot: QtBot, at_settings: MainWindow) -> None:
    page = at_settings.settings
    for number in range(20):
        page.change(office=f"office {number}", keep_location=bool(number % 2))
    settle(qtbot, at_settings)
    assert preferences.load()[0] == replace(page.preferences, office="office 19", keep_location=True)


@pytest.mark.parametrize(("choice", "colours"), [("dark", theme.DARK), ("light", theme.LIGHT)])
def test_a_theme_is_worn_at_once(
    qtbot: QtBot, qapp: QApplication, at_settings: MainWindow, choice: str, colours: theme.Colours
) -> None:
    box = at_settings.settings.choices.theme
    theme.wear(qapp, theme.LIGHT if choice == "dark" else theme.DARK)
    box.setCurrentIndex(box.findData(choice))
    settle(qtbot, at_settings)
    assert theme.of(qapp.palette()) == colours
    assert preferences.load()[0].theme == choice
    box.setCurrentIndex(box.findData("system"))
    settle(qtbot, at_settings)
    assert theme.of(qapp.palette()) == theme.LIGHT


def test_a_chosen_theme_is_worn_from_the_start(qapp: QApplication, open_window: OpenWindow) -> None:
    preferences.save(Preferences(theme="dark"))
    open_window(WORK)
    assert theme.of(qapp.palette()) == theme.DARK
    theme.follow(qapp)


def test_a_chosen_theme_does_not_follow_the_system(qapp: QApplication, open_window: OpenWindow) -> None:
    preferences.save(Preferences(theme="light"))
    open_window(WORK)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.of(qapp.palette()) == theme.LIGHT
    theme.follow(qapp)


def test_a_broken_file_is_named_on_the_page_in_front(open_window: OpenWindow) -> None:
    preferences.path().parent.mkdir(parents=True, exist_ok=True)
    preferences.path().write_text("office = ", encoding="utf-8")
    window = open_window(WORK)
    assert window.stack.currentWidget() is window.settings
    assert "settings.broken.toml" in window.settings.notice.text.replace("\u200b", "")
    assert window.settings.notice.isVisible()


def test_a_choice_that_cannot_be_written_is_taken_back_with_a_sentence(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = opened(qtbot, open_window(with_settings(change=raising(SettingsError("The disk is full.")))))
    box = window.settings.choices.profile
    box.setCurrentIndex(box.findData("quick"))
    settle(qtbot, window)
    assert window.settings.notice.text == "The disk is full."
    assert box.currentData() == "standard"
    window.close()
    assert not window.isVisible()


def test_another_ledger_is_tried_then_used_and_the_usual_one_comes_back(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opened(qtbot, open_window(replace(WORK, settings=real_work().settings)))
    other = tmp_path / "other.sqlite"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *arguments, **named: (str(other), ""))
    click(window.settings.ledger.choose)
    settle(qtbot, window)
    qtbot.waitUntil(lambda: str(other) in window.settings.ledger.place.text().replace("\u200b", ""))
    assert preferences.ledger_path() == other
    click(window.settings.ledger.usual)
    qtbot.waitUntil(lambda: not jobs_of(window) and preferences.ledger_path() == settings.ledger_path())
    assert not other.exists()


def test_a_place_where_nothing_can_be_kept_is_refused(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    window = opened(qtbot, open_window(with_settings(try_ledger=raising(LedgerError("It is a folder.")))))
    window.settings.use_ledger(tmp_path)
    settle(qtbot, window)
    assert window.settings.notice.text == "It is a folder."
    assert preferences.load()[0].ledger == ""


@pytest.mark.parametrize("kind", ["folder", "another kind of file"])
def test_the_real_ledger_refuses_what_is_none(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, kind: str) -> None:
    window = opened(qtbot, open_window(replace(WORK, settings=real_work().settings)))
    place = tmp_path / "x"
    place.mkdir() if kind == "folder" else place.write_text("no ledger" * 1000)
    window.settings.use_ledger(place)
    settle(qtbot, window)
    assert window.settings.notice.isVisible()
    assert preferences.load()[0].ledger == ""


def test_a_ledger_that_the_environment_names_cannot_be_chosen_away(
    qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GPU_INSPECTOR_LEDGER", "/named/ledger.sqlite")
    window = opened(qtbot, open_window(WORK))
    assert not window.settings.ledger.choose.isEnabled()
    assert "GPU_INSPECTOR_LEDGER" in window.settings.ledger.about.text()


def test_the_ledger_stays_where_it_is_during_a_run(at_settings: MainWindow) -> None:
    at_settings._busy(True)
    assert not at_settings.settings.ledger.isEnabled()
    at_settings._busy(False)
    assert at_settings.settings.ledger.isEnabled()


def test_the_identity_is_shown_with_its_fingerprint_and_validity(at_settings: MainWindow) -> None:
    panel = at_settings.settings.identity
    assert panel.name.text() == "Customs office of Köln"
    assert panel.fingerprint.text().split() == ["ab12"] * 16
    assert panel.validity.text().startswith("2025-01-01 to ")
    assert panel.export.isEnabled()


def test_no_identity_yet_says_when_there_will_be_one(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = opened(qtbot, open_window(with_settings(identity=lambda: None)))
    assert "first inspection" in window.settings.identity.name.text()
    assert not window.settings.identity.export.isEnabled()


def test_a_certificate_that_ran_out_says_so(at_settings: MainWindow) -> None:
    panel = at_settings.settings.identity
    panel.show_identity(known(), datetime(2050, 1, 1, tzinfo=UTC))
    assert "not valid now" in panel.validity.text()


def test_a_certificate_that_cannot_be_read_is_a_sentence(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = opened(qtbot, open_window(with_settings(identity=raising(ReportError("It is damaged.")))))
    assert window.settings.notice.text == "It is damaged."


def test_diagnostics_are_written_where_the_person_says(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opened(qtbot, open_window(replace(WORK, settings=real_work().settings)))
    target = tmp_path / "d.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *arguments, **named: (str(target), ""))
    click(window.settings.diagnostics.export)
    qtbot.waitUntil(lambda: not jobs_of(window), timeout=20_000)
    assert target.read_text(encoding="utf-8").startswith("Diagnostics of GPU Inspector")
    assert "d.txt" in window.settings.notice.text
    assert window.settings.diagnostics.export.isEnabled()


def test_the_log_is_opened_or_said_to_be_missing(at_settings: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def open_url(url: QUrl) -> bool:
        seen.append(url.toLocalFile())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    click(at_settings.settings.diagnostics.log)
    assert "nothing yet" in at_settings.settings.notice.text
    settings.data_folder().mkdir(parents=True, exist_ok=True)
    settings.log_path().write_text("trace")
    click(at_settings.settings.diagnostics.log)
    assert seen == [str(settings.log_path())]


def test_the_window_comes_back_where_it_stood(qtbot: QtBot, open_window: OpenWindow) -> None:
    first = open_window(WORK)
    screen = QGuiApplication.primaryScreen().availableGeometry()
    size = (min(1100, screen.width()), min(660, screen.height()))
    first.setGeometry(QRect(screen.topLeft(), first.geometry().size()))
    first.resize(*size)
    first.close()
    second = open_window(WORK)
    assert (second.width(), second.height()) == (first.width(), first.height())


@pytest.mark.parametrize(
    "kept", ["", "00", "ff" * 66, "01d9d0cb0003" + "7fffffff" * 15], ids=["none", "short", "noise", "far"]
)
def test_a_place_that_is_none_leaves_the_window_on_the_screen(open_window: OpenWindow, kept: str) -> None:
    preferences.save(Preferences(window=kept))
    window = open_window(WORK)
    on_screen = QGuiApplication.primaryScreen().availableGeometry().intersected(window.frameGeometry())
    assert on_screen.width() >= 120 and on_screen.height() >= 120


def test_the_first_start_is_over_once_the_person_goes_on(qtbot: QtBot, window: MainWindow) -> None:
    assert not preferences.load()[0].welcomed
    window.bench.welcomed.emit()
    settle(qtbot, window)
    assert preferences.load()[0].welcomed


def test_leaving_a_line_wipes_out_no_sentence(qtbot: QtBot, at_settings: MainWindow) -> None:
    at_settings.activateWindow()
    at_settings.settings.notice.warn("The disk is full.")
    at_settings.settings.choices.office.setFocus()
    press(at_settings.settings.choices.office, Qt.Key.Key_Tab)
    settle(qtbot, at_settings)
    assert at_settings.settings.notice.text == "The disk is full."


# --- who signs


def kind(window: MainWindow, name: str) -> None:
    """Choose a kind of key as a person does."""
    box = window.settings.identity.kind
    box.setCurrentIndex(box.findData(name))


def answer(qtbot: QtBot, window: MainWindow, secret: str) -> None:
    """Type a secret into the panel that asks."""
    panel = panel_of(window)
    qtbot.waitUntil(lambda: panel.is_open, timeout=20_000)
    write(panel.field, secret)
    press(panel.field, Qt.Key.Key_Return)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A key in a file that a passphrase opens."""
    path = tmp_path / "office.p12"
    keys.new_file(path, SECRET)
    return path


@pytest.fixture
def at_keys(qtbot: QtBot, open_window: OpenWindow) -> MainWindow:
    """The settings page on the program's own workflow."""
    return opened(qtbot, open_window(replace(WORK, settings=real_work().settings)))


def test_a_key_file_is_taken_in_with_its_passphrase_and_signs_from_then_on(
    qtbot: QtBot, at_keys: MainWindow, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = at_keys.settings
    kind(at_keys, "file")
    assert page.identity.choose_file.isVisible() and not page.identity.card.isVisible()
    assert "No file was taken in yet" in page.identity.about.text()
    assert preferences.load()[0].signer == ""  # until a file is there, the own key goes on
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *arguments: (str(key_file), ""))
    click(page.identity.choose_file)
    answer(qtbot, at_keys, SECRET)
    settle(qtbot, at_keys)
    found = preferences.load()[0]
    assert found.signer == "file" and Path(found.signer_file).is_file()
    assert page.identity.fingerprint.text().replace(" ", "") == identities.signing().fingerprint  # type: ignore[union-attr]
    assert "signs" in page.notice.text and page.identity.about.text() == ""
    assert found.signer_file in page.identity.place.text().replace("\u200b", "")


def test_a_wrong_passphrase_changes_nothing_and_is_a_sentence(
    qtbot: QtBot, at_keys: MainWindow, key_file: Path
) -> None:
    at_keys.settings.keys.take_file(key_file)
    answer(qtbot, at_keys, "wrong")
    settle(qtbot, at_keys)
    assert "does not open" in at_keys.settings.notice.text
    assert preferences.load()[0] == Preferences()


def test_the_key_is_tried_with_its_passphrase_asked_for_each_time(
    qtbot: QtBot, at_keys: MainWindow, key_file: Path
) -> None:
    at_keys.settings.keys.take_file(key_file)
    answer(qtbot, at_keys, SECRET)
    settle(qtbot, at_keys)
    click(at_keys.settings.identity.attempt)
    assert not at_keys.settings.identity.kind.isEnabled()  # one key is opened at a time
    answer(qtbot, at_keys, SECRET)
    settle(qtbot, at_keys)
    assert "P-256" in at_keys.settings.notice.text
    click(at_keys.settings.identity.attempt)
    qtbot.waitUntil(lambda: panel_of(at_keys).is_open)
    press(at_keys, Qt.Key.Key_Escape)
    settle(qtbot, at_keys)
    assert "protected by a passphrase" in at_keys.settings.notice.text
    assert at_keys.settings.identity.kind.isEnabled()


def test_no_secret_stays_in_widgets_settings_or_log(
    qtbot: QtBot, at_keys: MainWindow, key_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    at_keys.settings.keys.take_file(key_file)
    answer(qtbot, at_keys, SECRET)
    settle(qtbot, at_keys)
    texts = [one.text() for one in at_keys.findChildren(QLineEdit)] + [
        one.text() for one in at_keys.findChildren(QLabel)
    ]
    assert not any(SECRET in text for text in (*texts, caplog.text))
    for file in settings.data_folder().rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes(), file


def test_the_own_key_and_the_file_are_changed_for_each_other_by_one_choice(
    qtbot: QtBot, at_keys: MainWindow, key_file: Path
) -> None:
    at_keys.settings.keys.take_file(key_file)
    answer(qtbot, at_keys, SECRET)
    settle(qtbot, at_keys)
    of_file = at_keys.settings.identity.fingerprint.text()
    kind(at_keys, "own")
    settle(qtbot, at_keys)
    assert preferences.load()[0].signer == "own"
    assert "None yet" in at_keys.settings.identity.name.text()
    click(at_keys.settings.identity.attempt)  # which makes it
    settle(qtbot, at_keys)
    assert at_keys.settings.identity.fingerprint.text() not in ("–", of_file)
    kind(at_keys, "file")
    settle(qtbot, at_keys)
    assert at_keys.settings.identity.fingerprint.text() == of_file


def test_a_card_is_taken_in_by_library_name_and_certificate(
    qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[Path, str, str, str | None]] = []

    def take(module: Path, token: str, key: str, ask: Ask) -> Shown:
        seen.append((module, token, key, ask("PIN of the card “Office”")))
        preferences.change({"signer": "card", "card_module": str(module), "card_token": token, "card_key": key})
        return shown_key("card", str(module))

    window = opened(qtbot, open_window(with_settings(import_card=take)))
    kind(window, "card")
    fields = window.settings.identity.card
    click(fields.use)
    assert seen == [] and not jobs_of(window)  # nothing is known of the card yet
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *arguments: ("/lib/card.so", ""))
    click(fields.choose)
    write(fields.token, "Office")
    write(fields.key, "id:01")
    click(fields.use)
    answer(qtbot, window, "1234")
    settle(qtbot, window)
    assert seen == [(Path("/lib/card.so"), "Office", "id:01", "1234")]
    assert "could not be asked" in window.settings.notice.text
    assert window.settings.identity.place.text().replace("\u200b", "") == "/lib/card.so, Office, id:01"


def test_a_card_that_is_not_there_is_a_sentence(qtbot: QtBot, at_keys: MainWindow) -> None:
    kind(at_keys, "card")
    at_keys.settings.identity.card.module.setText("/nowhere/card.so")
    click(at_keys.settings.identity.card.use)
    settle(qtbot, at_keys)
    assert "no such file" in at_keys.settings.notice.text
    assert preferences.load()[0].signer == ""


def test_the_key_stays_what_it_is_during_a_run(at_settings: MainWindow) -> None:
    at_settings._busy(True)
    assert not at_settings.settings.identity.kind.isEnabled()
    at_settings._busy(False)
    assert at_settings.settings.identity.kind.isEnabled()


def test_a_time_stamp_service_is_kept_and_tried(qtbot: QtBot, at_settings: MainWindow) -> None:
    times = at_settings.settings.times
    assert not times.attempt.isEnabled()
    write(times.service, "http://stamps.example/tsr")
    press(times.service, Qt.Key.Key_Return)
    settle(qtbot, at_settings)
    assert preferences.load()[0].timestamp_url == "http://stamps.example/tsr"
    click(times.attempt)
    settle(qtbot, at_settings)
    assert "Stamp Service" in at_settings.settings.notice.text and "2026-11-24" in at_settings.settings.notice.text


@pytest.mark.parametrize("address", ["ftp://a", "https://me:word@stamps.example", "stamps"])
def test_an_address_that_is_none_is_refused(qtbot: QtBot, at_settings: MainWindow, address: str) -> None:
    times = at_settings.settings.times
    write(times.service, address)
    press(times.service, Qt.Key.Key_Return)
    settle(qtbot, at_settings)
    assert "timestamp_url" in at_settings.settings.notice.text
    assert preferences.load()[0].timestamp_url == ""


def test_a_registry_and_what_leaves_for_it_are_kept(qtbot: QtBot, at_settings: MainWindow) -> None:
    registry = at_settings.settings.registry
    assert registry.leaves.currentData() == "no-persons"
    write(registry.address, "postgresql:///?service=registry")
    press(registry.address, Qt.Key.Key_Return)
    registry.leaves.setCurrentIndex(registry.leaves.findData("digests"))
    registry.keyed.click()
    settle(qtbot, at_settings)
    found = preferences.load()[0]
    assert (found.registry, found.registry_leaves) == ("postgresql:///?service=registry", "digests")
    assert found.registry_numbers_keyed


def test_a_registry_with_a_password_is_refused_without_repeating_it(qtbot: QtBot, at_settings: MainWindow) -> None:
    registry = at_settings.settings.registry
    write(registry.address, "postgresql://office:horse-and-cart@h/r")
    press(registry.address, Qt.Key.Key_Return)
    settle(qtbot, at_settings)
    assert "must not hold a password" in at_settings.settings.notice.text
    assert "horse" not in at_settings.settings.notice.text
    assert preferences.load()[0].registry == ""


def test_a_service_that_does_not_answer_is_a_sentence(qtbot: QtBot, at_keys: MainWindow) -> None:
    at_keys.settings.change(timestamp_url="http://127.0.0.1:9/tsr")
    settle(qtbot, at_keys)
    click(at_keys.settings.times.attempt)
    qtbot.waitUntil(lambda: not jobs_of(at_keys), timeout=30_000)
    assert at_keys.settings.notice.isVisible() and at_keys.settings.times.attempt.isEnabled()


def test_a_field_for_a_second_officer_is_foreseen_by_one_choice(qtbot: QtBot, at_settings: MainWindow) -> None:
    at_settings.settings.times.countersigned.click()
    settle(qtbot, at_settings)
    assert preferences.load()[0].countersigned


@pytest.mark.parametrize("name", ["own", "file", "card"])
@pytest.mark.parametrize("size", [(1024, 640), (1280, 720)])
def test_each_kind_of_key_fits_a_small_window(
    qtbot: QtBot, at_settings: MainWindow, name: str, size: tuple[int, int]
) -> None:
    at_settings.resize(*size)
    kind(at_settings, name)
    settle(qtbot, at_settings)
    qtbot.wait(60)
    assert cut_off(at_settings.settings) == []
    panel = at_settings.settings.identity
    assert panel.card.use.isVisible() == (name == "card")
    assert panel.choose_file.isVisible() == (name == "file")
