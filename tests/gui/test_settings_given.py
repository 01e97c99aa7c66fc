"""Reference data and the office's policy in the settings: shown, installed from signed files, never written."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from gui.window_fakes import WORK, OpenWindow, click, jobs_of
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from gpu_inspector import preferences
from gpu_inspector.errors import DataError
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.work import Work

DATA, CERTIFICATE = Path("/nowhere/data.json"), Path("/nowhere/signer.pem")


def with_settings(**doors: object) -> Work:
    return replace(WORK, settings=replace(WORK.settings, **doors))  # type: ignore[arg-type]


def settings_of(qtbot: QtBot, window: MainWindow) -> MainWindow:
    window.go_to(window.settings)
    qtbot.waitUntil(lambda: not jobs_of(window))
    return window


def answering(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Whoever asks for files gets these, one after the other; "" is somebody who names none."""
    left = list(names)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (left.pop(0), ""))


def recording(seen: list[object]) -> Callable[..., str]:
    def take(*given: object) -> str:
        seen.append(given)
        return "It is installed."

    return take


def test_what_is_in_force_is_shown_and_hostile_lines_are_harmless(qtbot: QtBot, open_window: OpenWindow) -> None:
    lines = ("No. 3 of “North”", "Signed by <b>x</b>\u202e", *(f"line {number}" for number in range(500)))
    window = settings_of(qtbot, open_window(with_settings(policy=lambda: lines)))
    assert "the program's own" in window.settings.given.data.says.text()
    said = window.settings.given.policy.says.text()
    assert "No. 3 of" in said and "\u202e" not in said and said.count("\n") < 50
    assert "more lines" in said


@pytest.mark.parametrize("panel", ["data", "policy"])
@pytest.mark.parametrize("new", [False, True])
def test_a_file_is_installed_with_its_certificate_where_the_signer_is_new(
    panel: str, new: bool, qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    window = settings_of(qtbot, open_window(with_settings(**{f"install_{panel}": recording(seen)})))
    answering(monkeypatch, str(DATA), str(CERTIFICATE))
    shown = getattr(window.settings.given, panel)
    (shown.new if new else shown.known).trigger()
    qtbot.waitUntil(lambda: not jobs_of(window))
    assert seen == [(DATA, CERTIFICATE if new else None)]
    assert "It is installed." in window.settings.notice.text


@pytest.mark.parametrize("names", [("",), (str(DATA), "")], ids=["no file", "no certificate"])
def test_who_names_nothing_installs_nothing(
    names: tuple[str, ...], qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    window = settings_of(qtbot, open_window(with_settings(install_data=recording(seen))))
    answering(monkeypatch, *names)
    window.settings.given.data.new.trigger()
    qtbot.waitUntil(lambda: not jobs_of(window))
    assert seen == []


def test_what_is_refused_is_a_sentence(qtbot: QtBot, open_window: OpenWindow) -> None:
    def refuse(*_given: object) -> NoReturn:
        raise DataError("The signer is not known here.", "Name the certificate.")

    window = settings_of(qtbot, open_window(with_settings(install_data=refuse)))
    window.settings.given.take(window.settings.given._doors.install_data, DATA, None)
    qtbot.waitUntil(lambda: not jobs_of(window))
    assert window.settings.notice.text == "The signer is not known here. Name the certificate."
    assert window.settings.given.data.install.isEnabled()


def test_back_to_the_program_s_own(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = settings_of(qtbot, open_window(WORK))
    click(window.settings.given.own)
    qtbot.waitUntil(lambda: "own reference data" in window.settings.notice.text)


def test_nothing_is_installed_while_an_inspection_is_made(qtbot: QtBot, open_window: OpenWindow) -> None:
    given = settings_of(qtbot, open_window(WORK)).settings.given
    given.lock(True)
    assert not any(one.isEnabled() for one in (given.data.install, given.policy.install, given.own))
    given.lock(False)
    assert given.data.install.isEnabled()


def test_whether_serials_stand_in_the_log_is_a_choice_that_is_kept(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = settings_of(qtbot, open_window(WORK))
    assert not window.settings.diagnostics.log_serials.isChecked()
    window.settings.diagnostics.log_serials.click()
    qtbot.waitUntil(lambda: window.settings.preferences.log_serials)
    qtbot.waitUntil(lambda: not jobs_of(window))
    assert preferences.load()[0].log_serials


def test_the_real_doors_tell_what_is_in_force(tmp_path: Path) -> None:
    from gpu_inspector.gui.doors import settings

    doors = settings.real()
    assert any("program's own" in line for line in doors.data())
    assert doors.policy()
