"""The cards of a simulated server together: words that are really copied, and times of a model of its links.

A copy goes over all links of the sender that are up, or all of the receiver's where those are fewer: the switches lose
nothing. What arrives of the links' raw rate is one share for the board, and noise for each copy.
"""

from typing import Final

import numpy as np

from gpu_inspector.measure import random_words
from gpu_inspector.measure.device import Bytes
from gpu_inspector.measure.simulation import servers

PIECE_BYTES = 4 << 20
_SHARE = (0.78, 0.82)
"""Of the raw rate that copies reach [M]."""
_NOISE = 0.003
_START_S = 8e-6
"""Until the first word of a run moves [M]."""


class SimulatedGroup:
    """Implements `measure.device.Group`."""

    def __init__(self, board: servers.Board, seed: int) -> None:
        chance = np.random.default_rng([seed, 30])
        self._board: Final = board
        self._share: Final = float(chance.uniform(*_SHARE))
        self._noise: Final = chance
        self._sent = [np.zeros(PIECE_BYTES, dtype=np.uint8) for _ in board.modules]
        self._received = [np.zeros(PIECE_BYTES, dtype=np.uint8) for _ in board.modules]
        self._now_s = 0.0

    @property
    def size_bytes(self) -> int:
        return PIECE_BYTES

    @property
    def count(self) -> int:
        return len(self._board.modules)

    def reach(self, one: int, other: int) -> bool:
        return one != other

    def load(self, card: int, salt: int, number: int) -> None:
        random_words.fill(self._sent[card], salt, number)

    def clear(self, card: int) -> None:
        self._received[card][:] = 0

    def copy(self, one: int, other: int, times: int) -> float:
        self._received[other][:] = self._sent[one]
        up = min(self._board.modules[card].links_up for card in (one, other))
        rate = up * servers.LINK_MB_PER_S * 1e6 * self._share * float(self._noise.normal(1.0, _NOISE))
        seconds = _START_S + times * PIECE_BYTES / rate
        self._now_s += seconds
        return seconds

    def received(self, card: int) -> Bytes:
        return self._received[card]

    def now_s(self) -> float:
        return self._now_s


def open_group(name: str, seed: int) -> SimulatedGroup:
    """The cards of a simulated server. Raises ProbeError with the names where there is none of that name."""
    return SimulatedGroup(servers.server(name, seed), seed)
