"""The verify page as an auditor uses it: many files dropped, each answer read, signers accepted, a list saved."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import pytest
from cards import row_of
from dumps import dump_of
from gui.window_fakes import WORK, OpenWindow, click, done_of, drop, from_file, jobs_of, press, two_cards, verified
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from gpu_inspector import preferences, settings
from gpu_inspector.cli.main import main
from gpu_inspector.errors import CaptureError, ReportError
from gpu_inspector.gui import theme
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.verified_list import SIGNS, WORDS
from gpu_inspector.gui.work import Work, real_work
from gpu_inspector.records.evidence import Origin
from gpu_inspector.workflow.progress import Progress
from gpu_inspector.workflow.verified import UNREADABLE, Verified
from gpu_inspector.workflow.verifying import State


def with_verify(**doors: object) -> Work:
    return replace(WORK, verify=replace(WORK.verify, **doors))  # type: ignore[arg-type]


def raising(error: Exception) -> Callable[..., NoReturn]:
    def fail(*arguments: object) -> NoReturn:
        raise error

    return fail


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not jobs_of(window), timeout=30_000)


def taken(qtbot: QtBot, window: MainWindow, *names: str) -> MainWindow:
    window.go_to(window.verify)
    window.verify.take(tuple(Path("/reports") / name for name in names))
    settle(qtbot, window)
    return window


def shown(window: MainWindow, row: str) -> str:
    return window.verify.detail.labels[row].text().replace("\u200b", "")


def test_dropped_reports_are_examined_and_the_first_is_shown(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    drop(window, *(tmp_path / f"{number}.pdf" for number in range(3)))
    settle(qtbot, window)
    page = window.verify
    assert window.stack.currentWidget() is page
    assert [one.path.name for one in page.reports.results] == ["0.pdf", "1.pdf", "2.pdf"]
    assert page.detail.state.word.text() == "Intact, signer not known here"
    assert "3 × Intact" in page.summary.text()


def test_a_file_that_is_dropped_again_keeps_its_row(qtbot: QtBot, window: MainWindow) -> None:
    taken(qtbot, taken(qtbot, window, "a.pdf", "b.pdf"), "b.pdf")
    assert len(window.verify.reports.paths) == 2


@pytest.mark.parametrize("state", [*State, None])
def test_each_answer_has_its_own_word_and_sign(qtbot: QtBot, open_window: OpenWindow, state: State | None) -> None:
    def answer(path: Path, trust: tuple[Path, ...], at: datetime | None, progress: Progress) -> Verified:
        return verified(path, state) if state is not None else Verified(path, None, "There is no file.")

    window = taken(qtbot, open_window(with_verify(verify=answer)), "a.pdf")
    key = state.value if state is not None else UNREADABLE
    assert window.verify.detail.state.word.text() == WORDS[key]
    index = window.verify.reports.index(0)
    assert WORDS[key] in str(index.data())
    assert WORDS[key] in str(index.data(Qt.ItemDataRole.AccessibleTextRole))
    assert len({SIGNS[one][0] for one in SIGNS}) == len(SIGNS) == len(set(WORDS.values()))


def test_an_altered_file_says_why_and_what_was_added(qtbot: QtBot, open_window: OpenWindow) -> None:
    def answer(path: Path, trust: tuple[Path, ...], at: datetime | None, progress: Progress) -> Verified:
        changes = {"problems": ("Something was added.", "Twice."), "added": ("Update 1 of 1",), "inspection": None}
        return verified(path, State.ALTERED, entry=None, judged_again="", printed="", **changes)

    window = taken(qtbot, open_window(with_verify(verify=answer)), "a.pdf")
    assert shown(window, "problems") == "– Something was added.\n– Twice."
    assert shown(window, "added") == "Update 1 of 1"
    assert not window.verify.detail.labels["judged"].isVisible()
    assert "no evidence" in window.verify.detail.evidence.toPlainText()
    assert "intact report alone" in window.verify.detail.printed.toPlainText()


def test_the_fingerprint_is_shown_in_fours_to_be_compared(qtbot: QtBot, window: MainWindow) -> None:
    taken(qtbot, window, "a.pdf")
    assert shown(window, "fingerprint").split() == ["ab12"] * 16
    assert "by the signer's own clock" in shown(window, "signed_at")
    assert "the same as in the report" in shown(window, "judged")


def test_a_judgement_that_differs_here_lists_how(qtbot: QtBot, open_window: OpenWindow) -> None:
    def answer(path: Path, trust: tuple[Path, ...], at: datetime | None, progress: Progress) -> Verified:
        return verified(path, judged_again="CONTRADICTED", differences=("card, memory-total: NOTED there",))

    window = taken(qtbot, open_window(with_verify(verify=answer)), "a.pdf")
    assert "CONTRADICTED here" in shown(window, "judged")
    assert "memory-total: NOTED there" in shown(window, "judged")


def test_the_signed_evidence_stands_beside_the_printed_text(qtbot: QtBot, window: MainWindow) -> None:
    taken(qtbot, window, "a.pdf")
    detail = window.verify.detail
    assert "Identity: ids, names and numbers" in detail.evidence.toPlainText()
    assert "NVIDIA GeForce RTX 4090" in detail.printed.toPlainText()
    assert detail.identity.word.text() == "INCONCLUSIVE"
    assert detail.nature.isHidden()
    assert detail.cards.isHidden()


@pytest.mark.parametrize(("origin", "word"), [(Origin.SIMULATION, "SIMULATION"), (Origin.SAMPLE, "SAMPLE")])
def test_what_is_no_real_card_is_marked(qtbot: QtBot, open_window: OpenWindow, origin: Origin, word: str) -> None:
    inspection = done_of(from_file("a.xml", origin)).inspection
    window = taken(
        qtbot,
        open_window(with_verify(verify=lambda path, *rest: verified(path, inspection=inspection))),
        "a.pdf",
    )
    detail = window.verify.detail
    assert word in detail.nature.text
    assert not detail.nature.isHidden()


def test_each_card_of_a_report_can_be_chosen(qtbot: QtBot, open_window: OpenWindow) -> None:
    inspection = done_of(two_cards()).inspection
    window = taken(
        qtbot, open_window(with_verify(verify=lambda path, *rest: verified(path, inspection=inspection))), "a.pdf"
    )
    cards = window.verify.detail.cards
    assert cards.count() == 2 and "0000:02:00.0" in cards.itemText(1)
    cards.setCurrentIndex(1)
    assert window.verify.detail.evidence.toPlainText()


def test_hostile_texts_are_shown_as_they_are_and_widen_nothing(qtbot: QtBot, open_window: OpenWindow) -> None:
    hostile = "<b>x</b>\u202eevil" + "W" * 10_000

    def answer(path: Path, trust: tuple[Path, ...], at: datetime | None, progress: Progress) -> Verified:
        return verified(path, signer=hostile, problems=(hostile,) * 500, notes=(hostile,), printed=hostile)

    window = taken(qtbot, open_window(with_verify(verify=answer)), "a.pdf", "W" * 200 + "<i>.pdf")
    assert shown(window, "signer").startswith("<b>x</b>[U+202E]evil")
    assert "and 440 more" in shown(window, "problems")
    assert window.verify.detail.printed.toPlainText().startswith("<b>x</b>[U+202E]evil")
    assert window.minimumSizeHint().width() <= 1280
    assert window.width() == 1280


def test_a_certificate_is_accepted_and_all_is_examined_again(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken(qtbot, window, "a.pdf", "b.pdf")
    page = window.verify
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *arguments: ("/certificates/office.pem", ""))
    click(page.signers.choose)
    settle(qtbot, window)
    assert [one.state for one in page.reports.results] == [State.TRUSTED.value] * 2
    assert "ab12 ab12" in page.notice.text
    assert preferences.load()[0].trusted == ()
    click(page.signers.forget)
    settle(qtbot, window)
    assert [one.state for one in page.reports.results] == [State.UNKNOWN_SIGNER.value] * 2


def test_a_certificate_that_is_kept_is_accepted_by_the_next_window(qtbot: QtBot, open_window: OpenWindow) -> None:
    first = open_window(WORK)
    first.verify.signers.keep.setChecked(True)
    first.verify.accept_certificate(Path("/certificates/office.pem"))
    settle(qtbot, first)
    assert preferences.load()[0].trusted == ("/certificates/office.pem",)
    second = taken(qtbot, open_window(WORK), "a.pdf")
    assert second.verify.reports.results[0].state == State.TRUSTED.value
    click(second.verify.signers.forget)
    settle(qtbot, second)
    assert preferences.load()[0].trusted == ()


def test_a_file_without_a_certificate_is_a_sentence(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(with_verify(certificates=raising(CaptureError("It holds no certificate."))))
    window.verify.accept_certificate(Path("/x.pem"))
    settle(qtbot, window)
    assert window.verify.notice.text == "It holds no certificate."
    assert window.verify.signers.files == ()


def test_stop_leaves_the_rest_unexamined_and_says_so(qtbot: QtBot, open_window: OpenWindow) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def answer(path: Path, trust: tuple[Path, ...], at: datetime | None, progress: Progress) -> Verified:
        reached.set()
        assert go_on.wait(10)
        progress("examining", 0.5)
        return verified(path)

    window = open_window(with_verify(verify=answer))
    window.go_to(window.verify)
    window.verify.take(tuple(Path(f"/r/{number}.pdf") for number in range(40)))
    assert reached.wait(5)
    assert window.verify.stop.isEnabled()
    press(window, Qt.Key.Key_Escape)
    go_on.set()
    settle(qtbot, window)
    assert window.verify.reports.results == ()
    assert "40 × Not examined yet" in window.verify.summary.text()
    assert not window.verify.stop.isEnabled()


def test_closing_while_many_wait_ends_at_once(qtbot: QtBot, open_window: OpenWindow) -> None:
    go_on = threading.Event()
    asked: list[Path] = []

    def answer(path: Path, trust: tuple[Path, ...], at: datetime | None, progress: Progress) -> Verified:
        asked.append(path)
        assert go_on.wait(10)
        return verified(path)

    window = open_window(with_verify(verify=answer))
    window.verify.take(tuple(Path(f"/r/{number}.pdf") for number in range(40)))
    qtbot.waitUntil(lambda: bool(asked))
    window.close()
    go_on.set()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert len(asked) == 1


def test_a_defect_on_one_file_does_not_stop_the_others(qtbot: QtBot, open_window: OpenWindow) -> None:
    def answer(path: Path, trust: tuple[Path, ...], at: datetime | None, progress: Progress) -> Verified:
        if path.name == "1.pdf":
            raise ZeroDivisionError
        return verified(path)

    window = taken(qtbot, open_window(with_verify(verify=answer)), "0.pdf", "1.pdf", "2.pdf")
    states = [one.state for one in window.verify.reports.results]
    assert states == [State.UNKNOWN_SIGNER.value, UNREADABLE, State.UNKNOWN_SIGNER.value]
    assert "A defect of the program" in window.verify.reports.results[1].trouble


def test_a_row_is_taken_off_by_key_and_the_file_stays(qtbot: QtBot, window: MainWindow) -> None:
    taken(qtbot, window, "a.pdf", "b.pdf")
    window.verify.list.setFocus()
    press(window.verify.list, Qt.Key.Key_Delete)
    assert [path.name for path in window.verify.reports.paths] == ["b.pdf"]


def test_keys_choose_files_and_save_the_list(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *arguments: (["/r/a.pdf"], ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *arguments: (str(tmp_path / "list.csv"), ""))
    window.go_to(window.verify)
    press(window, Qt.Key.Key_O, control=True)
    settle(qtbot, window)
    press(window, Qt.Key.Key_S, control=True)
    settle(qtbot, window)
    assert (tmp_path / "list.csv").read_text() == State.UNKNOWN_SIGNER.value
    assert "list.csv" in window.verify.notice.text


def test_a_list_that_cannot_be_saved_is_a_sentence(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    window = taken(qtbot, open_window(with_verify(save_list=raising(ReportError("The disk is full.")))), "a.pdf")
    window.verify.save_list(tmp_path / "a.csv")
    settle(qtbot, window)
    assert window.verify.notice.text == "The disk is full."


def test_a_thousand_files_are_listed_without_a_pause(qtbot: QtBot, window: MainWindow) -> None:
    window.verify.take(tuple(Path(f"/r/{number}.pdf") for number in range(1000)))
    assert window.verify.reports.rowCount() == 1000
    window.verify.cancel()
    settle(qtbot, window)
    assert not window.verify.running


def test_signs_change_with_the_theme(qapp: QApplication, qtbot: QtBot, window: MainWindow) -> None:
    taken(qtbot, window, "a.pdf")
    theme.wear(qapp, theme.DARK)
    role = window.verify.detail.state.word.palette().ColorRole.WindowText
    qtbot.waitUntil(
        lambda: window.verify.detail.state.word.palette().color(role).name() == theme.DARK.open, timeout=2000
    )


def test_real_reports_on_the_programs_own_workflow(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    dump, report = tmp_path / "card.xml", tmp_path / "r.pdf"
    dump.write_bytes(dump_of(row_of("NVIDIA GeForce RTX 4090"), fb_memory_usage__total="49140 MiB"))
    assert main(["inspect", "--from", str(dump), "--report", str(report)]) == 12
    altered = tmp_path / "altered.pdf"
    altered.write_bytes(report.read_bytes() + b"%\n")
    window = open_window(replace(WORK, verify=real_work().verify))
    window.go_to(window.verify)
    window.verify.take((report, altered, tmp_path, tmp_path / "none.pdf"))
    settle(qtbot, window)
    states = [one.state for one in window.verify.reports.results]
    assert states == [State.UNKNOWN_SIGNER.value, State.ALTERED.value, UNREADABLE, UNREADABLE]
    assert "CONTRADICTED" in shown(window, "judged")
    window.verify.accept_certificate(settings.identity_folder() / "certificate.pem")
    settle(qtbot, window)
    assert window.verify.reports.results[0].state == State.TRUSTED.value
