"""Time stamps and second officers in the window: asked for, shown with their own trust, and said where they fail."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cards import row_of
from dumps import dump_of
from gui.window_fakes import WORK, OpenWindow, card_evidence, click, done_of, jobs_of, press, write
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from report.authorities import Court, court
from report.services import Site, served

from gpu_inspector import preferences, settings
from gpu_inspector.cli.main import main
from gpu_inspector.errors import ReportError
from gpu_inspector.gui.asking import Ask, panel_of
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.verified_seals import LEVELS
from gpu_inspector.gui.work import Work, real_work
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records.custody import What
from gpu_inspector.workflow import keys
from gpu_inspector.workflow.countersigning import Countersigned
from gpu_inspector.workflow.inspecting import Done
from gpu_inspector.workflow.signed import SignedBy
from gpu_inspector.workflow.upgrading import Outcome, Stamped
from gpu_inspector.workflow.verifying import State

SECRET = "correct horse battery"


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not jobs_of(window), timeout=30_000)


def with_verdict(**doors: object) -> Work:
    return replace(WORK, verdict=replace(WORK.verdict, **doors))  # type: ignore[arg-type]


def shown(qtbot: QtBot, window: MainWindow, done: Done) -> MainWindow:
    window.verdict.show_done(done)
    window.go_to(window.verdict)
    settle(qtbot, window)
    return window


def with_report(**changes: object) -> Done:
    return replace(done_of(card_evidence(), report=Path("/nowhere/r.pdf")), **changes)  # type: ignore[arg-type]


# --- what is said, and what is asked for


def test_the_level_the_second_officer_and_what_waits_are_said(qtbot: QtBot, open_window: OpenWindow) -> None:
    found = SignedBy("Bench 7", "ab" * 32, "", "", "B-B", "Common Name: A. Second", True)
    window = shown(qtbot, open_window(with_verdict(signed_by=lambda report, entry: found)), with_report())
    said = window.verdict.report.signer.text()
    assert LEVELS["B-B"] in said and "Countersigned by Common Name: A. Second" in said
    assert "waits for its time stamp" in said


def test_what_became_of_the_stamp_is_said_with_a_fresh_report(qtbot: QtBot, window: MainWindow) -> None:
    remark = "The report has no time stamp yet. It waits in the list."
    shown(qtbot, window, with_report(remark=remark, level="B-B"))
    assert window.verdict.notice.text == remark


def test_no_report_takes_no_stamp_and_no_second_signature(qtbot: QtBot, window: MainWindow) -> None:
    shown(qtbot, window, done_of(card_evidence()))
    assert not window.verdict.report.stamp_button.isEnabled()
    assert not window.verdict.report.second_button.isEnabled()


def test_a_stamp_is_asked_for_and_the_report_looked_at_again(qtbot: QtBot, open_window: OpenWindow) -> None:
    asked: list[Path] = []

    def stamp(report: Path) -> Outcome:
        asked.append(report)
        return Outcome(report, "B-T", None, ("No revocation list was at hand.",))

    def signed_by(report: Path, entry: object) -> SignedBy:
        return SignedBy("Bench 7", "ab" * 32, "", "", "B-T" if asked else "B-B")

    window = shown(qtbot, open_window(with_verdict(stamp=stamp, signed_by=signed_by)), with_report())
    click(window.verdict.report.stamp_button)
    assert not window.verdict.report.stamp_button.isEnabled()
    settle(qtbot, window)
    assert asked == [Path("/nowhere/r.pdf")]
    assert "No revocation list was at hand." in window.verdict.notice.text
    assert LEVELS["B-T"] in window.verdict.report.signer.text()
    assert window.verdict.report.stamp_button.isEnabled()


def test_a_service_that_is_down_is_a_sentence_and_the_report_stays(qtbot: QtBot, open_window: OpenWindow) -> None:
    def stamp(report: Path) -> Outcome:
        raise ReportError("The service does not answer.", "Try later.")

    window = shown(qtbot, open_window(with_verdict(stamp=stamp)), with_report())
    click(window.verdict.report.stamp_button)
    settle(qtbot, window)
    assert window.verdict.notice.text == "The service does not answer. Try later."
    assert window.verdict.report.open_button.isEnabled()


@pytest.mark.parametrize("by_card", [False, True], ids=["file", "card"])
def test_a_second_officer_signs_with_file_or_card(
    qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch, by_card: bool
) -> None:
    seen: list[tuple[Path | None, str | None]] = []

    def countersign(report: Path, file: Path | None, ask: Ask) -> Countersigned:
        seen.append((file, ask("Passphrase of second.p12")))
        return Countersigned("A. Second", "ef" * 32, 7, Stamped("B-B", "It has no time stamp yet."))

    window = shown(qtbot, open_window(with_verdict(countersign=countersign)), with_report())
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *arguments: ("/keys/second.p12", ""))
    bar = window.verdict.report
    (bar.second_card if by_card else bar.second_file).trigger()
    panel = panel_of(window)
    qtbot.waitUntil(lambda: panel.is_open)
    write(panel.field, SECRET)
    press(panel.field, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert seen == [(None if by_card else Path("/keys/second.p12"), SECRET)]
    assert "Countersigned by “A. Second”" in window.verdict.notice.text
    assert "no time stamp yet" in window.verdict.notice.text


def test_looking_at_a_report_is_noted(qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[tuple[What, int, str]] = []

    def note(what: What, seq: int, detail: str) -> str:
        noted.append((what, seq, detail))
        return "This is not noted in the custody log: another program holds the ledger."

    monkeypatch.setattr("PySide6.QtGui.QDesktopServices.openUrl", lambda url: True)
    window = shown(qtbot, open_window(with_verdict(note=note)), with_report())
    click(window.verdict.report.open_button)
    settle(qtbot, window)
    assert noted == [(What.REPORT_OPENED, 7, "r.pdf")]
    assert window.verdict.notice.text.startswith("This is not noted")


# --- the program's own workflow, with a service of the tests' own


@pytest.fixture
def authorities() -> Court:
    return court()


@pytest.fixture
def site(authorities: Court) -> Iterator[Site]:
    with served() as found:
        found.service = authorities.service
        yield found


@pytest.fixture
def real(open_window: OpenWindow) -> MainWindow:
    work = real_work()
    return open_window(replace(WORK, verdict=work.verdict, verify=work.verify))


def inspected(tmp_path: Path, site: Site) -> Done:
    """A card's dump, inspected while the service is down."""
    site.mode = "error"
    preferences.save(preferences.Preferences(timestamp_url=f"{site.url}/tsa", countersigned=True))
    dump, report = tmp_path / "card.xml", tmp_path / "r.pdf"
    dump.write_bytes(dump_of(row_of("NVIDIA GeForce RTX 4090"), fb_memory_usage__total="49140 MiB"))
    assert main(["inspect", "--from", str(dump), "--report", str(report)]) == 12
    with Ledger(preferences.ledger_path(), readonly=True) as ledger:
        entry, inspection = ledger.inspection(1)
    return Done(inspection, entry, report)


def test_from_a_service_that_was_down_to_a_stamped_and_countersigned_report(
    qtbot: QtBot, real: MainWindow, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = inspected(tmp_path, site)
    assert done.report is not None
    bar = shown(qtbot, real, done).verdict.report
    assert "waits for its time stamp" in bar.signer.text() and LEVELS["B-B"] in bar.signer.text()
    click(bar.stamp_button)
    settle(qtbot, real)
    assert "waits for its time stamp" in bar.signer.text()
    site.mode = ""
    click(bar.stamp_button)
    settle(qtbot, real)
    assert LEVELS["B-T"] in bar.signer.text() and "waits" not in bar.signer.text()

    second = tmp_path / "second.p12"
    keys.new_file(second, SECRET)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *arguments: (str(second), ""))
    bar.second_file.trigger()
    panel = panel_of(real)
    qtbot.waitUntil(lambda: panel.is_open, timeout=20_000)
    write(panel.field, SECRET)
    press(panel.field, Qt.Key.Key_Return)
    settle(qtbot, real)
    assert "Countersigned by" in bar.signer.text()
    assert SECRET not in bar.signer.text() + real.verdict.notice.text

    real.go_to(real.verify)
    real.verify.accept_certificate(settings.identity_folder() / "certificate.pem")
    settle(qtbot, real)
    real.verify.take((done.report,))
    settle(qtbot, real)
    (result,) = real.verify.reports.results
    assert result.state == State.TRUSTED.value
    detail = real.verify.detail
    assert "by the clock of the service" in detail.seals.texts[0]
    kinds = [text.partition(":")[0] for text in detail.seals.texts]
    assert kinds[:2] == ["Time stamp", "Countersignature"]
    assert all("(not known here)" in text for text in detail.seals.texts)  # the signer's own trust says nothing of them
    assert detail.labels["level"].text() in LEVELS.values()


def test_a_report_without_a_field_takes_no_second_signature(qtbot: QtBot, real: MainWindow, tmp_path: Path) -> None:
    dump, report = tmp_path / "card.xml", tmp_path / "r.pdf"
    dump.write_bytes(dump_of(row_of("NVIDIA GeForce RTX 4090")))
    main(["inspect", "--from", str(dump), "--report", str(report)])
    with Ledger(preferences.ledger_path(), readonly=True) as ledger:
        entry, inspection = ledger.inspection(1)
    second = tmp_path / "second.p12"
    keys.new_file(second, SECRET)
    before = report.read_bytes()
    shown(qtbot, real, Done(inspection, entry, report)).verdict.report.countersign(second)
    panel = panel_of(real)
    qtbot.waitUntil(lambda: panel.is_open or not jobs_of(real), timeout=20_000)
    if panel.is_open:
        write(panel.field, SECRET)
        press(panel.field, Qt.Key.Key_Return)
    settle(qtbot, real)
    assert real.verdict.notice.isVisible() and report.read_bytes() == before


# --- as of another day


def test_another_day_answers_as_of_its_end(qtbot: QtBot, real: MainWindow, tmp_path: Path, site: Site) -> None:
    done = inspected(tmp_path, site)
    assert done.report is not None
    page = real.verify
    real.go_to(page)
    page.accept_certificate(settings.identity_folder() / "certificate.pem")
    page.take((done.report,))
    settle(qtbot, real)
    assert page.reports.results[0].state == State.TRUSTED.value
    assert not page.detail.labels["as_of"].isVisible()
    write(page.as_of.field, "2080-01-01")
    press(page.as_of.field, Qt.Key.Key_Return)
    settle(qtbot, real)
    (result,) = page.reports.results
    assert result.at is not None and result.state == State.UNKNOWN_SIGNER.value
    assert page.detail.labels["as_of"].text().startswith("2080-01-0")
    page.as_of.field.clear()
    press(page.as_of.field, Qt.Key.Key_Return)
    settle(qtbot, real)
    assert page.reports.results[0].state == State.TRUSTED.value


@pytest.mark.parametrize("typed", ["yesterday", "2036", "2036-13-01", "2036-11"])
def test_what_is_no_day_is_a_sentence_and_changes_nothing(qtbot: QtBot, window: MainWindow, typed: str) -> None:
    window.go_to(window.verify)
    window.verify.take((Path("/r/a.pdf"),))
    settle(qtbot, window)
    write(window.verify.as_of.field, typed)
    press(window.verify.as_of.field, Qt.Key.Key_Return)
    assert "2036-11-2" in window.verify.notice.text
    assert window.verify.as_of.moment is None and not window.verify.running
