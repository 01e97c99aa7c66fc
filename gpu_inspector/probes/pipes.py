"""A command's output in pieces, each waited for no longer than it may take.

Windows waits for sockets alone; there a thread reads, and what it read is waited for.
"""

import os
import queue
import selectors
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from gpu_inspector import platforms

Next = Callable[[float], bytes | None]
"""Given seconds: the next piece, b"" at the end, None where nothing came in that time."""
_QUEUED = 8


@contextmanager
def reading(pipe: IO[bytes], most: int) -> Iterator[Next]:
    """How to get the next piece of a pipe, at most so many bytes each."""
    if platforms.is_windows():
        yield _by_thread(pipe, most)
        return
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        yield lambda seconds: os.read(pipe.fileno(), most) if seconds > 0 and selector.select(seconds) else None


def _by_thread(pipe: IO[bytes], most: int) -> Next:
    pieces: queue.Queue[bytes] = queue.Queue(_QUEUED)

    def read() -> None:
        piece = b"-"
        while piece:
            try:
                piece = os.read(pipe.fileno(), most)
            except (OSError, ValueError):  # closed by whoever waited long enough
                piece = b""
            pieces.put(piece)

    threading.Thread(target=read, name="pipe", daemon=True).start()

    def following(seconds: float) -> bytes | None:
        try:
            return pieces.get(timeout=seconds) if seconds > 0 else None
        except queue.Empty:
            return None

    return following
