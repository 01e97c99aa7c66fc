"""The words for the last self-test and the control card: the same in reports, on terminals and in the window.

Both are told with their age, counted to when the evidence was taken; a record whose times make no sense says so.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from gpu_inspector.language import N_
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.measured_words import counted, number
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
        return NO_SELF_TEST
    return f"{_moment(evidence.self_test.made_at, evidence.collected_at)}, {result_of(evidence.self_test, clean)}"


def result_of(test: SelfTested, clean: Clean) -> str:
    """How it ended: "all 9 passed", or what failed and what could not be tried."""
    failed = [clean(one.what) for one in test.failed]
    untried = [clean(one.what) for one in test.untried]
    quick = ", quick" if test.quick else ""
    if not test.tried:
        return N_("nothing was tried")
    if not failed and not untried:
        return f"all {len(test.tried)} parts passed{quick}"
    parts = []
    if failed:
        parts.append(f"FAILED: {_listed(failed)}")
    if untried:
        parts.append(f"not tried: {_listed(untried)}")
    passed = len(test.tried) - len(failed) - len(untried)
    return f"{'; '.join(parts)}; {passed} of {len(test.tried)} parts passed{quick}"


def control_card_line(evidence: Evidence, clean: Clean) -> str:
    """Which card, when it was inspected last, and whether a figure drifted."""
    control = evidence.control_card
    if control is None:
        machine = evidence.origin in (Origin.MACHINE, Origin.SIMULATION)
        return NO_CONTROL_CARD if machine else NO_MACHINE
    mark = "SIMULATION: " if control.simulation else ""
    name = clean(control.name) or N_("without a name")
    return f"{mark}{name}; {_when(control, evidence.collected_at)}; {drift_of(control, clean)}"


def _when(control: ControlCard, taken: datetime) -> str:
    if not control.last_row:
        return f"it is the card of this very inspection (reference: row {control.reference_row})"
    if control.last_row == control.reference_row:
        return f"only its reference, row {control.reference_row}, {_moment(control.made_at, taken)}"
    where = f"row {control.last_row}, held against row {control.reference_row}"
    return f"last inspected {_moment(control.made_at, taken)} ({where})"


def drift_of(control: ControlCard, clean: Clean) -> str:
    """Whether a figure drifted; each that did with both values."""
    if not control.figures or control.last_row == control.reference_row:
        return N_("nothing to be compared yet")
    drifted = [drifted_words(one, clean) for one in control.drifted]
    if not drifted:
        return f"none of {counted(len(control.figures), 'figure', 'figures')} drifted"
    return f"DRIFTED, {len(drifted)} of {len(control.figures)}: {_listed(drifted)}"


def drifted_words(figure: Figure, clean: Clean) -> str:
    """One figure with what it was and is."""
    return f"{clean(figure.name)} {number(figure.reference)} to {number(figure.last)} ({allowed_words(figure)})"


def allowed_words(figure: Figure) -> str:
    """By how much it may differ."""
    if not figure.spread:
        return N_("it may not differ")
    return f"it may differ by {number(figure.spread * 100, digits=3)} %"


def _moment(moment: datetime, taken: datetime) -> str:
    """A time, and its age when the evidence was taken."""
    return f"{moment:%Y-%m-%d %H:%M} UTC ({age_words(moment, taken)})"


def age_words(moment: datetime, taken: datetime) -> str:
    """How long before the evidence it was: "3 hours before this evidence"; or that a clock was set."""
    passed = _passed(moment, taken)
    if passed is None:
        return N_("age not known")
    return f"{_long(passed)} before this evidence" if passed >= timedelta() else N_("dated after this evidence")


def since(moment: datetime, now: datetime) -> str:
    """A time, and how long ago it was: for who asks now."""
    passed = _passed(moment, now)
    ago = f"{_long(passed)} ago" if passed is not None and passed >= timedelta() else N_("dated in the future")
    return f"{moment:%Y-%m-%d %H:%M} UTC ({ago})"


def _passed(moment: datetime, later: datetime) -> timedelta | None:
    try:
        return later - moment
    except (TypeError, OverflowError):
        return None  # a time without a zone, in a record that another program wrote


def _long(passed: timedelta) -> str:
    seconds = int(passed.total_seconds())
    if passed.days >= 2:
        return f"{passed.days:,} days"
    if seconds >= _HOUR:
        return counted(seconds // _HOUR, "hour", "hours")
    return counted(seconds // 60, "minute", "minutes")


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{'; '.join(names[:_NAMED])}{more}"
