"""How this office stands to its registry: what is there, what waits, what was answered last, and what leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector.errors import GpuInspectorError, RegistryError
from gpu_inspector.language import N_
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import leaves
from gpu_inspector.records.keyed import key_id
from gpu_inspector.workflow import registry_keys, registry_leaves, registry_opening

if TYPE_CHECKING:
    from gpu_inspector.registry.connection import Registry


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows that are not in the registry, as far as this machine knows without asking."""

    rows: int
    head: int
    due: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """All of it; `trouble` where the registry could not be asked."""

    office: str = ""
    role: str = ""
    sees: str = ""
    registrar: bool = False
    rows: int = 0
    head: int = 0
    due: int = 0
    delivered: int = 0
    answered_at: datetime | None = None
    refused: str = ""
    leaves: str = ""
    """A step of `leaves.Leaves`; "" where a policy or settings cannot be used."""
    numbers_keyed: bool = False
    key: str = ""
    """The id of the registry's key here."""
    trouble: str = ""
    lines: tuple[str, ...] = field(default=())
    """In sentences."""


def waiting(ledger: Path, url: str) -> Waiting:
    """What waits, by what the last push left. Never asks the registry. Raises LedgerError."""
    from gpu_inspector.workflow import registry_queue

    rows = _rows(ledger)
    hint = registry_queue.due(ledger, url)
    due = rows if hint is None else min(hint.rows, rows)
    return Waiting(rows, rows - due, due)


def status(ledger: Path, url: str) -> Status:
    """How this office stands. Raises LedgerError; a registry that does not answer is in it."""
    from gpu_inspector.registry import schema

    here = waiting(ledger, url)
    rule, lines = _leaving()
    step, keyed_alone = ("", False) if rule is None else (rule.leaves.value, rule.numbers_keyed)
    key, more = _key()
    lines = (*lines, *more)
    trouble = ""
    asked: Status | None = None
    try:
        with registry_opening.opened(url) as registry:
            schema.require_current(registry)
            asked = _asked(registry, here)
    except RegistryError as error:
        trouble = str(error)
    found = asked or Status(rows=here.rows, head=here.head, due=here.due, trouble=trouble)
    return Status(
        office=found.office,
        role=found.role,
        sees=found.sees,
        registrar=found.registrar,
        rows=found.rows,
        head=found.head,
        due=found.due,
        delivered=found.delivered,
        answered_at=found.answered_at,
        refused=found.refused,
        leaves=step,
        numbers_keyed=keyed_alone,
        key=key,
        trouble=trouble,
        lines=(*_told(found), *lines),
    )


def _rows(ledger: Path) -> int:
    if not ledger.exists():
        return 0
    with Ledger(ledger, readonly=True) as opened:
        return opened.count()


def _asked(registry: Registry, here: Waiting) -> Status:
    from gpu_inspector.registry import inbox, standing

    me = registry.me()
    if me.office is None:
        return Status(role=me.role, registrar=me.registrar, rows=here.rows, head=0, due=0)
    there = inbox.there(registry, me.office.number)
    last = standing.last_answer(registry, me.office.number)
    due = max(here.rows - there.seq, 0)
    refused = last.reason if last is not None and not last.accepted and due else ""
    return Status(
        office=me.office.name,
        role=me.role,
        sees=me.office.sees,
        registrar=me.registrar,
        rows=here.rows,
        head=there.seq,
        due=due,
        delivered=sum(one.last - one.first + 1 for one in there.waiting),
        answered_at=last.at if last is not None else None,
        refused=refused,
    )


def _told(found: Status) -> tuple[str, ...]:
    if not found.trouble and not found.office:
        return (N_("This role pushes for no office; ask who keeps the registry to enrol one."),)
    rows = (
        N_(f"Rows of the ledger: {found.rows:,}; in the registry: {found.head:,}; waiting: {found.due:,}."),
        *([N_(f"Delivered and not answered yet: {found.delivered:,} rows.")] if found.delivered else ()),
    )
    if found.answered_at is None:
        return rows
    when = N_(f"Last answer of the gate: {found.answered_at:%Y-%m-%d %H:%M} UTC")
    return (*rows, N_(f"{when}, refused: {found.refused}") if found.refused else N_(f"{when}, accepted."))


def _leaving() -> tuple[registry_leaves.Rule | None, tuple[str, ...]]:
    try:
        rule = registry_leaves.rule()
    except GpuInspectorError as error:
        return None, (N_(f"What may leave cannot be told: {error}"),)
    said = N_(f"What leaves: {leaves.WORDS[rule.leaves]} (said by: {rule.why}).")
    return rule, (said, N_("Numbers of cards leave as keyed digests.")) if rule.numbers_keyed else (said,)


def _key() -> tuple[str, tuple[str, ...]]:
    try:
        found = registry_keys.key()
    except RegistryError as error:
        return "", (str(error),)
    return ("", ()) if found is None else (key_id(found), (N_(f"Key for numbers: {key_id(found)}."),))
