"""Lines of an answer, so many and no more: a server that sends for ever is not read for ever, nor kept in memory."""

from __future__ import annotations

from collections.abc import Generator
from itertools import islice
from typing import TYPE_CHECKING, Any

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
