"""How often each check was tried where the truth was known, how often it was wrong, and what that allows to say.

The counts are made by `tools/make_accuracy.py` from real machines' dumps; simulations and texts that the program
writes itself never count. Zero errors in few trials prove little, so the bound is what is printed: the one-sided 95 %
upper bound of the error's rate after Clopper and Pearson (Biometrika 26, 1934), which is exact for independent trials.
"""

import math
from dataclasses import dataclass, field
from functools import cache

from gpu_inspector import resources
from gpu_inspector.errors import CaptureError, DataError
from gpu_inspector.language import N_
from gpu_inspector.records import canonical

FILE = "accuracy.json"
CONFIDENCE = 0.95
NOT_TRIED = N_("not tried")
OTHER_DATA = N_(
    "These counts were made with the program's own reference data. This inspection was judged with other data, {data}, "
    "and how often the checks are wrong with those was not counted."
)
_HALVINGS = 60
"""Of the interval from 0 to 1: finer than a double can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """What is known of one check. A machine counts once, however many cards it holds."""

    genuine: int = 0
    """Independent genuine machines on whose cards the check looked."""
    accused: int = 0
    """Of these, how many it called an unexplained deviation or contradicted."""
    suspicious: int = 0
    """Of these, how many it called an unexplained deviation."""
    contradicted: int = 0
    """Of these, how many it called contradicted."""
    noted: int = 0
    """Of these, how many it noted something on, which accuses nobody."""
    altered: int = 0
    """Independent altered cards or files on which the check looked, and whose alteration is of its kind."""
    missed: int = 0
    """Of these, how many it called neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """The counts of all checks, by id; a check without an entry was never tried."""

    checks: dict[str, Trials]
    genuine_dumps: int = 0
    """Real dumps of genuine cards that were read, before dependent ones were put together."""
    genuine_machines: int = 0
    accused_machines: int = 0
    """Accused by any check: the sum of careful checks is less careful than each."""
    altered_dumps: int = 0
    classes: dict[str, Trials] = field(default_factory=dict)
    """Class of product ("GeForce desktop") -> its machines, and what all checks together said of them."""
    format: int = canonical.FORMAT


@cache
def load() -> Accuracy:
    """The counts that belong to this version of the program. Raises DataError."""
    try:
        return canonical.decode(resources.read(FILE), Accuracy, N_("table of trials"))
    except CaptureError as error:
        raise DataError(str(error), "Install GPU Inspector again from a whole package.") from error


def of(check: str) -> Trials:
    """The trials of one check; none where it was never tried. Raises DataError."""
    return load().checks.get(check, Trials())


def upper_bound(errors: int, trials: int) -> float:
    """The rate of error that the trials exclude with 95 % confidence, 0 to 1; 1 where nothing was tried.

    It is the p at which `errors` or fewer in `trials` have the probability 0.05; for no error 1 - 0.05^(1/trials).
    """
    if trials <= 0 or errors >= trials:
        return 1.0
    if errors <= 0:
        return 1.0 - math.pow(1.0 - CONFIDENCE, 1.0 / trials)
    low, high = 0.0, 1.0
    for _halving in range(_HALVINGS):
        middle = (low + high) / 2
        if _at_most(errors, trials, middle) > 1.0 - CONFIDENCE:
            low = middle
        else:
            high = middle
    return high


def _at_most(errors: int, trials: int, rate: float) -> float:
    """The probability of so many errors or fewer."""
    terms = [
        math.comb(trials, count) * math.pow(rate, count) * math.pow(1.0 - rate, trials - count)
        for count in range(errors + 1)
    ]
    return math.fsum(terms)


def bound_words(errors: int, trials: int) -> str:
    """The bound in percent, rounded up, so that no more is promised than was shown."""
    if trials <= 0:
        return NOT_TRIED
    return f"{math.ceil(upper_bound(errors, trials) * 1000) / 10:g} %"


def cells(trials: Trials) -> tuple[str, str, str, str, str, str]:
    """Genuine: tried, wrong, bound; altered: the same. A check that was not tried says so."""
    return (*_cells(trials.genuine, trials.accused), *_cells(trials.altered, trials.missed))


def _cells(tried: int, wrong: int) -> tuple[str, str, str]:
    return (str(tried), str(wrong), bound_words(wrong, tried)) if tried else (NOT_TRIED, "–", "–")
