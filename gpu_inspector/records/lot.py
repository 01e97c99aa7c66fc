"""A lot: many cards under one declaration, of which all or some are examined, and what that allows to be said.

N pieces are declared, n are examined. What is examined is an inspection of the ledger each, named by its digest; the
lot adds nothing to a card's own judgement.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gpu_inspector.language import N_
from gpu_inspector.records.canonical import FORMAT
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.finding import Condition, Identity
from gpu_inspector.records.hall import Hall


class Rule(StrEnum):
    """How many cards are to be examined."""

    WHOLE = N_("whole lot")
    SQUARE_ROOT = N_("square root")
    HYPERGEOMETRIC = "hypergeometric"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The sampling rule, fixed before the first card is examined."""

    rule: Rule = Rule.WHOLE
    confidence: float | None = None
    """Of the hypergeometric rule, above 0 and below 1."""
    share: float | None = None
    """Of the hypergeometric rule: the share of deviating cards that must not stay unseen, above 0 and at most 1."""
    stop_at_first: bool = False
    """The first contradiction ends the examination: the lot is refused as a whole, and no share is stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """What is written down when a lot is opened; it never changes afterwards."""

    id: str
    """A random UUID."""
    name: str
    declared: int
    """Pieces, N."""
    plan: Plan
    case: Case
    declaration: Declaration
    opened_at: datetime
    utc_offset_minutes: int
    drawn: tuple[int, ...] = ()
    """Pieces to examine, by their place in the lot (1 to N), drawn at random when it was opened, ascending.

    () where every piece is to be examined, or too many to be listed.
    """
    ledger_rows: int = 0
    """Rows that the ledger had then: what stands behind them was inspected later, whatever a clock said."""
    format: int = field(default=FORMAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A finding that speaks against a card, in short."""

    check: str
    outcome: str
    text: str
    """Filled in, in English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One card of the lot: which inspection it is, and how that ended."""

    number: int
    """Within the lot, 1 is the first."""
    seq: int
    """The inspection's row of the ledger, which is the number of its report."""
    inspection: str
    digest: str
    """Of the row: 64 hexadecimal digits."""
    card: int
    """Which card of the inspection, 0 is the first."""
    label: str
    product: str
    origin: str
    """`Origin`'s own word."""
    identity: Identity
    condition: Condition
    control: str
    made_at: datetime
    added_at: datetime
    reasons: tuple[Reason, ...] = ()
    """All SUSPICIOUS and CONTRADICTED findings, and the FAULTY ones of the condition.

    Of an audit, of a card that could not be decided, also the first findings that keep it so.
    """
    numbers: tuple[tuple[str, str], ...] = ()
    """Kind and value of the real numbers (UUID, serial) that the card bears, as `numbers.FIELDS` names them."""
    piece: int | None = None
    """Which piece of the lot it is, 1 to N, by the inspector's word; None where that was not noted."""
    file_sha256: str = ""
    """Of the file that was reviewed; "" where it was none."""
    node: str = ""
    """Of an audit: the name of the node that it was in; "" for a card of this machine or of a file."""
    temperature_c: float | None = None
    """Of an audit: the highest that its die's sensor showed while it was measured; None where nothing was measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Twice:
    """One number on two or more members of the lot."""

    kind: str
    value: str
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What the numbers allow to be said. Shares are of the lot, 0 to 1."""

    declared: int
    wanted: int
    """How many the rule asks for."""
    examined: int
    deviating: int
    """CONTRADICTED or SUSPICIOUS."""
    undecided: int
    """INCONCLUSIVE: neither deviating nor shown to agree."""
    confidence: float
    most_deviating: int | None
    """With that confidence no more cards of the lot deviate than this; None where no statement is allowed."""
    text: str
    """In English: "0 of 13 examined deviates: at 95 % fewer than 21 % of the lot do." and what it rests on."""
    unexamined_nodes: int = 0
    """Nodes of the audit's hall that were lost, or of which a card is missing: then no share is stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """An inspection of the lot's own case and declaration that was kept since the lot was opened, and is not in it."""

    seq: int
    digest: str
    product: str
    identity: Identity
    """The gravest of its cards."""
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LotSummary:
    """The record that a lot's summary report carries."""

    id: str
    """Of this summary, a random UUID."""
    lot: Lot
    members: tuple[Member, ...]
    twice: tuple[Twice, ...]
    statement: Statement
    made_at: datetime
    utc_offset_minutes: int
    tool_version: str
    reference_version: str
    ledger_rows: int
    """Rows of the ledger when the summary was made."""
    ledger_digest: str
    """Of its last row."""
    beside: tuple[Beside, ...] = ()
    """The newest ones, `lot_beside.MOST` at most."""
    beside_more: int = 0
    """How many older ones there are."""
    other_lots: tuple[str, ...] = ()
    """Names of other lots of this ledger with the same case number, or the same case and declaration."""
    hall: Hall | None = None
    """Of an audit: the hall with the nodes that were lost; None for any other lot."""
    format: int = field(default=FORMAT)
