"""Folders of dumps for the tests of batches: each of another card, by our own generator."""

import uuid
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from cards import row_of
from dumps import dump_of

Run = Callable[..., tuple[int, str, str]]


@cache
def one(number: int, memory: str = "") -> bytes:
    """The dump of one RTX 4090; its UUID and serial follow from `number`."""
    own = uuid.uuid5(uuid.NAMESPACE_OID, str(number))
    forged: dict[str, Any] = {"uuid": f"GPU-{own}", "serial": str(own.int)[:13]}
    if memory:
        forged["fb_memory_usage__total"] = memory
    return dump_of(row_of("NVIDIA GeForce RTX 4090"), **forged)


def write(folder: Path, count: int, start: int = 0) -> None:
    """Dumps start to start + count - 1, as 000.xml and so on."""
    folder.mkdir(exist_ok=True, parents=True)
    for number in range(start, start + count):
        (folder / f"{number:03}.xml").write_bytes(one(number))
