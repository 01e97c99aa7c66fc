"""How a child's measurement stands, for those who watch: every value bounded, and time left by the speed so far.

It is a picture, not evidence. What does not fit is left out of it, and costs nothing of what is measured.
"""

import re
import time
from collections import deque
from collections.abc import Mapping
from math import isfinite

from gpu_inspector.measure import messages
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records.evidence import Gap
from gpu_inspector.records.live import FIGURES, MOST_CELLS, PAGE_LETTERS, Live, MemoryMap, Sample, Standing, StepLive

MOST_WAITING = 600
"""Samples that are kept for the next look; the oldest go first."""
APART_S = 0.1
"""Between two samples that are kept, by the card's clock: ten a second."""
SENSIBLE_SHARE = 0.03
"""Of a step that must be done before its own speed says how long the rest takes."""
LONGEST_LEFT_S = 7 * 24 * 3600.0
MOST_PAGES = 1 << 22
"""8 TiB."""
MOST_FOLDS = 4096
_LONGEST_CELLS = 128 * 1024
_LONGEST_AT_S = 1e8
_LONGEST_NAME = 40
_MOST_STEPS = 16
_USUAL_S = 10.0
_MEMORY_STEPS = ("memory", "speed")
"""Steps whose bytes per second are the memory's; in others they are the link's."""
_RUN = re.compile(r"([a-z])([1-9][0-9]{0,7})")


class Watching:
    """One child's live picture, as its messages draw it."""

    def __init__(self, label: str, uuid: str) -> None:
        self._label, self._uuid = label, uuid
        self._names: tuple[str, ...] = ()
        self._usual_s: tuple[float, ...] = ()
        """Of each step."""
        self._weights: tuple[float, ...] = ()
        """Of each step, its share of the whole."""
        self._step = ""
        self._share = 0.0
        self._began: dict[str, tuple[float, float]] = {}
        """When each step began, by our clock and by the card's."""
        self._at_s = 0.0
        self._sampled_s = -APART_S
        self._samples: deque[Sample] = deque(maxlen=MOST_WAITING)
        self._pages: messages.Pages | None = None
        self._drawn: MemoryMap | None = None
        self._changed = False

    def hello(self, message: messages.Hello) -> None:
        names = tuple(clean(name, _LONGEST_NAME) for name in message.steps[:_MOST_STEPS])
        self._names = tuple(dict.fromkeys(name for name in names if name))
        weights = message.weights
        sound = len(weights) == len(self._names) and all(0 < one <= LONGEST_LEFT_S for one in weights)
        self._usual_s = weights if sound else (_USUAL_S,) * len(self._names)
        self._weights = tuple(one / sum(self._usual_s) for one in self._usual_s)
        self._changed = True

    def step(self, message: messages.Step) -> None:
        name = clean(message.step, _LONGEST_NAME)
        if name not in self._names:
            return
        if isfinite(message.at_s) and self._at_s <= message.at_s <= _LONGEST_AT_S:
            self._at_s = message.at_s
        if isfinite(message.share):
            self._share = max(self._share, min(message.share, 1.0))
        if name != self._step and name not in self._began:
            self._began[name] = (time.monotonic(), self._at_s)
        self._step = name
        self._note(message.figures)
        self._changed = True

    def pages(self, message: messages.Pages) -> None:
        """Kept as it came; it is read when somebody looks, so that a flood of them costs nothing."""
        self._pages = message
        self._changed = True

    def news(self) -> bool:
        """Whether anything came since the last look."""
        return self._changed

    def look(self, gaps: tuple[Gap, ...], *, ended: bool) -> Live:
        """How it stands now; the samples are handed out once."""
        self._changed = False
        samples = tuple(self._samples)
        self._samples.clear()
        if self._pages is not None:
            self._drawn = map_of(self._pages) or self._drawn
            self._pages = None
        return Live(
            label=self._label,
            uuid=self._uuid,
            steps=tuple(self._standing(number, gaps, ended) for number in range(len(self._names))),
            share=1.0 if ended else self._share,
            seconds_left=None if ended else self._left(),
            samples=samples,
            memory=self._drawn,
            gaps=gaps,
            ended=ended,
        )

    def _note(self, figures: Mapping[str, float]) -> None:
        if self._at_s - self._sampled_s < APART_S:
            return
        found = {}
        for name, (_, _, least, most) in FIGURES.items():
            value = figures.get(name)
            if value is not None and isfinite(value) and least <= value <= most:
                found[name] = value
        if self._step not in _MEMORY_STEPS:
            found.pop("gb_per_s", None)
        if found:
            self._sampled_s = self._at_s
            self._samples.append(Sample(self._at_s, **found))

    def _standing(self, number: int, gaps: tuple[Gap, ...], ended: bool) -> StepLive:
        name = self._names[number]
        current = self._names.index(self._step) if self._step else -1
        reason = next((gap.reason for gap in gaps if gap.source == f"measure: {name}"), "")
        if number < current or (number == current and ended and not reason):
            return StepLive(name, Standing.PARTLY if reason else Standing.DONE, 1.0, reason)
        if number == current:
            return StepLive(name, Standing.MISSING if ended else Standing.RUNNING, self._share_of(number), reason)
        if reason or ended:
            return StepLive(name, Standing.MISSING, 0.0, reason)
        return StepLive(name)

    def _share_of(self, number: int) -> float:
        """Of one step, from the share of the whole."""
        before = sum(self._weights[:number])
        return min(max((self._share - before) / self._weights[number], 0.0), 1.0)

    def _left(self) -> float | None:
        """Seconds by our clock: of the current step by its own speed, of later ones what they usually take."""
        if not self._step or self._share <= 0.0:
            return None
        now = time.monotonic()
        began_s, _ = self._began[self._step]
        number = self._names.index(self._step)
        done = self._share_of(number)
        first_s, first_at_s = next(iter(self._began.values()))
        # A simulation's clock runs ahead of ours: by how far is told by how both have gone so far.
        pace = min((now - first_s) / (self._at_s - first_at_s), 1.0) if self._at_s > first_at_s else 1.0
        measured = done >= SENSIBLE_SHARE
        left = (now - began_s) * (1.0 - done) / done if measured else self._usual_s[number] * pace
        left += sum(self._usual_s[number + 1 :]) * pace
        return min(left, LONGEST_LEFT_S) if isfinite(left) else None


def map_of(message: messages.Pages) -> MemoryMap | None:
    """The map that a message draws; None where it draws none that could be."""
    pages, per_cell = message.pages, message.per_cell
    if not (0 < pages <= MOST_PAGES and 0 < per_cell <= pages and len(message.cells) <= _LONGEST_CELLS):
        return None
    runs = _RUN.findall(message.cells)
    if sum(len(letter) + len(length) for letter, length in runs) != len(message.cells):
        return None
    cells = -(-pages // per_cell)
    if cells > MOST_CELLS or sum(int(length) for _, length in runs) != cells:
        return None
    counts = message.counts
    if not ({letter for letter, _ in runs} | counts.keys() <= PAGE_LETTERS.keys()):
        return None
    if min(counts.values(), default=0) < 0 or sum(counts.values()) != pages:
        return None
    folds = message.folds[:MOST_FOLDS]
    if not all(min(run) >= 0 and max(run[0], run[2]) + run[1] <= pages for run in folds):
        folds = ()
    drawn = "".join(letter * int(length) for letter, length in runs)
    return MemoryMap(pages, per_cell, drawn, tuple(sorted(counts.items())), folds)
