"""Whether the measure itself was looked at: the program's last self-test, and the card that the office knows.

Neither says anything of the card that is inspected. A self-test whose arithmetic failed takes the ground from under
every judgement; one that is old, or was never made, is a duty that somebody owes, and is said.
"""

from datetime import timedelta

from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable, sign
from gpu_inspector.checks.runner import check
from gpu_inspector.checks.thresholds_bench import CONTROL_CARD_DAYS, SELF_TEST_DAYS, TRIALS_NAMED
from gpu_inspector.language import N_
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.finding import Role, Strength
from gpu_inspector.records.selftest import DISK, FONTS, KEY, LEDGER, SelfTested, Tried

ASIDE = frozenset({KEY, LEDGER, FONTS, DISK})
"""Trials of what keeps and prints a judgement, and has no part in it."""
_MAKE_ONE = N_("Run gpu-inspector selftest, and inspect again.")
_NOT_HERE = N_("The evidence is not of this machine, whose trials have no part in it.")


@check("bench-selftest", N_("Self-test of the program"), Role.CORE)
def self_test(evidence: Evidence) -> Answer:
    """A program whose known cards no longer come out as they must cannot judge an unknown one."""
    last = evidence.self_test
    if evidence.origin is not Origin.MACHINE:
        return not_applicable(_NOT_HERE)
    if last is None:
        return _owed(N_("This program was not tried on this machine yet."), N_("never tried"))
    deciding = tuple(one for one in last.failed if one.what not in ASIDE)
    if deciding:
        return inconclusive(
            N_("The program's self-test of {day} failed: {failed}."),
            advice=N_("Install GPU Inspector again from a whole package, and run gpu-inspector selftest."),
            day=_day(last),
            failed=_named(deciding),
        )
    if last.failed:
        return _owed(
            N_("In the program's self-test of {day}, this failed, which has no part in the judgement: {failed}."),
            N_("failed in part"),
            day=_day(last),
            failed=_named(last.failed),
        )
    if not any(one.passed for one in last.tried):
        return _owed(
            N_("In the program's self-test of {day}, nothing could be tried."), N_("nothing tried"), day=_day(last)
        )
    return _whose(evidence, last) or _of_when(evidence, last) or _passed(last)


def _whose(evidence: Evidence, last: SelfTested) -> Answer | None:
    """A test of another build, or against other reference data, is not one of what judges now."""
    now = (evidence.tool_version, evidence.reference_version)
    then = (last.tool_version, last.reference_version)
    if now == then:
        return None
    return _owed(
        N_("The program's last self-test, of {day}, was one of another version: {then}."),
        N_("of another version"),
        day=_day(last),
        then=N_(f"{then[0]}, reference data {then[1]}"),
    )


def _of_when(evidence: Evidence, last: SelfTested) -> Answer | None:
    age = evidence.collected_at - last.made_at
    if age < timedelta(0):
        return _owed(
            N_(
                "The program's last self-test bears a later time than this inspection ({day}): it was made since, or a"
                " clock was set."
            ),
            N_("ahead of the inspection"),
            day=_day(last),
        )
    if age > timedelta(days=float(SELF_TEST_DAYS)):
        return _owed(
            N_("The program's last self-test, of {day}, is {days} days old."), "old", day=_day(last), days=str(age.days)
        )
    return None


def _passed(last: SelfTested) -> Answer:
    untried = tuple(one for one in last.tried if one.passed is None)
    return consistent(
        N_("The program's self-test of {day} found everything as it must be; not tried: {untried}.")
        if untried
        else N_("The program's self-test of {day} found everything as it must be."),
        expected=N_("nothing failed"),
        observed=N_(f"{sum(bool(one.passed) for one in last.tried)} of {len(last.tried)} tried, none failed"),
        source=N_("the program's self-test"),
        day=_day(last),
        untried=_named(untried),
    )


def _owed(text: str, observed: str, **values: str) -> Answer:
    return sign(
        Strength.WEAK,
        text,
        expected=N_("a self-test of this version, none too old"),
        observed=observed,
        source=N_("the program's self-test"),
        witness=N_("bench"),
        cause="self-test",
        innocent=(N_("a new machine, or an update since"),),
        advice=_MAKE_ONE,
        values=dict(values),
    )


def _day(last: SelfTested) -> str:
    return f"{last.made_at:%Y-%m-%d}"


def _named(trials: tuple[Tried, ...]) -> str:
    shown = trials[: int(TRIALS_NAMED)]
    return ", ".join((*(one.what for one in shown), *(("…",) if len(trials) > len(shown) else ())))


@check("bench-control-card", N_("Control card"))
def control_card(evidence: Evidence) -> Answer:
    """A card that the office knows, measured as ever, shows that this bench measures as ever."""
    card = evidence.control_card
    if evidence.origin is not Origin.MACHINE or evidence.node is not None:
        return not_applicable(_NOT_HERE)
    if card is None:
        return not_applicable(N_("The office keeps no control card, with which it would try its whole bench."))
    day = f"{card.made_at:%Y-%m-%d}"
    drifted = [N_(f"{one.name}: {one.last:.4g}, at first {one.reference:.4g}") for one in card.drifted]
    if drifted:
        return inconclusive(
            N_(
                "The control card “{name}” did not come out on {day} as it did at first: {figures}. What this bench"
                " measures may be off."
            ),
            advice=N_(
                "Measure the control card again, in its own slot and with nothing else on it; mend the bench first."
            ),
            name=card.name,
            day=day,
            figures="; ".join((*drifted[: int(TRIALS_NAMED)], *(("…",) if drifted[int(TRIALS_NAMED) :] else ()))),
        )
    if card.last_row == card.reference_row:
        return not_applicable(N_("The control card was inspected once: there is nothing yet to hold against it."))
    age = evidence.collected_at - card.made_at
    if not card.figures or age > timedelta(days=float(CONTROL_CARD_DAYS)) or age < timedelta(0):
        return sign(
            Strength.WEAK,
            N_("The control card “{name}” was last inspected on {day}."),
            expected=N_("a control card measured within a week"),
            observed=day if card.figures else N_(f"{day}, nothing measured"),
            source=N_("the office's ledger"),
            witness=N_("bench"),
            cause="control card",
            innocent=(N_("a holiday, or a card that is lent out"),),
            advice=N_("Inspect the control card with a measurement."),
            values={"name": card.name, "day": day},
        )
    return consistent(
        N_("The control card “{name}” came out on {day} as it did at first, in {count} figures."),
        expected=N_("as at first"),
        observed=N_("as at first"),
        source=N_("the office's ledger"),
        name=card.name,
        day=day,
        count=len(card.figures),
    )
