"""One inspection, of one or several cards: what was seen, what was declared, what was concluded, by whom."""

from dataclasses import dataclass, field
from datetime import datetime

from gpu_inspector.records.canonical import FORMAT
from gpu_inspector.records.control import ControlClass
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.finding import NOT_ASSESSED, Condition, Finding, Identity
from gpu_inspector.records.policy import PolicyNamed
from gpu_inspector.records.program import ReferencePack


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedProduct:
    """One genuine product, and how it fits what was claimed and measured of a card, without any declaration."""

    name: str
    """In words, with size and die: "NVIDIA GeForce RTX 4090 24 GB (AD102)"."""
    fits: tuple[str, ...] = ()
    """What speaks for it, each in words with its column."""
    against: tuple[str, ...] = ()
    """What speaks against it, each in words with its column: claimed or measured."""
    unknown: tuple[str, ...] = ()
    """What was not seen, or is not in the reference data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardJudgement:
    """The three headlines of one card and all that led to them."""

    label: str
    product: str
    """The claimed product's catalogue name, or the claimed name where the catalogue has none."""
    identity: Identity
    condition: Condition = Condition.NOT_EXAMINED
    control: str = NOT_ASSESSED
    """The entry as codified, which is the headline: "3A090.a", "3A090.b", "none", "indeterminate"."""
    control_class: ControlClass | None = None
    """How the headline was come to; None where no rules were applied."""
    compatible: tuple[str, ...] = ()
    """Genuine variants that the claims fit, each in words."""
    ranking: tuple[RankedProduct, ...] = ()
    """Genuine products, the best fitting first: by what was claimed and measured, whatever was declared."""
    findings: tuple[Finding, ...] = ()
    would_pass: tuple[str, ...] = ()
    """Known forgeries that no check of this card could have shown, in words (records/forgery.py)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What `judge` returns: a pure function of evidence, declaration and reference data."""

    verdict: Identity
    cards: tuple[CardJudgement, ...]
    tool_version: str
    reference_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Supersession:
    """Which earlier inspection this one replaces, and why: the same evidence, judged anew.

    The replaced row stays where it is; nothing of it is rewritten.
    """

    seq: int
    """The replaced inspection's row of the ledger, which is the number of its report."""
    id: str
    digest: str
    """Of the replaced row, 64 hexadecimal digits."""
    made_at: datetime
    """When the replaced inspection was made."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """The record that the ledger keeps and the report carries."""

    id: str
    """A UUID, made before the ledger is asked, so that a lost answer never makes a second row.

    A random one; of a batch it follows from the batch and what was judged, so that nothing is judged twice in it.
    """
    made_at: datetime
    utc_offset_minutes: int
    """The bench's own offset, for the local time on paper."""
    case: Case
    declaration: Declaration
    evidence: Evidence
    judgement: Judgement
    supersedes: Supersession | None = None
    policy: PolicyNamed | None = None
    """The office's policy under which it was made; None where none was in force."""
    batch: str = ""
    """Name of the batch in which it was made; "" for none."""
    data: ReferencePack | None = None
    """The signed data pack that judged; None where it was the program's own reference data, or nobody's."""
    format: int = field(default=FORMAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """Where an inspection stands in the ledger. Digests are 64 hexadecimal digits."""

    seq: int
    previous: str
    digest: str
