"""Lines of an answer, so many and no more: a server that sends for ever is not read for ever, nor kept in memory."""

from __future__ import annotations

from collections.abc import Generator
from itertools import islice
from typing import TYPE_CHECKING, Any

from gpu_inspector.errors import RegistryError
from gpu_inspector.registry.connection import NOT_ANSWERED

if TYPE_CHECKING:
    from psycopg import Connection


def bounded(connection: Connection, question: bytes, values: tuple[object, ...], most: int) -> list[tuple[Any, ...]]:
    """The first `most` lines that a question gives; where more come, the server is told to stop."""
    with connection.cursor() as cursor:
        lines = cursor.stream(question, values)
        try:
            return list(islice(lines, most))
        finally:
            if isinstance(lines, Generator):
                lines.close()  # what is half read holds the connection


def octets(value: object) -> bytes:
    """What a column of bytes holds. Raises RegistryError for all else: of a number, `bytes` makes so many zeros."""
    if not isinstance(value, bytes):
        raise RegistryError(NOT_ANSWERED)
    return value
