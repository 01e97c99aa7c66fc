"""How many checks answered what, in words: each outcome has a sentence of its own, for languages bend it by the number.

English has one form for one and for many ("2 noted"), so both forms are the same here and differ in the catalogues.
"""

from gpu_inspector.language import counted
from gpu_inspector.records.finding import Outcome


def answered(outcome: Outcome, number: int) -> str:
    """Of this many checks, as a part of an enumeration."""
    if outcome is Outcome.CONSISTENT:
        return counted("{number} consistent", "{number} consistent", number)
    if outcome is Outcome.NOTED:
        return counted("{number} noted", "{number} noted", number)
    if outcome is Outcome.INCONCLUSIVE:
        return counted("{number} inconclusive", "{number} inconclusive", number)
    if outcome is Outcome.SUSPICIOUS:
        return counted("{number} unexplained deviation", "{number} unexplained deviation", number)
    if outcome is Outcome.CONTRADICTED:
        return counted("{number} contradicted", "{number} contradicted", number)
    return counted("{number} not applicable", "{number} not applicable", number)
