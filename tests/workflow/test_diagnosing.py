"""Diagnostics: enough to find a defect, and no serial number, UUID, name or folder of anybody."""

import errno
import os
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from cards import genuine, row_of

from gpu_inspector import log, preferences, settings
from gpu_inspector.errors import GpuInspectorError, ReportError
from gpu_inspector.preferences import Preferences
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.workflow import collecting, diagnosing, examining
from gpu_inspector.workflow.collecting import NoCard
from gpu_inspector.workflow.topics import Topic

SERIAL = "1320920004711"
UUID = "GPU-8d2f0c1e-77aa-4b0e-9c31-0123456789ab"
ODD_SERIAL = "X7"
SECRETS = (
    SERIAL,
    UUID,
    UUID.removeprefix("GPU-"),
    "zsofia",
    "bench-7.customs",
    "Zollamt",
    "Kuznetsova",
    "a1b2c3d4e5f60718",
)


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A machine full of what must not be told, and the diagnostics of it."""
    home = tmp_path / "zsofia"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("LOGNAME", "zsofia")
    monkeypatch.setattr("platform.node", lambda: "bench-7.customs.example")
    monkeypatch.setattr(collecting, "collect_machine", _two_cards)
    topic = Topic("PCI", True, f"card {UUID} serial {SERIAL} of {ODD_SERIAL}xx in {home}")
    monkeypatch.setattr(examining, "examine_machine", lambda: (topic,))
    preferences.save(Preferences(office="Zollamt Süd", inspector="Kuznetsova", place="Hall Nord"))
    settings.log_path().write_text(
        f"ERROR a defect\n  File {home}/work/x.py, line 3\n  File /home/other_person/y.py, line 4\n"
        f"ValueError: {SERIAL} {UUID} Kuznetsova at ZSOFIA_backup on bench-7 wrote to some.body@office.example"
        f" from 00:1a:2b:3c:4d:5e\nsha256 a1b2c3d4e5f60718293a4b5c6d7e8f90\nKeyError: 'memory_total_bytes'\n",
        encoding="utf-8",
    )
    return diagnosing.diagnostics()


def _two_cards(*arguments: object) -> Evidence:
    evidence = genuine(row_of("NVIDIA GeForce RTX 4090"))
    (card,) = evidence.cards
    assert card.nvml is not None
    named = replace(card, nvml=replace(card.nvml, serial="AB-77-QX/odd form", uuid="no-uuid-form-at-all"))
    return replace(evidence, cards=(named,))


@pytest.mark.parametrize("secret", SECRETS)
def test_what_was_planted_does_not_appear(planted: str, secret: str) -> None:
    assert secret.casefold() not in planted.casefold()


@pytest.mark.parametrize("secret", ["other_person", "some.body", "00:1a:2b", "AB-77-QX"])
def test_what_belongs_to_others_does_not_appear_either(planted: str, secret: str) -> None:
    assert secret not in planted


@pytest.mark.parametrize(
    "kept", ["line 3", "KeyError: 'memory_total_bytes'", "work/x.py", "PySide6-Essentials", "Python 3", "well: PCI"]
)
def test_what_finds_a_defect_is_there(planted: str, kept: str) -> None:
    assert kept in planted


def test_values_of_the_cards_here_are_masked_whatever_their_form() -> None:
    evidence = _two_cards()
    known = diagnosing._of_card(evidence.cards[0])
    text = log.masked_names("the serial AB-77-QX/odd form of no-uuid-form-at-all", known)
    assert text == f"the serial {log.MASK} of {log.MASK}"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("driver 550.54.14, kernel 6.1.0-18-amd64", id="versions"),
        pytest.param("0000:01:00.0 10de:2684", id="an address and an id"),
        pytest.param("25,757,220,864 bytes free", id="numbers with commas"),
        pytest.param("2025-11-25T20:16:01 gpu_inspector/checks/memory.py line 214", id="a place in the program"),
    ],
)
def test_what_is_nobodys_is_left(text: str) -> None:
    assert log.masked_names(text) == text


def test_of_a_long_log_the_end_is_told_from_a_whole_line_on() -> None:
    line = f"serial {SERIAL} and on\n"
    settings.data_folder().mkdir(parents=True, exist_ok=True)
    settings.log_path().write_text(line * 10_000 + "the last line\n", encoding="utf-8")
    text = diagnosing.diagnostics()
    assert "the last line" in text
    assert len(text) < 2 * diagnosing.LOG_BYTES
    assert "20004711" not in text


def test_a_machine_without_a_card_or_log_has_diagnostics(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def nothing(*arguments: object) -> NoReturn:
        raise NoCard("none")

    monkeypatch.setattr(collecting, "collect_machine", nothing)
    written = diagnosing.export(tmp_path / "d.txt")
    text = written.read_text(encoding="utf-8")
    assert text.startswith(diagnosing.HEAD)
    assert "There is no log" in text


def test_broken_settings_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    preferences.path().parent.mkdir(parents=True, exist_ok=True)
    preferences.path().write_text("broken", encoding="utf-8")
    assert "AMISS" in diagnosing.diagnostics()


def test_another_file_is_not_overwritten(tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("Dear Sir", encoding="utf-8")
    with pytest.raises(GpuInspectorError, match="another kind"):
        diagnosing.export(other)
    assert other.read_text(encoding="utf-8") == "Dear Sir"


def test_a_full_disk_is_a_sentence_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(*arguments: object) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ReportError, match="No space left"):
        diagnosing.export(tmp_path / "d.txt")
    assert list(tmp_path.iterdir()) == []
