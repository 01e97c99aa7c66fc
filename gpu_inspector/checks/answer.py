"""The answer of a check, before the runner adds whose answer it is.

The five functions keep DESIGN section 1 where it cannot be forgotten: a sign's strength decides how far it may
go, and whoever wants CONTRADICTED must name the document or the limit that the fact was held against.
"""

from dataclasses import dataclass, field

from gpu_inspector.language import N_
from gpu_inspector.records.finding import Condition, Outcome, Strength, Value

ONE_TABLE = N_("reference data (one table)")
"""The source of an expectation that rests on one third-party table: two signs of it may be one error of the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Texts are English templates that `values` fill; see `Finding` for the fields."""

    outcome: Outcome
    text: str
    strength: Strength = Strength.NONE
    values: dict[str, Value] = field(default_factory=dict)
    expected: str = ""
    observed: str = ""
    source: str = ""
    witness: str = ""
    cause: str = ""
    innocent: tuple[str, ...] = ()
    advice: str = ""
    condition: Condition | None = None


def consistent(text: str, *, expected: str = "", observed: str = "", source: str = "", **values: Value) -> Answer:
    """What was seen fits what was expected."""
    return Answer(
        outcome=Outcome.CONSISTENT,
        text=text,
        expected=expected,
        observed=observed,
        source=source,
        values=values,
    )


def inconclusive(text: str, *, advice: str = "", source: str = "", **values: Value) -> Answer:
    """It could not be looked at, or what was seen decides nothing."""
    return Answer(outcome=Outcome.INCONCLUSIVE, text=text, advice=advice, source=source, values=values)


def not_applicable(text: str, **values: Value) -> Answer:
    """The question does not arise for this card."""
    return Answer(outcome=Outcome.NOT_APPLICABLE, text=text, values=values)


def sign(
    strength: Strength,
    text: str,
    *,
    expected: str,
    observed: str,
    source: str,
    witness: str,
    cause: str,
    innocent: tuple[str, ...],
    advice: str = "",
    values: dict[str, Value] | None = None,
) -> Answer:
    """A deviation: a strong one is SUSPICIOUS, a medium or weak one NOTED."""
    outcome = Outcome.SUSPICIOUS if strength is Strength.STRONG else Outcome.NOTED
    return Answer(
        outcome=outcome,
        strength=strength,
        text=text,
        expected=expected,
        observed=observed,
        source=source,
        witness=witness,
        cause=cause,
        innocent=innocent,
        advice=advice,
        values=values or {},
    )


def contradicted(
    text: str,
    *,
    expected: str,
    observed: str,
    against: str,
    witness: str,
    cause: str,
    innocent: tuple[str, ...] = (),
    advice: str = "",
    values: dict[str, Value] | None = None,
) -> Answer:
    """A fact that a document or a physical limit, `against`, rules out."""
    return Answer(
        outcome=Outcome.CONTRADICTED,
        strength=Strength.STRONG,
        text=text,
        expected=expected,
        observed=observed,
        source=against,
        witness=witness,
        cause=cause,
        innocent=innocent,
        advice=advice,
        values=values or {},
    )
