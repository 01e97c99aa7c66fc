"""How a child speaks: messages into its parent's pipe, each whole, and an end where nobody listens any more."""

import os
from typing import NoReturn

from gpu_inspector.measure import messages

UNHEARD = 1
"""The exit status of a child whose parent is gone."""


class Voice:
    """Writes messages to the parent's pipe, each whole."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def say(self, message: messages.Message) -> None:
        """Write one message. Where nobody reads it, the process ends."""
        data = memoryview(messages.encode(message))
        while data:
            try:
                data = data[os.write(self._descriptor, data) :]
            except OSError:
                _unheard()


def _unheard() -> NoReturn:
    """Nobody listens any more, so nothing is left to be done; the driver takes back what the process held."""
    os._exit(UNHEARD)
