"""Python's search for garbage, in the window's own thread alone.

Python looks for unreachable objects in whichever thread happens to allocate the next one. In a worker it would take Qt
objects apart beside the window that paints them, and the process would crash. So the search is switched off, and a
clock of the window's asks for it: often for the youngest objects, seldom for all. What a run needs is loaded before it
and then left out: to look through all of that takes longer than a window may pause.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

TICK_MS = 1000
YOUNG = 700
"""New objects below which a look is not worth its time: Python's own number."""
MIDDLE_EVERY, OLD_EVERY = 10, 60
"""Looks, of which one takes the middle generation too, and one all of them."""


class Collector(QObject):
    """Searches from now on, as long as its parent lives."""

    searching = False
    """Whether there is one in this program."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._looks = 0
        Collector.searching = True
        gc.disable()
        gc.collect()
        gc.freeze()  # what stands at the start stays until the end, and need not be looked through again
        self._clock = QTimer(self)
        self._clock.timeout.connect(self.look)
        self._clock.start(TICK_MS)

    @staticmethod
    def keep_loaded() -> None:
        """What stands now is looked through no more: called once, when what a run needs has been loaded."""
        if Collector.searching:
            gc.freeze()

    @Slot()
    def look(self) -> None:
        """Search for garbage as far as this look's turn goes."""
        if gc.get_count()[0] < YOUNG:
            return
        self._looks += 1
        gc.collect(2 if self._looks % OLD_EVERY == 0 else 1 if self._looks % MIDDLE_EVERY == 0 else 0)
