"""The rules beside the classification: licence review, duty, letters, guidance, and other countries' lists.

None of them changes the entry. What a list of another country asks was not retrieved, and is said to be open.
"""

from collections.abc import Mapping
from datetime import date

from gpu_inspector.language import N_
from gpu_inspector.records.control import ENTRY_A, INDETERMINATE, NONE, ONLY_FOR, Overlay
from gpu_inspector.records.export_licence import Way
from gpu_inspector.records.export_rules import (
    Classification,
    Fact,
    Law,
    OverlayRule,
    When,
    World,
    holds,
    possible,
)

NOT_THERE = N_("n/a")
ROUTE = N_("exception NAC or case-by-case")


def overlays_of(law: Law, rule: Classification | None, facts: Mapping[str, Fact], way: Way, on: date) -> list[Overlay]:
    """Every rule that may apply on a day for a way; `rule` is the rule set of the entries as codified."""
    found = []
    for one in law.overlay:
        if one.since <= on and _concerns(law, one, way):
            unnamed = bool(one.to) and not way.destination
            found.append(
                Overlay(
                    rule=one.id,
                    name=one.name,
                    result=_result(law, rule, one, facts),
                    citation=one.citation,
                    in_force_from=one.since.isoformat(),
                    verified=one.verified,
                    words=(ONLY_FOR if unnamed else "") + one.words,
                )
            )
    return found


def _concerns(law: Law, one: OverlayRule, way: Way) -> bool:
    """Whether it may be about this way; of a way that is not named, all but those of a party's headquarters are."""
    if not one.to and not one.headquarters:
        return True
    theirs = bool(way.headquarters) and law.countries.among(way.law_headquarters(law), one.headquarters)
    if not one.to:
        return theirs
    return theirs or not way.destination or law.countries.among(way.law_destination(law), one.to)


def _result(law: Law, rule: Classification | None, one: OverlayRule, facts: Mapping[str, Fact]) -> str:
    if one.kind == "list" or rule is None:
        return one.otherwise if one.kind == "list" else NOT_THERE
    whens = [case.when for case in one.case]
    if one.kind in ("review", "guidance"):
        whens += [*entry_whens(law, rule), law.eligible.get(ENTRY_A, ())]
    if not whens:
        return one.otherwise

    def answer(world: World) -> str:
        entry = entry_of(law, rule, world)[0] if one.kind in ("review", "guidance") else ""
        if one.kind == "guidance":
            return NOT_THERE if entry == NONE else one.otherwise
        if one.kind == "review" and entry != ENTRY_A:
            return NOT_THERE
        if one.kind == "review" and holds(law.eligible.get(ENTRY_A, ()), world):
            return ROUTE
        return next((case.result for case in one.case if holds(case.when, world)), one.otherwise)

    answers, _ = possible(facts, whens, answer)
    return next(iter(answers)) if len(answers) == 1 else INDETERMINATE


def entry_whens(law: Law, rule: Classification) -> list[When]:
    """Every condition that an entry of a rule set depends on."""
    whole = law.whole(rule)
    return [one.when for one in whole.paragraph] + ([whole.exclude.when] if whole.exclude else [])


def entry_of(law: Law, rule: Classification, world: World) -> tuple[str, str]:
    """Entry and paragraph of one item whose every figure is known.

    3A090.a.2 is an alternative to a.1 and is named where a.1 is not met; of 3A090.b all that apply are named.
    """
    whole = law.whole(rule)
    met = [one for one in whole.paragraph if holds(one.when, world)]
    if not met:
        return NONE, ""
    if whole.exclude is not None and holds(whole.exclude.when, world):
        return NONE, whole.exclude.name
    entry = met[0].entry
    names = [one.name for one in met if one.entry == entry]
    if entry == ENTRY_A:
        return entry, names[0]
    return entry, "/".join([names[0], *(one.removeprefix("3A090.") for one in names[1:])])
