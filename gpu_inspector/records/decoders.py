"""What reads JSON into records, made once for each kind of record, and by one thread at a time.

msgspec notes on a class what it learns of its fields, and notes it before it has learned all of them, so that a class
may hold itself. A second thread that comes upon such a note reads from a table that is half made, and the process dies
of it (msgspec 0.22). A kind whose decoder is ready is read by as many threads as there are.
"""

import threading
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
_MAKING = threading.Lock()
"""One for all kinds: two of them may hold the same third."""
_made: dict[Any, msgspec.json.Decoder[Any]] = {}


def decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    """The decoder for records of this kind; once it is there, msgspec knows all of the kind's fields."""
    if (found := _made.get(kind)) is None:
        with _MAKING:
            found = _made.setdefault(kind, msgspec.json.Decoder(kind))
    return found
