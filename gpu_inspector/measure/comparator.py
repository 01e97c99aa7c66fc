"""The proof of the comparator: a few wrong words are planted by software, and must be found.

It runs after the real passes, on the same card, with the same kernels. It proves that a wrong word in memory would
have been seen; it proves nothing about faults of other kinds, and the report says no more than that.
"""

import numpy as np

from gpu_inspector.measure import launches
from gpu_inspector.measure.area import Counts, Flags, PassKey
from gpu_inspector.measure.device import words_of
from gpu_inspector.measure.pattern import Words, expected
from gpu_inspector.measure.traffic import Traffic
from gpu_inspector.records.silicon import PAGE_BYTES, WORDS_PER_PAGE

PLANTED = 8
"""Wrong words, each on a page of its own; the last is another address's whole word, the others have one bit turned."""
CANDIDATES = 16
"""Words of a page that are looked at to find one that is right."""
_U = np.uint64


def prove(traffic: Traffic, what: PassKey, clean: Flags, there: Flags, lanes: Words) -> tuple[int, int]:
    """(planted, found). `clean` pages are taken first, then such as are `there`; bits of `lanes` are never turned.

    A planted word counts as found when verify flags its page and diagnose counts one right word less than before. So
    a card whose pages all have wrong words of their own can be proved too.
    """
    generator = np.random.default_rng(traffic.run.salt)
    pages = _pages(generator, clean, there)
    if not len(pages):
        return 0, 0
    _fill(traffic, what, pages)
    _verify(traffic, what, pages)  # words that are wrong at their first read only are not to be counted as planted
    before = traffic.diagnose(what, pages)
    words = _right_words(traffic, what, pages, generator)
    pages, rights, words = pages[words >= 0], before.right[words >= 0], words[words >= 0]
    traffic.poke(words, _wrong(words, what, traffic, lanes, generator))
    flagged = _verify(traffic, what, pages)
    after = traffic.diagnose(what, pages)
    found = flagged & (after.right == rights - 1)
    if len(pages) > 1:
        found[-1] &= bool(after.alias[-1] == before.alias[-1] + 1)
    return len(pages), int(found.sum())


def _pages(generator: np.random.Generator, clean: Flags, there: Flags) -> Counts:
    """Up to PLANTED pages, sorted, from all over the area."""
    chosen: list[int] = []
    for pool in (np.flatnonzero(clean), np.flatnonzero(there & ~clean)):
        for part in np.array_split(pool, min(PLANTED - len(chosen), len(pool)) or 1):
            if len(part):
                chosen.append(int(generator.choice(part)))
    return np.array(sorted(chosen), dtype=np.int64)


def _fill(traffic: Traffic, what: PassKey, pages: Counts) -> None:
    for chunk, local in traffic.area.split(pages):
        for page in local.tolist():
            first = chunk.first_word + page * WORDS_PER_PAGE
            address = chunk.address + page * PAGE_BYTES
            launches.fill(traffic.device, address, first, 1, what.number, what.kind, traffic.run.salt)


def _verify(traffic: Traffic, what: PassKey, pages: Counts) -> Flags:
    flagged = []
    for chunk, local in traffic.area.split(pages):
        for page in local.tolist():
            flags = words_of(traffic.flags, np.uint8, 1)
            flags[0] = 0
            first = chunk.first_word + page * WORDS_PER_PAGE
            address = chunk.address + page * PAGE_BYTES
            launches.verify(traffic.device, address, first, 1, what.number, what.kind, traffic.run.salt, traffic.flags)
            flagged.append(bool(flags[0]))
    return np.array(flagged, dtype=np.bool_)


def _right_words(traffic: Traffic, what: PassKey, pages: Counts, generator: np.random.Generator) -> Counts:
    """One word of each page that reads right now; -1 for a page without."""
    inside = generator.integers(0, WORDS_PER_PAGE, size=(len(pages), CANDIDATES))
    words = (pages[:, None] * WORDS_PER_PAGE + inside).astype(np.int64)
    read = traffic.gather(words.ravel())
    should = expected(words.ravel().astype(np.uint64), what.number, what.kind, traffic.run.salt)
    right = (read == should).all(axis=1).reshape(words.shape)
    first = right.argmax(axis=1)
    rows = np.arange(len(pages))
    return np.where(right[rows, first], words[rows, first], -1)


def _wrong(words: Counts, what: PassKey, traffic: Traffic, lanes: Words, generator: np.random.Generator) -> Words:
    """What is planted: one bit turned, of lanes that are sound; in the last word all of another place's word."""
    values = expected(words.astype(np.uint64), what.number, what.kind, traffic.run.salt)
    broken = np.unpackbits(lanes.astype("<u8").view(np.uint8), bitorder="little")
    sound = np.flatnonzero(broken == 0) if not broken.all() else np.arange(len(broken))
    for row, bit in enumerate(generator.choice(sound, size=len(words)).tolist()):
        values[row, bit // 64] ^= _U(1) << _U(bit % 64)
    if len(words) > 1:
        other = words[:1].astype(np.uint64)
        values[-1] = expected(other, what.number, what.kind, traffic.run.salt)[0]
    return values
