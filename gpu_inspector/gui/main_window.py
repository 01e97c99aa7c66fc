"""The window: puts the pages behind a rail, connects them, and hands them keys and dropped files. Nothing else.

A page is made when it is first needed: the frame stands at once, and the bench fills it as soon as it was painted.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QWidget

from gpu_inspector import __version__
from gpu_inspector.gui import place
from gpu_inspector.gui.page_stack import Pages
from gpu_inspector.gui.pages import PAGES, entry_of, key_of
from gpu_inspector.gui.rail import Rail
from gpu_inspector.gui.work import Work
from gpu_inspector.language import _

if TYPE_CHECKING:
    from gpu_inspector.gui.help import HelpPanel
    from gpu_inspector.gui.page import Page

SMALLEST = (1024, 640)
"""Pixels; fits a screen of 1280 x 720 with the system's own bars."""
FIRST = (1280, 720)


class MainWindow(Pages, QMainWindow):
    """Title, rail, pages, keys."""

    def __init__(self, work: Work) -> None:
        QMainWindow.__init__(self)
        Pages.__init__(self, work)
        self._leaving = self._ready = False
        self._help: HelpPanel | None = None
        self.rail = Rail(PAGES)
        inner = QWidget()
        self._row = QHBoxLayout(inner)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self.rail)
        self._row.addWidget(self.stack, 1)
        self.setCentralWidget(inner)
        self.setMinimumSize(*SMALLEST)
        self.resize(*FIRST)
        self.setAcceptDrops(True)
        self.rail.chosen.connect(lambda number: self.go_to(self.page(PAGES[number].name)))
        self._bind_keys()
        self.rail.show_number(0)
        self._entitle(PAGES[0].name)
        place.restore(self)

    @property
    def help(self) -> "HelpPanel":
        """The help of the page in front, made when it is first asked for."""
        if self._help is None:
            from gpu_inspector.gui.help import HelpPanel

            self._help = HelpPanel()
            self._row.addWidget(self._help)
            self._help.show_page(self.stack.currentWidget())
        return self._help

    def begin(self) -> None:
        """Fill the window once it has been painted."""
        QTimer.singleShot(0, self._start)

    def go_to(self, page: "Page") -> None:
        """Bring a page to the front."""
        self.stack.setCurrentWidget(page)
        self.rail.show_number(self.stack.currentIndex())
        if self._help is not None:
            self._help.show_page(page)
        self._entitle(page.name)
        page.enter()

    # --- what the system says

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Each file to the page that knows its kind."""
        from gpu_inspector.gui.dropping import deliver

        deliver(self, tuple(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close when no work runs. While an inspection runs it is asked once, in a line; then the work is stopped."""
        from gpu_inspector.gui.asking import panel_of
        from gpu_inspector.gui.worker import Job

        if not self._made:
            event.accept()
            return
        if self.run.running and not self._leaving:
            self._leaving = True
            self.go_to(self.run)
            self.run.notice.warn(
                _("An inspection is running. Close the window once more to stop it; nothing of it is stored then.")
            )
            event.ignore()
            return
        panel_of(self).close_for_good()
        self.run.cancel()  # also what waits for its turn
        self.case.flush()
        running = [job for job in self.findChildren(Job) if job.running]
        for job in running:
            job.cancel()
            job.ended.connect(self.close, Qt.ConnectionType.SingleShotConnection)
        if running:
            event.ignore()
        else:
            self.settings.remember(self)
            event.accept()

    def _entitle(self, name: str) -> None:
        """Which page it is stands where a task bar, a screen reader and a test see it."""
        title = _(entry_of(name).title)
        self.setWindowTitle(_("GPU Inspector {version}: {page}").format(version=__version__, page=title))

    @Slot()
    def _start(self) -> None:
        self.rail.draw()
        self.settings.start()
        self.bench.welcome(not self.settings.preferences.welcomed)
        self.bench.start()
        self.case.start()
        if self.settings.trouble:
            self.go_to(self.settings)

    @Slot()
    def _inspect(self) -> None:
        if self.is_front("look") and self.look.alone:  # what is in sight is meant, not a card that is chosen elsewhere
            self.look.inspect()
            return
        self.go_to(self.run)
        self._make_ready()
        self.run.begin(self.case.orders())

    @Slot()
    def _inspect_unpowered(self) -> None:
        self.go_to(self.run)
        self._make_ready()
        self.run.begin((self.case.order_unpowered(),))

    @Slot()
    def _make_ready(self) -> None:
        """Have the page on which a run ends before it begins: to make one takes longer than a window may pause."""
        if not self.run.running and not self._ready:
            from gpu_inspector.gui.garbage import Collector

            self._ready = True
            self.verdict.ensurePolished()
            Collector.keep_loaded()

    @Slot(bool)
    def _busy(self, busy: bool) -> None:
        self._leaving = False
        self.bench.lock(busy)
        self.case.lock(busy)
        if "look" in self._made:
            self.look.lock(busy)
        self.settings.lock(busy)

    @Slot(object)
    def _inspected(self, done: object) -> None:
        self.verdict.show_done(done)
        if not self.run.running:
            self.go_to(self.verdict)

    @Slot(object)
    @Slot(object, int)
    def _show_kept(self, kept: object, card: int = -1) -> None:
        self.verdict.show_kept(kept, card)
        self.go_to(self.verdict)

    # --- which page's word another page hears

    def connect_page(self, name: str) -> None:
        connect = {
            "bench": self._connect_bench,
            "case": self._connect_case,
            "look": self._connect_look,
            "run": self._connect_run,
            "history": self._connect_history,
            "lots": self._connect_lots,
            "verify": self._connect_verify,
        }.get(name)
        if connect is not None:
            connect()

    def _connect_bench(self) -> None:
        self.bench.chosen.connect(lambda subjects: self.case.show_subjects(subjects))
        self.bench.chosen.connect(lambda subjects: self.run.show_subjects(subjects))
        self.bench.wanted.connect(lambda: self.go_to(self.case))
        self.bench.welcomed.connect(lambda: self.settings.change(welcomed=True))
        self.bench.details.connect(lambda: self.go_to(self.about))

    def _connect_case(self) -> None:
        self.case.use(self.settings.preferences)
        self.settings.changed.connect(self.case.use)
        self.case.wanted.connect(lambda: self.go_to(self.run))

    def _connect_look(self) -> None:
        objects = self.case.objects
        self.look.use(self.settings.preferences)
        self.settings.changed.connect(self.look.use)
        self.look.changed.connect(objects.see)
        self.look.photographed.connect(objects.take_in)
        self.look.object_wanted.connect(objects.show_object)
        self.look.card_wanted.connect(objects.give_to_card)
        self.look.wanted.connect(self._inspect_unpowered)
        objects.shown.connect(self.look.show_sight)
        self.look.show_sight(objects.shelf.look())
        self.look.setEnabled(self.case.area.isEnabled())  # what is typed before the draft is known would be lost
        for known in (self.case.drafts.found, self.case.drafts.failed):
            known.connect(lambda _what: self.look.setEnabled(True))
        self.look.lock("run" in self._made and self.run.running)

    def _connect_run(self) -> None:
        self.run.use(self.settings.preferences)
        self.settings.changed.connect(self.run.use)
        self.run.wanted.connect(self._inspect)
        self.run.prepared.connect(self._make_ready)
        self.run.busy.connect(self._busy)
        self.run.inspected.connect(lambda done: self.case.stored(done))
        self.run.inspected.connect(self._inspected)

    def _connect_history(self) -> None:
        self.history.opened.connect(self._show_kept)
        self.history.tags.opened.connect(self._show_kept)
        self.history.files.lot_wanted.connect(lambda numbers: self.lots.offer_rows(numbers))

    def _connect_lots(self) -> None:
        self.lots.use(self.case.terms, lambda: self.run.last)
        self.lots.opened.connect(self._show_kept)
        self.lots.wanted.connect(lambda: self.go_to(self.lots))

    def _connect_verify(self) -> None:
        self.verify.use(self.settings.preferences)
        self.settings.changed.connect(self.verify.use)
        self.verify.accepted.connect(lambda paths: self.settings.change(trusted=paths))

    def _bind_keys(self) -> None:
        keys: dict[str, Callable[[], object]] = {
            "Ctrl+O": self._open,
            "Ctrl+L": lambda: self.bench.refresh(),
            "Ctrl+R": self._inspect,
            "F5": self._inspect,
            "Esc": self._escape,
            "Ctrl+S": self._save,
            "Ctrl+Shift+O": lambda: self.verdict.open_report(),
            "F1": lambda: self.help.toggle(self.stack.currentWidget()),
            "Ctrl+Q": self.close,
        }
        for number, entry in enumerate(PAGES, 1):
            keys[key_of(number)] = partial(self._go_to_name, entry.name)
        for sequence, act in keys.items():
            QShortcut(QKeySequence(sequence), self).activated.connect(act)

    def _go_to_name(self, name: str) -> None:
        self.go_to(self.page(name))

    @Slot()
    def _open(self) -> None:
        if self.is_front("verify"):
            self.verify.choose_files()
        elif self.is_front("lots"):
            self.lots.choose_files()
        else:
            self.go_to(self.bench)
            self.bench.choose_file()

    @Slot()
    def _save(self) -> None:
        if self.is_front("verify"):
            self.verify.choose_list_place()
        elif self.is_front("lots"):
            self.lots.choose_place()
        else:
            self.verdict.choose_place()

    @Slot()
    def _escape(self) -> None:
        from gpu_inspector.gui.asking import panel_of

        if panel_of(self).is_open:
            panel_of(self).refuse()
        elif self._help is not None and self._help.isVisible():
            self.help.hide()
        elif self.front is not None and self.front.running:
            self.front.cancel()
        else:
            self.run.cancel()
