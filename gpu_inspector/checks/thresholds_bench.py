"""The thresholds of checks on the bench itself: how old a trial may be, how far its clock and its limits may be off."""

from gpu_inspector.checks.limit import Limit

_OWN = "this program's choice"

SELF_TEST_DAYS = Limit(
    30,
    "days",
    _OWN,
    "A self-test takes seconds; after a month, updates of system and driver have changed what it was made on.",
)
CONTROL_CARD_DAYS = Limit(
    7,
    "days",
    _OWN,
    "A control card is meant for every working day; a week leaves room for holidays.",
)
TRIALS_NAMED = Limit(6, "trials", _OWN, "that one sentence names at most")
CLOCK_BEHIND = Limit(
    1,
    "days",
    "time zones: a day of the reference data is a local one",
    "The data's day is written without an hour, and the inspection's time is that of UTC.",
)
UNSIGNED_BIT = Limit(
    13,
    "bit of the kernel's taint mask",
    "the kernel's Documentation/admin-guide/tainted-kernels.rst: 13 is an unsigned module, 12 one built out of tree",
    "The kernel sets it when it loads a module that nobody signed.",
)
POWER_LOWERED = Limit(
    0.02,
    "share of the default limit",
    "proposed by this project; not measured",
    "Drivers round limits to whole or half watts; a limit that somebody set lies farther off.",
)
VALUES_NAMED = Limit(8, "values", _OWN, "that one sentence names at most; the record has them all")
