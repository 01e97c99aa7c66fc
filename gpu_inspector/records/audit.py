"""An audit: the cards of many nodes, each node one inspection of the ledger, all of them one lot with its hall.

The id of an inspection follows from the audit and the node, and the ledger takes an id once. So the ledger itself tells
which nodes are done, whenever collector, scheduler or network ended in the middle.
"""

import uuid
from dataclasses import dataclass, field

from gpu_inspector.records import canonical
from gpu_inspector.records.canonical import FORMAT
from gpu_inspector.records.declaration import Case, Declaration

_NAMESPACE = uuid.UUID("0b5a1c0e-8f4e-4d0a-9f3e-6a6f0b6c2d17")
MOST_RUNS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditTerms:
    """Under which every node is inspected; with other terms it is another audit."""

    name: str
    case: Case
    declaration: Declaration
    profile: str = ""
    """How the cards are measured; "" where nothing is."""
    minutes: float = 0.0
    together: bool = False
    """All cards of a node as those of one server."""
    simulated: bool = False
    """Its nodes are simulated, every one: they never stand beside real ones."""
    run: int = 1
    """The audit was asked for again so many times, less one: each run asks every node anew."""
    format: int = field(default=FORMAT)


def id_of(terms: AuditTerms) -> str:
    """The audit's id. Raises CaptureError where a text of the terms is none."""
    return str(uuid.uuid5(_NAMESPACE, canonical.encode(terms).decode()))


def inspection_id(audit: str, node: str) -> str:
    """The id of the inspection of one node. Raises ValueError where `audit` is no UUID."""
    return str(uuid.uuid5(uuid.UUID(audit), node))


def lot_name(terms: AuditTerms) -> str:
    """What the audit's lot is called."""
    return terms.name if terms.run == 1 else f"{terms.name}, run {terms.run}"


def detail_of(audit: str, node: str) -> str:
    """What the custody log says of the inspection of a node."""
    return f"audit {audit} {node}"
