"""What a heuristic rule is: a line of the research note's table, and what this program makes of it."""

from dataclasses import dataclass

from gpu_inspector.language import N_
from gpu_inspector.records.finding import Finding, Outcome, Strength

NOTE, SUSPECT, CONTRADICT = Outcome.NOTED, Outcome.SUSPICIOUS, Outcome.CONTRADICTED
"""R, S and C of the note: the most that a rule may reach by itself."""
RISING = (
    Outcome.NOT_APPLICABLE,
    Outcome.CONSISTENT,
    Outcome.INCONCLUSIVE,
    Outcome.NOTED,
    Outcome.SUSPICIOUS,
    Outcome.CONTRADICTED,
)
STRENGTHS = (Strength.NONE, Strength.WEAK, Strength.MEDIUM, Strength.STRONG)


@dataclass(frozen=True, slots=True)
class Carrier:
    """A check that carries a rule, by those of its findings that have one of the causes."""

    check: str
    causes: tuple[str, ...]
    """Values of `Finding.cause`; "" for findings without one."""

    def bears(self, finding: Finding) -> bool:
        """Whether the finding is one of this carrier's."""
        return finding.check == self.check and finding.cause in self.causes


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One heuristic."""

    id: str
    signal: str
    read: str
    """How it is read."""
    threshold: str
    """As the note has it."""
    strength: Strength
    """As the note has it; a finding may say less."""
    most: Outcome
    innocent: tuple[str, ...]
    carriers: tuple[Carrier, ...] = ()
    """() where the evidence of today cannot feed the rule."""
    limits: tuple[str, ...] = ()
    """Names in `thresholds` that the check compares with."""
    here: str = ""
    """How the program keeps it, and where it stays below the note."""
    needed: str = ""
    """Of what is not carried, or only in part: what is missing, and what would be needed."""

    def exceeded_by(self, finding: Finding) -> str:
        """How a finding of this rule says more than it may; "" where it does not."""
        if RISING.index(finding.outcome) > RISING.index(self.most):
            return N_(f"{finding.outcome}, more than {self.most}")
        if STRENGTHS.index(finding.strength) > STRENGTHS.index(self.strength):
            return N_(f"{finding.strength}, stronger than {self.strength}")
        return ""
