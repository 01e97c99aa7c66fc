"""The law as data: which entries and rules there are on a day, and what they make of figures that may be unknown.

A condition is decided over every value that the figures leave possible. So an unknown that decides makes the answer
open and is named, and one that does not decide changes nothing. Kept in `resources/export/rules.toml`.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date
from itertools import product
from math import inf, nextafter
from typing import TypeVar

import msgspec

from gpu_inspector.records.export_figures import Span

Condition = tuple[str, str, float | bool]
"""Variable, operator, value."""
When = tuple[tuple[Condition, ...], ...]
"""Alternatives, each of conditions that must all hold."""
Fact = Span | bool | None
World = Mapping[str, float | bool]
"""One value for every variable, of those that are possible."""
R = TypeVar("R", bound=Hashable)

DATACENTRE = "datacentre"
_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    ">=": lambda value, limit: value >= limit,
    ">": lambda value, limit: value > limit,
    "<": lambda value, limit: value < limit,
    "<=": lambda value, limit: value <= limit,
    "==": lambda value, limit: value == limit,
}
# Structs, not dataclasses: fourteen of those cost each start of the program some 10 ms to make.


class Paragraph(msgspec.Struct, frozen=True, kw_only=True):
    """A paragraph of an entry, and the figures that meet it."""

    name: str
    """Such as "3A090.a.1"."""
    entry: str
    when: When


class Exclusion(msgspec.Struct, frozen=True, kw_only=True):
    """A note that takes items out of the entry."""

    name: str
    when: When


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """Where an entry asks for a licence: groups ("D:1") and countries by code."""

    entry: str
    worldwide: bool = False
    to: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    """Groups that are left out."""
    named: tuple[str, ...] = ()
    """Countries that the rule names, so that they are not left out."""
    headquarters: tuple[str, ...] = ()
    """Of a party's ultimate parent; then the licence is needed whatever the destination."""
    words: str = ""
    since: date | None = None
    until: date | None = None


class NotEnforced(msgspec.Struct, frozen=True, kw_only=True):
    """That a rule stands in the code and is not enforced."""

    since: date
    citation: str
    words: str


class Classification(msgspec.Struct, frozen=True, kw_only=True):
    """One rule set of the entries; the next one takes its place."""

    id: str
    name: str
    citation: str
    effective_from: date
    effective_to: date | None = None
    compliance_from: date | None = None
    """From when it has to be followed, where that is later."""
    staged_until: date | None = None
    """Until then it came into force in stages, and which stage carries the entry is not known."""
    inherits: str = ""
    """The rule set whose paragraphs, exclusion and scopes stay, as far as this one has none."""
    verified: str
    candidates: dict[str, tuple[str, ...]] = {}
    """Entry -> entries of a board or server that the authority may come to."""
    paragraph: tuple[Paragraph, ...] = ()
    exclude: Exclusion | None = None
    scope: tuple[Scope, ...] = ()
    not_enforced: NotEnforced | None = None


class Exemption(msgspec.Struct, frozen=True, kw_only=True):
    """A licence exception for whole destinations."""

    name: str
    since: date
    until: date | None = None
    to: tuple[str, ...] = ()
    headquarters: tuple[str, ...] = ()
    words: str


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of an overlay, and the figures that give it."""

    result: str
    when: When


class OverlayRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule beside the classification."""

    id: str
    kind: str
    """"letters", "review", "duty", "guidance" or "list"."""
    name: str
    citation: str
    since: date
    verified: str
    to: tuple[str, ...] = ()
    """Destinations that it is for; () stands for all."""
    headquarters: tuple[str, ...] = ()
    otherwise: str
    words: str
    case: tuple[Case, ...] = ()


class Unapplied(msgspec.Struct, frozen=True, kw_only=True):
    """A rule or a bill that is told and never applied."""

    name: str
    why: str


class Countries(msgspec.Struct, frozen=True, kw_only=True):
    """Countries and their groups, by ISO 3166 alpha-2, as of one day."""

    known: frozenset[str]
    unsure: frozenset[str]
    """Territories whose place in the groups was not looked up."""
    same: dict[str, str]
    moved: dict[str, str]
    """Countries that changed their groups on a day that is not known -> why."""
    groups: dict[str, frozenset[str]]

    def among(self, country: str, names: tuple[str, ...]) -> bool:
        """Whether a country is one of these groups and countries."""
        return any(country in self.groups[name] if ":" in name else country == name for name in names)


class Formula(msgspec.Struct, frozen=True, kw_only=True):
    """TPP = SM x rated boost clock in GHz x K of the die; the other numbers are explained in the file."""

    tolerance: float
    rated_share: float
    lowest_share: float
    laptop_clock_mhz: float
    disagrees: float
    k: dict[str, float]


class Meta(msgspec.Struct, frozen=True, kw_only=True):
    """Days of the data."""

    compiled: date
    latest_cfr_text_seen: date
    groups_of: date
    first_rule: date


class Law(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file."""

    meta: Meta
    formula: Formula
    countries: Countries
    classification: tuple[Classification, ...]
    exception: tuple[Exemption, ...]
    eligible: dict[str, When]
    overlay: tuple[OverlayRule, ...]
    unapplied: tuple[Unapplied, ...]

    def codified(self, on: date) -> Classification | None:
        """The rule set whose text is in force on a day, None before the first."""
        begun = [rule for rule in self.classification if rule.effective_from <= on]
        return begun[-1] if begun else None

    def enforced(self, on: date) -> Classification | None:
        """The rule set that is applied on a day: its date of compliance has come, and it is enforced."""
        begun = [
            rule
            for rule in self.classification
            if (rule.compliance_from or rule.effective_from) <= on
            and (rule.not_enforced is None or on < rule.not_enforced.since)
        ]
        return begun[-1] if begun else None

    def whole(self, rule: Classification) -> Classification:
        """The rule set whose paragraphs, exclusion and board entries hold for this one."""
        return next((one for one in self.classification if one.id == rule.inherits), rule)

    def scope_of(self, rule: Classification, entry: str, on: date) -> Scope | None:
        """Where an entry asks for a licence on a day."""
        for one in rule.scope or self.whole(rule).scope:
            if one.entry == entry and (one.since or on) <= on <= (one.until or on):
                return one
        return None


class MadeLaw(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file once more, as JSON, and of which file it was made."""

    sha256: str
    rows: Law


def holds(when: When, world: World) -> bool:
    """Whether one of the alternatives holds where every value is known."""
    return any(all(_OPERATORS[op](world[name], limit) for name, op, limit in alternative) for alternative in when)


def limits_of(*whens: When) -> dict[str, tuple[float, ...]]:
    """Variable -> the limits that conditions compare it with, from small to large."""
    found: dict[str, set[float]] = {}
    for when in whens:
        for alternative in when:
            for name, _, limit in alternative:
                found.setdefault(name, set()).add(limit)
    return {name: tuple(sorted(limits)) for name, limits in found.items()}


def possible(
    facts: Mapping[str, Fact], whens: Sequence[When], answer: Callable[[World], R]
) -> tuple[frozenset[R], frozenset[str]]:
    """Every answer that the facts leave possible, and the variables that decide among them.

    `whens` are all conditions that the answer depends on. Of each variable one value is tried for every way in which
    its conditions can come out together within its span, so that every case there is gets its turn.
    """
    conditions: dict[str, dict[Condition, None]] = {}
    for when in whens:
        for alternative in when:
            for condition in alternative:
                conditions.setdefault(condition[0], {})[condition] = None
    names = tuple(conditions)
    ranges = [_values(facts.get(name), tuple(conditions[name])) for name in names]
    answers = {values: answer(dict(zip(names, values, strict=True))) for values in product(*ranges)}
    deciding = set()
    for place, name in enumerate(names):
        besides: dict[tuple[float | bool, ...], R] = {}
        for values, one in answers.items():
            if besides.setdefault(values[:place] + values[place + 1 :], one) != one:
                deciding.add(name)
                break
    return frozenset(answers.values()), frozenset(deciding)


def _values(fact: Fact, conditions: tuple[Condition, ...]) -> tuple[float | bool, ...]:
    """One value for each way in which the conditions on a variable can come out."""
    if conditions[0][0] == DATACENTRE:
        return (fact,) if isinstance(fact, bool) else (False, True)
    span = fact if isinstance(fact, Span) else Span(0.0, None)
    limits = [float(limit) for _, _, limit in conditions]
    top = max(*limits, span.low) + 1 if span.high is None else span.high
    around = {near for one in limits for near in (nextafter(one, -inf), one, nextafter(one, inf))}
    tried = sorted({span.low, top} | {one for one in around if span.low <= one <= top})
    ways = {tuple(_OPERATORS[op](one, limit) for _, op, limit in conditions): one for one in reversed(tried)}
    return tuple(ways.values())
