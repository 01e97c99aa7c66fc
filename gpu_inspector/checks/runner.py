"""Runs the checks. A check's parameter names declare the facts it needs; what is missing, or a check that
crashes, becomes INCONCLUSIVE here, so that no check has an `if reading is None` and none is ever silently left out.
"""

import inspect
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass

from gpu_inspector.checks.answer import Answer, inconclusive, not_applicable
from gpu_inspector.checks.facts import Missing
from gpu_inspector.checks.seen_facts import BY_EYE
from gpu_inspector.checks.subject import Subject
from gpu_inspector.language import N_
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Finding, Role

UNPOWERED = Missing(
    N_("The object was not started: nothing could be read out of it."),
    N_("Where it can be started, inspect it in a machine of your own as well."),
)
"""Why an object that was only looked at does not give what cards say of themselves."""


@dataclass(frozen=True, slots=True)
class Check:
    """One question, and the function that answers it."""

    id: str
    title: str
    role: Role
    needs: tuple[str, ...]
    optional: frozenset[str]
    """Needs whose absence the function deals with itself; it gets None."""
    answer: Callable[..., Answer]
    reason: str
    """The function's own account of why the thing gives a forgery away."""


def check(id: str, title: str, role: Role = Role.SUPPORTING) -> Callable[[Callable[..., Answer]], Check]:
    """Make a check of a function; a parameter typed `X | None` is an optional need."""

    def wrap(function: Callable[..., Answer]) -> Check:
        hints = typing.get_type_hints(function)
        needs = tuple(inspect.signature(function).parameters)
        optional = frozenset(name for name in needs if _may_be_none(hints[name]))
        return Check(id, title, role, needs, optional, function, inspect.getdoc(function) or "")

    return wrap


def _may_be_none(hint: object) -> bool:
    return isinstance(hint, types.UnionType) and types.NoneType in typing.get_args(hint)


def run(checks: tuple[Check, ...], subject: Subject) -> tuple[Finding, ...]:
    """The findings of one card, in the order of the checks; later checks may read the earlier findings."""
    findings: list[Finding] = []
    for one in checks:
        findings.append(_finding(one, ask(one, subject, tuple(findings))))
    return tuple(findings)


def ask(one: Check, subject: Subject, earlier: tuple[Finding, ...] = ()) -> Answer:
    """What one check answers; a missing fact, or a defect of the check, is INCONCLUSIVE."""
    try:
        facts: dict[str, object] = {}
        for name in one.needs:
            fact = earlier if name == "findings" else getattr(subject, name)
            if isinstance(fact, Missing):
                unpowered = subject.evidence.origin is Origin.SEEN and name not in BY_EYE and fact.arises
                fact = UNPOWERED if unpowered else fact
                if name not in one.optional and not fact.arises:
                    return not_applicable(fact.reason, **fact.values)
                if name not in one.optional:
                    return inconclusive(fact.reason, advice=fact.advice, source="", **fact.values)
                fact = None
            facts[name] = fact
        return one.answer(**facts)
    except Exception as error:  # noqa: BLE001 - a wall: one broken check must not silence the others
        return inconclusive(
            N_("This check failed inside the program ({error}); it says nothing about the card."),
            advice=N_("Report this to the developers, with a capture of the card."),
            error=type(error).__name__,
        )


def fact_of(subject: Subject, name: str) -> object | None:
    """One fact for the headlines; None where it is missing, or where its defect made its check INCONCLUSIVE above."""
    try:
        found: object = getattr(subject, name)
    except Exception:  # noqa: BLE001 - the same wall
        return None
    return None if isinstance(found, Missing) else found


def _finding(one: Check, answer: Answer) -> Finding:
    return Finding(
        check=one.id,
        title=one.title,
        role=one.role,
        outcome=answer.outcome,
        strength=answer.strength,
        text=answer.text,
        values=answer.values,
        expected=answer.expected,
        observed=answer.observed,
        source=answer.source,
        witness=answer.witness,
        cause=answer.cause,
        innocent=answer.innocent,
        advice=answer.advice,
        condition=answer.condition,
    )
