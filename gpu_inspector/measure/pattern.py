"""The words of the memory test: each carries its own position and pass, mixed so that every bit looks random, and the
mixing can be undone. A word that was written elsewhere thus names the place that it was written to.

A word is 32 bytes, four lanes of 64 bits. Lane l of word i in pass p holds mix(key ^ salt) with
key = l << 60 | p << 48 | i. The kernels (`kernels/memory.cu`) hold the same constants; a test runs both and compares.
"""

from enum import IntEnum

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]

FIRST_FACTOR = 0x9E6C63D0876A9A63
SECOND_FACTOR = 0xD1B54A32D192ED03
"""Odd, with about as many ones as zeros; any odd numbers would do, since only invertibility and mixing are asked."""
INDEX_BITS = 48
PASS_BITS = 12
LANES = 4
LANE_SHIFT = 60
_MASK = (1 << 64) - 1
_U = np.uint64


class Kind(IntEnum):
    """What a pass writes. The number is an argument of the kernels."""

    HASH = 0
    INVERSE = 1
    """HASH with every bit turned."""
    WALKING_ONE = 2
    """One of the 256 bits is set; which one follows from the hash of the position."""
    WALKING_ZERO = 3
    """WALKING_ONE with every bit turned."""


def mix(x: Words) -> Words:
    """An invertible mixing of 64-bit numbers, element by element."""
    x = x ^ (x >> _U(32))
    x = x * _U(FIRST_FACTOR)
    x = x ^ (x >> _U(29))
    x = x * _U(SECOND_FACTOR)
    return x ^ (x >> _U(32))


def unmix(x: Words) -> Words:
    """What `mix` was given."""
    x = x ^ (x >> _U(32))
    x = x * _U(pow(SECOND_FACTOR, -1, 1 << 64))
    x = x ^ (x >> _U(29)) ^ (x >> _U(58))
    x = x * _U(pow(FIRST_FACTOR, -1, 1 << 64))
    return x ^ (x >> _U(32))


def expected(index: Words, number: int, kind: Kind, salt: int) -> Words:
    """The words at `index`, shape (n,), of pass `number` (0 to 4095): shape (n, 4)."""
    index = np.asarray(index, dtype=np.uint64)
    base = index ^ _U((number << INDEX_BITS) & _MASK)
    if kind in (Kind.HASH, Kind.INVERSE):
        lanes = np.stack([mix(base ^ _U((lane << LANE_SHIFT) ^ salt)) for lane in range(LANES)], axis=-1)
        return ~lanes if kind is Kind.INVERSE else lanes
    bit = mix(base ^ _U(salt)) >> _U(56)
    lanes = np.zeros((*index.shape, LANES), dtype=np.uint64)
    one = _U(1) << (bit & _U(63))
    np.put_along_axis(lanes, (bit >> _U(6)).astype(np.int64)[..., None], one[..., None], axis=-1)
    return ~lanes if kind is Kind.WALKING_ZERO else lanes


def decode(words: Words, kind: Kind, salt: int) -> tuple[Words, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where words of HASH or INVERSE, shape (n, 4), were written: (index, pass, lanes that agree on both).

    Lanes whose number is not their own do not count; 4 of 4 is certain, 0 is no word of ours. Index and pass mean
    nothing where fewer than two agree.
    """
    key = unmix(~words if kind is Kind.INVERSE else words) ^ _U(salt)
    lane = (key >> _U(LANE_SHIFT)).astype(np.int64)
    own = lane == np.arange(LANES)
    place = key & _U((1 << LANE_SHIFT) - 1)
    agreeing = np.stack(
        [(own & own[:, k : k + 1] & (place == place[:, k : k + 1])).sum(axis=1) for k in range(LANES)], axis=-1
    )
    best = agreeing.argmax(axis=1)
    rows = np.arange(len(words))
    chosen = place[rows, best]
    return (
        chosen & _U((1 << INDEX_BITS) - 1),
        (chosen >> _U(INDEX_BITS)).astype(np.int64),
        agreeing[rows, best],
    )
