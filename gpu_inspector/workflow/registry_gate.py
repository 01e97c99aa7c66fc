"""The gate at work: once over what lies in the inbox, or on until it is stopped, as a service beside the database."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gpu_inspector import log
from gpu_inspector.errors import RegistryAway, RegistryError
from gpu_inspector.workflow import registry_opening, registry_rows

if TYPE_CHECKING:
    from gpu_inspector.registry.connection import Registry
    from gpu_inspector.registry.gate import Answered

LISTEN_S = 1.0
"""How long a stop, or a lost notification, takes to be seen."""
AGAIN_S = 2.0
"""How long after a broken connection it is tried again."""
INDEX_EVERY = 50
"""Batches after which the words are brought up also while more lie there."""


@dataclass(slots=True)
class Done:
    """What a gate has answered."""

    accepted: int = 0
    """Batches."""
    refused: int = 0
    rows: int = 0
    """New ones."""


def accept(
    url: str,
    *,
    follow: bool = False,
    stopped: Callable[[], bool] = lambda: False,
    told: Callable[[Answered], None] = lambda _answered: None,
) -> Done:
    """Answer what lies in the inbox; with `follow` also all that comes, until `stopped`.

    Raises RegistryError where this role is no registrar's, RegistryAway where the registry does not answer; with
    `follow` a registry that goes away is waited for.
    """
    done = Done()
    while True:
        try:
            _work(url, done, follow, stopped, told)
            return done
        except RegistryAway as error:
            if not follow or stopped():
                raise
            log.warning("registry-away", reason=error.message)
        _pause(stopped)


def _work(url: str, done: Done, follow: bool, stopped: Callable[[], bool], told: Callable[[Answered], None]) -> None:
    from gpu_inspector.registry import gate, inbox, indexing, schema

    with registry_opening.opened(url) as registry:
        schema.require_current(registry)
        _require_registrar(registry)
        inbox.listen(registry, inbox.DELIVERED)
        indexing.catch_up(registry, stopped=stopped)
        while True:
            batches = 0
            for answered in gate.accept(registry, registry_rows.sound, registry_rows.examined, stopped=stopped):
                batches += 1
                _count(done, answered)
                told(answered)
                if batches % INDEX_EVERY == 0:
                    indexing.catch_up(registry, stopped=stopped)
            if batches:
                indexing.catch_up(registry, stopped=stopped)
            if not follow or stopped():
                return
            inbox.heard(registry, LISTEN_S)


def _require_registrar(registry: Registry) -> None:
    me = registry.me()
    if not me.registrar:
        raise RegistryError(
            f"The role {me.role} is no registrar of this registry.", "Ask who keeps the registry to appoint it."
        )


def _count(done: Done, answered: Answered) -> None:
    if answered.reason:
        done.refused += 1
    else:
        done.accepted += 1
        done.rows += answered.rows


def _pause(stopped: Callable[[], bool]) -> None:
    end = time.monotonic() + AGAIN_S
    while time.monotonic() < end and not stopped():
        time.sleep(0.1)
