"""The thresholds of checks on what the inspector saw: markings of die and memory."""

from gpu_inspector.checks.limit import Limit

_OWN = "this program's choice"

# --- words of markings (marking_words.py)

DIGEST_SHOWN = Limit(
    12, "characters", _OWN, "of a photograph's digest that stand in a sentence; the report has it whole"
)
PHOTOGRAPHS_SHOWN = Limit(3, "photographs", _OWN, "that one sentence names; the report lists them all")
PRODUCTS_SHOWN = Limit(5, "names", _OWN, "so many products stand in a sentence; the rest is “...”")
TEXT_SHOWN = Limit(80, "characters", _OWN, "of a typed text that stand in a sentence; the report shows it whole")
LINES_SHOWN = Limit(6, "lines", _OWN, "so many markings stand in a sentence; the report lists them all")

# --- memory chips (marking_memory.py, marking_chips.py)

CHIP_BITS = Limit(
    32,
    "data lines",
    "JEDEC's standards of GDDR5 to GDDR7 (JESD212, JESD232, JESD250, JESD239): devices are x32",
    "each chip of graphics memory serves 32 lines of the bus, or 16 where two chips share them (clamshell)",
)
CHIPS_SHARING = Limit(
    2,
    "chips",
    "research note on modified cards, 1A and RW-04 (clamshell)",
    "so many chips share one channel at most: one on each side of the board",
)
MOST_CHIPS = Limit(
    64,
    "chips",
    "the widest bus of the reference data is 512 bits: 16 channels with two chips each; boards with four GPUs have 64",
    "no board has more; a larger number was typed wrong",
)
TWO_GPUS = Limit(
    2,
    "GPUs",
    "from memory; an NVIDIA Tesla M60",
    "a paper gives the board's memory, each GPU claims half: it only excuses",
)
FOUR_GPUS = Limit(
    4,
    "GPUs",
    "from memory; NVIDIA Tesla M10 and A16",
    "a paper gives the board's memory, each GPU a quarter: it only excuses",
)
