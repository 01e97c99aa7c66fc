"""The run page's half of `make bench`: how long a run ever holds the window up, and what its curves and maps cost.

All open a window without a screen. The pause is the longest gap between two ticks of a timer of 5 ms while a simulated
card is inspected with the standard profile, from the start to its number in the ledger; beside it stands how much of a
gap was the window's own work, which other programs on the machine do not lengthen.
"""

import math
import os
import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QObject, QRect, QTimer  # noqa: TID251 - it opens the window
from PySide6.QtGui import QColor, QPainter, QPixmap  # noqa: TID251
from PySide6.QtWidgets import QApplication  # noqa: TID251

from gpu_inspector.gui import theme
from gpu_inspector.gui.garbage import Collector
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.run_map import MapView
from gpu_inspector.gui.run_plots import Plots, load_library
from gpu_inspector.gui.run_sensors import SensorBook
from gpu_inspector.gui.subject import Order, Subject
from gpu_inspector.gui.work import real_work
from gpu_inspector.gui.worker import Job
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.live import MemoryMap, Sample
from gpu_inspector.records.silicon import PAGE_BYTES

CARD = "genuine-rtx-4090"
TICK_MS = 5
GOAL_MS = 50.0
IDLE_S = 8.0
LONGEST_RUN_S = 120.0
CARDS = 4
SAMPLES_PER_S = 10
WATCHED_S = 10.0
BEFORE = 3000
"""Samples that a card's curve has already: five minutes."""
GOAL_SHARE = 0.10
CARD_BYTES = 24 * 2**30
MAP_SIZE = (520, 380)
"""Pixels of the map, as in the window at 1280 x 720."""
MAPS = 5
FLOOR_CELL = 3
"""Pixels of a square of the floor: as large as the map's own cells are then."""


def bench() -> None:
    """Prints its lines, and judges nothing. Needs GPU_INSPECTOR_HOME to be a folder that may be filled."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme.wear(application, theme.LIGHT)
    Collector(application)  # as the program itself has it
    run_pause()
    plots()
    memory_map()


class _Ticks(QObject):
    """Notes the gaps between its ticks: those of the run, and those after it is over."""

    def __init__(self, over: Callable[[], bool]) -> None:
        super().__init__()
        self._over = over
        self.gaps_s: list[float] = []
        self.after_s: list[float] = []
        self.own_s = 0.0
        """The most processor time of the window's thread between two ticks of the run."""
        self._last_s, self._worked_s = time.perf_counter(), time.thread_time()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        if self._over():
            self.after_s.append(now - self._last_s)
        else:
            self.gaps_s.append(now - self._last_s)
            self.own_s = max(self.own_s, worked - self._worked_s)
        self._last_s, self._worked_s = now, worked


def _wait(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def run_pause() -> None:
    """The longest time for which the window answers nobody while a simulated card is inspected."""
    window = MainWindow(real_work())
    window.show()
    window.begin()
    _until(lambda: not any(job.running for job in window.findChildren(Job)))
    window.go_to(window.run)
    # Libraries are loaded when the page comes to the front.
    _wait(1.0)
    _until(lambda: not any(job.running for job in window.findChildren(Job)))
    _wait(1.0)
    idle = _Ticks(lambda: False)
    _wait(IDLE_S)
    idle.deleteLater()
    subject = Subject(CARD, simulation=CARD)
    ticks = _Ticks(lambda: any(ride.done is not None for ride in window.run.runs.rides))
    window.run.begin((Order(subject, Declaration(), Case()),))
    _until(lambda: not window.run.running)
    _wait(0.5)
    gaps = sorted(ticks.gaps_s)
    ticks.deleteLater()
    (ride,) = window.run.runs.rides
    if ride.done is None:
        raise SystemExit(f"The simulated card was not inspected: {ride.sentence}")
    longest, usual = gaps[-1] * 1e3, gaps[len(gaps) * 99 // 100] * 1e3
    print(f"longest pause of the window during a simulated run   {longest:.0f} ms (goal {GOAL_MS:.0f} ms)")
    print(f"  of a gap, the window's own work   {ticks.own_s * 1e3:.0f} ms at most")
    print(f"  then, until its verdict is shown   {max(ticks.after_s) * 1e3:.0f} ms")
    print(f"  beside: 99 of 100 gaps of a {TICK_MS} ms timer   {usual:.0f} ms at most; {len(gaps)} ticks")
    print(f"  beside: the longest of {IDLE_S:.0f} s in which nothing runs   {max(idle.gaps_s) * 1e3:.0f} ms")
    window.close()
    _until(lambda: not window.isVisible())
    window.deleteLater()


def _until(holds: Callable[[], bool]) -> None:
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > LONGEST_RUN_S:
            raise SystemExit("The window did not come to its end.")
        _wait(0.05)


def plots() -> None:
    """What four cards' curves cost at ten samples a second, as a share of one core."""
    load_library()
    books = [SensorBook() for _ in range(CARDS)]
    for number, book in enumerate(books):
        book.add([_sample(number, tick) for tick in range(BEFORE)], datetime.now(UTC))
    view = Plots()
    view.resize(520, 380)
    view.show()
    view.loaded()
    view.show_books([(f"card {number}", book) for number, book in enumerate(books)])
    _wait(2.0)
    idle = _cpu_s(WATCHED_S / 4) / (WATCHED_S / 4)
    timer, ticks = QTimer(), [BEFORE]

    def feed() -> None:
        for number, book in enumerate(books):
            book.add([_sample(number, ticks[0])], datetime.now(UTC))
        ticks[0] += 1
        view.renew()

    timer.timeout.connect(feed)
    timer.start(1000 // SAMPLES_PER_S)
    share = _cpu_s(WATCHED_S) / WATCHED_S
    timer.stop()
    view.close()
    print(f"curves of {CARDS} cards at {SAMPLES_PER_S} Hz   {share:.1%} of a core (goal {GOAL_SHARE:.0%})")
    print(f"  beside: the same window with nothing new   {idle:.1%}")


def memory_map() -> None:
    """Drawing the map of a card of 24 GB anew, beside as many squares of one colour each, drawn plainly."""
    view = MapView()
    view.resize(*MAP_SIZE)
    view.show()
    _wait(0.2)
    pages = CARD_BYTES // PAGE_BYTES
    half = "r" * (pages // 2) + "u" * (pages - pages // 2)
    mixed = "".join("rea"[page % 3] for page in range(pages))
    figures = {}
    for name, cells in (("half verified", half), ("no two neighbours alike", mixed)):
        maps = [MemoryMap(pages, 1, cells[turn:] + cells[:turn], _counts(cells)) for turn in range(MAPS)]
        figures[name] = min(_drawn_s(view, one) for one in maps)
    view.close()
    floor = min(_squares_s(pages) for _ in range(MAPS))
    for name, seconds in figures.items():
        print(f"memory map of {pages:,} pages, {name}   {seconds * 1e3:.1f} ms, {seconds / floor:.1f} x")
    print(f"  beside: {pages:,} plain squares, two colours   {floor * 1e3:.1f} ms")


def _counts(cells: str) -> tuple[tuple[str, int], ...]:
    return tuple((letter, cells.count(letter)) for letter in sorted(set(cells)))


def _drawn_s(view: MapView, drawn: MemoryMap) -> float:
    view.show_map(drawn)
    began = time.perf_counter()
    view.repaint()
    return time.perf_counter() - began


def _squares_s(count: int) -> float:
    picture = QPixmap(*MAP_SIZE)
    columns = MAP_SIZE[0] // FLOOR_CELL
    colours = QColor("white"), QColor("black")
    began = time.perf_counter()
    painter = QPainter(picture)
    for number in range(count):
        row, column = divmod(number, columns)
        place = QRect(column * FLOOR_CELL, row * FLOOR_CELL, FLOOR_CELL, FLOOR_CELL)
        painter.fillRect(place, colours[number % 2])
    painter.end()
    return time.perf_counter() - began


def _sample(number: int, tick: int) -> Sample:
    wave = math.sin(tick / 50 + number)
    return Sample(tick / SAMPLES_PER_S, 50 + 10 * wave, 300 + 50 * wave, 2000 + 100 * wave, 800 + 50 * wave)


def _cpu_s(seconds: float) -> float:
    """Processor time of this process while so much time passes in its event loop."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    _wait(seconds)
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
