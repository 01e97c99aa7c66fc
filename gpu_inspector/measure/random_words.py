"""Random words that are sent somewhere and come back: the same for the same run and number, made a piece at a time.

Whoever sends keeps nothing: what came back is held against the words made anew.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from gpu_inspector.measure.device import Bytes

_CHUNK_WORDS = 1 << 20


def _pieces(salt: int, number: int, count: int) -> Iterator[npt.NDArray[np.uint64]]:
    """Random words, the same for the same run and number, a chunk at a time."""
    source = np.random.PCG64([salt, number])
    for begun in range(0, count, _CHUNK_WORDS):
        yield source.random_raw(min(_CHUNK_WORDS, count - begun))


def fill(array: Bytes, salt: int, number: int) -> None:
    words, begun = array.view(np.uint64), 0
    for chunk in _pieces(salt, number, len(words)):
        words[begun : begun + len(chunk)] = chunk
        begun += len(chunk)


def wrong(array: Bytes, salt: int, number: int) -> int:
    """Bytes that are not those of the pattern."""
    words, begun, wrong = array.view(np.uint64), 0, 0
    for chunk in _pieces(salt, number, len(words)):
        read = words[begun : begun + len(chunk)]
        if not np.array_equal(read, chunk):
            wrong += int(np.count_nonzero(read.view(np.uint8) != chunk.view(np.uint8)))
        begun += len(chunk)
    return wrong
