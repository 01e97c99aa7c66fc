"""Which nodes an audit is of: those of the hall's file, else those that the engine brings up or has.

The list is made before the first node is asked, and a node on it ends with its evidence in the ledger or as a gap.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from gpu_inspector.cluster.engine import Engine
from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.language import visible
from gpu_inspector.records import hall_file
from gpu_inspector.records.hall import MOST_NODES, Hall
from gpu_inspector.records.hall_file import HallFile, HallRow
from gpu_inspector.workflow.node_envelope import fit_name


class AuditError(GpuInspectorError):
    """An audit that cannot be begun, or gone on with as asked."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The nodes of an audit, each name once, and where they stand."""

    rows: tuple[HallRow, ...]
    hall: Hall
    by_file: bool = False
    """Somebody named them; else they are the ones that there were."""

    @property
    def simulated(self) -> bool:
        """Whether its nodes are simulated."""
        return any(one.simulate for one in self.rows)


def plan(engine: Engine, file: HallFile | None) -> Plan:
    """The nodes to ask. Raises AuditError where there are none, too many, or of two kinds; ClusterError."""
    if file is not None:
        made = Plan(file.rows, file.hall(), by_file=True)
    else:
        named = engine.expected() or tuple(one.name for one in engine.nodes())
        odd = [name for name in named if not fit_name(name)]
        if odd:
            raise AuditError(
                f"A worker is called “{visible(odd[0][:60])}”, which is no name for a node.",
                "Start it with another --name.",
            )
        hall = hall_file.of_names(named)
        made = Plan(tuple(HallRow(node=one.node) for one in hall.places), hall)
    if not made.rows:
        raise AuditError(
            "There is no node to audit: the scheduler has no worker.",
            "Start a worker on each node, or name the nodes with --hall.",
        )
    if len(made.rows) > MOST_NODES:
        raise AuditError(f"These are {len(made.rows):,} nodes, more than {MOST_NODES:,}.", "Audit them in parts.")
    if made.simulated and not all(one.simulate for one in made.rows):
        raise AuditError(
            "Real nodes and simulated ones cannot be audited together.",
            "Put the simulated nodes into a file of their own.",
        )
    _require_room(made)
    return made


def _require_room(made: Plan) -> None:
    """That one summary can hold the cards that are known of; who is to learn of it at the end has lost a night."""
    from gpu_inspector.report import lot_document  # drawing comes with it, which asking needs not
    from gpu_inspector.workflow import node_hello

    known = (one.cards or (node_hello.simulated_cards(one.simulate) if one.simulate else 0) for one in made.rows)
    cards = sum(max(1, count) for count in known)
    if cards > lot_document.MOST:
        raise AuditError(
            f"These nodes hold {cards:,} cards, and one summary has room for {lot_document.MOST:,}.",
            "Audit them in parts.",
        )


def of(made: Plan, audit: str) -> Hall:
    """The hall as the audit's lot keeps it."""
    return replace(made.hall, audit=audit)


def declared(made: Plan, seen: dict[str, int]) -> int:
    """How many cards the nodes are taken to hold: by the hall's file, by the nodes' own word, else as most others."""
    said = {one.node: one.cards or seen.get(one.node, 0) for one in made.rows}
    usual = Counter(count for count in said.values() if count).most_common(1)
    return sum(count or (usual[0][0] if usual else 1) for count in said.values())
