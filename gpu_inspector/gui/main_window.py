"""The window: puts the pages side by side, connects them, and hands them keys and dropped files. Nothing else."""

from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

from gpu_inspector import __version__
from gpu_inspector.gui.pages import PAGES
from gpu_inspector.gui.work import Work
from gpu_inspector.gui.worker import Job

SMALLEST = (1024, 640)
"""Pixels; fits a screen of 1280 x 720 with the system's own bars."""
FIRST = (1280, 720)


class MainWindow(QMainWindow):
    """Title, pages, keys."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self.setWindowTitle(f"GPU Inspector {__version__}: declared, claimed, measured")
        left, right = PAGES
        self.inspect, self.result = left(work), right(work)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        for number, page in enumerate((self.inspect, self.result)):
            split.addWidget(page)
            split.setStretchFactor(number, number)
        split.setSizes([350, FIRST[0] - 350])
        self.setCentralWidget(split)
        self.setMinimumSize(*SMALLEST)
        self.resize(*FIRST)
        self.setAcceptDrops(True)
        self.inspect.began.connect(self.result.clear)
        self.inspect.inspected.connect(self.result.show_done)
        self._bind_keys()
        self._order_tabs()

    def begin(self) -> None:
        """Look for cards once the window has been painted."""
        QTimer.singleShot(0, self.inspect.start)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if len(paths) == 1:
            self.inspect.open_file(Path(paths[0]))
        else:
            self.inspect.notice.warn("Drop one file of this machine at a time.")

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close when no work runs; before that, ask it to stop and close as soon as it has."""
        running = [job for job in self.findChildren(Job) if job.running]
        for job in running:
            job.cancel()
            job.ended.connect(self.close, Qt.ConnectionType.SingleShotConnection)
        if running:
            self.inspect.notice.tell("The window closes as soon as the work that runs has stopped.")
            event.ignore()
        else:
            event.accept()

    def _bind_keys(self) -> None:
        for keys, act in {
            "Ctrl+O": self.inspect.choose_file,
            "Ctrl+L": self.inspect.refresh,
            "Ctrl+R": self.inspect.inspect,
            "F5": self.inspect.inspect,
            "Esc": self.inspect.cancel,
            "Ctrl+S": self.result.choose_place,
            "Ctrl+Shift+O": self.result.open_report,
            "Ctrl+Q": self._leave,
        }.items():
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    @Slot()
    def _leave(self) -> None:
        self.close()

    def _order_tabs(self) -> None:
        """Left page from top to bottom, then the right one."""
        form, case, result = self.inspect.declared, self.inspect.case, self.result
        measurement = self.inspect.measurement
        order: tuple[QWidget, ...] = (
            self.inspect.list,
            self.inspect.refresh_button,
            self.inspect.open_button,
            form.product,
            form.memory,
            form.modified,
            measurement.profile,
            measurement.simulation,
            measurement.seed,
            measurement.add,
            case.number,
            case.inspector,
            case.office,
            case.place,
            case.note,
            self.inspect.inspect_button,
            self.inspect.cancel_button,
            result.cards,
            result.table,
            result.tree,
            result.open_button,
            result.save_button,
        )
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)
