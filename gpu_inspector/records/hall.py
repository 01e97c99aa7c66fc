"""A hall of servers: which node stands in which rack and unit, and which of them were lost.

The members of the audit's lot bear the names of their nodes, so that nothing of a card is told twice: what is drawn of
a hall is always made of its places, its gaps and the lot's members (`hall_view`).
"""

from dataclasses import dataclass

from gpu_inspector.records.node import NodeGap

MOST_NODES = 8_000
"""Of one hall."""
MOST_CARDS = 64
"""Of one node."""
HIGHEST_UNIT = 100
LONGEST_NAME = 120
"""Characters of a node's or a rack's name."""
COLDEST_C, HOTTEST_C = -50.0, 250.0
"""What is believed of a sensor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a node stands, by the hall's file or, without one, by its name alone."""

    node: str
    rack: str = ""
    """ "" where nobody said."""
    unit: int = 0
    """Height units from the floor, 1 is the lowest; 0 where nobody said."""
    cards: int = 0
    """How many cards it is said to hold; 0 where nobody said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hall:
    """The hall of an audit: as its lot's log was opened with it, without gaps, or as it stands now, with them."""

    places: tuple[Place, ...]
    gaps: tuple[NodeGap, ...] = ()
    """Of nodes that were asked and brought nothing that counts: the newest of each."""
    audit: str = ""
    """The audit's id."""
