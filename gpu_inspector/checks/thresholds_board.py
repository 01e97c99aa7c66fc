"""The thresholds of checks on the board: power, BAR1, link, sensors, and the signs of rework.

Those marked "proposal" stand in the research note as such: nobody has calibrated them on real cards, so the checks
that use them say no more than NOTED.
"""

from gpu_inspector.checks.limit import Limit

_NOTE = "research note on modified cards"
_OWN = "this program's choice"

POWER_SHARE = Limit(0.25, "of the product's limit", f"{_NOTE}, RW-21", "share by which partners move the default limit")
LAPTOP_MINIMUM_W = Limit(
    5,
    "W",
    f"{_NOTE}, RW-21",
    "laptop dies on desktop boards have a lowest limit of 1 W; desktop images have more",
)
SMALL_BAR1_MIB = Limit(64, "MiB", f"{_NOTE}, 2 and 1C", "BAR1 of the CMP family; other cards have 256 or more")
MINING_GEN = Limit(1, "generation of PCI Express", f"{_NOTE}, RW-17", "the link of mining cards")
MODERN_GEN = Limit(
    3,
    "generation of PCI Express",
    "reference data",
    "what mining cards are sold as has this one or a later one",
)

# --- resizable BAR and display outputs (board_pci.py)

PLAIN_BAR1_MIB = Limit(
    256,
    "MiB",
    f"{_NOTE}, 2; observed on real dumps",
    "BAR1 of a host without resizable BAR: it says nothing of the board",
)

# --- sensors and clocks (board_measured.py)

ACTIVE_FROM_W = Limit(
    100, "W", _OWN, "desktop boards of the GeForce line that draw so much have a fan of their own (from memory)"
)
STEADY_LOAD_W = Limit(
    60, "W", "research note on heat, 4.2", "a load that must warm any die; below it a steady temperature is no sign"
)
STEADY_LOAD_S = Limit(10, "s", _OWN, "so long under load a temperature that nobody made up has moved by a degree")
HOT_ERRORS_K = Limit(
    10, "K", f"{_NOTE}, RW-13; {_OWN}, calibrated on no card", "passes with errors so much hotter than those without"
)
MEMORY_OVER_CORE_K = Limit(
    35, "K", f"{_NOTE}, RW-08 (proposal, calibrated on no card yet)", "memory so much hotter than the die: its pads"
)
HOTSPOT_OVER_EDGE_K = Limit(
    25, "K", f"{_NOTE}, RW-10 (proposal, calibrated on no card yet)", "a cooler that does not lie flat on the die"
)
NEAR_LIMIT = Limit(
    0.9, "of the default power limit", f"{_NOTE}, RW-10", "only at such a load is the hot spot's distance judged"
)
CLOCK_SHARE = Limit(
    0.6,
    "of the product's boost",
    f"{_NOTE}, RW-29: 85 % of base; base taken as 70 % of boost, from memory",
    "a die that does not clock so high, with no reason given, is held back or another one",
)

# --- the sum (board_sum.py)

SIGNS_TOLD = Limit(6, "signs", _OWN, "medium signs that the addition lists; how many more there are is said")
PAIRS_TOLD = Limit(6, "pairs", _OWN, "pairs that the addition lists; how many more there are is said")
WEAK_TOLD = Limit(8, "signs", _OWN, "weak signs that the addition lists; how many more there are is said")
LONGEST_WORD = Limit(
    160, "characters", _OWN, "of a check's id, witness, cause or reason in the addition: they stand in a report"
)
