"""A question to the registry that nobody waits for longer than was said, whatever the network or the server do.

A server may take a connection and never say a word, or be stopped in the middle of an answer: libpq's own times do
not bound that. So the question is asked by a thread of its own, and whoever asked goes on when the time is over; the
connection is cut then, which ends the thread.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, TypeVar

import psycopg

from gpu_inspector.errors import RegistryAway

if TYPE_CHECKING:
    from gpu_inspector.registry.connection import Registry

T = TypeVar("T")
_GLANCE_S = 0.05
"""Between two looks whether the answer is still wanted."""


class _Question(Generic[T]):
    """One question on its way: its thread writes, whoever waits reads."""

    def __init__(self, connect: Callable[[], Registry], ask: Callable[[Registry], T]) -> None:
        self._connect, self._ask = connect, ask
        self._registry: Registry | None = None
        self._given_up = False
        self.done = threading.Event()
        self.answers: list[T] = []
        self.error: BaseException | None = None

    def work(self) -> None:
        try:
            with self._connect() as registry:
                self._registry = registry
                if not self._given_up:
                    self.answers.append(self._ask(registry))
        except BaseException as error:  # noqa: BLE001 - handed on to whoever waits, who has the walls
            self.error = error
        finally:
            self.done.set()

    def give_up(self) -> None:
        """Shut the socket through a second handle: its thread sees a connection that broke, and ends by itself."""
        self._given_up = True
        if self._registry is not None:
            with (
                suppress(OSError, psycopg.Error),
                socket.socket(fileno=os.dup(self._registry.connection.fileno())) as twin,
            ):
                twin.shutdown(socket.SHUT_RDWR)


def nobody() -> None:
    """Whoever waits does so to the end."""


def within(
    seconds: float,
    connect: Callable[[], Registry],
    ask: Callable[[Registry], T],
    glance: Callable[[], None] = nobody,
) -> T:
    """What `ask` gives, connecting included. Raises RegistryAway when the time is over, RegistryError.

    `glance` is called twenty times a second, and may raise: the question is given up then.
    """
    ends = time.monotonic() + seconds
    question = _Question(connect, ask)
    threading.Thread(target=question.work, name="registry", daemon=True).start()
    try:
        while not question.done.wait(max(0.0, min(_GLANCE_S, ends - time.monotonic()))):
            glance()
            if time.monotonic() >= ends:
                raise RegistryAway(
                    f"The registry did not answer within {seconds:g} seconds.", "Try again later; nothing is lost."
                )
    finally:
        if not question.done.is_set():
            question.give_up()
    if question.error is not None:
        raise question.error
    return question.answers[0]
