"""sqlite-utils, without the 40 ms that it takes to load NumPy.

sqlite-utils loads NumPy where it finds it, to store arrays. The ledger stores none, and NumPy is here for the measuring
child alone; so it is out of sight while sqlite-utils loads - unless other threads run, which might be loading it.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_OPTIONAL = "numpy"


@contextmanager
def _unseen(name: str) -> Iterator[None]:
    if name in sys.modules or threading.active_count() > 1:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # Python's own mark for "not to be imported"
    try:
        yield
    finally:
        del sys.modules[name]


with _unseen(_OPTIONAL):
    from sqlite_utils import Database, Migrations  # noqa: TID251

__all__ = ["Database", "Migrations"]
