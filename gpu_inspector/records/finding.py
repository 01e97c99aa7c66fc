"""What one check answers, and how answers become the three headlines (DESIGN section 1).

Only a fact held against a document or a physical limit may say CONTRADICTED. A strong sign may say SUSPICIOUS.
A medium or weak sign is NOTED.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from gpu_inspector.language import N_


class Outcome(StrEnum):
    """The answer of one check."""

    CONSISTENT = "CONSISTENT"
    NOTED = "NOTED"
    INCONCLUSIVE = "INCONCLUSIVE"
    SUSPICIOUS = "SUSPICIOUS"
    CONTRADICTED = "CONTRADICTED"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class Strength(StrEnum):
    """How much a sign weighs: what it may do stands in DESIGN section 1."""

    NONE = "none"
    WEAK = "weak"
    MEDIUM = "medium"
    STRONG = "strong"


class Role(StrEnum):
    """CORE checks must have looked before identity can be CONSISTENT; SUPPORTING ones need not."""

    CORE = "core"
    SUPPORTING = "supporting"


class Identity(StrEnum):
    """Is it what it is said to be? In rising order of gravity."""

    CONSISTENT = "CONSISTENT"
    INCONCLUSIVE = "INCONCLUSIVE"
    SUSPICIOUS = "SUSPICIOUS"
    CONTRADICTED = "CONTRADICTED"


class Condition(StrEnum):
    """A dead memory lane is a defect, not a forgery."""

    SOUND = "SOUND"
    WORN = "WORN"
    FAULTY = "FAULTY"
    NOT_EXAMINED = "NOT EXAMINED"


NOT_ASSESSED = N_("not assessed")
"""The control class while no rule set has been applied: never "all clear"."""

Value = str | int | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check's answer for one card. Texts are English templates; `values` fill them when they are shown."""

    check: str
    title: str
    role: Role
    outcome: Outcome
    strength: Strength = Strength.NONE
    text: str
    values: dict[str, Value] = field(default_factory=dict)
    expected: str = ""
    observed: str = ""
    source: str = ""
    """Where the expectation comes from: the documents of the reference row, a formula, a limit."""
    witness: str = ""
    """Who said what was observed: "PCI", "vBIOS", "InfoROM", "driver", "paper". Signs add up across witnesses only."""
    cause: str = ""
    """The physical cause that the sign would have; signs of one cause do not add up."""
    innocent: tuple[str, ...] = ()
    """Innocent explanations that remain."""
    advice: str = ""
    condition: Condition | None = None
    """What the check says of the card's condition; None where it did not look at that."""


_RANK = {
    Outcome.SUSPICIOUS: Identity.SUSPICIOUS,
    Outcome.CONTRADICTED: Identity.CONTRADICTED,
}


def identity_of(findings: tuple[Finding, ...]) -> Identity:
    """The worst of all core checks and of every SUSPICIOUS or CONTRADICTED; no findings at all is INCONCLUSIVE."""
    order = list(Identity)
    ranks = [order.index(_RANK[finding.outcome]) for finding in findings if finding.outcome in _RANK]
    core = [finding for finding in findings if finding.role is Role.CORE]
    looked = [finding for finding in core if finding.outcome in (Outcome.CONSISTENT, Outcome.NOTED)]
    if not looked or any(finding.outcome is Outcome.INCONCLUSIVE for finding in core):
        ranks.append(order.index(Identity.INCONCLUSIVE))
    return order[max(ranks, default=0)]


def condition_of(findings: tuple[Finding, ...]) -> Condition:
    """The worst that any check says of the condition; where none looked, NOT EXAMINED."""
    order = (Condition.SOUND, Condition.WORN, Condition.FAULTY)
    said = [order.index(finding.condition) for finding in findings if finding.condition in order]
    return order[max(said)] if said else Condition.NOT_EXAMINED


def worst(identities: tuple[Identity, ...]) -> Identity:
    """The gravest of several; none at all is INCONCLUSIVE."""
    order = list(Identity)
    return order[max((order.index(one) for one in identities), default=order.index(Identity.INCONCLUSIVE))]
