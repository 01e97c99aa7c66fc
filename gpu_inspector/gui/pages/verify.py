"""Drop signed reports here: intact, signer unknown, or altered, and judged again.

Files are examined one after the other by one job at a time; each answer is shown as it comes, and no file stops those
behind it. Certificates whose signatures are accepted hold for this window, or, where it is wished, from now on.
"""

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QModelIndex, QStandardPaths, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QListView,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from gpu_inspector.gui.doors.verify import VerifyDoors
from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.page import Page
from gpu_inspector.gui.settings_panels import push
from gpu_inspector.gui.text import grouped, safe
from gpu_inspector.gui.verified_detail import VerifiedDetail
from gpu_inspector.gui.verified_list import VerifiedModel
from gpu_inspector.gui.verified_signers import AsOf, SignersPanel
from gpu_inspector.gui.work import Work
from gpu_inspector.gui.worker import Job, Task
from gpu_inspector.language import N_, _
from gpu_inspector.preferences import Preferences
from gpu_inspector.workflow.verified import Verified

LIST_WIDTH = 280


class VerifyPage(Page):
    """Examines signed reports."""

    name = "verify"
    help = N_(
        "Drop signed reports (PDF) on the window, or choose them with Ctrl+O. Each is examined: the signature over"
        " every byte, whether anything was added, whether the findings follow from the signed evidence, and whether"
        " the pages are those that belong to it.\n\n"
        "Intact, signer not known here: compare the fingerprint with the office that sent the report, by telephone or"
        " on paper. Then accept its certificate, and its reports are intact with a signer that you accept.\n\n"
        "Altered: do not rely on anything in the file.\n\n"
        "A second officer's signature and time stamps are shown with their own trust. Certificates run out: “As of”"
        " answers as it would have been answered at the end of another day.\n\n"
        "Keys: Ctrl+O chooses files, Ctrl+S saves the list as CSV, Del takes the chosen file off the list, Esc stops"
        " examining."
    )

    accepted = Signal(object)
    """The certificates that are accepted from now on, a tuple of texts: their paths."""

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doors: Final[VerifyDoors] = work.verify
        self._queue: deque[Path] = deque()
        self._job: Job | None = None
        self._current: Path | None = None
        self.reports = VerifiedModel(self)
        self.list, self.detail = QListView(), VerifiedDetail()
        self.summary = plain_label()
        self.add = push(_("&Add reports…"), _("Choose signed reports (Ctrl+O), or drop them on the window"))
        self.save = push(_("&Save list…"), _("Save the results as CSV for a spreadsheet (Ctrl+S)"))
        self.stop = push(_("S&top"), _("Stop examining (Esc)"))
        self.signers = SignersPanel()
        self.as_of = AsOf()
        self._lay_out()
        self._connect()
        self._say()

    @property
    def running(self) -> bool:
        """Whether a file is being examined."""
        return self._job is not None

    def take(self, paths: tuple[Path, ...]) -> None:
        """Examine these files, behind those that wait already."""
        self.notice.clear()
        self.reports.wait_for(paths)
        self._queue += [path for path in dict.fromkeys(paths) if path not in self._queue]
        if paths and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.reports.index(self.reports.paths.index(paths[0])))
        self._next()

    @Slot(object)
    def use(self, preferences: object) -> None:
        """The choices as they hold now: certificates that were accepted for good."""
        assert isinstance(preferences, Preferences)
        self.signers.use(preferences.trusted)

    @Slot()
    def choose_files(self) -> None:
        """Ask for reports."""
        names, _kind = QFileDialog.getOpenFileNames(
            self, _("Signed reports"), _documents(), _("Signed reports (*.pdf);;All files (*)")
        )
        self.take(tuple(Path(name) for name in names))

    @Slot()
    def cancel(self) -> None:
        """Stop; the files that were not examined say so."""
        self._queue.clear()
        if self._job is not None:
            self._job.cancel()

    @Slot()
    def choose_certificate(self) -> None:
        """Ask for a certificate whose signatures are to be accepted."""
        kinds = _("Certificates (*.pem *.crt *.cer *.der);;All files (*)")
        name, _kind = QFileDialog.getOpenFileName(self, _("Accept a certificate"), _documents(), kinds)
        if name:
            self.accept_certificate(Path(name).absolute())

    def accept_certificate(self, path: Path) -> None:
        """Accept the signatures of this certificate, where the file holds one."""
        self._do(lambda progress: self._doors.certificates(path), lambda found: self._accept(path, found))

    @Slot()
    def choose_list_place(self) -> None:
        """Ask where the list of results is to be saved."""
        if not self.reports.results:
            self.notice.tell(_("There is nothing to save yet."))
            return
        name = str(Path(_documents()) / "verified-reports.csv")
        path, _kind = QFileDialog.getSaveFileName(self, _("Save list"), name, _("CSV (*.csv)"))
        if path:
            self.save_list(Path(path))

    def save_list(self, target: Path) -> None:
        """Save the results that there are."""
        results = self.reports.results
        self._do(
            lambda progress: self._doors.save_list(results, target),
            lambda path: self.notice.tell(_("The list is saved as {path}.").format(path=path)),
        )

    @Slot()
    def remove_chosen(self) -> None:
        """Take the chosen file off the list."""
        row = self.list.currentIndex().row()
        if not 0 <= row < len(self.reports.paths):
            return
        path = self.reports.paths[row]
        if path in self._queue:
            self._queue.remove(path)
        self.reports.remove(row)
        self._show_chosen()
        self._say()

    def _lay_out(self) -> None:
        self.list.setModel(self.reports)
        self.list.setAccessibleName(_("Examined reports"))
        self.list.setUniformItemSizes(False)
        self.list.setWordWrap(True)
        self.list.setAlternatingRowColors(True)
        self.list.setSpacing(2)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(_row(self.add, self.save, self.stop))
        column.addWidget(self.list, 1)
        column.addWidget(self.summary)
        column.addWidget(self.as_of)
        column.addWidget(self.signers)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(self.detail)
        split.setSizes([LIST_WIDTH, 3 * LIST_WIDTH])
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        self.body.addWidget(split, 1)

    def _connect(self) -> None:
        self.add.clicked.connect(self.choose_files)
        self.save.clicked.connect(self.choose_list_place)
        self.stop.clicked.connect(self.cancel)
        self.signers.choose.clicked.connect(self.choose_certificate)
        self.signers.changed.connect(self._examine_again)
        self.signers.kept.connect(self.accepted)
        self.as_of.changed.connect(self._examine_again)
        self.as_of.misread.connect(self.notice.warn)
        self.list.selectionModel().currentChanged.connect(self._show_chosen)
        self.reports.dataChanged.connect(self._refresh)
        take_off = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.list)
        take_off.setContext(Qt.ShortcutContext.WidgetShortcut)
        take_off.activated.connect(self.remove_chosen)

    def _next(self) -> None:
        """Examine the file that waits longest, where none is being examined."""
        if self._job is None and self._queue:
            path, trust, at = self._queue.popleft(), self.signers.files, self.as_of.moment
            self._current = path
            self._job = Job(lambda progress: self._doors.verify(path, trust, at, progress), self)
            self._job.done.connect(self._examined)
            self._job.failed.connect(self._failed)
            self._job.ended.connect(self._ended)
            self._job.start()
        self._say()

    @Slot(object)
    def _examined(self, result: object) -> None:
        assert isinstance(result, Verified)
        self.reports.show_result(result.path, result)

    @Slot(str)
    def _failed(self, sentence: str) -> None:
        """A defect while one file was examined: it is that file's answer, and the others still get theirs."""
        self.notice.warn(sentence)
        if self._current is not None:
            self.reports.show_result(self._current, Verified(self._current, None, sentence))

    @Slot()
    def _ended(self) -> None:
        if self._job is not None and self._job.cancel_wanted:
            self._queue.clear()  # also where the window, which is closing, wished it
        self._job = self._current = None
        self._next()

    def _accept(self, path: Path, found: object) -> None:
        assert isinstance(found, tuple)
        self.signers.accept(path, found)
        told = "; ".join(f"{safe(one.name)}, {grouped(one.fingerprint)}" for one in found)
        self.notice.tell(_("Signatures of this certificate are accepted: {told}").format(told=told))

    @Slot()
    def _examine_again(self) -> None:
        """Each answer in the list fits the signers that are accepted now."""
        current = (self._current,) if self._current is not None else ()
        self.take((*(one.path for one in self.reports.results), *current))

    @Slot()
    def _show_chosen(self) -> None:
        self.detail.show_result(self.reports.result(self.list.currentIndex().row()))

    @Slot(QModelIndex, QModelIndex)
    def _refresh(self, first: QModelIndex, last: QModelIndex) -> None:
        if first.row() <= self.list.currentIndex().row() <= last.row():
            self._show_chosen()

    def _say(self) -> None:
        self.stop.setEnabled(self.running)
        self.save.setEnabled(bool(self.reports.results))
        self.summary.setText(self.reports.summary() or _("No report yet."))

    def _do(self, task: Task, done: Callable[[object], object]) -> None:
        self.notice.clear()
        job = Job(task, self)
        job.done.connect(done)
        job.failed.connect(self.notice.warn)
        job.start()


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row


def _documents() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
