"""How an office stands in a registry: what was answered to it last, asked with the office's own role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from gpu_inspector.registry.connection import registry_errors

if TYPE_CHECKING:
    from gpu_inspector.registry.connection import Registry


@dataclass(frozen=True, slots=True)
class Last:
    """The last answer of the gate."""

    accepted: bool
    reason: str
    head: int
    at: datetime


def last_answer(registry: Registry, office: int) -> Last | None:
    """What the gate said last to this office; None where it never did. Raises RegistryError, RegistryAway."""
    with registry_errors(), registry.connection.transaction():
        found = registry.connection.execute(
            b"SELECT accepted, reason, head_seq, at FROM gpu_inspector.answer WHERE office = %s"
            b" ORDER BY number DESC LIMIT 1",
            (office,),
        ).fetchone()
    return None if found is None else Last(bool(found[0]), str(found[1]), int(found[2]), found[3])
