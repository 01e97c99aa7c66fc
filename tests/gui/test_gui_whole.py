"""The window on the program's own workflow: from a dump to a signed report, and nothing heavy before it is needed."""

import subprocess
import sys
from pathlib import Path

from cards import row_of
from dumps import dump_of
from gui.window_fakes import OpenWindow, jobs_of
from pytestqt.qtbot import QtBot

from gpu_inspector import settings
from gpu_inspector.gui.work import real_work
from gpu_inspector.workflow.verifying import State

HEAVY = (
    *("reportlab", "pyhanko", "sqlite_utils", "pynvml", "keyring", "numpy", "pyqtgraph", "PIL", "zxingcpp", "cupy"),
    *("tomli_w", "cryptography"),
)


def test_from_a_dump_to_a_signed_report(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    dump = tmp_path / "mail.xml"
    dump.write_bytes(dump_of(row_of("NVIDIA GeForce RTX 4090"), as_file=False))
    window = open_window(real_work())
    window.bench.open_file(dump)
    qtbot.waitUntil(lambda: not jobs_of(window), timeout=30_000)
    window.case.declared.product.setText("GeForce RTX 4090")
    window.case.declared.memory.setValue(24)
    window._inspect()
    qtbot.waitUntil(lambda: not jobs_of(window), timeout=30_000)
    assert window.run.notice.text == window.verdict.notice.text == ""
    assert window.verdict.identity.word.text() == "INCONCLUSIVE"
    assert "SAMPLE" in window.verdict.origin.text
    assert settings.ledger_path().exists()
    (report,) = settings.report_folder().glob("*.pdf")
    assert str(report) in window.verdict.report.place.text().replace("\u200b", "")

    copy = tmp_path / "mine.pdf"
    window.verdict.save_report(copy)
    qtbot.waitUntil(lambda: not jobs_of(window), timeout=30_000)
    assert copy.read_bytes() == report.read_bytes()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []

    window.verify.take((copy,))
    qtbot.waitUntil(lambda: not jobs_of(window), timeout=30_000)
    assert window.verify.reports.results[0].state == State.UNKNOWN_SIGNER.value
    assert "RTX 4090" in window.verify.detail.printed.toPlainText()


def test_a_report_is_made_again_from_the_ledger_where_it_could_not_be_written(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    dump = tmp_path / "mail.xml"
    dump.write_bytes(dump_of(row_of("NVIDIA GeForce RTX 4090")))
    settings.data_folder().mkdir(parents=True, exist_ok=True)
    settings.report_folder().write_text("a file where the folder should be")
    window = open_window(real_work())
    window.bench.open_file(dump)
    qtbot.waitUntil(lambda: not jobs_of(window), timeout=30_000)
    window._inspect()
    qtbot.waitUntil(lambda: not jobs_of(window), timeout=30_000)
    assert "kept in the ledger" in window.verdict.notice.text
    window.verdict.save_report(tmp_path / "again.pdf")
    qtbot.waitUntil(lambda: not jobs_of(window), timeout=30_000)
    assert (tmp_path / "again.pdf").read_bytes().startswith(b"%PDF-")


def test_a_folder_for_a_dump_is_a_sentence(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window(real_work())
    window.bench.open_file(tmp_path)
    qtbot.waitUntil(lambda: not jobs_of(window), timeout=30_000)
    window._inspect()
    qtbot.waitUntil(lambda: not jobs_of(window), timeout=30_000)
    assert "folder" in window.run.notice.text
    assert not settings.ledger_path().exists()


def test_a_report_that_cannot_be_copied_is_a_sentence(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    dump = tmp_path / "mail.xml"
    dump.write_bytes(dump_of(row_of("NVIDIA GeForce RTX 4090")))
    window = open_window(real_work())
    window.bench.open_file(dump)
    qtbot.waitUntil(lambda: not jobs_of(window), timeout=30_000)
    window._inspect()
    qtbot.waitUntil(lambda: not jobs_of(window), timeout=30_000)
    window.verdict.save_report(tmp_path / "no such folder" / "a.pdf")
    qtbot.waitUntil(lambda: not jobs_of(window), timeout=30_000)
    assert "cannot be copied" in window.verdict.notice.text


def test_the_first_paint_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from gpu_inspector.gui import app, theme\n"
        "application = QApplication([])\n"
        "theme.follow(application)\n"
        "window = app.MainWindow(app.real_work())\n"
        "window.show()\n"
        "application.processEvents()\n"
        "window.grab()\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
