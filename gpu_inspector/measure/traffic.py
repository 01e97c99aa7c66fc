"""Passes over the tested area, in launches that no watchdog minds: fill, verify, diagnose, single words.

A display's watchdog ends kernels after some seconds, and a broken card can be a thousand times slower than a sound
one; so the first launches are small, and their measured times set the size of the next.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from gpu_inspector.measure import launches
from gpu_inspector.measure.area import Area, Counts, Flags, PassKey, Piece
from gpu_inspector.measure.coverage import flush_l2
from gpu_inspector.measure.decode import PageSums, joined, sum_slots
from gpu_inspector.measure.device import Device, HostBuffer, words_of
from gpu_inspector.measure.launches import DIAGNOSE_THREADS, SLOT_WORDS
from gpu_inspector.measure.page_watch import PageWatch
from gpu_inspector.measure.pattern import Words
from gpu_inspector.measure.run import Run
from gpu_inspector.records.silicon import PAGE_BYTES, WORD_BYTES, WORDS_PER_PAGE, PassReading

FIRST_PAGES = 128
"""256 MiB; 13 ms at 20 GB/s."""
MOST_PAGES = 32768
"""64 GiB: one launch of 100 ms at 690 GB/s and more."""
WANTED_S = 0.1
LONGEST_S = 0.2
GROWTH = 4
"""A launch is at most so many times the one before: short ones are mostly the launch's own time."""
BATCH_PAGES = 512
"""Pages of one launch of diagnose, and words of one launch of the sparse probe."""
SLOWEST_BYTES_PER_S = 1e9
"""What is expected of a piece before anything was measured."""
DIAGNOSE_BYTES_PER_S = 4e9
"""What is expected of diagnose: one thread for 2,048 words."""
LOOK_S = 1.0
"""Between two looks at the sensors."""


@dataclass(slots=True)
class Pace:
    """How many pages the next launch takes."""

    pages: int = FIRST_PAGES
    bytes_per_s: float = SLOWEST_BYTES_PER_S

    def learn(self, pages: int, seconds: float) -> None:
        """From one launch: the next shall take WANTED_S, none above LONGEST_S."""
        if seconds <= 0:
            return
        self.bytes_per_s = pages * PAGE_BYTES / seconds
        fitting = int(pages * WANTED_S / seconds)
        # A short rest of a chunk tells nothing of long launches: it never makes them smaller.
        if fitting > self.pages or pages == self.pages or seconds > LONGEST_S:
            self.pages = min(max(fitting, 1), self.pages * GROWTH, MOST_PAGES)


@dataclass(slots=True)
class Traffic:
    """What the passes share: the host's buffers, the pace, the progress. `position` is where the last launch began."""

    device: Device
    run: Run
    sink: HostBuffer
    flags: HostBuffer
    chosen: HostBuffer
    slots: HostBuffer
    addresses: HostBuffer
    words: HostBuffer
    area: Area = field(default_factory=lambda: Area(()))
    planned_bytes: int = 1
    ends_s: float | None = None
    """When passes are repeated for a time: when, on the device's clock, they shall end."""
    moved_bytes: int = 0
    position_bytes: int = 0
    passes: dict[str, PassReading] = field(default_factory=dict)
    watch: PageWatch | None = None
    """Where somebody looks at the pages meanwhile."""
    _paces: dict[str, Pace] = field(default_factory=dict)
    _looked_s: float = -LOOK_S
    _temperature_c: float | None = None

    def fill(self, what: PassKey) -> None:
        """Write the whole area, ascending."""
        for piece in self._pieces("fill", ascending=True):
            seconds = launches.fill(
                self.device, piece.address, piece.first_word, piece.pages, what.number, what.kind, self.run.salt
            )
            self._count("write " + what.name, "fill", piece, seconds)
            if self.watch is not None:
                self.watch.written(piece.first_page, piece.pages)

    def verify(self, what: PassKey, flagged: Flags, verified: Flags) -> None:
        """Read the whole area, descending; both arrays have an element for each page and are written as it goes.

        What was written last is verified first, so the cache is emptied before.
        """
        flush_l2(self.device, self.area, self.sink)
        for piece in self._pieces("verify", ascending=False):
            here = slice(piece.first_page, piece.first_page + piece.pages)
            flags = words_of(self.flags, np.uint8, piece.pages)
            flags[:] = 0
            seconds = launches.verify(
                self.device,
                piece.address,
                piece.first_word,
                piece.pages,
                what.number,
                what.kind,
                self.run.salt,
                self.flags,
            )
            flagged[here] = flags != 0
            verified[here] = True
            self._count("verify " + what.name, "verify", piece, seconds, int(np.count_nonzero(flags)))
            if self.watch is not None:
                self.watch.verified(piece.first_page, flagged[here])

    def diagnose(self, what: PassKey, pages: Counts) -> PageSums:
        """Class every word of these pages, given sorted by their numbers in the area."""
        parts = []
        for chunk, local in self.area.split(pages):
            for start in range(0, len(local), BATCH_PAGES):
                batch = local[start : start + BATCH_PAGES]
                launches.numbers(self.chosen, len(batch))[:] = batch.astype(np.uint64)
                slots = launches.numbers(self.slots, len(batch) * DIAGNOSE_THREADS * SLOT_WORDS)
                slots[:] = 0
                self.position_bytes = (chunk.first_page + int(batch[0])) * PAGE_BYTES
                self._tell(len(batch) * PAGE_BYTES / DIAGNOSE_BYTES_PER_S)
                launches.diagnose(
                    self.device,
                    chunk.address,
                    chunk.first_word,
                    self.chosen,
                    len(batch),
                    what.number,
                    what.kind,
                    self.run.salt,
                    self.area.words,
                    self.slots,
                )
                parts.append(sum_slots(slots, batch + chunk.first_page))
        return joined(parts)

    def gather(self, words: Counts) -> Words:
        """What single words of the area hold now, shape (n, 4)."""
        found = np.empty((len(words), 4), dtype=np.uint64)
        for start in range(0, len(words), WORDS_PER_PAGE):
            batch = words[start : start + WORDS_PER_PAGE]
            launches.numbers(self.addresses, len(batch))[:] = self.area.addresses(batch)
            self.position_bytes = int(batch.min()) * WORD_BYTES
            self._tell(0.1)
            launches.gather(self.device, self.addresses, len(batch), self.words)
            found[start : start + len(batch)] = launches.numbers(self.words, len(batch) * 4).reshape(-1, 4)
        return found

    def poke(self, words: Counts, values: Words) -> None:
        """Write single words, BATCH_PAGES at a time."""
        for start in range(0, len(words), BATCH_PAGES):
            batch = words[start : start + BATCH_PAGES]
            launches.numbers(self.addresses, len(batch))[:] = self.area.addresses(batch)
            launches.numbers(self.words, len(batch) * 4)[:] = values[start : start + len(batch)].ravel()
            self.position_bytes = int(batch.min()) * WORD_BYTES
            self._tell(0.1)
            launches.poke(self.device, self.addresses, len(batch), self.words)

    def pause(self, seconds: float) -> None:
        """Let time pass, with signs of life."""
        while seconds > 0:
            self._tell(LOOK_S)
            self.device.pause(min(seconds, LOOK_S))
            seconds -= LOOK_S

    def flush(self) -> None:
        """Empty the cache of what was read or written last."""
        flush_l2(self.device, self.area, self.sink)

    def _pieces(self, kernel: str, *, ascending: bool) -> Iterator[Piece]:
        pace = self._paces.setdefault(kernel, Pace())
        for chunk in self.area.chunks if ascending else reversed(self.area.chunks):
            done = 0
            while done < chunk.pages:
                pages = min(pace.pages, chunk.pages - done)
                start = done if ascending else chunk.pages - done - pages
                piece = Piece(chunk.address + start * PAGE_BYTES, chunk.first_page + start, pages)
                self.position_bytes = piece.first_page * PAGE_BYTES
                self._tell(piece.size_bytes / pace.bytes_per_s, pace.bytes_per_s)
                yield piece
                done += pages

    def _count(self, name: str, kernel: str, piece: Piece, seconds: float, bad_pages: int = 0) -> None:
        before = self.passes.get(name, PassReading(name=name, moved_bytes=0, seconds=0.0))
        self.passes[name] = PassReading(
            name=name,
            moved_bytes=before.moved_bytes + piece.size_bytes,
            seconds=before.seconds + seconds,
            bad_pages=before.bad_pages + bad_pages,
            temperature_c=_hotter(before.temperature_c, self._temperature_c),
        )
        self._paces[kernel].learn(piece.pages, seconds)
        self.moved_bytes += piece.size_bytes

    def _tell(self, expected_s: float, bytes_per_s: float = 0.0) -> None:
        now = self.device.now_s()
        if now - self._looked_s >= LOOK_S:
            self._looked_s = now
            self._temperature_c = self.device.sensors().temperature_c
        figures = {}
        if bytes_per_s and self.moved_bytes:
            figures["gb_per_s"] = round(bytes_per_s / 1e9, 1)
        if self._temperature_c is not None:
            figures["temperature_c"] = self._temperature_c
        share = self.moved_bytes / self.planned_bytes
        if self.ends_s is not None:
            share = min(share, 1 - max(self.ends_s - now, 0.0) / (self.run.minutes * 60))
        self.run.tell(share, expected_s, **figures)


def _hotter(one: float | None, other: float | None) -> float | None:
    """The higher of two looks at a sensor, which may give nothing or nonsense."""
    return max((float(each) for each in (one, other) if each is not None and math.isfinite(each)), default=None)


def traffic_of(device: Device, run: Run) -> Traffic:
    """The buffers, in the host's own memory: results never lie in the memory on trial."""
    return Traffic(
        device=device,
        run=run,
        sink=device.host_buffer(WORD_BYTES),
        flags=device.host_buffer(MOST_PAGES),
        chosen=device.host_buffer(BATCH_PAGES * 8),
        slots=device.host_buffer(BATCH_PAGES * DIAGNOSE_THREADS * SLOT_WORDS * 8),
        addresses=device.host_buffer(WORDS_PER_PAGE * 8),
        words=device.host_buffer(PAGE_BYTES),
    )


def page_numbers(flags: Flags) -> Counts:
    """The numbers of the pages that are set, ascending."""
    return np.flatnonzero(flags).astype(np.int64)


def page_words(page: int) -> Counts:
    """The numbers of all words of a page."""
    first = page * WORDS_PER_PAGE
    return np.arange(first, first + WORDS_PER_PAGE, dtype=np.int64)
