"""The thirty heuristics on rework (RW-01 to RW-30): which check carries each, how strong it is, and where it must stop.

An expert who reads a finding finds here the rule behind it, its threshold, its honest causes and the most that it may
ever say by itself; and of a rule that nothing carries, why not, and what would be needed. The rules are those of the
research note on modified cards, section 3; thresholds that the note calls proposals were calibrated on no card. A
finding belongs to a rule by its check and its cause. `docs/heuristics.md` prints the table; tests hold every finding
against it.
"""

from gpu_inspector.checks.heuristics_board import BOARD
from gpu_inspector.checks.heuristics_memory import MEMORY
from gpu_inspector.checks.rules import Rule
from gpu_inspector.records.finding import Finding

RULES: tuple[Rule, ...] = tuple(sorted((*MEMORY, *BOARD), key=lambda rule: rule.id))
"""In the order of their numbers."""


def rules_of(finding: Finding) -> tuple[Rule, ...]:
    """The rules that a finding came out of."""
    return tuple(rule for rule in RULES if any(one.bears(finding) for one in rule.carriers))
