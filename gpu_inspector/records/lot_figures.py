"""A lot in figures, for people: its rule, how its cards were chosen, how many were examined, and the bound on the rest.

What was not written down is said to be so: a number without its choice is none.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from gpu_inspector.language import _, counted, listed, number, said
from gpu_inspector.records import lot_statistics
from gpu_inspector.records.lot import Lot, Member, Plan, Rule, Statement
from gpu_inspector.records.quantity_words import ungrouped

_RUNS = 30
"""Runs of numbers in one sentence."""


def numbers(members: Iterable[int], most: int = _RUNS) -> str:
    """Numbers as people list them, in runs: "1–12, 14, 17–20"."""
    runs: list[list[int]] = []
    for one in sorted(set(members)):
        if runs and one == runs[-1][1] + 1:
            runs[-1][1] = one
        else:
            runs.append([one, one])
    shown = listed([str(first) if first == last else f"{first}–{last}" for first, last in runs[:most]])
    left = sum(last - first + 1 for first, last in runs[most:])
    return said("{names} and {number} more", names=shown, number=left) if left else shown


def percent(share: float | None) -> str:
    """A share of 0 to 1 in per cent, in four digits at most."""
    return _("not stated") if share is None else f"{ungrouped(share * 100, 4)} %"


def complete(statement: Statement) -> bool:
    """Whether as many cards were examined as are declared, and no node of a hall is missing."""
    return statement.examined == statement.declared and not statement.unexamined_nodes


def strays(lot: Lot, members: Sequence[Member]) -> tuple[int, ...]:
    """Numbers of the members that are no drawn piece, or of which nobody noted which piece they are."""
    drawn = set(lot.drawn)
    return tuple(one.number for one in members if one.piece not in drawn)


def choice(lot: Lot, members: Sequence[Member], statement: Statement) -> str:
    """How the examined cards were chosen, as far as it was written down."""
    return "; ".join(filter(None, (_chosen(lot, members, statement), known_before(lot, members))))


def known_before(lot: Lot, members: Sequence[Member]) -> str:
    """Whoever puts in a card that was inspected before there was the lot knows how that ended."""
    before = [one.number for one in members if one.seq <= lot.ledger_rows or utc(one.made_at) < utc(lot.opened_at)]
    if not before:
        return ""
    return said(
        "inspected before the lot was opened, with the result known when it was put in: card No. {numbers}",
        numbers=numbers(before),
    )


def _chosen(lot: Lot, members: Sequence[Member], statement: Statement) -> str:
    if complete(statement):
        return _("none, for all were examined")
    if statement.unexamined_nodes:
        return counted(
            "none: the audit is of every node of the hall, and {number} of them was not examined whole",
            "none: the audit is of every node of the hall, and {number} of them were not examined whole",
            statement.unexamined_nodes,
        )
    if not lot.drawn:
        return _("how the cards were chosen is not recorded by this program")
    found = strays(lot, members)
    taken = len({one.piece for one in members} & set(lot.drawn))
    values = {"drawn": number(len(lot.drawn)), "taken": number(taken), "numbers": numbers(found)}
    if not found:
        return said(
            "{drawn} pieces were drawn at random when the lot was opened; {taken} of them were examined", **values
        )
    return said(
        "{drawn} pieces were drawn at random when the lot was opened; {taken} of them were examined."
        " Not drawn, or it is not noted which piece it is: card No. {numbers}",
        **values,
    )


def plan_pairs(lot: Lot, members: Sequence[Member], statement: Statement) -> tuple[tuple[str, str], ...]:
    """The sampling plan and how far it was carried out, as labels and values."""
    pairs = [(_("Rule"), lot_statistics.in_words(lot.plan)), *_figures(lot.plan)]
    pairs += [
        (_("Declared"), said("{declared} pieces", declared=number(lot.declared))),
        (
            _("Asked for"),
            said("{wanted} of {declared}", wanted=number(statement.wanted), declared=number(statement.declared)),
        ),
        (_("Examined"), examined(members, statement)),
        (_("Choice"), choice(lot, members, statement)),
    ]
    return tuple(pairs)


def _figures(plan: Plan) -> list[tuple[str, str]]:
    if plan.rule is not Rule.HYPERGEOMETRIC:
        return []
    return [(_("Confidence asked"), percent(plan.confidence)), (_("Share not to miss"), percent(plan.share))]


def examined(members: Sequence[Member], statement: Statement) -> str:
    """How many different cards were examined, in how many examinations, and whether the rule asks for more."""
    values = {
        "examined": number(statement.examined),
        "declared": number(statement.declared),
        "members": number(len(members)),
        "fewer": number(statement.wanted - statement.examined),
    }
    fewer = statement.wanted > statement.examined
    if len(members) == statement.examined:
        if fewer:
            return said("{examined} of {declared}; {fewer} fewer than the rule asks for", **values)
        return said("{examined} of {declared}", **values)
    if fewer:
        return said(
            "{examined} of {declared}, in {members} examinations, for some bear the same number;"
            " {fewer} fewer than the rule asks for",
            **values,
        )
    return said("{examined} of {declared}, in {members} examinations, for some bear the same number", **values)


def bound(statement: Statement) -> str:
    """The bound on the lot in cards, or that none is stated."""
    most = statement.most_deviating
    if most is None:
        return _("none is stated")
    values = {"most": number(most), "declared": number(statement.declared)}
    if complete(statement):
        return said("no more than {most} of {declared} deviate or are undecided, counted, not inferred", **values)
    return said(
        "no more than {most} of {declared} deviate or are undecided, with {confidence} confidence",
        confidence=percent(statement.confidence),
        **values,
    )


def utc(moment: datetime) -> datetime:
    """In UTC, whatever the record says; a time without an offset is taken as UTC."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)
