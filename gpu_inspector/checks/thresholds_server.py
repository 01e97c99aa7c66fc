"""The thresholds of checks that hold a card against its neighbours in a chassis, and against lists."""

from gpu_inspector.checks.limit import Limit

_OWN = "this program's choice"
_UNMEASURED = "proposed by this project; not measured"

LISTED_TOLD = Limit(6, "names", _OWN, "cards, rows or numbers that one sentence names at most")
LISTED_WORDS = Limit(120, "characters", _OWN, "of a list's text that stand in a finding")
ROWS_HELD = Limit(8000, "rows", _OWN, "of all lists together that one card is held against: four of the longest")
LEAST_EQUAL = Limit(
    2,
    "other cards",
    "this program's choice: of two cards that differ nobody can say which is the odd one",
    "So many others must agree before a card is held against them.",
)
LEAST_FOR_MEDIAN = Limit(
    3,
    "cards",
    "this program's choice",
    "Under so many equal cards the median is not the word of the others.",
)
PEER_SHARE = Limit(
    0.7,
    "share of the median of all pairs",
    _UNMEASURED,
    "Pairs behind one kind of switch differ by a few percent; a lost link of eighteen costs six.",
)
PEER_OVER = Limit(
    1.05,
    "share of what the links can carry",
    "links times their speed, as NVML gives it; 5 % for the clock that the copy was timed with",
    "A copy that is faster than its wires was not timed rightly, or did not take them.",
)
COMMON_HEAT = Limit(
    15,
    "K",
    _UNMEASURED,
    "Cards behind others in one stream of air are hotter by several kelvin; this is more than a place explains.",
)
COMMON_POWER = Limit(
    0.8,
    "share of the median",
    _UNMEASURED,
    "Equal cards under one load take nearly equal power, unless one has a lower limit or throttles.",
)
DOUBLE_BIT = Limit(
    48,
    "number of an error report",
    "NVIDIA, Dynamic Page Retirement: Xid 48",
    "an error of the memory that ECC could not correct",
)
RETIRED = Limit(
    63,
    "number of an error report",
    "NVIDIA, Dynamic Page Retirement: Xid 63",
    "a page was retired, or a row of the memory was remapped",
)
NOT_RETIRED = Limit(
    64,
    "number of an error report",
    "NVIDIA, Dynamic Page Retirement: Xid 64",
    "a page could not be retired",
)
