"""`make screenshots`: the pictures in README and docs, of the window with simulated cards inspected, marked SIMULATION.

Needs no display: Qt draws offscreen. The ledger, the key and the reports of the pictures live in a folder that is gone
afterwards. `python -m tools.screenshots FOLDER` writes every page, light and dark, at 100 and 200 %, into a folder, and
`python -m tools.screenshots FOLDER 1 de` every page in one language (or in the pseudo-language, `qps`).
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer  # noqa: TID251 - it draws the window
from PySide6.QtWidgets import QApplication  # noqa: TID251

from gpu_inspector.gui import speech, theme
from gpu_inspector.gui.doors.lots import NewLot
from gpu_inspector.gui.look_fields import DieForm
from gpu_inspector.gui.look_steps import ENTRIES, StepSheet
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.work import real_work
from gpu_inspector.gui.worker import Job
from gpu_inspector.language import speak
from gpu_inspector.records.lot import Plan, Rule

ROOT = Path(__file__).resolve().parents[1]
FIRST = "rtx-3080-ti-as-rtx-4090"
"""All three columns speak, and the measured one says another thing than the other two."""
FOLDED = "gtx-1050-ti-folded"
"""Its memory map shows the half that is not there."""
LONGEST_MS = 180_000
STEP_MS = 50
CURVES_MS = 2500
"""Until all curves are drawn to their end."""
PAGES = ("bench", "case", "look", "run", "verdict", "history", "lots", "verify", "settings", "about")
STEP, NOTE, MARKING = "package", "dull, striped from the lower left", "S TW 2231A1\nGA102-225-A1"
"""What is answered on the page of the inspection by eye."""
THEMES = {"light": theme.LIGHT, "dark": theme.DARK}
PICTURES = (("verdict", "light", "window.png"), ("verdict", "dark", "window-dark.png"))
"""The pictures of README: page, theme, file in docs/. Those of all pages, light, lie in docs/pages/."""
SCALE = "1.5"


def _settle(window: MainWindow, met: Callable[[], object] = lambda: True) -> None:
    """Wait until no work runs and `met` holds. Raises TimeoutError."""
    loop, left = QEventLoop(), LONGEST_MS
    while left > 0:
        QTimer.singleShot(STEP_MS, loop.quit)
        loop.exec()
        left -= STEP_MS
        if met() and not any(job.running for job in window.findChildren(Job)):
            QApplication.processEvents()
            return
    raise TimeoutError("the inspection of the simulated card did not end")


def _inspect(window: MainWindow, simulation: str) -> None:
    window.go_to(window.bench)
    window.bench.simulate(simulation, 0)
    _settle(window)
    window.run.start_button.click()
    _settle(window, lambda: not window.run.running)


def _window() -> MainWindow:
    """A window that has inspected a simulated card as an inspector would; its run is still to be seen."""
    window = MainWindow(real_work())
    window.show()
    window.begin()
    _settle(window)
    window.bench.simulate(FIRST, 0)
    window.case.declared.product.setText("GeForce RTX 4090")
    window.case.declared.memory.setValue(24)
    _inspect(window, FOLDED)
    return window


def _shown(window: MainWindow, milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _look(window: MainWindow) -> None:
    """A step of the inspection by eye, half answered, of an object that does not start."""
    window.case.objects.show_object("")
    window.look.list.setCurrentRow([entry.id for entry in ENTRIES].index(STEP))
    sheet = window.look.stack.currentWidget()
    assert isinstance(sheet, StepSheet)
    for view, number in zip(sheet.questions, (1, 2, 2), strict=False):
        if not view.choice.value:
            view.choice.choose(number)
    sheet.questions[2].note.setText(NOTE)
    sheet.questions[2].note.textEdited.emit(NOTE)
    if isinstance(sheet.form, DieForm):
        sheet.form.lines.setPlainText(MARKING)


def _lot(window: MainWindow) -> None:
    """A lot of a few pieces with the inspections that were just made."""
    window.lots.jobs.open(NewLot("waybill 77", 12, Plan(rule=Rule.SQUARE_ROOT), *window.case.terms()))
    _settle(window)
    if window.lots.current is not None:
        window.lots.jobs.add_rows(window.lots.current, ("1", "2"), None)


def _grab(window: MainWindow, name: str, target: Path) -> None:
    """Raises OSError where the picture cannot be written."""
    page = getattr(window, name)
    window.go_to(page)
    if name == "verify":
        window.verify.take(tuple(sorted((Path(os.environ["GPU_INSPECTOR_HOME"]) / "reports").glob("*.pdf"))))
    if name == "lots":
        _settle(window)
        _lot(window)
    if name == "look":
        _look(window)
    _settle(window)
    if name == "run":
        _shown(window, CURVES_MS)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not window.grab().save(str(target)):
        raise OSError(f"{target} cannot be written")


def _draw(themes: dict[str, tuple[tuple[str, Path], ...]]) -> None:
    """The pictures of each theme: page and file."""
    application = QApplication(sys.argv[:1])
    speech.dress(application)
    for name, pictures in themes.items():
        with tempfile.TemporaryDirectory(prefix="gpu-inspector-") as home:
            os.environ["GPU_INSPECTOR_HOME"] = home
            theme.wear(application, THEMES[name])
            window, inspected = _window(), False
            theme.wear(application, THEMES[name])  # the settings' own choice came with the first start
            for page, target in sorted(pictures, key=lambda one: one[0] != "run"):
                if page != "run" and not inspected:
                    _inspect(window, FIRST)
                    inspected = True
                _grab(window, page, target)
            window.close()


def _for_docs() -> dict[str, tuple[tuple[str, Path], ...]]:
    docs = ROOT / "docs"
    light = [(page, docs / name) for page, dress, name in PICTURES if dress == "light"]
    dark = [(page, docs / name) for page, dress, name in PICTURES if dress == "dark"]
    return {"light": (*light, *((page, docs / "pages" / f"{page}.png") for page in PAGES)), "dark": tuple(dark)}


def _for_a_look(folder: Path, scale: str) -> dict[str, tuple[tuple[str, Path], ...]]:
    return {name: tuple((page, folder / f"{page}-{name}-{scale}.png") for page in PAGES) for name in THEMES}


def _in_language(folder: Path, language: str) -> dict[str, tuple[tuple[str, Path], ...]]:
    return {"light": tuple((page, folder / f"{page}-{language}.png") for page in PAGES)}


def main() -> int:
    """Write the pictures; each scale needs a process of its own."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ.pop("GPU_INSPECTOR_LEDGER", None)
    if len(sys.argv) == 1:
        os.environ["QT_SCALE_FACTOR"] = SCALE
        _draw(_for_docs())
    elif len(sys.argv) == 4:
        os.environ["QT_SCALE_FACTOR"] = sys.argv[2]
        speak(sys.argv[3])
        _draw(_in_language(Path(sys.argv[1]), sys.argv[3]))
    elif len(sys.argv) == 3:
        os.environ["QT_SCALE_FACTOR"] = sys.argv[2]
        _draw(_for_a_look(Path(sys.argv[1]), sys.argv[2]))
    else:
        for scale in ("1", "2"):
            command = [sys.executable, "-m", "tools.screenshots", sys.argv[1], scale]
            if subprocess.run(command, cwd=ROOT, check=False).returncode:
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
