"""`make screenshots`: the picture in README, of the window with a simulated card inspected, marked SIMULATION.

Needs no display: Qt draws offscreen. The ledger, the key and the report of the picture live in a folder that is gone
afterwards.
"""

import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer  # noqa: TID251 - it draws the window
from PySide6.QtWidgets import QApplication  # noqa: TID251

from gpu_inspector.gui import theme
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.work import real_work
from gpu_inspector.gui.worker import Job

ROOT = Path(__file__).resolve().parents[1]
SIMULATION = "rtx-3080-ti-as-rtx-4090"
"""All three columns speak, and the measured one says another thing than the other two."""
LONGEST_MS = 60_000
STEP_MS = 50
SCALE = "1.5"
PICTURES = {"window.png": theme.LIGHT, "window-dark.png": theme.DARK}


def _settle(window: MainWindow) -> None:
    """Wait until no work runs and all is painted. Raises TimeoutError."""
    loop, left = QEventLoop(), LONGEST_MS
    while left > 0:
        QTimer.singleShot(STEP_MS, loop.quit)
        loop.exec()
        left -= STEP_MS
        if not any(job.running for job in window.findChildren(Job)):
            QApplication.processEvents()
            return
    raise TimeoutError("the inspection of the simulated card did not end")


def _window() -> MainWindow:
    """A window that has inspected the simulated card as an inspector would."""
    window = MainWindow(real_work())
    window.show()
    window.begin()
    _settle(window)
    window.inspect.measurement.simulation.setCurrentText(SIMULATION)
    window.inspect.measurement.add.click()
    window.inspect.declared.product.setText("GeForce RTX 4090")
    window.inspect.declared.memory.setValue(24)
    window.inspect.inspect()
    _settle(window)
    return window


def main() -> int:
    """Write the pictures to docs/."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = SCALE
    (ROOT / "docs").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ["GPU_INSPECTOR_HOME"] = home
        os.environ.pop("GPU_INSPECTOR_LEDGER", None)
        application = QApplication(sys.argv[:1])
        for name, colours in PICTURES.items():
            theme.wear(application, colours)
            window = _window()
            # The real path is that of the folder that is gone.
            window.result.place.setText("Inspection 1 of the ledger. Signed report: report-000001.pdf")
            target = ROOT / "docs" / name
            if not window.grab().save(str(target)):
                print(f"{target} cannot be written.")
                return 1
            print(target.relative_to(ROOT))
            window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
