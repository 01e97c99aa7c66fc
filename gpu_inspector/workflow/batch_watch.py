"""A folder whose files are taken as they arrive: by looking again and again, since network shares tell of nothing.

A file is taken when two looks find it alike: the same file of the same size, changed last at the same time. One that
was complete under a hidden or temporary name is taken at once when it gets its own: that is how careful programs hand
files over. What is changed later is taken once more.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gpu_inspector.errors import CaptureError
from gpu_inspector.language import N_
from gpu_inspector.workflow.batch_queue import Item, Kind, of_folder, resolved

TEMPORARY = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".swp", "~")
"""Endings of names that programs give to what they have not finished."""
UNFINISHED = N_("When watching ended, it had a hidden or temporary name; it was not looked into.")
_NAP_SECONDS = 0.2
Signs = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Ending:
    """When watching ends; None and 0 where it does not by itself."""

    idle_seconds: float | None = None
    count: int = 0


class Watch:
    """The files of one folder as they arrive. `stopped` is asked often, and ends it."""

    def __init__(
        self,
        folder: Path,
        *,
        recursive: bool,
        every_seconds: float,
        ending: Ending,
        kept: tuple[Path, ...],
        stopped: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
        nap: Callable[[float], None] = time.sleep,
    ) -> None:
        self._folder, self._recursive, self._every, self._ending = folder, recursive, every_seconds, ending
        self._kept, self._stopped, self._clock, self._nap = kept, stopped, clock, nap
        self._seen: dict[str, Signs] = {}
        self._taken: dict[str, Signs] = {}
        self._unfinished: dict[int, Signs] = {}
        """What lay there under a hidden or temporary name at the last look."""
        self._names: set[str] = set()
        self._told: set[str] = set()
        self._changed, self._waiting = False, False
        """Whether the last look found anything new, and whether it found what is not complete yet."""
        self.trouble = ""
        """Why the folder could not be read at the last look; "" where it could."""

    def __iter__(self) -> Iterator[Item | None]:
        """Items as they are complete; None ahead of each wait. Raises CaptureError: it could not be read at first."""
        yield from self._arriving()
        yield from self._left()

    def _arriving(self) -> Iterator[Item | None]:
        given, since, first = 0, self._clock(), True
        while not self._stopped():
            for item in self._look(first):
                yield item
                given += item.kind is Kind.FILE
                if self._stopped() or (self._ending.count and given >= self._ending.count):
                    return
            first = False
            yield None
            since = self._clock() if self._changed else since
            idle = self._ending.idle_seconds
            if idle is not None and not self._waiting and self._clock() - since >= idle:
                return
            self._wait()

    def _left(self) -> Iterator[Item]:
        """What lay there at the last look under a hidden or temporary name: who reads the summary is to know of it."""
        for name in sorted(self._names):
            yield Item(Kind.LEFT_OUT, name, reason=UNFINISHED)

    def _wait(self) -> None:
        until = self._clock() + self._every
        while not self._stopped() and (left := until - self._clock()) > 0:
            self._nap(min(left, _NAP_SECONDS))

    def _look(self, first: bool) -> Iterator[Item]:
        try:
            found = of_folder(self._folder, self._recursive, resolved(self._kept))
        except CaptureError as error:
            if first:
                raise
            self.trouble = str(error)  # a share that went away comes back
            return
        self.trouble = ""
        before, self._unfinished = self._unfinished, {}
        self._names.clear()
        self._changed = self._waiting = False
        here: set[str] = set()
        for item in found:
            here.add(item.name)
            if item.kind is not Kind.FILE or item.path is None:
                if item.name not in self._told:  # what is no file, and a folder that cannot be read
                    self._told.add(item.name)
                    yield item
                continue
            signs = signs_of(item.path)
            if signs is None:
                continue
            if unfinished(item.name):
                self._unfinished[signs[0]] = signs
                self._names.add(item.name)
            elif self._taken.get(item.name) == signs:
                continue
            elif self._complete(item.name, signs, before):
                self._taken[item.name] = signs
                self._changed = True
                yield item
            else:
                self._changed = self._waiting = True
        for gone in self._seen.keys() - here:
            self._seen.pop(gone)
            self._taken.pop(gone, None)

    def _complete(self, name: str, signs: Signs, before: dict[int, Signs]) -> bool:
        as_before = self._seen.get(name) == signs
        self._seen[name] = signs
        # A new name changes the time of the last change of the inode, and nothing else.
        return as_before or (signs[0] in before and before[signs[0]][:3] == signs[:3])

    def still(self, item: Item) -> bool:
        """Whether a file is as it was when it was taken: asked after it was read. If not, it is taken again later."""
        if item.path is not None and signs_of(item.path) == self._taken.get(item.name):
            return True
        self._taken.pop(item.name, None)
        self._waiting = True
        return False


def signs_of(path: Path) -> Signs | None:
    """Which file it is, its size, and when its content and its entry were changed last; None where it went away."""
    try:
        found = os.stat(path)  # noqa: PTH116 - through a link, as the file is read
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def unfinished(name: str) -> bool:
    """Whether a name is one of what is not finished: hidden, temporary, or within a folder that is hidden."""
    parts = name.split("/")
    return any(one.startswith((".", "~$")) for one in parts) or parts[-1].casefold().endswith(TEMPORARY)
