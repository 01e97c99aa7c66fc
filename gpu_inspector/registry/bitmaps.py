"""Which rows of a full block have a word that begins so: a bit a row, for every beginning that many of them have.

The words of a block, sorted, are a tree of beginnings. Of beginnings that the same rows have, the longest alone is
kept: asked for a beginning, the first one at or after it in the order of their letters has its rows, where it begins
so, and where none does, few rows have it. So nothing is known of a row that its words do not tell, and what is asked
of the bits and of the index of words has the same answer. A bitmap of each word and block is an old device: C.-Y. Chan,
Y. E. Ioannidis, "Bitmap Index Design and Evaluation", SIGMOD 1998.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import count

import numpy as np

from gpu_inspector.registry.words import BLOCK_BITS, BLOCK_DIGITS

BLOCK = 1 << BLOCK_BITS
LEAST = BLOCK >> 8
"""Rows that have a beginning, for it to be kept: the index of words answers faster for fewer."""
END = "!"
"""Stands behind a whole word; no word holds it, and every letter and digit is sorted after it."""
_LONGEST = 24
"""Characters of a beginning; what is longer is asked of the index."""
_LAST = "\U0010ffff"


def frequent(rows: Sequence[tuple[int, str]]) -> Iterator[tuple[str, bytes]]:
    """Of the rows of one block, each with its place in it and its words, the frequent beginnings with their bits.

    Words are separated by spaces, and each begins with the digits of the block. The first bit is that of place 0.
    """
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    found = np.fromiter(map(numbers.__getitem__, " ".join(text for _place, text in rows).split(" ")), dtype=np.int32)
    places = np.repeat(
        np.array([place for place, _text in rows], dtype=np.int32), [text.count(" ") + 1 for _place, text in rows]
    )
    each = [f"{one[BLOCK_DIGITS:]}{END}"[:_LONGEST] for one in numbers]
    order = sorted(range(len(each)), key=each.__getitem__)
    words = [each[number] for number in order]
    rank = np.empty(len(words), dtype=np.int32)
    rank[order] = np.arange(len(words), dtype=np.int32)
    ranks = rank[found]
    places = places[np.argsort(ranks, kind="stable")]
    starts = np.concatenate(([0], np.cumsum(np.bincount(ranks, minlength=len(words))))).tolist()
    yield from _kept(words, places, starts)


def _kept(words: list[str], places: np.ndarray, starts: list[int]) -> Iterator[tuple[str, bytes]]:
    """Down the tree from its root, branch by branch, and no further where few rows are left."""
    due = [(0, len(words), 0)]
    while due:
        low, high, known = due.pop()
        if starts[high] - starts[low] < LEAST:
            continue
        has = np.zeros(BLOCK, dtype=bool)
        has[places[starts[low] : starts[high]]] = True
        if np.count_nonzero(has) < LEAST:
            continue
        begun = _common(words[low], words[high - 1], known)
        if begun:
            yield begun, np.packbits(has).tobytes()
        length = len(begun)
        low = bisect_right(words, begun, low, high)  # words that end here, or were cut off
        while low < high:
            behind = bisect_left(words, f"{words[low][: length + 1]}{_LAST}", low, high)
            due.append((low, behind, length + 1))
            low = behind


def _common(first: str, last: str, known: int) -> str:
    """The beginning that two words share, and so all that are sorted between them."""
    most = min(len(first), len(last))
    while known < most and first[known] == last[known]:
        known += 1
    return first[:known]
