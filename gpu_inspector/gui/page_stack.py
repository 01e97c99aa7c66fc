"""The pages of the window, each made when it is first needed: the frame stands before any page is loaded."""

from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QStackedWidget, QWidget

from gpu_inspector.gui.pages import PAGES, page_class
from gpu_inspector.gui.work import Work

if TYPE_CHECKING:
    from gpu_inspector.gui.page import Page
    from gpu_inspector.gui.pages.about import AboutPage
    from gpu_inspector.gui.pages.bench import BenchPage
    from gpu_inspector.gui.pages.case import CasePage
    from gpu_inspector.gui.pages.history import HistoryPage
    from gpu_inspector.gui.pages.look import LookPage
    from gpu_inspector.gui.pages.lots import LotsPage
    from gpu_inspector.gui.pages.run import RunPage
    from gpu_inspector.gui.pages.settings import SettingsPage
    from gpu_inspector.gui.pages.verdict import VerdictPage
    from gpu_inspector.gui.pages.verify import VerifyPage


class Pages:
    """What the window has of them. Whoever holds them connects each one as it is made."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._made: dict[str, Page] = {}
        self.stack = QStackedWidget()
        for _entry in PAGES:
            self.stack.addWidget(QWidget())

    def connect_page(self, name: str) -> None:
        """Called once for each page, as soon as it is made."""

    def is_front(self, name: str) -> bool:
        """Whether that page is there and in front."""
        return name in self._made and self.stack.currentWidget() is self._made[name]

    @property
    def front(self) -> "Page | None":
        """The page in front, where it was made."""
        return next((page for page in self._made.values() if page is self.stack.currentWidget()), None)

    def page(self, name: str) -> "Page":
        """The page of that name, made now where it was not needed before."""
        if name not in self._made:
            made = page_class(name)(self._work)  # type: ignore[arg-type]  # each page takes the work
            number = [entry.name for entry in PAGES].index(name)
            stand_in, front = self.stack.widget(number), self.stack.currentIndex()
            if stand_in is not None:
                self.stack.removeWidget(stand_in)
                stand_in.deleteLater()
            self.stack.insertWidget(number, made)
            self.stack.setCurrentIndex(front)
            self._made[name] = made
            self.connect_page(name)
        return self._made[name]

    @property
    def pages(self) -> "tuple[Page, ...]":
        """All pages, in the order of the rail, those that were not needed yet made now."""
        return tuple(self.page(entry.name) for entry in PAGES)

    @property
    def bench(self) -> "BenchPage":
        return cast("BenchPage", self.page("bench"))

    @property
    def case(self) -> "CasePage":
        return cast("CasePage", self.page("case"))

    @property
    def look(self) -> "LookPage":
        return cast("LookPage", self.page("look"))

    @property
    def run(self) -> "RunPage":
        return cast("RunPage", self.page("run"))

    @property
    def verdict(self) -> "VerdictPage":
        return cast("VerdictPage", self.page("verdict"))

    @property
    def history(self) -> "HistoryPage":
        return cast("HistoryPage", self.page("history"))

    @property
    def lots(self) -> "LotsPage":
        return cast("LotsPage", self.page("lots"))

    @property
    def verify(self) -> "VerifyPage":
        return cast("VerifyPage", self.page("verify"))

    @property
    def settings(self) -> "SettingsPage":
        return cast("SettingsPage", self.page("settings"))

    @property
    def about(self) -> "AboutPage":
        return cast("AboutPage", self.page("about"))
