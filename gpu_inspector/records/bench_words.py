"""The words for the last self-test and the control card: the same in reports, on terminals and in the window.

Both are told with their age, counted to when the evidence was taken; a record whose times make no sense says so.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from gpu_inspector.language import N_, _, counted, moment, said, told
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.measured_words import number
from gpu_inspector.records.selftest import ControlCard, Figure, SelfTested

Clean = Callable[[str], str]

NO_SELF_TEST = N_("none is recorded; the comparator of a memory test is proved in each run, where one was made")
NO_CONTROL_CARD = N_("none is recorded")
NO_MACHINE = N_("does not arise: the evidence is of no card in this program's machine")
_NAMED = 4
_HOUR = 3600


def self_test_line(evidence: Evidence, clean: Clean) -> str:
    """When it was, how long before the evidence, and how it ended; what failed is named."""
    if evidence.self_test is None:
        return _(NO_SELF_TEST)
    when = _moment(evidence.self_test.made_at, evidence.collected_at)
    return f"{when}, {result_of(evidence.self_test, clean)}"


def result_of(test: SelfTested, clean: Clean) -> str:
    """How it ended: "all 9 passed", or what failed and what could not be tried."""
    if not test.tried:
        return _("nothing was tried")
    failed = [clean(told(one.what)) for one in test.failed]
    untried = [clean(told(one.what)) for one in test.untried]
    whole = len(test.tried)
    if not failed and not untried:
        return said("all {number} parts passed, quick" if test.quick else "all {number} parts passed", number=whole)
    parts = []
    if failed:
        parts.append(said("FAILED: {parts}", parts=_listed(failed)))
    if untried:
        parts.append(said("not tried: {parts}", parts=_listed(untried)))
    passed = whole - len(failed) - len(untried)
    parts.append(
        said(
            "{passed} of {number} parts passed, quick" if test.quick else "{passed} of {number} parts passed",
            passed=passed,
            number=whole,
        )
    )
    return "; ".join(parts)


def control_card_line(evidence: Evidence, clean: Clean) -> str:
    """Which card, when it was inspected last, and whether a figure drifted."""
    control = evidence.control_card
    if control is None:
        machine = evidence.origin in (Origin.MACHINE, Origin.SIMULATION)
        return _(NO_CONTROL_CARD if machine else NO_MACHINE)
    mark = f"{_('SIMULATION')}: " if control.simulation else ""
    name = clean(control.name) or _("without a name")
    return f"{mark}{name}; {_when(control, evidence.collected_at)}; {drift_of(control, clean)}"


def _when(control: ControlCard, taken: datetime) -> str:
    if not control.last_row:
        return said(
            "it is the card of this very inspection (reference: row {reference_row})",
            reference_row=control.reference_row,
        )
    if control.last_row == control.reference_row:
        return said(
            "only its reference, row {reference_row}, {made_at}",
            reference_row=control.reference_row,
            made_at=_moment(control.made_at, taken),
        )
    return said(
        "last inspected {made_at} (row {last_row}, held against row {reference_row})",
        made_at=_moment(control.made_at, taken),
        last_row=control.last_row,
        reference_row=control.reference_row,
    )


def drift_of(control: ControlCard, clean: Clean) -> str:
    """Whether a figure drifted; each that did with both values."""
    if not control.figures or control.last_row == control.reference_row:
        return _("nothing to be compared yet")
    drifted = [drifted_words(one, clean) for one in control.drifted]
    if not drifted:
        return counted("none of {number} figure drifted", "none of {number} figures drifted", len(control.figures))
    return said(
        "DRIFTED, {drifted} of {figures}: {names}",
        drifted=len(drifted),
        figures=len(control.figures),
        names=_listed(drifted),
    )


def drifted_words(figure: Figure, clean: Clean) -> str:
    """One figure with what it was and is."""
    return said(
        "{name} {reference} to {last} ({allowed})",
        name=clean(told(figure.name)),
        reference=number(figure.reference),
        last=number(figure.last),
        allowed=allowed_words(figure),
    )


def allowed_words(figure: Figure) -> str:
    """By how much it may differ."""
    if not figure.spread:
        return _("it may not differ")
    return said("it may differ by {spread} %", spread=number(figure.spread * 100, digits=3))


def _moment(at: datetime, taken: datetime) -> str:
    """A time, and its age when the evidence was taken."""
    return f"{moment(at, seconds=False)} UTC ({age_words(at, taken)})"


def age_words(at: datetime, taken: datetime) -> str:
    """How long before the evidence it was: "3 hours before this evidence"; or that a clock was set."""
    passed = _passed(at, taken)
    if passed is None:
        return _("age not known")
    if passed < timedelta():
        return _("dated after this evidence")
    return said("{time} before this evidence", time=_long(passed))


def since(at: datetime, now: datetime) -> str:
    """A time, and how long ago it was: for who asks now."""
    passed = _passed(at, now)
    known = passed is not None and passed >= timedelta()
    ago = said("{time} ago", time=_long(passed)) if passed is not None and known else _("dated in the future")
    return f"{moment(at, seconds=False)} UTC ({ago})"


def _passed(at: datetime, later: datetime) -> timedelta | None:
    try:
        return later - at
    except (TypeError, OverflowError):
        return None  # a time without a zone, in a record that another program wrote


def _long(passed: timedelta) -> str:
    seconds = int(passed.total_seconds())
    if passed.days >= 2:
        return counted("{number} day", "{number} days", passed.days)
    if seconds >= _HOUR:
        return counted("{number} hour", "{number} hours", seconds // _HOUR)
    return counted("{number} minute", "{number} minutes", seconds // 60)


def _listed(names: list[str]) -> str:
    shown = "; ".join(names[:_NAMED])
    if len(names) <= _NAMED:
        return shown
    return said("{names} and {number} more", names=shown, number=len(names) - _NAMED)
