"""Secrets that are held in memory for this window, where a person wished it; nowhere else, and not for long."""

import threading
import time
from collections.abc import Callable
from typing import Final

HELD_S = 30 * 60.0
"""How long a secret that nobody wants is held."""


class Memory:
    """Secrets that are held for this window, by what was asked. Any thread may ask it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock: Final = threading.Lock()
        self._held: dict[str, tuple[str, float]] = {}

    def get(self, wanted: str) -> str | None:
        """What is held for this, from now on for another half hour."""
        with self._lock:
            secret, used = self._held.get(wanted, ("", 0.0))
            if not secret or self._clock() - used > HELD_S:
                self._held.pop(wanted, None)
                return None
            self._held[wanted] = secret, self._clock()
            return secret

    def put(self, wanted: str, secret: str) -> None:
        with self._lock:
            self._held[wanted] = secret, self._clock()

    def drop(self, wanted: str | None = None) -> None:
        """Forget what is held for this, or everything."""
        with self._lock:
            if wanted is None:
                self._held.clear()
            else:
                self._held.pop(wanted, None)
